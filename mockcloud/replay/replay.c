/*
 * See replay.h. Owns the way through a tape, and the comparison of what happens now with what
 * happened then. How each kind of record enters is enter.c's.
 */
#include "replay/replay.h"

#include "base/mem.h"
#include "replay/compare.h"
#include "replay/enter.h"
#include "replay/replay_inside.h"

#include <stdlib.h>
#include <string.h>

#define REPLAY_MESSAGE (8u << 20)

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
    return enter_is_input(record->kind) && record->kind != TAPE_BEGUN && record->kind != TAPE_WORLD;
}

bool replay_enter(struct replay *replay)
{
    static const char nothing[] = "there is nothing that it could befall";
    const struct tape_record *record = replay_peek(replay);
    bool enters = enter_is_input(record->kind);
    if (!enters || (!replay->api && record->kind != TAPE_BEGUN) ||
        (replay->options.only_world && !concerns(replay, record))) {
        replay_skip(replay);
        return !replay->parted;
    }
    if (replay->past && !enter_is_recorded(record->kind))
        past_add(replay->past, record->bytes, record->len);
    uint64_t count = replay->count;
    if (replay->options.replayed)
        replay->options.replayed(replay->options.arg, record);
    replay->entering = true;
    enters = enter_record(replay, record);
    replay->entering = false;
    bool must = !replay->options.only_world && !replay->parted;
    if (!enters && must)
        replay_part(replay, nothing);
    if (replay->count == count && enter_is_recorded(record->kind) && !is_there(replay) && must)
        replay_part(replay, nothing);
    if (replay->count == count)
        replay_skip(replay);
    enter_end_over(replay);
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
    replay->came = TAPE_READ_OVER;
    replay->then = NULL;
    enter_end_all(replay);
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
    enter_end_over(replay);
    return world;
}

uint64_t replay_count(const struct replay *replay)
{
    return replay->count;
}
