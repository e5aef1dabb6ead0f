/* Diagnostics: how a mistake looks, whatever the file holds. */
#include "suites.h"

#include "base/diag.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct diags diags;
static struct buf out;

static void setup(void)
{
    buf_init(&out, 1 << 20);
}

static void teardown(void)
{
    diags_free(&diags);
    buf_free(&out);
}

static const char *render(bool colour)
{
    buf_clear(&out);
    diags_write(&diags, &out, colour);
    return buf_str(&out);
}

START_TEST(nothing_wrong_is_nothing_written)
{
    ck_assert_str_eq(render(false), "");
    diags_free(NULL);
}
END_TEST

static const struct {
    int line, column;
    const char *source, *hint, *message, *text;
} looks[] = {
    {12, 5, "  - requst: GET /v1/devices", "request", "unknown step \"requst\"",
     "a.yaml:12:5: unknown step \"requst\"\n"
     "   12 |   - requst: GET /v1/devices\n"
     "      |     ^ did you mean \"request\"?\n"},
    {1, 1, "x", NULL, "m", "a.yaml:1:1: m\n    1 | x\n      | ^\n"},
    {123456, 2, "xy\nnext line", NULL, "m", "a.yaml:123456:2: m\n123456 | xy\n      |  ^\n"},
    {1, 2, "xy\r\n", NULL, "m", "a.yaml:1:2: m\n    1 | xy\n      |  ^\n"},
    {0, 0, NULL, NULL, "no position", "a.yaml: no position\n"},
    {0, 0, "not shown", NULL, "no position", "a.yaml: no position\n"},
    {0, 0, NULL, "b", "no position", "a.yaml: no position (did you mean \"b\"?)\n"},
    {3, 4, NULL, "b", "no source", "a.yaml:3:4: no source (did you mean \"b\"?)\n"},
    /* the caret is under the character, whatever was before it */
    {1, 3, "\t\tx", NULL, "m", "a.yaml:1:3: m\n    1 | \t\tx\n      | \t\t^\n"},
    {1, 4, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80x", NULL, "m",
     "a.yaml:1:4: m\n    1 | \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80x\n      |    ^\n"},
    {1, 2,
     "\xff"
     "x",
     NULL, "m", "a.yaml:1:2: m\n    1 | \xef\xbf\xbdx\n      |  ^\n"},
    {1, 9, "ab", NULL, "beyond the end", "a.yaml:1:9: beyond the end\n    1 | ab\n      |   ^\n"},
    {1, 1, "", NULL, "empty line", "a.yaml:1:1: empty line\n    1 | \n      | ^\n"},
    /* a terminal takes none of it for a command */
    {1, 2, "\x1b[31m", NULL, "a\x1b[2Jb\nc\x7f\xc2\x9b",
     "a.yaml:1:2: a\\x1b[2Jb\\nc\\x7f\xef\xbf\xbd\n    1 | \xef\xbf\xbd[31m\n      |  ^\n"},
    {1, 1, "x", "a\nb", "m", "a.yaml:1:1: m\n    1 | x\n      | ^ did you mean \"a\\nb\"?\n"},
};

START_TEST(look)
{
    diags_add(&diags, "a.yaml", looks[_i].line, looks[_i].column, looks[_i].source, looks[_i].hint,
              looks[_i].message);
    ck_assert_str_eq(render(false), looks[_i].text);
}
END_TEST

START_TEST(colour)
{
    diags_add(&diags, "a.yaml", 1, 2, "xy", "hint", "m");
    diags_add(&diags, "b.yaml", 0, 0, NULL, NULL, "n");
    ck_assert_str_eq(render(true), "\033[1ma.yaml:1:2:\033[0m \033[31mm\033[0m\n"
                                   "    1 | xy\n"
                                   "      |  \033[31m^\033[0m did you mean \"hint\"?\n"
                                   "\033[1mb.yaml:\033[0m \033[31mn\033[0m\n");
}
END_TEST

START_TEST(strings_are_copied)
{
    char text[] = "abc";
    diags_add(&diags, text, 1, 1, text, text, text);
    memset(text, 'z', 3);
    ck_assert_str_eq(render(false), "abc:1:1: abc\n    1 | abc\n      | ^ did you mean \"abc\"?\n");
}
END_TEST

START_TEST(more_than_fit_are_counted)
{
    for (int i = 1; i <= DIAG_MAX + 5; i++)
        diags_add(&diags, "a", i, 1, NULL, NULL, "m");
    ck_assert_uint_eq(diags.count, DIAG_MAX);
    ck_assert_uint_eq(diags.dropped, 5);
    ck_assert_int_eq(diags.items[0].line, 1); /* the first ones are kept */
    const char *text = render(false);
    const char *last = "a:20:1: m\n… and 5 more\n";
    ck_assert_uint_gt(strlen(text), strlen(last));
    ck_assert_str_eq(text + strlen(text) - strlen(last), last);
    diags_free(&diags);
    ck_assert_str_eq(render(false), "");
}
END_TEST

/* A line of 1,000 characters, of which each tells its column: the caret has to meet it. */
static void expect_caret(int column, const char *character)
{
    struct buf source;
    buf_init(&source, 10000);
    for (int i = 1; i <= 1000; i++)
        buf_add_str(&source, i == column ? character : "é");
    diags_add(&diags, "a", 1, column, buf_str(&source), NULL, "m");
    buf_free(&source);
    const struct diag *diag = &diags.items[0];
    size_t at = 0, chars = 0;
    for (int i = 1; i < diag->caret; i++)
        at += text_utf8_len(diag->source + at, strlen(diag->source + at));
    ck_assert_msg(strncmp(diag->source + at, character, strlen(character)) == 0, "column %d: %s",
                  column, diag->source);
    for (at = 0; diag->source[at]; chars++)
        at += text_utf8_len(diag->source + at, 4);
    ck_assert_uint_le(chars, 120);
    ck_assert_int_eq(strncmp(diag->source, "…", 3) == 0, column > 61);
    ck_assert_int_eq(strcmp(diag->source + at - 3, "…") == 0, column < 951);
    diags_free(&diags);
}

START_TEST(long_lines_are_shown_around_the_column)
{
    static const int columns[] = {1, 2, 60, 61, 62, 110, 111, 500, 939, 950, 951, 999, 1000};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        expect_caret(columns[i], "x");
    expect_caret(500, "\xe2\x82\xac");
}
END_TEST

START_TEST(long_messages_are_cut)
{
    struct buf message;
    buf_init(&message, 100000);
    for (int i = 0; i < 50000; i++)
        buf_add_str(&message, "é");
    diags_add(&diags, "a", 0, 0, NULL, buf_str(&message), buf_str(&message));
    buf_free(&message);
    ck_assert_uint_lt(strlen(diags.items[0].message), 2000);
    ck_assert_uint_lt(strlen(diags.items[0].hint), 2000);
    ck_assert(text_utf8_valid(diags.items[0].message, strlen(diags.items[0].message)));
    ck_assert_str_eq(diags.items[0].message + strlen(diags.items[0].message) - 3, "…");
}
END_TEST

Suite *test_base_diag(void)
{
    Suite *suite = suite_create("diag");
    TCase *tcase = tcase_create("diag");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, nothing_wrong_is_nothing_written);
    tcase_add_loop_test(tcase, look, 0, sizeof looks / sizeof *looks);
    tcase_add_test(tcase, colour);
    tcase_add_test(tcase, strings_are_copied);
    tcase_add_test(tcase, more_than_fit_are_counted);
    tcase_add_test(tcase, long_lines_are_shown_around_the_column);
    tcase_add_test(tcase, long_messages_are_cut);
    suite_add_tcase(suite, tcase);
    return suite;
}
