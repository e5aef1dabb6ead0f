/*
 * The items of `devices:` in a world file: one device, or a fleet of them. See load_parts.h.
 *
 * Owns how a device of the file comes into the cloud and into the fleet; what its fields mean is in
 * load_device.c. A fleet is its item, read once per device: never does a key mean another thing in
 * it than it means for one device.
 */
#include "world/load_parts.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "world/load_device.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool load_device_name_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_";
    return strspn(name, allowed) == strlen(name);
}

/* Which owner a device's `owner:` names: a customer of its product first, else a user. */
static bool load_owner(const struct load *load, const struct product *product,
                       const struct doc_node *node, struct owner *ret_owner)
{
    struct customer *customer = product ? cloud_customer(load->cloud, product, node->text) : NULL;
    struct user *user = cloud_user(load->cloud, node->text);
    const char *nearest = load_nearest_customer(load, product, node->text);
    size_t others;
    if (customer)
        *ret_owner = (struct owner){OWNER_CUSTOMER, .customer = customer};
    else if (user)
        *ret_owner = (struct owner){OWNER_USER, .user = user};
    else if (world_owner(load->world, node->text, &others), others > 0)
        doc_fail(load->doc, node, load->diags, NULL,
                 "\"%s\" is not a customer of the product that the device is in", node->text);
    else
        load_unknown(load, node, nearest ? nearest : load_nearest(&load->cloud->users, node->text),
                     "user or customer");
    return customer || user;
}

/* The owner before the state: a device that begins online tells the cloud so, and by then it should
 * be somebody's. */
static void load_device_begin(const struct load *load, const struct doc_node *node,
                              struct device *device, struct cloud_device *record)
{
    const struct doc_node *owner_node = doc_get(node, "owner");
    struct owner owner;
    if (owner_node && load_owner(load, record->product, owner_node, &owner))
        cloud_set_owner(load->cloud, record, owner);
    int state = device_state_find(fields_str(node, "state", "off"));
    assert(state >= 0);
    fleet_begin(load->world->fleet, device, (enum device_state)state);
}

/* The platform of a device that names neither one nor a product. It is there to be imported, so it
 * has the platform that all products of the world have; if they differ, a Boron is a guess, and a
 * warning says so. */
static const struct platform *load_only_platform(const struct load *load,
                                                 const struct doc_node *node)
{
    const struct platform *platform = NULL;
    const struct doc_node *as = doc_get(node, "as");
    size_t cursor = 0;
    void *value;
    while (map_next(&load->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (platform && platform->id != product->platform->id && load->warnings)
            doc_fail(load->doc, as ? as : node, load->warnings, NULL,
                     "warning: which platform? The products are for %s and %s, so the device is a "
                     "boron: add platform",
                     platform->name, product->platform->name);
        if (platform && platform->id != product->platform->id)
            return platform_by_name("boron");
        platform = product->platform;
    }
    return platform ? platform : platform_by_name("boron");
}

/* The platform and the product of a device have to agree. */
static bool load_device_kind(const struct load *load, const struct doc_node *node,
                             struct product **ret_product, const struct platform **ret_platform)
{
    const struct doc_node *product_node = doc_get(node, "product");
    const struct doc_node *platform_node = doc_get(node, "platform");
    struct product *product = product_node ? load_find_product(load, product_node, node) : NULL;
    if (product_node && !product)
        return false;
    const struct platform *platform = platform_node ? platform_by_name(platform_node->text)
                                      : product     ? product->platform
                                                    : load_only_platform(load, node);
    if (product && platform->id != product->platform->id) {
        doc_fail(load->doc, platform_node, load->diags, NULL,
                 "product \"%s\" has devices of platform %s only", product->slug,
                 product->platform->name);
        return false;
    }
    *ret_product = product;
    *ret_platform = platform;
    return true;
}

/* Makes an id in the platform's form from the seed and the name. The form leaves few digits free
 * (six of a P2's), so in a large fleet two names may come to the same id: the second then gets
 * another one that follows from its name, too, so that ids don't depend on anything random. */
static void load_made_id(const struct load *load, const struct platform *platform, const char *as,
                         char *ret_id)
{
    char hex[IDS_OBJECT + 1];
    ids_named(&load->world->sim.ids, "device", as, hex, IDS_OBJECT);
    platform_shape_id(platform, hex, ret_id);
    for (int again = 1; cloud_device(load->cloud, ret_id); again++) {
        char *name = mem_printf_dup("%s#%d", as, again);
        ids_named(&load->world->sim.ids, "device", name, hex, IDS_OBJECT);
        platform_shape_id(platform, hex, ret_id);
        free(name);
    }
}

/* Where the item says how its device, or its devices, are called. */
static const struct doc_node *load_named_at(const struct doc_node *node)
{
    const struct doc_node *as = doc_get(node, "as"), *fleet = doc_get(node, "fleet");
    return as ? as : fleet ? fleet : node;
}

/* One device of the item `node`, which is called `as`. */
static void load_one(const struct load *load, const struct doc_node *node, const char *as)
{
    char id[IDS_OBJECT + 1];
    struct product *product;
    const struct platform *platform;
    if (!load_device_kind(load, node, &product, &platform))
        return;
    const char *wanted = fields_str(node, "id", NULL);
    if (!wanted)
        load_made_id(load, platform, as, id);
    wanted = wanted ? wanted : id;
    if (!load_device_name_valid(as)) {
        doc_fail(load->doc, load_named_at(node), load->diags, NULL,
                 "a device's name has letters, digits, '-' and '_' only, found \"%s\"", as);
    } else if (fleet_find(load->world->fleet, as)) {
        load_duplicate(load, load_named_at(node), "device", as);
    } else if (cloud_device(load->cloud, wanted)) {
        load_duplicate(load, doc_get(node, "id"), "device", wanted);
    } else {
        struct cloud_device *record = cloud_add_device(load->cloud, wanted, platform);
        cloud_set_name(load->cloud, record, fields_str(node, "name", as));
        cloud_place(load->cloud, record, (struct device_place){.product = product});
        struct device *device =
            fleet_add(load->world->fleet, as, wanted, platform, fields_int(node, "connect_ms", -1));
        load_device_make(load->world, node, device, record, load->diags);
        load_device_record(load->world, node, product, record, load->diags);
        device->is_protected = record->protection;
        load_device_firmware(load->world, node, record, device, load->diags);
        load_device_begin(load, node, device, record);
    }
}

/* ---- fleets ---- */

/* What can be of one device alone. */
static const char *const names_one[] = {"as",    "id",   "name",         "serial_number",
                                        "iccid", "imei", "mobile_secret"};

/* The keys of the item fit together: those of a fleet, or those of one device. */
static bool load_item_valid(const struct load *load, const struct doc_node *node)
{
    bool fleet = doc_get(node, "fleet");
    const struct doc_node *lone = doc_get_key(node, doc_get(node, "count") ? "count" : "connect");
    size_t before = load->diags->count;
    if (!fleet && lone)
        doc_fail(load->doc, lone, load->diags, NULL, "only a fleet has %s: add fleet", lone->text);
    if (fleet && !doc_get(node, "count"))
        doc_fail(load->doc, doc_get_key(node, "fleet"), load->diags, NULL,
                 "how many devices has the fleet? Add count");
    for (size_t i = 0; fleet && i < sizeof names_one / sizeof *names_one; i++) {
        const struct doc_node *key = doc_get_key(node, names_one[i]);
        if (key)
            doc_fail(load->doc, key, load->diags, NULL, "%s is of one device, so a fleet has none",
                     names_one[i]);
    }
    return load->diags->count == before;
}

/* The list was counted by its items; a fleet is one of them. */
static bool load_item_fits(const struct load *load, const struct doc_node *node, size_t count)
{
    size_t most = load->cloud->limits[LIMIT_DEVICES];
    size_t found = load->cloud->device_count + count;
    const struct doc_node *at = doc_get(node, "count");
    if (found > most)
        doc_fail(load->doc, at ? at : node, load->diags, NULL,
                 "a world has at most %zu devices, found %zu", most, found);
    return found <= most;
}

/* A mistake in the item, or a guess, is that of each device: it is told of the first alone. */
static void load_fleet(const struct load *load, const struct doc_node *node, size_t count)
{
    struct load each = *load;
    const struct doc_node *connect = doc_get(node, "connect");
    size_t first = fleet_count(load->world->fleet);
    size_t before = load->diags->count;
    for (size_t i = 0; i < count && load->diags->count == before; i++) {
        char *as = mem_printf_dup("%s-%zu", fields_str(node, "fleet", ""), i + 1);
        load_one(&each, node, as);
        free(as);
        each.warnings = NULL;
    }
    if (connect && load->diags->count == before)
        fleet_spread(load->world->fleet, first, count, fields_duration(connect, "spread", 0));
}

void load_device(const struct load *load, const struct doc_node *node, size_t index)
{
    char numbered[32];
    size_t count = (size_t)fields_int(node, "count", 1);
    if (!load_item_valid(load, node) || !load_item_fits(load, node, count))
        return;
    snprintf(numbered, sizeof numbered, "device%zu", index + 1);
    if (doc_get(node, "fleet"))
        load_fleet(load, node, count);
    else
        load_one(load, node, fields_str(node, "as", numbered));
}
