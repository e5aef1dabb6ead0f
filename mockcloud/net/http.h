/*
 * A small HTTP client over libcurl, for `ctl`: one call at a time, blocking. Its answer comes
 * whole, or in pieces as they arrive.
 */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"

#include <stdbool.h>

struct http_call {
    const char *method;
    const char *url;
    const char *const *headers; /* "Name: value", NULL-terminated; NULL: none */
    const char *body;           /* NULL: none */
    const char *ca_file;        /* whom to trust over TLS; NULL: whom the system does */
    long timeout_ms;            /* 0: none */

    /* Given what comes of an answer below 400, in place of the answer's body; false: no more of it
     * is wanted, and the call is over. NULL: all goes into the body. */
    bool (*piece)(void *arg, const char *bytes, size_t len);
    void *arg;
};

struct http_answer {
    long status;
    struct buf body;
};

/* True and an answer (any status; yours: http_answer_free()), or false and the reason as a
 * sentence (yours: free()). No proxy is used. */
bool http_do(const struct http_call *call, struct http_answer *ret_answer, char **ret_error);
void http_answer_free(struct http_answer *answer);

#endif
