/* Tokens: presenting, issuing, revoking. The grants are in oauth_grant.c. See oauth.h. */
#include "cloud/oauth.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/event.h"
#include "cloud/oauth_errors.h"
#include "cloud/owner.h"
#include "cloud/team.h"

#include <stdlib.h>
#include <string.h>

#define REFRESH_LIFE_MS INT64_C(1209600000) /* 14 days beyond the access token */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The token of a header that matches /Bearer\s(\S+)/, anywhere in it; NULL when none does. Nearly
 * always it is the end of the header, and stands there as a string already; else it is copied to
 * `ret_copy`, which is yours to free(), and NULL when nothing was copied. */
static const char *bearer_of(const char *header, char **ret_copy)
{
    *ret_copy = NULL;
    for (const char *at = header; (at = strstr(at, "Bearer")); at++) {
        const char *token = at + 6;
        if (!is_space(*token) || !token[1] || is_space(token[1]))
            continue;
        token++;
        size_t len = 0;
        while (token[len] && !is_space(token[len]))
            len++;
        return token[len] ? *ret_copy = mem_dup_n(token, len) : token;
    }
    return NULL;
}

static const struct oauth_error *token_check(const struct cloud *cloud, const char *access,
                                             struct token **ret_token)
{
    struct token *token = map_get(&cloud->tokens, access);
    if (!token)
        return &oauth_errors[OAUTH_UNKNOWN_TOKEN];
    if (token->expires_ms >= 0 && vclock_now(cloud->sim->clock) >= token->expires_ms)
        return &oauth_errors[OAUTH_EXPIRED_TOKEN];
    *ret_token = token;
    return NULL;
}

const struct oauth_error *oauth_authorise(struct cloud *cloud,
                                          const struct oauth_presented *presented,
                                          struct token **ret_token)
{
    int places = !!presented->header + !!presented->query + !!presented->body;
    if (places > 1)
        return &oauth_errors[OAUTH_TWO_PLACES];
    if (places == 0)
        return &oauth_errors[OAUTH_NO_TOKEN];
    if (presented->query)
        return token_check(cloud, presented->query, ret_token);
    if (presented->header) {
        char *copy;
        const char *access = bearer_of(presented->header, &copy);
        if (!access)
            return &oauth_errors[OAUTH_MALFORMED_HEADER];
        const struct oauth_error *error = token_check(cloud, access, ret_token);
        free(copy);
        return error;
    }
    if (presented->is_get)
        return &oauth_errors[OAUTH_BODY_ON_GET];
    if (!presented->is_form)
        return &oauth_errors[OAUTH_BODY_NOT_FORM];
    return token_check(cloud, presented->body, ret_token);
}

const struct oauth_error *oauth_check_query(const struct cloud *cloud,
                                            const struct oauth_presented *presented)
{
    bool refused = presented->query && sim_behaves(cloud->sim, BEHAVIOUR_QUERY_TOKENS, "refuse");
    return refused ? &oauth_errors[OAUTH_QUERY_TOKEN] : NULL;
}

const struct oauth_error *oauth_check_scope(const struct cloud *cloud, const struct token *token,
                                            const char *scope)
{
    const struct user *user = token->owner.kind == OWNER_USER ? token->owner.user : NULL;
    if (!user || !user->programmatic || team_may_call(user, scope))
        return NULL;
    if (!scope)
        return &oauth_errors[OAUTH_API_USER];
    bool invalid = sim_behaves(cloud->sim, BEHAVIOUR_API_USER_WITHOUT_SCOPE, "invalid-scope");
    return &oauth_errors[invalid ? OAUTH_API_USER_INVALID_SCOPE : OAUTH_API_USER_SCOPE];
}

static void token_note(struct cloud *cloud, const struct token *token)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "client", token->client ? token->client->id : NULL);
    jsonw_key_str(w, "owner_kind", owner_kind_word(&token->owner));
    jsonw_key_str(w, "owner", owner_name(&token->owner));
    jsonw_key_time(w, "expires", token->expires_ms);
    sim_noted(cloud->sim, "cloud", "token.issued");
}

struct token *oauth_issue(struct cloud *cloud, struct oauth_client *client, struct owner owner,
                          const char *access, int64_t life_s, const char *scope)
{
    char made[IDS_TOKEN + 1];
    struct token *token = mem_new(sizeof *token);
    if (!access)
        ids_next(&cloud->sim->ids, "access-token", made, IDS_TOKEN);
    token->access = mem_dup(access ? access : made);
    token->scope = mem_dup(scope);
    token->client = client;
    token->owner = owner;
    token->issued_ms = vclock_now(cloud->sim->clock);
    token->expires_ms = token->refresh_expires_ms = -1;
    if (life_s > 0) {
        ids_next(&cloud->sim->ids, "refresh-token", made, IDS_TOKEN);
        token->refresh = mem_dup(made);
        token->expires_ms = token->issued_ms + life_s * 1000;
        token->refresh_expires_ms = token->expires_ms + REFRESH_LIFE_MS;
        map_put(&cloud->refresh_tokens, token->refresh, token);
    }
    struct token *before = map_get(&cloud->tokens, token->access);
    if (before)
        oauth_revoke(cloud, before);
    map_put(&cloud->tokens, token->access, token);
    free(map_take(&cloud->dead_tokens, token->access));
    if (owner.kind != OWNER_NONE)
        list_join(&owner_belongings(&owner)->tokens, &token->of_owner);
    if (client)
        list_join(&client->tokens, &token->of_client);
    token_note(cloud, token);
    return token;
}

/* ---- the dead ---- */

/* Many at a time. Taking entries from the front of a map leaves holes, over which every later
 * search for the oldest has to walk; one at a time, that would cost time with the square of their
 * number. */
static void dead_drop(struct cloud *cloud, size_t count)
{
    size_t cursor = 0;
    const char *access;
    void *owner;
    while (count-- && map_next(&cloud->dead_tokens, &cursor, &access, &owner)) {
        map_take(&cloud->dead_tokens, access);
        free(owner);
    }
}

static void dead_bury(struct cloud *cloud, const struct token *token)
{
    if (token->owner.kind == OWNER_NONE)
        return;
    if (map_count(&cloud->dead_tokens) == OAUTH_DEAD_MAX)
        dead_drop(cloud, OAUTH_DEAD_MAX / 4);
    struct owner *owner = mem_new(sizeof *owner);
    *owner = token->owner;
    free(map_put(&cloud->dead_tokens, token->access, owner));
}

void oauth_free_dead(struct cloud *cloud)
{
    map_free(&cloud->dead_tokens, free);
}

/* ---- what a token is worth ---- */

static enum oauth_standing standing_of_token(const struct cloud *cloud, const char *access,
                                             struct owner *ret_owner)
{
    const struct token *token = map_get(&cloud->tokens, access);
    const struct owner *dead = map_get(&cloud->dead_tokens, access);
    if (dead && owner_is_gone(dead))
        dead = NULL;
    if (token) {
        *ret_owner = token->owner;
        bool expired = token->expires_ms >= 0 && vclock_now(cloud->sim->clock) >= token->expires_ms;
        return expired ? OAUTH_STANDING_DEAD : OAUTH_STANDING_LIVE;
    }
    if (dead)
        *ret_owner = *dead;
    return dead ? OAUTH_STANDING_DEAD : OAUTH_STANDING_UNKNOWN;
}

enum oauth_standing oauth_standing_of(const struct cloud *cloud,
                                      const struct oauth_presented *presented,
                                      struct owner *ret_owner)
{
    char *copy = NULL;
    const char *bearer = presented->header ? bearer_of(presented->header, &copy) : NULL;
    const char *const shown[] = {bearer, presented->query, presented->body};
    enum oauth_standing best = presented->header ? OAUTH_STANDING_UNKNOWN : OAUTH_STANDING_NONE;
    *ret_owner = (struct owner){.kind = OWNER_NONE};
    for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
        struct owner owner = {.kind = OWNER_NONE};
        if (!shown[i])
            continue;
        enum oauth_standing standing = standing_of_token(cloud, shown[i], &owner);
        if (standing <= best)
            continue;
        best = standing;
        *ret_owner = owner;
    }
    free(copy);
    return best;
}

/* ---- revoking ---- */

void oauth_revoke(struct cloud *cloud, struct token *token)
{
    event_end_token(token, "its token was revoked");
    dead_bury(cloud, token);
    map_take(&cloud->tokens, token->access);
    if (token->owner.kind != OWNER_NONE)
        list_leave(&owner_belongings(&token->owner)->tokens, &token->of_owner);
    if (token->client)
        list_leave(&token->client->tokens, &token->of_client);
    if (token->refresh)
        map_take(&cloud->refresh_tokens, token->refresh);
    free(token->access);
    free(token->refresh);
    free(token->scope);
    free(token);
}

void oauth_revoke_owner(struct cloud *cloud, const struct owner *owner)
{
    const struct list *tokens = &owner_belongings(owner)->tokens;
    oauth_drop_codes(cloud, owner, NULL);
    while (tokens->first)
        oauth_revoke(cloud, LIST_ITEM(tokens->first, struct token, of_owner));
}
