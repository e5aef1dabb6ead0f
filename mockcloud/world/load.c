/*
 * See load.h. Owns the meaning of a world file: references between its parts, what is a duplicate,
 * and what is made from seed and name when it is left out.
 */
#include "world/load.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/team.h"
#include "cloud/webhook/webhook.h"
#include "world/load_parts.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *load_slug_dup(const char *name)
{
    struct buf slug;
    buf_init(&slug, 100);
    text_slug(name, "product", &slug);
    return buf_take(&slug);
}

static void load_words(const struct doc_node *list, struct map *words, void *value)
{
    for (size_t i = 0; list && i < list->count; i++)
        map_put(words, list->items[i]->text, value);
}

/* A user with scopes is an API user, who has no password and so can't log in. */
static void load_scopes(const struct load *load, struct user *user, const struct doc_node *list)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (!team_scope_valid(list->items[i]->text))
            doc_fail(load->doc, list->items[i], load->diags, NULL,
                     "expected a scope like devices:list, found \"%s\"", list->items[i]->text);
    if (!list)
        return;
    user->programmatic = true;
    accounts_set_password(user, NULL);
    load_words(list, &user->scopes, user);
}

static void load_user(const struct load *load, const struct doc_node *node, size_t index)
{
    (void)index;
    const char *username = fields_str(node, "username", "");
    char password[13];
    if (cloud_user(load->cloud, username)) {
        load_duplicate(load, doc_get(node, "username"), "user", username);
        return;
    }
    ids_named(&load->world->sim.ids, "password", username, password, 12);
    struct user *user =
        cloud_add_user(load->cloud, username, fields_str(node, "password", password));
    user->mfa_otp = mem_dup(fields_str(node, "mfa", NULL));
    user->sso = fields_bool(node, "sso", false);
    load_words(doc_get(node, "recovery_codes"), &user->recovery_codes, user);
    load_scopes(load, user, doc_get(node, "scopes"));
}

/* Whether it can stand in a path and in Basic credentials without being escaped. */
static bool load_word_valid(const char *word)
{
    for (; *word; word++)
        if (!isalnum((unsigned char)*word) && *word != '-' && *word != '_')
            return false;
    return true;
}

/* An id for a client that has none: from the seed and the product's slug, so that it is the same in
 * each run; that of a second client from "slug/2". */
static void load_free_client_id(const struct load *load, const struct product *product,
                                size_t index, char ret_id[static ACCOUNTS_CLIENT_ID_SIZE])
{
    char hex[9];
    unsigned tries = 0;
    do {
        char *name = index + tries ? mem_printf_dup("%s/%zu", product->slug, index + tries + 1)
                                   : mem_dup(product->slug);
        ids_named(&load->world->sim.ids, "client", name, hex, 8);
        accounts_client_id(product->slug, hex, tries++, ret_id);
        free(name);
    } while (map_get(&load->cloud->clients, ret_id));
}

/* `node` NULL: the client that a product without `clients:` gets; a mistake is then shown at the
 * product. */
static void load_client(const struct load *load, struct product *product,
                        const struct doc_node *node, size_t index,
                        const struct doc_node *product_node)
{
    const struct doc_node *at = doc_get(node, "id");
    if (!at)
        at = node ? node : product_node;
    char made[ACCOUNTS_CLIENT_ID_SIZE] = "";
    const char *id = fields_str(node, "id", made);
    if (id == made)
        load_free_client_id(load, product, index, made);
    const char *scope = fields_str(node, "scope", "full");
    if (!load_word_valid(id)) {
        doc_fail(load->doc, at, load->diags, NULL,
                 "a client id has letters, digits, '-' and '_' only, found \"%s\"", id);
    } else if (map_get(&load->cloud->clients, id)) {
        load_duplicate(load, at, "client", id);
    } else {
        struct oauth_client *client =
            cloud_add_client(load->cloud, id, fields_str(node, "secret", NULL), product,
                             strstr(scope, "create") ? CLIENT_CREATE_CUSTOMER : CLIENT_FULL);
        client->redirect_uri = mem_dup(fields_str(node, "redirect_uri", NULL));
    }
}

static void load_team(const struct load *load, struct product *product, const struct doc_node *team)
{
    for (size_t i = 0; team && i < team->count; i++) {
        struct user *user = cloud_user(load->cloud, team->items[i]->text);
        if (user)
            cloud_add_team_member(product, user);
        else
            load_unknown(load, team->items[i],
                         load_nearest(&load->cloud->users, team->items[i]->text), "user");
    }
}

static void load_groups(const struct load *load, struct product *product,
                        const struct doc_node *groups)
{
    for (size_t i = 0; groups && i < groups->count; i++)
        if (!groups_add(load->cloud, product, groups->items[i]->text))
            load_duplicate(load, groups->items[i], "group", groups->items[i]->text);
}

static bool load_product_taken(const struct load *load, const struct doc_node *node, const char *id,
                               const char *slug)
{
    const struct doc_node *at = doc_get(node, "slug") ? doc_get(node, "slug") : node;
    if (cloud_product(load->cloud, id)) {
        load_duplicate(load, doc_get(node, "id") ? doc_get(node, "id") : node, "product", id);
        return true;
    }
    if (cloud_product(load->cloud, slug)) {
        load_duplicate(load, at, "product", slug);
        return true;
    }
    if (!load_word_valid(slug)) {
        doc_fail(load->doc, at, load->diags, NULL,
                 "a slug has letters, digits, '-' and '_' only, found \"%s\"", slug);
        return true;
    }
    if (strspn(slug, "0123456789") == strlen(slug)) {
        doc_fail(load->doc, at, load->diags, NULL,
                 "a slug can't be a number (\"%s\" would read as an id)", slug);
        return true;
    }
    return false;
}

static void load_product(const struct load *load, const struct doc_node *node, size_t index)
{
    const struct doc_node *clients = doc_get(node, "clients");
    char *numbered = mem_printf_dup("product-%zu", index + 1);
    char *slug = fields_str(node, "slug", NULL) ? mem_dup(fields_str(node, "slug", NULL))
                                                : load_slug_dup(fields_str(node, "name", numbered));
    int64_t id = fields_int(node, "id", cloud_free_product_id(load->cloud, slug));
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)id);
    if (!load_product_taken(load, node, key, slug)) {
        struct product *product =
            cloud_add_product(load->cloud, id, slug, fields_str(node, "name", slug),
                              platform_by_name(fields_str(node, "platform", "boron")));
        product->description = mem_dup(fields_str(node, "description", NULL));
        product->org = mem_dup(fields_str(node, "org", NULL));
        product->protection = fields_bool(node, "protected", false);
        product->quarantine = fields_bool(doc_get(node, "settings"), "quarantine", true);
        load_groups(load, product, doc_get(node, "groups"));
        load_team(load, product, doc_get(node, "team"));
        if (!clients)
            load_client(load, product, NULL, 0, node);
        for (size_t i = 0; clients && i < clients->count; i++)
            load_client(load, product, clients->items[i], i, node);
    }
    free(slug);
    free(numbered);
}

static void load_customer(const struct load *load, const struct doc_node *node, size_t index)
{
    (void)index;
    const char *email = fields_str(node, "email", "");
    struct product *product = load_find_product(load, doc_get(node, "product"), node);
    if (product &&
        !cloud_add_customer(load->cloud, product, email, fields_str(node, "password", NULL)))
        load_duplicate(load, doc_get(node, "email"), "customer", email);
}

static void state_behaviour(struct behaviours *behaviours, int which, int chosen)
{
    behaviours->value[which] = (uint8_t)chosen;
    behaviours->stated[which] = true;
}

static void load_behaviour(const struct load *load, const struct doc_node *map)
{
    for (size_t i = 0; map && i < map->count; i++) {
        const struct doc_node *key = map->pairs[i].key, *value = map->pairs[i].value;
        int which = behaviour_find(key->text);
        if (which < 0) {
            const char *names[BEHAVIOUR_COUNT];
            for (int row = 0; row < BEHAVIOUR_COUNT; row++)
                names[row] = behaviour_rows[row].name;
            doc_fail(load->doc, key, load->diags, text_nearest(key->text, names, BEHAVIOUR_COUNT),
                     "there is no switch \"%s\"", key->text);
            continue;
        }
        int chosen = behaviour_value((enum behaviour)which, value->text);
        const char *const *values = behaviour_rows[which].values;
        if (chosen < 0)
            doc_fail(load->doc, value, load->diags,
                     text_nearest(value->text, values, BEHAVIOUR_VALUES),
                     "expected %s%s%s%s%s for the switch \"%s\", found \"%s\"", values[0],
                     values[1] ? " or " : "", values[1] ? values[1] : "", values[2] ? " or " : "",
                     values[2] ? values[2] : "", key->text, value->text);
        else
            state_behaviour(&load->world->sim.behaviours, which, chosen);
    }
}

/* In this order: each part may refer to those before it. */
static const struct {
    const char *key;
    void (*load)(const struct load *load, const struct doc_node *node, size_t index);
    enum limit limit;
} parts[] = {
    {"users", load_user, LIMIT_USERS},
    {"products", load_product, LIMIT_PRODUCTS},
    {"customers", load_customer, LIMIT_CUSTOMERS},
    {"devices", load_device, LIMIT_DEVICES},
    {"tokens", load_token, LIMIT_TOKENS},
    {"authorization_codes", load_code, LIMIT_TOKENS},
    {"webhooks", load_webhook, LIMIT_WEBHOOKS},
    {"integrations", load_webhook, LIMIT_WEBHOOKS},
};

void load_world(struct world *world, struct diags *diags, struct diags *warnings)
{
    struct load load = {world, world->cloud, world->doc, diags, warnings};
    load_behaviour(&load, doc_get(world->node, "behaviour"));
    load_limits(&load, doc_get(world->node, "limits"));
    for (size_t part = 0; part < sizeof parts / sizeof *parts; part++) {
        const struct doc_node *list = doc_get(world->node, parts[part].key);
        size_t count = list ? list->count : 0;
        uint32_t most = world->cloud->limits[parts[part].limit];
        if (count > most) {
            doc_fail(load.doc, list, diags, NULL, "a world has at most %u %s, found %zu", most,
                     parts[part].key, count);
            continue;
        }
        for (size_t i = 0; i < count; i++)
            parts[part].load(&load, list->items[i], i);
    }
}
