/* See follow.h. Owns the list of followers and their queues. */
#include "api/call/follow.h"

#include "api/call/core.h"
#include "base/mem.h"

#include <stdlib.h>

#define FOLLOW_BYTES (256u << 10)
#define FOLLOW_MAX   (8u << 20)

struct follow {
    struct work work;           /* first */
    struct follow *prev, *next; /* in api->follows */
    uint64_t next_n;
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
           follow->stream.queue.len < FOLLOW_BYTES;
}

/* True: bytes were added, so the front has to hear of it. */
static bool slice(struct follow *follow)
{
    const struct journal *journal = follow->work.world->sim.journal;
    size_t before = follow->stream.queue.len;
    struct jsonw w;
    if (follow->next_n < journal_first(journal))
        follow->next_n = journal_first(journal);
    while (behind(follow)) {
        jsonw_init(&w, &follow->stream.queue);
        journal_write(journal_get(journal, follow->next_n++), &w);
        buf_add_char(&follow->stream.queue, '\n');
    }
    return follow->stream.queue.len > before;
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
    buf_init(&follow->stream.queue, FOLLOW_MAX);
    follow->next_n = from;
    call->ticket->stream = &follow->stream;
    reply_empty(call, 200, NULL);
    reply_header(call->reply, "Content-Type", "application/x-ndjson");
    call->outcome = API_STREAM;
}

void follow_work(struct api *api, int64_t now_ms)
{
    (void)now_ms;
    for (struct follow *follow = api->follows, *next; follow; follow = next) {
        next = follow->next;
        if (follow->work.world && slice(follow))
            follow->work.ticket->ready(follow->work.ticket);
    }
}

int64_t follow_due_in(const struct api *api, int64_t now_ms)
{
    (void)now_ms;
    for (const struct follow *follow = api->follows; follow; follow = follow->next)
        if (behind(follow))
            return 0;
    return -1;
}
