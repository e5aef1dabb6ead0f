/* See firmware_store.h. Owns the bytes of what was uploaded, and when an update is begun because of
 * a release. */
#include "cloud/firmware_store.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/system_event.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *key_dup(const struct product *product, int64_t version)
{
    return mem_printf_dup("%lld/%lld", (long long)product->id, (long long)version);
}

static void version_free(void *value)
{
    struct firmware_version *firmware = value;
    free(firmware->title);
    free(firmware->description);
    free(firmware->name);
    free(firmware->bytes);
    free(firmware->uploaded_by);
    map_free(&firmware->groups, NULL);
    free(firmware);
}

void firmware_store_free(struct cloud *cloud)
{
    map_free(&cloud->firmware, version_free);
}

struct firmware_version *firmware_store_find(const struct cloud *cloud,
                                             const struct product *product, int64_t version)
{
    char *key = key_dup(product, version);
    struct firmware_version *firmware = map_get(&cloud->firmware, key);
    free(key);
    return firmware;
}

/* The next version of the product; NULL behind the last. */
static struct firmware_version *next_of(const struct cloud *cloud, const struct product *product,
                                        size_t *cursor)
{
    void *value;
    while (map_next(&cloud->firmware, cursor, NULL, &value))
        if (((struct firmware_version *)value)->product == product)
            return value;
    return NULL;
}

static bool has_room(const struct cloud *cloud, size_t size)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->firmware, &cursor, NULL, &value))
        size += ((struct firmware_version *)value)->size;
    return size <= FIRMWARE_STORE_BYTES &&
           !limits_reached(cloud, LIMIT_FIRMWARE, map_count(&cloud->firmware));
}

static void tell_created(struct cloud *cloud, const struct firmware_version *firmware,
                         struct user *by)
{
    char data[64];
    snprintf(data, sizeof data, "{\"version\":\"%lld\"}", (long long)firmware->version);
    system_event_tell_product(cloud, firmware->product, by, SYSTEM_FIRMWARE_CREATED, data);
}

struct firmware_version *firmware_store_add(struct cloud *cloud, struct product *product,
                                            const struct firmware_upload *upload)
{
    if (!has_room(cloud, upload->size))
        return NULL;
    struct firmware_version *firmware = mem_new(sizeof *firmware);
    char *key = key_dup(product, upload->version);
    ids_named(&cloud->sim->ids, "firmware", key, firmware->id, IDS_OBJECT);
    firmware->product = product;
    firmware->version = upload->version;
    firmware->title = mem_dup(upload->title);
    firmware->description = mem_dup(upload->description);
    firmware->name = mem_dup(upload->name);
    firmware->bytes = mem_dup_n(upload->bytes, upload->size);
    firmware->size = upload->size;
    firmware->uploaded_ms = firmware->updated_ms = vclock_now(cloud->sim->clock);
    if (upload->user) {
        firmware->uploaded_by = mem_dup(upload->user->username);
        memcpy(firmware->uploaded_by_id, upload->user->id, sizeof firmware->uploaded_by_id);
    }
    map_put(&cloud->firmware, key, firmware);
    free(key);
    tell_created(cloud, firmware, upload->user);
    return firmware;
}

void firmware_store_describe(struct cloud *cloud, struct firmware_version *firmware,
                             const char *title, const char *description)
{
    char **texts[] = {&firmware->title, &firmware->description};
    const char *values[] = {title, description};
    for (size_t i = 0; i < 2; i++) {
        if (!values[i])
            continue;
        free(*texts[i]);
        *texts[i] = mem_dup(values[i]);
    }
    firmware->updated_ms = vclock_now(cloud->sim->clock);
}

void firmware_store_remove(struct cloud *cloud, struct firmware_version *firmware)
{
    char *key = key_dup(firmware->product, firmware->version);
    version_free(map_take(&cloud->firmware, key));
    free(key);
}

/* ---- which device gets which ---- */

int64_t firmware_store_of_group(const struct cloud *cloud, const struct product *product,
                                const char *group)
{
    size_t cursor = 0;
    const struct firmware_version *firmware;
    while ((firmware = next_of(cloud, product, &cursor)))
        if (map_get(&firmware->groups, group))
            return firmware->version;
    return -1;
}

static int64_t version_default(const struct cloud *cloud, const struct product *product)
{
    size_t cursor = 0;
    const struct firmware_version *firmware;
    while ((firmware = next_of(cloud, product, &cursor)))
        if (firmware->product_default)
            return firmware->version;
    return -1;
}

int64_t firmware_store_target(const struct cloud *cloud, const struct cloud_device *device)
{
    int64_t target = device->desired_firmware;
    if (target >= 0 || !device->product)
        return target;
    for (size_t i = 0; i < device->group_count; i++) {
        int64_t version = firmware_store_of_group(cloud, device->product, device->groups[i]);
        target = version > target ? version : target;
    }
    return target >= 0 ? target : version_default(cloud, device->product);
}

bool firmware_store_updates(const struct cloud_device *device, int64_t version)
{
    return !device->development && (device->firmware_version != version || !device->product ||
                                    device->firmware_product_id != device->product->id);
}

size_t firmware_store_device_count(const struct cloud *cloud, const struct product *product,
                                   int64_t version)
{
    struct registry_walk walk = registry_running(cloud, product, version);
    return registry_count(&walk);
}

/* ---- updates that follow ---- */

bool firmware_store_waits(const struct cloud *cloud, const struct cloud_device *device)
{
    int64_t target = map_count(&cloud->firmware) ? firmware_store_target(cloud, device) : -1;
    return target >= 0 && device->product && !session_updating(device) && !device->update_goes_on &&
           firmware_store_updates(device, target) &&
           firmware_store_find(cloud, device->product, target);
}

static void begin_update(void *owner, uint64_t index)
{
    struct cloud *cloud = owner;
    struct cloud_device *device = cloud->registry[index];
    int64_t target = firmware_store_target(cloud, device);
    if (target >= 0 && device->product && firmware_store_updates(device, target) &&
        firmware_store_find(cloud, device->product, target))
        session_ask(
            cloud, device,
            &(struct session_question){
                .kind = ASK_UPDATE, .image = IMAGE_PRODUCT, .version = target, .by_itself = true},
            NULL, NULL);
}

void firmware_store_offer(struct cloud *cloud, struct cloud_device *device)
{
    int64_t target = map_count(&cloud->firmware) ? firmware_store_target(cloud, device) : -1;
    if (target < 0 || !device->product || device->update_goes_on ||
        !firmware_store_updates(device, target) ||
        !firmware_store_find(cloud, device->product, target))
        return;
    /* Not at once: a device first publishes what it publishes after each handshake. */
    vclock_add(cloud->sim->clock, vclock_now(cloud->sim->clock),
               &(struct timer_row){TIMER_FOREGROUND, "cloud", "update to the product's firmware",
                                   begin_update, cloud, device->index});
}

static void offer_to_all(struct cloud *cloud, const struct product *product)
{
    struct registry_walk walk = registry_listed(cloud, product, 0);
    struct cloud_device *device;
    while ((device = registry_next(&walk)))
        if (device->product == product && device->online)
            firmware_store_offer(cloud, device);
}

static void tell_released(struct cloud *cloud, const struct firmware_version *firmware,
                          struct user *by)
{
    char data[96];
    snprintf(data, sizeof data, "{\"immediate\":%s,\"version\":%lld}",
             firmware->intelligent ? "true" : "false", (long long)firmware->version);
    system_event_tell_product(cloud, firmware->product, by, SYSTEM_FIRMWARE_RELEASED, data);
}

void firmware_store_release(struct cloud *cloud, struct firmware_version *firmware,
                            const struct firmware_release *release)
{
    size_t cursor = 0;
    struct firmware_version *other;
    map_free(&firmware->groups, NULL);
    while ((other = next_of(cloud, firmware->product, &cursor))) {
        if (release->product_default)
            other->product_default = false;
        for (size_t i = 0; i < release->group_count; i++)
            map_take(&other->groups, release->groups[i]);
    }
    for (size_t i = 0; i < release->group_count; i++)
        map_put(&firmware->groups, release->groups[i], firmware);
    firmware->product_default = release->product_default;
    firmware->intelligent = release->intelligent;
    firmware->released = true;
    firmware->updated_ms = vclock_now(cloud->sim->clock);
    tell_released(cloud, firmware, release->user);
    if (release->intelligent)
        offer_to_all(cloud, firmware->product);
}

void firmware_store_rename_group(struct cloud *cloud, const struct product *product,
                                 const char *from, const char *to)
{
    size_t cursor = 0;
    struct firmware_version *firmware;
    while ((firmware = next_of(cloud, product, &cursor)))
        if (map_take(&firmware->groups, from) && to)
            map_put(&firmware->groups, to, firmware);
}
