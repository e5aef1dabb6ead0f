/*
 * Followed journals: streams of a world's entries, a JSON object per line, as they are made. Of
 * api/ alone.
 */
#ifndef API_CALL_FOLLOW_H
#define API_CALL_FOLLOW_H

#include "api/call/call.h"

/* Streams the journal of the call's world from entry `from` on. */
void follow_journal(struct call *call, uint64_t from);

/* Gives all of them what is new, at most every 20 ms of real time; how long after `now_ms`
 * (sim_real_ms()) that is due, -1: nothing is. For api_work() and api_due_in(). */
void follow_work(struct api *api, int64_t now_ms);
int64_t follow_due_in(const struct api *api, int64_t now_ms);

#endif
