/*
 * What a device tells of its own state: vitals, and the modules of its system. Of device/ alone.
 *
 * Sources: a Boron's events printed in Particle's page on firmware update events, recorded on
 * 2024-05-13; a P2's, recorded in 2026-08; the meaning of each value in Particle's API reference
 * (device vitals). The numbers that differ from device to device are those of the recordings.
 */
#ifndef DEVICE_VITALS_H
#define DEVICE_VITALS_H

#include "base/buf.h"

#include <stdint.h>

struct device;

/* {"device": …}, as text; what the cloud measures (`service`) it adds itself. */
void vitals_write(const struct device *device, int64_t uptime_s, struct buf *out);

/* The modules of a describe message, a JSON array: boot loader, system, application (with the hash
 * `app`), radio stack. Which ones, and their sizes, are those of a Gen 3 device. */
void vitals_write_modules(const struct device *device, const char *app, struct buf *out);

#endif
