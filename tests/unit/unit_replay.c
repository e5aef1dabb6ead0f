/* See unit_replay.h. */
#include "unit_replay.h"

#include "base/mem.h"
#include "sim/sim.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STATE_MAX (256u << 20)

static void write_begun(struct machine *machine)
{
    struct tape_recorder *recorder = machine->recorder;
    machine_look(machine);
    ck_assert(tape_begin(recorder, TAPE_BEGUN));
    tape_number(recorder, machine_wall_ms(machine));
    for (int i = 0; i < 3; i++)
        tape_number(recorder, 0);
    tape_number(recorder, 1);
    for (int i = 0; i < 3; i++)
        tape_number(recorder, 0);
    tape_str(recorder, MOCKCLOUD_VERSION);
    tape_str(recorder, NULL);
    tape_end(recorder);
}

void unit_record_begin(struct unit_recorded *tape, const char *text)
{
    struct diags diags = {0};
    struct buf told;
    char *error = NULL;
    strcpy(tape->path, "/tmp/tape-XXXXXX");
    close(mkstemp(tape->path));
    tape->writer = tape_writer_new(tape->path, 0, &error);
    ck_assert_msg(tape->writer != NULL, "%s", error);
    tape->worlds.machine.recorder = tape_recorder_new();
    tape->worlds.carried = true;
    tape_recorder_add(tape->worlds.machine.recorder, tape_writer_sink(tape->writer));
    tape->past = past_new(&tape->worlds, tape->worlds.machine.recorder);
    write_begun(&tape->worlds.machine);
    struct doc *doc = doc_new("world.yaml", text, strlen(text), &diags);
    const struct world *world =
        doc ? worlds_make(&tape->worlds, doc, doc_root(doc, 0), &(struct world_options){0}, &diags)
            : NULL;
    doc_unref(doc);
    buf_init(&told, STATE_MAX);
    diags_write(&diags, &told, false);
    ck_assert_msg(world != NULL, "%s", buf_str(&told));
    buf_free(&told);
    diags_free(&diags);
    tape->api = api_new(&tape->worlds, NULL);
    api_set_fork(tape->api, past_fork(tape->past));
}

void unit_record_flush(struct unit_recorded *tape)
{
    const char *error = NULL;
    machine_look(&tape->worlds.machine); /* to where real clocks have followed */
    ck_assert_msg(tape_writer_flush(tape->writer, &error), "%s", error);
}

void unit_record_end(struct unit_recorded *tape)
{
    struct tape_recorder *recorder = tape->worlds.machine.recorder;
    api_free(tape->api);
    worlds_free(&tape->worlds);
    past_free(tape->past);
    tape_recorder_free(recorder);
    tape_writer_free(tape->writer);
    unlink(tape->path);
}

/* ---- the state ---- */

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

char *unit_ask_dup(struct api *api, const char *method, const char *target, const char *body)
{
    static const struct api_header headers[] = {{"X-Mockcloud-Control", "1"},
                                                {"Content-Type", "application/json"}};
    struct api_ticket ticket = {.ready = ready};
    struct api_request request = {
        .method = method,
        .target = target,
        .headers = headers,
        .header_count = 2,
        .body = body,
        .body_len = body ? strlen(body) : 0,
    };
    ck_assert_int_eq(api_dispatch(api, &request, &ticket), API_NOW);
    char *text = mem_dup(buf_str(&ticket.reply.body));
    api_ticket_done(api, &ticket);
    return text;
}

static void add(struct api *api, struct buf *out, const char *target)
{
    char *text = unit_ask_dup(api, "GET", target, NULL);
    buf_printf(out, "%s\n%s\n", target, text);
    free(text);
}

static void add_world(struct api *api, struct buf *out, const struct world *world)
{
    char *target = mem_printf_dup("/__mock/worlds/%s", world->name);
    add(api, out, target);
    size_t count = fleet_count(world->fleet);
    char *of;
    for (size_t i = 0; i < count; i++) {
        of = mem_printf_dup("%s/why/%s", target, fleet_at(world->fleet, i)->name);
        add(api, out, of);
        free(of);
    }
    static const char *const parts[] = {"devices", "holds", "faults", "journal"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        of = mem_printf_dup("%s/%s", target, parts[i]);
        add(api, out, of);
        free(of);
    }
    free(target);
}

char *unit_state_dup(struct api *api)
{
    struct worlds *worlds = api_worlds(api);
    struct machine before = worlds->machine;
    struct buf out;
    size_t cursor = 0;
    void *world;
    buf_init(&out, STATE_MAX);
    worlds->machine = (struct machine){0}; /* not even a replay tells it the time */
    while (map_next(&worlds->by_name, &cursor, NULL, &world))
        add_world(api, &out, world);
    worlds->machine = before;
    return buf_take(&out);
}

static void must_be_same(const char *was, const char *is, uint64_t n)
{
    size_t at = 0;
    while (was[at] && was[at] == is[at])
        at++;
    size_t from = at > 200 ? at - 200 : 0;
    ck_assert_msg(was[at] == is[at], "behind entry %llu: was …%.400s\n is …%.400s",
                  (unsigned long long)n, was + from, is + from);
}

/* ---- again ---- */

static struct tape_reader *open_tape(const struct unit_recorded *tape)
{
    char *error = NULL;
    struct tape_reader *reader = tape_reader_open(tape->path, &error);
    ck_assert_msg(reader != NULL, "%s", error);
    return reader;
}

void unit_must_replay(struct unit_recorded *tape)
{
    struct tape_reader *reader = open_tape(tape);
    struct replay *replay = replay_new(reader, NULL);
    enum replay_end end = replay_go(replay);
    ck_assert_msg(end == REPLAY_OVER, "%s", replay_message(replay));
    char *was = unit_state_dup(tape->api), *is = unit_state_dup(replay_api(replay));
    must_be_same(was, is, 0);
    free(was);
    free(is);
    replay_free(replay);
    tape_reader_free(reader);
}

void unit_must_stand(const struct unit_recorded *tape, const struct unit_point *point)
{
    struct tape_reader *reader = open_tape(tape);
    struct replay *replay = replay_new(reader, &(struct replay_options){.until_n = point->n});
    enum replay_end end = replay_go(replay);
    ck_assert_msg(end == REPLAY_UNTIL, "%s", replay_message(replay));
    char *is = unit_state_dup(replay_api(replay));
    must_be_same(point->state, is, point->n);
    free(is);
    replay_free(replay);
    tape_reader_free(reader);
}
