/*
 * What the files of webhooks share, and nobody else includes.
 *
 *     webhook.c          the store: what there is, logs and counters
 *     webhook_render.c   an event becomes a request (rendering.h: its templates)
 *     webhook_response.c a response becomes text
 *     webhook_parts.c    what of that needs no template
 *     webhook_fault.c    what no integration can be made of
 *     webhook_send.c     the way of a delivery: queued, sent, answered, skipped, tried again
 *     webhook_host.c     how hosts have answered, and which are left alone
 *     outbox.c           the door of the carrier
 */
#ifndef CLOUD_WEBHOOK_WEBHOOK_INSIDE_H
#define CLOUD_WEBHOOK_WEBHOOK_INSIDE_H

#include "cloud/owner.h"
#include "cloud/webhook/outbox.h"
#include "cloud/webhook/webhook.h"

struct cJSON;

#define WEBHOOK_BODY_MAX (1u << 20)  /* of what is rendered */
#define WEBHOOK_HEAD_MAX (32u << 10) /* of URL and headers: no server takes more */

enum delivery_state {
    DELIVERY_QUEUED,  /* waits for its carrier */
    DELIVERY_SENT,    /* the carrier has it */
    DELIVERY_SKIPPED, /* waits to be tried again */
};

struct delivery {
    struct delivery *prev, *next;
    struct cloud *cloud;
    struct webhook *hook;
    enum delivery_state state;
    struct delivery_request request;
    char *method, *url, *host, *body; /* what the request points at, like its headers */
    char **headers;
    size_t header_count;
    char *withheld;    /* names of headers that a webhook may not carry: "Host, TE"; NULL: none */
    size_t bytes;      /* of all that is rendered */
    uint64_t queued_n; /* its journal entry */
    int64_t published_ms;
    int tries;      /* how often it was skipped */
    uint64_t timer; /* the end of its patience, or of its sleep */
    bool silent;
    void (*cancelled)(void *arg);
    void *cancelled_arg;
    /* of the event that triggered it */
    char *event;
    char *vars; /* what its templates can name, as JSON */
    struct owner owner;
    struct product *product;
    /* for the answer */
    char *response_topic, *error_topic;
};

/* How a host has answered lately. */
struct webhook_host {
    int64_t good, bad;
    int64_t last_bad_ms;
    int64_t since_ms; /* the counts begin here */
};

struct webhooks {
    struct map by_id;              /* struct webhook *, owned */
    struct map hosts;              /* struct webhook_host *, by name, owned */
    struct delivery *first, *last; /* in order */
    size_t count;
    size_t bytes;  /* of all of them together */
    uint64_t made; /* deliveries so far */
    bool *over;    /* who waits for webhooks is told here; NULL: nobody */
};

/* ---- webhook_render.c ---- */

/* Makes the delivery of an event: rendered, in no list. `*ret_error` (static) is set when a
 * template is not valid; the delivery then has no request to send. Yours: delivery_free(). */
struct delivery *delivery_new(struct webhook *hook, const struct event *event,
                              const char **ret_error);
void delivery_free(struct delivery *delivery);

/* ---- webhook_response.c ---- */

/* The response as it is published: by the hook's template if it has one. Yours: buf_free(). NULL,
 * or what is wrong with the template (static). */
const char *delivery_response(const struct delivery *delivery, const struct delivery_answer *answer,
                              struct buf *ret_text);

/* ---- webhook_parts.c ---- */

/* What every template can name, as an object. Yours: cJSON_Delete(). */
struct cJSON *delivery_variables(const struct webhook *hook, const struct event *event);

/* Whether a webhook's settings may name this header. Not those that say whom a request is for
 * (Host), how long it is, or what the connection does: they would let whoever makes a webhook talk
 * to servers of this machine in a voice that isn't his. And none of ours, which open the control
 * API. */
bool delivery_may_carry(const char *name);

/* An object as a=b&c=d, percent-encoded. Yours: free(). */
char *delivery_form_dup(const struct cJSON *fields);

/* Whether the hook's settings say so: a flag that is absent is false. */
bool webhook_flag(const struct webhook *hook, const char *name);

/* The host of an URL in lower case, without user and port; "" when there is none. Yours: free(). */
char *delivery_host_dup(const char *url);

/* ---- webhook.c ---- */

void webhook_note(struct webhook *hook, enum webhook_result result, const char *event,
                  const char *request, const char *response);

/* ---- webhook_host.c ---- */

/* The delivery's host has answered well, or has not. */
void webhook_host_rate(const struct delivery *delivery, bool good);

/* Whether its host has answered badly so often that it is left alone now. */
bool webhook_host_sleeps(const struct delivery *delivery);

/* ---- webhook_send.c ---- */

/* event_subscription.deliver; `arg` is the hook. */
void webhook_triggered(void *arg, const struct event *event);

struct delivery *delivery_find(const struct cloud *cloud, uint64_t id);

/* Tells whoever waits for webhooks that one less is on its way. */
void delivery_tell_over(const struct delivery *delivery);

/* It is over, without a word to anybody but its carrier. */
void delivery_drop(struct delivery *delivery);

/* What its carrier tells. */
void delivery_sent(struct delivery *delivery);
void delivery_answered(struct delivery *delivery, const struct delivery_answer *answer);

/* It failed; with `rated` that counts against the host. */
void delivery_failed(struct delivery *delivery, const char *why, bool rated);

#endif
