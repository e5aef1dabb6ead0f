/* See why_questions.h. Owns why an event triggered no webhook, and what came of one that it did. */
#include "world/why/why_talk.h"

#include "cloud/webhook/webhook.h"

#include <string.h>
#include <strings.h>

/* Of several webhooks that were not triggered, the one that came nearest is told. How near one
 * came: */
enum nearness {
    NOT_AT_ALL,
    IN_OTHER_LETTERS,
    OF_ANOTHER_OWNER,
    OF_ANOTHER_PRODUCT,
    OF_ANOTHER_DEVICE,
    WAS_DISABLED,
    IS_TRIGGERED
};

static const struct {
    const char *reason, *advice;
} nearnesses[] = {
    [NOT_AT_ALL] = {"no-match", "Make a webhook whose event is the name, or the beginning of it."},
    [IN_OTHER_LETTERS] = {"other-letters", "Write the webhook's event as the device publishes it."},
    [OF_ANOTHER_OWNER] = {"another-owner", "Make the webhook for the device's owner or its "
                                           "product."},
    [OF_ANOTHER_PRODUCT] = {"another-product", "Make the webhook for the device's product."},
    [OF_ANOTHER_DEVICE] = {"another-device", "Take the device out of the webhook, or name this "
                                             "one."},
    [WAS_DISABLED] = {"disabled", "Enable the webhook."},
};

static bool same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static enum nearness hook_nearness(const struct webhook *hook, const struct talk_entry *event)
{
    const char *name = talk_str(event, "name"), *owner = owner_name(&hook->owner);
    size_t len = strlen(hook->event);
    if (strncasecmp(name, hook->event, len) != 0)
        return NOT_AT_ALL;
    if (strncmp(name, hook->event, len) != 0)
        return IN_OTHER_LETTERS;
    if (owner && !same_text(owner, talk_str(event, "owner")))
        return OF_ANOTHER_OWNER;
    if (hook->product && hook->product->id != talk_int(event, "product"))
        return OF_ANOTHER_PRODUCT;
    if (hook->device && !same_text(hook->device, talk_str(event, "coreid")))
        return OF_ANOTHER_DEVICE;
    return hook->disabled ? WAS_DISABLED : IS_TRIGGERED;
}

static const struct webhook *hook_nearest(const struct why_case *why,
                                          const struct talk_entry *event, enum nearness *ret_how)
{
    const struct webhook *hook, *nearest = NULL;
    size_t cursor = 0;
    *ret_how = NOT_AT_ALL;
    while ((hook = webhook_next(why->world->cloud, &cursor))) {
        enum nearness how = hook_nearness(hook, event);
        if (nearest && how <= *ret_how)
            continue;
        nearest = hook;
        *ret_how = how;
    }
    return nearest;
}

/* ---- what came of it ---- */

static const struct {
    const char *kind, *reason, *advice;
} ends[] = {
    {"webhook.answered", NULL, NULL},
    {"webhook.failed", "receiver-failed",
     "Let the receiver answer within 20 s, with a status of "
     "2xx."},
    {"webhook.dropped", "dropped", "See the reason in the entry."},
    {"webhook.skipped", "skipped",
     "Mend the receiver: after too many errors it is left alone, and "
     "tried again later."},
    {"webhook.passed-over", "another-device",
     "Take the device out of the webhook, or name this "
     "one."},
};

/* Whether the entry follows from the event, however many entries lie between. */
static bool follows(const struct world *world, const struct journal_entry *entry, uint64_t event)
{
    for (int i = 0; i < 8 && entry && entry->cause; i++) {
        if (entry->cause == event)
            return true;
        entry = journal_get(world->sim.journal, entry->cause);
    }
    return false;
}

static bool is_of_event(const struct talk_entry *entry, const void *arg)
{
    const struct why_case *why = ((const void *const *)arg)[0];
    const struct talk_entry *event = ((const void *const *)arg)[1];
    return follows(why->world, entry->entry, event->fact.n);
}

static void hook_add_end(struct why_case *why, const struct talk_entry *end)
{
    const char *reason = talk_str(end, "reason"), *host = talk_str(end, "host");
    int64_t status = talk_int(end, "status");
    if (status)
        why_add(why, end->fact, "%s: %s answered %lld", end->entry->kind, host ? host : "the host",
                (long long)status);
    else
        why_add(why, end->fact, "%s: %s", end->entry->kind,
                reason ? reason
                : host ? host
                       : "without a word");
}

static void hook_answer_triggered(struct why_case *why, const struct talk_entry *event)
{
    const void *arg[] = {why, event};
    struct talk_entry end;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        if (!talk_last(why->world, ends[i].kind, 0, is_of_event, arg, &end))
            continue;
        int64_t status = talk_int(&end, "status");
        bool failed = !ends[i].reason && (status < 200 || status > 299);
        size_t row = failed ? 1 : i;
        hook_add_end(why, &end);
        talk_settle(why, WHY_OF_WEBHOOK, ends[row].reason, ends[row].advice ? "%s" : NULL,
                    ends[row].advice);
        talk_entry_done(&end);
        return;
    }
    talk_settle(why, WHY_OF_WEBHOOK, "on-its-way",
                "Wait for the receiver's answer (20 s at most), "
                "or let time pass.");
}

static void hook_answer(struct why_case *why, const struct talk_entry *event)
{
    enum nearness how;
    const char *owner = talk_str(event, "owner");
    const struct webhook *hook = hook_nearest(why, event, &how);
    why_add(why, event->fact, "%s was published, %s%s", talk_str(event, "name"),
            owner ? "owner " : "of no owner", owner ? owner : "");
    if (!hook) {
        talk_settle(why, WHY_OF_WEBHOOK, "no-webhook", "Make one: POST /v1/integrations.");
        return;
    }
    why_add(why, WHY_NOW, "webhook %s is for events that begin with %s, of %s%s%s", hook->id,
            hook->event,
            hook->product ? "product "
            : hook->org   ? "organization "
                          : "user ",
            hook->product ? hook->product->slug
            : hook->org   ? hook->org
                          : owner_name(&hook->owner),
            hook->device ? ", and of one device" : "");
    if (how == IS_TRIGGERED)
        hook_answer_triggered(why, event);
    else
        talk_settle(why, WHY_OF_WEBHOOK, nearnesses[how].reason, "%s", nearnesses[how].advice);
}

struct why_answer why_no_webhook(const struct world *world, const char *name)
{
    struct why_answer answer = {.owned = false};
    struct why_case why = {.world = world, .answer = &answer};
    struct talk_entry event;
    if (talk_published(&why, name, WHY_OF_WEBHOOK, &event)) {
        hook_answer(&why, &event);
        talk_entry_done(&event);
    }
    return answer;
}
