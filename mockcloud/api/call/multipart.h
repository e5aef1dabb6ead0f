/*
 * multipart/form-data: what browsers, curl -F and the SDK's file uploads send. Of api/ alone.
 *
 * Strict where leniency would guess: parts are separated by CRLF and the boundary, the last
 * delimiter has to be there, each part has a Content-Disposition with a name. A preamble and an
 * epilogue are passed over. Source: RFC 7578, RFC 2046.
 */
#ifndef API_CALL_MULTIPART_H
#define API_CALL_MULTIPART_H

#include "api/call/arena.h"

#include <stddef.h>

#define MULTIPART_PARTS    256  /* more: refused */
#define MULTIPART_BOUNDARY 70   /* bytes, as RFC 2046 has it */
#define MULTIPART_HEAD     8192 /* bytes of one part's headers */

struct part {
    const char *name;     /* of the arena; UTF-8, no control characters */
    const char *filename; /* of the arena; NULL: a field, no file */
    const char *data;     /* borrowed from the body: not NUL-terminated, may hold NULs */
    size_t len;
};

struct parts {
    struct part *items;
    size_t count;
};

/* Decodes a body. NULL: *ret_parts (of the arena) is set; else what is wrong, static. */
const char *multipart_decode(struct arena *arena, const char *content_type, const char *body,
                             size_t len, struct parts *ret_parts);

#endif
