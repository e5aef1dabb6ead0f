/* The control API's clock of a world: to look at, to move, to let run or stand. See control.h. */
#include "api/call/clock_move.h"
#include "api/call/core.h"
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/call/work.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "base/text.h"
#include "base/timefmt.h"

#include <stdlib.h>
#include <string.h>

static void write_clock_keys(const struct call *call, struct jsonw *w)
{
    bool real = vclock_mode(call->world->sim.clock) == VCLOCK_REAL;
    jsonw_key_time(w, "now", vclock_now(call->world->sim.clock));
    jsonw_key_str(w, "mode", real ? "real" : "frozen");
}

static void write_clock(const struct call *call, struct jsonw *w)
{
    jsonw_object(w);
    write_clock_keys(call, w);
    jsonw_end_object(w);
}

/* What is due next, so that whoever moves the clock can go there. */
static void write_next(const struct call *call, struct jsonw *w)
{
    const char *actor, *what;
    int64_t due_ms;
    jsonw_key(w, "next");
    if (!vclock_next(call->world->sim.clock, &actor, &what, &due_ms)) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    jsonw_key_time(w, "at", due_ms);
    jsonw_key_str(w, "actor", actor);
    jsonw_key_str(w, "what", what);
    jsonw_end_object(w);
}

static void clock_get(struct call *call)
{
    if (!control_world_known(call))
        return;
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    write_clock_keys(call, w);
    write_next(call, w);
    jsonw_end_object(w);
}

static bool clock_refuse(struct call *call, const char *code, const char *message)
{
    reply_control_error(call, 400, code, "%s", message);
    return false;
}

static bool clock_refuse_duration(struct call *call, const char *found)
{
    char meant[TIMEFMT_MEANT_SIZE];
    control_refuse(call, 400, "bad-time",
                   found && timefmt_duration_meant(found, meant) ? meant : NULL,
                   "expected a duration (250ms, 5s, 30min, 1h30min, 2d) for advance");
    return false;
}

/* Where {"advance"} or {"at"} moves the clock. False: the refusal is in the reply. */
static bool clock_target(struct call *call, int64_t *ret_to_ms)
{
    const char *advance = call_str(call, "advance"), *at = call_str(call, "at");
    int64_t now_ms = vclock_now(call->world->sim.clock), to_ms = now_ms, by_ms;
    if (call_has(call, "advance") && call_has(call, "at"))
        return clock_refuse(call, "bad-time", "expected advance or at, found both");
    if (call_has(call, "advance")) {
        if (!advance || !timefmt_parse_duration(advance, &by_ms))
            return clock_refuse_duration(call, advance);
        to_ms += by_ms;
    } else if (call_has(call, "at") && (!at || !timefmt_parse_iso(at, &to_ms))) {
        return clock_refuse(call, "bad-time", "expected a time (\"2026-01-02T00:00:00Z\") for at");
    }
    if (to_ms < now_ms)
        return clock_refuse(call, "backwards", "a clock never goes backwards");
    *ret_to_ms = to_ms;
    return true;
}

/* Whether `mode` is absent or one that there is; else the refusal is in the reply. */
static bool clock_mode_known(struct call *call)
{
    const char *mode = call_str(call, "mode");
    if (!call_has(call, "mode") ||
        (mode && (strcmp(mode, "frozen") == 0 || strcmp(mode, "real") == 0)))
        return true;
    return clock_refuse(call, "bad-mode", "expected mode real or frozen");
}

static void clock_set_mode(struct call *call)
{
    struct vclock *clock = call->world->sim.clock;
    vclock_set_mode(clock,
                    strcmp(call_str(call, "mode"), "frozen") == 0 ? VCLOCK_FROZEN : VCLOCK_REAL);
    vclock_sync(clock, machine_mono_ms(&call->api->worlds->machine));
}

static void clock_move_post(struct call *call, int64_t to_ms)
{
    struct jsonw *w = sim_note(&call->world->sim);
    jsonw_key_time(w, "to", to_ms);
    sim_noted(&call->world->sim, "control", "clock.moved");
    clock_move(call, to_ms);
}

/* {"settle": true} stands alone: how far the clock goes is then not the caller's to say. */
static void clock_settle_post(struct call *call)
{
    const cJSON *settle = cJSON_GetObjectItemCaseSensitive(call->json, "settle");
    if (!cJSON_IsTrue(settle)) {
        clock_refuse(call, "bad-time", "expected true for settle");
        return;
    }
    if (call_has(call, "advance") || call_has(call, "at") || call_has(call, "mode")) {
        clock_refuse(call, "bad-time", "expected nothing beside settle");
        return;
    }
    jsonw_key_bool(sim_note(&call->world->sim), "settle", true);
    sim_noted(&call->world->sim, "control", "clock.moved");
    clock_settle(call);
}

static void clock_post(struct call *call)
{
    static const char *const known[] = {"advance", "at", "mode", "settle", NULL};
    int64_t to_ms;
    if (!control_world_known(call) || !control_fields_known(call, known))
        return;
    if (clock_moving(call->api, call->world)) {
        reply_control_error(call, 409, "clock-moving", "the clock is being moved already");
        return;
    }
    if (call_has(call, "settle")) {
        clock_settle_post(call);
        return;
    }
    bool moves = call_has(call, "advance") || call_has(call, "at");
    if (!moves && !call_has(call, "mode")) {
        clock_refuse(call, "bad-time", "expected advance, at, mode or settle");
        return;
    }
    if (!clock_target(call, &to_ms) || !clock_mode_known(call))
        return;
    if (call_has(call, "mode"))
        clock_set_mode(call);
    if (moves)
        clock_move_post(call, to_ms);
    else
        write_clock(call, reply_json(call, 200, NULL));
}

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/clock", "control.clock", AUTH_CONTROL, clock_get, OURS,
     "the world's time", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_control_clock, NULL})},
    {"POST", "/__mock/worlds/:world/clock", "control.clock-set", AUTH_CONTROL, clock_post, OURS,
     "advance, at, mode, or settle: on to when nothing is under way; answers when it has moved",
     .params = PARAMS(
         {"advance", PARAM_JSON, PARAM_STRING, false, "a duration: 1h"},
         {"at", PARAM_JSON, PARAM_STRING, false, "a time"},
         {"mode", PARAM_JSON, PARAM_STRING, false, "real or frozen", SHAPE_WORDS("real", "frozen")},
         {"settle", PARAM_JSON, PARAM_BOOL, false, "true: move it on until nothing is under way"}),
     .replies = REPLIES({200, &shape_control_clock, NULL})},
};

const struct route_table control_clock_routes = {rows, sizeof rows / sizeof *rows};
