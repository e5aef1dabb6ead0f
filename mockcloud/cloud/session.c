/*
 * See session.h. Owns what the cloud believes of a device's presence. A healthy session has no
 * timer; only one whose device has gone silent does, and it is a background one. What the cloud
 * asks is session_ask.c's.
 */
#include "cloud/session.h"

#include "base/mem.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/described.h"
#include "cloud/diagnostics.h"
#include "cloud/environment.h"
#include "cloud/event.h"
#include "cloud/firmware_store.h"
#include "cloud/lag.h"
#include "cloud/locations.h"
#include "cloud/record.h"
#include "cloud/safe_mode.h"
#include "cloud/session_inside.h"
#include "cloud/sims.h"
#include "cloud/system_event.h"

#include <stdlib.h>
#include <string.h>

#define UPDATES_ENABLED_EVENT "particle/device/updates/enabled"
#define UPDATES_PENDING_MS    INT64_C(1000) /* after the device has told its flags */

/* The lower half of a session's number is the device's place in the registry: so its device is
 * found without a search. */
static uint64_t session_number(struct cloud *cloud, const struct cloud_device *device)
{
    return ++cloud->sessions << 32 | device->index;
}

struct cloud_device *session_device(const struct cloud *cloud, uint64_t session)
{
    size_t index = session & UINT32_MAX;
    if (!session || index >= cloud->device_count)
        return NULL;
    struct cloud_device *device = cloud->registry[index];
    return session_of(device) == session ? device : NULL;
}

uint64_t session_of(const struct cloud_device *device)
{
    return device->session ? device->session->number : 0;
}

int64_t session_began_ms(const struct cloud_device *device)
{
    return device->session ? device->session->began_ms : -1;
}

bool session_updating(const struct cloud_device *device)
{
    return device->session && device->session->updating;
}

int64_t cloud_last_heard(const struct cloud *cloud, const struct cloud_device *device)
{
    const struct session *session = device->session;
    if (!session)
        return device->last_heard_ms;
    int64_t until = session->silent_ms >= 0 ? session->silent_ms : vclock_now(cloud->sim->clock);
    int64_t from =
        session->traffic_ms > session->began_ms ? session->traffic_ms : session->began_ms;
    return from + (until - from) / session->keepalive_ms * session->keepalive_ms;
}

/* How an update ends. */
static void session_end_update(struct cloud *cloud, struct cloud_device *device,
                               enum system_event how)
{
    device->session->updating = false;
    system_event_tell(cloud, device, how, NULL);
}

static void session_end(struct cloud *cloud, struct cloud_device *device, int64_t last_heard_ms)
{
    struct session *session = device->session;
    vclock_cancel(cloud->sim->clock, session->drop_timer);
    session_orphan_asks(cloud, session);
    lag_note(cloud, device);
    device->session = NULL;
    device->online = false;
    device->last_heard_ms = last_heard_ms;
    bool failed = session->updating && (!session->module || device->update_goes_on);
    if (session->updating)
        device->update_goes_on = device->heals = false;
    if (failed)
        system_event_tell(cloud, device, SYSTEM_FLASH_FAILED, NULL);
    free(session);
}

/* The cloud still believed in an older session: it goes, and `offline` comes immediately before
 * `online`. */
static void session_replace(struct cloud *cloud, struct cloud_device *device)
{
    bool quiet = device->session->quiet;
    session_end(cloud, device, cloud_last_heard(cloud, device));
    if (!quiet && sim_behaves(cloud->sim, BEHAVIOUR_OFFLINE_BEFORE_ONLINE, "yes"))
        system_event_tell(cloud, device, SYSTEM_OFFLINE, NULL);
}

static void session_note_opened(struct cloud *cloud, struct cloud_device *device)
{
    bool full = device->session->kind == SESSION_FULL;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "session", full ? "full" : "resumed");
    struct fact fact = {sim_noted(cloud->sim, "cloud", "session.opened"),
                        device->session->began_ms};
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

/* What the cloud learns from a hello. It is noted before `online` is published, since a product's
 * stream shows the version with that event. The version of an application that does not run is
 * noted, too: it will run after the next boot. */
static void session_learn(struct cloud *cloud, struct cloud_device *device,
                          const struct session_hello *hello)
{
    device->without_app = hello->without_app;
    if (!hello->without_app) /* it has what it needs, wherever that came from */
        device->update_goes_on = device->heals = false;
    if (device->session->kind != SESSION_FULL)
        return;
    device->system_version = hello->system_version;
    if (!hello->without_app) {
        registry_index_out(cloud, device, INDEX_SAID);
        device->firmware_product_id = hello->firmware_product_id;
        device->firmware_version = hello->firmware_product_id ? hello->firmware_version : -1;
        registry_index_in(cloud, device, INDEX_SAID);
    }
    cloud_see_firmware(cloud, device);
    environment_connect(cloud, device);
}

/* What has waited for a full handshake: a claim code that was made for the device's ICCID or IMEI,
 * an update. */
static void session_shook_hands(struct cloud *cloud, struct cloud_device *device)
{
    claim_code_of_radio(cloud, device);
    firmware_store_offer(cloud, device);
    if (device->forced_said) /* not before it has said what it says after a handshake */
        vclock_add(cloud->sim->clock, vclock_now(cloud->sim->clock),
                   &(struct timer_row){TIMER_FOREGROUND, "cloud", "whether updates are forced",
                                       tell_forced, cloud, device->index});
}

static void session_moves_handshake(struct cloud *cloud, struct cloud_device *device,
                                    int64_t now_ms)
{
    registry_index_out(cloud, device, INDEX_CONNECTED);
    device->last_handshake_ms = now_ms;
    registry_index_in(cloud, device, INDEX_CONNECTED);
}

static struct session *session_new(struct cloud *cloud, const struct cloud_device *device,
                                   const struct session_hello *hello)
{
    static const struct session_peer nobody = {0};
    struct session *session = mem_new(sizeof *session);
    session->number = session_number(cloud, device);
    session->keepalive_ms = hello->keepalive_ms;
    session->began_ms = session->traffic_ms = vclock_now(cloud->sim->clock);
    session->silent_ms = -1;
    session->peer = hello->peer ? hello->peer : &nobody;
    session->device = hello->device;
    session->asks_before = cloud->asks;
    return session;
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
    device->session = session_new(cloud, device, hello);
    device->session->kind = *ret_kind = resumed ? SESSION_RESUMED : SESSION_FULL;
    device->resumable = true;
    lag_note(cloud, device);
    device->online = true;
    if (!resumed || sim_behaves(cloud->sim, BEHAVIOUR_RESUME_MOVES_HANDSHAKE, "yes"))
        session_moves_handshake(cloud, device, now);
    uint64_t number = device->session->number;
    session_note_opened(cloud, device);
    session_learn(cloud, device, hello);
    system_event_tell(cloud, device, SYSTEM_ONLINE, NULL);
    if (!resumed)
        session_shook_hands(cloud, device);
    return number;
}

void session_describe(struct cloud *cloud, uint64_t session,
                      const struct session_describe *describe)
{
    struct cloud_device *device = session_device(cloud, session);
    if (device && device->session->silent_ms < 0)
        described_set(&device->described, describe);
}

void session_updated(struct cloud *cloud, uint64_t session, bool success)
{
    struct cloud_device *device = session_device(cloud, session);
    if (device && device->session->updating && device->session->module && success)
        safe_mode_module_came(cloud, device);
    else if (device && device->session->updating)
        session_end_update(cloud, device, success ? SYSTEM_FLASH_SUCCESS : SYSTEM_FLASH_FAILED);
}

void session_update_goes_on(struct cloud *cloud, uint64_t session)
{
    struct cloud_device *device = session_device(cloud, session);
    if (!device || !device->session->updating)
        return;
    device->session->updating = false;
    device->update_goes_on = true;
}

/* A version that is meant for the device waits until it takes it. */
static void session_tell_pending(void *owner, uint64_t session)
{
    struct cloud *cloud = owner;
    struct cloud_device *device = session_device(cloud, session);
    if (device && device->session->silent_ms < 0)
        system_event_tell(cloud, device, SYSTEM_UPDATES_PENDING,
                          firmware_store_waits(cloud, device) ? "true" : "false");
}

/* What a device publishes reaches everybody who may see it. Of two kinds of events the cloud also
 * keeps what they tell, and one it publishes with something added. */
static void session_forward(struct cloud *cloud, const struct cloud_device *device,
                            const struct session_event *published)
{
    const char *vitals = NULL;
    if (strcmp(published->name, DIAGNOSTICS_EVENT) == 0)
        vitals = diagnostics_take(cloud, device, published->data);
    else if (strcmp(published->name, UPDATES_ENABLED_EVENT) == 0 &&
             device->session->kind == SESSION_FULL)
        vclock_add(cloud->sim->clock, vclock_now(cloud->sim->clock) + UPDATES_PENDING_MS,
                   &(struct timer_row){TIMER_FOREGROUND, "cloud", "whether an update is pending",
                                       session_tell_pending, cloud, device->session->number});
    else if (strcmp(published->name, LOCATIONS_EVENT) == 0)
        locations_take(cloud, device, published->data);
    struct event event = {
        .name = published->name,
        .data = vitals ? vitals : published->data,
        .ttl_s = published->ttl_s,
        .is_private = !published->is_public,
        .device = device,
        .owner = device->owner,
        .product = device->product,
    };
    event_publish(cloud, &event);
}

/* The device learns of it at once: nothing says when the real one does. */
static void session_discard(struct cloud *cloud, struct cloud_device *device)
{
    const struct session_peer *peer = device->session->peer;
    void *other_side = device->session->device;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "reason", "session-end");
    sim_noted(cloud->sim, "cloud", "session.closed");
    device->resumable = false;
    session_end(cloud, device, vclock_now(cloud->sim->clock));
    system_event_tell(cloud, device, SYSTEM_SESSION_ENDED, NULL);
    if (peer->ended)
        peer->ended(other_side);
}

void session_lose(struct cloud *cloud, struct cloud_device *device, struct fact when)
{
    const struct session_peer *peer = device->session->peer;
    void *other_side = device->session->device;
    bool heard = device->session->silent_ms < 0;
    device->ended = when;
    device->ended_how = "the cloud was restarted";
    session_end(cloud, device, cloud_last_heard(cloud, device));
    system_event_tell(cloud, device, SYSTEM_OFFLINE, NULL);
    if (heard && peer->ended)
        peer->ended(other_side);
}

void session_publish_event(struct cloud *cloud, uint64_t session, const struct session_event *event)
{
    struct cloud_device *device = session_device(cloud, session);
    if (!device || device->session->silent_ms >= 0)
        return;
    device->session->traffic_ms = vclock_now(cloud->sim->clock);
    if (strcmp(event->name, "spark/device/claim/code") == 0)
        claim_code_offer(cloud, device, event->data ? event->data : "");
    else if (strcmp(event->name, "spark/device/session/end") == 0)
        session_discard(cloud, device);
    else if (strcmp(event->name, "spark/device/safemode") == 0)
        safe_mode_said(cloud, device);
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
    device->ended.n = sim_noted(cloud->sim, "cloud", "session.closed");
    device->ended.at_ms = vclock_now(cloud->sim->clock);
    device->ended_how = "the device said goodbye";
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
    device->ended.n = sim_noted(cloud->sim, "cloud", "session.dropped");
    device->ended.at_ms = vclock_now(cloud->sim->clock);
    device->ended_how = "nothing was heard of the device for two keep-alives";
    session_end(cloud, device, cloud_last_heard(cloud, device));
    system_event_tell(cloud, device, SYSTEM_OFFLINE, NULL);
}

void session_silence(struct cloud *cloud, uint64_t number)
{
    struct cloud_device *device = session_device(cloud, number);
    if (!device || device->session->silent_ms >= 0)
        return;
    struct session *session = device->session;
    session->silent_ms = vclock_now(cloud->sim->clock);
    int64_t drop_ms = cloud_last_heard(cloud, device) + 2 * session->keepalive_ms;
    session->drop_timer =
        vclock_add(cloud->sim->clock, drop_ms,
                   &(struct timer_row){TIMER_BACKGROUND, "cloud", "drop of a silent session",
                                       session_drop, cloud, number});
}

bool session_reaches(const struct cloud *cloud, const struct cloud_device *device)
{
    if (!device->session || device->session->silent_ms >= 0)
        return false;
    device->session->traffic_ms = vclock_now(cloud->sim->clock);
    return true;
}

void session_tell(struct cloud *cloud, struct cloud_device *device, const char *name,
                  const char *data)
{
    if (session_reaches(cloud, device) && device->session->peer->event)
        device->session->peer->event(device->session->device, name, data);
}

void session_tell_forced(struct cloud *cloud, struct cloud_device *device)
{
    session_tell(cloud, device, "particle/device/updates/forced",
                 device->updates_forced ? "true" : "false");
}

void session_free_all(struct cloud *cloud)
{
    for (size_t i = 0; i < cloud->device_count; i++) {
        if (cloud->registry[i]->session)
            session_orphan_asks(cloud, cloud->registry[i]->session);
        free(cloud->registry[i]->session);
    }
    session_free_orphans(cloud);
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
