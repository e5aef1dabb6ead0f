/*
 * The set-up of a Linux device over REST: its registration code, and the country that it is set up
 * for; and a product's orders of devices. Nothing of it changes who owns a device.
 *
 * Source: particle-cli, the set-up of a Tachyon (the client reads registration_code); Particle's
 * API reference (orders).
 */
#include "api/call/route.h"
#include "api/routes/devices.h"
#include "api/routes/fleet_rules.h"
#include "api/routes/product_rules.h"
#include "api/shape/shapes.h"
#include "cloud/cloud.h"
#include "cloud/record.h"

#include <ctype.h>
#include <string.h>

static void registration_code(struct call *call)
{
    const char *id = call_str(call, "device_id");
    char code[IDS_TOKEN + 1];
    if (!id || !*id) {
        reply_error(call, 400, &fleet_rules[REGISTRATION_BAD], "device_id is required");
        return;
    }
    const struct cloud_device *device = cloud_device_by_id_or_name(call->world->cloud, id, NULL);
    if (!device || device->product != call->product) {
        reply_error(call, 404, &product_rules[PRODUCT_DEVICE_NOT_FOUND],
                    "Device not found for this product");
        return;
    }
    ids_next(&call->world->sim.ids, "registration-code", code, IDS_TOKEN);
    struct jsonw *w = sim_note(&call->world->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_int(w, "product", call->product->id);
    sim_noted(&call->world->sim, "cloud", "registration-code.issued");
    w = reply_json(call, 200, &fleet_rules[REGISTRATION_CODE]);
    jsonw_object(w);
    jsonw_key_str(w, "registration_code", code);
    jsonw_end_object(w);
}

static void target_profile(struct call *call)
{
    const char *country = call_str(call, "country");
    if (!devices_find(call))
        return;
    if (!country || strlen(country) != 2 || !isupper((unsigned char)country[0]) ||
        !isupper((unsigned char)country[1]))
        reply_error(call, 400, &fleet_rules[TARGET_PROFILE_BAD],
                    "country has to be two upper-case letters");
    else
        reply_text(call, 200, &fleet_rules[TARGET_PROFILE], "{\"ok\":true}");
}

static void device_orders(struct call *call)
{
    reply_text(call, 200, &fleet_rules[DEVICE_ORDERS], "{\"device_orders\":[]}");
}

/* ---- rows ---- */

static const struct shape code_shape = {
    .type = SHAPE_OBJECT,
    .name = "RegistrationCode",
    .fields = (const struct shape_field[]){{"registration_code", &shape_secret, 0}, {0}},
};

static const struct shape orders_shape = {
    .type = SHAPE_OBJECT,
    .name = "DeviceOrders",
    .fields = (const struct shape_field[]){{"device_orders", SHAPE_LIST(shape_object), 0}, {0}},
};

static const struct route rows[] = {
    {"POST", "/v1/products/:product/registration_code", "device.registration-code", AUTH_PRODUCT,
     registration_code, "devices:import", PROVENANCE_INFERRED, "particle-cli",
     "a code with which a Linux device of the product registers",
     .params = PARAMS({"device_id", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &code_shape, NULL})},
    {"PUT", "/v1/products/:product/devices/:device/target_profile", "device.target-profile",
     AUTH_PRODUCT, target_profile, "devices:update", PROVENANCE_INFERRED, "particle-cli",
     "the country that a device is set up for",
     .params = PARAMS({"country", PARAM_BODY, PARAM_STRING, true, "two letters"}),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"GET", "/v1/products/:product/device_orders", "device-order.list", AUTH_PRODUCT, device_orders,
     NULL, PROVENANCE_DOCUMENTED, "Particle's API reference", "a product's orders of devices",
     .params = NO_PARAMS, .replies = REPLIES({200, &orders_shape, NULL})},
};

const struct route_table registration_routes = {rows, sizeof rows / sizeof *rows};
