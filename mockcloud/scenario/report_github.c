/* The report `github`: workflow commands of GitHub Actions, which it shows beside the lines of the
 * files. Source: "Workflow commands for GitHub Actions" in its documentation; what is escaped is
 * from its toolkit (core/src/command.ts). */
#include "scenario/report_inside.h"

#include <string.h>

/* A property ends at a comma or a colon, a message at the end of its line. */
static void github_escape(const char *text, bool property, struct buf *out)
{
    for (; *text; text++) {
        bool special = *text == '%' || *text == '\r' || *text == '\n' ||
                       (property && (*text == ':' || *text == ','));
        if (special)
            buf_printf(out, "%%%02X", (unsigned char)*text);
        else
            buf_add_char(out, *text);
    }
}

void report_github_line(const char *level, const char *file, int line, int column,
                        const char *title, const char *message, struct buf *out)
{
    buf_printf(out, "::%s file=", level);
    github_escape(file, true, out);
    if (line)
        buf_printf(out, ",line=%d", line);
    if (column)
        buf_printf(out, ",col=%d", column);
    buf_add_str(out, ",title=");
    github_escape(title, true, out);
    buf_add_str(out, "::");
    github_escape(message, false, out);
    buf_add_char(out, '\n');
}

static void github_failed(const struct scenario_result *result, struct buf *out)
{
    struct buf message;
    buf_init(&message, 64u << 10); /* as much as GitHub keeps of one */
    buf_add_str(&message, report_message(result));
    if (result->why && *result->why)
        buf_printf(&message, "\n%s", result->why);
    if (result->again)
        buf_printf(&message, "\n%s", result->again);
    if (result->moment)
        buf_printf(&message, "\n%s", result->moment);
    report_github_line("error", result->file, result->line, 0, result->scenario, buf_str(&message),
                       out);
    buf_free(&message);
}

void report_github_add(struct report *report, const struct report_case *one, struct buf *out)
{
    const struct scenario_result *result = one->result;
    struct buf message;
    (void)report;
    if (report_failed(result->verdict))
        github_failed(result, out);
    if (report_failed(result->verdict) || !one->before)
        return;
    buf_init(&message, 64u << 10);
    buf_printf(&message, "flaky: passed on try %zu; before: %s", one->tries, one->before);
    report_github_line("warning", result->file, result->line, 0, result->scenario,
                       buf_str(&message), out);
    buf_free(&message);
}
