/*
 * Search: at most 10 each of devices, products and SIMs, of a user or of an organization, by a part
 * of a name or a number. Finds nothing that the caller could not list.
 *
 * Source: Particle's API reference; the keys of the body are a guess.
 */
#include "api/call/later.h"
#include "api/call/route.h"
#include "api/routes/fleet_rules.h"
#include "api/routes/orgs.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/sims.h"

#include <stdio.h>
#include <string.h>

#define MOST 10 /* of each kind */

/* Who searches, where, for what; and what was found so far: devices alone, which are the only
 * things that are sure to be there at the next turn. */
struct search {
    const struct call *call;
    const char *org; /* NULL: all that is the user's */
    const char *text;
    size_t at; /* in the registry */
    const struct cloud_device *devices[MOST];
    const struct cloud_device *sims[MOST]; /* the devices that they are in */
    size_t device_count, sim_count;
};

static bool has_text(const struct search *search, const char *value)
{
    return value && strcasestr(value, search->text);
}

/* Whether the product is among those that are searched. */
static bool covers(const struct search *search, const struct product *product)
{
    if (!product || !cloud_on_team(product, search->call->owner.user))
        return false;
    return !search->org || cloud_in_org(product, search->org);
}

static bool finds_device(const struct search *search, const struct cloud_device *device)
{
    bool own = !search->org && owner_same(&device->owner, &search->call->owner);
    if (!own && !covers(search, cloud_listed_in(device)))
        return false;
    return has_text(search, device->id) || has_text(search, device->name) ||
           has_text(search, cloud_serial_number(device)) || has_text(search, cloud_iccid(device)) ||
           has_text(search, cloud_imei(device));
}

static void write_devices(const struct search *search, struct jsonw *w)
{
    jsonw_key(w, "devices");
    jsonw_array(w);
    for (size_t i = 0; i < search->device_count; i++) {
        const struct cloud_device *device = search->devices[i];
        jsonw_object(w);
        jsonw_key_str(w, "id", device->id);
        jsonw_key_str(w, "name", device->name);
        jsonw_key_str(w, "serial_number", cloud_serial_number(device));
        jsonw_key_int(w, "product_id",
                      device->product ? device->product->id : device->platform->id);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void write_products(const struct search *search, struct jsonw *w)
{
    size_t cursor = 0, found = 0;
    char number[24];
    void *value;
    jsonw_key(w, "products");
    jsonw_array(w);
    while (found < MOST && map_next(&search->call->world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        snprintf(number, sizeof number, "%lld", (long long)product->id);
        if (!covers(search, product) ||
            !(has_text(search, number) || has_text(search, product->name) ||
              has_text(search, product->slug)))
            continue;
        found++;
        jsonw_object(w);
        jsonw_key_int(w, "id", product->id);
        jsonw_key_str(w, "name", product->name);
        jsonw_key_str(w, "slug", product->slug);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static bool finds_sim(const struct search *search, const struct sim_view *sim)
{
    bool own = !search->org && sim->user && sim->user == search->call->owner.user;
    return (own || covers(search, sim->product)) && has_text(search, sim->iccid);
}

static void write_sim(const char *iccid, const struct cloud_device *device, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "iccid", iccid);
    jsonw_key_str(w, "device_id", device ? device->id : NULL);
    jsonw_end_object(w);
}

/* Those in devices first, then those that are in none. */
static void write_sims(const struct search *search, struct jsonw *w)
{
    struct sim_view sim;
    size_t found = search->sim_count, cursor = search->at;
    jsonw_key(w, "sims");
    jsonw_array(w);
    for (size_t i = 0; i < search->sim_count; i++)
        write_sim(cloud_iccid(search->sims[i]), search->sims[i], w);
    while (found < MOST && sims_next(search->call->world->cloud, &cursor, &sim)) {
        if (!finds_sim(search, &sim))
            continue;
        write_sim(sim.iccid, NULL, w);
        found++;
    }
    jsonw_end_array(w);
}

static void see_device(struct search *search, const struct cloud_device *device)
{
    struct sim_view sim;
    if (search->device_count < MOST && finds_device(search, device))
        search->devices[search->device_count++] = device;
    if (search->sim_count < MOST && device->platform->cellular &&
        sims_view(search->call->world->cloud, cloud_iccid(device), &sim) && finds_sim(search, &sim))
        search->sims[search->sim_count++] = device;
}

static void reply(struct call *call, struct search *search)
{
    struct jsonw *w = reply_json(call, 200, &fleet_rules[SEARCH]);
    jsonw_object(w);
    write_devices(search, w);
    write_products(search, w);
    write_sims(search, w);
    jsonw_end_object(w);
}

static void search_on(struct call *call, const void *with)
{
    const struct cloud *cloud = call->world->cloud;
    struct search *search = call->asked;
    size_t end = later_part_end(call, search->at, cloud->device_count);
    (void)with;
    while (search->at < end)
        see_device(search, cloud->registry[search->at++]);
    if (search->at < cloud->device_count)
        later_wait_turn(call, search_on, NULL);
    else
        reply(call, search);
}

static void search(struct call *call, const char *org)
{
    static const char *const names[] = {"query", "q", "search"};
    struct search *search = arena_alloc(&call->arena, sizeof *search);
    *search = (struct search){
        .call = call, .org = org ? arena_text(&call->arena, org, strlen(org)) : NULL, .text = ""};
    for (size_t i = 0; i < sizeof names / sizeof *names && !*search->text; i++)
        if (args_get(&call->query, names[i]))
            search->text = args_get(&call->query, names[i]);
    call->asked = search;
    search_on(call, NULL);
}

static void search_user(struct call *call)
{
    search(call, NULL);
}

static void search_org(struct call *call)
{
    const char *org = org_of_member(call);
    if (org)
        search(call, org);
}

/* ---- rows ---- */

static const struct shape device = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"id", &shape_id, 0},
                                           {"name", &shape_string, SHAPE_NULLABLE},
                                           {"serial_number", &shape_string, SHAPE_NULLABLE},
                                           {"product_id", &shape_int, 0},
                                           {0}},
};

static const struct shape product = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){
            {"id", &shape_int, 0}, {"name", &shape_string, 0}, {"slug", &shape_string, 0}, {0}},
};

static const struct shape sim = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"iccid", &shape_string, 0},
                                           {"device_id", &shape_id, SHAPE_NULLABLE},
                                           {0}},
};

static const struct shape found = {
    .type = SHAPE_OBJECT,
    .name = "Found",
    .fields = (const struct shape_field[]){{"devices", SHAPE_LIST(device), 0},
                                           {"products", SHAPE_LIST(product), 0},
                                           {"sims", SHAPE_LIST(sim), 0},
                                           {0}},
};

#define SEARCH_ROW(path, row_name, auth, function, what)                                           \
    {                                                                                              \
        "GET", path, row_name, auth, function, NULL, PROVENANCE_DOCUMENTED,                        \
            "Particle's API reference", what,                                                      \
            .params = PARAMS({"query", PARAM_QUERY, PARAM_STRING, false,                           \
                              "a part of an id, a name, a serial number, an ICCID"},               \
                             {"q", PARAM_QUERY, PARAM_STRING, false, "the same"},                  \
                             {"search", PARAM_QUERY, PARAM_STRING, false, "the same"}),            \
            .replies = REPLIES({200, &found, NULL})                                                \
    }

static const struct route rows[] = {
    SEARCH_ROW("/v1/user/search", "search.user", AUTH_USER, search_user,
               "devices, products and SIMs of the user"),
    SEARCH_ROW("/v1/orgs/:org/search", "search.org", AUTH_USER, search_org,
               "the same of an organization"),
};

const struct route_table search_routes = {rows, sizeof rows / sizeof *rows};
