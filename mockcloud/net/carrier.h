/*
 * The carrier: takes deliveries of webhooks out of the worlds' outboxes (cloud/outbox.h), makes
 * the HTTP requests with libcurl's multi interface on the server's loop, and reports what came
 * back. Nobody outside of net/ includes this.
 *
 * It reaches this machine's loopback addresses, and what --allow-outbound names; anything else is
 * refused. No name is looked up but those: "localhost" and *.localhost are known, addresses are
 * numeric. Redirects are not followed, proxies not used. It never reaches a listener of its own
 * process: a webhook is made by whoever may use the imitated API, and on our own port it could use
 * the control API, too. That is checked by address before a socket is opened; and each connection
 * that a listener accepts is compared with our own sockets, which no name and no route can get
 * around.
 *
 * World time is the cloud's business: it gives a delivery up by itself. Real time counts only for
 * how long a clock move waits for an answer (`patience_ms`).
 */
#ifndef NET_CARRIER_H
#define NET_CARRIER_H

#include "net/loop.h"
#include "world/worlds.h"

#include <sys/socket.h>

#define CARRIER_PATIENCE_MS INT64_C(20000)

struct carrier;

/* Of server_options: `hosts` are what may be called besides loopback, NULL-terminated (NULL: none).
 * At most `at_once` connections are open; further deliveries wait for one. All is borrowed. Yours:
 * carrier_free(). */
struct carrier *carrier_new(struct loop *loop, struct worlds *worlds, const char *const *hosts,
                            int64_t patience_ms, size_t at_once);

/* Whether answers are reported in the order in which their requests were sent, so that a scenario's
 * journal does not depend on who is faster. One that is silent for too long is not waited for. */
void carrier_in_order(struct carrier *carrier, bool in_order);

/* A listener of this process, as it is bound: nothing is sent there. Copied. */
void carrier_shun(struct carrier *carrier, const struct sockaddr *bound);

/* Whether the other end of `fd`, a connection that was accepted, is a socket of the carrier's. */
bool carrier_is_at_end(const struct carrier *carrier, int fd);

/* From now on nothing is sent, and no clock waits for it. */
void carrier_mute(struct carrier *carrier);

/* What is on its way is dropped. */
void carrier_free(struct carrier *carrier);

/* Sends what waits in the outbox of one world, or of all. Not within one of libcurl's callbacks. */
void carrier_collect(struct carrier *carrier, struct world *world);
void carrier_collect_all(struct carrier *carrier);

/* Goes on with what has happened on the loop, and reports what is over. At each turn. */
void carrier_work(struct carrier *carrier, int64_t now_ms);

/* Real time until carrier_work() has something to do without news from a socket; -1: never. */
int64_t carrier_due_in(const struct carrier *carrier, int64_t now_ms);

#endif
