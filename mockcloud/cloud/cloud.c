/*
 * See cloud.h. Owns the life of the whole store, and the words for owners. What the maps hold is
 * freed here and nowhere else, but for customers and tokens, which can be deleted.
 */
#include "cloud/cloud.h"

#include "base/mem.h"
#include "cloud/described.h"
#include "cloud/event.h"
#include "cloud/oauth.h"

#include <stdlib.h>
#include <string.h>

/* Clients that anybody may use; what captured traffic of the SDKs and the command line shows. */
static const char *const public_clients[][2] = {
    {"particle", "particle"},
    {"particle-api", "particle-api"},
    {"particle-cli", "particle-cli"},
    {"CLI2", "client_secret_here"},
    {"Spark", "Spark"},
};

struct cloud *cloud_new(struct sim *sim)
{
    struct cloud *cloud = mem_new(sizeof *cloud);
    cloud->sim = sim;
    cloud->events = event_hub_new();
    for (size_t i = 0; i < sizeof public_clients / sizeof *public_clients; i++) {
        struct oauth_client *client =
            cloud_add_client(cloud, public_clients[i][0], public_clients[i][1], NULL, CLIENT_FULL);
        client->is_public = true;
    }
    return cloud;
}

static void user_free(void *value)
{
    struct user *user = value;
    free(user->username);
    free(user->password);
    free(user->mfa_otp);
    free(user);
}

static void product_free(void *value)
{
    struct product *product = value;
    free(product->slug);
    free(product->name);
    map_free(&product->team, NULL);
    free(product);
}

static void client_free(void *value)
{
    struct oauth_client *client = value;
    free(client->id);
    free(client->secret);
    free(client->redirect_uri);
    free(client);
}

static void customer_free(void *value)
{
    struct customer *customer = value;
    free(customer->email);
    free(customer->password);
    free(customer);
}

static void device_free(void *value)
{
    struct cloud_device *device = value;
    free(device->name);
    free(device->iccid);
    free(device->imei);
    free(device->serial_number);
    free(device->mobile_secret);
    free(device->notes);
    cloud_set_groups(device, NULL, 0);
    described_free(&device->described);
    free(device->offer_code);
    free(device);
}

static void token_free(void *value)
{
    struct token *token = value;
    free(token->access);
    free(token->refresh);
    free(token->scope);
    free(token);
}

static void code_free(void *value)
{
    struct claim_code *code = value;
    free(code->code);
    free(code);
}

void cloud_free(struct cloud *cloud)
{
    if (!cloud)
        return;
    event_hub_free(cloud->events);
    map_free(&cloud->claim_codes, code_free);
    map_free(&cloud->refresh_tokens, NULL);
    map_free(&cloud->tokens, token_free);
    map_free(&cloud->mfa_tokens, NULL);
    map_free(&cloud->serial_numbers, NULL);
    map_free(&cloud->devices, device_free);
    cloud_free_binaries(cloud);
    map_free(&cloud->customers, customer_free);
    map_free(&cloud->clients, client_free);
    map_free(&cloud->products, product_free);
    map_free(&cloud->users, user_free);
    free(cloud->registry);
    free(cloud);
}

/* Forgets who tried to claim, for an owner that is going away. */
static void forget_tries(struct cloud *cloud, const struct owner *owner)
{
    for (size_t i = 0; i < map_count(&cloud->devices); i++)
        for (size_t t = 0; t < CLOUD_CLAIM_TRIES; t++)
            if (owner_same(&cloud->registry[i]->tries[t].owner, owner))
                cloud->registry[i]->tries[t].owner = (struct owner){0};
}

void cloud_delete_customer(struct cloud *cloud, struct customer *customer)
{
    struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "email", customer->email);
    jsonw_key_int(w, "product", customer->product->id);
    sim_noted(cloud->sim, "cloud", "customer.deleted");
    oauth_revoke_owner(cloud, &owner);
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->claim_codes, &cursor, NULL, &value)) {
        struct claim_code *code = value;
        if (!owner_same(&code->owner, &owner))
            continue;
        code->revoked = !code->used_n;
        code->owner = (struct owner){0};
    }
    for (size_t i = 0; i < map_count(&cloud->devices); i++)
        if (owner_same(&cloud->registry[i]->owner, &owner))
            cloud_set_owner(cloud, cloud->registry[i], (struct owner){0});
    event_forget_owner(cloud, &owner);
    forget_tries(cloud, &owner);
    char *key = mem_printf_dup("%lld/%s", (long long)customer->product->id, customer->email);
    customer_free(map_take(&cloud->customers, key));
    free(key);
}

bool owner_same(const struct owner *a, const struct owner *b)
{
    if (a->kind != b->kind || a->kind == OWNER_NONE)
        return false;
    return a->kind == OWNER_USER ? a->user == b->user : a->customer == b->customer;
}

const char *owner_name(const struct owner *owner)
{
    switch (owner->kind) {
    case OWNER_USER:
        return owner->user->username;
    case OWNER_CUSTOMER:
        return owner->customer->email;
    case OWNER_NONE:
        break;
    }
    return NULL;
}

const char *owner_kind_word(const struct owner *owner)
{
    return owner->kind == OWNER_USER ? "user" : owner->kind == OWNER_CUSTOMER ? "customer" : NULL;
}

const char *owner_id(const struct owner *owner)
{
    switch (owner->kind) {
    case OWNER_USER:
        return owner->user->id;
    case OWNER_CUSTOMER:
        return owner->customer->id;
    case OWNER_NONE:
        break;
    }
    return NULL;
}
