/* Tokens: grants in the order of their checks, presenting, expiry, refreshing. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "suites.h"

#include "base/mem.h"
#include "cloud/oauth.h"
#include "unit_cloud.h"

#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400000)

static struct oauth_outcome grant(struct oauth_request request)
{
    return oauth_grant(bench.cloud, &request);
}

/* A request that has all that a form of this grant type needs, from the client pump-1. */
/* The same from a public client, which stands for users. */
#define OF_PUBLIC(...)                                                                             \
    (struct oauth_request)                                                                         \
    {                                                                                              \
        .post_form = true, .client_id = "particle", .client_secret = "particle", __VA_ARGS__       \
    }
#define REQUEST(...)                                                                               \
    (struct oauth_request)                                                                         \
    {                                                                                              \
        .post_form = true, .client_id = "pump-1", .client_secret = "pump-secret", __VA_ARGS__      \
    }

static struct token *granted(struct oauth_request request)
{
    struct oauth_outcome outcome = grant(request);
    ck_assert_msg(!outcome.error, "%s", outcome.error ? outcome.error->description : "");
    ck_assert_ptr_nonnull(outcome.rule);
    ck_assert_ptr_nonnull(outcome.token);
    return outcome.token;
}

static void bench_with_login_setup(void)
{
    bench_setup();
    struct user *sso = cloud_add_user(bench.cloud, "sso@example.com", NULL);
    sso->sso = true;
    struct user *mfa = cloud_add_user(bench.cloud, "mfa@example.com", "mfa");
    mfa->mfa_otp = mem_dup("123456");
}

/* ---- refusals, in the order in which they are checked ---- */

#define C3   .client_id = "pump-1", .client_secret = "pump-secret"
#define FULL .post_form = true, C3
/* with a client that stands for users */
#define PUBLIC .post_form = true, .client_id = "particle", .client_secret = "particle"

static const struct {
    const char *rule;
    struct oauth_request request;
} refusals[] = {
    {"token.not-form", {0}},
    {"token.not-form", {.grant_type = "password", C3}},
    {"token.bad-grant-type", {.post_form = true}},
    {"token.bad-grant-type", {.grant_type = "", FULL}},
    {"token.bad-grant-type", {.grant_type = "implicit", FULL}},
    {"token.bad-grant-type", {.post_form = true, .grant_type = "implicit"}},
    {"token.no-client-id", {.post_form = true, .grant_type = "password"}},
    {"token.no-client-id", {.post_form = true, .grant_type = "password", .client_secret = "x"}},
    {"token.no-client-id", {.post_form = true, .grant_type = "password", .client_id = ""}},
    {"token.no-client-id", {.post_form = true, .grant_type = "password", .client_id = "ab"}},
    {"token.no-client-id", {.post_form = true, .grant_type = "password", .client_id = "a b c"}},
    {"token.no-client-id",
     {.post_form = true,
      .grant_type = "password",
      .client_id = "a1234567890123456789012345678901234567890"}},
    {"token.no-client-secret",
     {.post_form = true, .grant_type = "password", .client_id = "pump-1"}},
    {"token.no-client-secret",
     {.post_form = true, .grant_type = "password", .client_id = "none", .client_secret = ""}},
    {"token.wrong-client",
     {.post_form = true, .grant_type = "password", .client_id = "none", .client_secret = "x"}},
    {"token.wrong-client",
     {.post_form = true, .grant_type = "password", .client_id = "pump-1", .client_secret = "x"}},
    {"token.wrong-client",
     {.post_form = true,
      .grant_type = "password",
      .client_id = "PUMP-1",
      .client_secret = "pump-secret"}},
    {"token.grant-not-allowed",
     {.post_form = true,
      .grant_type = "client_credentials",
      .client_id = "pump-2",
      .client_secret = "pump-secret"}},
    {"token.grant-not-allowed",
     {.post_form = true,
      .grant_type = "client_credentials",
      .client_id = "pump-2",
      .client_secret = "pump-secret",
      .scope = "nonsense"}},
    {"token.other-grant-type", {FULL, .grant_type = "PASSWORD"}},
    {"token.no-username", {FULL, .grant_type = "password"}},
    {"token.no-username", {FULL, .grant_type = "password", .username = "dev@example.com"}},
    {"token.no-username", {FULL, .grant_type = "password", .password = "dev"}},
    {"token.no-username", {FULL, .grant_type = "password", .username = "", .password = "dev"}},
    {"token.wrong-password",
     {FULL, .grant_type = "password", .username = "dev@example.com", .password = "ben"}},
    {"token.wrong-password",
     {FULL, .grant_type = "password", .username = "nobody", .password = "x"}},
    {"token.wrong-password",
     {FULL, .grant_type = "password", .username = "ada@example.com", .password = "x"}},
    /* cleo is a customer of another product, and has no password */
    {"token.wrong-password",
     {FULL, .grant_type = "password", .username = "cleo@example.com", .password = "x"}},
    /* a public client logs in no customers */
    {"token.wrong-password",
     {.post_form = true,
      .grant_type = "password",
      .client_id = "particle",
      .client_secret = "particle",
      .username = "ada@example.com",
      .password = "ada"}},
    {"token.sso-user",
     {PUBLIC, .grant_type = "password", .username = "sso@example.com", .password = "x"}},
    {"token.mfa-required",
     {PUBLIC, .grant_type = "password", .username = "mfa@example.com", .password = "mfa"}},
    {"token.wrong-password",
     {PUBLIC, .grant_type = "password", .username = "mfa@example.com", .password = "x"}},
    {"token.bad-scope",
     {PUBLIC, .grant_type = "password", .username = "dev@example.com", .password = "dev",
      .scope = "x"}},
    /* a product's client logs in its customers alone */
    {"token.customers-client",
     {FULL, .grant_type = "password", .username = "dev@example.com", .password = "dev"}},
    {"token.customers-client",
     {FULL, .grant_type = "password", .username = "sso@example.com", .password = "x"}},
    {"token.no-otp", {FULL, .grant_type = "urn:custom:mfa-otp"}},
    {"token.no-otp", {FULL, .grant_type = "urn:custom:mfa-otp", .otp = "123456"}},
    {"token.no-otp", {FULL, .grant_type = "urn:custom:mfa-otp", .mfa_token = "x"}},
    {"token.bad-otp",
     {FULL, .grant_type = "urn:custom:mfa-otp", .mfa_token = "x", .otp = "123456"}},
    {"token.no-recovery-code", {FULL, .grant_type = "urn:custom:recovery-code", .mfa_token = "x"}},
    {"token.no-recovery-code",
     {FULL, .grant_type = "urn:custom:recovery-code", .recovery_code = "x"}},
    {"token.bad-otp",
     {FULL, .grant_type = "urn:custom:recovery-code", .mfa_token = "x", .recovery_code = "x"}},
    {"token.client-without-user",
     {.post_form = true,
      .grant_type = "client_credentials",
      .client_id = "particle",
      .client_secret = "particle"}},
    {"token.bad-scope", {FULL, .grant_type = "client_credentials", .scope = "x"}},
    {"token.bad-scope", {FULL, .grant_type = "client_credentials", .scope = "customer="}},
    {"token.bad-scope",
     {FULL, .grant_type = "client_credentials", .scope = "customer=nobody@example.com"}},
    {"token.scope-case",
     {FULL, .grant_type = "client_credentials", .scope = "customer=Ada@Example.com"}},
    /* of another product */
    {"token.bad-scope",
     {FULL, .grant_type = "client_credentials", .scope = "customer=cleo@example.com"}},
    {"token.no-refresh-token", {FULL, .grant_type = "refresh_token"}},
    {"token.no-refresh-token", {FULL, .grant_type = "refresh_token", .refresh_token = ""}},
    {"token.bad-refresh-token", {FULL, .grant_type = "refresh_token", .refresh_token = "x"}},
    {"token.no-code", {FULL, .grant_type = "authorization_code"}},
    {"token.bad-code", {FULL, .grant_type = "authorization_code", .code = "x"}},
};

#define REFUSALS (int)(sizeof refusals / sizeof *refusals)

START_TEST(each_refusal)
{
    size_t tokens = map_count(&bench.cloud->tokens);
    struct oauth_outcome outcome = grant(refusals[_i].request);
    ck_assert_ptr_nonnull(outcome.error);
    ck_assert_str_eq(outcome.error->rule.name, refusals[_i].rule);
    ck_assert_ptr_eq(outcome.rule, &outcome.error->rule);
    ck_assert_ptr_null(outcome.token);
    ck_assert_uint_eq(map_count(&bench.cloud->tokens), tokens);
    bool mfa = strcmp(refusals[_i].rule, "token.mfa-required") == 0;
    ck_assert_int_eq(outcome.mfa_token != NULL, mfa);
}
END_TEST

START_TEST(a_refusal_of_the_client_asks_for_credentials_and_stays_400)
{
    for (size_t i = 0; i < oauth_error_table.count; i++) {
        const struct oauth_error *error = &oauth_errors[i];
        ck_assert_int_eq(error->challenge, strcmp(error->error, "invalid_client") == 0);
        ck_assert_msg(error->status == 400 || error->status == 401 || error->status == 403 ||
                          strcmp(error->error, "server_error") == 0,
                      "%s", error->rule.name);
        ck_assert_int_eq(error->status == 401, strcmp(error->error, "invalid_token") == 0);
        ck_assert(error->rule.source && *error->rule.source);
    }
}
END_TEST

/* ---- what is granted ---- */

static const struct {
    const char *rule, *owner, *scope;
    struct oauth_request request;
} grants[] = {
    {"token.password",
     "dev",
     NULL,
     {PUBLIC, .grant_type = "password", .username = "dev@example.com", .password = "dev"}},
    {"token.password",
     "ada",
     NULL,
     {FULL, .grant_type = "password", .username = "ada@example.com", .password = "ada"}},
    {"token.password",
     "ada",
     NULL,
     {FULL, .grant_type = "password", .username = "ADA@example.com", .password = "ada"}},
    {"token.password",
     "ben",
     NULL,
     {.post_form = true,
      .grant_type = "password",
      .client_id = "particle",
      .client_secret = "particle",
      .username = "ben@example.com",
      .password = "ben"}},
    {"token.password",
     "ben",
     NULL,
     {.post_form = true,
      .grant_type = "password",
      .client_id = "CLI2",
      .client_secret = "client_secret_here",
      .username = "ben@example.com",
      .password = "ben",
      .scope = ""}},
    {"token.client-credentials", NULL, NULL, {FULL, .grant_type = "client_credentials"}},
    {"token.client-credentials",
     NULL,
     NULL,
     {FULL, .grant_type = "client_credentials", .scope = ""}},
    {"token.customer-scope",
     "ada",
     "customer=ada@example.com",
     {FULL, .grant_type = "client_credentials", .scope = "customer=ada@example.com"}},
    {"token.password",
     "ada",
     NULL,
     {.post_form = true,
      .grant_type = "password",
      .client_id = "pump-2",
      .client_secret = "pump-secret",
      .username = "ada@example.com",
      .password = "ada"}},
};

#define GRANTS (int)(sizeof grants / sizeof *grants)

START_TEST(each_grant)
{
    struct oauth_outcome outcome = grant(grants[_i].request);
    struct owner owner = bench_owner(grants[_i].owner);
    ck_assert_ptr_null(outcome.error);
    ck_assert_str_eq(outcome.rule->name, grants[_i].rule);
    const struct token *token = outcome.token;
    ck_assert_str_eq(token->client->id, grants[_i].request.client_id);
    ck_assert(owner.kind == OWNER_NONE ? token->owner.kind == OWNER_NONE
                                       : owner_same(&token->owner, &owner));
    if (grants[_i].scope)
        ck_assert_str_eq(token->scope, grants[_i].scope);
    else
        ck_assert_ptr_null(token->scope);
    ck_assert_uint_eq(strlen(token->access), IDS_TOKEN);
    ck_assert_uint_eq(strlen(token->refresh), IDS_TOKEN);
    ck_assert_uint_eq(strspn(token->access, "0123456789abcdef"), IDS_TOKEN);
    ck_assert_int_eq(token->issued_ms, BENCH_START);
    ck_assert_int_eq(token->expires_ms, BENCH_START + 90 * DAY);
    ck_assert_ptr_eq(map_get(&bench.cloud->tokens, token->access), token);
    ck_assert_uint_eq(bench_noted("token.issued", grants[_i].request.client_id), 1);
}
END_TEST

START_TEST(every_public_client_is_known)
{
    static const char *const clients[][2] = {{"particle", "particle"},
                                             {"particle-api", "particle-api"},
                                             {"particle-cli", "particle-cli"},
                                             {"CLI2", "client_secret_here"},
                                             {"Spark", "Spark"},
                                             {"spark", "spark"}};
    struct oauth_client *client;
    ck_assert_ptr_null(oauth_client_check(bench.cloud, clients[_i][0], clients[_i][1], &client));
    ck_assert(client->is_public);
    ck_assert_ptr_null(client->product);
}
END_TEST

START_TEST(the_second_factor_completes_a_login_once)
{
    struct oauth_outcome asked = grant(
        OF_PUBLIC(.grant_type = "password", .username = "mfa@example.com", .password = "mfa"));
    struct oauth_request otp =
        REQUEST(.grant_type = "urn:custom:mfa-otp", .mfa_token = asked.mfa_token, .otp = "654321");
    ck_assert_str_eq(grant(otp).error->rule.name, "token.bad-otp");
    char *kept = mem_dup(asked.mfa_token);
    otp.mfa_token = kept;
    otp.otp = "123456";
    ck_assert_str_eq(granted(otp)->owner.user->username, "mfa@example.com");
    ck_assert_str_eq(grant(otp).error->rule.name, "token.bad-otp"); /* it is used up */
    free(kept);
}
END_TEST

/* ---- how long ---- */

static const struct {
    const char *expires_in, *expires_at;
    int64_t life_s; /* -1: for ever */
} lives[] = {
    {NULL, NULL, 7776000},
    {"3600", NULL, 3600},
    {"1", NULL, 1},
    {"0", NULL, -1},
    {"", NULL, 7776000},
    {"-1", NULL, 7776000},
    {"12x", NULL, 7776000},
    {"1.5", NULL, 7776000},
    {"99999999999999999999999", NULL, 7776000},
    {"3153600000", NULL, 3153600000},
    {"3153600001", NULL, 7776000},
    {NULL, "2026-01-02T00:00:00Z", 86400},
    {NULL, "2026-01-02T00:00:00.000Z", 86400},
    {NULL, "2026-01-02", 86400},
    {NULL, "null", -1},
    {NULL, "", -1},
    {NULL, "2020-01-01T00:00:00Z", 1},
    {NULL, "soon", 7776000},
    {"60", "2026-01-02T00:00:00Z", 86400}, /* the date wins */
    {"60", "soon", 60},
};

START_TEST(each_life)
{
    const struct token *token =
        granted(REQUEST(.grant_type = "client_credentials", .expires_in = lives[_i].expires_in,
                        .expires_at = lives[_i].expires_at));
    if (lives[_i].life_s < 0) {
        ck_assert_int_eq(token->expires_ms, -1);
        ck_assert_ptr_null(token->refresh);
    } else {
        ck_assert_int_eq(token->expires_ms, BENCH_START + lives[_i].life_s * 1000);
        ck_assert_int_eq(token->refresh_expires_ms, token->expires_ms + 14 * DAY);
        ck_assert_ptr_nonnull(token->refresh);
    }
}
END_TEST

/* ---- refreshing ---- */

START_TEST(a_refresh_token_is_used_once)
{
    struct token *old =
        granted(REQUEST(.grant_type = "client_credentials", .scope = "customer=ada@example.com"));
    char *refresh = mem_dup(old->refresh);
    struct oauth_request request =
        REQUEST(.grant_type = "refresh_token", .refresh_token = refresh, .expires_in = "60");
    const struct token *fresh = granted(request);
    ck_assert_str_ne(fresh->access, old->access);
    ck_assert_str_ne(fresh->refresh, refresh);
    ck_assert(owner_same(&fresh->owner, &bench.ada));
    ck_assert_str_eq(fresh->scope, "customer=ada@example.com");
    ck_assert_int_eq(fresh->expires_ms, BENCH_START + 60000);
    ck_assert_str_eq(grant(request).error->rule.name, "token.bad-refresh-token");
    ck_assert_ptr_eq(map_get(&bench.cloud->tokens, old->access), old); /* lives on */
    request.refresh_token = fresh->refresh;
    granted(request);
    free(refresh);
}
END_TEST

START_TEST(another_clients_refresh_token_is_invalid)
{
    struct token *token = granted(REQUEST(.grant_type = "client_credentials"));
    struct oauth_request request = {
        .post_form = true,
        .grant_type = "refresh_token",
        .client_id = "lamp-1",
        .client_secret = "lamp-secret",
        .refresh_token = token->refresh,
    };
    ck_assert_str_eq(grant(request).error->rule.name, "token.bad-refresh-token");
    request.client_id = "pump-1";
    request.client_secret = "pump-secret";
    granted(request); /* and was not used up by the attempt */
}
END_TEST

static const struct {
    int64_t after_ms;
    const char *refused; /* NULL: granted */
} refreshes[] = {
    {60000, NULL}, /* the access token is dead, the refresh token lives for 14 days more */
    {60000 + 14 * DAY - 1, NULL},
    {60000 + 14 * DAY, "token.expired-refresh-token"},
};

START_TEST(a_refresh_token_expires)
{
    const struct token *old =
        granted(REQUEST(.grant_type = "client_credentials", .expires_in = "60"));
    bench_advance(refreshes[_i].after_ms);
    struct oauth_outcome outcome =
        grant(REQUEST(.grant_type = "refresh_token", .refresh_token = old->refresh));
    if (refreshes[_i].refused)
        ck_assert_str_eq(outcome.error->rule.name, refreshes[_i].refused);
    else
        ck_assert_ptr_nonnull(outcome.token);
}
END_TEST

/* ---- presenting ---- */

#define T "0123456789abcdef"

static const struct {
    const char *refused; /* NULL: let in */
    struct oauth_presented presented;
} presented[] = {
    {"token.none", {0}},
    {"token.none", {.is_get = true}},
    {NULL, {.header = "Bearer " T}},
    {NULL, {.header = "Bearer\t" T}},
    {NULL, {.header = "Bearer " T " and more"}},
    {NULL, {.header = "Something Bearer " T}},
    {NULL, {.header = "Bearer  Bearer " T}}, /* the expression looks on */
    {"token.malformed-header", {.header = ""}},
    {"token.malformed-header", {.header = T}},
    {"token.malformed-header", {.header = "Bearer"}},
    {"token.malformed-header", {.header = "Bearer "}},
    {"token.malformed-header", {.header = "Bearer  " T}}, /* one space, then the token */
    {"token.malformed-header", {.header = "bearer " T}},
    {"token.malformed-header", {.header = "Bearer" T}},
    {"token.malformed-header", {.header = "Basic eDp5"}},
    {"token.unknown", {.header = "Bearer x"}},
    {"token.unknown", {.header = "Bearer 0123456789ABCDEF"}},
    {NULL, {.query = T}},
    {NULL, {.query = T, .is_get = true}},
    {"token.unknown", {.query = ""}},
    {"token.unknown", {.query = "x"}},
    {NULL, {.body = T, .is_form = true}},
    {"token.unknown", {.body = "x", .is_form = true}},
    {"token.body-on-get", {.body = T, .is_form = true, .is_get = true}},
    {"token.body-on-get", {.body = T, .is_get = true}},
    {"token.body-not-form", {.body = T}},
    {"token.two-places", {.header = "Bearer " T, .query = T}},
    {"token.two-places", {.header = "Bearer " T, .body = T, .is_form = true}},
    {"token.two-places", {.query = T, .body = T, .is_form = true}},
    {"token.two-places", {.header = "nonsense", .query = T, .body = T}},
};

#define PRESENTED (int)(sizeof presented / sizeof *presented)

START_TEST(each_way_to_present_a_token)
{
    struct token *mine = oauth_issue(bench.cloud, NULL, bench.ben, T, 3600, NULL), *token = NULL;
    const struct oauth_error *error =
        oauth_authorise(bench.cloud, &presented[_i].presented, &token);
    if (presented[_i].refused) {
        ck_assert_ptr_nonnull(error);
        ck_assert_str_eq(error->rule.name, presented[_i].refused);
        ck_assert_ptr_null(token);
    } else {
        ck_assert_ptr_null(error);
        ck_assert_ptr_eq(token, mine);
    }
}
END_TEST

START_TEST(a_token_expires_to_the_millisecond)
{
    struct oauth_presented header = {.header = "Bearer " T};
    struct token *token;
    oauth_issue(bench.cloud, NULL, bench.ben, T, 60, NULL);
    bench_advance(59999);
    ck_assert_ptr_null(oauth_authorise(bench.cloud, &header, &token));
    bench_advance(1);
    ck_assert_str_eq(oauth_authorise(bench.cloud, &header, &token)->rule.name, "token.expired");
}
END_TEST

START_TEST(a_token_may_live_for_ever)
{
    struct oauth_presented header = {.header = "Bearer " T};
    struct token *token;
    oauth_issue(bench.cloud, NULL, bench.ben, T, 0, NULL);
    bench_advance(36500 * DAY);
    ck_assert_ptr_null(oauth_authorise(bench.cloud, &header, &token));
}
END_TEST

/* ---- issuing and revoking ---- */

START_TEST(a_token_of_the_same_text_replaces_the_older)
{
    const struct token *old = oauth_issue(bench.cloud, NULL, bench.ben, T, 60, NULL);
    char *refresh = mem_dup(old->refresh);
    const struct token *fresh = oauth_issue(bench.cloud, NULL, bench.dev, T, 60, NULL);
    ck_assert_uint_eq(map_count(&bench.cloud->tokens), 1);
    ck_assert_ptr_eq(map_get(&bench.cloud->tokens, T), fresh);
    ck_assert_ptr_null(map_get(&bench.cloud->refresh_tokens, refresh));
    free(refresh);
}
END_TEST

START_TEST(revoking_takes_the_refresh_token_too)
{
    struct token *token = oauth_issue(bench.cloud, NULL, bench.ben, T, 60, NULL);
    oauth_revoke(bench.cloud, token);
    ck_assert_uint_eq(map_count(&bench.cloud->tokens), 0);
    ck_assert_uint_eq(map_count(&bench.cloud->refresh_tokens), 0);
}
END_TEST

START_TEST(revoking_an_owner_takes_its_tokens_alone)
{
    struct oauth_client *client = map_get(&bench.cloud->clients, "pump-1");
    for (int i = 0; i < 10; i++)
        oauth_issue(bench.cloud, client, i % 2 ? bench.ada : bench.dev, NULL, i < 5 ? 60 : 0, NULL);
    oauth_issue(bench.cloud, client, bench.nobody, NULL, 60, NULL);
    oauth_revoke_owner(bench.cloud, &bench.ada);
    ck_assert_uint_eq(map_count(&bench.cloud->tokens), 6);
    ck_assert_uint_eq(map_count(&bench.cloud->refresh_tokens), 4);
}
END_TEST

static TCase *refusals_case(void)
{
    TCase *tcase = tcase_create("refusals");
    tcase_add_checked_fixture(tcase, bench_with_login_setup, bench_teardown);
    tcase_add_loop_test(tcase, each_refusal, 0, REFUSALS);
    tcase_add_test(tcase, a_refusal_of_the_client_asks_for_credentials_and_stays_400);
    tcase_add_loop_test(tcase, each_way_to_present_a_token, 0, PRESENTED);
    return tcase;
}

static TCase *grants_case(void)
{
    TCase *tcase = tcase_create("grants");
    tcase_add_checked_fixture(tcase, bench_with_login_setup, bench_teardown);
    tcase_add_loop_test(tcase, each_grant, 0, GRANTS);
    tcase_add_loop_test(tcase, every_public_client_is_known, 0, 6);
    tcase_add_test(tcase, the_second_factor_completes_a_login_once);
    tcase_add_loop_test(tcase, each_life, 0, (int)(sizeof lives / sizeof *lives));
    tcase_add_test(tcase, a_refresh_token_is_used_once);
    tcase_add_test(tcase, another_clients_refresh_token_is_invalid);
    tcase_add_loop_test(tcase, a_refresh_token_expires, 0, 3);
    tcase_add_test(tcase, a_token_expires_to_the_millisecond);
    tcase_add_test(tcase, a_token_may_live_for_ever);
    tcase_add_test(tcase, a_token_of_the_same_text_replaces_the_older);
    tcase_add_test(tcase, revoking_takes_the_refresh_token_too);
    tcase_add_test(tcase, revoking_an_owner_takes_its_tokens_alone);
    return tcase;
}

Suite *test_cloud_oauth(void)
{
    Suite *suite = suite_create("oauth");
    suite_add_tcase(suite, refusals_case());
    suite_add_tcase(suite, grants_case());
    return suite;
}
