/*
 * See api/front.h and dispatch.h. Owns the way of a request through api/: decode, find its world,
 * find its row, check who calls, journal, the gates before, the handler, the gates behind, journal
 * the reply. Knows no family of routes, and no gate.
 *
 * The way is one of stages, because a call may wait at any of them (later.h) and go on from there,
 * on another stack, with whatever it had.
 */
#include "api/call/dispatch.h"

#include "api/call/core.h"
#include "api/call/etag.h"
#include "api/call/gate.h"
#include "api/call/later.h"
#include "api/call/refused.h"
#include "api/call/request_check.h"
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/call/tap.h"
#include "api/call/texts.h"
#include "api/call/trace.h"
#include "api/call/watch.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "cloud/lag.h"

#include <stdlib.h>
#include <string.h>

#define REPLY_USUAL 1000

/* ---- its memory ---- */

/* Zeroes all but the first block of the arena, which is half of it and is written before it is
 * read. */
static struct call *call_new(struct api *api, const struct api_request *request,
                             struct api_ticket *ticket)
{
    struct call *call = api->spare;
    if (!call)
        call = mem_grow(NULL, sizeof *call);
    api->spare = NULL;
    memset(call, 0, offsetof(struct call, arena));
    memset((char *)call + offsetof(struct call, arena) + sizeof call->arena, 0,
           sizeof *call - offsetof(struct call, arena) - sizeof call->arena);
    arena_init(&call->arena);
    call->api = api;
    call->request = request;
    call->ticket = ticket;
    call->reply = &ticket->reply;
    return call;
}

void call_free(struct call *call)
{
    struct api *api = call->api;
    cJSON_Delete(call->json);
    arena_free(&call->arena);
    if (api->spare)
        free(call);
    else
        api->spare = call;
}

/* ---- what every reply has ---- */

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
    call_reply_anew(call);
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
    char text[TIMEFMT_HTTP_SIZE];
    if (!call_is_control(call)) {
        reply_header(reply, "Access-Control-Allow-Origin", "*");
        if (call->request_id[0])
            reply_header(reply, "X-Request-Id", call->request_id);
    }
    if (call->api->options.explain && reply->rule)
        reply_header(reply, "X-Mockcloud-Rule", reply->rule);
    if (call->world) {
        reply->world = call->world->name;
        reply->at_ms = vclock_now(call->world->sim.clock);
        timefmt_http(reply->at_ms + call->date_skew_ms, text);
        reply_header(reply, "Date", text);
    }
}

/* ---- before its stages ---- */

/* A body that can't be decoded. The control API's handlers say so themselves. */
static bool call_pass_bad_body(struct call *call)
{
    if (!call_is_control(call))
        return false;
    call->body_kind = BODY_BAD;
    call_reply_anew(call);
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

/* Decodes it, finds its row, checks who calls. False: the refusal is in the reply. */
static bool call_check(struct call *call)
{
    call->decoded = call_decode(call);
    if (!call->decoded)
        return false;
    call->route = route_find(call, &call->allow);
    if (!call_check_origin(call))
        return false;
    if (!call->route || !call->route->handle)
        return true; /* which its stage refuses */
    return rate_limit_address(call) && auth_check(call) && rate_limit_account(call) &&
           texts_check(call);
}

/* ---- the stages ---- */

/* Whether a person asks, with a browser, for what stands at the root: nothing, in the imitated API.
 */
static bool call_by_browser(const struct call *call)
{
    const char *accept = call_header(call, "Accept");
    return strcmp(call->path, "/") == 0 && strcmp(call->request->method, "GET") == 0 && accept &&
           strstr(accept, "text/html");
}

/* To the console, at the world that was asked. */
static void call_to_console(struct call *call)
{
    struct buf location;
    buf_init(&location, 4096);
    buf_printf(&location, "/__mock/#/w/%s/devices", call->world->name);
    reply_empty(call, 302, &api_rules[API_CONSOLE]);
    reply_header(call->reply, "Location", buf_str(&location));
    buf_free(&location);
}

static void call_no_route(struct call *call)
{
    const char *allow = call->allow;
    const char *method = call->request->method;
    if (call_by_browser(call)) {
        call_to_console(call);
    } else if (call_is_control(call)) {
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

static void call_handle(struct call *call)
{
    if (!call->route)
        call_no_route(call);
    else if (!call->route->handle)
        reply_error(call, 501, &api_rules[API_NOT_IMITATED], "mockcloud does not imitate %s %s yet",
                    call->route->method[0] == '*' ? call->request->method : call->route->method,
                    call->route->path);
    else
        call->route->handle(call);
}

/* A handler that waits sees the present when it goes on. */
static void call_handle_in_view(struct call *call)
{
    if (call->lags)
        lag_look(call->world->cloud, call->lags);
    call_handle(call);
    if (call->lags && call_world_stands(call))
        lag_look(call->world->cloud, NULL);
}

/* Asks the gates from call->gate on, until one replies or waits. */
static void call_ask_gates(struct call *call, bool before)
{
    const struct api *api = call->api;
    bool gated = call->world && !call_is_control(call) && call->outcome == API_NOW;
    while (gated && !call->waiting && call->gate < api->gate_count) {
        const struct gate *gate = &api->gates[call->gate++];
        void (*ask)(struct call * call) = before ? gate->before : gate->after;
        if (ask)
            ask(call);
        if (before && call->reply->status)
            return;
    }
}

/* A gate, or what it has gone on with, may have replied. */
static enum call_stage call_admit(struct call *call)
{
    if (!call->reply->status)
        call_ask_gates(call, true);
    if (!call->waiting)
        call->gate = 0;
    return call->waiting ? CALL_ADMIT : call->reply->status ? CALL_REPLIED : CALL_HANDLE;
}

static enum call_stage call_replied(struct call *call)
{
    if (!call->gate) {
        call_check_size(call);
        if (call->outcome == API_NOW)
            etag_apply(call);
    }
    call_ask_gates(call, false);
    return call->waiting ? CALL_REPLIED : CALL_DELIVER;
}

static void call_deliver(struct call *call)
{
    call_check_size(call); /* a gate may have made another one */
    call_finish(call);
    if (call_world_stands(call)) {
        if (call->admitted)
            rate_limit_handled(call);
        refused_remember(call);
        trace_reply(call);
    }
    if (!call->off_contract)
        watch_reply(call->api, call->world, call->route, call_is_control(call), call->reply);
}

void call_go(struct call *call)
{
    while (!call->waiting && call->stage != CALL_DONE) {
        switch (call->stage) {
        case CALL_ADMIT:
            call->stage = call_admit(call);
            break;
        case CALL_HANDLE:
            call->stage = CALL_REPLIED; /* set before: a handler that waits goes on behind itself */
            call_handle_in_view(call);
            break;
        case CALL_REPLIED:
            call->stage = call_replied(call);
            break;
        case CALL_DELIVER:
        case CALL_DONE:
            call->stage = CALL_DONE;
            call_deliver(call);
            break;
        }
    }
}

bool call_world_stands(const struct call *call)
{
    return call->world && call->world == call->began_in &&
           call->world->generation == call->generation;
}

void call_hand_over(struct call *call)
{
    struct api_ticket *ticket = call->ticket;
    call->running = false;
    if (call->waiting) {
        later_keep(call);
        return;
    }
    ticket->outcome = call->outcome;
    call_free(call);
    ticket->ready(ticket);
}

void gate_set(struct api *api, const struct gate *gates, size_t count)
{
    api->gates = gates;
    api->gate_count = count;
}

/* From the request to its first stage; the journal has the request by then. */
static void call_begin(struct call *call)
{
    size_t max = call_reply_max(call);
    buf_init(&call->reply->body, max);
    if (max >= REPLY_USUAL)
        buf_room(&call->reply->body, REPLY_USUAL); /* most replies fit: no growing by doubling */
    call->admitted = call_check(call);
    call->stage = call->admitted ? CALL_ADMIT : CALL_REPLIED;
    call->began_in = call->world;
    if (!call->world)
        return;
    call->generation = call->world->generation;
    if (!call_is_control(call))
        chance_hex(&call->world->sim.requests, call->request_id, 32);
    call->request_n = trace_request(call);
    if (call->decoded)
        request_check(call);
}

static enum api_outcome call_dispatch(struct api *api, const struct api_request *request,
                                      struct api_ticket *ticket)
{
    struct call *call = call_new(api, request, ticket);
    call->running = true;
    call_begin(call);
    call_go(call);
    call->running = false;
    if (call_world_stands(call)) {
        vclock_set_cause(call->world->sim.clock, 0);
        tap_stands(call->world);
    }
    ticket->outcome = call->waiting ? API_LATER : call->outcome;
    if (ticket->outcome == API_NOW && !call->request_n)
        tap_was_read(api, request);
    if (call->waiting)
        later_keep(call);
    else
        call_free(call);
    return ticket->outcome;
}

enum api_outcome api_dispatch(struct api *api, const struct api_request *request,
                              struct api_ticket *ticket)
{
    ticket->number = ++api->worlds->machine.requests;
    tap_request(api, request, ticket->number);
    enum api_outcome outcome = call_dispatch(api, request, ticket);
    tap_end(api);
    return outcome;
}
