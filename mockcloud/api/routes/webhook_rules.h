/* The rules of webhooks and other integrations. Of api/ alone. */
#ifndef API_ROUTES_WEBHOOK_RULES_H
#define API_ROUTES_WEBHOOK_RULES_H

#include "base/rule.h"

enum {
    WEBHOOK_RULE_CREATED,
    WEBHOOK_RULE_LIST,
    WEBHOOK_RULE_GET,
    WEBHOOK_RULE_UPDATED,
    WEBHOOK_RULE_DELETED,
    WEBHOOK_RULE_TESTED,
    WEBHOOK_RULE_NOT_FOUND,
    WEBHOOK_RULE_INTEGRATION_NOT_FOUND,
    WEBHOOK_RULE_BAD,
    WEBHOOK_RULE_TOO_MANY,
    WEBHOOK_RULES
};

extern const struct rule webhook_rules[WEBHOOK_RULES];

#endif
