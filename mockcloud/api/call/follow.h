/*
 * Followed journals: streams of a world's entries, a JSON object per line, as they are made. Of
 * api/ alone.
 */
#ifndef API_CALL_FOLLOW_H
#define API_CALL_FOLLOW_H

#include "api/call/call.h"
#include "api/call/journal_view.h"

/* Of real time: a follower is given at a time what was made since. */
#define FOLLOW_EVERY_MS     INT64_C(20)
#define FOLLOW_EVERY_MAX_MS INT64_C(10000)

#define FOLLOW_MOST 5000 /* entries that are looked at for a view at a time: the newest */

/* How somebody follows. */
struct follow_how {
    struct journal_view view;
    int64_t every_ms; /* FOLLOW_EVERY_MS to FOLLOW_EVERY_MAX_MS */
    /* At most so many entries at a time, the newest; a line {"skipped":N} stands for those that
     * were not shown before them. So a page can watch a world that is busier than anybody can read.
     * 0: all of them, whatever it costs. */
    uint64_t most;
};

/* Streams the journal of the call's world from entry `from` on. */
void follow_journal(struct call *call, uint64_t from, const struct follow_how *how);

/* Gives all of them what is new, at most every `every_ms` of real time; how long after `now_ms`
 * (sim_real_ms()) that is due, -1: nothing is. For api_work() and api_due_in(). */
void follow_work(struct api *api, int64_t now_ms);
int64_t follow_due_in(const struct api *api, int64_t now_ms);

#endif
