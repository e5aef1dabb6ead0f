/* See state.h. Owns how a state is gone on with, and what can be in the way of that. */
#include "cli/state.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "cloud/webhook/outbox.h"
#include "scenario/scenario_replay.h"
#include "tape/tape_writer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool state_is_there(const char *path)
{
    struct stat info;
    return path && stat(path, &info) == 0 && info.st_size > 0;
}

/* Tells it; takes the text. */
static int refuse(char *taken)
{
    int code = cli_error(EXIT_COULD_NOT_RUN, "--state: %s", taken);
    free(taken);
    return code;
}

/* ---- --world ---- */

static int compare_world(const struct state *state, const struct tape_record *record,
                         const char *path)
{
    enum { FILE_NAME = 1, SOURCE = 2 };
    const struct tape_text *source = &record->texts[SOURCE];
    struct diags diags = {0};
    struct doc *doc = doc_new_from_file(path, &diags);
    size_t len = 0;
    const char *text = doc ? doc_text(doc, &len) : NULL;
    bool same = text && source->data && len == source->len && memcmp(text, source->data, len) == 0;
    doc_unref(doc);
    diags_free(&diags);
    if (same)
        return EXIT_PASSED;
    return refuse(
        mem_printf_dup("%s was begun with the world of %s, which is not what %s says: name "
                       "another state, or leave --world out to go on with this one",
                       state->path, record->texts[FILE_NAME].data, path));
}

/* The first world that was made is what the state was begun with. */
static int check_world(const struct state *state, const char *path)
{
    const struct tape_record *record;
    int code = EXIT_PASSED;
    while (path && tape_reader_next(state->reader, &record) == TAPE_READ_RECORD)
        if (record->kind == TAPE_WORLD) {
            code = compare_world(state, record, path);
            break;
        }
    tape_reader_rewind(state->reader);
    return code;
}

/* ---- running it again ---- */

static int run_again(struct state *state)
{
    state->replay = replay_new(state->reader, &(struct replay_options){.go_on = true});
    if (scenario_replay_is(state->replay))
        return refuse(mem_printf_dup("%s is the tape of a scenario, not a state", state->path));
    enum replay_end end = replay_go(state->replay);
    fputs(replay_warnings(state->replay), stderr);
    if (end != REPLAY_OVER)
        return refuse(mem_printf_dup("%s: %s", state->path, replay_message(state->replay)));
    if (!replay_worlds(state->replay)->main)
        return refuse(mem_printf_dup("%s: there is no world in it", state->path));
    return EXIT_PASSED;
}

/* ---- going on ---- */

/* The monotonic clock of this process has nothing to do with that of the one before: the calendar
 * joins them. */
static void rebase(struct worlds *worlds)
{
    struct machine *machine = &worlds->machine;
    int64_t then_ms = machine->wall_ahead_ms;
    machine->wall_seen_ms = 0;
    machine_look(machine);
    int64_t now_ms = machine->wall_ahead_ms;
    machine->wall_ahead_ms = then_ms;
    worlds_rebase(worlds, now_ms);
}

static void end_webhooks(struct worlds *worlds)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        struct cloud *cloud = ((struct world *)value)->cloud;
        for (uint64_t id; (id = outbox_under_way(cloud));)
            outbox_failed(cloud, id, "socket hang up");
    }
}

static int go_on(struct state *state, struct recording *recording, const struct recording_of *of)
{
    struct worlds *worlds = replay_worlds(state->replay);
    struct api *api = replay_api(state->replay);
    char *error = NULL;
    struct tape_writer *writer =
        tape_writer_new_behind(state->path, tape_reader_offset(state->reader), &error);
    if (!writer)
        return refuse(error);
    struct tape_recorder *recorder = replay_go_live(state->replay);
    rebase(worlds);
    recording_go_on(recording, writer, recorder, &worlds->machine);
    recording_write_begun(&worlds->machine, of);
    api_set_options(api, of->api);
    replay_cancel(state->replay);
    end_webhooks(worlds);
    return EXIT_PASSED;
}

int state_open(struct state *state, const struct options *options, struct recording *recording,
               const struct recording_of *of)
{
    char *error = NULL;
    state->path = options_text(options, OPTION_STATE);
    state->reader = tape_reader_open(state->path, &error);
    if (!state->reader)
        return refuse(error);
    int code = check_world(state, options_text(options, OPTION_WORLD));
    if (code == EXIT_PASSED)
        code = run_again(state);
    if (code == EXIT_PASSED)
        code = go_on(state, recording, of);
    return code;
}

void state_close(struct state *state)
{
    replay_free(state->replay);
    tape_reader_free(state->reader);
}
