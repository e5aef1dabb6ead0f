/* See report.h. Owns how a result looks on a terminal. Order and words are those of the design;
 * nothing here looks at a world. */
#include "scenario/report.h"

#include "base/mem.h"
#include "base/timefmt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORT_COLUMNS 100
#define REPORT_INDENT  12 /* of values behind their label */

struct report {
    struct buf *out;
    bool colour;
};

static void report_paint(const struct report *report, const char *code, const char *text)
{
    if (report->colour)
        buf_printf(report->out, "\033[%sm%s\033[0m", code, text);
    else
        buf_add_str(report->out, text);
}

/* Characters of the first `len` bytes. */
static size_t report_width(const char *text, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

/* How many bytes of a line fit into `columns`: up to a space, or all of the first word. */
static size_t report_fit(const char *text, size_t len, size_t columns)
{
    size_t fits = 0;
    if (report_width(text, len) <= columns)
        return len;
    for (size_t i = 1; i < len; i++)
        if (text[i] == ' ' && report_width(text, i) <= columns)
            fits = i;
    if (!fits)
        while (fits < len && text[fits] != ' ')
            fits++;
    return fits;
}

/* Appends a line, wrapped at spaces. What is wrapped of an indented line hangs by two more. */
static void report_wrap(const struct report *report, const char *line, size_t len, size_t indent)
{
    size_t own = strspn(line, " ");
    own = own > len ? len : own;
    own += own ? 2 : 0;
    for (bool first = true; first || len; first = false) {
        size_t room = REPORT_COLUMNS - indent - (first ? 0 : own);
        size_t fit = report_fit(line, len, room);
        if (!first)
            buf_printf(report->out, "\n%*s", (int)(indent + own), "");
        buf_add(report->out, line, fit);
        line += fit;
        len -= fit;
        while (len && *line == ' ') {
            line++;
            len--;
        }
    }
    buf_add_char(report->out, '\n');
}

/* Each line of `text`, indented and, with `wrap`, wrapped. */
static void report_lines(const struct report *report, const char *text, size_t indent, bool wrap,
                         bool first_is_placed)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (!first_is_placed)
            buf_printf(report->out, "%*s", (int)indent, "");
        first_is_placed = false;
        if (wrap) {
            report_wrap(report, text, len, indent);
        } else {
            buf_add(report->out, text, len);
            buf_add_char(report->out, '\n');
        }
        text += len + (text[len] == '\n');
    }
}

/* A label and its value, if there is one. */
static void report_part(const struct report *report, const char *label, const char *code,
                        const char *text)
{
    if (!text || !*text)
        return;
    char padded[REPORT_INDENT + 1];
    snprintf(padded, sizeof padded, "  %-*s", REPORT_INDENT - 2, label);
    report_paint(report, code, padded);
    report_lines(report, text, REPORT_INDENT, true, true);
}

/* "12 steps, 1h in 0.8 ms": world time in real time. */
static void report_effort(const struct report *report, const struct scenario_result *result)
{
    char world[24];
    timefmt_duration(result->world_ms, world);
    buf_printf(report->out, "%d step%s, %s in %lld.%lld ms", result->steps_run,
               result->steps_run == 1 ? "" : "s", world, (long long)(result->wall_us / 1000),
               (long long)(result->wall_us / 100 % 10));
}

static void report_passed(const struct report *report, const struct scenario_result *result)
{
    report_paint(report, "1;32", "PASS");
    buf_printf(report->out, "  %s (", result->scenario);
    report_effort(report, result);
    buf_add_str(report->out, ")\n");
}

static void report_failed(const struct report *report, const struct scenario_result *result)
{
    static const char *const words[] = {
        [VERDICT_FAILED] = "FAIL",
        [VERDICT_ERROR] = "ERROR",
        [VERDICT_TIMEOUT] = "TIMEOUT",
        [VERDICT_INTERRUPTED] = "INTERRUPTED",
    };
    const char *journal = result->journal;
    report_paint(report, "1;31", words[result->verdict]);
    buf_printf(report->out, "  %s\n", result->scenario);
    char *verdict = mem_printf_dup("%s:%d: %s", result->file, result->line,
                                   result->message ? result->message : "");
    report_lines(report, verdict, 2, true, true);
    free(verdict);
    if (result->statement && *result->statement) {
        buf_add_char(report->out, '\n');
        report_lines(report, result->statement, 4, false, false);
    }
    buf_add_char(report->out, '\n');
    report_part(report, "expected", "1", result->expected);
    report_part(report, "actual", "1", result->actual);
    report_part(report, "path", "1", result->path);
    report_part(report, "why", "1;33", result->why);
    report_part(report, "others", "1", result->others);
    report_part(report, "printed", "1", result->client_output);
    report_part(report, "journal", "1", journal && *journal ? "its last entries" : NULL);
    report_lines(report, journal ? journal : "", 2, false, false);
    if (result->again) { /* to be copied: not wrapped */
        report_paint(report, "1", "  again     ");
        report_lines(report, result->again, REPORT_INDENT, false, true);
    }
}

void report_text(const struct scenario_result *result, bool colour, struct buf *out)
{
    const struct report report = {.out = out, .colour = colour};
    if (result->verdict == VERDICT_PASSED)
        report_passed(&report, result);
    else
        report_failed(&report, result);
}
