/*
 * What the printers share: report.c holds them in a table, report_NAME.c are they.
 */
#ifndef SCENARIO_REPORT_INSIDE_H
#define SCENARIO_REPORT_INSIDE_H

#include "base/jsonw.h"
#include "scenario/report.h"

/* A printer; any of the functions may be NULL. */
struct report_row {
    const char *name;
    const char *text;
    void (*begin)(struct report *report, struct buf *out);
    void (*add)(struct report *report, const struct report_case *one, struct buf *out);
    void (*end)(struct report *report, const struct report_totals *totals, struct buf *out);
    size_t body_max; /* bytes that it holds back */
    bool journal;    /* it shows the whole journal, and what clients have printed */
};

/* A printer at work. Each uses what it needs of it. */
struct report {
    const struct report_row *row;
    struct report_style style;
    size_t number;   /* of the case, from 1 */
    struct buf body; /* what can't be written before something else is known */
    char *file;      /* of the cases in the body; NULL: none */
    size_t cases, failures, errors, skipped; /* in the body */
    int64_t wall_us;                         /* of the cases in the body */
    size_t held;                             /* html: bytes of journals so far */
};

void report_text_add(struct report *report, const struct report_case *one, struct buf *out);
void report_text_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_tap_begin(struct report *report, struct buf *out);
void report_tap_add(struct report *report, const struct report_case *one, struct buf *out);
void report_tap_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_junit_begin(struct report *report, struct buf *out);
void report_junit_add(struct report *report, const struct report_case *one, struct buf *out);
void report_junit_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_jsonl_add(struct report *report, const struct report_case *one, struct buf *out);
void report_jsonl_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_har_begin(struct report *report, struct buf *out);
void report_har_add(struct report *report, const struct report_case *one, struct buf *out);
void report_har_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_github_add(struct report *report, const struct report_case *one, struct buf *out);
void report_markdown_add(struct report *report, const struct report_case *one, struct buf *out);
void report_markdown_end(struct report *report, const struct report_totals *totals,
                         struct buf *out);

void report_html_begin(struct report *report, struct buf *out);
void report_html_add(struct report *report, const struct report_case *one, struct buf *out);
void report_html_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_mermaid_add(struct report *report, const struct report_case *one, struct buf *out);

/* "12 ms", "1.2 s". */
void report_time(int64_t real_ms, struct buf *out);

/* The message of a result that did not pass; never NULL. Borrowed. */
const char *report_message(const struct scenario_result *result);

/* The members of a result in an object that is open: report_json.c. */
void report_members(const struct scenario_result *result, bool with_journal, struct jsonw *w);

#endif
