/* What the routes of accounts share. Of api/ alone. */
#ifndef API_ROUTES_ACCOUNT_H
#define API_ROUTES_ACCOUNT_H

#include "api/call/call.h"

/* The user of the Basic credentials, with the second factor (`otp`) when it is on. NULL: the
 * refusal is in the reply. */
struct user *account_basic_user(struct call *call);

/* {"ok":false,"errors":[message]} */
void account_errors(struct call *call, int status, const struct rule *rule, const char *message);

/* {"ok":true,"message":message} */
void account_message(struct call *call, const struct rule *rule, const char *message);

/* Whether `name` holds the current password of the caller. False: the refusal is in the reply. */
bool account_confirmed(struct call *call, const char *name);

/* With invalidate_tokens: revokes all tokens of the caller, the presented one too. */
void account_invalidate(struct call *call);

#endif
