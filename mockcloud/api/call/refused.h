/*
 * The refused requests that could have led to a claim, remembered for `why` (cloud/refusals.h). Of
 * api/ alone.
 *
 * One choke point: dispatch asks here once for each request, when its reply is made. What a route
 * leads to is said by its row; a request that met no route is judged by what it names.
 */
#ifndef API_CALL_REFUSED_H
#define API_CALL_REFUSED_H

#include "api/call/call.h"

/* Remembers the call, if its reply is a refusal and it could have led to a claim. A claim by id
 * that the claim rules decided is remembered by them, and passed over here. */
void refused_remember(struct call *call);

#endif
