/* What a device publishes by itself when a session begins. Of device/ alone. */
#ifndef DEVICE_ANNOUNCE_H
#define DEVICE_ANNOUNCE_H

#include "base/rule.h"
#include "device/fleet.h"

/* Vitals come so long after a session has begun, and so long after the rest. */
#define ANNOUNCE_VITALS_MS INT64_C(2000)

/* An event of the system. The rows stand in the order in which they are published; the claim code
 * goes before all of them (connect.c). */
struct announcement {
    struct rule rule;
    const char *name;
    /* After a full handshake, by a Device OS up to this one; 0: by every one. */
    system_version_t last;
    /* Whether this Device OS publishes it after a resumed session, too; NULL: none does. */
    bool (*resumes)(system_version_t version);
    /* The data, appended; false: there is nothing to tell. */
    bool (*tell)(const struct fleet *fleet, struct device *device, struct buf *ret_data);
};

extern const struct announcement announcements[];
extern const struct rule_table announcement_rule_table;

/* The events at the beginning of a session; vitals follow by a timer. */
void announce_session(struct fleet *fleet, struct device *device);

/* The cloud has said whether updates are forced: the device says so when that is new. */
void announce_updates_forced(struct fleet *fleet, struct device *device, bool forced);

/* The cloud asks for the vitals. */
void announce_vitals_again(struct device *device);

/* The device has been online for ever: there is nothing left to tell. */
void announce_told(struct fleet *fleet, struct device *device);

/* The hash of the application: the same application has the same, on every device of a platform. */
void announce_app_hash(const struct fleet *fleet, const struct device *device,
                       char ret_hash[static DEVICE_APP_HASH + 1]);

#endif
