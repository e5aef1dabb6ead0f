/* See match.h. Owns the walk over both trees and the first difference. What a `$` key means stands
 * in matcher.c. Never changes either tree. */
#include "scenario/match.h"

#include "base/mem.h"
#include "scenario/matcher.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MATCH_SHOWN 200 /* bytes of a value in a report */
#define MATCH_PATH  4096

void match_diff_free(struct match_diff *diff)
{
    free(diff->path);
    free(diff->expected);
    free(diff->actual);
    *diff = (struct match_diff){0};
}

char *match_show_dup(const struct cJSON *value)
{
    if (!value)
        return mem_dup("nothing");
    char *text = cJSON_PrintUnformatted(value);
    if (!text)
        mem_out(0);
    size_t len = strlen(text);
    if (len > MATCH_SHOWN) {
        size_t cut = MATCH_SHOWN;
        while (cut && ((unsigned char)text[cut] & 0xC0) == 0x80)
            cut--;
        char *shown = mem_printf_dup("%.*s… (%zu bytes)", (int)cut, text, len);
        free(text);
        return shown;
    }
    return text;
}

bool match_differs(struct match *match, char *expected, char *actual)
{
    if (match->diff && !match->diff->expected) {
        match->diff->path = mem_dup(buf_str(&match->path));
        match->diff->expected = expected;
        match->diff->actual = actual;
    } else {
        free(expected);
        free(actual);
    }
    return false;
}

bool match_differs_from(struct match *match, const struct doc_node *expected,
                        const struct cJSON *actual)
{
    if (!match->diff)
        return false;
    return match_differs(match, interp_json_dup(match->interp, expected, MATCH_SHOWN),
                         match_show_dup(actual));
}

/* Appends a reference token of a JSON Pointer (RFC 6901). */
static void match_path_add(struct match *match, const char *token)
{
    buf_add_char(&match->path, '/');
    for (; *token; token++) {
        if (*token == '~' || *token == '/')
            buf_add_str(&match->path, *token == '~' ? "~0" : "~1");
        else
            buf_add_char(&match->path, *token);
    }
}

static void match_path_cut(struct match *match, size_t len)
{
    if (match->path.len > len) {
        match->path.len = len;
        match->path.data[len] = '\0';
    }
}

static bool match_is_matcher(const struct doc_node *map)
{
    for (size_t i = 0; i < map->count; i++)
        if (map->pairs[i].key->text[0] != '$')
            return false;
    return map->count > 0;
}

static bool match_scalar(struct match *match, const struct doc_node *want, const struct cJSON *got)
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
        char *text = interp_dup(match->interp, want->text);
        same = strcmp(text, got->valuestring) == 0;
        free(text);
    }
    return same || match_differs_from(match, want, got);
}

static bool match_list(struct match *match, const struct doc_node *want, const struct cJSON *got,
                       bool exact)
{
    size_t at = 0, before = match->path.len;
    if (!cJSON_IsArray(got) || (size_t)cJSON_GetArraySize(got) != want->count)
        return match_differs_from(match, want, got);
    const struct cJSON *item = NULL;
    cJSON_ArrayForEach(item, got)
    {
        char token[24];
        snprintf(token, sizeof token, "%zu", at);
        match_path_add(match, token);
        if (!match_node(match, want->items[at++], item, exact))
            return false;
        match_path_cut(match, before);
    }
    return true;
}

/* With `exact`, the first key of `got` that is not expected is a difference. */
static bool match_extra_keys(struct match *match, const struct doc_node *want,
                             const struct cJSON *got)
{
    const struct cJSON *item = NULL;
    cJSON_ArrayForEach(item, got)
    {
        if (doc_get(want, item->string))
            continue;
        match_path_add(match, item->string);
        return match_differs(match, mem_dup("nothing (exact)"), match_show_dup(item));
    }
    return true;
}

static bool match_object(struct match *match, const struct doc_node *want, const struct cJSON *got,
                         bool exact)
{
    size_t before = match->path.len;
    if (!cJSON_IsObject(got))
        return match_differs_from(match, want, got);
    for (size_t i = 0; i < want->count; i++) {
        const char *key = want->pairs[i].key->text;
        match_path_add(match, key);
        if (!match_node(match, want->pairs[i].value, cJSON_GetObjectItemCaseSensitive(got, key),
                        exact))
            return false;
        match_path_cut(match, before);
    }
    return !exact || match_extra_keys(match, want, got);
}

bool match_node(struct match *match, const struct doc_node *want, const struct cJSON *got,
                bool exact)
{
    if (want->kind == DOC_MAP && !exact && match_is_matcher(want))
        return matcher_holds(match, want, got);
    if (!got)
        return match_differs_from(match, want, NULL);
    switch (want->kind) {
    case DOC_MAP:
        return match_object(match, want, got, exact);
    case DOC_LIST:
        return match_list(match, want, got, exact);
    default:
        return match_scalar(match, want, got);
    }
}

bool match_json(const struct interp *interp, const struct doc_node *expected,
                const struct cJSON *actual, struct match_diff *ret_diff)
{
    struct match_diff diff = {0};
    struct match match = {.interp = interp, .diff = &diff};
    buf_init(&match.path, MATCH_PATH);
    bool holds = match_node(&match, expected, actual, false);
    buf_free(&match.path);
    if (!holds)
        *ret_diff = diff;
    return holds;
}

bool match_text(const struct interp *interp, const struct doc_node *expected, const char *actual,
                struct match_diff *ret_diff)
{
    bool plain_text = expected->kind == DOC_SCALAR;
    struct doc_node quoted = *expected;
    quoted.plain = false; /* "42" in a header is text, however it is written in the scenario */
    cJSON *text = cJSON_CreateString(actual);
    if (!text)
        mem_out(0);
    bool holds = match_json(interp, plain_text ? &quoted : expected, text, ret_diff);
    cJSON_Delete(text);
    return holds;
}

bool match_check(struct load *load, const struct doc_node *expected)
{
    bool ok = true;
    if (expected->kind == DOC_SCALAR)
        return interp_check(load, expected);
    if (expected->kind == DOC_MAP && match_is_matcher(expected))
        return matcher_check(load, expected);
    for (size_t i = 0; i < expected->count; i++)
        ok &= match_check(load, expected->kind == DOC_MAP ? expected->pairs[i].value
                                                          : expected->items[i]);
    return ok;
}
