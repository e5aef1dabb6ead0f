/*
 * Organizations, which products may belong to: their products, and the legacy paths below /v1/orgs,
 * of which only old clients know.
 */
#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/routes/customers.h"
#include "api/routes/orgs.h"
#include "api/routes/product.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include <string.h>

static void org_products(struct call *call)
{
    const char *org = org_of_member(call);
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
        if (cloud_in_org(product, org) && product_seen(call, product))
            product_json(call->world->cloud, product, w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void org_customers(struct call *call)
{
    const char *org = org_of_member(call);
    if (org)
        customers_write(call, &account_rules[ACCOUNT_ORG_CUSTOMERS], NULL, org);
}

static void org_customer_create(struct call *call)
{
    const char *org = org_named(call);
    if (org)
        customers_create_in_org(call, org);
}

static void org_write(const struct call *call, const char *org, struct jsonw *w)
{
    char id[IDS_OBJECT + 1];
    accounts_org_id(call->world->cloud, org, id);
    jsonw_object(w);
    jsonw_key_str(w, "id", id);
    jsonw_key_str(w, "slug", org);
    jsonw_key_str(w, "name", org);
    jsonw_end_object(w);
}

static void orgs_list(struct call *call)
{
    size_t cursor = 0;
    void *value;
    struct map listed = {0};
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_ORGS]);
    jsonw_object(w);
    jsonw_key(w, "organizations");
    jsonw_array(w);
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        struct product *product = value;
        if (!product->org || !product_seen(call, product) || map_get(&listed, product->org))
            continue;
        map_put(&listed, product->org, product);
        org_write(call, product->org, w);
    }
    jsonw_end_array(w);
    jsonw_end_object(w);
    map_free(&listed, NULL);
}

static void org_get(struct call *call)
{
    const char *org = org_of_member(call);
    if (!org)
        return;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_ORG]);
    jsonw_object(w);
    jsonw_key(w, "organization");
    org_write(call, org, w);
    jsonw_end_object(w);
}

/* ---- rows ---- */

static const struct route rows[] = {
    {"GET", "/v1/orgs", "org.list", AUTH_USER, orgs_list, NULL, PROVENANCE_DOCUMENTED,
     "Particle's API reference; particle-cli getOrgs()",
     "the organizations whose products the caller sees", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_orgs, NULL})},
    {"GET", "/v1/orgs/:org", "org.get", AUTH_TOKEN, org_get, "organization:get",
     PROVENANCE_DOCUMENTED, "Particle's API reference", "one organization", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_one_org, NULL})},
    {"GET", "/v1/orgs/:org/products", "org.products", AUTH_TOKEN, org_products, "products:list",
     PROVENANCE_DOCUMENTED, "Particle's API reference", "the caller's products of an organization",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_products, NULL})},
    {"GET", "/v1/orgs/:org/customers", "org.customers", AUTH_TOKEN, org_customers, "customers:list",
     PROVENANCE_GUESSED, "by analogy with those of a product",
     "customers of all products of an organization (legacy)",
     .params = PARAMS({"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"perPage", PARAM_QUERY, PARAM_INT, false, "25"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "the same"}),
     .replies = REPLIES({200, &shape_customers, NULL})},
    {"POST", "/v1/orgs/:org/customers", "org.customer-create", AUTH_NONE, org_customer_create, NULL,
     PROVENANCE_OBSERVED, "Particle community 21669, of 2016",
     "create a customer of the client's product (legacy)",
     .replies = REPLIES({201, &shape_token, NULL}, {302, NULL, NULL})},
};

const struct route_table org_routes = {rows, sizeof rows / sizeof *rows};
