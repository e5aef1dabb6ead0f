/*
 * Why is this device not owned by X? A table of causes, asked in a fixed order; the first that
 * holds wins: first what stands in the way of any attempt now, then what the newest attempt came
 * to. Older attempts are evidence.
 *
 * An attempt is a claim by id, a code asked for, a code handed to the device, a code presented, an
 * import, by or for X, also one that was refused.
 *
 * It reads the typed facts that cloud/ and device/ keep for each device, code and refused request,
 * with their journal numbers, so it works after the entries themselves have fallen out of the
 * journal's ring. It changes nothing.
 */
#ifndef WORLD_WHY_WHY_H
#define WORLD_WHY_WHY_H

#include "cloud/owner.h"
#include "world/world.h"

#define WHY_EVIDENCE 14 /* lines of an answer */

struct why_evidence {
    uint64_t n;    /* journal number, 0: none */
    int64_t at_ms; /* of that entry; -1: none */
    char *text;    /* owned by the answer */
};

struct why_answer {
    bool owned;
    const char *cause;  /* NULL when owned; else the name of its row */
    const char *text;   /* what that means, one sentence; NULL when owned */
    char *advice;       /* what can be done now; owned by the answer; NULL when owned */
    struct owner owner; /* the X that was asked for; OWNER_NONE: somebody whom the cloud does not
                           know */
    struct why_evidence evidence[WHY_EVIDENCE]; /* by number; what is true now behind them */
    size_t evidence_count;
};

struct why_case;

struct why_cause {
    const char *name;   /* "claim-code-expired" */
    const char *text;   /* what it means */
    const char *advice; /* what to do about it, whatever state the device is in */
    /* Whether it holds; adds its evidence then. */
    bool (*holds)(struct why_case *why);
    /* Appends what to do in the device's present state; NULL: the advice of the row. */
    void (*advise)(const struct why_case *why, struct buf *out);
};

extern const struct why_cause why_causes[];
extern const size_t why_cause_count;

/* Whether there is such a cause. */
bool why_cause_known(const char *name);

/* Whether there is anything to be asked about: somebody tried to claim the device, whom the cloud
 * knows or not, or somebody owns it. *ret_owner is the last who tried, else the owner; OWNER_NONE:
 * nobody known. */
bool why_default_owner(const struct world *world, const struct device *device,
                       struct owner *ret_owner);

/* Whether anybody has tried to claim the device. A code that was asked for, or a request that named
 * none, may have been meant for any device of its product. */
enum why_trial { WHY_UNTRIED, WHY_PERHAPS_TRIED, WHY_TRIED };

/* *ret_owner is the last who tried; OWNER_NONE: nobody known. */
enum why_trial why_trial(const struct world *world, const struct device *device,
                         struct owner *ret_owner);

/* Answers for `owner`; OWNER_NONE: for somebody whom the cloud does not know. The answer is yours:
 * why_free(). */
struct why_answer why_ask(const struct world *world, const struct device *device,
                          struct owner owner);
void why_free(struct why_answer *answer);

/* {"owned":false,"owner":{"kind","name"},"cause":"…","text":"…","evidence":[{"n","at","text"}],
 * "advice":"…"} */
void why_write(const struct why_answer *answer, struct jsonw *w);

/* The members from `text` on, for whoever begins the object (why_questions.h). */
void why_write_rest(const struct why_answer *answer, struct jsonw *w);

#endif
