/*
 * The table of a device's states: what its LED shows, whether it is online, which setup channels
 * answer.
 *
 * Sources: the default theme of Device OS 6.2.0 (system/src/system_led_signal.cpp,
 * services/src/led_service.cpp): colour, pattern and period of each signal.
 */
#ifndef DEVICE_STATE_H
#define DEVICE_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum device_state {
    STATE_OFF,
    STATE_STARTING,
    STATE_NETWORK_OFF,
    STATE_NETWORK_ON,
    STATE_NETWORK_CONNECTING,
    STATE_NETWORK_DHCP,
    STATE_NETWORK_CONNECTED,
    STATE_CLOUD_CONNECTING,
    STATE_HANDSHAKE,
    STATE_ONLINE,
    STATE_SAFE_MODE,
    STATE_LISTENING,
    STATE_DFU,
    STATE_UPDATING,
    STATE_SOFT_OFF,
    STATE_COUNT
};

struct device_state_row {
    const char *name;    /* "network-connecting" */
    const char *led;     /* in words: "fast-blinking cyan"; "off" */
    const char *colour;  /* "#00ffff" */
    const char *pattern; /* "breathing", "blinking", "solid", "off" */
    int period_ms;
    bool powered;
    bool online;       /* has a session */
    unsigned channels; /* enum channel: which setup channels answer (the platform has to have them,
                          too) */
    const char *text;  /* when it is shown */
};

extern const struct device_state_row device_states[STATE_COUNT];

/* The state with that name ("offline" stands for network-off); -1 when there is none. */
int device_state_find(const char *name);

#endif
