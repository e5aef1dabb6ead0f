/* See fleet.h. Owns the devices of a world: making, finding, and how a world begins with them. */
#include "device/fleet.h"

#include "base/map.h"
#include "base/mem.h"
#include "device/announce.h"
#include "device/connect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The SIM of a device was activated, or deactivated. */
static void fleet_carried(void *arg, const char *device_id)
{
    struct fleet *fleet = arg;
    struct device *device = map_get(&fleet->by_id, device_id);
    if (!device)
        return;
    if (session_carried(fleet->cloud, device_id))
        connect_find_network(fleet, device);
    else
        connect_lose_network(fleet, device);
}

struct fleet *fleet_new(struct sim *sim, struct cloud *cloud)
{
    struct fleet *fleet = mem_new(sizeof *fleet);
    fleet->sim = sim;
    fleet->cloud = cloud;
    session_when_carried(cloud, fleet_carried, fleet);
    return fleet;
}

static void device_free(struct device *device)
{
    for (size_t i = 0; i < device->handed_count; i++)
        free(device->handed[i].code);
    free(device->handed);
    firmware_free(&device->firmware);
    free(device->name);
    free(device->actor);
    free(device);
}

void fleet_free(struct fleet *fleet)
{
    if (!fleet)
        return;
    session_when_carried(fleet->cloud, NULL, NULL);
    for (size_t i = 0; i < fleet->count; i++)
        device_free(fleet->devices[i]);
    map_free(&fleet->by_name, NULL);
    map_free(&fleet->by_id, NULL);
    free(fleet->devices);
    free(fleet);
}

struct device *fleet_add(struct fleet *fleet, const char *name, const char *id,
                         const struct platform *platform, int64_t connect_ms)
{
    struct device *device = mem_new(sizeof *device);
    if (fleet->count == fleet->cap) {
        fleet->cap = fleet->cap ? fleet->cap * 2 : 8;
        fleet->devices = mem_grow(fleet->devices, fleet->cap * sizeof(struct device *));
    }
    device->name = mem_dup(name);
    device->actor = mem_printf_dup("device:%s", name);
    memcpy(device->id, id, IDS_OBJECT);
    device->platform = platform;
    device->index = (uint32_t)fleet->count;
    device->system_version = platform->newest;
    device->network = true;
    device->connect_wanted = true;
    device->connect_ms = connect_ms >= 0 ? connect_ms : platform->connect_ms;
    device->peer = (struct device_peer){fleet, device};
    fleet->devices[fleet->count++] = device;
    map_put(&fleet->by_name, device->name, device);
    map_put(&fleet->by_id, device->id, device);
    return device;
}

size_t fleet_count(const struct fleet *fleet)
{
    return fleet->count;
}

struct device *fleet_at(const struct fleet *fleet, size_t index)
{
    assert(index < fleet->count);
    return fleet->devices[index];
}

struct device *fleet_find(const struct fleet *fleet, const char *name_or_id)
{
    struct device *device = map_get(&fleet->by_name, name_or_id);
    return device ? device : map_get(&fleet->by_id, name_or_id);
}

void fleet_begin(struct fleet *fleet, struct device *device, enum device_state state)
{
    assert(state == STATE_OFF || state == STATE_ONLINE || state == STATE_LISTENING ||
           state == STATE_NETWORK_OFF);
    if (state == STATE_ONLINE) {
        connect_session(fleet, device, STATE_ONLINE);
        announce_told(fleet, device);
    } else if (state != STATE_OFF) {
        connect_enter(fleet, device, state);
    }
}

bool device_held_code(const struct device *device, const char *code)
{
    for (size_t i = 0; i < device->handed_count; i++)
        if (device->handed[i].stored && strcmp(device->handed[i].code, code) == 0)
            return true;
    return false;
}
