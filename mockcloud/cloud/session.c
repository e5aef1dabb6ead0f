/*
 * See session.h. Owns what the cloud believes of a device's presence. A healthy session has no
 * timer; only one whose device has gone silent does, and it is a background one.
 */
#include "cloud/session.h"

#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/described.h"
#include "cloud/diagnostics.h"
#include "cloud/event.h"
#include "cloud/firmware_store.h"
#include "cloud/locations.h"
#include "cloud/record.h"
#include "cloud/sims.h"
#include "cloud/system_event.h"

#include <string.h>

/* A session's number holds the device's place in the registry, so that it is found without a
 * search. */
static uint64_t session_number(struct cloud *cloud, const struct cloud_device *device)
{
    return ++cloud->sessions << 32 | device->index;
}

/* The device of a session that still is; NULL when it has ended. */
static struct cloud_device *session_device(const struct cloud *cloud, uint64_t session)
{
    size_t index = session & UINT32_MAX;
    if (!session || index >= cloud->device_count)
        return NULL;
    struct cloud_device *device = cloud->registry[index];
    return device->session == session ? device : NULL;
}

/* How an update goes on; it ends with anything but SYSTEM_FLASH_STARTED. */
static void session_note_update(struct cloud *cloud, struct cloud_device *device,
                                enum system_event how)
{
    device->updating = how == SYSTEM_FLASH_STARTED;
    system_event_tell(cloud, device, how, NULL);
}

static void session_end(struct cloud *cloud, struct cloud_device *device, int64_t last_heard_ms)
{
    vclock_cancel(cloud->sim->clock, device->drop_timer);
    device->drop_timer = 0;
    device->session = 0;
    device->session_kind = SESSION_NONE;
    device->online = false;
    device->silent_ms = -1;
    device->last_heard_ms = last_heard_ms;
    device->peer = (struct session_peer){0};
    if (device->updating)
        session_note_update(cloud, device, SYSTEM_FLASH_FAILED);
}

/* The cloud still believed in an older session: it goes, and `offline` comes immediately before
 * `online`. */
static void session_replace(struct cloud *cloud, struct cloud_device *device)
{
    session_end(cloud, device, cloud_last_heard(cloud, device));
    if (sim_behaves(cloud->sim, BEHAVIOUR_OFFLINE_BEFORE_ONLINE, "yes"))
        system_event_tell(cloud, device, SYSTEM_OFFLINE, NULL);
}

static void session_note_opened(struct cloud *cloud, struct cloud_device *device)
{
    bool full = device->session_kind == SESSION_FULL;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "session", full ? "full" : "resumed");
    struct fact fact = {sim_noted(cloud->sim, "cloud", "session.opened"), device->session_ms};
    if (full)
        device->handshake = fact;
    else
        device->resume = fact;
}

static void tell_forced(void *owner, uint64_t index)
{
    struct cloud *cloud = owner;
    session_tell_forced(cloud, cloud->registry[index]);
}

/* What the cloud learns from a hello. Before `online`, which tells it on a product's stream. A
 * version that does not run is not forgotten: it is what will run after the next boot. */
static void session_learn(struct cloud *cloud, struct cloud_device *device,
                          const struct session_hello *hello)
{
    device->without_app = hello->without_app;
    if (device->session_kind != SESSION_FULL)
        return;
    if (!hello->without_app) {
        registry_index_out(cloud, device, INDEX_SAID);
        device->firmware_product_id = hello->firmware_product_id;
        device->firmware_version = hello->firmware_product_id ? hello->firmware_version : -1;
        registry_index_in(cloud, device, INDEX_SAID);
    }
    cloud_see_firmware(cloud, device);
}

/* What has waited for a full handshake: a claim code that was made for the device's ICCID or IMEI,
 * an update. */
static void session_shook_hands(struct cloud *cloud, struct cloud_device *device)
{
    claim_code_of_radio(cloud, device);
    firmware_store_offer(cloud, device);
    if (device->forced_said) /* not before it has said what it says after a handshake */
        vclock_add(cloud->sim->clock, vclock_now(cloud->sim->clock), TIMER_FOREGROUND, "cloud",
                   "whether updates are forced", tell_forced, cloud, device->index);
}

static void session_moves_handshake(struct cloud *cloud, struct cloud_device *device,
                                    int64_t now_ms)
{
    registry_index_out(cloud, device, INDEX_CONNECTED);
    device->last_handshake_ms = now_ms;
    registry_index_in(cloud, device, INDEX_CONNECTED);
}

uint64_t session_open(struct cloud *cloud, const struct session_hello *hello,
                      enum session_kind *ret_kind)
{
    struct cloud_device *device = cloud_device(cloud, hello->device_id);
    int64_t now = vclock_now(cloud->sim->clock);
    if (!device)
        return 0;
    if (device->session)
        session_replace(cloud, device);
    bool resumed = hello->resume && device->resumable;
    device->session = session_number(cloud, device);
    device->session_kind = resumed ? SESSION_RESUMED : SESSION_FULL;
    device->resumable = true;
    device->online = true;
    device->keepalive_ms = hello->keepalive_ms;
    device->session_ms = device->traffic_ms = now;
    device->silent_ms = -1;
    device->peer = hello->peer;
    if (!resumed || sim_behaves(cloud->sim, BEHAVIOUR_RESUME_MOVES_HANDSHAKE, "yes"))
        session_moves_handshake(cloud, device, now);
    session_note_opened(cloud, device);
    session_learn(cloud, device, hello);
    system_event_tell(cloud, device, SYSTEM_ONLINE, NULL);
    *ret_kind = device->session_kind;
    uint64_t session = device->session;
    if (!resumed)
        session_shook_hands(cloud, device);
    return session;
}

void session_describe(struct cloud *cloud, uint64_t session,
                      const struct session_describe *describe)
{
    struct cloud_device *device = session_device(cloud, session);
    if (device && device->silent_ms < 0)
        described_set(&device->described, describe);
}

void session_updated(struct cloud *cloud, uint64_t session, bool success)
{
    struct cloud_device *device = session_device(cloud, session);
    if (device && device->updating)
        session_note_update(cloud, device, success ? SYSTEM_FLASH_SUCCESS : SYSTEM_FLASH_FAILED);
}

/* An event for everybody; of two kinds the cloud keeps what they tell. */
static void session_forward(struct cloud *cloud, const struct cloud_device *device,
                            const struct session_event *published)
{
    if (strcmp(published->name, DIAGNOSTICS_EVENT) == 0)
        diagnostics_take(cloud, device, published->data);
    else if (strcmp(published->name, LOCATIONS_EVENT) == 0)
        locations_take(cloud, device, published->data);
    struct event event = {
        .name = published->name,
        .data = published->data,
        .ttl_s = published->ttl_s,
        .is_private = !published->is_public,
        .device = device,
        .owner = device->owner,
        .product = device->product,
    };
    event_publish(cloud, &event);
}

void session_publish_event(struct cloud *cloud, uint64_t session, const struct session_event *event)
{
    struct cloud_device *device = session_device(cloud, session);
    if (!device || device->silent_ms >= 0)
        return;
    device->traffic_ms = vclock_now(cloud->sim->clock);
    if (strcmp(event->name, "spark/device/claim/code") == 0)
        claim_code_offer(cloud, device, event->data ? event->data : "");
    else if (strcmp(event->name, "spark/device/session/end") == 0)
        device->resumable = false;
    else if (strcmp(event->name, "spark/device/safemode") == 0)
        system_event_tell(cloud, device, SYSTEM_SAFE_MODE, event->data);
    else
        session_forward(cloud, device, event);
}

void session_publish(struct cloud *cloud, uint64_t session, const char *name, const char *data)
{
    struct session_event event = {.name = name, .data = data};
    session_publish_event(cloud, session, &event);
}

static const char *goodbye_word(enum session_goodbye why)
{
    switch (why) {
    case GOODBYE_USER:
        return "user";
    case GOODBYE_NETWORK_DISCONNECT:
        return "network-disconnect";
    case GOODBYE_LISTENING:
        return "listening";
    case GOODBYE_SYSTEM_RESET:
        return "system-reset";
    }
    return "unknown";
}

void session_close(struct cloud *cloud, uint64_t session, enum session_goodbye why)
{
    struct cloud_device *device = session_device(cloud, session);
    if (!device)
        return;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "reason", goodbye_word(why));
    sim_noted(cloud->sim, "cloud", "session.closed");
    session_end(cloud, device, vclock_now(cloud->sim->clock));
    system_event_tell(cloud, device, SYSTEM_OFFLINE, NULL);
}

static void session_drop(void *owner, uint64_t session)
{
    struct cloud *cloud = owner;
    struct cloud_device *device = session_device(cloud, session);
    if (!device)
        return;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_time(w, "last_heard", cloud_last_heard(cloud, device));
    sim_noted(cloud->sim, "cloud", "session.dropped");
    session_end(cloud, device, cloud_last_heard(cloud, device));
    system_event_tell(cloud, device, SYSTEM_OFFLINE, NULL);
}

void session_silence(struct cloud *cloud, uint64_t session)
{
    struct cloud_device *device = session_device(cloud, session);
    if (!device || device->silent_ms >= 0)
        return;
    device->silent_ms = vclock_now(cloud->sim->clock);
    int64_t drop_ms = cloud_last_heard(cloud, device) + 2 * device->keepalive_ms;
    device->drop_timer = vclock_add(cloud->sim->clock, drop_ms, TIMER_BACKGROUND, "cloud",
                                    "drop of a silent session", session_drop, cloud, session);
}

/* ---- the cloud's side ---- */

/* Whether the device answers; an answer is traffic. */
static bool session_reaches(struct cloud *cloud, struct cloud_device *device)
{
    if (!device->session || device->silent_ms >= 0)
        return false;
    device->traffic_ms = vclock_now(cloud->sim->clock);
    return true;
}

enum session_answer session_call(struct cloud *cloud, struct cloud_device *device, const char *name,
                                 const char *argument, int64_t *ret_value)
{
    const struct session_peer *peer = &device->peer;
    if (!session_reaches(cloud, device))
        return SESSION_ABSENT;
    if (!described_has_function(&device->described, name))
        return SESSION_UNKNOWN;
    if (!peer->call)
        return SESSION_ABSENT;
    return peer->call(peer->device, name, argument, ret_value) ? SESSION_ANSWERED : SESSION_UNKNOWN;
}

enum session_answer session_read(struct cloud *cloud, struct cloud_device *device, const char *name,
                                 struct session_value *ret_value)
{
    const struct session_peer *peer = &device->peer;
    if (!session_reaches(cloud, device))
        return SESSION_ABSENT;
    if (!described_variable(&device->described, name))
        return SESSION_UNKNOWN;
    if (!peer->read)
        return SESSION_ABSENT;
    return peer->read(peer->device, name, ret_value) ? SESSION_ANSWERED : SESSION_UNKNOWN;
}

enum session_answer session_signal(struct cloud *cloud, struct cloud_device *device, bool on)
{
    if (!session_reaches(cloud, device) || !device->peer.signal)
        return SESSION_ABSENT;
    device->peer.signal(device->peer.device, on);
    return SESSION_ANSWERED;
}

enum session_answer session_vitals(struct cloud *cloud, struct cloud_device *device)
{
    if (!session_reaches(cloud, device) || !device->peer.vitals)
        return SESSION_ABSENT;
    device->peer.vitals(device->peer.device);
    return SESSION_ANSWERED;
}

enum session_answer session_ping(struct cloud *cloud, struct cloud_device *device)
{
    return session_reaches(cloud, device) ? SESSION_ANSWERED : SESSION_ABSENT;
}

void session_tell_forced(struct cloud *cloud, struct cloud_device *device)
{
    if (session_reaches(cloud, device) && device->peer.event)
        device->peer.event(device->peer.device, "particle/device/updates/forced",
                           device->updates_forced ? "true" : "false");
}

/* Whether the device has begun it; nothing has been told of it yet. */
static enum session_answer session_begin_update(struct cloud *cloud, struct cloud_device *device,
                                                enum session_image image, int64_t version,
                                                const char *digest)
{
    if (!session_reaches(cloud, device) || !device->peer.update)
        return SESSION_ABSENT;
    int64_t product_id = device->product ? device->product->id : 0;
    if (device->updating ||
        !device->peer.update(device->peer.device, image, product_id, version, digest))
        return SESSION_UNKNOWN;
    return SESSION_ANSWERED;
}

enum session_answer session_update(struct cloud *cloud, struct cloud_device *device,
                                   enum session_image image, int64_t version, const char *digest)
{
    enum session_answer answer = session_begin_update(cloud, device, image, version, digest);
    if (answer == SESSION_ANSWERED)
        session_note_update(cloud, device, SYSTEM_FLASH_STARTED);
    return answer;
}

enum session_answer session_auto_update(struct cloud *cloud, struct cloud_device *device,
                                        int64_t version)
{
    enum session_answer answer = session_begin_update(cloud, device, IMAGE_PRODUCT, version, NULL);
    if (answer != SESSION_ANSWERED)
        return answer;
    system_event_tell(cloud, device, SYSTEM_AUTO_UPDATE, NULL);
    session_note_update(cloud, device, SYSTEM_FLASH_STARTED);
    return answer;
}

bool session_carried(const struct cloud *cloud, const char *device_id)
{
    const struct cloud_device *device = cloud_device(cloud, device_id);
    return !device || sims_carried(cloud, device, NULL);
}

void session_when_carried(struct cloud *cloud, void (*changed)(void *arg, const char *device_id),
                          void *arg)
{
    cloud->carried_changed = changed;
    cloud->carried_arg = arg;
}
