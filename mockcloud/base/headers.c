/* See headers.h. Owns the form of the bytes, and nothing else. */
#include "base/headers.h"

#include <string.h>

#define HEADERS_USUAL 400

void headers_add(struct buf *headers, const char *name, const char *value)
{
    size_t name_len = strlen(name) + 1, value_len = strlen(value) + 1;
    if (!headers->max)
        buf_init(headers, HEADERS_MAX);
    if (!headers->cap)
        buf_room(headers,
                 HEADERS_USUAL); /* no growing by doubling for the headers of most replies */
    char *room = buf_room(headers, name_len + value_len);
    if (!room)
        return;
    memcpy(room, name, name_len);
    memcpy(room + name_len, value, value_len);
    headers->len += name_len + value_len;
}

bool headers_next(const char *bytes, size_t len, size_t *cursor, const char **ret_name,
                  const char **ret_value)
{
    if (*cursor >= len)
        return false;
    *ret_name = bytes + *cursor;
    *ret_value = *ret_name + strlen(*ret_name) + 1;
    *cursor = (size_t)(*ret_value + strlen(*ret_value) + 1 - bytes);
    return true;
}

const char *headers_get(const struct buf *headers, const char *name)
{
    const char *found, *value;
    for (size_t cursor = 0; headers_next(headers->data, headers->len, &cursor, &found, &value);)
        if (headers_named(found, name))
            return value;
    return NULL;
}

void headers_set(struct buf *headers, const char *name, const char *value)
{
    const char *found, *old;
    size_t cursor = 0;
    for (size_t begin = 0; headers_next(headers->data, headers->len, &cursor, &found, &old);) {
        if (headers_named(found, name)) {
            memmove(headers->data + begin, headers->data + cursor, headers->len - cursor);
            headers->len -= cursor - begin;
            cursor = begin;
        }
        begin = cursor;
    }
    headers_add(headers, name, value);
}
