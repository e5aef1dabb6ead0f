/*
 * Customers of a product: the three ways to create one, password, deletion. Their list is
 * customer_list.c.
 */
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/routes/account_rules.h"
#include "api/routes/customer_rules.h"
#include "api/routes/customers.h"
#include "api/routes/token_json.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/oauth_errors.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Refuses what makes no customer, else makes it. NULL: the refusal is in the reply. A team member
 * gives a password: no_password is for clients. */
static struct customer *customer_make(struct call *call, struct product *product, bool by_team)
{
    const char *email = call_str(call, "email");
    const char *password = call_str(call, "password");
    struct sim *sim = &call->world->sim;
    if (!oauth_has_room(call->world->cloud)) {
        auth_refuse(call, &oauth_errors[OAUTH_FULL], NULL);
        return NULL;
    }
    if (!email || !*email) {
        reply_error(call, 400, &customer_rules[CUSTOMER_BAD], "email is required");
        return NULL;
    }
    if ((!password || !*password) && (by_team || !call_flag(call, "no_password"))) {
        reply_error(call, 400, &customer_rules[CUSTOMER_BAD], "password is required%s",
                    by_team ? "" : ", unless no_password is true");
        return NULL;
    }
    if (!cloud_customer(call->world->cloud, product, email) &&
        !call_has_room(call, LIMIT_CUSTOMERS, call->world->cloud->made[LIMIT_CUSTOMERS]))
        return NULL;
    struct customer *customer = cloud_add_customer(call->world->cloud, product, email,
                                                   password && *password ? password : NULL);
    if (!customer) {
        bool bad = sim_behaves(sim, BEHAVIOUR_DUPLICATE_CUSTOMER, "bad-request-400");
        reply_error(call, bad ? 400 : 409, &customer_rules[CUSTOMER_EXISTS],
                    "Customer already exists");
        return NULL;
    }
    struct jsonw *w = sim_note(sim);
    jsonw_key_str(w, "email", customer->email);
    jsonw_key_int(w, "product", product->id);
    sim_noted(sim, "cloud", "customer.created");
    return customer;
}

/* Where a customer is made: the product of the path, or (`org`, of the legacy path) the product of
 * whoever asks, in that organization. */
struct place {
    struct product *product; /* NULL: the path names none that is there */
    const char *org;
};

/* Whether it is made in that product. */
static bool place_is(const struct place *place, const struct product *product)
{
    if (place->org)
        return cloud_in_org(product, place->org);
    return product && place->product == product;
}

/* Replies told the scope in 2018; neither the legacy path nor today's reference has it. */
static bool tells_scope(const struct call *call, const struct place *place)
{
    return !place->org && sim_api_year(&call->world->sim) < 2020;
}

static struct token *customer_token(struct call *call, const struct place *place,
                                    struct oauth_client *client, struct customer *customer)
{
    struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    char *scope = arena_alloc(&call->arena, strlen(customer->email) + 10);
    strcpy(scope, "customer=");
    strcat(scope, customer->email);
    return oauth_issue(call->world->cloud, client, owner, NULL, TOKEN_LIFE_S,
                       tells_scope(call, place) ? scope : NULL);
}

static void customer_reply(struct call *call, const struct place *place, const struct rule *rule,
                           struct oauth_client *client, struct customer *customer)
{
    token_reply(call, 201, place->org ? &account_rules[ACCOUNT_ORG_CUSTOMER_CREATED] : rule,
                customer_token(call, place, client, customer));
}

static void refuse_client(struct call *call)
{
    reply_error(call, auth_product_status(call), &customer_rules[CUSTOMER_FOREIGN_CLIENT],
                "Permission denied");
}

/* With the id and secret of one of the product's clients. */
static void customer_by_client(struct call *call, const struct place *place, const char *id,
                               const char *secret)
{
    struct oauth_client *client = NULL;
    const struct oauth_error *error = oauth_client_check(call->world->cloud, id, secret, &client);
    if (error) {
        auth_refuse(call, error, NULL);
        return;
    }
    if (!place_is(place, client->product)) {
        refuse_client(call);
        return;
    }
    struct customer *customer = customer_make(call, client->product, false);
    if (customer)
        customer_reply(call, place, &customer_rules[CUSTOMER_CREATED], client, customer);
}

/* In a browser: no secret; the token comes in the fragment of the place that is redirected to. */
static void customer_in_browser(struct call *call, const struct place *place, const char *client_id)
{
    struct oauth_client *client = NULL;
    const struct oauth_error *error = oauth_implicit_check(call->world->cloud, client_id,
                                                           call_str(call, "redirect_uri"), &client);
    if (error) {
        auth_refuse(call, error, NULL);
        return;
    }
    if (!place_is(place, client->product)) {
        refuse_client(call);
        return;
    }
    if (!client->redirect_uri) {
        reply_error(call, 400, &customer_rules[CUSTOMER_BAD], "The client has no redirect_uri");
        return;
    }
    struct customer *customer = customer_make(call, client->product, false);
    if (!customer)
        return;
    const struct token *token = customer_token(call, place, client, customer);
    char *location = mem_printf_dup("%s#access_token=%s&token_type=bearer&expires_in=%lld",
                                    client->redirect_uri, token->access, (long long)TOKEN_LIFE_S);
    reply_empty(call, 302, &customer_rules[CUSTOMER_IMPLICIT]);
    reply_header(call->reply, "Location", location);
    free(location);
}

/* The only product of the organization whose team the caller is on. NULL: there is none, or
 * several; the refusal is in the reply. */
static struct product *product_of_member(struct call *call, const struct place *place)
{
    size_t cursor = 0, count = 0;
    void *value;
    struct product *found = NULL;
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value))
        if (place_is(place, value) && cloud_on_team(value, call->owner.user)) {
            found = value;
            count++;
        }
    if (count > 1)
        reply_error(call, 400, &account_rules[ACCOUNT_ORG_PRODUCT_NEEDED],
                    "The organization has several products");
    else if (!count)
        reply_error(call, auth_product_status(call), &api_rules[API_PRODUCT_REFUSED],
                    "Permission denied");
    return count == 1 ? found : NULL;
}

/* With a team member's access token. A product's own bearer token does not do. */
static void customer_by_team(struct call *call, const struct place *place)
{
    struct oauth_client *client = call->token->client;
    if (call->owner.kind == OWNER_NONE) {
        reply_error(call, 403, &customer_rules[CUSTOMER_BY_BEARER], "Permission denied");
        return;
    }
    if (place->org && call->owner.kind == OWNER_USER)
        call->product = product_of_member(call, place);
    else
        auth_product_of(call, place->product);
    struct customer *customer = call->product ? customer_make(call, call->product, true) : NULL;
    if (!customer)
        return;
    if (call->product->clients.first)
        client = LIST_ITEM(call->product->clients.first, struct oauth_client, of_maker);
    customer_reply(call, place, &customer_rules[CUSTOMER_BY_TEAM], client, customer);
}

static void create_at(struct call *call, const struct place *place)
{
    const char *id = call_str(call, "client_id"), *secret = call_str(call, "client_secret");
    const char *response_type = call_str(call, "response_type");
    bool basic = call_basic(call, &id, &secret); /* in a browser: with an empty password */
    if (id && response_type && strcmp(response_type, "token") == 0)
        customer_in_browser(call, place, id);
    else if (basic || id)
        customer_by_client(call, place, id, secret);
    else if (auth_token(call))
        customer_by_team(call, place);
}

static void customer_create(struct call *call)
{
    struct place place = {cloud_product(call->world->cloud, call->params[0]), NULL};
    create_at(call, &place);
}

void customers_create_in_org(struct call *call, const char *org)
{
    struct place place = {NULL, org};
    create_at(call, &place);
}

/* ---- change, delete ---- */

static struct customer *customer_named(struct call *call)
{
    struct customer *customer = cloud_customer(call->world->cloud, call->product, call->params[1]);
    if (!customer)
        reply_error(call, 404, &customer_rules[CUSTOMER_NOT_FOUND], "Customer not found");
    return customer;
}

static void customer_update(struct call *call)
{
    struct customer *customer = customer_named(call);
    const char *password = call_str(call, "password");
    if (!customer)
        return;
    if (!password || !*password) {
        reply_error(call, 400, &customer_rules[CUSTOMER_BAD], "password is required");
        return;
    }
    if (!customer->password) {
        reply_error(call, 400, &customer_rules[CUSTOMER_WITHOUT_PASSWORD],
                    "This customer has no password");
        return;
    }
    char *before = customer->password;
    customer->password = mem_dup(password);
    free(before);
    reply_text(call, 200, &customer_rules[CUSTOMER_UPDATED], "{\"ok\":true}");
}

static void customer_delete(struct call *call)
{
    struct customer *customer = customer_named(call);
    if (!customer)
        return;
    cloud_delete_customer(call->world->cloud, customer);
    reply_text(call, 200, &customer_rules[CUSTOMER_DELETED], "{\"ok\":true}");
}

static const struct route rows[] = {
    {"POST", "/v1/products/:product/customers", "customer.create", AUTH_NONE, customer_create, NULL,
     PROVENANCE_DOCUMENTED, "Particle's API reference; staff's transcripts of 2017 and 2018",
     "create a customer: client credentials, the browser flow, or a team member's token",
     .params = PARAMS({"email", PARAM_BODY, PARAM_STRING, true, "any text that nobody else has"},
                      {"password", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"no_password", PARAM_BODY, PARAM_BOOL, false, "the customer never logs in"},
                      {"client_id", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"client_secret", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"grant_type", PARAM_BODY, PARAM_STRING, false, "client_credentials"},
                      {"response_type", PARAM_BODY, PARAM_STRING, false, "token: the browser flow"},
                      {"redirect_uri", PARAM_BODY, PARAM_STRING, false, "of the browser flow"},
                      {"scope", PARAM_BODY, PARAM_STRING, false, NULL}),
     .replies = REPLIES({201, &shape_token, NULL}, {302, NULL, NULL})},
    {"PUT", "/v1/products/:product/customers/:email", "customer.update", AUTH_PRODUCT,
     customer_update, "customers:update", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "set a customer's password",
     .params = PARAMS({"password", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"DELETE", "/v1/products/:product/customers/:email", "customer.delete", AUTH_PRODUCT,
     customer_delete, "customers:remove", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "delete a customer, with its tokens and pending claim codes", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_ok, NULL})},
};

const struct route_table customer_routes = {rows, sizeof rows / sizeof *rows};
