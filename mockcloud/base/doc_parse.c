/* See doc_tree.h. Owns the way from libyaml's events to the tree, and the rules of the subset of
 * YAML. After an error of libyaml nothing that follows can be trusted, so reading ends there; our
 * own refusals are collected, so that one run shows all of them. */
#include "base/doc_tree.h"
#include "base/map.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct doc_parse {
    yaml_parser_t yaml;
    struct doc *doc;
    struct diags *diags;
    bool refused;              /* a mistake was found; the tree will not be used */
    struct doc_node **pending; /* the children so far of all open lists and maps */
    size_t pending_count, pending_cap;
    size_t nodes;
    int depth;
    struct doc_quoted quoted;
};

static struct doc_node *doc_read_event(struct doc_parse *parse, const yaml_event_t *event);

static bool doc_next_event(struct doc_parse *parse, yaml_event_t *event)
{
    if (yaml_parser_parse(&parse->yaml, event))
        return true;
    if (parse->yaml.error == YAML_MEMORY_ERROR)
        mem_out(0);
    doc_explain(parse->doc, &parse->yaml, &parse->quoted, parse->diags);
    return false;
}

static void doc_refuse(struct doc_parse *parse, yaml_mark_t mark, const char *message)
{
    parse->refused = true;
    doc_fail_at(parse->doc, doc_place(parse->doc, mark), parse->diags, NULL, "%s", message);
}

static void doc_push(struct doc_parse *parse, struct doc_node *node)
{
    if (parse->pending_count == parse->pending_cap) {
        parse->pending_cap = parse->pending_cap ? parse->pending_cap * 2 : 64;
        parse->pending = mem_grow(parse->pending, parse->pending_cap * sizeof(struct doc_node *));
    }
    parse->pending[parse->pending_count++] = node;
}

/* A node at the event's place; NULL when there are too many. */
static struct doc_node *doc_read_new(struct doc_parse *parse, const yaml_event_t *event,
                                     enum doc_kind kind)
{
    if (++parse->nodes > DOC_MAX_NODES) {
        doc_fail_at(parse->doc, doc_place(parse->doc, event->start_mark), parse->diags, NULL,
                    "found more than %d values in one file", DOC_MAX_NODES);
        return NULL;
    }
    struct doc_place place = doc_place(parse->doc, event->start_mark);
    struct doc_node *node = doc_room(parse->doc, sizeof *node);
    node->kind = kind;
    node->line = place.line;
    node->column = place.column;
    return node;
}

static void doc_refuse_properties(struct doc_parse *parse, const yaml_event_t *event,
                                  const yaml_char_t *anchor, const yaml_char_t *tag)
{
    if (anchor)
        doc_refuse(parse, event->start_mark,
                   "found an anchor (&…), which this subset of YAML does not have; write the "
                   "value out, or put text that begins with & in quotes");
    else if (tag)
        doc_refuse(parse, event->start_mark,
                   "found a tag (!…), which this subset of YAML does not have; put text that "
                   "begins with ! in quotes");
}

static bool doc_is_quoted(const yaml_event_t *event)
{
    return event->data.scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
           event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

static struct doc_node *doc_read_scalar(struct doc_parse *parse, const yaml_event_t *event)
{
    size_t len = event->data.scalar.length;
    struct doc_node *node = doc_read_new(parse, event, DOC_SCALAR);
    if (!node)
        return NULL;
    doc_refuse_properties(parse, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (memchr(event->data.scalar.value, '\0', len))
        doc_refuse(parse, event->start_mark,
                   "found an escape that stands for NUL; text can't hold that");
    char *text = doc_room(parse->doc, len + 1);
    memcpy(text, event->data.scalar.value, len);
    node->text = text;
    node->len = len;
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (event->end_mark.line > event->start_mark.line && doc_is_quoted(event))
        parse->quoted = (struct doc_quoted){.place = {node->line, node->column},
                                            .end_line = (int)event->end_mark.line + 1};
    return node;
}

/* The file is refused for it; an empty text takes its place so that reading can go on to the next
 * mistake. */
static struct doc_node *doc_read_alias(struct doc_parse *parse, const yaml_event_t *event)
{
    struct doc_node *node = doc_read_new(parse, event, DOC_SCALAR);
    doc_refuse(parse, event->start_mark,
               "found an alias (*…), which this subset of YAML does not have; write the value "
               "out, or put text that begins with * in quotes");
    if (node)
        node->text = "";
    return node;
}

/* Reads up to the event `end` and leaves the children on `pending`. */
static bool doc_read_children(struct doc_parse *parse, yaml_event_type_t end)
{
    for (;;) {
        yaml_event_t event;
        if (!doc_next_event(parse, &event))
            return false;
        bool ended = event.type == end;
        struct doc_node *child = ended ? NULL : doc_read_event(parse, &event);
        yaml_event_delete(&event);
        if (ended)
            return true;
        if (!child)
            return false;
        doc_push(parse, child);
    }
}

static bool doc_read_inside(struct doc_parse *parse, const yaml_event_t *event,
                            yaml_event_type_t end)
{
    /* Refused on the way in: libyaml takes a time quadratic in the depth. */
    if (parse->depth == DOC_MAX_DEPTH) {
        doc_fail_at(parse->doc, doc_place(parse->doc, event->start_mark), parse->diags, NULL,
                    "found lists and maps nested more than %d deep", DOC_MAX_DEPTH);
        return false;
    }
    parse->depth++;
    bool ok = doc_read_children(parse, end);
    parse->depth--;
    return ok;
}

static struct doc_node *doc_read_list(struct doc_parse *parse, const yaml_event_t *event)
{
    size_t base = parse->pending_count;
    struct doc_node *list = doc_read_new(parse, event, DOC_LIST);
    if (!list)
        return NULL;
    doc_refuse_properties(parse, event, event->data.sequence_start.anchor,
                          event->data.sequence_start.tag);
    if (!doc_read_inside(parse, event, YAML_SEQUENCE_END_EVENT))
        return NULL;
    list->count = parse->pending_count - base;
    list->items = doc_room(parse->doc, list->count * sizeof(struct doc_node *));
    for (size_t i = 0; i < list->count; i++)
        list->items[i] = parse->pending[base + i];
    parse->pending_count = base;
    return list;
}

static void doc_check_key(struct doc_parse *parse, struct doc_node *key, struct map *seen)
{
    struct doc_place place = {key->line, key->column};
    const struct doc_node *first = NULL;
    const char *wrong = NULL;
    if (key->kind == DOC_LIST)
        wrong = "expected text as a key, found a list; put text that begins with [ in quotes";
    else if (key->kind == DOC_MAP)
        wrong = "expected text as a key, found a map; put text that begins with { in quotes";
    else if (key->plain && key->len == 0)
        wrong = "expected a key before \":\"";
    else if (key->plain && strcmp(key->text, "<<") == 0)
        wrong = "found a merge key (<<), which this subset of YAML does not have; write the "
                "values out";
    else
        first = map_get(seen, key->text);
    if (wrong)
        doc_fail_at(parse->doc, place, parse->diags, NULL, "%s", wrong);
    else if (first)
        doc_fail_at(parse->doc, place, parse->diags, NULL,
                    "the key \"%s\" is here twice; the first is in line %d", key->text,
                    first->line);
    else
        map_put(seen, key->text, key);
    if (wrong || first)
        parse->refused = true;
}

static struct doc_node *doc_read_map(struct doc_parse *parse, const yaml_event_t *event)
{
    size_t base = parse->pending_count;
    struct doc_node *map = doc_read_new(parse, event, DOC_MAP);
    if (!map)
        return NULL;
    doc_refuse_properties(parse, event, event->data.mapping_start.anchor,
                          event->data.mapping_start.tag);
    if (!doc_read_inside(parse, event, YAML_MAPPING_END_EVENT))
        return NULL;
    map->count = (parse->pending_count - base) / 2;
    map->pairs = doc_room(parse->doc, map->count * sizeof *map->pairs);
    struct map seen = {0};
    for (size_t i = 0; i < map->count; i++) {
        struct doc_node **pair = &parse->pending[base + 2 * i];
        doc_check_key(parse, pair[0], &seen);
        map->pairs[i] = (struct doc_pair){.key = pair[0], .value = pair[1]};
    }
    map_free(&seen, NULL);
    parse->pending_count = base;
    return map;
}

/* The node that begins with `event`; NULL when reading can't go on. */
static struct doc_node *doc_read_event(struct doc_parse *parse, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return doc_read_scalar(parse, event);
    case YAML_SEQUENCE_START_EVENT:
        return doc_read_list(parse, event);
    case YAML_MAPPING_START_EVENT:
        return doc_read_map(parse, event);
    default:
        assert(event->type == YAML_ALIAS_EVENT);
        return doc_read_alias(parse, event);
    }
}

static void doc_check_directives(struct doc_parse *parse, const yaml_event_t *event)
{
    if (event->data.document_start.version_directive ||
        event->data.document_start.tag_directives.start !=
            event->data.document_start.tag_directives.end)
        doc_refuse(parse, event->start_mark,
                   "found a directive (%…), which this subset of YAML does not have");
}

/* All documents; their roots are left on `pending`. */
static bool doc_read_stream(struct doc_parse *parse)
{
    for (;;) {
        yaml_event_t event;
        bool ok = true;
        if (!doc_next_event(parse, &event))
            return false;
        yaml_event_type_t type = event.type;
        if (type == YAML_DOCUMENT_START_EVENT) {
            doc_check_directives(parse, &event);
        } else if (type != YAML_STREAM_START_EVENT && type != YAML_DOCUMENT_END_EVENT &&
                   type != YAML_STREAM_END_EVENT) {
            struct doc_node *root = doc_read_event(parse, &event);
            ok = root != NULL;
            if (ok)
                doc_push(parse, root);
        }
        yaml_event_delete(&event);
        if (type == YAML_STREAM_END_EVENT || !ok)
            return ok;
    }
}

static void doc_keep_roots(struct doc_parse *parse)
{
    struct doc *doc = parse->doc;
    doc->root_count = parse->pending_count;
    doc->roots = doc_room(doc, doc->root_count * sizeof(struct doc_node *));
    for (size_t i = 0; i < doc->root_count; i++)
        doc->roots[i] = parse->pending[i];
}

bool doc_parse(struct doc *doc, struct diags *diags)
{
    struct doc_parse parse = {.doc = doc, .diags = diags};
    if (!yaml_parser_initialize(&parse.yaml))
        mem_out(0);
    yaml_parser_set_encoding(&parse.yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parse.yaml, (const unsigned char *)doc->text, doc->len);
    bool ok = doc_read_stream(&parse) && !parse.refused;
    if (ok && parse.pending_count == 0) {
        diags_add(diags, doc->name, 1, 1, NULL, NULL, "the file is empty; expected a document");
        ok = false;
    }
    if (ok)
        doc_keep_roots(&parse);
    yaml_parser_delete(&parse.yaml);
    free(parse.pending);
    return ok;
}
