/*
 * By what records are found: after each of many changes, strewn over a small registry, every walk
 * and every look-up finds what a look at all records finds, in the same order.
 */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/groups.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_cloud.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DEVICES 24
#define CHANGES 600

static const char *const names[] = {"Pump", "pump", "PUMP", "lamp", NULL};
static const char *const groups[] = {"east", "west", "north"};

static struct cloud_device *device_at(size_t i)
{
    return bench.cloud->registry[i];
}

static void add_devices(void)
{
    char id[IDS_OBJECT + 1];
    while (bench.cloud->device_count < DEVICES) {
        snprintf(id, sizeof id, "%024zx", bench.cloud->device_count);
        cloud_add_device(bench.cloud, id, bench.aa->platform);
    }
}

/* ---- what changes ---- */

static void shake_hands(struct cloud_device *device)
{
    enum session_kind kind;
    bench_advance(device->index % 2 ? 1000 : 0);
    bench_open(device, false, &kind);
}

static void change(struct cloud_device *device, uint32_t which, uint32_t choice)
{
    struct owner owners[] = {bench.dev, bench.ben, bench.ada, bench.nobody};
    struct product *products[] = {bench.pump, bench.lamp, NULL};
    struct cloud *cloud = bench.cloud;
    switch (which) {
    case 0:
        cloud_set_owner(cloud, device, owners[choice % 4]);
        break;
    case 1:
        cloud_set_name(cloud, device, names[choice % 5]);
        break;
    case 2:
        cloud_place(cloud, device, (struct device_place){.product = products[choice % 3]});
        break;
    case 3:
        cloud_place(cloud, device, (struct device_place){.quarantined_in = products[choice % 3]});
        break;
    case 4:
        cloud_join_group(cloud, device, groups[choice % 3]);
        break;
    case 5:
        cloud_leave_group(cloud, device, groups[choice % 3]);
        break;
    case 6:
        cloud_set_groups(cloud, device, groups, choice % 4);
        break;
    case 7:
        if (cloud_listed_in(device))
            cloud_deny(cloud, device);
        break;
    default:
        shake_hands(device);
    }
}

/* ---- what has to be found ---- */

typedef bool belonging(const struct cloud_device *device, const void *to);

static bool is_owned(const struct cloud_device *device, const void *owner)
{
    return owner_same(&device->owner, owner);
}

static bool is_listed(const struct cloud_device *device, const void *product)
{
    return cloud_listed_in(device) == product;
}

static const char *group;

static bool is_grouped(const struct cloud_device *device, const void *product)
{
    return cloud_listed_in(device) == product && cloud_in_group(device, group);
}

/* The walk finds those that belong, each once and no other, and their count. */
static size_t check_walk(struct registry_walk walk, belonging *belongs, const void *to)
{
    size_t expected = 0, found = 0;
    for (size_t i = 0; i < DEVICES; i++)
        expected += belongs(device_at(i), to);
    ck_assert_uint_eq(registry_count(&walk), expected);
    for (const struct cloud_device *device; (device = registry_next(&walk)); found++)
        ck_assert(belongs(device, to));
    ck_assert_uint_eq(found, expected);
    return expected;
}

static void check_order(const struct product *product, size_t count)
{
    const struct cloud_device *before = NULL, *device;
    struct registry_walk walk = registry_listed(bench.cloud, product, 0);
    for (; (device = registry_next(&walk)); before = device)
        if (before)
            ck_assert(before->last_handshake_ms > device->last_handshake_ms ||
                      (before->last_handshake_ms == device->last_handshake_ms &&
                       before->index < device->index));
    for (size_t skip = 0; skip <= count; skip++) {
        struct registry_walk rest = registry_listed(bench.cloud, product, skip);
        size_t left = 0;
        while (registry_next(&rest))
            left++;
        ck_assert_uint_eq(left, count - skip);
    }
}

static void check_product(const struct product *product)
{
    struct registry_walk walk = registry_listed(bench.cloud, product, 0);
    check_order(product, check_walk(walk, is_listed, product));
    for (size_t i = 0; i < 3; i++) {
        group = groups[i];
        check_walk(registry_grouped(bench.cloud, product, group), is_grouped, product);
    }
    for (size_t i = 0; i < 4; i++) {
        const struct cloud_device *first = NULL;
        for (size_t d = DEVICES; d-- > 0;)
            if (is_listed(device_at(d), product) && device_at(d)->name &&
                strcasecmp(device_at(d)->name, names[i]) == 0)
                first = device_at(d);
        ck_assert_ptr_eq(registry_listed_named(bench.cloud, product, names[i]), first);
    }
}

static void check_owner(const struct owner *owner)
{
    check_walk(registry_owned(bench.cloud, owner), is_owned, owner);
    for (size_t i = 0; i < 4; i++) {
        const struct cloud_device *first = NULL;
        for (size_t d = DEVICES; d-- > 0;)
            if (is_owned(device_at(d), owner) && device_at(d)->name &&
                strcasecmp(device_at(d)->name, names[i]) == 0)
                first = device_at(d);
        ck_assert_ptr_eq(registry_owned_named(bench.cloud, owner, names[i], NULL), first);
        if (first)
            ck_assert_ptr_ne(registry_owned_named(bench.cloud, owner, names[i], first), first);
    }
}

START_TEST(walks_find_what_a_look_at_all_finds)
{
    uint32_t chance = 1;
    add_devices();
    for (int i = 0; i < CHANGES; i++) {
        chance = chance * 1664525u + 1013904223u;
        change(device_at((chance >> 8) % DEVICES), (chance >> 16) % 9, chance >> 24);
        if (i % 5)
            continue;
        check_product(bench.pump);
        check_product(bench.lamp);
        check_owner(&bench.dev);
        check_owner(&bench.ada);
    }
}
END_TEST

START_TEST(a_group_is_renamed_in_its_devices_alone)
{
    struct group *east = groups_add(bench.cloud, bench.pump, "east");
    bench_place(bench.aa, bench.pump);
    bench_place(bench.bb, bench.lamp);
    cloud_join_group(bench.cloud, bench.aa, "east");
    cloud_join_group(bench.cloud, bench.bb, "east");
    ck_assert_uint_eq(groups_device_count(bench.cloud, east), 1);
    ck_assert(groups_rename(bench.cloud, east, "west"));
    ck_assert(cloud_in_group(bench.aa, "west") && !cloud_in_group(bench.aa, "east"));
    ck_assert(cloud_in_group(bench.bb, "east"));
    ck_assert_uint_eq(groups_device_count(bench.cloud, east), 1);
}
END_TEST

START_TEST(by_numbers)
{
    char serial[64], iccid[64];
    strcpy(serial, cloud_serial_number(bench.aa));
    strcpy(iccid, cloud_iccid(bench.aa));
    ck_assert_ptr_eq(registry_by_serial(bench.cloud, serial), bench.aa);
    ck_assert_ptr_eq(registry_by_iccid(bench.cloud, iccid), bench.aa);
    ck_assert(cloud_set_serial(bench.cloud, bench.aa, "OTHER"));
    cloud_set_iccid(bench.cloud, bench.aa, "8934076500000000001");
    ck_assert_ptr_null(registry_by_serial(bench.cloud, serial));
    ck_assert_ptr_null(registry_by_iccid(bench.cloud, iccid));
    ck_assert_ptr_eq(registry_by_serial(bench.cloud, "OTHER"), bench.aa);
    ck_assert_ptr_eq(registry_by_iccid(bench.cloud, "8934076500000000001"), bench.aa);
}
END_TEST

Suite *test_cloud_registry_index(void)
{
    Suite *suite = suite_create("registry index");
    TCase *tcase = tcase_create("registry index");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, walks_find_what_a_look_at_all_finds);
    tcase_add_test(tcase, a_group_is_renamed_in_its_devices_alone);
    tcase_add_test(tcase, by_numbers);
    suite_add_tcase(suite, tcase);
    return suite;
}
