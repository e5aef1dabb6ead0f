/* See crew.h. Owns the places of the crew and the one loop over them; which scenario comes next and
 * what its result means is the caller's. */
#include "cli/crew.h"

#include "base/mem.h"
#include "base/timefmt.h"
#include "sim/sim.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct crew {
    const struct crew_options *options;
    size_t jobs;
    struct process **processes; /* by place; NULL: none there */
    struct crew_task *tasks;    /* by place: what its process plays */
    struct pollfd *fds;         /* by place; behind them the signals */
    size_t playing;
    int64_t due_ms; /* when --timeout-all is over */
    enum crew_end end;
    int signal;
    char *error;
    bool crashed; /* a process ended badly, so orphans of it may be left */
};

/* The first failure is told; what follows from it would only hide it. */
static void crew_fail(struct crew *crew, char *taken)
{
    if (crew->end == CREW_FAILED) {
        free(taken);
        return;
    }
    crew->end = CREW_FAILED;
    crew->error = taken;
}

/* ---- giving out ---- */

/* A process that crashed in the middle of a scenario has been told in that one's verdict. One that
 * had nothing to do any more and still ends badly has no verdict to be told in: then the run has
 * failed, or a sanitizer's report at the end would go unseen. */
static void crew_dismiss(struct crew *crew, size_t place)
{
    struct process *process = crew->processes[place];
    bool could_go_on = process && process_can_go_on(process);
    crew->processes[place] = NULL;
    if (process_free(process))
        return;
    crew->crashed = true;
    if (could_go_on)
        crew_fail(crew, mem_dup("a process that had played its scenarios did not end well"));
}

static bool crew_hire(struct crew *crew, size_t place)
{
    struct process *process = crew->processes[place];
    if (process && process_can_go_on(process))
        return true;
    crew_dismiss(crew, place);
    crew->processes[place] = process_new(&crew->options->process, crew->processes, crew->jobs);
    if (!crew->processes[place])
        crew_fail(crew, mem_printf_dup("no process can be started: %s", strerror(errno)));
    return crew->processes[place] != NULL;
}

/* Gives the next scenario to this place. One with clients may get a process that has already played
 * closed ones; it is the last that this process plays (worker.c), and the place is hired anew. */
static bool crew_give(struct crew *crew, size_t place)
{
    struct crew_task *task = &crew->tasks[place];
    if (crew->end != CREW_DONE || !crew->options->next(crew->options->arg, task) ||
        !crew_hire(crew, place))
        return false;
    process_give(crew->processes[place], task->scenario, task->seed, sim_real_ms());
    crew->playing++;
    return true;
}

static bool crew_is_free(const struct crew *crew, size_t place)
{
    return !crew->processes[place] || !process_scenario(crew->processes[place]);
}

static void crew_give_all(struct crew *crew)
{
    for (size_t i = 0; i < crew->jobs; i++)
        if (crew_is_free(crew, i) && !crew_give(crew, i))
            return;
}

/* ---- waiting ---- */

static void crew_end_all(struct crew *crew, enum crew_end end, enum verdict verdict,
                         const char *message)
{
    crew->end = end;
    crew->due_ms = INT64_MAX;
    for (size_t i = 0; i < crew->jobs; i++)
        if (!crew_is_free(crew, i))
            process_end(crew->processes[i], verdict, message, sim_real_ms());
}

/* To be called before any process is looked at: Ctrl-C reaches the workers, too, and one that it
 * has ended must read as interrupted, not as crashed. */
static void crew_look_at_signals(struct crew *crew)
{
    int signal = process_take_signal(crew->fds[crew->jobs].fd);
    if (!signal)
        return;
    char *message = mem_printf_dup("interrupted by signal %d (%s)", signal, strsignal(signal));
    crew->signal = signal;
    crew_end_all(crew, CREW_SIGNAL, VERDICT_INTERRUPTED, message);
    free(message);
}

static void crew_look_at_time(struct crew *crew)
{
    char timeout[24];
    if (sim_real_ms() < crew->due_ms)
        return;
    timefmt_duration(crew->options->timeout_all_ms, timeout);
    char *message =
        mem_printf_dup("not done when the %s for all were over (--timeout-all)", timeout);
    crew_end_all(crew, CREW_TIMEOUT, VERDICT_TIMEOUT, message);
    free(message);
}

static int crew_patience(const struct crew *crew)
{
    int64_t due_ms = crew->due_ms;
    for (size_t i = 0; i < crew->jobs; i++)
        if (crew->processes[i] && process_due_ms(crew->processes[i]) < due_ms)
            due_ms = process_due_ms(crew->processes[i]);
    int64_t left_ms = due_ms - sim_real_ms();
    if (due_ms == INT64_MAX)
        return -1;
    return left_ms < 0 ? 0 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

static void crew_wait(struct crew *crew)
{
    for (size_t i = 0; i < crew->jobs; i++)
        crew->fds[i] = (struct pollfd){
            .fd = crew_is_free(crew, i) ? -1 : process_fd(crew->processes[i]),
            .events = POLLIN,
        };
    if (poll(crew->fds, crew->jobs + 1, crew_patience(crew)) < 0 && errno != EINTR)
        crew_fail(crew, mem_dup(strerror(errno)));
}

/* A place that is free again is given its next scenario at once, before the others are looked at:
 * it plays while their results are reported. */
static void crew_collect(struct crew *crew)
{
    for (size_t i = 0; i < crew->jobs; i++) {
        struct scenario_result result;
        if (crew_is_free(crew, i) || !process_turn(crew->processes[i], sim_real_ms(), &result))
            continue;
        crew->playing--;
        crew->options->done(crew->options->arg, &crew->tasks[i], &result, crew->end != CREW_DONE);
        crew_give(crew, i);
    }
}

/* ---- all of it ---- */

static void crew_loop(struct crew *crew)
{
    crew_give_all(crew);
    while (crew->playing) {
        crew_wait(crew);
        crew_look_at_signals(crew);
        crew_look_at_time(crew);
        crew_collect(crew);
        crew_give_all(crew);
    }
}

enum crew_end crew_play(const struct crew_options *options, int *ret_signal, char **ret_error)
{
    struct crew crew = {.options = options, .jobs = options->jobs, .due_ms = INT64_MAX};
    int signal_fd = process_prepare();
    assert(options->jobs);
    crew.processes = mem_new_array(crew.jobs, sizeof *crew.processes);
    crew.tasks = mem_new_array(crew.jobs, sizeof *crew.tasks);
    crew.fds = mem_new_array(crew.jobs + 1, sizeof *crew.fds);
    crew.fds[crew.jobs] = (struct pollfd){.fd = signal_fd, .events = POLLIN};
    if (options->timeout_all_ms)
        crew.due_ms = sim_real_ms() + options->timeout_all_ms;
    if (signal_fd < 0)
        crew_fail(&crew, mem_dup(strerror(errno)));
    else
        crew_loop(&crew);
    for (size_t i = 0; i < crew.jobs; i++)
        crew_dismiss(&crew, i);
    if (crew.crashed)
        process_finish();
    if (signal_fd >= 0)
        close(signal_fd);
    free(crew.processes);
    free(crew.tasks);
    free(crew.fds);
    if (crew.end == CREW_SIGNAL)
        *ret_signal = crew.signal;
    if (crew.end == CREW_FAILED)
        *ret_error = crew.error;
    return crew.end;
}
