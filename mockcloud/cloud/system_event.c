/* See system_event.h. Owns names and data; when something happens is decided where it does. */
#include "cloud/system_event.h"

#include "cloud/cloud.h"
#include "cloud/event.h"

#define RECORDED "stream recorded on 2024-05-13, in Particle's page on firmware update events"

const struct system_event_row system_events[SYSTEM_EVENTS] = {
    [SYSTEM_ONLINE] = {{"event.online",
                        "A session begins: spark/status online, with the version that the "
                        "handshake told.",
                        PROVENANCE_OBSERVED, RECORDED, "offline_before_online"},
                       "spark/status",
                       "online"},
    [SYSTEM_OFFLINE] = {{"event.offline",
                         "A session ends: spark/status offline, with the version that ran in it.",
                         PROVENANCE_OBSERVED, RECORDED, NULL},
                        "spark/status",
                        "offline"},
    [SYSTEM_AUTO_UPDATE] = {{"event.auto-update",
                             "The cloud begins an update by itself: spark/status auto-update, "
                             "immediately before the update's first event.",
                             PROVENANCE_OBSERVED, RECORDED, NULL},
                            "spark/status",
                            "auto-update"},
    /* The space is where the name of a file stood once. */
    [SYSTEM_FLASH_STARTED] = {{"event.flash-started",
                               "An update begins: spark/flash/status started, and a space.",
                               PROVENANCE_OBSERVED,
                               RECORDED "; the same in 2016, the reference leaves the space out",
                               NULL},
                              "spark/flash/status",
                              "started "},
    [SYSTEM_FLASH_SUCCESS] = {{"event.flash-success",
                               "An update was transferred: spark/flash/status success, and a "
                               "space, with the version that ran before.",
                               PROVENANCE_OBSERVED, RECORDED, NULL},
                              "spark/flash/status",
                              "success "},
    [SYSTEM_FLASH_FAILED] = {{"event.flash-failed",
                              "An update was broken off: spark/flash/status failed.",
                              PROVENANCE_INFERRED,
                              "Particle's API reference; the space is that of the other two", NULL},
                             "spark/flash/status",
                             "failed "},
    [SYSTEM_UPDATES_PENDING] = {{"event.updates-pending",
                                 "A second after the device has told its update flags, the cloud "
                                 "tells whether a version waits for it.",
                                 PROVENANCE_INFERRED,
                                 RECORDED ": after an update; that it comes after every full "
                                          "handshake is a guess",
                                 NULL},
                                "particle/device/updates/pending",
                                NULL},
    [SYSTEM_SAFE_MODE] = {{"event.safe-mode",
                           "The device says that it is in safe mode, without data; the cloud tells "
                           "of it with what the device described.",
                           PROVENANCE_OBSERVED, RECORDED "; Device OS 2.3.0-6.2.0", NULL},
                          "spark/status/safe-mode",
                          NULL},
    [SYSTEM_SAFE_MODE_UPDATING] = {{"event.safe-mode-updating",
                                    "A device in safe mode lacks a module: the cloud brings what "
                                    "is missing, and says so once. (Its data is a guess: none.)",
                                    PROVENANCE_OBSERVED, RECORDED "; which modules is a guess",
                                    NULL},
                                   "spark/safe-mode-updater/updating",
                                   NULL,
                                   "particle-internal"},
    [SYSTEM_SESSION_ENDED] = {{"event.session-end",
                               "A device publishes spark/device/session/end: its session ends, "
                               "spark/status offline, and its next one is a full handshake.",
                               PROVENANCE_STAFF,
                               "a claiming library by Particle's staff, 2020, waits for just that",
                               NULL},
                              "spark/status",
                              "offline"},
    [SYSTEM_FIRMWARE_CREATED] = {{"event.firmware-created",
                                  "A product's firmware was uploaded: particle/firmware/create, "
                                  "the version as a text.",
                                  PROVENANCE_OBSERVED, RECORDED, NULL},
                                 "particle/firmware/create",
                                 NULL},
    [SYSTEM_FIRMWARE_RELEASED] = {{"event.firmware-released",
                                   "A product's firmware was released: particle/firmware/release, "
                                   "the version as a number.",
                                   PROVENANCE_OBSERVED, RECORDED, NULL},
                                  "particle/firmware/release",
                                  NULL},
};

void system_event_tell(struct cloud *cloud, const struct cloud_device *device,
                       enum system_event which, const char *data)
{
    const struct system_event_row *row = &system_events[which];
    struct event event = {
        .name = row->name,
        .data = row->data ? row->data : data,
        .is_private = true,
        .coreid = row->coreid,
        .device = device,
        .owner = device->owner,
        .product = device->product,
    };
    sim_lean(cloud->sim, &row->rule);
    event_publish(cloud, &event);
}

void system_event_tell_product(struct cloud *cloud, struct product *product, struct user *by,
                               enum system_event which, const char *data)
{
    const struct system_event_row *row = &system_events[which];
    struct event event = {
        .name = row->name,
        .data = data,
        .is_private = true,
        .product = product,
    };
    if (by)
        event.owner = (struct owner){OWNER_USER, by, NULL};
    sim_lean(cloud->sim, &row->rule);
    event_publish(cloud, &event);
}
