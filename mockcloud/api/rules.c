/* See rules.h. Data; and the walk over every table of rules. */
#include "api/rules.h"

#include "api/account_rules.h"
#include "api/api.h"
#include "api/device_rules.h"
#include "api/rate_limit.h"
#include "api/registry_rules.h"
#include "api/routes_event.h"
#include "api/routes_webhook.h"
#include "cloud/claim.h"
#include "cloud/delivery_rules.h"
#include "cloud/oauth.h"

#define DOCUMENTED PROVENANCE_DOCUMENTED
#define OBSERVED   PROVENANCE_OBSERVED
#define STAFF      PROVENANCE_STAFF
#define INFERRED   PROVENANCE_INFERRED
#define GUESSED    PROVENANCE_GUESSED

const struct rule api_rules[API_RULES] = {
    [API_NO_ROUTE] = {"api.no-route", "A path that is not in the API.", GUESSED,
                      "the real body was never recorded", NULL},
    [API_WRONG_METHOD] = {"api.wrong-method",
                          "A path of the API with a method that it does not have.", GUESSED,
                          "the real body was never recorded", NULL},
    [API_NOT_IMITATED] =
        {"api.not-imitated",
         "A path of the real API that is not imitated yet: 501, never a plausible 200.", GUESSED,
         "ours", NULL},
    [API_PREFLIGHT] = {"api.preflight", "A browser's OPTIONS gets 204.", INFERRED,
                       "the SDK works in browsers", NULL},
    [API_BAD_ENCODING] = {"api.bad-encoding", "A path, query or form that can't be decoded.",
                          GUESSED, "the real body was never recorded", NULL},
    [API_BAD_JSON] = {"api.bad-json", "A body that is no JSON object.", GUESSED,
                      "the real body was never recorded", NULL},
    [API_NO_WORLD] = {"api.no-world", "The path prefix names a world that is not there.", GUESSED,
                      "ours", NULL},
    [API_REPLY_TOO_LARGE] = {"api.reply-too-large",
                             "A reply of over 256 MiB: that world is too large for a list.",
                             GUESSED, "ours", NULL},
    [API_NOT_MODIFIED] = {"api.not-modified",
                          "If-None-Match has the reply's ETag: 304, without a body.", INFERRED,
                          "recordings of 2015-2018 have weak ETags; the server was Express", NULL},
    [API_PERMISSION_DENIED] = {"device.permission-denied",
                               "A device that is not the caller's, or is unknown.", OBSERVED,
                               "particlerb and particle-elixir recordings of 2015-2017", NULL},
    [API_PRODUCT_NEEDED] = {"product.other-client", "A product's client asks for another product.",
                            GUESSED, "particle-cli end-to-end tests read the text alone",
                            "product_refused_status"},
    [API_OWNER_NEEDED] = {"device.owner-needed", "A product's own token has no devices of its own.",
                          GUESSED, "no source for the answer", NULL},
    [API_CUSTOMER_ON_PRODUCT] = {"product.customer", "A customer on a product route is refused.",
                                 STAFF, "Particle community 63782; the body is a guess", NULL},
    [API_PRODUCT_REFUSED] = {"product.refused",
                             "A product that is unknown, or whose team the caller is not on.",
                             GUESSED, "particle-cli end-to-end tests read the text alone",
                             "product_refused_status"},
    [API_PRODUCT_NOT_FOUND] = {"product.not-found", "GET of a product that is not there.", OBSERVED,
                               "particlerb recording of 2018", NULL},
    [API_PRODUCTS] = {"product.list", "The products of the caller.", OBSERVED,
                      "particlerb recording of 2018", NULL},
    [API_PRODUCT] = {"product.get", "One product.", OBSERVED, "recording of 2019", NULL},
    [API_DEVICES] = {"device.list", "The caller's devices, by last handshake.", DOCUMENTED,
                     "Particle's API reference", NULL},
    [API_DEVICE] = {"device.get", "One device of the caller.", OBSERVED,
                    "particlerb recording of 2018; Particle's API reference", NULL},
    [API_UNCLAIMED] = {"device.unclaimed", "The owner unclaims, also while offline.", OBSERVED,
                       "particlerb recording of 2015; Particle's device claiming guide", NULL},
    [API_PRODUCT_DEVICES] = {"product.device-list", "The devices of a product, by pages.",
                             DOCUMENTED, "Particle's API reference", NULL},
    [API_PRODUCT_DEVICE] = {"product.device-get", "One device of a product.", DOCUMENTED,
                            "Particle's API reference", NULL},
    [API_PRODUCT_DEVICE_NOT_FOUND] = {"product.device-not-found",
                                      "A device that is not in the product.", STAFF,
                                      "particle-cli end-to-end tests; the status is a guess", NULL},
    [API_IMPORT] = {"product.import", "Devices are imported by id.", STAFF,
                    "Particle staff's transcript of 2018; particle-cli end-to-end tests", NULL},
    [API_REMOVED] = {"product.device-removed",
                     "A device leaves its product; a customer's is unclaimed with it.", DOCUMENTED,
                     "Particle's API reference", NULL},
    [API_OWNER_REMOVED] = {"product.owner-removed", "A team member unclaims for the owner.",
                           DOCUMENTED, "Particle's API reference", NULL},
    [API_CLAIM_CODE] = {"claim-code.issue",
                        "A claim code of 63 characters, and the caller's devices.", OBSERVED,
                        "Particle staff's transcript of 2017; Particle community 24312/11", NULL},
    [API_CLAIM_CODE_CALLER] = {"claim-code.caller", "Who else asks for a claim code is refused.",
                               GUESSED, "the SDK's documentation names a customer for products",
                               "product_claim_code_caller"},
    [API_CUSTOMER_CREATED] = {"customer.created", "A client's id and secret create a customer.",
                              OBSERVED, "Particle staff's transcript of 2018",
                              "customer_created_status"},
    [API_CUSTOMER_IMPLICIT] = {"customer.created-in-browser",
                               "The browser flow creates a customer and redirects with the token.",
                               DOCUMENTED, "Particle's authentication reference", NULL},
    [API_CUSTOMER_BY_TEAM] = {"customer.created-by-team", "A team member creates a customer.",
                              DOCUMENTED,
                              "Particle's authentication reference; the body is a guess",
                              "customer_created_status"},
    [API_CUSTOMER_BY_BEARER] = {"customer.bearer-refused",
                                "A product's bearer token does not create customers.", STAFF,
                                "Particle staff's notes; the body is a guess", NULL},
    [API_CUSTOMER_FOREIGN_CLIENT] = {"customer.foreign-client",
                                     "A client of another product creates no customer here.",
                                     GUESSED, "a client is bound to one product", NULL},
    [API_CUSTOMER_BAD] = {"customer.bad",
                          "A customer without an email, or without a password and "
                          "no_password.",
                          GUESSED, "the real body was never recorded", NULL},
    [API_CUSTOMER_EXISTS] = {"customer.exists", "A customer that exists is refused.", STAFF,
                             "Particle staff's notes; status and body are a guess",
                             "duplicate_customer"},
    [API_CUSTOMERS] = {"customer.list", "The customers that own a device.", GUESSED,
                       "by analogy with the device list of a product", "customers_without_device"},
    [API_CUSTOMER_NOT_FOUND] = {"customer.not-found", "A customer that is not there.", GUESSED,
                                "the real body was never recorded", NULL},
    [API_CUSTOMER_UPDATED] = {"customer.updated", "A customer gets a password.", DOCUMENTED,
                              "Particle's API reference", NULL},
    [API_CUSTOMER_DELETED] = {"customer.deleted",
                              "A customer goes, with its tokens and pending claim codes.",
                              DOCUMENTED, "Particle's API reference; the status is a guess",
                              "customer_deleted_status"},
};

const struct rule *api_rule(size_t index)
{
    if (index < CLAIM_RULES)
        return &claim_rules[index];
    index -= CLAIM_RULES;
    if (index < claim_code_rule_count)
        return &claim_code_rules[index];
    index -= claim_code_rule_count;
    if (index < oauth_error_count)
        return &oauth_errors[index].rule;
    index -= oauth_error_count;
    if (index < oauth_grant_rule_count)
        return &oauth_grant_rules[index];
    index -= oauth_grant_rule_count;
    if (index < DEVICE_RULES)
        return &device_rules[index];
    index -= DEVICE_RULES;
    if (index < EVENT_RULES)
        return &event_rules[index];
    index -= EVENT_RULES;
    if (index < ACCOUNT_RULES)
        return &account_rules[index];
    index -= ACCOUNT_RULES;
    if (index < WEBHOOK_RULES)
        return &webhook_rules[index];
    index -= WEBHOOK_RULES;
    if (index < DELIVERY_RULES)
        return &delivery_rules[index];
    index -= DELIVERY_RULES;
    if (index < RATE_LIMIT_RULES)
        return &rate_limit_errors[index].rule;
    index -= RATE_LIMIT_RULES;
    if (index < REGISTRY_RULES)
        return &registry_rules[index];
    index -= REGISTRY_RULES;
    return index < API_RULES ? &api_rules[index] : NULL;
}
