/* See outbox.h. The door of the carrier: finds the delivery and hands the news on. */
#include "cloud/webhook/outbox.h"

#include "cloud/cloud.h"
#include "cloud/webhook/delivery_rules.h"
#include "cloud/webhook/webhook_inside.h"

const struct delivery_request *outbox_next(struct cloud *cloud)
{
    for (struct delivery *d = cloud->webhooks->first; d; d = d->next)
        if (d->state == DELIVERY_QUEUED)
            return &d->request;
    return NULL;
}

void outbox_sent(struct cloud *cloud, uint64_t id, void (*cancelled)(void *arg), void *arg)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    delivery->cancelled = cancelled;
    delivery->cancelled_arg = arg;
    delivery_sent(delivery);
}

void outbox_refused(struct cloud *cloud, uint64_t id, bool elsewhere, const char *why)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    delivery->cancelled = NULL;
    if (elsewhere)
        sim_lean(cloud->sim, &delivery_rules[DELIVERY_RULE_LOOPBACK]);
    delivery_failed(delivery, why, false);
}

void outbox_answered(struct cloud *cloud, uint64_t id, const struct delivery_answer *answer)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (delivery)
        delivery_answered(delivery, answer);
}

void outbox_failed(struct cloud *cloud, uint64_t id, const char *why)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    delivery->cancelled = NULL;
    delivery_failed(delivery, why, true);
}

void outbox_silent(struct cloud *cloud, uint64_t id)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    delivery->silent = true;
    delivery_tell_over(delivery);
}

void outbox_forget(struct cloud *cloud, uint64_t id)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    delivery->cancelled = NULL;
    delivery_drop(delivery);
}

bool outbox_holds(const struct cloud *cloud)
{
    for (const struct delivery *d = cloud->webhooks->first; d; d = d->next)
        if (d->state != DELIVERY_SKIPPED && !d->silent)
            return true;
    return false;
}

void outbox_tell_over(struct cloud *cloud, bool *ret_over)
{
    cloud->webhooks->over = ret_over;
}

uint64_t outbox_made(const struct cloud *cloud)
{
    return cloud->webhooks->made;
}
