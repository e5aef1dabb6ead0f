/* See clock_move.h. Owns the list of moves that are under way: calls that wait for their own work.
 */
#include "api/call/clock_move.h"

#include "api/call/core.h"
#include "api/call/later.h"
#include "api/call/stream.h"
#include "cloud/webhook/outbox.h"

#define SLICE_TIMERS 2000
#define WEBHOOKS_MAX 10000 /* while the clock stands; with more, one triggers itself for ever */

struct clock_move {
    struct clock_move *prev, *next; /* in api->moves */
    struct call *call;
    int64_t to_ms;
    bool settles; /* ends as soon as nothing is under way; `to_ms` is only how far it may go */
    uint64_t made_before; /* how many webhooks had been made when none was on its way last */
};

enum slice { SLICE_DONE, SLICE_MORE, SLICE_PAUSED };

/* SLICE_DONE: the clock stands where it was to go, or can't settle. */
static enum slice slice(const struct clock_move *move)
{
    struct world *world = move->call->world;
    struct vclock *clock = world->sim.clock;
    for (int i = 0; i < SLICE_TIMERS; i++) {
        if (api_holds(move->call->api, world))
            return SLICE_PAUSED;
        if (move->settles && !vclock_foreground_count(clock))
            return SLICE_DONE;
        if (vclock_run_next(clock, move->to_ms))
            continue;
        if (!move->settles && move->to_ms > vclock_now(clock))
            vclock_move(clock, move->to_ms);
        return SLICE_DONE;
    }
    return SLICE_MORE;
}

static void reply_now(struct call *call, const void *with)
{
    (void)with;
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key_time(w, "now", vclock_now(call->world->sim.clock));
    jsonw_end_object(w);
}

static void reply_settled(struct call *call, const void *with)
{
    const char *actor, *what;
    int64_t due_ms;
    if (vclock_foreground_first(call->world->sim.clock, &actor, &what, &due_ms))
        reply_control_error(call, 409, "not-settled", "%s is still under way (%s)", what, actor);
    else
        reply_now(call, with);
}

static later_then *reply_of(const struct clock_move *move)
{
    return move->settles ? reply_settled : reply_now;
}

static void refuse_stuck(struct call *call, const void *with)
{
    (void)with;
    reply_control_error(
        call, 503, "webhooks-without-end",
        "more than %d webhooks were sent while the clock stood: does one trigger itself?",
        WEBHOOKS_MAX);
}

static void unlist(struct clock_move *move)
{
    *(move->prev ? &move->prev->next : &move->call->api->moves) = move->next;
    if (move->next)
        move->next->prev = move->prev;
}

static void cancelled(struct call *call)
{
    unlist(call->asked);
}

/* The usual move is over at once, and never in the list. */
static void begin(struct call *call, int64_t to_ms, bool settles)
{
    struct clock_move **moves = &call->api->moves;
    struct clock_move *move = arena_alloc(&call->arena, sizeof *move);
    *move = (struct clock_move){.call = call, .to_ms = to_ms, .settles = settles};
    if (slice(move) == SLICE_DONE) {
        reply_of(move)(call, NULL);
        return;
    }
    move->next = *moves;
    move->made_before = outbox_made(call->world->cloud);
    if (move->next)
        move->next->prev = move;
    *moves = move;
    call->asked = move;
    later_wait(call, false, cancelled);
}

void clock_move(struct call *call, int64_t to_ms)
{
    begin(call, to_ms, false);
}

void clock_settle(struct call *call)
{
    begin(call, vclock_now(call->world->sim.clock) + WORLD_SETTLE_MS, true);
}

/* Whether webhooks keep the clock from going on for ever. Time may pass meanwhile, since a real
 * clock goes on with the machine's; so what counts is how many were made. */
static bool is_stuck(struct clock_move *move)
{
    const struct world *world = move->call->world;
    uint64_t made = outbox_made(world->cloud);
    if (!worlds_hold(move->call->api->worlds, world))
        move->made_before = made;
    return made - move->made_before > WEBHOOKS_MAX;
}

static void end(struct clock_move *move, later_then *then)
{
    unlist(move);
    later_go_on(move->call, then, NULL);
}

bool clock_move_work(struct api *api)
{
    bool more = false;
    for (struct clock_move *move = api->moves, *next; move; move = next) {
        next = move->next;
        if (is_stuck(move)) {
            end(move, refuse_stuck);
            continue;
        }
        enum slice came = slice(move);
        more |= came == SLICE_MORE;
        if (came == SLICE_DONE)
            end(move, reply_of(move));
    }
    return more;
}

bool clock_moving(const struct api *api, const struct world *world)
{
    for (const struct clock_move *move = api->moves; move; move = move->next)
        if (move->call->world == world)
            return true;
    return false;
}
