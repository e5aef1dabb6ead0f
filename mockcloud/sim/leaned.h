/*
 * What a world has leaned on: the rules that decided something in it, how often, and the values
 * with which each switch was asked. So `--strict` can name the guesses that a run depends on, and
 * the tests can tell which rules and switches were never met.
 */
#ifndef SIM_LEANED_H
#define SIM_LEANED_H

#include "base/rule.h"
#include "sim/behaviour.h"

#include <stddef.h>
#include <stdint.h>

struct leaned_rule {
    const struct rule *rule; /* static */
    uint64_t uses;
    uint64_t unstated; /* of these, while the world's file did not state the rule's switch */
};

struct leaned {
    struct leaned_rule *rules; /* in the order of their first use */
    size_t count;
    uint32_t asked[BEHAVIOUR_COUNT]; /* bit v: the switch was asked while it had its value v */
    bool unstated[BEHAVIOUR_COUNT];  /* it was asked in a world whose file does not state it */
};

/* A zeroed struct leaned has leaned on nothing. */
void leaned_free(struct leaned *leaned);

/* Notes one use of a rule; `stated`: the world's file states its switch. */
void leaned_note(struct leaned *leaned, const struct rule *rule, bool stated);

/* Adds to `into` what `from` has leaned on. */
void leaned_add(struct leaned *into, const struct leaned *from);

#endif
