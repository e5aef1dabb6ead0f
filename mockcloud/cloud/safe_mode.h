/*
 * Devices in safe mode, as the cloud sees them: it tells of them, and brings what their system
 * lacks.
 *
 * A device says without data that it is in safe mode; the cloud makes its own event of what the
 * device has described. Where the application was built for a newer Device OS than there is (its
 * `vv` is not its `vc`), the safe-mode updater sends the missing modules, one after another, each
 * with a restart; the device comes back in safe mode until the last one is there.
 *
 * Source: streams recorded on 2024-05-13, in Particle's page on firmware update events: `online`
 * and spark/status/safe-mode again for each module, without `offline` between; then the end of the
 * update. Which modules come, and that nothing is told of an update that nobody asked for, are
 * guesses.
 */
#ifndef CLOUD_SAFE_MODE_H
#define CLOUD_SAFE_MODE_H

struct cloud;
struct cloud_device;

/* The device has said that it is in safe mode: the cloud acts on it SAFE_MODE_MS after the session
 * began, if that still lasts. */
void safe_mode_said(struct cloud *cloud, struct cloud_device *device);

/* A module has come. */
void safe_mode_module_came(struct cloud *cloud, struct cloud_device *device);

#endif
