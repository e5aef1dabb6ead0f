/*
 * Webhooks and other integrations: what is kept of them, which events trigger them, what they send
 * and what comes of the answer.
 *
 * A webhook subscribes to events (event.h): a user's to those of the user's devices, a product's to
 * those of the product's devices, an organization's to those of all its products. An event that it
 * matches is rendered at once into a delivery, which goes out through the outbox (outbox.h); what
 * comes back is published as events. Other types of integrations are kept as data and send nothing.
 *
 *     hook-sent/EVENT                 data "undefined": it is on its way
 *     hook-response/EVENT/N           the response, in parts of 512 bytes
 *     DEVICE/hook-response/EVENT/N    the same, of a product's webhook
 *     hook-error/EVENT/0              "error status 404 from example.com", and other failures
 *
 * A host that answers with more errors than successes is left alone for a while: events are
 * skipped, tried again 30 s and 60 s after they were published, then dropped.
 *
 * Settings are kept as the JSON that was given: {"url", "requestType", "json", …}. Their names are
 * those of Particle's webhook reference, which is the source of all this; the names of properties
 * that only the SDK or the command line use are taken, too (`auth: {user, pass}`, `{bearer}`).
 */
#ifndef CLOUD_WEBHOOK_WEBHOOK_H
#define CLOUD_WEBHOOK_WEBHOOK_H

#include "cloud/event.h"
#include "cloud/owner.h"

#define WEBHOOK_MEMBERS    1000         /* in the settings of one */
#define WEBHOOK_SETTINGS   (100u << 10) /* bytes of those */
#define WEBHOOK_TIMEOUT_MS INT64_C(20000)
#define WEBHOOK_CHUNK      512 /* bytes of a response in one event */
#define WEBHOOK_LOGS       10  /* that are kept, of successes and of errors */
#define WEBHOOK_DAYS       30  /* for which deliveries are counted */
#define WEBHOOK_TYPE       "Webhook"

enum webhook_result { WEBHOOK_SUCCESS, WEBHOOK_ERROR, WEBHOOK_SKIPPED };

struct webhook_log {
    int64_t at_ms;
    char *event; /* the name of what triggered it */
    char *request;
    char *response;
};

/* A ring: the newest at (count - 1) % WEBHOOK_LOGS. */
struct webhook_logs {
    struct webhook_log items[WEBHOOK_LOGS];
    size_t count; /* so far */
};

struct webhook_day {
    int64_t day;       /* since 1970 */
    int64_t counts[3]; /* by enum webhook_result */
};

struct webhook {
    struct cloud *cloud;
    char id[IDS_OBJECT + 1];
    char *type;     /* "Webhook", or of an integration that is only kept */
    char *event;    /* the prefix of the names that trigger it */
    char *device;   /* the id of the one device whose events trigger it; NULL: any */
    char *settings; /* a JSON object, without what stands above */
    bool disabled;
    struct owner owner;      /* whose it is; OWNER_NONE: a product's or an organization's */
    struct product *product; /* NULL: not a product's */
    char *org;               /* slug of its organization; NULL: none */
    int64_t created_ms;
    struct event_subscription *subscription; /* NULL: nothing triggers it */
    struct webhook_logs logs, errors;
    struct webhook_day days[WEBHOOK_DAYS]; /* at day % WEBHOOK_DAYS */
};

/* What makes one. Strings are copied. */
struct webhook_spec {
    const char *type;     /* NULL: WEBHOOK_TYPE */
    const char *event;    /* at least one character */
    const char *device;   /* NULL: any */
    const char *settings; /* a valid JSON object; NULL: none that could be kept */
    /* Whose it is: one of these. */
    struct owner owner;
    struct product *product;
    const char *org; /* the slug of an organization that there is */
};

/* What no integration can be made of, in words (static); NULL: one can. */
const char *webhook_fault(const struct webhook_spec *spec);

/* From what has no fault. NULL: the world has no room for another. */
struct webhook *webhook_add(struct cloud *cloud, const struct webhook_spec *spec);

/* Changes all but the type and whose it is. */
void webhook_change(struct webhook *hook, const struct webhook_spec *spec);

/* It goes, with the deliveries that are on their way. */
void webhook_remove(struct webhook *hook);

struct webhook *webhook_find(const struct cloud *cloud, const char *id);

/* All of them in the order of their making; start with *cursor = 0; NULL at the end. */
struct webhook *webhook_next(const struct cloud *cloud, size_t *cursor);

bool webhook_sends(const struct webhook *hook);

/* The name that is shown of one that was given none: "temp for example.com". NULL: its URL names no
 * host, or the world is of a year in which there was no such name. Yours: free(). Source:
 * Particle's API reference. */
char *webhook_default_name_dup(const struct webhook *hook, const char *url);

/* Sends an event that nobody has published, as of the device `coreid`. */
void webhook_test(struct webhook *hook, const char *name, const char *data, const char *coreid);

/* Gives a cloud its integrations: from now on cloud->webhooks is set, and an owner who leaves takes
 * his or hers along. */
void webhooks_attach(struct cloud *cloud);

/* Drops all, those on their way too; before cloud_free(). Nothing was attached: does nothing. */
void webhooks_detach(struct cloud *cloud);

#endif
