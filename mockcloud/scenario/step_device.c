/* See steps.h. Owns the step `device`. It goes through the control API, so that the same JSON can
 * be posted to a live world and means the same there. */
#include "base/mem.h"
#include "base/text.h"
#include "cloud/owner.h"
#include "device/fleet.h"
#include "scenario/answer.h"
#include "scenario/control.h"
#include "scenario/steps.h"

#include <stdlib.h>
#include <string.h>

const struct field step_device_fields[] = {
    {.name = "device",
     .type = FIELD_STRING,
     .required = true,
     .text = "The device, by the name that it has in the world block (`as`) or by its id."},
    {.name = "do",
     .type = FIELD_WORD,
     .required = true,
     .words = device_do_words,
     .text = "What happens to it: a transition, a setup channel that is used, or its application "
             "publishes."},
    {.name = "set_claim_code",
     .type = FIELD_STRING,
     .text = "The claim code that is handed over through the channel."},
    {.name = "name", .type = FIELD_STRING, .text = "The name of the event that is published."},
    {.name = "data", .type = FIELD_STRING, .text = "The data of the event."},
    {.name = "private",
     .type = FIELD_BOOL,
     .text = "Whether the event is for the owner alone; without it, it is."},
    {.name = "reply",
     .type = FIELD_OBJECT,
     .fields = answer_fields,
     .text = "What the control API answers; a refusal (409) fails the step unless it is expected."},
    {.name = "save",
     .type = FIELD_MAP,
     .item = &answer_save_item,
     .text = "Names for values of the answer, by JSON Pointer."},
    STEP_AS,
    {0},
};

/* What belongs to `publish` alone, and that it has a name. */
static bool step_device_check_event(struct scenario_load *load, const struct doc_node *step)
{
    static const char *const fields[] = {"name", "data", "private"};
    const struct doc_node *verb = doc_get(step, "do");
    bool publishes = strcmp(verb->text, "publish") == 0, ok = true;
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct doc_node *field = doc_get(step, fields[i]);
        if (field && !publishes) {
            doc_fail(load->doc, doc_get_key(step, fields[i]), load->diags, NULL,
                     "\"%s\" belongs to \"publish\"", fields[i]);
            ok = false;
        } else if (field && field->kind == DOC_SCALAR) {
            ok &= interp_check(load, field);
        }
    }
    if (publishes && !doc_get(step, "name")) {
        doc_fail(load->doc, verb, load->diags, NULL, "an event needs a name: add \"name\"");
        ok = false;
    }
    return ok;
}

bool step_device_check(struct scenario_load *load, const struct doc_node *step)
{
    const struct doc_node *verb = doc_get(step, "do");
    const struct doc_node *code = doc_get(step, "set_claim_code");
    bool channel = device_channel_find(verb->text) != NULL;
    bool ok = scenario_load_check_device(load, doc_get(step, "device"));
    if (channel && !code) {
        doc_fail(load->doc, verb, load->diags, NULL,
                 "the channel \"%s\" is used for something: add \"set_claim_code\"", verb->text);
        ok = false;
    } else if (!channel && code) {
        doc_fail(load->doc, doc_get_key(step, "set_claim_code"), load->diags, NULL,
                 "\"%s\" is no setup channel: a claim code is set over serial, usb, softap or ble",
                 verb->text);
        ok = false;
    }
    if (code)
        ok &= interp_check(load, code);
    ok &= step_device_check_event(load, step);
    return answer_check(load, step) && ok;
}

/* A text of the step, interpolated, as a member. */
static void write_text(struct scenario_run *run, const struct doc_node *step, const char *field,
                       const char *key, struct jsonw *w)
{
    const char *text = fields_str(step, field, NULL);
    if (!text)
        return;
    char *filled = interp_dup(&run->interp, text);
    jsonw_key_str(w, key, filled);
    free(filled);
}

/* The device answers that it did not take the code; the control API's reply is 200 all the same. */
static bool step_device_refused(struct scenario_run *run, const struct doc_node *step,
                                const char *name)
{
    const struct doc_node *reply = doc_get(step, "reply");
    const struct device *device = run_world_gone(run) ? NULL : run_device(run, name);
    if (!doc_get(step, "set_claim_code") || !device || !device->past->handed_count ||
        (reply && (doc_get(reply, "json") || doc_get(reply, "body"))))
        return false;
    const struct device_handed *handed = &device->past->handed[device->past->handed_count - 1];
    if (!handed->stored)
        run_fail(run,
                 "%s did not store the claim code of %zu characters (if that is meant: reply: "
                 "{json: {stored: false}})",
                 name, handed->len);
    return !handed->stored;
}

bool step_device_run(struct scenario_run *run, const struct doc_node *step)
{
    const struct device *device = run_device(run, fields_str(step, "device", ""));
    struct control_call call;
    struct owner nobody = {.kind = OWNER_NONE};
    char *name = mem_dup(device->name);
    struct jsonw *w = control_begin(&call, run, "devices", name);
    jsonw_key_str(w, "do", fields_str(step, "do", ""));
    write_text(run, step, "set_claim_code", "set_claim_code", w);
    write_text(run, step, "name", "name", w);
    write_text(run, step, "data", "data", w);
    if (doc_get(step, "private"))
        jsonw_key_bool(w, "private", fields_bool(step, "private", true));
    bool ok = control_send(&call, run, step) && !step_device_refused(run, step, name);
    if (!ok)
        run_fail_device(run, name, nobody);
    free(name);
    return ok;
}
