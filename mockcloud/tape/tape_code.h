/*
 * How the fields of a record are written and read.
 *
 *     number   zigzag, seven bits to a byte, the lowest first
 *     text     its length + 1 as a number (0: none), its bytes, a NUL
 *
 * The NUL lets a replay hand texts on as they lie there.
 */
#ifndef TAPE_TAPE_CODE_H
#define TAPE_TAPE_CODE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct tape_text {
    const char *data; /* with a NUL behind it; NULL: none */
    size_t len;
};

void tape_put_number(struct buf *out, int64_t value);

/* `data` NULL: none. */
void tape_put_text(struct buf *out, const char *data, size_t len);
void tape_put_str(struct buf *out, const char *text);

/* What is left to read. Whoever reads asks `bad` once, at the end; what it got by then is 0. */
struct tape_cursor {
    const char *at, *end;
    bool bad;
};

bool tape_at_end(const struct tape_cursor *cursor);
int64_t tape_get_number(struct tape_cursor *cursor);
struct tape_text tape_get_text(struct tape_cursor *cursor);

/* `len` bytes as they are; NULL when there are fewer. */
const char *tape_get_bytes(struct tape_cursor *cursor, size_t len);

#endif
