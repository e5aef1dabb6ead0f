/*
 * Faults: what a network, a server or a cloud does wrong, on purpose and on cue. A kind of fault is
 * a row (fault_kind) and a function or two; which requests it meets, how often and how likely is
 * the same for all kinds, and is decided here.
 *
 * A fault says so in the journal (fault.met, with the request's number), is never held against the
 * documented shape of a reply, and stays in force until its `times` are used up, it is cleared, or
 * its world goes. Chance comes from the world's seed. Of api/ alone.
 */
#ifndef API_GATES_FAULT_H
#define API_GATES_FAULT_H

#include "api/gates/harness.h"
#include "base/fields.h"
#include "base/rule.h"
#include "cloud/lag.h"
#include "match/compare.h"

struct request_filter;

struct fault {
    const struct fault_kind *kind;
    char *name;
    struct request_filter *filter;
    struct doc *doc; /* what `map` stands in */
    const struct doc_node *map;
    char device_id[IDS_OBJECT + 1]; /* "": of any device */
    int64_t after;                  /* how many it still lets pass */
    int64_t times;                  /* how many it still meets; -1: all */
    int64_t met;                    /* how many it has met */
    int64_t over_ms;                /* when it is over by itself; -1: never … */
    bool over_virtual;              /* … in the world's time, or in real time */
    struct fault *next;
};

struct fault_kind {
    const char *name;         /* "truncate" */
    const char *text;         /* one sentence: what goes wrong */
    const char *seen;         /* what libcurl and the SDK make of it */
    const char *const *takes; /* its own fields; NULL behind the last */
    /* Checks what the fields can't say; NULL: nothing. */
    bool (*check)(const struct compare_check *check, const struct doc_node *map);
    /* Before the handler: replies, waits, or lets pass. And with the reply made: changes it, or how
     * it is delivered. Of a kind that has both, `at` says which. */
    void (*before)(struct call *call, struct fault *fault);
    void (*after)(struct call *call, struct fault *fault);
    /* At once when it is set, and when it ends; for what no single request meets. */
    void (*set)(struct api *api, struct world *world, struct fault *fault);
    void (*ended)(struct api *api, struct world *world, struct fault *fault);
    /* What matching requests are shown of the past: then the fault has met a request only if
     * something was shown that is no more so. */
    bool lags;
    enum lag_kind lag;
    bool refuses; /* connections, not requests: nobody listens meanwhile */
};

/* Ends with a row without name. */
extern const struct fault_kind fault_kinds[];

/* Sets a fault from a checked map of `doc`, which it keeps. NULL: its name is taken. */
struct fault *fault_set(struct api *api, struct world *world, struct doc *doc,
                        const struct doc_node *map);

/* By name; NULL: there is none. */
struct fault *fault_find(const struct api *api, const struct world *world, const char *name);

/* Ends it, or (NULL) all of the world's. */
void fault_clear(struct api *api, struct world *world, struct fault *fault);

/* {"name","kind","met","times","after"}; times null: without end. */
void fault_write(const struct fault *fault, struct jsonw *w);

/* Whether connections of that actor ("client:app"; NULL: any) are refused at that real time. */
bool faults_refuse(const struct harness_world *mine, const char *actor, int64_t real_ms);

/* The rule of replies that a fault has made. */
extern const struct rule fault_rule;

/* ---- of harness.c ---- */

void fault_before(struct call *call);
void fault_after(struct call *call);
void faults_free(struct fault *faults);

#endif
