/* Devices in the namespace of a user or a customer: list, get, claim by id, unclaim, provision. */
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/routes/device_json.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/routes/picks.h"
#include "api/routes/product_rules.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/cloud.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- list and get ---- */

/* The latest handshake first; those that never shook hands last; equal ones in the order of the
 * registry. */
static int by_last_handshake(const struct cloud_device *a, const struct cloud_device *b,
                             const void *arg)
{
    (void)arg;
    if (a->last_handshake_ms != b->last_handshake_ms)
        return a->last_handshake_ms < b->last_handshake_ms ? 1 : -1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* The list of what the caller owns, while it is made: each device is found, put in order, then
 * written. */
struct listing {
    struct cloud_device **mine;
    size_t count;
    size_t found, ordered, written;
    struct picks picks;
};

static void order_part(struct listing *listing, size_t end)
{
    for (; listing->ordered < end; listing->ordered++)
        listing->mine[listing->count - 1 - listing->ordered] = picks_take_last(&listing->picks);
}

static void write_part(struct call *call, struct listing *listing, size_t end)
{
    for (; listing->written < end; listing->written++) {
        const struct cloud_device *device = listing->mine[listing->written];
        struct owner owner = lag_owner(device, true);
        if (owner_same(&owner, &call->owner)) /* it may have lost it since it was found */
            device_json(call->world->cloud, device, DEVICE_LISTED, &call->w);
    }
}

#define LISTED_USUAL 512 /* bytes of a device in a list */

/* Room for all of it at once: lists that grow side by side, each by doubling, would leave a heap
 * full of holes behind. */
static void begin_list(struct call *call, const struct listing *listing)
{
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_LIST]);
    struct buf *body = &call->reply->body;
    if (listing->count > LATER_PART && listing->count < body->max / LISTED_USUAL)
        buf_room(body, listing->count * LISTED_USUAL);
    jsonw_array(w);
}

/* False: that was the last. */
static bool list_part(struct call *call, struct listing *listing)
{
    if (listing->found < listing->count) {
        size_t end = later_part_end(call, listing->found, listing->count);
        while (listing->found < end)
            picks_add(&listing->picks, listing->mine[listing->found++]);
        return true;
    }
    if (listing->ordered < listing->count) {
        order_part(listing, later_part_end(call, listing->ordered, listing->count));
        return true;
    }
    if (!listing->written)
        begin_list(call, listing);
    write_part(call, listing, later_part_end(call, listing->written, listing->count));
    if (listing->written < listing->count)
        return true;
    jsonw_end_array(&call->w);
    return false;
}

static void list_on(struct call *call, const void *with)
{
    struct listing *listing = call->asked;
    bool in_one = later_part_end(call, 0, listing->count) == listing->count;
    bool more = list_part(call, listing);
    (void)with;
    while (more && in_one)
        more = list_part(call, listing);
    if (more)
        later_wait_turn(call, list_on, NULL);
}

static void devices_list(struct call *call)
{
    struct listing *listing = arena_alloc(&call->arena, sizeof *listing);
    *listing = (struct listing){0};
    listing->count = devices_owned(call, &call->owner, &listing->mine);
    listing->picks = picks_new(call, listing->count, by_last_handshake, NULL);
    call->asked = listing;
    list_on(call, NULL);
}

static void device_get(struct call *call)
{
    const struct cloud_device *device = devices_find(call);
    if (device)
        device_json(call->world->cloud, device, DEVICE_ALONE,
                    reply_json(call, 200, &device_rules[DEVICE_GET]));
}

static void device_unclaim(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    if (!device)
        return;
    claim_release(call->world->cloud, device);
    reply_text(call, 200, &device_rules[DEVICE_UNCLAIMED], "{\"ok\":true}");
}

/* ---- claim by id: what each rule answers ---- */

#define NOT_FOUND "{\"ok\":false,\"errors\":[\"device not found\"]}"

/* The refusal of a guess has as many bodies as its switch has values, in their order. */
static const struct {
    enum claim_rule rule;
    struct {
        int status;
        const char *json;
    } by_value[BEHAVIOUR_VALUES];
    int behaviour; /* -1: by_value[0] always */
} claim_refusals[] = {
    {CLAIM_MISSING_ID,
     {{404, "{\"ok\":false,\"errors\":[\"data.deviceID is empty\"]}"},
      {400, "{\"ok\":false,\"errors\":[\"id is missing\"]}"}},
     BEHAVIOUR_MISSING_DEVICE_ID},
    {CLAIM_UNREADABLE_BODY,
     {{404, "{\"ok\":false,\"errors\":[\"data.deviceID is empty\"]}"},
      {400, "{\"ok\":false,\"errors\":[\"id is missing\"]}"}},
     BEHAVIOUR_MISSING_DEVICE_ID},
    {CLAIM_UNKNOWN_DEVICE,
     {{404, NOT_FOUND},
      {404, "{\"ok\":false,\"errors\":[\"device does not exist\"]}"},
      {404, "{\"ok\":false,\"errors\":[{}]}"}},
     BEHAVIOUR_UNKNOWN_DEVICE_ERROR},
    {CLAIM_UPPERCASE_ID,
     {{404, NOT_FOUND},
      {404, "{\"ok\":false,\"errors\":[\"device does not exist\"]}"},
      {404, "{\"ok\":false,\"errors\":[{}]}"}},
     BEHAVIOUR_UNKNOWN_DEVICE_ERROR},
    {CLAIM_FOREIGN_CUSTOMER,
     {{404, NOT_FOUND}, {403, "{\"ok\":false,\"error\":\"Permission denied\"}"}},
     BEHAVIOUR_FOREIGN_CUSTOMER_CLAIM},
    {CLAIM_NON_MEMBER,
     {{404, NOT_FOUND}, {403, "{\"ok\":false,\"error\":\"Permission denied\"}"}},
     BEHAVIOUR_NON_MEMBER_CLAIM},
    {CLAIM_OFFLINE,
     {{404, NOT_FOUND},
      {404, "{\"ok\":false,\"errors\":[{}]}"},
      {404, "{\"ok\":false,\"errors\":[[\"Core isn't online\",404]]}"}},
     BEHAVIOUR_OFFLINE_CLAIM_ERROR},
    {CLAIM_OFFLINE_CUSTOMER,
     {{404, NOT_FOUND},
      {404, "{\"ok\":false,\"errors\":[{}]}"},
      {404, "{\"ok\":false,\"errors\":[[\"Core isn't online\",404]]}"}},
     BEHAVIOUR_OFFLINE_CLAIM_ERROR},
    {CLAIM_OFFLINE_MEMBER,
     {{404, NOT_FOUND},
      {404, "{\"ok\":false,\"errors\":[{}]}"},
      {404, "{\"ok\":false,\"errors\":[[\"Core isn't online\",404]]}"}},
     BEHAVIOUR_OFFLINE_CLAIM_ERROR},
    {CLAIM_OWNED_BY_OTHER,
     {{403, "{\"ok\":false,\"errors\":[\"That belongs to someone else. To request a transfer add "
            "?request_transfer=true to the URL.\"]}"}},
     -1},
    {CLAIM_SANDBOX_FULL,
     {{403, "{\"error\":\"limit_exceeded\",\"error_description\":\"You have 100 devices, the most "
            "of the free plan\"}"}},
     -1},
};

static bool claim_refused(struct call *call, enum claim_rule rule)
{
    for (size_t i = 0; i < sizeof claim_refusals / sizeof *claim_refusals; i++) {
        if (claim_refusals[i].rule != rule)
            continue;
        int which = claim_refusals[i].behaviour;
        size_t value = which < 0 ? 0 : sim_behaviour(&call->world->sim, (enum behaviour)which);
        reply_text(call, claim_refusals[i].by_value[value].status, &claim_rules[rule],
                   claim_refusals[i].by_value[value].json);
        return true;
    }
    return false;
}

static void claim_transfer(struct call *call, struct cloud_device *device)
{
    const char *id = claim_request_transfer(call->world->cloud, device, &call->owner);
    struct jsonw *w = reply_json(call, 200, &claim_rules[CLAIM_TRANSFER]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "transfer_id", id);
    jsonw_end_object(w);
}

static void claim_accepted(struct call *call, enum claim_rule rule,
                           const struct cloud_device *device)
{
    struct jsonw *w = reply_json(call, 200, &claim_rules[rule]);
    jsonw_object(w);
    if (call->owner.kind == OWNER_CUSTOMER) {
        jsonw_key_str(w, "customer_id", call->owner.customer->id);
        jsonw_key_int(w, "product_id",
                      device->product ? device->product->id : device->platform->id);
        jsonw_key_time(w, "updated_at", vclock_now(call->world->sim.clock));
    } else {
        jsonw_key_str(w, "user_id", call->owner.user->id);
    }
    jsonw_key_str(w, "id", device->id);
    jsonw_key_bool(w, "connected", device->online);
    jsonw_key_bool(w, "ok", true);
    jsonw_end_object(w);
}

/* ---- provisioning: POST /v1/devices with a product_id and no id ---- */

/* The platform of the new device; *ret_product is NULL when product_id is a platform's. NULL: the
 * refusal is in the reply. */
static const struct platform *provision_kind(struct call *call, struct product **ret_product)
{
    char text[24];
    int64_t number = call_int(call, "product_id", -1);
    snprintf(text, sizeof text, "%lld", (long long)number);
    const char *slug = call_str(call, "product_id");
    struct product *product = cloud_product(call->world->cloud, slug ? slug : text);
    const struct platform *platform =
        number >= 0 && number <= INT_MAX ? platform_by_id((int)number) : NULL;
    *ret_product = product;
    if (call->owner.kind == OWNER_CUSTOMER)
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
    else if (!product && !platform)
        reply_error(call, 404, &product_rules[PRODUCT_NOT_FOUND], "Product not found.");
    else if (product && !cloud_on_team(product, call->owner.user))
        reply_error(call, auth_product_status(call), &api_rules[API_PRODUCT_REFUSED],
                    "Permission denied");
    else
        return product ? product->platform : platform;
    return NULL;
}

/* An id in the platform's form that no device has. */
static void provision_id(struct call *call, const struct platform *platform, char *ret_id)
{
    char hex[IDS_OBJECT + 1];
    do {
        ids_next(&call->world->sim.ids, "provisioned", hex, IDS_OBJECT);
        platform_shape_id(platform, hex, ret_id);
    } while (cloud_device(call->world->cloud, ret_id));
}

/* The new device is simulated, too: it is off, and its name in the control API is its id. */
static void device_provision(struct call *call)
{
    char id[IDS_OBJECT + 1];
    struct product *product;
    struct cloud *cloud = call->world->cloud;
    const struct platform *platform = provision_kind(call, &product);
    if (!platform)
        return;
    if (limits_reached(cloud, LIMIT_DEVICES, cloud->device_count)) {
        reply_error(call, 403, &device_rules[DEVICE_LIMIT], "A world has at most %u devices",
                    cloud->limits[LIMIT_DEVICES]);
        return;
    }
    provision_id(call, platform, id);
    struct cloud_device *device = cloud_add_device(cloud, id, platform);
    cloud_place(cloud, device, (struct device_place){.product = product});
    fleet_add(call->world->fleet, id, id, platform, -1);
    if (sim_behaves(&call->world->sim, BEHAVIOUR_PROVISIONED_OWNER, "caller"))
        cloud_set_owner(cloud, device, call->owner);
    device_json(cloud, device, DEVICE_ALONE,
                reply_json(call, 200, &device_rules[DEVICE_PROVISIONED]));
}

static void device_claim(struct call *call)
{
    struct cloud_device *device = NULL;
    if (!call_has(call, "id") && call_has(call, "product_id")) {
        device_provision(call);
        return;
    }
    bool transfer = call_flag(call, "request_transfer") ||
                    (args_get(&call->query, "request_transfer") &&
                     strcmp(args_get(&call->query, "request_transfer"), "true") == 0);
    enum claim_rule rule =
        claim_by_id(call->world->cloud, &call->owner, call_str(call, "id"), transfer, &device);
    if (rule == CLAIM_MISSING_ID && call->body_kind == BODY_OTHER)
        rule = CLAIM_UNREADABLE_BODY;
    if (claim_refused(call, rule))
        return;
    if (rule == CLAIM_TRANSFER)
        claim_transfer(call, device);
    else
        claim_accepted(call, rule, device);
}

static const struct route rows[] = {
    {"GET", "/v1/devices/:device", "device.get", AUTH_OWNER, device_get, "devices:get",
     PROVENANCE_OBSERVED, "particlerb recordings of 2015 and 2018",
     "one device of the caller, by id or name", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_device, NULL})},
    {"GET", "/v1/devices", "device.list", AUTH_OWNER, devices_list, NULL, PROVENANCE_OBSERVED,
     "particlerb recordings of 2015 and 2018", "the caller's devices", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_devices, NULL})},
    {"POST", "/v1/devices", "device.claim", AUTH_OWNER, device_claim, NULL, PROVENANCE_OBSERVED,
     "particlerb recordings of 2015; Particle staff's transcript of 2018", "claim by id",
     .params = PARAMS(
         {"id", PARAM_BODY, PARAM_STRING, true, "the device"},
         {"request_transfer", PARAM_BODY, PARAM_BOOL, false, "ask the owner"},
         {"request_transfer", PARAM_QUERY, PARAM_BOOL, false, "ask the owner"},
         {"product_id", PARAM_BODY, PARAM_INT, false, "makes a new device, in place of a claim"}),
     .replies = REPLIES({200, &shape_claimed, NULL}, {200, &shape_device, NULL}),
     .leads_to = LEADS_TO_CLAIM},
    {"DELETE", "/v1/devices/:device", "device.unclaim", AUTH_OWNER, device_unclaim,
     "devices:release", PROVENANCE_OBSERVED, "particlerb recording of 2015", "unclaim",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_ok, NULL})},
};

const struct route_table device_routes = {rows, sizeof rows / sizeof *rows};
