/*
 * The vitals of a device as CSV (RFC 4180), for `Accept: text/csv`: a line per record, the newest
 * first, a column per value. Particle's reference tells that there is such a form; its columns are
 * a guess: updated_at, deviceID, then the paths of the newest record ("device.system.uptime").
 */
#ifndef API_ROUTES_DIAGNOSTICS_CSV_H
#define API_ROUTES_DIAGNOSTICS_CSV_H

#include "api/call/call.h"

struct cloud_device;

/* Whether the call asks for it. */
bool diagnostics_csv_wanted(const struct call *call);

/* Replies with the device's records from `start_ms` to `end_ms`. */
void diagnostics_csv(struct call *call, const struct cloud_device *device, int64_t start_ms,
                     int64_t end_ms);

#endif
