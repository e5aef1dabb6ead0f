/* See who.h. Owns how a name is looked up and which client a token is issued to. Keeps no pointer
 * into a world. */
#include "scenario/who.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "scenario/scenario_load.h"

#include <stdlib.h>
#include <string.h>

/* What a node resolves to. */
struct who {
    enum who_kind kind; /* 0: nobody */
    struct owner owner;
    struct oauth_client *client;
};

static bool who_is_text(const struct doc_node *node)
{
    return node->kind == DOC_SCALAR && !doc_is_null(node);
}

/* A long form's text, or NULL. */
static const char *who_text(const struct doc_node *map, const char *key)
{
    const struct doc_node *node = doc_get(map, key);
    return node && who_is_text(node) ? node->text : NULL;
}

/* Whether a client may be meant by its plain name: not a public one, which anybody's token can be
 * of. */
static struct oauth_client *who_named_client(const struct cloud *cloud, const char *name)
{
    struct oauth_client *client = map_get(&cloud->clients, name);
    return client && !client->is_public ? client : NULL;
}

static struct who who_of_customer(const struct cloud *cloud, const char *email, const char *slug)
{
    struct product *product = slug ? cloud_product(cloud, slug) : NULL;
    struct customer *customer = product ? cloud_customer(cloud, product, email) : NULL;
    struct owner owner = {.kind = OWNER_CUSTOMER, .customer = customer};
    return customer ? (struct who){.kind = WHO_CUSTOMER, .owner = owner} : (struct who){0};
}

static struct who who_of_user(const struct cloud *cloud, const char *name)
{
    struct owner owner = {.kind = OWNER_USER, .user = cloud_user(cloud, name)};
    return owner.user ? (struct who){.kind = WHO_USER, .owner = owner} : (struct who){0};
}

static struct who who_of_map(const struct cloud *cloud, const struct doc_node *map)
{
    if (who_text(map, "user"))
        return who_of_user(cloud, who_text(map, "user"));
    if (who_text(map, "customer"))
        return who_of_customer(cloud, who_text(map, "customer"), who_text(map, "product"));
    if (who_text(map, "client")) {
        struct oauth_client *client = map_get(&cloud->clients, who_text(map, "client"));
        return client ? (struct who){.kind = WHO_CLIENT, .client = client} : (struct who){0};
    }
    return (struct who){.kind = WHO_VALUE};
}

static struct who who_of_name(const struct world *world, const char *name)
{
    size_t count = 0;
    struct owner owner = world_owner(world, name, &count);
    struct oauth_client *client = who_named_client(world->cloud, name);
    if (count == 1 && !client)
        return (struct who){.kind = owner.kind == OWNER_USER ? WHO_USER : WHO_CUSTOMER,
                            .owner = owner};
    if (client && count == 0)
        return (struct who){.kind = WHO_CLIENT, .client = client};
    return (struct who){0};
}

/* ---- while loading ---- */

static void who_list_customers(const struct cloud *cloud, const char *name, struct buf *out)
{
    size_t cursor = 0;
    void *value = NULL;
    while (map_next(&cloud->customers, &cursor, NULL, &value)) {
        const struct customer *customer = value;
        if (strcmp(customer->email, name) == 0)
            buf_printf(out, ", {customer: %s, product: %s}", name, customer->product->slug);
    }
}

static bool who_fail_ambiguous(struct scenario_load *load, const struct doc_node *node)
{
    const struct cloud *cloud = load->world->cloud;
    struct buf forms;
    buf_init(&forms, 4096);
    if (cloud_user(cloud, node->text))
        buf_printf(&forms, ", {user: %s}", node->text);
    who_list_customers(cloud, node->text, &forms);
    if (who_named_client(cloud, node->text))
        buf_printf(&forms, ", {client: %s}", node->text);
    doc_fail(load->doc, node, load->diags, NULL, "\"%s\" is the name of several; say which: %s",
             node->text, buf_str(&forms) + (forms.len ? 2 : 0));
    buf_free(&forms);
    return false;
}

/* The name in this world that is nearest to what was written. Borrowed from the world. */
static const char *who_nearest(const struct scenario_load *load, const char *name)
{
    const struct cloud *cloud = load->world->cloud;
    size_t most =
        map_count(&cloud->users) + map_count(&cloud->customers) + map_count(&cloud->clients);
    const char **names = mem_new_array(most + 1, sizeof *names);
    size_t count = 0, cursor = 0;
    void *value = NULL;
    while (map_next(&cloud->users, &cursor, NULL, &value))
        names[count++] = ((const struct user *)value)->username;
    for (cursor = 0; map_next(&cloud->customers, &cursor, NULL, &value);)
        names[count++] = ((const struct customer *)value)->email;
    for (cursor = 0; map_next(&cloud->clients, &cursor, NULL, &value);)
        if (!((const struct oauth_client *)value)->is_public)
            names[count++] = ((const struct oauth_client *)value)->id;
    const char *nearest = text_nearest(name, names, count);
    free(names);
    return nearest;
}

static bool who_fail_unknown(struct scenario_load *load, const struct doc_node *node,
                             unsigned allowed)
{
    const char *hint = who_nearest(load, node->text);
    const char *what = allowed & WHO_CLIENT ? "user, customer or client" : "user or customer";
    if (strstr(node->text, "${"))
        doc_fail(load->doc, node, load->diags, NULL,
                 "a name can't be filled in; a token from a step is {value: \"%s\"}", node->text);
    else if (hint)
        doc_fail(load->doc, node, load->diags, hint, "no %s is called \"%s\"", what, node->text);
    else
        doc_fail(load->doc, node, load->diags, NULL,
                 "no %s is called \"%s\"; a customer that is made during the run is written "
                 "{customer: %s, product: …}",
                 what, node->text, node->text);
    return false;
}

/* Other parts of the program say so of a device without an owner, and so do people. */
static bool who_fail_nobody(struct scenario_load *load, const struct doc_node *node)
{
    doc_fail(load->doc, node, load->diags, NULL, "nobody is written none: owner: none");
    return false;
}

static bool who_check_name(struct scenario_load *load, const struct doc_node *node,
                           unsigned allowed)
{
    size_t count = 0;
    if ((allowed & WHO_NONE) && strcmp(node->text, "none") == 0)
        return true;
    if (!load->world)
        return true;
    world_owner(load->world, node->text, &count);
    count += who_named_client(load->world->cloud, node->text) != NULL;
    if (count > 1)
        return who_fail_ambiguous(load, node);
    struct who who = who_of_name(load->world, node->text);
    if (!(who.kind & allowed) && (allowed & WHO_NONE) && strcmp(node->text, "nobody") == 0)
        return who_fail_nobody(load, node);
    return (who.kind & allowed) || who_fail_unknown(load, node, allowed);
}

static const struct field user_fields[] = {
    {.name = "user", .type = FIELD_STRING, .required = true, .text = "The user's name."},
    {0},
};
static const struct field customer_fields[] = {
    {.name = "customer", .type = FIELD_STRING, .required = true, .text = "The customer's email."},
    {.name = "product",
     .type = FIELD_STRING,
     .required = true,
     .text = "The product's id or slug."},
    {0},
};
static const struct field client_fields[] = {
    {.name = "client", .type = FIELD_STRING, .required = true, .text = "The OAuth client's id."},
    {0},
};
static const struct field value_fields[] = {
    {.name = "value", .type = FIELD_STRING, .required = true, .text = "The token itself."},
    {0},
};

static const struct {
    enum who_kind kind;
    const char *key;
    const struct field *fields;
} forms[] = {
    {WHO_USER, "user", user_fields},
    {WHO_CUSTOMER, "customer", customer_fields},
    {WHO_CLIENT, "client", client_fields},
    {WHO_VALUE, "value", value_fields},
};

#define FORM_COUNT (sizeof forms / sizeof *forms)

static bool who_fail_form(struct scenario_load *load, const struct doc_node *node, unsigned allowed)
{
    if ((allowed & WHO_NONE) && doc_is_null(node))
        return who_fail_nobody(load, node);
    doc_fail(load->doc, node, load->diags, NULL,
             "expected a name, {user: E}%s or {customer: E, product: P}%s, found %s",
             allowed & WHO_CLIENT ? ", {client: ID}, {value: T}" : "",
             allowed & WHO_NONE ? ", or none" : "", doc_describe(node));
    return false;
}

/* Whether the parts of a long form exist; a customer may still be made during the run. */
static bool who_check_parts(struct scenario_load *load, const struct doc_node *map,
                            enum who_kind kind)
{
    const struct doc_node *product = doc_get(map, "product");
    if (kind == WHO_VALUE)
        return interp_check(load, doc_get(map, "value"));
    if (!load->world)
        return true;
    if (kind == WHO_CUSTOMER && !cloud_product(load->world->cloud, product->text)) {
        doc_fail(load->doc, product, load->diags, NULL, "there is no product \"%s\" in this world",
                 product->text);
        return false;
    }
    if (kind == WHO_CUSTOMER || who_of_map(load->world->cloud, map).kind)
        return true;
    const struct doc_node *name = doc_get(map, kind == WHO_USER ? "user" : "client");
    doc_fail(load->doc, name, load->diags, NULL, "there is no %s \"%s\" in this world",
             kind == WHO_USER ? "user" : "client", name->text);
    return false;
}

bool who_check(struct scenario_load *load, const struct doc_node *node, unsigned allowed)
{
    if (who_is_text(node))
        return who_check_name(load, node, allowed);
    for (size_t i = 0; node->kind == DOC_MAP && i < FORM_COUNT; i++)
        if ((forms[i].kind & allowed) && doc_get(node, forms[i].key))
            return fields_check(load->doc, node, forms[i].fields, load->diags) &&
                   who_check_parts(load, node, forms[i].kind);
    return who_fail_form(load, node, allowed);
}

/* ---- while running ---- */

static struct who who_resolve(const struct world *world, const struct doc_node *node)
{
    return node->kind == DOC_MAP ? who_of_map(world->cloud, node) : who_of_name(world, node->text);
}

bool who_owner(const struct world *world, const struct doc_node *node, struct owner *ret_owner)
{
    if (node->kind == DOC_SCALAR && strcmp(node->text, "none") == 0) {
        *ret_owner = (struct owner){.kind = OWNER_NONE};
        return true;
    }
    struct who who = who_resolve(world, node);
    if (who.kind != WHO_USER && who.kind != WHO_CUSTOMER)
        return false;
    *ret_owner = who.owner;
    return true;
}

/* The client that a token of `who` is issued to: a customer's is one of its product, if there is
 * one. */
static struct oauth_client *who_client(const struct cloud *cloud, const struct who *who)
{
    size_t cursor = 0;
    void *value = NULL;
    if (who->client)
        return who->client;
    while (who->kind == WHO_CUSTOMER && map_next(&cloud->clients, &cursor, NULL, &value)) {
        struct oauth_client *client = value;
        if (client->product == who->owner.customer->product)
            return client;
    }
    return map_get(&cloud->clients, "particle");
}

static bool who_token_good(const struct cloud *cloud, const char *access)
{
    const struct token *token = access ? map_get(&cloud->tokens, access) : NULL;
    return token && (token->expires_ms < 0 || token->expires_ms > vclock_now(cloud->sim->clock));
}

static char *who_issue_dup(struct cloud *cloud, const struct who *who)
{
    const struct token *token =
        oauth_issue(cloud, who_client(cloud, who), who->owner, NULL, TOKEN_LIFE_S, NULL);
    return mem_dup(token->access);
}

const char *who_token(const struct interp *interp, struct cloud *cloud, struct map *tokens,
                      const struct doc_node *node)
{
    struct who who = who_resolve(interp->world, node);
    if (!who.kind)
        return NULL;
    char *key = interp_json_dup(interp, node, 1000);
    if (who.kind == WHO_VALUE)
        free(map_put(tokens, key, interp_dup(interp, who_text(node, "value"))));
    else if (!who_token_good(cloud, map_get(tokens, key)))
        free(map_put(tokens, key, who_issue_dup(cloud, &who)));
    const char *access = map_get(tokens, key);
    free(key);
    return access;
}
