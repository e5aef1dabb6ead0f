/* See jsonw.h. Owns the escaping of strings and the placing of commas. */
#include "base/jsonw.h"

#include "base/text.h"
#include "base/timefmt.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jsonw_init(struct jsonw *w, struct buf *out)
{
    *w = (struct jsonw){.out = out};
}

/* Whether a comma has to stand before the value that comes; behind the value one has to. */
static bool jsonw_takes_comma(struct jsonw *w)
{
    bool comma = w->comma;
    w->comma = true;
    w->after_key = false;
    return comma;
}

static void jsonw_separate(struct jsonw *w)
{
    if (jsonw_takes_comma(w))
        buf_add_char(w->out, ',');
}

static void jsonw_open(struct jsonw *w, char bracket)
{
    jsonw_separate(w);
    assert(w->depth < JSONW_DEPTH);
    w->depth++;
    w->comma = false;
    buf_add_char(w->out, bracket);
}

static void jsonw_close(struct jsonw *w, char bracket)
{
    assert(w->depth > 0 && !w->after_key);
    w->depth--;
    w->comma = true;
    buf_add_char(w->out, bracket);
}

void jsonw_object(struct jsonw *w)
{
    jsonw_open(w, '{');
}

void jsonw_end_object(struct jsonw *w)
{
    jsonw_close(w, '}');
}

void jsonw_array(struct jsonw *w)
{
    jsonw_open(w, '[');
}

void jsonw_end_array(struct jsonw *w)
{
    jsonw_close(w, ']');
}

static void jsonw_escape(struct buf *out, unsigned char c)
{
    switch (c) {
    case '"':
        buf_add(out, "\\\"", 2);
        break;
    case '\\':
        buf_add(out, "\\\\", 2);
        break;
    case '\n':
        buf_add(out, "\\n", 2);
        break;
    case '\r':
        buf_add(out, "\\r", 2);
        break;
    case '\t':
        buf_add(out, "\\t", 2);
        break;
    default:
        buf_printf(out, "\\u%04x", c);
    }
}

static bool is_clean(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Whether one of eight bytes may need a closer look: a byte is dirty when its high bit is set in
 * the sum below. A borrow from a dirty neighbour may call a clean one dirty, never the other way
 * round. */
static bool word_dirty(uint64_t word)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
    return (word | (word - ones * 0x20) | (quote - ones) | (backslash - ones)) & ones * 0x80;
}

/* The same for texts of less than eight bytes, which most keys are. */
static bool copy_clean_short(char *room, const char *text, size_t len)
{
    uint32_t head, tail;
    if (len >= sizeof head) {
        memcpy(&head, text, sizeof head);
        memcpy(&tail, text + len - sizeof tail, sizeof tail);
        memcpy(room, &head, sizeof head);
        memcpy(room + len - sizeof tail, &tail, sizeof tail);
        return !word_dirty((uint64_t)head << 32 | tail);
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_clean((unsigned char)text[i]))
            return false;
        room[i] = text[i];
    }
    return true;
}

/* Copies a text that needs no escaping, looking at eight bytes at a time on the way, the last of
 * which overlap. Nearly every key and value is such a text, and a reply is made of dozens: scanning
 * and copying in two walks, byte by byte at the end, took twice the instructions. False: something
 * in it has to be escaped, and what is in `room` means nothing. */
static bool copy_clean(char *room, const char *text, size_t len)
{
    uint64_t word;
    if (len < sizeof word)
        return copy_clean_short(room, text, len);
    const size_t last = len - sizeof word;
    for (size_t at = 0;; at = at + sizeof word < last ? at + sizeof word : last) {
        memcpy(&word, text + at, sizeof word);
        if (word_dirty(word))
            return false;
        memcpy(room + at, &word, sizeof word);
        if (at == last)
            return true;
    }
}

/* Writes a text in which something has to be escaped: runs that need nothing are copied whole. */
static void jsonw_escaped(struct buf *out, const char *text, size_t len)
{
    size_t at = 0, clean = 0; /* start of the run that needs no escaping */
    while (at < len) {
        unsigned char c = (unsigned char)text[at];
        size_t valid = is_clean(c) ? 1 : c >= 0x80 ? text_utf8_len(text + at, len - at) : 0;
        if (valid) {
            at += valid;
            continue;
        }
        buf_add(out, text + clean, at - clean);
        if (c >= 0x80)
            buf_add_str(out, "\xef\xbf\xbd");
        else
            jsonw_escape(out, c);
        clean = ++at;
    }
    buf_add(out, text + clean, at - clean);
}

/* A comma if one is due, the text in quotes, a colon if it is a key; in one piece when nothing has
 * to be escaped. */
static void jsonw_quoted(struct buf *out, bool comma, const char *text, size_t len, bool colon)
{
    char *room = buf_room(out, len + 2 + comma + colon);
    if (room && copy_clean(room + comma + 1, text, len)) {
        char *end = room + comma + 1 + len;
        room[0] = ',';
        room[comma] = '"';
        *end++ = '"';
        if (colon)
            *end++ = ':';
        *end = '\0';
        out->len += (size_t)(end - room);
        return;
    }
    if (comma)
        buf_add_char(out, ',');
    buf_add_char(out, '"');
    jsonw_escaped(out, text, len);
    buf_add_char(out, '"');
    if (colon)
        buf_add_char(out, ':');
}

/* Behind a key comes its value, without a comma. */
static void jsonw_keyed(struct jsonw *w)
{
    w->comma = false;
    w->after_key = true;
}

void jsonw_key_n(struct jsonw *w, const char *key, size_t len)
{
    assert(!w->after_key);
    jsonw_quoted(w->out, w->comma, key, len, true);
    jsonw_keyed(w);
}

void jsonw_key_plain(struct jsonw *w, const char *key, size_t len)
{
    assert(!w->after_key);
    char *at = buf_room(w->out, len + 4);
    if (at) {
        char *end = at + w->comma + 1 + len;
        at[0] = ',';
        at[w->comma] = '"';
        memcpy(at + w->comma + 1, key, len);
        memcpy(end, "\":", sizeof "\":");
        w->out->len += (size_t)(end - at) + 2;
    }
    jsonw_keyed(w);
}

void jsonw_str_n(struct jsonw *w, const char *text, size_t len)
{
    jsonw_quoted(w->out, jsonw_takes_comma(w), text, len, false);
}

void jsonw_int(struct jsonw *w, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (number < 0)
        digits[--at] = '-';
    jsonw_raw(w, digits + at, sizeof digits - at);
}

void jsonw_double(struct jsonw *w, double number)
{
    if (!isfinite(number)) {
        jsonw_null(w);
        return;
    }
    /* Whole numbers are what printf would write, at a fraction of its cost. */
    if (number > -1e15 && number < 1e15 && !islessgreater(number, (double)(int64_t)number) &&
        !(number == 0 && signbit(number))) {
        jsonw_int(w, (int64_t)number);
        return;
    }
    char digits[40];
    int len = 0;
    /* The fewest digits that are read back as the same number: 0.1, not 0.10000000000000001. */
    for (int precision = 15; precision <= 17; precision++) {
        len = snprintf(digits, sizeof digits, "%.*g", precision, number);
        if (strtod(digits, NULL) == number)
            break;
    }
    jsonw_raw(w, digits, (size_t)len);
}

void jsonw_bool(struct jsonw *w, bool truth)
{
    jsonw_raw(w, truth ? "true" : "false", truth ? 4 : 5);
}

void jsonw_null(struct jsonw *w)
{
    jsonw_raw(w, "null", 4);
}

void jsonw_time(struct jsonw *w, int64_t at_ms)
{
    char text[1 + TIMEFMT_ISO_SIZE]; /* in quotes, the second over the NUL */
    if (at_ms < 0) {
        jsonw_null(w);
        return;
    }
    text[0] = '"';
    timefmt_iso(at_ms, text + 1);
    text[sizeof text - 1] = '"';
    jsonw_raw(w, text, sizeof text);
}

void jsonw_raw(struct jsonw *w, const char *json, size_t len)
{
    jsonw_separate(w);
    buf_add(w->out, json, len);
}
