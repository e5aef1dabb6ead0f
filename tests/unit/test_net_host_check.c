/* Which names a Host header may have: what a page that rebinds its name can't send, and nothing
 * else. */
#include "suites.h"

#include "net/host_check.h"

#include <string.h>

static const char *const good[] = {
    "127.0.0.1",       "127.0.0.1:8642",     "10.1.2.3",     "0.0.0.0",          "[::1]",
    "[::1]:80",        "[fe80::1]:1",        "localhost",    "LOCALHOST:1",      "localhost.",
    "api.localhost",   "a.b.localhost:8642", "mock.example", "Mock.Example:443", "localhost:",
    "localhost:65535", "127.0.0.1:0",        "[::1]:00080",
};

static const char *const bad[] = {
    "",
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evillocalhost",
    ".localhost.evil.example",
    "sub.mock.example",
    "127.1",
    "2130706433",
    "0x7f.0.0.1",
    "127.0.0.1:80:80",
    "127.0.0.1:x",
    "[::1",
    "[::1]x",
    "[::1]:x",
    "[evil.example]",
    "[]",
    ":8642",
    "::1",
    "user@localhost",
    "localhost/",
    "localhost:65536",
    "localhost:99999",
    "127.0.0.1:65536",
    "[::1]:99999999999999999999",
    " localhost",
};

static const char *const names[] = {"mock.example", NULL};

START_TEST(good_ones_pass)
{
    ck_assert_msg(host_check(good[_i], names), "\"%s\"", good[_i]);
}
END_TEST

START_TEST(bad_ones_do_not)
{
    ck_assert_msg(!host_check(bad[_i], names), "\"%s\"", bad[_i]);
}
END_TEST

START_TEST(without_declared_names)
{
    ck_assert(!host_check("mock.example", NULL));
    ck_assert(host_check("localhost", NULL));
}
END_TEST

START_TEST(a_very_long_name_is_refused)
{
    char name[1000];
    memset(name, 'a', sizeof name);
    strcpy(name + sizeof name - sizeof ".localhost", ".localhost");
    ck_assert(!host_check(name, NULL));
}
END_TEST

Suite *test_net_host_check(void)
{
    Suite *suite = suite_create("host_check");
    TCase *tc = tcase_create("host_check");
    tcase_add_loop_test(tc, good_ones_pass, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tc, bad_ones_do_not, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tc, without_declared_names);
    tcase_add_test(tc, a_very_long_name_is_refused);
    suite_add_tcase(suite, tc);
    return suite;
}
