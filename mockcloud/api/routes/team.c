/* Teams of products: members, invitations, and API users with their scopes and tokens. */
#include "cloud/team.h"
#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/oauth.h"
#include "cloud/oauth_errors.h"
#include "cloud/product.h"

#include <stdlib.h>
#include <string.h>

static void member_json(const struct product *product, const struct user *user, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "username", user->username);
    if (user->programmatic) {
        jsonw_key_bool(w, "is_programmatic", true);
    } else {
        const struct team_role *role = team_role_of(product, user);
        jsonw_key(w, "role");
        jsonw_object(w);
        jsonw_key_str(w, "id", role->id);
        jsonw_key_str(w, "name", role->name);
        jsonw_end_object(w);
    }
    jsonw_end_object(w);
}

static void team_list(struct call *call)
{
    size_t cursor = 0;
    void *value;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_TEAM]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, "team");
    jsonw_array(w);
    while (map_next(&call->product->team, &cursor, NULL, &value))
        member_json(call->product, value, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void team_bad(struct call *call, const char *message)
{
    reply_error(call, 400, &account_rules[ACCOUNT_TEAM_BAD], "%s", message);
}

/* ---- people ---- */

/* The role that was given; Administrator when none was. NULL: there is no such role; the refusal is
 * in the reply. */
static const struct team_role *role_given(struct call *call)
{
    const char *name = call_str(call, "role");
    const struct team_role *role = team_role_by_name(name ? name : "Administrator");
    if (!role)
        team_bad(call, "role has to be Administrator, Developer, View-only or Support");
    return role;
}

static void team_invite_user(struct call *call, const char *username)
{
    const struct team_role *role = role_given(call);
    if (!role)
        return;
    if (!username || !strchr(username, '@')) {
        team_bad(call, "username has to be an email address");
        return;
    }
    if (!call_has_room(call, LIMIT_TEAM, map_count(&call->product->team)) ||
        !call_has_room(call, LIMIT_TEAM, map_count(&call->product->invites)))
        return;
    struct user *user = cloud_user(call->world->cloud, username);
    if (user && sim_behaves(&call->world->sim, BEHAVIOUR_TEAM_INVITE, "joins"))
        team_join(call->product, user, role);
    else
        team_invite(call->product, username, role);
    reply_text(call, 200, &account_rules[ACCOUNT_TEAM_INVITED], "{\"ok\":true}");
}

/* ---- API users ---- */

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

/* {"ok":true,KEY:{"username","is_programmatic","tokens":[{"token"}]}} with a fresh token. */
static void api_user_reply(struct call *call, const struct rule *rule, const char *key,
                           struct user *user)
{
    if (call->owner.user == user)
        call->token = NULL; /* its own goes, too */
    const struct token *token = team_fresh_token(call->world->cloud, user);
    struct jsonw *w = reply_json(call, 200, rule);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, key);
    jsonw_object(w);
    jsonw_key_str(w, "username", user->username);
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

static void api_user_create(struct call *call)
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
        !call_has_room(call, LIMIT_TEAM, map_count(&call->product->team)))
        return;
    struct user *user = team_add_api_user(call->world->cloud, call->product, name);
    scopes_set(user, scopes, count);
    api_user_reply(call, &account_rules[ACCOUNT_API_USER_CREATED], "created", user);
}

static void api_user_update(struct call *call, struct user *user)
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
    api_user_reply(call, &account_rules[ACCOUNT_API_USER_UPDATED], "updated", user);
}

/* ---- routes ---- */

static void team_post(struct call *call)
{
    if (call_has(call, "friendly_name") || call_has(call, "scopes"))
        api_user_create(call);
    else
        team_invite_user(call, call_str(call, "username"));
}

static void team_post_named(struct call *call)
{
    team_invite_user(call, call->params[1]);
}

static void team_not_found(struct call *call)
{
    reply_error(call, 404, &account_rules[ACCOUNT_TEAM_NOT_FOUND], "User not found in this team");
}

static void team_put(struct call *call)
{
    struct user *user = map_get(&call->product->team, call->params[1]);
    if (!user) {
        team_not_found(call);
    } else if (user->programmatic) {
        api_user_update(call, user);
    } else {
        const struct team_role *role = role_given(call);
        if (!role)
            return;
        team_join(call->product, user, role);
        reply_text(call, 200, &account_rules[ACCOUNT_TEAM_UPDATED], "{\"ok\":true}");
    }
}

static void team_put_token(struct call *call)
{
    struct user *user = map_get(&call->product->team, call->params[1]);
    if (user && user->programmatic)
        api_user_reply(call, &account_rules[ACCOUNT_API_USER_UPDATED], "updated", user);
    else
        team_not_found(call);
}

static void team_delete(struct call *call)
{
    const struct user *user = map_get(&call->product->team, call->params[1]);
    if (user && user->programmatic && call->owner.user == user)
        call->token = NULL; /* it ends itself */
    if (team_remove(call->world->cloud, call->product, call->params[1]))
        reply_text(call, 200, &account_rules[ACCOUNT_TEAM_REMOVED], "{\"ok\":true}");
    else
        team_not_found(call);
}

/* ---- rows ---- */

static const struct shape role_shape = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"id", &shape_id, 0}, {"name", &shape_string, 0}, {0}},
};

static const struct shape member = {
    .type = SHAPE_OBJECT,
    .name = "TeamMember",
    .text = "A person has a role; an API user is programmatic.",
    .fields = (const struct shape_field[]){{"username", &shape_string, 0},
                                           {"role", &role_shape, SHAPE_OPTIONAL},
                                           {"is_programmatic", &shape_bool, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape team = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){{"ok", &shape_bool, 0}, {"team", SHAPE_LIST(member), 0}, {0}},
};

static const struct shape api_token = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"token", &shape_secret, 0}, {0}},
};

static const struct shape api_user = {
    .type = SHAPE_OBJECT,
    .name = "ApiUser",
    .fields = (const struct shape_field[]){{"username", &shape_string, 0},
                                           {"is_programmatic", &shape_bool, 0},
                                           {"tokens", SHAPE_LIST(api_token), 0},
                                           {0}},
};

static const struct shape created = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0}, {"created", &api_user, 0}, {0}},
};

static const struct shape updated = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"ok", &shape_bool, 0}, {"updated", &api_user, 0}, {0}},
};

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"

static const struct route rows[] = {
    {"GET", "/v1/products/:product/team", "team.list", AUTH_PRODUCT, team_list, "teams.users:list",
     REFERENCE, "the team's members, API users too", .params = NO_PARAMS,
     .replies = REPLIES({200, &team, NULL})},
    {"POST", "/v1/products/:product/team", "team.create", AUTH_PRODUCT, team_post,
     "teams.users:invite", REFERENCE,
     "invite a user (username, role), or make an API user (friendly_name, scopes)",
     .params = PARAMS({"username", PARAM_BODY, PARAM_STRING, false, "whom to invite"},
                      {"role", PARAM_BODY, PARAM_STRING, false,
                       "Administrator, Developer, View-only or Support"},
                      {"friendly_name", PARAM_BODY, PARAM_STRING, false, "of an API user"},
                      {"scopes", PARAM_BODY, PARAM_LIST, false, "of an API user"}),
     .replies = REPLIES({200, &created, NULL}, {200, &shape_ok, NULL})},
    {"POST", "/v1/products/:product/team/:username", "team.invite", AUTH_PRODUCT, team_post_named,
     "teams.users:invite", REFERENCE, "invite a user",
     .params = PARAMS({"role", PARAM_BODY, PARAM_STRING, false, NULL}),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"PUT", "/v1/products/:product/team/:username", "team.update", AUTH_PRODUCT, team_put,
     "teams.users:update", REFERENCE,
     "another role; an API user's name and scopes, and a fresh token",
     .params = PARAMS({"role", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"friendly_name", PARAM_BODY, PARAM_STRING, false, "of an API user"},
                      {"scopes", PARAM_BODY, PARAM_LIST, false, "of an API user"}),
     .replies = REPLIES({200, &updated, NULL}, {200, &shape_ok, NULL})},
    {"DELETE", "/v1/products/:product/team/:username", "team.remove", AUTH_PRODUCT, team_delete,
     "teams.users:remove", REFERENCE, "take a member out; an API user ends", .params = NO_PARAMS,
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"PUT", "/v1/products/:product/team/:username/token", "team.token", AUTH_PRODUCT,
     team_put_token, "teams.users:update", REFERENCE, "a fresh token for an API user",
     .params = NO_PARAMS, .replies = REPLIES({200, &updated, NULL})},
};

const struct route_table team_routes = {rows, sizeof rows / sizeof *rows};
