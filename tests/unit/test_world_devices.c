/* What a world file says of a device beyond its place: serial numbers, radio, standing, firmware.
 */
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "world/world.h"

#include <stdio.h>
#include <string.h>

#define HEAD                                                                                       \
    "products: [{id: 6287, slug: acme-pump, platform: e-series}]\n"                                \
    "devices:\n"

static struct world *make(const char *devices, struct buf *ret_text)
{
    struct diags diags = {0};
    struct buf yaml;
    struct world_options options = {.mode = VCLOCK_FROZEN};
    buf_init(&yaml, 1u << 20);
    buf_add_str(&yaml, HEAD);
    buf_add_str(&yaml, devices);
    struct doc *doc = doc_new("w", yaml.data, yaml.len, &diags);
    struct world *world = doc ? world_new(doc, doc_root(doc, 0), &options, &diags) : NULL;
    doc_unref(doc);
    diags_write(&diags, ret_text, false);
    diags_free(&diags);
    buf_free(&yaml);
    return world;
}

static const struct {
    const char *device, *mistake;
} mistakes[] = {
    {"platform: photon, iccid: '1'", "a device without a cellular modem has no iccid"},
    {"platform: boron, imei: 12a", "expected digits, found \"12a\""},
    {"platform: boron, serial_number: X}\n  - {platform: boron, serial_number: X",
     "serial number \"X\" is there already"},
    {"platform: boron, quarantined: true", "expected product: which one is it quarantined in?"},
    {"platform: boron, denied: true", "expected product: which one is it denied by?"},
    {"firmware: {variables: {a: [1]}}", "expected a number, text, true or false, found a list"},
    {"firmware: {variables: {a: null}}", "expected a number, text, true or false"},
    {"firmware: {functions: {'': {return: 1}}}", "expected a name of 1 to 64 bytes"},
    {"firmware: {functions: {a: {return: 2147483648}}}", "2147483648"},
    {"firmware: {version: 65536}", "65536"},
    {"platform: photon, system_version: 6.2.0",
     "a photon runs Device OS 0.4.0 to 3.3.1, not 6.2.0"},
    {"platform: p2, system_version: 4.2.0", "a p2 runs Device OS 5.0.0 to today's, not 4.2.0"},
    {"platform: boron, system_version: '6.2'", "expected a version like 3.3.1, found \"6.2\""},
    {"platform: tachyon, system_version: 6.2.0", "a tachyon runs no Device OS"},
    {"platform: tachyon, firmware: {needs: 6.2.0}", "a tachyon runs no Device OS"},
    {"platform: photon, firmware: {needs: 6.2.0}",
     "expected a Device OS of a photon, found \"6.2.0\""},
    {"platform: boron, firmware: {update_needs: '4'}",
     "expected a Device OS of a boron, found \"4\""},
    {"platform: boron, state: online, system_version: 4.0.0, firmware: {needs: 4.2.0}",
     "a device can't be online with an application that does not run: it begins off"},
    {"platform: boron, interface: wifi", "boron: its devices are not on the network by wifi"},
    {"platform: argon, interface: cellular",
     "argon: its devices are not on the network by cellular"},
    {"platform: photon, interface: ethernet",
     "photon: its devices are not on the network by ethernet"},
    {"platform: msom, interface: wifi, state: online, wifi: false",
     "a device can't be online without it"},
    {"platform: linux, state: listening", "a linux has no listening mode"},
    {"platform: argon, state: online, wifi: false", "a device can't be online without it"},
    {"platform: boron, state: online, sim: missing", "a device can't be online without it"},
    {"platform: argon, sim: missing", "a device without a cellular modem has no sim"},
};

START_TEST(mistake)
{
    char device[300];
    struct buf text;
    buf_init(&text, 1u << 16);
    snprintf(device, sizeof device, "  - {%s}\n", mistakes[_i].device);
    struct world *world = make(device, &text);
    ck_assert_msg(!world && strstr(buf_str(&text), mistakes[_i].mistake), "%s: %s",
                  mistakes[_i].device, buf_str(&text));
    buf_free(&text);
}
END_TEST

START_TEST(all_of_it)
{
    struct buf text;
    buf_init(&text, 1u << 16);
    struct world *world =
        make("  - as: pump\n"
             "    product: acme-pump\n"
             "    state: online\n"
             "    groups: [a, b]\n"
             "    notes: hello\n"
             "    serial_number: ACME-1\n"
             "    iccid: '89340765000000000001'\n"
             "    imei: '350000000000001'\n"
             "    mobile_secret: ACME-SECRET\n"
             "    development: true\n"
             "    desired_firmware_version: 4\n"
             "    firmware:\n"
             "      product_id: 6287\n"
             "      functions: {go: {}}\n"
             "      variables: {i: 1, d: 1.5, t: '1', b: false, big: 3000000000}\n"
             "  - {as: q, product: acme-pump, quarantined: true}\n"
             "  - {as: d, product: acme-pump, denied: true}\n",
             &text);
    ck_assert_msg(world, "%s", buf_str(&text));
    const struct cloud_device *record = world_record(world, fleet_find(world->fleet, "pump"));
    ck_assert_uint_eq(record->group_count, 2);
    ck_assert_str_eq(record->notes, "hello");
    ck_assert_str_eq(cloud_iccid(record), "89340765000000000001");
    ck_assert_str_eq(cloud_imei(record), "350000000000001");
    ck_assert_str_eq(cloud_mobile_secret(record), "ACME-SECRET");
    ck_assert(record->development);
    ck_assert_int_eq(record->desired_firmware, 4);
    ck_assert_int_eq(record->firmware_product_id, 6287);
    ck_assert_int_eq(record->firmware_version, 1);
    ck_assert_uint_eq(record->described.function_count, 1);
    static const enum session_type types[] = {SESSION_INT, SESSION_DOUBLE, SESSION_STRING,
                                              SESSION_BOOL, SESSION_DOUBLE};
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(record->described.variables[i].type, types[i]);
    const struct product *product = cloud_product(world->cloud, "6287");
    ck_assert_ptr_eq(world_record(world, fleet_find(world->fleet, "q"))->quarantined_in, product);
    ck_assert_ptr_null(world_record(world, fleet_find(world->fleet, "q"))->product);
    ck_assert_ptr_eq(world_record(world, fleet_find(world->fleet, "d"))->denied_by, product);
    world_free(world);
    buf_free(&text);
}
END_TEST

/* A device that names neither platform nor product: of which platform it is, and whether that is
 * warned of. */
static const struct {
    const char *products, *platform, *warning;
} unnamed[] = {
    {"", "boron", ""},
    {"products: [{id: 1, platform: e-series}]\n", "e-series", ""},
    {"products: [{id: 1, platform: p2}, {id: 2, platform: photon2}]\n", "p2", ""},
    {"products: [{id: 1, platform: p2}, {id: 2, platform: argon}]\n", "boron",
     "w:2:16: warning: which platform? The products are for p2 and argon, so the device is a "
     "boron: "
     "add platform\n"},
};

START_TEST(a_device_of_no_platform)
{
    struct diags diags = {0}, warnings = {0};
    struct buf text;
    char yaml[400];
    struct world_options options = {.mode = VCLOCK_FROZEN, .warnings = &warnings};
    snprintf(yaml, sizeof yaml, "%sdevices: [{as: pump}]\n", unnamed[_i].products);
    struct doc *doc = doc_new("w", yaml, strlen(yaml), &diags);
    struct world *world = world_new(doc, doc_root(doc, 0), &options, &diags);
    ck_assert_uint_eq(diags.count, 0);
    ck_assert_str_eq(fleet_at(world->fleet, 0)->platform->name, unnamed[_i].platform);
    buf_init(&text, 1000);
    diags_write(&warnings, &text, false);
    ck_assert_msg(strncmp(buf_str(&text), unnamed[_i].warning, strlen(unnamed[_i].warning)) == 0 &&
                      !*unnamed[_i].warning == !text.len,
                  "%s", buf_str(&text));
    world_free(world);
    doc_unref(doc);
    diags_free(&warnings);
    buf_free(&text);
}
END_TEST

Suite *test_world_devices(void)
{
    Suite *suite = suite_create("devices");
    TCase *tcase = tcase_create("devices");
    tcase_add_loop_test(tcase, mistake, 0, sizeof mistakes / sizeof *mistakes);
    tcase_add_test(tcase, all_of_it);
    tcase_add_loop_test(tcase, a_device_of_no_platform, 0, (int)(sizeof unnamed / sizeof *unnamed));
    suite_add_tcase(suite, tcase);
    return suite;
}
