/* See fields.h. Owns the same rows as JSON Schema. It must never be stricter than fields_check():
 * an editor that marks as wrong what the program takes is worse than none. So text may be a plain
 * number. */
#include "base/fields.h"

#include <assert.h>
#include <stdio.h>

/* A schema's pattern can't say in which order units may stand; the check does. */
#define FIELDS_DURATION_PATTERN "([0-9]+(ms|s|min|m|h|d))+"
#define FIELDS_TIME_PATTERN                                                                        \
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{3})?Z?)?$"

static void fields_schema_types(struct jsonw *w, const char *a, const char *b, const char *c)
{
    jsonw_key(w, "type");
    jsonw_array(w);
    jsonw_str(w, a);
    jsonw_str(w, b);
    if (c)
        jsonw_str(w, c);
    jsonw_end_array(w);
}

static void fields_schema_string(const struct field *field, struct jsonw *w)
{
    fields_schema_types(w, "string", "number", "boolean");
    if (!field->min && !field->max)
        return;
    /* Our bounds are bytes, the schema's are characters of 1 to 4 bytes. */
    jsonw_key_int(w, "minLength", (field->min + 3) / 4);
    jsonw_key_int(w, "maxLength", field->max);
}

static void fields_schema_int(const struct field *field, struct jsonw *w)
{
    jsonw_key_str(w, "type", "integer");
    if (!field->min && !field->max)
        return;
    jsonw_key_int(w, "minimum", field->min);
    jsonw_key_int(w, "maximum", field->max);
}

static void fields_schema_bool(const struct field *field, struct jsonw *w)
{
    (void)field;
    jsonw_key_str(w, "type", "boolean");
}

static void fields_schema_word(const struct field *field, struct jsonw *w)
{
    jsonw_key(w, "enum");
    jsonw_array(w);
    for (size_t i = 0; field->words[i]; i++)
        jsonw_str(w, field->words[i]);
    jsonw_end_array(w);
}

static void fields_schema_pattern(struct jsonw *w, const char *pattern)
{
    jsonw_key_str(w, "type", "string");
    jsonw_key_str(w, "pattern", pattern);
}

static void fields_schema_duration(const struct field *field, struct jsonw *w)
{
    (void)field;
    fields_schema_pattern(w, "^" FIELDS_DURATION_PATTERN "$");
}

static void fields_schema_wait(const struct field *field, struct jsonw *w)
{
    (void)field;
    fields_schema_pattern(w, "^" FIELDS_DURATION_PATTERN " (real|virtual)$");
}

static void fields_schema_time(const struct field *field, struct jsonw *w)
{
    (void)field;
    fields_schema_pattern(w, FIELDS_TIME_PATTERN);
}

static void fields_schema_hex(const struct field *field, struct jsonw *w)
{
    char pattern[80];
    if (field->min || field->max)
        snprintf(pattern, sizeof pattern, "^[0-9a-f]{%lld,%lld}$", (long long)field->min,
                 (long long)field->max);
    else
        snprintf(pattern, sizeof pattern, "^[0-9a-f]*$");
    fields_schema_types(w, "string", "number", NULL);
    jsonw_key_str(w, "pattern", pattern);
}

static void fields_schema_required(const struct field *fields, struct jsonw *w)
{
    bool any = false;
    for (const struct field *field = fields; field->name; field++) {
        if (!field->required)
            continue;
        if (!any) {
            jsonw_key(w, "required");
            jsonw_array(w);
        }
        any = true;
        jsonw_str(w, field->name);
    }
    if (any)
        jsonw_end_array(w);
}

void fields_schema_members(const struct field *fields, struct jsonw *w)
{
    jsonw_key_str(w, "type", "object");
    jsonw_key_bool(w, "additionalProperties", false);
    jsonw_key(w, "properties");
    jsonw_object(w);
    for (const struct field *field = fields; field->name; field++) {
        jsonw_key(w, field->name);
        fields_schema_value(field, w);
    }
    jsonw_end_object(w);
    fields_schema_required(fields, w);
}

static void fields_schema_object(const struct field *field, struct jsonw *w)
{
    fields_schema_members(field->fields, w);
}

static void fields_schema_list(const struct field *field, struct jsonw *w)
{
    jsonw_key_str(w, "type", "array");
    jsonw_key(w, "items");
    fields_schema_value(field->item, w);
}

static void fields_schema_map(const struct field *field, struct jsonw *w)
{
    jsonw_key_str(w, "type", "object");
    jsonw_key(w, "additionalProperties");
    fields_schema_value(field->item, w);
}

static void fields_schema_any(const struct field *field, struct jsonw *w)
{
    (void)field;
    (void)w;
}

static void (*const schemas[])(const struct field *field, struct jsonw *w) = {
    [FIELD_STRING] = fields_schema_string,     [FIELD_INT] = fields_schema_int,
    [FIELD_BOOL] = fields_schema_bool,         [FIELD_WORD] = fields_schema_word,
    [FIELD_DURATION] = fields_schema_duration, [FIELD_WAIT] = fields_schema_wait,
    [FIELD_TIME] = fields_schema_time,         [FIELD_HEX] = fields_schema_hex,
    [FIELD_OBJECT] = fields_schema_object,     [FIELD_LIST] = fields_schema_list,
    [FIELD_MAP] = fields_schema_map,           [FIELD_ANY] = fields_schema_any,
};

void fields_schema_value(const struct field *field, struct jsonw *w)
{
    assert(field->type < sizeof schemas / sizeof *schemas);
    jsonw_object(w);
    if (field->text)
        jsonw_key_str(w, "description", field->text);
    schemas[field->type](field, w);
    jsonw_end_object(w);
}

void fields_schema(const struct field *fields, struct jsonw *w)
{
    jsonw_object(w);
    fields_schema_members(fields, w);
    jsonw_end_object(w);
}
