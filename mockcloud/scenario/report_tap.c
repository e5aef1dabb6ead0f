/* The report `tap`: version 13 of the Test Anything Protocol, with its YAML blocks. Source: the
 * specification at testanything.org; TAP::Parser (`prove`) is what it is read with in our tests. */
#include "scenario/report_inside.h"

#include <string.h>

void report_tap_begin(struct report *report, struct buf *out)
{
    (void)report;
    buf_add_str(out, "TAP version 13\n");
}

/* One line; "#" would begin a directive, and "\" is what takes that from it. */
static void tap_description(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\')
            buf_add_char(out, '\\');
        buf_add_char(out, (unsigned char)*text < ' ' ? ' ' : *text);
    }
}

/* Quoted as in JSON, which YAML reads as it is. */
static void tap_member(const char *key, const char *text, struct buf *out)
{
    struct jsonw w;
    if (!text || !*text)
        return;
    buf_printf(out, "  %s: ", key);
    jsonw_init(&w, out);
    jsonw_str(&w, text);
    buf_add_char(out, '\n');
}

static void tap_block(const struct report_case *one, struct buf *out)
{
    const struct scenario_result *result = one->result;
    buf_add_str(out, "  ---\n");
    tap_member("verdict", report_verdict(result->verdict), out);
    tap_member("file", result->file, out);
    buf_printf(out, "  line: %d\n", result->line);
    tap_member("message", result->message, out);
    tap_member("statement", result->statement, out);
    tap_member("expected", result->expected, out);
    tap_member("actual", result->actual, out);
    tap_member("path", result->path, out);
    tap_member("why", result->why, out);
    tap_member("again", result->again, out);
    tap_member("moment", result->moment, out);
    tap_member("before", one->before, out);
    if (one->tries > 1)
        buf_printf(out, "  tries: %zu\n", one->tries);
    buf_printf(out, "  duration_ms: %lld.%03lld\n  ...\n", (long long)(result->wall_us / 1000),
               (long long)(result->wall_us % 1000));
}

void report_tap_add(struct report *report, const struct report_case *one, struct buf *out)
{
    const struct scenario_result *result = one->result;
    buf_printf(out, "%sok %zu - ", report_failed(result->verdict) ? "not " : "", report->number);
    tap_description(result->scenario, out);
    if (result->verdict == VERDICT_SKIPPED) {
        buf_add_str(out, " # SKIP ");
        tap_description(report_message(result), out);
    }
    buf_add_char(out, '\n');
    if (report_failed(result->verdict) || one->before)
        tap_block(one, out);
}

/* The plan counts all scenarios that were to be run. If some were not, it doesn't agree with the
 * lines above it, and that is how a reader of TAP learns of it. */
void report_tap_end(struct report *report, const struct report_totals *totals, struct buf *out)
{
    buf_printf(out, "1..%zu%s\n", totals->planned,
               totals->planned ? "" : " # SKIP there is no scenario in this share");
    if (report->number < totals->planned)
        buf_printf(out, "# %zu not run\n", totals->planned - report->number);
}
