/* Users, products and their teams, OAuth clients, customers: making and finding them. See cloud.h.
 */
#include "cloud/accounts.h"
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/product.h"
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
    cloud->made[LIMIT_USERS]++;
    team_welcome(cloud, user);
    return user;
}

struct user *cloud_user(const struct cloud *cloud, const char *username)
{
    return map_get(&cloud->users, username);
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
    cloud->made[LIMIT_CLIENTS]++;
    if (product)
        list_join(&product->clients, &client->of_maker);
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
        list_join(&product->customers, &customer->of_product);
        cloud->made[LIMIT_CUSTOMERS]++;
    }
    free(key);
    return customer;
}
