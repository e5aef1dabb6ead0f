/* See why_questions.h. Owns why a device is offline, and why it is in no list of somebody's. */
#include "world/why/why_talk.h"

#include "cloud/sims.h"

#include <stdlib.h>
#include <string.h>

/* ---- offline ---- */

/* By the state that the device is in; NULL: it is on its way, or at rest. */
static const char *offline_state(const struct device *device)
{
    static const char *const reasons[STATE_COUNT] = {
        [STATE_OFF] = "no-power",
        [STATE_SOFT_OFF] = "no-power",
        [STATE_LISTENING] = "listening",
        [STATE_DFU] = "in-its-bootloader",
        [STATE_NETWORK_OFF] = "not-told-to-connect",
    };
    return reasons[device->state];
}

static const char *offline_reason(const struct why_case *why)
{
    const struct device *device = why->device;
    const char *state = offline_state(device);
    if (why->record->online)
        return device->session ? NULL : "gone-unnoticed";
    if (state)
        return state;
    if (why_sim_bars(why, NULL))
        return "sim-not-active";
    if (!device->network)
        return "no-network";
    return device->timer ? "on-its-way" : "not-told-to-connect";
}

static void offline_add_evidence(struct why_case *why)
{
    struct fact refused;
    const struct device *device = why->device;
    why_add_presence(why);
    if (!why->record->online && why->record->ended.n)
        why_add(why, why->record->ended, "its last session ended: %s", why->record->ended_how);
    if (device->past->entered.n)
        why_add(why, (struct fact){device->past->entered.n, device->past->entered.at_ms},
                "the device is %s since then: %s", device_states[device->state].name,
                device_states[device->state].text);
    else
        why_add(why, WHY_NOW, "the device is %s: %s", device_states[device->state].name,
                device_states[device->state].text);
    if (why_sim_bars(why, &refused))
        why_add(why, refused, "the SIM %s is not active since then", cloud_iccid(why->record));
}

struct why_answer why_offline(const struct world *world, const struct device *device)
{
    struct why_answer answer = {.owned = false};
    struct why_case why = {
        .world = world, .device = device, .record = world_record(world, device), .answer = &answer};
    struct buf advice;
    const char *reason = offline_reason(&why);
    offline_add_evidence(&why);
    buf_init(&advice, 1000);
    why_say_online(&why, &advice);
    talk_settle(&why, WHY_OF_OFFLINE, reason, reason ? "%s" : NULL, buf_str(&advice) + 1);
    buf_free(&advice);
    return answer;
}

/* ---- in no list ---- */

/* A member of the team sees a product's device in the product's list, whosever it is. */
static bool listed_for_team(const struct why_case *why)
{
    const struct product *product = cloud_listed_in(why->record);
    return why->owner.kind == OWNER_USER && product && cloud_on_team(product, why->owner.user);
}

struct why_answer why_not_listed(const struct world *world, const struct device *device,
                                 struct owner owner)
{
    struct why_answer answer = why_ask(world, device, owner);
    struct why_case why = {.world = world,
                           .device = device,
                           .record = world_record(world, device),
                           .owner = owner,
                           .answer = &answer};
    const char *cause = answer.cause;
    if (answer.owned) {
        why_add(&why, WHY_NOW, "GET /v1/devices with %s's token lists it", owner_name(&owner));
        talk_settle(&why, WHY_OF_LISTED, NULL, NULL);
        return answer;
    }
    if (listed_for_team(&why))
        why_add(&why, WHY_NOW,
                "GET /v1/products/%s/devices lists it for %s, who is on the team; GET "
                "/v1/devices does not",
                cloud_listed_in(why.record)->slug, owner_name(&owner));
    why_add(&why, WHY_NOW, "it is not owned by %s: %s", owner_name(&owner), cause);
    talk_settle(&why, WHY_OF_LISTED, "not-owned", NULL);
    return answer;
}
