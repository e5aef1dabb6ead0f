/* See recording.h. Owns when a tape is flushed, and what is said when it is full or can't be. */
#include "cli/recording.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "sim/sim.h"
#include "tape/tape_writer.h"

#include <stdlib.h>

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

void recording_turn(void *arg)
{
    struct recording *recording = arg;
    const char *error = NULL;
    if (!recording->writer || !tape_writer_waits(recording->writer))
        return;
    if (!tape_writer_flush(recording->writer, &error)) {
        recording->failed = true;
        tell(recording, ": the tape can't be written any more", error);
    } else if (tape_writer_is_full(recording->writer)) {
        tell(recording, ": the tape is full (--tape-max), and ends here", recording->path);
    }
}

int recording_end(struct recording *recording)
{
    if (!recording->writer)
        return EXIT_PASSED;
    tape_recorder_free(recording->recorder);
    recording->machine->recorder = NULL;
    tape_writer_end(recording->writer);
    recording->told = NULL;
    recording_turn(recording);
    tape_writer_free(recording->writer);
    recording->writer = NULL;
    return recording->failed ? EXIT_COULD_NOT_RUN : EXIT_PASSED;
}
