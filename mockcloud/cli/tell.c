/* See tell.h. Owns the order of what is told, and for how long somebody is waited for. */
#include "cli/tell.h"

#include "base/jsonw.h"
#include "cli/screen.h"
#include "sim/sim.h"
#include "world/guesses.h"

#include <string.h>
#include <unistd.h>

#define TELL_LINE_MAX (1u << 20)
#define TELL_HURRY_MS 1000

/* After an interruption the wait for a reader is bounded: the signal has been taken, so a further
 * one would not end it. */
static int64_t tell_patience(struct tell *tell)
{
    if (!tell->hurry_until_ms && !tell->saw[VERDICT_INTERRUPTED])
        return -1;
    if (!tell->hurry_until_ms)
        tell->hurry_until_ms = sim_real_ms() + TELL_HURRY_MS;
    return tell->hurry_until_ms;
}

int tell_begin(struct tell *tell)
{
    const struct report_style style = {
        .colour = cli_colour(STDOUT_FILENO),
        .columns = screen_columns(STDOUT_FILENO),
        .quiet = tell->quiet,
        .guesses = tell->strict != STRICT_OFF,
    };
    tell->journal.fd = -1;
    tell->begun_ms = sim_real_ms();
    int code = reports_open(&tell->reports, tell->options, &style, tell->in_files);
    if (code == EXIT_PASSED)
        code = artifacts_begin(&tell->artifacts, options_text(tell->options, OPTION_OUTPUT),
                               options_given(tell->options, OPTION_KEEP));
    if (code == EXIT_PASSED && tell->journal_path)
        code = outfile_open(&tell->journal, tell->journal_path, false);
    return code;
}

/* With several scenarios, a line says whose journal follows. */
static void tell_whose_journal(struct tell *tell, const struct scenario_result *result)
{
    struct buf line;
    struct jsonw w;
    buf_init(&line, TELL_LINE_MAX);
    jsonw_init(&w, &line);
    jsonw_object(&w);
    jsonw_key_str(&w, "scenario", result->scenario);
    jsonw_key_str(&w, "file", result->file);
    jsonw_end_object(&w);
    buf_add_char(&line, '\n');
    outfile_add(&tell->journal, buf_str(&line), line.len, tell_patience(tell));
    buf_free(&line);
}

static void tell_journal(struct tell *tell, const struct scenario_result *result)
{
    if (tell->several)
        tell_whose_journal(tell, result);
    if (result->journal_dump)
        outfile_add(&tell->journal, result->journal_dump, strlen(result->journal_dump),
                    tell_patience(tell));
}

void tell_result(struct tell *tell, struct scenario_result *result, const char *before,
                 size_t tries)
{
    const struct report_case one = {.result = result, .before = before, .tries = tries};
    artifacts_tape(&tell->artifacts, result);
    result->guesses =
        guesses_without(result->guesses, tell->options->values[OPTION_ALLOW_GUESS].list);
    tell->saw[result->verdict] = true;
    tell->guessed = tell->guessed || (tell->strict != STRICT_OFF && result->guesses);
    report_count(&tell->totals, &one);
    reports_add(&tell->reports, &one, tell_patience(tell));
    artifacts_add(&tell->artifacts, &one);
    if (tell->journal_path)
        tell_journal(tell, result);
}

void tell_totals(struct tell *tell, size_t planned)
{
    tell->totals.planned = planned;
    tell->totals.real_ms = sim_real_ms() - tell->begun_ms;
    tell->totals.guessed = tell->guessed && tell->strict == STRICT_FAIL;
    reports_end(&tell->reports, &tell->totals, tell_patience(tell));
}

bool tell_end(struct tell *tell)
{
    bool ended = tell->reports.ended;
    bool reported = reports_close(&tell->reports);
    if (!ended)
        outfile_discard(&tell->journal);
    bool written = !tell->journal_path || outfile_close(&tell->journal);
    bool kept = artifacts_end(&tell->artifacts);
    report_totals_free(&tell->totals);
    return reported && written && kept;
}
