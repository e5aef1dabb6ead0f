/* What a request leaves in the journal; and who it is from. Of api/ alone. */
#ifndef API_CALL_TRACE_H
#define API_CALL_TRACE_H

#include "api/call/call.h"

/* Who the request is from: "client:NAME", "control", "scenario". Of the call. */
const char *trace_actor(struct call *call);

/* Adds http.request (but for reads of the control API) and makes it the cause of what follows.
 * Answers its number, 0: none. */
uint64_t trace_request(struct call *call);

/* Who it is from: "client:app", of the call's arena or borrowed from the request. */
const char *trace_actor(struct call *call);

/* Adds http.reply, caused by the request's entry; nothing when there is none. */
void trace_reply(struct call *call);

#endif
