/* Users, products and their teams, OAuth clients, customers: making and finding them. See cloud.h.
 */
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/team.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct user *cloud_add_user(struct cloud *cloud, const char *username, const char *password)
{
    struct user *user = mem_new(sizeof *user);
    ids_named(&cloud->sim->ids, "user", username, user->id, IDS_OBJECT);
    user->username = mem_dup(username);
    user->password = mem_dup(password);
    user->info.business_account = -1;
    map_put(&cloud->users, username, user);
    team_welcome(cloud, user);
    return user;
}

struct user *cloud_user(const struct cloud *cloud, const char *username)
{
    return map_get(&cloud->users, username);
}

struct product *cloud_add_product(struct cloud *cloud, int64_t id, const char *slug,
                                  const char *name, const struct platform *platform)
{
    char key[24];
    struct product *product = mem_new(sizeof *product);
    product->id = id;
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

struct oauth_client *cloud_add_client(struct cloud *cloud, const char *id, const char *secret,
                                      struct product *product, enum client_scope scope)
{
    char made[IDS_TOKEN + 1];
    struct oauth_client *client = mem_new(sizeof *client);
    client->id = mem_dup(id);
    if (!secret)
        ids_named(&cloud->sim->ids, "client-secret", id, made, IDS_TOKEN);
    client->secret = mem_dup(secret ? secret : made);
    client->product = product;
    client->scope = scope;
    map_put(&cloud->clients, id, client);
    return client;
}

/* The key of a customer: two products may have customers of one email. */
static char *customer_key_dup(const struct product *product, const char *email)
{
    char *key = mem_printf_dup("%lld/%s", (long long)product->id, email);
    for (char *c = strchr(key, '/'); *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return key;
}

struct customer *cloud_customer(const struct cloud *cloud, const struct product *product,
                                const char *email)
{
    char *key = customer_key_dup(product, email);
    struct customer *customer = map_get(&cloud->customers, key);
    free(key);
    return customer;
}

struct customer *cloud_add_customer(struct cloud *cloud, struct product *product, const char *email,
                                    const char *password)
{
    char *key = customer_key_dup(product, email);
    struct customer *customer = NULL;
    if (!map_get(&cloud->customers, key)) {
        customer = mem_new(sizeof *customer);
        ids_named(&cloud->sim->ids, "customer", key, customer->id, IDS_OBJECT);
        customer->email = mem_dup(strchr(key, '/') + 1);
        customer->password = mem_dup(password);
        customer->product = product;
        map_put(&cloud->customers, key, customer);
    }
    free(key);
    return customer;
}
