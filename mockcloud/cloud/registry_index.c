/*
 * See registry_index.h. An index is a row: what it is called, and the keys of a record in it. A key
 * that is made from a text is a hash, so whoever finds a record by one looks whether it has that
 * text; one made from an owner is the owner's address, which is never shown and gives no order.
 */
#include "cloud/registry_index.h"

#include "cloud/cloud.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* The key of INDEX_PRODUCT: the product's number, and below it the time of the last connection,
 * counted backwards, so that the newest comes first. */
#define TIME_BITS 48
#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

static uint64_t owner_key(const struct owner *owner)
{
    return owner->kind == OWNER_USER ? (uintptr_t)owner->user : (uintptr_t)owner->customer;
}

static uint64_t product_key(const struct product *product)
{
    return (uint64_t)product->number << TIME_BITS;
}

static uint64_t firmware_key(const struct product *product, int64_t version)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)version);
    return ranking_key((uintptr_t)product, text, false);
}

/* ---- the keys of a record: key number `i`; false behind the last ---- */

static bool id_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    *ret_key = ranking_key(0, device->id, false);
    return i == 0;
}

static bool owner_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    *ret_key = owner_key(&device->owner);
    return i == 0 && device->owner.kind != OWNER_NONE;
}

static bool owner_name_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    if (i || device->owner.kind == OWNER_NONE || !device->name)
        return false;
    *ret_key = ranking_key(owner_key(&device->owner), device->name, true);
    return true;
}

static bool product_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    const struct product *product = cloud_listed_in(device);
    if (i || !product)
        return false;
    *ret_key = product_key(product) | (TIME_MASK - ((uint64_t)device->last_handshake_ms + 1));
    return true;
}

static bool product_name_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    const struct product *product = cloud_listed_in(device);
    if (i || !product || !device->name)
        return false;
    *ret_key = ranking_key((uintptr_t)product, device->name, true);
    return true;
}

static bool group_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    const struct product *product = cloud_listed_in(device);
    if (!product || i >= device->group_count)
        return false;
    *ret_key = ranking_key((uintptr_t)product, device->groups[i], false);
    return true;
}

static bool firmware_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    const struct product *product = device->product;
    if (i || !product || device->firmware_product_id != product->id)
        return false;
    *ret_key = firmware_key(product, device->firmware_version);
    return true;
}

static bool serial_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    char made[CLOUD_SERIAL_MAX + 1];
    if (i)
        return false;
    if (!device->numbers)
        registry_made_serial(device, made);
    *ret_key = ranking_key(0, device->numbers ? cloud_serial_number(device) : made, false);
    return true;
}

static bool iccid_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    char made[CLOUD_ICCID_MAX + 1];
    if (i || !device->platform->cellular)
        return false;
    if (!device->numbers)
        registry_made_iccid(device, made);
    *ret_key = ranking_key(0, device->numbers ? cloud_iccid(device) : made, false);
    return true;
}

static bool imei_keys(const struct cloud_device *device, size_t i, uint64_t *ret_key)
{
    char made[CLOUD_IMEI_MAX + 1];
    if (i || !device->platform->cellular)
        return false;
    if (!device->numbers)
        registry_made_imei(device, made);
    *ret_key = ranking_key(0, device->numbers ? cloud_imei(device) : made, false);
    return true;
}

static const struct {
    const char *name;
    bool (*keys)(const struct cloud_device *device, size_t i, uint64_t *ret_key);
} rows[REGISTRY_INDEXES] = {
    [INDEX_ID] = {"id", id_keys},
    [INDEX_OWNER] = {"owner", owner_keys},
    [INDEX_OWNER_NAME] = {"owner and name", owner_name_keys},
    [INDEX_PRODUCT] = {"product and connection", product_keys},
    [INDEX_PRODUCT_NAME] = {"product and name", product_name_keys},
    [INDEX_GROUP] = {"group", group_keys},
    [INDEX_FIRMWARE] = {"firmware", firmware_keys},
    [INDEX_SERIAL] = {"serial number", serial_keys},
    [INDEX_ICCID] = {"iccid", iccid_keys},
    [INDEX_IMEI] = {"imei", imei_keys},
};

void registry_index_out(struct cloud *cloud, struct cloud_device *device, unsigned indexes)
{
    uint64_t key;
    for (size_t row = 0; row < REGISTRY_INDEXES; row++)
        for (size_t i = 0; (indexes & 1u << row) && rows[row].keys(device, i, &key); i++)
            ranking_take(&cloud->indexes[row], key, device->index);
}

void registry_index_in(struct cloud *cloud, struct cloud_device *device, unsigned indexes)
{
    uint64_t key;
    for (size_t row = 0; row < REGISTRY_INDEXES; row++)
        for (size_t i = 0; (indexes & 1u << row) && rows[row].keys(device, i, &key); i++)
            ranking_add(&cloud->indexes[row], key, device->index);
}

/* ---- walks ---- */

static struct registry_walk walk_of(const struct cloud *cloud, enum registry_index which,
                                    uint64_t key)
{
    struct registry_walk walk = {cloud, ranking_from(&cloud->indexes[which], key), key, UINT64_MAX};
    return walk;
}

struct registry_walk registry_owned(const struct cloud *cloud, const struct owner *owner)
{
    return walk_of(cloud, INDEX_OWNER, owner_key(owner));
}

struct registry_walk registry_listed(const struct cloud *cloud, const struct product *product,
                                     size_t skip)
{
    const struct ranking *ranking = &cloud->indexes[INDEX_PRODUCT];
    struct registry_walk walk = walk_of(cloud, INDEX_PRODUCT, product_key(product));
    walk.mask = ~TIME_MASK;
    if (skip)
        walk.walk = ranking_at(ranking, ranking_below(ranking, walk.key) + skip);
    return walk;
}

struct registry_walk registry_grouped(const struct cloud *cloud, const struct product *product,
                                      const char *group)
{
    return walk_of(cloud, INDEX_GROUP, ranking_key((uintptr_t)product, group, false));
}

struct registry_walk registry_running(const struct cloud *cloud, const struct product *product,
                                      int64_t version)
{
    return walk_of(cloud, INDEX_FIRMWARE, firmware_key(product, version));
}

struct cloud_device *registry_next(struct registry_walk *walk)
{
    struct ranking_pair pair;
    if (!ranking_next(&walk->walk, &pair) || (pair.key & walk->mask) != walk->key)
        return NULL;
    return walk->cloud->registry[pair.number];
}

size_t registry_count(const struct registry_walk *walk)
{
    const struct ranking *ranking = walk->walk.ranking;
    uint64_t last = walk->key | ~walk->mask;
    size_t up_to = last == UINT64_MAX ? ranking->count : ranking_below(ranking, last + 1);
    return up_to - ranking_below(ranking, walk->key);
}

/* ---- one record ---- */

struct cloud_device *registry_owned_named(const struct cloud *cloud, const struct owner *owner,
                                          const char *name, const struct cloud_device *but)
{
    uint64_t key = ranking_key(owner_key(owner), name, true);
    struct registry_walk walk = walk_of(cloud, INDEX_OWNER_NAME, key);
    struct cloud_device *device;
    while ((device = registry_next(&walk)))
        if (device != but && owner_same(&device->owner, owner) &&
            strcasecmp(device->name, name) == 0)
            break;
    return device;
}

struct cloud_device *registry_listed_named(const struct cloud *cloud, const struct product *product,
                                           const char *name)
{
    uint64_t key = ranking_key((uintptr_t)product, name, true);
    struct registry_walk walk = walk_of(cloud, INDEX_PRODUCT_NAME, key);
    struct cloud_device *device;
    while ((device = registry_next(&walk)))
        if (cloud_listed_in(device) == product && strcasecmp(device->name, name) == 0)
            break;
    return device;
}

struct cloud_device *registry_by_id(const struct cloud *cloud, const char *id)
{
    struct registry_walk walk = walk_of(cloud, INDEX_ID, ranking_key(0, id, false));
    struct cloud_device *device;
    while ((device = registry_next(&walk)) && strcmp(device->id, id) != 0)
        ;
    return device;
}

struct cloud_device *registry_by_serial(const struct cloud *cloud, const char *serial_number)
{
    struct registry_walk walk = walk_of(cloud, INDEX_SERIAL, ranking_key(0, serial_number, false));
    struct cloud_device *device;
    while ((device = registry_next(&walk)) &&
           strcmp(cloud_serial_number(device), serial_number) != 0)
        ;
    return device;
}

struct cloud_device *registry_by_iccid(const struct cloud *cloud, const char *iccid)
{
    struct registry_walk walk = walk_of(cloud, INDEX_ICCID, ranking_key(0, iccid, false));
    struct cloud_device *device;
    while ((device = registry_next(&walk)) && strcmp(cloud_iccid(device), iccid) != 0)
        ;
    return device;
}

struct cloud_device *registry_by_imei(const struct cloud *cloud, const char *imei)
{
    struct registry_walk walk = walk_of(cloud, INDEX_IMEI, ranking_key(0, imei, false));
    struct cloud_device *device;
    while ((device = registry_next(&walk)) && strcmp(cloud_imei(device), imei) != 0)
        ;
    return device;
}

size_t registry_index_bytes(const struct cloud *cloud, enum registry_index which,
                            const char **ret_name)
{
    *ret_name = rows[which].name;
    return ranking_bytes(&cloud->indexes[which]);
}

void registry_index_free(struct cloud *cloud)
{
    for (size_t row = 0; row < REGISTRY_INDEXES; row++)
        ranking_free(&cloud->indexes[row]);
}
