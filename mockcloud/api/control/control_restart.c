/* The control API: a restart of a world's cloud. What is lost with it stands in cloud/restart.h,
 * what its listeners do in api/front.h. */
#include "api/call/core.h"
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/gates/harness.h"
#include "cloud/restart.h"

#include <string.h>

#define DOWN_MAX_MS 600000

static const char *const states[] = {"kept", "lost", NULL};

const struct field api_restart_fields[] = {
    {.name = "state",
     .type = FIELD_WORD,
     .words = states,
     .text = "kept (the default): only connections end. lost: the sessions of devices, tokens that "
             "were issued, and claim codes are gone, too; accounts, products, devices, whose they "
             "are, and what the world's file gave out stay."},
    {.name = "down",
     .type = FIELD_WAIT,
     .text = "For how long connections are refused, in real time: 2s real (not at all). Up to "
             "10min."},
    {0},
};

static int64_t down_ms(const struct doc_node *map, bool *ret_virtual)
{
    const char *text = fields_str(map, "down", NULL);
    int64_t ms = 0;
    *ret_virtual = false;
    return text && fields_parse_wait(text, &ms, ret_virtual) ? ms : 0;
}

bool api_restart_check(const struct compare_check *check, const struct doc_node *map)
{
    bool in_world_time;
    if (down_ms(map, &in_world_time) <= DOWN_MAX_MS && !in_world_time)
        return true;
    doc_fail(check->doc, doc_get(map, "down"), check->diags, NULL,
             in_world_time ? "clients are refused in real time: 2s real"
                           : "a cloud is down for 10min at most");
    return false;
}

static void note(const struct call *call, bool lost, int64_t ms)
{
    struct jsonw *w = sim_note(&call->world->sim);
    jsonw_key_str(w, "state", lost ? "lost" : "kept");
    jsonw_key_int(w, "down_ms", ms);
    sim_noted(&call->world->sim, "control", "control.restart");
}

/* Nobody gets in first, so that a device that connects again at once finds nothing of a client. */
static void restart(struct call *call, bool lost, int64_t ms)
{
    const struct api_doors *doors = call->api->doors;
    note(call, lost, ms);
    if (ms)
        harness_made(call->api, call->world)->down_until_ms =
            machine_mono_ms(&call->api->worlds->machine) + ms;
    harness_tell_doors(call->api);
    if (doors)
        doors->cut(doors->arg, call->world);
    if (lost)
        cloud_restart(call->world->cloud);
}

static void restart_post(struct call *call)
{
    struct doc *doc = control_world_known(call) && control_world_free(call)
                          ? control_read_step(call, api_restart_fields, api_restart_check)
                          : NULL;
    if (!doc)
        return;
    const struct doc_node *map = doc_root(doc, 0);
    bool lost = strcmp(fields_str(map, "state", "kept"), "lost") == 0, in_world_time;
    restart(call, lost, down_ms(map, &in_world_time));
    doc_unref(doc);
    reply_empty(call, 204, NULL);
}

static const struct route rows[] = {
    {"POST", "/__mock/worlds/:world/restart", "control.restart", AUTH_CONTROL, restart_post, NULL,
     PROVENANCE_DOCUMENTED, "mockcloud's own",
     "restart the cloud: connections end, and are refused for a while", .body = api_restart_fields,
     .replies = REPLIES({204, NULL, NULL})},
};

const struct route_table control_restart_routes = {rows, sizeof rows / sizeof *rows};
