/*
 * Setup channels: how a claim code reaches a device, and what the device answers. See fleet.h.
 *
 * A device takes any code of a fitting length and answers success: whether the cloud will take it
 * is not known here. Sources: Device OS system_setup.cpp (serial console), control request 200
 * CTRL_REQUEST_SET_CLAIM_CODE (USB), hal/src/photon/softap.cpp (SoftAP: k "cc", v of at most 63
 * characters).
 */
#include "device/connect.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#define CODE_SIZE 63

const struct channel_row device_channels[] = {
    {"serial", CHANNEL_SERIAL, "the serial console of listening mode, key C"},
    {"usb", CHANNEL_USB, "control request 200 over USB, whenever the device runs"},
    {"softap", CHANNEL_SOFTAP, "the Wi-Fi access point of listening mode (Photon), command set"},
    {"ble", CHANNEL_BLE, "control request 200 over Bluetooth, in listening mode (Gen 3 on)"},
};

const size_t device_channel_count = sizeof device_channels / sizeof *device_channels;

const struct channel_row *device_channel_find(const char *name)
{
    for (size_t i = 0; i < device_channel_count; i++)
        if (strcmp(device_channels[i].name, name) == 0)
            return &device_channels[i];
    return NULL;
}

/* A protected device listens without the serial console and without provisioning over Bluetooth
 * (Device OS 6.2.0). Nothing says that it refuses a claim code over USB. */
bool device_channel_had(const struct device *device, const struct channel_row *channel)
{
    unsigned closed = device->is_protected ? CHANNEL_SERIAL | CHANNEL_BLE : 0;
    return device->platform->channels & ~closed & channel->bit;
}

bool device_channel_open(const struct device *device, const struct channel_row *channel)
{
    return device_channel_had(device, channel) &&
           device_states[device->state].channels & channel->bit;
}

/* Remembers a hand-over, in place of the oldest when there are many. */
static struct device_handed *channel_remember(struct device *device)
{
    struct device_past *past = fleet_past(device);
    if (!past->handed)
        past->handed = mem_new_array(DEVICE_CODES_HELD, sizeof *past->handed);
    if (past->handed_count == DEVICE_CODES_HELD) {
        free(past->handed[0].code);
        memmove(past->handed, past->handed + 1, (DEVICE_CODES_HELD - 1) * sizeof *past->handed);
        past->handed_count--;
    }
    return &past->handed[past->handed_count++];
}

static void channel_hand(struct fleet *fleet, struct device *device,
                         const struct channel_row *channel, const char *code, bool stored)
{
    size_t len = strlen(code);
    char *shown = mem_dup_n(code, text_utf8_prefix(code, len, DEVICE_CODE_SHOWN));
    struct jsonw *w = sim_note(fleet->sim);
    jsonw_key_str(w, "channel", channel->name);
    jsonw_key_str(w, "code", shown);
    if (!stored)
        jsonw_key_int(w, "length", (int64_t)len);
    uint64_t n =
        sim_noted(fleet->sim, device->actor, stored ? "device.code-stored" : "device.code-refused");
    struct device_fact at = {n, vclock_now(fleet->sim->clock)};
    *channel_remember(device) = (struct device_handed){at, shown, len, channel, stored};
    if (!stored)
        return;
    memcpy(fleet_past(device)->claim_code, code, strlen(code) + 1);
    fleet_past(device)->stored = at;
}

static void channel_answer_serial(struct jsonw *w, const char *code, bool stored)
{
    char *text = stored ? mem_printf_dup("Claim code set to: %s", code)
                        : mem_dup("Sorry, claim code is not 63 characters long. Claim code "
                                  "unchanged.");
    jsonw_key_str(w, "text", text);
    free(text);
}

bool fleet_set_claim_code(struct fleet *fleet, struct device *device,
                          const struct channel_row *channel, const char *code,
                          struct buf *ret_answer)
{
    size_t len = strlen(code);
    bool stored = channel->bit == CHANNEL_SERIAL ? len == CODE_SIZE : len > 0 && len <= CODE_SIZE;
    struct jsonw w;
    channel_hand(fleet, device, channel, code, stored);
    jsonw_init(&w, ret_answer);
    jsonw_object(&w);
    if (channel->bit == CHANNEL_SERIAL)
        channel_answer_serial(&w, code, stored);
    else if (channel->bit & (CHANNEL_USB | CHANNEL_BLE))
        jsonw_key_int(&w, "result", stored ? 0 : -270);
    else
        jsonw_key_int(&w, "r", stored ? 0 : -1);
    jsonw_end_object(&w);
    return stored;
}
