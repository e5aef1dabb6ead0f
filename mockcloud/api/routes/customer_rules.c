/* See customer_rules.h. Data. */
#include "api/routes/customer_rules.h"

#include <stddef.h>

#define REFERENCE "Particle's API reference"

#define DOCUMENTED PROVENANCE_DOCUMENTED
#define OBSERVED   PROVENANCE_OBSERVED
#define STAFF      PROVENANCE_STAFF
#define GUESSED    PROVENANCE_GUESSED

const struct rule customer_rules[CUSTOMER_RULES] = {
    [CUSTOMER_CREATED] = {"customer.created",
                          "A client's id and secret create a customer: 201; until 2018 with the "
                          "scope.",
                          DOCUMENTED, REFERENCE "; Particle staff's transcript of 2018",
                          "api_year"},
    [CUSTOMER_IMPLICIT] = {"customer.created-in-browser",
                           "The browser flow creates a customer and redirects with the token.",
                           GUESSED, REFERENCE " has 201 without a body, and tells of a redirection",
                           NULL},
    [CUSTOMER_BY_TEAM] = {"customer.created-by-team",
                          "A team member creates a customer, with a password.", DOCUMENTED,
                          REFERENCE, "api_year"},
    [CUSTOMER_BY_BEARER] = {"customer.bearer-refused",
                            "A product's bearer token does not create customers.", STAFF,
                            "Particle staff's notes; the body is a guess", NULL},
    [CUSTOMER_FOREIGN_CLIENT] = {"customer.foreign-client",
                                 "A client of another product creates no customer here.", GUESSED,
                                 "a client is bound to one product", NULL},
    [CUSTOMER_BAD] = {"customer.bad",
                      "A customer without an email, or without a password and "
                      "no_password.",
                      GUESSED, "the real body was never recorded", NULL},
    [CUSTOMER_WITHOUT_PASSWORD] = {"customer.without-password",
                                   "Only a customer that has a password gets another one.", GUESSED,
                                   REFERENCE " has the rule; the real body was never recorded",
                                   NULL},
    [CUSTOMER_EXISTS] = {"customer.exists", "A customer that exists is refused.", STAFF,
                         "Particle staff's notes; status and body are a guess",
                         "duplicate_customer"},
    [CUSTOMER_LIST] = {"customer.list", "The customers that own a device, and those devices.",
                       DOCUMENTED, REFERENCE, "customers_without_device"},
    [CUSTOMER_NOT_FOUND] = {"customer.not-found", "A customer that is not there.", GUESSED,
                            "the real body was never recorded", NULL},
    [CUSTOMER_UPDATED] = {"customer.updated", "A customer gets another password.", DOCUMENTED,
                          REFERENCE, NULL},
    [CUSTOMER_DELETED] = {"customer.deleted",
                          "A customer goes, with its tokens and pending claim codes.", DOCUMENTED,
                          REFERENCE, NULL},
};
