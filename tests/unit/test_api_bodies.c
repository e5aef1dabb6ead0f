/* Bodies as they come: what can't be read is refused in the shape of the API that it was sent to,
 * and never half read. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define CLAIM       .method = "POST", .target = "/v1/devices", .token = "dev-token"
#define ERROR(text) "{\"ok\":false,\"error\":\"" text "\"}"
#define NOT_JSON(why, at)                                                                          \
    .status = 400, .reply = ERROR("The body is not valid JSON: " why " at byte " at),              \
    .rule = "api.bad-json"
#define NO_OBJECT                                                                                  \
    .status = 400, .reply = ERROR("The body is not valid: expected a JSON object"),                \
    .rule = "api.bad-json"
#define BAD_FORM                                                                                   \
    .status = 400,                                                                                 \
    .reply = ERROR("The form is not valid: %XX has to be two hex digits, not 00, and make UTF-8"), \
    .rule = "api.bad-encoding"
#define TAKEN  .status = 200, .rule = "claim.accepted-user"
#define NO_ID  .status = 404, .rule = "claim.missing-id"
#define UNREAD .status = 404, .rule = "claim.unreadable-body"
#define J(...) .type = JSON, .body = __VA_ARGS__
#define F(...) .type = FORM, .body = __VA_ARGS__

static const struct api_case rows[] = {
    /* JSON */
    {"words", NULL, CLAIM, J("hello"), NOT_JSON("unexpected text", "0")},
    {"a form that says it is JSON", NULL, CLAIM, J("id=" LAMP), NOT_JSON("unexpected text", "0")},
    {"unbalanced", NULL, CLAIM, J("{\"id\":\"" LAMP "\""), NOT_JSON("unexpected text", "<n>")},
    {"a comma too many", NULL, CLAIM, J("{\"id\":\"" LAMP "\",}"),
     NOT_JSON("unexpected text", "<n>")},
    {"something behind it", NULL, CLAIM, J("{\"id\":\"" LAMP "\"} x"),
     NOT_JSON("unexpected text", "34")},
    {"two of them", NULL, CLAIM, J("{}{}"), NOT_JSON("unexpected text", "2")},
    {"space around it", NULL, CLAIM, J(" \t\r\n{ \"id\" : \"" LAMP "\" } \r\n"), TAKEN},
    {"spaces", NULL, CLAIM, J("   "), NOT_JSON("unexpected text", "<n>")},
    {"an array", NULL, CLAIM, J("[{\"id\":\"" LAMP "\"}]"), NO_OBJECT},
    {"a string", NULL, CLAIM, J("\"" LAMP "\""), NO_OBJECT},
    {"null", NULL, CLAIM, J("null"), NO_OBJECT},
    {"a number", NULL, CLAIM, J("17"), NO_OBJECT},
    {"a NUL escape cuts no id short", NULL, CLAIM, J("{\"id\":\"" LAMP "\\u0000x\"}"),
     NOT_JSON("\\\\u0000", "31")},
    {"a NUL escape in a key", NULL, CLAIM, J("{\"id\\u0000x\":\"" LAMP "\"}"),
     NOT_JSON("\\\\u0000", "4")},
    {"a backslash and u0000", NULL, CLAIM, J("{\"id\":\"" LAMP "\",\"x\":\"\\\\u0000\"}"), TAKEN},
    {"a quote in a string", NULL, CLAIM, J("{\"x\":\"\\\"}[\",\"id\":\"" LAMP "\"}"), TAKEN},
    {"escapes", NULL, CLAIM,
     J("{\"\\u0069d\":\"\\u00331"
       "0000000000000000000001\"}"),
     TAKEN},
    {"a raw control character", NULL, CLAIM, J("{\"id\":\"" LAMP "\n\"}"),
     NOT_JSON("a control character", "31")},
    {"no UTF-8", NULL, CLAIM, J("{\"id\":\"\xff\"}"), NOT_JSON("no UTF-8", "0")},
    {"half a surrogate pair", NULL, CLAIM, J("{\"id\":\"\\ud800\"}"),
     NOT_JSON("unexpected text", "<n>")},
    {"a number of ages", NULL, CLAIM, J("{\"x\":1e999,\"id\":\"" LAMP "\"}"), TAKEN},
    {"the same key twice", NULL, CLAIM, J("{\"id\":\"" LAMP "\",\"id\":\"" LAMP "\"}"), TAKEN},
    {"64 deep", NULL, CLAIM,
     J("{\"id\":\"" LAMP "\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
       "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"),
     TAKEN},
    {"65 deep", NULL, CLAIM,
     J("{\"id\":\"" LAMP "\",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
       "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"),
     NOT_JSON("nested too deep", "100")},
    {"before the token", NULL, .method = "POST", .target = "/v1/devices", J("{"), .status = 400,
     .rule = "api.bad-json"},
    {"on a GET", NULL, .method = "GET", .target = "/v1/devices", .token = "dev-token", J("{"),
     .status = 400, .rule = "api.bad-json"},
    {"at the token endpoint", NULL, .method = "POST", .target = "/oauth/token", J("{"),
     .status = 400, .rule = "api.bad-json"},
    /* content types */
    {"JSON with a charset", NULL, CLAIM, .type = "application/json; charset=utf-8",
     .body = "{\"id\":\"" LAMP "\"}", TAKEN},
    {"JSON in capitals", NULL, CLAIM, .type = "Application/JSON;charset=x",
     .body = "{\"id\":\"" LAMP "\"}", TAKEN},
    {"JSON that says it is text", NULL, CLAIM, .type = "text/plain",
     .body = "{\"id\":\"" LAMP "\"}", UNREAD},
    {"JSON that says nothing", NULL, CLAIM, .body = "{\"id\":\"" LAMP "\"}", UNREAD},
    {"another kind of JSON", NULL, CLAIM, .type = "application/jsonp",
     .body = "{\"id\":\"" LAMP "\"}", UNREAD},
    {"JSON that says it is a form", NULL, CLAIM, F("{\"id\":\"" LAMP "\"}"), NO_ID},
    /* forms */
    {"plus and percent", NULL, CLAIM,
     F("x=a+b%20c&id=%33"
       "10000000000000000000001"),
     TAKEN},
    {"ampersands", NULL, CLAIM, F("&&=&x&=y&&id=" LAMP "&&"), TAKEN},
    {"the first of two", NULL, CLAIM, F("id=" LAMP "&id=" NONE), TAKEN},
    {"the form before the query", NULL, .method = "POST", .target = "/v1/devices?id=" NONE,
     .token = "dev-token", F("id=" LAMP), TAKEN},
    {"no hex", NULL, CLAIM, F("id=%xy"), BAD_FORM},
    {"half an escape", NULL, CLAIM, F("id=%4"), BAD_FORM},
    {"NUL", NULL, CLAIM, F("id=" LAMP "%00"), BAD_FORM},
    {"NUL in a name", NULL, CLAIM, F("id%00=" LAMP), BAD_FORM},
    {"no UTF-8", NULL, CLAIM, F("id=%ff"), BAD_FORM},
    {"no UTF-8, raw", NULL, CLAIM, F("id=\xc3"), BAD_FORM},
    {"at the token endpoint", NULL, .method = "POST", .target = "/oauth/token", F("a=%"), BAD_FORM},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

/* What was sent, whatever it was, stands in a journal that is JSON. */
START_TEST(journal_is_json)
{
    unit_begin(NULL);
    unit_case(&rows[_i]);
    struct api_case journal = {
        .method = "GET", .target = "/__mock/worlds/default/journal", .status = 200};
    unit_case(&journal);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "\"http.request\""));
    unit_end();
}
END_TEST

static void huge(const char *type, const char *head, char fill, const char *tail, size_t len,
                 int status, const char *rule)
{
    char *body = mem_new(strlen(head) + len + strlen(tail) + 1);
    size_t at = strlen(head);
    memcpy(body, head, at);
    memset(body + at, fill, len);
    strcpy(body + at + len, tail);
    struct api_case big = {.method = "POST",
                           .target = "/v1/devices",
                           .token = "dev-token",
                           .type = type,
                           .body = body,
                           .status = status,
                           .rule = rule};
    unit_begin(NULL);
    unit_case(&big);
    unit_end();
    free(body);
}

START_TEST(huge_bodies)
{
    huge(JSON, "", '[', "", 10000, 400, "api.bad-json");
    huge(JSON, "{\"id\":", '{', "", 10000, 400, "api.bad-json");
    huge(JSON, "{\"id\":\"", 'a', "\"}", 1 << 20, 400, "api.text-too-long");
    huge(JSON, "{\"id\":\"", 'A', "\"}", 1 << 20, 400, "api.text-too-long");
    huge(JSON, "", '"', "", 1 << 20, 400, "api.bad-json");
    huge(JSON, "{\"", 'k', "\":1}", 1 << 20, 404, "claim.missing-id");
    huge(FORM, "id=", 'a', "", 1 << 20, 400, "api.text-too-long");
    huge(FORM, "id=", '%', "", 1 << 20, 400, "api.bad-encoding");
    huge(FORM, "id=x", '&', "", 1 << 20, 404, "claim.unknown-device");
    huge("image/png", "", '\x01', "", 1 << 20, 404, "claim.unreadable-body");
}
END_TEST

/* Bytes behind a NUL are seen. */
START_TEST(raw_nul)
{
    static const char body[] = "{\"id\":\"" LAMP "\0\"}";
    static const struct api_header headers[] = {{"Content-Type", JSON},
                                                {"Authorization", "Bearer dev-token"}};
    struct api_request request = {.method = "POST",
                                  .target = "/v1/devices",
                                  .headers = headers,
                                  .header_count = 2,
                                  .body = body,
                                  .body_len = sizeof body - 1};
    struct api_ticket ticket = {0};
    unit_begin(NULL);
    ck_assert_int_eq(api_dispatch(unit_api(), &request, &ticket), API_NOW);
    ck_assert_int_eq(ticket.reply.status, 400);
    ck_assert_str_eq(ticket.reply.rule, "api.bad-json");
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

Suite *test_api_bodies(void)
{
    Suite *suite = suite_create("bodies");
    TCase *tcase = tcase_create("bodies");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, journal_is_json, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, huge_bodies);
    tcase_add_test(tcase, raw_nul);
    suite_add_tcase(suite, tcase);
    return suite;
}
