/* Rules of customers: how they come, change and go. Of api/ alone. */
#ifndef API_ROUTES_CUSTOMER_RULES_H
#define API_ROUTES_CUSTOMER_RULES_H

#include "base/rule.h"

enum {
    CUSTOMER_CREATED,
    CUSTOMER_IMPLICIT,
    CUSTOMER_BY_TEAM,
    CUSTOMER_BY_BEARER,
    CUSTOMER_FOREIGN_CLIENT,
    CUSTOMER_BAD,
    CUSTOMER_WITHOUT_PASSWORD,
    CUSTOMER_EXISTS,
    CUSTOMER_LIST,
    CUSTOMER_NOT_FOUND,
    CUSTOMER_UPDATED,
    CUSTOMER_DELETED,
    CUSTOMER_RULES
};

extern const struct rule customer_rules[CUSTOMER_RULES];

#endif
