/* What went over the wire, by the number of the request's journal entry. */
#include "suites.h"

#include "unit_api.h"

#include "api/call/gate.h"
#include "api/call/later.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXCHANGES_OF "/__mock/worlds/default/exchanges/"

static uint64_t last_request(void)
{
    const struct journal *journal = unit_world()->sim.journal;
    uint64_t n = journal_next(journal) - 1;
    while (strcmp(journal_get(journal, n)->kind, "http.request") != 0)
        n--;
    return n;
}

static void show(uint64_t n, int status, const char *reply)
{
    char target[100];
    snprintf(target, sizeof target, EXCHANGES_OF "%llu", (unsigned long long)n);
    unit_case(&(const struct api_case){"exchange", .method = "GET", .target = target,
                                       .status = status, .reply = reply});
}

static const struct api_case token = {"token",
                                      .method = "POST",
                                      .target = "/oauth/token?x=1",
                                      .basic = "acme-app-4711:acme-secret",
                                      .header = "X-Mine: of mine",
                                      .type = FORM,
                                      .body = "grant_type=client_credentials",
                                      .status = 200};

START_TEST(a_request_and_its_reply_with_all_headers)
{
    unit_begin(NULL);
    unit_case(&token);
    show(last_request(), 200,
         "{\"n\":<n>,\"request\":{\"method\":\"POST\",\"target\":\"/oauth/token?x=1\",\"headers\":"
         "[{\"name\":\"Authorization\",\"value\":\"Basic <any>\"},{\"name\":\"content-type\","
         "\"value\":\"" FORM "\"},{\"name\":\"X-Mine\",\"value\":\"of mine\"}],\"body\":"
         "\"grant_type=client_credentials\",\"body_len\":29},\"reply\":{\"n\":<n>,\"status\":200,"
         "\"headers\":[{\"name\":\"Cache-Control\",\"value\":\"no-store\"},<any>{\"name\":\"Date\","
         "\"value\":\"Thu, 01 Jan 2026 00:00:00 GMT\"}],\"body\":\"{\\\"token_type\\\":<any>}\","
         "\"body_len\":<n>}}");
    unit_end();
}
END_TEST

START_TEST(bodies_of_64_kib)
{
    size_t len = 100000;
    char *body = mem_new(len + 1), *pattern;
    unit_begin(NULL);
    memset(body, 'x', len);
    struct api_case row = {"long",
                           .method = "PUT",
                           .target = "/v1/devices/" DESK,
                           .token = "dev-token",
                           .type = "text/plain",
                           .body = body,
                           .status = 400};
    unit_case(&row);
    body[EXCHANGES_BODY] = '\0';
    pattern = mem_printf_dup(
        "{\"n\":<n>,\"request\":{<any>,\"body\":\"%s\",\"body_len\":100000},<any>", body);
    uint64_t n = last_request();
    show(n, 200, NULL);
    ck_assert(unit_matches(pattern, unit_reply()));
    free(pattern);
    free(body);
    unit_end();
}
END_TEST

START_TEST(what_is_no_text_stands_in_base64)
{
    unit_begin(NULL);
    struct api_case row = {"bytes",
                           .method = "PUT",
                           .target = "/v1/devices/" DESK,
                           .token = "dev-token",
                           .type = "text/plain",
                           .body = "\xff\xfe",
                           .status = 400};
    unit_case(&row);
    show(last_request(), 200, "<any>\"body_base64\":\"//4=\",\"body_len\":2},\"reply\":<any>");
    unit_end();
}
END_TEST

static struct call *held;

static void hold(struct call *call)
{
    held = call;
    later_wait(call, false, NULL);
}

static void go_on(struct call *call, const void *with)
{
    (void)with;
    (void)call;
}

START_TEST(a_reply_that_has_not_come_is_null)
{
    static const struct gate gate = {"hold", hold, NULL};
    struct api_ticket ticket = {0};
    unit_begin(NULL);
    gate_set(unit_api(), &gate, 1);
    ck_assert_int_eq(unit_send(&token, &ticket), API_LATER);
    uint64_t n = last_request();
    show(n, 200, "<any>,\"reply\":null}");
    later_go_on(held, go_on, NULL);
    show(n, 200, "<any>,\"reply\":{\"n\":<n>,\"status\":200,<any>");
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

#define UNKNOWN(message) "{\"error\":\"unknown-exchange\",\"message\":\"" message "\"}"

START_TEST(numbers_that_are_none_of_a_request)
{
    unit_begin(NULL);
    unit_case(&token);
    uint64_t n = last_request();
    show(n + 3, 404, UNKNOWN("there is no entry <n> yet"));
    show(n + 1, 404, UNKNOWN("entry <n> is no request, but <any>"));
    static const char *const wrong[] = {"x", "-1", "1x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char *target = mem_printf_dup(EXCHANGES_OF "%s", wrong[i]);
        unit_case(&(const struct api_case){
            wrong[i], .method = "GET", .target = target, .status = 400,
            .reply = "{\"error\":\"bad-number\",\"message\":\"expected the number of a request's "
                     "journal entry, found \\\"<any>\\\"\"}"});
        free(target);
    }
    for (int i = 0; i < EXCHANGES; i++)
        unit_case(&token);
    show(n, 404, UNKNOWN("entry <n> has fallen out of the exchange log, which begins with <n>"));
    unit_end();
}
END_TEST

START_TEST(a_world_made_anew_has_none)
{
    unit_begin(NULL);
    unit_case(&token);
    uint64_t n = last_request();
    unit_case(&(const struct api_case){"reset", .method = "POST",
                                       .target = "/__mock/worlds/default/reset",
                                       .header = "X-Mockcloud-Control: 1", .status = 200});
    show(n, 404, NULL);
    unit_case(&(const struct api_case){"no world", .method = "GET",
                                       .target = "/__mock/worlds/none/exchanges/1", .status = 404});
    unit_end();
}
END_TEST

Suite *test_api_exchange(void)
{
    Suite *suite = suite_create("exchange");
    TCase *tcase = tcase_create("exchange");
    tcase_set_timeout(tcase, 30);
    tcase_add_test(tcase, a_request_and_its_reply_with_all_headers);
    tcase_add_test(tcase, bodies_of_64_kib);
    tcase_add_test(tcase, what_is_no_text_stands_in_base64);
    tcase_add_test(tcase, a_reply_that_has_not_come_is_null);
    tcase_add_test(tcase, numbers_that_are_none_of_a_request);
    tcase_add_test(tcase, a_world_made_anew_has_none);
    suite_add_tcase(suite, tcase);
    return suite;
}
