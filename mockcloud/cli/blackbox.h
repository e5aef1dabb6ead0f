/*
 * What a worker has told by the time at which it crashes: the step that it is in, and the last
 * entries of the journal before it. It lies in memory that the parent shares, as the worker can't
 * be asked any more.
 *
 * The worker only copies: putting entries into words would double the cost of a scenario, so that
 * is left to the parent of one that has crashed.
 */
#ifndef CLI_BLACKBOX_H
#define CLI_BLACKBOX_H

#include "sim/journal.h"

#include <stdint.h>

#define BLACKBOX_ENTRIES   20
#define BLACKBOX_DATA      1024 /* bytes of an entry's data; a longer one is left out */
#define BLACKBOX_WORD      64
#define BLACKBOX_STATEMENT 2048

struct blackbox_entry {
    uint64_t n, cause; /* n 0: none */
    int64_t at_ms;
    char actor[BLACKBOX_WORD], kind[BLACKBOX_WORD];
    char data[BLACKBOX_DATA];
    size_t data_len;
};

/* All of it zero: nothing was told. */
struct blackbox {
    int line; /* of the step that was begun last; 0: none */
    char statement[BLACKBOX_STATEMENT];
    int64_t begin_ms; /* the world's time of the first entry */
    uint64_t next;    /* the entry after the last one that was copied */
    struct blackbox_entry entries[BLACKBOX_ENTRIES]; /* entry n in n % BLACKBOX_ENTRIES */
};

/* Forgets what it has, before another scenario. */
void blackbox_clear(struct blackbox *box);

/* Notes that a step begins. `journal` NULL: the world is gone. */
void blackbox_step(struct blackbox *box, int line, const char *statement,
                   const struct journal *journal);

/* The entries in words, a line each. Yours: free(). NULL: there are none. */
char *blackbox_journal_dup(const struct blackbox *box);

/* The same entries as JSON Lines, for the folder of a scenario that has crashed. */
char *blackbox_lines_dup(const struct blackbox *box);

#endif
