/*
 * The refusals of the token endpoint and of presented tokens, to the letter. See oauth.h.
 *
 * The double space in "(Auth header,  GET or POST)" is the original's.
 */
#include "cloud/oauth_errors.h"

#include "cloud/oauth.h"

#define GRANT_JS     "particle-iot/node-oauth2-server 3.2.3, lib/grant.js"
#define AUTHORISE_JS "particle-iot/node-oauth2-server 3.2.3, lib/authorise.js"

const struct oauth_error oauth_errors[] = {
    [OAUTH_NOT_FORM] =
        {
            .rule = {"token.not-form", "POST /oauth/token takes a form only.", PROVENANCE_INFERRED,
                     GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "Method must be POST with application/x-www-form-urlencoded encoding",
        },
    [OAUTH_BAD_GRANT_TYPE] =
        {
            .rule = {"token.bad-grant-type", "grant_type is missing or not one of the known ones.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "Invalid or missing grant_type parameter",
        },
    [OAUTH_NO_CLIENT_ID] =
        {
            .rule = {"token.no-client-id",
                     "There is no client id, neither in Basic nor in the body.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_client",
            .description = "Invalid or missing client_id parameter",
            .challenge = true,
        },
    [OAUTH_NO_CLIENT_SECRET] =
        {
            .rule = {"token.no-client-secret", "There is no client secret.", PROVENANCE_INFERRED,
                     GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_client",
            .description = "Missing client_secret parameter",
            .challenge = true,
        },
    [OAUTH_WRONG_CLIENT] =
        {
            .rule = {"token.wrong-client", "The client is unknown or its secret is wrong.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_client",
            .description = "Client credentials are invalid",
            .challenge = true,
        },
    [OAUTH_GRANT_NOT_ALLOWED] =
        {
            .rule = {"token.grant-not-allowed",
                     "The client may not use this grant: one of scope create_customer has no "
                     "client_credentials (which clients are refused is a guess).",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_client",
            .description = "The grant type is unauthorised for this client_id",
            .challenge = true,
        },
    [OAUTH_NO_USERNAME] =
        {
            .rule = {"token.no-username", "The password grant needs a username and a password.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_client",
            .description = "Missing parameters. \"username\" and \"password\" are required",
            .challenge = true,
        },
    [OAUTH_WRONG_PASSWORD] =
        {
            .rule = {"token.wrong-password", "The user is unknown or the password is wrong.",
                     PROVENANCE_OBSERVED, "particlerb recording of 2017", NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "User credentials are invalid",
        },
    [OAUTH_CUSTOMERS_CLIENT] =
        {
            .rule = {"token.customers-client",
                     "A user logs in through the client of a product, which is for its customers; "
                     "the body is that of a wrong password.",
                     PROVENANCE_OBSERVED,
                     "particle-android issue 81, of 2019; the body is inferred",
                     "product_client_login"},
            .status = 400,
            .error = "invalid_grant",
            .description = "User credentials are invalid",
        },
    [OAUTH_SSO_USER] =
        {
            .rule = {"token.sso-user",
                     "A user of single sign-on has no password grant (the description is a guess).",
                     PROVENANCE_STAFF, "particle-cli's handling of sso_user", NULL},
            .status = 403,
            .error = "sso_user",
            .description = "This user logs in with single sign-on",
        },
    [OAUTH_MFA_REQUIRED] =
        {
            .rule = {"token.mfa-required", "The second factor is asked for, with an mfa_token.",
                     PROVENANCE_STAFF, "particle-cli's test fixtures", NULL},
            .status = 403,
            .error = "mfa_required",
            .description = "Multi-factor authentication required",
        },
    [OAUTH_NO_OTP] =
        {
            .rule = {"token.no-otp", "The second factor needs otp and mfa_token.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "You must provide otp and mfa token.",
        },
    [OAUTH_BAD_OTP] =
        {
            .rule =
                {"token.bad-otp",
                 "The mfa_token is unknown, used or expired, or the one-time password or recovery "
                 "code wrong.",
                 PROVENANCE_STAFF, "particle-cli's tests", NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "OTP expired",
        },
    [OAUTH_NO_RECOVERY_CODE] =
        {
            .rule = {"token.no-recovery-code", "Recovery needs recovery_code and mfa_token.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "You must provide recovery code and mfa token.",
        },
    [OAUTH_CLIENT_WITHOUT_USER] =
        {
            .rule = {"token.client-without-user",
                     "A public client has no credentials grant of its own.", PROVENANCE_INFERRED,
                     GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "Client credentials are invalid",
        },
    [OAUTH_NO_REFRESH_TOKEN] =
        {
            .rule = {"token.no-refresh-token", "The refresh grant needs a refresh token.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "No \"refresh_token\" parameter",
        },
    [OAUTH_BAD_REFRESH_TOKEN] =
        {
            .rule = {"token.bad-refresh-token",
                     "The refresh token is unknown, used, or another client's.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "Invalid refresh token",
        },
    [OAUTH_EXPIRED_REFRESH_TOKEN] =
        {
            .rule = {"token.expired-refresh-token", "The refresh token has expired.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "Refresh token has expired",
        },
    [OAUTH_NO_CODE] =
        {
            .rule = {"token.no-code", "The authorization_code grant needs a code.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "No \"code\" parameter",
        },
    [OAUTH_BAD_CODE] =
        {
            .rule = {"token.bad-code",
                     "The authorization code is unknown, used, or another client's.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "Invalid code",
        },
    [OAUTH_EXPIRED_CODE] =
        {
            .rule = {"token.expired-code", "The authorization code has expired.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_grant",
            .description = "Code has expired",
        },
    [OAUTH_OTHER_GRANT_TYPE] =
        {
            .rule = {"token.other-grant-type",
                     "A known grant_type in other letters: the first check is blind to case, the "
                     "choice of the grant is not.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "Invalid grant_type parameter or parameter missing",
        },
    [OAUTH_BAD_SCOPE] =
        {
            .rule = {"token.bad-scope",
                     "The scope is none that is known, or names an unknown customer.",
                     PROVENANCE_INFERRED, GRANT_JS, NULL},
            .status = 400,
            .error = "invalid_scope",
            .description = "Invalid scope",
        },
    [OAUTH_SCOPE_CASE] =
        {
            .rule = {"token.scope-case",
                     "The scope names a customer in capitals that the customer's id, lower-cased "
                     "when it was made, does not have.",
                     PROVENANCE_GUESSED,
                     "Particle community 26410: ids of customers are mapped to lower case",
                     "customer_scope_case"},
            .status = 400,
            .error = "invalid_scope",
            .description = "Invalid scope",
        },
    [OAUTH_FULL] =
        {
            .rule = {"token.no-room",
                     "A world has room for 250,000 access tokens; what the OAuth layer answers "
                     "when its store fails.",
                     PROVENANCE_INFERRED,
                     "particle-iot/node-oauth2-server 3.2.3, lib/error.js; the limit is ours",
                     NULL},
            .status = 503,
            .error = "server_error",
            .description = "server_error",
        },
    [OAUTH_IMPLICIT_CLIENT] =
        {
            .rule = {"token.implicit-client", "The client of a browser flow is unknown.",
                     PROVENANCE_INFERRED, AUTHORISE_JS, NULL},
            .status = 400,
            .error = "invalid_client",
            .description = "Invalid client credentials",
            .challenge = true,
        },
    [OAUTH_REDIRECT_URI] =
        {
            .rule = {"token.redirect-uri",
                     "The redirect_uri of a browser flow is not the client's own.",
                     PROVENANCE_INFERRED, AUTHORISE_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "redirect_uri does not match",
        },
    [OAUTH_NO_TOKEN] =
        {
            .rule = {"token.none", "No access token was given.", PROVENANCE_OBSERVED,
                     "particlerb recording of 2015", NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "The access token was not found",
        },
    [OAUTH_TWO_PLACES] =
        {
            .rule = {"token.two-places", "Access tokens were given in more than one place.",
                     PROVENANCE_INFERRED, AUTHORISE_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "Only one method may be used to authenticate at a time (Auth header,  "
                           "GET or POST).",
        },
    [OAUTH_MALFORMED_HEADER] =
        {
            .rule = {"token.malformed-header", "The Authorization header holds no bearer token.",
                     PROVENANCE_INFERRED, AUTHORISE_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "Malformed auth header",
        },
    [OAUTH_BODY_ON_GET] =
        {
            .rule = {"token.body-on-get", "A token stands in the body of a GET.",
                     PROVENANCE_INFERRED, AUTHORISE_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "Method cannot be GET When putting the token in the body.",
        },
    [OAUTH_BODY_NOT_FORM] =
        {
            .rule = {"token.body-not-form", "A token stands in a body that is no form.",
                     PROVENANCE_INFERRED, AUTHORISE_JS, NULL},
            .status = 400,
            .error = "invalid_request",
            .description = "When putting the token in the body, content type must be "
                           "application/x-www-form-urlencoded.",
        },
    [OAUTH_UNKNOWN_TOKEN] =
        {
            .rule = {"token.unknown", "The access token is unknown.", PROVENANCE_STAFF,
                     "particle-api-js end-to-end tests", NULL},
            .status = 401,
            .error = "invalid_token",
            .description = "The access token provided is invalid.",
        },
    [OAUTH_EXPIRED_TOKEN] =
        {
            .rule = {"token.expired", "The access token has expired.", PROVENANCE_OBSERVED,
                     "particlerb recording of 2015", NULL},
            .status = 401,
            .error = "invalid_token",
            .description = "The access token provided has expired.",
        },
    [OAUTH_QUERY_TOKEN] =
        {
            .rule = {"token.in-query",
                     "Accounts made after December 2024 may not put their token into the query "
                     "(the text is a guess).",
                     PROVENANCE_DOCUMENTED, "Particle's Cloud API guide", "query_tokens"},
            .status = 400,
            .error = "invalid_request",
            .description = "Access tokens are not allowed in the query",
        },
    [OAUTH_API_USER] =
        {
            .rule = {"token.api-user", "An API user calls what no API user may call.",
                     PROVENANCE_DOCUMENTED, "Particle's API reference", NULL},
            .status = 400,
            .error = "unauthorized",
            .description = "API users are not allowed to call this endpoint",
        },
    [OAUTH_API_USER_SCOPE] =
        {
            .rule = {"token.api-user-scope",
                     "The same as \"a standard 400 unauthorized error\" (the text is a guess).",
                     PROVENANCE_DOCUMENTED, "Particle's API reference", "api_user_without_scope"},
            .status = 400,
            .error = "unauthorized",
            .description = "API users are not allowed to call this endpoint",
        },
    [OAUTH_API_USER_INVALID_SCOPE] =
        {
            .rule = {"token.api-user-invalid-scope", "An API user calls what it has no scope for.",
                     PROVENANCE_OBSERVED,
                     "invalid_scope by a third party in August 2026; status and "
                     "text: " AUTHORISE_JS,
                     "api_user_without_scope"},
            .status = 400,
            .error = "invalid_scope",
            .description = "Invalid scope",
        },
};

const struct rule_table oauth_error_table = {
    &oauth_errors[0].rule, sizeof oauth_errors / sizeof *oauth_errors, sizeof *oauth_errors};
