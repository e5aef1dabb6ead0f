/* Shapes as JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1). See openapi.h. */
#include "api/openapi.h"

#include "api/shape/shapes.h"
#include "api/tables.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define PARAM_SCHEMA_MAX 10000

/* ---- the keywords ---- */

static void write_type(const char *type, unsigned flags, struct jsonw *w)
{
    jsonw_key(w, "type");
    if (!(flags & SHAPE_NULLABLE)) {
        jsonw_str(w, type);
        return;
    }
    jsonw_array(w);
    jsonw_str(w, type);
    jsonw_str(w, "null");
    jsonw_end_array(w);
}

static void write_string(const struct shape *shape, unsigned flags, struct jsonw *w)
{
    write_type("string", flags, w);
    if (shape->pattern)
        jsonw_key_str(w, "pattern", shape->pattern);
    if (!shape->words)
        return;
    jsonw_key(w, "enum");
    jsonw_array(w);
    for (const char *const *word = shape->words; *word; word++)
        jsonw_str(w, *word);
    if (flags & SHAPE_NULLABLE)
        jsonw_null(w);
    jsonw_end_array(w);
}

static void write_object(const struct shape *shape, unsigned flags, struct jsonw *w)
{
    const struct shape_field *field;
    write_type("object", flags, w);
    if (shape->fields) {
        jsonw_key(w, "properties");
        jsonw_object(w);
        for (field = shape->fields; field->name; field++) {
            jsonw_key(w, field->name);
            openapi_shape(field->shape, field->flags, w);
        }
        jsonw_end_object(w);
        jsonw_key(w, "required");
        jsonw_array(w);
        for (field = shape->fields; field->name; field++)
            if (!(field->flags & SHAPE_OPTIONAL))
                jsonw_str(w, field->name);
        jsonw_end_array(w);
    }
    jsonw_key(w, "additionalProperties");
    if (shape->rest)
        openapi_shape(shape->rest, 0, w);
    else
        jsonw_bool(w, false);
}

static void write_union(const struct shape *shape, unsigned flags, struct jsonw *w)
{
    jsonw_key(w, "anyOf");
    jsonw_array(w);
    for (const struct shape *const *one = shape->any_of; *one; one++)
        openapi_shape(*one, 0, w);
    if (flags & SHAPE_NULLABLE) {
        jsonw_object(w);
        jsonw_key_str(w, "type", "null");
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* The keywords of a shape, inside its object. */
static void write_keywords(const struct shape *shape, unsigned flags, struct jsonw *w)
{
    static const char *const types[] = {
        [SHAPE_NULL] = "null",     [SHAPE_BOOL] = "boolean", [SHAPE_INT] = "integer",
        [SHAPE_NUMBER] = "number", [SHAPE_ARRAY] = "array",
    };
    if (shape->type == SHAPE_STRING)
        write_string(shape, flags, w);
    else if (shape->type == SHAPE_OBJECT)
        write_object(shape, flags, w);
    else if (shape->type == SHAPE_UNION)
        write_union(shape, flags, w);
    else if (shape->type != SHAPE_ANY)
        write_type(types[shape->type], flags, w);
    if (shape->type == SHAPE_ARRAY) {
        jsonw_key(w, "items");
        openapi_shape(shape->item, 0, w);
    }
}

static void write_whole(const struct shape *shape, unsigned flags, struct jsonw *w)
{
    jsonw_object(w);
    if (shape->text)
        jsonw_key_str(w, "description", shape->text);
    write_keywords(shape, flags, w);
    jsonw_end_object(w);
}

static void write_reference(const struct shape *shape, struct jsonw *w)
{
    char *reference = mem_printf_dup("#/components/schemas/%s", shape->name);
    jsonw_object(w);
    jsonw_key_str(w, "$ref", reference);
    jsonw_end_object(w);
    free(reference);
}

void openapi_shape(const struct shape *shape, unsigned flags, struct jsonw *w)
{
    if (!shape->name) {
        write_whole(shape, flags, w);
        return;
    }
    if (!(flags & SHAPE_NULLABLE)) {
        write_reference(shape, w);
        return;
    }
    jsonw_object(w);
    jsonw_key(w, "anyOf");
    jsonw_array(w);
    write_reference(shape, w);
    jsonw_object(w);
    jsonw_key_str(w, "type", "null");
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

/* ---- the components ---- */

struct named {
    const struct shape **shapes;
    size_t count;
};

static bool named_take(struct named *named, const struct shape *shape)
{
    for (size_t i = 0; i < named->count; i++)
        if (named->shapes[i] == shape)
            return false;
    named->shapes = mem_grow(named->shapes, (named->count + 1) * sizeof *named->shapes);
    named->shapes[named->count++] = shape;
    return true;
}

/* The shape and all that it is made of. */
static void named_walk(struct named *named, const struct shape *shape)
{
    if (!shape || (shape->name && !named_take(named, shape)))
        return;
    named_walk(named, shape->item);
    named_walk(named, shape->rest);
    for (const struct shape_field *field = shape->fields; field && field->name; field++)
        named_walk(named, field->shape);
    for (const struct shape *const *one = shape->any_of; one && *one; one++)
        named_walk(named, *one);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const struct shape *const *)a)->name, (*(const struct shape *const *)b)->name);
}

void openapi_components(struct jsonw *w)
{
    struct named named = {0};
    const struct route *route;
    named_walk(&named, shapes_error(false, 400));
    named_walk(&named, shapes_error(false, 429));
    named_walk(&named, shapes_error(true, 400));
    for (size_t i = 0; (route = tables_route(i)); i++)
        for (const struct reply_shape *row = route->replies; row && row->status; row++)
            named_walk(&named, row->shape);
    qsort(named.shapes, named.count, sizeof *named.shapes, by_name);
    jsonw_object(w);
    for (size_t i = 0; i < named.count; i++) {
        assert(!i || strcmp(named.shapes[i - 1]->name, named.shapes[i]->name) != 0);
        jsonw_key(w, named.shapes[i]->name);
        write_whole(named.shapes[i], 0, w);
    }
    jsonw_end_object(w);
    free(named.shapes);
}

static void add_words(const char *const *words, struct buf *schema)
{
    for (size_t i = 0; words && words[i]; i++)
        buf_printf(schema, "%s\"%s\"", i ? "," : ",\"enum\":[", words[i]);
    if (words)
        buf_add_char(schema, ']');
}

void openapi_param_type(const struct param *param, const char *text, struct jsonw *w)
{
    static const char *const members[] = {
        [PARAM_STRING] = "\"type\":\"string\"",
        [PARAM_INT] = "\"type\":\"integer\"",
        [PARAM_NUMBER] = "\"type\":\"number\"",
        [PARAM_BOOL] = "\"type\":\"boolean\"",
        [PARAM_LIST] = "\"type\":\"array\",\"items\":{\"type\":\"string\"}",
        [PARAM_MAP] = "\"type\":\"object\"",
        [PARAM_TEXTS] = "\"type\":[\"string\",\"array\"],\"items\":{\"type\":\"string\"}",
        [PARAM_FILE] = "\"type\":\"string\",\"contentMediaType\":\"application/octet-stream\"",
        [PARAM_ANY] = "",
    };
    struct buf schema;
    struct jsonw description;
    buf_init(&schema, PARAM_SCHEMA_MAX);
    buf_printf(&schema, "{%s", members[param->type]);
    add_words(param->words, &schema);
    if (text) {
        buf_printf(&schema, "%s\"description\":", *members[param->type] ? "," : "");
        jsonw_init(&description, &schema);
        jsonw_str(&description, text);
    }
    buf_add_char(&schema, '}');
    jsonw_raw(w, buf_str(&schema), schema.len);
    buf_free(&schema);
}
