/* See state.h. Data: the default theme of Device OS. */
#include "device/state.h"

#include "device/fleet.h"
#include "sim/platform.h"

#include <string.h>

#define WHITE   "#ffffff"
#define BLUE    "#0000ff"
#define GREEN   "#00ff00"
#define CYAN    "#00ffff"
#define MAGENTA "#ff00ff"
#define YELLOW  "#ffff00"

const struct device_state_row device_states[STATE_COUNT] = {
    [STATE_OFF] = {"off", "off", "#000000", "off", 0, false, false, 0, "no power"},
    [STATE_STARTING] = {"starting", "breathing white", WHITE, "breathing", 4000, true, false,
                        CHANNEL_USB, "the first signal after power-on or reset"},
    [STATE_NETWORK_OFF] = {"network-off", "breathing white", WHITE, "breathing", 4000, true, false,
                           CHANNEL_USB, "the radio is off"},
    [STATE_NETWORK_ON] = {"network-on", "breathing blue", BLUE, "breathing", 4000, true, false,
                          CHANNEL_USB, "the radio is on, nothing is being connected"},
    [STATE_NETWORK_CONNECTING] = {"network-connecting", "blinking green", GREEN, "blinking", 200,
                                  true, false, CHANNEL_USB, "looking for cellular or Wi-Fi"},
    [STATE_NETWORK_DHCP] = {"network-dhcp", "fast-blinking green", GREEN, "blinking", 100, true,
                            false, CHANNEL_USB, "the link is up, waiting for an address"},
    [STATE_NETWORK_CONNECTED] = {"network-connected", "breathing green", GREEN, "breathing", 4000,
                                 true, false, CHANNEL_USB, "on the network, not on the cloud"},
    [STATE_CLOUD_CONNECTING] = {"cloud-connecting", "blinking cyan", CYAN, "blinking", 200, true,
                                false, CHANNEL_USB, "opening the way to the cloud"},
    [STATE_HANDSHAKE] = {"handshake", "fast-blinking cyan", CYAN, "blinking", 100, true, false,
                         CHANNEL_USB, "the handshake with the cloud"},
    [STATE_ONLINE] = {"online", "breathing cyan", CYAN, "breathing", 4000, true, true, CHANNEL_USB,
                      "connected to the cloud; says nothing about an owner"},
    [STATE_SAFE_MODE] = {"safe-mode", "breathing magenta", MAGENTA, "breathing", 4000, true, true,
                         CHANNEL_USB, "connected to the cloud without its application"},
    [STATE_LISTENING] = {"listening", "slow-blinking blue", BLUE, "blinking", 500, true, false,
                         CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_SOFTAP | CHANNEL_BLE,
                         "waiting to be set up; always offline"},
    [STATE_DFU] = {"dfu", "blinking yellow", YELLOW, "blinking", 200, true, false, 0,
                   "the bootloader waits for an image"},
    [STATE_UPDATING] = {"updating", "fast-blinking magenta", MAGENTA, "blinking", 100, true, true,
                        CHANNEL_USB, "an update is being received"},
    [STATE_SOFT_OFF] = {"soft-off", "solid grey", "#1f1f1f", "solid", 0, false, false, 0,
                        "switched off by a double click"},
};

int device_state_find(const char *name)
{
    if (strcmp(name, "offline") == 0)
        return STATE_NETWORK_OFF;
    for (int state = 0; state < STATE_COUNT; state++)
        if (strcmp(device_states[state].name, name) == 0)
            return state;
    return -1;
}

const char *device_led(const struct device *device)
{
    return platform_is_linux(device->platform) ? "none" : device_states[device->state].led;
}
