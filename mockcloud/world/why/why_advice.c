/* See why_case.h. Owns what can be done with a device as it is now: to get it online, to make it
 * shake hands in full, to get a code onto it. */
#include "world/why/why_case.h"

#include "cloud/sims.h"

/* What gets a device on its way to the cloud, by the state that it rests in. */
static const char *const ways[STATE_COUNT] = {
    [STATE_OFF] = "It is off: power it on.",
    [STATE_STARTING] = "It is starting: wait until it is online.",
    [STATE_NETWORK_OFF] = "Its radio is off: let it connect.",
    [STATE_NETWORK_ON] = "Its radio is on: let it connect.",
    [STATE_NETWORK_CONNECTING] = "It is looking for its network: wait until it is online.",
    [STATE_NETWORK_DHCP] = "It is on its way to the cloud: wait until it is online.",
    [STATE_NETWORK_CONNECTED] = "It is on the network, not on the cloud: let it connect.",
    [STATE_CLOUD_CONNECTING] = "It is on its way to the cloud: wait until it is online.",
    [STATE_HANDSHAKE] = "It is shaking hands with the cloud: wait until it is online.",
    [STATE_ONLINE] = "It is online now.",
    [STATE_SAFE_MODE] = "It is online now, in safe mode.",
    [STATE_LISTENING] = "It is in listening mode, which is offline: let it leave.",
    [STATE_DFU] = "It is in its bootloader: reset it.",
    [STATE_UPDATING] = "It is being updated: wait.",
    [STATE_SOFT_OFF] = "It is switched off: switch it on.",
};

static bool advice_is_on_its_way(const struct device *device)
{
    return device->timer && device->state != STATE_LISTENING;
}

void why_say_online(const struct why_case *why, struct buf *out)
{
    const struct device *device = why->device;
    bool powered = device_states[device->state].powered;
    bool barred = why_sim_bars(why, NULL) && !device->session;
    if (barred)
        buf_printf(out, " Its SIM is not active: activate it (PUT /v1/sims/%s).",
                   cloud_iccid(why->record));
    if (barred && powered)
        return; /* it goes on by itself then */
    if (powered && !device->network && !device->session)
        buf_add_str(out, " It finds no network: bring it within reach of one.");
    else if (powered && advice_is_on_its_way(device) && !device->session)
        buf_add_str(out, " It is on its way to the cloud: wait until it is online.");
    else
        buf_printf(out, " %s", ways[device->state]);
    if (why->record->online && !device->session)
        buf_add_str(out, " The cloud still believes it online, and will until two keep-alives have "
                         "failed to come.");
}

void why_say_handshake(const struct why_case *why, struct buf *out)
{
    const struct device *device = why->device;
    bool survives = !sim_behaves(&why->world->sim, BEHAVIOUR_SESSION_SURVIVES_POWER_CUT, "no");
    if (device->platform->transport == TRANSPORT_TCP && device->session) {
        buf_add_str(out, " Reset it: over TCP it shakes hands in full each time.");
    } else if (device->resumable && survives) {
        buf_add_str(out, " Let its firmware publish spark/device/session/end, then reconnect: it "
                         "resumes its session otherwise, even when its power was cut.");
    } else if (device->resumable) {
        buf_add_str(out,
                    " Cut its power, then power it on: a reset resumes the session (or let its "
                    "firmware publish spark/device/session/end before it reconnects).");
    } else {
        buf_add_str(out, " Its next connection is a full handshake.");
        why_say_online(why, out);
    }
}

void why_say_channels(const struct why_case *why, struct buf *out)
{
    size_t said = 0;
    for (size_t i = 0; i < device_channel_count; i++) {
        const struct channel_row *row = &device_channels[i];
        if (!device_channel_had(why->device, row))
            continue;
        buf_printf(out, "%s %s", said++ ? ", or" : " Hand it over by", row->name);
        if (device_channel_open(why->device, row))
            buf_add_str(out, " (open now)");
        else
            buf_add_str(out, row->bit == CHANNEL_USB ? " (when it runs)" : " (in listening mode)");
    }
    buf_add_str(out, said ? ", before its next full handshake."
                          : " No setup channel of this device takes a claim code: claim by id.");
}

void why_say_code_route(const struct why_case *why, struct buf *out)
{
    if (why->owner.kind == OWNER_CUSTOMER)
        buf_printf(out, "POST /v1/products/%s/device_claims", why->owner.customer->product->slug);
    else
        buf_add_str(out, "POST /v1/device_claims");
}
