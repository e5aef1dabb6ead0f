/* See fields_inside.h. Owns the types of scalars: what fits each, and how that is said. */
#include "base/fields_inside.h"

#include "base/timefmt.h"

#include <assert.h>
#include <string.h>

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

size_t fields_count_words(const struct field *field)
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

bool fields_fits_hex(const struct field *field, const struct doc_node *node)
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

const struct fields_type fields_types[FIELD_SCALARS] = {
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
        fields_types[field->type].expect(field, out);
    }
}
