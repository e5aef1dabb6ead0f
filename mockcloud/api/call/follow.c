/*
 * See follow.h. Owns the list of followers and their queues, and the text that they share: an entry
 * is rendered once, not for each of them, and what was made within FLUSH_MS goes out together,
 * since most of what a follower costs is the writing to its socket.
 */
#include "api/call/follow.h"

#include "api/call/core.h"
#include "base/mem.h"

#include <stdlib.h>

#define FOLLOW_BYTES (1u << 20) /* for a reader that is so far behind nothing more is rendered */
#define FOLLOW_MAX   (8u << 20)
#define FLUSH_MS     INT64_C(20) /* of real time */

/* The entries of a world from `from` to before `to`, as they were rendered last. */
struct follow_text {
    struct buf text;
    const struct world *world;
    uint64_t generation, from, to;
};

struct follow {
    struct work work;           /* first */
    struct follow *prev, *next; /* in api->follows */
    uint64_t next_n;
    int64_t told_ms; /* when it got something last, and was up to date then; 0: it was not */
    struct api_stream stream;
};

static void unlist(struct follow *follow)
{
    *(follow->prev ? &follow->prev->next : &follow->work.api->follows) = follow->next;
    if (follow->next)
        follow->next->prev = follow->prev;
}

static bool behind(const struct follow *follow)
{
    return follow->work.world && follow->next_n < journal_next(follow->work.world->sim.journal) &&
           follow->stream.queue.len - follow->stream.taken < FOLLOW_BYTES;
}

/* Renders what follows entry `from`, unless that is what was rendered last. */
static const struct follow_text *text_from(struct api *api, const struct world *world,
                                           uint64_t from)
{
    const struct journal *journal = world->sim.journal;
    struct follow_text *followed = api->followed;
    struct jsonw w;
    if (followed->world == world && followed->generation == world->generation &&
        followed->from == from && followed->to == journal_next(journal))
        return followed;
    buf_clear(&followed->text);
    followed->world = world;
    followed->generation = world->generation;
    followed->from = followed->to = from;
    while (followed->to < journal_next(journal) && followed->text.len < FOLLOW_BYTES) {
        jsonw_init(&w, &followed->text);
        journal_write(journal_get(journal, followed->to++), &w);
        buf_add_char(&followed->text, '\n');
    }
    return followed;
}

/* True: bytes were added, so the front has to hear of it. */
static bool slice(struct follow *follow)
{
    const struct world *world = follow->work.world;
    if (follow->next_n < journal_first(world->sim.journal))
        follow->next_n = journal_first(world->sim.journal);
    if (!behind(follow))
        return false;
    const struct follow_text *followed = text_from(follow->work.api, world, follow->next_n);
    buf_add(&follow->stream.queue, followed->text.data, followed->text.len);
    follow->next_n = followed->to;
    return true;
}

/* How long after `now_ms` it is to be given what is new; -1: there is nothing. Who is up to date
 * waits a little for more; who catches up does not. */
static int64_t due_in(const struct follow *follow, int64_t now_ms)
{
    if (!behind(follow))
        return -1;
    int64_t in_ms = follow->told_ms ? follow->told_ms + FLUSH_MS - now_ms : 0;
    return in_ms > 0 ? in_ms : 0;
}

static void leave(struct work *work)
{
    struct follow *follow = (struct follow *)work;
    slice(follow); /* up to the request that ends the world */
    follow->stream.ended = true;
    work->world = NULL;
    work->ticket->ready(work->ticket);
}

static void follow_free(struct work *work)
{
    struct follow *follow = (struct follow *)work;
    work_unlist(work);
    unlist(follow);
    buf_free(&follow->stream.queue);
    free(follow);
}

static const struct work_kind kind = {.leave = leave, .free = follow_free};

void follow_journal(struct call *call, uint64_t from)
{
    struct follow *follow = mem_new(sizeof *follow);
    struct follow **follows = &call->api->follows;
    work_list(&follow->work, call, &kind);
    follow->next = *follows;
    if (follow->next)
        follow->next->prev = follow;
    *follows = follow;
    if (!call->api->followed) {
        call->api->followed = mem_new(sizeof *call->api->followed);
        buf_init(&call->api->followed->text, FOLLOW_MAX);
    }
    buf_init(&follow->stream.queue, FOLLOW_MAX);
    follow->next_n = from;
    call->ticket->stream = &follow->stream;
    reply_empty(call, 200, NULL);
    reply_header(call->reply, "Content-Type", "application/x-ndjson");
    call->outcome = API_STREAM;
}

void follow_work(struct api *api, int64_t now_ms)
{
    for (struct follow *follow = api->follows, *next; follow; follow = next) {
        next = follow->next;
        if (due_in(follow, now_ms) != 0 || !slice(follow))
            continue;
        follow->told_ms =
            follow->next_n == journal_next(follow->work.world->sim.journal) ? now_ms : 0;
        follow->work.ticket->ready(follow->work.ticket);
    }
}

int64_t follow_due_in(const struct api *api, int64_t now_ms)
{
    int64_t soonest = -1;
    for (const struct follow *follow = api->follows; follow; follow = follow->next) {
        int64_t in_ms = due_in(follow, now_ms);
        if (in_ms >= 0 && (soonest < 0 || in_ms < soonest))
            soonest = in_ms;
    }
    return soonest;
}

void follow_free_text(struct api *api)
{
    if (api->followed)
        buf_free(&api->followed->text);
    free(api->followed);
}
