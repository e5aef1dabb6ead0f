/* Faults of event streams. They concern the streams that are open when the fault is set, which is
 * then over; `request` chooses by path. See fault.h. */
#include "api/gates/fault_kinds.h"

#include "api/call/stream.h"
#include "match/request_filter.h"

static bool is_meant(void *arg, const char *path)
{
    struct fault *fault = arg;
    struct request_view view = {.method = "GET", .path = path};
    if (!request_filter_meets_line(fault->filter, &view))
        return false;
    fault->met++;
    return true;
}

static void cut(struct api *api, struct world *world, struct fault *fault, enum stream_cut how)
{
    stream_cut_if(api, world, is_meant, fault, how);
    fault->times = 0;
}

void fault_stream_end(struct api *api, struct world *world, struct fault *fault)
{
    cut(api, world, fault, STREAM_END);
}

void fault_stream_reset(struct api *api, struct world *world, struct fault *fault)
{
    cut(api, world, fault, STREAM_RESET);
}

void fault_stream_stall(struct api *api, struct world *world, struct fault *fault)
{
    cut(api, world, fault, STREAM_SILENT);
}

void fault_stream_lose(struct api *api, struct world *world, struct fault *fault)
{
    stream_lose_if(api, world, is_meant, fault, (uint64_t)fields_int(fault->map, "events", 1));
    fault->times = 0;
}
