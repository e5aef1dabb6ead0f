/* See process.h. Owns the fork, the pipe between both sides and the kill timer. Prints nothing. */
#include "cli/process.h"

#include "base/jsonw.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "cli/host.h"
#include "net/reap.h"
#include "scenario/report.h"
#include "sim/sim.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESS_LINE_MAX (600u << 20) /* a result with its journal */
#define PROCESS_GRACE_MS 2000         /* from SIGTERM to SIGKILL */

/* ---- the child ---- */

static void process_write(int fd, const struct buf *line)
{
    size_t written = 0;
    while (written < line->len) {
        ssize_t n = write(fd, line->data + written, line->len - written);
        if (n < 0 && errno != EINTR)
            return;
        written += n > 0 ? (size_t)n : 0;
    }
}

static void process_progress(void *arg, int line, const char *statement)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, 1u << 20);
    jsonw_init(&w, &out);
    jsonw_object(&w);
    jsonw_key_int(&w, "line", line);
    jsonw_key_str(&w, "statement", statement);
    jsonw_end_object(&w);
    buf_add_char(&out, '\n');
    process_write(*(const int *)arg, &out);
    buf_free(&out);
}

static struct scenario_result process_error(const struct scenario *scenario, char *taken)
{
    return (struct scenario_result){
        .scenario = mem_dup(scenario_name(scenario)),
        .file = mem_dup(scenario_path(scenario)),
        .line = scenario_line(scenario),
        .verdict = VERDICT_ERROR,
        .message = taken,
    };
}

/* Runs the scenario here. An open one needs a host; a closed one has it for its webhooks alone, if
 * the machine lets it. */
static struct scenario_result process_play(const struct scenario *scenario,
                                           const struct process_options *options, int pipe_fd)
{
    struct scenario_run *run = scenario_run_new(scenario, options->force_seed);
    struct scenario_result result;
    struct scenario_run_options how = {
        .keep_journal = options->keep_journal,
        .check_requests = options->check_requests,
        .progress = process_progress,
        .progress_arg = &pipe_fd,
    };
    char *error = NULL;
    struct cli_host *host =
        cli_host_new(scenario_run_worlds(run), scenario_run_api(run), &options->outbound, &error);
    if (scenario_is_open(scenario) && !host) {
        result = process_error(scenario, error);
    } else {
        how.host = host ? cli_host_scenario(host) : NULL;
        result = scenario_run_steps(run, &how);
        free(error);
    }
    cli_host_free(host);
    scenario_run_free(run);
    return result;
}

static _Noreturn void process_child(const struct scenario *scenario,
                                    const struct process_options *options, int pipe_fd)
{
    struct buf line;
    struct scenario_result result = process_play(scenario, options, pipe_fd);
    signal(SIGPIPE, SIG_IGN); /* nobody may be left to read the result; there is still work to do */
    buf_init(&line, PROCESS_LINE_MAX);
    report_json(&result, &line);
    process_write(pipe_fd, &line);
    buf_free(&line);
    scenario_result_free(&result);
    reap_descendants();
    exit(EXIT_SUCCESS);
}

/* ---- the parent ---- */

/* A child that is being watched. */
struct process {
    const struct scenario *scenario;
    pid_t pid;
    int pipe_fd;
    int signal_fd;
    struct buf input; /* what has not been read as a line yet */
    int line;         /* of the step that was begun last */
    char *statement;
    struct scenario_result result;
    bool has_result;
    bool timed_out;
    int signal;          /* that we were sent */
    int64_t deadline_ms; /* of what is done next: SIGTERM, then SIGKILL */
    bool ending;         /* SIGTERM was sent */
    bool killed;         /* by us */
};

bool process_prepare(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return sigprocmask(SIG_BLOCK, &set, NULL) == 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

static int process_signal_fd(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* A line of the child: the step that begins, or the result. */
static void process_line(struct process *process, const char *text)
{
    cJSON *json = cJSON_Parse(text);
    const cJSON *statement = cJSON_GetObjectItemCaseSensitive(json, "statement");
    if (json && !cJSON_HasObjectItem(json, "verdict")) {
        const cJSON *line = cJSON_GetObjectItemCaseSensitive(json, "line");
        free(process->statement);
        process->statement = mem_dup(cJSON_GetStringValue(statement));
        process->line = cJSON_IsNumber(line) ? line->valueint : 0;
    } else if (json && !process->has_result) {
        process->has_result = report_from_json(text, &process->result);
    }
    cJSON_Delete(json);
}

/* Reads what has come. False at the end. */
static bool process_read(struct process *process)
{
    char *room = buf_room(&process->input, 65536);
    ssize_t n = room ? read(process->pipe_fd, room, 65536) : 0;
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n == 0)
        return false;
    size_t from = process->input.len;
    process->input.len += (size_t)n;
    process->input.data[process->input.len] = '\0';
    char *end = memchr(process->input.data + from, '\n', (size_t)n);
    while (end) {
        size_t len = (size_t)(end - process->input.data);
        *end = '\0';
        process_line(process, process->input.data);
        buf_drop(&process->input, len + 1);
        end = process->input.len ? memchr(process->input.data, '\n', process->input.len) : NULL;
    }
    return true;
}

/* Asks the child to end: an open scenario then still reports where it was. */
static void process_end(struct process *process)
{
    if (!process->ending)
        process->deadline_ms = sim_real_ms() + PROCESS_GRACE_MS;
    process->ending = true;
    kill(process->pid, SIGTERM);
}

static void process_overdue(struct process *process)
{
    if (process->ending) {
        process->killed = true;
        kill(process->pid, SIGKILL);
        process->deadline_ms = INT64_MAX;
        return;
    }
    process->timed_out = true;
    process_end(process);
}

static void process_take_signal(struct process *process)
{
    struct signalfd_siginfo info;
    if (read(process->signal_fd, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    process->signal = (int)info.ssi_signo;
    process_end(process);
}

/* Until the child has closed its end of the pipe, by its exit at the latest. */
static void process_watch(struct process *process)
{
    for (bool open = true; open;) {
        struct pollfd fds[] = {
            {.fd = process->pipe_fd, .events = POLLIN},
            {.fd = process->signal_fd, .events = POLLIN},
        };
        int64_t left = process->deadline_ms - sim_real_ms();
        if (left <= 0) {
            process_overdue(process);
            continue;
        }
        if (poll(fds, 2, left < 1000 ? (int)left : 1000) < 0 && errno != EINTR)
            return;
        if (fds[1].revents)
            process_take_signal(process);
        if (fds[0].revents)
            open = process_read(process);
    }
}

/* The result of a child that could not give one. */
static void process_lost(struct process *process, int status)
{
    char *message = NULL;
    if (WIFSIGNALED(status))
        message = mem_printf_dup("the scenario's process was ended by signal %d (%s)",
                                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        message = mem_printf_dup("the scenario's process ended with %d and no result",
                                 WEXITSTATUS(status));
    process->result = process_error(process->scenario, message);
    if (process->statement) {
        process->result.line = process->line;
        process->result.statement = mem_dup(process->statement);
    }
}

static void process_say(struct scenario_result *result, enum verdict verdict, char *taken)
{
    free(result->message);
    result->message = taken;
    result->verdict = verdict;
}

/* What became of it: our own reasons for ending it win over what it says. */
static void process_judge(struct process *process, int status,
                          const struct process_options *options)
{
    bool broken = WIFSIGNALED(status) || WEXITSTATUS(status) != EXIT_SUCCESS;
    char timeout[24];
    if (!process->has_result)
        process_lost(process, status);
    timefmt_duration(options->timeout_ms, timeout);
    if (process->signal)
        process_say(&process->result, VERDICT_INTERRUPTED,
                    mem_printf_dup("interrupted by signal %d (%s)", process->signal,
                                   strsignal(process->signal)));
    else if (process->timed_out && process->result.verdict != VERDICT_PASSED)
        process_say(
            &process->result, VERDICT_TIMEOUT,
            mem_printf_dup("not done within %s of real time (--timeout): ended here", timeout));
    else if (broken && process->has_result)
        process_say(
            &process->result, VERDICT_ERROR,
            mem_printf_dup("the scenario's process gave its result and then ended with %d",
                           WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)));
}

static bool process_start(struct process *process, const struct process_options *options)
{
    int fds[2];
    pid_t parent = getpid();
    if (pipe2(fds, O_CLOEXEC) != 0)
        return false;
    fflush(NULL);
    process->pid = fork();
    if (process->pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        close(fds[0]);
        close(process->signal_fd);
        /* Should we be killed, the child ends by itself, and cleans up behind itself. */
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        if (getppid() != parent)
            _exit(EXIT_FAILURE);
        sigprocmask(SIG_SETMASK, &none, NULL);
        process_child(process->scenario, options, fds[1]);
    }
    close(fds[1]);
    process->pipe_fd = fds[0];
    if (process->pid > 0)
        return true;
    close(fds[0]);
    return false;
}

struct scenario_result process_run(const struct scenario *scenario,
                                   const struct process_options *options, int *ret_signal)
{
    struct process process = {
        .scenario = scenario,
        .signal_fd = process_signal_fd(),
        .deadline_ms = sim_real_ms() + options->timeout_ms,
    };
    int status = 0;
    buf_init(&process.input, PROCESS_LINE_MAX);
    if (process.signal_fd >= 0 && process_start(&process, options)) {
        process_watch(&process);
        while (waitpid(process.pid, &status, 0) < 0 && errno == EINTR)
            ;
        close(process.pipe_fd);
        reap_descendants();
        process_judge(&process, status, options);
    } else {
        process.result = process_error(
            scenario, mem_printf_dup("no process can be started: %s", strerror(errno)));
    }
    if (process.signal_fd >= 0)
        close(process.signal_fd);
    buf_free(&process.input);
    free(process.statement);
    *ret_signal = process.signal;
    return process.result;
}
