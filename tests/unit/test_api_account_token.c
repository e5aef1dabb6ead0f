/* Access tokens: list, current, revoking; and what a second factor does to a login. */
#include "suites.h"

#include "unit_api_account.h"

#define LIST              .method = "GET", .target = "/v1/access_tokens"
#define CURRENT           .target = "/v1/access_tokens/current"
#define DELETE(id)        .method = "DELETE", .target = "/v1/access_tokens" id
#define TOKEN             .method = "POST", .target = "/oauth/token", .type = FORM
#define PUBLIC            "&client_id=particle&client_secret=particle"
#define DEV               .basic = "dev@example.com:dev-pass"
#define AT_END            "2026-04-01T00:00:00.000Z" /* 90 days later */
#define MFA_NEEDED        OAUTH("mfa_required", "Multi-factor authentication required")
#define LISTED(token, at) "{\"token\":\"" token "\",\"expires_at\":" at ",\"client\":\"particle\"}"

static const struct api_case rows[] = {
    /* the list */
    {"list", NULL, LIST, DEV, .status = 200,
     .reply = "[" LISTED("dev-token", "\"" AT_END "\"") "," LISTED(
         "brief-token", "\"2026-01-01T00:01:00.000Z\"") "]",
     .rule = "access-token.list", .mark = "R 2015-07"},
    {"list: a wrong password", NULL, LIST, .basic = "dev@example.com:a-guess", .status = 401,
     .reply = ERRORS("Bad password"), .rule = "account.bad-password", .mark = "R 2015-07"},
    {"list: nobody of that name", NULL, LIST, .basic = "nobody@example.com:dev-pass", .status = 400,
     .reply = ERRORS("Unknown user"), .rule = "account.unknown-user", .mark = "R 2015-07"},
    {"list: a customer is no user", NULL, LIST, .basic = "bob@example.com:bob-pass", .status = 400,
     .reply = ERRORS("Unknown user")},
    {"list: no credentials", NULL, LIST, .status = 400, .reply = ERRORS("Unknown user")},
    {"list: a token is no password", NULL, LIST, .token = "dev-token", .status = 400,
     .reply = ERRORS("Unknown user")},
    {"list: an API user has no password", NULL, LIST, .basic = "bot@example.com:", .status = 401,
     .reply = ERRORS("Bad password")},
    {"list: second factor", NULL, LIST, .basic = "mfa@example.com:mfa-pass", .status = 403,
     .reply = MFA_NEEDED, .rule = "token.mfa-required"},
    {"list: wrong otp", NULL, .method = "GET", .target = "/v1/access_tokens?otp=654321",
     .basic = "mfa@example.com:mfa-pass", .status = 400,
     .reply = OAUTH("invalid_grant", "OTP expired"), .rule = "token.bad-otp"},
    {"list: otp", NULL, .method = "GET", .target = "/v1/access_tokens?otp=123456",
     .basic = "mfa@example.com:mfa-pass", .status = 200,
     .reply = "[" LISTED("mfa-token", "\"" AT_END "\"") "]", .mark = "D"},
    /* the presented one */
    {"current", NULL, .method = "GET", CURRENT, .token = "dev-token", .status = 200,
     .reply = "{\"expires_at\":\"" AT_END "\",\"client\":\"particle\",\"client_id\":\"particle\","
              "\"scopes\":[],\"orgs\":[{\"id\":\"<24>\",\"slug\":\"acme\"}]}",
     .rule = "access-token.current", .mark = "D"},
    {"current: of somebody without a product", NULL, .method = "GET", CURRENT, .token = "eve-token",
     .status = 200,
     .reply = "{\"expires_at\":\"" AT_END "\",\"client\":\"particle\",\"client_id\":\"particle\","
              "\"scopes\":[],\"orgs\":[]}",
     .mark = "D"},
    {"current: none", NULL, .method = "GET", CURRENT, .status = 400,
     .reply = OAUTH("invalid_request", "The access token was not found"), .rule = "token.none",
     .mark = "R 2015-07"},
    {"current: unknown", NULL, .method = "GET", CURRENT, .token = "made-up", .status = 401,
     .reply = INVALID, .rule = "token.unknown", .mark = "S"},
    {"current: an API user", NULL, .method = "GET", CURRENT, .token = "bot-token", .status = 400,
     .reply = API_USER, .rule = "token.api-user", .mark = "D"},
    /* revoking */
    {"revoke, without credentials", NULL, DELETE("/dev-token"), .status = 200, .reply = OK,
     .rule = "access-token.deleted", .mark = "R 2017-09"},
    {"revoke, with the user's password", NULL, DELETE("/dev-token"), DEV, .status = 200,
     .reply = OK, .rule = "access-token.deleted", .mark = "R 2015-07"},
    {"revoke, with a wrong password", NULL, DELETE("/dev-token"), .basic = "dev@example.com:x",
     .status = 401, .reply = ERRORS("Bad password"), .rule = "account.bad-password"},
    {"revoke, with somebody else's password", NULL, DELETE("/dev-token"),
     .basic = "eve@example.com:eve-pass", .status = 401, .reply = INVALID,
     .rule = "access-token.unknown"},
    {"revoke what is not there", NULL, DELETE("/made-up"), .status = 401, .reply = INVALID,
     .rule = "access-token.unknown"},
    {"revoke what is not there, switched", "unknown_token_deleted: ok-200", DELETE("/made-up"),
     .status = 200, .reply = OK, .rule = "access-token.unknown"},
    {"revoke the presented one", NULL, DELETE("/current"), .token = "dev-token", .status = 200,
     .reply = OK, .rule = "access-token.deleted", .mark = "D"},
    {"revoke all", NULL, DELETE(""), .token = "dev-token", .status = 200, .reply = OK,
     .rule = "access-token.deleted-all", .mark = "D"},
    {"revoke all, without a token", NULL, DELETE(""), .status = 400,
     .reply = OAUTH("invalid_request", "The access token was not found"), .mark = "R 2015-07"},
    /* tokens in the query */
    {"query: as it was", NULL, .method = "GET", .target = "/v1/devices?access_token=eve-token",
     .status = 200, .reply = "[]"},
    {"query: an unknown one is unknown first", "query_tokens: refuse", .method = "GET",
     .target = "/v1/devices?access_token=nobody", .status = 401, .reply = INVALID,
     .rule = "token.unknown", .mark = "T"},
    {"query: a scope comes first, too", "query_tokens: refuse", .method = "GET",
     .target = "/v1/user?access_token=bot-token", .status = 400, .reply = API_USER,
     .rule = "token.api-user", .mark = "D"},
    {"query: as it is for new accounts", "query_tokens: refuse", .method = "GET",
     .target = "/v1/devices?access_token=eve-token", .status = 400,
     .reply = OAUTH("invalid_request", "Access tokens are not allowed in the query"),
     .rule = "token.in-query", .mark = "D"},
};

START_TEST(row)
{
    account_case_alone(&rows[_i]);
}
END_TEST

START_TEST(what_revoking_ends)
{
    static const struct api_case story[] = {
        {"one goes", NULL, DELETE("/brief-token"), .status = 200},
        {"the other stays", NULL, LIST, DEV, .status = 200,
         .reply = "[" LISTED("dev-token", "\"" AT_END "\"") "]"},
        {"it is unknown now", NULL, .method = "GET", CURRENT, .token = "brief-token", .status = 401,
         .reply = INVALID},
        {"login", NULL, TOKEN,
         .body =
             "grant_type=password&username=dev@example.com&password=dev-pass&expires_in=0" PUBLIC,
         .status = 200, .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:more>\"}",
         .mark = "S"},
        {"one that never expires", NULL, LIST, DEV, .status = 200,
         .reply = "[" LISTED("dev-token", "\"" AT_END "\"") "," LISTED("{{more}}", "null") "]",
         .mark = "R 2015-07"},
        {"all go", NULL, DELETE(""), .token = "dev-token", .status = 200},
        {"none is left", NULL, LIST, DEV, .status = 200, .reply = "[]"},
        {"others have theirs", NULL, .method = "GET", CURRENT, .token = "eve-token", .status = 200},
        {"a product's client ends its own", NULL, DELETE(""), .token = "acme-token", .status = 200},
        {"which are unknown then", NULL, .method = "GET", CURRENT, .token = "acme-token",
         .status = 401},
        {"a customer's are not among them", NULL, .method = "GET", CURRENT, .token = "ada-token",
         .status = 200},
    };
    ACCOUNT_STORY(story);
}
END_TEST

/* ---- the second half of a login ---- */

#define FIRST_HALF                                                                                 \
    {                                                                                              \
        "first half", NULL, TOKEN,                                                                 \
            .body = "grant_type=password&username=mfa@example.com&password=mfa-pass" PUBLIC,       \
            .status = 403,                                                                         \
            .reply =                                                                               \
                "{\"error\":\"mfa_required\",\"mfa_token\":\"<40:half>\",\"error_description\":"   \
                "\"Multi-factor authentication required\"}",                                       \
            .mark = "T"                                                                            \
    }
#define RESCUE(code)                                                                               \
    .body = "grant_type=urn:custom:recovery-code&mfa_token={{half}}&recovery_code=" code PUBLIC
#define GRANTED                                                                                    \
    "{\"token_type\":\"bearer\",\"access_token\":\"<40>\",\"expires_in\":7776000,"                 \
    "\"refresh_token\":\"<40>\"}"
#define EXPIRED OAUTH("invalid_grant", "OTP expired")

START_TEST(recovery_codes)
{
    static const struct api_case story[] = {
        FIRST_HALF,
        {"a code that is none", NULL, TOKEN, RESCUE("rescue-9"), .status = 400, .reply = EXPIRED},
        {"a code", NULL, TOKEN, RESCUE("rescue-1"), .status = 200, .reply = GRANTED,
         .rule = "token.recovery-code", .mark = "S"},
        {"the half is used up", NULL, TOKEN, RESCUE("rescue-2"), .status = 400, .reply = EXPIRED},
        FIRST_HALF,
        {"the code is used up", NULL, TOKEN, RESCUE("rescue-1"), .status = 400, .reply = EXPIRED},
        {"another one is not", NULL, TOKEN, RESCUE("rescue-2"), .status = 200},
    };
    ACCOUNT_STORY(story);
}
END_TEST

START_TEST(half_a_login_expires)
{
    static const struct api_case first[] = {FIRST_HALF};
    static const struct api_case late = {
        "too late",
        NULL,
        TOKEN,
        .body = "grant_type=urn:custom:mfa-otp&mfa_token={{half}}&otp=123456" PUBLIC,
        .status = 400,
        .reply = EXPIRED,
        .rule = "token.bad-otp",
        .mark = "T"};
    account_begin(NULL);
    UNIT_STORY(first);
    static const struct api_case wait = {"ten minutes",
                                         NULL,
                                         .method = "POST",
                                         .target = "/__mock/worlds/default/clock",
                                         .header = "X-Mockcloud-Control: 1",
                                         .type = JSON,
                                         .body = "{\"advance\":\"10min\"}",
                                         .status = 200};
    unit_case(&wait);
    unit_case(&late);
    unit_end();
}
END_TEST

Suite *test_api_account_token(void)
{
    Suite *suite = suite_create("account_token");
    TCase *tcase = tcase_create("tokens");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, what_revoking_ends);
    tcase_add_test(tcase, recovery_codes);
    tcase_add_test(tcase, half_a_login_expires);
    suite_add_tcase(suite, tcase);
    return suite;
}
