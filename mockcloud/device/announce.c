/* See announce.h. Owns names, data and order of these events; whether a session begins is not
 * decided here. */
#include "device/announce.h"

#include "base/buf.h"
#include "base/jsonw.h"
#include "device/connect.h"

#include <stdio.h>
#include <string.h>

static void announce(struct fleet *fleet, const struct device *device, const char *name,
                     const char *data)
{
    session_publish(fleet->cloud, device->session, name, data);
}

/* The same application has the same hash, on every device of the platform. */
static void app_hash(const struct fleet *fleet, const struct device *device,
                     char ret_hash[DEVICE_APP_HASH + 1])
{
    char app[256];
    snprintf(app, sizeof app, "%s/%lld/%lld/%s", device->platform->name,
             (long long)device->firmware.product_id, (long long)device->firmware.version,
             device->app);
    ids_named(&fleet->sim->ids, "app", app, ret_hash, DEVICE_APP_HASH);
}

static void announce_app(struct fleet *fleet, struct device *device)
{
    char hash[DEVICE_APP_HASH + 1];
    if (device->safe_boot)
        return; /* no application runs */
    app_hash(fleet, device, hash);
    if (strcmp(hash, device->app_told) == 0)
        return;
    memcpy(device->app_told, hash, sizeof hash);
    announce(fleet, device, "spark/device/app-hash", hash);
}

/* The system's part of a describe message of Device OS 5 and before. */
static void announce_safe_mode(struct fleet *fleet, const struct device *device)
{
    char data[64];
    snprintf(data, sizeof data, "{\"f\":[],\"v\":{},\"p\":%d,\"m\":[]}", device->platform->id);
    announce(fleet, device, "spark/device/safemode", data);
}

static void write_signal(const struct device *device, struct jsonw *w)
{
    jsonw_key(w, "network");
    jsonw_object(w);
    jsonw_key(w, "signal");
    jsonw_object(w);
    jsonw_key_str(w, "at", device->platform->cellular ? "LTE Cat-M1" : "Wi-Fi");
    jsonw_key_int(w, "strength", 80);
    jsonw_key_int(w, "quality", 75);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

/* `uptime` in seconds. */
static void write_vitals(const struct device *device, int64_t uptime, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key(w, "device");
    jsonw_object(w);
    write_signal(device, w);
    jsonw_key(w, "cloud");
    jsonw_object(w);
    jsonw_key(w, "connection");
    jsonw_object(w);
    jsonw_key_str(w, "status", "connected");
    jsonw_key_int(w, "error", 0);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_key(w, "system");
    jsonw_object(w);
    jsonw_key_int(w, "uptime", uptime);
    jsonw_key(w, "memory");
    jsonw_object(w);
    jsonw_key_int(w, "used", 80000);
    jsonw_key_int(w, "total", 160000);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void announce_vitals(struct fleet *fleet, const struct device *device)
{
    int64_t up_ms = vclock_now(fleet->sim->clock) - device->booted_ms;
    struct buf text;
    struct jsonw w;
    buf_init(&text, 1024);
    jsonw_init(&w, &text);
    write_vitals(device, up_ms / 1000, &w);
    announce(fleet, device, "spark/device/diagnostics/update", buf_str(&text));
    buf_free(&text);
}

static void announce_forced(struct fleet *fleet, const struct device *device)
{
    announce(fleet, device, "particle/device/updates/forced",
             device->updates_forced ? "true" : "false");
}

void announce_updates_forced(struct fleet *fleet, struct device *device, bool forced)
{
    if (device->updates_forced == forced)
        return;
    device->updates_forced = forced;
    announce_forced(fleet, device);
}

void announce_vitals_again(struct device_peer *peer)
{
    announce_vitals(peer->fleet, peer->device);
}

void announce_session(struct fleet *fleet, struct device *device)
{
    const char *cause = device->boot_cause;
    device->boot_cause = NULL;
    if (device->session_kind != SESSION_FULL) {
        announce_app(fleet, device);
        return;
    }
    if (device->safe_boot)
        announce_safe_mode(fleet, device);
    if (cause)
        announce(fleet, device, "spark/device/last_reset", cause);
    announce(fleet, device, "particle/device/updates/enabled", "true");
    announce_forced(fleet, device);
    announce_app(fleet, device);
    announce_vitals(fleet, device);
}

void announce_told(struct fleet *fleet, struct device *device)
{
    device->boot_cause = NULL;
    device->booted_ms =
        vclock_now(fleet->sim->clock); /* its uptime counts from the world's begin */
    app_hash(fleet, device, device->app_told);
}
