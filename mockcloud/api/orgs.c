/* See orgs.h. Decides who is refused, and how. */
#include "api/orgs.h"

#include "api/account.h"
#include "api/account_rules.h"
#include "api/rules.h"
#include "cloud/accounts.h"

#include <string.h>

const char *org_named(struct call *call)
{
    const char *org = accounts_org(call->world->cloud, call->params[0]);
    if (!org)
        reply_error(call, 404, &account_rules[ACCOUNT_ORG_NOT_FOUND], "Organization not found.");
    return org;
}

static const char *org_refused(struct call *call)
{
    reply_error(call, 403, &account_rules[ACCOUNT_ORG_REFUSED], "Permission denied");
    return NULL;
}

const char *org_of_caller(struct call *call)
{
    size_t cursor = 0;
    void *value;
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
        return NULL;
    }
    const char *org = org_named(call);
    while (org && map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (product->org && strcmp(product->org, org) == 0 && product_seen(call, product))
            return org;
    }
    return org ? org_refused(call) : NULL;
}

const char *org_of_member(struct call *call)
{
    const char *org = org_of_caller(call);
    return org && call->owner.kind != OWNER_USER ? org_refused(call) : org;
}
