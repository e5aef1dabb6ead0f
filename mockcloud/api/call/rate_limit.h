/*
 * Rate limits, as a behaviour that is off by default (`behaviour: {rate_limits: real}`), on the
 * world's clock: Particle's API reference tells of them. Of api/ alone.
 *
 * For each address: 10,000 requests in 5 minutes; 100 in 5 minutes each of POST /oauth/token, of
 * reading and deleting access tokens, of creating and of deleting users, of password resets, of
 * opening event streams; 100 event streams at a time; 30 minutes without POST /oauth/token after 10
 * failures in a row. For each account: 50 serial numbers an hour. More is 429. Guesses: that a
 * window begins with its first request, that the block is of the token endpoint alone, the text.
 */
#ifndef API_CALL_RATE_LIMIT_H
#define API_CALL_RATE_LIMIT_H

#include "api/call/call.h"
#include "cloud/oauth.h"

#define RATE_LIMIT_RULES 9

/* The refusals, by the limit that was met. */
extern const struct oauth_error rate_limit_errors[RATE_LIMIT_RULES];

/* The clients that are counted; a zeroed one has none. */
struct rate_limits {
    struct map clients; /* "WORLD\nADDRESS" -> struct rate_client * */
};

void rate_limits_free(struct rate_limits *limits);

/* Counts a request to `call->route`, before (and, for limits of accounts, after) it is known who
 * calls. False: it is one too many; the refusal is in the reply. */
bool rate_limit_address(struct call *call);
bool rate_limit_account(struct call *call);

/* After the handler: counts failures in a row, and the stream that was opened. */
void rate_limit_handled(struct call *call);

/* The front is done with a ticket. */
void rate_limit_done(struct api_ticket *ticket);

/* The world is about to go, or to be made anew: its counts go. */
void rate_limit_leave_world(struct api *api, const struct world *world);

#endif
