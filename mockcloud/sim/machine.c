/* See machine.h. Owns when the clocks are looked at, and what of that gets onto a tape. */
#include "sim/machine.h"

#include "sim/sim.h"

#include <stdlib.h>
#include <time.h>

#define WALL_EVERY_MS INT64_C(1000) /* the calendar clock is compared so often, … */
#define WALL_OFF_MS   INT64_C(1000) /* … and believed anew when it is off by so much */

static int64_t wall_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

/* The calendar clock is set now and then, and runs on while the machine sleeps. */
static void look_at_wall(struct machine *machine)
{
    if (machine->wall_seen_ms && machine->mono_ms - machine->wall_seen_ms < WALL_EVERY_MS)
        return;
    int64_t wall_ms = wall_now_ms(), ahead_ms = wall_ms - machine->mono_ms;
    bool first = !machine->wall_seen_ms;
    machine->wall_seen_ms = machine->mono_ms;
    if (!first && llabs(ahead_ms - machine->wall_ahead_ms) < WALL_OFF_MS)
        return;
    machine->wall_ahead_ms = ahead_ms;
    if (first) /* the first record of a tape has it */
        return;
    if (tape_begin(machine->recorder, TAPE_WALL))
        tape_number(machine->recorder, wall_ms);
    tape_end(machine->recorder);
}

static void write_followed(struct machine *machine)
{
    if (!machine->followed_ms)
        return;
    tape_now(machine->recorder, machine->followed_ms);
    machine->followed_ms = 0;
    tape_begin(machine->recorder, TAPE_TIME);
    tape_end(machine->recorder);
}

void machine_look(struct machine *machine)
{
    if (!machine || tape_within(machine->recorder))
        return;
    if (machine->tell) {
        machine->tell(machine, machine->tell_arg);
    } else {
        if (machine->recorder)
            write_followed(machine);
        machine->mono_ms = machine_clock_ms(machine);
    }
    tape_now(machine->recorder, machine->mono_ms);
    if (machine->recorder && !machine->tell)
        look_at_wall(machine);
}

int64_t machine_clock_ms(const struct machine *machine)
{
    return sim_real_ms() + machine->ahead_ms;
}

int64_t machine_mono_ms(const struct machine *machine)
{
    return machine && machine->mono_ms ? machine->mono_ms : sim_real_ms();
}

int64_t machine_wall_ms(const struct machine *machine)
{
    bool told = machine && (machine->recorder || machine->tell);
    return told ? machine->mono_ms + machine->wall_ahead_ms : wall_now_ms();
}

bool machine_begin(struct machine *machine, enum tape_kind kind)
{
    machine_look(machine);
    return machine && tape_begin(machine->recorder, kind);
}

/* What was followed before need not be told: this follows further. */
bool machine_begin_at(struct machine *machine, enum tape_kind kind, int64_t mono_ms)
{
    machine->followed_ms = 0;
    machine_look(machine);
    if (!tape_within(machine->recorder))
        tape_now(machine->recorder, mono_ms);
    return tape_begin(machine->recorder, kind);
}

void machine_end(struct machine *machine)
{
    if (machine)
        tape_end(machine->recorder);
}

void machine_followed(struct machine *machine, int64_t mono_ms)
{
    if (machine->recorder && !machine->tell)
        machine->followed_ms = mono_ms;
}
