/* See limits.h. */
#include "cloud/limits.h"

#include "cloud/cloud.h"

#include <string.h>

#define STAYS "; a deleted one counts until its world ends"

const struct limit_row limit_rows[] = {
    [LIMIT_DEVICES] = {"devices", "devices", 2000000, "Devices. Provisioning another: 403."},
    [LIMIT_PRODUCTS] = {"products", "products", 10000, "Products. Making another: 400."},
    [LIMIT_USERS] = {"users", "users", 100000, "Users and API users" STAYS ". Another: 503."},
    [LIMIT_CUSTOMERS] = {"customers", "customers", 250000,
                         "Customers of all products" STAYS ". Another: 503."},
    [LIMIT_CLIENTS] = {"clients", "OAuth clients", 20000, "OAuth clients" STAYS ". Another: 503."},
    [LIMIT_TOKENS] = {"tokens", "access tokens", 250000,
                      "Access tokens, expired ones among them. Another: 503 server_error."},
    [LIMIT_TICKETS] = {"tickets", "tickets", 10000,
                       "Half logins, enrolments of authenticators and password resets under way, "
                       "of each kind. With another the oldest goes."},
    [LIMIT_CLAIM_CODES] = {"claim_codes", "live claim codes", 100000,
                           "Claim codes that can still claim. Another: 503."},
    [LIMIT_DEAD_CLAIM_CODES] =
        {"dead_claim_codes", "dead claim codes", 20000,
         "Claim codes that are used, expired or revoked, beside those that a device presented "
         "last. With another the one that died first goes: presented later, it is unknown."},
    [LIMIT_TEAM] = {"team", "members of a team", 10000,
                    "Members of one product's team, and as many invitations. Another: 503."},
    [LIMIT_GROUPS] = {"groups", "groups", 100000, "Groups of all products. Another: 503."},
    [LIMIT_WEBHOOKS] = {"webhooks", "integrations", 1000, "Integrations. Another: 403."},
    [LIMIT_FIRMWARE] = {"firmware", "versions of firmware", 2000,
                        "Versions of all products' firmware, 64 MiB of bytes in all. Another: "
                        "400."},
    [LIMIT_SIMS] = {"sims", "SIM cards", 100000,
                    "SIMs that something was done to. What would be done to another is not done."},
};

int limits_find(const char *name)
{
    for (int i = 0; i < LIMITS; i++)
        if (strcmp(limit_rows[i].name, name) == 0)
            return i;
    return -1;
}

bool limits_reached(const struct cloud *cloud, enum limit which, size_t count)
{
    return count >= cloud->limits[which];
}
