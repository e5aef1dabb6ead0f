/*
 * What the subcommands share: exit codes, how mistakes are told, what --strict means.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exit_code {
    EXIT_PASSED = 0,
    EXIT_FAILED = 1,  /* a scenario failed */
    EXIT_USAGE = 2,   /* usage or configuration */
    EXIT_INVALID = 3, /* a scenario or world file is invalid: nothing was run */
    EXIT_COULD_NOT_RUN = 4,
    EXIT_TIMED_OUT = 5 /* a scenario or the whole run hit its kill timer */
};

struct command;
struct command_word;
struct options;

/* The whole program. Its exit code. */
int cli_main(int argc, char **argv);

/* What the rows of commands.c run: one file each. */
int cli_serve(const struct options *options);
int cli_run(const struct options *options);
int cli_exec(const struct options *options);
int cli_doctor(const struct options *options);
int cli_merge(const struct options *options);
int cli_check(const struct options *options);
int cli_ctl(const struct options *options);
int cli_replay(const struct options *options);
int cli_tape(const struct options *options);
int cli_state(const struct options *options);
int cli_init(const struct options *options);
int cli_schema(const struct options *options);
int cli_openapi(const struct options *options);
int cli_list(const struct options *options);
int cli_man(const struct options *options);
int cli_completion(const struct options *options);
int cli_help(const struct options *options);
int cli_version(const struct options *options);

/* The words that their first argument can be: command.word. */
bool cli_ctl_word(size_t index, struct command_word *ret_word);
bool cli_state_word(size_t index, struct command_word *ret_word);
bool cli_tape_word(size_t index, struct command_word *ret_word);
bool cli_schema_word(size_t index, struct command_word *ret_word);
bool cli_list_word(size_t index, struct command_word *ret_word);
bool cli_man_word(size_t index, struct command_word *ret_word);
bool cli_completion_word(size_t index, struct command_word *ret_word);
bool cli_help_word(size_t index, struct command_word *ret_word);

/* --strict: what becomes of a run that has leaned on guesses. */
enum strict { STRICT_OFF, STRICT_REPORT, STRICT_FAIL };

/* What --strict asks for. */
enum strict cli_strict(const struct options *options);

/* "mockcloud NAME: …" and the usage line on stderr; answers EXIT_USAGE. */
int cli_usage(const struct command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same of a first argument that is none of the command's words, with the nearest one. `what` is
 * what such a word names: "command", "list". */
int cli_no_word(const struct command *command, const char *what, const char *word);

/* "mockcloud: …" on stderr; answers `code`. */
int cli_error(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether a file that the command line names can be opened; if not, that is told: EXIT_USAGE, by
 * whichever command. What a file names in turn is a mistake in that file. */
bool cli_readable(const char *path);

/* Whether `fd` (of standard output or error) wants colour: a terminal does, or with FORCE_COLOR in
 * the environment whatever it is (0: nothing); never with NO_COLOR. Source: no-color.org,
 * force-color.org. */
bool cli_colour(int fd);

/* Reads a whole number from min to max; false when it is anything else. */
bool cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number);

#endif
