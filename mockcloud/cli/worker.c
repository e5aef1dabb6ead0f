/* See worker.h. Owns what a worker does, and leaves nothing of one scenario to the next: each has
 * its own world, its own api, its own loop if it needs one. Prints nothing. */
#include "cli/worker.h"

#include "base/mem.h"
#include "cli/cli.h"
#include "cli/host.h"
#include "cli/recording.h"
#include "scenario/host_record.h"
#include "scenario/report.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORKER_LINE_MAX (600u << 20) /* a result with its journal */

struct worker {
    const struct worker_options *options;
    int orders, results;
    struct blackbox *box;
    const struct scenario *scenario; /* the one under way */
    struct scenario_run *run;
    unsigned given;             /* scenarios so far */
    struct recording recording; /* of the one under way */
};

static void worker_watch(const struct worker *worker, int line)
{
    if (worker->options->watch)
        worker->options->watch(worker->scenario, line);
}

static void on_step(void *arg, int line, const char *statement)
{
    struct worker *worker = arg;
    recording_flush(&worker->recording); /* a crash in this step loses nothing before it */
    blackbox_step(worker->box, line, statement, scenario_run_journal(worker->run));
    worker_watch(worker, line);
}

/* ---- one scenario ---- */

struct scenario_result worker_error(const struct scenario *scenario, char *taken)
{
    return (struct scenario_result){
        .scenario = mem_dup(scenario_name(scenario)),
        .file = mem_dup(scenario_path(scenario)),
        .line = scenario_line(scenario),
        .verdict = VERDICT_ERROR,
        .message = taken,
    };
}

static struct scenario_result worker_skipped(const struct scenario *scenario)
{
    return (struct scenario_result){
        .scenario = mem_dup(scenario_name(scenario)),
        .file = mem_dup(scenario_path(scenario)),
        .line = scenario_line(scenario),
        .verdict = VERDICT_SKIPPED,
        .message = mem_dup(scenario_skip(scenario)),
    };
}

/* ---- its tape ---- */

char *worker_tape_dup(const struct worker_options *options, pid_t pid, unsigned number)
{
    if (options->tape)
        return mem_dup(options->tape);
    if (!options->tape_folder)
        return NULL;
    return mem_printf_dup("%s/.run-%ld-%u.tape", options->tape_folder, (long)pid, number);
}

static void add_file(struct tape_recorder *recorder, const char *path)
{
    struct diags none = {0};
    struct doc *doc = doc_new_from_file(path, &none);
    size_t len = 0;
    const char *text = doc ? doc_text(doc, &len) : NULL;
    if (text)
        tape_pair(recorder, path, text, len);
    doc_unref(doc);
    diags_free(&none);
}

/* Of all scenarios of its file, since that is read as a whole. */
static void add_worlds(struct tape_recorder *recorder, const struct scenario *scenario)
{
    static char taken[] = "";
    struct map paths = {0};
    const char *path;
    for (size_t i = 0; scenario_from(scenario, i, &path); i++)
        if (path && !map_put(&paths, path, taken))
            add_file(recorder, path);
    map_free(&paths, NULL);
}

/* What is run: the scenario, with all files that it is made of. */
static void record_scenario(const struct worker *worker, struct machine *machine,
                            const struct worker_order *order)
{
    const struct scenario *scenario = order->scenario;
    size_t len;
    const char *text = scenario_text(scenario, &len);
    if (machine_begin(machine, TAPE_SCENARIO)) {
        tape_number(machine->recorder, (int64_t)scenario_index(scenario));
        tape_number(machine->recorder, (int64_t)order->seed);
        tape_number(machine->recorder, worker->options->check_requests);
        tape_number(machine->recorder, worker->options->keep_output);
        tape_str(machine->recorder, scenario_path(scenario));
        tape_str(machine->recorder, scenario_name(scenario));
        tape_str(machine->recorder, scenario_client_command(scenario));
        tape_pair(machine->recorder, scenario_path(scenario), text, len);
        add_worlds(machine->recorder, scenario);
    }
    machine_end(machine);
}

static bool begin_tape(struct worker *worker, const struct worker_order *order,
                       struct machine *machine, char **ret_path, char **ret_error)
{
    static const struct api_options none = {0};
    const struct recording_of of = {
        .api = &none, .check_requests = worker->options->check_requests, .run = true};
    worker->recording = (struct recording){0};
    *ret_path = worker_tape_dup(worker->options, getpid(), ++worker->given);
    if (!*ret_path)
        return true;
    *ret_error =
        recording_begin_at(&worker->recording, *ret_path, worker->options->tape_max, machine, &of);
    if (*ret_error)
        return false;
    record_scenario(worker, machine, order);
    return true;
}

static void end_tape(struct worker *worker, const struct scenario_result *result)
{
    static const int codes[] = {
        [VERDICT_PASSED] = EXIT_PASSED,     [VERDICT_SKIPPED] = EXIT_PASSED,
        [VERDICT_FAILED] = EXIT_FAILED,     [VERDICT_ERROR] = EXIT_COULD_NOT_RUN,
        [VERDICT_TIMEOUT] = EXIT_TIMED_OUT, [VERDICT_INTERRUPTED] = EXIT_COULD_NOT_RUN,
    };
    struct machine *machine = worker->recording.machine;
    struct buf text;
    if (!worker->recording.writer)
        return;
    buf_init(&text, WORKER_LINE_MAX);
    report_json(result, &text);
    if (machine_begin(machine, TAPE_VERDICT)) {
        tape_number(machine->recorder, codes[result->verdict]);
        tape_str(machine->recorder, buf_str(&text));
    }
    machine_end(machine);
    buf_free(&text);
}

/* ---- one scenario, with all that it needs ---- */

static const char *worker_scheme(const struct worker *worker)
{
    return worker->options->secure ? secure_scheme(worker->options->secure) : "http";
}

static struct scenario_result play_steps(struct worker *worker, const struct worker_order *order,
                                         struct cli_host *host)
{
    struct scenario_run_options how = {
        .keep_journal = worker->options->keep_journal,
        .keep_output = worker->options->keep_output,
        .keep_wire = worker->options->keep_wire,
        .host_scheme = worker_scheme(worker),
        .check_requests = worker->options->check_requests,
        .host = cli_host_scenario(host),
        .progress = on_step,
        .progress_arg = worker,
    };
    struct machine *machine = &scenario_run_worlds(worker->run)->machine;
    struct host_record *record = NULL;
    (void)order;
    if (machine->recorder) {
        record = host_record_new(how.host, machine);
        how.host = host_record_scenario(record);
    }
    struct scenario_result result = scenario_run_steps(worker->run, &how);
    end_tape(worker, &result);
    host_record_free(record);
    return result;
}

static struct scenario_result play_with(struct worker *worker, const struct worker_order *order,
                                        const struct machine *machine)
{
    struct scenario_run *run = scenario_run_new(order->scenario, order->seed, machine);
    struct cli_host *host =
        cli_host_new(scenario_run_worlds(run), scenario_run_api(run), &worker->options->outbound,
                     worker->options->secure, worker->options->profile);
    struct scenario_result result;
    char *error = NULL;
    worker->scenario = order->scenario;
    worker->run = run;
    worker->recording.machine = &scenario_run_worlds(run)->machine;
    cli_host_turned(host, recording_flush, &worker->recording);
    worker_watch(worker, 0);
    /* A closed scenario needs the loop for webhooks alone: the host makes it when the first is
     * sent, which most scenarios never do. */
    if (scenario_is_open(order->scenario) && !cli_host_open(host, &error))
        result = worker_error(order->scenario, error);
    else
        result = play_steps(worker, order, host);
    cli_host_free(host);
    recording_end(&worker->recording);
    scenario_run_free(run);
    return result;
}

static struct scenario_result worker_play(struct worker *worker, const struct worker_order *order)
{
    struct machine machine = {0};
    char *path = NULL, *error = NULL;
    if (scenario_skip(order->scenario))
        return worker_skipped(order->scenario);
    if (!begin_tape(worker, order, &machine, &path, &error)) {
        free(path);
        return worker_error(order->scenario, error);
    }
    struct scenario_result result = play_with(worker, order, &machine);
    result.tape = path;
    return result;
}

/* ---- its life ---- */

static bool worker_write_all(int fd, const char *bytes, size_t len)
{
    while (len) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno != EINTR)
            return false;
        bytes += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* False when nobody is left to read it. SIGPIPE is ignored only for the time of the write: a client
 * inherits an ignored signal through its exec, and would then not die of a closed pipe as it does
 * elsewhere. */
static bool worker_write(const struct worker *worker, const struct buf *line)
{
    struct sigaction before;
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &before);
    bool written = worker_write_all(worker->results, line->data, line->len);
    sigaction(SIGPIPE, &before, NULL);
    return written;
}

static bool worker_read(const struct worker *worker, struct worker_order *ret_order)
{
    char *bytes = (char *)ret_order;
    size_t got = 0;
    while (got < sizeof *ret_order) {
        ssize_t n = read(worker->orders, bytes + got, sizeof *ret_order - got);
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        got += n > 0 ? (size_t)n : 0;
    }
    return true;
}

/* _exit(): the destructors of three dozen libraries are a quarter of what a process costs, and what
 * they would free the kernel frees. Only sanitizers and gcov report at an orderly end. */
_Noreturn static void worker_leave(void)
{
#ifdef MOCKCLOUD_ORDERLY_EXIT
    exit(EXIT_SUCCESS);
#else
    _exit(EXIT_SUCCESS);
#endif
}

_Noreturn void worker_stand(const struct worker_options *options, int orders, int results,
                            struct blackbox *box)
{
    struct worker worker = {.options = options, .orders = orders, .results = results, .box = box};
    struct worker_order order;
    struct buf line;
    bool more = true;
    buf_init(&line, WORKER_LINE_MAX);
    while (more && worker_read(&worker, &order)) {
        struct scenario_result result = worker_play(&worker, &order);
        buf_clear(&line);
        report_json(&result, &line);
        scenario_result_free(&result);
        /* A scenario with clients is this process's last: however it went, nothing that its clients
         * left here (children, descriptors) can reach the next one. */
        more = worker_write(&worker, &line) && !scenario_is_open(order.scenario);
    }
    buf_free(&line);
    worker_leave();
}
