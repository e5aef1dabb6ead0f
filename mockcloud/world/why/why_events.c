/* See why_questions.h. Owns why an event did not reach a stream. Both are read in the journal: what
 * the stream asked for when it was opened, whose the event was when it was published. */
#include "world/why/why_talk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- finding the two ---- */

static bool stream_is(const struct talk_entry *entry, const void *arg)
{
    const char *who = arg, *actor = entry->entry->actor;
    const char *name = strncmp(actor, "client:", 7) == 0 ? actor + 7 : actor;
    return strtoull(who, NULL, 10) == entry->fact.n || strcmp(name, who) == 0 ||
           strcmp(actor, who) == 0;
}

static bool event_is(const struct talk_entry *entry, const void *arg)
{
    const char *name = talk_str(entry, "name");
    return name && strcmp(name, arg) == 0;
}

static bool event_is_nearly(const struct talk_entry *entry, const void *arg)
{
    const char *name = talk_str(entry, "name");
    return name && strcasecmp(name, arg) == 0;
}

bool talk_published(struct why_case *why, const char *name, enum why_topic topic,
                    struct talk_entry *ret_event)
{
    struct talk_entry near;
    if (talk_last(why->world, "event.published", 0, event_is, name, ret_event))
        return true;
    if (talk_last(why->world, "event.published", 0, event_is_nearly, name, &near)) {
        why_add(why, near.fact, "%s was published", talk_str(&near, "name"));
        talk_settle(why, topic, "published-in-other-letters",
                    "Ask for the name as it is published: %s.", talk_str(&near, "name"));
        talk_entry_done(&near);
    } else {
        talk_settle(why, topic, "never-published",
                    "Let the device publish %s while it is online, or publish it over the API "
                    "(POST /v1/devices/events).",
                    name);
    }
    return false;
}

/* ---- what a stream takes ---- */

static bool is_same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

static bool event_is_received(const struct talk_entry *event, uint64_t stream)
{
    const cJSON *receivers = cJSON_GetObjectItemCaseSensitive(event->data, "receivers");
    for (const cJSON *one = receivers ? receivers->child : NULL; one; one = one->next)
        if (cJSON_IsString(one) && strncmp(one->valuestring, "stream:", 7) == 0 &&
            strtoull(one->valuestring + 7, NULL, 10) == stream)
            return true;
    return false;
}

/* Why an event does not fit the scope of the stream; NULL: it does. */
static const char *scope_refuses(const struct talk_entry *stream, const struct talk_entry *event)
{
    const char *scope = talk_str(stream, "scope");
    const char *owner = talk_str(event, "owner");
    bool mine = is_same(talk_str(stream, "owner"), owner);
    bool is_public = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(event->data, "public"));
    if (is_same(scope, "product") || is_same(scope, "organization"))
        return talk_int(stream, "product") == talk_int(event, "product") ? NULL : "another-product";
    if (mine)
        return NULL;
    if (!owner && !talk_int(event, "product") && strlen(talk_str(event, "coreid")) == IDS_OBJECT)
        return "of-nobody";
    if (is_same(scope, "mine"))
        return "of-another-owner";
    return is_public ? NULL : "private";
}

static const char *stream_refuses(const struct talk_entry *stream, const struct talk_entry *event)
{
    const char *prefix = talk_str(stream, "prefix"), *device = talk_str(stream, "device");
    if (device && !is_same(device, talk_str(event, "coreid")))
        return "another-device";
    if (prefix && strncmp(talk_str(event, "name"), prefix, strlen(prefix)) != 0)
        return "another-prefix";
    return scope_refuses(stream, event);
}

static const char *reason_advice(const char *reason)
{
    static const struct {
        const char *reason, *advice;
    } rows[] = {
        {"not-open-then",
         "Open the stream first, and wait for its first line (:ok), then publish."},
        {"reader-too-slow", "Read the stream as fast as events come, or ask for a narrower one."},
        {"another-prefix", "Ask for a prefix that the name begins with; letters count."},
        {"another-device", "Open the stream of that device, or one of all."},
        {"another-product", "Open the stream of the device's product (GET /v1/products/P/events)."},
        {"of-nobody", "Claim the device first, or import it into a product."},
        {"private", "Open the stream with a token of the device's owner, or publish in public."},
        {"of-another-owner", "Open the stream with a token of the device's owner; a team's is GET "
                             "/v1/products/P/events."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].reason, reason) == 0)
            return rows[i].advice;
    return "Open the stream anew.";
}

static bool ends_stream(const struct talk_entry *entry, const void *arg)
{
    return (uint64_t)talk_int(entry, "stream") == *(const uint64_t *)arg;
}

/* Whether it had ended before the event; the end is evidence. */
static const char *stream_ended(struct why_case *why, const struct talk_entry *stream,
                                uint64_t event_n)
{
    const char *reason = NULL;
    struct talk_entry end;
    if (talk_last(why->world, "stream.dropped", event_n, ends_stream, &stream->fact.n, &end))
        reason = "reader-too-slow";
    else if (talk_last(why->world, "stream.closed", event_n, ends_stream, &stream->fact.n, &end))
        reason = "not-open-then";
    if (!reason)
        return NULL;
    why_add(why, end.fact, "the stream ended: %s", talk_str(&end, "reason"));
    talk_entry_done(&end);
    return reason;
}

static void event_answer(struct why_case *why, const struct talk_entry *stream,
                         const struct talk_entry *event)
{
    const char *owner = talk_str(event, "owner"), *prefix = talk_str(stream, "prefix");
    bool is_public = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(event->data, "public"));
    why_add(why, stream->fact, "%s opened %s (%s%s%s)", stream->entry->actor,
            talk_str(stream, "path"), talk_str(stream, "scope"), prefix ? ", prefix " : "",
            prefix ? prefix : "");
    why_add(why, event->fact, "%s was published, %s, %s%s; %lld received it",
            talk_str(event, "name"), is_public ? "public" : "private",
            owner ? "owner " : "of no owner", owner ? owner : "",
            (long long)talk_int(event, "received"));
    if (event_is_received(event, stream->fact.n)) {
        talk_settle(why, WHY_OF_EVENT, NULL, NULL);
        return;
    }
    const char *reason =
        stream->fact.n > event->fact.n ? "not-open-then" : stream_ended(why, stream, event->fact.n);
    if (!reason)
        reason = stream_refuses(stream, event);
    talk_settle(why, WHY_OF_EVENT, reason, reason ? "%s" : NULL,
                reason ? reason_advice(reason) : "");
}

struct why_answer why_no_event(const struct world *world, const char *who, const char *name)
{
    struct why_answer answer = {.owned = false};
    struct why_case why = {.world = world, .answer = &answer};
    struct talk_entry stream, event;
    if (!talk_last(world, "stream.opened", 0, stream_is, who, &stream)) {
        talk_settle(
            &why, WHY_OF_EVENT, "no-such-stream",
            "Open one: GET /v1/devices/events, /v1/products/P/events or /v1/events/PREFIX.");
        return answer;
    }
    if (talk_published(&why, name, WHY_OF_EVENT, &event)) {
        event_answer(&why, &stream, &event);
        talk_entry_done(&event);
    }
    talk_entry_done(&stream);
    return answer;
}
