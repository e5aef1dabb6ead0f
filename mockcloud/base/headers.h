/*
 * A list of headers, kept as bytes: NAME NUL VALUE NUL, one behind the other.
 *
 * One block holds them all, so that a reply's headers cost one allocation however many and however
 * long they are, and can be kept elsewhere with one copy. Names are compared in any case; a name
 * may stand there several times. The bytes themselves are checked by whoever lets them in.
 */
#ifndef BASE_HEADERS_H
#define BASE_HEADERS_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

#define HEADERS_MAX (8u << 10) /* bytes of a list that was never told its maximum */

/* Whether it is the name of that header, in any case. Names differ in their first letter nearly
 * always, and each request asks this dozens of times. */
static inline bool headers_named(const char *given, const char *name)
{
    return ((given[0] ^ name[0]) & ~0x20) == 0 && strcasecmp(given, name) == 0;
}

/* Adds a header; both are copied. One that does not fit into the buffer's maximum is not added, and
 * sets `overflow`. A zeroed buffer is an empty list of at most HEADERS_MAX bytes. */
void headers_add(struct buf *headers, const char *name, const char *value);

/* The same, in place of those that have the name already. */
void headers_set(struct buf *headers, const char *name, const char *value);

/* The value of the first header of that name; NULL: there is none. Borrowed until the list changes.
 */
const char *headers_get(const struct buf *headers, const char *name);

/* Walks over `len` bytes of headers: *cursor is 0 at the beginning. False: there are no more. */
bool headers_next(const char *bytes, size_t len, size_t *cursor, const char **ret_name,
                  const char **ret_value);

#endif
