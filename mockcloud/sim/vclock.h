/*
 * The virtual clock of a world, and its timers.
 *
 * The clock holds one stored time, which moves only inside the calls of this header that say so:
 * within a request, time stands still. Two modes: VCLOCK_FROZEN (moves only when told) and
 * VCLOCK_REAL (follows the monotonic clock of the machine plus an offset, whenever vclock_sync() is
 * called).
 *
 * Timers fire in the order of their time, then of their making, with the clock standing at their
 * time. A timer is FOREGROUND (something that is under way: a device's transition) or BACKGROUND
 * (an expiry, the drop of a silent session, whatever repeats): "settled" means that no foreground
 * timer is left.
 *
 * Every timer carries the journal entry that caused it; while it fires, vclock_cause() answers that
 * entry, so that what happens later still names its cause.
 */
#ifndef SIM_VCLOCK_H
#define SIM_VCLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VCLOCK_NEVER INT64_MAX

enum vclock_mode { VCLOCK_REAL, VCLOCK_FROZEN };
enum timer_kind { TIMER_FOREGROUND, TIMER_BACKGROUND };

/* What a timer calls: `owner` and `arg` as given. It may add and cancel timers. */
typedef void vclock_fire(void *owner, uint64_t arg);

struct vclock;

/* A clock that stands at `at_ms`. In real mode it starts to run at the first vclock_sync(). Yours:
 * vclock_free(). */
struct vclock *vclock_new(enum vclock_mode mode, int64_t at_ms);
void vclock_free(struct vclock *clock);

int64_t vclock_now(const struct vclock *clock);
enum vclock_mode vclock_mode(const struct vclock *clock);

/* Changes the mode; the time stays. */
void vclock_set_mode(struct vclock *clock, enum vclock_mode mode);

/* What a timer is and does. */
struct timer_row {
    enum timer_kind kind;
    const char *actor; /* "device:pump"; with `what` it names the timer in messages. Both are … */
    const char *what;  /* … "handshake"; borrowed until it has fired or is cancelled */
    vclock_fire *fire; /* called with the next two */
    void *owner;
    uint64_t arg;
};

/* Adds a timer at `at_ms` (in the past: as soon as timers run). Answers its id, never 0. */
uint64_t vclock_add(struct vclock *clock, int64_t at_ms, const struct timer_row *row);

/* Cancels a timer; 0 and ids of timers that have fired are passed over. */
void vclock_cancel(struct vclock *clock, uint64_t id);

/* When the earliest timer is due, VCLOCK_NEVER without one. */
int64_t vclock_next_due(const struct vclock *clock);

/* Names the earliest timer of either kind; false without one. Borrowed. */
bool vclock_next(const struct vclock *clock, const char **ret_actor, const char **ret_what,
                 int64_t *ret_due_ms);

/* The same for foreground timers alone, and how many there are. */
size_t vclock_foreground_count(const struct vclock *clock);

/* Names the foreground timer that is due first; false without one. Borrowed. */
bool vclock_foreground_first(const struct vclock *clock, const char **ret_actor,
                             const char **ret_what, int64_t *ret_due_ms);

/* Runs the earliest timer if it is due at `until_ms` or before: the clock then stands at the
 * timer's time. False when there is none. */
bool vclock_run_next(struct vclock *clock, int64_t until_ms);

/* Moves the clock to `at_ms`; nothing may be due before (run the timers first). Never backwards. */
void vclock_move(struct vclock *clock, int64_t at_ms);

/* Runs all timers that are due up to `at_ms`, then moves there. */
void vclock_advance(struct vclock *clock, int64_t at_ms);

/* Real mode: `mono_ms` is the machine's monotonic clock now. Runs what has fallen due and moves.
 * Frozen mode: does nothing. */
void vclock_sync(struct vclock *clock, int64_t mono_ms);

/* Real mode: how many milliseconds after `mono_ms` the earliest timer falls due, 0 when it is
 * overdue; -1 without one, and in frozen mode. */
int64_t vclock_due_in(const struct vclock *clock, int64_t mono_ms);

/* How many timers have fired. */
uint64_t vclock_fired(const struct vclock *clock);

/* Real mode: whether the clock has followed the machine's since it was made or set to this mode. */
bool vclock_follows(const struct vclock *clock);

/* Real mode: the machine's monotonic clock has another zero from now on, and shows `behind_ms` less
 * at the same moment. The time stays. */
void vclock_rebase(struct vclock *clock, int64_t behind_ms);

/* The journal entry that caused what is being done now, 0: none. */
uint64_t vclock_cause(const struct vclock *clock);
void vclock_set_cause(struct vclock *clock, uint64_t cause);

#endif
