/* The report as text, to the letter, and the result on its way through a pipe. */
#include "suites.h"

#include "base/mem.h"
#include "scenario/digest.h"
#include "scenario/report.h"
#include "unit_scenario.h"

static char *report_dup(const struct scenario_result *result, bool colour)
{
    struct buf out;
    buf_init(&out, 1u << 20);
    report_text(result, &(struct report_style){.colour = colour}, &out);
    return buf_take(&out);
}

START_TEST(a_failure_tells_all_in_order)
{
    struct scenario_result result = {
        .scenario = mem_dup("the pump is claimed"),
        .file = mem_dup("a.yaml"),
        .line = 12,
        .verdict = VERDICT_FAILED,
        .statement = mem_dup("expect:\n  device: pump"),
        .expected = mem_dup("owner ada@example.com"),
        .actual = mem_dup("owner none"),
        .path = mem_dup("/owner"),
        .message = mem_dup("pump: owner none, expected owner ada@example.com"),
        .why = mem_dup("pump is not owned\n  #1 00:00:00.000 a code was issued, and then a great "
                       "many words followed that don't fit into a line"),
        .others = mem_dup("app: exited with 0\n"),
        .client_output = mem_dup("app | claimed!\n"),
        .journal = mem_dup("   1 00:00:00.000 cloud note\n"),
        .again = mem_dup("mockcloud run a.yaml --seed 7"),
    };
    char *text = report_dup(&result, false);
    ck_assert_str_eq(text,
                     "FAIL  the pump is claimed\n"
                     "a.yaml:12: pump: owner none, expected owner ada@example.com\n"
                     "\n"
                     "    expect:\n"
                     "      device: pump\n"
                     "\n"
                     "  expected  owner ada@example.com\n"
                     "  actual    owner none\n"
                     "  path      /owner\n"
                     "  why       pump is not owned\n"
                     "              #1 00:00:00.000 a code was issued, and then a great many words "
                     "followed that don't fit\n"
                     "                into a line\n"
                     "  others    app: exited with 0\n"
                     "  printed   app | claimed!\n"
                     "  journal   its last entries\n"
                     "     1 00:00:00.000 cloud note\n"
                     "  again     mockcloud run a.yaml --seed 7\n");
    free(text);
    char *coloured = report_dup(&result, true);
    ck_assert_ptr_nonnull(strstr(coloured, "\033[1;31mFAIL\033[0m"));
    free(coloured);
    scenario_result_free(&result);
}
END_TEST

/* One that failed, with texts that are in the way of HTML and of Mermaid. */
static struct scenario_result evil_result(void)
{
    return (struct scenario_result){
        .scenario = mem_dup("</script><b>; #x"),
        .file = mem_dup("a.yaml"),
        .verdict = VERDICT_FAILED,
        .message = mem_dup("found <!--"),
        .journal_dump = mem_dup(
            "{\"n\":1,\"at\":\"2026-01-01T00:00:00.000Z\",\"actor\":\"client:app\",\"kind\":"
            "\"http.request\",\"cause\":null,\"data\":{\"method\":\"GET\",\"path\":\"/</"
            "script>;\"}}\n"
            "{\"n\":2,\"at\":\"2026-01-01T00:00:00.000Z\",\"actor\":\"cloud\",\"kind\":"
            "\"http.reply\",\"cause\":1,\"data\":{\"status\":404,\"rule\":\"api.no-route\"}}\n"
            "{\"n\":3,\"at\":\"2026-01-01T00:00:00.000Z\",\"actor\":\"device:pump\",\"kind\":"
            "\"device.state\",\"cause\":null,\"data\":{\"to\":\"online\",\"led\":\"breathing "
            "cyan\"}}\n"),
        .client_dump = mem_dup("{\"app\":\"<img>\"}"),
    };
}

static char *printed_dup(const char *name, const struct scenario_result *result)
{
    struct report_totals totals = {.planned = 1};
    struct buf out;
    buf_init(&out, 8u << 20);
    const struct report_case one = {.result = result, .tries = 1};
    struct report *report = report_new(name, &(struct report_style){0}, &out);
    report_add(report, &one, &out);
    report_count(&totals, &one);
    report_end(report, &totals, &out);
    report_free(report);
    report_totals_free(&totals);
    return buf_take(&out);
}

START_TEST(no_text_ends_the_script_of_a_page)
{
    struct scenario_result result = evil_result();
    char *page = printed_dup("html", &result);
    ck_assert(report_shows_journal("html") && !report_shows_journal("text"));
    ck_assert_ptr_nonnull(strstr(page, "\"scenario\":\"\\u003c/script>\\u003cb>; #x\""));
    ck_assert_ptr_nonnull(strstr(page, "\"clients\":{\"app\":\"\\u003cimg>\"}"));
    ck_assert_ptr_nonnull(strstr(page, "\"entries\":[{\"n\":1,"));
    ck_assert_ptr_nonnull(strstr(page, "<noscript><pre>FAIL  &lt;/script>&lt;b>; #x\n"));
    ck_assert_ptr_null(strstr(page, "<b>"));
    ck_assert_ptr_null(strstr(page, "<img>"));
    free(page);
    scenario_result_free(&result);
}
END_TEST

START_TEST(a_diagram_of_what_went_between_whom)
{
    struct scenario_result result = evil_result();
    char *text = printed_dup("mermaid", &result);
    ck_assert_str_eq(text, "```mermaid\nsequenceDiagram\n"
                           "    accTitle: #60;/script#62;#60;b#62;#59; #35;x\n"
                           "    participant p0 as app\n    participant p1 as cloud\n"
                           "    participant p2 as pump\n"
                           "    p0->>p1: GET /#60;/script#62;#59;\n"
                           "    p1-->>p0: 404 api.no-route\n"
                           "    Note over p2: online, breathing cyan\n"
                           "    Note over p0: failed: found #60;!--\n```\n\n");
    free(text);
    scenario_result_free(&result);
}
END_TEST

START_TEST(a_pass_is_one_line)
{
    struct scenario_result result = {
        .scenario = mem_dup("s"), .steps_run = 3, .world_ms = 3600000, .wall_us = 1260};
    char *text = report_dup(&result, false);
    ck_assert_str_eq(text, "PASS  s (3 steps, 1h in 1.2 ms)\n");
    free(text);
    scenario_result_free(&result);
}
END_TEST

/* What a real failure says, from the statement to the command. */
START_TEST(a_failure_is_gathered)
{
    struct scenario_result result =
        unit_run_steps("  - request: POST /v1/products/6287/device_claims\n"
                       "    token: ada@example.com\n"
                       "    save: {code: /claim_code}\n"
                       "  - expect:\n"
                       "      device: pump\n"
                       "      claim_code_stored: \"${code}\"\n"
                       "  - settle: {}\n");
    ck_assert_int_eq(result.verdict, VERDICT_FAILED);
    ck_assert_int_eq(result.line, 12);
    ck_assert_str_eq(result.statement, "expect:\n  device: pump\n  claim_code_stored: \"${code}\"");
    ck_assert_str_eq(result.actual, "claim_code_stored null");
    ck_assert_uint_eq(strlen(result.expected), strlen("claim_code_stored ") + 6 + strlen("…"));
    ck_assert_ptr_nonnull(strstr(result.why, "pump is not owned by ada@example.com: "
                                             "claim-code-not-on-device"));
    ck_assert_ptr_nonnull(strstr(result.why, "what to do: "));
    ck_assert_str_eq(result.others,
                     "pump: off, LED off; session none; the cloud says offline, owner none\n");
    ck_assert_ptr_nonnull(strstr(result.journal, "claim-code.issued"));
    ck_assert_str_eq(result.again, "mockcloud run t.yaml --seed 7");
    scenario_result_free(&result);
}
END_TEST

START_TEST(a_result_survives_the_pipe)
{
    struct scenario_result result = {.scenario = mem_dup("s \"q\"\n\xc3\xa4"),
                                     .file = mem_dup("f"),
                                     .line = 3,
                                     .verdict = VERDICT_TIMEOUT,
                                     .steps_run = 4,
                                     .wall_us = 5,
                                     .world_ms = -6,
                                     .seed = UINT64_MAX,
                                     .journal_dump = mem_dup("{}\n{}\n")};
    struct scenario_result back = {0};
    struct buf json;
    buf_init(&json, 1u << 16);
    report_json(&result, &json);
    ck_assert_ptr_eq(strchr(buf_str(&json), '\n'), buf_str(&json) + json.len - 1);
    ck_assert(report_from_json(buf_str(&json), &back));
    ck_assert_str_eq(back.scenario, result.scenario);
    ck_assert_str_eq(back.journal_dump, result.journal_dump);
    ck_assert_ptr_null(back.why);
    ck_assert_int_eq(back.verdict, VERDICT_TIMEOUT);
    ck_assert_int_eq(back.line, 3);
    ck_assert_int_eq(back.world_ms, -6);
    ck_assert_uint_eq(back.seed, UINT64_MAX);
    scenario_result_free(&back);
    scenario_result_free(&result);
    buf_free(&json);
}
END_TEST

START_TEST(what_is_no_result_is_refused)
{
    static const char *const texts[] = {"", "{", "[]", "{}", "{\"verdict\":\"maybe\"}"};
    struct scenario_result result = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert(!report_from_json(texts[i], &result));
}
END_TEST

START_TEST(secrets_are_shortened)
{
    static const struct {
        const char *text, *shown;
    } rows[] = {
        {"token 0123456789abcdef0123456789abcdef01234567.", "token 012345…."},
        {"id e00fce68ffffffffffffffff", "id e00fce68ffffffffffffffff"},
        {"code aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3/aB3!", "code aB3/aB…!"},
        {"/v1/products/products/products/products/products/products/prod6",
         "/v1/products/products/products/products/products/products/prod6"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *shown = digest_shorten_dup(rows[i].text);
        ck_assert_str_eq(shown, rows[i].shown);
        free(shown);
    }
    ck_assert_ptr_null(digest_shorten_dup(NULL));
}
END_TEST

START_TEST(the_tail_of_what_was_printed)
{
    struct buf out;
    buf_init(&out, 1000);
    digest_tail("a\nb\nc\033[31m\n\n", 2, "x | ", &out);
    ck_assert_str_eq(buf_str(&out), "x | b\nx | c [31m\n");
    buf_clear(&out);
    digest_tail("", 2, "x | ", &out);
    ck_assert_str_eq(buf_str(&out), "");
    buf_free(&out);
}
END_TEST

Suite *test_scenario_report(void)
{
    Suite *suite = suite_create("scenario_report");
    TCase *tcase = tcase_create("report");
    tcase_add_test(tcase, a_failure_tells_all_in_order);
    tcase_add_test(tcase, no_text_ends_the_script_of_a_page);
    tcase_add_test(tcase, a_diagram_of_what_went_between_whom);
    tcase_add_test(tcase, a_pass_is_one_line);
    tcase_add_test(tcase, a_failure_is_gathered);
    tcase_add_test(tcase, a_result_survives_the_pipe);
    tcase_add_test(tcase, what_is_no_result_is_refused);
    tcase_add_test(tcase, secrets_are_shortened);
    tcase_add_test(tcase, the_tail_of_what_was_printed);
    suite_add_tcase(suite, tcase);
    return suite;
}
