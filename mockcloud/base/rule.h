/*
 * Rules: what the fake decides, each with how we know that the real cloud decides so.
 *
 * A rule is a static row; a reply, a refusal or a diagnosis points at the row that it follows, and
 * `mockcloud list behaviours` prints all rows. A row that is a guess names its switch.
 */
#ifndef BASE_RULE_H
#define BASE_RULE_H

#include <stddef.h>

enum provenance {
    PROVENANCE_DOCUMENTED, /* by Particle */
    PROVENANCE_OBSERVED,   /* in a recorded reply of the real cloud, or on a real device */
    PROVENANCE_STAFF, /* said by Particle's staff, or asserted by Particle's own end-to-end tests */
    PROVENANCE_INFERRED, /* from the source of official clients or of components that Particle runs
                          */
    PROVENANCE_GUESSED
};

struct rule {
    const char *name; /* "claim.offline" */
    const char *text; /* one sentence */
    enum provenance provenance;
    const char *source;    /* where the fact comes from, in public terms */
    const char *behaviour; /* the switch that changes it, or NULL */
};

/* A table of rules, for whoever walks over all: the rules may be members of larger rows. */
struct rule_table {
    const struct rule *first;
    size_t count;
    size_t stride; /* bytes from one rule to the next */
};

/* The index-th rule of `count` tables, in their order; NULL behind the last. */
const struct rule *rule_at(const struct rule_table *const *tables, size_t count, size_t index);

/* "documented", "observed", … */
const char *provenance_word(enum provenance provenance);

#endif
