/* From raw bytes to parameters: the target, the query, forms and JSON. See call.h. */
#include "api/call/call.h"
#include "api/call/rules.h"

#include "base/headers.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define JSON_DEPTH 64

/* Decodes %XX into the arena; NULL: a bad escape, a NUL, or no UTF-8. Text without an escape costs
 * one copy. */
static const char *decode_text(struct call *call, const char *text, size_t len, bool plus_is_space)
{
    struct buf out;
    if (!memchr(text, '%', len) && !(plus_is_space && memchr(text, '+', len)))
        return text_utf8_valid(text, len) ? arena_text(&call->arena, text, len) : NULL;
    buf_init(&out, len);
    const char *decoded = NULL;
    if (text_percent_decode(text, len, plus_is_space, &out) &&
        text_utf8_valid(buf_str(&out), out.len))
        decoded = arena_text(&call->arena, buf_str(&out), out.len);
    buf_free(&out);
    return decoded;
}

/* a=b&c=d; false at a bad escape. */
static bool decode_pairs(struct call *call, const char *text, size_t len, struct args *ret_args)
{
    size_t most = 1;
    for (size_t i = 0; i < len; i++)
        most += text[i] == '&';
    struct args args = {arena_alloc(&call->arena, most * sizeof(struct arg)), 0};
    const char *end = text + len;
    while (text < end) {
        const char *stop = memchr(text, '&', (size_t)(end - text));
        stop = stop ? stop : end;
        const char *equals = memchr(text, '=', (size_t)(stop - text));
        size_t name_len = (size_t)((equals ? equals : stop) - text);
        const char *value = equals ? equals + 1 : stop;
        if (stop > text) {
            struct arg *arg = &args.items[args.count++];
            arg->name = decode_text(call, text, name_len, true);
            arg->value = decode_text(call, value, (size_t)(stop - value), true);
            if (!arg->name || !arg->value)
                return false;
        }
        text = stop + (stop < end);
    }
    *ret_args = args;
    return true;
}

static bool decode_query(struct call *call, const char *query)
{
    call->query_text = query;
    if (decode_pairs(call, query, strlen(query), &call->query))
        return true;
    reply_undecodable(
        call, &api_rules[API_BAD_ENCODING],
        "The query is not valid: %%XX has to be two hex digits, not 00, and make UTF-8");
    return false;
}

bool call_decode_target(struct call *call, const char *target)
{
    size_t len = strcspn(target, "?#");
    size_t at = 0;
    call->path = arena_text(&call->arena, target, len);
    while (at < len && target[at] == '/') {
        const char *segment = target + at + 1;
        size_t segment_len = 0;
        while (at + 1 + segment_len < len && segment[segment_len] != '/')
            segment_len++;
        at += 1 + segment_len;
        if (call->segment_count == CALL_SEGMENTS) {
            call->segment_count++; /* matches no route */
            break;
        }
        if (at == len && segment_len == 0 && call->segment_count)
            break; /* one slash at the end is passed over */
        const char *decoded = decode_text(call, segment, segment_len, false);
        if (!decoded) {
            reply_undecodable(
                call, &api_rules[API_BAD_ENCODING],
                "The path is not valid: %%XX has to be two hex digits, not 00, and make "
                "UTF-8");
            return false;
        }
        call->segments[call->segment_count++] = decoded;
    }
    return target[len] != '?' || decode_query(call, target + len + 1);
}

static bool type_is(const char *content_type, const char *type)
{
    size_t len = strlen(type);
    return content_type && strncasecmp(content_type, type, len) == 0 &&
           (content_type[len] == '\0' || content_type[len] == ';' || content_type[len] == ' ');
}

/* cJSON accepts what we can't: a NUL would cut a text short, and bodies are copied into the
 * journal, which has to be JSON that every reader takes. NULL: the body is fine; else what is
 * wrong, and where. */
static const char *json_mistake(const char *text, size_t len, size_t *ret_at)
{
    bool in_string = false;
    int depth = 0;
    size_t i = 0;
    const char *mistake = text_utf8_valid(text, len) ? NULL : "no UTF-8";
    for (; i < len && !mistake; i++) {
        char c = text[i];
        if ((unsigned char)c < ' ' && (in_string || !c))
            mistake = "a control character";
        else if (c == '"')
            in_string = !in_string;
        else if (in_string && c == '\\' && len - i > 5 && memcmp(text + i + 1, "u0000", 5) == 0)
            mistake = "\\u0000";
        else if (in_string)
            i += c == '\\';
        else if (c == '[' || c == '{')
            mistake = ++depth > JSON_DEPTH ? "nested too deep" : NULL;
        else
            depth -= c == ']' || c == '}';
    }
    *ret_at = mistake && i ? i - 1 : i;
    return mistake;
}

static bool decode_json(struct call *call)
{
    const char *end = NULL;
    const struct api_request *request = call->request;
    size_t at, len = request->body_len;
    const char *mistake = json_mistake(request->body, len, &at);
    if (!mistake) {
        call->json = cJSON_ParseWithLengthOpts(request->body, len, &end, 0);
        at = end ? (size_t)(end - request->body) : 0;
        while (call->json && at < len && strchr(" \t\r\n", request->body[at]))
            at++;
        mistake = call->json && at == len ? NULL : "unexpected text";
    }
    if (mistake)
        reply_undecodable(call, &api_rules[API_BAD_JSON],
                          "The body is not valid JSON: %s at byte %zu", mistake, at);
    if (!mistake && cJSON_IsObject(call->json))
        return true;
    cJSON_Delete(call->json);
    call->json = NULL;
    if (!mistake && type_is(call->content_type, SCHEMA_TYPE))
        return true; /* a bad schema, and its route says so */
    if (!mistake)
        reply_undecodable(call, &api_rules[API_BAD_JSON],
                          "The body is not valid: expected a JSON object");
    return false;
}

static bool decode_form(struct call *call)
{
    const struct api_request *request = call->request;
    if (decode_pairs(call, request->body ? request->body : "", request->body_len, &call->form))
        return true;
    reply_undecodable(call, &api_rules[API_BAD_ENCODING],
                      "The form is not valid: %%XX has to be two hex digits, not 00, and make "
                      "UTF-8");
    return false;
}

/* Fields to call->fields, files to call->files, in their order. */
static void sort_parts(struct call *call, const struct parts *parts)
{
    call->fields.items = arena_alloc(&call->arena, (parts->count + 1) * sizeof(struct arg));
    call->files.items = arena_alloc(&call->arena, (parts->count + 1) * sizeof(struct part));
    for (size_t i = 0; i < parts->count; i++) {
        const struct part *part = &parts->items[i];
        if (part->filename)
            call->files.items[call->files.count++] = *part;
        else
            call->fields.items[call->fields.count++] =
                (struct arg){part->name, arena_text(&call->arena, part->data, part->len)};
    }
}

static bool decode_multipart(struct call *call)
{
    struct parts parts;
    const struct api_request *request = call->request;
    const char *wrong = multipart_decode(&call->arena, call->content_type, request->body,
                                         request->body_len, &parts);
    if (wrong)
        reply_undecodable(call, &api_rules[API_BAD_ENCODING], "The form is not valid: %s", wrong);
    else
        sort_parts(call, &parts);
    return !wrong;
}

/* The control API reads JSON whatever the content type says: `curl -d '{"do":"listen"}'` calls it a
 * form. What begins as no object is left to the route, which says what it wants. */
static bool is_json_anyway(const struct call *call)
{
    const struct api_request *request = call->request;
    size_t at = 0;
    if (!call_is_control(call))
        return false;
    while (at < request->body_len && strchr(" \t\r\n", request->body[at]))
        at++;
    return at < request->body_len && request->body[at] == '{';
}

/* A body that no route reads as anything but text: lines of ids, for example. */
static bool decode_text_body(struct call *call)
{
    const struct api_request *request = call->request;
    bool text = !call->content_type || strncasecmp(call->content_type, "text/", 5) == 0;
    if (!text || (text_utf8_valid(request->body, request->body_len) &&
                  !memchr(request->body, '\0', request->body_len)))
        return true;
    reply_undecodable(call, &api_rules[API_BAD_ENCODING],
                      "The body is not valid: it has to be UTF-8, without a NUL");
    return false;
}

bool call_decode_body(struct call *call)
{
    bool decoded = true;
    bool json = type_is(call->content_type, "application/json") ||
                type_is(call->content_type, SCHEMA_TYPE) || is_json_anyway(call);
    if (json && call->request->body_len) {
        decoded = decode_json(call);
        call->body_kind = call->json ? BODY_JSON : BODY_OTHER;
    } else if (call_is_control(call) && call->request->body_len) {
        call->body_kind = BODY_OTHER;
    } else if (type_is(call->content_type, "application/x-www-form-urlencoded")) {
        decoded = decode_form(call);
        call->body_kind = decoded ? BODY_FORM : BODY_OTHER;
    } else if (!call->request->body_len) {
        call->body_kind = BODY_NONE;
    } else if (type_is(call->content_type, "multipart/form-data")) {
        decoded = decode_multipart(call);
        call->body_kind = decoded ? BODY_MULTIPART : BODY_OTHER;
    } else {
        decoded = decode_text_body(call);
        call->body_kind = BODY_OTHER;
    }
    return decoded;
}

bool call_basic(struct call *call, const char **ret_id, const char **ret_secret)
{
    struct buf decoded;
    const char *header = call->authorization;
    if (!header || strncasecmp(header, "Basic ", 6) != 0)
        return false;
    buf_init(&decoded, 4096);
    bool valid = text_base64_decode(header + 6, strlen(header + 6), &decoded) &&
                 !memchr(buf_str(&decoded), '\0', decoded.len) && !decoded.overflow;
    char *text = arena_text(&call->arena, buf_str(&decoded), valid ? decoded.len : 0);
    buf_free(&decoded);
    char *colon = strchr(text, ':');
    if (!valid || !colon)
        return false;
    *colon = '\0';
    *ret_id = text;
    *ret_secret = colon + 1;
    return true;
}

/* ---- parameters ---- */

const char *args_get(const struct args *args, const char *name)
{
    for (size_t i = 0; i < args->count; i++)
        if (strcmp(args->items[i].name, name) == 0)
            return args->items[i].value;
    return NULL;
}

const char *call_str(const struct call *call, const char *name)
{
    const char *value = args_get(&call->form, name);
    if (!value)
        value = args_get(&call->fields, name);
    if (value)
        return value;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, name);
    if (item)
        return cJSON_GetStringValue(item);
    return args_get(&call->query, name);
}

bool call_flag(const struct call *call, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, name);
    if (cJSON_IsBool(item))
        return cJSON_IsTrue(item);
    if (cJSON_IsNumber(item))
        return item->valueint == 1;
    const char *value = call_str(call, name);
    return value && (strcmp(value, "true") == 0 || strcmp(value, "1") == 0);
}

int64_t call_int(const struct call *call, const char *name, int64_t fallback)
{
    char *end;
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, name);
    if (cJSON_IsNumber(item))
        return item->valuedouble > -9e15 && item->valuedouble < 9e15 ? (int64_t)item->valuedouble
                                                                     : fallback;
    const char *value = call_str(call, name);
    if (!value || !*value)
        return fallback;
    long long number = strtoll(value, &end, 10);
    return *end ? fallback : number;
}

bool call_has(const struct call *call, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(call->json, name) || args_get(&call->form, name) ||
           args_get(&call->fields, name) || args_get(&call->query, name);
}

const struct part *call_file(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->files.count; i++) {
        const struct part *file = &call->files.items[i];
        if (name ? strcmp(file->name, name) == 0
                 : strncmp(file->name, "file", 4) == 0 || strcmp(file->name, "binary") == 0)
            return file;
    }
    return NULL;
}

bool call_names_list(const char *key, const char *name)
{
    size_t len = strlen(name);
    if (strncmp(key, name, len) != 0)
        return false;
    const char *at = key + len;
    if (!*at)
        return true;
    return *at == '[' && strcmp(at + 1 + strspn(at + 1, "0123456789"), "]") == 0;
}

size_t call_list(struct call *call, const char *name, const char ***ret_items)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, name), *element;
    size_t most = cJSON_IsArray(item) ? (size_t)cJSON_GetArraySize(item)
                                      : call->form.count + call->fields.count;
    const char **items = arena_alloc(&call->arena, (most + 1) * sizeof *items);
    size_t count = 0;
    if (cJSON_IsString(item))
        items[count++] = item->valuestring;
    if (cJSON_IsArray(item))
        cJSON_ArrayForEach(element, item)
        {
            const char *text = cJSON_GetStringValue(element);
            items[count++] = text ? text : "";
        }
    for (size_t i = 0; i < call->form.count; i++)
        if (call_names_list(call->form.items[i].name, name))
            items[count++] = call->form.items[i].value;
    for (size_t i = 0; i < call->fields.count; i++)
        if (call_names_list(call->fields.items[i].name, name))
            items[count++] = call->fields.items[i].value;
    *ret_items = items;
    return count;
}

const char *call_header(const struct call *call, const char *name)
{
    const struct api_request *request = call->request;
    for (size_t i = 0; i < request->header_count; i++) {
        if (headers_named(request->headers[i].name, name))
            return request->headers[i].value;
    }
    return NULL;
}

bool call_is_control(const struct call *call)
{
    const char *first = call->segment_count ? call->segments[0] : "";
    return *first == '_' && strcmp(first, "__mock") == 0; /* asked a dozen times for each request */
}
