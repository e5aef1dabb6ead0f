/* See request_check.h. Owns what a request may hold; changes nothing of the call. */
#include "api/call/request_check.h"

#include "api/call/core.h"
#include "api/call/route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FINDING_MAX 4096
#define NAME_SHOWN  100 /* bytes of a client's own words in a finding */

/* ---- telling ---- */

/* `name`: of the parameter, NULL: none. `where`: "query" or "body", NULL: neither. */
static void found(struct call *call, const char *finding, const char *where, const char *name,
                  const char *expected)
{
    struct sim *sim = &call->world->sim;
    struct buf text;
    struct jsonw *w = sim_note(sim);
    jsonw_key_str(w, "finding", finding);
    jsonw_key_str(w, "where", where);
    jsonw_key(w, "name");
    if (name)
        jsonw_str_n(w, name, strnlen(name, NAME_SHOWN));
    else
        jsonw_null(w);
    jsonw_key_str(w, "expected", expected);
    sim_noted(sim, "cloud", "request.finding");
    buf_init(&text, FINDING_MAX);
    buf_printf(&text, "%s %s: %s", call->request->method,
               call->route ? call->route->path : "(no route)", finding);
    if (name)
        buf_printf(&text, " \"%.*s\"", NAME_SHOWN, name);
    if (where)
        buf_printf(&text, " in the %s", where);
    if (expected)
        buf_printf(&text, ": expected %s", expected);
    call->api->finding(call->api->finding_arg, buf_str(&text));
    buf_free(&text);
}

/* ---- names ---- */

/* "groups[]" is a parameter "groups", and "account_info[first_name]" one of "account_info". */
static bool is_called(const struct param *param, const char *name)
{
    size_t len = strcspn(name, "[");
    return strncmp(param->name, name, len) == 0 && !param->name[len];
}

/* The parameter of that name and place; with `elsewhere`, of any other place. */
static const struct param *param_of(const struct call *call, const char *name, bool in_query,
                                    bool elsewhere)
{
    for (const struct param *param = call->route->params; param->name; param++)
        if (((param->place == PARAM_QUERY) == in_query) != elsewhere && is_called(param, name))
            return param;
    return NULL;
}

/* ---- types ---- */

static const char *const type_words[] = {
    [PARAM_STRING] = "a text",
    [PARAM_INT] = "a whole number",
    [PARAM_NUMBER] = "a number",
    [PARAM_BOOL] = "true or false",
    [PARAM_LIST] = "a list of texts",
    [PARAM_MAP] = "an object",
    [PARAM_TEXTS] = "a text, or a list",
    [PARAM_FILE] = "a file",
    [PARAM_ANY] = "anything",
};

static bool text_fits(enum param_type type, const char *name, const char *text)
{
    char *end;
    switch (type) {
    case PARAM_INT:
        strtoll(text, &end, 10);
        return *text && !*end;
    case PARAM_NUMBER:
        strtod(text, &end);
        return *text && !*end;
    case PARAM_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 || strcmp(text, "1") == 0 ||
               strcmp(text, "0") == 0;
    case PARAM_MAP:
        return strchr(name, '[');
    case PARAM_FILE:
        return false;
    default:
        return true;
    }
}

static bool is_text_list(const cJSON *value)
{
    if (!cJSON_IsArray(value))
        return false;
    for (const cJSON *item = value->child; item; item = item->next)
        if (!cJSON_IsString(item))
            return false;
    return true;
}

static bool json_fits(enum param_type type, const cJSON *value)
{
    switch (type) {
    case PARAM_STRING:
        return cJSON_IsString(value) || cJSON_IsNull(value);
    case PARAM_INT:
        return (cJSON_IsNumber(value) && floor(value->valuedouble) == value->valuedouble) ||
               cJSON_IsNull(value);
    case PARAM_NUMBER:
        return cJSON_IsNumber(value) || cJSON_IsNull(value);
    case PARAM_BOOL:
        return cJSON_IsBool(value);
    case PARAM_LIST:
        return is_text_list(value);
    case PARAM_MAP:
        return cJSON_IsObject(value);
    case PARAM_TEXTS:
        return cJSON_IsString(value) || is_text_list(value);
    case PARAM_FILE:
        return false;
    case PARAM_ANY:
        return true;
    }
    return false;
}

/* ---- what is there ---- */

/* The parameter that was sent by that name at that place; NULL: there is none, which was told. */
static const struct param *check_name(struct call *call, const char *name, bool in_query)
{
    const char *where = in_query ? "query" : "body";
    const struct param *param = param_of(call, name, in_query, false);
    if (strcmp(name, "access_token") == 0)
        return NULL; /* looked at by itself */
    if (param)
        return param;
    if (param_of(call, name, in_query, true))
        found(call, "wrong-place", where, name, in_query ? "it in the body" : "it in the query");
    else
        found(call, "unknown-parameter", where, name, NULL);
    return NULL;
}

static void check_args(struct call *call, const struct args *args, bool in_query)
{
    for (size_t i = 0; i < args->count; i++) {
        const struct arg *arg = &args->items[i];
        const struct param *param = check_name(call, arg->name, in_query);
        if (param && param->place != PARAM_JSON && !text_fits(param->type, arg->name, arg->value))
            found(call, "wrong-type", in_query ? "query" : "body", arg->name,
                  type_words[param->type]);
    }
}

static void check_json(struct call *call)
{
    for (const cJSON *item = call->json ? call->json->child : NULL; item; item = item->next) {
        const struct param *param = check_name(call, item->string, false);
        if (param && param->place != PARAM_FORM && !json_fits(param->type, item))
            found(call, "wrong-type", "body", item->string, type_words[param->type]);
    }
}

/* Whether all that a body may hold is of one kind, and this body is of another. */
static void check_body_kind(struct call *call)
{
    bool form = false, json = false;
    for (const struct param *param = call->route->params; param->name; param++) {
        form |= param->place == PARAM_FORM || param->place == PARAM_BODY;
        json |= param->place == PARAM_JSON || param->place == PARAM_BODY;
    }
    if (call->body_kind == BODY_JSON && form && !json)
        found(call, "wrong-body", "body", NULL, "a form");
    else if (call->body_kind == BODY_FORM && json && !form)
        found(call, "wrong-body", "body", NULL, "JSON");
    else if (call->body_kind == BODY_OTHER && (form || json))
        found(call, "wrong-body", "body", NULL, form && json ? "JSON or a form" : "a form");
}

/* ---- what is not ---- */

static bool args_have(const struct args *args, const struct param *param)
{
    for (size_t i = 0; i < args->count; i++)
        if (is_called(param, args->items[i].name))
            return true;
    return false;
}

static bool is_given(const struct call *call, const struct param *param)
{
    if (args_have(&call->query, param))
        return true; /* at the wrong place it is another finding */
    if (param->place == PARAM_QUERY)
        return false;
    if (param->type == PARAM_FILE)
        return call->files.count;
    return args_have(&call->form, param) || args_have(&call->fields, param) ||
           cJSON_GetObjectItemCaseSensitive(call->json, param->name);
}

static void check_missing(struct call *call)
{
    for (const struct param *param = call->route->params; param->name; param++)
        if (param->required && !is_given(call, param))
            found(call, "missing-parameter", param->place == PARAM_QUERY ? "query" : "body",
                  param->name, type_words[param->type]);
}

void request_check(struct call *call)
{
    if (!call->api->finding || call_is_control(call))
        return;
    if (!call->route) {
        if (strcmp(call->request->method, "OPTIONS") != 0)
            found(call, "no-such-route", NULL, NULL, NULL);
        return;
    }
    if (args_get(&call->query, "access_token"))
        found(call, "token-in-query", "query", "access_token", "it in the Authorization header");
    if (!call->route->params)
        return;
    check_args(call, &call->query, true);
    check_args(call, &call->form, false);
    check_args(call, &call->fields, false);
    check_json(call);
    check_body_kind(call);
    check_missing(call);
}
