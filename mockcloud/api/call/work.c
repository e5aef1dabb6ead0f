/*
 * See work.h. Owns the list of what is looked after at each turn, which is short: event streams,
 * of which there may be thousands, look after themselves (stream.c). A work ends when it is
 * complete, its client left, or its world went.
 */
#include "api/call/work.h"

#include "api/call/core.h"
#include "api/call/stream.h"
#include "api/call/trace.h"
#include "api/call/watch.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "cloud/webhook/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_TIMERS 2000
#define CLOCK_WEBHOOKS_MAX                                                                         \
    10000 /* one behind the other; more: one whose answer triggers it anew, for ever */
#define FOLLOW_BYTES (256u << 10)
#define FOLLOW_MAX   (8u << 20)

struct clock_work {
    struct work work; /* first */
    int64_t to_ms;
    uint64_t request_n;
    uint64_t made_before; /* webhooks that had been made when it stood for none the last time */
};

struct reply_work {
    struct work work; /* first */
    uint64_t timer;   /* 0: it has fired */
    uint64_t request_n;
    int status;
    const struct rule *rule;
    const char *json;
};

struct follow_work {
    struct work work; /* first */
    uint64_t next_n;
    struct api_stream stream;
};

void work_begin(struct work *work, struct call *call, enum work_kind kind)
{
    work->kind = kind;
    work->api = call->api;
    work->world = call->world;
    work->ticket = call->ticket;
    work->route = call->route;
    call->ticket->pending = work;
}

/* The same, and it is looked after at each turn. */
static void work_list(struct work *work, struct call *call, enum work_kind kind)
{
    work_begin(work, call, kind);
    work->next = call->api->works;
    if (work->next)
        work->next->prev = work;
    call->api->works = work;
}

static void work_unlist(struct work *work)
{
    if (work->prev)
        work->prev->next = work->next;
    else
        work->api->works = work->next;
    if (work->next)
        work->next->prev = work->prev;
}

/* ---- clock moves ---- */

bool api_holds(struct api *api, const struct world *world)
{
    return stream_full(api, world) || worlds_hold(api->worlds, world);
}

enum slice { SLICE_DONE, SLICE_MORE, SLICE_PAUSED };

/* SLICE_DONE: the clock stands where it was to go. */
static enum slice clock_slice(struct api *api, struct world *world, int64_t to_ms)
{
    for (int i = 0; i < SLICE_TIMERS; i++) {
        if (api_holds(api, world))
            return SLICE_PAUSED;
        if (vclock_run_next(world->sim.clock, to_ms))
            continue;
        if (to_ms > vclock_now(world->sim.clock))
            vclock_move(world->sim.clock, to_ms);
        return SLICE_DONE;
    }
    return SLICE_MORE;
}

static void write_now(struct world *world, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_time(w, "now", vclock_now(world->sim.clock));
    jsonw_end_object(w);
}

void work_move_clock(struct call *call, int64_t to_ms, uint64_t request_n)
{
    if (clock_slice(call->api, call->world, to_ms) == SLICE_DONE) {
        write_now(call->world, reply_json(call, 200, NULL));
        return;
    }
    struct clock_work *work = mem_new(sizeof *work);
    work_list(&work->work, call, WORK_CLOCK);
    work->to_ms = to_ms;
    work->request_n = request_n;
    work->made_before = outbox_made(call->world->cloud);
    call->outcome = API_LATER;
}

static void write_refusal(struct api_reply *reply)
{
    char message[128];
    snprintf(message, sizeof message,
             "more than %d webhooks were sent while the clock stood: does one trigger itself?",
             CLOCK_WEBHOOKS_MAX);
    buf_clear(&reply->headers); /* those of its dispatch */
    api_refuse(reply, "/__mock", 503, "webhooks-without-end", message);
}

static void clock_complete(struct clock_work *clock, bool moved)
{
    struct api_ticket *ticket = clock->work.ticket;
    struct jsonw w;
    if (moved) {
        ticket->reply.status = 200;
        reply_header(&ticket->reply, "Content-Type", "application/json; charset=utf-8");
        jsonw_init(&w, &ticket->reply.body);
        write_now(clock->work.world, &w);
    } else {
        write_refusal(&ticket->reply);
    }
    trace_reply(clock->work.world, &ticket->reply, clock->request_n);
    watch_reply(clock->work.api, clock->work.world, clock->work.route, true, &ticket->reply);
    clock->work.world = NULL; /* complete: waits for api_ticket_done() */
    ticket->ready(ticket);
}

/* Whether webhooks keep the clock for ever. (It may not stand still: a real one goes on with the
 * machine's.) */
static bool clock_is_stuck(struct clock_work *clock)
{
    const struct world *world = clock->work.world;
    uint64_t made = outbox_made(world->cloud);
    if (!worlds_hold(clock->work.api->worlds, world))
        clock->made_before = made;
    return made - clock->made_before > CLOCK_WEBHOOKS_MAX;
}

/* True: there is more to do at once. */
static bool clock_work(struct clock_work *clock)
{
    if (clock_is_stuck(clock)) {
        clock_complete(clock, false);
        return false;
    }
    enum slice slice = clock_slice(clock->work.api, clock->work.world, clock->to_ms);
    if (slice == SLICE_DONE)
        clock_complete(clock, true);
    return slice == SLICE_MORE;
}

/* ---- followed journals ---- */

void work_follow_journal(struct call *call, uint64_t from)
{
    struct follow_work *follow = mem_new(sizeof *follow);
    work_list(&follow->work, call, WORK_FOLLOW);
    buf_init(&follow->stream.queue, FOLLOW_MAX);
    follow->next_n = from;
    call->ticket->stream = &follow->stream;
    call->reply->status = 200;
    reply_header(call->reply, "Content-Type", "application/x-ndjson");
    call->outcome = API_STREAM;
}

static bool follow_behind(const struct follow_work *follow)
{
    return follow->next_n < journal_next(follow->work.world->sim.journal) &&
           follow->stream.queue.len < FOLLOW_BYTES;
}

/* ---- replies at a later time of the world ---- */

static void work_complete_reply(void *owner, uint64_t arg)
{
    struct reply_work *later = owner;
    struct api_ticket *ticket = later->work.ticket;
    struct world *world = later->work.world;
    struct api_reply *reply = &ticket->reply;
    char date[TIMEFMT_HTTP_SIZE];
    (void)arg;
    later->timer = 0;
    reply->status = later->status;
    reply->rule = later->rule->name;
    reply->at_ms = vclock_now(world->sim.clock);
    timefmt_http(reply->at_ms, date);
    headers_set(&reply->headers, "Date", date); /* it was that of its request */
    reply_header(reply, "Content-Type", "application/json; charset=utf-8");
    buf_add_str(&reply->body, later->json);
    uint64_t cause = vclock_cause(world->sim.clock);
    sim_lean(&world->sim, later->rule);
    trace_reply(world, reply, later->request_n);
    watch_reply(later->work.api, world, later->work.route, false, reply);
    vclock_set_cause(world->sim.clock, cause);
    later->work.world = NULL; /* complete: waits for api_ticket_done() */
    ticket->ready(ticket);
}

bool api_waits_for_clock(const struct api_ticket *ticket)
{
    const struct work *work = ticket->pending;
    return work && work->kind == WORK_REPLY && work->world;
}

void work_reply_later(struct call *call, int64_t after_ms, int status, const struct rule *rule,
                      const char *json)
{
    struct reply_work *later = mem_new(sizeof *later);
    struct vclock *clock = call->world->sim.clock;
    work_list(&later->work, call, WORK_REPLY);
    later->request_n = call->request_n;
    later->status = status;
    later->rule = rule;
    later->json = json;
    later->timer =
        vclock_add(clock, vclock_now(clock) + after_ms, TIMER_FOREGROUND, "cloud",
                   "answer for a device that is not there", work_complete_reply, later, 0);
    call->outcome = API_LATER;
}

/* True: bytes were added, so the front has to hear of it. */
static bool follow_slice(struct follow_work *follow)
{
    const struct journal *journal = follow->work.world->sim.journal;
    size_t before = follow->stream.queue.len;
    struct jsonw w;
    if (follow->next_n < journal_first(journal))
        follow->next_n = journal_first(journal);
    while (follow_behind(follow)) {
        jsonw_init(&w, &follow->stream.queue);
        journal_write(journal_get(journal, follow->next_n++), &w);
        buf_add_char(&follow->stream.queue, '\n');
    }
    return follow->stream.queue.len > before;
}

/* ---- turns ---- */

bool api_work(struct api *api)
{
    bool more = false;
    for (struct work *work = api->works, *next; work; work = next) {
        next = work->next;
        if (!work->world || work->kind == WORK_REPLY)
            continue;
        if (work->kind == WORK_CLOCK)
            more |= clock_work((struct clock_work *)work);
        else if (follow_slice((struct follow_work *)work))
            work->ticket->ready(work->ticket);
    }
    stream_work(api, sim_real_ms());
    return more;
}

int64_t api_due_in(const struct api *api, int64_t now_ms)
{
    for (const struct work *work = api->works; work; work = work->next)
        if (work->kind == WORK_FOLLOW && work->world &&
            follow_behind((const struct follow_work *)work))
            return 0;
    return stream_due_in(api, now_ms);
}

void api_drop_stream(struct api *api, struct api_ticket *ticket)
{
    const struct work *work = ticket->pending;
    if (work && work->kind == WORK_EVENTS)
        stream_drop(api, ticket);
}

void work_leave_world(struct api *api, const struct world *world)
{
    rate_limit_leave_world(api, world);
    stream_leave_world(api, world);
    for (struct work *work = api->works, *next; work; work = next) {
        next = work->next;
        if (work->world != world)
            continue;
        if (work->kind == WORK_FOLLOW) {
            struct follow_work *follow = (struct follow_work *)work;
            follow_slice(follow); /* up to the request that ends the world */
            follow->stream.ended = true;
        } else {
            buf_clear(&work->ticket->reply.headers); /* those of its dispatch */
            api_refuse(&work->ticket->reply, work->kind == WORK_REPLY ? NULL : "/__mock", 410,
                       "world-gone", "the world was ended or made anew before the reply");
        }
        work->world = NULL;
        work->ticket->ready(work->ticket);
    }
}

bool work_moving(const struct api *api, const struct world *world)
{
    for (const struct work *work = api->works; work; work = work->next)
        if (work->kind == WORK_CLOCK && work->world == world)
            return true;
    return false;
}

static void work_free(struct work *work)
{
    if (work->kind == WORK_EVENTS) {
        stream_free(work);
        return;
    }
    work_unlist(work);
    if (work->kind == WORK_REPLY && work->world && ((struct reply_work *)work)->timer)
        vclock_cancel(work->world->sim.clock, ((struct reply_work *)work)->timer);
    if (work->kind == WORK_FOLLOW)
        buf_free(&((struct follow_work *)work)->stream.queue);
    free(work);
}

void api_ticket_done(struct api *api, struct api_ticket *ticket)
{
    rate_limit_done(ticket);
    (void)api;
    if (ticket->pending)
        work_free(ticket->pending);
    ticket->pending = NULL;
    ticket->stream = NULL;
    buf_free(&ticket->reply.body);
    buf_free(&ticket->reply.headers);
}
