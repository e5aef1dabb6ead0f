/*
 * A request of ours to a client that is a service: on this machine, in the loop, so that the client
 * can ask us things while it makes up its answer. Webhooks go another way (carrier.h).
 */
#ifndef NET_DIAL_H
#define NET_DIAL_H

#include "api/api.h"

#include <stdbool.h>
#include <stddef.h>

struct server;

#define DIAL_BODY_MAX (8u << 20) /* of an answer; a longer one is a failure */

struct dial_request {
    const char *method;
    const char *url; /* http://127.0.0.1:PORT/…, sent as it stands */
    const struct api_header *headers;
    size_t header_count;
    const char *body; /* NULL: none */
    size_t body_len;
};

struct dial;

/* Sends it, with the next turn; all of `request` may go when this returns. NULL when libcurl is not
 * there, with what to install in *ret_error (yours: free()). Yours: dial_free(), before the server
 * goes. */
struct dial *dial_new(struct server *server, const struct dial_request *request, char **ret_error);
void dial_free(struct server *server, struct dial *dial);

/* Whether it is over. Then either *ret_reply is what came (status, headers, body), or *ret_failure
 * says in libcurl's words why nothing did; the other is NULL. Both are borrowed from the call. */
bool dial_over(const struct dial *dial, const struct api_reply **ret_reply,
               const char **ret_failure);

#endif
