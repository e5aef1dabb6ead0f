/* Replies: their headers and their shapes. See call.h. */
#include "api/call/call.h"
#include "api/call/rules.h"
#include "cloud/cloud.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void reply_header(struct api_reply *reply, const char *name, const char *value)
{
    headers_add(&reply->headers, name, value);
}

void call_reply_anew(struct call *call)
{
    buf_clear(&call->reply->headers);
    buf_clear(&call->reply->body);
    call->reply->status = 0;
    call->reply->rule = NULL;
}

/* The rule that decides the reply: also what the world has leaned on. */
static void reply_by(struct call *call, int status, const struct rule *rule)
{
    call->reply->status = status;
    call->reply->rule = rule ? rule->name : NULL;
    call->rule = rule;
    if (call->world)
        sim_lean(&call->world->sim, rule);
}

struct jsonw *reply_json(struct call *call, int status, const struct rule *rule)
{
    reply_by(call, status, rule);
    reply_header(call->reply, "Content-Type", "application/json; charset=utf-8");
    jsonw_init(&call->w, &call->reply->body);
    return &call->w;
}

void reply_text(struct call *call, int status, const struct rule *rule, const char *json)
{
    jsonw_raw(reply_json(call, status, rule), json, strlen(json));
}

void reply_body(struct call *call, int status, const struct rule *rule, const char *content_type,
                const void *bytes, size_t len)
{
    reply_empty(call, status, rule);
    reply_header(call->reply, "Content-Type", content_type);
    buf_add(&call->reply->body, bytes, len);
}

void reply_empty(struct call *call, int status, const struct rule *rule)
{
    reply_by(call, status, rule);
}

static void write_message(struct jsonw *w, const char *key, const char *format, va_list args)
{
    struct buf message;
    buf_init(&message, 1u << 20);
    buf_vprintf(&message, format, args);
    jsonw_key_str(w, key, buf_str(&message));
    buf_free(&message);
}

void reply_error(struct call *call, int status, const struct rule *rule, const char *format, ...)
{
    va_list args;
    struct jsonw *w = reply_json(call, status, rule);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", false);
    va_start(args, format);
    write_message(w, "error", format, args);
    va_end(args);
    jsonw_end_object(w);
}

void reply_undecodable(struct call *call, const struct rule *rule, const char *format, ...)
{
    va_list args;
    bool control = call_is_control(call);
    struct jsonw *w = reply_json(call, 400, control ? NULL : rule);
    jsonw_object(w);
    if (control)
        jsonw_key_str(w, "error", "undecodable");
    else
        jsonw_key_bool(w, "ok", false);
    va_start(args, format);
    write_message(w, control ? "message" : "error", format, args);
    va_end(args);
    jsonw_end_object(w);
}

void reply_control_error(struct call *call, int status, const char *code, const char *format, ...)
{
    va_list args;
    struct jsonw *w = reply_json(call, status, NULL);
    jsonw_object(w);
    jsonw_key_str(w, "error", code);
    va_start(args, format);
    write_message(w, "message", format, args);
    va_end(args);
    jsonw_end_object(w);
}

void reply_permission_denied(struct call *call)
{
    const char *token = args_get(&call->query, "access_token");
    struct buf info;
    buf_init(&info, 4096);
    buf_printf(&info,
               "I didn't recognize that device name or ID, try opening "
               "https://api.particle.io/v1/devices?access_token=%s",
               token ? token : "undefined");
    struct jsonw *w = reply_json(call, 403, &api_rules[API_PERMISSION_DENIED]);
    jsonw_object(w);
    jsonw_key_str(w, "error", "Permission Denied");
    jsonw_key_str(w, "info", buf_str(&info));
    jsonw_end_object(w);
    buf_free(&info);
}

void api_refuse(struct api_reply *reply, const char *target, int status, const char *code,
                const char *message)
{
    struct jsonw w;
    reply->status = status;
    reply_header(reply, "Content-Type", "application/json; charset=utf-8");
    buf_init(&reply->body, API_REPLY_MAX);
    jsonw_init(&w, &reply->body);
    jsonw_object(&w);
    if (target && strncmp(target, "/__mock", 7) == 0) {
        jsonw_key_str(&w, "error", code);
        jsonw_key_str(&w, "message", message);
    } else {
        reply_header(reply, "Access-Control-Allow-Origin", "*");
        jsonw_key_bool(&w, "ok", false);
        jsonw_key_str(&w, "error", message);
    }
    jsonw_end_object(&w);
}

bool call_has_room(struct call *call, enum limit which, size_t count)
{
    const struct cloud *cloud = call->world->cloud;
    if (!limits_reached(cloud, which, count))
        return true;
    reply_error(call, 503, &api_rules[API_WORLD_FULL], "A world has at most %u %s",
                cloud->limits[which], limit_rows[which].noun);
    return false;
}
