/*
 * The guesses that a world has leaned on: rules marked as guessed that decided something, and
 * switches that were asked. What `--strict` fails for.
 */
#ifndef WORLD_GUESSES_H
#define WORLD_GUESSES_H

#include "world/worlds.h"

struct guess {
    const char *name; /* of the rule; of the switch, when no guessed rule names it */
    const char *text;
    const char *source;
    int which;     /* its switch, an enum behaviour; -1: it has none */
    uint64_t uses; /* of the rule; 0: a switch alone, which is not counted */
};

/* The index-th guess that was leaned on; false behind the last. Rules come first, in the order of
 * their first use, then switches. */
bool guess_at(const struct leaned *leaned, size_t index, struct guess *ret_guess);

/* A line per guess: "NAME (switch S): text Source: source". */
void guesses_write_text(const struct leaned *leaned, struct buf *out);

/* The same of all worlds, those that are gone, too; NULL: there is none. Yours: free(). */
char *guesses_text_dup(const struct worlds *worlds);

/* Takes such a text (NULL: none), and gives what is left of it when the guesses of these rules and
 * switches are allowed (NULL-terminated; NULL: none is); NULL: nothing is. Yours: free(). */
char *guesses_without(char *text, const char *const *allowed);

/* {"switches":[{"name","value","default","asked"}],"guesses":[{"name","text","source","switch",
 * "value","uses"}]} of one world. */
void guesses_write_json(const struct world *world, struct jsonw *w);

#endif
