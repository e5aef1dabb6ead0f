/* See process.h. Owns the fork, the pipes between both sides and the kill timer. Prints nothing,
 * and waits for nothing but a process that is about to end. */
#include "cli/process.h"

#include "base/mem.h"
#include "base/timefmt.h"
#include "net/reap.h"
#include "scenario/report.h"
#include "sim/sim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESS_LINE_MAX (600u << 20) /* a result with its journal */
#define PROCESS_READ     65536
#define PROCESS_GRACE_MS 2000 /* from SIGTERM to SIGKILL */

struct process {
    const struct process_options *options;
    pid_t pid; /* -1: reaped */
    int status;
    int orders;                      /* write end; -1: closed */
    int results;                     /* read end */
    struct buf input;                /* the part of a line that has come so far */
    struct blackbox *box;            /* shared with it */
    const struct scenario *scenario; /* NULL: it has nothing to do */
    unsigned given;                  /* scenarios so far; those that are skipped don't count */
    pid_t was;                       /* its pid, also when it was reaped */
    bool has_result;
    struct scenario_result result;
    int64_t due_ms;       /* when SIGTERM is due, later SIGKILL; INT64_MAX: neither */
    bool ending;          /* SIGTERM was sent */
    enum verdict verdict; /* why it was ended; VERDICT_PASSED: it was not */
    char *message;
};

/* ---- this process ---- */

int process_prepare(void)
{
    struct sigaction hangup;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
        sigaddset(&set, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return -1;
    signal(SIGPIPE, SIG_IGN); /* a worker may die just before its order is written */
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int process_take_signal(int signal_fd)
{
    struct signalfd_siginfo info;
    return read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void process_finish(void)
{
    reap_wait();
}

/* ---- a new one ---- */

static void process_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Closes the fork's copies of the other workers' pipes. A worker ends when its pipe of orders is
 * closed, and that is only when nobody holds the other end any more. */
static void process_forget(struct process *const *others, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (others[i]) {
            process_close(&others[i]->orders);
            process_close(&others[i]->results);
        }
}

_Noreturn static void process_child(const struct process *process, pid_t parent, int orders,
                                    int results)
{
    sigset_t none;
    sigemptyset(&none);
    /* In case the parent is killed: then the worker ends, and the keepers end its clients. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(EXIT_FAILURE);
    signal(SIGPIPE, SIG_DFL);
    signal(SIGTERM, SIG_DFL); /* it may have been inherited as ignored, and has to end the worker */
    sigprocmask(SIG_SETMASK, &none, NULL);
    worker_stand(&process->options->worker, orders, results, process->box);
}

static bool process_fork(struct process *process, struct process *const *others, size_t count)
{
    int orders[2] = {-1, -1}, results[2] = {-1, -1};
    pid_t parent = getpid();
    fflush(NULL); /* what stdio holds would be in both processes, and be written twice */
    if (pipe2(orders, O_CLOEXEC) == 0 && pipe2(results, O_CLOEXEC) == 0)
        process->pid = fork();
    if (process->pid == 0) {
        process_forget(others, count);
        close(orders[1]);
        close(results[0]);
        process_child(process, parent, orders[0], results[1]);
    }
    int reason = errno;
    process->was = process->pid;
    process->orders = orders[1];
    process->results = results[0];
    process_close(&orders[0]);
    process_close(&results[1]);
    errno = reason;
    return process->pid > 0 && fcntl(process->results, F_SETFL, O_NONBLOCK) == 0;
}

struct process *process_new(const struct process_options *options, struct process *const *others,
                            size_t count)
{
    struct process *process = mem_new(sizeof *process);
    process->options = options;
    process->pid = process->orders = process->results = -1;
    process->due_ms = INT64_MAX;
    buf_init(&process->input, PROCESS_LINE_MAX);
    void *shared =
        mmap(NULL, sizeof *process->box, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    process->box = shared == MAP_FAILED ? NULL : shared;
    if (process->box && process_fork(process, others, count))
        return process;
    int reason = errno;
    process_free(process);
    errno = reason;
    return NULL;
}

/* ---- its scenario ---- */

static bool process_write(int fd, const void *bytes, size_t len)
{
    for (size_t written = 0; written < len;) {
        ssize_t n = write(fd, (const char *)bytes + written, len - written);
        if (n < 0 && errno != EINTR)
            return false;
        written += n > 0 ? (size_t)n : 0;
    }
    return true;
}

void process_give(struct process *process, const struct scenario *scenario, uint64_t seed,
                  int64_t now_ms)
{
    struct worker_order order = {.scenario = scenario, .seed = seed};
    process->scenario = scenario;
    process->given += !scenario_skip(scenario);
    process->has_result = false;
    process->due_ms = now_ms + process->options->timeout_ms;
    blackbox_clear(process->box);
    /* It may have died since it was last looked at. That is seen at the end of its results, like
     * any crash; without an order it ends by itself, which is seen there, too. */
    if (!process_write(process->orders, &order, sizeof order))
        process_close(&process->orders);
}

const struct scenario *process_scenario(const struct process *process)
{
    return process->scenario;
}

int process_fd(const struct process *process)
{
    return process->results;
}

int64_t process_due_ms(const struct process *process)
{
    return process->due_ms;
}

bool process_can_go_on(const struct process *process)
{
    return process->pid > 0 && !process->scenario && process->orders >= 0;
}

/* Takes the lines that have come. False at the end of the pipe. */
static bool process_read(struct process *process)
{
    for (;;) {
        char *room = buf_room(&process->input, PROCESS_READ);
        ssize_t n = room ? read(process->results, room, PROCESS_READ) : 0;
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0;
        process->input.len += (size_t)n;
        if (room[n - 1] == '\n' && !process->has_result) {
            process->has_result = report_from_json(buf_str(&process->input), &process->result);
            buf_clear(&process->input);
        }
        if (n < PROCESS_READ)
            return true;
    }
}

/* ---- its end ---- */

static void process_reap(struct process *process)
{
    while (process->pid > 0 && waitpid(process->pid, &process->status, 0) < 0 && errno == EINTR)
        ;
    process->pid = -1;
}

void process_end(struct process *process, enum verdict verdict, const char *message, int64_t now_ms)
{
    if (process->ending || process->pid < 0)
        return;
    process->ending = true;
    process->verdict = verdict;
    process->message = mem_dup(message);
    process->due_ms = now_ms + PROCESS_GRACE_MS;
    kill(process->pid, SIGTERM);
}

static void process_overdue(struct process *process, int64_t now_ms)
{
    char timeout[24];
    if (process->ending) {
        kill(process->pid, SIGKILL);
        process->due_ms = INT64_MAX;
        return;
    }
    timefmt_duration(process->options->timeout_ms, timeout);
    char *message =
        mem_printf_dup("not done within %s of real time (--timeout): ended here", timeout);
    process_end(process, VERDICT_TIMEOUT, message, now_ms);
    free(message);
}

static void process_say(struct scenario_result *result, enum verdict verdict, char *taken)
{
    free(result->message);
    result->message = taken;
    result->verdict = verdict;
}

static bool process_broke(const struct process *process)
{
    return WIFSIGNALED(process->status) || WEXITSTATUS(process->status) != EXIT_SUCCESS;
}

/* The result of a scenario whose process could not give one. */
static void process_lost(struct process *process)
{
    const struct blackbox *box = process->box;
    int signal = WIFSIGNALED(process->status) ? WTERMSIG(process->status) : 0;
    char *message = signal ? mem_printf_dup("the scenario's process was ended by signal %d (%s)",
                                            signal, strsignal(signal))
                           : mem_printf_dup("the scenario's process ended with %d and no result",
                                            WEXITSTATUS(process->status));
    process->result = worker_error(process->scenario, message);
    process->result.tape = worker_tape_dup(&process->options->worker, process->was, process->given);
    process->has_result = true;
    if (!box->line)
        return;
    process->result.line = box->line;
    process->result.statement = mem_dup(box->statement);
    process->result.journal = blackbox_journal_dup(box);
    process->result.journal_dump = blackbox_lines_dup(box);
}

/* The process has ended: makes its verdict final. If we have ended it (time, Ctrl-C), that is the
 * reason that is told, unless the scenario had passed by then. */
static void process_judge(struct process *process)
{
    if (!process->has_result)
        process_lost(process);
    else if (process_broke(process) && !process->ending)
        process_say(&process->result, VERDICT_ERROR,
                    mem_printf_dup("the scenario's process gave its result and then ended with %d",
                                   WIFSIGNALED(process->status) ? 128 + WTERMSIG(process->status)
                                                                : WEXITSTATUS(process->status)));
    if (process->ending && process->result.verdict != VERDICT_PASSED)
        process_say(&process->result, process->verdict, mem_dup(process->message));
}

/* A scenario with clients is done when its process has ended: only then are all of its clients
 * gone. A closed one is done with its result, since its process goes on. */
static bool process_done(const struct process *process, bool open)
{
    bool lasts = process->scenario && !scenario_is_open(process->scenario) && !process->ending;
    return process->scenario && process->has_result && (lasts || !open);
}

bool process_turn(struct process *process, int64_t now_ms, struct scenario_result *ret_result)
{
    bool open = process_read(process);
    if (!open && process->pid > 0) {
        process_reap(process);
        if (process->scenario)
            process_judge(process);
    }
    if (!process_done(process, open)) {
        if (open && now_ms >= process->due_ms)
            process_overdue(process, now_ms);
        return false;
    }
    *ret_result = process->result;
    process->scenario = NULL;
    process->has_result = false;
    process->due_ms = INT64_MAX;
    return true;
}

bool process_free(struct process *process)
{
    if (!process)
        return true;
    process_close(&process->orders); /* a worker without a scenario ends by itself then */
    if (process->pid > 0 && process->scenario)
        kill(process->pid, SIGKILL);
    process_reap(process);
    process_close(&process->results);
    bool well = !process_broke(process);
    if (process->has_result)
        scenario_result_free(&process->result);
    if (process->box)
        munmap(process->box, sizeof *process->box);
    buf_free(&process->input);
    free(process->message);
    free(process);
    return well;
}
