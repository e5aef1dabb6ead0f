/* See announce.h. Owns names, data and order of these events; whether a session begins is not
 * decided here. What runs Linux is no Device OS and says none of them but its vitals. */
#include "device/announce.h"

#include "device/connect.h"
#include "device/vitals.h"

#include <stdio.h>
#include <string.h>

#define DATA_MAX 4096

#define READ_TAGS "Device OS, system_cloud_internal.cpp, each tag from 0.7.0 to 6.2.0"

/* ---- which Device OS says it after a resumed session ---- */

static bool from_1_2_1(system_version_t version)
{
    return version >= SYSTEM_VERSION(1, 2, 1);
}

static bool from_1_4_1(system_version_t version)
{
    return version >= SYSTEM_VERSION(1, 4, 1);
}

/* 5.8.2 and 5.9.0 had it before 6.0.0, which was begun earlier and got it with 6.2.0. */
static bool from_5_8_2_but_6_0(system_version_t version)
{
    return version >= SYSTEM_VERSION(5, 8, 2) &&
           (version < SYSTEM_VERSION(6, 0, 0) || version >= SYSTEM_VERSION(6, 2, 0));
}

static bool always(system_version_t version)
{
    (void)version;
    return true;
}

/* ---- what it says ---- */

static bool tell_max_binary(const struct fleet *fleet, struct device *device, struct buf *data)
{
    (void)fleet;
    if (device->platform->id == 10)
        return false; /* modular Electrons had it by mistake alone */
    buf_add_str(data, device->platform->generation >= 3 ? "524288" : "131072");
    return true;
}

static bool tell_chunk_size(const struct fleet *fleet, struct device *device, struct buf *data)
{
    (void)fleet;
    buf_add_str(data, "512");
    return device->platform->transport == TRANSPORT_TCP;
}

static bool tell_safe_mode(const struct fleet *fleet, struct device *device, struct buf *data)
{
    (void)fleet, (void)data; /* what it consists of was described already */
    return !firmware_runs(device);
}

static bool tell_last_reset(const struct fleet *fleet, struct device *device, struct buf *data)
{
    (void)fleet;
    const char *cause = device->past->boot_cause;
    fleet_past(device)->boot_cause = NULL;
    if (cause)
        buf_add_str(data, cause);
    return cause;
}

static bool tell_enabled(const struct fleet *fleet, struct device *device, struct buf *data)
{
    (void)fleet, (void)device;
    buf_add_str(data, "true");
    return true;
}

static bool tell_forced(const struct fleet *fleet, struct device *device, struct buf *data)
{
    (void)fleet;
    buf_add_str(data, device->past->updates_forced ? "true" : "false");
    return true;
}

static bool tell_app(const struct fleet *fleet, struct device *device, struct buf *data)
{
    char hash[DEVICE_APP_HASH + 1];
    if (!firmware_runs(device))
        return false; /* no application runs */
    announce_app_hash(fleet, device, hash);
    if (strcmp(hash, device->past->app_told) == 0)
        return false;
    memcpy(fleet_past(device)->app_told, hash, sizeof hash);
    buf_add_str(data, hash);
    return true;
}

enum { MAX_BINARY, CHUNK_SIZE, SAFE_MODE, LAST_RESET, UPDATES_ENABLED, UPDATES_FORCED, APP_HASH };

const struct announcement announcements[] = {
    [MAX_BINARY] = {{"device.max-binary",
                     "Up to Device OS 2.3.1: how large an update may be; not of a modular "
                     "Electron.",
                     PROVENANCE_INFERRED, READ_TAGS "; the number is a guess", NULL},
                    "spark/hardware/max_binary",
                    SYSTEM_VERSION(2, 3, 1),
                    NULL,
                    tell_max_binary},
    [CHUNK_SIZE] = {{"device.ota-chunk-size",
                     "Up to Device OS 2.3.1, over TCP: the size of an update's pieces.",
                     PROVENANCE_INFERRED, READ_TAGS, NULL},
                    "spark/hardware/ota_chunk_size",
                    SYSTEM_VERSION(2, 3, 1),
                    NULL,
                    tell_chunk_size},
    [SAFE_MODE] = {{"device.safe-mode",
                    "In safe mode the device says so, without data; from 1.4.1 on after a resumed "
                    "session, too.",
                    PROVENANCE_INFERRED, READ_TAGS, NULL},
                   "spark/device/safemode",
                   0,
                   from_1_4_1,
                   tell_safe_mode},
    [LAST_RESET] = {{"device.last-reset",
                     "Once a boot the device says why it booted; after a resumed session in 5.8.2, "
                     "5.9.0 and from 6.2.0 on.",
                     PROVENANCE_INFERRED, READ_TAGS, NULL},
                    "spark/device/last_reset",
                    0,
                    from_5_8_2_but_6_0,
                    tell_last_reset},
    [UPDATES_ENABLED] = {{"device.updates-enabled",
                          "The device says that it takes updates; from 1.2.1 on after a resumed "
                          "session, too.",
                          PROVENANCE_INFERRED, READ_TAGS, NULL},
                         "particle/device/updates/enabled",
                         0,
                         from_1_2_1,
                         tell_enabled},
    [UPDATES_FORCED] = {{"device.updates-forced",
                         "The device says whether updates are forced on it; from 1.2.1 on after a "
                         "resumed session, too.",
                         PROVENANCE_INFERRED, READ_TAGS, NULL},
                        "particle/device/updates/forced",
                        0,
                        from_1_2_1,
                        tell_forced},
    [APP_HASH] = {{"device.app-hash",
                   "The hash of the application, when it is another one than was told last, after "
                   "either kind of session.",
                   PROVENANCE_OBSERVED, "stream recorded on 2024-05-13; " READ_TAGS, NULL},
                  "spark/device/app-hash",
                  0,
                  always,
                  tell_app},
};

#define COUNT (sizeof announcements / sizeof *announcements)

const struct rule_table announcement_rule_table = {&announcements[0].rule, COUNT,
                                                   sizeof *announcements};

void announce_app_hash(const struct fleet *fleet, const struct device *device,
                       char ret_hash[static DEVICE_APP_HASH + 1])
{
    char app[256];
    snprintf(app, sizeof app, "%s/%lld/%lld/%s", device->platform->name,
             (long long)device->firmware.product_id, (long long)device->firmware.version,
             device->past->app);
    ids_named(&fleet->sim->ids, "app", app, ret_hash, DEVICE_APP_HASH);
}

static bool announce_is_due(const struct announcement *row, const struct device *device)
{
    if (device->session_kind == SESSION_FULL)
        return !row->last || device->system_version <= row->last;
    return row->resumes && row->resumes(device->system_version);
}

static void announce(struct fleet *fleet, struct device *device, const struct announcement *row)
{
    struct buf data;
    buf_init(&data, DATA_MAX);
    if (row->tell(fleet, device, &data)) {
        sim_lean(fleet->sim, &row->rule);
        session_publish(fleet->cloud, device->session, row->name, data.len ? buf_str(&data) : NULL);
    }
    buf_free(&data);
}

static void announce_vitals(struct fleet *fleet, const struct device *device)
{
    int64_t up_ms = vclock_now(fleet->sim->clock) - device->past->booted_ms;
    struct buf text;
    buf_init(&text, DATA_MAX);
    vitals_write(device, up_ms / 1000, &text);
    session_publish(fleet->cloud, device->session, "spark/device/diagnostics/update",
                    buf_str(&text));
    buf_free(&text);
}

/* The session that it was armed for may have ended, and another one have begun. */
static void vitals_due(void *owner, uint64_t index)
{
    struct fleet *fleet = owner;
    const struct device *device = fleet->devices[index];
    if (device->session &&
        vclock_now(fleet->sim->clock) == device->connected.at_ms + ANNOUNCE_VITALS_MS)
        announce_vitals(fleet, device);
}

void announce_updates_forced(struct fleet *fleet, struct device *device, bool forced)
{
    if (device->past->updates_forced == forced)
        return;
    fleet_past(device)->updates_forced = forced;
    announce(fleet, device, &announcements[UPDATES_FORCED]);
}

void announce_vitals_again(struct device *device)
{
    announce_vitals(device->fleet, device);
}

void announce_session(struct fleet *fleet, struct device *device)
{
    for (size_t i = 0; i < COUNT && !platform_is_linux(device->platform); i++)
        if (announce_is_due(&announcements[i], device))
            announce(fleet, device, &announcements[i]);
    if (device->session_kind == SESSION_FULL)
        vclock_add(fleet->sim->clock, vclock_now(fleet->sim->clock) + ANNOUNCE_VITALS_MS,
                   &(struct timer_row){TIMER_FOREGROUND, device->actor, "vitals", vitals_due, fleet,
                                       device->index});
}

void announce_told(struct fleet *fleet, struct device *device)
{
    fleet_past(device)->boot_cause = NULL;
    fleet_past(device)->booted_ms =
        vclock_now(fleet->sim->clock); /* its uptime counts from when the world began */
    announce_app_hash(fleet, device, fleet_past(device)->app_told);
}
