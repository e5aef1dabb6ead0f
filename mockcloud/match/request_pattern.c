/* See request_pattern.h. Owns the grammar; knows of no request but its method and path. */
#include "match/request_pattern.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PATTERN_PATH_MAX 4096

enum segment_kind { SEGMENT_TEXT, SEGMENT_ONE, SEGMENT_REST };

struct segment {
    enum segment_kind kind;
    const char *text;
    size_t len;
};

struct request_pattern {
    char *method; /* NULL: any */
    bool every;   /* `any` alone: whatever the path */
    char *path;   /* decoded; what the segments point into */
    struct segment *segments;
    size_t count;
};

void request_pattern_free(struct request_pattern *pattern)
{
    if (!pattern)
        return;
    free(pattern->method);
    free(pattern->path);
    free(pattern->segments);
    free(pattern);
}

static void add_segment(struct request_pattern *pattern, enum segment_kind kind, size_t from,
                        size_t len)
{
    pattern->segments =
        mem_grow(pattern->segments, (pattern->count + 1) * sizeof *pattern->segments);
    /* The text moves while it grows, so until it is whole offsets stand in for the pointers. */
    pattern->segments[pattern->count++] =
        (struct segment){kind, (const char *)(uintptr_t)from, len};
}

/* The decoded text of one written segment; a %2F in it makes two of them. */
static void add_decoded(struct request_pattern *pattern, const struct buf *path, size_t from)
{
    const char *at = path->data + from, *end = path->data + path->len;
    while (at <= end) {
        const char *slash = memchr(at, '/', (size_t)(end - at));
        size_t len = (size_t)((slash ? slash : end) - at);
        add_segment(pattern, SEGMENT_TEXT, (size_t)(at - path->data), len);
        at += len + 1;
    }
}

/* Reads "/v1/devices/ *"; an empty segment at the end is a slash that says nothing. */
static bool read_path(struct request_pattern *pattern, const char *text)
{
    struct buf path;
    buf_init(&path, PATTERN_PATH_MAX);
    bool ok = *text == '/';
    while (ok && *text == '/' && text[1]) {
        size_t len = strcspn(++text, "/"), from = path.len;
        if (len == 1 && *text == '*') {
            add_segment(pattern, SEGMENT_ONE, 0, 0);
        } else if (len == 2 && strncmp(text, "**", 2) == 0) {
            add_segment(pattern, SEGMENT_REST, 0, 0);
            ok = !text[2];
        } else {
            ok = text_percent_decode(text, len, false, &path) && !path.overflow;
            if (ok)
                add_decoded(pattern, &path, from);
        }
        text += len;
    }
    pattern->path = buf_take(&path);
    for (size_t i = 0; i < pattern->count; i++)
        pattern->segments[i].text = pattern->path + (uintptr_t)pattern->segments[i].text;
    return ok && (!*text || strcmp(text, "/") == 0);
}

static bool is_method(const char *text, size_t len)
{
    size_t capitals = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return len && (capitals == len || (len == 3 && strncmp(text, "any", 3) == 0));
}

struct request_pattern *request_pattern_new(const char *text, const char **ret_expected)
{
    struct request_pattern *pattern = mem_new(sizeof *pattern);
    size_t method = strcspn(text, " ");
    pattern->every = strcmp(text, "any") == 0;
    if (is_method(text, method) && *text != 'a')
        pattern->method = mem_dup_n(text, method);
    bool ok = is_method(text, method) &&
              (pattern->every || (text[method] == ' ' && read_path(pattern, text + method + 1)));
    if (ok)
        return pattern;
    if (ret_expected)
        *ret_expected = "a method and a path like \"POST /v1/devices\" (the method may be any, a "
                        "segment *, the rest **), or any";
    request_pattern_free(pattern);
    return NULL;
}

bool request_pattern_meets(const struct request_pattern *pattern, const char *method,
                           const char *path)
{
    if (pattern->method && (!method || strcmp(method, pattern->method) != 0))
        return false;
    if (pattern->every)
        return true;
    if (!path)
        return false;
    for (size_t i = 0; i < pattern->count; i++) {
        const struct segment *segment = &pattern->segments[i];
        if (segment->kind == SEGMENT_REST)
            return true;
        if (*path != '/' || !path[1])
            return false;
        size_t len = strcspn(++path, "/");
        if (segment->kind == SEGMENT_TEXT &&
            (len != segment->len || memcmp(path, segment->text, len) != 0))
            return false;
        path += len;
    }
    return !*path || strcmp(path, "/") == 0;
}
