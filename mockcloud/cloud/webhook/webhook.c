/* See webhook.h. Owns what is kept of integrations: the store, their logs and their counters. */
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/webhook/webhook_inside.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static void logs_free(struct webhook_logs *logs)
{
    for (size_t i = 0; i < WEBHOOK_LOGS; i++) {
        free(logs->items[i].event);
        free(logs->items[i].request);
        free(logs->items[i].response);
    }
}

static void webhook_free(void *value)
{
    struct webhook *hook = value;
    logs_free(&hook->logs);
    logs_free(&hook->errors);
    free(hook->type);
    free(hook->event);
    free(hook->device);
    free(hook->settings);
    free(hook->org);
    free(hook);
}

void webhooks_detach(struct cloud *cloud)
{
    struct webhooks *hooks = cloud->webhooks;
    if (!hooks)
        return;
    while (hooks->first)
        delivery_drop(hooks->first);
    map_free(&hooks->hosts, free);
    map_free(&hooks->by_id, webhook_free);
    free(hooks);
    cloud->webhooks = NULL;
    cloud->owner_leaving = NULL;
}

/* ---- the store ---- */

bool webhook_sends(const struct webhook *hook)
{
    return strcmp(hook->type, WEBHOOK_TYPE) == 0;
}

static void unsubscribe(struct webhook *hook)
{
    event_unsubscribe(hook->cloud, hook->subscription);
    hook->subscription = NULL;
}

/* Subscribes anew: the prefix of a subscription can't be changed. */
static void subscribe(struct webhook *hook)
{
    struct event_filter filter = {
        .scope = hook->org       ? EVENTS_ORG
                 : hook->product ? EVENTS_PRODUCT
                                 : EVENTS_MINE,
        .owner = hook->owner,
        .product = hook->product,
        .org = hook->org,
        .prefix = hook->event,
    };
    unsubscribe(hook);
    if (webhook_sends(hook))
        hook->subscription = event_subscribe(hook->cloud, &filter, webhook_triggered, hook);
    if (hook->subscription)
        event_label(hook->subscription, "webhook", hook->id);
}

void webhook_change(struct webhook *hook, const struct webhook_spec *spec)
{
    char *event = mem_dup(spec->event);
    char *device = mem_dup(spec->device);
    char *settings = mem_dup(spec->settings);
    free(hook->event);
    free(hook->device);
    free(hook->settings);
    hook->event = event;
    hook->device = device;
    hook->settings = settings;
    hook->disabled = webhook_flag(hook, "disabled");
    subscribe(hook);
}

char *webhook_default_name_dup(const struct webhook *hook, const char *url)
{
    if (sim_api_year(hook->cloud->sim) < 2020) /* a reply recorded in 2018 has none */
        return NULL;
    char *host = delivery_host_dup(url);
    char *name = *host ? mem_printf_dup("%s for %s", hook->event, host) : NULL;
    free(host);
    return name;
}

static void note_change(const struct webhook *hook, const char *kind)
{
    struct jsonw *w = sim_note(hook->cloud->sim);
    jsonw_key_str(w, "webhook", hook->id);
    jsonw_key_str(w, "type", hook->type);
    jsonw_key_str(w, "event", hook->event);
    sim_noted(hook->cloud->sim, "cloud", kind);
}

struct webhook *webhook_add(struct cloud *cloud, const struct webhook_spec *spec)
{
    struct webhooks *hooks = cloud->webhooks;
    if (limits_reached(cloud, LIMIT_WEBHOOKS, map_count(&hooks->by_id)))
        return NULL;
    struct webhook *hook = mem_new(sizeof *hook);
    hook->cloud = cloud;
    ids_next(&cloud->sim->ids, "webhook", hook->id, IDS_OBJECT);
    hook->type = mem_dup(spec->type ? spec->type : WEBHOOK_TYPE);
    hook->owner = spec->owner;
    hook->product = spec->product;
    hook->org = mem_dup(spec->org);
    hook->created_ms = vclock_now(cloud->sim->clock);
    map_put(&hooks->by_id, hook->id, hook);
    webhook_change(hook, spec);
    note_change(hook, "webhook.created");
    return hook;
}

void webhook_remove(struct webhook *hook)
{
    struct webhooks *hooks = hook->cloud->webhooks;
    for (struct delivery *d = hooks->first, *next; d; d = next) {
        next = d->next;
        if (d->hook == hook)
            delivery_drop(d);
    }
    note_change(hook, "webhook.deleted");
    unsubscribe(hook);
    map_take(&hooks->by_id, hook->id);
    webhook_free(hook);
}

struct webhook *webhook_find(const struct cloud *cloud, const char *id)
{
    return map_get(&cloud->webhooks->by_id, id);
}

struct webhook *webhook_next(const struct cloud *cloud, size_t *cursor)
{
    void *value;
    return map_next(&cloud->webhooks->by_id, cursor, NULL, &value) ? value : NULL;
}

/* The owner is about to be deleted: its integrations go, and what is on its way on its behalf. */
static void webhook_forget_owner(struct cloud *cloud, const struct owner *owner)
{
    struct webhook *hook;
    size_t cursor = 0;
    while ((hook = webhook_next(cloud, &cursor)))
        if (owner_same(&hook->owner, owner))
            webhook_remove(hook);
    for (struct delivery *d = cloud->webhooks->first, *next; d; d = next) {
        next = d->next;
        if (owner_same(&d->owner, owner))
            delivery_drop(d);
    }
}

void webhooks_attach(struct cloud *cloud)
{
    cloud->webhooks = mem_new(sizeof(struct webhooks));
    cloud->owner_leaving = webhook_forget_owner;
}

/* ---- logs and counters ---- */

static void log_add(struct webhook_logs *logs, int64_t at_ms, const char *event,
                    const char *request, const char *response)
{
    struct webhook_log *log = &logs->items[logs->count++ % WEBHOOK_LOGS];
    free(log->event);
    free(log->request);
    free(log->response);
    *log = (struct webhook_log){at_ms, mem_dup(event), mem_dup(request), mem_dup(response)};
}

void webhook_note(struct webhook *hook, enum webhook_result result, const char *event,
                  const char *request, const char *response)
{
    int64_t now_ms = vclock_now(hook->cloud->sim->clock);
    struct webhook_day *day = &hook->days[now_ms / DAY_MS % WEBHOOK_DAYS];
    if (day->day != now_ms / DAY_MS)
        *day = (struct webhook_day){.day = now_ms / DAY_MS};
    day->counts[result]++;
    log_add(result == WEBHOOK_SUCCESS ? &hook->logs : &hook->errors, now_ms, event, request,
            response);
}
