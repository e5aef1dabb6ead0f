/* See steps.h. Owns the steps `start`, `stop` and `note`. */
#include "base/mem.h"
#include "scenario/clients.h"
#include "scenario/service.h"
#include "scenario/steps.h"

const struct field step_start_fields[] = {
    {.name = "start",
     .type = FIELD_STRING,
     .required = true,
     .text = "The client, by its name in `clients`."},
    STEP_AS,
    {0},
};

const struct field step_stop_fields[] = {
    {.name = "stop",
     .type = FIELD_STRING,
     .required = true,
     .text = "The client, by its name in `clients`."},
    STEP_AS,
    {0},
};

const struct field step_note_fields[] = {
    {.name = "note", .type = FIELD_STRING, .required = true, .text = "The remark."},
    STEP_AS,
    {0},
};

bool step_start_check(struct scenario_load *load, const struct doc_node *step)
{
    static char known[] = "";
    const struct doc_node *name = doc_get(step, "start");
    if (!scenario_load_check_client(load, name))
        return false;
    map_put(&load->started, name->text, known);
    return true;
}

bool step_start_run(struct scenario_run *run, const struct doc_node *step)
{
    struct run_client *client = clients_find(run, fields_str(step, "start", ""));
    return clients_start(run, client) && service_wait_ready(run, client);
}

/* A client that no earlier step has started can't be running, so to stop it is a mistake that can
 * be found before anything is run. */
bool step_stop_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *name = doc_get(step, "stop");
    if (!scenario_load_check_client(load, name))
        return false;
    if (map_get(&load->started, name->text))
        return true;
    doc_fail(load->doc, name, load->diags, NULL, "no step before this one starts the client \"%s\"",
             name->text);
    return false;
}

bool step_stop_run(struct scenario_run *run, const struct doc_node *step)
{
    return service_stop(run, clients_find(run, fields_str(step, "stop", "")));
}

bool step_note_run(struct scenario_run *run, const struct doc_node *step)
{
    struct jsonw *w = sim_note(&run->world->sim);
    jsonw_key_str(w, "text", fields_str(step, "note", ""));
    sim_noted(&run->world->sim, "scenario", "note");
    return true;
}
