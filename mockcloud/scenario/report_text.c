/* The report `text`. Owns how a result looks on a terminal; nothing here looks at a world. */
#include "scenario/report_inside.h"

#include "base/mem.h"
#include "base/timefmt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_COLUMNS 100 /* unless the terminal is narrower */
#define REPORT_NARROW  40
#define REPORT_INDENT  12 /* of values behind their label */

/* A page that is being written. */
struct page {
    struct buf *out;
    bool colour;
    size_t columns;
};

static void page_paint(const struct page *page, const char *code, const char *text)
{
    if (page->colour)
        buf_printf(page->out, "\033[%sm%s\033[0m", code, text);
    else
        buf_add_str(page->out, text);
}

/* Characters of the first `len` bytes. */
static size_t page_width(const char *text, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

/* How many bytes of a line fit into `columns`: up to a space, or all of the first word. */
static size_t page_fit(const char *text, size_t len, size_t columns)
{
    size_t fits = 0;
    if (page_width(text, len) <= columns)
        return len;
    for (size_t i = 1; i < len; i++)
        if (text[i] == ' ' && page_width(text, i) <= columns)
            fits = i;
    if (!fits)
        while (fits < len && text[fits] != ' ')
            fits++;
    return fits;
}

/* Appends a line, wrapped at spaces. What is wrapped of an indented line hangs by two more. */
static void page_wrap(const struct page *page, const char *line, size_t len, size_t indent)
{
    size_t own = strspn(line, " ");
    own = own > len ? len : own;
    own += own ? 2 : 0;
    for (bool first = true; first || len; first = false) {
        size_t room = page->columns - indent - (first ? 0 : own);
        size_t fit = page_fit(line, len, room);
        if (!first)
            buf_printf(page->out, "\n%*s", (int)(indent + own), "");
        buf_add(page->out, line, fit);
        line += fit;
        len -= fit;
        while (len && *line == ' ') {
            line++;
            len--;
        }
    }
    buf_add_char(page->out, '\n');
}

/* Each line of `text`, indented and, with `wrap`, wrapped. */
static void page_lines(const struct page *page, const char *text, size_t indent, bool wrap,
                       bool first_is_placed)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (!first_is_placed)
            buf_printf(page->out, "%*s", (int)indent, "");
        first_is_placed = false;
        if (wrap) {
            page_wrap(page, text, len, indent);
        } else {
            buf_add(page->out, text, len);
            buf_add_char(page->out, '\n');
        }
        text += len + (text[len] == '\n');
    }
}

/* A label and its value, if there is one. */
static void page_part(const struct page *page, const char *label, const char *code,
                      const char *text)
{
    if (!text || !*text)
        return;
    char padded[REPORT_INDENT + 1];
    snprintf(padded, sizeof padded, "  %-*s", REPORT_INDENT - 2, label);
    page_paint(page, code, padded);
    page_lines(page, text, REPORT_INDENT, true, true);
}

/* "12 steps, 1h in 0.8 ms": world time in real time. */
static void page_effort(const struct page *page, const struct scenario_result *result)
{
    char world[24];
    timefmt_duration(result->world_ms, world);
    buf_printf(page->out, "%d step%s, %s in %lld.%lld ms", result->steps_run,
               result->steps_run == 1 ? "" : "s", world, (long long)(result->wall_us / 1000),
               (long long)(result->wall_us / 100 % 10));
}

static void page_passed(const struct page *page, const struct scenario_result *result)
{
    page_paint(page, "1;32", "PASS");
    buf_printf(page->out, "  %s (", result->scenario);
    page_effort(page, result);
    buf_add_str(page->out, ")\n");
}

static void page_failed(const struct page *page, const struct scenario_result *result)
{
    static const char *const words[] = {
        [VERDICT_FAILED] = "FAIL",
        [VERDICT_ERROR] = "ERROR",
        [VERDICT_TIMEOUT] = "TIMEOUT",
        [VERDICT_INTERRUPTED] = "INTERRUPTED",
    };
    const char *journal = result->journal;
    page_paint(page, "1;31", words[result->verdict]);
    buf_printf(page->out, "  %s\n", result->scenario);
    char *verdict = mem_printf_dup("%s:%d: %s", result->file, result->line,
                                   result->message ? result->message : "");
    page_lines(page, verdict, 2, true, true);
    free(verdict);
    if (result->statement && *result->statement) {
        buf_add_char(page->out, '\n');
        page_lines(page, result->statement, 4, false, false);
    }
    buf_add_char(page->out, '\n');
    page_part(page, "expected", "1", result->expected);
    page_part(page, "actual", "1", result->actual);
    page_part(page, "path", "1", result->path);
    page_part(page, "why", "1;33", result->why);
    page_part(page, "others", "1", result->others);
    page_part(page, "printed", "1", result->client_output);
    page_part(page, "journal", "1", journal && *journal ? "its last entries" : NULL);
    page_lines(page, journal ? journal : "", 2, false, false);
    if (result->again) { /* a command to be copied, which a line break would spoil */
        page_paint(page, "1", "  again     ");
        page_lines(page, result->again, REPORT_INDENT, false, true);
    }
    if (result->moment) {
        page_paint(page, "1", "  moment    ");
        page_lines(page, result->moment, REPORT_INDENT, false, true);
    }
}

static void page_skipped(const struct page *page, const struct scenario_result *result)
{
    page_paint(page, "1;33", "SKIP");
    buf_printf(page->out, "  %s: %s\n", result->scenario, report_message(result));
}

/* Too narrow a terminal wraps by itself. */
static struct page page_of(const struct report_style *style, struct buf *out)
{
    size_t columns = style->columns ? style->columns : REPORT_COLUMNS;
    return (struct page){.out = out,
                         .colour = style->colour,
                         .columns = columns < REPORT_NARROW ? REPORT_NARROW : columns};
}

void report_text(const struct scenario_result *result, const struct report_style *style,
                 struct buf *out)
{
    const struct page page = page_of(style, out);
    if (result->verdict == VERDICT_PASSED)
        page_passed(&page, result);
    else if (result->verdict == VERDICT_SKIPPED)
        page_skipped(&page, result);
    else
        page_failed(&page, result);
}

/* ---- the report ---- */

/* What clients sent that is not in the document, the guesses that were leaned on: each line with
 * what it is. */
static void page_marked(const struct page *page, const char *what, const char *lines)
{
    while (lines && *lines) {
        size_t len = strcspn(lines, "\n");
        buf_printf(page->out, "  %s: %.*s\n", what, (int)len, lines);
        lines += len + (lines[len] == '\n');
    }
}

void report_text_add(struct report *report, const struct report_case *one, struct buf *out)
{
    const struct scenario_result *result = one->result;
    const struct page page = page_of(&report->style, out);
    bool failed = report_failed(result->verdict);
    if (failed || !report->style.quiet)
        report_text(result, &report->style, out);
    if (failed)
        buf_add_char(out, '\n');
    else if (one->before)
        buf_printf(out, "FLAKY %s: passed on try %zu; before: %s\n", result->scenario, one->tries,
                   one->before);
    page_marked(&page, "finding", result->findings);
    if (report->style.guesses)
        page_marked(&page, "guess", result->guesses);
}

/* Those that failed, or those that were flaky, once more: above the last line is where one looks
 * for them. */
static void page_names(const struct page *page, const struct report_totals *totals, bool flaky)
{
    bool first = true;
    for (size_t i = 0; i < totals->name_count; i++) {
        const struct report_name *name = &totals->names[i];
        if (name->flaky != flaky)
            continue;
        if (first)
            page_paint(page, flaky ? "1;33" : "1;31", flaky ? "Flaky:" : "Failed:");
        buf_printf(page->out, "%s  %s:%d %s\n", first ? "\n" : "", name->file, name->line,
                   name->scenario);
        first = false;
    }
}

void report_text_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    const struct page page = page_of(&report->style, out);
    if (!report->style.quiet || totals->failed) {
        page_names(&page, totals, false);
        page_names(&page, totals, true);
        report_counts(totals, out);
        buf_add_str(out, " in ");
        report_time(totals->real_ms, out);
        buf_add_str(out, report->number < totals->planned ? ", the others were not run\n" : "\n");
    }
    if (totals->guessed)
        buf_add_str(out, "guesses were leaned on: with --strict that is a failure\n");
}
