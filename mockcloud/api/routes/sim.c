/*
 * SIM cards, of users and of products. See cloud/sims.h for whose a SIM is. No data passes through
 * a simulated SIM, so none is counted.
 */
#include "api/call/route.h"
#include "api/routes/pages.h"
#include "api/routes/registry_rules.h"
#include "api/shape/shapes.h"
#include "base/timefmt.h"
#include "cloud/accounts.h"
#include "cloud/record.h"
#include "cloud/sims.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PER_PAGE     25
#define PER_PAGE_MAX 1000

/* ---- how a SIM looks ---- */

static const char *const status_words[] = {
    [SIM_INACTIVE] = "inactive", [SIM_ACTIVE] = "active", [SIM_DEACTIVATED] = "deactivated"};

static const char *carrier_of(const char *iccid)
{
    return strncmp(iccid, "8934", 4) == 0 ? "telefonica" : NULL;
}

/* One that nobody has touched was active from the beginning when it is active now. */
static void write_history(const struct sim_view *sim, struct jsonw *w)
{
    const struct sim_card *card = sim->card;
    bool active = sim->status == SIM_ACTIVE;
    jsonw_key_int(w, "activations_count", card ? card->activations : active);
    jsonw_key_str(w, "base_country_code", "US");
    jsonw_key_int(w, "base_monthly_rate", 299);
    jsonw_key_int(w, "deactivations_count", card ? card->deactivations : 0);
    jsonw_key_time(w, "first_activated_on", card ? card->first_activated_ms : -1);
    jsonw_key_time(w, "last_activated_on", card ? card->last_activated_ms : -1);
    jsonw_key_str(w, "last_activated_via",
                  card     ? card->activated_via
                  : active ? "user_setup"
                           : NULL);
    jsonw_key_str(w, "last_status_change_action",
                  card     ? card->last_action
                  : active ? "activate"
                           : NULL);
    jsonw_key_str(w, "last_status_change_action_error", "no");
}

static void sim_json(const struct sim_view *sim, bool with_owner, struct jsonw *w)
{
    char msisdn[24];
    size_t len = strlen(sim->iccid);
    snprintf(msisdn, sizeof msisdn, "345901%.9s", sim->iccid + (len > 9 ? len - 9 : 0));
    jsonw_object(w);
    jsonw_key_str(w, "_id", sim->iccid);
    jsonw_key_str(w, "iccid", sim->iccid);
    write_history(sim, w);
    jsonw_key_str(w, "msisdn", msisdn);
    jsonw_key_int(w, "overage_monthly_rate", 99);
    jsonw_key_str(w, "status", status_words[sim->status]);
    jsonw_key_str(w, "stripe_plan_slug", "ExamplePlan");
    jsonw_key_time(w, "updated_at", sim->card ? sim->card->updated_ms : -1);
    if (sim->user)
        jsonw_key_str(w, "user_id", sim->user->id);
    if (sim->product)
        jsonw_key_int(w, "product_id", sim->product->id);
    jsonw_key_str(w, "carrier", carrier_of(sim->iccid));
    jsonw_key_str(w, "last_device_id", sim->device ? sim->device->id : NULL);
    jsonw_key_str(w, "last_device_name", sim->device ? sim->device->name : NULL);
    if (with_owner)
        jsonw_key_str(w, "owner", sim->user ? sim->user->username : NULL);
    jsonw_end_object(w);
}

/* ---- finding ---- */

static const char *sim_iccid(const struct call *call)
{
    return call->params[call->product ? 1 : 0];
}

/* The SIM of the path, which is the caller's, or the product's. With `or_free` also one that is
 * nobody's. False: the refusal is in the reply. */
static bool sim_find(struct call *call, bool or_free, struct sim_view *ret_sim)
{
    if (!sims_view(call->world->cloud, sim_iccid(call), ret_sim)) {
        reply_error(call, 404, &registry_rules[SIM_UNKNOWN], "SIM not found");
        return false;
    }
    bool own = call->product ? ret_sim->product == call->product
                             : ret_sim->user && ret_sim->user == call->owner.user;
    if (own || (or_free && !ret_sim->product && !ret_sim->user))
        return true;
    reply_error(call, 403, &registry_rules[SIM_FOREIGN], "Permission denied");
    return false;
}

/* ---- lists ---- */

static bool holds(const char *text, const char *part)
{
    return !part || (text && strcasestr(text, part));
}

static bool sim_passes(const struct call *call, const struct sim_view *sim)
{
    const struct cloud_device *device = sim->device;
    if (!call->product)
        return sim->user && sim->user == call->owner.user;
    return sim->product == call->product && holds(sim->iccid, args_get(&call->query, "iccid")) &&
           holds(device ? device->id : NULL, args_get(&call->query, "deviceId")) &&
           holds(device ? device->name : NULL, args_get(&call->query, "deviceName"));
}

/* Writes those from `first` on, `count` of them; answers how many pass in all. */
static size_t write_sims(const struct call *call, size_t first, size_t count, struct jsonw *w)
{
    struct sim_view sim;
    size_t cursor = 0, passed = 0;
    while (sims_next(call->world->cloud, &cursor, &sim)) {
        if (!sim_passes(call, &sim))
            continue;
        if (w && passed >= first && passed - first < count)
            sim_json(&sim, false, w);
        passed++;
    }
    return passed;
}

static void sim_list(struct call *call)
{
    struct pages pages = {.count = SIZE_MAX};
    if (call->product)
        pages = pages_of(call, write_sims(call, 0, 0, NULL), PER_PAGE, PER_PAGE_MAX);
    struct jsonw *w = reply_json(call, 200, &registry_rules[SIM_LIST]);
    jsonw_object(w);
    jsonw_key(w, "sims");
    jsonw_array(w);
    write_sims(call, pages.first, pages.count, w);
    jsonw_end_array(w);
    if (call->product) {
        jsonw_key(w, "meta");
        jsonw_object(w);
        jsonw_key_int(w, "total_pages", pages.total);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

/* ---- one ---- */

static void sim_get(struct call *call)
{
    struct sim_view sim;
    bool check = strcmp(call->request->method, "HEAD") == 0;
    if (!sim_find(call, check && !call->product, &sim))
        return;
    bool active = sim.status == SIM_ACTIVE &&
                  sim_behaves(&call->world->sim, BEHAVIOUR_SIM_CHECK_ACTIVE, "reset-content-205");
    if (check)
        reply_empty(call, active ? 205 : 204, &registry_rules[SIM_CHECK]);
    else
        sim_json(&sim, true, reply_json(call, 200, &registry_rules[SIM_GET]));
}

static void sim_update(struct call *call)
{
    struct cloud *cloud = call->world->cloud;
    struct sim_view sim;
    const char *action = call_str(call, "action");
    bool activate = action && strcmp(action, "activate") == 0;
    if (!action ||
        (!activate && strcmp(action, "deactivate") != 0 && strcmp(action, "reactivate") != 0)) {
        reply_error(call, 400, &registry_rules[SIM_BAD],
                    "action has to be activate, deactivate or reactivate");
        return;
    }
    if (activate && call->product) {
        reply_error(call, 400, &registry_rules[SIM_OF_PRODUCT],
                    "Import the SIM into the product to activate it");
        return;
    }
    if (!sim_find(call, activate, &sim))
        return;
    if (activate)
        sims_take_for_user(cloud, sim.iccid, call->owner.user);
    else if (*action == 'd')
        sims_deactivate(cloud, sim.iccid);
    else
        sims_reactivate(cloud, sim.iccid);
    reply_empty(call, 200, &registry_rules[SIM_CHANGED]);
}

static void sim_remove(struct call *call)
{
    struct sim_view sim;
    if (!sim_find(call, false, &sim))
        return;
    sims_release(call->world->cloud, sim.iccid);
    reply_empty(call, 204, &registry_rules[SIM_RELEASED]);
}

/* ---- data ---- */

/* The days of the month so far. */
static void write_days(const struct call *call, struct jsonw *w)
{
    char now[TIMEFMT_ISO_SIZE], date[32];
    timefmt_iso(vclock_now(call->world->sim.clock), now);
    long today = strtol(now + 8, NULL, 10);
    jsonw_key(w, "usage_by_day");
    jsonw_array(w);
    for (long day = 1; day <= today; day++) {
        snprintf(date, sizeof date, "%.8s%02ld", now, day);
        jsonw_object(w);
        jsonw_key_str(w, "date", date);
        jsonw_key_int(w, "mbs_used", 0);
        jsonw_key_int(w, "mbs_used_cumulative", 0);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* `quota` and `used` are of the SDK's type: the megabytes of the plan. */
static void write_quota(int64_t quota, struct jsonw *w)
{
    jsonw_key_int(w, "quota", quota);
    jsonw_key_int(w, "used", 0);
}

static void sim_usage(struct call *call)
{
    struct sim_view sim;
    if (!sim_find(call, false, &sim))
        return;
    struct jsonw *w = reply_json(call, 200, &registry_rules[SIM_USAGE]);
    jsonw_object(w);
    jsonw_key_str(w, "iccid", sim.iccid);
    write_days(call, w);
    write_quota(1, w);
    jsonw_end_object(w);
}

static void sim_fleet_usage(struct call *call)
{
    struct sim_view sim;
    size_t cursor = 0;
    int64_t active = 0;
    while (sims_next(call->world->cloud, &cursor, &sim))
        active += sim.product == call->product && sim.status == SIM_ACTIVE;
    struct jsonw *w = reply_json(call, 200, &registry_rules[SIM_FLEET_USAGE]);
    jsonw_object(w);
    jsonw_key_int(w, "total_mbs_used", 0);
    jsonw_key_int(w, "total_active_sim_cards", active);
    write_days(call, w);
    write_quota(active, w);
    jsonw_end_object(w);
}

/* ---- status ---- */

static void write_task(const struct call *call, const struct sim_card *card, bool complete,
                       struct jsonw *w)
{
    char name[64], id[9];
    snprintf(name, sizeof name, "%s/%llu", card->iccid, (unsigned long long)card->status_asked);
    ids_named(&call->world->sim.ids, "sim-status", name, id, 8);
    jsonw_key(w, "meta");
    jsonw_object(w);
    jsonw_key_time(w, "created_at", card->status_asked_ms);
    jsonw_key_time(w, "expires_at", card->status_asked_ms + SIMS_STATUS_MS);
    jsonw_key_time(w, "check_again_after", card->status_asked_ms + SIMS_STATUS_ASK_MS);
    jsonw_key_str(w, "state", complete ? "complete" : "pending");
    jsonw_key_str(w, "method", "async");
    jsonw_key_str(w, "task_id", id);
    jsonw_end_object(w);
}

static void write_connected(const struct sim_view *sim, bool complete, struct jsonw *w)
{
    static const char *const keys[] = {"connected", "gsm_connection", "data_connection"};
    bool connected = sim->status == SIM_ACTIVE && sim->device && sim->device->online;
    jsonw_key(w, "sim_status");
    jsonw_object(w);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        jsonw_key(w, keys[i]);
        if (complete)
            jsonw_bool(w, connected);
        else
            jsonw_null(w);
    }
    jsonw_end_object(w);
}

static void sim_status(struct call *call)
{
    struct sim_view sim;
    if (!sim_find(call, false, &sim))
        return;
    const struct sim_card *card = sims_check_status(call->world->cloud, sim.iccid);
    if (!card) {
        reply_error(call, 404, &registry_rules[SIM_UNKNOWN], "SIM not found");
        return;
    }
    bool complete =
        vclock_now(call->world->sim.clock) >= card->status_asked_ms + SIMS_STATUS_ASK_MS;
    struct jsonw *w = reply_json(call, complete ? 200 : 202, &registry_rules[SIM_STATUS]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    write_task(call, card, complete, w);
    write_connected(&sim, complete, w);
    jsonw_end_object(w);
}

/* ---- import ---- */

/* What is no ICCID, or belongs to somebody else, is left out: the real cloud tells by mail. */
static void import_one(struct call *call, const char *iccid)
{
    struct cloud *cloud = call->world->cloud;
    struct sim_view sim = {0};
    bool known = sims_view(cloud, iccid, &sim);
    if ((!known && !sims_iccid_valid(iccid)) || sim.user ||
        (sim.product && sim.product != call->product))
        return;
    sims_take_for_product(cloud, iccid, call->product);
    if (sim.device)
        cloud_import(cloud, call->product, sim.device->id);
}

/* A column of ICCIDs. Answers how many lines had something. */
static size_t import_file(struct call *call, const struct part *file)
{
    size_t lines = 0;
    for (size_t at = 0; at < file->len;) {
        size_t begin = at;
        while (at < file->len && isdigit((unsigned char)file->data[at]))
            at++;
        if (at > begin) {
            import_one(call, arena_text(&call->arena, file->data + begin, at - begin));
            lines++;
        }
        while (at < file->len && !isdigit((unsigned char)file->data[at]))
            at++;
    }
    return lines;
}

static void sim_import(struct call *call)
{
    const char **iccids;
    const struct part *file = call_file(call, NULL);
    size_t count = call_list(call, "sims", &iccids);
    for (size_t i = 0; i < count; i++)
        import_one(call, iccids[i]);
    if (file)
        count += import_file(call, file);
    if (count)
        reply_text(call, 200, &registry_rules[SIM_IMPORT], "{\"ok\":true}");
    else
        reply_error(call, 400, &registry_rules[SIM_IMPORT_BAD],
                    "There are no SIMs to import: sims or file is missing");
}

/* ---- rows ---- */

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"
#define OF_SIM(method, base, rest, name, auth, handle, scope, text, replies_, params_)             \
    {                                                                                              \
        method, base "/sims/:iccid" rest, name, auth, handle, scope, REFERENCE, text,              \
            .params = (params_), .replies = (replies_)                                             \
    }
#define PRODUCT "/v1/products/:product"
#define GOT     REPLIES({200, &shape_sim, NULL}, {204, NULL, NULL}, {205, NULL, NULL})
#define EMPTY   REPLIES({200, NULL, NULL})
#define ACTION                                                                                     \
    PARAMS({"action", PARAM_BODY, PARAM_STRING, true, "activate, deactivate or reactivate"},       \
           {"mb_limit", PARAM_BODY, PARAM_INT, false, "passed over"})

static const struct route rows[] = {
    {"GET", "/v1/sims", "sim.list", AUTH_USER, sim_list, "sims:list", REFERENCE,
     "the SIMs of a user", .params = NO_PARAMS, .replies = REPLIES({200, &shape_sims, NULL})},
    OF_SIM("GET", "/v1", "", "sim.get", AUTH_USER, sim_get, "sims:get",
           "one SIM; HEAD: whether it is active", GOT, NO_PARAMS),
    OF_SIM("PUT", "/v1", "", "sim.update", AUTH_USER, sim_update, "sims:update",
           "activate, deactivate or reactivate it", EMPTY, ACTION),
    OF_SIM("DELETE", "/v1", "", "sim.remove", AUTH_USER, sim_remove, "sims:remove",
           "release it from the account", REPLIES({204, NULL, NULL}), NO_PARAMS),
    OF_SIM("GET", "/v1", "/data_usage", "sim.usage", AUTH_USER, sim_usage, "sims.usage:get",
           "its data by day", REPLIES({200, &shape_sim_usage, NULL}), NO_PARAMS),
    OF_SIM("GET", "/v1", "/status", "sim.status", AUTH_USER, sim_status, "sims.status:get",
           "whether it is connected",
           REPLIES({200, &shape_sim_status, NULL}, {202, &shape_sim_status, NULL}), NO_PARAMS),
    {"GET", PRODUCT "/sims", "sim.list-of-product", AUTH_PRODUCT, sim_list, "sims:list", REFERENCE,
     "the SIMs of a product",
     .params = PARAMS({"iccid", PARAM_QUERY, PARAM_STRING, false, "a part of it"},
                      {"deviceId", PARAM_QUERY, PARAM_STRING, false, "a part of it"},
                      {"deviceName", PARAM_QUERY, PARAM_STRING, false, "a part of it"},
                      {"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"perPage", PARAM_QUERY, PARAM_INT, false, "25"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "the same"}),
     .replies = REPLIES({200, &shape_sims, NULL})},
    {"POST", PRODUCT "/sims", "sim.import", AUTH_PRODUCT, sim_import, "sims:import", REFERENCE,
     "import SIMs, with their devices",
     .params = PARAMS({"sims", PARAM_BODY, PARAM_LIST, false, "ICCIDs"},
                      {"file", PARAM_FORM, PARAM_FILE, false, "one per line"}),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"GET", PRODUCT "/sims/data_usage", "sim.fleet-usage", AUTH_PRODUCT, sim_fleet_usage,
     "sims.usage:get", REFERENCE, "the data of all its SIMs by day", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_sim_usage, NULL})},
    OF_SIM("GET", PRODUCT, "", "sim.get-of-product", AUTH_PRODUCT, sim_get, "sims:get",
           "one SIM of a product; HEAD: whether it is active", GOT, NO_PARAMS),
    OF_SIM("PUT", PRODUCT, "", "sim.update-of-product", AUTH_PRODUCT, sim_update, "sims:update",
           "deactivate or reactivate it", EMPTY, ACTION),
    OF_SIM("DELETE", PRODUCT, "", "sim.remove-of-product", AUTH_PRODUCT, sim_remove, "sims:remove",
           "release it from the product", REPLIES({204, NULL, NULL}), NO_PARAMS),
    OF_SIM("GET", PRODUCT, "/data_usage", "sim.usage-of-product", AUTH_PRODUCT, sim_usage,
           "sims.usage:get", "its data by day", REPLIES({200, &shape_sim_usage, NULL}), NO_PARAMS),
    OF_SIM("GET", PRODUCT, "/status", "sim.status-of-product", AUTH_PRODUCT, sim_status,
           "sims.status:get", "whether it is connected",
           REPLIES({200, &shape_sim_status, NULL}, {202, &shape_sim_status, NULL}), NO_PARAMS),
};

const struct route_table sim_routes = {rows, sizeof rows / sizeof *rows};
