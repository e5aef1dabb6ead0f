/*
 * Switches: where we guess how the real cloud or a real device behaves, a world may choose.
 *
 * `behaviour: {offline_customer_claim: accept}` in a world file sets one. The first value of a row
 * is the default.
 */
#ifndef SIM_BEHAVIOUR_H
#define SIM_BEHAVIOUR_H

#include "base/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BEHAVIOUR_VALUES 5

#define API_YEAR_CURRENT 9999 /* sim_api_year(): the newest form of a reply */

enum behaviour {
    BEHAVIOUR_MISSING_DEVICE_ID,
    BEHAVIOUR_UPPERCASE_IDS,
    BEHAVIOUR_UNKNOWN_DEVICE_ERROR,
    BEHAVIOUR_OFFLINE_CLAIM_ERROR,
    BEHAVIOUR_OFFLINE_CUSTOMER_CLAIM,
    BEHAVIOUR_OFFLINE_TEAM_CLAIM,
    BEHAVIOUR_FOREIGN_CUSTOMER_CLAIM,
    BEHAVIOUR_NON_MEMBER_CLAIM,
    BEHAVIOUR_CODE_TAKES_PRODUCT_DEVICE,
    BEHAVIOUR_REFUSED_CODE_CONFIRMED,
    BEHAVIOUR_OLDER_CLAIM_CODES,
    BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER,
    BEHAVIOUR_SANDBOX_LIMIT,
    BEHAVIOUR_DUPLICATE_CUSTOMER,
    BEHAVIOUR_PRODUCT_REFUSED_STATUS,
    BEHAVIOUR_QUERY_TOKENS,
    BEHAVIOUR_PRODUCT_CLIENT_LOGIN,
    BEHAVIOUR_CUSTOMER_SCOPE_CASE,
    BEHAVIOUR_API_USER_WITHOUT_SCOPE,
    BEHAVIOUR_UNKNOWN_TOKEN_DELETED,
    BEHAVIOUR_PASSWORD_RESET_UNKNOWN,
    BEHAVIOUR_CLIENT_UPDATE_SECRET,
    BEHAVIOUR_TEAM_INVITE,
    BEHAVIOUR_CUSTOMERS_WITHOUT_DEVICE,
    BEHAVIOUR_SESSION_SURVIVES_POWER_CUT,
    BEHAVIOUR_OFFLINE_BEFORE_ONLINE,
    BEHAVIOUR_RESUME_MOVES_HANDSHAKE,
    BEHAVIOUR_DEVICE_TIMEOUTS,
    BEHAVIOUR_API_YEAR,
    BEHAVIOUR_SEVERAL_UPDATES,
    BEHAVIOUR_RADIO_CLAIM_CODE,
    BEHAVIOUR_DENIED_DEVICES_LISTED,
    BEHAVIOUR_PROVISIONED_OWNER,
    BEHAVIOUR_FOREIGN_DEVICE_STREAM,
    BEHAVIOUR_STREAM_RIGHTS,
    BEHAVIOUR_WEBHOOK_SKIPPING,
    BEHAVIOUR_RATE_LIMITS,
    BEHAVIOUR_DUPLICATE_GROUP,
    BEHAVIOUR_UNTESTED_RELEASE,
    BEHAVIOUR_DIAGNOSTICS_DATE_ERROR,
    BEHAVIOUR_DIAGNOSTICS_REFRESH,
    BEHAVIOUR_SIM_CHECK_ACTIVE,
    BEHAVIOUR_COUNT
};

/* Which value each switch has: an index into `values`. A zeroed one is all defaults. */
struct behaviours {
    uint8_t value[BEHAVIOUR_COUNT];
    bool stated[BEHAVIOUR_COUNT]; /* the world's file says so: a guess that its author has made */
};

struct behaviour_row {
    const char *name;
    const char *values[BEHAVIOUR_VALUES]; /* the first is the default; NULL behind the last */
    const char *text;
    const char *source;
    bool ours; /* no guess, but a convenience of ours: --strict passes it over */
};

extern const struct behaviour_row behaviour_rows[BEHAVIOUR_COUNT];

/* The row's number, -1 when there is no such switch. */
int behaviour_find(const char *name);

/* The value's number in that row, -1 when it has no such value. */
int behaviour_value(enum behaviour which, const char *word);

#endif
