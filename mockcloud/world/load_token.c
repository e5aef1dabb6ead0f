/* The tokens and authorization codes of a world file: whose they are and who asked for them. See
 * load_parts.h. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "world/load_parts.h"

#include "base/mem.h"
#include "cloud/oauth.h"

#include <stdlib.h>

static bool load_token_customer(const struct load *load, const struct doc_node *node,
                                struct owner *ret_owner)
{
    const struct doc_node *email = doc_get(node, "customer");
    const struct doc_node *product_node = doc_get(node, "product");
    if (!product_node && map_count(&load->cloud->products) > 1) {
        size_t count;
        *ret_owner = world_owner(load->world, email->text, &count);
        if (ret_owner->kind == OWNER_CUSTOMER)
            return true;
    }
    struct product *product = load_find_product(load, product_node, node);
    struct customer *customer = product ? cloud_customer(load->cloud, product, email->text) : NULL;
    if (product && !customer)
        doc_fail(load->doc, email, load->diags, load_nearest_customer(load, product, email->text),
                 "product \"%s\" has no customer \"%s\"", product->slug, email->text);
    *ret_owner = (struct owner){OWNER_CUSTOMER, .customer = customer};
    return customer;
}

static bool load_token_owner(const struct load *load, const struct doc_node *node,
                             struct owner *ret_owner)
{
    const struct doc_node *user_node = doc_get(node, "user");
    const struct doc_node *client_node = doc_get(node, "client");
    if (user_node && doc_get(node, "customer")) {
        doc_fail(load->doc, user_node, load->diags, NULL,
                 "expected user or customer, found both: whose token is it?");
        return false;
    }
    if (doc_get(node, "customer"))
        return load_token_customer(load, node, ret_owner);
    *ret_owner = (struct owner){0};
    if (user_node) {
        struct user *user = cloud_user(load->cloud, user_node->text);
        if (!user)
            load_unknown(load, user_node, load_nearest(&load->cloud->users, user_node->text),
                         "user");
        *ret_owner = (struct owner){OWNER_USER, .user = user};
        return user;
    }
    if (!client_node)
        doc_fail(load->doc, node, load->diags, NULL,
                 "expected user, customer or client: whose token is it?");
    return client_node;
}

/* Who asked for the token: the named client, else one of the customer's product, else a public one.
 */
static struct oauth_client *load_token_client(const struct load *load, const struct doc_node *node,
                                              const struct owner *owner)
{
    const struct doc_node *named = doc_get(node, "client");
    size_t cursor = 0;
    void *value;
    if (named) {
        struct oauth_client *client = map_get(&load->cloud->clients, named->text);
        if (!client)
            load_unknown(load, named, load_nearest(&load->cloud->clients, named->text), "client");
        return client;
    }
    while (owner->kind == OWNER_CUSTOMER &&
           map_next(&load->cloud->clients, &cursor, NULL, &value)) {
        struct oauth_client *client = value;
        if (client->product == owner->customer->product)
            return client;
    }
    return map_get(&load->cloud->clients, "particle");
}

void load_token(const struct load *load, const struct doc_node *node, size_t index)
{
    (void)index;
    const char *text = fields_str(node, "token", NULL);
    struct owner owner;
    if (!load_token_owner(load, node, &owner))
        return;
    struct oauth_client *client = load_token_client(load, node, &owner);
    if (!client)
        return;
    if (owner.kind == OWNER_NONE && !client->product) {
        doc_fail(load->doc, doc_get(node, "client"), load->diags, NULL,
                 "client \"%s\" is a public one and has no token of its own", client->id);
        return;
    }
    if (text && map_get(&load->cloud->tokens, text)) {
        load_duplicate(load, doc_get(node, "token"), "token", text);
        return;
    }
    char *scope =
        owner.kind == OWNER_CUSTOMER ? mem_printf_dup("customer=%s", owner.customer->email) : NULL;
    oauth_issue(load->cloud, client, owner, text, fields_int(node, "expires_in", TOKEN_LIFE_S),
                scope)
        ->given = true;
    free(scope);
}

void load_code(const struct load *load, const struct doc_node *node, size_t index)
{
    const struct doc_node *code = doc_get(node, "code");
    struct owner owner;
    (void)index;
    if (!doc_get(node, "user") && !doc_get(node, "customer")) {
        doc_fail(load->doc, node, load->diags, NULL,
                 "expected user or customer: whose authorization code is it?");
        return;
    }
    if (!load_token_owner(load, node, &owner))
        return;
    struct oauth_client *client = load_token_client(load, node, &owner);
    if (client && !oauth_add_code(load->cloud, code->text, client, owner,
                                  fields_int(node, "expires_in", 600)))
        load_duplicate(load, code, "authorization code", code->text);
}
