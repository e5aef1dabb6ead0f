/*
 * Reads back what the reports `jsonl` and `junit` have written, for `mockcloud merge`.
 */
#ifndef SCENARIO_REPORT_READ_H
#define SCENARIO_REPORT_READ_H

#include "scenario/report.h"

/* What a line of jsonl is. */
enum report_line { REPORT_LINE_WRONG, REPORT_LINE_CASE, REPORT_LINE_END };

/* What one line says. Of a case the result and `before` (NULL: none) are yours:
 * scenario_result_free(), free(). Of an end `real_ms` and `not_run` alone. */
struct report_read {
    struct scenario_result result;
    char *before;
    size_t tries;
    int64_t real_ms;
    size_t not_run;
};

enum report_line report_read_line(const char *line, struct report_read *ret_read);

/* What a whole report `junit` says. */
struct report_suites {
    const char *begin; /* its suites; borrowed from the text, not terminated */
    size_t len;
    size_t tests, failures, errors, skipped, flaky;
    bool timeout; /* one of the errors is that a scenario took too long */
};

/* False when it is not one that we have written, as a whole. */
bool report_read_junit(const char *text, struct report_suites *ret_suites);

/* What stands before and behind the suites of a report `junit`. */
extern const char report_junit_head[], report_junit_tail[];

#endif
