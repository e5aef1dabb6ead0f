/* One decoder: whatever its content type says, a body that can't be read is refused, by the control
 * API, too; and whatever has come in, the journal prints lines of JSON in UTF-8. */
#include "suites.h"

#include "unit_api.h"

#include "api/call/gate.h"
#include "api/call/rules.h"
#include "base/text.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

static const char *const types[] = {
    JSON, FORM, "text/plain", "multipart/form-data; boundary=x", "application/octet-stream", NULL};

#define DEEP                                                                                       \
    "{\"do\":\"listen\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["  \
    "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"

#define BODY(text) text, sizeof(text) - 1

static const struct {
    const char *name, *body;
    size_t len;
    const char *message;
} bodies[] = {
    {"no UTF-8", BODY("{\"do\":\"listen\",\"x\":\"\xff\xfe\"}"),
     "The body is not valid JSON: no UTF-8 at byte 0"},
    {"too deep", BODY(DEEP), "The body is not valid JSON: nested too deep at byte <n>"},
    {"something behind it", BODY("{\"do\":\"listen\"} x"),
     "The body is not valid JSON: unexpected text at byte <n>"},
    {"a NUL", BODY("{\"do\":\"lis\0ten\"}"),
     "The body is not valid JSON: a control character at byte <n>"},
    {"a NUL behind it", BODY("{\"do\":\"listen\"}\0"),
     "The body is not valid JSON: <any> at byte <n>"},
    {"a NUL escape", BODY(" {\"do\":\"listen\\u0000x\"}"),
     "The body is not valid JSON: \\\\u0000 at byte <n>"},
};

static void expect_good_journal(void)
{
    char *journal = unit_journal_dup(), *rest = journal, *line;
    ck_assert(text_utf8_valid(journal, strlen(journal)));
    while ((line = strsep(&rest, "\n")) && *line) {
        cJSON *json = cJSON_ParseWithOpts(line, NULL, true);
        ck_assert_msg(json, "no JSON: %s", line);
        cJSON_Delete(json);
    }
    free(journal);
}

static void send(const char *target, const char *type, const char *body, size_t len,
                 struct api_ticket *ticket)
{
    const struct api_header headers[] = {{"X-Mockcloud-Control", "1"},
                                         {"Authorization", "Bearer dev-token"},
                                         {"Content-Type", type}};
    const struct api_request request = {
        .method = "POST",
        .target = target,
        .headers = headers,
        .header_count = type ? 3 : 2,
        .body = body,
        .body_len = len,
    };
    ck_assert_int_eq(api_dispatch(unit_api(), &request, ticket), API_NOW);
}

START_TEST(control_bodies_of_any_type)
{
    char pattern[200];
    unit_begin(NULL);
    strcpy(pattern, "{\"error\":\"undecodable\",\"message\":\"");
    strcat(strcat(pattern, bodies[_i].message), "\"}");
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct api_ticket ticket = {0};
        send("/__mock/worlds/default/devices/lamp", types[i], bodies[_i].body, bodies[_i].len,
             &ticket);
        ck_assert_msg(ticket.reply.status == 400 &&
                          unit_matches(pattern, buf_str(&ticket.reply.body)),
                      "%s as %s: %d %s", bodies[_i].name, types[i], ticket.reply.status,
                      buf_str(&ticket.reply.body));
        api_ticket_done(unit_api(), &ticket);
    }
    expect_good_journal();
    unit_end();
}
END_TEST

/* The imitated API reads each by its type; it never falls over one. */
START_TEST(other_bodies_of_any_type)
{
    unit_begin(NULL);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct api_ticket ticket = {0};
        send("/v1/devices", types[i], bodies[_i].body, bodies[_i].len, &ticket);
        ck_assert_int_ge(ticket.reply.status, 400);
        api_ticket_done(unit_api(), &ticket);
    }
    expect_good_journal();
    unit_end();
}
END_TEST

START_TEST(text_that_is_none)
{
    static const struct {
        const char *body;
        size_t len;
    } wrong[] = {{BODY("abc\xff")}, {BODY("abc\0def")}};
    unit_begin(NULL);
    for (size_t i = 0; i < 4; i++) {
        struct api_ticket ticket = {0};
        send("/v1/products/acme-pump/devices", i < 2 ? "text/plain" : NULL, wrong[i % 2].body,
             wrong[i % 2].len, &ticket);
        ck_assert_int_eq(ticket.reply.status, 400);
        ck_assert_str_eq(ticket.reply.rule, "api.bad-encoding");
        api_ticket_done(unit_api(), &ticket);
    }
    expect_good_journal();
    unit_end();
}
END_TEST

/* What is wrong on purpose may say that it is JSON. */
static const char *spoilt_body;

static void spoil(struct call *call)
{
    call->off_contract = true;
    call_reply_anew(call);
    reply_text(call, 200, &api_rules[API_NOT_MODIFIED], spoilt_body);
}

START_TEST(replies_that_are_no_json)
{
    static const struct gate gate = {"spoil", NULL, spoil};
    static const char *const wrong[] = {"{\"a\":", "{} x", "\xff", "{\"a\":\"\xff\"}", "[1,2]"};
    static const struct api_case list = {"list", .method = "GET", .target = "/v1/devices",
                                         .token = "dev-token"};
    unit_begin(NULL);
    gate_set(unit_api(), &gate, 1);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct api_ticket ticket = {0};
        spoilt_body = wrong[i];
        ck_assert_int_eq(unit_send(&list, &ticket), API_NOW);
        ck_assert_str_eq(buf_str(&ticket.reply.body), wrong[i]);
        api_ticket_done(unit_api(), &ticket);
    }
    expect_good_journal();
    unit_end();
}
END_TEST

Suite *test_api_guards(void)
{
    Suite *suite = suite_create("guards");
    TCase *tcase = tcase_create("guards");
    tcase_add_loop_test(tcase, control_bodies_of_any_type, 0, sizeof bodies / sizeof *bodies);
    tcase_add_loop_test(tcase, other_bodies_of_any_type, 0, sizeof bodies / sizeof *bodies);
    tcase_add_test(tcase, text_that_is_none);
    tcase_add_test(tcase, replies_that_are_no_json);
    suite_add_tcase(suite, tcase);
    return suite;
}
