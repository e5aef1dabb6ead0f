/*
 * The firmware of products: versions that were uploaded, and to whom they were released.
 *
 * The bytes are kept as they came and looked into by nobody: a device that gets a version goes
 * through its update and says afterwards that it runs it. At each full handshake a device of the
 * product that runs another version than the one that is meant for it gets that one.
 *
 * Source: Particle's API reference (product firmware: which devices get which version).
 */
#ifndef CLOUD_FIRMWARE_STORE_H
#define CLOUD_FIRMWARE_STORE_H

#define FIRMWARE_STORE_BYTES (64u << 20) /* of all versions in a world together; ours */

#include "cloud/cloud.h"
#include "cloud/record.h"

struct firmware_version {
    char id[IDS_OBJECT + 1];
    struct product *product;
    int64_t version; /* 0 to 65535 */
    char *title;
    char *description;
    char *name; /* of the file */
    char *bytes;
    size_t size;
    bool product_default; /* released to all that no group has another one for */
    bool intelligent;     /* the last release reaches devices that are online at once */
    bool released;        /* it was, once: then it is not removed any more */
    struct map groups;    /* names that it was released to; the values mean nothing */
    int64_t uploaded_ms, updated_ms;
    char *uploaded_by; /* username; NULL: a product's own client */
    char uploaded_by_id[IDS_OBJECT + 1];
};

/* What is uploaded; borrowed. */
struct firmware_upload {
    int64_t version;
    const char *title, *description, *name;
    const char *bytes;
    size_t size;
    struct user *user; /* NULL: a product's own client */
};

struct firmware_version *firmware_store_find(const struct cloud *cloud,
                                             const struct product *product, int64_t version);

/* The version is not there yet. NULL: there is no room. */
struct firmware_version *firmware_store_add(struct cloud *cloud, struct product *product,
                                            const struct firmware_upload *upload);

/* NULL: stays as it is. */
void firmware_store_describe(struct cloud *cloud, struct firmware_version *firmware,
                             const char *title, const char *description);

void firmware_store_remove(struct cloud *cloud, struct firmware_version *firmware);

struct firmware_release {
    bool product_default, intelligent;
    const char *const *groups; /* of the product */
    size_t group_count;
    struct user *user; /* NULL: a product's own client */
};

/* Releases it; a group, or the default, that another version had is this one's now. What it was
 * released to before and is not named stays without. */
void firmware_store_release(struct cloud *cloud, struct firmware_version *firmware,
                            const struct firmware_release *release);

/* The version that was released to a group; -1: none. */
int64_t firmware_store_of_group(const struct cloud *cloud, const struct product *product,
                                const char *group);

/* The version that is meant for the device: the one that it is locked to, else that of one of its
 * groups (the newest), else the product's default; -1: none. */
int64_t firmware_store_target(const struct cloud *cloud, const struct cloud_device *device);

/* Whether the device would be updated to `version` at its next handshake, were it meant for it. */
bool firmware_store_updates(const struct cloud_device *device, int64_t version);

/* Whether a version waits for the device that is not under way to it. */
bool firmware_store_waits(const struct cloud *cloud, const struct cloud_device *device);

/* How many devices of the product say that they run the version. */
size_t firmware_store_device_count(const struct cloud *cloud, const struct product *product,
                                   int64_t version);

/* ---- of cloud/ alone ---- */

/* A device has shaken hands: what is meant for it is on its way. */
void firmware_store_offer(struct cloud *cloud, struct cloud_device *device);

/* A group has another name now; NULL: it is gone. */
void firmware_store_rename_group(struct cloud *cloud, const struct product *product,
                                 const char *from, const char *to);

void firmware_store_free(struct cloud *cloud);

#endif
