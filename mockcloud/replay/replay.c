/*
 * See replay.h. Owns the worlds of a replay, the tickets of requests that are under way in it, and
 * how each kind of record enters once more: a row of `rows` for each.
 */
#include "replay/replay.h"

#include "base/mem.h"
#include "cloud/webhook/outbox.h"
#include "replay/compare.h"
#include "replay/past.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLAY_MESSAGE (8u << 20)

struct replay_ticket {
    struct api_ticket ticket; /* first */
    struct replay *replay;
    struct replay_ticket *over; /* the next that is over */
};

struct replay {
    struct tape_sink sink; /* first: what happens now */
    struct tape_recorder *recorder;
    struct replay_options options;
    struct tape_reader *reader;
    struct worlds own;
    struct worlds *worlds; /* `own`, or those of a scenario */
    struct api *api;
    bool owns_api;
    bool entering;              /* a record is being let in */
    struct map tickets;         /* struct replay_ticket *, by number */
    struct replay_ticket *over; /* answered, and to be freed behind the record */
    struct tape_decoder now;
    const struct tape_record *then; /* the next one that has not happened; NULL: not read yet */
    enum tape_read came;            /* what reading it has come to */
    bool parted, warned;
    uint64_t wanted;   /* the hash of the entry at which it is to stop, with only_world */
    struct past *past; /* for forks that are on the tape; NULL: none is made */
    struct buf message, warnings;
    char *program; /* of the tape, when it is another */
    uint64_t count;
};

/* ---- what happens now ---- */

static void tell_time(struct machine *machine, void *arg);

static bool is_there(const struct replay *replay)
{
    const struct replay_options *options = &replay->options;
    const struct world *world = options->until_world
                                    ? worlds_find(replay->worlds, options->until_world)
                                    : replay->worlds->main;
    return options->until_n && world && journal_next(world->sim.journal) > options->until_n;
}

/* Told once: the first difference brings others. */
static void warn(struct replay *replay, const struct tape_record *record)
{
    if (!replay->warned) {
        buf_add_str(&replay->warnings, "not all is as it was: ");
        replay_name(record, &replay->warnings);
        buf_printf(&replay->warnings, "%s\n", buf_str(&replay->message));
    }
    replay->warned = true;
    buf_clear(&replay->message);
}

static void part(struct replay *replay, const struct tape_record *record)
{
    if (replay->options.go_on && replay->program) {
        warn(replay, record);
        return;
    }
    struct buf what = replay->message;
    replay->parted = true;
    buf_init(&replay->message, REPLAY_MESSAGE);
    buf_add_str(&replay->message, "it parted at ");
    replay_name(record, &replay->message);
    buf_add(&replay->message, what.data, what.len);
    if (replay->program)
        buf_printf(&replay->message,
                   "\n  the tape is of version %s and this is %s: a difference is no surprise",
                   replay->program, MOCKCLOUD_VERSION);
    buf_free(&what);
}

const struct tape_record *replay_peek(struct replay *replay)
{
    if (!replay->then && replay->came == TAPE_READ_RECORD)
        replay->came = tape_reader_next(replay->reader, &replay->then);
    return replay->came == TAPE_READ_RECORD ? replay->then : NULL;
}

void replay_skip(struct replay *replay)
{
    replay->then = NULL;
    replay->count++;
}

static void on_record(struct tape_sink *sink, const char *bytes, size_t len)
{
    struct replay *replay = (struct replay *)sink;
    const struct tape_record *then = replay->entering ? replay->then : replay_peek(replay);
    bool read = tape_decode(&replay->now, bytes, len);
    if (replay->parted || !read || !then || replay->worlds->machine.tell != tell_time)
        return;
    if (replay->options.only_world) {
        replay_skip(replay);
        return;
    }
    bool same = replay_compare(then, &replay->now.record, replay->worlds, &replay->message);
    replay_skip(replay);
    if (same || is_there(replay))
        buf_clear(&replay->message);
    else
        part(replay, then);
}

/* It is what the record says. Before what a scenario does by itself, real clocks may have followed
 * the machine's; nobody but we lets that in. */
static void tell_time(struct machine *machine, void *arg)
{
    struct replay *replay = arg;
    const struct tape_record *then = replay->entering ? replay->then : replay_peek(replay);
    while (then && !replay->entering && !replay->parted &&
           (then->kind == TAPE_TIME || then->kind == TAPE_WALL)) {
        replay_enter(replay);
        then = replay_peek(replay);
    }
    if (then)
        machine->mono_ms = then->real_ms;
}

/* ---- tickets ---- */

static struct replay_ticket *find_ticket(const struct replay *replay,
                                         const struct tape_record *record)
{
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)record->numbers[0]);
    return map_get(&replay->tickets, key);
}

static void answered(const struct replay *replay, const struct api_ticket *ticket)
{
    if (replay->options.replied)
        replay->options.replied(replay->options.arg, ticket->number, &ticket->reply);
}

/* A ticket is not done while its world is at work on it. */
static void on_ready(struct api_ticket *api_ticket)
{
    struct replay_ticket *ticket = (struct replay_ticket *)api_ticket;
    struct replay *replay = ticket->replay;
    if (api_ticket->outcome == API_STREAM) {
        if (!api_ticket->front)
            answered(replay, api_ticket);
        api_ticket->front = ticket; /* its head is told once */
        return;
    }
    answered(replay, api_ticket);
    ticket->over = replay->over;
    replay->over = ticket;
}

static void end_ticket(struct replay_ticket *ticket)
{
    char key[24];
    snprintf(key, sizeof key, "%llu", (unsigned long long)ticket->ticket.number);
    map_take(&ticket->replay->tickets, key);
    api_ticket_done(ticket->replay->api, &ticket->ticket);
    free(ticket);
}

static void end_over(struct replay *replay)
{
    while (replay->over) {
        struct replay_ticket *ticket = replay->over;
        replay->over = ticket->over;
        end_ticket(ticket);
    }
}

/* ---- how each kind enters ---- */

enum {
    BEGUN_WALL,
    BEGUN_EXPLAIN,
    BEGUN_CHECK_REQUESTS,
    BEGUN_CHECK_REPLIES,
    BEGUN_CARRIED,
    BEGUN_STREAMS_MAX,
    BEGUN_REPLY_MAX,
    BEGUN_RUN
};

static void reply_was_wrong(void *arg, const char *text)
{
    (void)arg, (void)text; /* the journal has it */
}

static void check_program(struct replay *replay, const char *program)
{
    if (!program || strcmp(program, MOCKCLOUD_VERSION) == 0)
        return;
    free(replay->program);
    replay->program = mem_dup(program);
    buf_printf(&replay->warnings,
               "the tape is of version %s, this program is %s: it may well go another way\n",
               program, MOCKCLOUD_VERSION);
}

static struct api_options options_of(const struct tape_record *record)
{
    return (struct api_options){
        .control_token = record->texts[1].data,
        .streams_max = (size_t)record->numbers[BEGUN_STREAMS_MAX],
        .reply_max = (size_t)record->numbers[BEGUN_REPLY_MAX],
        .explain = record->numbers[BEGUN_EXPLAIN],
        .reply_wrong = record->numbers[BEGUN_CHECK_REPLIES] ? reply_was_wrong : NULL,
    };
}

/* A tape that was gone on with has several beginnings: the program was started anew. */
static bool enter_begun(struct replay *replay, const struct tape_record *record)
{
    struct machine *machine = &replay->worlds->machine;
    struct api_options options = options_of(record);
    int64_t ahead_ms = record->numbers[BEGUN_WALL] - record->real_ms;
    check_program(replay, record->texts[0].data);
    machine->mono_ms = record->real_ms;
    if (replay->api && !replay->owns_api)
        return false;
    worlds_rebase(replay->worlds, ahead_ms);
    if (record->numbers[BEGUN_RUN]) /* a scenario brings its own */
        return true;
    replay->worlds->carried = record->numbers[BEGUN_CARRIED];
    if (replay->api)
        api_set_options(replay->api, &options);
    else
        replay->api = api_new(replay->worlds, &options);
    replay->owns_api = true;
    if (replay->past)
        api_set_fork(replay->api, past_fork(replay->past));
    api_check_requests(replay->api, record->numbers[BEGUN_CHECK_REQUESTS] ? reply_was_wrong : NULL,
                       NULL);
    return true;
}

static bool enter_world(struct replay *replay, const struct tape_record *record)
{
    enum { ROOT, SEED, FORCE_SEED, FROZEN };
    const struct tape_text *name = &record->texts[0], *file = &record->texts[1],
                           *source = &record->texts[2];
    struct diags diags = {0};
    struct world_options options = {
        .name = name->data,
        .seed = (uint64_t)record->numbers[SEED],
        .force_seed = (uint64_t)record->numbers[FORCE_SEED],
        .mode = record->numbers[FROZEN] ? VCLOCK_FROZEN : VCLOCK_REAL,
    };
    struct doc *doc = source->data
                          ? doc_new(file->data ? file->data : "", source->data, source->len, &diags)
                          : NULL;
    size_t root = (size_t)record->numbers[ROOT];
    bool there = !source->data || (doc && root < doc_count(doc));
    if (there)
        worlds_make(replay->worlds, doc, doc ? doc_root(doc, root) : NULL, &options, &diags);
    doc_unref(doc);
    diags_free(&diags);
    return there;
}

static struct api_request request_of(const struct replay *replay, const struct tape_record *record,
                                     struct api_header *headers)
{
    enum { NUMBER, CONNECTION, ROOM, TRUSTED };
    enum { METHOD, TARGET, BODY, ACTOR, ADDRESS, ORIGIN, WORLD };
    const struct tape_text *texts = record->texts;
    for (size_t i = 0; i < record->pair_count; i++)
        headers[i] = (struct api_header){record->pairs[i].name.data, record->pairs[i].value.data};
    return (struct api_request){
        .method = texts[METHOD].data,
        .target = texts[TARGET].data,
        .headers = headers,
        .header_count = record->pair_count,
        .body = texts[BODY].data,
        .body_len = texts[BODY].len,
        .actor = texts[ACTOR].data,
        .address = texts[ADDRESS].data,
        .origin = texts[ORIGIN].data,
        .world = texts[WORLD].data ? worlds_find(replay->worlds, texts[WORLD].data) : NULL,
        .trusted = record->numbers[TRUSTED],
        .connection = (uint64_t)record->numbers[CONNECTION],
        .reply_max = (size_t)record->numbers[ROOM],
    };
}

static bool enter_request(struct replay *replay, const struct tape_record *record)
{
    if (!record->texts[0].data || !record->texts[1].data)
        return false;
    struct api_header *headers = mem_new_array(record->pair_count + 1, sizeof *headers);
    struct api_request request = request_of(replay, record, headers);
    struct replay_ticket *ticket = mem_new(sizeof *ticket);
    char key[24];
    ticket->replay = replay;
    ticket->ticket.ready = on_ready;
    replay->worlds->machine.requests = (uint64_t)record->numbers[0] - 1; /* some are left out */
    enum api_outcome outcome = api_dispatch(replay->api, &request, &ticket->ticket);
    free(headers);
    snprintf(key, sizeof key, "%llu", (unsigned long long)ticket->ticket.number);
    if (outcome != API_LATER) {
        answered(replay, &ticket->ticket);
        ticket->ticket.front = ticket;
    }
    if (outcome == API_NOW) {
        api_ticket_done(replay->api, &ticket->ticket);
        free(ticket);
    } else {
        map_put(&replay->tickets, key, ticket);
    }
    return true;
}

static bool enter_left(struct replay *replay, const struct tape_record *record)
{
    struct replay_ticket *ticket = find_ticket(replay, record);
    if (ticket)
        end_ticket(ticket);
    return ticket;
}

static bool enter_stalled(struct replay *replay, const struct tape_record *record)
{
    struct replay_ticket *ticket = find_ticket(replay, record);
    if (ticket)
        api_drop_stream(replay->api, &ticket->ticket);
    return ticket;
}

static bool enter_drained(struct replay *replay, const struct tape_record *record)
{
    struct replay_ticket *ticket = find_ticket(replay, record);
    struct api_stream *stream = ticket ? ticket->ticket.stream : NULL;
    size_t bytes = (size_t)record->numbers[1];
    if (!stream || bytes > stream->queue.len)
        return false;
    buf_drop(&stream->queue, bytes);
    api_stream_took(replay->api, &ticket->ticket, bytes);
    return true;
}

static bool enter_work(struct replay *replay, const struct tape_record *record)
{
    replay->worlds->machine.mono_ms = record->real_ms;
    api_work(replay->api);
    return true;
}

static bool enter_time(struct replay *replay, const struct tape_record *record)
{
    worlds_follow(replay->worlds, record->real_ms);
    return true;
}

static bool enter_wall(struct replay *replay, const struct tape_record *record)
{
    replay->worlds->machine.wall_ahead_ms = record->numbers[0] - record->real_ms;
    return true;
}

static bool enter_base_url(struct replay *replay, const struct tape_record *record)
{
    api_set_base_url(replay->api, record->texts[0].data);
    return true;
}

static void no_carrier(void *arg)
{
    (void)arg;
}

static bool enter_hook(struct replay *replay, const struct tape_record *record)
{
    const struct world *world =
        record->texts[0].data ? worlds_find(replay->worlds, record->texts[0].data) : NULL;
    uint64_t id = (uint64_t)record->numbers[0];
    const struct delivery_answer answer = {(int)record->numbers[1], record->texts[1].data,
                                           record->texts[2].data, record->texts[2].len};
    const char *why = record->texts[1].data ? record->texts[1].data : "";
    if (!world)
        return false;
    switch (record->kind) {
    case TAPE_HOOK_SENT:
        outbox_sent(world->cloud, id, no_carrier, NULL);
        break;
    case TAPE_HOOK_REFUSED:
        outbox_refused(world->cloud, id, record->numbers[1], why);
        break;
    case TAPE_HOOK_ANSWERED:
        outbox_answered(world->cloud, id, &answer);
        break;
    case TAPE_HOOK_FAILED:
        outbox_failed(world->cloud, id, why);
        break;
    case TAPE_HOOK_SILENT:
        outbox_silent(world->cloud, id);
        break;
    default:
        outbox_forget(world->cloud, id);
    }
    return true;
}

/* NULL: nothing to do for it. */
static bool (*const rows[TAPE_KINDS])(struct replay *replay, const struct tape_record *record) = {
    [TAPE_BEGUN] = enter_begun,        [TAPE_WORLD] = enter_world,
    [TAPE_REQUEST] = enter_request,    [TAPE_LEFT] = enter_left,
    [TAPE_STALLED] = enter_stalled,    [TAPE_DRAINED] = enter_drained,
    [TAPE_WORK] = enter_work,          [TAPE_TIME] = enter_time,
    [TAPE_WALL] = enter_wall,          [TAPE_BASE_URL] = enter_base_url,
    [TAPE_HOOK_SENT] = enter_hook,     [TAPE_HOOK_REFUSED] = enter_hook,
    [TAPE_HOOK_ANSWERED] = enter_hook, [TAPE_HOOK_FAILED] = enter_hook,
    [TAPE_HOOK_SILENT] = enter_hook,   [TAPE_HOOK_FORGOTTEN] = enter_hook,
};

/* Whether letting it in is recorded again. */
static bool recorded(enum tape_kind kind)
{
    return kind != TAPE_BEGUN && kind != TAPE_WALL;
}

/* ---- one record after the other ---- */

void replay_part(struct replay *replay, const char *now)
{
    const struct tape_record *then = replay_peek(replay);
    if (replay->parted || !then || is_there(replay))
        return;
    buf_clear(&replay->message);
    buf_printf(&replay->message, "\n  now          %s", now);
    part(replay, then);
}

/* Whether the record is of the one world that is wanted, or of none. The hash of the entry at which
 * it is to stop is noted: that has to come out. */
static bool concerns(struct replay *replay, const struct tape_record *record)
{
    const struct replay_options *options = &replay->options;
    bool any = false;
    for (size_t i = 0; i < record->mark_count; i++) {
        const struct tape_mark *mark = &record->marks[i];
        uint64_t first_n = mark->next_n - mark->count;
        if (strcmp(mark->world, options->only_world) != 0)
            continue;
        any = true;
        if (options->until_n >= first_n && options->until_n < mark->next_n)
            replay->wanted = record->entries[mark->first + (options->until_n - first_n)].hash;
    }
    return any || !record->mark_count;
}

bool replay_is_input(const struct tape_record *record)
{
    return rows[record->kind] && record->kind != TAPE_BEGUN && record->kind != TAPE_WORLD;
}

bool replay_enter(struct replay *replay)
{
    static const char nothing[] = "there is nothing that it could befall";
    const struct tape_record *record = replay_peek(replay);
    bool enters = rows[record->kind];
    if (!enters || (!replay->api && record->kind != TAPE_BEGUN) ||
        (replay->options.only_world && !concerns(replay, record))) {
        replay_skip(replay);
        return !replay->parted;
    }
    if (replay->past && !recorded(record->kind))
        past_add(replay->past, record->bytes, record->len);
    uint64_t count = replay->count;
    if (replay->options.replayed)
        replay->options.replayed(replay->options.arg, record);
    replay->entering = true;
    enters = rows[record->kind](replay, record);
    replay->entering = false;
    bool must = !replay->options.only_world && !replay->parted;
    if (!enters && must)
        replay_part(replay, nothing);
    if (replay->count == count && recorded(record->kind) && !is_there(replay) && must)
        replay_part(replay, nothing);
    if (replay->count == count)
        replay_skip(replay);
    end_over(replay);
    return !replay->parted;
}

static enum replay_end ended(struct replay *replay)
{
    unsigned long long offset = tape_reader_offset(replay->reader);
    if (replay->came == TAPE_READ_DAMAGED) {
        buf_printf(&replay->message, "the tape is damaged at byte %llu", offset);
        return REPLAY_DAMAGED;
    }
    if (replay->came == TAPE_READ_TORN)
        buf_printf(&replay->warnings, "the last record, at byte %llu, is torn, and left out\n",
                   offset);
    return REPLAY_OVER;
}

enum replay_end replay_end(struct replay *replay)
{
    if (replay->parted)
        return REPLAY_PARTED;
    if (is_there(replay))
        return REPLAY_UNTIL;
    return ended(replay);
}

bool replay_step(struct replay *replay, enum replay_end *ret_end)
{
    if (!is_there(replay) && replay_peek(replay) && replay_enter(replay))
        return true;
    *ret_end = replay_end(replay);
    return false;
}

enum replay_end replay_go(struct replay *replay)
{
    enum replay_end end;
    while (replay_step(replay, &end))
        ;
    return end;
}

/* ---- life ---- */

static bool on_halt(void *arg)
{
    return is_there(arg);
}

/* A long clock move halts within, at the timer that brings the entry. */
static void halt_at_entry(struct replay *replay)
{
    replay->worlds->halt = replay->options.until_n ? on_halt : NULL;
    replay->worlds->halt_arg = replay;
}

struct replay *replay_new(struct tape_reader *reader, const struct replay_options *options)
{
    struct replay *replay = mem_new(sizeof *replay);
    replay->sink.add = on_record;
    if (options)
        replay->options = *options;
    replay->reader = reader;
    replay->worlds = &replay->own;
    replay->recorder = tape_recorder_new();
    replay->own.machine =
        (struct machine){.recorder = replay->recorder, .tell = tell_time, .tell_arg = replay};
    tape_recorder_add(replay->recorder, &replay->sink);
    if (!replay->options.only_world)
        replay->past = past_new(&replay->own, replay->recorder);
    halt_at_entry(replay);
    buf_init(&replay->message, REPLAY_MESSAGE);
    buf_init(&replay->warnings, REPLAY_MESSAGE);
    return replay;
}

void replay_attach(struct replay *replay, struct worlds *worlds, struct api *api)
{
    replay->worlds = worlds;
    replay->api = api;
    halt_at_entry(replay);
}

const struct machine *replay_machine(const struct replay *replay)
{
    return &replay->own.machine;
}

/* The worlds may be a scenario's, and gone by now, but not while tickets are open in them. */
static void end_tickets(struct replay *replay)
{
    size_t cursor = 0;
    void *value;
    replay->came = TAPE_READ_OVER;
    replay->then = NULL;
    end_over(replay);
    while (map_next(&replay->tickets, &cursor, NULL, &value))
        end_ticket(value);
    map_free(&replay->tickets, NULL);
}

void replay_detach(struct replay *replay)
{
    end_tickets(replay);
    replay->worlds = &replay->own;
    replay->api = NULL;
}

void replay_free(struct replay *replay)
{
    if (!replay)
        return;
    end_tickets(replay);
    if (replay->owns_api)
        api_free(replay->api);
    worlds_free(&replay->own);
    past_free(replay->past);
    tape_recorder_free(replay->recorder);
    tape_decoder_free(&replay->now);
    buf_free(&replay->message);
    buf_free(&replay->warnings);
    free(replay->program);
    free(replay);
}

const char *replay_message(const struct replay *replay)
{
    return buf_str(&replay->message);
}

const char *replay_warnings(const struct replay *replay)
{
    return buf_str(&replay->warnings);
}

struct worlds *replay_worlds(struct replay *replay)
{
    return replay->worlds;
}

struct api *replay_api(struct replay *replay)
{
    return replay->api;
}

void replay_freeze(struct replay *replay)
{
    struct worlds *worlds = replay->worlds;
    size_t cursor = 0;
    void *world;
    worlds->machine = (struct machine){.requests = worlds->machine.requests};
    worlds->halt = NULL;
    worlds->carried = false;
    while (map_next(&worlds->by_name, &cursor, NULL, &world))
        vclock_set_mode(((struct world *)world)->sim.clock, VCLOCK_FROZEN);
}

struct tape_recorder *replay_go_live(struct replay *replay)
{
    struct machine *machine = &replay->worlds->machine;
    machine->tell = NULL;
    replay->then = NULL;
    replay->came = TAPE_READ_OVER;
    tape_recorder_take(replay->recorder, &replay->sink);
    return replay->recorder;
}

void replay_cancel(struct replay *replay)
{
    end_tickets(replay);
}

/* What is under way ends with a word in no journal: it is not the copy's. */
struct world *replay_take_world(struct replay *replay, const char *name)
{
    struct world *world = worlds_find(replay->worlds, name);
    uint64_t n = replay->options.until_n;
    const struct journal_entry *entry = world && n ? journal_get(world->sim.journal, n) : NULL;
    if (!world || (n && (!entry || journal_hash(entry) != replay->wanted)))
        return NULL;
    replay->worlds->machine = (struct machine){0};
    replay->worlds->halt = NULL;
    api_leave_world(replay->api, world);
    map_take(&replay->worlds->by_name, name);
    if (replay->worlds->main == world)
        replay->worlds->main = NULL;
    end_over(replay);
    return world;
}

uint64_t replay_count(const struct replay *replay)
{
    return replay->count;
}
