/* The registry of devices: who owns which, in which product, last heard when. See cloud.h. */
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- what is printed on a device ---- */

struct numbers {
    char serial_number[CLOUD_SERIAL_MAX + 1];
    char mobile_secret[CLOUD_SERIAL_MAX + 1];
    char iccid[CLOUD_ICCID_MAX + 1]; /* "": it has no modem */
    char imei[CLOUD_IMEI_MAX + 1];
};

/* `count` decimal digits that follow from the device's id, behind a prefix. */
static void made_digits(const struct cloud_device *device, const char *kind, const char *prefix,
                        size_t count, char *ret_text)
{
    char hex[IDS_OBJECT + 1];
    size_t used = strlen(prefix);
    ids_named(&device->cloud->sim->ids, kind, device->id, hex, IDS_OBJECT);
    memcpy(ret_text, prefix, used);
    for (size_t i = 0; i < count; i++) {
        int digit = hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a';
        ret_text[used++] = (char)('0' + digit);
    }
    ret_text[used] = '\0';
}

void registry_made_serial(const struct cloud_device *device, char *ret_text)
{
    made_digits(device, "serial", "MOCK26", 9, ret_text);
}

void registry_made_iccid(const struct cloud_device *device, char *ret_text)
{
    made_digits(device, "iccid", "8934076500", 10, ret_text);
}

void registry_made_imei(const struct cloud_device *device, char *ret_text)
{
    made_digits(device, "imei", "35", 13, ret_text);
}

/* Made when one of them is asked for first. They take 170 bytes, and of most devices of a large
 * fleet nobody ever asks. */
static struct numbers *numbers_of(const struct cloud_device *device)
{
    if (device->numbers)
        return device->numbers;
    struct numbers *numbers = mem_new(sizeof *numbers);
    registry_made_serial(device, numbers->serial_number);
    made_digits(device, "mobile-secret", "MOCKSECRET", 5, numbers->mobile_secret);
    if (device->platform->cellular) {
        registry_made_iccid(device, numbers->iccid);
        registry_made_imei(device, numbers->imei);
    }
    device->cloud->registry[device->index]->numbers = numbers; /* the same one, to be written */
    return numbers;
}

const char *cloud_serial_number(const struct cloud_device *device)
{
    return numbers_of(device)->serial_number;
}

const char *cloud_mobile_secret(const struct cloud_device *device)
{
    return numbers_of(device)->mobile_secret;
}

const char *cloud_iccid(const struct cloud_device *device)
{
    return device->platform->cellular ? numbers_of(device)->iccid : NULL;
}

const char *cloud_imei(const struct cloud_device *device)
{
    return device->platform->cellular ? numbers_of(device)->imei : NULL;
}

void cloud_set_mobile_secret(struct cloud_device *device, const char *secret)
{
    snprintf(numbers_of(device)->mobile_secret, CLOUD_SERIAL_MAX + 1, "%s", secret);
}

/* ---- the registry ---- */

struct cloud_device *cloud_add_device(struct cloud *cloud, const char *id,
                                      const struct platform *platform)
{
    size_t count = cloud->device_count;
    struct cloud_device *device = mem_new(sizeof *device);
    memcpy(device->id, id, IDS_OBJECT);
    device->index = (uint32_t)count;
    device->cloud = cloud;
    device->platform = platform;
    device->system_version = platform->newest;
    device->last_handshake_ms = device->last_heard_ms = -1;
    device->desired_firmware = device->firmware_version = -1;
    if ((count & (count - 1)) == 0)
        cloud->registry =
            mem_grow(cloud->registry, (count ? count * 2 : 1) * sizeof(struct cloud_device *));
    cloud->registry[cloud->device_count++] = device;
    registry_index_in(cloud, device, INDEX_ALL);
    return device;
}

struct cloud_device *cloud_device(const struct cloud *cloud, const char *id)
{
    return registry_by_id(cloud, id);
}

struct cloud_device *cloud_device_identified(const struct cloud *cloud, const char *text)
{
    static struct cloud_device *(*const by[])(const struct cloud *, const char *) = {
        registry_by_serial, registry_by_imei, registry_by_iccid};
    struct cloud_device *device = cloud_device_by_id_or_name(cloud, text, NULL);
    for (size_t i = 0; i < sizeof by / sizeof *by && !device; i++)
        device = by[i](cloud, text);
    return device;
}

void cloud_set_name(struct cloud *cloud, struct cloud_device *device, const char *name)
{
    char *copy = mem_dup(name);
    registry_index_out(cloud, device, INDEX_NAMES);
    free(device->name);
    device->name = copy;
    registry_index_in(cloud, device, INDEX_NAMES);
}

void cloud_set_iccid(struct cloud *cloud, struct cloud_device *device, const char *iccid)
{
    registry_index_out(cloud, device, 1u << INDEX_ICCID);
    snprintf(numbers_of(device)->iccid, CLOUD_ICCID_MAX + 1, "%s", iccid);
    registry_index_in(cloud, device, 1u << INDEX_ICCID);
}

void cloud_set_imei(struct cloud *cloud, struct cloud_device *device, const char *imei)
{
    registry_index_out(cloud, device, 1u << INDEX_IMEI);
    snprintf(numbers_of(device)->imei, CLOUD_IMEI_MAX + 1, "%s", imei);
    registry_index_in(cloud, device, 1u << INDEX_IMEI);
}

bool cloud_set_serial(struct cloud *cloud, struct cloud_device *device, const char *serial_number)
{
    const struct cloud_device *other = registry_by_serial(cloud, serial_number);
    if (other)
        return other == device;
    registry_index_out(cloud, device, 1u << INDEX_SERIAL);
    snprintf(numbers_of(device)->serial_number, CLOUD_SERIAL_MAX + 1, "%s", serial_number);
    registry_index_in(cloud, device, 1u << INDEX_SERIAL);
    return true;
}

struct cloud_device *cloud_device_by_id_or_name(const struct cloud *cloud, const char *id_or_name,
                                                const struct owner *owner)
{
    struct cloud_device *device = cloud_device(cloud, id_or_name); /* as nearly all write an id */
    if (!device && strlen(id_or_name) == IDS_OBJECT) {
        char lower[IDS_OBJECT + 1] = "";
        for (size_t i = 0; i < IDS_OBJECT; i++)
            lower[i] = (char)tolower((unsigned char)id_or_name[i]);
        device = cloud_device(cloud, lower);
    }
    if (device)
        return device;
    bool named = owner && owner->kind != OWNER_NONE;
    return named ? registry_owned_named(cloud, owner, id_or_name, NULL) : NULL;
}

bool cloud_name_taken(const struct cloud *cloud, const struct cloud_device *device,
                      const char *name)
{
    return device->owner.kind != OWNER_NONE &&
           registry_owned_named(cloud, &device->owner, name, device);
}

void cloud_set_owner(struct cloud *cloud, struct cloud_device *device, struct owner owner)
{
    struct jsonw *w = sim_note(cloud->sim);
    const struct owner *named = owner.kind == OWNER_NONE ? &device->owner : &owner;
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "owner_kind", owner_kind_word(named));
    jsonw_key_str(w, "owner", owner_name(named));
    uint64_t n = sim_noted(cloud->sim, "cloud",
                           owner.kind == OWNER_NONE ? "device.released" : "device.claimed");
    if (device->owner.kind != OWNER_NONE) {
        device->released = (struct fact){n, vclock_now(cloud->sim->clock)};
        device->released_by = device->owner;
        device->taken = owner.kind != OWNER_NONE;
    }
    lag_note(cloud, device);
    registry_index_out(cloud, device, INDEX_OWNERS);
    device->owner = owner;
    registry_index_in(cloud, device, INDEX_OWNERS);
    free(device->transfer);
    device->transfer = NULL;
    device->owned = (struct fact){0};
    if (owner.kind != OWNER_NONE)
        device->owned = (struct fact){n, vclock_now(cloud->sim->clock)};
}
