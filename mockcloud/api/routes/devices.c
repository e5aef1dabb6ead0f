/* See devices.h. */
#include "api/routes/devices.h"
#include "api/routes/product_rules.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include "api/call/later.h"

#include <string.h>
#include <strings.h>

static struct cloud_device *of_product(struct call *call)
{
    const struct cloud *cloud = call->world->cloud;
    struct cloud_device *device = cloud_device_by_id_or_name(cloud, call->params[1], NULL);
    if (!device)
        device = registry_listed_named(cloud, call->product, call->params[1]);
    if (device && cloud_listed_in(device) == call->product)
        return device;
    reply_error(call, 404, &product_rules[PRODUCT_DEVICE_NOT_FOUND],
                "Device not found for this product");
    return NULL;
}

static struct cloud_device *of_caller(struct call *call)
{
    struct cloud_device *device =
        cloud_device_by_id_or_name(call->world->cloud, call->params[0], &call->owner);
    if (device && owner_same(&device->owner, &call->owner))
        return device;
    reply_permission_denied(call);
    return NULL;
}

struct cloud_device *devices_find(struct call *call)
{
    return call->product ? of_product(call) : of_caller(call);
}

const char *devices_rest(const struct call *call)
{
    return call->params[call->product ? 2 : 1];
}

void devices_absent(struct call *call, int status, const struct rule *rule, const char *json)
{
    if (sim_behaves(&call->world->sim, BEHAVIOUR_DEVICE_TIMEOUTS, "real"))
        later_reply(call, SESSION_TIMEOUT_MS, status, rule, json);
    else
        reply_text(call, status, rule, json);
}
