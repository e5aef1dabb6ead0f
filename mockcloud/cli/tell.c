/* See tell.h. Owns the words and their order. */
#include "cli/tell.h"

#include "base/jsonw.h"
#include "scenario/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TELL_TEXT_MAX (8u << 20)

/* ---- journals ---- */

int tell_begin(struct tell *tell)
{
    if (tell->journal_path && !(tell->journal = fopen(tell->journal_path, "we")))
        return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", tell->journal_path, strerror(errno));
    return EXIT_PASSED;
}

static void tell_add_to_journal(struct tell *tell, const char *text)
{
    bool written = fputs(text, tell->journal) != EOF && fflush(tell->journal) == 0;
    if (!written && !tell->journal_reason)
        tell->journal_reason = errno;
}

/* With several scenarios, a line says whose journal follows. */
static void tell_write_journal(struct tell *tell, const struct scenario_result *result)
{
    if (tell->journal && tell->several) {
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
    if (tell->journal && result->journal_dump)
        tell_add_to_journal(tell, result->journal_dump);
}

/* Half a journal would be taken for a whole one: it goes, unless it is a device or a pipe. */
bool tell_end(struct tell *tell)
{
    struct stat info;
    if (!tell->journal)
        return true;
    bool regular = fstat(fileno(tell->journal), &info) == 0 && S_ISREG(info.st_mode);
    if (fclose(tell->journal) != 0 && !tell->journal_reason)
        tell->journal_reason = errno;
    if (!tell->journal_reason)
        return true;
    if (regular)
        unlink(tell->journal_path);
    cli_error(EXIT_COULD_NOT_RUN, "%s: %s", tell->journal_path, strerror(tell->journal_reason));
    return false;
}

/* ---- people ---- */

static void tell_print(const struct tell *tell, const struct scenario_result *result)
{
    struct buf text;
    if (tell->quiet && result->verdict == VERDICT_PASSED)
        return;
    buf_init(&text, TELL_TEXT_MAX);
    report_text(result, cli_colour(STDOUT_FILENO), &text);
    fputs(buf_str(&text), stdout);
    if (result->verdict != VERDICT_PASSED)
        putchar('\n');
    fflush(stdout);
    buf_free(&text);
}

static void tell_print_lines(const char *what, const char *lines)
{
    while (lines && *lines) {
        size_t len = strcspn(lines, "\n");
        printf("  %s: %.*s\n", what, (int)len, lines);
        lines += len + (lines[len] == '\n');
    }
    fflush(stdout);
}

/* With --check-requests, what clients sent that is not in the document; with --strict, each guess
 * that the scenario leaned on. */
static void tell_print_leaned(struct tell *tell, const struct scenario_result *result)
{
    tell_print_lines("finding", result->findings);
    if (tell->strict == STRICT_OFF || !result->guesses)
        return;
    tell->guessed = true;
    tell_print_lines("guess", result->guesses);
}

static void tell_flaky(const struct scenario_result *result, const char *before, size_t tries)
{
    printf("FLAKY %s: passed on try %zu; before: %s\n", result->scenario, tries, before);
    fflush(stdout);
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
        tell_flaky(result, before, tries);
    tell_write_journal(tell, result);
    tell_print_leaned(tell, result);
}

void tell_counts(const struct tell *tell, bool all)
{
    char flaky[48] = "";
    if (tell->flaky)
        snprintf(flaky, sizeof flaky, " (%zu flaky)", tell->flaky);
    if (!tell->quiet || tell->failed)
        printf("%zu passed%s, %zu failed%s\n", tell->passed, flaky, tell->failed,
               all ? "" : ", the others were not run");
    if (tell->guessed && tell->strict == STRICT_FAIL)
        puts("guesses were leaned on: with --strict that is a failure");
}
