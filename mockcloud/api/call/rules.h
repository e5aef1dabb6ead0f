/* Rules that hold whatever the route: paths, bodies, who may call, streams. Of api/ alone. */
#ifndef API_CALL_RULES_H
#define API_CALL_RULES_H

#include "base/rule.h"

enum {
    API_NO_ROUTE,
    API_WRONG_METHOD,
    API_NOT_IMITATED,
    API_PREFLIGHT,
    API_BAD_ENCODING,
    API_BAD_JSON,
    API_NO_WORLD,
    API_FOREIGN_PAGE,
    API_REPLY_TOO_LARGE,
    API_NOT_MODIFIED,
    API_CONSOLE,
    API_PERMISSION_DENIED,
    API_PRODUCT_NEEDED,
    API_OWNER_NEEDED,
    API_CUSTOMER_ON_PRODUCT,
    API_PRODUCT_REFUSED,
    API_USER_NEEDED,
    API_STREAM_OPENED,
    API_STREAM_RIGHTS,
    API_STREAM_OWN,
    API_STREAM_PRODUCT,
    API_STREAMS_FULL,
    API_WORLD_FULL,
    API_TEXT_TOO_LONG,
    API_RULES
};

extern const struct rule api_rules[API_RULES];

#endif
