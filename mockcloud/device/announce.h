/* What a device publishes by itself when a session begins. Of device/ alone. */
#ifndef DEVICE_ANNOUNCE_H
#define DEVICE_ANNOUNCE_H

#include "device/fleet.h"

/*
 * The events of the system at the beginning of a session, in the order of Device OS. After a full
 * handshake:
 *
 *     spark/device/safemode             in safe mode; streams see spark/status/safe-mode
 *     spark/device/last_reset           at the first connection after a boot: why it booted
 *     particle/device/updates/enabled   "true"
 *     particle/device/updates/forced    "false", until the cloud has said otherwise since the boot
 *     spark/device/app-hash             when the application is another one than was told last
 *     spark/device/diagnostics/update   the vitals, as JSON
 *
 * After a resume: app-hash alone, when it is another one. The claim code goes before all of them
 * (connect.c).
 *
 * Sources: Device OS 6.2.0, system_cloud_internal.cpp, and a device's traffic with a small server
 * (names, order, "never on resume"); Particle's API reference (app-hash only when changed, vitals
 * at each new full session). What the vitals hold is a guess, and so is it that a simulated
 * application has asked for FEATURE_RESET_INFO.
 */
void announce_session(struct fleet *fleet, struct device *device);

/* The cloud has said whether updates are forced: the device says so when that is new. */
void announce_updates_forced(struct fleet *fleet, struct device *device, bool forced);

/* The cloud asks for the vitals. */
void announce_vitals_again(struct device_peer *peer);

/* The device has been online for ever: there is nothing left to tell. */
void announce_told(struct fleet *fleet, struct device *device);

#endif
