/* What the routes of accounts share. Of api/ alone. */
#ifndef API_ACCOUNT_H
#define API_ACCOUNT_H

#include "api/call.h"

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

/* An OAuth client as its routes show it. */
void client_json(const struct oauth_client *client, bool with_secret, struct jsonw *w);

/* Whether the caller sees a product: a team's products for a user; its own for a product's client;
 * none for a customer. (routes_product.c) */
bool product_seen(const struct call *call, const struct product *product);

/* A product as its routes show it. (routes_product.c) */
void product_json(const struct cloud *cloud, const struct product *product, struct jsonw *w);

#endif
