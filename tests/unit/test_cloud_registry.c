/* The registry, imports, accounts, and what goes when a customer is deleted. */
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "cloud/attempts.h"
#include "cloud/oauth.h"
#include "unit_cloud.h"

#include <stdio.h>
#include <string.h>

/* ---- devices ---- */

START_TEST(a_new_device_is_nobodys)
{
    ck_assert_str_eq(bench.aa->id, "aaaaaaaaaaaaaaaaaaaaaaaa");
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
    ck_assert_ptr_null(bench.aa->product);
    ck_assert(!bench.aa->online);
    ck_assert_uint_eq(strlen(cloud_serial_number(bench.aa)), 15);
    ck_assert_uint_eq(strlen(cloud_iccid(bench.aa)), 20);
    ck_assert_uint_eq(strlen(cloud_imei(bench.aa)), 15);
    ck_assert_ptr_null(cloud_iccid(bench.cc)); /* Wi-Fi */
    ck_assert_ptr_null(cloud_imei(bench.cc));
    ck_assert_str_ne(cloud_iccid(bench.aa), cloud_iccid(bench.bb));
    ck_assert_str_ne(cloud_serial_number(bench.aa), cloud_serial_number(bench.bb));
}
END_TEST

START_TEST(the_registry_keeps_its_order)
{
    char id[IDS_OBJECT + 1];
    for (int i = 0; i < 100; i++) {
        snprintf(id, sizeof id, "%024d", i);
        cloud_add_device(bench.cloud, id, bench.aa->platform);
    }
    for (uint32_t i = 0; i < 103; i++)
        ck_assert_uint_eq(bench.cloud->registry[i]->index, i);
    ck_assert_str_eq(bench.cloud->registry[102]->id, "000000000000000000000099");
}
END_TEST

static const struct {
    const char *text;
    const char *who; /* NULL: ids only */
    bool found;
} lookups[] = {
    {"aaaaaaaaaaaaaaaaaaaaaaaa", NULL, true},
    {"AAAAAAAAAAAAAAAAAAAAAAAA", NULL, true},
    {"aaaaaaaaaaaaAAAAAAAAAAAA", "cleo", true},
    {"aaaaaaaaaaaaaaaaaaaaaaa", NULL, false},
    {"aaaaaaaaaaaaaaaaaaaaaaaaa", NULL, false},
    {"", NULL, false},
    {"", "ben", false},
    {"Kitchen", "ben", true},
    {"kitchen", "ben", true},
    {"Kitchen", NULL, false},
    {"Kitchen", "dev", false},
    {"kitche", "ben", false},
};

START_TEST(lookups_by_id_or_name)
{
    struct owner who = bench_owner(lookups[_i].who);
    char name[] = "Kitchen";
    bench_own(bench.aa, bench.ben);
    cloud_set_name(bench.cloud, bench.aa, name);
    const struct cloud_device *found =
        cloud_device_by_id_or_name(bench.cloud, lookups[_i].text, lookups[_i].who ? &who : NULL);
    cloud_set_name(bench.cloud, bench.aa, NULL);
    ck_assert_ptr_eq(found, lookups[_i].found ? bench.aa : NULL);
}
END_TEST

/* ---- importing ---- */

static const struct {
    const char *note, *id;
    const char *product_before, *owner;
    enum import_result result;
} imports[] = {
    {"free", "aaaaaaaaaaaaaaaaaaaaaaaa", NULL, NULL, IMPORT_UPDATED},
    {"upper case", "AAAAAAAAAAAAAAAAAAAAAAAA", NULL, NULL, IMPORT_UPDATED},
    {"a member's", "aaaaaaaaaaaaaaaaaaaaaaaa", NULL, "dev", IMPORT_UPDATED},
    {"there already", "aaaaaaaaaaaaaaaaaaaaaaaa", "pump", NULL, IMPORT_EXISTING},
    {"there already, a stranger's", "aaaaaaaaaaaaaaaaaaaaaaaa", "pump", "ben", IMPORT_EXISTING},
    {"in another product", "aaaaaaaaaaaaaaaaaaaaaaaa", "lamp", NULL, IMPORT_INVALID},
    {"a stranger's", "aaaaaaaaaaaaaaaaaaaaaaaa", NULL, "ben", IMPORT_NON_MEMBER},
    {"of another platform", "cccccccccccccccccccccccc", NULL, NULL, IMPORT_INVALID},
    {"unknown", "dddddddddddddddddddddddd", NULL, NULL, IMPORT_INVALID},
    {"no id", "", NULL, NULL, IMPORT_INVALID},
};

START_TEST(each_import)
{
    bench_place(bench.aa, bench_product(imports[_i].product_before));
    bench_own(bench.aa, bench_owner(imports[_i].owner));
    enum import_result result = cloud_import(bench.cloud, bench.pump, imports[_i].id);
    ck_assert_msg(result == imports[_i].result, "%s: %d", imports[_i].note, result);
    bool in = result == IMPORT_UPDATED || result == IMPORT_EXISTING;
    ck_assert_ptr_eq(bench.aa->product,
                     in ? bench.pump : bench_product(imports[_i].product_before));
    ck_assert_uint_eq(bench_noted("device.imported", bench.aa->id), result == IMPORT_UPDATED);
}
END_TEST

static const struct {
    const char *owner, *owner_after;
} removals[] = {{NULL, NULL}, {"dev", "dev"}, {"ada", NULL}};

START_TEST(leaving_a_product)
{
    struct owner after = bench_owner(removals[_i].owner_after);
    bench_place(bench.aa, bench.pump);
    bench_own(bench.aa, bench_owner(removals[_i].owner));
    cloud_remove_from_product(bench.cloud, bench.aa);
    ck_assert_ptr_null(bench.aa->product);
    ck_assert(after.kind == OWNER_NONE ? bench.aa->owner.kind == OWNER_NONE
                                       : owner_same(&bench.aa->owner, &after));
    ck_assert_uint_eq(bench_noted("device.removed", "6287"), 1);
}
END_TEST

/* ---- accounts ---- */

START_TEST(products_are_found_by_id_or_slug)
{
    ck_assert_ptr_eq(cloud_product(bench.cloud, "6287"), bench.pump);
    ck_assert_ptr_eq(cloud_product(bench.cloud, "lamp"), bench.lamp);
    ck_assert_ptr_null(cloud_product(bench.cloud, "Pump"));
    ck_assert_ptr_null(cloud_product(bench.cloud, "06287"));
    ck_assert_ptr_null(cloud_product(bench.cloud, ""));
}
END_TEST

START_TEST(teams)
{
    ck_assert(cloud_on_team(bench.pump, bench.dev.user));
    ck_assert(!cloud_on_team(bench.pump, bench.ben.user));
    ck_assert(!cloud_on_team(bench.lamp, bench.dev.user));
    ck_assert(!cloud_on_team(NULL, bench.dev.user));
    ck_assert(!cloud_on_team(bench.pump, NULL));
}
END_TEST

START_TEST(customers_are_of_one_product_in_lower_case)
{
    struct customer *ada = bench.ada.customer;
    ck_assert_str_eq(ada->email, "ada@example.com");
    ck_assert_ptr_eq(cloud_customer(bench.cloud, bench.pump, "ADA@EXAMPLE.COM"), ada);
    ck_assert_ptr_null(cloud_customer(bench.cloud, bench.lamp, "ada@example.com"));
    ck_assert_ptr_null(cloud_add_customer(bench.cloud, bench.pump, "ada@Example.com", NULL));
    const struct customer *other =
        cloud_add_customer(bench.cloud, bench.lamp, "ada@example.com", NULL);
    ck_assert_ptr_nonnull(other);
    ck_assert_str_ne(other->id, ada->id);
    ck_assert_ptr_null(other->password);
}
END_TEST

START_TEST(a_customer_of_any_unique_string)
{
    const struct customer *customer = cloud_add_customer(bench.cloud, bench.pump, "a/b c/D", NULL);
    ck_assert_str_eq(customer->email, "a/b c/d");
    ck_assert_ptr_eq(cloud_customer(bench.cloud, bench.pump, "A/B C/D"), customer);
}
END_TEST

START_TEST(owners_have_words)
{
    ck_assert_str_eq(owner_name(&bench.dev), "dev@example.com");
    ck_assert_str_eq(owner_name(&bench.ada), "ada@example.com");
    ck_assert_ptr_null(owner_name(&bench.nobody));
    ck_assert_str_eq(owner_kind_word(&bench.dev), "user");
    ck_assert_str_eq(owner_kind_word(&bench.ada), "customer");
    ck_assert_ptr_null(owner_kind_word(&bench.nobody));
    ck_assert_str_eq(owner_id(&bench.dev), bench.dev.user->id);
    ck_assert_str_eq(owner_id(&bench.ada), bench.ada.customer->id);
    ck_assert_ptr_null(owner_id(&bench.nobody));
}
END_TEST

START_TEST(owners_are_never_mixed)
{
    ck_assert(owner_same(&bench.dev, &bench.dev));
    ck_assert(owner_same(&bench.ada, &bench.ada));
    ck_assert(!owner_same(&bench.dev, &bench.ben));
    ck_assert(!owner_same(&bench.ada, &bench.cleo));
    ck_assert(!owner_same(&bench.dev, &bench.ada));
    ck_assert(!owner_same(&bench.nobody, &bench.nobody));
    struct owner user = {OWNER_USER, .user = bench.dev.user, .customer = bench.ada.customer};
    struct owner customer = {OWNER_CUSTOMER, .user = bench.dev.user,
                             .customer = bench.ada.customer};
    ck_assert(!owner_same(&user, &customer));
}
END_TEST

/* ---- a customer goes ---- */

static void give_ada_everything(void)
{
    struct cloud_device *device;
    struct oauth_client *client = map_get(&bench.cloud->clients, "pump-1");
    bench_place(bench.aa, bench.pump);
    bench_place(bench.bb, bench.pump);
    oauth_issue(bench.cloud, client, bench.ada, "of-ada", 60, "customer=ada@example.com");
    oauth_issue(bench.cloud, client, bench.dev, "of-dev", 60, NULL);
    claim_code_issue(bench.cloud, &bench.ada, bench.pump);
    bench_open(bench.aa, false, NULL);
    claim_by_id(bench.cloud, &bench.ada, bench.aa->id, false, &device);
    claim_by_id(bench.cloud, &bench.ada, bench.bb->id, false, &device);
    cloud_set_owner(bench.cloud, bench.bb, bench.dev);
}

START_TEST(deleting_a_customer_leaves_no_trace_of_it)
{
    give_ada_everything();
    ck_assert(owner_same(&bench.aa->owner, &bench.ada));
    cloud_delete_customer(bench.cloud, bench.ada.customer);
    ck_assert_ptr_null(cloud_customer(bench.cloud, bench.pump, "ada@example.com"));
    ck_assert_ptr_null(map_get(&bench.cloud->tokens, "of-ada"));
    ck_assert_ptr_nonnull(map_get(&bench.cloud->tokens, "of-dev"));
    ck_assert_uint_eq(map_count(&bench.cloud->refresh_tokens), 1);
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
    ck_assert(owner_same(&bench.bb->owner, &bench.dev));
    ck_assert_ptr_eq(bench.aa->product, bench.pump);
    attempts_forget_gone(bench.aa);
    attempts_forget_gone(bench.bb);
    for (size_t i = 0; i < ATTEMPTS_KEPT; i++) {
        ck_assert_int_eq(bench.aa->attempts->tries[i].owner.kind, OWNER_NONE);
        ck_assert_int_eq(bench.bb->attempts->tries[i].owner.kind, OWNER_NONE);
    }
    ck_assert_uint_eq(bench_noted("customer.deleted", "ada@example.com"), 1);
    ck_assert_uint_eq(bench_noted("device.released", "ada@example.com"), 1);
}
END_TEST

START_TEST(a_deleted_customer_may_come_again)
{
    give_ada_everything();
    cloud_delete_customer(bench.cloud, bench.ada.customer);
    bench.ada.customer = cloud_add_customer(bench.cloud, bench.pump, "ada@example.com", NULL);
    ck_assert_ptr_nonnull(bench.ada.customer);
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
    ck_assert_uint_eq(map_count(&bench.cloud->customers), 2);
}
END_TEST

static TCase *devices_case(void)
{
    TCase *tcase = tcase_create("devices");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, a_new_device_is_nobodys);
    tcase_add_test(tcase, the_registry_keeps_its_order);
    tcase_add_loop_test(tcase, lookups_by_id_or_name, 0, (int)(sizeof lookups / sizeof *lookups));
    tcase_add_loop_test(tcase, each_import, 0, (int)(sizeof imports / sizeof *imports));
    tcase_add_loop_test(tcase, leaving_a_product, 0, 3);
    return tcase;
}

static TCase *accounts_case(void)
{
    TCase *tcase = tcase_create("accounts");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, products_are_found_by_id_or_slug);
    tcase_add_test(tcase, teams);
    tcase_add_test(tcase, customers_are_of_one_product_in_lower_case);
    tcase_add_test(tcase, a_customer_of_any_unique_string);
    tcase_add_test(tcase, owners_have_words);
    tcase_add_test(tcase, owners_are_never_mixed);
    tcase_add_test(tcase, deleting_a_customer_leaves_no_trace_of_it);
    tcase_add_test(tcase, a_deleted_customer_may_come_again);
    return tcase;
}

Suite *test_cloud_registry(void)
{
    Suite *suite = suite_create("registry");
    suite_add_tcase(suite, devices_case());
    suite_add_tcase(suite, accounts_case());
    return suite;
}
