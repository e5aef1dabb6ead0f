/* What the tests of device/ share: a fleet before a real cloud, made before each test. */
#ifndef UNIT_DEVICE_H
#define UNIT_DEVICE_H

#include "cloud/claim.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "device/fleet.h"

#define RIG_START INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

struct rig {
    struct sim sim;
    struct cloud *cloud;
    struct fleet *fleet;
    struct owner ben; /* a user */
};

extern struct rig rig;

void rig_setup(void);
void rig_teardown(void);

/* A device that is off, and what the cloud knows of it. `connect_ms` < 0: the platform's. */
struct device *rig_add(const char *platform, const char *name, int64_t connect_ms);
struct cloud_device *rig_record(const struct device *device);

/* A device that has come into this state the way a device does. */
struct device *rig_add_in(const char *platform, const char *name, enum device_state state);

/* Whether the device's state had that transition. */
bool rig_do(struct device *device, const char *verb);

/* Time since the start; and moving on, timers and all. */
int64_t rig_now(void);
void rig_advance(int64_t ms);

/* Runs timers until the device is in that state; answers the time since the start. */
int64_t rig_until(const struct device *device, enum device_state state);

/* A code for ben, handed to the device over USB. Borrowed from the cloud. */
const char *rig_give_code(struct device *device);

size_t rig_noted(const char *kind, const char *piece);

#endif
