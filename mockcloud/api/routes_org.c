/*
 * Organizations, which products may belong to: their products, and the legacy paths below /v1/orgs,
 * of which only old clients know.
 */
#include "api/account.h"
#include "api/account_rules.h"
#include "api/customers.h"
#include "api/route.h"
#include "api/rules.h"
#include "api/shapes.h"
#include "cloud/accounts.h"

#include <string.h>

static bool refuse_customer(struct call *call)
{
    if (call->owner.kind == OWNER_CUSTOMER)
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
    return call->owner.kind == OWNER_CUSTOMER;
}

/* The organization that :org names. NULL: there is none; the refusal is in the reply. */
static const char *org_named(struct call *call)
{
    const char *org = accounts_org(call->world->cloud, call->params[0]);
    if (!org)
        reply_error(call, 404, &account_rules[ACCOUNT_ORG_NOT_FOUND], "Organization not found.");
    return org;
}

/* The same, of which the caller sees a product. */
static const char *org_of_caller(struct call *call)
{
    size_t cursor = 0;
    void *value;
    const char *org = refuse_customer(call) ? NULL : org_named(call);
    while (org && map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (product->org && strcmp(product->org, org) == 0 && product_seen(call, product))
            return org;
    }
    if (org)
        reply_error(call, 403, &account_rules[ACCOUNT_ORG_REFUSED], "Permission denied");
    return NULL;
}

static void org_products(struct call *call)
{
    const char *org = org_of_caller(call);
    size_t cursor = 0;
    void *value;
    if (!org)
        return;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_ORG_PRODUCTS]);
    jsonw_object(w);
    jsonw_key(w, "products");
    jsonw_array(w);
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (product->org && strcmp(product->org, org) == 0 && product_seen(call, product))
            product_json(call->world->cloud, product, w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void org_customers(struct call *call)
{
    const char *org = org_of_caller(call);
    if (org)
        customers_write(call, &account_rules[ACCOUNT_ORG_CUSTOMERS], NULL, org);
}

static void org_customer_create(struct call *call)
{
    const char *org = org_named(call);
    if (org)
        customers_create_in_org(call, org);
}

/* ---- rows ---- */

static const struct route rows[] = {
    {"GET", "/v1/orgs/:org/products", "org.products", AUTH_TOKEN, org_products, "products:list",
     PROVENANCE_DOCUMENTED, "Particle's API reference", "the caller's products of an organization",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_products, NULL})},
    {"GET", "/v1/orgs/:org/customers", "org.customers", AUTH_TOKEN, org_customers, "customers:list",
     PROVENANCE_GUESSED, "by analogy with those of a product",
     "customers of all products of an organization (legacy)",
     .params = PARAMS({"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "25"}),
     .replies = REPLIES({200, &shape_customers, NULL})},
    {"POST", "/v1/orgs/:org/customers", "org.customer-create", AUTH_NONE, org_customer_create, NULL,
     PROVENANCE_OBSERVED, "Particle community 21669, of 2016",
     "create a customer of the client's product (legacy)",
     .replies = REPLIES({200, &shape_token, NULL}, {201, &shape_token, NULL}, {302, NULL, NULL})},
};

const struct route_table org_routes = {rows, sizeof rows / sizeof *rows};
