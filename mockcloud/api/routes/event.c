/*
 * Events: streams of them, and publishing. Who sees which event is in cloud/event.c, the streams
 * themselves are in stream.c; here stands what a path means and what is refused.
 */
#include "api/routes/event_rules.h"
#include "api/routes/product_rules.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include "api/call/route.h"
#include "api/call/stream.h"
#include "api/routes/orgs.h"
#include "api/shape/shapes.h"

#include <stdlib.h>
#include <string.h>

const struct rule event_rules[EVENT_RULES] = {
    [EVENT_RULE_PREFIX] = {"event.prefix-needed",
                           "The stream of public events needs a prefix, since April 2018.",
                           PROVENANCE_DOCUMENTED, "Particle's API reference", NULL},
    [EVENT_RULE_FOREIGN] = {"event.foreign-device",
                            "The stream of a device of somebody else: refused, or with its public "
                            "events alone.",
                            PROVENANCE_OBSERVED,
                            "particlerb recordings: any route of a device that is not the caller's",
                            "foreign_device_stream"},
    [EVENT_RULE_PUBLISHED] = {"event.published", "An event is published.", PROVENANCE_OBSERVED,
                              "particlerb recording of 2015", NULL},
    [EVENT_RULE_BAD] = {"event.bad",
                        "An event without a name, or with a name or data that is too long.",
                        PROVENANCE_GUESSED,
                        "the limits are those of Device OS; the real body was never recorded",
                        NULL},
    [EVENT_RULE_AS_DEVICE] = {"event.as-foreign-device",
                              "An event is published as a device that is not in the product.",
                              PROVENANCE_GUESSED,
                              "Particle's API reference has as_device_id; no source for a refusal",
                              NULL},
};

/* ---- streams ---- */

static void stream_public(struct call *call)
{
    struct event_filter filter = {
        .scope = EVENTS_PUBLIC, .owner = call->owner, .prefix = call->params[0]};
    stream_open(call, &filter);
}

static void stream_no_prefix(struct call *call)
{
    reply_error(call, 400, &event_rules[EVENT_RULE_PREFIX], "event prefix filter is required");
}

static void stream_mine(struct call *call)
{
    struct event_filter filter = {
        .scope = EVENTS_MINE, .owner = call->owner, .prefix = call->params[0]};
    stream_open(call, &filter);
}

/* Whether the device of somebody else has no stream for the caller. */
static bool stream_foreign_refused(const struct call *call)
{
    struct sim *sim = &call->world->sim;
    sim_lean(sim, &event_rules[EVENT_RULE_FOREIGN]);
    return sim_behaves(sim, BEHAVIOUR_FOREIGN_DEVICE_STREAM, "refuse");
}

static void stream_device(struct call *call)
{
    const struct cloud_device *device =
        cloud_device_by_id_or_name(call->world->cloud, call->params[0], &call->owner);
    struct event_filter filter = {
        .scope = EVENTS_DEVICE, .owner = call->owner, .prefix = call->params[1]};
    if (!device || (!owner_same(&device->owner, &call->owner) && stream_foreign_refused(call))) {
        reply_permission_denied(call);
        return;
    }
    memcpy(filter.device_id, device->id, sizeof filter.device_id);
    stream_open(call, &filter);
}

static void stream_product(struct call *call)
{
    struct event_filter filter = {
        .scope = EVENTS_PRODUCT, .product = call->product, .prefix = call->params[1]};
    stream_open(call, &filter);
}

/* By id, or by the name that its owner gave it. */
static const struct cloud_device *device_of_product(const struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    const struct cloud_device *device = cloud_device_by_id_or_name(cloud, call->params[1], NULL);
    if (!device)
        device = registry_listed_named(cloud, call->product, call->params[1]);
    return device && device->product == call->product ? device : NULL;
}

static void stream_product_device(struct call *call)
{
    const struct cloud_device *device = device_of_product(call);
    struct event_filter filter = {
        .scope = EVENTS_PRODUCT, .product = call->product, .prefix = call->params[2]};
    if (!device) {
        reply_error(call, 404, &product_rules[PRODUCT_DEVICE_NOT_FOUND],
                    "Device not found for this product");
        return;
    }
    memcpy(filter.device_id, device->id, sizeof filter.device_id);
    stream_open(call, &filter);
}

static void stream_org(struct call *call)
{
    struct event_filter filter = {.scope = EVENTS_ORG,
                                  .owner = call->owner,
                                  .org = org_of_member(call),
                                  .prefix = call->params[1]};
    if (filter.org)
        stream_open(call, &filter);
}

static void stream_org_device(struct call *call)
{
    const struct cloud_device *device =
        cloud_device_by_id_or_name(call->world->cloud, call->params[1], NULL);
    struct event_filter filter = {.scope = EVENTS_ORG,
                                  .owner = call->owner,
                                  .org = org_of_member(call),
                                  .prefix = call->params[2]};
    if (!filter.org)
        return;
    if (!device || !device->product || !device->product->org ||
        strcmp(device->product->org, filter.org) != 0) {
        reply_permission_denied(call);
        return;
    }
    memcpy(filter.device_id, device->id, sizeof filter.device_id);
    stream_open(call, &filter);
}

/* ---- publishing ---- */

/* Data that is no string is published as the JSON text that it is [guessed]. */
static const char *publish_data(struct call *call)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, "data");
    const char *data = call_str(call, "data");
    if (data || !item || cJSON_IsNull(item))
        return data;
    char *text = cJSON_PrintUnformatted(item);
    data = text ? arena_text(&call->arena, text, strlen(text)) : NULL;
    cJSON_free(text);
    return data;
}

/* `device`: whose event it is said to be; NULL: the API's. */
static void publish(struct call *call, struct owner owner, struct product *product, const char *org,
                    const struct cloud_device *device)
{
    const char *name = call_str(call, "name"), *data = publish_data(call);
    const char *fault = event_fault(name ? name : "", data);
    int64_t ttl_s = call_int(call, "ttl", EVENT_TTL_S);
    if (fault) {
        reply_error(call, 400, &event_rules[EVENT_RULE_BAD], "%s", fault);
        return;
    }
    struct event event = {
        .name = name,
        .data = data,
        .ttl_s = ttl_s < 1 || ttl_s > EVENT_TTL_MAX ? EVENT_TTL_S : (int)ttl_s,
        .is_private = call_flag(call, "private"),
        .device = device,
        .owner = owner,
        .product = product,
        .org = org,
    };
    event_publish(call->world->cloud, &event);
    reply_text(call, 200, &event_rules[EVENT_RULE_PUBLISHED], "{\"ok\":true}");
}

static void publish_mine(struct call *call)
{
    publish(call, call->owner, NULL, NULL, NULL);
}

/* Seen by those who watch the product, not as the publisher's own. As a device of the product, it
 * is that device's: its owner sees it, and the device's streams [guessed]. */
static void publish_to_product(struct call *call)
{
    const char *id = call_str(call, "as_device_id");
    const struct cloud_device *device = NULL;
    if (id) {
        device = cloud_device(call->world->cloud, id);
        if (!device || device->product != call->product) {
            reply_error(call, 404, &event_rules[EVENT_RULE_AS_DEVICE], "Device not found.");
            return;
        }
    }
    publish(call, device ? device->owner : (struct owner){0}, call->product, NULL, device);
}

/* Seen by those who watch the organization. */
static void publish_to_org(struct call *call)
{
    const char *org = org_of_member(call);
    if (org)
        publish(call, (struct owner){0}, NULL, org, NULL);
}

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference; particle-api-js 12"
#define EVENT_PARAMS(...)                                                                          \
    PARAMS(__VA_ARGS__{"name", PARAM_BODY, PARAM_STRING, true, "64 characters at most"},           \
           {"data", PARAM_BODY, PARAM_ANY, false, "1024 bytes at most"},                           \
           {"private", PARAM_BODY, PARAM_BOOL, false, "for the owner alone; else for everybody"},  \
           {"ttl", PARAM_BODY, PARAM_INT, false, "seconds; 60"})
#define AS_DEVICE {"as_device_id", PARAM_BODY, PARAM_STRING, false, "a device of the product"},
#define STREAM                                                                                     \
    .params = PARAMS({"nonce", PARAM_QUERY, PARAM_ANY, false, "what the SDK appends"}),            \
    .replies = REPLIES({200, NULL, "text/event-stream"})

static const struct route rows[] = {
    {"GET", "/v1/events", "event.stream-public-all", AUTH_TOKEN, stream_no_prefix, "events:get",
     REFERENCE, "refused: the stream of public events needs a prefix",
     .params = PARAMS({"nonce", PARAM_QUERY, PARAM_ANY, false, "what the SDK appends"}),
     .replies = REPLIES({400, &shape_error, NULL})},
    {"GET", "/v1/events/*prefix", "event.stream-public", AUTH_TOKEN, stream_public, "events:get",
     REFERENCE, "public events of everybody, and the caller's own", STREAM},
    {"GET", "/v1/devices/events", "event.stream-mine", AUTH_OWNER, stream_mine, "events:get",
     REFERENCE, "events of the caller's devices", STREAM},
    {"GET", "/v1/devices/events/*prefix", "event.stream-mine-by-name", AUTH_OWNER, stream_mine,
     "events:get", REFERENCE, "events of the caller's devices, by the beginning of their name",
     STREAM},
    {"GET", "/v1/devices/:device/events", "event.stream-device", AUTH_OWNER, stream_device,
     "events:get", REFERENCE, "events of one device of the caller", STREAM},
    {"GET", "/v1/devices/:device/events/*prefix", "event.stream-device-by-name", AUTH_OWNER,
     stream_device, "events:get", REFERENCE,
     "events of one device of the caller, by the beginning of their name", STREAM},
    {"GET", "/v1/products/:product/events", "event.stream-product", AUTH_PRODUCT, stream_product,
     "events:get", REFERENCE, "events of a product", STREAM},
    {"GET", "/v1/products/:product/events/*prefix", "event.stream-product-by-name", AUTH_PRODUCT,
     stream_product, "events:get", REFERENCE, "events of a product, by the beginning of their name",
     STREAM},
    {"GET", "/v1/products/:product/devices/:device/events", "event.stream-product-device",
     AUTH_PRODUCT, stream_product_device, "events:get", REFERENCE,
     "events of one device of a product", STREAM},
    {"GET", "/v1/products/:product/devices/:device/events/*prefix",
     "event.stream-product-device-by-name", AUTH_PRODUCT, stream_product_device, "events:get",
     REFERENCE, "events of one device of a product, by the beginning of their name", STREAM},
    {"GET", "/v1/orgs/:org/events", "event.stream-org", AUTH_TOKEN, stream_org, "events:get",
     REFERENCE, "events of an organization's products", STREAM},
    {"GET", "/v1/orgs/:org/events/*prefix", "event.stream-org-by-name", AUTH_TOKEN, stream_org,
     "events:get", REFERENCE,
     "events of an organization's products, by the beginning of their name", STREAM},
    {"GET", "/v1/orgs/:org/devices/:device/events", "event.stream-org-device", AUTH_TOKEN,
     stream_org_device, "events:get", REFERENCE, "events of one device of an organization", STREAM},
    {"GET", "/v1/orgs/:org/devices/:device/events/*prefix", "event.stream-org-device-by-name",
     AUTH_TOKEN, stream_org_device, "events:get", REFERENCE,
     "events of one device of an organization, by the beginning of their name", STREAM},
    {"POST", "/v1/devices/events", "event.publish", AUTH_OWNER, publish_mine, "events:send",
     REFERENCE, "publish an event", .params = EVENT_PARAMS(),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"POST", "/v1/products/:product/events", "event.publish-to-product", AUTH_PRODUCT,
     publish_to_product, "events:send", REFERENCE, "publish an event to a product",
     .params = EVENT_PARAMS(AS_DEVICE), .replies = REPLIES({200, &shape_ok, NULL})},
    {"POST", "/v1/orgs/:org/events", "event.publish-to-org", AUTH_TOKEN, publish_to_org,
     "events:send", PROVENANCE_INFERRED, "particle-cli publishEvent()",
     "publish an event to an organization", .params = EVENT_PARAMS(),
     .replies = REPLIES({200, &shape_ok, NULL})},
};

const struct route_table event_routes = {rows, sizeof rows / sizeof *rows};
