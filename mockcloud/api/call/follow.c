/*
 * See follow.h. Owns the list of followers and the texts that they read. What a follower costs has
 * to be little beside the request that is told: so entries are rendered once, into a text that all
 * who stand at the same entry read without a copy, and whatever was made within FLUSH_MS goes out
 * together. Who wants a view, or no more than so many at a time, gets a text of its own, less
 * often.
 */
#include "api/call/follow.h"

#include "api/call/core.h"
#include "base/mem.h"

#include <stdlib.h>

#define TEXT_FULL  (256u << 10) /* bytes from which on a text takes no further entry */
#define TEXT_MAX   (8u << 20)   /* never reached: an entry is far smaller */
#define LAST_BYTES (1u << 20)   /* of what a reader still gets when its world has ended */
#define FLUSH_MS   FOLLOW_EVERY_MS

/* The entries of a world from `from` to before `to`. Never changed once it has a reader. */
struct follow_text {
    struct follow_text *prev, *next; /* in api->followed */
    size_t readers;
    const struct world *world;
    uint64_t generation, from, to;
    struct buf text;
};

struct follow {
    struct work work;           /* first */
    struct follow *prev, *next; /* in api->follows */
    struct follow_text *text;   /* what it reads, or has read last; NULL: nothing yet */
    uint64_t next_n;            /* the entry behind that */
    struct follow_how how;
    int64_t due_ms; /* of a view: when it may be told again, in real time */
    struct api_stream stream;
};

/* ---- texts ---- */

/* A text that is as full as may be. A ring that loses entries meanwhile can't be: nothing is added
 * to the journal in here. */
static void render(struct follow_text *text, const struct journal *journal)
{
    struct jsonw w;
    while (text->to < journal_next(journal) && text->text.len < TEXT_FULL) {
        jsonw_init(&w, &text->text);
        journal_write(journal_get(journal, text->to++), &w);
        buf_add_char(&text->text, '\n');
    }
}

/* The text that begins with entry `from`: the one that others read, or a new one. Readers of a
 * world are told together, so the few that are looked at are nearly always enough; one that has
 * fallen behind in a place of its own has its own text. */
static struct follow_text *text_from(struct api *api, const struct world *world, uint64_t from)
{
    struct follow_text *text = api->followed;
    for (int looks = 0; text && looks < 8; text = text->next, looks++)
        if (text->from == from && text->world == world && text->generation == world->generation)
            return text;
    text = mem_new(sizeof *text);
    buf_init(&text->text, TEXT_MAX);
    text->world = world;
    text->generation = world->generation;
    text->from = text->to = from;
    render(text, world->sim.journal);
    text->next = api->followed;
    if (text->next)
        text->next->prev = text;
    api->followed = text;
    return text;
}

static void text_leave(struct api *api, struct follow_text *text)
{
    if (!text || --text->readers > 0)
        return;
    *(text->prev ? &text->prev->next : &api->followed) = text->next;
    if (text->next)
        text->next->prev = text->prev;
    buf_free(&text->text);
    free(text);
}

/* ---- followers ---- */

static bool has_read_all(const struct follow *follow)
{
    return follow->stream.taken == api_stream_text(&follow->stream)->len;
}

/* Whether there is something new that it has room for: it gets a text when it has read the one
 * before, so one that reads nothing keeps a single one alive. */
static bool behind(const struct follow *follow)
{
    return follow->work.world && follow->next_n < journal_next(follow->work.world->sim.journal) &&
           has_read_all(follow);
}

/* A reader of old entries gets one text after the other; one that has caught up waits for the next
 * flush, with all others. */
static bool hurries(const struct follow *follow)
{
    return follow->text && follow->text->text.len >= TEXT_FULL;
}

/* Entries that fell out of the ring are passed over: their numbers tell the reader so. */
static uint64_t next_there(const struct follow *follow)
{
    uint64_t first = journal_first(follow->work.world->sim.journal);
    return follow->next_n < first ? first : follow->next_n;
}

static void read_on(struct follow *follow)
{
    struct api *api = follow->work.api;
    struct follow_text *text = text_from(api, follow->work.world, next_there(follow));
    text->readers++;
    text_leave(api, follow->text);
    follow->text = text;
    follow->next_n = text->to;
    follow->stream.shared = &text->text;
    follow->stream.taken = 0;
}

/* ---- views ---- */

/* Whether it does not get what all others get. */
static bool is_view(const struct follow *follow)
{
    return follow->how.most || follow->how.every_ms > FLUSH_MS ||
           journal_view_asks(&follow->how.view);
}

/* The entry from which on no more than `most` are shown, and how many are passed over before it.
 * Only so many are looked at that a turn of the loop stays short. */
static uint64_t view_begin(const struct follow *follow, uint64_t *ret_skipped)
{
    const struct journal *journal = follow->work.world->sim.journal;
    uint64_t most = follow->how.most ? follow->how.most : FOLLOW_MOST, shown = 0;
    uint64_t end = journal_next(journal), at = end, from = next_there(follow);
    while (at > from && shown < most && end - at < FOLLOW_MOST)
        shown += journal_view_meets(&follow->how.view, journal_get(journal, --at));
    *ret_skipped = at - from;
    return at;
}

static void view_write(struct follow *follow, uint64_t n, uint64_t end)
{
    struct buf *queue = &follow->stream.queue;
    struct jsonw w;
    for (; n < end; n++) {
        const struct journal_entry *entry = journal_get(follow->work.world->sim.journal, n);
        if (!journal_view_meets(&follow->how.view, entry))
            continue;
        jsonw_init(&w, queue);
        journal_write(entry, &w);
        buf_add_char(queue, '\n');
    }
}

/* True: there is something to read. */
static bool read_view(struct follow *follow, int64_t now_ms)
{
    uint64_t skipped, n = view_begin(follow, &skipped);
    uint64_t end = journal_next(follow->work.world->sim.journal);
    struct buf *queue = &follow->stream.queue;
    buf_clear(queue); /* all of it was read */
    follow->stream.taken = 0;
    if (skipped)
        buf_printf(queue, "{\"skipped\":%llu}\n", (unsigned long long)skipped);
    view_write(follow, n, end);
    follow->next_n = end;
    follow->due_ms = now_ms + follow->how.every_ms;
    return queue->len > 0;
}

/* The world goes, and its journal with it: the reader keeps what it has not read yet, and gets what
 * comes behind, up to the request that ends the world. */
static void leave(struct work *work)
{
    struct follow *follow = (struct follow *)work;
    struct api_stream *stream = &follow->stream;
    const struct journal *journal = work->world->sim.journal;
    if (stream->shared) {
        buf_add(&stream->queue, stream->shared->data + stream->taken,
                stream->shared->len - stream->taken);
        stream->taken = 0;
    }
    stream->shared = NULL;
    text_leave(work->api, follow->text);
    follow->text = NULL; /* another world may soon have the address of this one */
    for (uint64_t n = next_there(follow);
         n < journal_next(journal) && stream->queue.len < LAST_BYTES; n++)
        view_write(follow, n, n + 1);
    stream->ended = true;
    work->world = NULL;
    work->ticket->ready(work->ticket);
}

static void follow_free(struct work *work)
{
    struct follow *follow = (struct follow *)work;
    work_unlist(work);
    *(follow->prev ? &follow->prev->next : &work->api->follows) = follow->next;
    if (follow->next)
        follow->next->prev = follow->prev;
    text_leave(work->api, follow->text);
    buf_free(&follow->stream.queue);
    free(follow);
}

static const struct work_kind kind = {.leave = leave, .free = follow_free};

void follow_journal(struct call *call, uint64_t from, const struct follow_how *how)
{
    struct follow *follow = mem_new(sizeof *follow);
    struct follow **follows = &call->api->follows;
    work_list(&follow->work, call, &kind);
    follow->next = *follows;
    if (follow->next)
        follow->next->prev = follow;
    *follows = follow;
    buf_init(&follow->stream.queue, TEXT_MAX);
    follow->stream.until_close = true;
    follow->next_n = from;
    follow->how = *how;
    call->ticket->stream = &follow->stream;
    reply_empty(call, 200, NULL);
    reply_header(call->reply, "Content-Type", "application/x-ndjson");
    call->outcome = API_STREAM;
}

/* ---- turns ---- */

/* When one that is behind is to be told. */
static int64_t due_in(const struct follow *follow, int64_t flush_in_ms, int64_t now_ms)
{
    if (is_view(follow))
        return follow->due_ms - now_ms;
    return hurries(follow) ? 0 : flush_in_ms;
}

void follow_work(struct api *api, int64_t now_ms)
{
    int64_t flush_in_ms = api->followed_ms + FLUSH_MS - now_ms;
    bool told = false;
    for (struct follow *follow = api->follows, *next; follow; follow = next) {
        next = follow->next;
        if (!behind(follow) || due_in(follow, flush_in_ms, now_ms) > 0)
            continue;
        if (is_view(follow) && !read_view(follow, now_ms))
            continue;
        if (!is_view(follow)) {
            read_on(follow);
            told = true;
        }
        follow->work.ticket->ready(follow->work.ticket);
    }
    if (flush_in_ms <= 0 && told)
        api->followed_ms = now_ms;
}

int64_t follow_due_in(const struct api *api, int64_t now_ms)
{
    int64_t flush_in_ms = api->followed_ms + FLUSH_MS - now_ms, soonest = -1;
    for (const struct follow *follow = api->follows; follow; follow = follow->next) {
        if (!behind(follow))
            continue;
        int64_t in_ms = due_in(follow, flush_in_ms, now_ms);
        if (in_ms <= 0)
            return 0;
        soonest = soonest < 0 || in_ms < soonest ? in_ms : soonest;
    }
    return soonest;
}
