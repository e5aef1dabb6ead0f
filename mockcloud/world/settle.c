/* Running a world's time: until something holds, until nothing is under way. See world.h. */
#include "world/world.h"

enum run_end world_run_until(struct world *world, int64_t bound_ms, world_until *until, void *arg)
{
    struct vclock *clock = world->sim.clock;
    while (!until(arg)) {
        if (vclock_run_next(clock, bound_ms))
            continue;
        if (vclock_next_due(clock) == VCLOCK_NEVER)
            return RUN_STUCK;
        vclock_move(clock, bound_ms);
        return RUN_BOUND;
    }
    return RUN_MET;
}

bool world_settle(struct world *world, const char **ret_actor, const char **ret_what)
{
    struct vclock *clock = world->sim.clock;
    int64_t bound_ms = vclock_now(clock) + WORLD_SETTLE_MS;
    int64_t due_ms;
    while (vclock_foreground_count(clock))
        if (!vclock_run_next(clock, bound_ms))
            return !vclock_foreground_first(clock, ret_actor, ret_what, &due_ms);
    return true;
}
