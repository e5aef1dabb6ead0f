/*
 * A crew of processes that play scenarios side by side: one poll() over all of them.
 */
#ifndef CLI_CREW_H
#define CLI_CREW_H

#include "cli/process.h"

/* One scenario to be played once. */
struct crew_task {
    const struct scenario *scenario;
    uint64_t seed; /* 0: the scenario's own */
    size_t number; /* the caller's */
};

struct crew_options {
    struct process_options process;
    size_t jobs;            /* how many at once, from 1 */
    int64_t timeout_all_ms; /* of real time, for all together; 0: no limit */
    /* The next task; false when there is none at the time. It is asked again when one was done. */
    bool (*next)(void *arg, struct crew_task *ret_task);
    /* What came of one. The result is the callee's. `over`: no other will be given out, whatever
     * next() has. */
    void (*done)(void *arg, const struct crew_task *task, struct scenario_result *taken, bool over);
    void *arg; /* of both */
};

enum crew_end {
    CREW_DONE,
    CREW_TIMEOUT, /* `timeout_all_ms` is over: what ran has VERDICT_TIMEOUT */
    CREW_SIGNAL,  /* we were sent one: what ran has VERDICT_INTERRUPTED */
    CREW_FAILED   /* the machine refuses a process, or one did not end as it should */
};

/* Plays all that there is. *ret_signal: the signal; *ret_error: what failed (yours: free()); both
 * are set only where they belong. All processes have ended when it returns. */
enum crew_end crew_play(const struct crew_options *options, int *ret_signal, char **ret_error);

#endif
