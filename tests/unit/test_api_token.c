/* POST /oauth/token: each refusal in its order (requests that two rows refuse), each grant, the
 * body of a success and how long it lives. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "suites.h"

#include "unit_api.h"

#include "cloud/oauth.h"

#include <stdio.h>

#define TOKEN       .method = "POST", .target = "/oauth/token"
#define SEND(pairs) .type = FORM, .body = pairs
#define NO_STORE    "Cache-Control: no-store\nPragma: no-cache"
#define CHALLENGE   NO_STORE "\nWWW-Authenticate: Basic realm=\"Service\""
#define PLAIN       NO_STORE "\n-WWW-Authenticate"

#define ERROR(error, text) "{\"error\":\"" error "\",\"error_description\":\"" text "\"}"
#define NOT_FORM                                                                                   \
    ERROR("invalid_request", "Method must be POST with application/x-www-form-urlencoded "         \
                             "encoding")
#define BAD_TYPE    ERROR("invalid_request", "Invalid or missing grant_type parameter")
#define OTHER_TYPE  ERROR("invalid_request", "Invalid grant_type parameter or parameter missing")
#define NO_ID       ERROR("invalid_client", "Invalid or missing client_id parameter")
#define NO_SECRET   ERROR("invalid_client", "Missing client_secret parameter")
#define WRONG       ERROR("invalid_client", "Client credentials are invalid")
#define NOT_ALLOWED ERROR("invalid_client", "The grant type is unauthorised for this client_id")
#define NO_USERNAME                                                                                \
    ERROR("invalid_client",                                                                        \
          "Missing parameters. \\\"username\\\" and \\\"password\\\" are required")
#define BAD_USER    ERROR("invalid_grant", "User credentials are invalid")
#define SSO         ERROR("sso_user", "This user logs in with single sign-on")
#define NO_OTP      ERROR("invalid_request", "You must provide otp and mfa token.")
#define OTP_EXPIRED ERROR("invalid_grant", "OTP expired")
#define NO_RECOVERY ERROR("invalid_request", "You must provide recovery code and mfa token.")
#define NO_USER     ERROR("invalid_grant", "Client credentials are invalid")
#define NO_REFRESH  ERROR("invalid_request", "No \\\"refresh_token\\\" parameter")
#define BAD_REFRESH ERROR("invalid_grant", "Invalid refresh token")
#define OLD_REFRESH ERROR("invalid_grant", "Refresh token has expired")
#define NO_CODE     ERROR("invalid_request", "No \\\"code\\\" parameter")
#define BAD_CODE    ERROR("invalid_grant", "Invalid code")
#define OLD_CODE    ERROR("invalid_grant", "Code has expired")
#define BAD_SCOPE   ERROR("invalid_scope", "Invalid scope")
#define FULL        ERROR("server_error", "server_error")
#define MFA                                                                                        \
    "{\"error\":\"mfa_required\",\"mfa_token\":\"<40:mfa>\",\"error_description\":\"Multi-factor " \
    "authentication required\"}"

#define PAIR(lives)                                                                                \
    "{\"token_type\":\"bearer\",\"access_token\":\"<40:access>\",\"expires_in\":" lives            \
    ",\"refresh_token\":\"<40:refresh>\"}"
#define SCOPED(scope)                                                                              \
    "{\"token_type\":\"bearer\",\"access_token\":\"<40:access>\",\"expires_in\":7776000,"          \
    "\"refresh_token\":\"<40:refresh>\",\"scope\":\"" scope "\"}"
#define FOREVER "{\"token_type\":\"bearer\",\"access_token\":\"<40:access>\"}"
#define DAYS_90 PAIR("7776000")

#define PUBLIC "&client_id=particle&client_secret=particle"
#define APP    "&client_id=acme-app-4711&client_secret=acme-secret"
#define SIGNUP "&client_id=acme-signup-1&client_secret=signup-secret"
#define LOGIN  "grant_type=password&username=dev@example.com&password=dev-pass"
#define OWN    "grant_type=client_credentials"

static const struct api_case refusals[] = {
    /* 1: POST and a form */
    {"no body", NULL, TOKEN, .status = 400, .reply = NOT_FORM, .headers = PLAIN,
     .rule = "token.not-form", .mark = "S"},
    {"JSON", NULL, TOKEN, .type = JSON,
     .body = "{\"grant_type\":\"password\",\"username\":\"dev@example.com\",\"password\":\"dev-"
             "pass\",\"client_id\":\"particle\",\"client_secret\":\"particle\"}",
     .status = 400, .reply = NOT_FORM, .headers = PLAIN, .rule = "token.not-form", .mark = "S"},
    {"a form without its type", NULL, TOKEN, .body = LOGIN PUBLIC, .status = 400,
     .reply = NOT_FORM},
    {"multipart", NULL, TOKEN, .type = "multipart/form-data; boundary=x", .body = "--x--",
     .status = 400, .reply = NOT_FORM},
    {"GET", NULL, .method = "GET", .target = "/oauth/token?" LOGIN PUBLIC, .status = 400,
     .reply = NOT_FORM, .headers = PLAIN, .rule = "token.not-form", .mark = "S"},
    {"GET with a form", NULL, .method = "GET", .target = "/oauth/token", SEND(LOGIN PUBLIC),
     .status = 400, .reply = NOT_FORM},
    {"HEAD", NULL, .method = "HEAD", .target = "/oauth/token", .status = 400, .reply = NOT_FORM},
    {"PUT", NULL, .method = "PUT", .target = "/oauth/token", SEND(LOGIN PUBLIC), .status = 400,
     .reply = NOT_FORM},
    {"DELETE", NULL, .method = "DELETE", .target = "/oauth/token", .status = 400,
     .reply = NOT_FORM},
    /* 2: the grant type, before the client */
    {"empty form", NULL, TOKEN, SEND(""), .status = 400, .reply = BAD_TYPE, .headers = PLAIN,
     .rule = "token.bad-grant-type", .mark = "S"},
    {"in the query alone", NULL, .method = "POST", .target = "/oauth/token?" LOGIN PUBLIC, SEND(""),
     .status = 400, .reply = BAD_TYPE},
    {"no grant type, no client", NULL, TOKEN, SEND("username=x"), .status = 400, .reply = BAD_TYPE},
    {"empty grant type", NULL, TOKEN, SEND("grant_type=" PUBLIC), .status = 400, .reply = BAD_TYPE},
    {"unknown grant type, wrong client", NULL, TOKEN,
     SEND("grant_type=magic&client_id=particle&client_secret=wrong"), .status = 400,
     .reply = BAD_TYPE, .rule = "token.bad-grant-type", .mark = "S"},
    {"half a grant type", NULL, TOKEN, SEND("grant_type=passwor" PUBLIC), .status = 400,
     .reply = BAD_TYPE},
    /* 3: client id, then secret */
    {"no client", NULL, TOKEN, SEND(LOGIN), .status = 400, .reply = NO_ID, .headers = CHALLENGE,
     .rule = "token.no-client-id", .mark = "S"},
    {"no client id, a secret", NULL, TOKEN, SEND(LOGIN "&client_secret=particle"), .status = 400,
     .reply = NO_ID},
    {"client id of strange characters", NULL, TOKEN,
     SEND(LOGIN "&client_id=a%20b%20c&client_secret=x"), .status = 400, .reply = NO_ID},
    {"client id too short", NULL, TOKEN, SEND(LOGIN "&client_id=ab&client_secret=x"), .status = 400,
     .reply = NO_ID},
    {"client id too long", NULL, TOKEN,
     SEND(LOGIN "&client_id=aaaaaaaaaabbbbbbbbbbccccccccccddddddddddd&client_secret=x"),
     .status = 400, .reply = NO_ID},
    {"no secret", NULL, TOKEN, SEND(LOGIN "&client_id=particle"), .status = 400, .reply = NO_SECRET,
     .headers = CHALLENGE, .rule = "token.no-client-secret", .mark = "S"},
    {"no secret, unknown client", NULL, TOKEN, SEND(LOGIN "&client_id=nobody"), .status = 400,
     .reply = NO_SECRET},
    {"empty secret", NULL, TOKEN, SEND(LOGIN "&client_id=particle&client_secret="), .status = 400,
     .reply = NO_SECRET},
    {"Basic without a secret", NULL, TOKEN, .basic = "particle:", SEND(LOGIN), .status = 400,
     .reply = NO_SECRET},
    /* 4: the client */
    {"unknown client", NULL, TOKEN, SEND(LOGIN "&client_id=nobody&client_secret=x"), .status = 400,
     .reply = WRONG, .headers = CHALLENGE, .rule = "token.wrong-client", .mark = "S"},
    {"wrong secret", NULL, TOKEN, SEND(LOGIN "&client_id=particle&client_secret=x"), .status = 400,
     .reply = WRONG, .rule = "token.wrong-client", .mark = "S"},
    {"wrong secret in Basic, the right one in the body", NULL, TOKEN, .basic = "particle:x",
     SEND(LOGIN PUBLIC), .status = 400, .reply = WRONG},
    {"wrong client before a grant that is not allowed", NULL, TOKEN,
     SEND(OWN "&client_id=acme-signup-1&client_secret=x"), .status = 400, .reply = WRONG},
    /* 5: the grant is not for this client */
    {"create_customer client", NULL, TOKEN, SEND(OWN SIGNUP), .status = 400, .reply = NOT_ALLOWED,
     .headers = CHALLENGE, .rule = "token.grant-not-allowed", .mark = "S"},
    {"create_customer client, bad scope", NULL, TOKEN, SEND(OWN SIGNUP "&scope=x"), .status = 400,
     .reply = NOT_ALLOWED},
    /* 6: per grant */
    {"password: nothing", NULL, TOKEN, SEND("grant_type=password" PUBLIC), .status = 400,
     .reply = NO_USERNAME, .headers = CHALLENGE, .rule = "token.no-username", .mark = "S"},
    {"password: no username", NULL, TOKEN, SEND("grant_type=password&password=x" PUBLIC),
     .status = 400, .reply = NO_USERNAME},
    {"password: no password, unknown user", NULL, TOKEN,
     SEND("grant_type=password&username=nobody@example.com" PUBLIC), .status = 400,
     .reply = NO_USERNAME},
    {"password: unknown user", NULL, TOKEN,
     SEND("grant_type=password&username=nobody@example.com&password=x" PUBLIC), .status = 400,
     .reply = BAD_USER, .headers = PLAIN, .rule = "token.wrong-password", .mark = "R 2017-09"},
    {"password: wrong, with a bad scope", NULL, TOKEN,
     SEND("grant_type=password&username=dev@example.com&password=x&scope=x" PUBLIC), .status = 400,
     .reply = BAD_USER},
    {"password: a customer at a public client", NULL, TOKEN,
     SEND("grant_type=password&username=bob@example.com&password=bob-pass" PUBLIC), .status = 400,
     .reply = BAD_USER},
    {"password: a customer of another product", NULL, TOKEN,
     SEND("grant_type=password&username=bob@example.com&password=bob-pass&client_id=other-app-1&"
          "client_secret=other-secret"),
     .status = 400, .reply = BAD_USER},
    {"password: a customer without one", NULL, TOKEN,
     SEND("grant_type=password&username=ada@example.com&password=x" APP), .status = 400,
     .reply = BAD_USER},
    {"password: a user at a product's client", NULL, TOKEN,
     SEND("grant_type=password&username=dev@example.com&password=dev-pass" APP), .status = 400,
     .reply = BAD_USER, .rule = "token.customers-client", .mark = "R 2019"},
    {"password: single sign-on", NULL, TOKEN,
     SEND("grant_type=password&username=sso@example.com&password=sso-pass" PUBLIC), .status = 403,
     .reply = SSO, .headers = PLAIN, .rule = "token.sso-user", .mark = "T"},
    {"password: second factor", NULL, TOKEN,
     SEND("grant_type=password&username=mfa@example.com&password=mfa-pass" PUBLIC), .status = 403,
     .reply = MFA, .headers = PLAIN, .rule = "token.mfa-required", .mark = "T"},
    {"password: second factor, wrong password", NULL, TOKEN,
     SEND("grant_type=password&username=mfa@example.com&password=x" PUBLIC), .status = 400,
     .reply = BAD_USER},
    {"otp: nothing", NULL, TOKEN, SEND("grant_type=urn:custom:mfa-otp" PUBLIC), .status = 400,
     .reply = NO_OTP, .headers = PLAIN, .rule = "token.no-otp", .mark = "S"},
    {"otp: no otp", NULL, TOKEN, SEND("grant_type=urn:custom:mfa-otp&mfa_token=x" PUBLIC),
     .status = 400, .reply = NO_OTP},
    {"otp: unknown token", NULL, TOKEN,
     SEND("grant_type=urn%3Acustom%3Amfa-otp&mfa_token=x&otp=123456" PUBLIC), .status = 400,
     .reply = OTP_EXPIRED, .headers = PLAIN, .rule = "token.bad-otp", .mark = "T"},
    {"recovery: nothing", NULL, TOKEN, SEND("grant_type=urn:custom:recovery-code" PUBLIC),
     .status = 400, .reply = NO_RECOVERY, .rule = "token.no-recovery-code", .mark = "S"},
    {"recovery: unknown", NULL, TOKEN,
     SEND("grant_type=urn:custom:recovery-code&mfa_token=x&recovery_code=y" PUBLIC), .status = 400,
     .reply = OTP_EXPIRED},
    {"client: a public one", NULL, TOKEN, SEND(OWN PUBLIC), .status = 400, .reply = NO_USER,
     .headers = PLAIN, .rule = "token.client-without-user", .mark = "S"},
    {"client: a public one, bad scope", NULL, TOKEN, SEND(OWN "&scope=x" PUBLIC), .status = 400,
     .reply = NO_USER},
    {"refresh: nothing", NULL, TOKEN, SEND("grant_type=refresh_token" PUBLIC), .status = 400,
     .reply = NO_REFRESH, .headers = PLAIN, .rule = "token.no-refresh-token", .mark = "S"},
    {"refresh: unknown", NULL, TOKEN, SEND("grant_type=refresh_token&refresh_token=x" PUBLIC),
     .status = 400, .reply = BAD_REFRESH, .headers = PLAIN, .rule = "token.bad-refresh-token",
     .mark = "S"},
    {"code: nothing", NULL, TOKEN, SEND("grant_type=authorization_code" PUBLIC), .status = 400,
     .reply = NO_CODE, .rule = "token.no-code", .mark = "S"},
    {"code: unknown", NULL, TOKEN, SEND("grant_type=authorization_code&code=x" PUBLIC),
     .status = 400, .reply = BAD_CODE, .rule = "token.bad-code", .mark = "S"},
    {"other: a known word in capitals passes row 2, not row 6", NULL, TOKEN,
     SEND("grant_type=PASSWORD&username=dev@example.com&password=dev-pass" PUBLIC), .status = 400,
     .mark = "S", .reply = OTHER_TYPE, .headers = PLAIN, .rule = "token.other-grant-type"},
    {"other: the client comes first", NULL, TOKEN, SEND("grant_type=PASSWORD"), .status = 400,
     .reply = NO_ID},
    /* 7: the scope */
    {"scope: of a user", NULL, TOKEN, SEND(LOGIN "&scope=everything" PUBLIC), .status = 400,
     .reply = BAD_SCOPE, .headers = PLAIN, .rule = "token.bad-scope", .mark = "S"},
    {"scope: before the second factor", NULL, TOKEN,
     SEND("grant_type=password&username=mfa@example.com&password=mfa-pass&scope=x" PUBLIC),
     .status = 400, .reply = BAD_SCOPE, .rule = "token.bad-scope", .mark = "S"},
    {"scope: unknown word", NULL, TOKEN, SEND(OWN "&scope=everything" APP), .status = 400,
     .reply = BAD_SCOPE, .rule = "token.bad-scope", .mark = "S"},
    {"scope: unknown customer", NULL, TOKEN, SEND(OWN "&scope=customer=nobody@example.com" APP),
     .status = 400, .reply = BAD_SCOPE, .rule = "token.bad-scope", .mark = "S"},
    {"customer scope, capitals that the customer's id does not have", NULL, TOKEN,
     SEND(OWN "&scope=customer%3DAda%40Example.com" APP), .status = 400, .reply = BAD_SCOPE,
     .rule = "token.scope-case"},
    {"scope: another product's customer", NULL, TOKEN,
     SEND(OWN "&scope=customer=zoe@example.com" APP), .status = 400, .reply = BAD_SCOPE},
    {"scope: nobody", NULL, TOKEN, SEND(OWN "&scope=customer=" APP), .status = 400,
     .reply = BAD_SCOPE},
};

static const struct api_case grants[] = {
    {"password", NULL, TOKEN, SEND(LOGIN PUBLIC), .status = 200, .reply = DAYS_90, .headers = PLAIN,
     .rule = "token.password", .mark = "R 2015-07"},
    {"password, Basic", NULL, TOKEN, .basic = "particle:particle", SEND(LOGIN), .status = 200,
     .reply = DAYS_90},
    {"Basic wins over the body", NULL, TOKEN, .basic = "particle:particle",
     SEND(LOGIN "&client_id=nobody&client_secret=x"), .status = 200, .reply = DAYS_90},
    {"public: particle-api", NULL, TOKEN, .basic = "particle-api:particle-api", SEND(LOGIN),
     .status = 200, .reply = DAYS_90},
    {"public: particle-cli", NULL, TOKEN, .basic = "particle-cli:particle-cli", SEND(LOGIN),
     .status = 200, .reply = DAYS_90},
    {"public: CLI2", NULL, TOKEN, .basic = "CLI2:client_secret_here", SEND(LOGIN), .status = 200,
     .reply = DAYS_90},
    {"public: spark, of old tutorials", NULL, TOKEN, .basic = "spark:spark", SEND(LOGIN),
     .status = 200, .reply = DAYS_90, .mark = "D"},
    {"public: Spark", NULL, TOKEN, .basic = "Spark:Spark", SEND(LOGIN), .status = 200,
     .reply = DAYS_90},
    {"form with a charset, in capitals", NULL, TOKEN,
     .type = "APPLICATION/X-WWW-Form-Urlencoded; charset=UTF-8", .body = LOGIN PUBLIC,
     .status = 200, .reply = DAYS_90},
    {"percent and plus", NULL, TOKEN,
     SEND("grant%5Ftype=password&username=dev%40example.com&password=dev%2Dpass" PUBLIC),
     .status = 200, .reply = DAYS_90},
    {"empty scope", NULL, TOKEN, SEND(LOGIN "&scope=" PUBLIC), .status = 200, .reply = DAYS_90},
    {"a customer with a password", NULL, TOKEN,
     SEND("grant_type=password&username=Bob@example.com&password=bob-pass" APP), .status = 200,
     .reply = DAYS_90, .rule = "token.password", .mark = "R 2015-07"},
    {"a user at a product's client, as before 2019", "product_client_login: customers-and-users",
     TOKEN, SEND(LOGIN APP), .status = 200, .reply = DAYS_90, .rule = "token.password"},
    {"a customer at a create_customer client", NULL, TOKEN,
     SEND("grant_type=password&username=bob@example.com&password=bob-pass" SIGNUP), .status = 200,
     .reply = DAYS_90},
    {"client credentials", NULL, TOKEN, SEND(OWN APP), .status = 200, .reply = DAYS_90,
     .headers = PLAIN, .rule = "token.client-credentials", .mark = "R 2018-04"},
    {"client credentials, Basic", NULL, TOKEN, .basic = "acme-app-4711:acme-secret", SEND(OWN),
     .status = 200, .reply = DAYS_90},
    {"customer scope", NULL, TOKEN, SEND(OWN "&scope=customer=ada@example.com" APP), .status = 200,
     .reply = SCOPED("customer=ada@example.com"), .rule = "token.customer-scope",
     .mark = "R 2018-04"},
    {"customer scope, encoded", NULL, TOKEN, SEND(OWN "&scope=customer%3Dada%40example.com" APP),
     .status = 200, .reply = SCOPED("customer=ada@example.com"), .rule = "token.customer-scope",
     .mark = "R 2018-04"},
    {"customer scope, capitals", "customer_scope_case: any", TOKEN,
     SEND(OWN "&scope=customer%3DAda%40Example.com" APP), .status = 200,
     .reply = SCOPED("customer=ada@example.com"), .rule = "token.customer-scope",
     .mark = "R 2018-04"},
    /* how long */
    {"expires_in=N", NULL, TOKEN, SEND(LOGIN "&expires_in=3600" PUBLIC), .status = 200,
     .reply = PAIR("3600")},
    {"expires_in=0", NULL, TOKEN, SEND(LOGIN "&expires_in=0" PUBLIC), .status = 200,
     .reply = FOREVER},
    {"expires_in is no number", NULL, TOKEN, SEND(LOGIN "&expires_in=soon" PUBLIC), .status = 200,
     .reply = DAYS_90},
    {"expires_in below zero", NULL, TOKEN, SEND(LOGIN "&expires_in=-5" PUBLIC), .status = 200,
     .reply = DAYS_90},
    {"expires_in of ages", NULL, TOKEN, SEND(LOGIN "&expires_in=99999999999999999999999" PUBLIC),
     .status = 200, .reply = DAYS_90},
    {"expires_at", NULL, TOKEN, SEND(LOGIN "&expires_at=2026-01-02T00:00:00.000Z" PUBLIC),
     .status = 200, .reply = PAIR("86400")},
    {"expires_at, a day", NULL, TOKEN, SEND(LOGIN "&expires_at=2026-03-31" PUBLIC), .status = 200,
     .reply = PAIR("7689600")},
    {"expires_at null", NULL, TOKEN, SEND(LOGIN "&expires_at=null" PUBLIC), .status = 200,
     .reply = FOREVER},
    {"client credentials for ever", NULL, TOKEN, SEND(OWN "&expires_in=0" APP), .status = 200,
     .reply = FOREVER},
};

START_TEST(refusal)
{
    unit_case_alone(&refusals[_i]);
}
END_TEST

START_TEST(grant)
{
    unit_case_alone(&grants[_i]);
}
END_TEST

#define REFRESH(token, client) TOKEN, SEND("grant_type=refresh_token&refresh_token=" token client)
#define CLOCK(by)                                                                                  \
    .method = "POST", .target = "/__mock/worlds/default/clock",                                    \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = "{\"advance\":\"" by "\"}",          \
    .status = 200
#define LIST(name) .method = "GET", .target = "/v1/devices", .token = "{{" name "}}"

START_TEST(refresh_token_is_used_up)
{
    static const struct api_case story[] = {
        {"login", NULL, TOKEN, SEND(LOGIN PUBLIC), .status = 200,
         .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:first>\",\"expires_in\":"
                  "7776000,\"refresh_token\":\"<40:one>\"}"},
        {"another client", NULL, REFRESH("{{one}}", APP), .status = 400, .reply = BAD_REFRESH,
         .rule = "token.bad-refresh-token", .mark = "S"},
        {"refresh", NULL, REFRESH("{{one}}", PUBLIC), .status = 200,
         .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:second>\",\"expires_in\":"
                  "7776000,\"refresh_token\":\"<40:two>\"}",
         .headers = PLAIN, .rule = "token.refresh", .mark = "S"},
        {"twice", NULL, REFRESH("{{one}}", PUBLIC), .status = 400, .reply = BAD_REFRESH},
        {"the new token works", NULL, LIST("second"), .status = 200},
        {"the new refresh token works", NULL, REFRESH("{{two}}", PUBLIC "&expires_in=60"),
         .status = 200, .reply = PAIR("60")},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(refresh_token_outlives_the_access_token)
{
    static const struct api_case story[] = {
        {"login", NULL, TOKEN, SEND(OWN "&scope=customer=ada@example.com&expires_in=60" APP),
         .status = 200,
         .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40:first>\",\"expires_in\":60,"
                  "\"refresh_token\":\"<40:one>\",\"scope\":\"customer=ada@example.com\"}"},
        {"a minute", NULL, CLOCK("60s")},
        {"expired", NULL, LIST("first"), .status = 401, .rule = "token.expired",
         .mark = "R 2015-07"},
        {"14 days but a second", NULL, CLOCK("1209599s")},
        {"keeps its scope", NULL, REFRESH("{{one}}", APP), .status = 200,
         .reply = SCOPED("customer=ada@example.com")},
        {"is the customer's", NULL, LIST("access"), .status = 200,
         .reply = "[{\"id\":\"" ADAS "\",<any>"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(refresh_token_expires)
{
    static const struct api_case story[] = {
        {"login", NULL, TOKEN, SEND(LOGIN "&expires_in=60" PUBLIC), .status = 200,
         .reply = PAIR("60")},
        {"another client's is invalid, not expired", NULL, REFRESH("{{refresh}}", APP),
         .status = 400, .reply = BAD_REFRESH},
        {"a minute and 14 days", NULL, CLOCK("1209660s")},
        {"expired", NULL, REFRESH("{{refresh}}", PUBLIC), .status = 400, .reply = OLD_REFRESH,
         .headers = PLAIN, .rule = "token.expired-refresh-token", .mark = "S"},
        {"another client's still", NULL, REFRESH("{{refresh}}", APP), .status = 400,
         .reply = BAD_REFRESH},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(second_factor)
{
    static const struct api_case story[] = {
        {"password", NULL, TOKEN,
         SEND("grant_type=password&username=mfa@example.com&password=mfa-pass" PUBLIC),
         .status = 403, .reply = MFA},
        {"wrong otp", NULL, TOKEN,
         SEND("grant_type=urn:custom:mfa-otp&mfa_token={{mfa}}&otp=000000" PUBLIC), .status = 400,
         .reply = OTP_EXPIRED},
        {"otp", NULL, TOKEN,
         SEND("grant_type=urn:custom:mfa-otp&mfa_token={{mfa}}&otp=123456" PUBLIC), .status = 200,
         .reply = DAYS_90, .rule = "token.mfa-otp", .mark = "S"},
        {"once", NULL, TOKEN,
         SEND("grant_type=urn:custom:mfa-otp&mfa_token={{mfa}}&otp=123456" PUBLIC), .status = 400,
         .reply = OTP_EXPIRED},
        {"works", NULL, LIST("access"), .status = 200, .reply = "[]"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(never_expires)
{
    static const struct api_case story[] = {
        {"login", NULL, TOKEN, SEND(LOGIN "&expires_in=0" PUBLIC), .status = 200, .reply = FOREVER},
        {"ten years", NULL, CLOCK("3650d")},
        {"works", NULL, LIST("access"), .status = 200},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

#define EXCHANGE(code, client) TOKEN, SEND("grant_type=authorization_code&code=" code client)
#define WEB                    "&client_id=acme-web-4712&client_secret=web-secret"
#define DASHBOARD              "&client_id=acme-app-4711&client_secret=acme-secret"

/* Codes of the world file: for one client, once, and not for long. */
#define AUTHORIZE "/oauth/authorize?client_id=acme-web-4712"

/* The browser's half: nobody is asked, the world file's code comes back. */
START_TEST(authorized)
{
    static const char codes[] =
        "users: [{username: dev@example.com}]\n"
        "products: [{id: 6287, slug: acme-pump, clients: [\n"
        "  {id: acme-web-4712, secret: web-secret, redirect_uri: 'https://acme.example/in'},\n"
        "  {id: acme-app-4711, secret: acme-secret}]}]\n"
        "authorization_codes:\n"
        "  - {code: devs, user: dev@example.com, client: acme-web-4712, expires_in: 60}\n";
    static const struct api_case story[] = {
        {"redirected", NULL, .method = "GET",
         .target = AUTHORIZE "&response_type=code&redirect_uri=https%3A%2F%2Facme.example%2Fin"
                             "&state=a%20b",
         .status = 302, .reply = "",
         .headers = "Location: https://acme.example/in?code=devs&state=a%20b",
         .rule = "token.authorized"},
        {"elsewhere", NULL, .method = "GET",
         .target = AUTHORIZE "&response_type=code&redirect_uri=https%3A%2F%2Fx.example%2F",
         .status = 400, .rule = "token.redirect-uri"},
        {"no such client", NULL, .method = "GET", .target = "/oauth/authorize?response_type=code",
         .status = 400, .rule = "token.implicit-client"},
        {"a client without a code", NULL, .method = "GET",
         .target = "/oauth/authorize?response_type=code&client_id=acme-app-4711", .status = 501,
         .rule = "api.not-imitated"},
        {"a token at once", NULL, .method = "GET", .target = AUTHORIZE "&response_type=token",
         .status = 501, .rule = "api.not-imitated"},
        {"a minute", NULL, CLOCK("60s")},
        {"expired", NULL, .method = "GET", .target = AUTHORIZE "&response_type=code",
         .status = 501},
    };
    unit_begin_world(codes);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(authorization_codes)
{
    static const char codes[] =
        "users: [{username: dev@example.com}]\n"
        "products: [{id: 6287, slug: acme-pump, clients: [\n"
        "  {id: acme-web-4712, secret: web-secret}, {id: acme-app-4711, secret: acme-secret}]}]\n"
        "customers: [{email: ada@example.com}]\n"
        "authorization_codes:\n"
        "  - {code: devs, user: dev@example.com, client: acme-web-4712}\n"
        "  - {code: adas, customer: ada@example.com, client: acme-web-4712, expires_in: 60}\n"
        "  - {code: late, user: dev@example.com, client: acme-web-4712, expires_in: 60}\n";
    static const struct api_case story[] = {
        {"another client's", NULL, EXCHANGE("devs", DASHBOARD), .status = 400, .reply = BAD_CODE,
         .rule = "token.bad-code", .mark = "S"},
        {"a user's", NULL, EXCHANGE("devs", WEB), .status = 200, .reply = DAYS_90, .headers = PLAIN,
         .rule = "token.authorization-code", .mark = "S"},
        {"works", NULL, LIST("access"), .status = 200, .reply = "[]"},
        {"once", NULL, EXCHANGE("devs", WEB), .status = 400, .reply = BAD_CODE},
        {"a customer's", NULL, EXCHANGE("adas", WEB), .status = 200, .reply = DAYS_90},
        {"is the customer's", NULL, .method = "POST", .target = "/v1/products/6287/device_claims",
         .token = "{{access}}", .status = 200},
        {"59 seconds", NULL, CLOCK("59s")},
        {"another client's is invalid, not expired", NULL, EXCHANGE("late", DASHBOARD),
         .status = 400, .reply = BAD_CODE},
        {"a minute", NULL, CLOCK("1s")},
        {"expired", NULL, EXCHANGE("late", WEB), .status = 400, .reply = OLD_CODE, .headers = PLAIN,
         .rule = "token.expired-code", .mark = "S"},
    };
    unit_begin_world(codes);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* The owner of a code, or its client, is deleted before it is exchanged. */
START_TEST(codes_of_the_deleted)
{
    static const char codes[] =
        "users: [{username: dev@example.com, password: dev-pass}]\n"
        "products: [{id: 6287, slug: acme-pump, team: [dev@example.com],\n"
        "  clients: [{id: acme-web-4712, secret: web-secret}, {id: acme-app-4711}]}]\n"
        "customers: [{email: ada@example.com}, {email: bob@example.com}]\n"
        "tokens: [{token: acme-token, client: acme-app-4711}]\n"
        "authorization_codes:\n"
        "  - {code: adas, customer: ada@example.com, client: acme-web-4712}\n"
        "  - {code: bobs, customer: bob@example.com, client: acme-web-4712}\n";
    static const struct api_case story[] = {
        {"delete", NULL, .method = "DELETE", .token = "acme-token",
         .target = "/v1/products/6287/customers/ada@example.com", .status = 200},
        {"gone with ada", NULL, EXCHANGE("adas", WEB), .status = 400, .reply = BAD_CODE},
        {"delete", NULL, .method = "DELETE", .token = "acme-token",
         .target = "/v1/products/6287/clients/acme-web-4712", .status = 204},
        {"gone with the client", NULL, EXCHANGE("bobs", WEB), .status = 400, .reply = WRONG},
    };
    unit_begin_world(codes);
    UNIT_STORY(story);
    ck_assert_uint_eq(map_count(&unit_world()->cloud->authorization_codes), 0);
    unit_end();
}
END_TEST

/* A world that is full of tokens: what the OAuth layer answers when its store fails. */
START_TEST(no_room)
{
    static const struct api_case login = {"login",
                                          NULL,
                                          TOKEN,
                                          SEND(LOGIN PUBLIC),
                                          .status = 503,
                                          .reply = FULL,
                                          .headers = PLAIN,
                                          .rule = "token.no-room",
                                          .mark = "S"};
    static const struct api_case customer = {"a customer",
                                             NULL,
                                             .method = "POST",
                                             .target = "/v1/products/6287/customers",
                                             SEND("client_id=acme-app-4711&client_secret=acme-"
                                                  "secret&email=new@example.com&no_password=true"),
                                             .status = 503,
                                             .reply = FULL,
                                             .rule = "token.no-room"};
    static const struct api_case api_user = {"an API user",
                                             NULL,
                                             .method = "POST",
                                             .target = "/v1/products/6287/team",
                                             .token = "dev-token",
                                             .type = JSON,
                                             .body = "{\"friendly_name\":\"bot\",\"scopes\":["
                                                     "\"devices:list\"]}",
                                             .status = 503,
                                             .reply = FULL,
                                             .rule = "token.no-room"};
    char access[IDS_TOKEN + 1];
    unit_begin(NULL);
    struct cloud *cloud = unit_world()->cloud;
    struct owner owner = {OWNER_USER, .user = cloud_user(cloud, "dev@example.com")};
    cloud->limits[LIMIT_TOKENS] = 20;
    for (size_t i = 0; map_count(&cloud->tokens) < 20; i++) {
        snprintf(access, sizeof access, "%040zu", i);
        oauth_issue(cloud, map_get(&cloud->clients, "particle"), owner, access, 0, NULL);
    }
    unit_case(&login);
    size_t customers = map_count(&cloud->customers);
    unit_case(&customer);
    ck_assert_uint_eq(map_count(&cloud->customers), customers);
    size_t users = map_count(&cloud->users);
    unit_case(&api_user);
    ck_assert_uint_eq(map_count(&cloud->users), users);
    unit_end();
}
END_TEST

Suite *test_api_token(void)
{
    Suite *suite = suite_create("token");
    TCase *tcase = tcase_create("endpoint");
    tcase_add_loop_test(tcase, refusal, 0, sizeof refusals / sizeof *refusals);
    tcase_add_loop_test(tcase, grant, 0, sizeof grants / sizeof *grants);
    tcase_add_test(tcase, refresh_token_is_used_up);
    tcase_add_test(tcase, refresh_token_outlives_the_access_token);
    tcase_add_test(tcase, refresh_token_expires);
    tcase_add_test(tcase, second_factor);
    tcase_add_test(tcase, never_expires);
    tcase_add_test(tcase, authorized);
    tcase_add_test(tcase, authorization_codes);
    tcase_add_test(tcase, codes_of_the_deleted);
    tcase_add_test(tcase, no_room);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return suite;
}
