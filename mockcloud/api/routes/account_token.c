/* Access tokens: list, show, revoke. They are granted in token.c. */
#include "api/call/route.h"
#include "api/routes/account.h"
#include "api/routes/account_rules.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/oauth_errors.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <string.h>

void account_errors(struct call *call, int status, const struct rule *rule, const char *message)
{
    struct jsonw *w = reply_json(call, status, rule);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", false);
    jsonw_key(w, "errors");
    jsonw_array(w);
    jsonw_str(w, message);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static bool second_factor(struct call *call, const struct user *user)
{
    const char *otp = call_str(call, "otp");
    if (!accounts_mfa_on(user))
        return true;
    if (otp && accounts_otp_valid(call->world->cloud, user, otp))
        return true;
    auth_refuse(call, &oauth_errors[otp ? OAUTH_BAD_OTP : OAUTH_MFA_REQUIRED], NULL);
    return false;
}

struct user *account_basic_user(struct call *call)
{
    const char *username, *password;
    bool given = call_basic(call, &username, &password);
    struct user *user = given ? cloud_user(call->world->cloud, username) : NULL;
    if (!user) {
        account_errors(call, 400, &account_rules[ACCOUNT_UNKNOWN_USER], "Unknown user");
        return NULL;
    }
    if (!accounts_password_is(user, password)) {
        account_errors(call, 401, &account_rules[ACCOUNT_BAD_PASSWORD], "Bad password");
        return NULL;
    }
    return second_factor(call, user) ? user : NULL;
}

static void tokens_list(struct call *call)
{
    const struct user *user = account_basic_user(call);
    if (!user)
        return;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_TOKENS]);
    jsonw_array(w);
    const struct list_link *link = user->belongings.tokens.first;
    for (; link; link = link->next) {
        const struct token *token = LIST_ITEM(link, struct token, of_owner);
        jsonw_object(w);
        jsonw_key_str(w, "token", token->access);
        jsonw_key_time(w, "expires_at", token->expires_ms);
        jsonw_key_str(w, "client", token->client->id);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* ---- the presented one ---- */

/* The organizations of the products whose team the user is on, each once. */
static void write_orgs(const struct call *call, struct jsonw *w)
{
    struct map seen = {0};
    size_t cursor = 0;
    void *value;
    char id[IDS_OBJECT + 1];
    jsonw_key(w, "orgs");
    jsonw_array(w);
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        struct product *product = value;
        if (!product->org || !cloud_on_team(product, call->owner.user) ||
            map_put(&seen, product->org, product))
            continue;
        accounts_org_id(call->world->cloud, product->org, id);
        jsonw_object(w);
        jsonw_key_str(w, "id", id);
        jsonw_key_str(w, "slug", product->org);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
    map_free(&seen, NULL);
}

static void token_current(struct call *call)
{
    const struct token *token = call->token;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_TOKEN]);
    jsonw_object(w);
    jsonw_key_time(w, "expires_at", token->expires_ms);
    jsonw_key_str(w, "client", token->client->id);
    jsonw_key_str(w, "client_id", token->client->id);
    jsonw_key(w, "scopes");
    jsonw_raw(w, "[]", 2);
    write_orgs(call, w);
    jsonw_end_object(w);
}

/* ---- revoking ---- */

static void revoke(struct call *call, struct token *token)
{
    if (call->token == token)
        call->token = NULL;
    oauth_revoke(call->world->cloud, token);
}

static struct token *presented(const struct call *call)
{
    return map_get(&call->world->cloud->tokens, call->token->access);
}

static void token_delete_current(struct call *call)
{
    revoke(call, presented(call));
    reply_text(call, 200, &account_rules[ACCOUNT_TOKEN_DELETED], "{\"ok\":true}");
}

static void owners_tokens_delete(struct call *call, const struct list *tokens)
{
    while (tokens->first)
        revoke(call, LIST_ITEM(tokens->first, struct token, of_owner));
}

/* Those with which it speaks for itself, not those of people who logged in through it. */
static void clients_tokens_delete(struct call *call, const struct list *tokens)
{
    struct list_link *next;
    for (struct list_link *link = tokens->first; link; link = next) {
        struct token *token = LIST_ITEM(link, struct token, of_client);
        next = link->next;
        if (token->owner.kind == OWNER_NONE)
            revoke(call, token);
    }
}

/* All of the same owner; for a product's own client, the client's own. */
static void tokens_delete(struct call *call)
{
    if (call->owner.kind == OWNER_NONE)
        clients_tokens_delete(call, &call->token->client->tokens);
    else
        owners_tokens_delete(call, &owner_belongings(&call->owner)->tokens);
    reply_text(call, 200, &account_rules[ACCOUNT_TOKENS_DELETED], "{\"ok\":true}");
}

/* The token is credential enough; old clients send their user's password, too, which then has to be
 * right. */
static void token_delete(struct call *call)
{
    struct token *token = map_get(&call->world->cloud->tokens, call->params[0]);
    if (call->authorization && strncasecmp(call->authorization, "Basic ", 6) == 0) {
        struct owner owner = {OWNER_USER, .user = account_basic_user(call)};
        if (!owner.user)
            return;
        token = token && owner_same(&token->owner, &owner) ? token : NULL;
    }
    if (token) {
        revoke(call, token);
        reply_text(call, 200, &account_rules[ACCOUNT_TOKEN_DELETED], "{\"ok\":true}");
    } else if (sim_behaves(&call->world->sim, BEHAVIOUR_UNKNOWN_TOKEN_DELETED, "ok-200")) {
        reply_text(call, 200, &account_rules[ACCOUNT_TOKEN_UNKNOWN], "{\"ok\":true}");
    } else {
        reply_text(call, 401, &account_rules[ACCOUNT_TOKEN_UNKNOWN],
                   "{\"error\":\"invalid_token\",\"error_description\":\"The access token provided "
                   "is invalid.\"}");
    }
}

/* ---- rows ---- */

static const struct shape listed = {
    .type = SHAPE_OBJECT,
    .name = "ListedToken",
    .fields = (const struct shape_field[]){{"token", &shape_secret, 0},
                                           {"expires_at", &shape_time, SHAPE_NULLABLE},
                                           {"client", &shape_string, 0},
                                           {0}},
};

static const struct shape list = {.type = SHAPE_ARRAY, .item = &listed};

static const struct shape org = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"id", &shape_id, 0}, {"slug", &shape_string, 0}, {0}},
};

static const struct shape current = {
    .type = SHAPE_OBJECT,
    .name = "CurrentToken",
    .fields = (const struct shape_field[]){{"expires_at", &shape_time, SHAPE_NULLABLE},
                                           {"client", &shape_string, 0},
                                           {"client_id", &shape_string, 0},
                                           {"scopes", &shape_strings, 0},
                                           {"orgs", SHAPE_LIST(org), 0},
                                           {0}},
};

static const struct route rows[] = {
    {"GET", "/v1/access_tokens", "access-token.list", AUTH_NONE, tokens_list, NULL,
     PROVENANCE_OBSERVED, "particlerb recording of 2015",
     "the user's tokens, for Basic credentials (username:password)",
     .params = PARAMS({"otp", PARAM_QUERY, PARAM_STRING, false, "when the second factor is on"}),
     .replies = REPLIES({200, &list, NULL})},
    {"DELETE", "/v1/access_tokens", "access-token.delete-all", AUTH_TOKEN, tokens_delete, NULL,
     PROVENANCE_DOCUMENTED, "Particle's API reference", "revoke all tokens of the caller",
     .params = NO_PARAMS, .replies = REPLIES({200, &shape_ok, NULL})},
    {"GET", "/v1/access_tokens/current", "access-token.current", AUTH_TOKEN, token_current, NULL,
     PROVENANCE_DOCUMENTED, "Particle's API reference", "what the presented token is",
     .params = NO_PARAMS, .replies = REPLIES({200, &current, NULL})},
    {"DELETE", "/v1/access_tokens/current", "access-token.delete-current", AUTH_TOKEN,
     token_delete_current, NULL, PROVENANCE_DOCUMENTED, "Particle's API reference",
     "revoke the presented token", .params = NO_PARAMS, .replies = REPLIES({200, &shape_ok, NULL})},
    {"DELETE", "/v1/access_tokens/:token", "access-token.delete", AUTH_NONE, token_delete, NULL,
     PROVENANCE_OBSERVED, "particlerb recordings of 2015 and 2017; particle-api-js sends no auth",
     "revoke a token",
     .params = PARAMS({"otp", PARAM_QUERY, PARAM_STRING, false, "when the second factor is on"}),
     .replies = REPLIES({200, &shape_ok, NULL})},
};

const struct route_table account_token_routes = {rows, sizeof rows / sizeof *rows};
