/* See groups.h. */
#include "cloud/groups.h"

#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/firmware_store.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

static char *group_key_dup(const struct product *product, const char *name)
{
    return mem_printf_dup("%lld/%s", (long long)product->id, name);
}

static void group_free(void *value)
{
    struct group *group = value;
    free(group->name);
    free(group->description);
    free(group->color);
    free(group);
}

void groups_free(struct cloud *cloud)
{
    map_free(&cloud->groups, group_free);
}

bool groups_name_valid(const char *name)
{
    size_t len = strlen(name);
    return len && len <= GROUPS_NAME_MAX &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == len;
}

struct group *groups_find(const struct cloud *cloud, const struct product *product,
                          const char *name)
{
    char *key = group_key_dup(product, name);
    struct group *group = map_get(&cloud->groups, key);
    free(key);
    return group;
}

struct group *groups_add(struct cloud *cloud, struct product *product, const char *name)
{
    if (groups_find(cloud, product, name) ||
        limits_reached(cloud, LIMIT_GROUPS, map_count(&cloud->groups)))
        return NULL;
    struct group *group = mem_new(sizeof *group);
    char *key = group_key_dup(product, name);
    group->name = mem_dup(name);
    group->description = mem_dup("");
    group->color = mem_dup(GROUPS_COLOR);
    group->product = product;
    map_put(&cloud->groups, key, group);
    free(key);
    return group;
}

static void replace(char **text, const char *value)
{
    if (!value)
        return;
    char *copy = mem_dup(value);
    free(*text);
    *text = copy;
}

void groups_describe(struct group *group, const char *description, const char *color)
{
    replace(&group->description, description);
    replace(&group->color, color);
}

/* Takes the group's name away from its devices, or (`name` not NULL) puts that name in its place.
 */
static void rename_in_devices(struct cloud *cloud, const struct group *group, const char *name)
{
    struct cloud_device *device;
    for (;;) {
        struct registry_walk walk = registry_grouped(cloud, group->product, group->name);
        if (!(device = registry_next(&walk)))
            return;
        cloud_leave_group(cloud, device, group->name);
        if (name)
            cloud_join_group(cloud, device, name);
    }
}

bool groups_rename(struct cloud *cloud, struct group *group, const char *name)
{
    if (strcmp(group->name, name) == 0)
        return true;
    if (groups_find(cloud, group->product, name))
        return false;
    char *old_key = group_key_dup(group->product, group->name);
    char *key = group_key_dup(group->product, name);
    rename_in_devices(cloud, group, name);
    firmware_store_rename_group(cloud, group->product, group->name, name);
    map_take(&cloud->groups, old_key);
    replace(&group->name, name);
    map_put(&cloud->groups, key, group);
    free(old_key);
    free(key);
    return true;
}

void groups_remove(struct cloud *cloud, struct group *group)
{
    char *key = group_key_dup(group->product, group->name);
    rename_in_devices(cloud, group, NULL);
    firmware_store_rename_group(cloud, group->product, group->name, NULL);
    group_free(map_take(&cloud->groups, key));
    free(key);
}

void groups_see(struct cloud *cloud, const struct cloud_device *device)
{
    struct product *product = cloud_listed_in(device);
    for (size_t i = 0; product && i < device->group_count; i++)
        groups_add(cloud, product, device->groups[i]);
}

size_t groups_device_count(const struct cloud *cloud, const struct group *group)
{
    struct registry_walk walk = registry_grouped(cloud, group->product, group->name);
    return registry_count(&walk);
}

void groups_write_names(const struct cloud *cloud, const struct product *product, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    jsonw_array(w);
    while (map_next(&cloud->groups, &cursor, NULL, &value))
        if (((const struct group *)value)->product == product)
            jsonw_str(w, ((const struct group *)value)->name);
    jsonw_end_array(w);
}

void groups_write_device(const struct cloud_device *device, struct jsonw *w)
{
    jsonw_key(w, "groups");
    jsonw_array(w);
    for (size_t i = 0; i < device->group_count; i++)
        jsonw_str(w, device->groups[i]);
    jsonw_end_array(w);
}
