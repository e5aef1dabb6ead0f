/*
 * See api/front.h. Owns the way of a request through api/: decode, find its world, find its row,
 * check who calls, journal, handle, journal the reply. Knows no family of routes.
 */
#include "api/call/core.h"
#include "api/call/etag.h"
#include "api/call/request_check.h"
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/call/trace.h"
#include "api/call/watch.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define REPLY_USUAL 1000

/* One walk over the headers for the two that nearly every route reads. */
static void call_read_headers(struct call *call)
{
    for (size_t i = 0; i < call->request->header_count; i++) {
        const struct api_header *header = &call->request->headers[i];
        if ((header->name[0] | 0x20) == 'a' && strcasecmp(header->name, "Authorization") == 0)
            call->authorization = header->value;
        else if ((header->name[0] | 0x20) == 'c' && strcasecmp(header->name, "Content-Type") == 0)
            call->content_type = header->value;
    }
}

/* Takes /w/NAME off the segments. False: there is no such world; the refusal is in the reply. */
static bool call_world_by_prefix(struct call *call)
{
    if (call->segment_count < 2 || strcmp(call->segments[0], "w") != 0)
        return true;
    const char *name = call->segments[1];
    call->world = worlds_find(call->api->worlds, name);
    if (!call->world) {
        reply_error(call, 404, &api_rules[API_NO_WORLD], "There is no world \"%s\"", name);
        return false;
    }
    call->segment_count = call->segment_count > CALL_SEGMENTS ? 0 : call->segment_count - 2;
    memmove(call->segments, call->segments + 2, call->segment_count * sizeof *call->segments);
    /* The path for the journal, without the prefix: behind the third slash. */
    const char *rest = strchr(call->path + 1, '/');
    rest = rest ? strchr(rest + 1, '/') : NULL;
    call->path = rest ? rest : "/";
    return true;
}

/* The access token that the request shows, wherever it stands. */
static const char *call_shown_token(const struct call *call)
{
    const char *header = call->authorization;
    if (header && strncmp(header, "Bearer ", 7) == 0)
        return header + 7;
    const char *shown = args_get(&call->query, "access_token");
    return shown ? shown : args_get(&call->form, "access_token");
}

/* By credential: a token or an OAuth client that exactly one world knows. With one world there is
 * no question. */
static void call_world_by_credential(struct call *call, bool *ret_ambiguous)
{
    size_t count = 0;
    const char *id, *secret;
    const char *token = call_shown_token(call);
    struct world *found = token ? worlds_by_token(call->api->worlds, token, &count) : NULL;
    if (!token) {
        id = call_str(call, "client_id");
        if (call_basic(call, &id, &secret) || id) /* as at the token endpoint, Basic wins */
            found = worlds_by_client(call->api->worlds, id, &count);
    }
    if (found)
        call->world = found;
    *ret_ambiguous = count > 1;
}

/* /__mock/worlds/NAME/…: the world that a control request is about. */
static struct world *control_world(const struct call *call)
{
    if (call->segment_count < 3 || strcmp(call->segments[1], "worlds") != 0)
        return NULL;
    return worlds_find(call->api->worlds, call->segments[2]);
}

static struct world *call_default_world(const struct call *call)
{
    return call->request->world ? call->request->world : call->api->worlds->main;
}

/* Finds the world. False: there is none to ask; the refusal is in the reply. */
static bool call_find_world(struct call *call)
{
    bool ambiguous = false;
    if (call_is_control(call)) {
        call->world = control_world(call);
        return true;
    }
    if (!call->world) {
        call->world = call_default_world(call);
        if (map_count(&call->api->worlds->by_name) > 1)
            call_world_by_credential(call, &ambiguous);
    }
    if (!call->world) {
        reply_error(call, 404, &api_rules[API_NO_WORLD], "There is no world to answer");
        return false;
    }
    if (ambiguous) {
        sim_note(&call->world->sim);
        sim_noted(&call->world->sim, "cloud", "world.ambiguous-credential");
    }
    return true;
}

static void call_no_route(struct call *call, const char *allow)
{
    const char *method = call->request->method;
    if (call_is_control(call)) {
        if (allow) {
            reply_header(call->reply, "Allow", allow);
            reply_control_error(call, 405, "wrong-method", "this path has %s only", allow);
        } else {
            reply_control_error(call, 404, "no-route",
                                "there is no such path: %s (GET /__mock/openapi.json has all)",
                                call->path);
        }
    } else if (allow && strcmp(method, "OPTIONS") == 0) {
        reply_header(call->reply, "Access-Control-Allow-Methods",
                     "GET, POST, PUT, DELETE, OPTIONS");
        reply_header(call->reply, "Access-Control-Allow-Headers",
                     "Authorization, Content-Type, X-Particle-Tool, X-Particle-Project");
        reply_header(call->reply, "Access-Control-Max-Age", "86400");
        reply_empty(call, 204, &api_rules[API_PREFLIGHT]);
    } else if (allow) {
        reply_header(call->reply, "Allow", allow);
        reply_error(call, 405, &api_rules[API_WRONG_METHOD], "%s is not allowed on %s", method,
                    call->path);
    } else {
        reply_error(call, 404, &api_rules[API_NO_ROUTE], "Not found: %s %s", method, call->path);
    }
}

/* The route, the caller, the handler; each may end the call with its refusal. */
static void call_handle(struct call *call, const char *allow)
{
    if (!call->route)
        call_no_route(call, allow);
    else if (!call->route->handle)
        reply_error(call, 501, &api_rules[API_NOT_IMITATED], "mockcloud does not imitate %s %s yet",
                    call->route->method[0] == '*' ? call->request->method : call->route->method,
                    call->route->path);
    else
        call->route->handle(call);
}

static size_t call_reply_max(const struct call *call)
{
    size_t max = call->api->options.reply_max, room = call->request->reply_max;
    return room && room < max ? room : max;
}

/* A reply that does not fit is no reply at all: half of it would be read as a lie. */
static void call_check_size(struct call *call)
{
    struct api_reply *reply = call->reply;
    size_t max = call_reply_max(call);
    const char *why =
        max < call->api->options.reply_max ? ", all that unread replies leave room for" : "";
    if (!reply->body.overflow && !reply->headers.overflow)
        return;
    buf_free(&reply->body);
    buf_clear(&reply->headers);
    if (call_is_control(call))
        reply_control_error(call, 500, "reply-too-large", "The reply has over %zu bytes%s", max,
                            why);
    else
        reply_error(call, 500, &api_rules[API_REPLY_TOO_LARGE], "The reply has over %zu bytes%s",
                    max, why);
}

/* Headers that every reply has; the first three only those of the imitated API. */
static void call_finish(struct call *call)
{
    struct api_reply *reply = call->reply;
    char text[TIMEFMT_HTTP_SIZE > 33 ? TIMEFMT_HTTP_SIZE : 33];
    if (!call_is_control(call)) {
        reply_header(reply, "Access-Control-Allow-Origin", "*");
        if (call->world) {
            chance_hex(&call->world->sim.requests, text, 32);
            reply_header(reply, "X-Request-Id", text);
        }
    }
    if (call->api->options.explain && reply->rule)
        reply_header(reply, "X-Mockcloud-Rule", reply->rule);
    if (call->world) {
        reply->world = call->world->name;
        reply->at_ms = vclock_now(call->world->sim.clock);
        timefmt_http(reply->at_ms, text);
        reply_header(reply, "Date", text);
    }
}

/* A body that can't be decoded. The control API's handlers say so themselves. */
static bool call_pass_bad_body(struct call *call)
{
    if (!call_is_control(call))
        return false;
    call->body_kind = BODY_BAD;
    buf_clear(&call->reply->headers);
    buf_clear(&call->reply->body);
    return true;
}

/* A page from anywhere may send requests to this machine by way of its visitor's browser. It gets
 * the imitated API, as it would the real one, but nothing through which it could reach further: the
 * control API, and routes whose doing leaves the server. */
static bool call_check_origin(struct call *call)
{
    const char *origin = call->request->origin;
    if (!origin || (!call_is_control(call) && !(call->route && call->route->reaches_out)))
        return true;
    if (call_is_control(call))
        reply_control_error(call, 403, "origin-not-allowed",
                            "%.200s is no page of this machine; --allow-origin lets it in", origin);
    else
        reply_error(
            call, 403, &api_rules[API_FOREIGN_PAGE],
            "mockcloud does not do this for a page of %.200s, unless --allow-origin names it",
            origin);
    return false;
}

/* What is wrong with the request whatever its route: its encoding, its world, its body. */
static bool call_decode(struct call *call)
{
    bool decoded = call_decode_target(call, call->request->target);
    call_read_headers(call);
    if (decoded && !call_world_by_prefix(call))
        return false;
    if (decoded && (call_decode_body(call) || call_pass_bad_body(call)))
        return call_find_world(call);
    if (!call->world && !call_is_control(call))
        call->world = call_default_world(call);
    return false;
}

static void call_run(struct call *call)
{
    const char *allow = NULL;
    bool decoded = call_decode(call);
    bool good = decoded;
    if (good)
        call->route = route_find(call, &allow);
    good = good && call_check_origin(call);
    if (good && call->route && call->route->handle)
        good = rate_limit_address(call) && auth_check(call) && rate_limit_account(call);
    struct world *world = call->world;
    if (!world) {
        if (good)
            call_handle(call, allow);
        call_check_size(call);
        return;
    }
    uint64_t generation = world->generation;
    call->request_n = trace_request(call);
    if (decoded)
        request_check(call);
    if (good)
        call_handle(call, allow);
    call_check_size(call);
    if (call->outcome == API_NOW)
        etag_apply(call);
    if (call->world != world || world->generation != generation)
        return; /* the request ended its world, or made it anew */
    if (good)
        rate_limit_handled(call);
    if (call->outcome != API_LATER)
        trace_reply(world, call->reply, call->request_n);
    vclock_set_cause(world->sim.clock, 0);
}

enum api_outcome api_dispatch(struct api *api, const struct api_request *request,
                              struct api_ticket *ticket)
{
    struct call call;
    memset(&call, 0, offsetof(struct call, arena));
    memset((char *)&call + offsetof(struct call, route), 0,
           sizeof call - offsetof(struct call, route));
    arena_init(&call.arena);
    call.api = api;
    call.request = request;
    call.ticket = ticket;
    call.reply = &ticket->reply;
    size_t max = call_reply_max(&call);
    buf_init(&ticket->reply.body, max);
    if (max >= REPLY_USUAL)
        buf_room(&ticket->reply.body, REPLY_USUAL); /* most replies fit: no growing by doubling */
    call_run(&call);
    call_finish(&call);
    if (call.outcome == API_LATER)
        buf_free(&ticket->reply.body); /* a refusal, should it come to one, begins its body anew */
    else
        watch_reply(api, call.world, call.route, call_is_control(&call), call.reply);
    cJSON_Delete(call.json);
    arena_free(&call.arena);
    return call.outcome;
}
