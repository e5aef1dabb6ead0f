/* What a client sends that is not in the OpenAPI document: findings, and the same answer as ever.
 */
#include "suites.h"
#include "unit_api.h"

#include <stdlib.h>
#include <string.h>

#define PARTS "multipart/form-data; boundary=x"
#define PART(name, text)                                                                           \
    "--x\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" text "\r\n"

static const struct {
    struct api_case request;
    const char *findings; /* lines */
} cases[] = {
    {{.method = "GET", .target = "/v1/devices", .token = "dev-token", .status = 200}, ""},
    {{.method = "GET", .target = "/v1/nothing", .status = 404}, "GET (no route): no-such-route\n"},
    {{.method = "OPTIONS", .target = "/v1/devices", .status = 204}, ""},
    {{.method = "GET", .target = "/v1/devices?access_token=dev-token", .status = 200},
     "GET /v1/devices: token-in-query \"access_token\" in the query: expected it in the "
     "Authorization header\n"},
    /* what the SDK appends to every stream, also to the one that is refused */
    {{.method = "GET", .target = "/v1/events?nonce=0.5", .token = "dev-token", .status = 400}, ""},
    {{.method = "GET", .target = "/v1/devices?odd=1", .token = "dev-token", .status = 200},
     "GET /v1/devices: unknown-parameter \"odd\" in the query\n"},
    {{.method = "POST",
      .target = "/v1/devices",
      .type = FORM,
      .body = "access_token=dev-token&id=" LAMP,
      .status = 200},
     ""},
    {{.method = "POST",
      .target = "/v1/devices",
      .token = "dev-token",
      .type = JSON,
      .body = "{\"id\":\"" LAMP "\",\"request_transfer\":true}",
      .status = 200},
     ""},
    {{.method = "POST",
      .target = "/v1/devices",
      .token = "dev-token",
      .type = JSON,
      .body = "{\"id\":12,\"ID\":\"x\",\"request_transfer\":\"yes\"}",
      .status = 404},
     "POST /v1/devices: wrong-type \"id\" in the body: expected a text\n"
     "POST /v1/devices: unknown-parameter \"ID\" in the body\n"
     "POST /v1/devices: wrong-type \"request_transfer\" in the body: expected true or false\n"},
    {{.method = "POST", .target = "/v1/devices?id=" LAMP, .token = "dev-token", .status = 200},
     "POST /v1/devices: wrong-place \"id\" in the query: expected it in the body\n"},
    {{.method = "POST", .target = "/v1/devices", .token = "dev-token", .status = 404},
     "POST /v1/devices: missing-parameter \"id\" in the body: expected a text\n"},
    {{.method = "POST",
      .target = "/v1/devices",
      .token = "dev-token",
      .type = "text/plain",
      .body = "x",
      .status = 404},
     "POST /v1/devices: wrong-body in the body: expected JSON or a form\n"
     "POST /v1/devices: missing-parameter \"id\" in the body: expected a text\n"},
    {{.method = "POST", .target = "/oauth/token", .type = JSON, .body = "{}", .status = 400},
     "POST /oauth/token: wrong-body in the body: expected a form\n"
     "POST /oauth/token: missing-parameter \"grant_type\" in the body: expected a text\n"},
    {{.method = "POST",
      .target = "/oauth/token",
      .basic = "acme-app-4711:acme-secret",
      .type = FORM,
      .body = "grant_type=client_credentials&expires_in=soon",
      .status = 200},
     "POST /oauth/token: wrong-type \"expires_in\" in the body: expected a whole number\n"},
    {{.method = "GET",
      .target = "/v1/products/6287/devices?page=x&per_page=10",
      .token = "acme-token",
      .status = 200},
     "GET /v1/products/:product/devices: wrong-type \"page\" in the query: expected a whole "
     "number\n"},
    {{.method = "POST",
      .target = "/v1/products/6287/devices",
      .token = "acme-token",
      .type = FORM,
      .body = "ids[]=" LAMP "&ids[]=" DARK,
      .status = 200},
     ""},
    {{.method = "POST",
      .target = "/v1/products/6287/devices",
      .token = "acme-token",
      .type = JSON,
      .body = "{\"ids\":[\"" LAMP "\",7]}",
      .status = 200},
     "POST /v1/products/:product/devices: wrong-type \"ids\" in the body: expected a list of "
     "texts\n"},
    {{.method = "POST",
      .target = "/v1/products/6287/devices",
      .token = "acme-token",
      .type = PARTS,
      .body = PART("id", LAMP) PART("odd", "1") "--x--\r\n",
      .status = 200},
     "POST /v1/products/:product/devices: unknown-parameter \"odd\" in the body\n"},
    {{.method = "GET", .target = "/__mock/health?odd=1", .status = 200}, ""},
};

static void add_finding(void *arg, const char *text)
{
    buf_printf(arg, "%s\n", text);
}

START_TEST(a_request_and_its_findings)
{
    struct buf found;
    buf_init(&found, 65536);
    unit_begin(NULL);
    api_check_requests(unit_api(), add_finding, &found);
    unit_case(&cases[_i].request);
    ck_assert_str_eq(buf_str(&found), cases[_i].findings);
    unit_end();
    buf_free(&found);
}
END_TEST

START_TEST(findings_are_in_the_journal)
{
    static const struct api_case row = {
        .method = "GET", .target = "/v1/devices?odd=1", .token = "dev-token", .status = 200};
    struct buf found;
    buf_init(&found, 65536);
    unit_begin(NULL);
    api_check_requests(unit_api(), add_finding, &found);
    unit_case(&row);
    char *journal = unit_journal_dup();
    ck_assert(strstr(journal, "\"kind\":\"request.finding\""));
    ck_assert(strstr(journal, "\"data\":{\"finding\":\"unknown-parameter\",\"where\":\"query\","
                              "\"name\":\"odd\",\"expected\":null}"));
    free(journal);
    unit_end();
    buf_free(&found);
}
END_TEST

Suite *test_api_findings(void)
{
    Suite *suite = suite_create("findings");
    TCase *tcase = tcase_create("findings");
    tcase_add_loop_test(tcase, a_request_and_its_findings, 0, sizeof cases / sizeof *cases);
    tcase_add_test(tcase, findings_are_in_the_journal);
    suite_add_tcase(suite, tcase);
    return suite;
}
