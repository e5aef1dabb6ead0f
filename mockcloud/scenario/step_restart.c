/* See steps.h. Owns the step `restart`: the control API restarts the cloud, and the step waits
 * until it is up again. */
#include "scenario/control.h"
#include "scenario/steps.h"
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>

const struct field step_restart_fields[] = {
    {.name = "restart",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = api_restart_fields,
     .text = "What the cloud has lost, and for how long nobody can connect."},
    STEP_AS,
    {0},
};

bool step_restart_check(struct scenario_load *load, const struct doc_node *step)
{
    return scenario_load_check_with(load, doc_get(step, "restart"), api_restart_check);
}

/* Until the time is up, whatever happens. */
static bool never(void *arg)
{
    (void)arg;
    return false;
}

static bool wait_until_up(struct scenario_run *run, const struct doc_node *map)
{
    const struct scenario_host *host = run->options->host;
    const char *text = fields_str(map, "down", NULL);
    int64_t down_ms = 0;
    bool in_world_time;
    if (!host || !text || !fields_parse_wait(text, &down_ms, &in_world_time))
        return true; /* a closed scenario has nobody who could be refused */
    if (host->turn(host->ctx, never, run, sim_real_ms() + down_ms) != SCENARIO_TURN_INTERRUPTED)
        return true;
    run_fail(run, "interrupted");
    run_fail_verdict(run, VERDICT_INTERRUPTED);
    return false;
}

bool step_restart_run(struct scenario_run *run, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "restart");
    struct control_call call;
    control_begin(&call, run, "restart", NULL);
    buf_clear(&call.body);
    jsonw_init(&call.w, &call.body);
    interp_write_json(&run->interp, map, &call.w);
    if (!control_send_whole(&call, run, step, "POST"))
        return false;
    if (strcmp(fields_str(map, "state", "kept"), "lost") == 0)
        map_free(&run->tokens, free); /* the scenario's own are dead, too: it gets new ones */
    return wait_until_up(run, map);
}
