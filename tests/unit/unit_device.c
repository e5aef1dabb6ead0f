/* See unit_device.h. */
#include "unit_device.h"
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/record.h"

#include "device/connect.h"
#include "unit_journal.h"

#include <check.h>

struct rig rig;

void rig_setup(void)
{
    rig = (struct rig){0};
    sim_init(&rig.sim, VCLOCK_FROZEN, RIG_START, 1, "default");
    rig.cloud = cloud_new(&rig.sim);
    rig.fleet = fleet_new(&rig.sim, rig.cloud);
    rig.ben.kind = OWNER_USER;
    rig.ben.user = cloud_add_user(rig.cloud, "ben@example.com", "ben");
}

void rig_teardown(void)
{
    fleet_free(rig.fleet);
    cloud_free(rig.cloud);
    sim_free(&rig.sim);
}

struct device *rig_add(const char *platform, const char *name, int64_t connect_ms)
{
    char hex[IDS_OBJECT + 1], id[IDS_OBJECT + 1];
    const struct platform *row = platform_by_name(platform);
    ids_named(&rig.sim.ids, "device", name, hex, IDS_OBJECT);
    platform_shape_id(row, hex, id);
    cloud_add_device(rig.cloud, id, row);
    return fleet_add(rig.fleet, name, id, row, connect_ms);
}

struct cloud_device *rig_record(const struct device *device)
{
    return cloud_device(rig.cloud, device->id);
}

struct device *rig_add_in(const char *platform, const char *name, enum device_state state)
{
    static const char *const verbs[STATE_COUNT] = {
        [STATE_SAFE_MODE] = "safe-mode",
        [STATE_LISTENING] = "listen",
        [STATE_DFU] = "dfu",
        [STATE_SOFT_OFF] = "soft-off",
    };
    struct device *device = rig_add(platform, name, -1);
    if (state == STATE_OFF)
        return device;
    if (state == STATE_NETWORK_OFF) {
        fleet_begin(rig.fleet, device, state);
        return device;
    }
    ck_assert(rig_do(device, "power-on"));
    if (verbs[state])
        ck_assert(rig_do(device, verbs[state]));
    if (state == STATE_UPDATING)
        connect_enter(rig.fleet, device, state);
    rig_until(device, state);
    return device;
}

bool rig_do(struct device *device, const char *verb)
{
    const struct device_verb *row = device_verb_find(verb);
    ck_assert_msg(row, "%s", verb);
    return fleet_do(rig.fleet, device, row);
}

int64_t rig_now(void)
{
    return vclock_now(rig.sim.clock) - RIG_START;
}

void rig_advance(int64_t ms)
{
    vclock_advance(rig.sim.clock, vclock_now(rig.sim.clock) + ms);
}

int64_t rig_until(const struct device *device, enum device_state state)
{
    while (device->state != state)
        ck_assert_msg(vclock_run_next(rig.sim.clock, VCLOCK_NEVER), "%s never becomes %s",
                      device_states[device->state].name, device_states[state].name);
    return rig_now();
}

const char *rig_give_code(struct device *device)
{
    const struct claim_code *code = claim_code_issue(rig.cloud, &rig.ben, NULL);
    struct buf answer;
    buf_init(&answer, 1000);
    ck_assert(
        fleet_set_claim_code(rig.fleet, device, device_channel_find("usb"), code->code, &answer));
    buf_free(&answer);
    return code->code;
}

size_t rig_noted(const char *kind, const char *piece)
{
    return unit_noted(rig.sim.journal, kind, piece);
}
