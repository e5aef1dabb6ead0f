/*
 * The inside of a worker: a process that plays the scenarios that its parent orders.
 *
 * A worker is a fork of a parent that has loaded all scenarios, so an order is an address: what was
 * loaded before the fork stands at the same place in both. Closed scenarios follow one another in
 * one worker, since a process costs ten times what they do; one with clients has a worker of its
 * own, which ends after it.
 *
 * What a crash would take with it is told in memory that is shared with the parent.
 */
#ifndef CLI_WORKER_H
#define CLI_WORKER_H

#include "cli/outbound.h"
#include "scenario/scenario.h"

struct worker_options {
    bool keep_journal;
    bool check_requests;
    struct outbound outbound;
    /* Called in the worker before each scenario (line 0) and each step (its line), for tests that
     * want one to crash or to hang. May be NULL. */
    void (*watch)(const struct scenario *scenario, int line);
};

/* What the parent writes into the worker's first pipe. */
struct worker_order {
    const struct scenario *scenario; /* loaded before the fork */
    uint64_t seed;                   /* 0: the scenario's own */
};

#define WORKER_STATEMENT_MAX 2048
#define WORKER_JOURNAL_MAX   8192

/* Where the scenario is, for the parent to read when the worker has gone without a word. */
struct worker_log {
    int line; /* of the step that was begun last; 0: none */
    char statement[WORKER_STATEMENT_MAX];
    char journal[WORKER_JOURNAL_MAX]; /* the last lines before that step */
};

/* Plays what comes from `orders`, and writes each result into `results` as a line of JSON
 * (report.h), until the other end of `orders` is closed or a scenario had clients. */
_Noreturn void worker_stand(const struct worker_options *options, int orders, int results,
                            struct worker_log *log);

/* The result of a scenario that could not be run. Takes the message. */
struct scenario_result worker_error(const struct scenario *scenario, char *taken);

#endif
