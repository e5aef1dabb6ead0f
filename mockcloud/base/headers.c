/* See headers.h. Owns the form of the bytes, and nothing else. */
#include "base/headers.h"

#include <string.h>
#include <strings.h>

void headers_add(struct buf *headers, const char *name, const char *value)
{
    size_t name_len = strlen(name) + 1, value_len = strlen(value) + 1;
    if (!headers->max)
        buf_init(headers, HEADERS_MAX);
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
        if (strcasecmp(found, name) == 0)
            return value;
    return NULL;
}

void headers_set(struct buf *headers, const char *name, const char *value)
{
    const char *found, *old;
    size_t cursor = 0;
    for (size_t begin = 0; headers_next(headers->data, headers->len, &cursor, &found, &old);) {
        if (strcasecmp(found, name) == 0) {
            memmove(headers->data + begin, headers->data + cursor, headers->len - cursor);
            headers->len -= cursor - begin;
            cursor = begin;
        }
        begin = cursor;
    }
    headers_add(headers, name, value);
}
