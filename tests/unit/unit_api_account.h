/* What the cases of accounts share: a world with people, API users, organizations. */
#ifndef UNIT_API_ACCOUNT_H
#define UNIT_API_ACCOUNT_H

#include "unit_api.h"

/*
 * dev is on the team of acme-pump (6287, organization acme, OAuth client acme-app-4711), and so is
 * bot, an API user with the scopes devices:list and products:get; mfa has a second factor (123456)
 * and the recovery code rescue-1; eve is nowhere. ada is a customer with a device, bob one without.
 * other-pump (7000) is in the organization other, lone-pump (8000) in none. Tokens: NAME-token,
 * acme-token of the client, brief-token of dev, for a minute.
 */
void account_begin(const char *switches);

/* Runs one row on a bench of its own. */
void account_case_alone(const struct api_case *row);

#define ACCOUNT_STORY(rows)                                                                        \
    do {                                                                                           \
        account_begin(NULL);                                                                       \
        UNIT_STORY(rows);                                                                          \
        unit_end();                                                                                \
    } while (0)

#define OK          "{\"ok\":true}"
#define ERRORS(x)   "{\"ok\":false,\"errors\":[\"" x "\"]}"
#define ERROR(x)    "{\"ok\":false,\"error\":\"" x "\"}"
#define OAUTH(e, d) "{\"error\":\"" e "\",\"error_description\":\"" d "\"}"
#define DENIED      ERROR("Permission denied")
#define INVALID     OAUTH("invalid_token", "The access token provided is invalid.")
#define NO_SCOPE    OAUTH("invalid_scope", "Invalid scope")
#define API_USER    OAUTH("unauthorized", "API users are not allowed to call this endpoint")

#endif
