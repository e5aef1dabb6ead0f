/*
 * See trace.h. In the journal bodies over 4 KiB are cut: their first 4 KiB stand there as text,
 * with the whole length; shorter ones as what they are, JSON as JSON, a form as an object. The
 * exchange log (sim/exchanges.h) has the rest.
 */
#include "api/call/trace.h"

#include "api/call/route.h"
#include "base/headers.h"
#include "base/text.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"

#include <stdio.h>
#include <string.h>

#define BODY_KEPT 4096

/* A control request is from "control", unless it is a step of a scenario; else the listener knows,
 * or the OAuth client of the token. */
const char *trace_actor(struct call *call)
{
    static const char prefix[] = "client:";
    const char *client = "unknown";
    if (call->actor)
        return call->actor;
    if (call_is_control(call) && !call->request->trusted)
        return "control";
    if (call->request->actor)
        return call->request->actor;
    if (call->token && call->token->client)
        client = call->token->client->id;
    char *actor = arena_alloc(&call->arena, sizeof prefix + strlen(client));
    memcpy(actor, prefix, sizeof prefix - 1);
    strcpy(actor + sizeof prefix - 1, client);
    return actor;
}

static void write_form(const struct args *form, struct jsonw *w)
{
    jsonw_key(w, "form");
    jsonw_object(w);
    for (size_t i = 0; i < form->count; i++)
        jsonw_key_str(w, form->items[i].name, form->items[i].value);
    jsonw_end_object(w);
}

static void write_cut(const char *body, size_t len, struct jsonw *w)
{
    size_t kept = BODY_KEPT;
    while (kept > BODY_KEPT - 4 && (body[kept] & 0xc0) == 0x80)
        kept--; /* not inside of a character */
    jsonw_key(w, "body");
    jsonw_str_n(w, body, kept);
    jsonw_key_int(w, "body_len", (int64_t)len);
}

static void write_body(const struct call *call, struct jsonw *w)
{
    size_t len = call->request->body_len;
    if (!len)
        return;
    if (len > BODY_KEPT) {
        write_cut(call->request->body, len, w);
    } else if (call->body_kind == BODY_FORM) {
        write_form(&call->form, w);
    } else if (call->json) {
        char *text = cJSON_PrintUnformatted(call->json);
        jsonw_key(w, "json");
        jsonw_raw(w, text ? text : "null", text ? strlen(text) : 4);
        cJSON_free(text);
    } else {
        jsonw_key(w, "body");
        jsonw_str_n(w, call->request->body, len);
    }
}

/* Whose token it shows, and what that is worth, also when it is refused for it. */
static void write_caller(const struct call *call, struct jsonw *w)
{
    static const char *const standings[] = {
        [OAUTH_STANDING_UNKNOWN] = "unknown",
        [OAUTH_STANDING_DEAD] = "dead",
        [OAUTH_STANDING_LIVE] = "live",
    };
    struct owner owner;
    if (call_is_control(call))
        return;
    enum oauth_standing standing = auth_standing(call, &owner);
    if (standing == OAUTH_STANDING_NONE)
        return;
    jsonw_key_str(w, "token", standings[standing]);
    if (owner.kind != OWNER_NONE)
        jsonw_key_str(w, owner_kind_word(&owner), owner_name(&owner));
}

/* The journal has neither headers nor long bodies; the exchange log beside it has. */
static void log_request(const struct call *call, uint64_t n)
{
    const struct api_request *request = call->request;
    struct buf *headers = &call->world->sim.scratch; /* the entry is made: its memory is free */
    buf_clear(headers);
    for (size_t i = 0; i < request->header_count; i++)
        headers_add(headers, request->headers[i].name, request->headers[i].value);
    const struct exchange_message message = {
        .headers = headers->data,
        .headers_len = headers->len,
        .body = request->body,
        .body_len = request->body_len,
    };
    exchanges_add(call->world->sim.exchanges, n, request->method, request->target, &message);
}

uint64_t trace_request(struct call *call)
{
    const char *method = call->request->method;
    if (call_is_control(call) && (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0))
        return 0;
    struct sim *sim = &call->world->sim;
    struct jsonw *w = sim_note(sim);
    jsonw_key_str(w, "method", method);
    jsonw_key_str(w, "path", call->path);
    if (call->query_text && *call->query_text)
        jsonw_key_str(w, "query", call->query_text);
    write_body(call, w);
    if (call->request_id[0])
        jsonw_key_str(w, "request_id", call->request_id);
    write_caller(call, w);
    vclock_set_cause(sim->clock, 0);
    uint64_t n = sim_noted(sim, trace_actor(call), "http.request");
    log_request(call, n);
    if (call->request->origin)
        journal_distrust(sim->journal, n);
    vclock_set_cause(sim->clock, n);
    return n;
}

static bool is_json(const struct api_reply *reply)
{
    const char *type = headers_get(&reply->headers, "Content-Type");
    return type && strncmp(type, "application/json", strlen("application/json")) == 0;
}

/* A reply of ours is good JSON; one that is wrong on purpose may be anything, and the journal is
 * JSON all the same. */
static bool is_good(const struct call *call)
{
    const struct buf *body = &call->reply->body;
    const char *end = NULL;
    if (!call->off_contract)
        return true;
    cJSON *json = text_utf8_valid(body->data, body->len)
                      ? cJSON_ParseWithLengthOpts(body->data, body->len + 1, &end, true)
                      : NULL;
    bool good = json && end == body->data + body->len;
    cJSON_Delete(json);
    return good;
}

static void write_delivery(const struct api_delivery *delivery, struct jsonw *w)
{
    static const char *const words[] = {
        [DELIVER_WHOLE] = "whole", [DELIVER_PIECES] = "pieces",   [DELIVER_CUT] = "cut",
        [DELIVER_TWICE] = "twice", [DELIVER_CLOSE] = "close",     [DELIVER_RESET] = "reset",
        [DELIVER_NEVER] = "never", [DELIVER_REFUSED] = "refused",
    };
    if (delivery->how == DELIVER_WHOLE)
        return;
    jsonw_key_str(w, "delivery", words[delivery->how]);
    if (delivery->how == DELIVER_CUT || delivery->how == DELIVER_PIECES)
        jsonw_key_int(w, "bytes", (int64_t)delivery->bytes);
}

void trace_reply(struct call *call)
{
    const struct api_reply *reply = call->reply;
    struct sim *sim = &call->world->sim;
    if (!call->request_n)
        return;
    struct jsonw *w = sim_note(sim);
    jsonw_key_int(w, "status", reply->status);
    jsonw_key_str(w, "rule", reply->rule);
    write_delivery(&reply->delivery, w);
    if (reply->body.len > BODY_KEPT) {
        write_cut(reply->body.data, reply->body.len, w);
    } else if (reply->body.len && (!is_json(reply) || !is_good(call))) {
        jsonw_key(w, "body");
        jsonw_str_n(w, reply->body.data, reply->body.len);
    } else if (reply->body.len) {
        jsonw_key(w, "json");
        jsonw_raw(w, reply->body.data, reply->body.len);
    }
    vclock_set_cause(sim->clock, call->request_n);
    uint64_t n = sim_noted(sim, "cloud", "http.reply");
    const struct exchange_message message = {
        .headers = reply->headers.data,
        .headers_len = reply->headers.len,
        .body = reply->body.data,
        .body_len = reply->body.len,
    };
    exchanges_answer(sim->exchanges, call->request_n, n, reply->status, &message);
    vclock_set_cause(sim->clock, 0);
}
