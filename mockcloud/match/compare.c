/* See compare.h. Owns the walk over both trees and the first difference. What a `$` key means
 * stands in matcher.c. Never changes either tree. */
#include "match/compare.h"

#include "base/mem.h"
#include "match/matcher.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMPARE_SHOWN    200 /* bytes of a value in a report */
#define COMPARE_PATH     4096
#define COMPARE_JSON_MAX (4u << 20)

void compare_diff_free(struct compare_diff *diff)
{
    free(diff->path);
    free(diff->expected);
    free(diff->actual);
    *diff = (struct compare_diff){0};
}

char *compare_show_dup(const struct cJSON *value)
{
    if (!value)
        return mem_dup("nothing");
    char *text = cJSON_PrintUnformatted(value);
    if (!text)
        mem_out(0);
    size_t len = strlen(text);
    if (len > COMPARE_SHOWN) {
        size_t cut = COMPARE_SHOWN;
        while (cut && ((unsigned char)text[cut] & 0xC0) == 0x80)
            cut--;
        char *shown = mem_printf_dup("%.*s… (%zu bytes)", (int)cut, text, len);
        free(text);
        return shown;
    }
    return text;
}

bool compare_differs(struct compare *walk, char *expected, char *actual)
{
    if (walk->diff && !walk->diff->expected) {
        walk->diff->path = mem_dup(buf_str(&walk->path));
        walk->diff->expected = expected;
        walk->diff->actual = actual;
    } else {
        free(expected);
        free(actual);
    }
    return false;
}

bool compare_differs_from(struct compare *walk, const struct doc_node *expected,
                          const struct cJSON *actual)
{
    if (!walk->diff)
        return false;
    return compare_differs(walk, compare_json_dup(walk->vars, expected, COMPARE_SHOWN),
                           compare_show_dup(actual));
}

/* Appends a reference token of a JSON Pointer (RFC 6901). */
static void compare_path_add(struct compare *walk, const char *token)
{
    buf_add_char(&walk->path, '/');
    for (; *token; token++) {
        if (*token == '~' || *token == '/')
            buf_add_str(&walk->path, *token == '~' ? "~0" : "~1");
        else
            buf_add_char(&walk->path, *token);
    }
}

static void compare_path_cut(struct compare *walk, size_t len)
{
    if (walk->path.len > len) {
        walk->path.len = len;
        walk->path.data[len] = '\0';
    }
}

static bool compare_is_matcher(const struct doc_node *map)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->pairs[i].key->text[0] != '$')
            return false;
    return map->count > 0;
}

static bool compare_scalar(struct compare *walk, const struct doc_node *want,
                           const struct cJSON *got)
{
    bool truth = false, same = false;
    double number = 0;
    if (doc_is_null(want)) {
        same = cJSON_IsNull(got);
    } else if (doc_as_bool(want, &truth)) {
        same = truth ? cJSON_IsTrue(got) : cJSON_IsFalse(got);
    } else if (doc_as_double(want, &number)) {
        same = cJSON_IsNumber(got) && !islessgreater(got->valuedouble, number);
    } else if (cJSON_IsString(got)) {
        char *text = compare_text_dup(walk->vars, want->text);
        same = strcmp(text, got->valuestring) == 0;
        free(text);
    }
    return same || compare_differs_from(walk, want, got);
}

static bool compare_list(struct compare *walk, const struct doc_node *want, const struct cJSON *got,
                         bool exact)
{
    size_t at = 0, before = walk->path.len;
    if (!cJSON_IsArray(got) || (size_t)cJSON_GetArraySize(got) != want->count)
        return compare_differs_from(walk, want, got);
    const struct cJSON *item = NULL;
    cJSON_ArrayForEach(item, got)
    {
        char token[24];
        snprintf(token, sizeof token, "%zu", at);
        compare_path_add(walk, token);
        if (!compare_node(walk, want->items[at++], item, exact))
            return false;
        compare_path_cut(walk, before);
    }
    return true;
}

/* With `exact`, the first key of `got` that is not expected is a difference. */
static bool compare_extra_keys(struct compare *walk, const struct doc_node *want,
                               const struct cJSON *got)
{
    const struct cJSON *item = NULL;
    cJSON_ArrayForEach(item, got)
    {
        if (doc_get(want, item->string))
            continue;
        compare_path_add(walk, item->string);
        return compare_differs(walk, mem_dup("nothing (exact)"), compare_show_dup(item));
    }
    return true;
}

static bool compare_object(struct compare *walk, const struct doc_node *want,
                           const struct cJSON *got, bool exact)
{
    size_t before = walk->path.len;
    if (!cJSON_IsObject(got))
        return compare_differs_from(walk, want, got);
    for (size_t i = 0; i < want->count; i++) {
        const char *key = want->pairs[i].key->text;
        compare_path_add(walk, key);
        if (!compare_node(walk, want->pairs[i].value, cJSON_GetObjectItemCaseSensitive(got, key),
                          exact))
            return false;
        compare_path_cut(walk, before);
    }
    return !exact || compare_extra_keys(walk, want, got);
}

bool compare_node(struct compare *walk, const struct doc_node *want, const struct cJSON *got,
                  bool exact)
{
    if (want->kind == DOC_MAP && !exact && compare_is_matcher(want))
        return matcher_holds(walk, want, got);
    if (!got)
        return compare_differs_from(walk, want, NULL);
    switch (want->kind) {
    case DOC_MAP:
        return compare_object(walk, want, got, exact);
    case DOC_LIST:
        return compare_list(walk, want, got, exact);
    default:
        return compare_scalar(walk, want, got);
    }
}

bool compare_json(const struct compare_vars *vars, const struct doc_node *expected,
                  const struct cJSON *actual, struct compare_diff *ret_diff)
{
    struct compare_diff diff = {0};
    struct compare walk = {.vars = vars, .diff = &diff};
    buf_init(&walk.path, COMPARE_PATH);
    bool holds = compare_node(&walk, expected, actual, false);
    buf_free(&walk.path);
    if (!holds)
        *ret_diff = diff;
    return holds;
}

bool compare_text(const struct compare_vars *vars, const struct doc_node *expected,
                  const char *actual, struct compare_diff *ret_diff)
{
    bool plain_text = expected->kind == DOC_SCALAR;
    struct doc_node quoted = *expected;
    quoted.plain = false; /* "42" in a header is text, however it is written in the scenario */
    cJSON *text = cJSON_CreateString(actual);
    if (!text)
        mem_out(0);
    bool holds = compare_json(vars, plain_text ? &quoted : expected, text, ret_diff);
    cJSON_Delete(text);
    return holds;
}

/* ---- text that is filled in ---- */

char *compare_text_dup(const struct compare_vars *vars, const char *text)
{
    return vars ? vars->fill_dup(vars, text) : mem_dup(text);
}

static void write_scalar(const struct compare_vars *vars, const struct doc_node *node,
                         struct jsonw *w)
{
    if (!vars || !strstr(node->text, "${")) {
        doc_write_json(node, w);
        return;
    }
    char *text = vars->fill_dup(vars, node->text);
    jsonw_str(w, text);
    free(text);
}

void compare_write_json(const struct compare_vars *vars, const struct doc_node *node,
                        struct jsonw *w)
{
    switch (node->kind) {
    case DOC_SCALAR:
        write_scalar(vars, node, w);
        break;
    case DOC_LIST:
        jsonw_array(w);
        for (size_t i = 0; i < node->count; i++)
            compare_write_json(vars, node->items[i], w);
        jsonw_end_array(w);
        break;
    case DOC_MAP:
        jsonw_object(w);
        for (size_t i = 0; i < node->count; i++) {
            jsonw_key(w, node->pairs[i].key->text);
            compare_write_json(vars, node->pairs[i].value, w);
        }
        jsonw_end_object(w);
        break;
    }
}

char *compare_json_dup(const struct compare_vars *vars, const struct doc_node *node, size_t max)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, COMPARE_JSON_MAX);
    jsonw_init(&w, &out);
    compare_write_json(vars, node, &w);
    if (out.len > max) {
        while (max && ((unsigned char)out.data[max] & 0xC0) == 0x80)
            max--;
        char *cut = mem_printf_dup("%.*s…", (int)max, buf_str(&out));
        buf_free(&out);
        return cut;
    }
    return buf_take(&out);
}

/* ---- checking ---- */

bool compare_check_tree(const struct compare_check *check, const struct doc_node *node)
{
    bool ok = true;
    if (node->kind == DOC_SCALAR)
        return !check->text || check->text(check, node);
    for (size_t i = 0; i < node->count; i++)
        ok &= compare_check_tree(check,
                                 node->kind == DOC_MAP ? node->pairs[i].value : node->items[i]);
    return ok;
}

bool compare_check(const struct compare_check *check, const struct doc_node *expected)
{
    bool ok = true;
    if (expected->kind == DOC_SCALAR)
        return compare_check_tree(check, expected);
    if (expected->kind == DOC_MAP && compare_is_matcher(expected))
        return matcher_check(check, expected);
    for (size_t i = 0; i < expected->count; i++)
        ok &= compare_check(check, expected->kind == DOC_MAP ? expected->pairs[i].value
                                                             : expected->items[i]);
    return ok;
}
