/* OAuth clients, for other files of this room. (client.c) Of api/ alone. */
#ifndef API_ROUTES_CLIENT_H
#define API_ROUTES_CLIENT_H

#include "api/call/call.h"
#include "cloud/accounts.h"

/* An OAuth client as its routes show it. */
void client_json(const struct oauth_client *client, bool with_secret, struct jsonw *w);

#endif
