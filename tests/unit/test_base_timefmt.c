/* Times and durations as text, at the edges of the calendar. */
#include "suites.h"

#include "base/timefmt.h"

#include <stdint.h>
#include <time.h>

static const struct {
    int64_t at_ms;
    const char *iso, *http;
} times[] = {
    {0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 GMT"},
    {-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 GMT"},
    {1767225600000, "2026-01-01T00:00:00.000Z", "Thu, 01 Jan 2026 00:00:00 GMT"},
    {784111777000, "1994-11-06T08:49:37.000Z", "Sun, 06 Nov 1994 08:49:37 GMT"}, /* RFC 9110 */
    {951782400001, "2000-02-29T00:00:00.001Z", "Tue, 29 Feb 2000 00:00:00 GMT"},
    {1709251199999, "2024-02-29T23:59:59.999Z", "Thu, 29 Feb 2024 23:59:59 GMT"},
    {4107542400000, "2100-03-01T00:00:00.000Z", "Mon, 01 Mar 2100 00:00:00 GMT"},
    {253402300799999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 GMT"},
    {-62167219200000, "0000-01-01T00:00:00.000Z", "Sat, 01 Jan 0000 00:00:00 GMT"},
};

START_TEST(times_as_text)
{
    char iso[TIMEFMT_ISO_SIZE], http[TIMEFMT_HTTP_SIZE];
    int64_t back = -7;
    timefmt_iso(times[_i].at_ms, iso);
    ck_assert_str_eq(iso, times[_i].iso);
    timefmt_http(times[_i].at_ms, http);
    ck_assert_str_eq(http, times[_i].http);
    ck_assert(timefmt_parse_iso(iso, &back));
    ck_assert_int_eq(back, times[_i].at_ms);
}
END_TEST

START_TEST(times_beyond_the_calendar_are_clamped)
{
    char iso[TIMEFMT_ISO_SIZE];
    timefmt_iso(INT64_MAX, iso);
    ck_assert_str_eq(iso, "9999-12-31T23:59:59.999Z");
    timefmt_iso(INT64_MIN, iso);
    ck_assert_str_eq(iso, "0000-01-01T00:00:00.000Z");
}
END_TEST

/* Against libc's calendar, every 9 days and some hours over 400 years. */
START_TEST(calendar_agrees_with_libc)
{
    for (int64_t at = -6000000000; at < 7000000000; at += 9 * 86400 + 12345) {
        time_t seconds = (time_t)at;
        struct tm tm;
        char libc[64], ours[TIMEFMT_HTTP_SIZE];
        gmtime_r(&seconds, &tm);
        strftime(libc, sizeof libc, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        timefmt_http(at * 1000, ours);
        ck_assert_str_eq(ours, libc);
    }
}
END_TEST

static const struct {
    const char *text;
    int64_t at_ms;
} readable[] = {
    {"2026-01-01", 1767225600000},
    {"2026-01-01T00:00:00Z", 1767225600000},
    {"2026-01-01T00:00:00", 1767225600000},
    {"2026-01-01T00:00:01.002Z", 1767225601002},
    {"2026-01-01T00:00:01.002", 1767225601002},
    {"2024-02-29", 1709164800000},
};

START_TEST(times_are_read)
{
    int64_t at_ms = -7;
    ck_assert(timefmt_parse_iso(readable[_i].text, &at_ms));
    ck_assert_int_eq(at_ms, readable[_i].at_ms);
}
END_TEST

static const char *const unreadable[] = {
    "",
    "now",
    "2026",
    "2026-1-1",
    "2026-01-01 00:00:00",
    "2026-01-01T00:00Z",
    "2026-01-01T",
    "2026-01-01Z",
    "2026-01-01T00:00:00ZZ",
    "2026-01-01T00:00:00.1Z",
    "2026-01-01T00:00:00.1234Z",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00+01:00",
    " 2026-01-01",
    "2026-01-01 ",
    "2026-13-01",
    "2026-00-01",
    "2026-01-32",
    "2026-01-00",
    "2026-02-29",
    "2100-02-29",
    "2026-04-31",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z",
    "-026-01-01",
    "12026-01-01",
};

START_TEST(times_that_are_none)
{
    int64_t at_ms = -7;
    ck_assert_msg(!timefmt_parse_iso(unreadable[_i], &at_ms), "%s", unreadable[_i]);
    ck_assert_int_eq(at_ms, -7);
}
END_TEST

static const struct {
    const char *text;
    int64_t ms;
    const char *back; /* as it is written, if that differs */
} durations[] = {
    {"0ms", 0, "0ms"},
    {"0s", 0, "0ms"},
    {"250ms", 250, "250ms"},
    {"1000ms", 1000, "1s"},
    {"90s", 90000, "90s"},
    {"120s", 120000, "2min"},
    {"5min", 300000, "5min"},
    {"1h", 3600000, "1h"},
    {"25h", 90000000, "25h"},
    {"48h", 172800000, "2d"},
    {"7d", 604800000, "7d"},
    {"007s", 7000, "7s"},
    {"36500d", 3153600000000, "36500d"},
    {"1h30min", 5400000, "90min"},
    {"1h30m", 5400000, "90min"},
    {"1d2h3min4s5ms", 93784005, "93784005ms"},
    {"1min0s", 60000, "1min"},
    {"36499d24h", 3153600000000, "36500d"},
};

START_TEST(durations_both_ways)
{
    int64_t ms = -7;
    char text[24];
    ck_assert_msg(timefmt_parse_duration(durations[_i].text, &ms), "%s", durations[_i].text);
    ck_assert_int_eq(ms, durations[_i].ms);
    timefmt_duration(ms, text);
    ck_assert_str_eq(text, durations[_i].back);
}
END_TEST

static const char *const no_durations[] = {
    "",
    "5",
    "s",
    "5 s",
    " 5s",
    "5s ",
    "-5s",
    "+5s",
    "1.5s",
    "5m",
    "5sec",
    "5S",
    "5minutes",
    "1e3s",
    "0x5s",
    "36501d",
    "3153600000001ms",
    "99999999999999999999s",
    "5s5s",
    "1s1min",
    "1h30",
    "30m",
    "1d30m",
    "1h30mi",
    "1h 30min",
    "36500d1ms",
    "36500d99999999999999999999h",
};

START_TEST(durations_that_are_none)
{
    int64_t ms = -7;
    ck_assert_msg(!timefmt_parse_duration(no_durations[_i], &ms), "%s", no_durations[_i]);
    ck_assert_int_eq(ms, -7);
}
END_TEST

static const struct {
    const char *text;
    const char *meant; /* NULL: nothing is near */
} meants[] = {
    {"5m", "5min"},
    {"5 min", "5min"},
    {"5 minutes", "5min"},
    {"90 SEC", "90s"},
    {"1 hour 30 minutes", "1h30min"},
    {"2days", "2d"},
    {"10 milliseconds ", "10ms"},
    {"1d30m", "1d30min"},
    {"5min", "5min"},
    {"", NULL},
    {"5", NULL},
    {"min", NULL},
    {"5 fortnights", NULL},
    {"1min 2h", NULL},
    {"-5m", NULL},
    {"99999999999999999999999999999999999999999999999999s", NULL},
};

START_TEST(durations_that_are_meant)
{
    char meant[TIMEFMT_MEANT_SIZE] = "as before";
    bool found = timefmt_duration_meant(meants[_i].text, meant);
    ck_assert_int_eq(found, meants[_i].meant != NULL);
    ck_assert_str_eq(meant, meants[_i].meant ? meants[_i].meant : "as before");
}
END_TEST

START_TEST(durations_at_the_edges)
{
    char text[24];
    timefmt_duration(-300000, text);
    ck_assert_str_eq(text, "-5min");
    timefmt_duration(INT64_MIN, text);
    ck_assert_str_eq(text, "-9223372036854775808ms");
    timefmt_duration(INT64_MAX, text);
    ck_assert_str_eq(text, "9223372036854775807ms");
}
END_TEST

#define LOOP(tcase, test, table)                                                                   \
    tcase_add_loop_test(tcase, test, 0, sizeof(table) / sizeof *(table))

Suite *test_base_timefmt(void)
{
    Suite *suite = suite_create("timefmt");
    TCase *tcase = tcase_create("timefmt");
    LOOP(tcase, times_as_text, times);
    tcase_add_test(tcase, times_beyond_the_calendar_are_clamped);
    tcase_add_test(tcase, calendar_agrees_with_libc);
    LOOP(tcase, times_are_read, readable);
    LOOP(tcase, times_that_are_none, unreadable);
    LOOP(tcase, durations_both_ways, durations);
    LOOP(tcase, durations_that_are_none, no_durations);
    LOOP(tcase, durations_that_are_meant, meants);
    tcase_add_test(tcase, durations_at_the_edges);
    suite_add_tcase(suite, tcase);
    return suite;
}
