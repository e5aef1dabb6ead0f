/* See doc.h. Owns the life of a document, its source lines and its messages. Knows nothing of YAML.
 */
#include "base/doc.h"

#include "base/doc_tree.h"
#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <errno.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOC_CHUNK_MIN 2048
/* Above 1 MiB a chunk is mapped by itself (mallopt in main()), so that it goes back to the machine
 * with its document, whatever was made after it. */
#define DOC_CHUNK_MAX 4194304
/* A message may quote a scalar; diag.c shortens it. */
#define DOC_MESSAGE_BYTES ((size_t)DOC_MAX_BYTES * 2)

struct doc_chunk {
    struct doc_chunk *next;
    size_t used, cap;
    alignas(max_align_t) char bytes[];
};

/* All nodes and texts of a document live in a few chunks and are freed together: a large file has
 * hundreds of thousands, none of which ends before the others. */
void *doc_room(struct doc *doc, size_t size)
{
    struct doc_chunk *chunk = doc->chunks;
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (!chunk || size > chunk->cap - chunk->used) {
        size_t cap = chunk ? chunk->cap * 2 : DOC_CHUNK_MIN;
        if (cap > DOC_CHUNK_MAX)
            cap = DOC_CHUNK_MAX;
        if (cap < size)
            cap = size;
        struct doc_chunk *fresh = mem_new(sizeof *fresh + cap);
        fresh->cap = cap;
        fresh->next = chunk;
        doc->chunks = chunk = fresh;
    }
    void *room = chunk->bytes + chunk->used;
    chunk->used += size;
    return room;
}

static void doc_free(struct doc *doc)
{
    while (doc->chunks) {
        struct doc_chunk *chunk = doc->chunks;
        doc->chunks = chunk->next;
        free(chunk);
    }
    free(doc->name);
    free(doc->text);
    free(doc->lines);
    free(doc);
}

struct doc *doc_new(const char *name, const char *text, size_t len, struct diags *diags)
{
    static const char byte_order_mark[] = {'\xef', '\xbb', '\xbf'};
    if (len > DOC_MAX_BYTES) {
        char *message =
            mem_printf_dup("found %zu bytes; a file can have %u at most", len, DOC_MAX_BYTES);
        diags_add(diags, name, 0, 0, NULL, NULL, message);
        free(message);
        return NULL;
    }
    if (len >= sizeof byte_order_mark &&
        memcmp(text, byte_order_mark, sizeof byte_order_mark) == 0) {
        text += sizeof byte_order_mark;
        len -= sizeof byte_order_mark;
    }
    struct doc *doc = mem_new(sizeof *doc);
    doc->refs = 1;
    doc->name = mem_dup(name);
    doc->text = mem_dup_n(text, len);
    doc->len = len;
    doc_scan_lines(doc);
    if (doc_scan_bytes(doc, diags) && doc_parse(doc, diags))
        return doc;
    doc_free(doc);
    return NULL;
}

static void doc_fail_file(const char *path, struct diags *diags, int error)
{
    char *message = mem_printf_dup("the file can't be read: %s", strerror(error));
    diags_add(diags, path, 0, 0, NULL, NULL, message);
    free(message);
}

/* Reads a file, but little more than a document may have, which is enough for doc_new() to see that
 * it is too long: the path may be /dev/zero. False when reading failed. */
static bool doc_read_all(FILE *file, struct buf *out)
{
    char block[16384];
    size_t got;
    while (out->len <= DOC_MAX_BYTES && (got = fread(block, 1, sizeof block, file)) > 0)
        buf_add(out, block, got);
    return !ferror(file);
}

struct doc *doc_new_from_file(const char *path, struct diags *diags)
{
    struct doc *doc = NULL;
    struct buf text;
    buf_init(&text, DOC_MAX_BYTES + 65536);
    FILE *file = fopen(path, "rbe");
    if (file && doc_read_all(file, &text))
        doc = doc_new(path, buf_str(&text), text.len, diags);
    else
        doc_fail_file(path, diags, errno);
    if (file)
        fclose(file);
    buf_free(&text);
    return doc;
}

struct doc *doc_ref(struct doc *doc)
{
    assert(doc->refs > 0);
    doc->refs++;
    return doc;
}

void doc_unref(struct doc *doc)
{
    if (!doc)
        return;
    assert(doc->refs > 0);
    if (--doc->refs == 0)
        doc_free(doc);
}

const char *doc_text(const struct doc *doc, size_t *ret_len)
{
    *ret_len = doc->len;
    return doc->text;
}

const char *doc_name(const struct doc *doc)
{
    return doc->name;
}

size_t doc_count(const struct doc *doc)
{
    return doc->root_count;
}

const struct doc_node *doc_root(const struct doc *doc, size_t index)
{
    assert(index < doc->root_count);
    return doc->roots[index];
}

const char *doc_line(const struct doc *doc, int line, size_t *ret_len)
{
    if (line < 1 || (size_t)line > doc->line_count)
        return NULL;
    size_t from = doc->lines[line - 1], to = doc->lines[line];
    if (to > from && doc->text[to - 1] == '\n')
        to--;
    if (to > from && doc->text[to - 1] == '\r')
        to--;
    *ret_len = to - from;
    return doc->text + from;
}

size_t doc_offset(const struct doc *doc, struct doc_place place)
{
    if (place.line < 1 || (size_t)place.line > doc->line_count)
        return doc->len;
    size_t at = doc->lines[place.line - 1];
    for (int i = 1; i < place.column && at < doc->len; i++)
        at += text_utf8_len(doc->text + at, doc->len - at);
    return at;
}

struct doc_place doc_place(const struct doc *doc, yaml_mark_t mark)
{
    struct doc_place place = {(int)mark.line + 1, (int)mark.column + 1};
    size_t len = 0;
    if (doc->line_count == 0 || mark.line < doc->line_count)
        return place;
    /* libyaml puts what is missing at the end into a line behind the last, which no editor shows:
     * it is told at the end of the last one. */
    place.line = (int)doc->line_count;
    place.column = 1;
    const char *last = doc_line(doc, place.line, &len);
    for (size_t at = 0; at < len; at += text_utf8_len(last + at, len - at))
        place.column++;
    return place;
}

static void doc_vfail(const struct doc *doc, struct doc_place place, struct diags *diags,
                      const char *hint, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));

static void doc_vfail(const struct doc *doc, struct doc_place place, struct diags *diags,
                      const char *hint, const char *format, va_list args)
{
    if (diags->count == DIAG_MAX) {
        diags->dropped++; /* counted, not made: a file can have a million mistakes */
        return;
    }
    struct buf message;
    buf_init(&message, DOC_MESSAGE_BYTES);
    buf_vprintf(&message, format, args);
    size_t len = 0;
    const char *line = doc_line(doc, place.line, &len);
    char *source = line ? mem_dup_n(line, len) : NULL;
    diags_add(diags, doc->name, place.line, place.column, source, hint, buf_str(&message));
    free(source);
    buf_free(&message);
}

void doc_fail_at(const struct doc *doc, struct doc_place place, struct diags *diags,
                 const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    doc_vfail(doc, place, diags, hint, format, args);
    va_end(args);
}

void doc_fail(const struct doc *doc, const struct doc_node *at, struct diags *diags,
              const char *hint, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    doc_vfail(doc, (struct doc_place){at->line, at->column}, diags, hint, format, args);
    va_end(args);
}
