/*
 * The command line: a row per subcommand, one file each. Options are read with options.h; every
 * subcommand knows --help.
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

struct cli_command {
    const char *name;
    const char *synopsis; /* behind `mockcloud NAME` */
    const char *text;     /* one line */
    const char *help;     /* the rest of `mockcloud NAME --help` */
    int (*run)(const struct cli_command *command, int argc, char **argv); /* argv[0] is the name */
};

/* One file each. */
int cli_serve(const struct cli_command *command, int argc, char **argv);
int cli_run(const struct cli_command *command, int argc, char **argv);
int cli_exec(const struct cli_command *command, int argc, char **argv);
int cli_check(const struct cli_command *command, int argc, char **argv);
int cli_ctl(const struct cli_command *command, int argc, char **argv);
int cli_init(const struct cli_command *command, int argc, char **argv);
int cli_schema(const struct cli_command *command, int argc, char **argv);
int cli_openapi(const struct cli_command *command, int argc, char **argv);
int cli_list(const struct cli_command *command, int argc, char **argv);

/* --strict: what becomes of a run that has leaned on guesses. */
enum strict { STRICT_OFF, STRICT_REPORT, STRICT_FAIL };

/* Reads the value of --strict: NULL, or "report". False: it is anything else. */
bool cli_strict(const char *value, enum strict *ret_strict);

/* Prints the help of a subcommand to stdout; answers EXIT_PASSED. */
int cli_help(const struct cli_command *command);

/* "mockcloud: …" and a pointer to --help on stderr; answers EXIT_USAGE. */
int cli_usage(const struct cli_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* "mockcloud: …" on stderr; answers `code`. */
int cli_error(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Whether `stream` (stdout or stderr) wants colour: a terminal, and no NO_COLOR in the environment.
 */
bool cli_colour(int fd);

/* Reads a whole number from min to max; false when it is anything else. */
bool cli_number(const char *text, uint64_t min, uint64_t max, uint64_t *ret_number);

#endif
