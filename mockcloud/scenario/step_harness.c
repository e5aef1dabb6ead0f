/*
 * See steps.h. Owns the steps `hold`, `release`, `fault` and `sent`. Their maps are the bodies of
 * the control API, which does what they say; here they are checked against the scenario's names.
 */
#include "base/mem.h"
#include "base/text.h"
#include "scenario/control.h"
#include "scenario/steps.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

const struct field step_hold_fields[] = {
    {.name = "hold",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = api_hold_fields,
     .text = "Which requests are parked, and where."},
    STEP_AS,
    {0},
};

const struct field step_release_fields[] = {
    {.name = "release",
     .type = FIELD_STRING,
     .required = true,
     .text = "The hold whose parked requests are let go, in order. It must hold one."},
    STEP_AS,
    {0},
};

const struct field step_fault_fields[] = {
    {.name = "fault",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = api_fault_fields,
     .text = "What goes wrong for which requests; or what is cleared."},
    STEP_AS,
    {0},
};

const struct field step_sent_fields[] = {
    {.name = "sent",
     .type = FIELD_OBJECT,
     .required = true,
     .fields = api_sent_fields,
     .text = "Which requests were sent, how often, how far apart, in which order."},
    STEP_AS,
    {0},
};

/* `from` and `device` name things of the scenario. */
static bool check_names(struct scenario_load *load, const struct doc_node *map)
{
    const struct doc_node *from = doc_get(map, "from"), *device = doc_get(map, "device");
    bool ok = !from || scenario_load_check_sender(load, from);
    return (!device || scenario_load_check_device(load, device)) && ok;
}

/* As the control API will name it: h1, h2 … of those without a name. */
static void know_hold(struct scenario_load *load, const struct doc_node *map)
{
    static char known[] = "known";
    const char *name = fields_str(map, "as", NULL);
    char *made = NULL;
    while (!name && (free(made), made = mem_printf_dup("h%zu", ++load->holds_named)) &&
           map_get(&load->holds, made))
        continue;
    map_put(&load->holds, name ? name : made, known);
    free(made);
}

bool step_hold_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "hold");
    bool ok = scenario_load_check_with(load, map, api_hold_check) & check_names(load, map);
    know_hold(load, map);
    return ok;
}

bool step_fault_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "fault");
    const char *name = fields_str(map, "as", NULL);
    if (name)
        scenario_load_name(load, name);
    return scenario_load_check_with(load, map, api_fault_check) & check_names(load, map);
}

bool scenario_load_check_hold(struct scenario_load *load, const struct doc_node *name)
{
    if (load->posted || map_get(&load->holds, name->text))
        return true;
    const char **names = mem_new_array(map_count(&load->holds) + 1, sizeof *names);
    size_t cursor = 0, count = 0;
    void *value;
    while (map_next(&load->holds, &cursor, &names[count], &value))
        count++;
    doc_fail(load->doc, name, load->diags, text_nearest(name->text, names, count),
             "no step before this one sets a hold \"%s\"", name->text);
    free(names);
    return false;
}

bool step_release_check(struct scenario_load *load, const struct doc_node *step)
{
    return scenario_load_check_hold(load, doc_get(step, "release"));
}

/* The step's map, filled in, is the body. */
static bool post_map(struct scenario_run *run, const struct doc_node *step, const char *word,
                     const char *folder)
{
    struct control_call call;
    control_begin(&call, run, folder, NULL);
    buf_clear(&call.body);
    jsonw_init(&call.w, &call.body);
    interp_write_json(&run->interp, doc_get(step, word), &call.w);
    return control_send_whole(&call, run, step, "POST");
}

bool step_hold_run(struct scenario_run *run, const struct doc_node *step)
{
    return post_map(run, step, "hold", "holds");
}

bool step_fault_run(struct scenario_run *run, const struct doc_node *step)
{
    return post_map(run, step, "fault", "faults");
}

bool step_release_run(struct scenario_run *run, const struct doc_node *step)
{
    struct control_call call;
    const char *name = fields_str(step, "release", "");
    if (!api_held(run->api, run->world, name)) {
        run_fail(run, "the hold %s holds nothing that could be released", name);
        run_fail_take(run, mem_printf_dup("a request that is held by %s", name), mem_dup("none"),
                      NULL);
        return false;
    }
    control_begin(&call, run, "holds", name);
    jsonw_end_object(&call.w);
    return control_send_whole(&call, run, step, "DELETE");
}

/* ---- sent ---- */

/* A name of a hold, or of any step before. */
static bool check_moment(struct scenario_load *load, const struct doc_node *name)
{
    const char *names[2] = {0};
    if (load->posted || map_get(&load->named, name->text) || map_get(&load->holds, name->text))
        return true;
    size_t cursor = 0;
    void *value;
    const char *nearest = NULL;
    for (struct map *map = &load->named; map && !nearest;
         map = map == &load->named ? &load->holds : NULL, cursor = 0)
        while (!nearest && map_next(map, &cursor, &names[0], &value))
            nearest = text_nearest(name->text, names, 1);
    doc_fail(load->doc, name, load->diags, nearest,
             "no step before this one is called \"%s\": expected start, or the `as` of a hold, a "
             "fault or any step",
             name->text);
    return false;
}

bool step_sent_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *map = doc_get(step, "sent"), *since = doc_get(map, "since");
    bool ok = scenario_load_check_with(load, map, api_sent_check) & check_names(load, map);
    bool from_start = !since || strcmp(since->text, "start") == 0;
    return (from_start || check_moment(load, since)) && ok;
}

/* The verdict is in the reply, not in its status. */
static bool take_verdict(struct scenario_run *run, const struct doc_node *step,
                         const struct api_reply *reply)
{
    cJSON *json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    const char *failure = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "failure"));
    bool passed = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "passed"));
    const char *request = fields_str(doc_get(step, "sent"), "request", "");
    if (!passed)
        run_fail(run, "%s: %s", request, failure ? failure : "the requests can't be counted");
    cJSON_Delete(json);
    return passed;
}

bool step_sent_run(struct scenario_run *run, const struct doc_node *step)
{
    static const struct api_header type = {"Content-Type", "application/json"};
    struct control_call call;
    struct api_ticket ticket = {0};
    control_begin(&call, run, "sent", NULL);
    buf_clear(&call.body);
    jsonw_init(&call.w, &call.body);
    interp_write_json(&run->interp, doc_get(step, "sent"), &call.w);
    struct api_request request = {.method = "POST",
                                  .target = buf_str(&call.target),
                                  .headers = &type,
                                  .header_count = 1,
                                  .body = buf_str(&call.body),
                                  .body_len = call.body.len};
    bool ok = run_dispatch(run, &request, &ticket);
    if (ok) {
        ok = take_verdict(run, step, &ticket.reply);
        api_ticket_done(run->api, &ticket);
    }
    buf_free(&call.target);
    buf_free(&call.body);
    return ok;
}
