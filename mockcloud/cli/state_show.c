/*
 * `mockcloud state show`: what a state holds, a line for each world. It is run again for that, and
 * nothing of it is changed.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "base/timefmt.h"
#include "cli/options.h"
#include "replay/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_world(const struct world *world)
{
    char now[TIMEFMT_ISO_SIZE];
    timefmt_iso(vclock_now(world->sim.clock), now);
    printf("world %s\n  made of  %s\n  seed     %llu\n  clock    %s, %s\n  devices  %zu\n"
           "  journal  %llu entries\n",
           world->name, world->source_name ? world->source_name : "nothing",
           (unsigned long long)world->seed, now,
           vclock_mode(world->sim.clock) == VCLOCK_REAL ? "real" : "frozen",
           fleet_count(world->fleet), (unsigned long long)journal_next(world->sim.journal) - 1);
}

static int show(const char *path, struct tape_reader *reader)
{
    struct replay *replay = replay_new(reader, &(struct replay_options){.go_on = true});
    enum replay_end end = replay_go(replay);
    struct worlds *worlds = replay_worlds(replay);
    size_t cursor = 0;
    void *world;
    int code = EXIT_PASSED;
    fputs(replay_warnings(replay), stderr);
    if (end == REPLAY_DAMAGED)
        code = cli_error(EXIT_INVALID, "%s: %s", path, replay_message(replay));
    else if (end == REPLAY_PARTED)
        code = cli_error(EXIT_FAILED, "%s: %s", path, replay_message(replay));
    printf("%s: %llu bytes, %llu records\n", path, (unsigned long long)tape_reader_offset(reader),
           (unsigned long long)replay_count(replay));
    while (map_next(&worlds->by_name, &cursor, NULL, &world))
        print_world(world);
    replay_free(replay);
    return code;
}

bool cli_state_word(size_t index, struct command_word *ret_word)
{
    if (index)
        return false;
    *ret_word = (struct command_word){
        .name = "show", .arguments = "FILE", .text = "tell which worlds a state holds"};
    return true;
}

int cli_state(const struct options *options)
{
    char *error = NULL;
    if (strcmp(options->arguments[0], "show") != 0)
        return cli_no_word(options->command, "command", options->arguments[0]);
    if (options->argument_count < 2)
        return cli_usage(options->command, "which state?");
    struct tape_reader *reader = tape_reader_open(options->arguments[1], &error);
    if (!reader) {
        int code = cli_error(EXIT_INVALID, "%s", error);
        free(error);
        return code;
    }
    int code = show(options->arguments[1], reader);
    tape_reader_free(reader);
    return code;
}
