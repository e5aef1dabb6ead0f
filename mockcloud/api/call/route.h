/* Routes: a row per method and path. Of api/ alone. */
#ifndef API_CALL_ROUTE_H
#define API_CALL_ROUTE_H

#include "api/call/call.h"
#include "api/shape/shape.h"
#include "cloud/oauth.h"

/* Who may call; checked before the handler. */
enum route_auth {
    AUTH_NONE,    /* the handler sees to it */
    AUTH_TOKEN,   /* anybody with a token */
    AUTH_OWNER,   /* a user or a customer */
    AUTH_USER,    /* a user */
    AUTH_PRODUCT, /* the first :param is a product: a team member or the product's client */
    AUTH_CONTROL  /* the gate of the control API */
};

/* What a request on the route is after, if it may lead to a claim: a refusal is remembered then. */
enum route_leads { LEADS_NOWHERE, LEADS_TO_CLAIM, LEADS_TO_CODE, LEADS_TO_IMPORT };

struct field;

struct route {
    const char *method; /* "*": any but OPTIONS */
    const char *path;   /* "/v1/devices/:device"; may end in a segment * for all that is below it,
                           or *name for what is below it as a parameter, slashes and all */
    const char *name;   /* "device.get" */
    enum route_auth auth;
    void (*handle)(struct call *call); /* NULL: not imitated yet, 501 */
    const char *scope; /* what an API user (a programmatic team member) needs: "devices:list"; NULL:
                          no API user may call */
    enum provenance provenance;
    const char *source;
    const char *text;
    /* The contract: what a request may hold, and the shapes of the replies. NULL: not said yet
     * (then neither is checked). Errors that no row of `replies` names have the API's error shape.
     */
    const struct param *params;
    const struct field
        *body; /* the members of a JSON body that `params` can't describe; NULL: none */
    const struct reply_shape *replies;
    bool
        reaches_out; /* makes or triggers what acts on the network: not for a page from elsewhere */
    enum route_leads leads_to;
};

struct route_table {
    const struct route *rows;
    size_t count;
};

/* Finds the row for the call's method and segments; sets call->route and call->params. NULL: none;
 * *ret_allow (of the arena) then lists the methods that the path has, or is NULL when it has none.
 */
const struct route *route_find(struct call *call, const char **ret_allow);

/* The index that route_find() uses, of all rows of `count` tables, in their order: the first row
 * that fits wins. Yours: route_index_free(). */
struct route_index *route_index_new(const struct route_table *const *tables, size_t count);
void route_index_free(struct route_index *index);

/* Checks who calls. False: the refusal is in the reply. (auth.c) */
bool auth_check(struct call *call);

/* The same once more, of a call whose rights may have changed since. (auth.c) */
bool auth_again(struct call *call);

/* Presents the token of the request, and holds the scopes of an API user against the route; false:
 * the refusal is in the reply. (auth.c) */
bool auth_token(struct call *call);

/* What the token of the request is worth, wherever it stands, and whose it is or was; OWNER_NONE:
 * nobody's, or a client's own. (auth.c) */
enum oauth_standing auth_standing(const struct call *call, struct owner *ret_owner);

/* Checks that the caller (after auth_token()) may act on call->product. (auth.c) */
bool auth_product_of(struct call *call, struct product *product);

/* A refusal of OAuth as a reply. `mfa_token` may be NULL. (auth.c) */
void auth_refuse(struct call *call, const struct oauth_error *error, const char *mfa_token);

/* The status with which a product refuses (behaviour product_refused_status). (auth.c) */
int auth_product_status(const struct call *call);

#endif
