/*
 * See event.h. Owns the order in which events reach their subscribers, and what is waiting to be
 * delivered. Who is filed where is in event_file.c; it never looks into a name but to compare its
 * beginning.
 */
#include "cloud/event.h"

#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/event_file.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An event that was published while another was being delivered. */
struct event_waiting {
    struct event_waiting *next;
    struct event event;
    char *name;
    char *data;
};

struct event_hub {
    struct event_file file;
    struct event_waiting *first, **last;
    bool delivering;
};

struct event_hub *event_hub_new(void)
{
    struct event_hub *hub = mem_new(sizeof *hub);
    hub->last = &hub->first;
    return hub;
}

static void waiting_free(struct event_waiting *waiting)
{
    free(waiting->name);
    free(waiting->data);
    free(waiting);
}

void event_hub_free(struct event_hub *hub)
{
    if (!hub)
        return;
    while (hub->first) {
        struct event_waiting *waiting = hub->first;
        hub->first = waiting->next;
        waiting_free(waiting);
    }
    event_file_free(&hub->file);
    free(hub);
}

/* ---- subscribing ---- */

struct event_subscription *event_subscribe(struct cloud *cloud, const struct event_filter *filter,
                                           void (*deliver)(void *arg, const struct event *event),
                                           void *arg)
{
    struct event_subscription *subscription =
        event_file_add(&cloud->events->file, filter, deliver, arg);
    subscription->cloud = cloud;
    return subscription;
}

void event_unsubscribe(struct cloud *cloud, struct event_subscription *subscription)
{
    if (!subscription)
        return;
    event_drop_token(subscription);
    event_file_remove(&cloud->events->file, subscription, cloud->events->delivering);
}

void event_label(struct event_subscription *subscription, const char *kind, const char *name)
{
    snprintf(subscription->label, sizeof subscription->label, "%s:%s", kind, name);
}

void event_when_ended(struct event_subscription *subscription,
                      void (*ended)(void *arg, const char *why))
{
    subscription->ended = ended;
}

void event_end(struct event_subscription *subscription, const char *why)
{
    void (*ended)(void *arg, const char *why) = subscription->ended;
    void *arg = subscription->arg;
    event_unsubscribe(subscription->cloud, subscription);
    if (ended)
        ended(arg, why);
}

void event_forget_owner(struct cloud *cloud, const struct owner *owner)
{
    struct event_subscription *next;
    for (struct event_subscription *s = cloud->events->file.first; s; s = next) {
        next = s->next;
        if (!s->dead && owner_same(&s->filter.owner, owner))
            event_end(s, "its owner was deleted");
    }
}

size_t event_subscriptions(const struct cloud *cloud)
{
    return cloud->events->file.live;
}

/* ---- who may see it ---- */

/* Published to the organization itself; or of a product that the user, if there is one, is on the
 * team of. */
static bool org_passes(const struct event_filter *filter, const struct event *event)
{
    const char *org = event->product ? event->product->org : event->org;
    if (!org || strcmp(org, filter->org) != 0)
        return false;
    return filter->owner.kind == OWNER_NONE || !event->product ||
           cloud_on_team(event->product, filter->owner.user);
}

static bool scope_passes(const struct event_filter *filter, const struct event *event)
{
    bool mine = owner_same(&filter->owner, &event->owner);
    switch (filter->scope) {
    case EVENTS_MINE:
        return mine;
    case EVENTS_PRODUCT:
        return event->product && event->product == filter->product;
    case EVENTS_ORG:
        return org_passes(filter, event);
    case EVENTS_DEVICE:
    case EVENTS_PUBLIC:
        return mine || !event->is_private;
    }
    return false;
}

bool event_passes(const struct event_filter *filter, const struct event *event)
{
    if (event->device && event->owner.kind == OWNER_NONE && !event->product)
        return false;
    if (filter->device_id[0] &&
        (!event->device || strcmp(filter->device_id, event->device->id) != 0))
        return false;
    if (filter->prefix && strncmp(event->name, filter->prefix, strlen(filter->prefix)) != 0)
        return false;
    return scope_passes(filter, event);
}

/* ---- publishing ---- */

/* Who will be delivered to, unless what comes before changes it. */
static void event_note_receivers(const struct event_hub *hub, const struct event *event,
                                 struct jsonw *w)
{
    struct event_walk walk;
    const struct event_subscription *subscription;
    int64_t received = 0;
    event_walk_begin(&walk, &hub->file, event);
    while (received < EVENT_COUNTED && (subscription = event_walk_next(&walk))) {
        if (!event_passes(&subscription->filter, event))
            continue;
        if (!received) {
            jsonw_key(w, "receivers");
            jsonw_array(w);
        }
        if (received++ < EVENT_RECEIVERS && subscription->label[0])
            jsonw_str(w, subscription->label);
    }
    if (!received)
        return;
    jsonw_end_array(w);
    jsonw_key_int(w, "received", received);
}

static void event_note(struct cloud *cloud, struct event *event)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "name", event->name);
    jsonw_key_str(w, "data", event->data);
    jsonw_key_str(w, "coreid", event->coreid);
    if (!event->is_private)
        jsonw_key_bool(w, "public", true);
    if (event->product)
        jsonw_key_int(w, "product", event->product->id);
    if (event->org)
        jsonw_key_str(w, "org", event->org);
    if (event->owner.kind != OWNER_NONE)
        jsonw_key_str(w, "owner", owner_name(&event->owner));
    event->at_ms = vclock_now(cloud->sim->clock);
    if (cloud->events->file.live)
        event_note_receivers(cloud->events, event, w);
    event->n = sim_noted(cloud->sim, "cloud", "event.published");
}

static void event_deliver(struct event_hub *hub, const struct event *event)
{
    struct event_walk walk;
    struct event_subscription *subscription;
    event_walk_begin(&walk, &hub->file, event);
    while ((subscription = event_walk_next(&walk)))
        if (event_passes(&subscription->filter, event))
            subscription->deliver(subscription->arg, event);
}

static void event_wait(struct event_hub *hub, const struct event *event)
{
    struct event_waiting *waiting = mem_new(sizeof *waiting);
    waiting->event = *event;
    waiting->event.name = waiting->name = mem_dup(event->name);
    waiting->event.data = waiting->data = mem_dup(event->data);
    *hub->last = waiting;
    hub->last = &waiting->next;
}

static void event_deliver_waiting(struct event_hub *hub)
{
    while (hub->first) {
        struct event_waiting *waiting = hub->first;
        event_deliver(hub, &waiting->event);
        hub->first = waiting->next;
        if (!hub->first)
            hub->last = &hub->first;
        waiting_free(waiting);
    }
}

void event_publish(struct cloud *cloud, struct event *event)
{
    struct event_hub *hub = cloud->events;
    if (!event->ttl_s)
        event->ttl_s = EVENT_TTL_S;
    if (!event->coreid)
        event->coreid = event->device ? event->device->id : "api";
    if (event->device && !event->device->without_app && event->device->firmware_version > 0)
        event->version = event->device->firmware_version;
    event_note(cloud, event);
    if (hub->delivering) {
        event_wait(hub, event);
        return;
    }
    if (!hub->file.live)
        return;
    hub->delivering = true;
    event_deliver(hub, event);
    event_deliver_waiting(hub);
    hub->delivering = false;
    event_file_sweep(&hub->file);
}

void event_of_device(struct cloud *cloud, const struct cloud_device *device, const char *name,
                     const char *data)
{
    struct event event = {
        .name = name,
        .data = data,
        .is_private = true,
        .device = device,
        .owner = device->owner,
        .product = device->product,
    };
    event_publish(cloud, &event);
}

const char *event_fault(const char *name, const char *data)
{
    size_t len = strlen(name);
    if (!len)
        return "An event needs a name";
    if (len > EVENT_NAME_MAX)
        return "The event's name is longer than 64 characters";
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return "The event's name has a control character";
    if (data && strlen(data) > EVENT_DATA_MAX)
        return "The event's data is longer than 1024 bytes";
    return NULL;
}
