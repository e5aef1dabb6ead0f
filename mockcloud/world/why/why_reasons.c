/* See why_questions.h. Owns the answers to all questions but the owner's, a row each, and what the
 * files of these questions share. */
#include "world/why/why_talk.h"

#include "base/mem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

const struct why_reason why_reasons[] = {
    {WHY_OF_REQUEST, NULL, "The request was answered as asked."},
    {WHY_OF_REQUEST, "refused", "The request was refused by a rule."},
    {WHY_OF_REQUEST, "refused-without-a-rule", "The request was refused, by no rule of the cloud."},
    {WHY_OF_REQUEST, "not-answered-yet", "The request has no reply yet."},
    {WHY_OF_REQUEST, "no-such-request",
     "The journal has no request of that number: there was none, or it has fallen out."},

    {WHY_OF_OFFLINE, NULL, "The cloud believes the device online."},
    {WHY_OF_OFFLINE, "no-power", "The device has no power, or was switched off."},
    {WHY_OF_OFFLINE, "sim-not-active", "The device's SIM is not active."},
    {WHY_OF_OFFLINE, "listening", "The device is in listening mode, which is offline."},
    {WHY_OF_OFFLINE, "no-network", "The device finds no network."},
    {WHY_OF_OFFLINE, "in-its-bootloader", "The device waits in its bootloader."},
    {WHY_OF_OFFLINE, "not-told-to-connect", "The device runs, and was not told to connect."},
    {WHY_OF_OFFLINE, "on-its-way", "The device is on its way to the cloud."},
    {WHY_OF_OFFLINE, "gone-unnoticed",
     "The device is gone, and the cloud has not noticed: it still believes it online."},

    {WHY_OF_LISTED, NULL, "The device stands in a list of the owner's."},
    {WHY_OF_LISTED, "not-owned", "A list of devices holds those that its caller owns."},

    {WHY_OF_EVENT, NULL, "The event was delivered to the stream."},
    {WHY_OF_EVENT, "no-such-stream", "The client has opened no stream of events."},
    {WHY_OF_EVENT, "never-published", "No event of that name was published."},
    {WHY_OF_EVENT, "published-in-other-letters",
     "An event of that name was published in other letters: names are compared as they are."},
    {WHY_OF_EVENT, "not-open-then", "The stream was not open when the event was published."},
    {WHY_OF_EVENT, "reader-too-slow", "The reader took too little, and the stream was ended."},
    {WHY_OF_EVENT, "another-prefix", "The event's name does not begin with the stream's prefix."},
    {WHY_OF_EVENT, "another-device", "The stream is of another device."},
    {WHY_OF_EVENT, "another-product", "The stream is of another product."},
    {WHY_OF_EVENT, "of-nobody",
     "The device has no owner and is in no product, so nobody sees its events."},
    {WHY_OF_EVENT, "private", "The event is private, and its owner is not the stream's."},
    {WHY_OF_EVENT, "of-another-owner",
     "The stream is of its owner's devices, and this is not one."},

    {WHY_OF_WEBHOOK, NULL, "The webhook was sent and answered."},
    {WHY_OF_WEBHOOK, "no-webhook", "There is no webhook."},
    {WHY_OF_WEBHOOK, "never-published", "No event of that name was published."},
    {WHY_OF_WEBHOOK, "published-in-other-letters",
     "An event of that name was published in other letters: names are compared as they are."},
    {WHY_OF_WEBHOOK, "no-match", "No webhook's event is the beginning of that name."},
    {WHY_OF_WEBHOOK, "other-letters", "A webhook's event differs from that name in its letters."},
    {WHY_OF_WEBHOOK, "another-device", "The webhook is for the events of one other device."},
    {WHY_OF_WEBHOOK, "another-owner", "The webhook is somebody else's than the event."},
    {WHY_OF_WEBHOOK, "another-product", "The webhook is of another product than the device."},
    {WHY_OF_WEBHOOK, "disabled", "The webhook is disabled."},
    {WHY_OF_WEBHOOK, "on-its-way", "The webhook is on its way."},
    {WHY_OF_WEBHOOK, "skipped", "The receiver has failed too often: it is left alone for a while."},
    {WHY_OF_WEBHOOK, "dropped", "The delivery was given up before it was sent."},
    {WHY_OF_WEBHOOK, "receiver-failed", "The receiver did not answer, or answered with an error."},

    {WHY_OF_CUSTOMER, NULL, "The customer is there, and has a token that is good."},
    {WHY_OF_CUSTOMER, "no-such-customer", "No product has a customer of that name."},
    {WHY_OF_CUSTOMER, "a-user", "It is the name of a user, not of a customer."},
    {WHY_OF_CUSTOMER, "of-several-products",
     "Several products have a customer of that name, and each is somebody else."},
    {WHY_OF_CUSTOMER, "token-dead", "The customer's tokens have expired."},
    {WHY_OF_CUSTOMER, "no-token", "The customer is there, and has no token."},
};

const size_t why_reason_count = sizeof why_reasons / sizeof *why_reasons;

const char *why_topic_word(enum why_topic topic)
{
    static const char *const words[WHY_TOPICS] = {
        [WHY_OF_REQUEST] = "request",    [WHY_OF_OFFLINE] = "offline",
        [WHY_OF_LISTED] = "not-listed",  [WHY_OF_EVENT] = "no-event",
        [WHY_OF_WEBHOOK] = "no-webhook", [WHY_OF_CUSTOMER] = "customer",
    };
    return words[topic];
}

static bool reason_is(const struct why_reason *row, enum why_topic topic, const char *name)
{
    return row->topic == topic &&
           (name ? row->name && strcmp(row->name, name) == 0 : row->name == NULL);
}

void talk_settle(struct why_case *why, enum why_topic topic, const char *name, const char *advice,
                 ...)
{
    struct buf text;
    va_list args;
    size_t i = 0;
    while (i < why_reason_count && !reason_is(&why_reasons[i], topic, name))
        i++;
    assert(i < why_reason_count);
    why->answer->cause = why_reasons[i].name;
    why->answer->text = why_reasons[i].text;
    why_sort_evidence(why->answer);
    if (!advice)
        return;
    buf_init(&text, 4000);
    va_start(args, advice);
    buf_vprintf(&text, advice, args);
    va_end(args);
    free(why->answer->advice);
    why->answer->advice = buf_take(&text);
}

/* ---- reading the journal ---- */

bool talk_entry(const struct world *world, uint64_t n, struct talk_entry *ret_entry)
{
    const struct journal_entry *entry = journal_get(world->sim.journal, n);
    if (!entry)
        return false;
    *ret_entry = (struct talk_entry){.entry = entry,
                                     .fact = {entry->n, entry->at_ms},
                                     .data = cJSON_ParseWithLength(entry->data, entry->data_len)};
    return true;
}

void talk_entry_done(struct talk_entry *entry)
{
    cJSON_Delete(entry->data);
    *entry = (struct talk_entry){0};
}

const char *talk_str(const struct talk_entry *entry, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry->data, key));
}

int64_t talk_int(const struct talk_entry *entry, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(entry->data, key);
    return cJSON_IsNumber(item) ? (int64_t)item->valuedouble : 0;
}

bool talk_last(const struct world *world, const char *kind, uint64_t before, talk_fits *fits,
               const void *arg, struct talk_entry *ret_entry)
{
    const struct journal *journal = world->sim.journal;
    uint64_t n = before && before < journal_next(journal) ? before : journal_next(journal);
    while (n-- > journal_first(journal)) {
        const struct journal_entry *entry = journal_get(journal, n);
        if (!entry || strcmp(entry->kind, kind) != 0 || !talk_entry(world, n, ret_entry))
            continue;
        if (fits(ret_entry, arg))
            return true;
        talk_entry_done(ret_entry);
    }
    return false;
}

void why_write_reason(const struct why_answer *answer, enum why_topic topic, const char *subject,
                      struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "question", why_topic_word(topic));
    jsonw_key_str(w, "subject", subject);
    jsonw_key_str(w, "cause", answer->cause);
    why_write_rest(answer, w);
    jsonw_end_object(w);
}
