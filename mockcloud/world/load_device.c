/* See load_device.h. Owns what is a mistake in these fields beyond their types. */
#include "world/load_device.h"

#include "base/mem.h"
#include "cloud/groups.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "cloud/sims.h"

#include <stdlib.h>
#include <string.h>

static void replace(char **text, const struct doc_node *node)
{
    if (!node)
        return;
    free(*text);
    *text = mem_dup(node->text);
}

/* ICCID and IMEI: digits, and of cellular devices alone. NULL: not given, or a mistake. */
static const struct doc_node *load_radio_id(struct world *world, const struct doc_node *node,
                                            const char *key, const struct cloud_device *record,
                                            struct diags *diags)
{
    const struct doc_node *value = doc_get(node, key);
    if (!value)
        return NULL;
    if (!record->platform->cellular)
        doc_fail(world->doc, value, diags, NULL, "a device without a cellular modem has no %s",
                 key);
    else if (strspn(value->text, "0123456789") != value->len)
        doc_fail(world->doc, value, diags, NULL, "expected digits, found \"%s\"", value->text);
    else
        return value;
    return NULL;
}

static void load_sim(struct world *world, const struct doc_node *node, struct cloud_device *record,
                     struct diags *diags)
{
    const struct doc_node *sim = doc_get(node, "sim");
    bool inactive = sim && strcmp(sim->text, "inactive") == 0;
    if (sim && !cloud_iccid(record))
        doc_fail(world->doc, sim, diags, NULL, "a device without a cellular modem has no sim");
    else if (inactive && strcmp(fields_str(node, "state", "off"), "online") == 0 &&
             strcmp(fields_str(node, "interface", "cellular"), "cellular") == 0)
        doc_fail(world->doc, sim, diags, NULL, "a device can't be online with an inactive SIM");
    else if (inactive)
        sims_begin_inactive(world->cloud, record);
}

/* One that the platform runs. */
static void load_system_version(struct world *world, const struct doc_node *node,
                                struct device *device, struct diags *diags)
{
    const struct doc_node *value = doc_get(node, "system_version");
    const struct platform *platform = device->platform;
    char first[SYSTEM_VERSION_SIZE], newest[SYSTEM_VERSION_SIZE];
    system_version_t version;
    if (!value)
        return;
    if (platform_is_linux(platform))
        doc_fail(world->doc, value, diags, NULL, "a %s runs no Device OS", platform->name);
    else if (!system_version_parse(value->text, &version))
        doc_fail(world->doc, value, diags, NULL, "expected a version like 3.3.1, found \"%s\"",
                 value->text);
    else if (!platform_runs(platform, version))
        doc_fail(world->doc, value, diags, NULL, "a %s runs Device OS %s to %s, not %s",
                 platform->name, system_version_text(platform->first, first),
                 platform->ended ? system_version_text(platform->newest, newest) : "today's",
                 value->text);
    else
        device->system_version = version;
}

/* In the order of enum interface. */
static void load_interface(struct world *world, const struct doc_node *node, struct device *device,
                           struct diags *diags)
{
    static const char *const words[] = {"cellular", "wifi", "ethernet"};
    const struct doc_node *value = doc_get(node, "interface");
    int found = INTERFACE_CELLULAR;
    if (!value)
        return;
    while (found < INTERFACE_ETHERNET && strcmp(words[found], value->text) != 0)
        found++;
    if (platform_has_interface(device->platform, (enum interface)found))
        device->interface = (uint8_t)found;
    else
        doc_fail(world->doc, value, diags, NULL, "%s: its devices are not on the network by %s",
                 device->platform->name, value->text);
}

/* A device that lacks what its interface needs can't have been online. */
static void load_lacks(struct world *world, const struct doc_node *node, struct device *device,
                       struct diags *diags)
{
    unsigned network = 0;
    bool no_sim = strcmp(fields_str(node, "sim", "active"), "missing") == 0;
    if (!fields_bool(node, "wifi", true) && device->interface == INTERFACE_WIFI)
        network |= LACKS_CREDENTIALS;
    if (no_sim && device->interface == INTERFACE_CELLULAR)
        network |= LACKS_SIM;
    device->lacks = network | (no_sim ? LACKS_SIM : 0) |
                    (fields_bool(node, "setup_done", true) ? 0 : LACKS_SETUP);
    if (network && strcmp(fields_str(node, "state", "off"), "online") == 0)
        doc_fail(world->doc, doc_get(node, network & LACKS_SIM ? "sim" : "wifi"), diags, NULL,
                 "a device can't be online without it");
}

void load_device_make(struct world *world, const struct doc_node *node, struct device *device,
                      struct cloud_device *record, struct diags *diags)
{
    const struct doc_node *state = doc_get(node, "state");
    load_system_version(world, node, device, diags);
    load_interface(world, node, device, diags);
    load_lacks(world, node, device, diags);
    record->system_version = device->system_version;
    if (state && strcmp(state->text, "listening") == 0 && platform_is_linux(device->platform))
        doc_fail(world->doc, state, diags, NULL, "a %s has no listening mode",
                 device->platform->name);
}

static void load_serial_number(struct world *world, const struct doc_node *node,
                               struct cloud_device *record, struct diags *diags)
{
    const struct doc_node *serial = doc_get(node, "serial_number");
    if (serial && !cloud_set_serial(world->cloud, record, serial->text))
        doc_fail(world->doc, serial, diags, NULL, "serial number \"%s\" is there already",
                 serial->text);
}

/* A device that is quarantined or denied is not in the product that it names. */
static void load_standing(struct world *world, const struct doc_node *node, struct product *product,
                          struct cloud_device *record, struct diags *diags)
{
    bool quarantined = fields_bool(node, "quarantined", false);
    bool denied = fields_bool(node, "denied", false);
    const struct doc_node *at = doc_get_key(node, denied ? "denied" : "quarantined");
    if (!quarantined && !denied)
        return;
    if (!product) {
        doc_fail(world->doc, at, diags, NULL, "expected product: which one is it %s?",
                 denied ? "denied by" : "quarantined in");
        return;
    }
    if (denied)
        cloud_place(world->cloud, record, (struct device_place){.denied_by = product});
    else
        cloud_place(world->cloud, record, (struct device_place){.quarantined_in = product});
}

void load_device_record(struct world *world, const struct doc_node *node, struct product *product,
                        struct cloud_device *record, struct diags *diags)
{
    const struct doc_node *groups = doc_get(node, "groups");
    if (groups && groups->count > CLOUD_GROUPS_MAX)
        doc_fail(world->doc, groups, diags, NULL, "a device is in %d groups at most, found %zu",
                 CLOUD_GROUPS_MAX, groups->count);
    for (size_t i = 0; groups && i < groups->count; i++)
        cloud_join_group(world->cloud, record, groups->items[i]->text);
    replace(&record->notes, doc_get(node, "notes"));
    const struct doc_node *secret = doc_get(node, "mobile_secret");
    if (secret)
        cloud_set_mobile_secret(record, secret->text);
    record->development = fields_bool(node, "development", false);
    record->protection = fields_bool(node, "protected", product && product->protection);
    record->desired_firmware = fields_int(node, "desired_firmware_version", -1);
    load_serial_number(world, node, record, diags);
    const struct doc_node *iccid = load_radio_id(world, node, "iccid", record, diags);
    if (iccid)
        cloud_set_iccid(world->cloud, record, iccid->text);
    const struct doc_node *imei = load_radio_id(world, node, "imei", record, diags);
    if (imei)
        cloud_set_imei(world->cloud, record, imei->text);
    load_sim(world, node, record, diags);
    load_standing(world, node, product, record, diags);
    groups_see(world->cloud, record);
}

/* ---- firmware ---- */

static bool load_name_valid(struct world *world, const struct doc_node *name, struct diags *diags)
{
    if (name->len && name->len <= FIRMWARE_NAME_MAX)
        return true;
    doc_fail(world->doc, name, diags, NULL, "expected a name of 1 to %d bytes", FIRMWARE_NAME_MAX);
    return false;
}

/* A number, text, true or false. False: it is something else. */
static bool load_value(const struct doc_node *node, struct session_value *ret_value)
{
    bool truth;
    struct session_value value = {0};
    if (node->kind != DOC_SCALAR || doc_is_null(node))
        return false;
    if (doc_as_bool(node, &truth)) {
        value.type = SESSION_BOOL;
        value.number = truth;
    } else if (doc_as_int(node, &value.number) && value.number >= INT32_MIN &&
               value.number <= INT32_MAX) {
        value.type = SESSION_INT;
    } else if (doc_as_double(node, &value.real)) {
        value.type = SESSION_DOUBLE;
    } else {
        value.type = SESSION_STRING;
        value.text = node->text;
    }
    *ret_value = value;
    return true;
}

/* What puts a device into quarantine is that its firmware says the product. */
static int64_t load_firmware_product(const struct doc_node *firmware,
                                     const struct cloud_device *record)
{
    const struct product *quarantined_in = record->quarantined_in;
    return fields_int(firmware, "product_id", quarantined_in ? quarantined_in->id : 0);
}

/* Linux runs whatever it is given. */
static system_version_t load_needs(struct world *world, const struct doc_node *firmware,
                                   const char *key, const struct device *device,
                                   struct diags *diags)
{
    const struct doc_node *value = doc_get(firmware, key);
    system_version_t version = 0;
    if (value && platform_is_linux(device->platform))
        doc_fail(world->doc, value, diags, NULL, "a %s runs no Device OS", device->platform->name);
    else if (value && (!system_version_parse(value->text, &version) ||
                       !platform_runs(device->platform, version)))
        doc_fail(world->doc, value, diags, NULL, "expected a Device OS of a %s, found \"%s\"",
                 device->platform->name, value->text);
    return version;
}

void load_device_firmware(struct world *world, const struct doc_node *node,
                          const struct cloud_device *record, struct device *device,
                          struct diags *diags)
{
    const struct doc_node *map = doc_get(node, "firmware");
    const struct doc_node *functions = doc_get(map, "functions");
    const struct doc_node *variables = doc_get(map, "variables");
    struct firmware *firmware = &device->firmware;
    struct session_value value;
    firmware->product_id = load_firmware_product(map, record);
    firmware->version = fields_int(map, "version", 1);
    firmware->needs = load_needs(world, map, "needs", device, diags);
    firmware->update_needs = load_needs(world, map, "update_needs", device, diags);
    if (!firmware_runs(device) && strcmp(fields_str(node, "state", "off"), "online") == 0)
        doc_fail(world->doc, doc_get(map, "needs"), diags, NULL,
                 "a device can't be online with an application that does not run: it begins off");
    for (size_t i = 0; functions && i < functions->count; i++)
        if (load_name_valid(world, functions->pairs[i].key, diags))
            firmware_add_function(firmware, functions->pairs[i].key->text,
                                  fields_int(functions->pairs[i].value, "return", 1));
    for (size_t i = 0; variables && i < variables->count; i++) {
        const struct doc_pair *pair = &variables->pairs[i];
        if (!load_name_valid(world, pair->key, diags))
            continue;
        if (load_value(pair->value, &value))
            firmware_add_variable(firmware, pair->key->text, &value);
        else
            doc_fail(world->doc, pair->value, diags, NULL,
                     "expected a number, text, true or false, found %s", doc_describe(pair->value));
    }
}
