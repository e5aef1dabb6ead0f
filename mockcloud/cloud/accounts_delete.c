/* The end of accounts. See accounts.h. Owns what is deleted until the cloud goes; whatever points
 * at an account from within the cloud is cleared here. */
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include "base/mem.h"
#include "cloud/attempts.h"
#include "cloud/event.h"
#include "cloud/oauth.h"
#include "cloud/refusals.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct account_gone {
    void *what;
    void (*destroy)(void *what);
    struct account_gone *next;
};

static void user_free(void *value)
{
    struct user *user = value;
    free(user->username);
    free(user->password);
    free(user->mfa_otp);
    free(user->mfa_secret);
    map_free(&user->recovery_codes, NULL);
    free(user->info.first_name);
    free(user->info.last_name);
    free(user->info.company_name);
    free(user->friendly_name);
    map_free(&user->scopes, NULL);
    free(user);
}

static void product_free(void *value)
{
    struct product *product = value;
    free(product->slug);
    free(product->name);
    free(product->description);
    free(product->org);
    map_free(&product->team, NULL);
    map_free(&product->roles, free);
    map_free(&product->invites, free);
    free(product);
}

static void client_free(void *value)
{
    struct oauth_client *client = value;
    free(client->id);
    free(client->secret);
    free(client->name);
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

static void ticket_free(void *value)
{
    struct account_ticket *ticket = value;
    free(ticket->secret);
    free(ticket);
}

void accounts_free(struct cloud *cloud)
{
    map_free(&cloud->mfa_tokens, ticket_free);
    map_free(&cloud->mfa_enrolments, ticket_free);
    map_free(&cloud->password_resets, ticket_free);
    map_free(&cloud->customers, customer_free);
    map_free(&cloud->clients, client_free);
    map_free(&cloud->slugs, NULL);
    map_free(&cloud->products, product_free);
    map_free(&cloud->users, user_free);
    while (cloud->gone) {
        struct account_gone *gone = cloud->gone;
        cloud->gone = gone->next;
        gone->destroy(gone->what);
        free(gone);
    }
}

static void bury(struct cloud *cloud, void *what, void (*destroy)(void *what))
{
    struct account_gone *gone = mem_new(sizeof *gone);
    assert(what);
    *gone = (struct account_gone){what, destroy, cloud->gone};
    cloud->gone = gone;
}

void accounts_drop_ticket(struct map *tickets, const char *text)
{
    struct account_ticket *ticket = map_take(tickets, text);
    if (ticket)
        ticket_free(ticket);
}

/* ---- owners ---- */

/* Takes away all that an owner has: tokens, claim codes, devices. `gone`: the owner's deletion. */
static void owner_leaves(struct cloud *cloud, const struct owner *owner, struct fact gone)
{
    event_end_owner(owner, "its owner was deleted");
    oauth_revoke_owner(cloud, owner);
    claim_code_forget_owner(cloud, owner, gone);
    for (;;) {
        struct registry_walk walk = registry_owned(cloud, owner);
        struct cloud_device *device = registry_next(&walk);
        if (!device)
            break;
        cloud_set_owner(cloud, device, (struct owner){0});
    }
    if (cloud->owner_leaving)
        cloud->owner_leaving(cloud, owner);
    event_forget_owner(cloud, owner);
    refusals_forget_owner(cloud, owner);
}

void cloud_delete_customer(struct cloud *cloud, struct customer *customer)
{
    struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "email", customer->email);
    jsonw_key_int(w, "product", customer->product->id);
    uint64_t n = sim_noted(cloud->sim, "cloud", "customer.deleted");
    owner_leaves(cloud, &owner, (struct fact){n, vclock_now(cloud->sim->clock)});
    customer->gone = true;
    list_leave(&customer->product->customers, &customer->of_product);
    char *key = mem_printf_dup("%lld/%s", (long long)customer->product->id, customer->email);
    bury(cloud, map_take(&cloud->customers, key), customer_free);
    free(key);
}

void accounts_delete_user(struct cloud *cloud, struct user *user)
{
    struct owner owner = {OWNER_USER, .user = user};
    size_t cursor = 0;
    void *value;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "username", user->username);
    uint64_t n = sim_noted(cloud->sim, "cloud", "user.deleted");
    owner_leaves(cloud, &owner, (struct fact){n, vclock_now(cloud->sim->clock)});
    user->gone = true;
    while (user->clients.first)
        accounts_delete_client(cloud,
                               LIST_ITEM(user->clients.first, struct oauth_client, of_maker));
    while (map_next(&cloud->products, &cursor, NULL, &value)) {
        struct product *product = value;
        map_take(&product->team, user->username);
        free(map_take(&product->roles, user->username));
    }
    bury(cloud, map_take(&cloud->users, user->username), user_free);
}

void accounts_delete_client(struct cloud *cloud, struct oauth_client *client)
{
    assert(!client->is_public);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "client", client->id);
    sim_noted(cloud->sim, "cloud", "client.deleted");
    oauth_drop_codes(cloud, NULL, client);
    for (struct list_link *link = client->tokens.first; link; link = link->next)
        event_end_token(LIST_ITEM(link, struct token, of_client), "its client was deleted");
    while (client->tokens.first)
        oauth_revoke(cloud, LIST_ITEM(client->tokens.first, struct token, of_client));
    list_leave(client->product ? &client->product->clients : &client->user->clients,
               &client->of_maker);
    bury(cloud, map_take(&cloud->clients, client->id), client_free);
}
