/*
 * The devices of a product: list with filters, order and pages; get, remove, deny, release; groups
 * of many. A device in quarantine is listed with the product's.
 */
#include "api/call/route.h"
#include "api/routes/device_json.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/routes/pages.h"
#include "api/routes/picks.h"
#include "api/routes/product_rules.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PER_PAGE_MAX 1000
#define MANY_MAX     10000 /* devices of one action */

/* ---- filters ---- */

/* Whether the device is in one of the groups, which commas separate. */
static bool in_one_group(const struct cloud_device *device, const char *groups)
{
    for (size_t len; *groups; groups += len + (groups[len] == ',')) {
        len = strcspn(groups, ",");
        for (size_t i = 0; i < device->group_count; i++)
            if (strlen(device->groups[i]) == len && memcmp(device->groups[i], groups, len) == 0)
                return true;
    }
    return false;
}

struct filter {
    const char *id, *name, *groups, *serial, *quarantined;
    bool denied;
};

static struct filter filter_of(const struct call *call)
{
    return (struct filter){
        .id = args_get(&call->query, "deviceId"),
        .name = args_get(&call->query, "deviceName"),
        .groups = args_get(&call->query, "groups"),
        .serial = args_get(&call->query, "serialNumber"),
        .quarantined = args_get(&call->query, "quarantined"),
        .denied = sim_behaves(&call->world->sim, BEHAVIOUR_DENIED_DEVICES_LISTED, "yes"),
    };
}

static bool filter_passes(const struct filter *filter, const struct product *product,
                          const struct cloud_device *device)
{
    if (lag_listed_in(device) != product && !(filter->denied && device->denied_by == product))
        return false;
    if (filter->quarantined && *filter->quarantined &&
        (strcmp(filter->quarantined, "true") == 0) != (device->quarantined_in != NULL))
        return false;
    if (filter->id && !strcasestr(device->id, filter->id))
        return false;
    if (filter->name && !(device->name && strcasestr(device->name, filter->name)))
        return false;
    if (filter->serial && !strcasestr(cloud_serial_number(device), filter->serial))
        return false;
    return !filter->groups || !*filter->groups || in_one_group(device, filter->groups);
}

/* ---- order ---- */

typedef int64_t order_of(const struct cloud_device *a, const struct cloud_device *b);

static int64_t by_name(const struct cloud_device *a, const struct cloud_device *b)
{
    return strcasecmp(a->name ? a->name : "", b->name ? b->name : "");
}

static int64_t by_id(const struct cloud_device *a, const struct cloud_device *b)
{
    return strcmp(a->id, b->id);
}

static int64_t by_version(const struct cloud_device *a, const struct cloud_device *b)
{
    return a->firmware_version - b->firmware_version;
}

static int64_t by_connection(const struct cloud_device *a, const struct cloud_device *b)
{
    return a->last_handshake_ms - b->last_handshake_ms;
}

/* Source of the names: Particle's API reference. */
static const struct {
    const char *name;
    order_of *order;
} orders[] = {
    {"lastConnection", by_connection},
    {"deviceName", by_name},
    {"deviceId", by_id},
    {"firmwareVersion", by_version},
};

struct sorting {
    order_of *order;
    bool descending;
};

/* The last connection first, unless the query wishes another order. */
static struct sorting sorting_of(const struct call *call)
{
    const char *attribute = args_get(&call->query, "sortAttr");
    const char *direction = args_get(&call->query, "sortDir");
    struct sorting sorting = {by_connection, true};
    for (size_t i = 0; attribute && i < sizeof orders / sizeof *orders; i++)
        if (strcmp(orders[i].name, attribute) == 0)
            sorting.order = orders[i].order;
    if (direction && strcasecmp(direction, "asc") == 0)
        sorting.descending = false;
    return sorting;
}

/* Equal ones in the order of the registry. */
static int compare(const struct cloud_device *a, const struct cloud_device *b, const void *arg)
{
    const struct sorting *sorting = arg;
    int64_t order = sorting->order(a, b);
    if (sorting->descending)
        order = -order;
    if (order)
        return order < 0 ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

/* ---- list ---- */

/* The customers that own a device of the page, each once. */
static void list_customers(struct cloud_device *const *page, size_t count, struct jsonw *w)
{
    jsonw_key(w, "customers");
    jsonw_array(w);
    for (size_t i = 0; i < count; i++) {
        struct owner owner = lag_owner(page[i], true);
        bool before = owner.kind != OWNER_CUSTOMER;
        for (size_t j = 0; j < i && !before; j++) {
            struct owner other = lag_owner(page[j], true);
            before = owner_same(&owner, &other);
        }
        if (before)
            continue;
        jsonw_object(w);
        jsonw_key_str(w, "id", owner.customer->id);
        jsonw_key_str(w, "username", owner.customer->email);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void list_reply(struct call *call, struct cloud_device *const *page, size_t count,
                       int64_t total_pages)
{
    struct jsonw *w = reply_json(call, 200, &product_rules[PRODUCT_DEVICE_LIST]);
    jsonw_object(w);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < count; i++)
        device_json(call->world->cloud, page[i], DEVICE_LISTED_BY_PRODUCT, w);
    jsonw_end_array(w);
    list_customers(page, count, w);
    jsonw_key(w, "meta");
    jsonw_object(w);
    jsonw_key_int(w, "total_pages", total_pages);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* All devices, in the order that the index keeps: the page is read off, whatever comes before it.
 * A list that lags behind has no index. */
static bool is_plain(const struct cloud *cloud, const struct filter *filter,
                     const struct sorting *sorting)
{
    return !lag_looks(cloud) && !filter->id && !filter->name && !filter->groups &&
           !filter->serial && !filter->quarantined && !filter->denied &&
           sorting->order == by_connection && sorting->descending;
}

static void list_plain(struct call *call, size_t first, size_t per_page)
{
    struct registry_walk walk = registry_listed(call->world->cloud, call->product, first);
    size_t all = registry_count(&walk), count = 0;
    struct cloud_device *page[PER_PAGE_MAX];
    while (count < per_page && (page[count] = registry_next(&walk)))
        count++;
    list_reply(call, page, count, all ? (int64_t)((all + per_page - 1) / per_page) : 1);
}

/* A list that no index has, while it is made. */
struct listing {
    struct filter filter;
    struct sorting sorting;
    size_t first, per_page; /* of the matching ones, on this page */
    size_t at;              /* in the registry */
    size_t matched;
    struct picks picks; /* up to the end of the page */
};

static void list_picked(struct call *call, struct listing *listing)
{
    struct cloud_device *page[PER_PAGE_MAX];
    struct picks *picks = &listing->picks;
    size_t count = picks->count > listing->first ? picks->count - listing->first : 0;
    for (size_t i = count; i > 0; i--)
        page[i - 1] = picks_take_last(picks);
    size_t matched = listing->matched, per_page = listing->per_page;
    list_reply(call, page, count, matched ? (int64_t)((matched + per_page - 1) / per_page) : 1);
}

static void list_on(struct call *call, const void *with)
{
    const struct cloud *cloud = call->world->cloud;
    struct listing *listing = call->asked;
    size_t end = later_part_end(call, listing->at, cloud->device_count);
    (void)with;
    for (; listing->at < end; listing->at++) {
        struct cloud_device *device = cloud->registry[listing->at];
        if (!filter_passes(&listing->filter, call->product, device))
            continue;
        listing->matched++;
        picks_add(&listing->picks, device);
    }
    if (listing->at < cloud->device_count)
        later_wait_turn(call, list_on, NULL);
    else
        list_picked(call, listing);
}

static void product_devices_list(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    size_t page = (size_t)pages_number(call);
    size_t per_page = (size_t)pages_size(call, 25, PER_PAGE_MAX);
    assert(per_page > 0); /* pages_size() sees to it, which an analyser can't */
    struct listing given = {.filter = filter_of(call),
                            .sorting = sorting_of(call),
                            .first = (page - 1) * per_page,
                            .per_page = per_page};
    if (is_plain(cloud, &given.filter, &given.sorting)) {
        list_plain(call, given.first, per_page);
        return;
    }
    struct listing *listing = arena_alloc(&call->arena, sizeof *listing);
    size_t most = given.first + per_page;
    *listing = given;
    listing->picks = picks_new(call, most < cloud->device_count ? most : cloud->device_count,
                               compare, &listing->sorting);
    call->asked = listing;
    list_on(call, NULL);
}

/* ---- one device ---- */

static void product_device_get(struct call *call)
{
    const struct cloud_device *device = devices_find(call);
    if (device)
        device_json(call->world->cloud, device, DEVICE_IN_PRODUCT,
                    reply_json(call, 200, &product_rules[PRODUCT_DEVICE_GET]));
}

static void product_device_remove(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    if (!device)
        return;
    if (call_flag(call, "deny")) {
        cloud_deny(call->world->cloud, device);
        reply_empty(call, 204, &device_rules[DEVICE_DENIED]);
    } else {
        cloud_remove_from_product(call->world->cloud, device);
        reply_empty(call, 204, &product_rules[PRODUCT_DEVICE_REMOVED]);
    }
}

static void product_device_release(struct call *call)
{
    struct cloud_device *device = devices_find(call);
    if (!device)
        return;
    claim_release(call->world->cloud, device);
    reply_text(call, 200, &product_rules[PRODUCT_OWNER_REMOVED], "{\"ok\":true}");
}

/* ---- many ---- */

/* The strings of metadata.KEY, or of a form's metadata[KEY][]. */
static size_t metadata_list(struct call *call, const char *key, const char *form_key,
                            const char ***ret_items)
{
    const cJSON *metadata = cJSON_GetObjectItemCaseSensitive(call->json, "metadata");
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(metadata, key), *item;
    size_t count = 0;
    if (!cJSON_IsArray(list))
        return call_list(call, form_key, ret_items);
    const char **items =
        arena_alloc(&call->arena, ((size_t)cJSON_GetArraySize(list) + 1) * sizeof *items);
    cJSON_ArrayForEach(item, list)
    {
        if (cJSON_IsString(item) && *item->valuestring)
            items[count++] = item->valuestring;
    }
    *ret_items = items;
    return count;
}

static void change_groups(struct call *call, const char *const *ids, size_t count)
{
    const char **add, **remove;
    size_t add_count = metadata_list(call, "add", "metadata[add]", &add);
    size_t remove_count = metadata_list(call, "remove", "metadata[remove]", &remove);
    for (size_t i = 0; i < count; i++) {
        struct cloud_device *device = cloud_device_by_id_or_name(call->world->cloud, ids[i], NULL);
        if (!device || cloud_listed_in(device) != call->product)
            continue;
        for (size_t g = 0; g < add_count && g < CLOUD_GROUPS_MAX; g++)
            cloud_join_group(call->world->cloud, device, add[g]);
        for (size_t g = 0; g < remove_count && g < CLOUD_GROUPS_MAX; g++)
            cloud_leave_group(call->world->cloud, device, remove[g]);
        groups_see(call->world->cloud, device);
    }
}

static void product_devices_update(struct call *call)
{
    const char *action = call_str(call, "action");
    const char **ids;
    size_t count = call_list(call, "devices", &ids);
    if (!action || strcmp(action, "groups") != 0) {
        reply_error(call, 400, &device_rules[DEVICE_GROUPS_BAD], "action has to be \"groups\"");
    } else if (!count || count > MANY_MAX) {
        reply_error(call, 400, &device_rules[DEVICE_GROUPS_BAD],
                    "devices has to be a list of 1 to %d ids", MANY_MAX);
    } else {
        change_groups(call, ids, count);
        reply_text(call, 200, &device_rules[DEVICE_GROUPS], "{\"ok\":true}");
    }
}

static const struct route rows[] = {
    {"GET", "/v1/products/:product/devices/:device", "product.device-get", AUTH_PRODUCT,
     product_device_get, "devices:get", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "one device of the product, by id or name", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_product_device, NULL})},
    {"DELETE", "/v1/products/:product/devices/:device", "product.device-remove", AUTH_PRODUCT,
     product_device_remove, "devices:remove", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "take a device out of the product; a customer's is unclaimed; deny: for good",
     .params = PARAMS({"deny", PARAM_BODY, PARAM_BOOL, false, "and never let it in again"}),
     .replies = REPLIES({204, NULL, NULL})},
    {"DELETE", "/v1/products/:product/devices/:device/owner", "product.device-release",
     AUTH_PRODUCT, product_device_release, "devices:release", PROVENANCE_DOCUMENTED,
     "Particle's API reference", "unclaim for whoever owns the device", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"GET", "/v1/products/:product/devices", "product.device-list", AUTH_PRODUCT,
     product_devices_list, "devices:list", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "the product's devices: deviceId, deviceName, groups, serialNumber, quarantined, sortAttr, "
     "sortDir, page, perPage",
     .params =
         PARAMS({"deviceId", PARAM_QUERY, PARAM_STRING, false, "a part of the id"},
                {"deviceName", PARAM_QUERY, PARAM_STRING, false, "a part of the name"},
                {"serialNumber", PARAM_QUERY, PARAM_STRING, false, "a part of it"},
                {"groups", PARAM_QUERY, PARAM_TEXTS, false, "names, separated by commas"},
                {"quarantined", PARAM_QUERY, PARAM_BOOL, false, "only those that are, or are not"},
                {"sortAttr", PARAM_QUERY, PARAM_STRING, false,
                 "lastConnection, deviceName, deviceId or firmwareVersion"},
                {"sortDir", PARAM_QUERY, PARAM_STRING, false, "asc or desc"},
                {"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                {"perPage", PARAM_QUERY, PARAM_INT, false, "25"},
                {"per_page", PARAM_QUERY, PARAM_INT, false, "the same"}),
     .replies = REPLIES({200, &shape_product_devices, NULL})},
    {"PUT", "/v1/products/:product/devices", "product.device-update-many", AUTH_PRODUCT,
     product_devices_update, "devices:update", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "action groups: devices join and leave groups",
     .params =
         PARAMS({"action", PARAM_BODY, PARAM_STRING, true, "groups"},
                {"devices", PARAM_BODY, PARAM_LIST, true, "ids"},
                {"metadata", PARAM_BODY, PARAM_MAP, false, "add and remove: names of groups"}),
     .replies = REPLIES({200, &shape_ok, NULL})},
};

const struct route_table product_device_routes = {rows, sizeof rows / sizeof *rows};
