/* Groups, firmware of products, and SIMs, where the API does not reach: limits, what follows what,
 * and what goes when somebody is deleted. */
#include "cloud/record.h"
#include "suites.h"

#include "cloud/accounts.h"
#include "cloud/configuration.h"
#include "cloud/firmware_store.h"
#include "cloud/groups.h"
#include "cloud/sims.h"
#include "unit_cloud.h"

#include <stdlib.h>
#include <string.h>

/* ---- groups ---- */

static const struct {
    const char *name;
    bool valid;
} names[] = {
    {"a", true}, {"a-b_9", true}, {"", false}, {"A", false}, {"a b", false}, {"\xc3\xa4", false},
};

START_TEST(names_of_groups)
{
    ck_assert_int_eq(groups_name_valid(names[_i].name), names[_i].valid);
}
END_TEST

START_TEST(groups_are_of_one_product)
{
    ck_assert_ptr_nonnull(groups_add(bench.cloud, bench.pump, "a"));
    ck_assert_ptr_nonnull(groups_add(bench.cloud, bench.lamp, "a"));
    ck_assert_ptr_null(groups_add(bench.cloud, bench.pump, "a"));
    cloud_join_group(bench.cloud, bench.aa, "b");
    groups_see(bench.cloud, bench.aa); /* in no product */
    ck_assert_ptr_null(groups_find(bench.cloud, bench.pump, "b"));
    ck_assert_int_eq(cloud_import(bench.cloud, bench.pump, bench.aa->id), IMPORT_UPDATED);
    ck_assert_ptr_nonnull(groups_find(bench.cloud, bench.pump, "b"));
    ck_assert_ptr_null(groups_find(bench.cloud, bench.lamp, "b"));
}
END_TEST

/* ---- firmware ---- */

static struct firmware_version *upload(int64_t version, size_t size)
{
    char *bytes = calloc(1, size + 1);
    struct firmware_upload what = {version, "title", "text", "name.bin", bytes, size, NULL};
    struct firmware_version *firmware = firmware_store_add(bench.cloud, bench.pump, &what);
    free(bytes);
    return firmware;
}

START_TEST(a_world_has_room_for_so_much_firmware)
{
    for (int64_t version = 0; version < 4; version++)
        ck_assert_ptr_nonnull(upload(version, FIRMWARE_STORE_BYTES / 4));
    ck_assert_ptr_null(upload(4, 1));
    ck_assert_ptr_nonnull(upload(4, 0));
    firmware_store_remove(bench.cloud, firmware_store_find(bench.cloud, bench.pump, 1));
    ck_assert_ptr_nonnull(upload(1, 1));
}
END_TEST

START_TEST(the_newest_version_of_its_groups_is_meant_for_a_device)
{
    const char *const a[] = {"a"}, *const b[] = {"b", "c"};
    cloud_import(bench.cloud, bench.pump, bench.aa->id);
    cloud_join_group(bench.cloud, bench.aa, "a");
    cloud_join_group(bench.cloud, bench.aa, "b");
    ck_assert_int_eq(firmware_store_target(bench.cloud, bench.aa), -1);
    firmware_store_release(bench.cloud, upload(5, 1),
                           &(struct firmware_release){.groups = a, .group_count = 1});
    firmware_store_release(bench.cloud, upload(3, 1),
                           &(struct firmware_release){.groups = b, .group_count = 2});
    firmware_store_release(bench.cloud, upload(9, 1),
                           &(struct firmware_release){.product_default = true});
    ck_assert_int_eq(firmware_store_target(bench.cloud, bench.aa), 5);
    cloud_leave_group(bench.cloud, bench.aa, "a");
    ck_assert_int_eq(firmware_store_target(bench.cloud, bench.aa), 3);
    cloud_leave_group(bench.cloud, bench.aa, "b");
    ck_assert_int_eq(firmware_store_target(bench.cloud, bench.aa), 9);
    bench.aa->desired_firmware = 1;
    ck_assert_int_eq(firmware_store_target(bench.cloud, bench.aa), 1);
    ck_assert_int_eq(firmware_store_target(bench.cloud, bench.bb), -1); /* in no product */
    ck_assert_int_eq(firmware_store_of_group(bench.cloud, bench.pump, "c"), 3);
    firmware_store_rename_group(bench.cloud, bench.pump, "c", "d");
    ck_assert_int_eq(firmware_store_of_group(bench.cloud, bench.pump, "c"), -1);
    ck_assert_int_eq(firmware_store_of_group(bench.cloud, bench.pump, "d"), 3);
}
END_TEST

/* ---- SIMs ---- */

static struct sim_view sim_of(const struct cloud_device *device)
{
    struct sim_view view;
    ck_assert(sims_view(bench.cloud, cloud_iccid(device), &view));
    return view;
}

START_TEST(a_sim_follows_its_device_until_it_is_taken)
{
    ck_assert_int_eq(sim_of(bench.aa).status, SIM_INACTIVE);
    cloud_set_owner(bench.cloud, bench.aa, bench.ben);
    ck_assert_ptr_eq(sim_of(bench.aa).user, bench.ben.user);
    ck_assert_int_eq(sim_of(bench.aa).status, SIM_ACTIVE);
    sims_deactivate(bench.cloud, cloud_iccid(bench.aa));
    cloud_set_owner(bench.cloud, bench.aa, bench.dev);
    ck_assert_ptr_eq(sim_of(bench.aa).user, bench.dev.user);
    ck_assert_int_eq(sim_of(bench.aa).status, SIM_DEACTIVATED);
    cloud_import(bench.cloud, bench.pump, bench.aa->id);
    ck_assert_ptr_eq(sim_of(bench.aa).product, bench.pump);
    ck_assert_ptr_null(sim_of(bench.aa).user);
    sims_take_for_user(bench.cloud, cloud_iccid(bench.aa), bench.ben.user);
    ck_assert_ptr_eq(sim_of(bench.aa).user, bench.ben.user);
    ck_assert_ptr_null(sim_of(bench.aa).product);
    sims_release(bench.cloud, cloud_iccid(bench.aa));
    ck_assert_ptr_null(sim_of(bench.aa).user);
    ck_assert_int_eq(sim_of(bench.aa).card->deactivations, 2);
}
END_TEST

START_TEST(a_customers_device_has_a_sim_of_nobody)
{
    cloud_set_owner(bench.cloud, bench.aa, bench.ada);
    ck_assert_ptr_null(sim_of(bench.aa).user);
    ck_assert_int_eq(sim_of(bench.aa).status, SIM_INACTIVE);
}
END_TEST

START_TEST(the_sim_of_a_deleted_user_is_nobodys)
{
    sims_take_for_user(bench.cloud, cloud_iccid(bench.bb), bench.ben.user);
    accounts_delete_user(bench.cloud, bench.ben.user);
    ck_assert_ptr_null(sim_of(bench.bb).user);
}
END_TEST

START_TEST(all_sims_are_walked_once)
{
    static const char *const loose[] = {"8900000000000000001", "8900000000000000002"};
    struct sim_view view;
    size_t cursor = 0;
    for (size_t i = 0; i < 2; i++)
        sims_take_for_product(bench.cloud, loose[i], bench.pump);
    sims_take_for_product(bench.cloud, cloud_iccid(bench.bb), bench.pump);
    const char *const all[] = {cloud_iccid(bench.aa), cloud_iccid(bench.bb), loose[0], loose[1]};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        ck_assert(sims_next(bench.cloud, &cursor, &view));
        ck_assert_str_eq(view.iccid, all[i]);
    }
    ck_assert(!sims_next(bench.cloud, &cursor, &view));
    ck_assert(!sims_next(bench.cloud, &cursor, &view));
}
END_TEST

static const struct {
    const char *iccid;
    bool valid;
} iccids[] = {
    {"8934076500002589174", true},
    {"89340765000025891", false},
    {"", false},
    {"89340765000025891741234", false},
    {"1234076500002589174", false},
    {"893407650000258917x", false},
};

START_TEST(what_an_iccid_is)
{
    ck_assert_int_eq(sims_iccid_valid(iccids[_i].iccid), iccids[_i].valid);
}
END_TEST

/* ---- configuration ---- */

START_TEST(what_waits_is_taken_by_a_resumed_session_too)
{
    struct buf rejected, taken;
    enum session_kind kind;
    cJSON *values = cJSON_Parse("{\"a\":1}");
    buf_init(&rejected, 100);
    buf_init(&taken, 100);
    cloud_import(bench.cloud, bench.pump, bench.aa->id);
    session_close(bench.cloud, bench_open(bench.aa, false, &kind), GOODBYE_USER);
    ck_assert_int_eq(
        configuration_set_device(bench.cloud, bench.pump, bench.aa, values, &rejected, &taken),
        CONFIGURATION_PENDING);
    ck_assert_str_eq(configuration_values(bench.cloud, bench.aa), "{}");
    bench_open(bench.aa, true, &kind);
    ck_assert_int_eq(kind, SESSION_RESUMED);
    ck_assert_str_eq(configuration_values(bench.cloud, bench.aa), "{\"a\":1}");
    cJSON_Delete(values);
    buf_free(&rejected);
    buf_free(&taken);
}
END_TEST

Suite *test_cloud_registers(void)
{
    Suite *suite = suite_create("registers");
    TCase *tcase = tcase_create("registers");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_loop_test(tcase, names_of_groups, 0, sizeof names / sizeof *names);
    tcase_add_test(tcase, groups_are_of_one_product);
    tcase_add_test(tcase, a_world_has_room_for_so_much_firmware);
    tcase_add_test(tcase, the_newest_version_of_its_groups_is_meant_for_a_device);
    tcase_add_test(tcase, a_sim_follows_its_device_until_it_is_taken);
    tcase_add_test(tcase, a_customers_device_has_a_sim_of_nobody);
    tcase_add_test(tcase, the_sim_of_a_deleted_user_is_nobodys);
    tcase_add_test(tcase, all_sims_are_walked_once);
    tcase_add_loop_test(tcase, what_an_iccid_is, 0, sizeof iccids / sizeof *iccids);
    tcase_add_test(tcase, what_waits_is_taken_by_a_resumed_session_too);
    suite_add_tcase(suite, tcase);
    return suite;
}
