/* See product.h. */
#include "cloud/product.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct product *cloud_add_product(struct cloud *cloud, int64_t id, const char *slug,
                                  const char *name, const struct platform *platform)
{
    char key[24];
    struct product *product = mem_new(sizeof *product);
    product->id = id;
    product->number = (uint16_t)map_count(&cloud->products);
    product->slug = mem_dup(slug);
    product->name = mem_dup(name);
    product->platform = platform;
    product->quarantine = true;
    snprintf(key, sizeof key, "%lld", (long long)id);
    map_put(&cloud->products, key, product);
    map_put(&cloud->slugs, slug, product);
    return product;
}

int64_t cloud_free_product_id(const struct cloud *cloud, const char *slug)
{
    char hex[9], key[24];
    ids_named(&cloud->sim->ids, "product", slug, hex, 8);
    for (int64_t id = 10000 + (int64_t)(strtoul(hex, NULL, 16) % 90000);; id++) {
        snprintf(key, sizeof key, "%lld", (long long)id);
        if (!cloud_product(cloud, key))
            return id;
    }
}

struct product *cloud_product(const struct cloud *cloud, const char *id_or_slug)
{
    struct product *product = map_get(&cloud->products, id_or_slug);
    return product ? product : map_get(&cloud->slugs, id_or_slug);
}

bool cloud_in_org(const struct product *product, const char *org)
{
    return product && product->org && strcmp(product->org, org) == 0;
}

void cloud_add_team_member(struct product *product, struct user *user)
{
    map_put(&product->team, user->username, user);
}

bool cloud_on_team(const struct product *product, const struct user *user)
{
    return product && user && map_get(&product->team, user->username) == user;
}
