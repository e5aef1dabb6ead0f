/*
 * See stream.h. Owns the lists of streams and their queues. It decides nothing about who may see an
 * event (cloud/event.c) and reads no socket (net/).
 *
 * A stream is in the list of all, and while it listens in the list `quiet`, the one that was
 * written to longest ago first: whose keep-alive is due is found at its head. Those with something
 * to tell their fronts stand in the list `told`. What an event looks like is of stream_wire.c.
 */
#include "api/call/stream.h"
#include "api/call/rules.h"
#include "cloud/owner.h"

#include "api/call/core.h"
#include "api/call/tap.h"
#include "api/call/trace.h"
#include "base/mem.h"
#include "cloud/product.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALL, QUIET, TOLD, FULL, STREAM_LISTS };

struct stream_link {
    struct stream *prev, *next;
    bool in;
};

struct stream {
    struct work work; /* first: what the ticket's `pending` points to */
    struct api_stream out;
    struct event_subscription *subscription; /* NULL: listens no more */
    char *path;
    uint64_t opened_n; /* stream.opened */
    bool of_product;
    uint64_t loses;     /* so many of the next events it doesn't get: a fault */
    int64_t written_ms; /* real time of the last bytes */
    struct stream_link links[STREAM_LISTS];
};

struct streams {
    struct {
        struct stream *first, *last;
    } lists[STREAM_LISTS];
    size_t count, max;
    /* The event that was written last, in its two forms; `n` 0: none. */
    struct {
        struct buf text;
        const struct world *world;
        uint64_t n;
    } forms[2];
};

/* ---- lists ---- */

static void list_out(struct streams *streams, struct stream *stream, int list)
{
    struct stream_link *link = &stream->links[list];
    if (!link->in)
        return;
    if (link->prev)
        link->prev->links[list].next = link->next;
    else
        streams->lists[list].first = link->next;
    if (link->next)
        link->next->links[list].prev = link->prev;
    else
        streams->lists[list].last = link->prev;
    *link = (struct stream_link){0};
}

/* To the end of the list; one that stands in it moves there. */
static void list_in(struct streams *streams, struct stream *stream, int list)
{
    list_out(streams, stream, list);
    struct stream *last = streams->lists[list].last;
    stream->links[list] = (struct stream_link){.prev = last, .in = true};
    if (last)
        last->links[list].next = stream;
    else
        streams->lists[list].first = stream;
    streams->lists[list].last = stream;
}

struct streams *streams_new(size_t max)
{
    struct streams *streams = mem_new(sizeof *streams);
    streams->max = max;
    for (int i = 0; i < 2; i++)
        buf_init(&streams->forms[i].text, STREAM_QUEUE_MAX);
    return streams;
}

void streams_free(struct streams *streams)
{
    assert(!streams->count);
    for (int i = 0; i < 2; i++)
        buf_free(&streams->forms[i].text);
    free(streams);
}

size_t stream_count(const struct api *api)
{
    return api->streams->count;
}

/* ---- what is written ---- */

static const struct buf *form_of(struct stream *stream, const struct event *event)
{
    struct streams *streams = stream->work.api->streams;
    struct buf *text = &streams->forms[stream->of_product].text;
    if (streams->forms[stream->of_product].n != event->n ||
        streams->forms[stream->of_product].world != stream->work.world) {
        sim_lean(&stream->work.world->sim,
                 &api_rules[stream->of_product ? API_STREAM_PRODUCT : API_STREAM_OWN]);
        buf_clear(text);
        const struct stream_form form = {stream->of_product,
                                         sim_api_year(&stream->work.world->sim) < 2018};
        stream_write(event, &form, text);
        streams->forms[stream->of_product].n = event->n;
        streams->forms[stream->of_product].world = stream->work.world;
    }
    return text;
}

/* ---- ends ---- */

static void note_end(const struct stream *stream, const char *kind, const char *reason)
{
    struct sim *sim = &stream->work.world->sim;
    struct jsonw *w = sim_note(sim);
    jsonw_key_str(w, "path", stream->path);
    jsonw_key_int(w, "stream", (int64_t)stream->opened_n);
    jsonw_key_str(w, "reason", reason);
    sim_noted(sim, "cloud", kind);
}

/* It listens no more, and is told of no more. */
static void deafen(struct stream *stream)
{
    struct streams *streams = stream->work.api->streams;
    if (stream->subscription)
        event_unsubscribe(stream->work.world->cloud, stream->subscription);
    stream->subscription = NULL;
    list_out(streams, stream, QUIET);
    list_out(streams, stream, FULL);
}

static void end(struct stream *stream, bool reset)
{
    deafen(stream);
    stream->out.ended = true;
    stream->out.reset = reset;
    if (reset) {
        buf_free(&stream->out.queue);
        stream->out.taken = 0;
    }
    list_in(stream->work.api->streams, stream, TOLD);
}

static void drop(struct stream *stream, const char *reason)
{
    note_end(stream, "stream.dropped", reason);
    end(stream, true);
}

static void stream_free(struct work *work);
static const struct work_kind kind = {.free = stream_free};

void api_drop_stream(struct api *api, struct api_ticket *ticket)
{
    struct work *work = ticket->pending;
    if (!work || work->kind != &kind || !((struct stream *)work)->subscription)
        return;
    tap_ticket(api, TAPE_STALLED, ticket);
    drop((struct stream *)work, "reader takes nothing");
    tap_end(api);
}

void api_stream_took(struct api *api, const struct api_ticket *ticket, size_t bytes)
{
    const struct work *work = ticket->pending;
    struct machine *machine = &api->worlds->machine;
    if (!machine->recorder || !work || work->kind != &kind)
        return;
    if (machine_begin(machine, TAPE_DRAINED)) {
        tape_number(machine->recorder, (int64_t)ticket->number);
        tape_number(machine->recorder, (int64_t)bytes);
    }
    machine_end(machine);
}

/* ---- events ---- */

static void deliver(void *arg, const struct event *event)
{
    struct stream *stream = arg;
    struct streams *streams = stream->work.api->streams;
    struct buf *queue = &stream->out.queue;
    if (stream->loses) {
        stream->loses--;
        return;
    }
    const struct buf *text = form_of(stream, event);
    if (text->overflow || text->len > queue->max - queue->len) {
        drop(stream, "queue full");
        return;
    }
    buf_add(queue, text->data, text->len);
    stream->written_ms = machine_mono_ms(stream->work.world->machine);
    list_in(streams, stream, QUIET);
    if (!stream->links[TOLD].in)
        list_in(streams, stream, TOLD);
    if (queue->len >= STREAM_QUEUE_FULL && !stream->links[FULL].in)
        list_in(streams, stream, FULL);
}

/* The right by which it was opened has ended. */
static void disowned(void *arg, const char *why)
{
    struct stream *stream = arg;
    stream->subscription = NULL;
    sim_lean(&stream->work.world->sim, &api_rules[API_STREAM_RIGHTS]);
    note_end(stream, "stream.closed", why);
    end(stream, false);
}

/* Looks the token up in the world: the call's own is read-only. */
static void listen_by_right(struct call *call, struct stream *stream)
{
    struct token *token =
        call->token ? map_get(&call->world->cloud->tokens, call->token->access) : NULL;
    event_when_ended(stream->subscription, disowned);
    if (token)
        event_by_token(stream->subscription, token);
}

/* The journal says what it asks for, so that `why` can tell later why an event did not pass. */
static void note_opened(struct stream *stream, struct call *call, const struct event_filter *filter)
{
    char n[24];
    struct jsonw *w = sim_note(&call->world->sim);
    jsonw_key_str(w, "path", call->path);
    stream_write_filter(filter, w);
    stream->opened_n = sim_noted(&call->world->sim, trace_actor(call), "stream.opened");
    snprintf(n, sizeof n, "%llu", (unsigned long long)stream->opened_n);
    event_label(stream->subscription, "stream", n);
}

static void stream_begin(struct call *call, const struct event_filter *filter)
{
    struct streams *streams = call->api->streams;
    struct stream *stream = mem_new(sizeof *stream);
    work_begin(&stream->work, call, &kind);
    stream->path = mem_dup(call->path);
    stream->of_product = filter->scope == EVENTS_PRODUCT || filter->scope == EVENTS_ORG;
    stream->written_ms = machine_mono_ms(call->world->machine);
    buf_init(&stream->out.queue, STREAM_QUEUE_MAX);
    buf_add_str(&stream->out.queue, ":ok\n\n");
    stream->subscription = event_subscribe(call->world->cloud, filter, deliver, stream);
    listen_by_right(call, stream);
    note_opened(stream, call, filter);
    list_in(streams, stream, ALL);
    list_in(streams, stream, QUIET);
    streams->count++;
    call->ticket->stream = &stream->out;
    call->outcome = API_STREAM;
}

void stream_open(struct call *call, const struct event_filter *filter)
{
    const struct streams *streams = call->api->streams;
    if (streams->count >= streams->max) {
        reply_error(call, 503, &api_rules[API_STREAMS_FULL],
                    "Too many open event streams: at most %zu", streams->max);
        return;
    }
    reply_empty(call, 200, &api_rules[API_STREAM_OPENED]);
    reply_header(call->reply, "Content-Type", "text/event-stream");
    if (strcmp(call->request->method, "HEAD") != 0)
        stream_begin(call, filter);
}

static void stream_free(struct work *work)
{
    struct stream *stream = (struct stream *)work;
    struct streams *streams = work->api->streams;
    if (stream->subscription)
        note_end(stream, "stream.closed", "the client has left");
    deafen(stream);
    list_out(streams, stream, TOLD);
    list_out(streams, stream, ALL);
    streams->count--;
    buf_free(&stream->out.queue);
    free(stream->path);
    free(stream);
}

/* ---- all of a world ---- */

static void cut(struct stream *stream, enum stream_cut how)
{
    if (how != STREAM_SILENT) {
        note_end(stream, "stream.closed", "it was cut");
        end(stream, how == STREAM_RESET);
        return;
    }
    deafen(stream);
    list_out(stream->work.api->streams, stream, TOLD);
    buf_clear(&stream->out.queue);
    stream->out.taken = 0;
}

/* The next open stream of the world behind `s` (NULL: the first). */
static struct stream *next_open(struct api *api, const struct world *world, struct stream *s)
{
    s = s ? s->links[ALL].next : api->streams->lists[ALL].first;
    while (s && (s->work.world != world || s->out.ended))
        s = s->links[ALL].next;
    return s;
}

size_t stream_cut_if(struct api *api, const struct world *world, stream_meets *meets, void *arg,
                     enum stream_cut how)
{
    size_t count = 0;
    for (struct stream *s = NULL; (s = next_open(api, world, s));) {
        if (!meets(arg, s->path))
            continue;
        cut(s, how);
        count++;
    }
    return count;
}

static bool begins_with(void *arg, const char *path)
{
    const char *match = arg;
    return strncmp(path, match, strlen(match)) == 0;
}

size_t stream_cut(struct api *api, const struct world *world, const char *match,
                  enum stream_cut how)
{
    return stream_cut_if(api, world, begins_with, (void *)(uintptr_t)match, how);
}

void stream_lose_if(struct api *api, const struct world *world, stream_meets *meets, void *arg,
                    uint64_t events)
{
    for (struct stream *s = NULL; (s = next_open(api, world, s));)
        if (meets(arg, s->path))
            s->loses += events;
}

void stream_leave_world(struct api *api, const struct world *world)
{
    for (struct stream *s = api->streams->lists[ALL].first; s; s = s->links[ALL].next) {
        if (s->work.world != world)
            continue;
        if (!s->out.ended)
            end(s, false);
        s->work.world = NULL;
    }
    for (int i = 0; i < 2; i++)
        api->streams->forms[i].n = 0;
}

bool stream_full(struct api *api, const struct world *world)
{
    struct stream *stream = api->streams->lists[FULL].first;
    for (struct stream *next; stream; stream = next) {
        next = stream->links[FULL].next;
        if (stream->out.queue.len - stream->out.taken < STREAM_QUEUE_FULL)
            list_out(api->streams, stream, FULL);
        else if (stream->work.world == world)
            return true;
    }
    return false;
}

/* ---- turns ---- */

void stream_ping(struct api *api, int64_t now_ms)
{
    struct streams *streams = api->streams;
    struct stream *stream = streams->lists[QUIET].first;
    if (!stream || now_ms - stream->written_ms < STREAM_PING_MS)
        return;
    while (stream && now_ms - stream->written_ms >= STREAM_PING_MS - STREAM_SLACK_MS) {
        struct stream *next = stream->links[QUIET].next;
        if (!stream->out.queue.len) /* else bytes are on their way anyhow */
            buf_add_char(&stream->out.queue, '\n');
        list_in(streams, stream, TOLD);
        stream->written_ms = now_ms;
        list_in(streams, stream, QUIET);
        stream = next;
    }
}

void stream_work(struct api *api)
{
    struct streams *streams = api->streams;
    struct stream *stream;
    while ((stream = streams->lists[TOLD].first)) {
        list_out(streams, stream, TOLD);
        stream->work.ticket->ready(stream->work.ticket);
    }
}

bool stream_waits(const struct api *api)
{
    return api->streams->lists[TOLD].first != NULL;
}

int64_t stream_ping_due_in(const struct api *api, int64_t now_ms)
{
    const struct stream *quiet = api->streams->lists[QUIET].first;
    if (!quiet)
        return -1;
    int64_t in_ms = quiet->written_ms + STREAM_PING_MS - now_ms;
    return in_ms > 0 ? in_ms : 0;
}

void stream_write_list(struct api *api, const struct world *world, struct jsonw *w)
{
    jsonw_array(w);
    for (struct stream *s = next_open(api, world, NULL); s; s = next_open(api, world, s)) {
        const struct journal_entry *opened = journal_get(world->sim.journal, s->opened_n);
        jsonw_object(w);
        jsonw_key_int(w, "n", (int64_t)s->opened_n);
        jsonw_key_str(w, "path", s->path);
        jsonw_key_str(w, "actor", opened ? opened->actor : NULL);
        jsonw_key_bool(w, "listens", s->subscription != NULL);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}
