/* See doc_tree.h. Checks the bytes before libyaml gets them. Of a bad byte libyaml would tell only
 * the offset, and it counts U+0085, U+2028 and U+2029 as line breaks, which no editor does: every
 * position behind one would be wrong. */
#include "base/doc_tree.h"
#include "base/mem.h"
#include "base/text.h"

#include <string.h>

/* The offset behind the line break at or after `at`, or the end. */
static size_t doc_scan_line_end(const struct doc *doc, size_t at)
{
    while (at < doc->len && doc->text[at] != '\n' && doc->text[at] != '\r')
        at++;
    if (at + 1 < doc->len && doc->text[at] == '\r' && doc->text[at + 1] == '\n')
        return at + 2;
    return at < doc->len ? at + 1 : at;
}

void doc_scan_lines(struct doc *doc)
{
    size_t count = 0;
    for (size_t at = 0; at < doc->len; at = doc_scan_line_end(doc, at))
        count++;
    doc->lines = mem_new_array(count + 1, sizeof *doc->lines);
    for (size_t at = 0; at < doc->len; at = doc_scan_line_end(doc, at))
        doc->lines[doc->line_count++] = (uint32_t)at;
    doc->lines[count] = (uint32_t)doc->len;
}

static uint32_t doc_scan_char(const char *text, size_t len)
{
    static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)text[0] & first_bits[len];
    for (size_t i = 1; i < len; i++)
        c = c << 6 | ((unsigned char)text[i] & 0x3f);
    return c;
}

/* What libyaml would refuse or take for a line break. */
static bool doc_scan_refuses(uint32_t c)
{
    if (c < 0x20)
        return c != '\t' && c != '\n' && c != '\r';
    return (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe ||
           c == 0xffff;
}

static bool doc_scan_is_utf16(const struct doc *doc)
{
    return doc->len >= 2 &&
           (memcmp(doc->text, "\xff\xfe", 2) == 0 || memcmp(doc->text, "\xfe\xff", 2) == 0);
}

static void doc_scan_fail(const struct doc *doc, struct doc_place place, size_t at, size_t step,
                          struct diags *diags)
{
    unsigned byte = (unsigned char)doc->text[at];
    if (doc_scan_is_utf16(doc))
        doc_fail_at(doc, place, diags, NULL, "found UTF-16; expected text in UTF-8");
    else if (byte == 0)
        doc_fail_at(doc, place, diags, NULL, "found a NUL byte; expected text in UTF-8");
    else if (memchr(doc->text, '\0', doc->len))
        doc_fail_at(doc, place, diags, NULL,
                    "found the byte 0x%02X in a file with NUL bytes; expected text in UTF-8", byte);
    else if (!step)
        doc_fail_at(doc, place, diags, NULL,
                    "found the byte 0x%02X, which is not valid UTF-8 here; expected text in UTF-8",
                    byte);
    else
        doc_fail_at(doc, place, diags, NULL,
                    "found the character U+%04X, which can stand only as an escape in double "
                    "quotes (\"\\u%04x\")",
                    (unsigned)doc_scan_char(doc->text + at, step),
                    (unsigned)doc_scan_char(doc->text + at, step));
}

bool doc_scan_bytes(const struct doc *doc, struct diags *diags)
{
    struct doc_place place = {1, 1};
    for (size_t line = 0; line < doc->line_count; line++) {
        place.line = (int)line + 1;
        place.column = 1;
        for (size_t at = doc->lines[line]; at < doc->lines[line + 1];) {
            size_t step = text_utf8_len(doc->text + at, doc->len - at);
            if (!step || doc_scan_refuses(doc_scan_char(doc->text + at, step))) {
                doc_scan_fail(doc, place, at, step, diags);
                return false;
            }
            at += step;
            place.column++;
        }
    }
    return true;
}
