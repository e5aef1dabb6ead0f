/*
 * Gates: what may step in front of every request of the imitated API, at two points.
 *
 *     before   between route and handler: the route is known, who calls is known and may call
 *     after    between reply and delivery: the reply is whole (call->reply), refusals, too
 *
 * Faults, holds and whatever else stands between a client and the truth are rows of this table; no
 * handler knows of them. A gate is a function that lets the call pass by doing nothing. Besides, it
 * may
 *
 *     reply       (before) with any reply_*(): neither the other gates nor the handler are asked
 *     wait        with any later_wait…() (later.h); with what it goes on it may reply, or let pass
 *     change      (after) the reply: call_reply_anew() and any reply_*(), headers_set(), and how it
 *                 is delivered, reply->delivery; the journal tells what leaves
 *     excuse      call->off_contract: the reply is not held against the shapes of its route
 *
 * Streams pass without an `after`: they are delivered as they come; a `before` can make them wait.
 * Calls of the control API meet no gate: it always works. Of api/ alone.
 */
#ifndef API_CALL_GATE_H
#define API_CALL_GATE_H

#include "api/call/call.h"

struct gate {
    const char *name;
    void (*before)(struct call *call); /* NULL: lets all pass */
    void (*after)(struct call *call);  /* NULL: lets all pass */
    /* The world is about to go, or to be made anew; its calls have been ended. NULL: so what. */
    void (*leave)(struct api *api, const struct world *world);
};

/* Sets the gates of an api, asked in this order; borrowed for as long as it lives. */
void gate_set(struct api *api, const struct gate *gates, size_t count);

#endif
