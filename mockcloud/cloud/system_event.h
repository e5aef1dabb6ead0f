/*
 * The events that the cloud makes by itself, of devices and of products: a row per event, with how
 * we know it.
 *
 * Sources: streams of a Boron in a product, recorded on 2024-05-13 and printed in Particle's
 * documentation of firmware update events (names, data, order); Particle's API reference.
 */
#ifndef CLOUD_SYSTEM_EVENT_H
#define CLOUD_SYSTEM_EVENT_H

#include "base/rule.h"

#include <stdint.h>

struct cloud;
struct cloud_device;
struct product;
struct user;

enum system_event {
    SYSTEM_ONLINE,
    SYSTEM_OFFLINE,
    SYSTEM_AUTO_UPDATE,
    SYSTEM_FLASH_STARTED,
    SYSTEM_FLASH_SUCCESS,
    SYSTEM_FLASH_FAILED,
    SYSTEM_UPDATES_PENDING,
    SYSTEM_SAFE_MODE,
    SYSTEM_SAFE_MODE_UPDATING,
    SYSTEM_SESSION_ENDED,
    SYSTEM_FIRMWARE_CREATED,
    SYSTEM_FIRMWARE_RELEASED,
    SYSTEM_EVENTS
};

struct system_event_row {
    struct rule rule;
    const char *name;   /* on the stream: "spark/status" */
    const char *data;   /* NULL: it differs */
    const char *coreid; /* NULL: the device's */
};

extern const struct system_event_row system_events[SYSTEM_EVENTS];

/* Publishes a private event of the device, with its owner and product as they are. `data` where the
 * row has none. */
void system_event_tell(struct cloud *cloud, const struct cloud_device *device,
                       enum system_event which, const char *data);

/* Publishes a private event to the product; `by` did what it tells of, NULL: no user did. */
void system_event_tell_product(struct cloud *cloud, struct product *product, struct user *by,
                               enum system_event which, const char *data);

#endif
