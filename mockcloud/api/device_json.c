/*
 * See device_json.h. The fields, in this order, are those of recordings of 2018 and of Particle's
 * API reference; both `online` and `connected` are there, because older clients read `connected`.
 */
#include "api/device_json.h"

static void write_radio(const struct cloud_device *device, struct jsonw *w)
{
    if (!device->platform->cellular)
        return;
    jsonw_key_str(w, "iccid", device->iccid);
    jsonw_key_str(w, "imei", device->imei);
    jsonw_key_str(w, "last_iccid", device->last_handshake_ms >= 0 ? device->iccid : NULL);
}

static void write_firmware(const struct cloud_device *device, struct jsonw *w)
{
    const char *version = device->platform->system_version;
    jsonw_key_str(w, "current_build_target", version);
    jsonw_key_str(w, "system_firmware_version", version);
    jsonw_key_str(w, "default_build_target", version);
    jsonw_key_bool(w, "firmware_updates_enabled", true);
    jsonw_key_bool(w, "firmware_updates_forced", false);
}

static void write_in_product(const struct cloud_device *device, struct jsonw *w)
{
    jsonw_key_int(w, "firmware_product_id",
                  device->product ? device->product->id : device->platform->id);
    jsonw_key_null(w, "firmware_version");
    jsonw_key_null(w, "desired_firmware_version");
    jsonw_key_null(w, "targeted_firmware_release_version");
    jsonw_key_bool(w, "development", false);
    jsonw_key_bool(w, "quarantined", false);
    jsonw_key_bool(w, "denied", false);
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
    jsonw_key_int(w, "product_id", device->product ? device->product->id : device->platform->id);
    jsonw_key_bool(w, "online", device->online);
    jsonw_key_bool(w, "connected", device->online);
    jsonw_key_int(w, "platform_id", device->platform->id);
    jsonw_key_bool(w, "cellular", device->platform->cellular);
    jsonw_key_null(w, "notes");
    jsonw_key(w, "functions");
    jsonw_raw(w, "[]", 2);
    jsonw_key(w, "variables");
    jsonw_raw(w, "{}", 2);
    jsonw_key_str(w, "status", "normal");
    jsonw_key_str(w, "serial_number", device->serial_number);
    write_radio(device, w);
    write_firmware(device, w);
    jsonw_key(w, "groups");
    jsonw_raw(w, "[]", 2);
    if (in_product)
        write_in_product(device, w);
    write_owner(&device->owner, w);
    jsonw_end_object(w);
}
