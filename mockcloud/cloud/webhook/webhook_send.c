/*
 * See webhook_inside.h. Owns the way of a delivery, on the world's clock:
 *
 *     triggered → queued → sent → answered
 *            ↘      ↑         ↘ failed, timed out
 *             skipped → … → dropped
 *
 * Knows nothing of how a request is made of an event, of how hosts are rated, and of who carries
 * it.
 */
#include "cloud/cloud.h"
#include "cloud/webhook/webhook_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/webhook/delivery_rules.h"

#include <stdlib.h>
#include <string.h>

#define RETRIES       2
#define SLEEPING      "Sleeping, too many errors, please wait and try again"
#define TIMED_OUT     "ESOCKETTIMEDOUT"
#define REQUEST_SHOWN 4096 /* bytes of a body, in the logs */
#define LOG_MAX       8192 /* bytes of a request, and of a response, in the logs */

static const int64_t retry_ms[RETRIES] = {30000, 60000}; /* after the event was published */

static void lean(const struct delivery *delivery, size_t rule)
{
    sim_lean(delivery->cloud->sim, &delivery_rules[rule]);
}

/* ---- the list ---- */

struct delivery *delivery_find(const struct cloud *cloud, uint64_t id)
{
    for (struct delivery *d = cloud->webhooks->first; d; d = d->next)
        if (d->request.id == id)
            return d;
    return NULL;
}

static void link_last(struct delivery *delivery)
{
    struct webhooks *hooks = delivery->cloud->webhooks;
    delivery->request.id = ++hooks->made;
    delivery->prev = hooks->last;
    if (hooks->last)
        hooks->last->next = delivery;
    else
        hooks->first = delivery;
    hooks->last = delivery;
    hooks->count++;
    hooks->bytes += delivery->bytes;
}

void delivery_tell_over(const struct delivery *delivery)
{
    if (delivery->cloud->webhooks->over)
        *delivery->cloud->webhooks->over = true;
}

/* Out of the list; nobody will hear of it any more. */
static void unlink_it(struct delivery *delivery)
{
    struct webhooks *hooks = delivery->cloud->webhooks;
    vclock_cancel(delivery->cloud->sim->clock, delivery->timer);
    *(delivery->prev ? &delivery->prev->next : &hooks->first) = delivery->next;
    *(delivery->next ? &delivery->next->prev : &hooks->last) = delivery->prev;
    hooks->count--;
    hooks->bytes -= delivery->bytes;
    if (delivery->cancelled)
        delivery->cancelled(delivery->cancelled_arg);
    delivery->cancelled = NULL;
    delivery_tell_over(delivery);
}

void delivery_drop(struct delivery *delivery)
{
    unlink_it(delivery);
    delivery_free(delivery);
}

/* ---- journal and events ---- */

/* Begins the data of an entry about it. No URL: there may be a port in it. */
static struct jsonw *note(const struct delivery *delivery)
{
    struct jsonw *w = sim_note(delivery->cloud->sim);
    jsonw_key_int(w, "delivery", (int64_t)delivery->request.id);
    jsonw_key_str(w, "webhook", delivery->hook->id);
    jsonw_key_str(w, "event", delivery->event);
    return w;
}

/* Ends it; what is published until noted_end() has it as its cause. */
static uint64_t noted(const struct delivery *delivery, const char *kind)
{
    struct sim *sim = delivery->cloud->sim;
    uint64_t before = vclock_cause(sim->clock);
    if (delivery->queued_n)
        vclock_set_cause(sim->clock, delivery->queued_n);
    uint64_t n = sim_noted(sim, "cloud", kind);
    vclock_set_cause(sim->clock, n);
    return before;
}

static void noted_end(const struct delivery *delivery, uint64_t before)
{
    vclock_set_cause(delivery->cloud->sim->clock, before);
}

static void publish(const struct delivery *delivery, const char *name, const char *data)
{
    struct event event = {
        .name = name,
        .data = data,
        .is_private = true,
        .is_hook = true,
        .coreid = "particle-internal",
        .owner = delivery->owner,
        .product = delivery->product,
    };
    event_publish(delivery->cloud, &event);
}

static void publish_part(const struct delivery *delivery, const char *topic, size_t part,
                         const char *text, size_t len)
{
    char *name = mem_printf_dup("%s/%zu", topic, part);
    char *data = mem_dup_n(text, len);
    publish(delivery, name, data);
    free(data);
    free(name);
}

/* In parts of exactly 512 bytes, but for a character that would be cut in two. */
static void publish_response(const struct delivery *delivery, const struct buf *text)
{
    const char *at = buf_str(text);
    size_t left = text->len < OUTBOX_RESPONSE_MAX ? text->len : (size_t)OUTBOX_RESPONSE_MAX;
    size_t most = webhook_flag(delivery->hook, "unchunked") ? left : WEBHOOK_CHUNK;
    size_t part = 0;
    do {
        size_t len = left < most ? left : most;
        while (len < left && len > most - 4 && ((unsigned char)at[len] & 0xc0) == 0x80)
            len--;
        publish_part(delivery, delivery->response_topic, part++, at, len);
        at += len;
        left -= len;
    } while (left);
}

static void publish_error(const struct delivery *delivery, const char *text)
{
    publish_part(delivery, delivery->error_topic, 0, text, strlen(text));
}

/* ---- logs ---- */

/* The beginning, in whole characters. Yours: free(). */
static char *beginning_dup(const char *text, size_t max)
{
    return mem_dup_n(text, text_utf8_prefix(text, strlen(text), max));
}

static void keep_log(const struct delivery *delivery, enum webhook_result result,
                     const char *response)
{
    struct buf text;
    const char *body = delivery->body ? delivery->body : "";
    buf_init(&text, WEBHOOK_BODY_MAX);
    buf_printf(&text, "%s %s HTTP/1.1\r\n", delivery->method, delivery->url);
    for (size_t i = 0; i < delivery->header_count; i++)
        buf_printf(&text, "%s\r\n", delivery->headers[i]);
    buf_add_str(&text, "\r\n");
    buf_add(&text, body, text_utf8_prefix(body, strlen(body), REQUEST_SHOWN));
    char *request = beginning_dup(buf_str(&text), LOG_MAX);
    char *shown = beginning_dup(response ? response : "", LOG_MAX);
    webhook_note(delivery->hook, result, delivery->event, request, response ? shown : NULL);
    free(shown);
    free(request);
    buf_free(&text);
}

/* ---- the way ---- */

static void timed_out(void *owner, uint64_t arg)
{
    (void)arg;
    struct delivery *delivery = owner;
    delivery_failed(delivery, TIMED_OUT, true);
}

static void delivery_queue(struct delivery *delivery)
{
    struct sim *sim = delivery->cloud->sim;
    struct jsonw *w = note(delivery);
    jsonw_key_str(w, "method", delivery->method);
    jsonw_key_str(w, "host", delivery->host);
    if (delivery->withheld)
        jsonw_key_str(w, "withheld", delivery->withheld);
    delivery->state = DELIVERY_QUEUED;
    delivery->queued_n = sim_noted(sim, "cloud", "webhook.queued");
    uint64_t before = vclock_cause(sim->clock);
    vclock_set_cause(sim->clock, delivery->queued_n);
    delivery->timer = vclock_add(
        sim->clock, vclock_now(sim->clock) + WEBHOOK_TIMEOUT_MS,
        &(struct timer_row){TIMER_FOREGROUND, "cloud", "webhook", timed_out, delivery, 0});
    vclock_set_cause(sim->clock, before);
}

static void delivery_begin(struct delivery *delivery);

static void tried_again(void *owner, uint64_t arg)
{
    (void)arg;
    struct delivery *delivery = owner;
    delivery->timer = 0;
    delivery_begin(delivery);
}

static void delivery_skip(struct delivery *delivery)
{
    bool last = delivery->tries == RETRIES;
    struct sim *sim = delivery->cloud->sim;
    lean(delivery, DELIVERY_RULE_SKIPPED);
    jsonw_key_str(note(delivery), "host", delivery->host);
    uint64_t before = noted(delivery, last ? "webhook.dropped" : "webhook.skipped");
    keep_log(delivery, WEBHOOK_SKIPPED, SLEEPING);
    if (!last) {
        delivery->state = DELIVERY_SKIPPED;
        delivery_tell_over(delivery);
        delivery->timer =
            vclock_add(sim->clock, delivery->published_ms + retry_ms[delivery->tries++],
                       &(struct timer_row){TIMER_BACKGROUND, "cloud", "webhook retry", tried_again,
                                           delivery, 0});
    }
    publish_error(delivery, SLEEPING);
    noted_end(delivery, before);
    if (last)
        delivery_drop(delivery);
}

static void delivery_begin(struct delivery *delivery)
{
    if (webhook_host_sleeps(delivery))
        delivery_skip(delivery);
    else
        delivery_queue(delivery);
}

static void note_without_delivery(const struct webhook *hook, const struct event *event,
                                  const char *kind, const char *why)
{
    struct jsonw *w = sim_note(hook->cloud->sim);
    jsonw_key_str(w, "webhook", hook->id);
    jsonw_key_str(w, "event", event->name);
    jsonw_key_str(w, "reason", why);
    uint64_t before = vclock_cause(hook->cloud->sim->clock);
    vclock_set_cause(hook->cloud->sim->clock, event->n);
    sim_noted(hook->cloud->sim, "cloud", kind);
    vclock_set_cause(hook->cloud->sim->clock, before);
}

static void note_dropped(const struct webhook *hook, const struct event *event, const char *why)
{
    note_without_delivery(hook, event, "webhook.dropped", why);
}

static void webhook_deliver(struct webhook *hook, const struct event *event)
{
    const char *error = NULL;
    if (journal_distrusts(hook->cloud->sim->journal, event->n)) {
        note_dropped(hook, event, "a page of another machine has triggered it");
        return;
    }
    if (hook->cloud->webhooks->count >= OUTBOX_MAX) {
        note_dropped(hook, event, "too many deliveries are under way");
        return;
    }
    struct delivery *delivery = delivery_new(hook, event, &error);
    if (hook->cloud->webhooks->bytes + delivery->bytes > OUTBOX_BYTES) {
        delivery_free(delivery);
        note_dropped(hook, event, "too many bytes are under way");
        return;
    }
    link_last(delivery);
    lean(delivery, DELIVERY_RULE_TEMPLATES);
    if (!error) {
        delivery_begin(delivery);
        return;
    }
    char *text = mem_printf_dup("Invalid template: %s", error);
    delivery_failed(delivery, text, false);
    free(text);
}

/* Why an event that its name matches does not trigger it; NULL: it does. */
static const char *webhook_passes_over(const struct webhook *hook, const struct event *event)
{
    if (hook->disabled)
        return "disabled";
    if (hook->device && (!event->device || strcmp(hook->device, event->device->id) != 0))
        return "another device's event";
    return NULL;
}

void webhook_triggered(void *arg, const struct event *event)
{
    struct webhook *hook = arg;
    struct vclock *clock = hook->cloud->sim->clock;
    if (event->is_hook)
        return;
    const char *passed_over = webhook_passes_over(hook, event);
    if (passed_over) {
        note_without_delivery(hook, event, "webhook.passed-over", passed_over);
        return;
    }
    sim_lean(hook->cloud->sim, &delivery_rules[DELIVERY_RULE_MATCH]);
    uint64_t before = vclock_cause(clock);
    vclock_set_cause(clock, event->n);
    webhook_deliver(hook, event);
    vclock_set_cause(clock, before);
}

void webhook_test(struct webhook *hook, const char *name, const char *data, const char *coreid)
{
    struct event event = {
        .name = name,
        .data = data,
        .ttl_s = EVENT_TTL_S,
        .is_private = true,
        .coreid = coreid,
        .owner = hook->owner,
        .product = hook->product,
        .at_ms = vclock_now(hook->cloud->sim->clock),
        .n = vclock_cause(hook->cloud->sim->clock),
    };
    webhook_deliver(hook, &event);
}

/* ---- what the carrier tells ---- */

void delivery_sent(struct delivery *delivery)
{
    char *name = mem_printf_dup("hook-sent/%s", delivery->event);
    delivery->state = DELIVERY_SENT;
    note(delivery);
    uint64_t before = noted(delivery, "webhook.sent");
    publish(delivery, name, "undefined");
    noted_end(delivery, before);
    free(name);
}

/* Journals, publishes and logs an error, and ends. */
static void end_in_error(struct delivery *delivery, const char *kind, const char *text)
{
    uint64_t before = noted(delivery, kind);
    unlink_it(delivery);
    keep_log(delivery, WEBHOOK_ERROR, text);
    publish_error(delivery, text);
    noted_end(delivery, before);
    delivery_free(delivery);
}

void delivery_failed(struct delivery *delivery, const char *why, bool rated)
{
    if (rated) {
        webhook_host_rate(delivery, false);
        lean(delivery, DELIVERY_RULE_NO_ANSWER);
    }
    jsonw_key_str(note(delivery), "reason", why);
    end_in_error(delivery, "webhook.failed", why);
}

void delivery_answered(struct delivery *delivery, const struct delivery_answer *answer)
{
    bool good = answer->status >= 200 && answer->status < 300;
    struct jsonw *w = note(delivery);
    struct buf text;
    jsonw_key_int(w, "status", answer->status);
    jsonw_key_int(w, "bytes", (int64_t)answer->body_len);
    webhook_host_rate(delivery, good);
    lean(delivery, good ? DELIVERY_RULE_RESPONSE : DELIVERY_RULE_ERROR);
    delivery->cancelled = NULL;
    if (!good) {
        char *error = mem_printf_dup("error status %d from %s", answer->status, delivery->host);
        end_in_error(delivery, "webhook.answered", error);
        free(error);
        return;
    }
    const char *fault = delivery_response(delivery, answer, &text);
    if (fault) {
        char *error = mem_printf_dup("Invalid template: %s", fault);
        buf_free(&text);
        end_in_error(delivery, "webhook.answered", error);
        free(error);
        return;
    }
    uint64_t before = noted(delivery, "webhook.answered");
    unlink_it(delivery);
    keep_log(delivery, WEBHOOK_SUCCESS, buf_str(&text));
    if (text.len) /* an empty answer is not published */
        publish_response(delivery, &text);
    noted_end(delivery, before);
    buf_free(&text);
    delivery_free(delivery);
}
