/* See steps.h. Owns the steps `clock` and `settle`. */
#include "scenario/control.h"
#include "scenario/steps.h"

#include "base/mem.h"

static const char *const clock_modes[] = {"frozen", "real", NULL};

static const struct field clock_fields[] = {
    {.name = "advance",
     .type = FIELD_DURATION,
     .text = "By how much: 1h. Everything that falls due happens in order, each at its own time."},
    {.name = "at", .type = FIELD_TIME, .text = "To which time, not before now."},
    {.name = "mode",
     .type = FIELD_WORD,
     .words = clock_modes,
     .text = "frozen: moves only when told. real: follows the machine's clock."},
    {0},
};

const struct field step_clock_fields[] = {
    {.name = "clock",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = clock_fields,
     .text = "One of advance, at and mode.",
     .like = "like {advance: 1h}"},
    STEP_AS,
    {0},
};

static const struct field settle_fields[] = {{0}};

const struct field step_settle_fields[] = {
    {.name = "settle",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = settle_fields,
     .text = "An empty map. 15 minutes of world time at most."},
    STEP_AS,
    {0},
};

bool step_clock_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *clock = doc_get(step, "clock");
    if (clock->count == 1)
        return true;
    doc_fail(load->doc, clock, load->diags, NULL,
             "expected one of \"advance\", \"at\" and \"mode\", found %s",
             clock->count ? "several" : "none");
    return false;
}

bool step_clock_run(struct scenario_run *run, const struct doc_node *step)
{
    const struct doc_node *clock = doc_get(step, "clock");
    struct control_call call;
    struct jsonw *w = control_begin(&call, run, "clock", NULL);
    jsonw_key_str(w, clock->pairs[0].key->text, clock->pairs[0].value->text);
    return control_send(&call, run, step);
}

bool step_settle_run(struct scenario_run *run, const struct doc_node *step)
{
    const char *actor = NULL, *what = NULL;
    (void)step;
    bool settled = world_settle(run->world, &actor, &what);
    if (run->live && world_in_flight(run->world))
        return run_pend(run);
    if (settled)
        return run->failure.verdict == VERDICT_PASSED;
    run_fail(run, "the world does not settle: %s is still under way (%s)", what, actor);
    run_fail_take(run, mem_dup("nothing under way after 15min of world time"),
                  mem_printf_dup("%s: %s", actor, what), NULL);
    return false;
}
