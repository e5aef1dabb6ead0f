/* The control API: holds and faults. A body is the map of a scenario's step, read with positions,
 * so that a mistake in it is told as one in a file. */
#include "api/call/core.h"
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/gates/fault.h"
#include "api/gates/hold.h"
#include "api/gates/sent.h"
#include "api/shape/shapes.h"

#include <string.h>

#define MISTAKES_MAX (1u << 20)

static bool refuse_mistakes(struct call *call, struct diags *diags)
{
    struct buf text;
    buf_init(&text, MISTAKES_MAX);
    diags_write(diags, &text, false);
    reply_control_error(call, 400, "bad-step", "%s", buf_str(&text));
    buf_free(&text);
    diags_free(diags);
    return false;
}

struct doc *control_read_step(struct call *call, const struct field *fields,
                              bool (*check)(const struct compare_check *check,
                                            const struct doc_node *map))
{
    const struct api_request *request = call->request;
    struct diags diags = {0};
    struct doc *doc =
        doc_new("<request body>", request->body ? request->body : "", request->body_len, &diags);
    struct compare_check checked = {doc, &diags, NULL};
    if (doc && fields_check(doc, doc_root(doc, 0), fields, &diags) &&
        check(&checked, doc_root(doc, 0)) && !diags.count)
        return doc;
    doc_unref(doc);
    refuse_mistakes(call, &diags);
    return NULL;
}

static void name_taken(struct call *call, const char *what)
{
    reply_control_error(call, 409, "name-taken", "there is a %s of that name already", what);
}

/* Each request looks at all that are set. */
static bool has_room(struct call *call, size_t count, const char *what)
{
    if (count < API_HARNESS_MAX)
        return true;
    reply_control_error(call, 409, "too-many", "the world has %d %s, as many as it may have",
                        API_HARNESS_MAX, what);
    return false;
}

/* ---- holds ---- */

static size_t holds_count(const struct call *call)
{
    size_t count = 0;
    const struct hold *hold = NULL;
    while ((hold = hold_next(harness_of(call->api, call->world), hold)))
        count++;
    return count;
}

static void holds_get(struct call *call)
{
    const struct hold *hold = NULL;
    if (!control_world_known(call))
        return;
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "holds");
    jsonw_array(w);
    while ((hold = hold_next(harness_of(call->api, call->world), hold)))
        hold_write(hold, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void holds_post(struct call *call)
{
    if (!control_world_known(call) || !has_room(call, holds_count(call), "holds"))
        return;
    struct doc *doc = control_read_step(call, api_hold_fields, api_hold_check);
    if (!doc)
        return;
    const struct hold *hold = hold_set(call->api, call->world, doc, doc_root(doc, 0));
    doc_unref(doc);
    if (hold)
        hold_write(hold, reply_json(call, 201, NULL));
    else
        name_taken(call, "hold");
}

static void hold_delete(struct call *call)
{
    if (!control_world_known(call))
        return;
    struct hold *hold = hold_find(call->api, call->world, call->params[1]);
    if (!hold) {
        reply_control_error(call, 404, "unknown-name", "there is no hold \"%s\"", call->params[1]);
    } else if (!hold_parked(hold)) {
        reply_control_error(call, 409, "nothing-held", "the hold \"%s\" holds nothing",
                            call->params[1]);
    } else {
        size_t count = hold_release(call->api, call->world, hold);
        struct jsonw *w = reply_json(call, 200, NULL);
        jsonw_object(w);
        jsonw_key_int(w, "released", (int64_t)count);
        jsonw_end_object(w);
    }
}

/* ---- faults ---- */

static size_t faults_count(const struct call *call)
{
    const struct harness_world *mine = harness_of(call->api, call->world);
    size_t count = 0;
    for (const struct fault *fault = mine ? mine->faults : NULL; fault; fault = fault->next)
        count++;
    return count;
}

static void faults_get(struct call *call)
{
    if (!control_world_known(call))
        return;
    const struct harness_world *mine = harness_of(call->api, call->world);
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "faults");
    jsonw_array(w);
    for (const struct fault *fault = mine ? mine->faults : NULL; fault; fault = fault->next)
        fault_write(fault, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

/* {"clear": NAME or "all"}, as in a scenario; DELETE says the same. */
static void faults_end(struct call *call, const char *name)
{
    bool all = strcmp(name, "all") == 0;
    struct fault *fault = all ? NULL : fault_find(call->api, call->world, name);
    if (!all && !fault) {
        reply_control_error(call, 404, "unknown-name", "there is no fault \"%s\"", name);
        return;
    }
    fault_clear(call->api, call->world, fault);
    reply_empty(call, 204, NULL);
}

/* Whoever has refused connections could not connect any more to clear that. */
static bool has_an_end(struct call *call, const struct doc_node *map)
{
    bool refuses = strcmp(fields_str(map, "kind", ""), "refuse") == 0;
    if (!refuses || doc_get(map, "for") || call->request->trusted)
        return true;
    reply_control_error(
        call, 400, "bad-step",
        "for how long? Add \"for\", like 2s real: nobody could connect to clear it");
    return false;
}

static void fault_post(struct call *call, struct doc *doc)
{
    if (!has_an_end(call, doc_root(doc, 0)))
        return;
    const struct fault *fault = fault_set(call->api, call->world, doc, doc_root(doc, 0));
    if (fault)
        fault_write(fault, reply_json(call, 201, NULL));
    else
        name_taken(call, "fault");
}

static void faults_post(struct call *call)
{
    struct doc *doc = control_world_known(call)
                          ? control_read_step(call, api_fault_fields, api_fault_check)
                          : NULL;
    if (!doc)
        return;
    const char *clear = fields_str(doc_root(doc, 0), "clear", NULL);
    if (clear)
        faults_end(call, clear);
    else if (has_room(call, faults_count(call), "faults"))
        fault_post(call, doc);
    doc_unref(doc);
}

static void faults_delete(struct call *call)
{
    if (!control_world_known(call))
        return;
    faults_end(call, "all");
}

static void fault_delete(struct call *call)
{
    if (!control_world_known(call))
        return;
    faults_end(call, call->params[1]);
}

/* ---- what was sent ---- */

static void sent_post(struct call *call)
{
    struct doc *doc =
        control_world_known(call) ? control_read_step(call, api_sent_fields, api_sent_check) : NULL;
    if (!doc)
        return;
    struct sent sent = sent_ask(call->api, call->world, doc_root(doc, 0));
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key_bool(w, "passed", sent.passed);
    jsonw_key_int(w, "count", sent.count);
    jsonw_key_str(w, "failure", sent.passed ? NULL : buf_str(&sent.text));
    jsonw_end_object(w);
    buf_free(&sent.text);
    doc_unref(doc);
}

/* ---- the table ---- */

static const struct shape shape_hold = {
    .type = SHAPE_OBJECT,
    .name = "ControlHold",
    .text = "A hold, and the journal numbers of the requests that are parked in it.",
    .fields =
        (const struct shape_field[]){
            {"name", &shape_string, 0},
            {"at",
             &(const struct shape){.type = SHAPE_STRING, .words = SHAPE_WORDS("arrival", "reply")},
             0},
            {"times", &shape_int, 0},
            {"parked", SHAPE_LIST(shape_int), 0},
            {0}},
};

static const struct shape shape_holds = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"holds", SHAPE_LIST(shape_hold), 0}, {0}},
};

static const struct shape shape_released = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"released", &shape_int, 0}, {0}},
};

static const struct shape shape_fault = {
    .type = SHAPE_OBJECT,
    .name = "ControlFault",
    .text = "A fault, how many requests have met it, and how many it still meets (null: all).",
    .fields = (const struct shape_field[]){{"name", &shape_string, 0},
                                           {"kind", &shape_string, 0},
                                           {"met", &shape_int, 0},
                                           {"times", &shape_int, SHAPE_NULLABLE},
                                           {"after", &shape_int, 0},
                                           {0}},
};

static const struct shape shape_faults = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"faults", SHAPE_LIST(shape_fault), 0}, {0}},
};

static const struct shape shape_sent = {
    .type = SHAPE_OBJECT,
    .name = "ControlSent",
    .text = "Whether what was asked of the requests is so, how many matched, and why it is not so.",
    .fields = (const struct shape_field[]){{"passed", &shape_bool, 0},
                                           {"count", &shape_int, 0},
                                           {"failure", &shape_string, SHAPE_NULLABLE},
                                           {0}},
};

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/holds", "control.holds", AUTH_CONTROL, holds_get, OURS,
     "the holds that are in force, and what is parked", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_holds, NULL})},
    {"POST", "/__mock/worlds/:world/holds", "control.hold", AUTH_CONTROL, holds_post, OURS,
     "park matching requests until they are released", .body = api_hold_fields,
     .replies = REPLIES({201, &shape_hold, NULL})},
    {"DELETE", "/__mock/worlds/:world/holds/:hold", "control.hold-release", AUTH_CONTROL,
     hold_delete, OURS, "let go what is parked, in order", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_released, NULL})},
    {"GET", "/__mock/worlds/:world/faults", "control.faults", AUTH_CONTROL, faults_get, OURS,
     "the faults that were set", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_faults, NULL})},
    {"POST", "/__mock/worlds/:world/faults", "control.fault", AUTH_CONTROL, faults_post, OURS,
     "set a fault that matching requests meet", .body = api_fault_fields,
     .replies = REPLIES({201, &shape_fault, NULL}, {204, NULL, NULL})},
    {"DELETE", "/__mock/worlds/:world/faults", "control.faults-clear", AUTH_CONTROL, faults_delete,
     OURS, "clear all faults", .params = NO_PARAMS, .replies = REPLIES({204, NULL, NULL})},
    {"DELETE", "/__mock/worlds/:world/faults/:fault", "control.fault-clear", AUTH_CONTROL,
     fault_delete, OURS, "clear one fault", .params = NO_PARAMS,
     .replies = REPLIES({204, NULL, NULL})},
    {"POST", "/__mock/worlds/:world/sent", "control.sent", AUTH_CONTROL, sent_post, OURS,
     "count what clients have sent, by pattern, spacing and order", .body = api_sent_fields,
     .replies = REPLIES({200, &shape_sent, NULL})},
};

const struct route_table control_harness_routes = {rows, sizeof rows / sizeof *rows};
