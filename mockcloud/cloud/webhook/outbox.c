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

/* ---- what comes back is recorded ---- */

static bool begin(struct cloud *cloud, enum tape_kind kind, uint64_t id)
{
    if (!machine_begin(cloud->sim->machine, kind))
        return false;
    tape_number(cloud->sim->machine->recorder, (int64_t)id);
    return true;
}

/* The world's name comes last in a record, since all numbers stand before all texts. */
static void world(struct cloud *cloud)
{
    tape_str(cloud->sim->machine->recorder, cloud->sim->world);
}

static void end(struct cloud *cloud)
{
    machine_end(cloud->sim->machine);
}

void outbox_sent(struct cloud *cloud, uint64_t id, void (*cancelled)(void *arg), void *arg)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    if (begin(cloud, TAPE_HOOK_SENT, id))
        world(cloud);
    delivery->cancelled = cancelled;
    delivery->cancelled_arg = arg;
    delivery_sent(delivery);
    end(cloud);
}

void outbox_refused(struct cloud *cloud, uint64_t id, bool elsewhere, const char *why)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    if (begin(cloud, TAPE_HOOK_REFUSED, id)) {
        tape_number(cloud->sim->machine->recorder, elsewhere);
        world(cloud);
        tape_str(cloud->sim->machine->recorder, why);
    }
    delivery->cancelled = NULL;
    if (elsewhere)
        sim_lean(cloud->sim, &delivery_rules[DELIVERY_RULE_LOOPBACK]);
    delivery_failed(delivery, why, false);
    end(cloud);
}

void outbox_answered(struct cloud *cloud, uint64_t id, const struct delivery_answer *answer)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    if (begin(cloud, TAPE_HOOK_ANSWERED, id)) {
        tape_number(cloud->sim->machine->recorder, answer->status);
        world(cloud);
        tape_str(cloud->sim->machine->recorder, answer->content_type);
        tape_text(cloud->sim->machine->recorder, answer->body, answer->body_len);
    }
    delivery_answered(delivery, answer);
    end(cloud);
}

void outbox_failed(struct cloud *cloud, uint64_t id, const char *why)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    if (begin(cloud, TAPE_HOOK_FAILED, id)) {
        world(cloud);
        tape_str(cloud->sim->machine->recorder, why);
    }
    delivery->cancelled = NULL;
    delivery_failed(delivery, why, true);
    end(cloud);
}

void outbox_silent(struct cloud *cloud, uint64_t id)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    if (begin(cloud, TAPE_HOOK_SILENT, id))
        world(cloud);
    delivery->silent = true;
    delivery_tell_over(delivery);
    end(cloud);
}

void outbox_forget(struct cloud *cloud, uint64_t id)
{
    struct delivery *delivery = delivery_find(cloud, id);
    if (!delivery)
        return;
    if (begin(cloud, TAPE_HOOK_FORGOTTEN, id))
        world(cloud);
    delivery->cancelled = NULL;
    delivery_drop(delivery);
    end(cloud);
}

uint64_t outbox_under_way(const struct cloud *cloud)
{
    for (const struct delivery *d = cloud->webhooks->first; d; d = d->next)
        if (d->state == DELIVERY_SENT)
            return d->request.id;
    return 0;
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
