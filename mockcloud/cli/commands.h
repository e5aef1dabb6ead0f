/*
 * Subcommands: a row each, one file each.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* The bits of option_row.commands, and the order of `mockcloud --help`. */
enum command_id {
    COMMAND_SERVE,
    COMMAND_RUN,
    COMMAND_EXEC,
    COMMAND_MERGE,
    COMMAND_CHECK,
    COMMAND_CTL,
    COMMAND_DOCTOR,
    COMMAND_REPLAY,
    COMMAND_TAPE,
    COMMAND_STATE,
    COMMAND_INIT,
    COMMAND_SCHEMA,
    COMMAND_OPENAPI,
    COMMAND_LIST,
    COMMAND_MAN,
    COMMAND_COMPLETION,
    COMMAND_HELP,
    COMMAND_VERSION,
    COMMAND_COUNT
};

#define COMMAND_ARGUMENTS INT_MAX /* any number of arguments */

struct options;

/* A word that can stand as the first argument. */
struct command_word {
    const char *name;
    const char *second;    /* the word behind it, "advance" of "clock advance"; NULL: none */
    const char *arguments; /* what stands behind them, "NAME [OWNER]"; NULL: nothing */
    const char *text;      /* NULL: the name says it */
};

struct command {
    const char *name;
    const char *arguments; /* as the usage line has them: "FILE|DIR…" */
    int arguments_min, arguments_max;
    const char *missing; /* what is said when there are fewer: "which file?" */
    const char *extra;   /* what is added when there are more; NULL: nothing */
    bool leading;        /* options end at the first argument: the rest is another program's */
    const char *text;    /* one line */
    const char *intro;   /* --help before the options; NULL: nothing more to say */
    const char *outro;   /* --help behind them; NULL: nothing */
    /* Word `index` of those that its first argument can be; false behind the last. NULL: it may be
     * anything. */
    bool (*word)(size_t index, struct command_word *ret_word);
    int (*run)(const struct options *options); /* its exit code */
};

/* The row of a command; its index is its enum command_id. */
const struct command *commands_at(enum command_id id);
enum command_id commands_id(const struct command *command);

/* The row with this name; NULL: there is none. */
const struct command *commands_find(const char *name);

/* The name that `name` may have been meant for; NULL: none is near. */
const char *commands_nearest(const char *name);

/* The same of the words of a command. */
const char *commands_nearest_word(const struct command *command, const char *name);

#endif
