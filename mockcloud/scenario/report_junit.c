/* The report `junit`: XML as Jenkins's schema has it (jenkins-junit.xsd), a suite for each file and
 * a case for each scenario. A suite has its counts at its head, so its cases are held back until
 * the next file begins. */
#include "scenario/report_inside.h"
#include "scenario/report_read.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

const char report_junit_head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
const char report_junit_tail[] = "</testsuites>\n";

/* XML can't express a control character, not even escaped, nor a byte that is not UTF-8. */
static void junit_escape(const char *text, struct buf *out)
{
    size_t left = strlen(text);
    while (left) {
        size_t len = text_utf8_len(text, left);
        unsigned char c = (unsigned char)*text;
        bool sayable = len && (c >= ' ' || c == '\n' || c == '\t') && c != 0x7F &&
                       !(len == 3 && memcmp(text, "\xEF\xBF", 2) == 0 && (text[2] & 0x3E) == 0x3E);
        if (c == '<' || c == '&' || c == '>')
            buf_add_str(out, c == '<' ? "&lt;" : c == '&' ? "&amp;" : "&gt;");
        else if (c == '"')
            buf_add_str(out, "&quot;");
        else if (sayable)
            buf_add(out, text, len);
        else
            buf_add_str(out, "\xEF\xBF\xBD");
        text += len ? len : 1;
        left -= len ? len : 1;
    }
}

static void junit_attribute(const char *name, const char *text, struct buf *out)
{
    buf_printf(out, " %s=\"", name);
    junit_escape(text, out);
    buf_add_char(out, '"');
}

static void junit_seconds(int64_t wall_us, struct buf *out)
{
    buf_printf(out, " time=\"%lld.%06lld\"", (long long)(wall_us / 1000000),
               (long long)(wall_us % 1000000));
}

void report_junit_begin(struct report *report, struct buf *out)
{
    (void)report;
    buf_add_str(out, report_junit_head);
}

/* <failure> is for a scenario that was judged, <error> for one that could not be; the text for
 * people stands inside. */
static void junit_failure(const struct scenario_result *result, struct buf *out)
{
    static const struct report_style plain = {0};
    const char *tag = result->verdict == VERDICT_FAILED ? "failure" : "error";
    struct buf text;
    buf_init(&text, 8u << 20);
    report_text(result, &plain, &text);
    buf_printf(out, "      <%s type=\"%s\"", tag, report_verdict(result->verdict));
    junit_attribute("message", report_message(result), out);
    buf_add_char(out, '>');
    junit_escape(buf_str(&text), out);
    buf_printf(out, "</%s>\n", tag);
    buf_free(&text);
}

static void junit_case(const struct report_case *one, struct buf *out)
{
    const struct scenario_result *result = one->result;
    buf_add_str(out, "    <testcase");
    junit_attribute("name", result->scenario, out);
    junit_attribute("classname", result->file, out);
    junit_seconds(result->wall_us, out);
    buf_add_str(out, ">\n");
    if (result->verdict == VERDICT_SKIPPED) {
        buf_add_str(out, "      <skipped>");
        junit_escape(report_message(result), out);
        buf_add_str(out, "</skipped>\n");
    }
    if (report_failed(result->verdict))
        junit_failure(result, out);
    if (one->before) {
        buf_printf(out,
                   "      <system-out>%s on try %zu; before: ", report_verdict(result->verdict),
                   one->tries);
        junit_escape(one->before, out);
        buf_add_str(out, "</system-out>\n");
    }
    buf_add_str(out, "    </testcase>\n");
}

static void junit_end_suite(struct report *report, struct buf *out)
{
    if (!report->file)
        return;
    buf_add_str(out, "  <testsuite");
    junit_attribute("name", report->file, out);
    buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", report->cases,
               report->failures, report->errors, report->skipped);
    junit_seconds(report->wall_us, out);
    buf_add_str(out, ">\n");
    buf_add_str(out, buf_str(&report->body));
    buf_add_str(out, "  </testsuite>\n");
    buf_clear(&report->body);
    free(report->file);
    report->file = NULL;
    report->cases = report->failures = report->errors = report->skipped = 0;
    report->wall_us = 0;
}

void report_junit_add(struct report *report, const struct report_case *one, struct buf *out)
{
    const struct scenario_result *result = one->result;
    if (report->file && strcmp(report->file, result->file) != 0)
        junit_end_suite(report, out);
    if (!report->file)
        report->file = mem_dup(result->file);
    report->cases++;
    report->failures += result->verdict == VERDICT_FAILED;
    report->errors += report_failed(result->verdict) && result->verdict != VERDICT_FAILED;
    report->skipped += result->verdict == VERDICT_SKIPPED;
    report->wall_us += result->wall_us;
    junit_case(one, &report->body);
}

void report_junit_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    (void)totals;
    junit_end_suite(report, out);
    buf_add_str(out, report_junit_tail);
}
