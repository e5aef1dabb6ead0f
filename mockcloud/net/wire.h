/*
 * The grammar of a request's head (RFC 9112 and 9110), as far as libmicrohttpd lets us see it: it
 * hands out the parts, cut out of the bytes that came. Nobody outside of net/ includes this.
 *
 * A request that two parsers may read in two ways is refused, not guessed at: a client that sends
 * one has a bug that another server, or a proxy before it, would show in a worse way.
 */
#ifndef NET_WIRE_H
#define NET_WIRE_H

#include "api/front.h"

#include <stddef.h>
#include <stdint.h>

struct wire_head {
    const char *method, *url, *version; /* as libmicrohttpd has cut them out */
    const char *target;                 /* the whole of it: libmicrohttpd cuts the query off */
    size_t size;                        /* bytes from the method to the end of the empty line */
    const struct api_header *headers;   /* in order */
    size_t header_count;
};

/* What is wrong with it, to be put behind "Malformed request: " (static); NULL: nothing. */
const char *wire_fault(const struct wire_head *head);

/* The value of Content-Length. False when it is no number; UINT64_MAX for one that is larger. */
bool wire_length(const char *value, uint64_t *ret_length);

#endif
