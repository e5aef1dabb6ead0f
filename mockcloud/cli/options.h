/*
 * Options: one row for every option of every subcommand.
 *
 * From the rows come how a command line is read, what is said of a wrong one, --help, and the page
 * of options. What else has to know them (a man page, the completion of a shell) walks the same
 * rows: `for (id = 0; id < OPTION_COUNT; id++) options_row(id)`, and commands_at() of commands.h.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/buf.h"
#include "cli/address.h"
#include "cli/commands.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum option_id {
    OPTION_LISTEN,
    OPTION_PORT,
    OPTION_WORLD,
    OPTION_SEED,
    OPTION_PORT_FILE,
    OPTION_READY_FD,
    OPTION_CONTROL_TOKEN,
    OPTION_HOST,
    OPTION_MAX_BODY,
    OPTION_MAX_HEADERS,
    OPTION_TLS,
    OPTION_CA_FILE,
    OPTION_CLI_PROFILE,
    OPTION_EXIT_WITH_PARENT,
    OPTION_CLIENT,
    OPTION_INIT_CLIENT,
    OPTION_TIMEOUT,
    OPTION_EXEC_TIMEOUT,
    OPTION_JOBS,
    OPTION_TAG,
    OPTION_NOT_TAG,
    OPTION_FILTER,
    OPTION_LIST,
    OPTION_SHARD,
    OPTION_TIMINGS,
    OPTION_REPEAT,
    OPTION_VARY_SEED,
    OPTION_RETRY,
    OPTION_FAIL_FAST,
    OPTION_TIMEOUT_ALL,
    OPTION_WATCH,
    OPTION_REPORT,
    OPTION_CHECK_REPORT,
    OPTION_OUTPUT,
    OPTION_KEEP,
    OPTION_JOURNAL,
    OPTION_STRICT,
    OPTION_ALLOW_GUESS,
    OPTION_EXPLAIN,
    OPTION_STATE,
    OPTION_STATE_SYNC,
    OPTION_TAPE,
    OPTION_TAPE_MAX,
    OPTION_REPLAY_WORLD,
    OPTION_UNTIL,
    OPTION_REPLAY_JOURNAL,
    OPTION_REPLAY_SERVE,
    OPTION_HAR,
    OPTION_CHECK_REQUESTS,
    OPTION_CHECK_REPLIES,
    OPTION_ALLOW_ORIGIN,
    OPTION_ALLOW_OUTBOUND,
    OPTION_WEBHOOK_PATIENCE,
    OPTION_CONTROL,
    OPTION_WORLD_NAME,
    OPTION_TOKEN,
    OPTION_DOCTOR_HOST,
    OPTION_CTL_CA_FILE,
    OPTION_JSON,
    OPTION_WITHIN,
    OPTION_FOLLOW,
    OPTION_DEVICE,
    OPTION_KIND,
    OPTION_STATUS,
    OPTION_USER,
    OPTION_CUSTOMER,
    OPTION_PRODUCT,
    OPTION_EXIT_CODE,
    OPTION_FORMAT,
    OPTION_QUIET,
    OPTION_HELP,
    OPTION_COUNT
};

enum option_kind {
    OPTION_FLAG, /* takes nothing */
    OPTION_TEXT, /* anything but nothing */
    OPTION_FILE, /* the name of a file */
    OPTION_NUMBER,
    OPTION_DURATION, /* of more than 0 */
    OPTION_WORD,
    OPTION_PLACE, /* a word, and perhaps ":FILE" */
    OPTION_ADDRESS,
    OPTION_HOST_NAME, /* without scheme and port */
};

#define OPTION_WORDS 4

struct option_row {
    const char *name; /* without its dashes; the same name may mean two things to two commands */
    const char *argument; /* what it takes, as --help names it; NULL for a flag */
    enum option_kind kind;
    bool bare;                         /* the argument may be left out: --strict, --strict=report */
    bool many;                         /* each that is given counts; else the last one does */
    uint64_t min, max;                 /* of a number */
    const char *words[OPTION_WORDS];   /* the only ones that it takes; NULL behind the last */
    const char *(*word)(size_t index); /* the same from a table that is elsewhere; NULL: `words` */
    const char *expects; /* what it takes, in words, when its kind does not say it well enough */
    const char *initial; /* the value when it is not given, as one would write it; NULL: none */
    const char *text;    /* its help */
    unsigned commands;   /* which take it: 1 << enum command_id */
};

/* What was given. */
struct option_value {
    int at; /* the place on the command line; 0: not given (the rest is then of `initial`) */
    const char *text;       /* as written; NULL: none */
    uint64_t number;        /* of OPTION_NUMBER */
    int64_t ms;             /* of OPTION_DURATION */
    size_t word;            /* of OPTION_WORD: which one */
    struct address address; /* of OPTION_ADDRESS */
    const char **list;      /* of `many`: each text, NULL behind the last; NULL: none */
    size_t count;
};

/* A command line that was read. Borrows from argv. */
struct options {
    const struct command *command;
    struct option_value values[OPTION_COUNT];
    char **arguments; /* what is no option, in its order; NULL behind the last */
    int argument_count;
    pid_t parent; /* who started us, as early as we could ask */
};

const struct option_row *options_row(enum option_id id);

/* Whether a command takes it. */
bool options_taken_by(enum option_id id, const struct command *command);

/* Word `index` of those that are the only ones it takes; NULL behind the last, or when it takes
 * others. */
const char *options_word(const struct option_row *row, size_t index);

/* Appends how it is written: "--seed N", "--strict[=report]". */
void options_head(const struct option_row *row, struct buf *out);

/* Appends what it takes, in words: "a whole number from 1", "text, md or json". */
void options_describe(const struct option_row *row, struct buf *out);

/*
 * Reads what stands behind the name of a subcommand (argv[0]). Names have to be whole, since an
 * abbreviation would become another option when one is added; `--name VALUE` and `--name=VALUE` are
 * the same; what stands behind `--` is no option. True, or false when a mistake was told on stderr
 * (EXIT_USAGE). Yours in both cases: options_free().
 */
bool options_read(struct options *options, const struct command *command, int argc, char **argv);
void options_free(struct options *options);

/* Whether it was given. */
bool options_given(const struct options *options, enum option_id id);

/* The text that was given, or the initial one; NULL: neither. */
const char *options_text(const struct options *options, enum option_id id);

/* The number that was given, or the initial one, or 0. */
uint64_t options_number(const struct options *options, enum option_id id);

/* The duration that was given, or the initial one, or 0. */
int64_t options_ms(const struct options *options, enum option_id id);

#endif
