/* `mockcloud check`: holds world and scenario files against the rows that read them. Runs nothing.
 */
#include "cli/cli.h"

#include "cli/options.h"
#include "cli/paths.h"
#include "cli/reports.h"
#include "scenario/scenario.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_TEXT (1u << 20)

static void check_scenarios(struct doc *doc, struct diags *diags, struct diags *warnings)
{
    const struct scenario_load_options options = {.warnings = warnings};
    struct scenario_file *file = scenario_file_new_from_doc(doc, &options, diags);
    if (file)
        printf("%s: ok, %zu scenario%s\n", doc_name(doc), scenario_count(file),
               scenario_count(file) == 1 ? "" : "s");
    scenario_file_free(file);
}

static void check_world(struct doc *doc, struct diags *diags, struct diags *warnings)
{
    const struct world_options options = {.warnings = warnings};
    if (doc_count(doc) > 1) {
        doc_fail(doc, doc_root(doc, 1), diags, NULL, "a world file has one document");
        return;
    }
    struct world *world = world_new(doc, doc_root(doc, 0), &options, diags);
    if (world)
        printf("%s: ok, a world\n", doc_name(doc));
    world_free(world);
}

/* Annotations go where GitHub reads them: to standard output, with the names that it shows. */
static void check_annotate(const struct diags *diags, const char *level)
{
    struct buf text;
    buf_init(&text, CHECK_TEXT);
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag *diag = &diags->items[i];
        report_github_line(level, diag->file, diag->line, diag->column, "mockcloud check",
                           diag->message, &text);
    }
    fputs(buf_str(&text), stdout);
    buf_free(&text);
}

static void check_print(const struct diags *diags, const char *level)
{
    struct buf text;
    if (!diags->count)
        return;
    buf_init(&text, CHECK_TEXT);
    diags_write(diags, &text, cli_colour(STDERR_FILENO));
    if (level)
        check_annotate(diags, level);
    fflush(stdout);
    fputs(buf_str(&text), stderr);
    buf_free(&text);
}

/* True when the file is well, whatever it is warned of. */
static bool check_file(const char *path, bool github)
{
    struct diags diags = {0}, warnings = {0};
    struct doc *doc = doc_new_from_file(path, &diags);
    if (doc && scenario_file_is(doc))
        check_scenarios(doc, &diags, &warnings);
    else if (doc)
        check_world(doc, &diags, &warnings);
    bool ok = diags.count == 0;
    check_print(&warnings, github ? "warning" : NULL);
    check_print(&diags, github ? "error" : NULL);
    diags_free(&warnings);
    diags_free(&diags);
    doc_unref(doc);
    return ok;
}

/* What --report asks for; without it, what GitHub Actions would like. */
static bool check_in_github(const struct options *options)
{
    const struct option_value *report = &options->values[OPTION_CHECK_REPORT];
    return report->at ? report->word == 1 : reports_in_github();
}

int cli_check(const struct options *options)
{
    struct paths paths = {0};
    char *error = NULL;
    int code = EXIT_PASSED;
    for (int i = 0; i < options->argument_count && code == EXIT_PASSED; i++)
        if (!paths_add(&paths, options->arguments[i], &error))
            code = cli_error(EXIT_USAGE, "%s", error);
    if (code == EXIT_PASSED && paths.count == 0)
        code = cli_error(EXIT_USAGE, "there is no *.yaml or *.yml");
    bool go_on = code == EXIT_PASSED;
    for (size_t i = 0; go_on && i < paths.count; i++)
        if (!check_file(paths.items[i].name, check_in_github(options)))
            code = EXIT_INVALID;
    paths_free(&paths);
    free(error);
    return code;
}
