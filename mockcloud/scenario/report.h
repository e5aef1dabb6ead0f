/*
 * Reports: one result model, many printers.
 *
 * A printer is a row of report_rows and a file of its own (report_NAME.c). Each is told of every
 * scenario in turn, and of the totals in the end; it appends to a buffer what is to be written, and
 * knows nothing of where that goes. To add one: a row, a file, a check of its form by a reader that
 * is not ours (tests/reports).
 */
#ifndef SCENARIO_REPORT_H
#define SCENARIO_REPORT_H

#include "base/buf.h"
#include "scenario/scenario.h"

/* What became of one scenario. All is borrowed. */
struct report_case {
    const struct scenario_result *result;
    const char
        *before;  /* what went wrong the first time, when it was played again; NULL: nothing */
    size_t tries; /* from 1 */
};

/* A scenario, as the lists at the end name it. Strings are owned by the totals. */
struct report_name {
    char *scenario;
    char *file;
    int line; /* of the step that failed */
    bool flaky;
};

/* What became of all. Zeroed: of none so far. */
struct report_totals {
    size_t passed, failed, skipped, flaky; /* the flaky ones are among those that passed */
    size_t planned;                        /* how many there were to be */
    int64_t real_ms;                       /* for all of it, of real time */
    bool guessed;                          /* guesses were leaned on, and that is a failure */
    struct report_name *names;             /* those that failed or were flaky, in their order */
    size_t name_count;
};

/* How a printer that can look one way or another should look. */
struct report_style {
    bool colour;
    size_t columns; /* lines of text are wrapped at them; 0: at 100 */
    bool quiet;     /* text: nothing of what passed, but for the guesses */
    bool guesses;   /* text: name the guesses that were leaned on */
};

struct report;

/* The name of the index-th printer, as --report takes it; NULL behind the last. */
const char *report_word(size_t index);

/* The same with what it is good for; false behind the last. */
bool report_info(size_t index, const char **ret_name, const char **ret_text);

/* Whether the printer of this name, which there has to be, needs journal_dump and client_dump. */
bool report_shows_journal(const char *name);

/* A printer of this name, which there has to be; what it begins with is appended to `out`. Yours:
 * report_free(). */
struct report *report_new(const char *name, const struct report_style *style, struct buf *out);
void report_add(struct report *report, const struct report_case *one, struct buf *out);
void report_end(struct report *report, const struct report_totals *totals, struct buf *out);
void report_free(struct report *report); /* NULL is passed over */

/* Counts one more. */
void report_count(struct report_totals *totals, const struct report_case *one);
void report_totals_free(struct report_totals *totals);

/* "3 passed (1 flaky), 1 failed, 2 skipped". */
void report_counts(const struct report_totals *totals, struct buf *out);

/* Whether it counts as failed: what was skipped does not. */
bool report_failed(enum verdict verdict);

/* The word of a verdict: "passed", "timeout". */
const char *report_verdict(enum verdict verdict);

/* Text for a person: one line when it passed; when it failed: the verdict with file:line, the
 * statement, expected, actual, the path of the first difference, why, the other actors, the last
 * journal lines, the command that runs it again with the same seed. */
void report_text(const struct scenario_result *result, const struct report_style *style,
                 struct buf *out);

/* A mistake in a file as an annotation of GitHub Actions: "::error file=a.yaml,line=3,…". `level`
 * is "error", "warning" or "notice". */
void report_github_line(const char *level, const char *file, int line, int column,
                        const char *title, const char *message, struct buf *out);

/* The result as one line of JSON, and back: how a scenario's own process hands it to its parent. */
void report_json(const struct scenario_result *result, struct buf *out);
bool report_from_json(const char *json, struct scenario_result *ret_result);

/* Prints the JSON Schema (draft 2020-12) of a line of the report `jsonl`. */
void report_schema(struct buf *out);

#endif
