/*
 * `mockcloud run`: loads and checks all files, then has a crew of processes play the scenarios.
 *
 * A mistake anywhere ends it before anything is run. Results are printed in the order of the files,
 * whichever comes first. Interrupted by a signal it ends what runs, says what was interrupted, and
 * exits with 128 + the signal; else 4, 5 and 1 win in this order.
 */
#include "cli/cli.h"

#include "base/mem.h"
#include "base/timefmt.h"
#include "cli/crew.h"
#include "cli/options.h"
#include "cli/paths.h"
#include "cli/progress.h"
#include "cli/secure.h"
#include "cli/selection.h"
#include "cli/shard.h"
#include "cli/tell.h"
#include "cli/timings.h"
#include "cli/watch.h"

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
    uint64_t seed; /* 0: its own */
    size_t tries;
    char *before; /* what went wrong the first time, when it is played again */
    struct scenario_result result;
    bool done;
};

struct run {
    const struct options *options;
    struct scenario_load_options load;
    struct crew_options crew;
    struct tell tell;
    struct progress progress;
    struct secure secure;
    struct profile profile;
    struct timings timings;
    const char *timings_path; /* NULL: none */
    size_t retries;
    bool fail_fast;
    struct scenario_file **files;
    size_t file_count;
    const struct scenario **scenarios;
    size_t scenario_count;
    struct run_task *tasks;
    size_t count;
    /* while they run */
    size_t given, done, failed, told;
    size_t *again; /* numbers of tasks that are to be played again */
    size_t again_count;
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
        run->scenarios = mem_grow(run->scenarios, (run->scenario_count + scenario_count(file)) *
                                                      sizeof *run->scenarios);
        for (size_t i = 0; i < scenario_count(file); i++)
            run->scenarios[run->scenario_count++] = scenario_at(file, i);
    }
    diags_free(&diags);
    doc_unref(doc);
    return ok;
}

/* Each client has to have a command, and --client a client; answers an exit code, -1 to go on. */
static int run_check_clients(const struct run *run)
{
    bool open = false;
    for (size_t i = 0; i < run->scenario_count; i++) {
        const struct scenario *scenario = run->scenarios[i];
        const char *missing = scenario_missing_run(scenario);
        open = open || scenario_is_open(scenario);
        if (missing)
            return cli_error(EXIT_USAGE,
                             "%s:%d: the client \"%s\" has no `run`: say what to run with "
                             "--client CMD",
                             scenario_path(scenario), scenario_line(scenario), missing);
    }
    /* Otherwise the run would pass without ever having started the command. */
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
    paths_free(&paths);
    free(error);
    return code;
}

/* ---- choosing ---- */

/* Keeps those that --tag and the like mean; answers an exit code, -1 to go on. */
static int run_select(struct run *run)
{
    struct selection selection = selection_read(run->options);
    size_t kept = 0;
    for (size_t i = 0; i < run->scenario_count; i++)
        kept += selection_takes(&selection, run->scenarios[i]);
    if (!kept) {
        char *why = selection_nothing_dup(&selection, run->scenarios, run->scenario_count);
        int code = cli_error(EXIT_USAGE, "%s", why);
        free(why);
        return code;
    }
    kept = 0;
    for (size_t i = 0; i < run->scenario_count; i++)
        if (selection_takes(&selection, run->scenarios[i]))
            run->scenarios[kept++] = run->scenarios[i];
    run->scenario_count = kept;
    return -1;
}

/* Keeps our share; answers an exit code, -1 to go on. */
static int run_share(struct run *run)
{
    const char *text = options_text(run->options, OPTION_SHARD);
    struct shard shard = {0};
    char *error = NULL;
    if (text && !shard_read(text, &shard, &error)) {
        int code = cli_usage(run->options->command, "--shard: %s", error);
        free(error);
        return code;
    }
    double *weights = mem_new_array(run->scenario_count + 1, sizeof *weights);
    bool *ours = mem_new_array(run->scenario_count + 1, sizeof *ours);
    size_t kept = 0;
    for (size_t i = 0; i < run->scenario_count; i++)
        weights[i] = timings_ms(&run->timings, run->scenarios[i]);
    shard_choose(&shard, weights, run->scenario_count, ours);
    for (size_t i = 0; i < run->scenario_count; i++)
        if (ours[i])
            run->scenarios[kept++] = run->scenarios[i];
    run->scenario_count = kept;
    free(weights);
    free(ours);
    return -1;
}

static int run_read_timings(struct run *run)
{
    char *error = NULL;
    if (!run->timings_path || timings_read(&run->timings, run->timings_path, &error))
        return -1;
    int code = cli_error(EXIT_USAGE, "--timings: %s", error);
    free(error);
    return code;
}

/* With --repeat, all scenarios and then all again: the repetitions of one are spread over the run,
 * and meet different neighbours. */
static void run_plan(struct run *run)
{
    uint64_t seed = options_number(run->options, OPTION_SEED);
    size_t repeat = options_number(run->options, OPTION_REPEAT);
    bool vary = options_given(run->options, OPTION_VARY_SEED);
    run->tasks = mem_new_array(repeat * run->scenario_count + 1, sizeof *run->tasks);
    run->again = mem_new_array(repeat * run->scenario_count + 1, sizeof *run->again);
    for (size_t k = 0; k < repeat; k++)
        for (size_t i = 0; i < run->scenario_count; i++)
            run->tasks[run->count++] = (struct run_task){
                .scenario = run->scenarios[i],
                .seed = vary ? (seed ? seed : 1) + k : seed,
            };
    run->tell.several = run->count > 1;
}

static int run_list(const struct run *run)
{
    for (size_t i = 0; i < run->scenario_count; i++)
        printf("%s:%d %s\n", scenario_path(run->scenarios[i]), scenario_line(run->scenarios[i]),
               scenario_name(run->scenarios[i]));
    return EXIT_PASSED;
}

/* One tape has one run. */
static int run_check_tape(const struct run *run)
{
    if (run->count == 1 || !options_given(run->options, OPTION_TAPE))
        return -1;
    return cli_usage(run->options->command,
                     "--tape records one scenario, and here are %zu runs: choose one with "
                     "--filter, or have all of them recorded with --output",
                     run->count);
}

static int run_choose(struct run *run)
{
    int code = run_select(run);
    if (code < 0)
        code = run_check_clients(run);
    if (code < 0)
        code = run_read_timings(run);
    if (code < 0)
        code = run_share(run);
    if (code < 0)
        run_plan(run);
    if (code < 0)
        code = run_check_tape(run);
    return code;
}

/* ---- running ---- */

static void run_show_progress(struct run *run, const char *playing)
{
    progress_show(&run->progress, run->done, run->count, run->failed, playing);
}

static bool run_next(void *arg, struct crew_task *ret_task)
{
    struct run *run = arg;
    bool stop = run->fail_fast && run->failed;
    if (stop || (!run->again_count && run->given == run->count))
        return false;
    size_t number = run->again_count ? run->again[--run->again_count] : run->given++;
    struct run_task *task = &run->tasks[number];
    *ret_task =
        (struct crew_task){.scenario = task->scenario, .seed = task->seed, .number = number};
    task->tries++;
    run_show_progress(run, scenario_name(task->scenario));
    return true;
}

/* Whether it is to be played again; then the result is forgotten but for what went wrong. */
static bool run_again(struct run *run, size_t number, struct scenario_result *result)
{
    struct run_task *task = &run->tasks[number];
    if (!report_failed(result->verdict) || task->tries > run->retries)
        return false;
    if (!task->before)
        task->before = mem_printf_dup("%s:%d: %s", result->file, result->line,
                                      result->message ? result->message : "it failed");
    run->again[run->again_count++] = number;
    if (result->tape)
        unlink(result->tape);
    scenario_result_free(result);
    return true;
}

static void run_tell(struct run *run, struct run_task *task)
{
    progress_hide(&run->progress);
    tell_result(&run->tell, &task->result, task->before, task->tries);
    if (task->result.verdict != VERDICT_INTERRUPTED && task->result.verdict != VERDICT_SKIPPED)
        timings_note(&run->timings, task->scenario, (double)task->result.wall_us / 1000);
    scenario_result_free(&task->result);
}

/* Results are told in the order of the files; played side by side, scenarios end in any order. */
static void run_done(void *arg, const struct crew_task *task, struct scenario_result *taken,
                     bool over)
{
    struct run *run = arg;
    if (!over && run_again(run, task->number, taken))
        return;
    run->failed += report_failed(taken->verdict);
    run->tasks[task->number].result = *taken;
    run->tasks[task->number].done = true;
    run->done++;
    for (; run->told < run->count && run->tasks[run->told].done; run->told++)
        run_tell(run, &run->tasks[run->told]);
    run_show_progress(run, NULL);
}

/* After an interruption there are gaps, at which telling in order would stop: they are passed over.
 */
static void run_tell_rest(struct run *run)
{
    for (size_t i = run->told; i < run->count; i++)
        if (run->tasks[i].done)
            run_tell(run, &run->tasks[i]);
    progress_hide(&run->progress);
    tell_totals(&run->tell, run->count);
}

static int run_exit_code(const struct run *run, enum crew_end end)
{
    const struct tell *tell = &run->tell;
    if (run->signal)
        return 128 + run->signal;
    if (tell->saw[VERDICT_ERROR])
        return EXIT_COULD_NOT_RUN;
    if (tell->saw[VERDICT_TIMEOUT] || end == CREW_TIMEOUT)
        return EXIT_TIMED_OUT;
    if (tell->guessed && tell->strict == STRICT_FAIL)
        return EXIT_FAILED;
    return tell->totals.failed ? EXIT_FAILED : EXIT_PASSED;
}

static int run_write_timings(struct run *run, int code)
{
    char *error = NULL;
    if (!run->timings_path || timings_write(&run->timings, run->timings_path, &error))
        return code;
    code = cli_error(EXIT_COULD_NOT_RUN, "--timings: %s", error);
    free(error);
    return code;
}

static int run_all(struct run *run)
{
    char *error = NULL;
    int code = tell_begin(&run->tell);
    if (code == EXIT_PASSED)
        code = secure_begin(&run->secure, run->options, NULL);
    if (code == EXIT_PASSED)
        code = profile_begin(&run->profile, run->options);
    if (code != EXIT_PASSED)
        return code;
    progress_begin(&run->progress, run->tell.quiet);
    enum crew_end end = crew_play(&run->crew, &run->signal, &error);
    run_tell_rest(run);
    if (end == CREW_FAILED)
        code = cli_error(EXIT_COULD_NOT_RUN, "%s", error);
    else
        code = run_exit_code(run, end);
    free(error);
    return run_write_timings(run, code);
}

static void run_free(struct run *run)
{
    for (size_t i = 0; i < run->count; i++)
        free(run->tasks[i].before);
    for (size_t i = 0; i < run->file_count; i++)
        scenario_file_free(run->files[i]);
    timings_free(&run->timings);
    free(run->files);
    free(run->scenarios);
    free(run->tasks);
    free(run->again);
}

static int run_once(void *arg)
{
    const struct options *options = arg;
    bool kept = options_given(options, OPTION_OUTPUT) || reports_show_journal(options);
    struct run run = {
        .options = options,
        .load = {.client_command = options_text(options, OPTION_CLIENT)},
        .crew = {.process.timeout_ms = options_ms(options, OPTION_TIMEOUT),
                 .process.worker = {.keep_journal = options_given(options, OPTION_JOURNAL) || kept,
                                    .keep_output = kept,
                                    .keep_wire = reports_want(options, "har"),
                                    .check_requests = options_given(options, OPTION_CHECK_REQUESTS),
                                    .outbound = outbound_read(options),
                                    .secure = &run.secure,
                                    .profile = &run.profile,
                                    .tape = options_text(options, OPTION_TAPE),
                                    .tape_folder = options_text(options, OPTION_OUTPUT),
                                    .tape_max = options_number(options, OPTION_TAPE_MAX)},
                 .jobs = options_number(options, OPTION_JOBS),
                 .timeout_all_ms = options_ms(options, OPTION_TIMEOUT_ALL),
                 .next = run_next,
                 .done = run_done,
                 .arg = &run},
        .tell = {.options = options,
                 .journal_path = options_text(options, OPTION_JOURNAL),
                 .quiet = options_given(options, OPTION_QUIET),
                 .strict = cli_strict(options)},
        .timings_path = options_text(options, OPTION_TIMINGS),
        .retries = options_number(options, OPTION_RETRY),
        .fail_fast = options_given(options, OPTION_FAIL_FAST),
    };
    int code = run_load(&run);
    if (code < 0)
        code = run_choose(&run);
    if (code < 0)
        code = options_given(options, OPTION_LIST) ? run_list(&run) : run_all(&run);
    secure_end(&run.secure);
    profile_end(&run.profile);
    if (!tell_end(&run.tell))
        code = EXIT_COULD_NOT_RUN;
    run_free(&run);
    return code;
}

int cli_run(const struct options *options)
{
    struct options mine = *options;
    if (options_given(options, OPTION_WATCH) && options->argument_count)
        return watch_loop(options->arguments, run_once, &mine);
    return run_once(&mine);
}
