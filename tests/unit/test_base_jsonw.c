/* The JSON writer: commas, escapes, numbers, depth. */
#include "suites.h"

#include "base/jsonw.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct buf out;
static struct jsonw w;

static void setup(void)
{
    buf_init(&out, 1 << 16);
    jsonw_init(&w, &out);
}

static void teardown(void)
{
    buf_free(&out);
}

START_TEST(commas_are_placed)
{
    jsonw_object(&w);
    jsonw_key(&w, "list");
    jsonw_array(&w);
    jsonw_int(&w, 1);
    jsonw_array(&w);
    jsonw_end_array(&w);
    jsonw_object(&w);
    jsonw_end_object(&w);
    jsonw_str(&w, "x");
    jsonw_end_array(&w);
    jsonw_key_str(&w, "s", "t");
    jsonw_key_int(&w, "i", -5);
    jsonw_key_bool(&w, "b", true);
    jsonw_key_null(&w, "n");
    jsonw_key_time(&w, "at", 0);
    jsonw_end_object(&w);
    ck_assert_str_eq(buf_str(&out),
                     "{\"list\":[1,[],{},\"x\"],\"s\":\"t\",\"i\":-5,\"b\":true,\"n\":null,"
                     "\"at\":\"1970-01-01T00:00:00.000Z\"}");
}
END_TEST

START_TEST(writes_behind_what_is_there)
{
    buf_add_str(&out, "data: ");
    jsonw_init(&w, &out);
    jsonw_array(&w);
    jsonw_bool(&w, false);
    jsonw_raw(&w, "{\"a\":1}", 7);
    jsonw_null(&w);
    jsonw_end_array(&w);
    ck_assert_str_eq(buf_str(&out), "data: [false,{\"a\":1},null]");
}
END_TEST

static const struct {
    const char *text;
    size_t len;
    const char *json;
} strings[] = {
    {"", 0, "\"\""},
    {"abc", 3, "\"abc\""},
    {"a\"b\\c/", 6, "\"a\\\"b\\\\c/\""},
    {"\n\r\t", 3, "\"\\n\\r\\t\""},
    {"\x01\x1f\b", 3, "\"\\u0001\\u001f\\u0008\""},
    {"\x7f", 1, "\"\x7f\""},
    {"a\0b", 3, "\"a\\u0000b\""},
    {"h\xc3\xa9llo", 6, "\"h\xc3\xa9llo\""},
    {"\xf0\x9f\x98\x80", 4, "\"\xf0\x9f\x98\x80\""},
    {"\xff", 1, "\"\xef\xbf\xbd\""},
    {"a\xc3", 2, "\"a\xef\xbf\xbd\""},                               /* cut short */
    {"\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},                 /* overlong */
    {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""}, /* a surrogate */
    {"\xf4\x90\x80\x80z", 5, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\""},
    {"\x80x\xe2\x82", 4, "\"\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd\""},
};

START_TEST(strings_are_escaped)
{
    jsonw_str_n(&w, strings[_i].text, strings[_i].len);
    ck_assert_str_eq(buf_str(&out), strings[_i].json);
}
END_TEST

/* Eight bytes are looked at together: every byte at every place among others. */
START_TEST(every_byte_at_every_place)
{
    char text[20], alone[2] = {(char)_i, '\0'};
    struct buf escaped, expected;
    buf_init(&escaped, 100);
    buf_init(&expected, 100);
    struct jsonw single;
    jsonw_init(&single, &escaped);
    jsonw_str(&single, alone);
    for (size_t place = 0; place < sizeof text - 1; place++) {
        memset(text, ' ', sizeof text - 1);
        text[sizeof text - 1] = '\0';
        text[place] = alone[0];
        buf_clear(&expected);
        buf_printf(&expected, "\"%*s", (int)place, "");
        buf_add(&expected, escaped.data + 1, escaped.len - 2);
        buf_printf(&expected, "%*s\"", (int)(sizeof text - 2 - place), "");
        buf_clear(&out);
        jsonw_init(&w, &out);
        jsonw_str(&w, text);
        ck_assert_str_eq(buf_str(&out), buf_str(&expected));
    }
    buf_free(&escaped);
    buf_free(&expected);
}
END_TEST

START_TEST(keys_are_escaped)
{
    char odd[] = "a\"\n"; /* not written out in a call: such keys are taken as they are */
    jsonw_object(&w);
    jsonw_key_int(&w, odd, 1);
    jsonw_key_str(&w, "b", NULL);
    jsonw_end_object(&w);
    ck_assert_str_eq(buf_str(&out), "{\"a\\\"\\n\":1,\"b\":null}");
}
END_TEST

START_TEST(whole_numbers)
{
    jsonw_array(&w);
    jsonw_int(&w, INT64_MIN);
    jsonw_int(&w, 0);
    jsonw_int(&w, INT64_MAX);
    jsonw_end_array(&w);
    ck_assert_str_eq(buf_str(&out), "[-9223372036854775808,0,9223372036854775807]");
}
END_TEST

static const struct {
    double number;
    const char *json;
} doubles[] = {
    {0, "0"},
    {1, "1"},
    {-1.5, "-1.5"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1e21, "1e+21"},
    {5e-324, "4.94065645841247e-324"},
    {1.7976931348623157e308, "1.7976931348623157e+308"},
    {9007199254740993.0, "9007199254740992"},
    {NAN, "null"},
    {INFINITY, "null"},
    {-INFINITY, "null"},
};

START_TEST(doubles_are_short_and_exact)
{
    jsonw_double(&w, doubles[_i].number);
    ck_assert_str_eq(buf_str(&out), doubles[_i].json);
    if (isfinite(doubles[_i].number))
        ck_assert(strtod(buf_str(&out), NULL) == doubles[_i].number);
}
END_TEST

START_TEST(times)
{
    jsonw_array(&w);
    jsonw_time(&w, 1767225600123);
    jsonw_time(&w, -1);
    jsonw_end_array(&w);
    ck_assert_str_eq(buf_str(&out), "[\"2026-01-01T00:00:00.123Z\",null]");
}
END_TEST

START_TEST(depth_up_to_the_maximum)
{
    for (int i = 0; i < JSONW_DEPTH; i++) {
        jsonw_array(&w);
        if (i == 63 || i == 64) /* each level has its own comma */
            jsonw_int(&w, i);
    }
    for (int i = 0; i < JSONW_DEPTH; i++) {
        jsonw_end_array(&w);
        if (i < JSONW_DEPTH - 1)
            jsonw_int(&w, 7);
    }
    const char *middle = strstr(buf_str(&out), "63,");
    ck_assert_ptr_nonnull(middle);
    ck_assert_mem_eq(middle, "63,[64,[[", 9);
    ck_assert_ptr_nonnull(strstr(buf_str(&out), "[[],7],7],7]"));
    ck_assert_ptr_null(strstr(buf_str(&out), "[,"));
    ck_assert_ptr_null(strstr(buf_str(&out), "]7"));
}
END_TEST

Suite *test_base_jsonw(void)
{
    Suite *suite = suite_create("jsonw");
    TCase *tcase = tcase_create("jsonw");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, commas_are_placed);
    tcase_add_test(tcase, writes_behind_what_is_there);
    tcase_add_loop_test(tcase, strings_are_escaped, 0, sizeof strings / sizeof *strings);
    tcase_add_loop_test(tcase, every_byte_at_every_place, 1, 256);
    tcase_add_test(tcase, keys_are_escaped);
    tcase_add_test(tcase, whole_numbers);
    tcase_add_loop_test(tcase, doubles_are_short_and_exact, 0, sizeof doubles / sizeof *doubles);
    tcase_add_test(tcase, times);
    tcase_add_test(tcase, depth_up_to_the_maximum);
    suite_add_tcase(suite, tcase);
    return suite;
}
