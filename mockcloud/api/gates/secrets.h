/*
 * Secrets that a client must not send: whether one stands anywhere in a request, in its target, a
 * header (decoded, too, when it is Basic), or its body, as it is or percent-encoded. Of api/ alone.
 */
#ifndef API_GATES_SECRETS_H
#define API_GATES_SECRETS_H

#include "api/front.h"
#include "cloud/cloud.h"

/* `kind`: "client", the secret of any client that is not public; "customer-token", the access token
 * of any customer. */
bool secrets_in_request(const struct cloud *cloud, const char *kind,
                        const struct api_request *request);

#endif
