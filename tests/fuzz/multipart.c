/*
 * multipart/form-data: the first line of the input is the Content-Type, the rest the body. Whatever
 * it is: every part lies within the body, and what is no file is UTF-8.
 */
#include "api/call/multipart.h"
#include "base/text.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct parts *parts, const char *body, size_t len)
{
    assert(parts->count <= MULTIPART_PARTS);
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->items[i];
        assert(part->data >= body && part->len <= len);
        assert(part->data + part->len <= body + len);
        assert(part->name && text_utf8_valid(part->name, strlen(part->name)));
        assert(part->filename || text_utf8_valid(part->data, part->len));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *line = size ? memchr(text, '\n', size) : NULL;
    if (!line)
        return 0;
    char *type = strndup(text, (size_t)(line - text));
    size_t len = size - (size_t)(line + 1 - text);
    char *body = malloc(len ? len : 1); /* of its exact size: a read behind it is seen */
    assert(type && body);
    memcpy(body, line + 1, len);
    struct arena arena;
    struct parts parts = {0};
    arena_init(&arena);
    if (!multipart_decode(&arena, type, body, len, &parts))
        check(&parts, body, len);
    arena_free(&arena);
    free(body);
    free(type);
    return 0;
}
