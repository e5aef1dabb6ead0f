/* See tell.h. Owns the words and their order. */
#include "cli/tell.h"

#include "base/jsonw.h"
#include "net/output.h"
#include "scenario/report.h"
#include "sim/sim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TELL_TEXT_MAX (8u << 20)
#define TELL_HURRY_MS 1000

/* ---- writing ---- */

/* After an interruption, whose signal has been taken, nothing else would end the waiting. */
static int64_t tell_patience(struct tell *tell)
{
    if (!tell->saw[VERDICT_INTERRUPTED])
        return -1;
    if (!tell->hurry_until_ms)
        tell->hurry_until_ms = sim_real_ms() + TELL_HURRY_MS;
    return tell->hurry_until_ms;
}

/* Takes what is in the buffer. */
static void tell_write(struct tell *tell, struct buf *text)
{
    int reason = output_whole(STDOUT_FILENO, buf_str(text), text->len, tell_patience(tell));
    if (!tell->print_reason)
        tell->print_reason = reason;
    buf_free(text);
}

static void tell_add_to_journal(struct tell *tell, const char *text)
{
    int reason = output_whole(tell->journal_fd, text, strlen(text), tell_patience(tell));
    if (!tell->journal_reason)
        tell->journal_reason = reason;
}

/* ---- journals ---- */

int tell_begin(struct tell *tell)
{
    tell->journal_fd = -1;
    if (!tell->journal_path)
        return EXIT_PASSED;
    tell->journal_fd = open(tell->journal_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (tell->journal_fd < 0)
        return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", tell->journal_path, strerror(errno));
    return EXIT_PASSED;
}

/* With several scenarios, a line says whose journal follows. */
static void tell_write_journal(struct tell *tell, const struct scenario_result *result)
{
    if (tell->journal_fd >= 0 && tell->several) {
        struct buf line;
        struct jsonw w;
        buf_init(&line, TELL_TEXT_MAX);
        jsonw_init(&w, &line);
        jsonw_object(&w);
        jsonw_key_str(&w, "scenario", result->scenario);
        jsonw_key_str(&w, "file", result->file);
        jsonw_end_object(&w);
        buf_add_char(&line, '\n');
        tell_add_to_journal(tell, buf_str(&line));
        buf_free(&line);
    }
    if (tell->journal_fd >= 0 && result->journal_dump)
        tell_add_to_journal(tell, result->journal_dump);
}

/* Half a journal would be taken for a whole one: it goes, unless it is a device or a pipe. */
static bool tell_close_journal(struct tell *tell)
{
    struct stat info;
    if (tell->journal_fd < 0)
        return true;
    bool regular = fstat(tell->journal_fd, &info) == 0 && S_ISREG(info.st_mode);
    if (close(tell->journal_fd) != 0 && !tell->journal_reason)
        tell->journal_reason = errno;
    if (!tell->journal_reason)
        return true;
    if (regular)
        unlink(tell->journal_path);
    cli_error(EXIT_COULD_NOT_RUN, "%s: %s", tell->journal_path, strerror(tell->journal_reason));
    return false;
}

bool tell_end(struct tell *tell)
{
    bool lost = tell->print_reason && tell->print_reason != EAGAIN;
    if (lost)
        cli_error(EXIT_COULD_NOT_RUN, "standard output can't be written: %s",
                  strerror(tell->print_reason));
    return tell_close_journal(tell) && !lost;
}

/* ---- people ---- */

static void tell_print(struct tell *tell, const struct scenario_result *result)
{
    struct buf text;
    if (tell->quiet && result->verdict == VERDICT_PASSED)
        return;
    buf_init(&text, TELL_TEXT_MAX);
    report_text(result, cli_colour(STDOUT_FILENO), &text);
    if (result->verdict != VERDICT_PASSED)
        buf_add_char(&text, '\n');
    tell_write(tell, &text);
}

static void tell_print_lines(struct tell *tell, const char *what, const char *lines)
{
    struct buf text;
    buf_init(&text, TELL_TEXT_MAX);
    while (lines && *lines) {
        size_t len = strcspn(lines, "\n");
        buf_printf(&text, "  %s: %.*s\n", what, (int)len, lines);
        lines += len + (lines[len] == '\n');
    }
    tell_write(tell, &text);
}

/* With --check-requests, what clients sent that is not in the document; with --strict, each guess
 * that the scenario leaned on. */
static void tell_print_leaned(struct tell *tell, const struct scenario_result *result)
{
    tell_print_lines(tell, "finding", result->findings);
    if (tell->strict == STRICT_OFF || !result->guesses)
        return;
    tell->guessed = true;
    tell_print_lines(tell, "guess", result->guesses);
}

static void tell_flaky(struct tell *tell, const struct scenario_result *result, const char *before,
                       size_t tries)
{
    struct buf text;
    buf_init(&text, TELL_TEXT_MAX);
    buf_printf(&text, "FLAKY %s: passed on try %zu; before: %s\n", result->scenario, tries, before);
    tell_write(tell, &text);
}

void tell_result(struct tell *tell, const struct scenario_result *result, const char *before,
                 size_t tries)
{
    bool passed = result->verdict == VERDICT_PASSED;
    tell->saw[result->verdict] = true;
    tell->passed += passed;
    tell->failed += !passed;
    tell->flaky += passed && before;
    tell_print(tell, result);
    if (passed && before)
        tell_flaky(tell, result, before, tries);
    tell_write_journal(tell, result);
    tell_print_leaned(tell, result);
}

void tell_counts(struct tell *tell, bool all)
{
    struct buf text;
    char flaky[48] = "";
    buf_init(&text, TELL_TEXT_MAX);
    if (tell->flaky)
        snprintf(flaky, sizeof flaky, " (%zu flaky)", tell->flaky);
    if (!tell->quiet || tell->failed)
        buf_printf(&text, "%zu passed%s, %zu failed%s\n", tell->passed, flaky, tell->failed,
                   all ? "" : ", the others were not run");
    if (tell->guessed && tell->strict == STRICT_FAIL)
        buf_add_str(&text, "guesses were leaned on: with --strict that is a failure\n");
    tell_write(tell, &text);
}
