/*
 * The outbox: deliveries of webhooks on their way out of a world.
 *
 * cloud/ puts them in (webhook.h), a carrier takes them out, makes the HTTP request and reports
 * what came back. The carrier is net/; a test may be one. The cloud itself opens no socket.
 *
 *     outbox_next → outbox_sent or outbox_refused
 *     outbox_sent → outbox_answered or outbox_failed, or `cancelled` is called
 *
 * A delivery that is sent and has no answer 20 s of world time later is given up by the cloud: its
 * carrier hears so by `cancelled`, as when the world goes away. As long as a delivery is on its way
 * the clock has to wait for it (outbox_holds()), unless the carrier says that it has been silent
 * for too long.
 *
 * All of these may publish events, and so run what follows from them.
 */
#ifndef CLOUD_WEBHOOK_OUTBOX_H
#define CLOUD_WEBHOOK_OUTBOX_H

#include "cloud/cloud.h"

#define OUTBOX_MAX          1000        /* deliveries under way; above it they are dropped */
#define OUTBOX_BYTES        (64u << 20) /* of all of them together */
#define OUTBOX_RESPONSE_MAX 102400      /* bytes of a response that are used; the rest is cut off */

/* Borrowed by the carrier until it is over. Nothing in it has a line break but the body. */
struct delivery_request {
    uint64_t id; /* from 1, in order; never again in this world */
    const char *method;
    const char *url;            /* as rendered: may be anything */
    const char *host;           /* of the URL, in lower case, without port; "" when it has none */
    const char *const *headers; /* "Name: value", NULL-terminated */
    const char *body;           /* NULL: none */
    size_t body_len;
    bool verify; /* TLS certificates */
};

struct delivery_answer {
    int status;
    const char *content_type; /* NULL: none */
    const char *body;
    size_t body_len; /* more than OUTBOX_RESPONSE_MAX is cut */
};

/* The oldest delivery that nobody has taken yet; NULL: none. */
const struct delivery_request *outbox_next(struct cloud *cloud);

/* It is on its way. `cancelled` is called, once, when the cloud gives it up; it must not call back
 * into the cloud. */
void outbox_sent(struct cloud *cloud, uint64_t id, void (*cancelled)(void *arg), void *arg);

/* It can't be sent, or (`elsewhere`) may not, since it would leave this machine; `why` is told in a
 * hook-error event. Also after outbox_sent(), when only the way out shows where it leads. */
void outbox_refused(struct cloud *cloud, uint64_t id, bool elsewhere, const char *why);

/* What came of it. Ids of deliveries that are over are passed over. */
void outbox_answered(struct cloud *cloud, uint64_t id, const struct delivery_answer *answer);

/* No answer came; `why` in the words of Node ("connect ECONNREFUSED 127.0.0.1"), without a port:
 * it gets into the journal. */
void outbox_failed(struct cloud *cloud, uint64_t id, const char *why);

/* It has been silent for as long as a clock move waits: the clock may go on. */
void outbox_silent(struct cloud *cloud, uint64_t id);

/* The oldest that is on its way; 0: none. */
uint64_t outbox_under_way(const struct cloud *cloud);

/* The carrier goes away: what it has taken is dropped without a word. */
void outbox_forget(struct cloud *cloud, uint64_t id);

/* Whether a delivery is on its way, or waits for its carrier: the clock has to stand. */
bool outbox_holds(const struct cloud *cloud);

/* From now on *ret_over becomes true whenever a delivery ceases to hold the clock. It has to
 * outlive the cloud. */
void outbox_tell_over(struct cloud *cloud, bool *ret_over);

/* How many deliveries there have been. */
uint64_t outbox_made(const struct cloud *cloud);

#endif
