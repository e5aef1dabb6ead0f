/* A token as the token endpoint and the creation of customers answer it. Of api/ alone. */
#ifndef API_ROUTES_TOKEN_JSON_H
#define API_ROUTES_TOKEN_JSON_H

#include "api/call/call.h"

/* {"token_type","access_token","expires_in","refresh_token","scope"} in this order; what is not set
 * is left out. */
void token_json(const struct token *token, int64_t now_ms, struct jsonw *w);

/* The whole reply, with the headers that forbid storing it. */
void token_reply(struct call *call, int status, const struct rule *rule, const struct token *token);

#endif
