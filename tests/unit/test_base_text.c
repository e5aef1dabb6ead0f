/* Text as bytes: UTF-8, percent-encoding, base64, the nearest known word. */
#include "suites.h"

#include "base/text.h"

#include <string.h>

static struct buf out;

static void setup(void)
{
    buf_init(&out, 4096);
}

static void teardown(void)
{
    buf_free(&out);
}

static const struct {
    const char *text;
    size_t len, utf8_len;
} sequences[] = {
    {"", 0, 0},
    {"a", 1, 1},
    {"\0", 1, 1},
    {"\x7f", 1, 1},
    {"\x80", 1, 0},
    {"\xbf", 1, 0},
    {"\xc0\x80", 2, 0}, /* overlong NUL */
    {"\xc1\xbf", 2, 0},
    {"\xc2\x80", 2, 2},
    {"\xdf\xbf", 2, 2},
    {"\xc2", 1, 0},
    {"\xc2\x41", 2, 0},
    {"\xe0\x9f\xbf", 3, 0}, /* overlong */
    {"\xe0\xa0\x80", 3, 3},
    {"\xed\x9f\xbf", 3, 3},
    {"\xed\xa0\x80", 3, 0}, /* the first surrogate */
    {"\xed\xbf\xbf", 3, 0}, /* the last */
    {"\xee\x80\x80", 3, 3},
    {"\xef\xbf\xbf", 3, 3},
    {"\xe2\x82", 2, 0},
    {"\xe2\x82\x41", 3, 0},
    {"\xf0\x8f\xbf\xbf", 4, 0}, /* overlong */
    {"\xf0\x90\x80\x80", 4, 4},
    {"\xf4\x8f\xbf\xbf", 4, 4},
    {"\xf4\x90\x80\x80", 4, 0}, /* beyond U+10FFFF */
    {"\xf5\x80\x80\x80", 4, 0},
    {"\xf0\x9f\x98", 3, 0},
    {"\xff", 1, 0},
    {"ab", 2, 1},
};

static const struct {
    const char *text;
    size_t max, kept;
} prefixes[] = {
    {"", 3, 0},          {"abc", 0, 0},          {"abc", 2, 2},
    {"abc", 9, 3},       {"a\xc3\xa9", 2, 1},    {"a\xc3\xa9", 3, 3},
    {"\xc3\xa9z", 1, 0}, {"\xe2\x82\xac", 2, 0}, {"\xf0\x9f\x98\x80!", 4, 4},
    {"\x80\x80", 1, 1},  {"a\xc3", 2, 2},        {"a\xc3", 1, 1},
};

START_TEST(utf8_prefixes)
{
    const char *text = prefixes[_i].text;
    ck_assert_uint_eq(text_utf8_prefix(text, strlen(text), prefixes[_i].max), prefixes[_i].kept);
}
END_TEST

START_TEST(utf8_lengths)
{
    ck_assert_uint_eq(text_utf8_len(sequences[_i].text, sequences[_i].len), sequences[_i].utf8_len);
}
END_TEST

START_TEST(utf8_validity)
{
    ck_assert(text_utf8_valid("", 0));
    ck_assert(text_utf8_valid("a\xc3\xa9\xf0\x9f\x98\x80z", 8));
    ck_assert(!text_utf8_valid("ab\xc3", 3));
    ck_assert(!text_utf8_valid("a\xff"
                               "b",
                               3));
    ck_assert(text_utf8_valid("ab\xc3", 2)); /* what is behind `len` is not read */
}
END_TEST

static const struct {
    const char *text;
    bool plus, ok;
    const char *decoded;
} percents[] = {
    {"", false, true, ""},
    {"abc", false, true, "abc"},
    {"a%20b%2Fc%2f", false, true, "a b/c/"},
    {"a+b", false, true, "a+b"},
    {"a+b%2B", true, true, "a b+"},
    {"%c3%A9", false, true, "\xc3\xa9"},
    {"%41", false, true, "A"},
    {"%25zz", false, true, "%zz"},
    {"ab%", false, false, "ab"},
    {"ab%4", false, false, "ab"},
    {"a%g0", false, false, "a"},
    {"a%0g", false, false, "a"},
    {"a%00b", false, false, "a"},
    {"%-1", false, false, ""},
    {"% 1", false, false, ""},
};

START_TEST(percent_decoding)
{
    bool ok =
        text_percent_decode(percents[_i].text, strlen(percents[_i].text), percents[_i].plus, &out);
    ck_assert_int_eq(ok, percents[_i].ok);
    ck_assert_str_eq(buf_str(&out), percents[_i].decoded);
}
END_TEST

START_TEST(percent_decoding_reads_len_bytes_only)
{
    ck_assert(!text_percent_decode("%41", 2, false, &out));
    ck_assert(!text_percent_decode("a\0b", 3, false, &out));
}
END_TEST

START_TEST(percent_encoding)
{
    text_percent_encode("aZ09-._~ /?%+\xc3\xa9", &out);
    ck_assert_str_eq(buf_str(&out), "aZ09-._~%20%2F%3F%25%2B%C3%A9");
}
END_TEST

START_TEST(percent_round_trip)
{
    char all[256];
    struct buf back;
    for (int i = 1; i < 256; i++)
        all[i - 1] = (char)i;
    all[255] = '\0';
    text_percent_encode(all, &out);
    buf_init(&back, 1000);
    ck_assert(text_percent_decode(buf_str(&out), out.len, true, &back));
    ck_assert_uint_eq(back.len, 255);
    ck_assert_mem_eq(back.data, all, 255);
    buf_free(&back);
}
END_TEST

/* RFC 4648, section 10, and a few bytes more. */
static const struct {
    const char *bytes;
    size_t len;
    const char *text;
} base64s[] = {
    {"", 0, ""},
    {"f", 1, "Zg=="},
    {"fo", 2, "Zm8="},
    {"foo", 3, "Zm9v"},
    {"foob", 4, "Zm9vYg=="},
    {"fooba", 5, "Zm9vYmE="},
    {"foobar", 6, "Zm9vYmFy"},
    {"\0\xff\xfe\xfb", 4, "AP/++w=="},
};

START_TEST(base64_both_ways)
{
    text_base64_encode(base64s[_i].bytes, base64s[_i].len, &out);
    ck_assert_str_eq(buf_str(&out), base64s[_i].text);
    buf_clear(&out);
    ck_assert(text_base64_decode(base64s[_i].text, strlen(base64s[_i].text), &out));
    ck_assert_uint_eq(out.len, base64s[_i].len);
    ck_assert_mem_eq(buf_str(&out), base64s[_i].bytes, base64s[_i].len);
    buf_clear(&out);
    ck_assert(text_base64_decode(base64s[_i].text, strcspn(base64s[_i].text, "="), &out));
    ck_assert_uint_eq(out.len, base64s[_i].len);
}
END_TEST

static const char *const bad_base64s[] = {"Zg=a",  "Z g=",  "Zm9v\n", "Zm-v", "Zm_v", "Z",
                                          "Zm9vY", "Zg===", "Zm9v=",  "====", "="};

START_TEST(base64_refuses)
{
    ck_assert_msg(!text_base64_decode(bad_base64s[_i], strlen(bad_base64s[_i]), &out), "%s",
                  bad_base64s[_i]);
}
END_TEST

START_TEST(base64_refuses_nul)
{
    ck_assert(!text_base64_decode("Zm\0v", 4, &out));
}
END_TEST

static const char *const words[] = {"request", "device", NULL, "wait", "expect",
                                    "settle",  "clock",  "at", "do",   "claim-code-expired"};

static const struct {
    const char *word, *nearest; /* NULL: none is near */
} nearests[] = {
    {"request", "request"},
    {"requst", "request"},
    {"reqeust", "request"},
    {"REQUEST", "request"},
    {"requests", "request"},
    {"exepct", "expect"},
    {"wiat", "wait"},
    {"waits", "wait"},
    {"as", "at"},
    {"claim-code-expried", "claim-code-expired"},
    {"claim_code_expired", "claim-code-expired"},
    {"banana", NULL},
    {"xy", NULL},
    {"q", NULL}, /* nothing of the word is left in "at" or "do" */
    {"", NULL},
    {"a-word-of-more-than-sixty-three-characters-is-near-to-nothing-at-all", NULL},
};

START_TEST(nearest_word)
{
    const char *nearest = text_nearest(nearests[_i].word, words, sizeof words / sizeof *words);
    if (nearests[_i].nearest)
        ck_assert_msg(nearest && strcmp(nearest, nearests[_i].nearest) == 0, "%s: %s",
                      nearests[_i].word, nearest ? nearest : "none");
    else
        ck_assert_msg(!nearest, "%s: %s", nearests[_i].word, nearest);
}
END_TEST

START_TEST(nearest_of_few)
{
    static const char *const letters[] = {"a", "b"};
    ck_assert_ptr_null(text_nearest("c", letters, 2));
    ck_assert_ptr_null(text_nearest("", letters, 2));
    ck_assert_str_eq(text_nearest("b", letters, 2), "b");
    ck_assert_str_eq(text_nearest("B", letters, 2), "b");
    ck_assert_ptr_null(text_nearest("a", letters, 0));
}
END_TEST

START_TEST(nearest_of_parts)
{
    static const char *const verbs[] = {"connect", "power-on", "power-off", "soft-off"};
    ck_assert_str_eq(text_nearest("on", verbs, 4), "power-on");
    ck_assert_str_eq(text_nearest("OFF", verbs, 4), "power-off");
    ck_assert_str_eq(text_nearest("power", verbs, 4), "power-on");
    ck_assert_ptr_null(text_nearest("o", verbs, 4));
    ck_assert_ptr_null(text_nearest("-", verbs, 4));
}
END_TEST

#define LOOP(tcase, test, table)                                                                   \
    tcase_add_loop_test(tcase, test, 0, sizeof(table) / sizeof *(table))

static const struct {
    const char *text, *plain; /* plain NULL: it is plain already */
} plains[] = {
    {"", NULL},
    {"aé😀\xc2\xa0", NULL},
    {"a\nb", "a\\nb"},
    {"\r\t\x1b[31m\x7f", "\\x0d\\x09\\x1b[31m\\x7f"},
    {"\xc2\x9b"
     "31m",
     "\xef\xbf\xbd"
     "31m"},
    {"\xff\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
};

START_TEST(plain_text)
{
    const char *text = plains[_i].text;
    ck_assert_int_eq(text_is_plain(text), plains[_i].plain == NULL);
    text_add_plain(&out, text, strlen(text));
    ck_assert_str_eq(buf_str(&out), plains[_i].plain ? plains[_i].plain : text);
    ck_assert(text_is_plain(buf_str(&out)));
}
END_TEST

Suite *test_base_text(void)
{
    Suite *suite = suite_create("text");
    TCase *tcase = tcase_create("text");
    tcase_add_checked_fixture(tcase, setup, teardown);
    LOOP(tcase, utf8_lengths, sequences);
    LOOP(tcase, utf8_prefixes, prefixes);
    tcase_add_loop_test(tcase, plain_text, 0, sizeof plains / sizeof *plains);
    tcase_add_test(tcase, utf8_validity);
    LOOP(tcase, percent_decoding, percents);
    tcase_add_test(tcase, percent_decoding_reads_len_bytes_only);
    tcase_add_test(tcase, percent_encoding);
    tcase_add_test(tcase, percent_round_trip);
    LOOP(tcase, base64_both_ways, base64s);
    LOOP(tcase, base64_refuses, bad_base64s);
    tcase_add_test(tcase, base64_refuses_nul);
    LOOP(tcase, nearest_word, nearests);
    tcase_add_test(tcase, nearest_of_few);
    tcase_add_test(tcase, nearest_of_parts);
    suite_add_tcase(suite, tcase);
    return suite;
}
