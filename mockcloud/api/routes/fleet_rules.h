/* Rules of what stands around a fleet: environment variables, registration, orders, search, service
 * agreements. Of api/ alone. */
#ifndef API_ROUTES_FLEET_RULES_H
#define API_ROUTES_FLEET_RULES_H

#include "base/rule.h"

enum {
    ENV_LIST,
    ENV_CHANGED,
    ENV_BAD_KEY,
    ENV_BAD,
    ENV_RENDERED,
    ENV_REVIEWED,
    ENV_ROLLED_OUT,
    REGISTRATION_CODE,
    REGISTRATION_BAD,
    TARGET_PROFILE,
    TARGET_PROFILE_BAD,
    DEVICE_ORDERS,
    SEARCH,
    SERVICE_AGREEMENTS,
    SERVICE_NOTIFICATIONS,
    FLEET_RULES
};

extern const struct rule fleet_rules[FLEET_RULES];

#endif
