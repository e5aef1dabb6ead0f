/*
 * HAR 1.2 (HTTP Archive): requests and their replies as the developer tools of browsers import
 * them.
 *
 * Whoever writes one hands over an exchange after the other, in the order in which they began.
 * Source: HTTP Archive 1.2, as Jan Odvarka's specification has it; held against the schema of the
 * npm package har-schema in tests/reports.
 */
#ifndef BASE_HAR_H
#define BASE_HAR_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A list of headers: `next` gives the index-th; false behind the last. */
struct har_headers {
    bool (*next)(const void *list, size_t index, const char **ret_name, const char **ret_value);
    const void *list;
};

struct har_message {
    struct har_headers headers;
    const char *body; /* NULL: none */
    size_t body_len;
    size_t cut; /* bytes behind these that nobody has kept */
};

struct har_exchange {
    int64_t began_ms; /* of the calendar, since 1970 */
    int64_t took_ms;
    const char *method;
    const char *base_url; /* "http://127.0.0.1:8642" */
    const char *target;   /* "/v1/devices?x=y" */
    uint64_t connection;  /* 0: none */
    const char *comment;  /* NULL: none */
    struct har_message request;
    int status; /* 0: no reply came */
    struct har_message reply;
};

/* The beginning and the end of the document; `program` is its version. */
void har_begin(struct buf *out, const char *program);
void har_end(struct buf *out);

/* The end of one whose exchanges stand on pages: `pages` are what har_page() gives, with commas
 * between them. */
void har_end_with_pages(struct buf *out, const char *pages);
void har_page(struct buf *out, const char *id, const char *title, int64_t began_ms);

/* One exchange, as a JSON object by itself: with a comma between two. */
void har_add(struct buf *out, const struct har_exchange *exchange);

#endif
