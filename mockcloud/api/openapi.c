/* See openapi.h. Owns the document's frame: paths, operations, parameters, bodies, responses. */
#include "api/openapi.h"

#include "api/tables.h"

#include "api/call/etag.h"
#include "api/shape/shapes.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `json` is known to be valid. */
static void key_raw(struct jsonw *w, const char *key, const char *json)
{
    jsonw_key(w, key);
    jsonw_raw(w, json, strlen(json));
}

/* ---- paths ---- */

/* Whether two patterns are one path, whatever their parameters are called. */
static bool same_path(const char *a, const char *b)
{
    while (*a && *b) {
        if ((*a == ':' || *a == '*') && *a == *b) {
            a += strcspn(a, "/");
            b += strcspn(b, "/");
        } else if (*a++ != *b++) {
            return false;
        }
    }
    return !*a && !*b;
}

/* "/v1/devices/:device" as "/v1/devices/{device}"; all that is below, "*prefix" or "*", as {prefix}
 * or {rest}. Yours: free(). */
static char *template_dup(const char *path)
{
    struct buf out;
    buf_init(&out, 4096);
    while (*path) {
        size_t len = strcspn(path, ":*");
        buf_add(&out, path, len);
        path += len;
        if (*path == ':') {
            len = strcspn(path, "/");
            buf_printf(&out, "{%.*s}", (int)len - 1, path + 1);
            path += len;
        } else if (*path == '*') {
            path++;
            buf_printf(&out, "{%s}", *path ? path : "rest");
            break;
        }
    }
    return buf_take(&out);
}

static void write_path_param(const char *name, size_t len, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key(w, "name");
    jsonw_str_n(w, name, len);
    jsonw_key_str(w, "in", "path");
    jsonw_key_bool(w, "required", true);
    jsonw_key(w, "schema");
    openapi_param_type(&(const struct param){.type = PARAM_STRING}, NULL, w);
    jsonw_end_object(w);
}

static void write_path_params(const char *path, struct jsonw *w)
{
    jsonw_key(w, "parameters");
    jsonw_array(w);
    for (const char *at = path; (at = strpbrk(at, ":*")); at++) {
        if (at[1])
            write_path_param(at + 1, strcspn(at + 1, "/"), w);
        else
            write_path_param("rest", 4, w);
    }
    jsonw_end_array(w);
}

/* ---- requests ---- */

static void write_query(const struct param *params, struct jsonw *w)
{
    jsonw_key(w, "parameters");
    jsonw_array(w);
    for (; params->name; params++) {
        if (params->place != PARAM_QUERY)
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "name", params->name);
        jsonw_key_str(w, "in", "query");
        if (params->text)
            jsonw_key_str(w, "description", params->text);
        jsonw_key_bool(w, "required", params->required);
        jsonw_key(w, "schema");
        openapi_param_type(params, NULL, w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* The bodies that a parameter may stand in. */
enum body_bit { IN_FORM = 1, IN_JSON = 2, IN_PARTS = 4 };

static unsigned param_bodies(const struct param *param)
{
    if (param->type == PARAM_FILE)
        return IN_PARTS;
    switch (param->place) {
    case PARAM_QUERY:
        return 0;
    case PARAM_FORM:
        return IN_FORM | IN_PARTS;
    case PARAM_JSON:
        return IN_JSON;
    case PARAM_BODY:
        return IN_FORM | IN_JSON | IN_PARTS;
    }
    return 0;
}

static void write_body_schema(const struct param *params, unsigned body, struct jsonw *w)
{
    const struct param *param;
    jsonw_object(w);
    jsonw_key_str(w, "type", "object");
    jsonw_key(w, "properties");
    jsonw_object(w);
    for (param = params; param->name; param++) {
        if (!(param_bodies(param) & body))
            continue;
        jsonw_key(w, param->name);
        openapi_param_type(param, param->text, w);
    }
    jsonw_end_object(w);
    jsonw_key(w, "required");
    jsonw_array(w);
    for (param = params; param->name; param++)
        if (param->required && param_bodies(param) & body)
            jsonw_str(w, param->name);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void write_body(const struct param *params, struct jsonw *w)
{
    static const struct {
        unsigned body;
        const char *type;
    } types[] = {{IN_JSON, "application/json"},
                 {IN_FORM, "application/x-www-form-urlencoded"},
                 {IN_PARTS, "multipart/form-data"}};
    unsigned bodies = 0;
    bool required = false, files = false;
    for (const struct param *param = params; param->name; param++) {
        bodies |= param_bodies(param);
        required |= param->required && param->place != PARAM_QUERY;
        files |= param->type == PARAM_FILE;
    }
    if (!files)
        bodies &= ~(unsigned)IN_PARTS;
    if (!bodies)
        return;
    jsonw_key(w, "requestBody");
    jsonw_object(w);
    jsonw_key_bool(w, "required", required);
    jsonw_key(w, "content");
    jsonw_object(w);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        if (!(bodies & types[i].body))
            continue;
        jsonw_key(w, types[i].type);
        jsonw_object(w);
        jsonw_key(w, "schema");
        write_body_schema(params, types[i].body, w);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void write_body_of_fields(const struct field *fields, struct jsonw *w)
{
    jsonw_key(w, "requestBody");
    jsonw_object(w);
    jsonw_key(w, "content");
    jsonw_object(w);
    jsonw_key(w, "application/json");
    jsonw_object(w);
    jsonw_key(w, "schema");
    fields_schema(fields, w);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* ---- responses ---- */

static void write_schema_content(const char *type, const struct shape *shape, struct jsonw *w)
{
    jsonw_key(w, type);
    jsonw_object(w);
    if (shape) {
        jsonw_key(w, "schema");
        openapi_shape(shape, 0, w);
    }
    jsonw_end_object(w);
}

/* Whether it is of the control API, whose errors have a shape of their own; its page is, too,
 * though it needs no token. */
static bool is_ours(const struct route *route)
{
    return strncmp(route->path, "/__mock", 7) == 0;
}

/* The JSON of all rows with this status; an error may always have the API's own shape, too. */
static void write_json_content(const struct route *route, int status, struct jsonw *w)
{
    const struct shape *shapes[16] = {0};
    size_t count = 0;
    for (const struct reply_shape *row = route->replies; row && row->status; row++)
        if (row->status == status && row->shape && count < 14)
            shapes[count++] = row->shape;
    if (status >= 400)
        shapes[count++] = shapes_error(is_ours(route), status);
    if (!count)
        return;
    struct shape any = {.type = SHAPE_UNION, .any_of = shapes};
    write_schema_content("application/json", count == 1 ? shapes[0] : &any, w);
}

static void write_response(const struct route *route, int status, const char *text, struct jsonw *w)
{
    bool body = status >= 400;
    for (const struct reply_shape *row = route->replies; row && row->status; row++)
        body |= row->status == status && (row->shape || row->type);
    jsonw_object(w);
    jsonw_key_str(w, "description", text);
    if (body) {
        jsonw_key(w, "content");
        jsonw_object(w);
        write_json_content(route, status, w);
        for (const struct reply_shape *row = route->replies; row && row->status; row++)
            if (row->status == status && row->type)
                write_schema_content(row->type, NULL, w);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

static bool status_before(const struct reply_shape *rows, const struct reply_shape *row)
{
    for (; rows < row; rows++)
        if (rows->status == row->status)
            return true;
    return false;
}

static void write_responses(const struct route *route, struct jsonw *w)
{
    char status[12];
    jsonw_key(w, "responses");
    jsonw_object(w);
    for (const struct reply_shape *row = route->replies; row && row->status; row++) {
        if (status_before(route->replies, row))
            continue;
        snprintf(status, sizeof status, "%d", row->status);
        jsonw_key(w, status);
        write_response(route, row->status, row->status < 400 ? "done" : "refused", w);
    }
    if (etag_of_route(route))
        key_raw(w, "304", "{\"description\":\"If-None-Match has the ETag of the reply\"}");
    if (!route->handle) {
        jsonw_key(w, "501");
        write_response(route, 501, "mockcloud does not imitate this yet", w);
    } else if (!route->replies) {
        key_raw(w, "2XX", "{\"description\":\"not described yet\"}");
    }
    jsonw_key(w, "default");
    write_response(route, 400, "refused", w);
    jsonw_end_object(w);
}

/* ---- operations ---- */

static const char *security_of(const struct route *route)
{
    switch (route->auth) {
    case AUTH_NONE:
        return "[]";
    case AUTH_TOKEN:
    case AUTH_OWNER:
    case AUTH_USER:
    case AUTH_PRODUCT:
        return "[{\"token\":[]},{\"token_in_query\":[]}]";
    case AUTH_CONTROL:
        return strcmp(route->method, "GET") == 0 ? "[]" : "[{\"control\":[]}]";
    }
    return "[]";
}

/* Whether an earlier row has that name: an operationId has to be the only one. */
static bool name_taken(size_t index, const char *name)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(tables_route(i)->name, name) == 0)
            return true;
    return false;
}

static void write_operation(size_t index, struct jsonw *w)
{
    const struct route *route = tables_route(index);
    size_t family = strcspn(route->name, ".");
    jsonw_object(w);
    if (route->handle && !name_taken(index, route->name))
        jsonw_key_str(w, "operationId", route->name);
    jsonw_key_str(w, "summary", route->text);
    jsonw_key(w, "tags");
    jsonw_array(w);
    jsonw_str_n(w, route->name, family);
    jsonw_end_array(w);
    if (route->params) {
        write_query(route->params, w);
        write_body(route->params, w);
    }
    if (route->body)
        write_body_of_fields(route->body, w);
    write_responses(route, w);
    key_raw(w, "security", security_of(route));
    jsonw_key_bool(w, "x-mockcloud-imitated", route->handle);
    jsonw_key_str(w, "x-mockcloud-provenance",
                  is_ours(route) ? "ours" : provenance_word(route->provenance));
    jsonw_key_str(w, "x-mockcloud-source", route->source);
    if (route->scope)
        jsonw_key_str(w, "x-mockcloud-scope", route->scope);
    jsonw_end_object(w);
}

/* A row of any method: POST where it is imitated, and what clients use where it is not. */
static bool row_has(const struct route *route, const char *method)
{
    if (route->method[0] != '*')
        return strcmp(route->method, method) == 0;
    return !route->handle || strcmp(method, "POST") == 0;
}

/* One path: for each method the first row, as a request would find it. */
static void write_path(size_t first, struct jsonw *w)
{
    static const char *const methods[][2] = {
        {"GET", "get"}, {"HEAD", "head"},     {"POST", "post"},
        {"PUT", "put"}, {"DELETE", "delete"}, {"PATCH", "patch"},
    };
    const char *path = tables_route(first)->path;
    char *template = template_dup(path);
    jsonw_key(w, template);
    jsonw_object(w);
    if (strpbrk(path, ":*"))
        write_path_params(path, w);
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        const struct route *route;
        for (size_t i = first; (route = tables_route(i)); i++)
            if (same_path(path, route->path) && row_has(route, methods[m][0])) {
                jsonw_key(w, methods[m][1]);
                write_operation(i, w);
                break;
            }
    }
    jsonw_end_object(w);
    free(template);
}

static void write_paths(struct jsonw *w)
{
    const struct route *route;
    jsonw_key(w, "paths");
    jsonw_object(w);
    for (size_t i = 0; (route = tables_route(i)); i++) {
        size_t before = 0;
        while (before < i && !same_path(tables_route(before)->path, route->path))
            before++;
        if (before == i)
            write_path(i, w);
    }
    jsonw_end_object(w);
}

/* ---- the document ---- */

static const char security_schemes[] =
    "{\"token\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An access token; it may "
    "also stand in a form, as access_token.\"},"
    "\"token_in_query\":{\"type\":\"apiKey\",\"in\":\"query\",\"name\":\"access_token\","
    "\"description\":\"Deprecated: accounts made after December 2024 can't use it.\"},"
    "\"control\":{\"type\":\"apiKey\",\"in\":\"header\",\"name\":\"X-Mockcloud-Control\","
    "\"description\":\"1, or the server's control token.\"}}";

void api_openapi(struct buf *out)
{
    struct jsonw w;
    jsonw_init(&w, out);
    jsonw_object(&w);
    jsonw_key_str(&w, "openapi", "3.1.0");
    key_raw(&w, "info",
            "{\"title\":\"The Particle Cloud API, as mockcloud imitates it\",\"version\":"
            "\"" MOCKCLOUD_VERSION "\",\"license\":{\"name\":\"MIT\",\"identifier\":\"MIT\"}}");
    key_raw(&w, "servers", "[{\"url\":\"http://127.0.0.1:8642\"}]");
    write_paths(&w);
    jsonw_key(&w, "components");
    jsonw_object(&w);
    jsonw_key(&w, "schemas");
    openapi_components(&w);
    key_raw(&w, "securitySchemes", security_schemes);
    jsonw_end_object(&w);
    jsonw_end_object(&w);
}

/* ---- its route: here, since control/ sees no other room's tables ---- */

static void openapi_get(struct call *call)
{
    reply_json(call, 200, NULL);
    api_openapi(&call->reply->body);
}

static const struct route rows[] = {
    {"GET", "/__mock/openapi.json", "control.openapi", AUTH_CONTROL, openapi_get, NULL,
     PROVENANCE_DOCUMENTED, "mockcloud's own", "the OpenAPI document of this list",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_object, NULL})},
};

const struct route_table openapi_routes = {rows, sizeof rows / sizeof *rows};
