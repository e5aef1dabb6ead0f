/* See orgs.h. Decides who is refused, and how. */
#include "api/routes/orgs.h"

#include "api/call/rules.h"
#include "api/routes/account_rules.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <string.h>

const char *org_named(struct call *call)
{
    const char *org = accounts_org(call->world->cloud, call->params[0]);
    if (!org)
        reply_error(call, 404, &account_rules[ACCOUNT_ORG_NOT_FOUND], "Organization not found.");
    return org;
}

static bool is_member(const struct call *call, const char *org)
{
    size_t cursor = 0;
    void *value;
    while (call->owner.kind == OWNER_USER &&
           map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (cloud_in_org(product, org) && cloud_on_team(product, call->owner.user))
            return true;
    }
    return false;
}

const char *org_of_member(struct call *call)
{
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
        return NULL;
    }
    const char *org = org_named(call);
    if (!org || is_member(call, org))
        return org;
    reply_error(call, 403, &account_rules[ACCOUNT_ORG_REFUSED], "Permission denied");
    return NULL;
}
