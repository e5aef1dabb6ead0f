/*
 * Running a world's time: until something holds, or until nothing is under way. See world.h.
 *
 * Webhooks under way go before any timer: their answers are part of what has happened so far, and
 * if the clock ran ahead of them, what they cause would come at a later time, or too late.
 */
#include "world/world.h"

bool world_in_flight(const struct world *world)
{
    return world->carry && world->held(world->carry_arg);
}

enum run_end world_run_until(struct world *world, int64_t bound_ms, world_until *until, void *arg)
{
    /* `until` is asked before each timer, so time stops at the one that made it hold, not behind.
     */
    while (!until(arg)) {
        if (world_in_flight(world)) {
            if (!world->carry(world->carry_arg))
                return RUN_STUCK;
            continue;
        }
        if (vclock_run_next(world->sim.clock, bound_ms))
            continue;
        if (vclock_next_due(world->sim.clock) == VCLOCK_NEVER)
            return RUN_STUCK;
        vclock_move(world->sim.clock, bound_ms);
        return RUN_BOUND;
    }
    return RUN_MET;
}

bool world_settle(struct world *world, const char **ret_actor, const char **ret_what)
{
    int64_t bound_ms = vclock_now(world->sim.clock) + WORLD_SETTLE_MS;
    int64_t due_ms;
    /* Bounded, since devices could keep each other busy for ever. */
    while (vclock_foreground_count(world->sim.clock)) {
        if (world_in_flight(world)) {
            if (!world->carry(world->carry_arg))
                return true;
        } else if (!vclock_run_next(world->sim.clock, bound_ms)) {
            return !vclock_foreground_first(world->sim.clock, ret_actor, ret_what, &due_ms);
        }
    }
    return true;
}
