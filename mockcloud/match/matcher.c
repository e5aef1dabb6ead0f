/* See matcher.h. Owns the rows of the `$` keys. A row's check has refused every argument that its
 * `holds` could not work with. */
#include "match/matcher.h"

#include "base/mem.h"
#include "base/text.h"
#include "match/regex.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- $length ---- */

static bool matcher_check_length(const struct compare_check *check, const struct doc_node *arg)
{
    int64_t length = 0;
    if (doc_as_int(arg, &length) && length >= 0)
        return true;
    doc_fail(check->doc, arg, check->diags, NULL, "expected a length (a whole number), found %s",
             doc_describe(arg));
    return false;
}

/* Characters of a string, items of an array, members of an object; -1: it has no length. */
static int64_t matcher_length(const struct cJSON *value)
{
    int64_t length = 0;
    if (cJSON_IsArray(value) || cJSON_IsObject(value))
        return cJSON_GetArraySize(value);
    if (!cJSON_IsString(value))
        return -1;
    for (const char *text = value->valuestring; *text; text++)
        length += ((unsigned char)*text & 0xC0) != 0x80;
    return length;
}

static bool matcher_holds_length(struct compare *walk, const struct doc_node *arg,
                                 const struct cJSON *got)
{
    int64_t want = 0, is = matcher_length(got);
    doc_as_int(arg, &want);
    if (is == want)
        return true;
    char *shown = compare_show_dup(got);
    char *actual =
        is < 0 ? mem_dup(shown) : mem_printf_dup("%s (length %lld)", shown, (long long)is);
    free(shown);
    return compare_differs(walk, mem_printf_dup("length %lld", (long long)want), actual);
}

/* ---- $matches ---- */

static bool matcher_check_matches(const struct compare_check *check, const struct doc_node *arg)
{
    size_t offset = 0;
    char *error = NULL;
    if (arg->kind != DOC_SCALAR || doc_is_null(arg)) {
        doc_fail(check->doc, arg, check->diags, NULL, "expected a regular expression, found %s",
                 doc_describe(arg));
        return false;
    }
    struct regex *regex = regex_new(arg->text, &error, &offset);
    if (!regex)
        doc_fail(check->doc, arg, check->diags, NULL,
                 "bad regular expression: %s (behind its first %zu bytes)", error, offset);
    free(error);
    regex_free(regex);
    return regex != NULL;
}

static bool matcher_holds_matches(struct compare *walk, const struct doc_node *arg,
                                  const struct cJSON *got)
{
    if (cJSON_IsString(got)) {
        struct regex *regex = regex_new(arg->text, NULL, NULL);
        bool found = regex_finds(regex, got->valuestring);
        regex_free(regex);
        if (found)
            return true;
    }
    return compare_differs(walk, mem_printf_dup("text that matches /%s/", arg->text),
                           compare_show_dup(got));
}

/* ---- $type ---- */

static bool matcher_is_whole(const struct cJSON *value)
{
    return cJSON_IsNumber(value) && !islessgreater(value->valuedouble, floor(value->valuedouble));
}

static bool matcher_is_number(const struct cJSON *value)
{
    return cJSON_IsNumber(value);
}

static bool matcher_is_string(const struct cJSON *value)
{
    return cJSON_IsString(value);
}

static bool matcher_is_boolean(const struct cJSON *value)
{
    return cJSON_IsBool(value);
}

static bool matcher_is_object(const struct cJSON *value)
{
    return cJSON_IsObject(value);
}

static bool matcher_is_array(const struct cJSON *value)
{
    return cJSON_IsArray(value);
}

static bool matcher_is_null(const struct cJSON *value)
{
    return cJSON_IsNull(value);
}

static const struct {
    const char *name;
    bool (*is)(const struct cJSON *value);
} types[] = {
    {"string", matcher_is_string},   {"number", matcher_is_number}, {"integer", matcher_is_whole},
    {"boolean", matcher_is_boolean}, {"object", matcher_is_object}, {"array", matcher_is_array},
    {"null", matcher_is_null},
};

#define TYPE_COUNT (sizeof types / sizeof *types)

static bool matcher_check_type(const struct compare_check *check, const struct doc_node *arg)
{
    const char *names[TYPE_COUNT];
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        names[i] = types[i].name;
        if (arg->kind == DOC_SCALAR && strcmp(arg->text, types[i].name) == 0)
            return true;
    }
    doc_fail(check->doc, arg, check->diags,
             arg->kind == DOC_SCALAR ? text_nearest(arg->text, names, TYPE_COUNT) : NULL,
             "expected a type: string, number, integer, boolean, object, array or null");
    return false;
}

static bool matcher_holds_type(struct compare *walk, const struct doc_node *arg,
                               const struct cJSON *got)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (strcmp(arg->text, types[i].name) == 0 && got && types[i].is(got))
            return true;
    return compare_differs(walk, mem_printf_dup("of type %s", arg->text), compare_show_dup(got));
}

/* ---- $any, $absent ---- */

static bool matcher_check_true(const struct compare_check *check, const struct doc_node *arg)
{
    bool truth = false;
    if ((doc_as_bool(arg, &truth) && truth) || (arg->kind == DOC_MAP && arg->count == 0))
        return true;
    doc_fail(check->doc, arg, check->diags, "true", "expected true, found %s", doc_describe(arg));
    return false;
}

static bool matcher_holds_any(struct compare *walk, const struct doc_node *arg,
                              const struct cJSON *got)
{
    (void)arg;
    return got || compare_differs(walk, mem_dup("any value"), compare_show_dup(NULL));
}

static bool matcher_holds_absent(struct compare *walk, const struct doc_node *arg,
                                 const struct cJSON *got)
{
    (void)arg;
    return !got || compare_differs(walk, mem_dup("nothing"), compare_show_dup(got));
}

/* ---- $exact ---- */

static bool matcher_check_exact(const struct compare_check *check, const struct doc_node *arg)
{
    return compare_check_tree(check, arg);
}

static bool matcher_holds_exact(struct compare *walk, const struct doc_node *arg,
                                const struct cJSON *got)
{
    return compare_node(walk, arg, got, true);
}

/* ---- $one_of ---- */

static bool matcher_check_one_of(const struct compare_check *check, const struct doc_node *arg)
{
    if (arg->kind == DOC_LIST && arg->count)
        return compare_check(check, arg);
    doc_fail(check->doc, arg, check->diags, NULL, "expected a list of values, found %s",
             arg->kind == DOC_LIST ? "an empty one" : doc_describe(arg));
    return false;
}

static bool matcher_holds_one_of(struct compare *walk, const struct doc_node *arg,
                                 const struct cJSON *got)
{
    struct compare quiet = {.vars = walk->vars};
    bool holds = false;
    buf_init(&quiet.path, 4096);
    for (size_t i = 0; i < arg->count && !holds; i++)
        holds = compare_node(&quiet, arg->items[i], got, false);
    buf_free(&quiet.path);
    if (holds)
        return true;
    char *values = compare_json_dup(walk->vars, arg, 200);
    char *expected = mem_printf_dup("one of %s", values);
    free(values);
    return compare_differs(walk, expected, compare_show_dup(got));
}

const struct matcher matchers[] = {
    {
        .name = "$length",
        .text = "characters of a string, items of an array, members of an object",
        .check = matcher_check_length,
        .holds = matcher_holds_length,
    },
    {
        .name = "$matches",
        .text = "a string in which this regular expression (PCRE2) is found",
        .check = matcher_check_matches,
        .holds = matcher_holds_matches,
    },
    {
        .name = "$type",
        .text = "string, number, integer, boolean, object, array or null",
        .check = matcher_check_type,
        .holds = matcher_holds_type,
    },
    {
        .name = "$any",
        .text = "any value, null too, but it has to be there",
        .check = matcher_check_true,
        .holds = matcher_holds_any,
    },
    {
        .name = "$exact",
        .text = "this value and nothing else: objects are closed, `$` keys mean themselves",
        .check = matcher_check_exact,
        .holds = matcher_holds_exact,
    },
    {
        .name = "$one_of",
        .text = "one of these values",
        .check = matcher_check_one_of,
        .holds = matcher_holds_one_of,
    },
    {
        .name = "$absent",
        .text = "nothing may be there",
        .check = matcher_check_true,
        .holds = matcher_holds_absent,
    },
    {0},
};

static const struct matcher *matcher_find(const char *name)
{
    const struct matcher *matcher = matchers;
    while (matcher->name && strcmp(matcher->name, name) != 0)
        matcher++;
    return matcher->name ? matcher : NULL;
}

bool matcher_info(size_t index, const char **ret_name, const char **ret_text)
{
    if (index >= sizeof matchers / sizeof *matchers - 1)
        return false;
    *ret_name = matchers[index].name;
    *ret_text = matchers[index].text;
    return true;
}

bool matcher_check(const struct compare_check *check, const struct doc_node *map)
{
    const char *names[sizeof matchers / sizeof *matchers];
    size_t count = 0;
    bool ok = true;
    for (; matchers[count].name; count++)
        names[count] = matchers[count].name;
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *key = map->pairs[i].key;
        const struct matcher *matcher = matcher_find(key->text);
        if (!matcher)
            doc_fail(check->doc, key, check->diags, text_nearest(key->text, names, count),
                     "unknown matcher \"%s\"; an object with such keys is {$exact: …}", key->text);
        ok &= matcher && matcher->check(check, map->pairs[i].value);
    }
    return ok;
}

bool matcher_holds(struct compare *walk, const struct doc_node *map, const struct cJSON *got)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct matcher *matcher = matcher_find(map->pairs[i].key->text);
        assert(matcher);
        if (!matcher->holds(walk, map->pairs[i].value, got))
            return false;
    }
    return true;
}
