/* See run.h. Owns what steps share while they run: noting the failure, finding a device, sending a
 * request of the scenario's own. Never decides which step comes next: that is engine.c. */
#include "scenario/run.h"

#include "base/mem.h"
#include "cloud/owner.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define RUN_REPLY_MS       120000         /* real time that a reply may take that comes later */
#define RUN_REPLY_WORLD_MS INT64_C(60000) /* of the world's time, with a frozen clock */
#define RUN_MESSAGE_MAX    65536

/* ---- failures ---- */

bool run_fail(struct scenario_run *run, const char *format, ...)
{
    struct buf message;
    va_list args;
    if (run->failure.verdict != VERDICT_PASSED)
        return false;
    buf_init(&message, RUN_MESSAGE_MAX);
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    run->failure.verdict = VERDICT_FAILED;
    run->failure.message = buf_take(&message);
    return false;
}

void run_fail_take(struct scenario_run *run, char *expected, char *actual, char *path)
{
    struct failure *failure = &run->failure;
    assert(failure->verdict != VERDICT_PASSED);
    free(failure->expected);
    free(failure->actual);
    free(failure->path);
    failure->expected = expected;
    failure->actual = actual;
    failure->path = path;
}

void run_fail_device(struct scenario_run *run, const char *device, struct owner owner)
{
    assert(run->failure.verdict != VERDICT_PASSED);
    free(run->failure.device);
    run->failure.device = mem_dup(device);
    run->failure.owner = owner;
}

void run_fail_trait(struct scenario_run *run, const char *trait)
{
    run->failure.trait = trait;
}

void run_fail_verdict(struct scenario_run *run, enum verdict verdict)
{
    run->failure.verdict = verdict;
}

/* ---- what steps ask for ---- */

int64_t run_real_ms(const struct scenario_run *run)
{
    const struct machine *machine = &run->worlds.machine;
    return machine->recorder ? machine_mono_ms(machine) : sim_real_ms();
}

bool run_world_gone(const struct scenario_run *run)
{
    return worlds_find(run->all, run->world_name) != run->world;
}

struct device *run_device(const struct scenario_run *run, const char *name)
{
    struct device *device = fleet_find(run->world->fleet, name);
    assert(device);
    return device;
}

void run_name(struct scenario_run *run, const struct doc_node *step)
{
    const char *name = fields_str(step, "as", NULL);
    if (!name)
        return;
    jsonw_key_str(sim_note(&run->world->sim), "step", name);
    sim_noted(&run->world->sim, "scenario", "step.named");
}

/* A reply that comes later has come: its front is the flag that is waited for. */
static void run_ready(struct api_ticket *ticket)
{
    *(bool *)ticket->front = true;
}

static bool run_is_ready(void *arg)
{
    return *(bool *)arg;
}

/* Works for the api until the reply is ready; in an open scenario the loop does that. If the reply
 * waits for the world's time (a device that doesn't answer) and the clock is frozen, the clock is
 * moved here: while this step waits, nobody else could move it. */
static bool run_until_ready(struct scenario_run *run, const struct api_ticket *ticket)
{
    bool *ready = ticket->front;
    const struct scenario_host *host = run->options->host;
    int64_t deadline_ms = sim_real_ms() + RUN_REPLY_MS;
    while (!*ready && api_work(run->api) && sim_real_ms() < deadline_ms)
        ;
    if (!*ready && api_waits_for_clock(ticket) &&
        vclock_mode(run->world->sim.clock) == VCLOCK_FROZEN)
        world_run_until(run->world, vclock_now(run->world->sim.clock) + RUN_REPLY_WORLD_MS,
                        run_is_ready, ready);
    if (!*ready && host &&
        host->turn(host->ctx, run_is_ready, ready, deadline_ms) == SCENARIO_TURN_INTERRUPTED)
        run_fail_verdict(run, VERDICT_INTERRUPTED);
    return *ready;
}

/* ---- on a live world ---- */

/* The failure stands for "not yet": whoever plays the step takes it away again. */
bool run_pend(struct scenario_run *run)
{
    run->live->pends = true;
    return run_fail(run, "it waits");
}

int64_t run_deadline(struct scenario_run *run, int64_t deadline_ms)
{
    if (!run->live)
        return deadline_ms;
    if (run->live->deadline_ms < 0)
        run->live->deadline_ms = deadline_ms;
    return run->live->deadline_ms;
}

/* Sends the request, or finds the reply of the one that the step has sent when it was played last.
 * A request that the step names needs what any client needs for the control API; what other steps
 * ask there is their own doing. */
static bool run_live_dispatch(struct scenario_run *run, struct api_request *request,
                              struct api_ticket *ret_ticket)
{
    struct run_live *live = run->live;
    request->trusted = live->own;
    if (!live->ticket) {
        live->ticket = mem_new(sizeof *live->ticket);
        live->ready = false;
        live->ticket->ready = run_ready;
        live->ticket->front = &live->ready;
        live->ready = api_dispatch(run->api, request, live->ticket) != API_LATER;
    }
    if (!live->ready)
        return run_pend(run);
    *ret_ticket = *live->ticket;
    free(live->ticket);
    live->ticket = NULL;
    return true;
}

static bool run_send(struct scenario_run *run, struct api_request *request,
                     struct api_ticket *ticket)
{
    bool ready = false;
    if (run->live)
        return run_live_dispatch(run, request, ticket);
    ticket->ready = run_ready;
    ticket->front = &ready;
    return api_dispatch(run->api, request, ticket) != API_LATER || run_until_ready(run, ticket);
}

bool run_dispatch(struct scenario_run *run, const struct api_request *request,
                  struct api_ticket *ticket)
{
    struct api_request mine = *request;
    mine.actor = "scenario";
    mine.world = run->world;
    mine.trusted = true;
    bool come = run_send(run, &mine, ticket);
    if (!come && run->live)
        return false;
    if (come && ticket->outcome == API_NOW)
        return true;
    if (come)
        run_fail(run, "the reply is a stream, which a request step can't read yet");
    else
        run_fail(run, "no reply came within %d s of real time", RUN_REPLY_MS / 1000);
    api_ticket_done(run->api, ticket);
    return false;
}
