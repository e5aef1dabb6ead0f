/*
 * New products over the API. Particle's reference tells of none: the console makes them, and
 * particle-cli does when it sets up a device. What there is to know stands in the latter's
 * createProduct().
 */
#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/routes/orgs.h"
#include "api/routes/product.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES ACCOUNTS_NAME_MAX
#define TEXT_MAX_BYTES 1000

/* A field of `product`: an object, or product[name]=… in a form. */
static const cJSON *given_json(const struct call *call, const char *field)
{
    const cJSON *product = cJSON_GetObjectItemCaseSensitive(call->json, "product");
    return cJSON_GetObjectItemCaseSensitive(product, field);
}

static const char *given_str(const struct call *call, const char *field)
{
    char name[64];
    const cJSON *item = given_json(call, field);
    snprintf(name, sizeof name, "product[%s]", field);
    return item ? cJSON_GetStringValue(item) : args_get(&call->form, name);
}

static const struct platform *given_platform(const struct call *call)
{
    const cJSON *item = given_json(call, "platform_id");
    const char *text = given_str(call, "platform_id");
    if (cJSON_IsNumber(item))
        return item->valuedouble == item->valueint ? platform_by_id(item->valueint) : NULL;
    size_t digits = text ? strspn(text, "0123456789") : 0;
    return digits && digits <= 4 && !text[digits] ? platform_by_id((int)strtol(text, NULL, 10))
                                                  : NULL;
}

static void create(struct call *call, const char *org)
{
    struct cloud *cloud = call->world->cloud;
    const char *name = given_str(call, "name");
    const char *description = given_str(call, "description");
    const struct platform *platform = given_platform(call);
    const struct rule *bad = &account_rules[ACCOUNT_PRODUCT_BAD];
    if (!name || !*name || strlen(name) > NAME_MAX_BYTES) {
        reply_error(call, 400, bad, "product.name has to be a text of 1 to %d bytes",
                    NAME_MAX_BYTES);
        return;
    }
    if (!platform) {
        reply_error(call, 400, bad, "product.platform_id has to be that of a simulated platform");
        return;
    }
    if (description && strlen(description) > TEXT_MAX_BYTES) {
        reply_error(call, 400, bad, "product.description has to be a text of %d bytes at most",
                    TEXT_MAX_BYTES);
        return;
    }
    const struct account_product spec = {name, description, platform, org, call->owner.user};
    const struct product *product = accounts_make_product(cloud, &spec);
    if (!product) {
        reply_error(call, 400, bad, "A world has at most %u products",
                    cloud->limits[LIMIT_PRODUCTS]);
        return;
    }
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_PRODUCT_CREATED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, "product");
    product_json(cloud, product, w);
    jsonw_end_object(w);
}

static void create_for_user(struct call *call)
{
    create(call, NULL);
}

static void create_in_org(struct call *call)
{
    const char *org = org_of_member(call);
    if (org)
        create(call, org);
}

#define SOURCE PROVENANCE_INFERRED, "particle-cli createProduct()"
#define FIELDS                                                                                     \
    .params = PARAMS(                                                                              \
        {"product", PARAM_BODY, PARAM_ANY, true, "{name, description, platform_id, settings}"}),   \
    .replies = REPLIES({200, &shape_product_created, NULL})

static const struct route rows[] = {
    {"POST", "/v1/user/products", "product.create", AUTH_USER, create_for_user, NULL, SOURCE,
     "make a product; the caller is its team", FIELDS},
    {"POST", "/v1/orgs/:org/products", "org.product-create", AUTH_USER, create_in_org, NULL, SOURCE,
     "make a product of an organization; the caller is its team", FIELDS},
};

const struct route_table product_create_routes = {rows, sizeof rows / sizeof *rows};
