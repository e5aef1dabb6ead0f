/*
 * POST /oauth/token: the checks in their order, then a row per grant type. See oauth.h.
 *
 * Which rows come first is what node-oauth2-server's grant.js does: form, grant_type, client id,
 * client secret, client, grant allowed, then the grant's own parameters, then the scope.
 */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/oauth_errors.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include "base/mem.h"
#include "base/timefmt.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
    GRANT_PASSWORD,
    GRANT_OTP,
    GRANT_RECOVERY,
    GRANT_CLIENT,
    GRANT_CLIENT_OWNER,
    GRANT_CUSTOMER,
    GRANT_REFRESH,
    GRANT_CODE
};

const struct rule oauth_grant_rules[] = {
    [GRANT_PASSWORD] = {"token.password", "A user or customer logs in with a password.",
                        PROVENANCE_OBSERVED, "particlerb recordings of 2015 and 2017", NULL},
    [GRANT_OTP] = {"token.mfa-otp", "The second factor completes a login.", PROVENANCE_INFERRED,
                   "particle-cli and particle-iot/node-oauth2-server 3.2.3", NULL},
    [GRANT_RECOVERY] = {"token.recovery-code",
                        "A recovery code completes a login, once, in place of the second factor.",
                        PROVENANCE_INFERRED, "particle-iot/node-oauth2-server 3.2.3", NULL},
    [GRANT_CLIENT_OWNER] = {"token.client-owner", "A user's own client gets a token of that user.",
                            PROVENANCE_INFERRED,
                            "particle-iot/node-oauth2-server 3.2.3; the SDK's loginAsClientOwner",
                            NULL},
    [GRANT_CLIENT] = {"token.client-credentials",
                      "A product's client gets a token for its product.", PROVENANCE_OBSERVED,
                      "Particle staff's transcript of 2018", NULL},
    [GRANT_CUSTOMER] = {"token.customer-scope",
                        "A product's client gets a token for one of its customers.",
                        PROVENANCE_OBSERVED, "Particle staff's transcript of 2018", NULL},
    [GRANT_REFRESH] = {"token.refresh", "A refresh token is used up and gives a new pair.",
                       PROVENANCE_INFERRED, "particle-iot/node-oauth2-server 3.2.3, lib/grant.js",
                       NULL},
    [GRANT_CODE] = {"token.authorization-code",
                    "A web client exchanges a code of the world file for a token, once.",
                    PROVENANCE_INFERRED,
                    "particle-iot/node-oauth2-server 3.2.3, lib/grant.js; RFC 6749, 4.1", NULL},
};

const struct rule_table oauth_grant_rule_table = {
    oauth_grant_rules, sizeof oauth_grant_rules / sizeof *oauth_grant_rules,
    sizeof *oauth_grant_rules};

bool oauth_has_room(const struct cloud *cloud)
{
    return !limits_reached(cloud, LIMIT_TOKENS, map_count(&cloud->tokens));
}

/* What a grant works on. */
struct grant {
    struct cloud *cloud;
    const struct oauth_request *request;
    struct oauth_client *client;
    int64_t life_s;
};

static struct oauth_outcome refuse(int error)
{
    return (struct oauth_outcome){.error = &oauth_errors[error], .rule = &oauth_errors[error].rule};
}

static struct oauth_outcome grant_issue(const struct grant *grant, struct owner owner,
                                        const char *scope, int rule)
{
    struct token *token =
        oauth_issue(grant->cloud, grant->client, owner, NULL, grant->life_s, scope);
    return (struct oauth_outcome){.rule = &oauth_grant_rules[rule], .token = token};
}

/* Whether a client may stand for users: a product's is for its customers. */
static bool serves_users(const struct grant *grant)
{
    return !grant->client->product ||
           sim_behaves(grant->cloud->sim, BEHAVIOUR_PRODUCT_CLIENT_LOGIN, "customers-and-users");
}

/* Who logs in: with a product's client first one of its customers, else a user. */
static bool find_login(const struct grant *grant, const char *username, const char *password,
                       struct owner *ret_owner)
{
    const struct product *product = grant->client->product;
    struct customer *customer = product ? cloud_customer(grant->cloud, product, username) : NULL;
    struct user *user = cloud_user(grant->cloud, username);
    if (customer && customer->password && strcmp(customer->password, password) == 0) {
        *ret_owner = (struct owner){OWNER_CUSTOMER, .customer = customer};
        return true;
    }
    if (user && (user->sso || (user->password && strcmp(user->password, password) == 0))) {
        *ret_owner = (struct owner){OWNER_USER, .user = user};
        return true;
    }
    return false;
}

static struct oauth_outcome grant_ask_otp(const struct grant *grant, struct user *user)
{
    struct cloud *cloud = grant->cloud;
    struct oauth_outcome outcome = refuse(OAUTH_MFA_REQUIRED);
    outcome.mfa_token = accounts_issue_ticket(cloud, &cloud->mfa_tokens, "mfa-token", user,
                                              MFA_TOKEN_LIFE_MS, NULL);
    return outcome;
}

static struct oauth_outcome grant_password(const struct grant *grant)
{
    const struct oauth_request *request = grant->request;
    struct owner owner;
    if (!request->username || !*request->username || !request->password || !*request->password)
        return refuse(OAUTH_NO_USERNAME);
    if (!find_login(grant, request->username, request->password, &owner))
        return refuse(OAUTH_WRONG_PASSWORD);
    if (owner.kind == OWNER_USER && !serves_users(grant))
        return refuse(OAUTH_CUSTOMERS_CLIENT);
    if (owner.kind == OWNER_USER && owner.user->sso)
        return refuse(OAUTH_SSO_USER);
    if (request->scope && *request->scope)
        return refuse(OAUTH_BAD_SCOPE);
    if (owner.kind == OWNER_USER && accounts_mfa_on(owner.user))
        return grant_ask_otp(grant, owner.user);
    return grant_issue(grant, owner, NULL, GRANT_PASSWORD);
}

static const struct account_ticket *mfa_ticket(const struct grant *grant)
{
    return accounts_ticket(grant->cloud, &grant->cloud->mfa_tokens, grant->request->mfa_token);
}

static struct oauth_outcome grant_second_half(const struct grant *grant, struct user *user,
                                              int rule)
{
    accounts_drop_ticket(&grant->cloud->mfa_tokens, grant->request->mfa_token);
    return grant_issue(grant, (struct owner){OWNER_USER, .user = user}, NULL, rule);
}

static struct oauth_outcome grant_otp(const struct grant *grant)
{
    const struct oauth_request *request = grant->request;
    if (!request->mfa_token || !*request->mfa_token || !request->otp || !*request->otp)
        return refuse(OAUTH_NO_OTP);
    const struct account_ticket *ticket = mfa_ticket(grant);
    if (!ticket || !accounts_otp_valid(grant->cloud, ticket->user, request->otp))
        return refuse(OAUTH_BAD_OTP);
    return grant_second_half(grant, ticket->user, GRANT_OTP);
}

static struct oauth_outcome grant_recovery_code(const struct grant *grant)
{
    const struct oauth_request *request = grant->request;
    if (!request->mfa_token || !*request->mfa_token || !request->recovery_code ||
        !*request->recovery_code)
        return refuse(OAUTH_NO_RECOVERY_CODE);
    const struct account_ticket *ticket = mfa_ticket(grant);
    if (!ticket || !accounts_use_recovery_code(ticket->user, request->recovery_code))
        return refuse(OAUTH_BAD_OTP);
    return grant_second_half(grant, ticket->user, GRANT_RECOVERY);
}

static struct oauth_outcome grant_client_credentials(const struct grant *grant)
{
    static const char prefix[] = "customer=";
    const char *scope = grant->request->scope;
    const struct product *product = grant->client->product;
    struct owner user = {OWNER_USER, .user = grant->client->user};
    if (!product && !user.user)
        return refuse(OAUTH_CLIENT_WITHOUT_USER);
    if (!product)
        return scope && *scope ? refuse(OAUTH_BAD_SCOPE)
                               : grant_issue(grant, user, NULL, GRANT_CLIENT_OWNER);
    if (!scope || !*scope)
        return grant_issue(grant, (struct owner){0}, NULL, GRANT_CLIENT);
    if (strncmp(scope, prefix, sizeof prefix - 1) != 0)
        return refuse(OAUTH_BAD_SCOPE);
    const char *email = scope + sizeof prefix - 1;
    struct customer *customer = cloud_customer(grant->cloud, product, email);
    if (!customer)
        return refuse(OAUTH_BAD_SCOPE);
    if (strcmp(customer->email, email) != 0 &&
        sim_behaves(grant->cloud->sim, BEHAVIOUR_CUSTOMER_SCOPE_CASE, "exact"))
        return refuse(OAUTH_SCOPE_CASE);
    char *granted = mem_printf_dup("%s%s", prefix, customer->email);
    struct owner owner = {OWNER_CUSTOMER, .customer = customer};
    struct oauth_outcome outcome = grant_issue(grant, owner, granted, GRANT_CUSTOMER);
    free(granted);
    return outcome;
}

static struct oauth_outcome grant_refresh(const struct grant *grant)
{
    struct cloud *cloud = grant->cloud;
    const char *text = grant->request->refresh_token;
    if (!text || !*text)
        return refuse(OAUTH_NO_REFRESH_TOKEN);
    struct token *old = map_get(&cloud->refresh_tokens, text);
    if (!old || old->client != grant->client)
        return refuse(OAUTH_BAD_REFRESH_TOKEN);
    if (old->refresh_expires_ms >= 0 && vclock_now(cloud->sim->clock) >= old->refresh_expires_ms)
        return refuse(OAUTH_EXPIRED_REFRESH_TOKEN);
    struct owner owner = old->owner;
    char *scope = mem_dup(old->scope);
    /* The refresh token is used up; the access token lives on until it expires. */
    map_take(&cloud->refresh_tokens, old->refresh);
    free(old->refresh);
    old->refresh = NULL;
    struct oauth_outcome outcome = grant_issue(grant, owner, scope, GRANT_REFRESH);
    free(scope);
    return outcome;
}

static struct oauth_outcome grant_authorization_code(const struct grant *grant)
{
    if (!grant->request->code || !*grant->request->code)
        return refuse(OAUTH_NO_CODE);
    const char *text = grant->request->code;
    const struct authorization_code *code = map_get(&grant->cloud->authorization_codes, text);
    if (!code || code->client != grant->client)
        return refuse(OAUTH_BAD_CODE);
    if (vclock_now(grant->cloud->sim->clock) >= code->expires_ms)
        return refuse(OAUTH_EXPIRED_CODE);
    struct owner owner = code->owner;
    oauth_drop_code(grant->cloud, text);
    return grant_issue(grant, owner, NULL, GRANT_CODE);
}

static const struct {
    const char *name;
    struct oauth_outcome (*run)(const struct grant *grant);
} grants[] = {
    {"password", grant_password},
    {"urn:custom:mfa-otp", grant_otp},
    {"urn:custom:recovery-code", grant_recovery_code},
    {"client_credentials", grant_client_credentials},
    {"refresh_token", grant_refresh},
    {"authorization_code", grant_authorization_code},
};

#define GRANT_COUNT (sizeof grants / sizeof *grants)

/* In any case of letters, as the original looks it up. */
static size_t grant_find(const char *name)
{
    size_t i = 0;
    while (i < GRANT_COUNT && (!name || strcasecmp(grants[i].name, name) != 0))
        i++;
    return i;
}

/* 3 to 40 letters, digits, '-' and '_'. */
static bool client_id_valid(const char *id)
{
    size_t len = id ? strlen(id) : 0;
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)id[i]) && id[i] != '-' && id[i] != '_')
            return false;
    return len >= 3 && len <= 40;
}

const struct oauth_error *oauth_client_check(struct cloud *cloud, const char *id,
                                             const char *secret, struct oauth_client **ret_client)
{
    if (!client_id_valid(id))
        return &oauth_errors[OAUTH_NO_CLIENT_ID];
    if (!secret || !*secret)
        return &oauth_errors[OAUTH_NO_CLIENT_SECRET];
    struct oauth_client *client = map_get(&cloud->clients, id);
    if (!client || strcmp(client->secret, secret) != 0)
        return &oauth_errors[OAUTH_WRONG_CLIENT];
    *ret_client = client;
    return NULL;
}

const struct oauth_error *oauth_implicit_check(struct cloud *cloud, const char *id,
                                               const char *redirect_uri,
                                               struct oauth_client **ret_client)
{
    struct oauth_client *client = map_get(&cloud->clients, id);
    if (!client)
        return &oauth_errors[OAUTH_IMPLICIT_CLIENT];
    if (redirect_uri && (!client->redirect_uri || strcmp(client->redirect_uri, redirect_uri) != 0))
        return &oauth_errors[OAUTH_REDIRECT_URI];
    *ret_client = client;
    return NULL;
}

/* `expires_in`: seconds, or 0 for a token that never expires. What is no such number is passed
 * over. */
static int64_t grant_life_s(const struct cloud *cloud, const struct oauth_request *request)
{
    int64_t at_ms;
    char *end;
    if (request->expires_at) {
        if (!*request->expires_at || strcmp(request->expires_at, "null") == 0)
            return 0;
        if (timefmt_parse_iso(request->expires_at, &at_ms)) {
            int64_t life_s = (at_ms - vclock_now(cloud->sim->clock)) / 1000;
            return life_s > 0 ? life_s : 1;
        }
    }
    if (request->expires_in && isdigit((unsigned char)*request->expires_in)) {
        long long life_s = strtoll(request->expires_in, &end, 10);
        if (!*end && life_s <= 3153600000)
            return life_s;
    }
    return TOKEN_LIFE_S;
}

struct oauth_outcome oauth_grant(struct cloud *cloud, const struct oauth_request *request)
{
    struct grant grant = {.cloud = cloud, .request = request};
    if (!request->post_form)
        return refuse(OAUTH_NOT_FORM);
    size_t type = grant_find(request->grant_type);
    if (type == GRANT_COUNT)
        return refuse(OAUTH_BAD_GRANT_TYPE);
    const struct oauth_error *error =
        oauth_client_check(cloud, request->client_id, request->client_secret, &grant.client);
    if (error)
        return (struct oauth_outcome){.error = error, .rule = &error->rule};
    if (grant.client->scope == CLIENT_CREATE_CUSTOMER &&
        grants[type].run == grant_client_credentials)
        return refuse(OAUTH_GRANT_NOT_ALLOWED);
    if (strcmp(grants[type].name, request->grant_type) != 0)
        return refuse(OAUTH_OTHER_GRANT_TYPE);
    if (!oauth_has_room(cloud))
        return refuse(OAUTH_FULL);
    grant.life_s = grant_life_s(cloud, request);
    return grants[type].run(&grant);
}
