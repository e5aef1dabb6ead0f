/* See recording.h. Owns when a tape is flushed, and what is said when it is full or can't be. */
#include "cli/recording.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "replay/past.h"
#include "sim/sim.h"
#include "tape/tape_writer.h"

#include <stdlib.h>

#define RECORDING_SECOND_MS INT64_C(1000)
/* Turns that follow each other so soon are flushed together: a system call for each would be most
 * of what a tape costs. */
#define RECORDING_FLUSH_MS INT64_C(20)

static void tell(struct recording *recording, const char *format, const char *what)
{
    char *text = mem_printf_dup("%s%s", what, format);
    if (!recording->is_told && recording->told)
        recording->told(recording->told_arg, text);
    else if (!recording->is_told)
        cli_error(EXIT_PASSED, "%s", text);
    recording->is_told = true;
    free(text);
}

void recording_write_begun(struct machine *machine, const struct recording_of *of)
{
    const struct api_options *api = of->api;
    struct tape_recorder *recorder = machine->recorder;
    machine_look(machine); /* both clocks, at the same time */
    if (tape_begin(recorder, TAPE_BEGUN)) {
        tape_number(recorder, machine_wall_ms(machine));
        tape_number(recorder, api->explain);
        tape_number(recorder, of->check_requests);
        tape_number(recorder, api->reply_wrong != NULL);
        tape_number(recorder, true); /* somebody carries webhooks */
        tape_number(recorder, (int64_t)api->streams_max);
        tape_number(recorder, (int64_t)api->reply_max);
        tape_number(recorder, of->run);
        tape_str(recorder, MOCKCLOUD_VERSION);
        tape_str(recorder, api->control_token);
    }
    tape_end(recorder);
}

char *recording_begin_at(struct recording *recording, const char *path, uint64_t max,
                         struct machine *machine, const struct recording_of *of)
{
    char *error = NULL;
    recording->writer = tape_writer_new(path, max, &error);
    if (!recording->writer)
        return error;
    recording->path = path;
    recording->machine = machine;
    recording->recorder = tape_recorder_new();
    tape_recorder_add(recording->recorder, tape_writer_sink(recording->writer));
    machine->recorder = recording->recorder;
    if (recording->worlds)
        recording->past = past_new(recording->worlds, recording->recorder);
    recording_write_begun(machine, of);
    return NULL;
}

int recording_begin(struct recording *recording, const struct options *options,
                    struct machine *machine, const struct recording_of *of)
{
    const char *path = options_text(options, OPTION_TAPE);
    if (!path)
        return EXIT_PASSED;
    char *error =
        recording_begin_at(recording, path, options_number(options, OPTION_TAPE_MAX), machine, of);
    if (!error)
        return EXIT_PASSED;
    cli_error(EXIT_COULD_NOT_RUN, "--tape: %s", error);
    free(error);
    return EXIT_COULD_NOT_RUN;
}

int recording_begin_state(struct recording *recording, const struct options *options,
                          struct machine *machine, const struct recording_of *of)
{
    char *error =
        recording_begin_at(recording, options_text(options, OPTION_STATE), 0, machine, of);
    if (!error && tape_writer_lock(recording->writer, &error))
        tape_skip_reads(recording->recorder);
    if (!error)
        return EXIT_PASSED;
    cli_error(EXIT_COULD_NOT_RUN, "--state: %s", error);
    free(error);
    return EXIT_COULD_NOT_RUN;
}

void recording_go_on(struct recording *recording, struct tape_writer *writer,
                     struct tape_recorder *recorder, struct machine *machine)
{
    recording->writer = writer;
    recording->recorder = recorder;
    recording->machine = machine;
    recording->borrows = true;
    tape_recorder_add(recorder, tape_writer_sink(writer));
    tape_skip_reads(recorder);
}

/* ---- turns ---- */

/* False: the server has to end. */
static bool fail(struct recording *recording, const char *error)
{
    recording->failed = true;
    tell(recording,
         recording->is_state ? ": the state can't be kept, and the server ends"
                             : ": the tape can't be written any more",
         error);
    return !recording->is_state;
}

static bool sync_now(struct recording *recording)
{
    const char *error = NULL;
    recording->dirty = false;
    recording->synced_ms = sim_real_ms();
    return tape_writer_sync(recording->writer, &error) || fail(recording, error);
}

static bool commit(void *arg)
{
    struct recording *recording = arg;
    return (!recording->dirty && !tape_writer_waits(recording->writer)) || sync_now(recording);
}

static int64_t sync_due_in(const struct recording *recording, int64_t now_ms)
{
    int64_t in_ms = recording->synced_ms + RECORDING_SECOND_MS - now_ms;
    bool waits =
        recording->is_state && recording->sync == RECORDING_SYNC_SECOND && recording->dirty;
    return !waits ? -1 : in_ms > 0 ? in_ms : 0;
}

static int64_t due_in(void *arg)
{
    const struct recording *recording = arg;
    int64_t now_ms = sim_real_ms();
    int64_t in_ms = recording->flushed_ms + RECORDING_FLUSH_MS - now_ms;
    if (recording->writer && tape_writer_waits(recording->writer))
        return in_ms > 0 ? in_ms : 0;
    return sync_due_in(recording, now_ms);
}

void recording_apply(struct recording *recording, struct server_options *ret_options)
{
    ret_options->turned = recording_turn;
    ret_options->turned_due_in = due_in;
    ret_options->turned_arg = recording;
    if (recording->is_state && recording->sync == RECORDING_SYNC_ALWAYS) {
        ret_options->commit = commit;
        ret_options->commit_arg = recording;
    }
}

static bool sync_when_due(struct recording *recording)
{
    return sync_due_in(recording, sim_real_ms()) != 0 || sync_now(recording);
}

bool recording_turn(void *arg)
{
    const struct recording *recording = arg;
    if (!recording->writer)
        return true;
    bool early = sim_real_ms() - recording->flushed_ms < RECORDING_FLUSH_MS;
    return (early && tape_writer_waits(recording->writer)) || recording_flush(arg);
}

bool recording_flush(void *arg)
{
    struct recording *recording = arg;
    const char *error = NULL;
    if (!recording->writer)
        return true;
    if (!tape_writer_waits(recording->writer))
        return sync_when_due(recording);
    recording->dirty = true;
    recording->flushed_ms = sim_real_ms();
    if (!tape_writer_flush(recording->writer, &error))
        return fail(recording, error);
    if (tape_writer_is_full(recording->writer))
        tell(recording, ": the tape is full (--tape-max), and ends here", recording->path);
    return sync_when_due(recording);
}

int recording_end(struct recording *recording)
{
    if (!recording->writer)
        return EXIT_PASSED;
    past_free(recording->past);
    recording->past = NULL;
    if (recording->borrows) {
        tape_flush(recording->recorder);
        tape_recorder_take(recording->recorder, tape_writer_sink(recording->writer));
    } else {
        tape_recorder_free(recording->recorder);
    }
    recording->machine->recorder = NULL;
    tape_writer_end(recording->writer);
    recording->told = NULL;
    recording_flush(recording);
    if (recording->is_state && recording->sync != RECORDING_SYNC_NEVER && !recording->failed)
        sync_now(recording);
    tape_writer_free(recording->writer);
    recording->writer = NULL;
    return recording->failed ? EXIT_COULD_NOT_RUN : EXIT_PASSED;
}
