/*
 * See device_json.h. The fields, in this order, are those of recordings of 2018 and of Particle's
 * API reference; both `online` and `connected` are there, because older clients read `connected`.
 */
#include "api/routes/device_json.h"

#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/described.h"
#include "cloud/firmware_store.h"
#include "cloud/groups.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdio.h>
#include <string.h>

/* The Wi-Fi address is the end of a P2's id; of the others it is made up from theirs. */
static void write_mac(const struct cloud_device *device, struct jsonw *w)
{
    char text[19];
    const char *digits = device->id + IDS_OBJECT - 12;
    for (size_t i = 0; i < 6; i++)
        snprintf(text + 3 * i, 4, "%.2s:", digits + 2 * i);
    text[17] = '\0';
    jsonw_key_str(w, "mac_wifi", text);
}

static void write_radio(const struct cloud_device *device, struct jsonw *w)
{
    if (!device->platform->cellular) {
        write_mac(device, w);
        return;
    }
    jsonw_key_str(w, "iccid", device->iccid);
    jsonw_key_str(w, "imei", device->imei);
    jsonw_key_str(w, "last_iccid", device->last_handshake_ms >= 0 ? device->iccid : NULL);
}

/* What the device told of its application last; null while offline, with the switch. */
static void write_described(const struct cloud *cloud, const struct cloud_device *device,
                            struct jsonw *w)
{
    const struct described *described = &device->described;
    if (!device->online && sim_behaves(cloud->sim, BEHAVIOUR_OFFLINE_FUNCTIONS, "null")) {
        jsonw_key_null(w, "functions");
        jsonw_key_null(w, "variables");
        return;
    }
    jsonw_key(w, "functions");
    jsonw_array(w);
    for (size_t i = 0; i < described->function_count; i++)
        jsonw_str(w, described->functions[i]);
    jsonw_end_array(w);
    jsonw_key(w, "variables");
    jsonw_object(w);
    for (size_t i = 0; i < described->variable_count; i++)
        jsonw_key_str(w, described->variables[i].name,
                      described_type_word(described->variables[i].type));
    jsonw_end_object(w);
}

static void write_firmware(const struct cloud_device *device, struct jsonw *w)
{
    const char *version = device->platform->system_version;
    jsonw_key_str(w, "current_build_target", version);
    jsonw_key_str(w, "system_firmware_version", version);
    jsonw_key_str(w, "default_build_target", version);
    jsonw_key_bool(w, "firmware_updates_enabled", true);
    jsonw_key_bool(w, "firmware_updates_forced", device->updates_forced);
}

/* A version, or null. */
static void write_version(const char *key, int64_t version, struct jsonw *w)
{
    if (version < 0)
        jsonw_key_null(w, key);
    else
        jsonw_key_int(w, key, version);
}

static void write_in_product(const struct cloud *cloud, const struct cloud_device *device,
                             struct jsonw *w)
{
    int64_t built_for = device->firmware_product_id;
    jsonw_key_int(w, "firmware_product_id",
                  built_for         ? built_for
                  : device->product ? device->product->id
                                    : device->platform->id);
    write_version("firmware_version", device->firmware_version, w);
    write_version("desired_firmware_version", device->desired_firmware, w);
    write_version("targeted_firmware_release_version", firmware_store_target(cloud, device), w);
    jsonw_key_bool(w, "development", device->development);
    jsonw_key_bool(w, "quarantined", device->quarantined_in);
    jsonw_key_bool(w, "denied", device->denied_by);
}

static void write_owner(const struct owner *owner, struct jsonw *w)
{
    jsonw_key_str(w, "owner", owner_name(owner));
    if (owner->kind == OWNER_USER)
        jsonw_key_str(w, "user_id", owner->user->id);
    else if (owner->kind == OWNER_CUSTOMER)
        jsonw_key_str(w, "customer_id", owner->customer->id);
}

void device_json(const struct cloud *cloud, const struct cloud_device *device, bool in_product,
                 struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "id", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_null(w, "last_app");
    jsonw_key_str(w, "last_ip_address", device->last_handshake_ms >= 0 ? "127.0.0.1" : NULL);
    jsonw_key_time(w, "last_heard", cloud_last_heard(cloud, device));
    jsonw_key_time(w, "last_handshake_at", device->last_handshake_ms);
    const struct product *product = in_product ? cloud_listed_in(device) : device->product;
    jsonw_key_int(w, "product_id", product ? product->id : device->platform->id);
    jsonw_key_bool(w, "online", device->online);
    jsonw_key_bool(w, "connected", device->online);
    jsonw_key_int(w, "platform_id", device->platform->id);
    jsonw_key_bool(w, "cellular", device->platform->cellular);
    jsonw_key_str(w, "notes", device->notes);
    write_described(cloud, device, w);
    jsonw_key_str(w, "status", "normal");
    jsonw_key_str(w, "serial_number", device->serial_number);
    write_radio(device, w);
    write_firmware(device, w);
    groups_write_device(device, w);
    jsonw_key_str(w, "mobile_secret", device->mobile_secret);
    if (in_product)
        write_in_product(cloud, device, w);
    write_owner(&device->owner, w);
    jsonw_end_object(w);
}
