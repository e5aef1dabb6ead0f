/* The report `markdown`: a page for a pull request or a step summary. The counts come first, so
 * what failed is held back; what is too much for a page is left out, and that is told. */
#include "scenario/report_inside.h"

#include <string.h>

static void markdown_escape(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (strchr("\\`*_[]<>|#~&", *text))
            buf_add_char(out, '\\');
        buf_add_char(out, *text == '\n' ? ' ' : *text);
    }
}

/* Longer than any row of backticks inside. */
static size_t markdown_fence(const char *text)
{
    size_t longest = 2;
    while (*text) {
        size_t len = strspn(text, "`");
        longest = len > longest ? len : longest;
        text += len ? len : 1;
    }
    return longest + 1;
}

static void markdown_fenced(const char *text, struct buf *out)
{
    static const char ticks[] = "````````````````````````````````";
    size_t len = markdown_fence(text);
    len = len < sizeof ticks - 1 ? len : sizeof ticks - 1;
    buf_printf(out, "%.*stext\n%s%.*s\n\n", (int)len, ticks, text, (int)len, ticks);
}

static void markdown_failed(const struct scenario_result *result, struct buf *out)
{
    static const struct report_style plain = {0};
    struct buf text;
    buf_init(&text, 256u << 10);
    report_text(result, &plain, &text);
    buf_add_str(out, "### ");
    markdown_escape(result->scenario, out);
    buf_add_str(out, "\n\n");
    markdown_fenced(buf_str(&text), out);
    buf_free(&text);
}

/* Adds the whole block or nothing: a fence that is cut off would swallow the rest of the page. */
void report_markdown_add(struct report *report, const struct report_case *one, struct buf *out)
{
    struct buf part;
    (void)out;
    if (!report_failed(one->result->verdict))
        return;
    buf_init(&part, 512u << 10);
    markdown_failed(one->result, &part);
    if (part.overflow || report->body.len + part.len > report->body.max)
        report->failures++;
    else
        buf_add(&report->body, part.data, part.len);
    buf_free(&part);
}

static void markdown_names(const struct report_totals *totals, bool flaky, const char *title,
                           struct buf *out)
{
    bool first = true;
    for (size_t i = 0; i < totals->name_count; i++) {
        const struct report_name *name = &totals->names[i];
        if (name->flaky != flaky)
            continue;
        if (first)
            buf_printf(out, "\n%s:\n\n", title);
        first = false;
        buf_add_str(out, "- ");
        markdown_escape(name->file, out);
        buf_printf(out, ":%d ", name->line);
        markdown_escape(name->scenario, out);
        buf_add_char(out, '\n');
    }
}

void report_markdown_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    buf_add_str(out, "## mockcloud: ");
    report_counts(totals, out);
    buf_add_str(out, " in ");
    report_time(totals->real_ms, out);
    buf_add_char(out, '\n');
    if (report->number < totals->planned)
        buf_printf(out, "\n%zu not run.\n", totals->planned - report->number);
    markdown_names(totals, false, "Failed", out);
    markdown_names(totals, true, "Flaky", out);
    if (report->body.len)
        buf_printf(out, "\n%s", buf_str(&report->body));
    if (report->failures)
        buf_printf(out, "%zu more are too long for this page.\n", report->failures);
}
