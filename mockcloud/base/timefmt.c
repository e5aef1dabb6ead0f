/* See timefmt.h. Pure functions; the proleptic Gregorian calendar by arithmetic, no time zones. */
#include "base/timefmt.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MS_PER_DAY INT64_C(86400000)

struct civil {
    int year, month, day, weekday, hour, minute, second, ms;
};

/* Days since 1970-01-01 of a date. Counted from the 1st of March of year 0, so that the leap day is
 * the last of its year and the lengths of months follow a formula. Not timegm(): its range and its
 * time_t are the machine's. */
static int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

static struct civil civil_from_ms(int64_t at_ms)
{
    const int64_t first = days_from_civil(0, 1, 1) * MS_PER_DAY;
    const int64_t last = days_from_civil(10000, 1, 1) * MS_PER_DAY - 1;
    at_ms = at_ms < first ? first : at_ms > last ? last : at_ms;
    int64_t days = at_ms / MS_PER_DAY - (at_ms % MS_PER_DAY < 0);
    int64_t in_day = at_ms - days * MS_PER_DAY;
    int64_t shifted = days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int month_from_march = (int)((5 * day_of_year + 2) / 153);
    int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
    return (struct civil){
        .year = (int)(year_of_era + era * 400 + (month <= 2)),
        .month = month,
        .day = (int)(day_of_year - (153 * month_from_march + 2) / 5 + 1),
        .weekday = (int)(((days % 7) + 11) % 7),
        .hour = (int)(in_day / 3600000),
        .minute = (int)(in_day / 60000 % 60),
        .second = (int)(in_day / 1000 % 60),
        .ms = (int)(in_day % 1000),
    };
}

/* `number` in two digits and a character behind it. By hand: every reply and journal entry has a
 * time in it, and printf would cost more than the rest of a reply. */
static char *put_two(char *at, int number, char behind)
{
    at[0] = (char)('0' + number / 10);
    at[1] = (char)('0' + number % 10);
    at[2] = behind;
    return at + 3;
}

static char *put_year(char *at, int year, char behind)
{
    put_two(at, year / 100, behind);
    return put_two(at + 2, year % 100, behind);
}

void timefmt_iso(int64_t at_ms, char ret_text[TIMEFMT_ISO_SIZE])
{
    struct civil c = civil_from_ms(at_ms);
    char *at = put_year(ret_text, c.year, '-');
    at = put_two(at, c.month, '-');
    at = put_two(at, c.day, 'T');
    at = put_two(at, c.hour, ':');
    at = put_two(at, c.minute, ':');
    at = put_two(at, c.second, '.');
    *at++ = (char)('0' + c.ms / 100);
    at = put_two(at, c.ms % 100, 'Z');
    *at = '\0';
}

void timefmt_http(int64_t at_ms, char ret_text[TIMEFMT_HTTP_SIZE])
{
    static const char days[] = "Sun, Mon, Tue, Wed, Thu, Fri, Sat, ";
    static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ";
    struct civil c = civil_from_ms(at_ms);
    memcpy(ret_text, days + (ptrdiff_t)c.weekday * 5, 5);
    char *at = put_two(ret_text + 5, c.day, ' ');
    memcpy(at, months + (ptrdiff_t)(c.month - 1) * 4, 4);
    at = put_year(at + 4, c.year, ' ');
    at = put_two(at, c.hour, ':');
    at = put_two(at, c.minute, ':');
    at = put_two(at, c.second, ' ');
    memcpy(at, "GMT", 4);
}

static bool read_digits(const char **text, int count, int *ret_number)
{
    int number = 0;
    for (int i = 0; i < count; i++) {
        char c = (*text)[i];
        if (c < '0' || c > '9')
            return false;
        number = number * 10 + (c - '0');
    }
    *text += count;
    *ret_number = number;
    return true;
}

static bool read_char(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool read_time_of_day(const char **text, struct civil *c)
{
    if (!read_digits(text, 2, &c->hour) || !read_char(text, ':') ||
        !read_digits(text, 2, &c->minute) || !read_char(text, ':') ||
        !read_digits(text, 2, &c->second))
        return false;
    return !read_char(text, '.') || read_digits(text, 3, &c->ms);
}

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool timefmt_parse_iso(const char *text, int64_t *ret_at_ms)
{
    struct civil c = {0};
    if (!read_digits(&text, 4, &c.year) || !read_char(&text, '-') ||
        !read_digits(&text, 2, &c.month) || !read_char(&text, '-') ||
        !read_digits(&text, 2, &c.day))
        return false;
    if (read_char(&text, 'T')) {
        if (!read_time_of_day(&text, &c))
            return false;
        read_char(&text, 'Z');
    }
    if (*text || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > days_in_month(c.year, c.month) || c.hour > 23 || c.minute > 59 || c.second > 59)
        return false;
    *ret_at_ms = days_from_civil(c.year, c.month, c.day) * MS_PER_DAY + c.hour * INT64_C(3600000) +
                 c.minute * INT64_C(60000) + c.second * INT64_C(1000) + c.ms;
    return true;
}

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"d", MS_PER_DAY}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1}};

#define UNIT_COUNT (sizeof units / sizeof *units)
#define UNIT_HOUR  1
#define UNIT_MIN   2

/* The unit that `text` begins with, below the unit `above` (-1: any); UNIT_COUNT: none. Minutes are
 * min, since m may be months or milliseconds; but behind hours it can be nothing else. */
static size_t unit_at(const char *text, size_t len, int above)
{
    size_t i = above < 0 ? 0 : (size_t)above + 1;
    if (above == UNIT_HOUR && len == 1 && *text == 'm')
        return UNIT_MIN;
    while (i < UNIT_COUNT &&
           (strlen(units[i].name) != len || memcmp(units[i].name, text, len) != 0))
        i++;
    return i;
}

bool timefmt_parse_duration(const char *text, int64_t *ret_ms)
{
    const int64_t longest_ms = 36500 * MS_PER_DAY;
    int64_t ms = 0;
    int above = -1;
    do {
        char *unit = NULL;
        if (*text < '0' || *text > '9')
            return false;
        long long count = strtoll(text, &unit, 10);
        size_t len = strspn(unit, "dhmins");
        size_t which = unit_at(unit, len, above);
        if (which == UNIT_COUNT || count > (longest_ms - ms) / units[which].ms)
            return false;
        ms += count * units[which].ms;
        above = (int)which;
        text = unit + len;
    } while (*text);
    *ret_ms = ms;
    return true;
}

static const struct {
    const char *word, *unit;
} unit_words[] = {
    {"d", "d"},
    {"day", "d"},
    {"days", "d"},
    {"h", "h"},
    {"hr", "h"},
    {"hrs", "h"},
    {"hour", "h"},
    {"hours", "h"},
    {"m", "min"},
    {"min", "min"},
    {"mins", "min"},
    {"minute", "min"},
    {"minutes", "min"},
    {"s", "s"},
    {"sec", "s"},
    {"secs", "s"},
    {"second", "s"},
    {"seconds", "s"},
    {"ms", "ms"},
    {"msec", "ms"},
    {"millisecond", "ms"},
    {"milliseconds", "ms"},
};

static const char *unit_of_word(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof unit_words / sizeof *unit_words; i++)
        if (strlen(unit_words[i].word) == len && strncasecmp(unit_words[i].word, word, len) == 0)
            return unit_words[i].unit;
    return NULL;
}

bool timefmt_duration_meant(const char *text, char ret_text[TIMEFMT_MEANT_SIZE])
{
    char meant[TIMEFMT_MEANT_SIZE] = "";
    size_t used = 0;
    while (*text) {
        size_t digits = strspn(text, "0123456789");
        const char *word = text + digits + strspn(text + digits, " ");
        size_t len = strcspn(word, " 0123456789");
        const char *unit = unit_of_word(word, len);
        if (!digits || !unit || used + digits + strlen(unit) >= sizeof meant)
            return false;
        used +=
            (size_t)snprintf(meant + used, sizeof meant - used, "%.*s%s", (int)digits, text, unit);
        text = word + len + strspn(word + len, " ");
    }
    int64_t ms;
    if (!timefmt_parse_duration(meant, &ms))
        return false;
    memcpy(ret_text, meant, sizeof meant);
    return true;
}

void timefmt_duration(int64_t ms, char ret_text[24])
{
    size_t unit = 0;
    const size_t last = sizeof units / sizeof *units - 1;
    while (unit < last && (ms == 0 || ms % units[unit].ms != 0))
        unit++;
    snprintf(ret_text, 24, "%lld%s", (long long)(ms / units[unit].ms), units[unit].name);
}
