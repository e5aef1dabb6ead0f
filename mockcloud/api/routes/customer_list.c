/*
 * The list of customers, of a product or (legacy) of an organization: a page of them, with the ids
 * of their devices, and those devices once more, in short. Changes nothing.
 *
 * Source: Particle's API reference; that who owns no device is left out, Particle community 14825
 * and 30168.
 */
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/routes/customer_rules.h"
#include "api/routes/customers.h"
#include "api/routes/devices.h"
#include "api/routes/pages.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <string.h>

#define PER_PAGE     25
#define PER_PAGE_MAX 1000

/* A page of customers, while it is made. */
struct page {
    const struct rule *rule;
    const struct product *product; /* NULL: of the products of `org` */
    const char *org;
    size_t cursor; /* in the cloud's customers */
    struct customer **customers;
    size_t count;
    int64_t matched; /* on all pages */
    int64_t first, per_page;
};

static size_t owned_by(struct call *call, struct customer *customer,
                       struct cloud_device ***ret_devices)
{
    const struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    return devices_owned(call, &owner, ret_devices);
}

/* Customers of `product`, or (NULL) of the products of `org`. */
static bool is_listed(struct call *call, const struct product *product, const char *org,
                      struct customer *customer)
{
    const struct cloud *cloud = call->world->cloud;
    const struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    bool here = product ? customer->product == product : cloud_in_org(customer->product, org);
    if (!here)
        return false;
    if (sim_behaves(cloud->sim, BEHAVIOUR_CUSTOMERS_WITHOUT_DEVICE, "listed"))
        return true;
    return devices_owns_any(call, &owner);
}

/* True: not all customers were looked at. */
static bool find_part(struct call *call, struct page *page)
{
    const struct cloud *cloud = call->world->cloud;
    size_t end = page->cursor + LATER_PART;
    void *value;
    while (call->lags || page->cursor < end) {
        if (!map_next(&cloud->customers, &page->cursor, NULL, &value))
            return false;
        if (!is_listed(call, page->product, page->org, value))
            continue;
        if (page->matched >= page->first && page->matched < page->first + page->per_page)
            page->customers[page->count++] = value;
        page->matched++;
    }
    return true;
}

static void write_customer(struct call *call, struct customer *customer, struct jsonw *w)
{
    struct cloud_device **owned;
    size_t count = owned_by(call, customer, &owned);
    jsonw_object(w);
    jsonw_key_str(w, "id", customer->id);
    jsonw_key_null(w, "full_name"); /* nothing gives a customer one */
    jsonw_key_str(w, "username", customer->email);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < count; i++)
        jsonw_str(w, owned[i]->id);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void write_device(const struct cloud_device *device, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "id", device->id);
    jsonw_key_int(w, "product_id", device->product ? device->product->id : device->platform->id);
    jsonw_key_str(w, "last_ip_address", device->last_handshake_ms >= 0 ? "127.0.0.1" : NULL);
    jsonw_key(w, "firmware_version");
    if (device->firmware_version >= 0)
        jsonw_int(w, device->firmware_version);
    else
        jsonw_null(w);
    jsonw_key_bool(w, "online", lag_online(device, true));
    jsonw_end_object(w);
}

static void write_devices_of(struct call *call, struct customer *customer, struct jsonw *w)
{
    struct cloud_device **owned;
    size_t count = owned_by(call, customer, &owned);
    for (size_t i = 0; i < count; i++)
        write_device(owned[i], w);
}

static void write_page(struct call *call, const struct page *page)
{
    struct jsonw *w = reply_json(call, 200, page->rule);
    jsonw_object(w);
    jsonw_key(w, "customers");
    jsonw_array(w);
    for (size_t i = 0; i < page->count; i++)
        write_customer(call, page->customers[i], w);
    jsonw_end_array(w);
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < page->count; i++)
        write_devices_of(call, page->customers[i], w);
    jsonw_end_array(w);
    jsonw_key(w, "meta");
    jsonw_object(w);
    jsonw_key_int(w, "total_pages",
                  page->matched ? (page->matched + page->per_page - 1) / page->per_page : 1);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void find_on(struct call *call, const void *with)
{
    struct page *page = call->asked;
    (void)with;
    if (find_part(call, page))
        later_wait_turn(call, find_on, NULL);
    else
        write_page(call, page);
}

void customers_write(struct call *call, const struct rule *rule, struct product *product,
                     const char *org)
{
    struct page *page = arena_alloc(&call->arena, sizeof *page);
    int64_t per_page = pages_size(call, PER_PAGE, PER_PAGE_MAX);
    *page = (struct page){
        .rule = rule,
        .product = product,
        .org = org ? arena_text(&call->arena, org, strlen(org)) : NULL,
        .customers = arena_alloc(&call->arena, (size_t)per_page * sizeof *page->customers),
        .first = (pages_number(call) - 1) * per_page,
        .per_page = per_page,
    };
    call->asked = page;
    find_on(call, NULL);
}

static void customers_list(struct call *call)
{
    customers_write(call, &customer_rules[CUSTOMER_LIST], call->product, NULL);
}

static const struct route rows[] = {
    {"GET", "/v1/products/:product/customers", "customer.list", AUTH_PRODUCT, customers_list,
     "customers:list", PROVENANCE_DOCUMENTED, "Particle's API reference",
     "the customers that own a device",
     .params = PARAMS({"page", PARAM_QUERY, PARAM_INT, false, "from 1"},
                      {"perPage", PARAM_QUERY, PARAM_INT, false, "25"},
                      {"per_page", PARAM_QUERY, PARAM_INT, false, "the same"}),
     .replies = REPLIES({200, &shape_customers, NULL})},
};

const struct route_table customer_list_routes = {rows, sizeof rows / sizeof *rows};
