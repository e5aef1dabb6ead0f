/* ${name} and ${device.field}: in strings only, and nothing but names (law 4). */
#include "suites.h"

#include "base/mem.h"
#include "scenario/interp.h"
#include "unit_scenario.h"

static const struct {
    const char *text;
    const char *filled;
} rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"${code}", "C0DE"},
    {"a${code}b${code}", "aC0DEbC0DE"},
    {"$${code}", "${code}"},
    {"$$${code}", "$${code}"},
    {"$", "$"},
    {"$code", "$code"},
    {"{code}", "{code}"},
    {"cost: $5 ${code}", "cost: $5 C0DE"},
    {"${url}/v1", "http://x/v1"},
};

START_TEST(a_string_is_filled_in)
{
    struct map saved = {0};
    struct interp interp = {.vars = {interp_fill_dup}, .saved = &saved, .url = "http://x"};
    map_put(&saved, "code", mem_dup("C0DE"));
    char *text = interp_dup(&interp, rows[_i].text);
    ck_assert_str_eq(text, rows[_i].filled);
    free(text);
    map_free(&saved, free);
}
END_TEST

START_TEST(json_is_filled_in_strings_only)
{
    static const char yaml[] = "{a: \"${code}\", \"${code}\": [1, \"1\", true, null, \"x$${y}\"]}";
    struct diags diags = {0};
    struct map saved = {0};
    struct interp interp = {.vars = {interp_fill_dup}, .saved = &saved};
    map_put(&saved, "code", mem_dup("7"));
    struct doc *doc = doc_new("t", yaml, strlen(yaml), &diags);
    char *json = interp_json_dup(&interp, doc_root(doc, 0), 1000);
    ck_assert_str_eq(json, "{\"a\":\"7\",\"${code}\":[1,\"1\",true,null,\"x${y}\"]}");
    free(json);
    doc_unref(doc);
    map_free(&saved, free);
}
END_TEST

START_TEST(long_json_is_cut_between_characters)
{
    static const char yaml[] = "\"\xc3\xa4\xc3\xa4\xc3\xa4\"";
    struct diags diags = {0};
    struct map saved = {0};
    struct interp interp = {.vars = {interp_fill_dup}, .saved = &saved};
    struct doc *doc = doc_new("t", yaml, strlen(yaml), &diags);
    char *json = interp_json_dup(&interp, doc_root(doc, 0), 4);
    ck_assert_str_eq(json, "\"\xc3\xa4…");
    free(json);
    doc_unref(doc);
}
END_TEST

START_TEST(fields_of_a_device)
{
    struct scenario_result result =
        unit_run_steps("  - request: GET /v1/devices/${pump.id}\n"
                       "    token: dev@example.com\n"
                       "    reply: {status: {$any: true}}\n"
                       "  - request: GET /__mock/worlds/default/devices/${pump.name}\n"
                       "    reply: {status: 200, json: {id: \"${pump.id}\", name: \"${pump.name}\","
                       " platform: \"${pump.platform}\"}}\n");
    ck_assert_msg(result.verdict == VERDICT_PASSED, "%s", result.message);
    scenario_result_free(&result);
}
END_TEST

START_TEST(a_saved_value_stands_in_what_is_expected)
{
    struct scenario_result result =
        unit_run_steps("  - request: POST /v1/products/6287/device_claims\n"
                       "    token: ada@example.com\n"
                       "    save: {code: /claim_code, all: ''}\n"
                       "  - device: pump\n"
                       "    do: power-on\n"
                       "  - settle: {}\n"
                       "  - device: pump\n"
                       "    do: usb\n"
                       "    set_claim_code: \"${code}\"\n"
                       "  - expect: {device: pump, claim_code_stored: \"${code}\"}\n");
    ck_assert_msg(result.verdict == VERDICT_PASSED, "%s", result.message);
    scenario_result_free(&result);
}
END_TEST

Suite *test_scenario_interp(void)
{
    Suite *suite = suite_create("scenario_interp");
    TCase *tcase = tcase_create("interp");
    tcase_add_loop_test(tcase, a_string_is_filled_in, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tcase, json_is_filled_in_strings_only);
    tcase_add_test(tcase, long_json_is_cut_between_characters);
    tcase_add_test(tcase, fields_of_a_device);
    tcase_add_test(tcase, a_saved_value_stands_in_what_is_expected);
    suite_add_tcase(suite, tcase);
    return suite;
}
