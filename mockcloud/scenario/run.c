/* See run.h and scenario.h. Owns the life of a run: its world, step after step, and its end. What a
 * step does stands in step_*.c. */
#include "scenario/run.h"

#include "base/mem.h"
#include "scenario/clients.h"
#include "scenario/failure.h"
#include "scenario/steps.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RUN_REPLY_MS       120000         /* real time that a reply may take that comes later */
#define RUN_REPLY_WORLD_MS INT64_C(60000) /* of the world's time, with a frozen clock */
#define RUN_CARRY_MS       120000 /* real time that webhooks may take before the clock moves */
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

void run_fail_verdict(struct scenario_run *run, enum verdict verdict)
{
    run->failure.verdict = verdict;
}

static void run_failure_free(struct failure *failure)
{
    free(failure->message);
    free(failure->expected);
    free(failure->actual);
    free(failure->path);
    free(failure->device);
}

/* ---- what steps ask for ---- */

bool run_world_gone(const struct scenario_run *run)
{
    return worlds_find(&run->worlds, run->world_name) != run->world;
}

struct device *run_device(const struct scenario_run *run, const char *name)
{
    struct device *device = fleet_find(run->world->fleet, name);
    assert(device);
    return device;
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

/* Goes on with the api's work until the reply is ready; in an open scenario the loop does that. A
 * reply that waits for the world's time (for a device that is not there) has a frozen clock moved:
 * nobody else can, while this step stands. */
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

bool run_dispatch(struct scenario_run *run, const struct api_request *request,
                  struct api_ticket *ticket)
{
    struct api_request mine = *request;
    bool ready = false;
    mine.actor = "scenario";
    mine.world = run->world;
    mine.trusted = true;
    ticket->ready = run_ready;
    ticket->front = &ready;
    enum api_outcome outcome = api_dispatch(run->api, &mine, ticket);
    if (outcome == API_NOW || (outcome == API_LATER && run_until_ready(run, ticket)))
        return true;
    if (outcome == API_STREAM)
        run_fail(run, "the reply is a stream, which a request step can't read yet");
    else
        run_fail(run, "no reply came within %d s of real time", RUN_REPLY_MS / 1000);
    api_ticket_done(run->api, ticket);
    return false;
}

/* A reply that is not of its route's shape: a bug of mockcloud's own, so the scenario could not be
 * run. */
static void run_reply_wrong(void *arg, const char *text)
{
    struct scenario_run *run = arg;
    if (run->failure.verdict != VERDICT_PASSED)
        return;
    run_fail(run, "a bug of mockcloud, not of yours: %s", text);
    run_fail_verdict(run, VERDICT_ERROR);
}

static void run_finding(void *arg, const char *text)
{
    struct scenario_run *run = arg;
    buf_printf(&run->findings, "%s\n", text);
}

/* ---- life ---- */

struct scenario_run *scenario_run_new(const struct scenario *scenario, uint64_t force_seed)
{
    struct world_options options = {.mode = VCLOCK_FROZEN, .force_seed = force_seed};
    struct scenario_run *run = mem_new(sizeof *run);
    struct diags diags = {0};
    run->scenario = scenario;
    buf_init(&run->findings, RUN_MESSAGE_MAX);
    run->world = world_new(scenario->doc, scenario->world, &options, &diags);
    assert(run->world); /* loading has built it once */
    run->world->pinned = true;
    run->world_name = mem_dup(run->world->name);
    bool added = worlds_add(&run->worlds, run->world);
    assert(added);
    run->api = api_new(&run->worlds, &(struct api_options){
                                         .reply_wrong = run_reply_wrong,
                                         .reply_wrong_arg = run,
                                     });
    run->interp = (struct interp){.world = run->world, .saved = &run->saved};
    run->clients = mem_new_array(scenario->client_count + 1, sizeof *run->clients);
    for (size_t i = 0; i < scenario->client_count; i++)
        run->clients[i].spec = &scenario->clients[i];
    run->started_ms = vclock_now(run->world->sim.clock);
    diags_free(&diags);
    return run;
}

struct worlds *scenario_run_worlds(struct scenario_run *run)
{
    return &run->worlds;
}

struct api *scenario_run_api(struct scenario_run *run)
{
    return run->api;
}

void scenario_run_free(struct scenario_run *run)
{
    if (!run)
        return;
    clients_free(run);
    api_free(run->api);
    worlds_free(&run->worlds);
    map_free(&run->saved, free);
    map_free(&run->tokens, free);
    map_free(&run->taken, free);
    run_failure_free(&run->failure);
    buf_free(&run->findings);
    free(run->world_name);
    free(run);
}

/* ---- the steps ---- */

static int64_t run_wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool run_step(struct scenario_run *run, const struct step *step)
{
    const struct scenario_run_options *options = run->options;
    if (options->progress) {
        char *statement = failure_statement_dup(run->scenario, step, 1);
        options->progress(options->progress_arg, step->node->line, statement);
        free(statement);
    }
    vclock_set_cause(run->world->sim.clock, 0);
    if (!step->word->run(run, step->node))
        return false;
    return !run_world_gone(run) || run_fail(run, "this step has ended the scenario's world");
}

/* world.held */
static bool run_held(void *arg)
{
    struct scenario_run *run = arg;
    return !run_world_gone(run) && api_holds(run->api, run->world);
}

static bool run_not_held(void *arg)
{
    return !run_held(arg);
}

/* world.carry: the loop runs until the webhooks that are on their way have arrived, and the readers
 * of events have taken what there is. */
static bool run_carry(void *arg)
{
    struct scenario_run *run = arg;
    const struct scenario_host *host = run->options->host;
    switch (host->turn(host->ctx, run_not_held, run, sim_real_ms() + RUN_CARRY_MS)) {
    case SCENARIO_TURN_MET:
        break;
    case SCENARIO_TURN_DEADLINE:
        return run_fail(
            run,
            "webhooks are on their way, or events to their readers, for more than %d s of "
            "real time",
            RUN_CARRY_MS / 1000);
    case SCENARIO_TURN_INTERRUPTED:
        run_fail(run, "interrupted");
        run_fail_verdict(run, VERDICT_INTERRUPTED);
        return false;
    }
    return !run_world_gone(run) || run_fail(run, "a request has ended the scenario's world");
}

struct scenario_result scenario_run_steps(struct scenario_run *run,
                                          const struct scenario_run_options *options)
{
    const struct scenario *scenario = run->scenario;
    const struct step *step = NULL;
    struct scenario_result result = {0};
    int64_t begin_us = run_wall_us();
    assert(options->host || scenario->client_count == 0);
    run->options = options;
    run->world->carry = options->host ? run_carry : NULL;
    run->world->held = run_held;
    run->world->carry_arg = run;
    if (options->check_requests)
        api_check_requests(run->api, run_finding, run);
    for (size_t i = 0; i < scenario->step_count && run->failure.verdict == VERDICT_PASSED; i++) {
        step = &scenario->steps[i];
        if (run_step(run, step))
            result.steps_run++;
    }
    clients_poll(run);
    failure_fill(run, run->failure.verdict == VERDICT_PASSED ? NULL : step, &result);
    if (run->findings.len)
        result.findings = mem_dup(buf_str(&run->findings));
    result.wall_us = run_wall_us() - begin_us;
    clients_end(run);
    run->options = NULL;
    return result;
}
