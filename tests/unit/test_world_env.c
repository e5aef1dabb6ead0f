/* What a client under test is told by its environment. */
#include "suites.h"

#include "unit_world.h"

#include <stdlib.h>
#include <string.h>

static struct buf out;

static void setup(void)
{
    buf_init(&out, 10000);
}

static void teardown(void)
{
    buf_free(&out);
    stage_teardown();
}

static void each(void *arg, const char *name, const char *value)
{
    buf_printf(arg, "%s=%s\n", name, value);
}

#define ID1 "0123456789abcdef01234567"
#define ID2 "0123456789abcdef01234568"

static const struct {
    const char *yaml, *expected;
} rows[] = {
    {"{}\n", "MOCKCLOUD_WORLD=default\n"},
    {"name: w\nusers: [{username: dev}, {username: ben}]\n",
     "MOCKCLOUD_WORLD=w\nMOCKCLOUD_USER=dev\n"},
    {"products: [{id: 5, slug: a, clients: [{id: abc, secret: s}, {id: def}]}, {id: 6, slug: b}]\n"
     "customers: [{email: Ada, product: a}, {email: cleo, product: b}]\n",
     "MOCKCLOUD_WORLD=default\nMOCKCLOUD_PRODUCT=5\nMOCKCLOUD_CLIENT_ID=abc\n"
     "MOCKCLOUD_CLIENT_SECRET=s\nMOCKCLOUD_CUSTOMER=ada\n"},
    {"users: [{username: job, scopes: ['devices:list']}, {username: dev}]\n",
     "MOCKCLOUD_WORLD=default\nMOCKCLOUD_USER=dev\n"},
    {"products: [{id: 5, slug: a, clients: []}]\n",
     "MOCKCLOUD_WORLD=default\nMOCKCLOUD_PRODUCT=5\n"},
    {"devices: [{as: pump, id: " ID1 "}, {as: my-Lamp_2, id: " ID2 "}]\n",
     "MOCKCLOUD_WORLD=default\nMOCKCLOUD_DEVICE_ID=" ID1 "\nMOCKCLOUD_DEVICE_PUMP=" ID1 "\n"
     "MOCKCLOUD_DEVICE_MY_LAMP_2=" ID2 "\n"},
    {"devices: [{as: abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl, id: " ID1
     "}]\n",
     "MOCKCLOUD_WORLD=default\nMOCKCLOUD_DEVICE_ID=" ID1 "\nMOCKCLOUD_DEVICE_"
     "ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGHIJKL=" ID1 "\n"},
};

START_TEST(each_environment)
{
    stage_set(rows[_i].yaml);
    world_environment(stage, each, &out);
    ck_assert_str_eq(buf_str(&out), rows[_i].expected);
}
END_TEST

START_TEST(all_of_it)
{
    stage_set_people();
    world_environment(stage, each, &out);
    const char *text = buf_str(&out);
    ck_assert_ptr_nonnull(strstr(text, "MOCKCLOUD_PRODUCT=6287\nMOCKCLOUD_CLIENT_ID=pump-"));
    ck_assert_ptr_nonnull(
        strstr(text, "\nMOCKCLOUD_CUSTOMER=ada@example.com\nMOCKCLOUD_USER=dev@example.com\n"));
    ck_assert_ptr_null(strstr(text, "TOKEN"));
}
END_TEST

static void count(void *arg, const char *name, const char *value)
{
    (void)value;
    *(size_t *)arg += strncmp(name, "MOCKCLOUD_DEVICE_P", 18) == 0;
}

START_TEST(a_fleet_is_not_named_whole)
{
    size_t named = 0;
    stage_set("devices: [{fleet: p, count: 1500}]\n");
    world_environment(stage, count, &named);
    ck_assert_uint_eq(named, 1000);
}
END_TEST

Suite *test_world_env(void)
{
    Suite *suite = suite_create("env");
    TCase *tcase = tcase_create("env");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, each_environment, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tcase, all_of_it);
    tcase_add_test(tcase, a_fleet_is_not_named_whole);
    suite_add_tcase(suite, tcase);
    return suite;
}
