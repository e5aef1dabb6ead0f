/*
 * Vitals: what devices told of their health (spark/device/diagnostics/update), as records with a
 * time. A record is what the device sent, with what the cloud itself knows in "service" beside it.
 *
 * Records expire after 30 days; a device keeps DIAGNOSTICS_MAX of them (ours).
 *
 * Source: Particle's API reference (remote diagnostics). Which fields of "service" there are is a
 * guess: only what is known here.
 */
#ifndef CLOUD_DIAGNOSTICS_H
#define CLOUD_DIAGNOSTICS_H

#define DIAGNOSTICS_EVENT   "spark/device/diagnostics/update"
#define DIAGNOSTICS_MAX     100
#define DIAGNOSTICS_LIFE_MS (INT64_C(30) * 86400000)

#include "cloud/cloud.h"
#include "cloud/record.h"

struct diagnostics_record {
    int64_t at_ms;
    char *payload; /* a JSON object */
};

struct diagnostics {
    struct diagnostics_record records[DIAGNOSTICS_MAX]; /* oldest first */
    size_t count;
};

/* A device has published its vitals. Data that is no JSON object is passed over. Answers what is
 * kept: the data and what the cloud measured; NULL: nothing. Borrowed until the device publishes
 * again. */
const char *diagnostics_take(struct cloud *cloud, const struct cloud_device *device,
                             const char *data);

/* NULL: there never were any. */
const struct diagnostics *diagnostics_of(const struct cloud *cloud,
                                         const struct cloud_device *device);

/* Whether the record has not expired, and is from `start_ms` to `end_ms`. */
bool diagnostics_in(const struct cloud *cloud, const struct diagnostics_record *record,
                    int64_t start_ms, int64_t end_ms);

/* ---- of cloud/ alone ---- */

void diagnostics_free(struct cloud *cloud);

#endif
