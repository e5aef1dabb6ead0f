/* See worker.h. Owns what a worker does, and leaves nothing of one scenario to the next: each has
 * its own world, its own api, its own loop if it needs one. Prints nothing. */
#include "cli/worker.h"

#include "base/mem.h"
#include "cli/host.h"
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
};

static void worker_watch(const struct worker *worker, int line)
{
    if (worker->options->watch)
        worker->options->watch(worker->scenario, line);
}

static void on_step(void *arg, int line, const char *statement)
{
    struct worker *worker = arg;
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

static struct scenario_result worker_play(struct worker *worker, const struct worker_order *order)
{
    if (scenario_skip(order->scenario))
        return worker_skipped(order->scenario);
    struct scenario_run *run = scenario_run_new(order->scenario, order->seed);
    struct cli_host *host = cli_host_new(scenario_run_worlds(run), scenario_run_api(run),
                                         &worker->options->outbound, worker->options->secure);
    struct scenario_result result;
    char *error = NULL;
    worker->scenario = order->scenario;
    worker->run = run;
    worker_watch(worker, 0);
    /* A closed scenario needs the loop for webhooks alone: the host makes it when the first is
     * sent, which most scenarios never do. */
    if (scenario_is_open(order->scenario) && !cli_host_open(host, &error))
        result = worker_error(order->scenario, error);
    else
        result = scenario_run_steps(run, &(struct scenario_run_options){
                                             .keep_journal = worker->options->keep_journal,
                                             .keep_output = worker->options->keep_output,
                                             .check_requests = worker->options->check_requests,
                                             .host = cli_host_scenario(host),
                                             .progress = on_step,
                                             .progress_arg = worker,
                                         });
    cli_host_free(host);
    scenario_run_free(run);
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
