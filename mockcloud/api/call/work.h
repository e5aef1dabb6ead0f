/*
 * What goes on after a dispatch has returned: long clock moves and replies at a later time of the
 * world (LATER), followed journals and streams of events (STREAMs). Of api/ alone.
 */
#ifndef API_CALL_WORK_H
#define API_CALL_WORK_H

#include "api/call/call.h"

enum work_kind { WORK_CLOCK, WORK_REPLY, WORK_FOLLOW, WORK_EVENTS };

/* What is under way for a ticket; the first member of what each kind keeps. */
struct work {
    struct work *prev, *next; /* in api->works; not WORK_EVENTS */
    enum work_kind kind;
    struct api *api;
    struct world *world; /* NULL: it has gone, or the work is complete */
    struct api_ticket *ticket;
    const struct route *route;
};

/* Makes it the call's: the ticket's `pending` points to it from now on. */
void work_begin(struct work *work, struct call *call, enum work_kind kind);

/* Moves the world's clock to `to_ms`, running what falls due. Short moves end at once (the reply is
 * complete); a long one goes on in slices, and the call's outcome is LATER. It pauses while the
 * reader of an event stream is far behind, and while a webhook is on its way; when those never end
 * (one triggers itself), the reply is 503. `request_n`: the journal entry of the request. */
void work_move_clock(struct call *call, int64_t to_ms, uint64_t request_n);

/* Streams the journal of the call's world from entry `from` on, a JSON object per line. */
void work_follow_journal(struct call *call, uint64_t from);

/* Answers `after_ms` of the world's time from now, with this status, rule and JSON body (static).
 * The reply is complete when the world's clock passes that time, whoever moves it. */
void work_reply_later(struct call *call, int64_t after_ms, int status, const struct rule *rule,
                      const char *json);

/* The world is about to go or to be made anew: ends what is under way in it. */
void work_leave_world(struct api *api, const struct world *world);

/* Whether a clock move is under way in the world. */
bool work_moving(const struct api *api, const struct world *world);

/* ---- stream.c ---- */

/* The ticket of an event stream is done. */
void stream_free(struct work *work);

#endif
