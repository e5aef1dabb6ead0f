/* Lists of headers: any length, in their order, found in any case, replaced, and bounded. */
#include "suites.h"

#include "base/headers.h"

#include <string.h>

static struct buf list;

static void setup(void)
{
    list = (struct buf){0};
}

static void teardown(void)
{
    buf_free(&list);
}

/* Holds the list against "name=value," for each, in order. */
static void expect(const char *text)
{
    struct buf all;
    const char *name, *value;
    buf_init(&all, 65536);
    for (size_t cursor = 0; headers_next(list.data, list.len, &cursor, &name, &value);)
        buf_printf(&all, "%s=%s,", name, value);
    ck_assert_str_eq(buf_str(&all), text);
    buf_free(&all);
}

START_TEST(an_empty_list)
{
    expect("");
    ck_assert_ptr_null(headers_get(&list, "Date"));
}
END_TEST

START_TEST(headers_stand_in_their_order)
{
    headers_add(&list, "Set-Cookie", "a");
    headers_add(&list, "Date", "");
    headers_add(&list, "Set-Cookie", "b");
    expect("Set-Cookie=a,Date=,Set-Cookie=b,");
    ck_assert_str_eq(headers_get(&list, "set-cookie"), "a");
    ck_assert_str_eq(headers_get(&list, "DATE"), "");
    ck_assert_ptr_null(headers_get(&list, "Dat"));
}
END_TEST

START_TEST(set_replaces_all_of_that_name)
{
    headers_add(&list, "A", "1");
    headers_add(&list, "B", "2");
    headers_add(&list, "a", "3");
    headers_set(&list, "A", "4");
    expect("B=2,A=4,");
    headers_set(&list, "C", "5");
    expect("B=2,A=4,C=5,");
}
END_TEST

START_TEST(a_long_value_is_kept_whole)
{
    char value[5001];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    headers_add(&list, "Link", value);
    ck_assert_str_eq(headers_get(&list, "Link"), value);
}
END_TEST

START_TEST(what_does_not_fit_is_not_added)
{
    char value[HEADERS_MAX];
    memset(value, 'x', sizeof value - 1);
    value[sizeof value - 1] = '\0';
    headers_add(&list, "A", "1");
    headers_add(&list, "Link", value);
    ck_assert(list.overflow);
    expect("A=1,");
}
END_TEST

Suite *test_base_headers(void)
{
    Suite *suite = suite_create("headers");
    TCase *tcase = tcase_create("headers");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_empty_list);
    tcase_add_test(tcase, headers_stand_in_their_order);
    tcase_add_test(tcase, set_replaces_all_of_that_name);
    tcase_add_test(tcase, a_long_value_is_kept_whole);
    tcase_add_test(tcase, what_does_not_fit_is_not_added);
    suite_add_tcase(suite, tcase);
    return suite;
}
