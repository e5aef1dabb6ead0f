/*
 * See work.h. Owns the list of what is under way, the turns of the loop, and how a ticket ends.
 * What each kind does it does itself: this only hands on.
 */
#include "api/call/work.h"

#include "api/call/clock_move.h"
#include "api/call/core.h"
#include "api/call/follow.h"
#include "api/call/gate.h"
#include "api/call/later.h"
#include "api/call/stream.h"
#include "api/call/tap.h"

void work_begin(struct work *work, struct call *call, const struct work_kind *kind)
{
    work->kind = kind;
    work->api = call->api;
    work->world = call->world;
    work->ticket = call->ticket;
    call->ticket->pending = work;
}

void work_list(struct work *work, struct call *call, const struct work_kind *kind)
{
    struct work **works = &call->api->works;
    work_begin(work, call, kind);
    work->prev = NULL;
    work->next = *works;
    if (work->next)
        work->next->prev = work;
    *works = work;
}

void work_unlist(struct work *work)
{
    *(work->prev ? &work->prev->next : &work->api->works) = work->next;
    if (work->next)
        work->next->prev = work->prev;
    work->ticket->pending = NULL;
}

void work_leave_world(struct api *api, const struct world *world)
{
    rate_limit_leave_world(api, world);
    stream_leave_world(api, world);
    for (struct work *work = api->works, *next; work; work = next) {
        next = work->next;
        if (work->world == world)
            work->kind->leave(work);
    }
    for (size_t i = 0; i < api->gate_count; i++)
        if (api->gates[i].leave)
            api->gates[i].leave(api, world);
}

/* ---- turns ---- */

/* All that does something to a world, or to the queue of an event stream. */
static bool work_worlds(struct api *api, int64_t now_ms)
{
    bool more = clock_move_work(api);
    more = later_work(api, now_ms) || more;
    stream_ping(api, now_ms);
    return more;
}

/* A turn in which nothing of that is due is none of a tape's business; there are many. While a
 * replay tells the time, it is that of the last record: what is due later comes with its own. */
bool api_work(struct api *api)
{
    struct machine *machine = &api->worlds->machine;
    int64_t now_ms = machine->tell ? machine_mono_ms(machine) : machine_clock_ms(machine);
    bool more = false;
    if (api->moves || later_due_in(api, now_ms) == 0 || stream_ping_due_in(api, now_ms) == 0) {
        machine_begin(machine, TAPE_WORK);
        more = work_worlds(api, machine_mono_ms(machine));
        machine_end(machine);
    }
    follow_work(api, now_ms);
    stream_work(api);
    return more;
}

static int64_t sooner(int64_t a_ms, int64_t b_ms)
{
    return a_ms < 0 || (b_ms >= 0 && b_ms < a_ms) ? b_ms : a_ms;
}

int64_t api_due_in(const struct api *api, int64_t now_ms)
{
    int64_t due_ms = sooner(later_due_in(api, now_ms), follow_due_in(api, now_ms));
    due_ms = sooner(due_ms, stream_ping_due_in(api, now_ms));
    return stream_waits(api) ? 0 : due_ms;
}

bool api_holds(struct api *api, const struct world *world)
{
    return stream_full(api, world) || worlds_hold(api->worlds, world);
}

void api_ticket_done(struct api *api, struct api_ticket *ticket)
{
    struct work *work = ticket->pending;
    bool matters = work || ticket->limited;
    if (matters)
        tap_ticket(api, TAPE_LEFT, ticket);
    rate_limit_done(ticket);
    ticket->pending = NULL;
    if (work)
        work->kind->free(work);
    ticket->stream = NULL;
    if (matters)
        tap_end(api);
    buf_free(&ticket->reply.body);
    buf_free(&ticket->reply.headers);
}
