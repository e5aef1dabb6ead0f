/*
 * `mockcloud run`: loads and checks all files, then has a crew of processes play the scenarios.
 *
 * A mistake anywhere ends it before anything is run. Results are printed in the order of the files,
 * whichever comes first. Interrupted by a signal it ends what runs, says what was interrupted, and
 * exits with 128 + the signal; else 4, 5 and 1 win in this order.
 */
#include "cli/cli.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "cli/crew.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "scenario/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RUN_TEXT_MAX (8u << 20)

/* A scenario to be played, and what came of it. */
struct run_task {
    const struct scenario *scenario;
    struct scenario_result result;
    bool done;
};

struct run {
    const struct options *options;
    struct scenario_load_options load;
    struct crew_options crew;
    uint64_t force_seed;
    const char *journal_path;
    FILE *journal;
    int journal_reason; /* why it could not be written; 0: it could */
    bool quiet;
    enum strict strict;
    struct scenario_file **files;
    size_t file_count;
    struct run_task *tasks;
    size_t count;
    /* while they run */
    size_t given, printed;
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
        run->tasks = mem_grow(run->tasks, (run->count + scenario_count(file)) * sizeof *run->tasks);
        for (size_t i = 0; i < scenario_count(file); i++)
            run->tasks[run->count++] = (struct run_task){.scenario = scenario_at(file, i)};
    }
    diags_free(&diags);
    doc_unref(doc);
    return ok;
}

/* Each client has to have a command, and --client a client; answers an exit code, -1 to go on. */
static int run_check_clients(const struct run *run)
{
    bool open = false;
    for (size_t i = 0; i < run->count; i++) {
        const struct scenario *scenario = run->tasks[i].scenario;
        const char *missing = scenario_missing_run(scenario);
        open = open || scenario_is_open(scenario);
        if (missing)
            return cli_error(EXIT_USAGE,
                             "%s:%d: the client \"%s\" has no `run`: say what to run with "
                             "--client CMD",
                             scenario_path(scenario), scenario_line(scenario), missing);
    }
    if (!run->count)
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

/* ---- telling ---- */

static void run_add_to_journal(struct run *run, const char *text)
{
    bool written = fputs(text, run->journal) != EOF && fflush(run->journal) == 0;
    if (!written && !run->journal_reason)
        run->journal_reason = errno;
}

/* With several scenarios, a line says whose journal follows. */
static void run_write_journal(struct run *run, const struct scenario_result *result)
{
    if (run->journal && run->count > 1) {
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

/* ---- running ---- */

static void run_tell(struct run *run, struct scenario_result *result)
{
    run->saw[result->verdict] = true;
    if (result->verdict == VERDICT_PASSED)
        run->passed++;
    else
        run->failed++;
    run_print(run, result);
    run_write_journal(run, result);
    run_print_leaned(run, result);
    scenario_result_free(result);
}

static bool run_next(void *arg, struct crew_task *ret_task)
{
    struct run *run = arg;
    if (run->given == run->count)
        return false;
    *ret_task = (struct crew_task){
        .scenario = run->tasks[run->given].scenario,
        .seed = run->force_seed,
        .number = run->given,
    };
    run->given++;
    return true;
}

/* Told in the order of the files: side by side they end in any. */
static void run_done(void *arg, const struct crew_task *task, struct scenario_result *taken)
{
    struct run *run = arg;
    run->tasks[task->number].result = *taken;
    run->tasks[task->number].done = true;
    for (; run->printed < run->count && run->tasks[run->printed].done; run->printed++)
        run_tell(run, &run->tasks[run->printed].result);
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

static void run_tell_counts(const struct run *run)
{
    if (!run->quiet || run->failed)
        printf("%zu passed, %zu failed%s\n", run->passed, run->failed,
               run->printed < run->count ? ", the others were not run" : "");
    if (run->guessed && run->strict == STRICT_FAIL)
        puts("guesses were leaned on: with --strict that is a failure");
}

static int run_all(struct run *run)
{
    char *error = NULL;
    int code = EXIT_COULD_NOT_RUN;
    if (run->journal_path && !(run->journal = fopen(run->journal_path, "we")))
        return cli_error(EXIT_COULD_NOT_RUN, "%s: %s", run->journal_path, strerror(errno));
    enum crew_end end = crew_play(&run->crew, &run->signal, &error);
    run_tell_counts(run);
    if (end == CREW_FAILED)
        cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    else
        code = run_exit_code(run);
    free(error);
    return code;
}

int cli_run(const struct options *options)
{
    struct run run = {
        .options = options,
        .load = {.client_command = options_text(options, OPTION_CLIENT)},
        .crew = {.process.timeout_ms = options_ms(options, OPTION_TIMEOUT),
                 .process.worker = {.keep_journal = options_given(options, OPTION_JOURNAL),
                                    .check_requests = options_given(options, OPTION_CHECK_REQUESTS),
                                    .outbound = outbound_read(options)},
                 .jobs = options_number(options, OPTION_JOBS),
                 .next = run_next,
                 .done = run_done,
                 .arg = &run},
        .force_seed = options_number(options, OPTION_SEED),
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
    free(run.tasks);
    return code;
}
