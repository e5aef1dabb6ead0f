/*
 * Moves of a world's clock, which may take longer than one turn of the loop. Of api/ alone.
 */
#ifndef API_CALL_CLOCK_MOVE_H
#define API_CALL_CLOCK_MOVE_H

#include "api/call/call.h"

/* Moves the world's clock to `to_ms`, running what falls due. Short moves end at once (the reply is
 * complete); a long one goes on in slices, and the call waits. It pauses while the reader of an
 * event stream is far behind, and while a webhook is on its way; when those never end (one triggers
 * itself), the reply is 503. */
void clock_move(struct call *call, int64_t to_ms);

/* Moves it on until nothing is under way in the world, as the step `settle` does; 409 when
 * something still is after WORLD_SETTLE_MS. */
void clock_settle(struct call *call);

/* Whether one is under way in the world. */
bool clock_moving(const struct api *api, const struct world *world);

/* A slice of each. True: there is more to do at once. For api_work(). */
bool clock_move_work(struct api *api);

#endif
