/*
 * What goes on after a dispatch has returned: calls that wait (later.h), followed journals
 * (follow.h) and streams of events (stream.h). Of api/ alone.
 *
 * Each is a `struct work`, which the ticket's `pending` points to, with a row of what can befall
 * it. They stand in one list, so that they can be found when their world ends; no turn walks it.
 */
#ifndef API_CALL_WORK_H
#define API_CALL_WORK_H

#include "api/front.h"

struct work;

struct work_kind {
    /* The world is about to go, or to be made anew: the reply, or the end of the stream, comes now.
     */
    void (*leave)(struct work *work);
    /* The ticket is done: whatever is under way is cancelled. */
    void (*free)(struct work *work);
};

struct work {
    const struct work_kind *kind;
    struct api *api;
    struct world *world; /* NULL: it has gone */
    struct api_ticket *ticket;
    struct work *prev, *next; /* in api->works */
};

struct call;

/* Makes it the call's: the ticket's `pending` points to it from now on. */
void work_begin(struct work *work, struct call *call, const struct work_kind *kind);

/* The same, and it stands in api->works; out of it, and out of its ticket. */
void work_list(struct work *work, struct call *call, const struct work_kind *kind);
void work_unlist(struct work *work);

/* The world is about to go or to be made anew: ends what is under way in it. */
void work_leave_world(struct api *api, const struct world *world);

#endif
