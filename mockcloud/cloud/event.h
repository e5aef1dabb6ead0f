/*
 * Events: the one place where everything that is published passes, and who may see it.
 *
 * Published by devices, by the API and by the cloud itself (spark/status …). Each is journalled, then handed to every subscriber whose filter it
 * passes, in the order of subscription: streams (api/), webhooks (cloud/webhook), devices. Who sees an event is decided when it happens.
 *
 * Source: Particle's API reference (prefix filter, public and private, `coreid`, `published_at`, system events).
 */
#ifndef CLOUD_EVENT_H
#define CLOUD_EVENT_H

#include "cloud/cloud.h"

#define EVENT_NAME_MAX 64
#define EVENT_DATA_MAX 1024
#define EVENT_TTL_S    60

struct event {
    const char *name;
    const char *data;   /* NULL: none, null in JSON */
    int ttl_s;
    bool is_private;
    bool is_hook;       /* hook-sent/…, hook-response/…, hook-error/…: never triggers a hook */
    const struct cloud_device *device; /* whose event it is; NULL: published by the API or the cloud */
    const char *coreid; /* the device's id, "api", "particle-internal" */
    struct owner owner; /* of the device, or the publisher, at this moment */
    struct product *product; /* of the device, or the one that it was published to; NULL: none */
    int64_t at_ms;
    uint64_t n; /* its journal entry */
};

enum event_scope {
    EVENTS_MINE,    /* /v1/devices/events: of devices that `owner` owns, and what `owner` published */
    EVENTS_DEVICE,  /* of one device */
    EVENTS_PRODUCT, /* of the devices of `product`, and what was published to it */
    EVENTS_PUBLIC   /* /v1/events/PREFIX: public ones of everybody, and `owner`'s own private ones */
};

struct event_filter {
    enum event_scope scope;
    struct owner owner;
    struct product *product;
    char device_id[IDS_OBJECT + 1];
    char *prefix; /* NULL: all; case as given */
};

struct event_subscription;

/* Subscribes; `filter` is copied (its prefix too). `deliver` borrows the event for the call. */
struct event_subscription *event_subscribe(struct cloud *cloud, const struct event_filter *filter,
                                           void (*deliver)(void *arg, const struct event *event),
                                           void *arg);
/* Allowed at any time, also within a delivery. */
void event_unsubscribe(struct cloud *cloud, struct event_subscription *subscription);

/* Whether the event passes. */
bool event_passes(const struct event_filter *filter, const struct event *event);

/* Publishes: journals, delivers. `event->n`, `at_ms` are filled in here. */
void event_publish(struct cloud *cloud, struct event *event);

/* Shorthands. Of a device (private, its owner and product): */
void event_of_device(struct cloud *cloud, struct cloud_device *device, const char *name, const char *data);

#endif
