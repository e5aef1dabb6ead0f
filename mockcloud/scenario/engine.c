/* See scenario.h. Owns the life of a run: its world, step after step, and its end. What steps share
 * stands in run.c, what each of them does in step_*.c. */
#include "scenario/run.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "scenario/clients.h"
#include "scenario/failure.h"
#include "scenario/service.h"
#include "scenario/steps.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ENGINE_CARRY_MS     120000 /* real time that webhooks may take before the clock moves */
#define ENGINE_FINDINGS_MAX 65536
#define ENGINE_OUTPUT_MAX   (200u << 20) /* of 16 clients, each escaped */

/* ---- what the api tells us ---- */

/* A reply that doesn't have the shape of its route is a bug of mockcloud's, so the verdict is that
 * the scenario could not be run. A verdict that is there already stays: it came first. */
static void engine_reply_wrong(void *arg, const char *text)
{
    struct scenario_run *run = arg;
    if (run->failure.verdict != VERDICT_PASSED)
        return;
    run_fail(run, "a bug of mockcloud, not of yours: %s", text);
    run_fail_verdict(run, VERDICT_ERROR);
}

static void engine_finding(void *arg, const char *text)
{
    struct scenario_run *run = arg;
    buf_printf(&run->findings, "%s\n", text);
}

/* ---- life ---- */

struct scenario_run *scenario_run_new(const struct scenario *scenario, uint64_t force_seed,
                                      const struct machine *machine)
{
    struct scenario_run *run = mem_new(sizeof *run);
    struct world_options options = {
        .mode = VCLOCK_FROZEN, .force_seed = force_seed, .machine = &run->worlds.machine};
    if (machine)
        run->worlds.machine = *machine;
    struct diags diags = {0};
    run->scenario = scenario;
    buf_init(&run->findings, ENGINE_FINDINGS_MAX);
    run->world = world_new(scenario->doc, scenario->world, &options, &diags);
    assert(run->world);        /* loading the scenario has built it once already, to check it */
    run->world->pinned = true; /* no client may end or reset it by a control call */
    run->world_name = mem_dup(run->world->name);
    bool added = worlds_add(&run->worlds, run->world);
    run->all = &run->worlds;
    assert(added);
    run->api = api_new(&run->worlds, &(struct api_options){
                                         .reply_wrong = engine_reply_wrong,
                                         .reply_wrong_arg = run,
                                     });
    run->interp =
        (struct interp){.vars = {interp_fill_dup}, .world = run->world, .saved = &run->saved};
    run->clients = mem_new_array(scenario->client_count + 1, sizeof *run->clients);
    for (size_t i = 0; i < scenario->client_count; i++)
        run->clients[i].spec = &scenario->clients[i];
    run->interp.clients = run->clients;
    run->interp.client_count = scenario->client_count;
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

static void engine_failure_free(struct failure *failure)
{
    free(failure->message);
    free(failure->expected);
    free(failure->actual);
    free(failure->path);
    free(failure->device);
}

const struct journal *scenario_run_journal(const struct scenario_run *run)
{
    return run_world_gone(run) ? NULL : run->world->sim.journal;
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
    engine_failure_free(&run->failure);
    buf_free(&run->findings);
    free(run->world_name);
    free(run);
}

/* ---- the steps ---- */

static int64_t engine_wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void engine_tell_step(struct scenario_run *run, const struct step *step)
{
    const struct scenario_run_options *options = run->options;
    struct machine *machine = &run->worlds.machine;
    if (!options->progress && !machine->recorder)
        return;
    char *statement = failure_statement_dup(run->scenario, step, 1);
    if (options->progress)
        options->progress(options->progress_arg, step->node->line, statement);
    if (machine_begin(machine, TAPE_STEP)) {
        tape_number(machine->recorder, step->node->line);
        tape_str(machine->recorder, statement);
    }
    machine_end(machine);
    free(statement);
}

static bool engine_step(struct scenario_run *run, const struct step *step)
{
    if (worlds_halt(&run->worlds)) {
        run_fail(run, "halted");
        run_fail_verdict(run, VERDICT_INTERRUPTED);
        return false;
    }
    engine_tell_step(run, step);
    vclock_set_cause(run->world->sim.clock,
                     0); /* what a step does is caused by nothing before it */
    run_name(run, step->node);
    if (!step->word->run(run, step->node))
        return false;
    return !run_world_gone(run) || run_fail(run, "this step has ended the scenario's world");
}

/* world.held */
static bool engine_held(void *arg)
{
    struct scenario_run *run = arg;
    return !run_world_gone(run) && api_holds(run->api, run->world);
}

static bool engine_not_held(void *arg)
{
    return !engine_held(arg);
}

/* world.carry: runs the loop until all webhooks under way are answered, and readers of event
 * streams have taken what there is for them. The world's clock stands still meanwhile: otherwise
 * what a receiver does would depend on how fast it is. */
static bool engine_carry(void *arg)
{
    struct scenario_run *run = arg;
    const struct scenario_host *host = run->options->host;
    switch (host->turn(host->ctx, engine_not_held, run, sim_real_ms() + ENGINE_CARRY_MS)) {
    case SCENARIO_TURN_MET:
        break;
    case SCENARIO_TURN_DEADLINE:
        return run_fail(
            run,
            "webhooks are on their way, or events to their readers, for more than %d s of "
            "real time",
            ENGINE_CARRY_MS / 1000);
    case SCENARIO_TURN_INTERRUPTED:
        run_fail(run, "interrupted");
        run_fail_verdict(run, VERDICT_INTERRUPTED);
        return false;
    }
    return !run_world_gone(run) || run_fail(run, "a request has ended the scenario's world");
}

/* What each client has printed, as far as it was kept. NULL: there is none. */
static char *engine_output_dup(const struct scenario_run *run)
{
    struct buf text;
    struct jsonw w;
    if (!run->scenario->client_count)
        return NULL;
    buf_init(&text, ENGINE_OUTPUT_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    for (size_t i = 0; i < run->scenario->client_count; i++) {
        const char *name = run->clients[i].spec->name;
        jsonw_key_n(&w, name, strlen(name));
        jsonw_str(&w, clients_output(run, &run->clients[i]));
    }
    jsonw_end_object(&w);
    return buf_take(&text);
}

struct scenario_result scenario_run_steps(struct scenario_run *run,
                                          const struct scenario_run_options *options)
{
    const struct scenario *scenario = run->scenario;
    const struct step *step = scenario->steps; /* which one has failed */
    struct scenario_result result = {0};
    int64_t begin_us = engine_wall_us();
    assert(options->host || scenario->client_count == 0);
    run->options = options;
    run->world->carry = options->host ? engine_carry : NULL;
    run->world->held = engine_held;
    run->world->carry_arg = run;
    if (options->check_requests)
        api_check_requests(run->api, engine_finding, run);
    service_find_ports(run);
    for (size_t i = 0; i < scenario->step_count && run->failure.verdict == VERDICT_PASSED; i++) {
        step = &scenario->steps[i];
        if (engine_step(run, step))
            result.steps_run++;
    }
    /* Before the clients are ended: the failure tells how each of them stood at that moment. */
    clients_poll(run);
    failure_fill(run, run->failure.verdict == VERDICT_PASSED ? NULL : step, &result);
    if (run->findings.len)
        result.findings = mem_dup(buf_str(&run->findings));
    if (options->keep_output)
        result.client_dump = engine_output_dup(run);
    result.wall_us = engine_wall_us() - begin_us;
    clients_end(run);
    run->options = NULL;
    if (!run_world_gone(run)) { /* whoever looks at it from now on has no host for it */
        run->world->carry = NULL;
        run->world->held = NULL;
    }
    return result;
}
