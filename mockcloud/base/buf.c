/* See buf.h. Owns the growth policy: doubling, never past the maximum. */
#include "base/buf.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *buf, size_t max)
{
    /* Not up to SIZE_MAX: sizes are doubled and added to each other below, and must not overflow.
     */
    *buf = (struct buf){.max = max < SIZE_MAX / 4 ? max : SIZE_MAX / 4};
}

void buf_free(struct buf *buf)
{
    free(buf->data);
    buf_init(buf, buf->max);
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    buf->overflow = false;
    if (buf->data)
        buf->data[0] = '\0';
}

char *buf_more_room(struct buf *buf, size_t len)
{
    if (buf->overflow || len > buf->max - buf->len) {
        buf->overflow = true;
        return NULL;
    }
    size_t needed = buf->len + len + 1;
    if (needed > buf->cap) {
        size_t cap = buf->cap ? buf->cap * 2 : 64;
        while (cap < needed)
            cap *= 2;
        if (cap > buf->max + 1)
            cap = buf->max + 1;
        buf->data = mem_grow(buf->data, cap);
        buf->cap = cap;
        buf->data[buf->len] = '\0';
    }
    return buf->data + buf->len;
}

void buf_add(struct buf *buf, const void *bytes, size_t len)
{
    char *room = buf_room(buf, len);
    if (!room)
        return;
    if (len)
        memcpy(room, bytes, len);
    room[len] = '\0';
    buf->len += len;
}

void buf_add_char(struct buf *buf, char c)
{
    if (buf->len + 1 < buf->cap &&
        !buf->overflow) { /* there is room: the way of nearly every call */
        buf->data[buf->len++] = c;
        buf->data[buf->len] = '\0';
    } else {
        buf_add(buf, &c, 1);
    }
}

void buf_add_str(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_vprintf(struct buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    char small[256];
    int len = vsnprintf(small, sizeof small, format, args);
    if (len >= 0 && (size_t)len < sizeof small) {
        buf_add(buf, small, (size_t)len);
    } else if (len >= 0) {
        char *room = buf_room(buf, (size_t)len);
        if (room) {
            vsnprintf(room, (size_t)len + 1, format, again);
            buf->len += (size_t)len;
        }
    }
    va_end(again);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buf_vprintf(buf, format, args);
    va_end(args);
}

void buf_drop(struct buf *buf, size_t len)
{
    if (len >= buf->len) {
        buf->len = 0;
    } else if (len) {
        buf->len -= len;
        memmove(buf->data, buf->data + len, buf->len);
    }
    if (buf->data)
        buf->data[buf->len] = '\0';
}

const char *buf_str(const struct buf *buf)
{
    if (!buf->data)
        return "";
    buf->data[buf->len] = '\0'; /* who used buf_room() may have left something there */
    return buf->data;
}

char *buf_take(struct buf *buf)
{
    char *text = buf->data ? buf->data : mem_dup("");
    text[buf->len] = '\0';
    *buf = (struct buf){.max = buf->max};
    return text;
}
