/* See request_filter.h. Owns what the keys mean, a row each. Never reads a request but through its
 * view. */
#include "match/request_filter.h"

#include "base/mem.h"
#include "match/request_pattern.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

struct request_filter {
    struct request_pattern *pattern;
    const char *from;            /* NULL: anybody */
    const struct doc_node *with; /* NULL: nothing */
};

static const char *const secret_kinds[] = {"client", "customer-token", NULL};

static const struct field value_item = {
    .name = "value", .type = FIELD_ANY, .text = "An expected value, or a matcher."};

const struct field request_with_fields[] = {
    {.name = "header",
     .type = FIELD_MAP,
     .item = &value_item,
     .text = "Headers of the request, names in any case."},
    {.name = "query", .type = FIELD_MAP, .item = &value_item, .text = "Parameters of its query."},
    {.name = "form", .type = FIELD_MAP, .item = &value_item, .text = "Parameters of its form."},
    {.name = "json",
     .type = FIELD_ANY,
     .text = "Its body as JSON: objects are open, arrays exact, a map of $ keys is a matcher."},
    {.name = "token",
     .type = FIELD_STRING,
     .text = "Whose access token it shows: a user, a customer or a client."},
    {.name = "secret",
     .type = FIELD_WORD,
     .words = secret_kinds,
     .text = "What stands anywhere in its target, headers or body: a client's secret, or a "
             "customer's access token."},
    {.name = "status",
     .type = FIELD_ANY,
     .text = "The status of its reply, where there is one: a number, or a matcher."},
    {0},
};

/* ---- the keys ---- */

static bool differs(struct compare_diff *ret_diff, const char *path, char *expected, char *actual)
{
    *ret_diff = (struct compare_diff){mem_dup(path), expected, actual};
    return false;
}

/* Puts where it stood before the path of a difference. */
static bool differs_below(struct compare_diff *diff, const char *place, const char *name)
{
    char *path = name ? mem_printf_dup("/%s/%s%s", place, name, diff->path)
                      : mem_printf_dup("/%s%s", place, diff->path);
    free(diff->path);
    diff->path = path;
    return false;
}

static bool texts_meet(const struct request_view *view, enum request_part part, const char *place,
                       const struct doc_node *want, struct compare_diff *ret_diff)
{
    for (size_t i = 0; i < want->count; i++) {
        const char *name = want->pairs[i].key->text;
        const char *text = view->text(view, part, name);
        bool holds = text ? compare_text(NULL, want->pairs[i].value, text, ret_diff)
                          : compare_json(NULL, want->pairs[i].value, NULL, ret_diff);
        if (!holds)
            return differs_below(ret_diff, place, name);
    }
    return true;
}

static bool header_meets(const struct request_view *view, const struct doc_node *want,
                         struct compare_diff *ret_diff)
{
    return texts_meet(view, REQUEST_HEADER, "header", want, ret_diff);
}

static bool query_meets(const struct request_view *view, const struct doc_node *want,
                        struct compare_diff *ret_diff)
{
    return texts_meet(view, REQUEST_QUERY, "query", want, ret_diff);
}

static bool form_meets(const struct request_view *view, const struct doc_node *want,
                       struct compare_diff *ret_diff)
{
    return texts_meet(view, REQUEST_FORM, "form", want, ret_diff);
}

static bool json_meets(const struct request_view *view, const struct doc_node *want,
                       struct compare_diff *ret_diff)
{
    return compare_json(NULL, want, view->json, ret_diff) || differs_below(ret_diff, "json", NULL);
}

static bool token_meets(const struct request_view *view, const struct doc_node *want,
                        struct compare_diff *ret_diff)
{
    return view->has_token_of(view, want->text) ||
           differs(ret_diff, "/token", mem_printf_dup("a token of %s", want->text),
                   mem_dup("another, or none"));
}

static bool secret_meets(const struct request_view *view, const struct doc_node *want,
                         struct compare_diff *ret_diff)
{
    return view->has_secret(view, want->text) ||
           differs(ret_diff, "/secret", mem_printf_dup("a secret: %s", want->text),
                   mem_dup("none in target, headers or body"));
}

static bool status_meets(const struct request_view *view, const struct doc_node *want,
                         struct compare_diff *ret_diff)
{
    cJSON *status = view->status ? cJSON_CreateNumber(view->status) : NULL;
    bool holds = compare_json(NULL, want, status, ret_diff);
    cJSON_Delete(status);
    return holds || differs_below(ret_diff, "status", NULL);
}

static const struct {
    const char *key;
    bool (*meets)(const struct request_view *view, const struct doc_node *want,
                  struct compare_diff *ret_diff);
} parts[] = {
    {"header", header_meets}, {"query", query_meets}, {"form", form_meets},
    {"json", json_meets},     {"token", token_meets}, {"secret", secret_meets},
    {"status", status_meets},
};

/* ---- checking ---- */

static bool check_texts(const struct compare_check *check, const struct doc_node *map)
{
    bool ok = true;
    for (size_t i = 0; map && i < map->count; i++)
        ok &= compare_check(check, map->pairs[i].value);
    return ok;
}

static bool check_with(const struct compare_check *check, const struct doc_node *with,
                       bool answered)
{
    static const char *const texts[] = {"header", "query", "form"};
    const struct doc_node *status = doc_get(with, "status"), *json = doc_get(with, "json");
    bool ok = true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ok &= check_texts(check, doc_get(with, texts[i]));
    if (json)
        ok &= compare_check(check, json);
    if (status && !answered) {
        doc_fail(check->doc, doc_get_key(with, "status"), check->diags, NULL,
                 "the request has only arrived here: there is no reply yet that could have a "
                 "status");
        return false;
    }
    return (!status || compare_check(check, status)) && ok;
}

/* ${…} may stand in a pattern: whatever it becomes, it is no blank. */
static bool check_pattern(const struct compare_check *check, const struct doc_node *request)
{
    const char *expected = NULL;
    struct request_pattern *pattern = request_pattern_new(request->text, &expected);
    if (!pattern)
        doc_fail(check->doc, request, check->diags, NULL, "expected %s, found \"%s\"", expected,
                 request->text);
    request_pattern_free(pattern);
    return expected == NULL && compare_check_tree(check, request);
}

bool request_filter_check(const struct compare_check *check, const struct doc_node *map,
                          bool answered)
{
    const struct doc_node *request = doc_get(map, "request"), *with = doc_get(map, "with");
    bool ok = !request || check_pattern(check, request);
    return (!with || check_with(check, with, answered)) && ok;
}

/* ---- asking ---- */

struct request_filter *request_filter_new(const struct doc_node *map)
{
    struct request_filter *filter = mem_new(sizeof *filter);
    filter->pattern = request_pattern_new(fields_str(map, "request", "any"), NULL);
    filter->from = fields_str(map, "from", NULL);
    filter->with = doc_get(map, "with");
    return filter;
}

void request_filter_free(struct request_filter *filter)
{
    if (!filter)
        return;
    request_pattern_free(filter->pattern);
    free(filter);
}

bool request_filter_meets_line(const struct request_filter *filter, const struct request_view *view)
{
    return request_pattern_meets(filter->pattern, view->method, view->path) &&
           (!filter->from || (view->client && strcmp(view->client, filter->from) == 0));
}

bool request_filter_meets(const struct request_filter *filter, const struct request_view *view,
                          struct compare_diff *ret_diff)
{
    struct compare_diff diff = {0};
    bool meets = request_filter_meets_line(filter, view);
    for (size_t i = 0; meets && filter->with && i < sizeof parts / sizeof *parts; i++) {
        const struct doc_node *want = doc_get(filter->with, parts[i].key);
        meets = !want || parts[i].meets(view, want, &diff);
    }
    if (!meets && ret_diff)
        *ret_diff = diff;
    else
        compare_diff_free(&diff);
    return meets;
}
