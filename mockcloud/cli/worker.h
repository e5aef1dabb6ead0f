/*
 * The inside of a worker: a process that plays the scenarios that its parent orders.
 *
 * A worker is a fork of a parent that has loaded all scenarios, so an order is an address: what was
 * loaded before the fork stands at the same place in both. Closed scenarios follow one another in
 * one worker, since a process costs ten times what they do; one with clients has a worker of its
 * own, which ends after it.
 */
#ifndef CLI_WORKER_H
#define CLI_WORKER_H

#include "cli/blackbox.h"
#include "cli/outbound.h"
#include "cli/profile.h"
#include "cli/secure.h"
#include "scenario/scenario.h"

#include <sys/types.h>

struct worker_options {
    bool keep_journal;
    bool keep_output;
    bool keep_wire;
    bool check_requests;
    struct outbound outbound;
    const struct secure *secure;   /* of what listens for clients; NULL: no TLS */
    const struct profile *profile; /* homes of clients; NULL: their own */
    const char *tape;              /* record into that file; NULL: not there … */
    const char *tape_folder; /* … or into one of that folder: worker_tape_dup(); NULL: not */
    uint64_t tape_max;
    /* Called in the worker before each scenario (line 0) and each step (its line), for tests that
     * want one to crash or to hang. May be NULL. */
    void (*watch)(const struct scenario *scenario, int line);
};

/* What the parent writes into the worker's first pipe. */
struct worker_order {
    const struct scenario *scenario; /* loaded before the fork */
    uint64_t seed;                   /* 0: the scenario's own */
};

/* Plays what comes from `orders`, and writes each result into `results` as a line of JSON
 * (report.h), until the other end of `orders` is closed or a scenario had clients. */
_Noreturn void worker_stand(const struct worker_options *options, int orders, int results,
                            struct blackbox *box);

/* Where the worker of that process records the number-th scenario that it is given; NULL: nowhere.
 * Yours: free(). */
char *worker_tape_dup(const struct worker_options *options, pid_t pid, unsigned number);

/* The result of a scenario that could not be run. Takes the message. */
struct scenario_result worker_error(const struct scenario *scenario, char *taken);

#endif
