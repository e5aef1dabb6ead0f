/* See steps.h. Owns the step `device`. It goes through the control API, so that the same JSON can
 * be posted to a live world and means the same there. */
#include "base/mem.h"
#include "base/text.h"
#include "device/fleet.h"
#include "scenario/control.h"
#include "scenario/reply.h"
#include "scenario/steps.h"

#include <stdlib.h>
#include <string.h>

/* The verbs and channels of device/fleet.h; a test holds this list against those tables. */
static const char *const device_do[] = {
    "power-on",        "power-off",    "reset",        "connect",        "disconnect", "listen",
    "leave-listening", "lose-network", "find-network", "full-handshake", "safe-mode",  "dfu",
    "soft-off",        "serial",       "usb",          "softap",         NULL};

const struct field step_device_fields[] = {
    {.name = "device",
     .type = FIELD_STRING,
     .required = true,
     .text = "The device, by the name that it has in the world block (`as`) or by its id."},
    {.name = "do",
     .type = FIELD_WORD,
     .required = true,
     .words = device_do,
     .text = "What happens to it: a transition, or a setup channel that is used."},
    {.name = "set_claim_code",
     .type = FIELD_STRING,
     .text = "The claim code that is handed over through the channel."},
    {.name = "reply",
     .type = FIELD_OBJECT,
     .fields = reply_fields,
     .text = "What the control API answers; a refusal (409) fails the step unless it is expected."},
    {.name = "save",
     .type = FIELD_MAP,
     .item = &reply_save_item,
     .text = "Names for values of the answer, by JSON Pointer."},
    {0},
};

bool step_device_check(struct load *load, const struct doc_node *step)
{
    const struct doc_node *verb = doc_get(step, "do");
    const struct doc_node *code = doc_get(step, "set_claim_code");
    bool channel = device_channel_find(verb->text) != NULL;
    bool ok = load_check_device(load, doc_get(step, "device"));
    if (channel && !code) {
        doc_fail(load->doc, verb, load->diags, NULL,
                 "the channel \"%s\" is used for something: add \"set_claim_code\"", verb->text);
        ok = false;
    } else if (!channel && code) {
        doc_fail(load->doc, doc_get_key(step, "set_claim_code"), load->diags, NULL,
                 "\"%s\" is no setup channel: a claim code is set over serial, usb or softap",
                 verb->text);
        ok = false;
    }
    if (code)
        ok &= interp_check(load, code);
    return reply_check(load, step) && ok;
}

bool step_device_run(struct scenario_run *run, const struct doc_node *step)
{
    const char *code = fields_str(step, "set_claim_code", NULL);
    const struct device *device = run_device(run, fields_str(step, "device", ""));
    struct control_call call;
    struct owner nobody = {.kind = OWNER_NONE};
    char *name = mem_dup(device->name);
    struct jsonw *w = control_begin(&call, run, "devices", name);
    jsonw_key_str(w, "do", fields_str(step, "do", ""));
    if (code) {
        char *text = interp_dup(&run->interp, code);
        jsonw_key_str(w, "set_claim_code", text);
        free(text);
    }
    bool ok = control_send(&call, run, step);
    if (!ok)
        run_fail_device(run, name, nobody);
    free(name);
    return ok;
}
