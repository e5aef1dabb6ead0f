/* Matchers as a table: what is wanted, what is there, and the first difference. */
#include "suites.h"

#include "match/compare.h"

#include <cjson/cJSON.h>
#include <string.h>

static const struct {
    const char *want; /* YAML */
    const char *got;  /* JSON; NULL: absent */
    const char *path; /* NULL: it holds */
    const char *expected;
    const char *actual;
} rows[] = {
    /* scalars by the core schema; a quoted one is a string */
    {"1", "1", NULL, NULL, NULL},
    {"1", "1.0", NULL, NULL, NULL},
    {"1", "\"1\"", "", "1", "\"1\""},
    {"\"1\"", "\"1\"", NULL, NULL, NULL},
    {"true", "true", NULL, NULL, NULL},
    {"true", "\"true\"", "", "true", "\"true\""},
    {"null", "null", NULL, NULL, NULL},
    {"null", NULL, "", "null", "nothing"},
    {"abc", "\"abd\"", "", "\"abc\"", "\"abd\""},
    /* open objects, exact arrays */
    {"{a: 1}", "{\"a\":1,\"b\":2}", NULL, NULL, NULL},
    {"{a: {b: 1}}", "{\"a\":{\"b\":2}}", "/a/b", "1", "2"},
    {"{a: 1}", "{}", "/a", "1", "nothing"},
    {"{}", "{\"a\":1}", NULL, NULL, NULL},
    {"{}", "[]", "", "{}", "[]"},
    {"{a/b~c: 1}", "{\"a/b~c\":2}", "/a~1b~0c", "1", "2"},
    {"[1, 2]", "[1,2]", NULL, NULL, NULL},
    {"[1, 2]", "[1,3]", "/1", "2", "3"},
    {"[1]", "[1,2]", "", "[1]", "[1,2]"},
    {"[{a: 1}]", "[{\"a\":1,\"b\":2}]", NULL, NULL, NULL},
    /* matchers */
    {"{$length: 3}", "\"abc\"", NULL, NULL, NULL},
    {"{$length: 3}", "\"a\xc3\xa4z\"", NULL, NULL, NULL},
    {"{$length: 2}", "[1,2]", NULL, NULL, NULL},
    {"{$length: 2}", "[1]", "", "length 2", "[1] (length 1)"},
    {"{$length: 1}", "7", "", "length 1", "7"},
    {"{$length: 0}", NULL, "", "length 0", "nothing"},
    {"{$matches: '^a.c$'}", "\"abc\"", NULL, NULL, NULL},
    {"{$matches: b}", "\"abc\"", NULL, NULL, NULL},
    {"{$matches: x}", "\"abc\"", "", "text that matches /x/", "\"abc\""},
    {"{$matches: x}", "1", "", "text that matches /x/", "1"},
    {"{$type: integer}", "1", NULL, NULL, NULL},
    {"{$type: integer}", "1.5", "", "of type integer", "1.5"},
    {"{$type: number}", "1.5", NULL, NULL, NULL},
    {"{$type: string}", "\"\"", NULL, NULL, NULL},
    {"{$type: boolean}", "false", NULL, NULL, NULL},
    {"{$type: object}", "{}", NULL, NULL, NULL},
    {"{$type: array}", "{}", "", "of type array", "{}"},
    {"{$type: \"null\"}", "null", NULL, NULL, NULL},
    {"{$type: string}", NULL, "", "of type string", "nothing"},
    {"{$any: true}", "null", NULL, NULL, NULL},
    {"{a: {$any: true}}", "{}", "/a", "any value", "nothing"},
    {"{a: {$absent: true}}", "{}", NULL, NULL, NULL},
    {"{a: {$absent: true}}", "{\"a\":null}", "/a", "nothing", "null"},
    {"{$exact: {}}", "{}", NULL, NULL, NULL},
    {"{$exact: {}}", "{\"a\":1}", "/a", "nothing (exact)", "1"},
    {"{$exact: {a: {b: 1}}}", "{\"a\":{\"b\":1,\"c\":2}}", "/a/c", "nothing (exact)", "2"},
    {"{$exact: {$x: 1}}", "{\"$x\":1}", NULL, NULL, NULL},
    {"{$one_of: [1, abc]}", "\"abc\"", NULL, NULL, NULL},
    {"{$one_of: [1, {$type: string}]}", "\"z\"", NULL, NULL, NULL},
    {"{$one_of: [1, 2]}", "3", "", "one of [1,2]", "3"},
    {"{$type: string, $length: 2}", "\"abc\"", "", "length 2", "\"abc\" (length 3)"},
    /* a `$` key among others is an ordinary key */
    {"{$length: 1, a: 2}", "{\"$length\":1,\"a\":2}", NULL, NULL, NULL},
};

START_TEST(a_row_of_the_table)
{
    struct diags diags = {0};
    struct compare_diff diff = {0};
    struct doc *doc = doc_new("t", rows[_i].want, strlen(rows[_i].want), &diags);
    cJSON *got = rows[_i].got ? cJSON_Parse(rows[_i].got) : NULL;
    ck_assert_ptr_nonnull(doc);
    ck_assert(!rows[_i].got || got);
    bool holds = compare_json(NULL, doc_root(doc, 0), got, &diff);
    ck_assert_msg(holds == !rows[_i].path, "%s against %s", rows[_i].want, rows[_i].got);
    if (!holds) {
        ck_assert_str_eq(diff.path, rows[_i].path);
        ck_assert_str_eq(diff.expected, rows[_i].expected);
        ck_assert_str_eq(diff.actual, rows[_i].actual);
    }
    compare_diff_free(&diff);
    cJSON_Delete(got);
    doc_unref(doc);
}
END_TEST

Suite *test_match_compare(void)
{
    Suite *suite = suite_create("match_compare");
    TCase *tcase = tcase_create("match");
    tcase_add_loop_test(tcase, a_row_of_the_table, 0, (int)(sizeof rows / sizeof *rows));
    suite_add_tcase(suite, tcase);
    return suite;
}
