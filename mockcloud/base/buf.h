/*
 * A byte buffer that is told its maximum at birth and keeps its first error.
 *
 * Writers append without checking; whoever uses the result asks `overflow` once. After an overflow
 * nothing more is added, so what is there is a true prefix. The content always has a NUL behind it
 * (not counted in `len`).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* NULL until something was added; use buf_str() to read */
    size_t len;
    size_t cap;
    size_t max;
    bool overflow;
};

/* An empty buffer that will hold at most `max` bytes. Allocates nothing yet. */
void buf_init(struct buf *buf, size_t max);

/* Releases the content; the buffer is empty again, with the same maximum. */
void buf_free(struct buf *buf);

/* Forgets the content and the error, keeps the memory. */
void buf_clear(struct buf *buf);

void buf_add(struct buf *buf, const void *bytes, size_t len);
void buf_add_char(struct buf *buf, char c);
void buf_add_str(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

/* Room for `len` more bytes at the end, to be written by the caller and then counted with `buf->len
 * += n` (n may be less; the NUL is set by buf_str()); NULL (and overflow) when that is over the
 * maximum. Borrowed until the next call of any buf_ function. */
char *buf_more_room(struct buf *buf, size_t len);

/* Inline, for the usual case that there is room: a reply asks for some dozens of times. */
static inline char *buf_room(struct buf *buf, size_t len)
{
    return !buf->overflow && len < buf->cap - buf->len ? buf->data + buf->len
                                                       : buf_more_room(buf, len);
}

/* Drops the first `len` bytes. */
void buf_drop(struct buf *buf, size_t len);

/* The content as a string ("" when empty). Borrowed until the next change. */
const char *buf_str(const struct buf *buf);

/* The content as a string; the buffer is empty afterwards. Yours: free(). */
char *buf_take(struct buf *buf);

#endif
