/* The registry of devices: who owns which, in which product, last heard when. See cloud.h. */
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* `count` decimal digits that follow from the device's id, behind a prefix. */
static char *digits_dup(struct cloud *cloud, const char *kind, const char *device_id,
                        const char *prefix, size_t count)
{
    char hex[41];
    char text[64];
    size_t used = strlen(prefix);
    ids_named(&cloud->sim->ids, kind, device_id, hex, 40);
    memcpy(text, prefix, used);
    for (size_t i = 0; i < count; i++) {
        int digit = hex[i] <= '9' ? hex[i] - '0' : hex[i] - 'a';
        text[used++] = (char)('0' + digit);
    }
    text[used] = '\0';
    return mem_dup(text);
}

struct cloud_device *cloud_add_device(struct cloud *cloud, const char *id,
                                      const struct platform *platform)
{
    size_t count = cloud->device_count;
    struct cloud_device *device = mem_new(sizeof *device);
    memcpy(device->id, id, IDS_OBJECT);
    device->index = (uint32_t)count;
    device->platform = platform;
    device->system_version = platform->newest;
    device->last_handshake_ms = device->last_heard_ms = -1;
    device->desired_firmware = device->firmware_version = -1;
    device->serial_number = digits_dup(cloud, "serial", id, "MOCK26", 9);
    device->mobile_secret = digits_dup(cloud, "mobile-secret", id, "MOCKSECRET", 5);
    if (platform->cellular) {
        device->iccid = digits_dup(cloud, "iccid", id, "8934076500", 10);
        device->imei = digits_dup(cloud, "imei", id, "35", 13);
    }
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
    struct cloud_device *(*const by[])(const struct cloud *, const char *) = {
        registry_by_serial, registry_by_imei, registry_by_iccid};
    struct cloud_device *device = cloud_device_by_id_or_name(cloud, text, NULL);
    for (size_t i = 0; i < sizeof by / sizeof *by && !device; i++)
        device = by[i](cloud, text);
    return device;
}

/* Another text in one of the record's fields, which the indexes go by. */
static void set_text(struct cloud *cloud, struct cloud_device *device, unsigned indexes,
                     char **text, const char *value)
{
    char *copy = mem_dup(value);
    registry_index_out(cloud, device, indexes);
    free(*text);
    *text = copy;
    registry_index_in(cloud, device, indexes);
}

void cloud_set_name(struct cloud *cloud, struct cloud_device *device, const char *name)
{
    set_text(cloud, device, INDEX_NAMES, &device->name, name);
}

void cloud_set_iccid(struct cloud *cloud, struct cloud_device *device, const char *iccid)
{
    set_text(cloud, device, 1u << INDEX_ICCID, &device->iccid, iccid);
}

void cloud_set_imei(struct cloud *cloud, struct cloud_device *device, const char *imei)
{
    set_text(cloud, device, 1u << INDEX_IMEI, &device->imei, imei);
}

bool cloud_set_serial(struct cloud *cloud, struct cloud_device *device, const char *serial_number)
{
    const struct cloud_device *other = registry_by_serial(cloud, serial_number);
    if (other)
        return other == device;
    set_text(cloud, device, 1u << INDEX_SERIAL, &device->serial_number, serial_number);
    return true;
}

struct cloud_device *cloud_device_by_id_or_name(const struct cloud *cloud, const char *id_or_name,
                                                const struct owner *owner)
{
    char lower[IDS_OBJECT + 1] = "";
    for (size_t i = 0; i < IDS_OBJECT && id_or_name[i]; i++)
        lower[i] = (char)tolower((unsigned char)id_or_name[i]);
    if (strlen(id_or_name) == IDS_OBJECT) {
        struct cloud_device *device = cloud_device(cloud, lower);
        if (device)
            return device;
    }
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
    registry_index_out(cloud, device, INDEX_OWNERS);
    device->owner = owner;
    registry_index_in(cloud, device, INDEX_OWNERS);
    device->transfer_id[0] = device->transfer_by[0] = '\0';
    device->owned = (struct fact){0};
    if (owner.kind != OWNER_NONE)
        device->owned = (struct fact){n, vclock_now(cloud->sim->clock)};
}
