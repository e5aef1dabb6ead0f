/* See doc.h. Owns nodes that no text has: copies with something filled in, and maps that are put
 * together. They live in their document as the parsed ones do, and are counted as those are. */
#include "base/doc_tree.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define COPY_TEXT_MAX  (1u << 20)
#define COPY_NAMES_MAX 64

/* What is being copied. */
struct copy {
    struct doc *doc;
    const struct doc_fill *fill; /* NULL: as it is */
    const struct doc_node *at;   /* where all of it stands; NULL: where it stood */
    struct diags *diags;
    bool ok;
};

static struct doc_node *copy_node(struct copy *copy, const struct doc_node *node);

static char *copy_room_dup(struct doc *doc, const char *text, size_t len)
{
    char *room = doc_room(doc, len + 1);
    memcpy(room, text, len);
    return room;
}

/* The value that a name stands for; NULL: none, told at `node`. */
static const struct doc_node *copy_value(struct copy *copy, const struct doc_node *node,
                                         const char *name, size_t len)
{
    const struct doc_node *values = copy->fill->values;
    const char *names[COPY_NAMES_MAX];
    size_t count = 0;
    for (size_t i = 0; i < values->count; i++) {
        const struct doc_node *key = values->pairs[i].key;
        if (key->len == len && memcmp(key->text, name, len) == 0)
            return values->pairs[i].value;
        if (count < COPY_NAMES_MAX)
            names[count++] = key->text;
    }
    char *missing = mem_dup_n(name, len);
    doc_fail(copy->doc, node, copy->diags, text_nearest(missing, names, count),
             "there is no \"%s\" in row %zu of \"each\"", missing, copy->fill->row);
    free(missing);
    copy->ok = false;
    return NULL;
}

/* The next "${prefix" in `text` that no "$" takes its meaning from; NULL: none. */
static const char *copy_next(const struct copy *copy, const char *text)
{
    const char *found = text;
    while ((found = strstr(found, copy->fill->prefix))) {
        if (found == text || found[-1] != '$')
            return found;
        found++;
    }
    return NULL;
}

/* The pieces of a text that has names in it. */
static void copy_fill_text(struct copy *copy, const struct doc_node *node, struct buf *out)
{
    size_t prefix = strlen(copy->fill->prefix);
    const char *text = node->text, *found;
    while ((found = copy_next(copy, text))) {
        const char *name = found + prefix;
        size_t len = strcspn(name, "}");
        buf_add(out, text, (size_t)(found - text));
        const struct doc_node *value = copy_value(copy, node, name, len);
        if (value && value->kind == DOC_SCALAR)
            buf_add(out, value->text, value->len);
        else if (value) {
            doc_fail(copy->doc, node, copy->diags, NULL,
                     "\"%.*s\" is %s, which can't be a part of a text", (int)len, name,
                     doc_describe(value));
            copy->ok = false;
        }
        text = name + len + (name[len] == '}');
    }
    buf_add_str(out, text);
}

/* A text that is one name and nothing else becomes its value, of whatever kind. */
static const struct doc_node *copy_whole(struct copy *copy, const struct doc_node *node)
{
    size_t prefix = strlen(copy->fill->prefix);
    const char *name = node->text + prefix;
    if (strncmp(node->text, copy->fill->prefix, prefix) != 0)
        return NULL;
    size_t len = strcspn(name, "}");
    return name[len] == '}' && !name[len + 1] ? copy_value(copy, node, name, len) : NULL;
}

static void copy_scalar(struct copy *copy, const struct doc_node *node, struct doc_node *ret)
{
    struct buf text;
    if (!copy->fill || !copy->ok || !copy_next(copy, node->text)) {
        ret->text = copy_room_dup(copy->doc, node->text, node->len);
        return;
    }
    buf_init(&text, COPY_TEXT_MAX);
    copy_fill_text(copy, node, &text);
    ret->text = copy_room_dup(copy->doc, buf_str(&text), text.len);
    ret->len = text.len;
    ret->plain = false;
    buf_free(&text);
}

static void copy_inside(struct copy *copy, const struct doc_node *node, struct doc_node *ret)
{
    if (node->kind == DOC_LIST)
        ret->items = doc_room(copy->doc, (node->count + 1) * sizeof *ret->items);
    else
        ret->pairs = doc_room(copy->doc, (node->count + 1) * sizeof *ret->pairs);
    for (size_t i = 0; i < node->count && node->kind == DOC_LIST; i++)
        ret->items[i] = copy_node(copy, node->items[i]);
    for (size_t i = 0; i < node->count && node->kind == DOC_MAP; i++) {
        const struct doc_fill *fill = copy->fill;
        copy->fill = NULL; /* a key stands for itself */
        ret->pairs[i].key = copy_node(copy, node->pairs[i].key);
        copy->fill = fill;
        ret->pairs[i].value = copy_node(copy, node->pairs[i].value);
    }
}

static struct doc_node *copy_node(struct copy *copy, const struct doc_node *node)
{
    struct doc_node *ret = doc_room(copy->doc, sizeof *ret);
    const struct doc_node *at = copy->at ? copy->at : node;
    bool is_name = copy->fill && node->kind == DOC_SCALAR;
    const struct doc_node *whole = is_name ? copy_whole(copy, node) : NULL;
    *ret = *(whole ? whole : node);
    ret->line = at->line;
    ret->column = at->column;
    copy->doc->copied++;
    if (whole)
        return ret; /* what is in it is the document's own */
    if (node->kind == DOC_SCALAR)
        copy_scalar(copy, node, ret);
    else
        copy_inside(copy, node, ret);
    return ret;
}

static size_t copy_count(const struct doc_node *node)
{
    size_t count = 1;
    for (size_t i = 0; node->kind == DOC_LIST && i < node->count; i++)
        count += copy_count(node->items[i]);
    for (size_t i = 0; node->kind == DOC_MAP && i < node->count; i++)
        count += 1 + copy_count(node->pairs[i].value);
    return count;
}

/* Whether that many more may be. */
static bool copy_has_room(const struct doc *doc, const struct doc_node *node,
                          const struct doc_node *at, struct diags *diags)
{
    if (doc->copied + copy_count(node) <= DOC_MAX_NODES)
        return true;
    doc_fail(doc, at, diags, NULL, "with this there would be more than %d values", DOC_MAX_NODES);
    return false;
}

const struct doc_node *doc_fill(struct doc *doc, const struct doc_node *node,
                                const struct doc_fill *fill, struct diags *diags)
{
    struct copy copy = {.doc = doc, .fill = fill, .diags = diags, .ok = true};
    if (!copy_has_room(doc, node, fill->values, diags))
        return NULL;
    const struct doc_node *filled = copy_node(&copy, node);
    return copy.ok ? filled : NULL;
}

const struct doc_node *doc_merge(struct doc *doc, const struct doc_node *over,
                                 const struct doc_node *under, const struct doc_node *at,
                                 struct diags *diags)
{
    struct copy copy = {.doc = doc, .at = at, .diags = diags, .ok = true};
    if (!copy_has_room(doc, under, at, diags))
        return NULL;
    const struct doc_node *copied = copy_node(&copy, under);
    struct doc_node *merged = doc_room(doc, sizeof *merged);
    *merged = *over;
    merged->pairs = doc_room(doc, (over->count + copied->count + 1) * sizeof *merged->pairs);
    merged->count = 0;
    for (size_t i = 0; i < over->count; i++)
        if (over->pairs[i].value != at)
            merged->pairs[merged->count++] = over->pairs[i];
    for (size_t i = 0; i < copied->count; i++)
        if (!doc_get(over, copied->pairs[i].key->text))
            merged->pairs[merged->count++] = copied->pairs[i];
    return merged;
}
