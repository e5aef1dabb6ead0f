/* Request patterns as a table: which request meets which pattern, and what is none. */
#include "suites.h"

#include "match/request_pattern.h"

#include <stddef.h>

static const struct {
    const char *pattern, *method, *path;
    bool meets;
} rows[] = {
    {"any", "GET", "/", true},
    {"any", NULL, NULL, true},
    {"POST /v1/devices", "POST", "/v1/devices", true},
    {"POST /v1/devices", "POST", "/v1/devices/", true},
    {"POST /v1/devices/", "POST", "/v1/devices", true},
    {"POST /v1/devices", "GET", "/v1/devices", false},
    {"POST /v1/devices", "POST", "/v1/device_claims", false},
    {"POST /v1/devices", "POST", "/v1/devices/1", false},
    {"POST /v1/devices", "POST", NULL, false},
    {"any /v1/devices", "PUT", "/v1/devices", true},
    {"GET /v1/devices/*", "GET", "/v1/devices/e00f", true},
    {"GET /v1/devices/*", "GET", "/v1/devices", false},
    {"GET /v1/devices/*", "GET", "/v1/devices/", false},
    {"GET /v1/devices/*", "GET", "/v1/devices/e00f/led", false},
    {"GET /v1/*/e00f/led", "GET", "/v1/devices/e00f/led", true},
    {"any /v1/products/**", "DELETE", "/v1/products/6287/devices/x", true},
    {"any /v1/products/**", "DELETE", "/v1/products", true},
    {"any /v1/products/**", "DELETE", "/v1/productsx", false},
    {"GET /**", "GET", "/", true},
    {"GET /v1/devices/events/spark/status", "GET", "/v1/devices/events/spark/status", true},
    {"GET /v1/devices/events/spark%2Fstatus", "GET", "/v1/devices/events/spark/status", true},
    {"GET /v1/customers/a%40b", "GET", "/v1/customers/a@b", true},
    {"GET /v1/files/%2a", "GET", "/v1/files/x", false},
    {"GET /v1/files/%2a", "GET", "/v1/files/*", true},
};

START_TEST(a_row_of_the_table)
{
    struct request_pattern *pattern = request_pattern_new(rows[_i].pattern, NULL);
    ck_assert_msg(pattern != NULL, "%s", rows[_i].pattern);
    ck_assert_msg(request_pattern_meets(pattern, rows[_i].method, rows[_i].path) == rows[_i].meets,
                  "%s against %s %s", rows[_i].pattern, rows[_i].method, rows[_i].path);
    request_pattern_free(pattern);
}
END_TEST

static const char *const none[] = {
    "",          "Any",          "any ",        "POST",        "post /v1",    "POST v1",
    "POST  /v1", "any /v1/**/x", "GET /v1/%zz", "GET /v1/%00", "/v1/devices",
};

START_TEST(what_is_no_pattern_is_told)
{
    const char *expected = NULL;
    ck_assert_msg(!request_pattern_new(none[_i], &expected), "%s", none[_i]);
    ck_assert_ptr_nonnull(expected);
}
END_TEST

Suite *test_match_request_pattern(void)
{
    Suite *suite = suite_create("match_request_pattern");
    TCase *tcase = tcase_create("request_pattern");
    tcase_add_loop_test(tcase, a_row_of_the_table, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_loop_test(tcase, what_is_no_pattern_is_told, 0, (int)(sizeof none / sizeof *none));
    suite_add_tcase(suite, tcase);
    return suite;
}
