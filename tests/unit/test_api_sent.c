/* What clients have sent, asked over the control API: counts, spacing, order, and what a failure
 * tells. */
#include "suites.h"

#include "unit_api.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#define SENT "/__mock/worlds/default/sent"

/* What the clients of the bench send before each row is asked. */
static const struct api_case requests[] = {
    {"list", .method = "GET", .target = "/v1/devices?access_token=dev-token", .status = 200},
    {"claim", .method = "POST", .target = "/v1/devices", .token = "dev-token", .type = FORM,
     .body = "id=" LAMP, .status = 200},
    {"again", .method = "POST", .target = "/v1/devices", .token = "dev-token", .type = FORM,
     .body = "id=" LAMP, .status = 200},
    {"refused", .method = "POST", .target = "/v1/devices", .token = "no-token", .type = FORM,
     .body = "id=" DARK, .status = 401},
    {"json", .method = "PUT", .target = "/v1/devices/" DESK, .token = "dev-token", .type = JSON,
     .body = "{\"name\":\"shelf\"}", .status = 200},
};

static const struct {
    const char *body;
    int count;           /* -1: it is a mistake */
    const char *failure; /* a part of it; NULL: it passed */
} rows[] = {
    {"{\"request\":\"any\"}", 5, NULL},
    {"{\"request\":\"any\",\"times\":5}", 5, NULL},
    {"{\"request\":\"any\",\"times\":4}", 5, "5 such requests were sent, at most 4 expected: #"},
    {"{\"request\":\"POST /v1/devices\",\"times\":3}", 3, NULL},
    {"{\"request\":\"POST /v1/devices\",\"times\":{\"max\":2}}", 3, "at most 2 expected"},
    {"{\"request\":\"POST /v1/devices\",\"times\":{\"min\":4}}", 3, "at least 4 expected"},
    {"{\"request\":\"DELETE /v1/**\",\"times\":0}", 0, NULL},
    {"{\"request\":\"DELETE /v1/**\"}", 0, "0 such requests were sent, at least 1 expected"},
    {"{\"request\":\"any\",\"with\":{\"query\":{\"access_token\":{\"$any\":true}}}}", 1, NULL},
    {"{\"request\":\"any\",\"with\":{\"status\":401}}", 1, NULL},
    {"{\"request\":\"any\",\"with\":{\"status\":{\"$one_of\":[200,201]}}}", 4, NULL},
    {"{\"request\":\"any\",\"with\":{\"form\":{\"id\":\"" LAMP "\"}}}", 2, NULL},
    {"{\"request\":\"any\",\"with\":{\"form\":{\"id\":\"" NONE "\"}}}", 0,
     "/form/id: expected \"" NONE "\", found \"" LAMP "\""},
    {"{\"request\":\"any\",\"with\":{\"json\":{\"name\":\"shelf\"}}}", 1, NULL},
    {"{\"request\":\"any\",\"with\":{\"header\":{\"authorization\":\"Bearer no-token\"}}}", 1,
     NULL},
    {"{\"request\":\"any\",\"with\":{\"token\":\"dev@example.com\"}}", 4, NULL},
    {"{\"request\":\"any\",\"with\":{\"token\":\"eve@example.com\"},\"times\":0}", 0, NULL},
    {"{\"request\":\"any\",\"with\":{\"secret\":\"client\"},\"times\":0}", 0, NULL},
    {"{\"request\":\"any\",\"from\":\"nobody\",\"times\":0}", 0, NULL},
    {"{\"request\":\"GET /v1/devices\",\"before\":\"POST /v1/devices\"}", 1, NULL},
    {"{\"request\":\"PUT /v1/**\",\"before\":\"POST /v1/devices\"}", 1,
     "came behind the first POST /v1/devices"},
    {"{\"request\":\"PUT /v1/**\",\"after\":\"POST /v1/devices\"}", 1, NULL},
    {"{\"request\":\"GET /v1/devices\",\"after\":\"POST /v1/devices\"}", 1,
     "came when no POST /v1/devices had come"},
    {"{\"request\":\"any\",\"spaced\":{\"min\":\"0ms real\"}}", 5, NULL},
    {"{\"request\":\"any\",\"spaced\":{\"min\":\"1s virtual\"}}", 5,
     "came 0ms after the one before it"},
    {"{\"request\":\"any\",\"since\":\"h1\"}", 0, "no hold, fault or step is called \"h1\""},
    {"{}", -1, "which requests were sent?"},
    {"{\"request\":\"POST\"}", -1, "expected a method and a path"},
    {"{\"request\":\"any\",\"times\":-1}", -1, "expected a number or {min, max}"},
    {"{\"request\":\"any\",\"before\":\"/v1\"}", -1, "expected a method and a path"},
    {"{\"request\":\"any\",\"spaced\":{\"min\":\"1s\"}}", -1, "real or virtual?"},
};

START_TEST(a_row)
{
    char count[40];
    struct api_case ask = {"ask",
                           .method = "POST",
                           .target = SENT,
                           .header = "X-Mockcloud-Control: 1",
                           .type = JSON,
                           .body = rows[_i].body,
                           .status = rows[_i].count < 0 ? 400 : 200};
    unit_begin(NULL);
    unit_cases(requests, sizeof requests / sizeof *requests);
    unit_case(&ask);
    if (rows[_i].count >= 0) {
        snprintf(count, sizeof count, "\"count\":%d,", rows[_i].count);
        ck_assert_msg(strstr(unit_reply(), count) != NULL, "%s: %s", rows[_i].body, unit_reply());
        ck_assert_msg(!strstr(unit_reply(), "\"passed\":true") == (rows[_i].failure != NULL),
                      "%s: %s", rows[_i].body, unit_reply());
    }
    cJSON *json = cJSON_Parse(unit_reply());
    const cJSON *text = cJSON_GetObjectItem(json, rows[_i].count < 0 ? "message" : "failure");
    if (rows[_i].failure)
        ck_assert_msg(strstr(cJSON_GetStringValue(text), rows[_i].failure) != NULL, "%s: %s",
                      rows[_i].body, unit_reply());
    cJSON_Delete(json);
    unit_end();
}
END_TEST

START_TEST(since_a_hold_was_set)
{
    static const struct api_case more[] = {
        {"hold", .method = "POST", .target = "/__mock/worlds/default/holds",
         .header = "X-Mockcloud-Control: 1", .type = JSON,
         .body = "{\"request\":\"DELETE /v1/**\",\"as\":\"later\"}", .status = 201},
        {"one more", .method = "GET", .target = "/v1/devices", .token = "dev-token", .status = 200},
        {"asked", .method = "POST", .target = SENT, .header = "X-Mockcloud-Control: 1",
         .type = JSON, .body = "{\"request\":\"any\",\"since\":\"later\",\"times\":1}",
         .status = 200, .reply = "{\"passed\":true,\"count\":1,\"failure\":null}"},
    };
    unit_begin(NULL);
    unit_cases(requests, sizeof requests / sizeof *requests);
    UNIT_STORY(more);
    unit_end();
}
END_TEST

Suite *test_api_sent(void)
{
    Suite *suite = suite_create("api_sent");
    TCase *tcase = tcase_create("sent");
    tcase_add_loop_test(tcase, a_row, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tcase, since_a_hold_was_set);
    suite_add_tcase(suite, tcase);
    return suite;
}
