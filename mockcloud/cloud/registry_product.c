/*
 * Devices and products: import, quarantine, removal; and the groups that a device is in. See
 * cloud.h. Changes no owner but a customer's, whose device leaves the product.
 */
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/sims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void note_product(struct cloud *cloud, const struct cloud_device *device,
                         const struct product *product, const char *kind)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_int(w, "product", product->id);
    sim_noted(cloud->sim, "cloud", kind);
}

void cloud_place(struct cloud *cloud, struct cloud_device *device, struct device_place place)
{
    registry_index_out(cloud, device, INDEX_PLACES);
    device->product = place.product;
    device->quarantined_in = place.quarantined_in;
    device->denied_by = place.denied_by;
    registry_index_in(cloud, device, INDEX_PLACES);
}

enum import_result cloud_import(struct cloud *cloud, struct product *product, const char *id)
{
    struct cloud_device *device = cloud_device_by_id_or_serial(cloud, id);
    if (!device)
        return IMPORT_INVALID;
    if (device->platform->id != product->platform->id)
        return IMPORT_INVALID;
    if (device->product == product)
        return IMPORT_EXISTING;
    if (device->product)
        return IMPORT_INVALID;
    if (device->owner.kind == OWNER_USER && !cloud_on_team(product, device->owner.user))
        return IMPORT_NON_MEMBER;
    cloud_place(cloud, device, (struct device_place){.product = product});
    groups_see(cloud, device);
    note_product(cloud, device, product, "device.imported");
    sims_imported_with(cloud, device);
    return IMPORT_UPDATED;
}

/* `denied_by`: whose quarantine it does not come into again; NULL: none. */
static void leave_product(struct cloud *cloud, struct cloud_device *device,
                          struct product *denied_by, const char *kind)
{
    note_product(cloud, device, cloud_listed_in(device), kind);
    if (device->owner.kind == OWNER_CUSTOMER)
        cloud_set_owner(cloud, device, (struct owner){0});
    cloud_set_groups(cloud, device, NULL, 0);
    cloud_place(cloud, device, (struct device_place){.denied_by = denied_by});
    device->development = false;
    device->desired_firmware = -1;
}

void cloud_remove_from_product(struct cloud *cloud, struct cloud_device *device)
{
    leave_product(cloud, device, device->denied_by, "device.removed");
}

void cloud_deny(struct cloud *cloud, struct cloud_device *device)
{
    leave_product(cloud, device, cloud_listed_in(device), "device.denied");
}

struct product *cloud_listed_in(const struct cloud_device *device)
{
    return device->product ? device->product : device->quarantined_in;
}

/* Device OS 4 and later: a device has to be imported first, and is not seen in quarantine. */
static bool has_quarantine(const struct cloud_device *device)
{
    return strtol(device->platform->system_version, NULL, 10) <= 3;
}

void cloud_see_firmware(struct cloud *cloud, struct cloud_device *device)
{
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)device->firmware_product_id);
    struct product *product = device->firmware_product_id ? cloud_product(cloud, id) : NULL;
    if (device->product || product == device->quarantined_in)
        return;
    cloud_place(cloud, device, (struct device_place){.denied_by = device->denied_by});
    if (!product || device->denied_by == product || !has_quarantine(device) ||
        product->platform->id != device->platform->id)
        return;
    if (product->quarantine) {
        cloud_place(
            cloud, device,
            (struct device_place){.quarantined_in = product, .denied_by = device->denied_by});
        note_product(cloud, device, product, "device.quarantined");
    } else { /* the product takes whoever says that it belongs there */
        cloud_place(cloud, device,
                    (struct device_place){.product = product, .denied_by = device->denied_by});
        note_product(cloud, device, product, "device.imported");
    }
}

/* ---- groups ---- */

#define INDEX_GROUPS (1u << INDEX_GROUP)

static void add_group(struct cloud_device *device, const char *name)
{
    if (device->group_count == CLOUD_GROUPS_MAX || cloud_in_group(device, name))
        return;
    device->groups = mem_grow(device->groups, (device->group_count + 1) * sizeof(char *));
    device->groups[device->group_count++] = mem_dup(name);
}

void cloud_set_groups(struct cloud *cloud, struct cloud_device *device, const char *const *names,
                      size_t count)
{
    char **before = device->groups;
    size_t before_count = device->group_count;
    registry_index_out(cloud, device, INDEX_GROUPS);
    device->groups = NULL;
    device->group_count = 0;
    for (size_t i = 0; i < count; i++)
        add_group(device, names[i]);
    registry_index_in(cloud, device, INDEX_GROUPS);
    for (size_t i = 0; i < before_count; i++)
        free(before[i]);
    free(before);
}

bool cloud_in_group(const struct cloud_device *device, const char *name)
{
    for (size_t i = 0; i < device->group_count; i++)
        if (strcmp(device->groups[i], name) == 0)
            return true;
    return false;
}

void cloud_join_group(struct cloud *cloud, struct cloud_device *device, const char *name)
{
    registry_index_out(cloud, device, INDEX_GROUPS);
    add_group(device, name);
    registry_index_in(cloud, device, INDEX_GROUPS);
}

void cloud_leave_group(struct cloud *cloud, struct cloud_device *device, const char *name)
{
    size_t kept = 0;
    registry_index_out(cloud, device, INDEX_GROUPS);
    for (size_t i = 0; i < device->group_count; i++) {
        if (strcmp(device->groups[i], name) == 0)
            free(device->groups[i]);
        else
            device->groups[kept++] = device->groups[i];
    }
    device->group_count = kept;
    registry_index_in(cloud, device, INDEX_GROUPS);
}
