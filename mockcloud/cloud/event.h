/*
 * Events: the one place where everything that is published passes, and who may see it.
 *
 * Published by devices, by the API and by the cloud itself (spark/status …). Each is journalled,
 * then handed to every subscriber whose filter it passes, in the order of subscription: streams
 * (api/), webhooks. Who sees an event is decided when it happens: by the owner and the product that
 * its device has at that moment. What is published while an event is being delivered waits until
 * that one has reached everybody, so that all see one order, that of the journal.
 *
 * Finding the subscribers of an event costs nothing for those that it can't be for: they are filed
 * by owner, device, product, and "public".
 *
 * Sources: Particle's API reference (prefix filter, public and private, `coreid`, `published_at`,
 * system events); Device OS (a name has at most 64 characters, data 1024 bytes).
 */
#ifndef CLOUD_EVENT_H
#define CLOUD_EVENT_H

#define EVENT_NAME_MAX 64   /* bytes */
#define EVENT_DATA_MAX 1024 /* bytes, of what devices and the API publish */
#define EVENT_TTL_S    60
#define EVENT_TTL_MAX  16777215 /* 24 bits */

#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/record.h"

struct event {
    const char *name;
    const char *data; /* NULL: none, null in JSON */
    int ttl_s;        /* 0: EVENT_TTL_S */
    bool is_private;
    bool is_hook; /* hook-sent/…, hook-response/…, hook-error/…: never triggers a hook */
    const struct cloud_device *device; /* whose it is; NULL: published by the API or the cloud */
    const char *coreid;      /* the device's id, "api", "particle-internal"; NULL: by `device` */
    struct owner owner;      /* of the device, or the publisher, at this moment */
    struct product *product; /* of the device, or the one that it was published to; NULL: none */
    int64_t version; /* of the product's firmware that the device runs at this moment; 0: none */
    const char *org; /* slug of the organization that it was published to; NULL: none */
    int64_t at_ms;
    uint64_t n; /* its journal entry */
};

/* event.published names the event's owner and product as they are at that moment, and who receives
 * it: the first EVENT_RECEIVERS by name, the first EVENT_COUNTED by number. */
enum event_scope {
    EVENTS_MINE,    /* /v1/devices/events: of devices that `owner` owns, and what it published */
    EVENTS_DEVICE,  /* of one device: all while `owner` owns it, else the public ones */
    EVENTS_PRODUCT, /* of the devices of `product`, and what was published to it */
    EVENTS_ORG,     /* of the products of `org` that `owner`, a user, is on the team of, or (without
                       an owner) of all of them; and what was published to the organization */
    EVENTS_PUBLIC   /* /v1/events/PREFIX: public ones of everybody, and `owner`'s private ones */
};

/* An event of a device of nobody in no product is seen by nobody (Particle's device claiming
 * guide). */
struct event_filter {
    enum event_scope scope;
    struct owner owner;
    struct product *product;
    const char *org;                /* a slug; borrowed from whoever subscribes */
    char device_id[IDS_OBJECT + 1]; /* ""; else of that device alone, whatever the scope */
    const char *prefix;             /* NULL: all. Compared byte by byte, case as given */
};

struct event_subscription;
struct token;

/* Subscribes; `filter` is copied, its prefix too. `deliver` borrows the event for the call; it may
 * publish, subscribe and unsubscribe. Gone with event_unsubscribe() or with the cloud. */
struct event_subscription *event_subscribe(struct cloud *cloud, const struct event_filter *filter,
                                           void (*deliver)(void *arg, const struct event *event),
                                           void *arg);

/* Allowed at any time, also within a delivery: nothing is delivered to it afterwards. NULL is
 * passed over. */
void event_unsubscribe(struct cloud *cloud, struct event_subscription *subscription);

#define EVENT_LABEL     40 /* bytes of a subscriber's name in the journal */
#define EVENT_RECEIVERS 8  /* that an entry names; the others are counted … */
#define EVENT_COUNTED                                                                              \
    64 /* … up to here: with thousands of streams, counting would cost as much as                \
          delivering */

/* What the journal calls the subscriber among those that an event is delivered to: "stream:34". */
void event_label(struct event_subscription *subscription, const char *kind, const char *name);

/* What to call when the cloud itself ends the subscription; `why` (static) in words: "token
 * revoked". The subscription is gone by then. Without it the end is silent. */
void event_when_ended(struct event_subscription *subscription,
                      void (*ended)(void *arg, const char *why));

/*
 * Rights (event_right.c): the subscription is by the right of that token, and ends with it, unless
 * the world's switch stream_rights says that rights are looked at only when a stream opens. That is
 * when the token is revoked or expires, its client is deleted, or its user leaves the team that the
 * right comes from.
 */
void event_by_token(struct event_subscription *subscription, struct token *token);

/* The token's right ends, before it does. */
void event_end_token(struct token *token, const char *why);

/* The right of all tokens of an owner ends. */
void event_end_owner(const struct owner *owner, const char *why);

/* The user has just left the product's team. */
void event_end_member(struct cloud *cloud, const struct product *product, const struct user *user);

/* The owner is about to be deleted: its subscriptions end, whatever the switch says. */
void event_forget_owner(struct cloud *cloud, const struct owner *owner);

/* How many subscriptions there are. */
size_t event_subscriptions(const struct cloud *cloud);

/* Whether the event passes. */
bool event_passes(const struct event_filter *filter, const struct event *event);

/* Publishes: journals, delivers. `event->n`, `at_ms` and what was left 0 or NULL are filled in
 * here. */
void event_publish(struct cloud *cloud, struct event *event);

/* Shorthand for one of a device: with its owner and product as they are, private, of the system. */
void event_of_device(struct cloud *cloud, const struct cloud_device *device, const char *name,
                     const char *data);

/* Why a name or data can't be published, in words; NULL: they can. (Lengths; control characters in
 * a name would break the lines of a stream.) */
const char *event_fault(const char *name, const char *data);

/* ---- of cloud/ alone ---- */

/* Ends it and tells why. */
void event_end(struct event_subscription *subscription, const char *why);

/* It is by nobody's right any more. */
void event_drop_token(struct event_subscription *subscription);

struct event_hub *event_hub_new(void);
void event_hub_free(struct event_hub *hub);

#endif
