/* Products: list and get. */
#include "cloud/product.h"
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/routes/product.h"
#include "api/routes/product_rules.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"

#include <string.h>
#include <strings.h>

/* What a product could be set to, as nobody has set it but for its quarantine. */
static void write_settings(const struct product *product, bool old, struct jsonw *w)
{
    jsonw_key(w, "settings");
    jsonw_object(w);
    if (!old) {
        jsonw_key(w, "location");
        jsonw_raw(w, "{}", 2);
        jsonw_key(w, "known_application");
        jsonw_raw(w, "{\"opt_in\":true}", 15);
    }
    jsonw_key_bool(w, "quarantine", product->quarantine);
    jsonw_end_object(w);
}

static void write_org(const struct cloud *cloud, const struct product *product, struct jsonw *w)
{
    char id[IDS_OBJECT + 1];
    if (!product->org)
        return;
    accounts_org_id(cloud, product->org, id);
    jsonw_key_str(w, "org", product->org);
    jsonw_key_str(w, "organization_id", id);
}

/* Whose product it is: the first of its team who is a person; NULL: nobody. */
static const char *creator_id(const struct product *product)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&product->team, &cursor, NULL, &value))
        if (!((const struct user *)value)->programmatic)
            return ((const struct user *)value)->id;
    return NULL;
}

void product_json(const struct cloud *cloud, const struct product *product, struct jsonw *w)
{
    bool old = sim_api_year(cloud->sim) < 2020;
    jsonw_object(w);
    jsonw_key_int(w, "id", product->id);
    jsonw_key_int(w, "platform_id", product->platform->id);
    jsonw_key_str(w, "name", product->name);
    jsonw_key_str(w, "slug", product->slug);
    jsonw_key_str(w, "description", product->description ? product->description : "");
    jsonw_key_null(w, "subscription_id");
    if (old)
        jsonw_key_null(w, "mb_limit");
    else
        jsonw_key_str(w, "user", creator_id(product));
    jsonw_key(w, "groups");
    groups_write_names(cloud, product, w);
    write_settings(product, old, w);
    if (old) {
        jsonw_key_str(w, "org", product->org);
    } else {
        jsonw_key_str(w, "device_protection", product->protection ? "active" : "disabled");
        write_org(cloud, product, w);
    }
    jsonw_end_object(w);
}

bool product_seen(const struct call *call, const struct product *product)
{
    if (call->owner.kind == OWNER_USER)
        return cloud_on_team(product, call->owner.user);
    return call->owner.kind == OWNER_NONE && call->token->client->product == product;
}

static void products_list(struct call *call)
{
    size_t cursor = 0;
    void *value;
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
        return;
    }
    struct jsonw *w = reply_json(call, 200, &product_rules[PRODUCT_LIST]);
    jsonw_object(w);
    jsonw_key(w, "products");
    jsonw_array(w);
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value))
        if (product_seen(call, value))
            product_json(call->world->cloud, value, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void product_get(struct call *call)
{
    const struct product *product = cloud_product(call->world->cloud, call->params[0]);
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
    } else if (!product) {
        reply_error(call, 404, &product_rules[PRODUCT_NOT_FOUND], "Product not found.");
    } else if (!product_seen(call, product)) {
        reply_error(call, auth_product_status(call), &api_rules[API_PRODUCT_REFUSED],
                    "Permission denied");
    } else {
        struct jsonw *w = reply_json(call, 200, &product_rules[PRODUCT_GET]);
        jsonw_object(w);
        jsonw_key(w, "product");
        product_json(call->world->cloud, product, w);
        jsonw_end_object(w);
    }
}

static const struct route rows[] = {
    {"GET", "/v1/products", "product.list", AUTH_TOKEN, products_list, "products:list",
     PROVENANCE_OBSERVED, "particlerb recording of 2018", "the caller's products",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_products, NULL})},
    {"GET", "/v1/user/products", "product.list-of-user", AUTH_TOKEN, products_list, "products:list",
     PROVENANCE_DOCUMENTED, "Particle's API reference", "the caller's products",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_products, NULL})},
    {"GET", "/v1/products/:product", "product.get", AUTH_TOKEN, product_get, "products:get",
     PROVENANCE_OBSERVED, "recordings of 2018 and 2019", "one product, by id or slug",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_one_product, NULL})},
};

const struct route_table product_routes = {rows, sizeof rows / sizeof *rows};
