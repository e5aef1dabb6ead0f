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
    ck_assert_str_eq(record->iccid, "89340765000000000001");
    ck_assert_str_eq(record->imei, "350000000000001");
    ck_assert_str_eq(record->mobile_secret, "ACME-SECRET");
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

Suite *test_world_devices(void)
{
    Suite *suite = suite_create("devices");
    TCase *tcase = tcase_create("devices");
    tcase_add_loop_test(tcase, mistake, 0, sizeof mistakes / sizeof *mistakes);
    tcase_add_test(tcase, all_of_it);
    suite_add_tcase(suite, tcase);
    return suite;
}
