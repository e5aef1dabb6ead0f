/* Rate limits on the world's clock: how many requests pass, what the next one gets, and when the
 * window is over. */
#include "suites.h"
#include "unit_api.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE INT64_C(60000)
#define REFUSED                                                                                    \
    "{\"error\":\"rate_limit_exceeded\",\"error_description\":\"Too many requests, please try "    \
    "again later\"}"

static void advance(int64_t by_ms)
{
    struct vclock *clock = unit_world()->sim.clock;
    vclock_move(clock, vclock_now(clock) + by_ms);
}

/* Sends a row without comparing; answers the status. */
static int send_once(const struct api_case *row)
{
    struct api_ticket ticket = {0};
    unit_send(row, &ticket);
    int status = ticket.reply.status;
    api_ticket_done(unit_api(), &ticket);
    return status;
}

#define GRANT                                                                                      \
    .method = "POST", .target = "/oauth/token", .basic = "acme-app-4711:acme-secret",              \
    .type = FORM, .body = "grant_type=client_credentials"

static const struct {
    const char *rule;
    struct api_case passes;
    int most;
    int64_t window_ms;
} limits[] = {
    {"rate-limit.requests",
     {.method = "GET", .target = "/v1/devices", .token = "dev-token", .status = 200},
     10000,
     5 * MINUTE},
    {"rate-limit.token", {GRANT, .status = 200}, 100, 5 * MINUTE},
    {"rate-limit.access-tokens",
     {.method = "GET", .target = "/v1/access_tokens/current", .token = "dev-token", .status = 200},
     100,
     5 * MINUTE},
    {"rate-limit.user-create",
     {.method = "POST", .target = "/v1/users", .type = JSON, .body = "{}", .status = 400},
     100,
     5 * MINUTE},
    {"rate-limit.user-delete",
     {.method = "DELETE", .target = "/v1/user", .token = "dev-token", .type = JSON, .body = "{}"},
     100,
     5 * MINUTE},
    {"rate-limit.password-reset",
     {.method = "POST",
      .target = "/v1/user/password-reset",
      .type = JSON,
      .body = "{\"username\":\"dev@example.com\"}",
      .status = 200},
     100,
     5 * MINUTE},
    {"rate-limit.stream",
     {.method = "GET", .target = "/v1/devices/events", .token = "dev-token", .status = 200},
     100,
     5 * MINUTE},
    {"rate-limit.serial-number",
     {.method = "GET", .target = "/v1/serial_numbers/none", .token = "dev-token", .status = 404},
     50,
     60 * MINUTE},
};

START_TEST(so_many_and_no_more)
{
    struct api_case refused = limits[_i].passes;
    refused.status = 429;
    refused.reply = REFUSED;
    refused.headers = "Cache-Control: no-store\nPragma: no-cache\n-Retry-After";
    refused.rule = limits[_i].rule;
    unit_begin("rate_limits: real");
    for (int i = 0; i < limits[_i].most; i++)
        ck_assert_int_ne(send_once(&limits[_i].passes), 429);
    unit_case(&refused);
    advance(limits[_i].window_ms - 1);
    unit_case(&refused);
    advance(1);
    ck_assert_int_ne(send_once(&limits[_i].passes), 429);
    unit_end();
}
END_TEST

START_TEST(off_by_default)
{
    static const struct api_case grant = {GRANT};
    unit_begin(NULL);
    for (int i = 0; i < 150; i++)
        ck_assert_int_eq(send_once(&grant), 200);
    unit_end();
}
END_TEST

START_TEST(ten_failures_in_a_row_block_for_half_an_hour)
{
    static const struct api_case grant = {GRANT, .status = 200};
    static const struct api_case wrong = {.method = "POST",
                                          .target = "/oauth/token",
                                          .basic = "acme-app-4711:wrong",
                                          .type = FORM,
                                          .body = "grant_type=client_credentials",
                                          .status = 400};
    static const struct api_case blocked = {GRANT, .status = 429, .reply = REFUSED, .mark = "S",
                                            .rule = "rate-limit.token"};
    static const struct api_case other = {
        .method = "GET", .target = "/v1/devices", .token = "dev-token", .status = 200};
    unit_begin("rate_limits: real");
    for (int i = 0; i < 9; i++)
        unit_case(&wrong);
    unit_case(&grant); /* not in a row */
    for (int i = 0; i < 10; i++)
        unit_case(&wrong);
    unit_case(&blocked);
    unit_case(&other);
    advance(30 * MINUTE - 1);
    unit_case(&blocked);
    advance(1);
    unit_case(&grant);
    unit_end();
}
END_TEST

START_TEST(a_hundred_streams_at_a_time)
{
    static const struct api_case stream = {
        .method = "GET", .target = "/v1/devices/events", .token = "dev-token"};
    static const struct api_case refused = {.method = "GET",
                                            .target = "/v1/devices/events",
                                            .token = "dev-token",
                                            .status = 429,
                                            .reply = REFUSED,
                                            .rule = "rate-limit.open-streams"};
    struct api_ticket tickets[100] = {0};
    struct api_ticket one = {0};
    unit_begin("rate_limits: real");
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(unit_send(&stream, &tickets[i]), API_STREAM);
    advance(6 * MINUTE);
    unit_case(&refused);
    api_ticket_done(unit_api(), &tickets[0]);
    ck_assert_int_eq(unit_send(&stream, &one), API_STREAM);
    api_ticket_done(unit_api(), &one);
    for (int i = 1; i < 100; i++)
        api_ticket_done(unit_api(), &tickets[i]);
    unit_end();
}
END_TEST

/* Counts are of a world as it is: a reset forgets them, streams that are open outlive it. */
START_TEST(a_reset_counts_anew)
{
    static const struct api_case stream = {
        .method = "GET", .target = "/v1/devices/events", .token = "dev-token"};
    static const struct api_case grant = {GRANT};
    static const struct api_case reset = {.method = "POST",
                                          .target = "/__mock/worlds/default/reset",
                                          .header = "X-Mockcloud-Control: 1",
                                          .status = 200};
    struct api_ticket open = {0};
    unit_begin("rate_limits: real");
    ck_assert_int_eq(unit_send(&stream, &open), API_STREAM);
    for (int i = 0; i < 100; i++)
        ck_assert_int_eq(send_once(&grant), 200);
    ck_assert_int_eq(send_once(&grant), 429);
    unit_case(&reset);
    ck_assert_int_eq(send_once(&grant), 200);
    api_ticket_done(unit_api(), &open);
    unit_end();
}
END_TEST

START_TEST(addresses_are_counted_apart)
{
    static const char form[] = "grant_type=client_credentials&client_id=acme-app-4711&"
                               "client_secret=acme-secret";
    static const struct api_header type = {"Content-Type", FORM};
    struct api_request request = {.method = "POST",
                                  .target = "/oauth/token",
                                  .headers = &type,
                                  .header_count = 1,
                                  .body = form,
                                  .body_len = sizeof form - 1};
    unit_begin("rate_limits: real");
    for (int i = 0; i < 202; i++) {
        struct api_ticket ticket = {0};
        request.address = i % 2 ? "192.0.2.1" : "192.0.2.2";
        api_dispatch(unit_api(), &request, &ticket);
        ck_assert_int_eq(ticket.reply.status, i < 200 ? 200 : 429);
        api_ticket_done(unit_api(), &ticket);
    }
    char *journal = unit_journal_dup();
    ck_assert(!strstr(journal, "192.0.2"));
    free(journal);
    unit_end();
}
END_TEST

Suite *test_api_rate_limit(void)
{
    Suite *suite = suite_create("rate_limit");
    TCase *tcase = tcase_create("limits");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, so_many_and_no_more, 0, sizeof limits / sizeof *limits);
    tcase_add_test(tcase, off_by_default);
    tcase_add_test(tcase, ten_failures_in_a_row_block_for_half_an_hour);
    tcase_add_test(tcase, a_hundred_streams_at_a_time);
    tcase_add_test(tcase, a_reset_counts_anew);
    tcase_add_test(tcase, addresses_are_counted_apart);
    suite_add_tcase(suite, tcase);
    return suite;
}
