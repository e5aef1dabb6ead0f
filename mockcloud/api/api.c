/* See api.h. Owns the life of an api, and hands the lists of routes down to call/. */
#include "api/api.h"

#include "api/call/core.h"
#include "api/call/follow.h"
#include "api/call/route.h"
#include "api/call/stream.h"
#include "api/call/watch.h"
#include "api/call/work.h"
#include "api/gates/harness.h"
#include "api/tables.h"
#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>

struct api *api_new(struct worlds *worlds, const struct api_options *options)
{
    struct api *api = mem_new(sizeof *api);
    api->worlds = worlds;
    api->streams =
        streams_new(options && options->streams_max ? options->streams_max : API_STREAMS);
    if (options) {
        api->options = *options;
        api->options.control_token = mem_dup(options->control_token);
        api->base_url = mem_dup(options->base_url);
    }
    if (!api->options.reply_max)
        api->options.reply_max = API_REPLY_MAX;
    api->watch = watch_new(&api->options);
    api->routes = route_index_new(route_tables, route_table_count);
    api->harness = harness_new();
    gate_set(api, harness_gates, harness_gate_count);
    return api;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    assert(!api->works);
    free(api->spare);
    harness_free(api->harness);
    streams_free(api->streams);
    route_index_free(api->routes);
    watch_free(api->watch, api->worlds);
    rate_limits_free(&api->rate_limits);
    free((void *)(uintptr_t)api->options.control_token);
    free(api->base_url);
    free(api);
}

void api_set_fork(struct api *api, struct api_fork fork)
{
    api->fork = fork;
}

void api_leave_world(struct api *api, const struct world *world)
{
    work_leave_world(api, world);
}

void api_set_options(struct api *api, const struct api_options *options)
{
    free((void *)(uintptr_t)api->options.control_token);
    watch_free(api->watch, api->worlds);
    api->options.control_token = mem_dup(options->control_token);
    api->options.explain = options->explain;
    api->options.reply_wrong = options->reply_wrong;
    api->options.reply_wrong_arg = options->reply_wrong_arg;
    api->watch = watch_new(&api->options);
}

void api_set_base_url(struct api *api, const char *base_url)
{
    struct machine *machine = &api->worlds->machine;
    if (machine_begin(machine, TAPE_BASE_URL))
        tape_str(machine->recorder, base_url);
    free(api->base_url);
    api->base_url = mem_dup(base_url);
    machine_end(machine);
}

void api_check_requests(struct api *api, void (*finding)(void *arg, const char *text), void *arg)
{
    api->finding = finding;
    api->finding_arg = arg;
}

struct worlds *api_worlds(const struct api *api)
{
    return api->worlds;
}
