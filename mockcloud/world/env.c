/* What a client under test is told by its environment. See world.h. Never a control token. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"
#include "world/world.h"

#include <ctype.h>
#include <stdio.h>

static void *first_of(const struct map *map)
{
    size_t cursor = 0;
    void *value = NULL;
    map_next(map, &cursor, NULL, &value);
    return value;
}

/* The first client that has a secret: a public one (like particle-cli's) is in every world. */
static const struct oauth_client *first_client(const struct world *world)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&world->cloud->clients, &cursor, NULL, &value)) {
        const struct oauth_client *client = value;
        if (!client->is_public)
            return client;
    }
    return NULL;
}

/* The first user who can log in. */
static const struct user *first_user(const struct world *world)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&world->cloud->users, &cursor, NULL, &value)) {
        const struct user *user = value;
        if (!user->programmatic)
            return user;
    }
    return NULL;
}

/* A fleet of a world file may have a hundred thousand: more than the arguments and the environment
 * of a process may take. Who needs the later ones asks the control API. */
#define ENV_DEVICES_MAX 1000

static void each_device(const struct world *world,
                        void (*each)(void *arg, const char *name, const char *value), void *arg)
{
    char name[100];
    if (fleet_count(world->fleet))
        each(arg, "MOCKCLOUD_DEVICE_ID", fleet_at(world->fleet, 0)->id);
    for (size_t i = 0; i < fleet_count(world->fleet) && i < ENV_DEVICES_MAX; i++) {
        const struct device *device = fleet_at(world->fleet, i);
        int used = snprintf(name, sizeof name, "MOCKCLOUD_DEVICE_%s", device->name);
        for (int c = 17; c < used && c < (int)sizeof name - 1; c++)
            name[c] =
                (char)(isalnum((unsigned char)name[c]) ? toupper((unsigned char)name[c]) : '_');
        each(arg, name, device->id);
    }
}

void world_environment(const struct world *world,
                       void (*each)(void *arg, const char *name, const char *value), void *arg)
{
    const struct product *product = first_of(&world->cloud->products);
    const struct oauth_client *client = first_client(world);
    const struct customer *customer = first_of(&world->cloud->customers);
    const struct user *user = first_user(world);
    each(arg, "MOCKCLOUD_WORLD", world->name);
    if (product) {
        char id[24];
        snprintf(id, sizeof id, "%lld", (long long)product->id);
        each(arg, "MOCKCLOUD_PRODUCT", id);
    }
    if (client) {
        each(arg, "MOCKCLOUD_CLIENT_ID", client->id);
        each(arg, "MOCKCLOUD_CLIENT_SECRET", client->secret);
    }
    if (customer)
        each(arg, "MOCKCLOUD_CUSTOMER", customer->email);
    if (user)
        each(arg, "MOCKCLOUD_USER", user->username);
    each_device(world, each, arg);
}
