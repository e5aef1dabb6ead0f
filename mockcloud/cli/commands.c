/* See commands.h. Owns the table of subcommands. */
#include "cli/commands.h"

#include "base/text.h"
#include "cli/cli.h"

#include <string.h>

#define COMMAND_WORDS 64

static const struct command command_rows[COMMAND_COUNT] = {
    [COMMAND_SERVE] = {.name = "serve",
                       .arguments = "",
                       .extra = "a world file goes behind --world",
                       .text = "serve a fake cloud until it is stopped",
                       .intro = "Without --world it serves a built-in example world and prints "
                                "calls that work in it.",
                       .run = cli_serve},
    [COMMAND_RUN] = {.name = "run",
                     .arguments = "FILE|DIR…",
                     .arguments_min = 1,
                     .arguments_max = COMMAND_ARGUMENTS,
                     .missing = "which scenario?",
                     .text = "run scenarios, with a client under test",
                     .outro = "Exit codes: 0 passed, 1 a scenario failed, 2 usage, 3 a file is "
                              "invalid (nothing was\nrun), 4 could not run, 5 timed out, 128+S "
                              "interrupted by signal S.",
                     .run = cli_run},
    [COMMAND_EXEC] = {.name = "exec",
                      .arguments = "-- CMD…",
                      .arguments_min = 1,
                      .arguments_max = COMMAND_ARGUMENTS,
                      .missing = "which command?",
                      .leading = true,
                      .text = "run a command with a world of its own in its environment",
                      .intro = "The command finds the world in MOCKCLOUD_URL, MOCKCLOUD_CONTROL, "
                               "MOCKCLOUD_CLIENT_ID …\nmockcloud exits with the command's exit "
                               "code, or with 128+S when signal S ended it.",
                      .run = cli_exec},
    [COMMAND_MERGE] = {.name = "merge",
                       .arguments = "FILE…",
                       .arguments_min = 1,
                       .arguments_max = COMMAND_ARGUMENTS,
                       .missing = "which reports?",
                       .text = "join the reports of shards",
                       .intro = "Reports of the form jsonl become any other; those of the form "
                                "junit stay what they are.",
                       .outro = "Exit codes: what one run of all would have had, so 0 all passed, "
                                "1 one failed, 4 one could\nnot run, or a report is not whole, 5 "
                                "timed out; 2 usage, 3 a file is no report.",
                       .run = cli_merge},
    [COMMAND_CHECK] = {.name = "check",
                       .arguments = "FILE|DIR…",
                       .arguments_min = 1,
                       .arguments_max = COMMAND_ARGUMENTS,
                       .missing = "which file?",
                       .text = "check world and scenario files, run nothing",
                       .outro = "A mistake is told with file, line and column. Exit codes: 0 all "
                                "are fine, 2 usage,\n3 one is invalid.",
                       .run = cli_check},
    [COMMAND_CTL] = {.name = "ctl",
                     .arguments = "COMMAND…",
                     .arguments_min = 1,
                     .arguments_max = COMMAND_ARGUMENTS,
                     .missing = "which command? see --help",
                     .text = "drive a running server from a shell",
                     .intro = "The server is found by --control, else MOCKCLOUD_CONTROL, else "
                              "http://127.0.0.1:8642.",
                     .word = cli_ctl_word,
                     .run = cli_ctl},
    [COMMAND_DOCTOR] = {.name = "doctor",
                        .arguments = "",
                        .text = "say what is between a client and the server, and what to do",
                        .intro = "It looks at the server of --control, MOCKCLOUD_URL, "
                                 "MOCKCLOUD_CONTROL or http://127.0.0.1:8642.",
                        .outro = "Exit codes: 0 nothing is in the way, 1 something is, 2 usage.",
                        .run = cli_doctor},
    [COMMAND_REPLAY] = {.name = "replay",
                        .arguments = "FILE",
                        .arguments_min = 1,
                        .arguments_max = 1,
                        .missing = "which tape?",
                        .text = "run a tape again, and compare what happens",
                        .outro = "Exit codes: 0 the same journal, 1 it parted (at which entry, and "
                                 "what it was), 2 usage,\n3 the file is damaged or no tape, 4 "
                                 "could not run.",
                        .run = cli_replay},
    [COMMAND_TAPE] = {.name = "tape",
                      .arguments = "COMMAND FILE",
                      .arguments_min = 1,
                      .arguments_max = 2,
                      .missing = "which command? see --help",
                      .text = "show what is on a tape",
                      .outro = "Exit codes: 0, 2 usage, 3 the file is damaged or no tape, 4 could "
                               "not be written.",
                      .word = cli_tape_word,
                      .run = cli_tape},
    [COMMAND_STATE] = {.name = "state",
                       .arguments = "COMMAND FILE",
                       .arguments_min = 1,
                       .arguments_max = 2,
                       .missing = "which command? see --help",
                       .text = "show what serve --state has kept",
                       .outro = "Exit codes: 0, 1 this program goes another way with it, 2 usage, "
                                "3 the file is damaged\nor no state.",
                       .word = cli_state_word,
                       .run = cli_state},
    [COMMAND_INIT] = {.name = "init",
                      .arguments = "[DIR]",
                      .arguments_max = 1,
                      .text = "write a world and scenarios to start from",
                      .intro =
                          "Writes world.yaml, claim.yaml (complete), client.yaml (for a client "
                          "of yours), and the\nschemas that they name, for editors; with --client "
                          "a client to start from. Never\noverwrites a file.",
                      .run = cli_init},
    [COMMAND_SCHEMA] = {.name = "schema",
                        .arguments = "[scenario|world|report]",
                        .arguments_max = 1,
                        .text = "print the JSON Schema of scenario files, of world files, or of a "
                                "line of --report jsonl",
                        .intro = "For editors: put it beside the files, and begin them with\n"
                                 "  # yaml-language-server: $schema=scenario.schema.json",
                        .word = cli_schema_word,
                        .run = cli_schema},
    [COMMAND_OPENAPI] = {.name = "openapi",
                         .arguments = "",
                         .text = "print the OpenAPI 3.1 document of what is imitated",
                         .intro = "A server gives the same at /__mock/openapi.json.",
                         .run = cli_openapi},
    [COMMAND_LIST] = {.name = "list",
                      .arguments = "WHAT",
                      .arguments_min = 1,
                      .arguments_max = 1,
                      .missing = "what? see --help",
                      .text = "list what there is, from the tables of the program",
                      .word = cli_list_word,
                      .run = cli_list},
    [COMMAND_MAN] = {.name = "man",
                     .arguments = "[PAGE]",
                     .arguments_max = 1,
                     .text = "print a manual page",
                     .intro = "For a program that is not installed: mockcloud man run | man -l -",
                     .word = cli_man_word,
                     .run = cli_man},
    [COMMAND_COMPLETION] = {.name = "completion",
                            .arguments = "SHELL",
                            .arguments_min = 1,
                            .arguments_max = 1,
                            .missing = "of which shell? bash, zsh or fish",
                            .text = "print what completes command lines in a shell",
                            .intro = "In bash and zsh:  . <(mockcloud completion bash)\n"
                                     "In fish:          mockcloud completion fish | source",
                            .word = cli_completion_word,
                            .run = cli_completion},
    [COMMAND_HELP] = {.name = "help",
                      .arguments = "[COMMAND]",
                      .arguments_max = 1,
                      .text = "tell what mockcloud can do, or all about one command",
                      .word = cli_help_word,
                      .run = cli_help},
    [COMMAND_VERSION] = {.name = "version",
                         .arguments = "",
                         .text = "print the version",
                         .run = cli_version},
};

const struct command *commands_at(enum command_id id)
{
    return &command_rows[id];
}

enum command_id commands_id(const struct command *command)
{
    return (enum command_id)(command - command_rows);
}

const struct command *commands_find(const char *name)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command_rows[i].name, name) == 0)
            return &command_rows[i];
    return NULL;
}

const char *commands_nearest(const char *name)
{
    const char *names[COMMAND_COUNT];
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        names[i] = command_rows[i].name;
    return text_nearest(name, names, COMMAND_COUNT);
}

const char *commands_nearest_word(const struct command *command, const char *name)
{
    const char *names[COMMAND_WORDS];
    struct command_word word;
    size_t count = 0;
    while (count < COMMAND_WORDS && command->word(count, &word))
        names[count++] = word.name;
    return text_nearest(name, names, count);
}
