/* See fields.h. Owns the check of a document against rows. Never stops at the first mistake, never
 * changes a node. */
#include "base/fields_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static bool fields_check_scalar(const struct doc *doc, const struct doc_node *node,
                                const struct field *field, struct diags *diags)
{
    const struct fields_type *type = &fields_types[field->type];
    if (node->kind == DOC_SCALAR && !doc_is_null(node) && type->fits(field, node))
        return true;
    struct buf expected;
    buf_init(&expected, FIELDS_LIST_MAX);
    type->expect(field, &expected);
    fields_fail(doc, node, field, buf_str(&expected), diags);
    buf_free(&expected);
    return false;
}

static bool fields_check_list(const struct doc *doc, const struct doc_node *list,
                              const struct field *field, struct diags *diags)
{
    bool ok = list->kind == DOC_LIST;
    assert(field->item);
    if (!ok)
        fields_fail(doc, list, field, "a list", diags);
    for (size_t i = 0; list->kind == DOC_LIST && i < list->count; i++)
        ok &= fields_check_value(doc, list->items[i], field->item, diags);
    return ok;
}

static bool fields_check_map(const struct doc *doc, const struct doc_node *map,
                             const struct field *field, struct diags *diags)
{
    bool ok = map->kind == DOC_MAP;
    assert(field->item);
    if (!ok)
        fields_fail(doc, map, field, "a map", diags);
    for (size_t i = 0; map->kind == DOC_MAP && i < map->count; i++)
        ok &= fields_check_value(doc, map->pairs[i].value, field->item, diags);
    return ok;
}

static const struct field *fields_find(const struct field *fields, const char *name)
{
    while (fields->name && strcmp(fields->name, name) != 0)
        fields++;
    return fields->name ? fields : NULL;
}

static void fields_fail_unknown(const struct doc *doc, const struct doc_node *key,
                                const struct field *fields, struct diags *diags)
{
    size_t count = 0;
    while (fields[count].name)
        count++;
    struct buf known;
    buf_init(&known, FIELDS_LIST_MAX);
    const char **names = mem_new_array(count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = fields[i].name;
        buf_printf(&known, "%s%s", i ? ", " : "", fields[i].name);
    }
    const char *hint = diags->count < DIAG_MAX ? text_nearest(key->text, names, count) : NULL;
    if (hint)
        doc_fail(doc, key, diags, hint, "unknown key \"%s\"", key->text);
    else
        doc_fail(doc, key, diags, NULL, "unknown key \"%s\"; known keys: %s", key->text,
                 count ? buf_str(&known) : "none");
    free(names);
    buf_free(&known);
}

static void fields_fail_missing(const struct doc *doc, const struct doc_node *map,
                                const struct field *field, struct diags *diags)
{
    size_t len = field->text ? strlen(field->text) : 0;
    if (len && field->text[len - 1] == '.')
        len--;
    doc_fail(doc, map, diags, NULL, "the key \"%s\" is missing%s%.*s%s", field->name,
             len ? " (" : "", (int)len, len ? field->text : "", len ? ")" : "");
}

static bool fields_check_object(const struct doc *doc, const struct doc_node *map,
                                const struct field *fields, struct diags *diags)
{
    bool ok = true;
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_pair *pair = &map->pairs[i];
        const struct field *field = fields_find(fields, pair->key->text);
        if (!field)
            fields_fail_unknown(doc, pair->key, fields, diags);
        ok &= field && fields_check_value(doc, pair->value, field, diags);
    }
    for (const struct field *field = fields; field->name; field++) {
        if (!field->required || doc_get(map, field->name))
            continue;
        fields_fail_missing(doc, map, field, diags);
        ok = false;
    }
    return ok;
}

bool fields_check_value(const struct doc *doc, const struct doc_node *value,
                        const struct field *field, struct diags *diags)
{
    switch (field->type) {
    case FIELD_ANY:
        return true;
    case FIELD_LIST:
        return fields_check_list(doc, value, field, diags);
    case FIELD_MAP:
        return fields_check_map(doc, value, field, diags);
    case FIELD_OBJECT:
        assert(field->fields);
        if (value->kind == DOC_MAP)
            return fields_check_object(doc, value, field->fields, diags);
        fields_fail(doc, value, field, "a map", diags);
        return false;
    default:
        assert(field->type < FIELD_SCALARS);
        return fields_check_scalar(doc, value, field, diags);
    }
}

bool fields_check(const struct doc *doc, const struct doc_node *map, const struct field *fields,
                  struct diags *diags)
{
    const struct field whole = {.type = FIELD_OBJECT, .fields = fields};
    return fields_check_value(doc, map, &whole, diags);
}

/* The text of a key that passed the check, NULL when it is absent. */
static const struct doc_node *fields_scalar(const struct doc_node *map, const char *key)
{
    const struct doc_node *node = doc_get(map, key);
    assert(!node || node->kind == DOC_SCALAR);
    return node;
}

const char *fields_str(const struct doc_node *map, const char *key, const char *fallback)
{
    const struct doc_node *node = fields_scalar(map, key);
    return node ? node->text : fallback;
}

int64_t fields_int(const struct doc_node *map, const char *key, int64_t fallback)
{
    const struct doc_node *node = fields_scalar(map, key);
    bool read = !node || doc_as_int(node, &fallback);
    assert(read);
    return fallback;
}

bool fields_bool(const struct doc_node *map, const char *key, bool fallback)
{
    const struct doc_node *node = fields_scalar(map, key);
    bool read = !node || doc_as_bool(node, &fallback);
    assert(read);
    return fallback;
}

int64_t fields_duration(const struct doc_node *map, const char *key, int64_t fallback_ms)
{
    const struct doc_node *node = fields_scalar(map, key);
    bool read = !node || timefmt_parse_duration(node->text, &fallback_ms);
    assert(read);
    return fallback_ms;
}

int64_t fields_time(const struct doc_node *map, const char *key, int64_t fallback_ms)
{
    const struct doc_node *node = fields_scalar(map, key);
    bool read = !node || timefmt_parse_iso(node->text, &fallback_ms);
    assert(read);
    return fallback_ms;
}

bool fields_parse_wait(const char *text, int64_t *ret_ms, bool *ret_virtual)
{
    char duration[32];
    int64_t ms = 0;
    size_t len = strcspn(text, " ");
    bool real = strcmp(text + len, " real") == 0;
    if (len >= sizeof duration || (!real && strcmp(text + len, " virtual") != 0))
        return false;
    memcpy(duration, text, len);
    duration[len] = '\0';
    if (!timefmt_parse_duration(duration, &ms))
        return false;
    *ret_ms = ms;
    *ret_virtual = !real;
    return true;
}
