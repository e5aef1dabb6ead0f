/* Products and their devices: list, get, import, removal. */
#include "api/device_json.h"
#include "api/route.h"
#include "api/rules.h"
#include "api/shapes.h"
#include "cloud/claim.h"

#include <string.h>
#include <strings.h>

#define PAGE_MAX 1000000000 /* far behind the last one, and no overflow */

static void product_json(const struct product *product, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_int(w, "id", product->id);
    jsonw_key_int(w, "platform_id", product->platform->id);
    jsonw_key_str(w, "name", product->name);
    jsonw_key_str(w, "slug", product->slug);
    jsonw_key_str(w, "description", "");
    jsonw_key_null(w, "subscription_id");
    jsonw_key_null(w, "mb_limit");
    jsonw_key(w, "groups");
    jsonw_raw(w, "[]", 2);
    jsonw_key(w, "settings");
    jsonw_raw(w, "{\"quarantine\":true}", 19);
    jsonw_key_null(w, "org");
    jsonw_end_object(w);
}

/* A team's products for a user; its own for a product's client; none for a customer. */
static bool sees_product(const struct call *call, const struct product *product)
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
    struct jsonw *w = reply_json(call, 200, &api_rules[API_PRODUCTS]);
    jsonw_object(w);
    jsonw_key(w, "products");
    jsonw_array(w);
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value))
        if (sees_product(call, value))
            product_json(value, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void product_get(struct call *call)
{
    const struct product *product = cloud_product(call->world->cloud, call->params[0]);
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
    } else if (!product) {
        reply_error(call, 404, &api_rules[API_PRODUCT_NOT_FOUND], "Product not found.");
    } else if (!sees_product(call, product)) {
        reply_error(call, auth_product_status(call), &api_rules[API_PRODUCT_REFUSED],
                    "Permission denied");
    } else {
        struct jsonw *w = reply_json(call, 200, &api_rules[API_PRODUCT]);
        jsonw_object(w);
        jsonw_key(w, "product");
        product_json(product, w);
        jsonw_end_object(w);
    }
}

/* ---- devices of a product ---- */

static bool list_wants(const struct call *call, const struct cloud_device *device)
{
    const char *id = args_get(&call->query, "deviceId");
    const char *name = args_get(&call->query, "deviceName");
    if (device->product != call->product)
        return false;
    if (id && !strstr(device->id, id))
        return false;
    return !name || (device->name && strcasestr(device->name, name));
}

/* The customers that own a device of the page, each once. */
static void list_customers(struct cloud_device *const *page, size_t count, struct jsonw *w)
{
    jsonw_key(w, "customers");
    jsonw_array(w);
    for (size_t i = 0; i < count; i++) {
        bool before = page[i]->owner.kind != OWNER_CUSTOMER;
        for (size_t j = 0; j < i && !before; j++)
            before = owner_same(&page[i]->owner, &page[j]->owner);
        if (before)
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "id", page[i]->owner.customer->id);
        jsonw_key_str(w, "username", page[i]->owner.customer->email);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void product_devices_list(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    size_t all = map_count(&cloud->devices), matched = 0, count = 0;
    int64_t page = call_int(call, "page", 1), per_page = call_int(call, "per_page", 25);
    page = page < 1 ? 1 : page > PAGE_MAX ? PAGE_MAX : page;
    per_page = per_page < 1 ? 25 : per_page > 1000 ? 1000 : per_page;
    size_t first = (size_t)(page - 1) * (size_t)per_page;
    struct cloud_device **shown =
        arena_alloc(&call->arena, (size_t)per_page * sizeof(struct cloud_device *));
    for (size_t i = 0; i < all; i++) {
        if (!list_wants(call, cloud->registry[i]))
            continue;
        if (matched >= first && count < (size_t)per_page)
            shown[count++] = cloud->registry[i];
        matched++;
    }
    struct jsonw *w = reply_json(call, 200, &api_rules[API_PRODUCT_DEVICES]);
    jsonw_object(w);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < count; i++)
        device_json(cloud, shown[i], true, w);
    jsonw_end_array(w);
    list_customers(shown, count, w);
    jsonw_key(w, "meta");
    jsonw_object(w);
    jsonw_key_int(w, "total_pages", matched ? ((int64_t)matched + per_page - 1) / per_page : 1);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* The product's device that :device names, by id or name; NULL, and the refusal in the reply. */
static struct cloud_device *product_device(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    struct cloud_device *device = cloud_device_by_id_or_name(cloud, call->params[1], NULL);
    for (size_t i = 0; !device && i < map_count(&cloud->devices); i++) {
        struct cloud_device *other = cloud->registry[i];
        if (other->product == call->product && other->name &&
            strcasecmp(other->name, call->params[1]) == 0)
            device = other;
    }
    if (device && device->product == call->product)
        return device;
    reply_error(call, 404, &api_rules[API_PRODUCT_DEVICE_NOT_FOUND],
                "Device not found for this product");
    return NULL;
}

static void product_device_get(struct call *call)
{
    const struct cloud_device *device = product_device(call);
    if (device)
        device_json(call->world->cloud, device, true,
                    reply_json(call, 200, &api_rules[API_PRODUCT_DEVICE]));
}

static void product_device_remove(struct call *call)
{
    struct cloud_device *device = product_device(call);
    if (!device)
        return;
    cloud_remove_from_product(call->world->cloud, device);
    reply_empty(call, 204, &api_rules[API_REMOVED]);
}

static void product_device_release(struct call *call)
{
    struct cloud_device *device = product_device(call);
    if (!device)
        return;
    claim_release(call->world->cloud, device);
    reply_text(call, 200, &api_rules[API_OWNER_REMOVED], "{\"ok\":true}");
}

/* ---- import ---- */

static void import_json(const char *const *ids, const enum import_result *results, size_t count,
                        const char *key, enum import_result wanted, struct jsonw *w)
{
    jsonw_key(w, key);
    jsonw_array(w);
    for (size_t i = 0; i < count; i++)
        if (results[i] == wanted)
            jsonw_str(w, ids[i]);
    jsonw_end_array(w);
}

/* What the real import takes and this one does not: said so, rather than a 200 that did nothing. */
static bool import_imitated(struct call *call)
{
    const char *what = call->body_kind >= BODY_MULTIPART ? "an import from a file"
                       : call_has(call, "claim_user") ? "claim_user of an import"
                                                      : NULL;
    if (what)
        reply_error(call, 501, &api_rules[API_NOT_IMITATED], "mockcloud does not imitate %s yet",
                    what);
    return !what;
}

static void product_devices_import(struct call *call)
{
    if (!import_imitated(call))
        return;
    const char **ids;
    const char *one = call_str(call, "id");
    size_t count = call_list(call, "ids", &ids), updated = 0;
    if (one) {
        ids[0] = one;
        count = 1;
    }
    enum import_result *results = arena_alloc(&call->arena, (count ? count : 1) * sizeof *results);
    for (size_t i = 0; i < count; i++) {
        results[i] = cloud_import(call->world->cloud, call->product, ids[i]);
        updated += results[i] == IMPORT_UPDATED;
    }
    struct jsonw *w = reply_json(call, 200, &api_rules[API_IMPORT]);
    jsonw_object(w);
    jsonw_key_int(w, "updated", (int64_t)updated);
    import_json(ids, results, count, "updatedDeviceIds", IMPORT_UPDATED, w);
    import_json(ids, results, count, "existingDeviceIds", IMPORT_EXISTING, w);
    import_json(ids, results, count, "nonmemberDeviceIds", IMPORT_NON_MEMBER, w);
    import_json(ids, results, count, "invalidDeviceIds", IMPORT_INVALID, w);
    jsonw_end_object(w);
}

static const struct route rows[] = {
    {"GET", "/v1/products/:product/devices/:device", "product.device-get", AUTH_PRODUCT,
     product_device_get, "devices:get", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "one device of the product, by id or name", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_product_device, NULL})},
    {"DELETE", "/v1/products/:product/devices/:device", "product.device-remove", AUTH_PRODUCT,
     product_device_remove, "devices:remove", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "take a device out of the product; a customer's is unclaimed",
     .params = PARAMS({"deny", PARAM_BODY, PARAM_BOOL, false, "and never let it in again"}),
     .replies = REPLIES({204, NULL, NULL})},
    {"DELETE", "/v1/products/:product/devices/:device/owner", "product.device-release",
     AUTH_PRODUCT, product_device_release, "devices:release", PROVENANCE_DOCUMENTED,
     "Particle's API reference", "unclaim for whoever owns the device", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"GET", "/v1/products/:product/devices", "product.device-list", AUTH_PRODUCT,
     product_devices_list, "devices:list", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "the product's devices: deviceId, deviceName, page, per_page",
     .params = PARAMS({"deviceId", PARAM_QUERY, PARAM_STRING, false, "a part of the id"},
                      {"deviceName", PARAM_QUERY, PARAM_STRING, false, "a part of the name"},
                      {"serialNumber", PARAM_QUERY, PARAM_STRING, false, NULL},
                      {"groups", PARAM_QUERY, PARAM_TEXTS, false, "names, separated by commas"},
                      {"sortAttr", PARAM_QUERY, PARAM_STRING, false, NULL},
                      {"sortDir", PARAM_QUERY, PARAM_STRING, false, "asc or desc"},
                      {"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "25"}),
     .replies = REPLIES({200, &shape_product_devices, NULL})},
    {"POST", "/v1/products/:product/devices", "product.device-import", AUTH_PRODUCT,
     product_devices_import, "devices:import", PROVENANCE_OBSERVED,
     "Particle staff's transcript of 2018", "import devices: id, or ids",
     .params = PARAMS(
         {"id", PARAM_BODY, PARAM_STRING, false, "one device"},
         {"ids", PARAM_BODY, PARAM_LIST, false, "several"},
         {"import_method", PARAM_BODY, PARAM_STRING, false, "one or many"},
         {"claim_user", PARAM_BODY, PARAM_STRING, false, "claims them for this member of the team"},
         {"claim_user", PARAM_QUERY, PARAM_STRING, false, "with a file"},
         {"file", PARAM_FORM, PARAM_FILE, false, "ids or serial numbers, one per line"}),
     .replies = REPLIES({200, &shape_imported, NULL})},
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
