/*
 * The machine's clocks, as worlds are told them: the one door through which real time comes in.
 *
 * They are looked at when something enters a world (machine_look()), and stand until the next time:
 * so one input sees one time, a tape can hold it, and a replay can tell it again. Who has no struct
 * machine (tests, worlds that are made only to be checked) sees the real clocks.
 */
#ifndef SIM_MACHINE_H
#define SIM_MACHINE_H

#include "tape/tape_recorder.h"

#include <stdbool.h>
#include <stdint.h>

struct machine {
    struct tape_recorder *recorder; /* of what enters; NULL: nobody records */
    int64_t ahead_ms;               /* added to the monotonic clock, by tests */
    uint64_t requests;              /* that have come: what a tape calls each of them */
    int64_t mono_ms;                /* the monotonic clock, when it was looked at last */
    int64_t wall_ahead_ms;          /* of the calendar clock: it is so much ahead of that */
    int64_t wall_seen_ms;           /* when that was compared */
    int64_t followed_ms;            /* real clocks have followed to here, which no record says yet;
                                       0: there is nothing to say */
    /* Tells the time in place of the clocks: sets mono_ms (a replay). NULL: nobody does. */
    void (*tell)(struct machine *machine, void *arg);
    void *tell_arg;
};

/* Something is about to enter: looks at the clocks, and writes what a tape has to know before. */
void machine_look(struct machine *machine);

/* As it was looked at; `machine` NULL, or never looked at: the clocks themselves. Of the monotonic
 * and of the calendar clock. */
int64_t machine_mono_ms(const struct machine *machine);
int64_t machine_wall_ms(const struct machine *machine);

/* The monotonic clock as it is now, whatever was looked at. */
int64_t machine_clock_ms(const struct machine *machine);

/* Looks, and begins a record. True: its fields are to be written. tape_end() follows in both cases.
 * NULL: nobody records. */
bool machine_begin(struct machine *machine, enum tape_kind kind);

/* The same for a time that is known already: that of the loop's turn. */
bool machine_begin_at(struct machine *machine, enum tape_kind kind, int64_t mono_ms);
void machine_end(struct machine *machine);

/* Worlds with a real clock have followed to `mono_ms`, and nothing has happened in them: it is
 * written with the next input, if one comes. */
void machine_followed(struct machine *machine, int64_t mono_ms);

#endif
