/* Faults of what the cloud shows: it lags behind what is. The cloud itself is right all the time,
 * so that claims are decided, and questions answered, by the truth. See fault.h, cloud/lag.h. */
#include "api/gates/fault_kinds.h"

#include <string.h>

bool fault_check_lag(const struct compare_check *check, const struct doc_node *map)
{
    if (fields_duration(map, "lag", 0) > 0)
        return true;
    doc_fail(check->doc, map, check->diags, NULL, "how far behind? Add \"lag\", like 30s");
    return false;
}

void fault_lag_begins(struct api *api, struct world *world, struct fault *fault)
{
    (void)api, (void)fault;
    lag_keep(world->cloud);
}

void fault_lag_ends(struct api *api, struct world *world, struct fault *fault)
{
    (void)api, (void)fault;
    lag_forget(world->cloud);
}

/* By name and not by pointer: a call may wait, and the fault be cleared meanwhile. */
void fault_lag_add(struct call *call, const struct fault *fault)
{
    struct lag *lag = arena_alloc(&call->arena, sizeof *lag);
    *lag = (struct lag){.kind = fault->kind->lag,
                        .ms = fields_duration(fault->map, "lag", 0),
                        .name = arena_text(&call->arena, fault->name, strlen(fault->name)),
                        .next = call->lags};
    if (*fault->device_id)
        lag->device_id = arena_text(&call->arena, fault->device_id, IDS_OBJECT);
    call->lags = lag;
}
