/*
 * A scenario that is being run: its world, what it has saved, its clients, and the one failure that
 * ends it.
 *
 * Steps are given the run and their own map. A step that fails notes the failure here, once, and
 * answers false; what the report needs besides (the statement, the diagnosis, the other actors, the
 * journal) is gathered by failure.c.
 */
#ifndef SCENARIO_RUN_H
#define SCENARIO_RUN_H

#include "api/api.h"
#include "cloud/owner.h"
#include "scenario/interp.h"
#include "scenario/scenario_load.h"
#include "world/worlds.h"

/* A client of the scenario while it is run. */
struct run_client {
    const struct scenario_client *spec;
    void *handle; /* of the host; NULL: not started, or forgotten */
    bool exited;
    int code;      /* exit code, or 128 + signal */
    int signal;    /* that ended it; 0: none */
    char *output;  /* what it had printed when it was forgotten */
    uint16_t port; /* of its own; 0: none (yet) */
};

/* What went wrong. Strings are owned. */
struct failure {
    enum verdict verdict; /* VERDICT_PASSED: nothing did */
    char *message;
    char *expected;
    char *actual;
    char *path;
    char *device; /* the device concerned, by name */
    const char
        *trait; /* what does not hold of it: "online"; of the scenario's text; NULL: no trait */
    struct owner owner; /* who should own it; OWNER_NONE: whoever tried last */
};

/* A run on a live world, whose loop is not ours to turn: a step that would wait pends, and is
 * played again from its beginning when there may be news. So what it did before it pended must not
 * be done twice: a request that waits for its reply is kept here. */
struct run_live {
    bool pends;
    int64_t deadline_ms;       /* of the step's wait, on its clock; -1: it has not begun */
    struct api_ticket *ticket; /* of the step's request that was sent; NULL: none */
    bool ready;                /* its reply is there */
    bool own;                  /* what the step asks of the control API is its own doing */
};

struct scenario_run {
    struct run_live *live; /* NULL: it is a scenario with a world of its own */
    const struct scenario *scenario;
    const struct scenario_run_options *options; /* while steps are run */
    struct worlds worlds;                       /* empty on a live world … */
    const struct worlds *all;                   /* … which is one of these */
    struct world *world; /* of `worlds`; a request may have ended it: run_world_gone() */
    char *world_name;
    struct api *api;
    struct interp interp;
    struct map saved;           /* name -> char * */
    struct map tokens;          /* whom, as written -> char * */
    struct map taken;           /* subject of request waits -> uint64_t *: the entry taken last */
    struct run_client *clients; /* as many as the scenario has */
    int64_t started_ms;         /* world time */
    struct failure failure;
    struct buf findings; /* lines, with check_requests */
};

/* Notes what went wrong. Always false. Only the first one counts. */
bool run_fail(struct scenario_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* More about the failure that was just noted. The strings of run_fail_take() are taken over; NULL:
 * nothing to say. */
void run_fail_take(struct scenario_run *run, char *expected, char *actual, char *path);
void run_fail_device(struct scenario_run *run, const char *device, struct owner owner);
void run_fail_trait(struct scenario_run *run, const char *trait);
void run_fail_verdict(struct scenario_run *run, enum verdict verdict);

/* Real time, in milliseconds of the monotonic clock. Of a run that is recorded, or that a tape
 * tells of, as it was when the tape was written to last: so a replay decides by it as the run did.
 */
int64_t run_real_ms(const struct scenario_run *run);

/* On a live world: the step waits, and is to be played again. Always false. */
bool run_pend(struct scenario_run *run);

/* When the step's wait ends, that began with `deadline_ms`. */
int64_t run_deadline(struct scenario_run *run, int64_t deadline_ms);

/* Whether a request through the control API has ended the scenario's world. */
bool run_world_gone(const struct scenario_run *run);

/* The device that a checked step names. */
struct device *run_device(const struct scenario_run *run, const char *name);

/* Notes the moment that a step names with `as`, before it is played. */
void run_name(struct scenario_run *run, const struct doc_node *step);

/* Sends a request of the scenario's own, and waits for its reply. False: there was none, noted. */
bool run_dispatch(struct scenario_run *run, const struct api_request *request,
                  struct api_ticket *ticket);

#endif
