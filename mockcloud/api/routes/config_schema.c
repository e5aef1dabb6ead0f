/* See config_schema.h. Owns the table of keywords; checks schemas, never values against them. */
#include "api/routes/config_schema.h"

#include "base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 32 /* of schemas in schemas; what is deeper is not looked at */

enum takes {
    TAKES_ANYTHING,
    TAKES_STRING,
    TAKES_BOOL,
    TAKES_NUMBER,
    TAKES_COUNT, /* a whole number, not below 0 */
    TAKES_ARRAY,
    TAKES_STRINGS, /* an array of strings */
    TAKES_TYPE,    /* the name of a type, or an array of them */
    TAKES_SCHEMA,  /* a schema: an object, or true or false */
    TAKES_SCHEMAS, /* an array of schemas */
    TAKES_ITEMS,   /* a schema or an array of them */
    TAKES_MAP      /* an object of schemas */
};

/* `whole`: a whole schema may have it, too; others are for what is in it. */
static const struct keyword {
    const char *name;
    enum takes takes;
    bool whole;
} keywords[] = {
    {"$schema", TAKES_STRING, true},
    {"$id", TAKES_STRING, true},
    {"$ref", TAKES_STRING, true},
    {"$comment", TAKES_STRING, true},
    {"title", TAKES_STRING, true},
    {"description", TAKES_STRING, true},
    {"default", TAKES_ANYTHING, true},
    {"examples", TAKES_ARRAY, true},
    {"readOnly", TAKES_BOOL, true},
    {"type", TAKES_TYPE, true},
    {"enum", TAKES_ARRAY, true},
    {"const", TAKES_ANYTHING, true},
    {"properties", TAKES_MAP, true},
    {"required", TAKES_STRINGS, true},
    {"additionalProperties", TAKES_SCHEMA, true},
    {"patternProperties", TAKES_MAP, true},
    {"propertyNames", TAKES_SCHEMA, true},
    {"dependencies", TAKES_ANYTHING, true},
    {"minProperties", TAKES_COUNT, true},
    {"maxProperties", TAKES_COUNT, true},
    {"definitions", TAKES_MAP, true},
    {"allOf", TAKES_SCHEMAS, true},
    {"anyOf", TAKES_SCHEMAS, true},
    {"oneOf", TAKES_SCHEMAS, true},
    {"not", TAKES_SCHEMA, true},
    {"if", TAKES_SCHEMA, true},
    {"then", TAKES_SCHEMA, true},
    {"else", TAKES_SCHEMA, true},
    {"multipleOf", TAKES_NUMBER, false},
    {"minimum", TAKES_NUMBER, false},
    {"maximum", TAKES_NUMBER, false},
    {"exclusiveMinimum", TAKES_NUMBER, false},
    {"exclusiveMaximum", TAKES_NUMBER, false},
    {"minLength", TAKES_COUNT, false},
    {"maxLength", TAKES_COUNT, false},
    {"pattern", TAKES_STRING, false},
    {"format", TAKES_STRING, false},
    {"items", TAKES_ITEMS, false},
    {"additionalItems", TAKES_SCHEMA, false},
    {"contains", TAKES_SCHEMA, false},
    {"minItems", TAKES_COUNT, false},
    {"maxItems", TAKES_COUNT, false},
    {"uniqueItems", TAKES_BOOL, false},
};

/* A place in the schema: a chain of keys up to the whole. */
struct place {
    const struct place *in; /* NULL: the whole */
    const char *key;
};

/* How much of a key there is room for, in whole characters. */
static int key_shown(const char *key, size_t room)
{
    return (int)text_utf8_prefix(key, strlen(key), room);
}

static void write_place(const struct place *place, char *path)
{
    if (!place)
        return;
    write_place(place->in, path);
    size_t len = strlen(path);
    if (len + 2 < SCHEMA_PATH_MAX)
        snprintf(path + len, SCHEMA_PATH_MAX - len, ".%.*s",
                 key_shown(place->key, SCHEMA_PATH_MAX - len - 2), place->key);
}

static bool violates(struct schema_violation *violation, const struct place *place,
                     const char *keyword, const char *param, const char *value, const char *message)
{
    *violation = (struct schema_violation){
        .keyword = keyword, .param = param, .value = value, .message = message};
    write_place(place, violation->data_path);
    if (place)
        snprintf(violation->schema_path, SCHEMA_PATH_MAX, "#/properties/%.*s/%s",
                 key_shown(place->key, SCHEMA_PATH_MAX / 2), place->key, keyword);
    else
        snprintf(violation->schema_path, SCHEMA_PATH_MAX, "#/%s", keyword);
    return true;
}

static const struct keyword *find(const char *name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strcmp(keywords[i].name, name) == 0)
            return &keywords[i];
    return NULL;
}

static bool is_type(const cJSON *value)
{
    static const char *const types[] = {"array",  "boolean", "integer", "null",
                                        "number", "object",  "string"};
    for (size_t i = 0; cJSON_IsString(value) && i < sizeof types / sizeof *types; i++)
        if (strcmp(types[i], value->valuestring) == 0)
            return true;
    return false;
}

static bool schema_check(const cJSON *schema, const struct place *place, int depth,
                         struct schema_violation *ret_violation);

/* Each member of an object, or of an array, is a schema. */
static bool schemas_check(const cJSON *list, const struct place *place, int depth,
                          struct schema_violation *ret_violation)
{
    const cJSON *item;
    int index = 0;
    cJSON_ArrayForEach(item, list)
    {
        char number[16];
        snprintf(number, sizeof number, "%d", index++);
        const struct place at = {place, item->string ? item->string : number};
        if (schema_check(item, &at, depth + 1, ret_violation))
            return true;
    }
    return false;
}

static bool strings_check(const cJSON *list, const struct place *place,
                          struct schema_violation *ret_violation)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item))
            return violates(ret_violation, place, "type", "type", "string", "should be string");
    }
    return false;
}

static bool type_violates(const struct place *place, struct schema_violation *ret_violation)
{
    return violates(ret_violation, place, "enum", "allowedValues",
                    "array, boolean, integer, null, number, object, string",
                    "should be equal to one of the allowed values");
}

static bool types_check(const cJSON *type, const struct place *place,
                        struct schema_violation *ret_violation)
{
    const cJSON *item;
    if (!cJSON_IsArray(type))
        return !is_type(type) && type_violates(place, ret_violation);
    cJSON_ArrayForEach(item, type)
    {
        if (!is_type(item))
            return type_violates(place, ret_violation);
    }
    return false;
}

/* What a value has to be for that keyword, in words; NULL: it is. */
static const char *type_wanted(const struct keyword *keyword, const cJSON *value)
{
    switch (keyword->takes) {
    case TAKES_STRING:
        return cJSON_IsString(value) ? NULL : "string";
    case TAKES_BOOL:
        return cJSON_IsBool(value) ? NULL : "boolean";
    case TAKES_NUMBER:
        return cJSON_IsNumber(value) ? NULL : "number";
    case TAKES_COUNT:
        return cJSON_IsNumber(value) && value->valuedouble >= 0 &&
                       value->valuedouble == floor(value->valuedouble)
                   ? NULL
                   : "integer";
    case TAKES_ARRAY:
    case TAKES_STRINGS:
    case TAKES_SCHEMAS:
        return cJSON_IsArray(value) ? NULL : "array";
    case TAKES_MAP:
        return cJSON_IsObject(value) ? NULL : "object";
    default:
        return NULL;
    }
}

static bool value_check(const struct keyword *keyword, const cJSON *value,
                        const struct place *place, int depth,
                        struct schema_violation *ret_violation)
{
    static const char *const messages[][2] = {
        {"string", "should be string"}, {"boolean", "should be boolean"},
        {"number", "should be number"}, {"integer", "should be integer"},
        {"array", "should be array"},   {"object", "should be object"},
    };
    const char *wanted = type_wanted(keyword, value);
    for (size_t i = 0; wanted && i < sizeof messages / sizeof *messages; i++)
        if (strcmp(messages[i][0], wanted) == 0)
            return violates(ret_violation, place, "type", "type", wanted, messages[i][1]);
    switch (keyword->takes) {
    case TAKES_STRINGS:
        return strings_check(value, place, ret_violation);
    case TAKES_TYPE:
        return types_check(value, place, ret_violation);
    case TAKES_SCHEMA:
        return schema_check(value, place, depth + 1, ret_violation);
    case TAKES_ITEMS:
        if (!cJSON_IsArray(value))
            return schema_check(value, place, depth + 1, ret_violation);
        return schemas_check(value, place, depth, ret_violation);
    case TAKES_SCHEMAS:
    case TAKES_MAP:
        return schemas_check(value, place, depth, ret_violation);
    default:
        return false;
    }
}

/* Other keys than the keywords are annotations of a schema that is not the whole. */
static bool schema_check(const cJSON *schema, const struct place *place, int depth,
                         struct schema_violation *ret_violation)
{
    const cJSON *item;
    if (depth > DEPTH_MAX || (place && cJSON_IsBool(schema)))
        return false;
    if (!cJSON_IsObject(schema))
        return violates(ret_violation, place, "type", "type", "object", "should be object");
    cJSON_ArrayForEach(item, schema)
    {
        const struct keyword *keyword = find(item->string);
        const struct place at = {place, item->string};
        if (!place && (!keyword || !keyword->whole))
            return violates(ret_violation, NULL, "additionalProperties", "additionalProperty",
                            item->string, "should NOT have additional properties");
        if (keyword && value_check(keyword, item, &at, depth, ret_violation))
            return true;
    }
    return false;
}

bool schema_violated(const cJSON *schema, struct schema_violation *ret_violation)
{
    return schema_check(schema, NULL, 0, ret_violation);
}
