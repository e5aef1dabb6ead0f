/*
 * The device groups of products: their names, descriptions and colours. Which devices are in them
 * stands with the devices (cloud_set_groups() …); which firmware was released to them, with the
 * firmware (firmware_store.h).
 *
 * A group belongs to one product, and its name is unique there. Names that a device is put into and
 * that are not there yet become groups by themselves: groups_see().
 *
 * Source: Particle's API reference (device groups).
 */
#ifndef CLOUD_GROUPS_H
#define CLOUD_GROUPS_H

#define GROUPS_NAME_MAX 100
#define GROUPS_COLOR    "#34495e" /* of a group that was given none [guessed] */

#include "cloud/cloud.h"
#include "cloud/record.h"

struct group {
    char *name;
    char *description; /* never NULL */
    char *color;       /* "#34495e" */
    struct product *product;
};

/* Lower-case letters, digits, dashes and underscores, 1 to GROUPS_NAME_MAX of them. What comes by a
 * device may have any name. */
bool groups_name_valid(const char *name);

struct group *groups_find(const struct cloud *cloud, const struct product *product,
                          const char *name);

/* NULL: the product has one of that name, or the world has no room for another. */
struct group *groups_add(struct cloud *cloud, struct product *product, const char *name);

/* NULL: stays as it is. */
void groups_describe(struct group *group, const char *description, const char *color);

/* Another name, for its devices and its firmware, too. False: the product has one of that name. */
bool groups_rename(struct cloud *cloud, struct group *group, const char *name);

/* All devices leave it, and it is gone. */
void groups_remove(struct cloud *cloud, struct group *group);

/* Makes a group of each name that the device is in and that its product does not have. */
void groups_see(struct cloud *cloud, const struct cloud_device *device);

/* The names of the product's groups, as a list. */
void groups_write_names(const struct cloud *cloud, const struct product *product, struct jsonw *w);

/* "groups":[…] of a device. */
void groups_write_device(const struct cloud_device *device, struct jsonw *w);

size_t groups_device_count(const struct cloud *cloud, const struct group *group);

/* ---- of cloud/ alone ---- */

void groups_free(struct cloud *cloud);

#endif
