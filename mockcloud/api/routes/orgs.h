/* Organizations in paths, and who may see them. Of api/ alone. */
#ifndef API_ROUTES_ORGS_H
#define API_ROUTES_ORGS_H

#include "api/call/call.h"

/* The slug of the organization that the first parameter of the path names, by slug or id. NULL:
 * there is none; the refusal is in the reply. */
const char *org_named(struct call *call);

/* The same, of which the caller, a user, is on the team of a product. */
const char *org_of_member(struct call *call);

#endif
