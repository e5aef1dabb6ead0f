/*
 * What goes on after a dispatch has returned: long clock moves and replies at a later time of the
 * world (LATER), and followed journals (a STREAM). Of api/ alone.
 */
#ifndef API_WORK_H
#define API_WORK_H

#include "api/call.h"

/* Moves the world's clock to `to_ms`, running what falls due. Short moves end at once (the reply is
 * complete); a long one goes on in slices, and the call's outcome is LATER. `request_n`: the
 * journal entry of the request. */
void work_move_clock(struct call *call, int64_t to_ms, uint64_t request_n);

/* Streams the journal of the call's world from entry `from` on, a JSON object per line. */
void work_follow_journal(struct call *call, uint64_t from);

/* Answers `after_ms` of the world's time from now, with this status, rule and JSON body (static). The
 * reply is complete when the world's clock passes that time, whoever moves it. */
void work_reply_later(struct call *call, int64_t after_ms, int status, const struct rule *rule,
                      const char *json);

/* The world is about to go or to be made anew: ends what is under way in it. */
void work_leave_world(struct api *api, const struct world *world);

/* Whether a clock move is under way in the world. */
bool work_moving(const struct api *api, const struct world *world);

#endif
