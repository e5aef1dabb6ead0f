/* OAuth clients: a user's own, and those of a product. A secret is shown once, when it is made. */
#include "api/routes/client.h"
#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES ACCOUNTS_NAME_MAX
#define URI_MAX_BYTES  2000

void client_json(const struct oauth_client *client, bool with_secret, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "name", client->name ? client->name : client->id);
    jsonw_key_str(w, "type", client->web ? "web" : "installed");
    jsonw_key_str(w, "id", client->id);
    if (with_secret)
        jsonw_key_str(w, "secret", client->secret);
    if (client->redirect_uri)
        jsonw_key_str(w, "redirect_uri", client->redirect_uri);
    jsonw_end_object(w);
}

static void client_reply(struct call *call, const struct rule *rule,
                         const struct oauth_client *client, bool with_secret)
{
    struct jsonw *w = reply_json(call, 200, rule);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, "client");
    client_json(client, with_secret, w);
    jsonw_end_object(w);
}

/* On a product's route its clients, else the user's. */
static bool client_listed(const struct call *call, const struct oauth_client *client)
{
    if (call->product)
        return client->product == call->product;
    return client->user && client->user == call->owner.user;
}

static void clients_list(struct call *call)
{
    const struct list *clients =
        call->product ? &call->product->clients : &call->owner.user->clients;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_CLIENTS]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, "clients");
    jsonw_array(w);
    for (const struct list_link *link = clients->first; link; link = link->next)
        client_json(LIST_ITEM(link, struct oauth_client, of_maker), false, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void client_bad(struct call *call, const char *message)
{
    reply_error(call, 400, &account_rules[ACCOUNT_CLIENT_BAD], "%s", message);
}

static bool client_texts_fit(struct call *call, const char *name, const char *redirect_uri)
{
    if ((!name || strlen(name) <= NAME_MAX_BYTES) &&
        (!redirect_uri || strlen(redirect_uri) <= URI_MAX_BYTES))
        return true;
    reply_error(call, 400, &account_rules[ACCOUNT_CLIENT_BAD],
                "name has %d bytes at most, redirect_uri %d", NAME_MAX_BYTES, URI_MAX_BYTES);
    return false;
}

/* ---- scopes: what a client may do ---- */

struct client_scope_word {
    const char *word;
    enum client_scope scope;
    bool on_update; /* of an update alone */
};

/* Sources: Particle's API reference; create_customer is the word of the older one, full is ours. */
static const struct client_scope_word scope_words[] = {
    {"customers:create", CLIENT_CREATE_CUSTOMER, false},
    {"create_customer", CLIENT_CREATE_CUSTOMER, false},
    {"*:*", CLIENT_FULL, false},
    {"full", CLIENT_FULL, false},
    {"none", CLIENT_FULL, true}, /* takes all scopes away, which leaves a client that may all */
};

static const struct client_scope_word *scope_word(const char *text, size_t len, bool updates)
{
    for (size_t i = 0; i < sizeof scope_words / sizeof *scope_words; i++)
        if (strlen(scope_words[i].word) == len && memcmp(scope_words[i].word, text, len) == 0 &&
            (updates || !scope_words[i].on_update))
            return &scope_words[i];
    return NULL;
}

/* The scopes that were given: words with blanks between them, or (an older form) an object with the
 * word as its key. NULL: none were; "?": what is neither. */
static const char *scope_given(const struct call *call)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(call->json, "scope");
    if (cJSON_IsObject(item))
        return item->child ? item->child->string : "";
    return call_has(call, "scope") ? call_str(call, "scope") ? call_str(call, "scope") : "?" : NULL;
}

/* Sets *ret_scope to what the words allow together; nothing given leaves it. False: a word that is
 * none; the refusal is in the reply. */
static bool client_scope(struct call *call, bool updates, enum client_scope *ret_scope)
{
    const char *text = scope_given(call);
    bool full = true;
    if (!text)
        return true;
    for (size_t len; *(text += strspn(text, " ")); text += len) {
        len = strcspn(text, " ");
        const struct client_scope_word *row = scope_word(text, len, updates);
        if (!row) {
            client_bad(call, updates ? "scope has to be of customers:create, *:*, or none"
                                     : "scope has to be of customers:create and *:*");
            return false;
        }
        full = row->scope == CLIENT_FULL;
        if (full)
            break; /* all is all */
    }
    *ret_scope = full ? CLIENT_FULL : CLIENT_CREATE_CUSTOMER;
    return true;
}

static void client_create(struct call *call)
{
    const char *name = call_str(call, "name"), *type = call_str(call, "type");
    const char *redirect_uri = call_str(call, "redirect_uri");
    enum client_scope scope = CLIENT_FULL;
    bool web = type && strcmp(type, "web") == 0;
    if (!name || !*name) {
        client_bad(call, "name is required");
        return;
    }
    if (!client_texts_fit(call, name, redirect_uri))
        return;
    if (!web && (!type || strcmp(type, "installed") != 0)) {
        client_bad(call, "type has to be installed or web");
        return;
    }
    if (web && (!redirect_uri || !*redirect_uri)) {
        client_bad(call, "redirect_uri is required");
        return;
    }
    if (!client_scope(call, false, &scope))
        return;
    if (!call_has_room(call, LIMIT_CLIENTS, call->world->cloud->made[LIMIT_CLIENTS]))
        return;
    struct oauth_client *client = accounts_make_client(call->world->cloud, name, call->product,
                                                       call->product ? NULL : call->owner.user);
    client->web = web;
    client->redirect_uri = mem_dup(redirect_uri && *redirect_uri ? redirect_uri : NULL);
    client->scope = scope;
    client_reply(call, &account_rules[ACCOUNT_CLIENT_CREATED], client, true);
}

/* The client that the last :param names. NULL: the refusal is in the reply. */
static struct oauth_client *client_named(struct call *call)
{
    const char *id = call->params[call->product ? 1 : 0];
    struct oauth_client *client = map_get(&call->world->cloud->clients, id);
    if (client && client_listed(call, client))
        return client;
    reply_error(call, 404, &account_rules[ACCOUNT_CLIENT_NOT_FOUND], "Client not found");
    return NULL;
}

static void client_update(struct call *call)
{
    struct oauth_client *client = client_named(call);
    const char *name = call_str(call, "name");
    if (!client || !client_texts_fit(call, name, NULL) || !client_scope(call, true, &client->scope))
        return;
    if (name && *name) {
        free(client->name);
        client->name = mem_dup(name);
    }
    bool shown = sim_behaves(&call->world->sim, BEHAVIOUR_CLIENT_UPDATE_SECRET, "shown");
    client_reply(call, &account_rules[ACCOUNT_CLIENT_UPDATED], client, shown);
}

static void client_delete(struct call *call)
{
    struct oauth_client *client = client_named(call);
    if (!client)
        return;
    if (call->token->client == client)
        call->token = NULL;
    accounts_delete_client(call->world->cloud, client);
    reply_empty(call, 204, &account_rules[ACCOUNT_CLIENT_DELETED]);
}

/* ---- rows ---- */

static const struct shape client_shape = {
    .type = SHAPE_OBJECT,
    .name = "Client",
    .fields =
        (const struct shape_field[]){
            {"name", &shape_string, 0},
            {"type",
             &(const struct shape){.type = SHAPE_STRING, .words = SHAPE_WORDS("installed", "web")},
             0},
            {"id", &shape_string, 0},
            {"secret", &shape_secret, SHAPE_OPTIONAL},
            {"redirect_uri", &shape_string, SHAPE_OPTIONAL},
            {0}},
};

static const struct shape list = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0},
                                           {"clients", SHAPE_LIST(client_shape), 0},
                                           {0}},
};

static const struct shape one = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"ok", &shape_bool, 0}, {"client", &client_shape, 0}, {0}},
};

#define CREATE_PARAMS                                                                              \
    .params =                                                                                      \
        PARAMS({"name", PARAM_BODY, PARAM_STRING, true, NULL},                                     \
               {"type", PARAM_BODY, PARAM_STRING, true, "installed or web"},                       \
               {"redirect_uri", PARAM_BODY, PARAM_STRING, false, "of a web one"},                  \
               {"scope", PARAM_BODY, PARAM_ANY, false, "customers:create, *:*; left out: all"})
#define UPDATE_PARAMS                                                                              \
    .params = PARAMS(                                                                              \
        {"name", PARAM_BODY, PARAM_STRING, false, NULL},                                           \
        {"scope", PARAM_BODY, PARAM_ANY, false, "customers:create, *:*, or none: a full one"})
#define RECORDED   PROVENANCE_OBSERVED, "particlerb recording of 2017; Particle's API reference"
#define DOCUMENTED PROVENANCE_DOCUMENTED, "Particle's API reference"

static const struct route rows[] = {
    {"GET", "/v1/clients", "client.list", AUTH_USER, clients_list, "clients:list", RECORDED,
     "the user's OAuth clients", .params = NO_PARAMS, .replies = REPLIES({200, &list, NULL})},
    {"POST", "/v1/clients", "client.create", AUTH_USER, client_create, "clients:create", RECORDED,
     "make an OAuth client; its client_credentials grant gives tokens of the user", CREATE_PARAMS,
     .replies = REPLIES({200, &one, NULL})},
    {"PUT", "/v1/clients/:client", "client.update", AUTH_USER, client_update, "clients:update",
     DOCUMENTED, "another name or scope", UPDATE_PARAMS, .replies = REPLIES({200, &one, NULL})},
    {"DELETE", "/v1/clients/:client", "client.delete", AUTH_USER, client_delete, "clients:remove",
     RECORDED, "delete an OAuth client, with its tokens", .params = NO_PARAMS,
     .replies = REPLIES({204, NULL, NULL})},
    {"GET", "/v1/products/:product/clients", "product.client-list", AUTH_PRODUCT, clients_list,
     "clients:list", DOCUMENTED, "the product's OAuth clients", .params = NO_PARAMS,
     .replies = REPLIES({200, &list, NULL})},
    {"POST", "/v1/products/:product/clients", "product.client-create", AUTH_PRODUCT, client_create,
     "clients:create", DOCUMENTED, "make an OAuth client of the product", CREATE_PARAMS,
     .replies = REPLIES({200, &one, NULL})},
    {"PUT", "/v1/products/:product/clients/:client", "product.client-update", AUTH_PRODUCT,
     client_update, "clients:update", DOCUMENTED, "another name or scope", UPDATE_PARAMS,
     .replies = REPLIES({200, &one, NULL})},
    {"DELETE", "/v1/products/:product/clients/:client", "product.client-delete", AUTH_PRODUCT,
     client_delete, "clients:remove", DOCUMENTED, "delete an OAuth client, with its tokens",
     .params = NO_PARAMS, .replies = REPLIES({204, NULL, NULL})},
};

const struct route_table client_routes = {rows, sizeof rows / sizeof *rows};
