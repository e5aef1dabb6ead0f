/*
 * Platforms: a row per kind of device, with what the cloud and the simulator need to know of it.
 *
 * Sources: Particle's npm package @particle/device-constants 4.2.1 (ids, names, radio, forms of
 * ids); Device OS to 6.2.0 (keep-alives: lightssl_protocol.h for TCP,
 * HAL_PLATFORM_CELLULAR_CLOUD_KEEPALIVE_INTERVAL, HAL_PLATFORM_DEFAULT_CLOUD_KEEPALIVE_INTERVAL;
 * the listening time-out of cellular Gen 2: system_network_internal.h of 2.3.0; who listens by
 * itself: system_network_manager.cpp); the first and the last stable tag that a platform builds in.
 */
#ifndef SIM_PLATFORM_H
#define SIM_PLATFORM_H

#include "sim/system_version.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transport { TRANSPORT_TCP, TRANSPORT_UDP };

/* Setup channels, as bits. */
enum channel {
    CHANNEL_SERIAL = 1, /* the console of listening mode */
    CHANNEL_USB = 2,    /* control requests over USB, in any mode but DFU */
    CHANNEL_SOFTAP = 4, /* the Wi-Fi access point of listening mode */
    CHANNEL_BLE = 8     /* control requests over Bluetooth, in listening mode */
};

/* By what a device is on the network. */
enum interface { INTERFACE_CELLULAR, INTERFACE_WIFI, INTERFACE_ETHERNET };

/* What a device may lack, as bits; a platform's row says which of them make it listen by itself. */
enum lack {
    LACKS_CREDENTIALS = 1, /* it knows no Wi-Fi network */
    LACKS_SIM = 2,         /* there is no SIM, or it can't be read */
    LACKS_SETUP = 4        /* the set-up-done flag; up to Device OS 3.3.1 */
};

/* How device ids of the platform look. */
enum id_form { ID_STM32F1, ID_STM32F2, ID_NRF52840, ID_RTL872X, ID_LINUX };

struct platform {
    int id;           /* platform_id, also the product_id of a device without a product */
    const char *name; /* in world files and REST: "boron" */
    const char *also; /* another name that world files may use: "b-som"; NULL: none */
    const char *display_name;
    int generation;
    bool cellular;
    bool both; /* cellular, and Wi-Fi that carries data: which one is in use is the device's */
    enum transport transport;
    int64_t keepalive_ms;         /* on the interface that it uses by itself */
    int64_t connect_ms;           /* power-on to online [guessed] */
    int64_t listening_timeout_ms; /* 0: stays in listening mode */
    unsigned channels;            /* of enum channel */
    unsigned listens;             /* of enum lack: without which it listens by itself */
    enum id_form id_form;
    int linux_id;       /* with ID_LINUX, the kind of machine id: 6 is that of a system on chip */
    const char *access; /* how it is on the network, as in its vitals: "LTE Cat-M1" */
    bool power;         /* it has power management, and so a battery in its vitals */
    system_version_t first; /* the first Device OS that it runs; 0: it runs Linux */
    system_version_t newest;
    bool ended; /* no newer one will come */
};

extern const struct platform platforms[];
extern const size_t platform_count;

/* By name ("e-series") or the other name; NULL when unknown. */
const struct platform *platform_by_name(const char *name);

/* By number; E-Series and Electron share 10: the first row wins. NULL when unknown. */
const struct platform *platform_by_id(int id);

/* Linux: no LED, no listening mode, no bootloader of ours. */
bool platform_is_linux(const struct platform *platform);

/* The interface that its devices use by themselves: cellular, where it has a modem. */
enum interface platform_interface(const struct platform *platform);

/* Whether its devices may use the interface: Ethernet from Gen 3 on, where there is Device OS. */
bool platform_has_interface(const struct platform *platform, enum interface interface);

/* How often a device on that interface tells the cloud that it is there. */
int64_t platform_keepalive_ms(const struct platform *platform, enum interface interface);

/* Whether the platform runs that Device OS. */
bool platform_runs(const struct platform *platform, system_version_t version);

/* Makes an id in the platform's form out of 24 hex digits of chance. ret_id: 25 bytes. */
void platform_shape_id(const struct platform *platform, const char *hex, char *ret_id);

#endif
