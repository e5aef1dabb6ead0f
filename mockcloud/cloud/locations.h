/*
 * Where devices are: what they told in events called "loc", as Particle's tracker firmware
 * publishes them. A device keeps the last LOCATIONS_MAX points (ours).
 *
 *     {"cmd":"loc","time":1607202380,"loc":{"lck":1,"time":1607202380,"lat":31.5,"lon":34.5,…},…}
 *
 * `loc.time` (or `time`) is in seconds since 1970; without either it is when the event came. What
 * else is in `loc` are the point's properties.
 *
 * Sources: Particle's API reference (locations); Particle's Tracker Edge reference (the event).
 */
#ifndef CLOUD_LOCATIONS_H
#define CLOUD_LOCATIONS_H

#define LOCATIONS_EVENT "loc"
#define LOCATIONS_MAX   200

#include "cloud/cloud.h"
#include "cloud/record.h"

struct location {
    int64_t at_ms;
    double latitude, longitude; /* degrees */
    bool locked;                /* the position was known when it was told */
    char *properties;           /* a JSON object */
};

struct locations {
    struct location points[LOCATIONS_MAX]; /* oldest first */
    size_t count;
};

/* A device has published an event of that name. Data without a position is passed over. */
void locations_take(struct cloud *cloud, const struct cloud_device *device, const char *data);

/* NULL: it never told any. */
const struct locations *locations_of(const struct cloud *cloud, const struct cloud_device *device);

/* ---- of cloud/ alone ---- */

void locations_free(struct cloud *cloud);

#endif
