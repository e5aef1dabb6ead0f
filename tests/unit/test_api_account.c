/* Accounts of users: make, show, change, end, a forgotten password, an authenticator app. */
#include "cloud/cloud.h"
#include "suites.h"

#include "unit_api_account.h"

#include "base/mem.h"
#include "cloud/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USERS    .method = "POST", .target = "/v1/users", .type = JSON
#define GET_USER .method = "GET", .target = "/v1/user"
#define PUT_USER .method = "PUT", .target = "/v1/user", .type = FORM
#define END_USER .method = "DELETE", .target = "/v1/user", .type = JSON
#define RESET    .target = "/v1/user/password-reset", .type = FORM
#define ENABLE   .target = "/v1/user/mfa-enable"
#define DISABLE  .method = "PUT", .target = "/v1/user/mfa-disable", .type = JSON
#define IDENTIFY .method = "GET", .target = "/v1/user/identify"
#define DEV      .token = "dev-token"
#define LOGIN(user, password)                                                                      \
    .method = "POST", .target = "/oauth/token", .type = FORM,                                      \
    .body = "grant_type=password&username=" user "&password=" password                             \
            "&client_id=particle&client_secret=particle"
#define SAID(x)  "{\"ok\":true,\"message\":\"" x "\"}"
#define NO_EMAIL ERRORS("username must be an email address")

static const struct api_case rows[] = {
    /* make */
    {"make", NULL, USERS,
     .body = "{\"username\":\"new@example.com\",\"password\":\"pw\",\"account_info\":"
             "{\"first_name\":\"New\",\"business_account\":true},\"utm\":{\"a\":\"b\"}}",
     .status = 200, .reply = OK, .rule = "user.created", .mark = "C"},
    {"make: a form", NULL, .method = "POST", .target = "/v1/users", .type = FORM,
     .body = "username=new@example.com&password=pw&account_info[last_name]=User", .status = 200,
     .reply = OK, .mark = "C"},
    {"make: no name", NULL, USERS, .body = "{\"password\":\"pw\"}", .status = 400,
     .reply = NO_EMAIL, .rule = "user.bad"},
    {"make: no e-mail address", NULL, USERS, .body = "{\"username\":\"new\",\"password\":\"pw\"}",
     .status = 400, .reply = NO_EMAIL},
    {"make: no password", NULL, USERS, .body = "{\"username\":\"new@example.com\"}", .status = 400,
     .reply = ERRORS("password is required"), .rule = "user.bad"},
    {"make: taken", NULL, USERS, .body = "{\"username\":\"dev@example.com\",\"password\":\"pw\"}",
     .status = 400, .reply = ERRORS("username already in use"), .rule = "user.exists"},
    {"make: nothing", NULL, .method = "POST", .target = "/v1/users", .status = 400,
     .reply = NO_EMAIL},
    /* show */
    {"show", NULL, GET_USER, DEV, .status = 200,
     .reply = "{\"username\":\"dev@example.com\",\"subscription_ids\":[],\"account_info\":{},"
              "\"tos\":1,\"mfa\":{\"enabled\":false},\"memberships\":[],\"wifi_device_count\":1,"
              "\"cellular_device_count\":0,\"scim_provisioned\":false,\"no_password\":false}",
     .rule = "user.get", .mark = "D"},
    {"show: second factor", NULL, GET_USER, .token = "mfa-token", .status = 200,
     .reply = "<any>\"mfa\":{\"enabled\":true}<any>", .mark = "D"},
    {"show: a customer", NULL, GET_USER, .token = "ada-token", .status = 403, .reply = DENIED,
     .rule = "account.user-needed"},
    {"show: a product's client", NULL, GET_USER, .token = "acme-token", .status = 403,
     .reply = DENIED, .rule = "account.user-needed"},
    {"show: an API user", NULL, GET_USER, .token = "bot-token", .status = 400, .reply = API_USER,
     .rule = "token.api-user", .mark = "D"},
    {"show: nobody", NULL, GET_USER, .status = 400,
     .reply = OAUTH("invalid_request", "The access token was not found"), .mark = "R 2015-07"},
    /* change */
    {"password", NULL, PUT_USER, DEV, .body = "password=better&current_password=dev-pass",
     .status = 200, .reply = SAID("User's password updated."), .rule = "user.password-updated",
     .mark = "D"},
    {"password: a wrong one", NULL, PUT_USER, DEV, .body = "password=better&current_password=x",
     .status = 401, .reply = ERRORS("Bad password"), .rule = "user.wrong-password"},
    {"password: none", NULL, PUT_USER, DEV, .body = "password=better", .status = 401,
     .reply = ERRORS("Bad password")},
    {"password: empty", NULL, PUT_USER, DEV, .body = "password=&current_password=dev-pass",
     .status = 400, .reply = ERRORS("password is required")},
    {"name", NULL, PUT_USER, DEV, .body = "username=grown@example.com&current_password=dev-pass",
     .status = 200, .reply = SAID("User's username updated."), .rule = "user.username-updated",
     .mark = "D"},
    {"name: taken", NULL, PUT_USER, DEV,
     .body = "username=eve@example.com&current_password=dev-pass", .status = 400,
     .reply = ERRORS("username already in use"), .rule = "user.exists"},
    {"name: the same", NULL, PUT_USER, DEV,
     .body = "username=dev@example.com&current_password=dev-pass", .status = 200},
    {"name: no e-mail address", NULL, PUT_USER, DEV, .body = "username=x&current_password=dev-pass",
     .status = 400, .reply = NO_EMAIL, .rule = "user.bad"},
    {"info", NULL, PUT_USER, DEV, .body = "account_info[first_name]=Test", .status = 200,
     .reply = SAID("User's account info updated."), .rule = "user.info-updated", .mark = "D"},
    {"nothing", NULL, PUT_USER, DEV, .status = 400, .reply = ERRORS("nothing to update"),
     .rule = "user.bad"},
    /* end */
    {"end", NULL, END_USER, DEV, .body = "{\"password\":\"dev-pass\"}", .status = 200,
     .reply = SAID("User's account has been deleted."), .rule = "user.deleted", .mark = "D"},
    {"end: a wrong password", NULL, END_USER, DEV, .body = "{\"password\":\"x\"}", .status = 401,
     .reply = ERRORS("Bad password"), .rule = "user.wrong-password"},
    /* who */
    {"identity", NULL, IDENTIFY, DEV, .status = 200,
     .reply = "{\"id\":\"<24>\",\"email\":\"dev@example.com\"}", .rule = "user.identify",
     .mark = "C"},
    {"identity, for tracking alone", NULL, .method = "GET",
     .target = "/v1/user/identify?tracking=1", DEV, .status = 200, .reply = "{\"id\":\"<24>\"}",
     .mark = "C"},
    /* a forgotten password */
    {"forgotten", NULL, .method = "POST", RESET, .body = "username=dev@example.com", .status = 200,
     .reply = SAID("Password reset email sent."), .rule = "user.password-reset", .mark = "D"},
    {"forgotten: nobody of that name", NULL, .method = "POST", RESET,
     .body = "username=nobody@example.com", .status = 200,
     .reply = SAID("Password reset email sent.")},
    {"forgotten: nobody, switched", "password_reset_unknown: unknown-user-400", .method = "POST",
     RESET, .body = "username=nobody@example.com", .status = 400, .reply = ERRORS("Unknown user"),
     .rule = "user.password-reset-bad"},
    {"forgotten: no name", NULL, .method = "POST", RESET, .status = 400,
     .reply = ERRORS("username is required")},
    {"reset: a made-up token", NULL, .method = "PUT", RESET, .body = "token=x&password=y",
     .status = 400, .reply = ERRORS("Invalid password reset token"),
     .rule = "user.password-reset-bad"},
    /* an authenticator app */
    {"enrol", NULL, .method = "GET", ENABLE, DEV, .status = 200,
     .reply = "{\"mfa_token\":\"<40>\",\"qr_url\":\"otpauth://totp/Particle:dev%40example.com?"
              "secret=<any>&issuer=Particle\",\"secret\":\"<any>\"}",
     .rule = "mfa.secret", .mark = "C"},
    {"enrol: nothing", NULL, .method = "POST", ENABLE, DEV, .type = JSON, .body = "{}",
     .status = 400, .reply = OAUTH("invalid_request", "You must provide otp and mfa token."),
     .rule = "mfa.bad"},
    {"enrol: made up", NULL, .method = "POST", ENABLE, DEV, .type = JSON,
     .body = "{\"mfa_token\":\"x\",\"otp\":\"1\"}", .status = 400,
     .reply = OAUTH("invalid_grant", "OTP expired"), .rule = "mfa.bad"},
    {"off", NULL, DISABLE, .token = "mfa-token", .body = "{\"current_password\":\"mfa-pass\"}",
     .status = 200, .reply = OK, .rule = "mfa.disabled", .mark = "C"},
    {"off: a wrong password", NULL, DISABLE, .token = "mfa-token",
     .body = "{\"current_password\":\"x\"}", .status = 401, .reply = ERRORS("Bad password"),
     .rule = "user.wrong-password"},
};

START_TEST(row)
{
    account_case_alone(&rows[_i]);
}
END_TEST

START_TEST(a_life)
{
    static const struct api_case story[] = {
        {"make", NULL, USERS,
         .body = "{\"username\":\"new@example.com\",\"password\":\"pw\",\"account_info\":"
                 "{\"first_name\":\"New\",\"last_name\":\"User\",\"company_name\":\"Acme\","
                 "\"business_account\":false}}",
         .status = 200},
        {"log in", NULL, LOGIN("new@example.com", "pw"), .status = 200,
         .reply = "<any>\"access_token\":\"<40:new>\"<any>"},
        {"show", NULL, GET_USER, .token = "{{new}}", .status = 200,
         .reply = "<any>\"account_info\":{\"first_name\":\"New\",\"last_name\":\"User\","
                  "\"company_name\":\"Acme\",\"business_account\":false}<any>"},
        {"own a device", NULL, .method = "POST", .target = "/v1/devices", .token = "{{new}}",
         .type = FORM, .body = "id=" LAMP, .status = 200},
        {"own a client", NULL, .method = "POST", .target = "/v1/clients", .token = "{{new}}",
         .type = FORM, .body = "name=App&type=installed", .status = 200,
         .reply = "<any>\"id\":\"app-<n:number>\",\"secret\":\"<40:secret>\"}}"},
        {"all at once", NULL, PUT_USER, .token = "{{new}}",
         .body = "username=grown@example.com&password=pw2&current_password=pw"
                 "&account_info[first_name]=Grown&account_info[business_account]=true",
         .status = 200, .reply = SAID("User's password updated.")},
        {"the old name is free", NULL, LOGIN("new@example.com", "pw2"), .status = 400},
        {"the token stays", NULL, GET_USER, .token = "{{new}}", .status = 200,
         .reply = "{\"username\":\"grown@example.com\"<any>\"first_name\":\"Grown\"<any>"
                  "\"business_account\":true}<any>"},
        {"end", NULL, END_USER, .token = "{{new}}", .body = "{\"password\":\"pw2\"}",
         .status = 200},
        {"its token is unknown", NULL, GET_USER, .token = "{{new}}", .status = 401},
        {"its client, too", NULL, .method = "POST", .target = "/oauth/token", .basic = "app-1000:x",
         .type = FORM, .body = "grant_type=client_credentials", .status = 400},
        {"it can't log in", NULL, LOGIN("grown@example.com", "pw2"), .status = 400},
        {"its device is free", NULL, .method = "POST", .target = "/v1/devices",
         .token = "eve-token", .type = FORM, .body = "id=" LAMP, .status = 200},
    };
    ACCOUNT_STORY(story);
}
END_TEST

START_TEST(renamed_on_a_team)
{
    static const struct api_case story[] = {
        {"rename", NULL, PUT_USER, DEV,
         .body = "username=grown@example.com&current_password=dev-pass&invalidate_tokens=true",
         .status = 200},
        {"all tokens went", NULL, GET_USER, DEV, .status = 401},
        {"log in", NULL, LOGIN("grown@example.com", "dev-pass"), .status = 200,
         .reply = "<any>\"access_token\":\"<40:new>\"<any>"},
        {"still a member", NULL, .method = "GET", .target = "/v1/products/6287/team",
         .token = "{{new}}", .status = 200,
         .reply = "<any>\"username\":\"grown@example.com\"<any>"},
    };
    ACCOUNT_STORY(story);
}
END_TEST

START_TEST(forgotten_password)
{
    static const struct api_case ask = {
        "forgotten",  NULL, .method = "POST", RESET, .body = "username=dev@example.com",
        .status = 200};
    account_begin(NULL);
    unit_case(&ask);
    const struct map *resets = &unit_world()->cloud->password_resets;
    size_t cursor = 0;
    const char *token;
    void *value;
    ck_assert(map_next(resets, &cursor, &token, &value));
    char *journal = unit_journal_dup();
    ck_assert_msg(strstr(journal, "password-reset.mailed") && strstr(journal, token), "%s",
                  journal);
    free(journal);
    char *empty = mem_printf_dup("token=%s&password=", token);
    char *body = mem_printf_dup("token=%s&password=newer", token);
    const struct api_case story[] = {
        {"no password", NULL, .method = "PUT", RESET, .body = empty, .status = 400,
         .reply = ERRORS("password is required")},
        {"the new one", NULL, .method = "PUT", RESET, .body = body, .status = 200,
         .reply = SAID("User's password updated."), .rule = "user.password-reset-done",
         .mark = "D"},
        {"it holds", NULL, LOGIN("dev@example.com", "newer"), .status = 200},
        {"once", NULL, .method = "PUT", RESET, .body = body, .status = 400},
    };
    UNIT_STORY(story);
    unit_end();
    free(empty);
    free(body);
}
END_TEST

START_TEST(authenticator)
{
    static const struct api_case begin = {"enrol",
                                          NULL,
                                          .method = "GET",
                                          ENABLE,
                                          DEV,
                                          .status = 200,
                                          .reply = "{\"mfa_token\":\"<40:enrol>\",<any>"};
    char otp[7];
    account_begin(NULL);
    unit_case(&begin);
    const struct map *open = &unit_world()->cloud->mfa_enrolments;
    size_t cursor = 0;
    const char *token;
    void *value;
    ck_assert(map_next(open, &cursor, &token, &value));
    accounts_totp_now(unit_world()->cloud, ((const struct account_ticket *)value)->secret, otp);
    char *body = mem_printf_dup("{\"mfa_token\":\"%s\",\"otp\":\"%s\"}", token, otp);
    char *half = mem_printf_dup("grant_type=urn:custom:mfa-otp&mfa_token={{half}}&otp=%s"
                                "&client_id=particle&client_secret=particle",
                                otp);
    const struct api_case story[] = {
        {"somebody else's", NULL, .method = "POST", ENABLE, .token = "eve-token", .type = JSON,
         .body = body, .status = 400},
        {"confirm", NULL, .method = "POST", ENABLE, DEV, .type = JSON, .body = body, .status = 200,
         .reply = "{\"enrolled\":true}", .rule = "mfa.enrolled", .mark = "C"},
        {"a login asks for it", NULL, LOGIN("dev@example.com", "dev-pass"), .status = 403,
         .reply = "<any>\"mfa_token\":\"<40:half>\"<any>"},
        {"and takes it", NULL, .method = "POST", .target = "/oauth/token", .type = FORM,
         .body = half, .status = 200, .rule = "token.mfa-otp", .mark = "S"},
    };
    UNIT_STORY(story);
    unit_end();
    free(body);
    free(half);
}
END_TEST

Suite *test_api_account(void)
{
    Suite *suite = suite_create("account");
    TCase *tcase = tcase_create("users");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, a_life);
    tcase_add_test(tcase, renamed_on_a_team);
    tcase_add_test(tcase, forgotten_password);
    tcase_add_test(tcase, authenticator);
    suite_add_tcase(suite, tcase);
    return suite;
}
