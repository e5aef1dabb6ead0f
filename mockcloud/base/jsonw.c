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

/* Whether a comma has to stand before what comes; and takes note that something came. */
static bool jsonw_takes_comma(struct jsonw *w)
{
    uint64_t bit = UINT64_C(1) << w->depth % 64;
    uint64_t *nonempty = &w->nonempty[w->depth / 64];
    bool comma = !w->after_key && *nonempty & bit;
    w->after_key = false;
    *nonempty |= bit;
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
    w->nonempty[w->depth / 64] &= ~(UINT64_C(1) << w->depth % 64);
    buf_add_char(w->out, bracket);
}

static void jsonw_close(struct jsonw *w, char bracket)
{
    assert(w->depth > 0 && !w->after_key);
    w->depth--;
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

/* How many bytes of the beginning are clean, in steps of eight while all of them are: the usual
 * texts are. A byte is dirty when its high bit is set in the sum below; a borrow from a dirty
 * neighbour may call a clean one dirty, never the other way round. */
static size_t clean_len(const char *text, size_t len)
{
    static const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t at = 0;
    for (uint64_t word; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        uint64_t quote = word ^ ones * '"', backslash = word ^ ones * '\\';
        uint64_t dirty = word | (word - ones * 0x20) | (quote - ones) | (backslash - ones);
        if (dirty & ones * 0x80)
            break;
    }
    while (at < len && is_clean((unsigned char)text[at]))
        at++;
    return at;
}

/* From the first byte on that has to be looked at. */
static void jsonw_text_rest(struct buf *out, const char *text, size_t len, size_t at)
{
    size_t clean = 0; /* start of the run that needs no escaping */
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
 * to be escaped, which is the way of nearly every key and value. */
static void jsonw_quoted(struct buf *out, bool comma, const char *text, size_t len, bool colon)
{
    size_t at = clean_len(text, len);
    char *room = at == len ? buf_room(out, len + 2 + comma + colon) : NULL;
    if (room) {
        char *end = room;
        if (comma)
            *end++ = ',';
        *end++ = '"';
        if (len)
            memcpy(end, text, len);
        end += len;
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
    jsonw_text_rest(out, text, len, at == len ? 0 : at);
    buf_add_char(out, '"');
    if (colon)
        buf_add_char(out, ':');
}

void jsonw_key(struct jsonw *w, const char *key)
{
    assert(!w->after_key);
    jsonw_quoted(w->out, jsonw_takes_comma(w), key, strlen(key), true);
    w->after_key = true;
}

void jsonw_str_n(struct jsonw *w, const char *text, size_t len)
{
    jsonw_quoted(w->out, jsonw_takes_comma(w), text, len, false);
}

void jsonw_str(struct jsonw *w, const char *text)
{
    if (text)
        jsonw_str_n(w, text, strlen(text));
    else
        jsonw_null(w);
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
    char text[TIMEFMT_ISO_SIZE];
    if (at_ms < 0) {
        jsonw_null(w);
        return;
    }
    timefmt_iso(at_ms, text);
    jsonw_str(w, text);
}

void jsonw_raw(struct jsonw *w, const char *json, size_t len)
{
    jsonw_separate(w);
    buf_add(w->out, json, len);
}

void jsonw_key_str(struct jsonw *w, const char *key, const char *text)
{
    jsonw_key(w, key);
    jsonw_str(w, text);
}

void jsonw_key_int(struct jsonw *w, const char *key, int64_t number)
{
    jsonw_key(w, key);
    jsonw_int(w, number);
}

void jsonw_key_bool(struct jsonw *w, const char *key, bool truth)
{
    jsonw_key(w, key);
    jsonw_bool(w, truth);
}

void jsonw_key_null(struct jsonw *w, const char *key)
{
    jsonw_key(w, key);
    jsonw_null(w);
}

void jsonw_key_time(struct jsonw *w, const char *key, int64_t at_ms)
{
    jsonw_key(w, key);
    jsonw_time(w, at_ms);
}
