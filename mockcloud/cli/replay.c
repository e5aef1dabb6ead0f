/*
 * `mockcloud replay`: runs a tape again, and says whether it went as it had gone.
 *
 * Exit codes: 0 it did, 1 it parted, 3 the file is damaged or no tape, 4 it could not be read.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "cli/options.h"
#include "cli/outfile.h"
#include "replay/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLAY_LINE (8u << 20)

struct replay_run {
    const struct options *options;
    const char *path;
    struct tape_reader *reader;
    struct replay *replay;
};

static const struct world *world_of(const struct replay_run *run)
{
    const char *name = options_text(run->options, OPTION_REPLAY_WORLD);
    struct worlds *worlds = replay_worlds(run->replay);
    return name ? worlds_find(worlds, name) : worlds->main;
}

static int write_journal(const struct replay_run *run)
{
    const char *path = options_text(run->options, OPTION_REPLAY_JOURNAL);
    const struct world *world = world_of(run);
    struct outfile file;
    struct buf line;
    struct jsonw w;
    if (!path || !world)
        return EXIT_PASSED;
    if (outfile_open(&file, path, false) != EXIT_PASSED)
        return EXIT_COULD_NOT_RUN;
    const struct journal *journal = world->sim.journal;
    buf_init(&line, REPLAY_LINE);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++) {
        buf_clear(&line);
        jsonw_init(&w, &line);
        journal_write(journal_get(journal, n), &w);
        buf_add_char(&line, '\n');
        outfile_add(&file, line.data, line.len, -1);
    }
    buf_free(&line);
    return outfile_close(&file) ? EXIT_PASSED : EXIT_COULD_NOT_RUN;
}

static void print_worlds(const struct replay_run *run)
{
    struct worlds *worlds = replay_worlds(run->replay);
    size_t cursor = 0;
    void *value;
    printf("%s: %llu records, the same journal\n", run->path,
           (unsigned long long)replay_count(run->replay));
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        const struct world *world = value;
        printf("  world \"%s\": %llu entries\n", world->name,
               (unsigned long long)journal_next(world->sim.journal) - 1);
    }
}

/* Asked for an entry that never came. */
static int never_came(const struct replay_run *run)
{
    const char *name = options_text(run->options, OPTION_REPLAY_WORLD);
    const struct world *world = world_of(run);
    if (!world)
        return cli_error(EXIT_USAGE, "%s: at its end there is no world \"%s\"", run->path,
                         name ? name : "");
    return cli_error(EXIT_USAGE, "--until %llu: the journal of world \"%s\" ends with entry %llu",
                     (unsigned long long)options_number(run->options, OPTION_UNTIL), world->name,
                     (unsigned long long)journal_next(world->sim.journal) - 1);
}

static int tell_end(const struct replay_run *run, enum replay_end end)
{
    fputs(replay_warnings(run->replay), stderr);
    switch (end) {
    case REPLAY_PARTED:
        printf("%s: %s\n", run->path, replay_message(run->replay));
        return EXIT_FAILED;
    case REPLAY_DAMAGED:
        return cli_error(EXIT_INVALID, "%s: %s", run->path, replay_message(run->replay));
    case REPLAY_OVER:
        if (options_given(run->options, OPTION_UNTIL))
            return never_came(run);
        print_worlds(run);
        return EXIT_PASSED;
    case REPLAY_UNTIL:
        break;
    }
    printf("%s: stands behind entry %llu\n", run->path,
           (unsigned long long)options_number(run->options, OPTION_UNTIL));
    return EXIT_PASSED;
}

static int replay_tape(struct replay_run *run)
{
    const struct replay_options how = {
        .until_world = options_text(run->options, OPTION_REPLAY_WORLD),
        .until_n = options_number(run->options, OPTION_UNTIL),
    };
    run->replay = replay_new(run->reader, &how);
    int code = tell_end(run, replay_go(run->replay));
    int written = write_journal(run);
    replay_free(run->replay);
    return code == EXIT_PASSED ? written : code;
}

int cli_replay(const struct options *options)
{
    struct replay_run run = {.options = options, .path = options->arguments[0]};
    char *error = NULL;
    run.reader = tape_reader_open(run.path, &error);
    if (!run.reader) {
        int code = cli_error(EXIT_INVALID, "%s", error);
        free(error);
        return code;
    }
    int code = replay_tape(&run);
    tape_reader_free(run.reader);
    return code;
}
