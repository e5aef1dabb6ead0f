/* See fields.h. Owns the check of a document against rows, and the words for what is wrong. Never
 * stops at the first mistake, never changes a node. */
#include "base/fields.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS_FOUND_MAX 40   /* bytes that are quoted of what was found */
#define FIELDS_LIST_MAX  4096 /* bytes of a list of known words */

/* How one type of scalar is checked. */
struct fields_type {
    bool (*fits)(const struct field *field, const struct doc_node *node);
    void (*expect)(const struct field *field, struct buf *out); /* "expected …" */
};

static bool fields_is_bounded(const struct field *field)
{
    assert(field->min <= field->max);
    return field->min || field->max;
}

static bool fields_within(const struct field *field, int64_t number)
{
    return !fields_is_bounded(field) || (number >= field->min && number <= field->max);
}

static bool fields_fits_string(const struct field *field, const struct doc_node *node)
{
    return fields_within(field, (int64_t)node->len);
}

static bool fields_fits_int(const struct field *field, const struct doc_node *node)
{
    int64_t number = 0;
    return doc_as_int(node, &number) && fields_within(field, number);
}

static bool fields_fits_bool(const struct field *field, const struct doc_node *node)
{
    bool truth = false;
    (void)field;
    return doc_as_bool(node, &truth);
}

static size_t fields_count_words(const struct field *field)
{
    size_t count = 0;
    assert(field->words);
    while (field->words[count])
        count++;
    return count;
}

static bool fields_fits_word(const struct field *field, const struct doc_node *node)
{
    size_t count = fields_count_words(field);
    for (size_t i = 0; i < count; i++)
        if (strcmp(field->words[i], node->text) == 0)
            return true;
    return false;
}

static bool fields_fits_duration(const struct field *field, const struct doc_node *node)
{
    int64_t ms = 0;
    (void)field;
    return timefmt_parse_duration(node->text, &ms);
}

static bool fields_fits_wait(const struct field *field, const struct doc_node *node)
{
    int64_t ms = 0;
    bool virtual_time = false;
    (void)field;
    return fields_parse_wait(node->text, &ms, &virtual_time);
}

static bool fields_fits_time(const struct field *field, const struct doc_node *node)
{
    int64_t at_ms = 0;
    (void)field;
    return timefmt_parse_iso(node->text, &at_ms);
}

static bool fields_fits_hex(const struct field *field, const struct doc_node *node)
{
    return strspn(node->text, "0123456789abcdef") == node->len &&
           fields_within(field, (int64_t)node->len);
}

/* " from MIN to MAX UNIT", or "" without bounds. */
static void fields_add_bounds(const struct field *field, const char *unit, struct buf *out)
{
    if (!fields_is_bounded(field))
        return;
    if (field->min == field->max)
        buf_printf(out, " of %lld%s", (long long)field->min, unit);
    else
        buf_printf(out, " from %lld to %lld%s", (long long)field->min, (long long)field->max, unit);
}

static void fields_expect_string(const struct field *field, struct buf *out)
{
    buf_add_str(out, "text");
    fields_add_bounds(field, " bytes", out);
}

static void fields_expect_int(const struct field *field, struct buf *out)
{
    buf_add_str(out, "a whole number");
    fields_add_bounds(field, "", out);
}

static void fields_expect_bool(const struct field *field, struct buf *out)
{
    (void)field;
    buf_add_str(out, "true or false");
}

static void fields_expect_word(const struct field *field, struct buf *out)
{
    size_t count = fields_count_words(field);
    buf_add_str(out, count > 1 ? "one of " : "");
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "%s%s", i ? ", " : "", field->words[i]);
}

static void fields_expect_duration(const struct field *field, struct buf *out)
{
    (void)field;
    buf_add_str(out, "a duration (a whole number with ms, s, min, h or d, like 5min)");
}

static void fields_expect_wait(const struct field *field, struct buf *out)
{
    (void)field;
    buf_add_str(out, "a duration with its clock (like 5s real, or 30s virtual)");
}

static void fields_expect_time(const struct field *field, struct buf *out)
{
    (void)field;
    buf_add_str(out, "a time (like 2026-01-01T00:00:00Z)");
}

static void fields_expect_hex(const struct field *field, struct buf *out)
{
    if (fields_is_bounded(field))
        buf_printf(out, "%lld ", (long long)field->min);
    if (field->min < field->max)
        buf_printf(out, "to %lld ", (long long)field->max);
    buf_add_str(out, "lower-case hex digits");
}

static const struct fields_type types[] = {
    [FIELD_STRING] = {fields_fits_string, fields_expect_string},
    [FIELD_INT] = {fields_fits_int, fields_expect_int},
    [FIELD_BOOL] = {fields_fits_bool, fields_expect_bool},
    [FIELD_WORD] = {fields_fits_word, fields_expect_word},
    [FIELD_DURATION] = {fields_fits_duration, fields_expect_duration},
    [FIELD_WAIT] = {fields_fits_wait, fields_expect_wait},
    [FIELD_TIME] = {fields_fits_time, fields_expect_time},
    [FIELD_HEX] = {fields_fits_hex, fields_expect_hex},
};

void fields_describe(const struct field *field, struct buf *out)
{
    if (field->type == FIELD_OBJECT) {
        buf_add_str(out, "a map");
    } else if (field->type == FIELD_LIST || field->type == FIELD_MAP) {
        buf_add_str(out, field->type == FIELD_LIST ? "a list of " : "a map of names to ");
        if (field->item->type == FIELD_OBJECT)
            buf_add_str(out, "maps");
        else
            fields_describe(field->item, out);
    } else if (field->type == FIELD_ANY) {
        buf_add_str(out, "anything");
    } else {
        types[field->type].expect(field, out);
    }
}

/* What a value is, in words. Yours: free(). */
static char *fields_found_dup(const struct doc_node *node)
{
    if (node->kind != DOC_SCALAR || doc_is_null(node))
        return mem_dup(doc_describe(node));
    bool bare = node->plain && strcmp(doc_describe(node), "a string") != 0;
    size_t shown = text_utf8_prefix(node->text, node->len, FIELDS_FOUND_MAX);
    return mem_printf_dup("%s%s%.*s%s%s", node->plain ? "" : "the string ", bare ? "" : "\"",
                          (int)shown, node->text, shown < node->len ? "…" : "", bare ? "" : "\"");
}

/* The word that was probably meant, or NULL. */
static const char *fields_hint(const struct field *field, const struct doc_node *node)
{
    static const char *const old_bools[] = {"no", "yes", "off", "on", "n", "y"};
    if (node->kind != DOC_SCALAR)
        return NULL;
    if (field->type == FIELD_WORD)
        return text_nearest(node->text, field->words, fields_count_words(field));
    for (size_t i = 0; field->type == FIELD_BOOL && i < sizeof old_bools / sizeof *old_bools; i++)
        if (strcasecmp(node->text, old_bools[i]) == 0)
            return i % 2 ? "true" : "false";
    return NULL;
}

/* Whether a quoted scalar would fit if it were not quoted. */
static bool fields_fits_unquoted(const struct field *field, const struct doc_node *node)
{
    struct doc_node plain = *node;
    plain.plain = true;
    return node->kind == DOC_SCALAR && !node->plain && types[field->type].fits(field, &plain);
}

static void fields_fail(const struct doc *doc, const struct doc_node *node,
                        const struct field *field, const char *expected, struct diags *diags)
{
    bool scalar = field->type < sizeof types / sizeof *types;
    bool quotes = scalar && fields_fits_unquoted(field, node);
    char *found = fields_found_dup(node);
    doc_fail(doc, node, diags, scalar ? fields_hint(field, node) : NULL,
             "expected %s%s%s%s, found %s%s", expected, field->name ? " for \"" : "",
             field->name ? field->name : "", field->name ? "\"" : "", found,
             quotes ? "; take the quotes away" : "");
    free(found);
}

static bool fields_check_scalar(const struct doc *doc, const struct doc_node *node,
                                const struct field *field, struct diags *diags)
{
    const struct fields_type *type = &types[field->type];
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
        assert(field->type < sizeof types / sizeof *types);
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
