/* See devices.h. */
#include "api/routes/devices.h"
#include "api/routes/product_rules.h"
#include "cloud/cloud.h"
#include "cloud/lag.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include <string.h>
#include <strings.h>

static struct cloud_device *of_product(struct call *call, int refusal, const char *text)
{
    const struct cloud *cloud = call->world->cloud;
    struct cloud_device *device = cloud_device_by_id_or_name(cloud, call->params[1], NULL);
    if (!device)
        device = registry_listed_named(cloud, call->product, call->params[1]);
    if (device && cloud_listed_in(device) == call->product)
        return device;
    reply_error(call, 404, &product_rules[refusal], "%s", text);
    return NULL;
}

/* A device whose ownership lags behind may be looked at by whom it was, but not changed. */
static bool is_callers(const struct call *call, const struct cloud_device *device)
{
    struct owner shown = lag_owner(device, false);
    bool reads = strcmp(call->request->method, "GET") == 0;
    return owner_same(&shown, &call->owner) && (reads || owner_same(&device->owner, &call->owner));
}

static struct cloud_device *of_caller(struct call *call)
{
    struct cloud_device *device =
        cloud_device_by_id_or_name(call->world->cloud, call->params[0], &call->owner);
    if (device && is_callers(call, device))
        return device;
    reply_permission_denied(call);
    return NULL;
}

struct cloud_device *devices_find(struct call *call)
{
    return call->product
               ? of_product(call, PRODUCT_DEVICE_NOT_FOUND, "Device not found for this product")
               : of_caller(call);
}

struct cloud_device *devices_find_to_call(struct call *call)
{
    return call->product ? of_product(call, PRODUCT_DEVICE_NOT_CALLED, "Device not found.")
                         : of_caller(call);
}

const char *devices_rest(const struct call *call)
{
    return call->params[call->product ? 2 : 1];
}

/* ---- lists ---- */

size_t devices_owned(struct call *call, const struct owner *owner,
                     struct cloud_device ***ret_devices)
{
    const struct cloud *cloud = call->world->cloud;
    struct registry_walk walk = registry_owned(cloud, owner);
    bool lags = lag_looks(cloud);
    size_t room = lags ? cloud->device_count : registry_count(&walk), count = 0, index = 0;
    *ret_devices = arena_alloc(&call->arena, (room + 1) * sizeof **ret_devices);
    for (struct cloud_device *device;
         count < room &&
         (device = lags ? lag_next_owned(cloud, owner, &index) : registry_next(&walk));)
        (*ret_devices)[count++] = device;
    return count;
}

bool devices_owns_any(const struct call *call, const struct owner *owner)
{
    const struct cloud *cloud = call->world->cloud;
    struct registry_walk walk = registry_owned(cloud, owner);
    size_t index = 0;
    return lag_looks(cloud) ? lag_next_owned(cloud, owner, &index) != NULL
                            : registry_next(&walk) != NULL;
}

/* ---- asking ---- */

struct asked {
    struct call *call;
    struct cloud_device *device;
    later_then *then;
    struct session_ask *ask; /* NULL: it is over */
};

static void answered(void *arg, const struct session_result *result)
{
    struct asked *asked = arg;
    asked->ask = NULL;
    later_go_on(asked->call, asked->then, result);
}

static void cancelled(struct call *call)
{
    const struct asked *asked = call->asked;
    if (asked->ask)
        session_forget(asked->ask);
}

void devices_ask(struct call *call, struct cloud_device *device,
                 const struct session_question *question, later_then *then)
{
    struct asked *asked = arena_alloc(&call->arena, sizeof *asked);
    *asked = (struct asked){.call = call, .device = device, .then = then};
    call->asked = asked;
    later_wait(call, true, cancelled);
    asked->ask = session_ask(call->world->cloud, device, question, answered, asked);
}

struct cloud_device *devices_asked(const struct call *call)
{
    return ((const struct asked *)call->asked)->device;
}

void devices_silent(struct call *call, const struct session_result *result, int status,
                    const struct rule *rule, const char *json)
{
    const struct sim *sim = &call->world->sim;
    bool awaited = sim_behaves(sim, BEHAVIOUR_DEVICE_TIMEOUTS, "real") ||
                   (sim_behaves(sim, BEHAVIOUR_DEVICE_TIMEOUTS, "by-clock") &&
                    vclock_mode(sim->clock) == VCLOCK_REAL);
    if (awaited && result->answer == SESSION_ABSENT && devices_asked(call)->online)
        later_reply(call, SESSION_TIMEOUT_MS, status, rule, json);
    else
        reply_text(call, status, rule, json);
}
