/*
 * Customers of a product: the three ways to create one, list, password, deletion.
 */
#include "api/route.h"
#include "api/rules.h"
#include "api/shapes.h"
#include "api/token_json.h"
#include "base/mem.h"
#include "cloud/oauth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE_MAX 1000000000 /* far behind the last one, and no overflow */

/* Refuses what makes no customer, else makes it. NULL: the refusal is in the reply. */
static struct customer *customer_make(struct call *call, struct product *product)
{
    const char *email = call_str(call, "email");
    const char *password = call_str(call, "password");
    struct sim *sim = &call->world->sim;
    if (!email || !*email) {
        reply_error(call, 400, &api_rules[API_CUSTOMER_BAD], "email is required");
        return NULL;
    }
    if ((!password || !*password) && !call_flag(call, "no_password")) {
        reply_error(call, 400, &api_rules[API_CUSTOMER_BAD],
                    "password is required, unless no_password is true");
        return NULL;
    }
    struct customer *customer = cloud_add_customer(call->world->cloud, product, email,
                                                   password && *password ? password : NULL);
    if (!customer) {
        bool bad = sim_behaves(sim, BEHAVIOUR_DUPLICATE_CUSTOMER, "bad-request-400");
        reply_error(call, bad ? 400 : 409, &api_rules[API_CUSTOMER_EXISTS],
                    "Customer already exists");
        return NULL;
    }
    struct jsonw *w = sim_note(sim);
    jsonw_key_str(w, "email", customer->email);
    jsonw_key_int(w, "product", product->id);
    sim_noted(sim, "cloud", "customer.created");
    return customer;
}

static struct token *customer_token(struct call *call, struct oauth_client *client,
                                    struct customer *customer)
{
    struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    char *scope = arena_alloc(&call->arena, strlen(customer->email) + 10);
    strcpy(scope, "customer=");
    strcat(scope, customer->email);
    return oauth_issue(call->world->cloud, client, owner, NULL, TOKEN_LIFE_S, scope);
}

static int created_status(const struct call *call)
{
    return sim_behaves(&call->world->sim, BEHAVIOUR_CUSTOMER_CREATED_STATUS, "201") ? 201 : 200;
}

/* With the id and secret of one of the product's clients. */
static void customer_by_client(struct call *call, const char *id, const char *secret)
{
    struct oauth_client *client = NULL;
    const struct oauth_error *error = oauth_client_check(call->world->cloud, id, secret, &client);
    if (error) {
        auth_refuse(call, error, NULL);
        return;
    }
    struct product *product = cloud_product(call->world->cloud, call->params[0]);
    if (!product || client->product != product) {
        reply_error(call, auth_product_status(call), &api_rules[API_CUSTOMER_FOREIGN_CLIENT],
                    "Permission denied");
        return;
    }
    struct customer *customer = customer_make(call, product);
    if (customer)
        token_reply(call, created_status(call), &api_rules[API_CUSTOMER_CREATED],
                    customer_token(call, client, customer));
}

/* In a browser: no secret; the token comes in the fragment of the place that is redirected to. */
static void customer_in_browser(struct call *call, const char *client_id)
{
    struct cloud *cloud = call->world->cloud;
    struct product *product = cloud_product(cloud, call->params[0]);
    struct oauth_client *client = client_id ? map_get(&cloud->clients, client_id) : NULL;
    const char *redirect_uri = call_str(call, "redirect_uri");
    if (!client || !product || client->product != product) {
        reply_error(call, auth_product_status(call), &api_rules[API_CUSTOMER_FOREIGN_CLIENT],
                    "Permission denied");
        return;
    }
    redirect_uri = redirect_uri ? redirect_uri : client->redirect_uri;
    if (!redirect_uri || strpbrk(redirect_uri, "\r\n")) {
        reply_error(call, 400, &api_rules[API_CUSTOMER_BAD], "redirect_uri is required");
        return;
    }
    struct customer *customer = customer_make(call, product);
    if (!customer)
        return;
    const struct token *token = customer_token(call, client, customer);
    call->reply->location = mem_printf_dup("%s#access_token=%s&token_type=bearer&expires_in=%lld",
                                           redirect_uri, token->access, (long long)TOKEN_LIFE_S);
    reply_empty(call, 302, &api_rules[API_CUSTOMER_IMPLICIT]);
}

/* With a team member's access token. A product's own bearer token does not do. */
static void customer_by_team(struct call *call)
{
    size_t cursor = 0;
    void *value;
    struct oauth_client *client = call->token->client;
    call->product = cloud_product(call->world->cloud, call->params[0]);
    if (call->owner.kind == OWNER_NONE) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_BY_BEARER], "Permission denied");
        return;
    }
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
        return;
    }
    if (!cloud_on_team(call->product, call->owner.user)) {
        reply_error(call, auth_product_status(call), &api_rules[API_PRODUCT_REFUSED],
                    "Permission denied");
        return;
    }
    struct customer *customer = customer_make(call, call->product);
    if (!customer)
        return;
    while (map_next(&call->world->cloud->clients, &cursor, NULL, &value))
        if (((struct oauth_client *)value)->product == call->product) {
            client = value;
            break;
        }
    token_reply(call, created_status(call), &api_rules[API_CUSTOMER_BY_TEAM],
                customer_token(call, client, customer));
}

static void customer_create(struct call *call)
{
    const char *id = call_str(call, "client_id"), *secret = call_str(call, "client_secret");
    const char *response_type = call_str(call, "response_type");
    if (call_basic(call, &id, &secret) || (id && secret))
        customer_by_client(call, id, secret);
    else if (response_type && strcmp(response_type, "token") == 0)
        customer_in_browser(call, id);
    else if (id)
        customer_by_client(call, id, secret);
    else if (auth_token(call))
        customer_by_team(call);
}

/* ---- list, change, delete ---- */

static bool owns_in_product(const struct cloud *cloud, const struct customer *customer)
{
    for (size_t i = 0; i < map_count(&cloud->devices); i++)
        if (cloud->registry[i]->owner.kind == OWNER_CUSTOMER &&
            cloud->registry[i]->owner.customer == customer)
            return true;
    return false;
}

static void write_owned(const struct cloud *cloud, const struct product *product, struct jsonw *w)
{
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < map_count(&cloud->devices); i++) {
        const struct cloud_device *device = cloud->registry[i];
        if (device->product != product || device->owner.kind != OWNER_CUSTOMER)
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "id", device->id);
        jsonw_key_str(w, "name", device->name);
        jsonw_key_str(w, "customer_id", device->owner.customer->id);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void customers_list(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    size_t cursor = 0;
    void *value;
    int64_t matched = 0;
    int64_t page = call_int(call, "page", 1), per_page = call_int(call, "per_page", 25);
    page = page < 1 ? 1 : page > PAGE_MAX ? PAGE_MAX : page;
    per_page = per_page < 1 ? 25 : per_page > 1000 ? 1000 : per_page;
    struct jsonw *w = reply_json(call, 200, &api_rules[API_CUSTOMERS]);
    jsonw_object(w);
    jsonw_key(w, "customers");
    jsonw_array(w);
    while (map_next(&cloud->customers, &cursor, NULL, &value)) {
        const struct customer *customer = value;
        if (customer->product != call->product || !owns_in_product(cloud, customer))
            continue;
        if (matched >= (page - 1) * per_page && matched < page * per_page) {
            jsonw_object(w);
            jsonw_key_str(w, "id", customer->id);
            jsonw_key_str(w, "username", customer->email);
            jsonw_end_object(w);
        }
        matched++;
    }
    jsonw_end_array(w);
    write_owned(cloud, call->product, w);
    jsonw_key(w, "meta");
    jsonw_object(w);
    jsonw_key_int(w, "total_pages", matched ? (matched + per_page - 1) / per_page : 1);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static struct customer *customer_named(struct call *call)
{
    struct customer *customer = cloud_customer(call->world->cloud, call->product, call->params[1]);
    if (!customer)
        reply_error(call, 404, &api_rules[API_CUSTOMER_NOT_FOUND], "Customer not found");
    return customer;
}

static void customer_update(struct call *call)
{
    struct customer *customer = customer_named(call);
    const char *password = call_str(call, "password");
    if (!customer)
        return;
    if (!password || !*password) {
        reply_error(call, 400, &api_rules[API_CUSTOMER_BAD], "password is required");
        return;
    }
    char *before = customer->password;
    customer->password = mem_dup(password);
    free(before);
    reply_text(call, 200, &api_rules[API_CUSTOMER_UPDATED], "{\"ok\":true}");
}

static void customer_delete(struct call *call)
{
    struct customer *customer = customer_named(call);
    if (!customer)
        return;
    cloud_delete_customer(call->world->cloud, customer);
    reply_empty(call, 204, &api_rules[API_CUSTOMER_DELETED]);
}

static const struct route rows[] = {
    {"POST", "/v1/products/:product/customers", "customer.create", AUTH_NONE, customer_create, NULL,
     PROVENANCE_OBSERVED, "Particle staff's transcripts of 2017 and 2018",
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
     .replies = REPLIES({200, &shape_token, NULL}, {201, &shape_token, NULL}, {302, NULL, NULL})},
    {"GET", "/v1/products/:product/customers", "customer.list", AUTH_PRODUCT, customers_list,
     "customers:list", PROVENANCE_GUESSED, "by analogy with the device list of a product",
     "the customers that own a device",
     .params = PARAMS({"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "25"}),
     .replies = REPLIES({200, &shape_customers, NULL})},
    {"PUT", "/v1/products/:product/customers/:email", "customer.update", AUTH_PRODUCT,
     customer_update, "customers:update", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "set a customer's password",
     .params = PARAMS({"password", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"DELETE", "/v1/products/:product/customers/:email", "customer.delete", AUTH_PRODUCT,
     customer_delete, "customers:remove", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "delete a customer, with its tokens and pending claim codes", .params = NO_PARAMS,
     .replies = REPLIES({204, NULL, NULL})},
};

const struct route_table customer_routes = {rows, sizeof rows / sizeof *rows};
