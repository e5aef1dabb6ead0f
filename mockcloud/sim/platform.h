/*
 * Platforms: a row per kind of device, with what the cloud and the simulator need to know of it.
 *
 * Sources: Particle's npm package @particle/device-constants 4.2.1 (ids, names, radio); Device OS
 * (keep-alives: lightssl_protocol.h for TCP, HAL_PLATFORM_CELLULAR_CLOUD_KEEPALIVE_INTERVAL,
 * HAL_PLATFORM_DEFAULT_CLOUD_KEEPALIVE_INTERVAL; the listening time-out of cellular Gen 2:
 * system_network_internal.h of 2.3.0).
 */
#ifndef SIM_PLATFORM_H
#define SIM_PLATFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transport { TRANSPORT_TCP, TRANSPORT_UDP };

/* Setup channels, as bits. */
enum channel {
    CHANNEL_SERIAL = 1, /* the console of listening mode */
    CHANNEL_USB = 2,    /* control requests over USB, in any mode but DFU */
    CHANNEL_SOFTAP = 4  /* the Wi-Fi access point of listening mode */
};

/* How device ids of the platform look. */
enum id_form { ID_STM32F2, ID_NRF52840, ID_RTL872X };

struct platform {
    int id;           /* platform_id, also the product_id of a device without a product */
    const char *name; /* in world files and REST: "boron" */
    const char *display_name;
    int generation;
    bool cellular;
    enum transport transport;
    int64_t keepalive_ms;
    int64_t connect_ms;           /* power-on to online [guessed] */
    int64_t listening_timeout_ms; /* 0: stays in listening mode */
    unsigned channels;            /* of enum channel */
    enum id_form id_form;
    const char *system_version; /* the newest Device OS of its line */
};

extern const struct platform platforms[];
extern const size_t platform_count;

/* By name ("e-series"); NULL when unknown. */
const struct platform *platform_by_name(const char *name);

/* By number; E-Series and Electron share 10: the first row wins. NULL when unknown. */
const struct platform *platform_by_id(int id);

/* Makes an id in the platform's form out of 24 hex digits of chance. ret_id: 25 bytes. */
void platform_shape_id(const struct platform *platform, const char *hex, char *ret_id);

#endif
