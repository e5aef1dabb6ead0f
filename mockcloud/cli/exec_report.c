/* See exec_report.h. */
#include "cli/exec_report.h"

#include "cli/screen.h"
#include "sim/sim.h"

#include <unistd.h>

#define EXEC_FINDINGS_MAX (64u << 10)
#define EXEC_TEXT_MAX     (1u << 20)
#define EXEC_PATIENCE_MS  10000 /* for reports that are pipes: SIGTERM is ignored by then */

int exec_report_begin(struct exec_report *report, const struct options *options)
{
    *report = (struct exec_report){.tell = {
                                       .options = options,
                                       .in_files = true,
                                       .strict = cli_strict(options),
                                       .journal_path = options_text(options, OPTION_JOURNAL),
                                   }};
    buf_init(&report->findings, EXEC_FINDINGS_MAX);
    return tell_begin(&report->tell);
}

void exec_report_finding(struct exec_report *report, const char *text)
{
    if (report->findings.len)
        buf_add_char(&report->findings, '\n');
    buf_add_str(&report->findings, text);
}

/* What the command has printed stands above it, so this is short: neither the journal nor what
 * devices did, both of which are in the reports. Nothing at all when there is nothing to say. */
static void exec_report_print(const struct scenario_result *result, struct output *err)
{
    const struct report_style style = {
        .colour = cli_colour(STDERR_FILENO),
        .columns = screen_columns(STDERR_FILENO),
    };
    struct scenario_result shown = *result;
    struct buf text;
    bool worth = result->why ? report_failed(result->verdict) : result->verdict == VERDICT_TIMEOUT;
    if (!worth || result->verdict == VERDICT_INTERRUPTED)
        return;
    shown.journal = shown.others = NULL;
    buf_init(&text, EXEC_TEXT_MAX);
    report_text(&shown, &style, &text);
    output_add(err, buf_str(&text), text.len);
    buf_free(&text);
}

void exec_report_tell(struct exec_report *report, const struct command_end *end, struct output *err)
{
    struct command_end told = *end;
    told.keep_journal = report->tell.journal_path || report->tell.artifacts.folder ||
                        reports_show_journal(report->tell.options);
    told.keep_wire = reports_want(report->tell.options, "har");
    told.findings = report->findings.len ? buf_str(&report->findings) : NULL;
    struct scenario_result result = command_result(&told);
    report->tell.hurry_until_ms = sim_real_ms() + EXEC_PATIENCE_MS;
    if (err)
        exec_report_print(&result, err);
    tell_result(&report->tell, &result, NULL, 1);
    tell_totals(&report->tell, 1);
    scenario_result_free(&result);
}

bool exec_report_end(struct exec_report *report)
{
    buf_free(&report->findings);
    return tell_end(&report->tell);
}
