/* The rules of events and their streams. Of api/ alone. */
#ifndef API_ROUTES_EVENT_RULES_H
#define API_ROUTES_EVENT_RULES_H

#include "base/rule.h"

enum {
    EVENT_RULE_PREFIX,
    EVENT_RULE_FOREIGN,
    EVENT_RULE_PUBLISHED,
    EVENT_RULE_BAD,
    EVENT_RULE_AS_DEVICE,
    EVENT_RULES
};

extern const struct rule event_rules[EVENT_RULES];

#endif
