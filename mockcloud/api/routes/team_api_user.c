/* API users: programs on a team, with their scopes and their one token. See teams.h. */
#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/routes/teams.h"
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/oauth.h"
#include "cloud/oauth_errors.h"
#include "cloud/product.h"
#include "cloud/team.h"

#include <stdlib.h>

/* The scopes that were given. False: none, or one that is no scope; the refusal is in the reply. */
static bool scopes_given(struct call *call, const char ***ret_scopes, size_t *ret_count)
{
    *ret_count = call_list(call, "scopes", ret_scopes);
    bool valid = *ret_count > 0;
    for (size_t i = 0; i < *ret_count; i++)
        valid = valid && team_scope_valid((*ret_scopes)[i]);
    if (!valid)
        team_bad(call, "scopes has to be a list of scopes, like devices:list");
    return valid;
}

static void scopes_set(struct user *user, const char *const *scopes, size_t count)
{
    map_free(&user->scopes, NULL);
    user->scopes = (struct map){0};
    for (size_t i = 0; i < count; i++)
        map_put(&user->scopes, scopes[i], user);
}

/* {"ok":true,KEY:{"username","is_programmatic","tokens":[{"token"}]}} with a fresh token; the reply
 * to an update has no is_programmatic. */
static void api_user_reply(struct call *call, bool created, struct user *user)
{
    if (call->owner.user == user)
        call->token = NULL; /* its own goes, too */
    const struct token *token = team_fresh_token(call->world->cloud, user);
    struct jsonw *w = reply_json(
        call, 200, &account_rules[created ? ACCOUNT_API_USER_CREATED : ACCOUNT_API_USER_UPDATED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, created ? "created" : "updated");
    jsonw_object(w);
    jsonw_key_str(w, "username", user->username);
    if (created)
        jsonw_key_bool(w, "is_programmatic", true);
    jsonw_key(w, "tokens");
    jsonw_array(w);
    jsonw_object(w);
    jsonw_key_str(w, "token", token->access);
    jsonw_end_object(w);
    jsonw_end_array(w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

void api_user_create(struct call *call, const struct roster *roster)
{
    const char *name = call_str(call, "friendly_name");
    const char **scopes;
    size_t count;
    if (!name || !*name) {
        team_bad(call, "friendly_name is required");
        return;
    }
    if (!scopes_given(call, &scopes, &count))
        return;
    if (!oauth_has_room(call->world->cloud)) {
        auth_refuse(call, &oauth_errors[OAUTH_FULL], NULL);
        return;
    }
    if (!call_has_room(call, LIMIT_USERS, call->world->cloud->made[LIMIT_USERS]) ||
        !roster_has_room(call, roster))
        return;
    struct user *user = team_add_api_user(call->world->cloud, name);
    user->of_org = roster->of_org;
    scopes_set(user, scopes, count);
    for (size_t i = 0; i < roster->count; i++)
        cloud_add_team_member(roster->products[i], user);
    api_user_reply(call, true, user);
}

void api_user_update(struct call *call, struct user *user)
{
    const char *name = call_str(call, "friendly_name");
    const char **scopes;
    size_t count;
    if (call_has(call, "scopes") || call_has(call, "scopes[]")) {
        if (!scopes_given(call, &scopes, &count))
            return;
        scopes_set(user, scopes, count);
    }
    if (name && *name) {
        free(user->friendly_name);
        user->friendly_name = mem_dup(name);
    }
    api_user_reply(call, false, user);
}

void api_user_renew(struct call *call, struct user *user)
{
    api_user_reply(call, false, user);
}
