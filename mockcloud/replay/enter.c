/* See enter.h. Owns the tickets of a replay, and a row of `rows` for each kind. Compares nothing.
 */
#include "replay/enter.h"

#include "base/mem.h"
#include "cloud/webhook/outbox.h"
#include "replay/replay_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct replay_ticket {
    struct api_ticket ticket; /* first */
    struct replay *replay;
    struct replay_ticket *over; /* the next that is over */
};

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

void enter_end_over(struct replay *replay)
{
    while (replay->over) {
        struct replay_ticket *ticket = replay->over;
        replay->over = ticket->over;
        end_ticket(ticket);
    }
}

void enter_end_all(struct replay *replay)
{
    size_t cursor = 0;
    void *value;
    enter_end_over(replay);
    while (map_next(&replay->tickets, &cursor, NULL, &value))
        end_ticket(value);
    map_free(&replay->tickets, NULL);
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

bool enter_is_input(enum tape_kind kind)
{
    return rows[kind];
}

bool enter_is_recorded(enum tape_kind kind)
{
    return kind != TAPE_BEGUN && kind != TAPE_WALL;
}

bool enter_record(struct replay *replay, const struct tape_record *record)
{
    return rows[record->kind](replay, record);
}
