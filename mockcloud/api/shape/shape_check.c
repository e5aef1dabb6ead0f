/*
 * See shape.h. Owns the comparison of a value with its shape; knows no route. Each reply in a
 * scenario is held against it, so patterns are PCRE2's: what glibc's regexec builds for an
 * expression that is used once or twice was a third of all that a scenario cost.
 */
#include "api/shape/shape.h"

#include "match/regex.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define SHAPE_PATTERNS 24
#define SHAPE_SHOWN    200 /* bytes of a found value in a message */

/* The way to the value that is looked at: a member's name or an element's number. */
struct place {
    const struct place *parent;
    const char *key; /* NULL: an element */
    int index;
};

struct check {
    struct buf *wrong; /* NULL: nobody asks why (a branch of a union) */
    struct {
        const char *text;
        struct regex *compiled;
    } patterns[SHAPE_PATTERNS];
    size_t pattern_count;
};

static bool check_value(struct check *check, const struct shape *shape, const cJSON *value,
                        const struct place *place);

/* ---- what is wrong ---- */

static void write_place(const struct place *place, struct buf *out)
{
    if (!place)
        return;
    write_place(place->parent, out);
    if (place->key)
        buf_printf(out, "/%s", place->key);
    else
        buf_printf(out, "/%d", place->index);
}

static void write_found(const cJSON *value, struct buf *out)
{
    char *text = cJSON_PrintUnformatted(value);
    buf_printf(out, ", found %.*s", SHAPE_SHOWN, text ? text : "nothing");
    cJSON_free(text);
}

/* Always false. `value` NULL: nothing is shown. */
static bool wrong(struct check *check, const struct place *place, const cJSON *value,
                  const char *expected, const char *detail)
{
    if (!check->wrong)
        return false;
    write_place(place, check->wrong);
    buf_printf(check->wrong, "%s: %s%s", place ? "" : "/", expected, detail ? detail : "");
    if (value)
        write_found(value, check->wrong);
    return false;
}

/* ---- strings ---- */

static const struct regex *pattern_of(struct check *check, const char *text)
{
    for (size_t i = 0; i < check->pattern_count; i++)
        if (check->patterns[i].text == text)
            return check->patterns[i].compiled;
    assert(check->pattern_count < SHAPE_PATTERNS);
    struct regex *compiled = regex_new_strict(text);
    check->patterns[check->pattern_count].compiled = compiled;
    check->patterns[check->pattern_count++].text = text;
    return compiled;
}

static bool check_string(struct check *check, const struct shape *shape, const cJSON *value,
                         const struct place *place)
{
    if (!cJSON_IsString(value))
        return wrong(check, place, value, "expected a string", NULL);
    if (shape->pattern && !regex_finds(pattern_of(check, shape->pattern), value->valuestring))
        return wrong(check, place, value, "expected a string like ", shape->pattern);
    if (!shape->words)
        return true;
    for (const char *const *word = shape->words; *word; word++)
        if (strcmp(*word, value->valuestring) == 0)
            return true;
    return wrong(check, place, value, "expected one of the known words", NULL);
}

/* ---- objects, arrays, unions ---- */

static const struct shape_field *field_of(const struct shape *shape, const char *name)
{
    for (const struct shape_field *field = shape->fields; field && field->name; field++)
        if (strcmp(field->name, name) == 0)
            return field;
    return NULL;
}

static bool check_member(struct check *check, const struct shape *shape, const cJSON *member,
                         const struct place *parent)
{
    struct place place = {parent, member->string, 0};
    const struct shape_field *field = field_of(shape, member->string);
    const struct shape *expected = field ? field->shape : shape->rest;
    if (!expected)
        return wrong(check, &place, NULL, "this key is not in the shape", NULL);
    if (field && (field->flags & SHAPE_NULLABLE) && cJSON_IsNull(member))
        return true;
    return check_value(check, expected, member, &place);
}

static bool check_object(struct check *check, const struct shape *shape, const cJSON *value,
                         const struct place *place)
{
    if (!cJSON_IsObject(value))
        return wrong(check, place, value, "expected an object", NULL);
    for (const cJSON *member = value->child; member; member = member->next)
        if (!check_member(check, shape, member, place))
            return false;
    for (const struct shape_field *field = shape->fields; field && field->name; field++)
        if (!(field->flags & SHAPE_OPTIONAL) &&
            !cJSON_GetObjectItemCaseSensitive(value, field->name))
            return wrong(check, place, value, "this key is missing: ", field->name);
    return true;
}

static bool check_array(struct check *check, const struct shape *shape, const cJSON *value,
                        const struct place *parent)
{
    struct place place = {parent, NULL, 0};
    if (!cJSON_IsArray(value))
        return wrong(check, parent, value, "expected an array", NULL);
    for (const cJSON *element = value->child; element; element = element->next, place.index++)
        if (!check_value(check, shape->item, element, &place))
            return false;
    return true;
}

static bool check_union(struct check *check, const struct shape *shape, const cJSON *value,
                        const struct place *place)
{
    struct buf *said = check->wrong;
    bool found = false;
    check->wrong = NULL;
    for (const struct shape *const *one = shape->any_of; *one && !found; one++)
        found = check_value(check, *one, value, place);
    check->wrong = said;
    return found || wrong(check, place, value, "expected one of the shapes of ",
                          shape->name ? shape->name : "a union");
}

static bool check_whole(struct check *check, const cJSON *value, const struct place *place)
{
    bool whole = cJSON_IsNumber(value) && floor(value->valuedouble) == value->valuedouble;
    return whole || wrong(check, place, value, "expected a whole number", NULL);
}

static bool check_value(struct check *check, const struct shape *shape, const cJSON *value,
                        const struct place *place)
{
    switch (shape->type) {
    case SHAPE_ANY:
        return true;
    case SHAPE_NULL:
        return cJSON_IsNull(value) || wrong(check, place, value, "expected null", NULL);
    case SHAPE_BOOL:
        return cJSON_IsBool(value) || wrong(check, place, value, "expected true or false", NULL);
    case SHAPE_INT:
        return check_whole(check, value, place);
    case SHAPE_NUMBER:
        return cJSON_IsNumber(value) || wrong(check, place, value, "expected a number", NULL);
    case SHAPE_STRING:
        return check_string(check, shape, value, place);
    case SHAPE_ARRAY:
        return check_array(check, shape, value, place);
    case SHAPE_OBJECT:
        return check_object(check, shape, value, place);
    case SHAPE_UNION:
        return check_union(check, shape, value, place);
    }
    return false;
}

bool shape_check(const struct shape *shape, const cJSON *value, struct buf *ret_wrong)
{
    struct check check = {.wrong = ret_wrong};
    bool good = check_value(&check, shape, value, NULL);
    for (size_t i = 0; i < check.pattern_count; i++)
        regex_free(check.patterns[i].compiled);
    return good;
}
