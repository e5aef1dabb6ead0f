/* See work.h. Owns the list of what is under way; a work ends when it is complete, its client left,
 * or its world went. */
#include "api/work.h"

#include "api/api_private.h"
#include "api/journal.h"
#include "api/watch.h"
#include "base/mem.h"
#include "base/timefmt.h"

#include <stdlib.h>
#include <string.h>

#define SLICE_TIMERS 2000
#define STREAM_BYTES (256u << 10)

enum work_kind { WORK_CLOCK, WORK_FOLLOW, WORK_REPLY };

struct work {
    struct work *next;
    enum work_kind kind;
    struct world *world; /* NULL: it has gone */
    struct api_ticket *ticket;
    const struct route *route;
    int64_t to_ms; /* WORK_CLOCK */
    uint64_t request_n;
    uint64_t next_n; /* WORK_FOLLOW */
    uint64_t timer;  /* WORK_REPLY … */
    int status;
    const struct rule *rule;
    const char *json;
    struct api_stream stream;
};

static struct work *work_add(struct call *call, enum work_kind kind)
{
    struct work *work = mem_new(sizeof *work);
    work->kind = kind;
    work->world = call->world;
    work->ticket = call->ticket;
    work->route = call->route;
    work->next = call->api->works;
    call->api->works = work;
    call->ticket->pending = work;
    return work;
}

/* One slice. True: the clock stands where it was to go. */
static bool clock_slice(struct world *world, int64_t to_ms)
{
    for (int i = 0; i < SLICE_TIMERS; i++) {
        if (vclock_run_next(world->sim.clock, to_ms))
            continue;
        if (to_ms > vclock_now(world->sim.clock))
            vclock_move(world->sim.clock, to_ms);
        return true;
    }
    return false;
}

static void write_now(struct world *world, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_time(w, "now", vclock_now(world->sim.clock));
    jsonw_end_object(w);
}

void work_move_clock(struct call *call, int64_t to_ms, uint64_t request_n)
{
    if (clock_slice(call->world, to_ms)) {
        write_now(call->world, reply_json(call, 200, NULL));
        return;
    }
    struct work *work = work_add(call, WORK_CLOCK);
    work->to_ms = to_ms;
    work->request_n = request_n;
    call->outcome = API_LATER;
}

static void work_complete_clock(struct api *api, struct work *work)
{
    struct api_ticket *ticket = work->ticket;
    struct jsonw w;
    ticket->reply.status = 200;
    reply_header(&ticket->reply, "Content-Type", "application/json; charset=utf-8");
    jsonw_init(&w, &ticket->reply.body);
    write_now(work->world, &w);
    journal_reply(work->world, &ticket->reply, work->request_n);
    watch_reply(api, work->world, work->route, true, &ticket->reply);
    work->world = NULL; /* complete: waits for api_ticket_done() */
    ticket->ready(ticket);
}

void work_follow_journal(struct call *call, uint64_t from)
{
    struct work *work = work_add(call, WORK_FOLLOW);
    buf_init(&work->stream.queue, 8u << 20);
    work->next_n = from;
    call->ticket->stream = &work->stream;
    call->reply->status = 200;
    reply_header(call->reply, "Content-Type", "application/x-ndjson");
    call->outcome = API_STREAM;
}

/* The reply's Date was that of its request. */
static void work_set_date(struct api_reply *reply)
{
    char text[TIMEFMT_HTTP_SIZE];
    for (size_t i = 0; i < reply->header_count; i++)
        if (strcmp(reply->headers[i].name, "Date") == 0) {
            timefmt_http(reply->at_ms, text);
            memcpy(reply->headers[i].value, text, sizeof text);
        }
}

static void work_complete_reply(void *owner, uint64_t arg)
{
    struct work *work = owner;
    struct api_ticket *ticket = work->ticket;
    struct api_reply *reply = &ticket->reply;
    (void)arg;
    work->timer = 0;
    reply->status = work->status;
    reply->rule = work->rule->name;
    reply->at_ms = vclock_now(work->world->sim.clock);
    work_set_date(reply);
    reply_header(reply, "Content-Type", "application/json; charset=utf-8");
    buf_add_str(&reply->body, work->json);
    uint64_t cause = vclock_cause(work->world->sim.clock);
    journal_reply(work->world, reply, work->request_n);
    vclock_set_cause(work->world->sim.clock, cause);
    work->world = NULL; /* complete: waits for api_ticket_done() */
    ticket->ready(ticket);
}

void work_reply_later(struct call *call, int64_t after_ms, int status, const struct rule *rule,
                      const char *json)
{
    struct work *work = work_add(call, WORK_REPLY);
    struct vclock *clock = call->world->sim.clock;
    work->request_n = call->request_n;
    work->status = status;
    work->rule = rule;
    work->json = json;
    work->timer = vclock_add(clock, vclock_now(clock) + after_ms, TIMER_FOREGROUND, "cloud",
                             "answer for a device that is not there", work_complete_reply, work, 0);
    call->outcome = API_LATER;
}

/* True: bytes were added, so the front has to hear of it. */
static bool follow_slice(struct work *work)
{
    const struct journal *journal = work->world->sim.journal;
    size_t before = work->stream.queue.len;
    struct jsonw w;
    if (work->next_n < journal_first(journal))
        work->next_n = journal_first(journal);
    while (work->next_n < journal_next(journal) && work->stream.queue.len < STREAM_BYTES) {
        jsonw_init(&w, &work->stream.queue);
        journal_write(journal_get(journal, work->next_n++), &w);
        buf_add_char(&work->stream.queue, '\n');
    }
    return work->stream.queue.len > before;
}

bool api_work(struct api *api)
{
    bool more = false;
    for (struct work *work = api->works, *next; work; work = next) {
        next = work->next;
        if (!work->world || work->kind == WORK_REPLY)
            continue;
        if (work->kind == WORK_FOLLOW) {
            if (follow_slice(work))
                work->ticket->ready(work->ticket);
        } else if (clock_slice(work->world, work->to_ms)) {
            work_complete_clock(api, work);
        } else {
            more = true;
        }
    }
    return more;
}

void work_leave_world(struct api *api, const struct world *world)
{
    for (struct work *work = api->works, *next; work; work = next) {
        next = work->next;
        if (work->world != world)
            continue;
        if (work->kind == WORK_FOLLOW) {
            follow_slice(work); /* up to the request that ends the world */
            work->stream.ended = true;
        } else {
            work->ticket->reply.header_count = 0; /* those of its dispatch */
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

void api_ticket_done(struct api *api, struct api_ticket *ticket)
{
    struct work **link = &api->works;
    while (*link && (*link)->ticket != ticket)
        link = &(*link)->next;
    struct work *work = *link;
    if (work) {
        *link = work->next;
        if (work->world && work->timer)
            vclock_cancel(work->world->sim.clock, work->timer);
        buf_free(&work->stream.queue);
        free(work);
    }
    ticket->pending = NULL;
    ticket->stream = NULL;
    buf_free(&ticket->reply.body);
    free(ticket->reply.location);
    ticket->reply.location = NULL;
}
