/*
 * Rules: what the fake decides, each with how we know that the real cloud decides so.
 *
 * A rule is a static row; a reply, a refusal or a diagnosis points at the row that it follows, and
 * `mockcloud list behaviours` prints all rows. A row that is a guess names its switch.
 */
#ifndef BASE_RULE_H
#define BASE_RULE_H

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

/* "documented", "observed", … */
const char *provenance_word(enum provenance provenance);

#endif
