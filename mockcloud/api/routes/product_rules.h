/* Rules of products and of what is in them. Of api/ alone. */
#ifndef API_ROUTES_PRODUCT_RULES_H
#define API_ROUTES_PRODUCT_RULES_H

#include "base/rule.h"

enum {
    PRODUCT_NOT_FOUND,
    PRODUCT_LIST,
    PRODUCT_GET,
    PRODUCT_DEVICE_LIST,
    PRODUCT_DEVICE_GET,
    PRODUCT_DEVICE_NOT_FOUND,
    PRODUCT_DEVICE_NOT_CALLED,
    PRODUCT_IMPORT,
    PRODUCT_DEVICE_REMOVED,
    PRODUCT_OWNER_REMOVED,
    PRODUCT_RULES
};

extern const struct rule product_rules[PRODUCT_RULES];

#endif
