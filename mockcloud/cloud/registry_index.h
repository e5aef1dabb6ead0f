/*
 * By what records of devices are found: the indexes of the registry, so that no request looks at
 * records that it has nothing to do with. (registry_index.c)
 *
 * Whoever changes what an index goes by does it between registry_index_out() and
 * registry_index_in(); that is cloud/ alone. A walk is valid until a record changes.
 */
#ifndef CLOUD_REGISTRY_INDEX_H
#define CLOUD_REGISTRY_INDEX_H

#include "base/ranking.h"
#include "cloud/owner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cloud;
struct cloud_device;
struct product;

enum registry_index {
    INDEX_ID,
    INDEX_OWNER,        /* in the order of the registry */
    INDEX_OWNER_NAME,   /* owner and name, in any case */
    INDEX_PRODUCT,      /* the product that lists it, the last full handshake first */
    INDEX_PRODUCT_NAME, /* the product that lists it, and name, in any case */
    INDEX_GROUP,        /* the product that lists it, and each of its groups */
    INDEX_FIRMWARE,     /* its product, and that product's version that it said to run */
    INDEX_SERIAL,
    INDEX_ICCID,
    INDEX_IMEI,
    REGISTRY_INDEXES
};

/* A set of indexes, for what changes: 1u << INDEX_… */
#define INDEX_ALL    ((1u << REGISTRY_INDEXES) - 1)
#define INDEX_OWNERS (1u << INDEX_OWNER | 1u << INDEX_OWNER_NAME)
#define INDEX_NAMES  (1u << INDEX_OWNER_NAME | 1u << INDEX_PRODUCT_NAME)
#define INDEX_PLACES                                                                               \
    (1u << INDEX_PRODUCT | 1u << INDEX_PRODUCT_NAME | 1u << INDEX_GROUP | 1u << INDEX_FIRMWARE)
#define INDEX_CONNECTED (1u << INDEX_PRODUCT)
#define INDEX_SAID      (1u << INDEX_FIRMWARE)

/* Takes a record out of the indexes before it changes, and puts it back after. */
void registry_index_out(struct cloud *cloud, struct cloud_device *device, unsigned indexes);
void registry_index_in(struct cloud *cloud, struct cloud_device *device, unsigned indexes);

/* Records that have something in common. */
struct registry_walk {
    const struct cloud *cloud;
    struct ranking_walk walk;
    uint64_t key;
    uint64_t mask; /* which bits of the key they have in common */
};

/* What an owner has, in the order of the registry. */
struct registry_walk registry_owned(const struct cloud *cloud, const struct owner *owner);

/* What a product lists (its quarantine, too), the last connection first, equal ones in the order of
 * the registry; the first `skip` are left out. */
struct registry_walk registry_listed(const struct cloud *cloud, const struct product *product,
                                     size_t skip);

/* What a product lists and is in that group, in the order of the registry. */
struct registry_walk registry_grouped(const struct cloud *cloud, const struct product *product,
                                      const char *group);

/* The devices of a product that run that version of its firmware. */
struct registry_walk registry_running(const struct cloud *cloud, const struct product *product,
                                      int64_t version);

/* The next one, or NULL. */
struct cloud_device *registry_next(struct registry_walk *walk);

/* How many there are in all, without looking at any; those that were skipped are counted. */
size_t registry_count(const struct registry_walk *walk);

/* The first in the order of the registry of that name, in any case; NULL: none. `but` (NULL: none)
 * does not count. */
struct cloud_device *registry_owned_named(const struct cloud *cloud, const struct owner *owner,
                                          const char *name, const struct cloud_device *but);
struct cloud_device *registry_listed_named(const struct cloud *cloud, const struct product *product,
                                           const char *name);

/* By the whole id, serial number, ICCID or IMEI; NULL: none. */
struct cloud_device *registry_by_id(const struct cloud *cloud, const char *id);
struct cloud_device *registry_by_serial(const struct cloud *cloud, const char *serial_number);
struct cloud_device *registry_by_iccid(const struct cloud *cloud, const char *iccid);
struct cloud_device *registry_by_imei(const struct cloud *cloud, const char *imei);

/* The numbers that a device has unless others are set: what the indexes go by without keeping it.
 * ret_text: CLOUD_SERIAL_MAX + 1, CLOUD_ICCID_MAX + 1, CLOUD_IMEI_MAX + 1 bytes. (registry.c) */
void registry_made_serial(const struct cloud_device *device, char *ret_text);
void registry_made_iccid(const struct cloud_device *device, char *ret_text);
void registry_made_imei(const struct cloud_device *device, char *ret_text);

/* Bytes of one index, for the benchmark; its name, in *ret_name. */
size_t registry_index_bytes(const struct cloud *cloud, enum registry_index which,
                            const char **ret_name);

void registry_index_free(struct cloud *cloud);

#endif
