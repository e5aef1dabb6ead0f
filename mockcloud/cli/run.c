/*
 * `mockcloud run`: loads and checks all files, then runs each scenario in a process of its own.
 *
 * A mistake anywhere ends it before anything is run. Interrupted by SIGINT or SIGTERM it ends what
 * runs, says what was interrupted, and exits with 128 + the signal; else 4, 5 and 1 win in this
 * order.
 */
#include "cli/cli.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/process.h"
#include "scenario/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN_TEXT_MAX (8u << 20)

struct run {
    const struct options *options;
    struct scenario_load_options load;
    struct process_options process;
    const char *journal_path;
    FILE *journal;
    int journal_reason; /* why it could not be written; 0: it could */
    bool quiet;
    enum strict strict;
    struct scenario_file **files;
    size_t file_count;
    size_t scenarios;
    /* while they run */
    size_t passed, failed;
    bool guessed; /* a scenario has leaned on a guess */
    bool saw[VERDICT_INTERRUPTED + 1];
    int signal;
};

/* ---- loading ---- */

static void run_print_mistakes(const struct diags *diags)
{
    struct buf text;
    buf_init(&text, RUN_TEXT_MAX);
    diags_write(diags, &text, cli_colour(STDERR_FILENO));
    fputs(buf_str(&text), stderr);
    buf_free(&text);
}

/* Loads one file; a world file that was found in a directory is passed over. False: it has
 * mistakes. */
static bool run_load_file(struct run *run, const struct path *path)
{
    struct diags diags = {0};
    struct scenario_file *file = NULL;
    struct doc *doc = doc_new_from_file(path->name, &diags);
    if (doc && (path->named || scenario_file_is(doc)))
        file = scenario_file_new_from_doc(doc, &run->load, &diags);
    bool ok = diags.count == 0;
    if (!ok)
        run_print_mistakes(&diags);
    if (file) {
        run->files = mem_grow(run->files, (run->file_count + 1) * sizeof *run->files);
        run->files[run->file_count++] = file;
        run->scenarios += scenario_count(file);
    }
    diags_free(&diags);
    doc_unref(doc);
    return ok;
}

/* Each client has to have a command, and --client a client; answers an exit code, -1 to go on. */
static int run_check_clients(const struct run *run)
{
    bool open = false;
    for (size_t i = 0; i < run->file_count; i++) {
        for (size_t k = 0; k < scenario_count(run->files[i]); k++) {
            const struct scenario *scenario = scenario_at(run->files[i], k);
            const char *missing = scenario_missing_run(scenario);
            open = open || scenario_is_open(scenario);
            if (missing)
                return cli_error(EXIT_USAGE,
                                 "%s:%d: the client \"%s\" has no `run`: say what to run with "
                                 "--client CMD",
                                 scenario_path(scenario), scenario_line(scenario), missing);
        }
    }
    if (!run->scenarios)
        return cli_error(EXIT_USAGE, "there is no scenario to run");
    /* Else a client that was never started would seem to have passed. */
    if (run->load.client_command && !open)
        return cli_error(EXIT_USAGE,
                         "--client: no scenario here has a client that it could stand for: "
                         "name one under `clients:` and start it with `- start: NAME`");
    return -1;
}

static int run_load(struct run *run)
{
    struct paths paths = {0};
    char *error = NULL;
    int code = -1;
    for (int i = 0; i < run->options->argument_count && code < 0; i++)
        if (!paths_add(&paths, run->options->arguments[i], &error))
            code = cli_error(EXIT_USAGE, "%s", error);
    bool go_on = code < 0;
    for (size_t i = 0; go_on && i < paths.count; i++)
        if (!run_load_file(run, &paths.items[i]))
            code = EXIT_INVALID;
    if (code < 0)
        code = run_check_clients(run);
    paths_free(&paths);
    free(error);
    return code;
}

/* ---- running ---- */

static void run_add_to_journal(struct run *run, const char *text)
{
    bool written = fputs(text, run->journal) != EOF && fflush(run->journal) == 0;
    if (!written && !run->journal_reason)
        run->journal_reason = errno;
}

/* With several scenarios, a line says whose journal follows. */
static void run_write_journal(struct run *run, const struct scenario_result *result)
{
    if (run->journal && run->scenarios > 1) {
        struct buf line;
        struct jsonw w;
        buf_init(&line, RUN_TEXT_MAX);
        jsonw_init(&w, &line);
        jsonw_object(&w);
        jsonw_key_str(&w, "scenario", result->scenario);
        jsonw_key_str(&w, "file", result->file);
        jsonw_end_object(&w);
        buf_add_char(&line, '\n');
        run_add_to_journal(run, buf_str(&line));
        buf_free(&line);
    }
    if (run->journal && result->journal_dump)
        run_add_to_journal(run, result->journal_dump);
}

static void run_print(const struct run *run, const struct scenario_result *result)
{
    struct buf text;
    if (run->quiet && result->verdict == VERDICT_PASSED)
        return;
    buf_init(&text, RUN_TEXT_MAX);
    report_text(result, cli_colour(STDOUT_FILENO), &text);
    fputs(buf_str(&text), stdout);
    if (result->verdict != VERDICT_PASSED)
        putchar('\n');
    fflush(stdout);
    buf_free(&text);
}

static void run_print_lines(const char *what, const char *lines)
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
static void run_print_leaned(struct run *run, const struct scenario_result *result)
{
    run_print_lines("finding", result->findings);
    if (run->strict == STRICT_OFF || !result->guesses)
        return;
    run->guessed = true;
    run_print_lines("guess", result->guesses);
}

static void run_one(struct run *run, const struct scenario *scenario)
{
    struct scenario_result result = process_run(scenario, &run->process, &run->signal);
    run->saw[result.verdict] = true;
    if (result.verdict == VERDICT_PASSED)
        run->passed++;
    else
        run->failed++;
    run_print(run, &result);
    run_write_journal(run, &result);
    run_print_leaned(run, &result);
    scenario_result_free(&result);
}

/* Half a journal would be taken for a whole one: it goes, unless it is a device or a pipe. */
static bool run_close_journal(struct run *run)
{
    struct stat info;
    bool regular = fstat(fileno(run->journal), &info) == 0 && S_ISREG(info.st_mode);
    if (fclose(run->journal) != 0 && !run->journal_reason)
        run->journal_reason = errno;
    if (!run->journal_reason)
        return true;
    if (regular)
        unlink(run->journal_path);
    cli_error(EXIT_COULD_NOT_RUN, "%s: %s", run->journal_path, strerror(run->journal_reason));
    return false;
}

static int run_exit_code(const struct run *run)
{
    if (run->signal)
        return 128 + run->signal;
    if (run->saw[VERDICT_ERROR])
        return EXIT_COULD_NOT_RUN;
    if (run->saw[VERDICT_TIMEOUT])
        return EXIT_TIMED_OUT;
    if (run->guessed && run->strict == STRICT_FAIL)
        return EXIT_FAILED;
    return run->failed ? EXIT_FAILED : EXIT_PASSED;
}

static int run_all(struct run *run)
{
    if (run->journal_path && !(run->journal = fopen(run->journal_path, "we")))
        return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", run->journal_path, strerror(errno));
    if (!process_prepare())
        return cli_error(EXIT_COULD_NOT_RUN, "%s", strerror(errno));
    for (size_t i = 0; i < run->file_count; i++)
        for (size_t k = 0; k < scenario_count(run->files[i]) && !run->signal; k++)
            run_one(run, scenario_at(run->files[i], k));
    if (!run->quiet || run->failed)
        printf("%zu passed, %zu failed%s\n", run->passed, run->failed,
               run->signal ? ", the others were not run" : "");
    if (run->guessed && run->strict == STRICT_FAIL)
        puts("guesses were leaned on: with --strict that is a failure");
    return run_exit_code(run);
}

int cli_run(const struct options *options)
{
    struct run run = {
        .options = options,
        .load = {.client_command = options_text(options, OPTION_CLIENT)},
        .process = {.timeout_ms = options_ms(options, OPTION_TIMEOUT),
                    .force_seed = options_number(options, OPTION_SEED),
                    .keep_journal = options_given(options, OPTION_JOURNAL),
                    .check_requests = options_given(options, OPTION_CHECK_REQUESTS),
                    .outbound = outbound_read(options)},
        .journal_path = options_text(options, OPTION_JOURNAL),
        .quiet = options_given(options, OPTION_QUIET),
        .strict = cli_strict(options),
    };
    int code = run_load(&run);
    if (code < 0)
        code = run_all(&run);
    if (run.journal && !run_close_journal(&run))
        code = EXIT_COULD_NOT_RUN;
    for (size_t i = 0; i < run.file_count; i++)
        scenario_file_free(run.files[i]);
    free(run.files);
    return code;
}
