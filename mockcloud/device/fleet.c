/* See fleet.h. Owns the devices of a world: making, finding, and how a world begins with them. */
#include "device/fleet.h"

#include "base/mem.h"
#include "device/announce.h"
#include "device/connect.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Rankings of hashes, not maps: at a million devices, 12 bytes an entry against a copied key and a
 * slot. Two names may have one hash, so the text is compared, too. */
static struct device *find_name(const struct fleet *fleet, const char *name)
{
    uint64_t key = ranking_key(0, name, false);
    struct ranking_walk walk = ranking_from(&fleet->names, key);
    for (uint32_t index; ranking_next_of(&walk, key, &index);)
        if (strcmp(fleet->devices[index]->name, name) == 0)
            return fleet->devices[index];
    return NULL;
}

static struct device *find_id(const struct fleet *fleet, const char *id)
{
    uint64_t key = ranking_key(0, id, false);
    struct ranking_walk walk = ranking_from(&fleet->ids, key);
    for (uint32_t index; ranking_next_of(&walk, key, &index);)
        if (strcmp(fleet->devices[index]->id, id) == 0)
            return fleet->devices[index];
    return NULL;
}

bool device_carried(const struct device *device)
{
    return device->interface != INTERFACE_CELLULAR ||
           session_carried(device->fleet->cloud, device->id);
}

/* The SIM of a device was activated, or deactivated. */
static void fleet_carried(void *arg, const char *device_id)
{
    struct fleet *fleet = arg;
    struct device *device = find_id(fleet, device_id);
    if (!device || device->interface != INTERFACE_CELLULAR)
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

/* Shared by all devices to which nothing has happened yet. In a large fleet that is nearly all of
 * them; one gets a past of its own with the first thing that has to be remembered. */
static const struct device_past no_past;

struct device_past *fleet_past(struct device *device)
{
    if (device->past == &no_past)
        device->past = mem_new(sizeof *device->past);
    /* The const is for the shared one; this one was made above. */
    return (struct device_past *)(uintptr_t)device->past;
}

static void device_free(struct device *device)
{
    if (device->past != &no_past) {
        struct device_past *past = fleet_past(device);
        for (size_t i = 0; i < past->handed_count; i++)
            free(past->handed[i].code);
        free(past->handed);
        free(past);
    }
    firmware_free(&device->firmware);
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
    ranking_free(&fleet->names);
    ranking_free(&fleet->ids);
    free(fleet->devices);
    free(fleet->waves);
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
    device->actor = mem_printf_dup("device:%s", name);
    device->name = device->actor + strlen("device:");
    memcpy(device->id, id, IDS_OBJECT);
    device->platform = platform;
    device->interface = (uint8_t)platform_interface(platform);
    device->index = (uint32_t)fleet->count;
    device->system_version = platform->newest;
    device->network = true;
    device->connect_wanted = true;
    device->connect_ms = (uint32_t)(connect_ms >= 0 ? connect_ms : platform->connect_ms);
    device->fleet = fleet;
    device->past = &no_past;
    fleet->devices[fleet->count++] = device;
    ranking_add(&fleet->names, ranking_key(0, device->name, false), device->index);
    ranking_add(&fleet->ids, ranking_key(0, device->id, false), device->index);
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
    struct device *device = find_name(fleet, name_or_id);
    return device ? device : find_id(fleet, name_or_id);
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

/* Quotient and rest apart, so that a long spread times many devices does not overflow. */
static int64_t wave_due_ms(const struct fleet_wave *wave)
{
    int64_t count = (int64_t)wave->count, next = (int64_t)wave->next;
    return wave->begin_ms + wave->spread_ms / count * next + wave->spread_ms % count * next / count;
}

static void wave_arm(struct fleet *fleet, uint64_t which);

/* The next timer is armed before the device wakes, so that it is not taken for the device's doing.
 */
static void wave_fire(void *owner, uint64_t which)
{
    struct fleet *fleet = owner;
    struct fleet_wave *wave = &fleet->waves[which];
    struct device *device = fleet->devices[wave->first + wave->next];
    if (++wave->next < wave->count)
        wave_arm(fleet, which);
    if (device->state == STATE_OFF)
        fleet_do(fleet, device, device_verb_find("power-on"));
}

/* In the background: were it something under way, to settle would mean to wait for the whole fleet,
 * and to fail when its spread is longer than a settle may take. A device that was powered on is
 * under way by its own timer. */
static void wave_arm(struct fleet *fleet, uint64_t which)
{
    vclock_add(
        fleet->sim->clock, wave_due_ms(&fleet->waves[which]),
        &(struct timer_row){TIMER_BACKGROUND, "fleet", "powering on", wave_fire, fleet, which});
}

void fleet_spread(struct fleet *fleet, size_t first, size_t count, int64_t spread_ms)
{
    assert(count && first + count <= fleet->count);
    size_t which = fleet->wave_count++;
    fleet->waves = mem_grow(fleet->waves, fleet->wave_count * sizeof *fleet->waves);
    fleet->waves[which] =
        (struct fleet_wave){first, count, 0, vclock_now(fleet->sim->clock), spread_ms};
    wave_arm(fleet, which);
}

bool device_held_code(const struct device *device, const char *code)
{
    for (size_t i = 0; i < device->past->handed_count; i++)
        if (device->past->handed[i].stored && strcmp(device->past->handed[i].code, code) == 0)
            return true;
    return false;
}
