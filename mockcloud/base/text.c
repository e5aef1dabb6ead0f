/* See text.h. Pure functions on bytes. */
#include "base/text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

static bool utf8_tail(const char *text, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return false;
    return true;
}

size_t text_utf8_len(const char *text, size_t len)
{
    if (!len)
        return 0;
    unsigned char c = (unsigned char)text[0];
    unsigned char next = len > 1 ? (unsigned char)text[1] : 0;
    if (c < 0x80)
        return 1;
    if (c >= 0xc2 && c <= 0xdf)
        return len >= 2 && utf8_tail(text, 1, 2) ? 2 : 0;
    if (c >= 0xe0 && c <= 0xef) {
        bool overlong = c == 0xe0 && next < 0xa0;
        bool surrogate = c == 0xed && next >= 0xa0;
        return len >= 3 && !overlong && !surrogate && utf8_tail(text, 1, 3) ? 3 : 0;
    }
    if (c >= 0xf0 && c <= 0xf4) {
        bool overlong = c == 0xf0 && next < 0x90;
        bool beyond = c == 0xf4 && next >= 0x90;
        return len >= 4 && !overlong && !beyond && utf8_tail(text, 1, 4) ? 4 : 0;
    }
    return 0;
}

bool text_utf8_valid(const char *text, size_t len)
{
    static const uint64_t high = UINT64_C(0x8080808080808080);
    size_t at = 0;
    uint64_t word;
    while (at < len) {
        /* Eight bytes at a time while they are ASCII, as nearly all text here is. */
        while (len - at >= sizeof word && !(memcpy(&word, text + at, sizeof word), word & high))
            at += sizeof word;
        if (at == len)
            return true;
        size_t step = (unsigned char)text[at] < 0x80 ? 1 : text_utf8_len(text + at, len - at);
        if (!step)
            return false;
        at += step;
    }
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool text_is_control(const char *text, size_t char_len)
{
    unsigned char c = (unsigned char)text[0];
    if (char_len == 2)
        return c == 0xc2 && (unsigned char)text[1] < 0xa0;
    return char_len == 1 && (c < 0x20 || c == 0x7f || c >= 0x80);
}

bool text_is_plain(const char *text)
{
    size_t len = strlen(text);
    while (len) {
        size_t step = text_utf8_len(text, len);
        if (!step || text_is_control(text, step))
            return false;
        text += step;
        len -= step;
    }
    return true;
}

void text_add_plain(struct buf *out, const char *text, size_t len)
{
    size_t step;
    for (size_t at = 0; at < len; at += step) {
        unsigned char c = (unsigned char)text[at];
        step = text_utf8_len(text + at, len - at);
        step = step ? step : 1;
        if (!text_is_control(text + at, step))
            buf_add(out, text + at, step);
        else if (step == 2 || c >= 0x80)
            buf_add_str(out, "\xef\xbf\xbd");
        else if (c == '\n')
            buf_add_str(out, "\\n");
        else
            buf_printf(out, "\\x%02x", c);
    }
}

bool text_percent_decode(const char *text, size_t len, bool plus_is_space, struct buf *out)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        if (c == '\0')
            return false;
        buf_add_char(out, c);
    }
    return true;
}

void text_percent_encode(const char *text, struct buf *out)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (isalnum(c) || strchr("-._~", c))
            buf_add_char(out, (char)c);
        else
            buf_printf(out, "%%%02X", c);
    }
}

static const char base64_alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void text_base64_encode(const void *bytes, size_t len, struct buf *out)
{
    const unsigned char *in = bytes;
    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        uint32_t three = (uint32_t)in[i] << 16;
        if (left > 1)
            three |= (uint32_t)in[i + 1] << 8;
        if (left > 2)
            three |= in[i + 2];
        buf_add_char(out, base64_alphabet[three >> 18]);
        buf_add_char(out, base64_alphabet[three >> 12 & 63]);
        buf_add_char(out, left > 1 ? base64_alphabet[three >> 6 & 63] : '=');
        buf_add_char(out, left > 2 ? base64_alphabet[three & 63] : '=');
    }
}

bool text_base64_decode(const char *text, size_t len, struct buf *out)
{
    uint32_t bits = 0;
    int count = 0;
    size_t padding = 0;
    while (padding < len && text[len - 1 - padding] == '=')
        padding++;
    bool whole = padding == 0 || (padding < 3 && len % 4 == 0);
    len -= padding;
    if (!whole || len % 4 == 1)
        return false;
    for (size_t i = 0; i < len; i++) {
        const char *found = text[i] ? strchr(base64_alphabet, text[i]) : NULL;
        if (!found)
            return false;
        bits = bits << 6 | (uint32_t)(found - base64_alphabet);
        count += 6;
        if (count >= 8) {
            count -= 8;
            buf_add_char(out, (char)(bits >> count & 0xff));
        }
    }
    return true;
}

/* Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`; words of up to 63
 * characters, longer ones are never near. */
static size_t text_distance(const char *a, const char *b)
{
    size_t rows[3][64];
    size_t a_len = strlen(a), b_len = strlen(b);
    if (a_len > 63 || b_len > 63)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t *now = rows[i % 3], *before = rows[(i + 2) % 3], *second = rows[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            bool same = tolower((unsigned char)a[i - 1]) == tolower((unsigned char)b[j - 1]);
            size_t best = before[j - 1] + !same;
            if (before[j] + 1 < best)
                best = before[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                second[j - 2] + 1 < best)
                best = second[j - 2] + 1;
            now[j] = best;
        }
    }
    return rows[a_len % 3][b_len];
}

size_t text_utf8_prefix(const char *text, size_t len, size_t max)
{
    size_t kept = 0;
    while (kept < len) {
        size_t next = text_utf8_len(text + kept, len - kept);
        next = next ? next : 1;
        if (kept + next > max)
            break;
        kept += next;
    }
    return kept;
}

bool text_is_token(const char *text)
{
    static const char marks[] = "!#$%&'*+-.^_`|~";
    if (!*text)
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr(marks, *text))
            return false;
    return true;
}

void text_slug(const char *name, const char *fallback, struct buf *out)
{
    for (; *name; name++) {
        bool dash = out->len && out->data[out->len - 1] == '-';
        if (isalnum((unsigned char)*name))
            buf_add_char(out, (char)tolower((unsigned char)*name));
        else if (out->len && !dash)
            buf_add_char(out, '-');
    }
    while (out->len && out->data[out->len - 1] == '-')
        out->len--;
    if (!out->len)
        buf_add_str(out, fallback);
}

void text_shell_word(const char *word, struct buf *out)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789-_./:@%+=,";
    if (*word && !word[strspn(word, plain)]) {
        buf_add_str(out, word);
        return;
    }
    buf_add_char(out, '\'');
    for (; *word; word++) {
        if (*word == '\'')
            buf_add_str(out, "'\\''");
        else
            buf_add_char(out, *word);
    }
    buf_add_char(out, '\'');
}

/* Whether `word` is what stands before, behind or between the dashes of `whole`. */
static bool text_is_part(const char *word, const char *whole)
{
    size_t len = strlen(word);
    for (const char *part = whole; len && part;) {
        size_t part_len = strcspn(part, "-");
        if (part_len == len && strncasecmp(part, word, len) == 0)
            return true;
        part = part[part_len] ? part + part_len + 1 : NULL;
    }
    return false;
}

const char *text_nearest(const char *word, const char *const *words, size_t count)
{
    const char *nearest = NULL;
    size_t len = strlen(word), limit = 1 + len / 4;
    if (limit >= len) /* something of the word has to be left */
        limit = len - (len > 0);
    for (size_t i = 0; i < count; i++) {
        size_t distance = words[i] ? text_distance(word, words[i]) : SIZE_MAX;
        if (distance <= limit) {
            nearest = words[i];
            limit = distance - (distance > 0);
            if (distance == 0)
                break;
        }
    }
    /* "on" is far from "power-on" by letters, and yet what was meant. */
    for (size_t i = 0; !nearest && i < count; i++)
        if (words[i] && text_is_part(word, words[i]))
            nearest = words[i];
    return nearest;
}
