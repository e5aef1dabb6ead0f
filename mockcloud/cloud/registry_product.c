/*
 * Devices and products: import, quarantine, removal; and the groups that a device is in. See
 * cloud.h. Changes no owner but a customer's, whose device leaves the product.
 */
#include "base/mem.h"
#include "cloud/attempts.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/sims.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct fact note_product(struct cloud *cloud, const struct cloud_device *device,
                                const struct product *product, const char *kind)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_int(w, "product", product->id);
    return (struct fact){sim_noted(cloud->sim, "cloud", kind), vclock_now(cloud->sim->clock)};
}

/* How an import of this device ends, without doing it. */
struct import_verdict {
    enum import_result result;
    const char *reason; /* static: why it is refused; NULL: it is not */
};

/* `device` NULL: there is none. */
static struct import_verdict import_judge(const struct product *product,
                                          const struct cloud_device *device)
{
    if (!device)
        return (struct import_verdict){IMPORT_INVALID, "no such device"};
    if (device->platform->id != product->platform->id)
        return (struct import_verdict){IMPORT_INVALID, "of another platform"};
    if (device->product == product)
        return (struct import_verdict){IMPORT_EXISTING, NULL};
    if (device->product)
        return (struct import_verdict){IMPORT_INVALID, "in another product"};
    if (device->owner.kind == OWNER_USER && !cloud_on_team(product, device->owner.user))
        return (struct import_verdict){IMPORT_NON_MEMBER, "owned by a user outside of the team"};
    if (device->protection && !product->protection)
        return (struct import_verdict){IMPORT_PROTECTED, "protected, and the product is not"};
    return (struct import_verdict){IMPORT_UPDATED, NULL};
}

/* The reply names the identifiers that it did not take and tells no reason; the journal does. */
static struct fact import_note_refused(struct cloud *cloud, const struct product *product,
                                       const struct cloud_device *device, const char *given,
                                       const char *reason)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "given", given);
    jsonw_key_str(w, "device", device ? device->id : NULL);
    jsonw_key_int(w, "product", product->id);
    jsonw_key_str(w, "reason", reason);
    return (struct fact){sim_noted(cloud->sim, "cloud", "import.refused"),
                         vclock_now(cloud->sim->clock)};
}

static struct fact import_take(struct cloud *cloud, struct product *product,
                               struct cloud_device *device)
{
    cloud_place(cloud, device, (struct device_place){.product = product});
    groups_see(cloud, device);
    struct fact fact = note_product(cloud, device, product, "device.imported");
    sims_imported_with(cloud, device);
    return fact;
}

void cloud_place(struct cloud *cloud, struct cloud_device *device, struct device_place place)
{
    lag_note(cloud, device);
    registry_index_out(cloud, device, INDEX_PLACES);
    device->product = place.product;
    device->quarantined_in = place.quarantined_in;
    device->denied_by = place.denied_by;
    registry_index_in(cloud, device, INDEX_PLACES);
}

enum import_result cloud_import(struct cloud *cloud, struct product *product, const char *id)
{
    struct cloud_device *device = cloud_device_identified(cloud, id);
    struct import_verdict verdict = import_judge(product, device);
    if (verdict.result == IMPORT_EXISTING)
        return IMPORT_EXISTING;
    struct import_try attempt = {
        .at = device && !verdict.reason
                  ? import_take(cloud, product, device)
                  : import_note_refused(cloud, product, device, id, verdict.reason),
        .product = product,
        .result = verdict.result,
        .reason = verdict.reason,
    };
    if (device)
        attempts_note_import(device, &attempt);
    return verdict.result;
}

/* `denied_by`: whose quarantine it does not come into again; NULL: none. */
static void leave_product(struct cloud *cloud, struct cloud_device *device,
                          struct product *denied_by, const char *kind)
{
    device->left_from = cloud_listed_in(device);
    device->left = note_product(cloud, device, device->left_from, kind);
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
    return device->system_version && system_version_major(device->system_version) <= 3;
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
        device->quarantined = note_product(cloud, device, product, "device.quarantined");
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
