/*
 * `mockcloud merge`: the reports of shards, as if one run had played all.
 *
 * The form jsonl has all that there is in it, so from that any report can be made again. One of the
 * form junit has lost some of it, and is joined as it stands. A report that was cut off, because
 * its shard was killed or its disk was full, is no pass: some scenario may be missing.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "cli/options.h"
#include "cli/reports.h"
#include "cli/screen.h"
#include "scenario/report_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MERGE_FILE_MAX (256u << 20)

struct merge {
    const struct options *options;
    bool begun, junit; /* a file was read; all are of the form junit */
    struct reports reports;
    struct report_totals totals;
    bool saw[VERDICT_INTERRUPTED + 1];
    size_t cut;        /* reports that are not whole */
    struct buf suites; /* of junit */
};

static int merge_wrong(const char *path, const char *what)
{
    return cli_error(EXIT_INVALID, "%s: %s", path, what);
}

/* ---- files ---- */

static int merge_read(const char *path, struct buf *ret_text)
{
    char bytes[65536];
    size_t len;
    FILE *file = fopen(path, "re");
    if (!file)
        return cli_error(EXIT_USAGE, "%s: %s", path, strerror(errno));
    while ((len = fread(bytes, 1, sizeof bytes, file)) > 0)
        buf_add(ret_text, bytes, len);
    int reason = ferror(file) ? errno : 0;
    fclose(file);
    if (reason)
        return cli_error(EXIT_USAGE, "%s: %s", path, strerror(reason));
    if (ret_text->overflow)
        return merge_wrong(path, "it is larger than 256 MiB");
    return EXIT_PASSED;
}

/* ---- jsonl ---- */

static void merge_case(struct merge *merge, struct report_read *taken)
{
    const struct report_case one = {
        .result = &taken->result, .before = taken->before, .tries = taken->tries};
    merge->saw[taken->result.verdict] = true;
    report_count(&merge->totals, &one);
    reports_add(&merge->reports, &one, -1);
    merge->totals.planned++;
    scenario_result_free(&taken->result);
    free(taken->before);
}

/* Shards run side by side, so all of them took as long as the longest. */
static void merge_end(struct merge *merge, const struct report_read *read)
{
    if (read->real_ms > merge->totals.real_ms)
        merge->totals.real_ms = read->real_ms;
    merge->totals.planned += read->not_run;
}

static int merge_lines(struct merge *merge, const char *path, const struct buf *text)
{
    bool ended = false;
    int number = 0;
    for (const char *at = buf_str(text); *at;) {
        struct report_read read;
        size_t len = strcspn(at, "\n");
        bool whole = at[len] == '\n';
        char *line = mem_dup_n(at, len);
        enum report_line what = report_read_line(line, &read);
        free(line);
        at += len + whole;
        number++;
        if (what == REPORT_LINE_WRONG && whole)
            return cli_error(EXIT_INVALID, "%s:%d: it is no line of a report jsonl", path, number);
        if (what == REPORT_LINE_CASE)
            merge_case(merge, &read);
        else if (what == REPORT_LINE_END)
            merge_end(merge, &read);
        ended = what == REPORT_LINE_END;
    }
    if (!ended) {
        cli_error(EXIT_COULD_NOT_RUN, "%s: it has no last line: its shard was cut off", path);
        merge->cut++;
    }
    return EXIT_PASSED;
}

/* ---- junit ---- */

static int merge_junit(struct merge *merge, const char *path, const char *text)
{
    struct report_suites suites;
    if (!report_read_junit(text, &suites))
        return merge_wrong(path, "it is no whole report junit of mockcloud");
    merge->totals.failed += suites.failures + suites.errors;
    merge->totals.skipped += suites.skipped;
    merge->totals.passed += suites.tests - suites.failures - suites.errors - suites.skipped;
    merge->totals.flaky += suites.flaky;
    merge->saw[VERDICT_TIMEOUT] = merge->saw[VERDICT_TIMEOUT] || suites.timeout;
    buf_add(&merge->suites, suites.begin, suites.len);
    return EXIT_PASSED;
}

/* Where --report junit wants it; on standard output without. */
static int merge_write_junit(const struct merge *merge)
{
    const struct option_value *wanted = &merge->options->values[OPTION_REPORT];
    const char *place = wanted->count ? wanted->list[0] : "junit";
    struct outfile file = outfile_stdout();
    if (wanted->count > 1 || strncmp(place, "junit", 5) != 0)
        return cli_usage(merge->options->command,
                         "of reports junit only one junit can be made: --report junit:FILE");
    int code = place[5] ? outfile_open(&file, place + 6, false) : EXIT_PASSED;
    if (code != EXIT_PASSED)
        return code;
    outfile_add(&file, report_junit_head, strlen(report_junit_head), -1);
    outfile_add(&file, buf_str(&merge->suites), merge->suites.len, -1);
    outfile_add(&file, report_junit_tail, strlen(report_junit_tail), -1);
    if (!outfile_close(&file))
        return EXIT_COULD_NOT_RUN;
    if (place[5] && !options_given(merge->options, OPTION_QUIET)) {
        struct buf line;
        buf_init(&line, 256);
        report_counts(&merge->totals, &line);
        puts(buf_str(&line));
        buf_free(&line);
    }
    return EXIT_PASSED;
}

/* ---- all of it ---- */

/* The first one says which form they have. */
static int merge_begin(struct merge *merge, bool junit)
{
    const struct report_style style = {
        .colour = cli_colour(STDOUT_FILENO),
        .columns = screen_columns(STDOUT_FILENO),
        .quiet = options_given(merge->options, OPTION_QUIET),
    };
    merge->junit = junit;
    merge->begun = true;
    if (reports_want(merge->options, "har"))
        return cli_usage(merge->options->command,
                         "a har can't be made of other reports: they have no requests in them");
    return junit ? EXIT_PASSED : reports_open(&merge->reports, merge->options, &style, false);
}

static int merge_file(struct merge *merge, const char *path)
{
    struct buf text;
    buf_init(&text, MERGE_FILE_MAX);
    int code = merge_read(path, &text);
    bool junit = strncmp(buf_str(&text), "<?xml", 5) == 0;
    if (code == EXIT_PASSED && !merge->begun)
        code = merge_begin(merge, junit);
    if (code == EXIT_PASSED && junit != merge->junit)
        code = merge_wrong(path, "it has another form than the first one");
    else if (code == EXIT_PASSED && junit)
        code = merge_junit(merge, path, buf_str(&text));
    else if (code == EXIT_PASSED)
        code = merge_lines(merge, path, &text);
    buf_free(&text);
    return code;
}

static int merge_exit_code(const struct merge *merge)
{
    if (merge->saw[VERDICT_ERROR] || merge->saw[VERDICT_INTERRUPTED] || merge->cut)
        return EXIT_COULD_NOT_RUN;
    if (merge->saw[VERDICT_TIMEOUT])
        return EXIT_TIMED_OUT;
    return merge->totals.failed ? EXIT_FAILED : EXIT_PASSED;
}

int cli_merge(const struct options *options)
{
    struct merge merge = {.options = options};
    int code = EXIT_PASSED;
    buf_init(&merge.suites, MERGE_FILE_MAX);
    for (int i = 0; i < options->argument_count && code == EXIT_PASSED; i++)
        code = merge_file(&merge, options->arguments[i]);
    if (code == EXIT_PASSED && merge.junit)
        code = merge_write_junit(&merge);
    else if (code == EXIT_PASSED)
        reports_end(&merge.reports, &merge.totals, -1);
    if (code == EXIT_PASSED)
        code = merge_exit_code(&merge);
    if (!reports_close(&merge.reports))
        code = EXIT_COULD_NOT_RUN;
    report_totals_free(&merge.totals);
    buf_free(&merge.suites);
    return code;
}
