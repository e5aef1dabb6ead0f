/* The report `har`: what went over the wire, a page for each scenario. Pages stand behind the
 * entries, which can be written at once. */
#include "scenario/report_inside.h"

#include "base/har.h"
#include "base/mem.h"
#include "base/timefmt.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void report_har_begin(struct report *report, struct buf *out)
{
    (void)report;
    har_begin(out, MOCKCLOUD_VERSION);
}

/* Each entry is a line that begins with "{", behind which the name of its page is put: entries are
 * made where nobody knows which number their scenario has in the report. */
static void har_add_entries(const char *page, const char *entries, bool first, struct buf *out)
{
    for (const char *line = entries; *line;) {
        size_t len = strcspn(line, "\n");
        if (line == entries && !first)
            buf_add_char(out, ',');
        buf_printf(out, "\n{\"pageref\":\"%s\",", page);
        buf_add(out, line + 1, len - 1);
        line += len + (line[len] == '\n');
    }
}

/* A page begins with its first request. A scenario without one has no time that could be told. */
static void har_add_page(const char *page, const struct scenario_result *result, struct buf *pages)
{
    static const char key[] = "{\"startedDateTime\":\"";
    char *title = mem_printf_dup("%s: %s", report_verdict(result->verdict), result->scenario);
    int64_t at_ms = 0;
    if (result->wire_dump && strncmp(result->wire_dump, key, sizeof key - 1) == 0) {
        char *time = mem_dup_n(result->wire_dump + sizeof key - 1, TIMEFMT_ISO_SIZE - 1);
        timefmt_parse_iso(time, &at_ms);
        free(time);
    }
    if (pages->len)
        buf_add_char(pages, ',');
    har_page(pages, page, title, at_ms);
    free(title);
}

void report_har_add(struct report *report, const struct report_case *one, struct buf *out)
{
    char page[32];
    snprintf(page, sizeof page, "page_%zu", report->number);
    har_add_page(page, one->result, &report->body);
    if (!one->result->wire_dump)
        return;
    har_add_entries(page, one->result->wire_dump, report->cases == 0, out);
    report->cases++;
}

void report_har_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    (void)totals;
    har_end_with_pages(out, buf_str(&report->body));
}
