/*
 * Why is this device not owned by X? A table of causes, asked in a fixed order; the first that
 * holds wins.
 *
 * It reads the typed facts that cloud/ and device/ keep for each device and code, with their
 * journal numbers, so it works after the entries themselves have fallen out of the journal's ring.
 */
#ifndef WORLD_WHY_H
#define WORLD_WHY_H

#include "cloud/owner.h"
#include "cloud/record.h"
#include "world/world.h"

#define WHY_EVIDENCE 8

struct why_question {
    const struct world *world;
    const struct device *device;
    const struct cloud_device *record;
    struct owner owner; /* X; never OWNER_NONE */
};

struct why_evidence {
    uint64_t n;    /* journal number, 0: none */
    int64_t at_ms; /* -1: none */
    char *text;    /* owned by the answer */
};

struct why_answer {
    bool owned;
    const char *cause;  /* NULL when owned; else the name of its row */
    const char *advice; /* static; NULL when owned */
    struct owner owner; /* the X that was asked for */
    struct why_evidence evidence[WHY_EVIDENCE];
    size_t evidence_count;
};

struct why_cause {
    const char *name;   /* "claim-code-expired" */
    const char *text;   /* what it means */
    const char *advice; /* what to do about it */
    /* Whether it holds; adds its evidence then. */
    bool (*holds)(const struct why_question *question, struct why_answer *answer);
};

extern const struct why_cause why_causes[];
extern const size_t why_cause_count;

/* The evidence of an answer that says who owns the device. */
void why_owned(const struct why_question *question, struct why_answer *answer);

/* Whether there is such a cause. */
bool why_cause_known(const char *name);

/* The last who tried to claim the device, asked for a code in its product or lost it; else who owns
 * it; OWNER_NONE: nobody. */
struct owner why_default_owner(const struct world *world, const struct device *device);

/* Answers for `owner` (not OWNER_NONE). The answer is yours: why_free(). */
struct why_answer why_ask(const struct world *world, const struct device *device,
                          struct owner owner);
void why_free(struct why_answer *answer);

/* {"owned":false,"owner":{"kind","name"},"cause":"…","evidence":[{"n","at","text"}],"advice":"…"}
 */
void why_write(const struct why_answer *answer, struct jsonw *w);

#endif
