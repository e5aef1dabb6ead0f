/* See report.h. Owns the table of printers and the counting; no form. */
#include "scenario/report_inside.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define SUITE_MAX    (64u << 20)  /* the cases of one file */
#define MARKDOWN_MAX (900u << 10) /* GitHub takes a summary of 1 MiB */

static const struct report_row report_rows[] = {
    {.name = "text",
     .text = "for people: a line for what passed, all that explains it for what failed",
     .add = report_text_add,
     .end = report_text_end},
    {.name = "tap",
     .text = "Test Anything Protocol 13, for prove and its relatives",
     .begin = report_tap_begin,
     .add = report_tap_add,
     .end = report_tap_end},
    {.name = "junit",
     .text = "JUnit XML, a suite for each file, for Jenkins, GitLab and their relatives",
     .begin = report_junit_begin,
     .add = report_junit_add,
     .end = report_junit_end,
     .body_max = SUITE_MAX},
    {.name = "jsonl",
     .text = "a line of JSON for each scenario and one for all (`mockcloud schema report`)",
     .add = report_jsonl_add,
     .end = report_jsonl_end},
    {.name = "github",
     .text = "annotations of GitHub Actions, at the lines that failed",
     .add = report_github_add},
    {.name = "markdown",
     .text = "a page: the counts, what failed and why; GitHub's step summary is this",
     .add = report_markdown_add,
     .end = report_markdown_end,
     .body_max = MARKDOWN_MAX},
    {.name = "har",
     .text = "HTTP Archive 1.2: what went over the wire, a page for each scenario",
     .begin = report_har_begin,
     .add = report_har_add,
     .end = report_har_end,
     .body_max = SUITE_MAX},
    {.name = "html",
     .text = "a page that stands alone: the time line of each scenario, and why it failed",
     .begin = report_html_begin,
     .add = report_html_add,
     .end = report_html_end,
     .journal = true},
    {.name = "mermaid",
     .text = "the time line as Mermaid's sequence diagrams, for an issue or a pull request",
     .add = report_mermaid_add,
     .journal = true},
};

#define REPORT_COUNT (sizeof report_rows / sizeof *report_rows)

const char *report_word(size_t index)
{
    return index < REPORT_COUNT ? report_rows[index].name : NULL;
}

bool report_info(size_t index, const char **ret_name, const char **ret_text)
{
    if (index >= REPORT_COUNT)
        return false;
    *ret_name = report_rows[index].name;
    *ret_text = report_rows[index].text;
    return true;
}

static const struct report_row *report_row_of(const char *name)
{
    size_t i = 0;
    while (i < REPORT_COUNT && strcmp(report_rows[i].name, name) != 0)
        i++;
    assert(i < REPORT_COUNT);
    return &report_rows[i];
}

bool report_shows_journal(const char *name)
{
    return report_row_of(name)->journal;
}

struct report *report_new(const char *name, const struct report_style *style, struct buf *out)
{
    struct report *report = mem_new(sizeof *report);
    report->row = report_row_of(name);
    report->style = *style;
    buf_init(&report->body, report->row->body_max);
    if (report->row->begin)
        report->row->begin(report, out);
    return report;
}

void report_add(struct report *report, const struct report_case *one, struct buf *out)
{
    report->number++;
    report->row->add(report, one, out);
}

void report_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    if (report->row->end)
        report->row->end(report, totals, out);
}

void report_free(struct report *report)
{
    if (!report)
        return;
    buf_free(&report->body);
    free(report->file);
    free(report);
}

/* ---- counting ---- */

bool report_failed(enum verdict verdict)
{
    return verdict != VERDICT_PASSED && verdict != VERDICT_SKIPPED;
}

void report_count(struct report_totals *totals, const struct report_case *one)
{
    const struct scenario_result *result = one->result;
    bool failed = report_failed(result->verdict);
    bool flaky = result->verdict == VERDICT_PASSED && one->before;
    totals->passed += result->verdict == VERDICT_PASSED;
    totals->skipped += result->verdict == VERDICT_SKIPPED;
    totals->failed += failed;
    totals->flaky += flaky;
    if (!failed && !flaky)
        return;
    totals->names = mem_grow(totals->names, (totals->name_count + 1) * sizeof *totals->names);
    totals->names[totals->name_count++] = (struct report_name){
        .scenario = mem_dup(result->scenario),
        .file = mem_dup(result->file),
        .line = result->line,
        .flaky = flaky,
    };
}

void report_totals_free(struct report_totals *totals)
{
    for (size_t i = 0; i < totals->name_count; i++) {
        free(totals->names[i].scenario);
        free(totals->names[i].file);
    }
    free(totals->names);
    *totals = (struct report_totals){0};
}

/* ---- what several say alike ---- */

void report_counts(const struct report_totals *totals, struct buf *out)
{
    buf_printf(out, "%zu passed", totals->passed);
    if (totals->flaky)
        buf_printf(out, " (%zu flaky)", totals->flaky);
    buf_printf(out, ", %zu failed", totals->failed);
    if (totals->skipped)
        buf_printf(out, ", %zu skipped", totals->skipped);
}

void report_time(int64_t real_ms, struct buf *out)
{
    if (real_ms < 1000)
        buf_printf(out, "%lld ms", (long long)real_ms);
    else
        buf_printf(out, "%lld.%lld s", (long long)(real_ms / 1000),
                   (long long)(real_ms / 100 % 10));
}

const char *report_message(const struct scenario_result *result)
{
    return result->message ? result->message : "";
}
