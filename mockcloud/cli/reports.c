/* See reports.h. Owns which reports there are and where each goes; no form. */
#include "cli/reports.h"

#include "base/mem.h"
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REPORTS_TEXT_MAX (80u << 20)

bool reports_in_github(void)
{
    const char *actions = getenv("GITHUB_ACTIONS");
    return actions && strcmp(actions, "true") == 0;
}

bool reports_want(const struct options *options, const char *name)
{
    const struct option_value *wanted = &options->values[OPTION_REPORT];
    size_t len = strlen(name);
    for (size_t i = 0; i < wanted->count; i++)
        if (strcspn(wanted->list[i], ":") == len && strncmp(wanted->list[i], name, len) == 0)
            return true;
    return false;
}

bool reports_show_journal(const struct options *options)
{
    const struct option_value *wanted = &options->values[OPTION_REPORT];
    bool shows = false;
    for (size_t i = 0; i < wanted->count && !shows; i++) {
        char *name = mem_dup_n(wanted->list[i], strcspn(wanted->list[i], ":"));
        shows = report_shows_journal(name);
        free(name);
    }
    return shows;
}

/* ---- opening ---- */

static int reports_open_file(struct reports_place *place, bool append)
{
    if (place->path)
        return outfile_open(&place->file, place->path, append);
    place->file = outfile_stdout();
    return EXIT_PASSED;
}

/* Takes `path`; NULL: standard output. */
static int reports_add_place(struct reports *reports, const char *name, char *path, bool append)
{
    struct buf head;
    struct report_style style = reports->style;
    reports->places = mem_grow(reports->places, (reports->count + 1) * sizeof *reports->places);
    struct reports_place *place = &reports->places[reports->count++];
    *place = (struct reports_place){.path = path, .file.fd = -1};
    int code = reports_open_file(place, append);
    if (path) /* no terminal */
        style.colour = false, style.columns = 0;
    buf_init(&head, REPORTS_TEXT_MAX);
    place->report = report_new(name, &style, &head);
    outfile_add(&place->file, buf_str(&head), head.len, -1);
    buf_free(&head);
    return code;
}

/* Only one report may go to standard output, since nobody could tell the lines of two apart. The
 * exception is GitHub's annotations, which are known by how they begin. */
static int reports_check(const struct options *options, bool in_files)
{
    const struct option_value *wanted = &options->values[OPTION_REPORT];
    size_t on_stdout = 0, without_file = 0;
    for (size_t i = 0; i < wanted->count; i++) {
        bool has_file = strchr(wanted->list[i], ':');
        without_file += !has_file;
        on_stdout += !has_file && strcmp(wanted->list[i], "github") != 0;
    }
    if (in_files && without_file)
        return cli_usage(options->command, "--report: standard output is the command's; give the "
                                           "report a file: --report junit:FILE");
    if (on_stdout > 1)
        return cli_usage(options->command, "--report: only one can go to standard output; give "
                                           "the others a file: --report junit:FILE");
    return EXIT_PASSED;
}

static int reports_open_wanted(struct reports *reports, const struct option_value *wanted,
                               bool *ret_text, bool *ret_github)
{
    int code = EXIT_PASSED;
    *ret_text = true;
    *ret_github = false;
    for (size_t i = 0; i < wanted->count && code == EXIT_PASSED; i++) {
        size_t len = strcspn(wanted->list[i], ":");
        const char *path = wanted->list[i][len] ? wanted->list[i] + len + 1 : NULL;
        char *name = mem_dup_n(wanted->list[i], len);
        bool github = strcmp(name, "github") == 0;
        code = reports_add_place(reports, name, path ? mem_dup(path) : NULL, false);
        *ret_github = *ret_github || github;
        *ret_text = *ret_text && (path || github);
        free(name);
    }
    return code;
}

int reports_open(struct reports *reports, const struct options *options,
                 const struct report_style *style, bool in_files)
{
    const char *summary = getenv("GITHUB_STEP_SUMMARY");
    bool text = false, github = false;
    *reports = (struct reports){.style = *style};
    int code = reports_check(options, in_files);
    if (code == EXIT_PASSED)
        code = reports_open_wanted(reports, &options->values[OPTION_REPORT], &text, &github);
    if (in_files)
        return code;
    if (code == EXIT_PASSED && text)
        code = reports_add_place(reports, "text", NULL, false);
    /* An annotation in the middle of another form would spoil it. */
    if (code == EXIT_PASSED && reports_in_github() && text && !github)
        code = reports_add_place(reports, "github", NULL, false);
    if (code == EXIT_PASSED && reports_in_github() && summary && *summary)
        code = reports_add_place(reports, "markdown", mem_dup(summary), true);
    return code;
}

/* ---- writing ---- */

void reports_add(struct reports *reports, const struct report_case *one, int64_t until_ms)
{
    struct buf text;
    buf_init(&text, REPORTS_TEXT_MAX);
    for (size_t i = 0; i < reports->count; i++) {
        report_add(reports->places[i].report, one, &text);
        outfile_add(&reports->places[i].file, buf_str(&text), text.len, until_ms);
        buf_clear(&text);
    }
    buf_free(&text);
}

void reports_end(struct reports *reports, const struct report_totals *totals, int64_t until_ms)
{
    struct buf text;
    buf_init(&text, REPORTS_TEXT_MAX);
    for (size_t i = 0; i < reports->count; i++) {
        report_end(reports->places[i].report, totals, &text);
        outfile_add(&reports->places[i].file, buf_str(&text), text.len, until_ms);
        buf_clear(&text);
    }
    buf_free(&text);
    reports->ended = true;
}

bool reports_close(struct reports *reports)
{
    bool ok = true;
    for (size_t i = 0; i < reports->count; i++) {
        if (reports->ended)
            ok = outfile_close(&reports->places[i].file) && ok;
        else
            outfile_discard(&reports->places[i].file);
        report_free(reports->places[i].report);
        free(reports->places[i].path);
    }
    free(reports->places);
    *reports = (struct reports){0};
    return ok;
}
