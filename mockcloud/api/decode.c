/* From raw bytes to parameters: the target, the query, forms and JSON. See call.h. */
#include "api/call.h"
#include "api/rules.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

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
    reply_error(call, 400, &api_rules[API_BAD_ENCODING],
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
            reply_error(call, 400, &api_rules[API_BAD_ENCODING],
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

static bool decode_json(struct call *call)
{
    const char *end = NULL;
    const struct api_request *request = call->request;
    call->json = cJSON_ParseWithLengthOpts(request->body, request->body_len, &end, 0);
    if (!call->json) {
        size_t at = end ? (size_t)(end - request->body) : 0;
        reply_error(call, 400, &api_rules[API_BAD_JSON],
                    "The body is not valid JSON: unexpected text at byte %zu", at);
        return false;
    }
    if (!cJSON_IsObject(call->json)) {
        reply_error(call, 400, &api_rules[API_BAD_JSON],
                    "The body is not valid: expected a JSON object");
        return false;
    }
    return true;
}

bool call_decode_body(struct call *call)
{
    const struct api_request *request = call->request;
    if (type_is(call->content_type, "application/x-www-form-urlencoded")) {
        call->body_kind = BODY_FORM;
        if (decode_pairs(call, request->body ? request->body : "", request->body_len, &call->form))
            return true;
        reply_error(call, 400, &api_rules[API_BAD_ENCODING],
                    "The form is not valid: %%XX has to be two hex digits, not 00, and make UTF-8");
        return false;
    }
    if (!request->body_len)
        return true;
    if (type_is(call->content_type, "application/json")) {
        call->body_kind = BODY_JSON;
        return decode_json(call);
    }
    call->body_kind = BODY_OTHER;
    return true;
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

static const char *args_list(const struct args *args, const char *name, size_t index)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < args->count; i++) {
        const char *key = args->items[i].name;
        if (strncmp(key, name, len) == 0 && (!key[len] || strcmp(key + len, "[]") == 0) &&
            index-- == 0)
            return args->items[i].value;
    }
    return NULL;
}

const char *call_list(const struct call *call, const char *name, size_t index)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, name);
    if (cJSON_IsArray(item)) {
        const cJSON *element = item->child;
        while (element && index--)
            element = element->next;
        if (!element)
            return NULL;
        const char *text = cJSON_GetStringValue(element);
        return text ? text : ""; /* no string: an id that nothing has */
    }
    if (cJSON_IsString(item))
        return index ? NULL : item->valuestring;
    return args_list(&call->form, name, index);
}
