/* From a target to a row: what is not there, what is not imitated, methods, preflights, odd
 * targets, and which world a request is for. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define GET(path)   .method = "GET", .target = path
#define ERROR(text) "{\"ok\":false,\"error\":\"" text "\"}"
#define NOT_FOUND(method_, path)                                                                   \
    .method = method_, .target = path, .status = 404, .headers = "-Allow",                         \
    .reply = ERROR("Not found: " method_ " " path), .rule = "api.no-route"
#define WRONG(method_, path, allow)                                                                \
    .method = method_, .target = path, .status = 405, .headers = "Allow: " allow,                  \
    .reply = ERROR(method_ " is not allowed on " path), .rule = "api.wrong-method"
#define BAD(part)                                                                                  \
    ERROR("The " part " is not valid: %XX has to be two hex digits, not 00, and make UTF-8")
#define PREFLIGHT                                                                                  \
    "Access-Control-Allow-Origin: *\n"                                                             \
    "Access-Control-Allow-Methods: GET, POST, PUT, DELETE, OPTIONS\n"                              \
    "Access-Control-Allow-Headers: Authorization, Content-Type, X-Particle-Tool, "                 \
    "X-Particle-Project\nAccess-Control-Max-Age: 86400\n-Content-Type"

static const struct api_case rows[] = {
    {"nothing", NULL, NOT_FOUND("GET", "/")},
    {"elsewhere", NULL, NOT_FOUND("GET", "/v2/devices")},
    {"elsewhere, POST", NULL, NOT_FOUND("POST", "/nothing/at/all")},
    {"no slash", NULL, NOT_FOUND("GET", "v1/devices")},
    {"a prefix of a path", NULL, NOT_FOUND("GET", "/v1/device")},
    {"capitals", NULL, NOT_FOUND("GET", "/V1/devices")},
    {"two slashes before", NULL, NOT_FOUND("GET", "//v1/devices")},
    {"two slashes between", NULL, NOT_FOUND("GET", "/v1//devices")},
    {"two slashes behind", NULL, NOT_FOUND("GET", "/v1/devices//")},
    {"an empty parameter", NULL, NOT_FOUND("GET", "/v1/products//devices")},
    {"dots", NULL, NOT_FOUND("GET", "/v1/./devices")},
    {"a slash that is none", NULL, GET("/v1%2Fdevices"), .status = 404},
    {"too many segments", NULL, NOT_FOUND("GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t")},
    {"too many segments, a prefix that fits", NULL,
     NOT_FOUND("GET", "/v1/devices/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t")},
    {"a slash behind", NULL, GET("/v1/devices/"), .token = "ada-token", .status = 200,
     .rule = "device.list"},
    {"encoded letters", NULL, GET("/v1/%64evices"), .token = "ada-token", .status = 200},
    {"a fragment", NULL, GET("/v1/devices#there"), .token = "ada-token", .status = 200},
    {"a question mark alone", NULL, GET("/v1/devices?"), .token = "ada-token", .status = 200},
    {"a query of ampersands", NULL, GET("/v1/devices?&&=&a&=b&&"), .token = "ada-token",
     .status = 200},
    {"HEAD is GET", NULL, .method = "HEAD", .target = "/v1/devices", .token = "ada-token",
     .status = 200, .rule = "device.list"},
    {"HEAD, refused", NULL, .method = "HEAD", .target = "/v1/devices", .status = 400},
    {"HEAD, nowhere", NULL, NOT_FOUND("HEAD", "/v1")},
    /* wrong methods */
    {"PATCH", NULL, WRONG("PATCH", "/v1/devices", "GET, POST")},
    {"DELETE of a list", NULL, WRONG("DELETE", "/v1/devices", "GET, POST")},
    {"GET of codes", NULL, WRONG("GET", "/v1/device_claims", "POST")},
    {"PATCH of an owner", NULL,
     WRONG("PATCH", "/v1/products/6287/devices/x/owner", "DELETE, GET, POST")},
    {"a made-up method", NULL, WRONG("BREW", "/v1/products/6287/customers", "POST, GET")},
    {"a method in small letters", NULL, WRONG("get", "/v1/device_claims", "POST")},
    /* before the token is looked at */
    {"404 without a token", NULL, GET("/v1/nothing"), .status = 404},
    {"405 with a wrong token", NULL, .method = "PUT", .target = "/v1/devices", .token = "nobody",
     .status = 405},
    {"501 without a token", NULL, GET("/v1/ledgers"), .status = 501},
    /* preflights */
    {"OPTIONS", NULL, .method = "OPTIONS", .target = "/v1/devices", .status = 204, .reply = "",
     .headers = PREFLIGHT, .rule = "api.preflight"},
    {"OPTIONS of the token endpoint", NULL, .method = "OPTIONS", .target = "/oauth/token",
     .status = 204, .headers = PREFLIGHT},
    {"OPTIONS of what is not imitated", NULL, .method = "OPTIONS", .target = "/v1/logic/x",
     .status = 204, .headers = PREFLIGHT},
    {"OPTIONS of one not imitated at all", NULL, .method = "OPTIONS", .target = "/v1/ledgers/x/y",
     .status = 204, .headers = PREFLIGHT},
    {"OPTIONS of nothing", NULL, NOT_FOUND("OPTIONS", "/v1/nothing")},
    {"OPTIONS of the server", NULL, NOT_FOUND("OPTIONS", "*")},
    /* what can't be decoded */
    {"NUL in the path", NULL, GET("/v1/devices/%00"), .token = "ada-token", .status = 400,
     .reply = BAD("path"), .rule = "api.bad-encoding"},
    {"half an escape", NULL, GET("/v1/devices/%4"), .status = 400, .reply = BAD("path")},
    {"no hex", NULL, GET("/v1/%zz"), .status = 400, .reply = BAD("path")},
    {"no UTF-8", NULL, GET("/v1/devices/%ff%fe"), .status = 400, .reply = BAD("path")},
    {"no UTF-8, raw", NULL, GET("/v1/devices/\xff"), .status = 400, .reply = BAD("path")},
    {"a surrogate", NULL, GET("/v1/devices/%ED%A0%80"), .status = 400, .reply = BAD("path")},
    {"overlong", NULL, GET("/v1/devices/%C0%AF"), .status = 400, .reply = BAD("path")},
    {"UTF-8", NULL, GET("/v1/devices/%C3%BCber"), .token = "ada-token", .status = 403,
     .rule = "device.permission-denied"},
    {"NUL in the query", NULL, GET("/v1/devices?a=%00"), .token = "ada-token", .status = 400,
     .reply = BAD("query"), .rule = "api.bad-encoding"},
    {"no hex in the query", NULL, GET("/v1/devices?%x=1"), .status = 400, .reply = BAD("query")},
    {"no UTF-8 in the query", NULL, GET("/v1/devices?access_token=%80"), .status = 400,
     .reply = BAD("query")},
    /* worlds by prefix */
    {"a world", NULL, GET("/w/default/v1/devices"), .token = "ada-token", .status = 200,
     .rule = "device.list"},
    {"a world's token endpoint", NULL, .method = "POST", .target = "/w/default/oauth/token",
     .status = 400, .rule = "token.not-form"},
    {"a world, path in the text", NULL, GET("/w/default/v1/nothing"), .status = 404,
     .reply = ERROR("Not found: GET /v1/nothing")},
    {"a world alone", NULL, GET("/w/default"), .status = 404, .reply = ERROR("Not found: GET /")},
    {"an unknown world", NULL, GET("/w/nowhere/v1/devices"), .token = "ada-token", .status = 404,
     .reply = ERROR("There is no world \\\"nowhere\\\""), .rule = "api.no-world"},
    {"a world of quotes", NULL, GET("/w/%22%0A%22/v1/devices"), .status = 404,
     .reply = ERROR("There is no world \\\"\\\"\\n\\\"\\\"")},
    {"no world's name", NULL, GET("/w/"), .status = 404},
    {"a prefix in a prefix", NULL, GET("/w/default/w/default/v1/devices"), .status = 404},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

/* Replaces each :name of a row's path by a word, and its last * by two segments. Yours: free(). */
static char *path_dup(const char *pattern)
{
    struct buf path;
    buf_init(&path, 1000);
    for (const char *at = pattern; *at; at++) {
        if (*at == ':') {
            buf_add_str(&path, "x");
            at += strcspn(at, "/") - 1;
        } else if (*at == '*') {
            buf_add_str(&path, "y/z");
        } else {
            buf_add_char(&path, *at);
        }
    }
    return buf_take(&path);
}

/* Each row that is not imitated answers 501 with its own path: no other row stands in its way. */
START_TEST(each_missing_route_says_so)
{
    struct api_route_info route;
    size_t missing = 0;
    unit_begin(NULL);
    for (size_t i = 0; api_route_info(i, &route); i++) {
        if (route.imitated)
            continue;
        const char *method = route.method[0] == '*' ? "PATCH" : route.method;
        char *target = path_dup(route.path);
        char *reply =
            mem_printf_dup(ERROR("mockcloud does not imitate %s %s yet"), method, route.path);
        struct api_case missed = {.method = method,
                                  .target = target,
                                  .status = 501,
                                  .reply = reply,
                                  .rule = "api.not-imitated"};
        unit_case(&missed);
        free(target);
        free(reply);
        missing++;
    }
    unit_end();
    ck_assert_uint_gt(missing, 0);
}
END_TEST

/* Each path of the real API that is known, whatever imitates it: never a 404. */
START_TEST(no_known_path_is_unknown)
{
    struct api_route_info route;
    unit_begin(NULL);
    for (size_t i = 0; api_route_info(i, &route); i++) {
        struct api_ticket ticket = {0};
        char *target = path_dup(route.path);
        struct api_case any = {.method = "UNKNOWN", .target = target};
        unit_send(&any, &ticket);
        ck_assert_msg(!ticket.reply.rule || strcmp(ticket.reply.rule, "api.no-route") != 0, "%s",
                      target);
        api_ticket_done(unit_api(), &ticket);
        free(target);
    }
    unit_end();
}
END_TEST

START_TEST(a_very_long_path)
{
    size_t len = 1u << 20;
    char *target = mem_new(len + 1);
    memset(target, 'a', len);
    memcpy(target, "/v1/devices/", 12);
    struct api_case longest = {.method = "GET",
                               .target = target,
                               .token = "ada-token",
                               .status = 403,
                               .rule = "device.permission-denied"};
    unit_begin(NULL);
    unit_case(&longest);
    longest.method = "PATCH";
    longest.status = 405;
    longest.rule = "api.wrong-method";
    unit_case(&longest);
    memset(target + 1, '/', 1000);
    longest.status = 404;
    longest.rule = "api.no-route";
    unit_case(&longest);
    unit_end();
    free(target);
}
END_TEST

/* ---- worlds by credential ---- */

#define CONTROL .method = "POST", .header = "X-Mockcloud-Control: 1", .type = JSON
#define POSTED(name)                                                                               \
    CONTROL, .target = "/__mock/worlds", .status = 201,                                            \
             .body = "{\"name\":\"" name "\",\"clock\":{\"mode\":\"frozen\"},"                     \
                     "\"products\":[{\"id\":1,\"slug\":\"" name "\",\"clients\":[{\"id\":\"" name  \
                     "-app\",\"secret\":\"s\"},{\"id\":\"both-app\",\"secret\":\"s\"}]}],"         \
                     "\"tokens\":[{\"token\":\"" name "-token\",\"client\":\"" name "-app\"},"     \
                     "{\"token\":\"both\",\"client\":\"" name "-app\"}]}"
#define OWN       .method = "POST", .target = "/oauth/token", .type = FORM
#define IS(slug)  .status = 200, .reply = "{\"products\":[{\"id\":1,<any>\"slug\":\"" slug "\"<any>"
#define PRODUCTS  "/v1/products"
#define CUSTOMERS "/v1/products/1/customers"

START_TEST(worlds_by_credential)
{
    static const struct api_case story[] = {
        {"one", NULL, POSTED("one")},
        {"two", NULL, POSTED("two")},
        {"token, header", NULL, GET(PRODUCTS), .token = "one-token", IS("one")},
        {"token, query", NULL, GET(PRODUCTS "?access_token=two-token"), IS("two")},
        {"token, form", NULL, .method = "POST", .target = "/v1/products/1/devices", .type = FORM,
         .body = "access_token=two-token&id=" NONE, .status = 200},
        {"token of the default world", NULL, GET("/v1/devices"), .token = "ada-token",
         .status = 200},
        {"the prefix wins", NULL, GET("/w/two" PRODUCTS), .token = "one-token", .status = 401},
        {"client, Basic", NULL, OWN, .basic = "one-app:s", .body = "grant_type=client_credentials",
         .status = 200, .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:one>\",<any>}"},
        {"client, form", NULL, OWN,
         .body = "grant_type=client_credentials&client_id=two-app&client_secret=s", .status = 200,
         .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:two>\",<any>}"},
        {"Basic wins over the form, here too", NULL, OWN, .basic = "two-app:s",
         .body = "grant_type=client_credentials&client_id=one-app&client_secret=x", .status = 200},
        {"its token is one's", NULL, GET(PRODUCTS), .token = "{{one}}", IS("one")},
        {"its token is two's", NULL, GET(PRODUCTS), .token = "{{two}}", IS("two")},
        {"client, JSON", NULL, .method = "POST", .target = CUSTOMERS, .type = JSON,
         .body = "{\"email\":\"a@b\",\"no_password\":true,\"client_id\":\"one-app\","
                 "\"client_secret\":\"s\"}",
         .status = 201},
        {"a public client is of the default world", NULL, OWN, .basic = "particle:particle",
         .body = "grant_type=password&username=dev@example.com&password=dev-pass", .status = 200},
        {"a token of both: the default world", NULL, GET(PRODUCTS), .token = "both", .status = 401},
        {"a client of both: the default world", NULL, OWN, .basic = "both-app:s",
         .body = "grant_type=client_credentials", .status = 400, .rule = "token.wrong-client"},
        {"both, by prefix", NULL, GET("/w/one" PRODUCTS), .token = "both", IS("one")},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    char *journal = unit_journal_dup();
    const char *first = strstr(journal, "\"world.ambiguous-credential\"");
    ck_assert_ptr_nonnull(first);
    const char *second = strstr(first + 1, "\"world.ambiguous-credential\"");
    ck_assert_ptr_nonnull(second);
    ck_assert_ptr_null(strstr(second + 1, "\"world.ambiguous-credential\""));
    free(journal);
    unit_end();
}
END_TEST

START_TEST(no_world_at_all)
{
    static const struct api_case story[] = {
        {"a request", NULL, GET("/v1/devices"), .token = "ada-token", .status = 404,
         .reply = ERROR("There is no world to answer"), .rule = "api.no-world"},
        {"one that can't be decoded", NULL, GET("/v1/%zz"), .status = 400, .reply = BAD("path")},
        {"health", NULL, GET("/__mock/health"), .status = 200},
    };
    unit_begin_world(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* A client that has the reply already is told so. */
START_TEST(etags)
{
#define IF_NONE_MATCH(tag) .header = "If-None-Match: " tag
    static const struct api_case story[] = {
        {"a list", NULL, GET("/v1/devices"), .token = "dev-token", .status = 200,
         .headers = "ETag: W/\"<any>-<16>\""},
        {"a device", NULL, GET("/v1/devices/desk"), .token = "dev-token", .status = 200,
         .headers = "ETag: W/\"<any>-<16>\""},
        {"other tags", NULL, GET("/v1/devices/desk"), .token = "dev-token",
         IF_NONE_MATCH("W/\"0-0\", \"x\", *"), .status = 200},
        {"another that begins like it", NULL, GET("/v1/devices/desk"), .token = "dev-token",
         IF_NONE_MATCH("W/\"0-0\"*"), .status = 200},
        {"any", NULL, GET("/v1/devices/desk"), .token = "dev-token", IF_NONE_MATCH("*"),
         .status = 304, .reply = "", .headers = "ETag: W/\"<any>-<16>\"\n-Content-Type",
         .rule = "api.not-modified"},
        {"HEAD", NULL, .method = "HEAD", .target = "/v1/devices/desk", .token = "dev-token",
         .status = 200, .headers = "ETag: W/\"<any>-<16>\""},
        {"not of an error", NULL, GET("/v1/devices/" NONE), .token = "dev-token",
         IF_NONE_MATCH("*"), .status = 403, .headers = "-ETag"},
        {"nor of the control API", NULL, GET("/__mock/worlds"), IF_NONE_MATCH("*"), .status = 200,
         .headers = "-ETag"},
        {"nor of a change", NULL, .method = "PUT", .target = "/v1/devices/desk",
         .token = "dev-token", .type = JSON, .body = "{\"notes\":\"n\"}", .status = 200,
         .headers = "-ETag"},
    };
    struct api_case again = {"the same",           NULL,          GET("/v1/devices"),
                             .token = "dev-token", .status = 304, .reply = ""};
    char header[100] = "If-None-Match: W/\"x\", ";
    struct api_ticket ticket = {0};
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_send(&story[0], &ticket);
    strcat(header, headers_get(&ticket.reply.headers, "ETag"));
    api_ticket_done(unit_api(), &ticket);
    again.header = header;
    unit_case(&again);
    unit_end();
}
END_TEST

/* The front says how much room there is. */
START_TEST(a_reply_that_has_no_room)
{
    const struct api_header headers[] = {{"Authorization", "Bearer dev-token"}};
    const struct api_request request = {.method = "GET",
                                        .target = "/v1/devices",
                                        .headers = headers,
                                        .header_count = 1,
                                        .reply_max = 500};
    struct api_ticket ticket = {0};
    unit_begin(NULL);
    ck_assert_int_eq(api_dispatch(unit_api(), &request, &ticket), API_NOW);
    ck_assert_int_eq(ticket.reply.status, 500);
    ck_assert_str_eq(buf_str(&ticket.reply.body),
                     ERROR("The reply has over 500 bytes, all that unread replies leave room for"));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* Never half a reply. */
START_TEST(a_reply_that_is_too_large)
{
    static const struct api_case story[] = {
        {"a list", NULL, GET("/v1/devices"), .token = "dev-token", .status = 500,
         .reply = ERROR("The reply has over 500 bytes"), .rule = "api.reply-too-large"},
        {"a list of the control API", NULL, GET("/__mock/worlds/default/devices"), .status = 500,
         .reply = "{\"error\":\"reply-too-large\",\"message\":\"The reply has over 500 bytes\"}"},
        {"what fits", NULL, GET("/__mock/worlds/default/clock"), .status = 200},
    };
    unit_begin_short(500);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

Suite *test_api_routing(void)
{
    Suite *suite = suite_create("routing");
    TCase *tcase = tcase_create("routing");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, each_missing_route_says_so);
    tcase_add_test(tcase, no_known_path_is_unknown);
    tcase_add_test(tcase, a_very_long_path);
    tcase_add_test(tcase, worlds_by_credential);
    tcase_add_test(tcase, no_world_at_all);
    tcase_add_test(tcase, a_reply_that_is_too_large);
    tcase_add_test(tcase, a_reply_that_has_no_room);
    tcase_add_test(tcase, etags);
    suite_add_tcase(suite, tcase);
    return suite;
}
