/* See harness.h. Owns the list of worlds that have a hold or a fault, and the order of the gates.
 */
#include "api/gates/harness.h"

#include "api/call/core.h"
#include "api/gates/fault.h"
#include "api/gates/hold.h"
#include "base/mem.h"
#include "sim/sim.h"

#include <stdlib.h>

struct harness {
    struct harness_world *worlds;
};

struct harness *harness_new(void)
{
    return mem_new(sizeof(struct harness));
}

static void harness_world_free(struct harness_world *world)
{
    holds_free(world->holds);
    faults_free(world->faults);
    free(world);
}

void harness_free(struct harness *harness)
{
    if (!harness)
        return;
    for (struct harness_world *world = harness->worlds, *next; world; world = next) {
        next = world->next;
        harness_world_free(world);
    }
    free(harness);
}

struct harness_world *harness_of(const struct api *api, const struct world *world)
{
    struct harness_world *found = api->harness->worlds;
    while (found && found->world != world)
        found = found->next;
    return found;
}

struct harness_world *harness_made(struct api *api, const struct world *world)
{
    struct harness_world *found = harness_of(api, world);
    if (found)
        return found;
    found = mem_new(sizeof *found);
    found->world = world;
    chance_init(&found->chance, world->seed, "faults");
    found->next = api->harness->worlds;
    api->harness->worlds = found;
    return found;
}

/* The world's calls have been ended before: nothing is parked any more. */
static void harness_leave(struct api *api, const struct world *world)
{
    struct harness_world **at = &api->harness->worlds;
    while (*at && (*at)->world != world)
        at = &(*at)->next;
    struct harness_world *gone = *at;
    if (!gone)
        return;
    *at = gone->next;
    harness_world_free(gone);
    harness_tell_doors(api);
}

void harness_tell_doors(const struct api *api)
{
    if (api->doors)
        api->doors->changed(api->doors->arg);
}

void api_set_doors(struct api *api, const struct api_doors *doors)
{
    api->doors = doors;
}

bool api_refuses(const struct api *api, const struct world *world, const char *actor,
                 int64_t now_ms)
{
    const struct harness_world *mine = harness_of(api, world);
    return mine && (now_ms < mine->down_until_ms || faults_refuse(mine, actor, now_ms));
}

const struct gate harness_gates[] = {
    {.name = "hold at arrival", .before = hold_arrival, .leave = harness_leave},
    {.name = "fault", .before = fault_before, .after = fault_after},
    {.name = "hold at reply", .after = hold_reply},
};

const size_t harness_gate_count = sizeof harness_gates / sizeof *harness_gates;
