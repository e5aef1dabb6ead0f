/*
 * The way of a call, for those who stop it and let it go on (later.c). Of call/ alone.
 */
#ifndef API_CALL_DISPATCH_H
#define API_CALL_DISPATCH_H

#include "api/call/call.h"

/* Goes through the stages that are left, until it waits or is done. */
void call_go(struct call *call);

/* Of a call that was kept, and has run: unless it waits again, its ticket is told that the reply is
 * there, and the call is gone. */
void call_hand_over(struct call *call);

/* Whether the world that it began in is still there, as it was. */
bool call_world_stands(const struct call *call);

void call_free(struct call *call);

#endif
