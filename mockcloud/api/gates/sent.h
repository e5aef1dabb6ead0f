/*
 * What clients have sent: counts of requests by pattern, spacing, and order, asked of the journal
 * and of the exchange log. Of api/ alone.
 */
#ifndef API_GATES_SENT_H
#define API_GATES_SENT_H

#include "api/call/call.h"

/* What was found. */
struct sent {
    bool passed;
    int64_t count;   /* of matching requests */
    struct buf text; /* why not, and what came nearest; yours: buf_free() */
};

/* Asks it of the world; `map` passed api_sent_fields and api_sent_check(). */
struct sent sent_ask(struct api *api, struct world *world, const struct doc_node *map);

#endif
