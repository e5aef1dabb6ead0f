/*
 * Weak ETags: every JSON answer to a GET has one, as in recordings of the real API, and a client
 * that names it in If-None-Match is answered 304 without a body, as Express does. Of api/ alone.
 */
#ifndef API_CALL_ETAG_H
#define API_CALL_ETAG_H

#include "api/call/route.h"

/* Whether replies of the route may have one. */
bool etag_of_route(const struct route *route);

/* Gives the complete reply its ETag, or makes it a 304. */
void etag_apply(struct call *call);

#endif
