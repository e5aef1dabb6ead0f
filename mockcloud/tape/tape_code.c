/* See tape_code.h. Owns the encoding of fields; which fields there are it does not know. */
#include "tape/tape_code.h"

#include <string.h>

void tape_put_number(struct buf *out, int64_t value)
{
    uint64_t rest = ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
    char *room = buf_room(out, 10);
    size_t len = 0;
    if (!room)
        return;
    for (; rest >= 0x80; rest >>= 7)
        room[len++] = (char)(rest | 0x80);
    room[len++] = (char)rest;
    out->len += len;
}

void tape_put_text(struct buf *out, const char *data, size_t len)
{
    tape_put_number(out, data ? (int64_t)len + 1 : 0);
    if (!data)
        return;
    char *room = buf_room(out, len + 1);
    if (!room)
        return;
    memcpy(room, data, len);
    room[len] = '\0';
    out->len += len + 1;
}

void tape_put_str(struct buf *out, const char *text)
{
    tape_put_text(out, text, text ? strlen(text) : 0);
}

bool tape_at_end(const struct tape_cursor *cursor)
{
    return cursor->bad || cursor->at == cursor->end;
}

int64_t tape_get_number(struct tape_cursor *cursor)
{
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && cursor->at < cursor->end; shift += 7) {
        unsigned char byte = (unsigned char)*cursor->at++;
        value |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
    }
    cursor->bad = true;
    return 0;
}

const char *tape_get_bytes(struct tape_cursor *cursor, size_t len)
{
    const char *bytes = cursor->at;
    if (cursor->bad || len > (size_t)(cursor->end - cursor->at)) {
        cursor->bad = true;
        return NULL;
    }
    cursor->at += len;
    return bytes;
}

struct tape_text tape_get_text(struct tape_cursor *cursor)
{
    int64_t len = tape_get_number(cursor);
    if (cursor->bad || len == 0)
        return (struct tape_text){0};
    const char *bytes = len > 0 ? tape_get_bytes(cursor, (size_t)len) : NULL;
    if (!bytes || bytes[len - 1]) {
        cursor->bad = true;
        return (struct tape_text){0};
    }
    return (struct tape_text){bytes, (size_t)len - 1};
}
