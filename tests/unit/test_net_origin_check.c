/* Which pages are of this machine. */
#include "suites.h"

#include "net/origin_check.h"

#include <stddef.h>

static const char *const allowed[] = {"https://app.example.com", "http://dev.example.com:3000/",
                                      "null-page://x", NULL};

static const char *const names[] = {"devbox.example", NULL};

static const struct {
    const char *origin, *host;
    bool good;
} rows[] = {
    {"http://localhost", "127.0.0.1:8642", true},
    {"http://localhost:3000", "127.0.0.1:8642", true},
    {"HTTPS://LocalHost:3000", "127.0.0.1:8642", true},
    {"http://app.localhost:3000", "127.0.0.1:8642", true},
    {"http://127.0.0.1:3000", "localhost:8642", true},
    {"http://127.8.8.8", "localhost:8642", true},
    {"http://[::1]:3000", "localhost:8642", true},
    {"https://app.example.com", "127.0.0.1", true},
    {"https://APP.example.com", "127.0.0.1", true},
    {"http://dev.example.com:3000", "127.0.0.1", true},
    {"http://10.1.2.3:3000", "10.1.2.3:8642", true},
    {"http://[fe80::1]:3000", "[fe80::1]:8642", true},
    {"http://DevBox.example:3000", "127.0.0.1", true},
    {"http://a.devbox.example:3000", "127.0.0.1", false},
    {"null", "127.0.0.1", false},
    {"", "127.0.0.1", false},
    {"https://evil.example", "127.0.0.1", false},
    {"https://app.example.com:8443", "127.0.0.1", false},
    {"http://app.example.com", "127.0.0.1", false},
    {"https://app.example.com.evil.example", "127.0.0.1", false},
    {"http://dev.example.com", "127.0.0.1", false},
    {"http://localhost.evil.example", "127.0.0.1", false},
    {"http://evillocalhost", "127.0.0.1", false},
    {"http://127.0.0.1.evil.example", "127.0.0.1", false},
    {"http://localhost@evil.example", "127.0.0.1", false},
    {"http://localhost:1@evil.example", "127.0.0.1", false},
    {"http://localhost/evil.example", "127.0.0.1", false},
    {"http://localhost#evil.example", "127.0.0.1", false},
    {"http://93.184.216.34", "127.0.0.1", false},
    {"http://10.1.2.4", "10.1.2.3:8642", false},
    {"http://mock.example", "mock.example:8642", false}, /* a name proves nothing */
    {"http://10.1.2.3", NULL, false},
    {"file://", "127.0.0.1", false},
    {"chrome-extension://localhost", "127.0.0.1", false},
    {"http://", "127.0.0.1", false},
    {"http://[", "127.0.0.1", false},
    {"http://[::1].evil.example", "127.0.0.1", false},
    {"http://[::1]:80evil.example", "127.0.0.1", false},
    {"http://localhost:99999", "127.0.0.1", false},
    {"http://localhost:80,http://evil.example", "127.0.0.1", false},
    {"http://localhost:evil.example", "127.0.0.1", false},
    {"localhost", "127.0.0.1", false},
};

START_TEST(pages)
{
    ck_assert_msg(origin_check(rows[_i].origin, rows[_i].host, names, allowed) == rows[_i].good,
                  "%s at %s", rows[_i].origin, rows[_i].host);
}
END_TEST

START_TEST(none_allowed)
{
    ck_assert(!origin_check("https://app.example.com", "127.0.0.1", NULL, NULL));
    ck_assert(origin_check("http://localhost", "127.0.0.1", NULL, NULL));
}
END_TEST

Suite *test_net_origin_check(void)
{
    Suite *suite = suite_create("origin_check");
    TCase *tcase = tcase_create("origin_check");
    tcase_add_loop_test(tcase, pages, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, none_allowed);
    suite_add_tcase(suite, tcase);
    return suite;
}
