/*
 * A scenario in a process of its own: what happens to it can't hurt the others, and nothing that it
 * started outlives it.
 *
 * The child writes JSON lines into a pipe: {"line":N,"statement":"…"} before each step, the result
 * in the end. The parent ends it when its time is up. Whatever descends from it and is left is
 * re-parented to us (PR_SET_CHILD_SUBREAPER) and killed.
 */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

#include "cli/outbound.h"
#include "scenario/scenario.h"

struct process_options {
    uint64_t force_seed; /* 0: the scenario's own */
    bool keep_journal;
    bool check_requests;
    int64_t timeout_ms; /* of real time */
    struct outbound outbound;
};

/*
 * Takes SIGINT and SIGTERM over for this process and makes it adopt orphaned descendants. True, or
 * the machine refuses. Once, before the first process_run().
 */
bool process_prepare(void);

/* Runs one scenario. The result is yours. *ret_signal: the signal that interrupted us, 0: none. */
struct scenario_result process_run(const struct scenario *scenario,
                                   const struct process_options *options, int *ret_signal);

#endif
