/*
 * A scenario's process as its parent sees it: a worker (worker.h) that is given one scenario after
 * the other, and can be waited for with others in one poll().
 *
 * What happens to a scenario can't hurt those in other processes. The parent ends it when its time
 * is up, and tells it as crashed when the process has gone without a result; the caller then goes
 * on with a new one. What a scenario's clients have started is ended by their keepers
 * (net/keeper.h), each of which knows its own alone.
 */
#ifndef CLI_PROCESS_H
#define CLI_PROCESS_H

#include "cli/worker.h"
#include "scenario/scenario.h"

struct process_options {
    struct worker_options worker;
    int64_t timeout_ms; /* of real time, for each scenario */
};

struct process;

/*
 * Once, before the first process_new(): takes SIGINT, SIGTERM, and SIGHUP unless it is ignored,
 * over for this process, and makes it adopt the keepers of workers that crash. A descriptor from
 * which process_take_signal() reads; -1 and errno when the machine refuses. Close it when all is
 * done.
 */
int process_prepare(void);

/* The signal that was sent to us, 0: none. Doesn't wait. */
int process_take_signal(int signal_fd);

/*
 * Forks a worker with nothing to do. `options` is borrowed and has to outlive it; so have the
 * scenarios that it will be given, which are all loaded by now. `others` are all that the caller
 * has: their pipes mean nothing to the new one. Yours: process_free(). NULL and errno when the
 * machine refuses.
 */
struct process *process_new(const struct process_options *options, struct process *const *others,
                            size_t count);

/* Gives it a scenario, when it has none, at a time of sim_real_ms(); `seed` 0: the scenario's own.
 */
void process_give(struct process *process, const struct scenario *scenario, uint64_t seed,
                  int64_t now_ms);

/* What it has been given and not yet answered; NULL: nothing. */
const struct scenario *process_scenario(const struct process *process);

/* For poll(): readable when process_turn() is due. */
int process_fd(const struct process *process);

/* When process_turn() is due at the latest, in the time of sim_real_ms(). */
int64_t process_due_ms(const struct process *process);

/* Reads what has come, without waiting, and ends a process whose time is up. True when the scenario
 * that it was given has ended: its result is yours. */
bool process_turn(struct process *process, int64_t now_ms, struct scenario_result *ret_result);

/* Asks it to end; its scenario gets `verdict` and the message, which is copied. It has two seconds;
 * process_turn() tells the result. */
void process_end(struct process *process, enum verdict verdict, const char *message,
                 int64_t now_ms);

/* Whether it can be given another one. */
bool process_can_go_on(const struct process *process);

/* Ends it and reaps it. False when it did not end as it should (a tool that looks for leaks fails
 * it at its end), or by a crash, which its scenario has told. NULL is fine. */
bool process_free(struct process *process);

/* After the last one: waits for what crashed ones have left behind to be ended by the keepers. */
void process_finish(void);

#endif
