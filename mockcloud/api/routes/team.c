/*
 * Teams of products and of organizations: the list, invitations, roles, removal. API users are
 * team_api_user.c's.
 *
 * Source: Particle's API reference. That an organization's team is those of its products together
 * is inferred: its list holds the API users of all of them.
 */
#include "cloud/team.h"
#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/routes/orgs.h"
#include "api/routes/teams.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include <string.h>

/* ---- whose team ---- */

static struct roster roster_of_org(struct call *call, const char *org)
{
    const struct map *products = &call->world->cloud->products;
    size_t cursor = 0;
    void *value;
    struct roster roster = {
        .products = arena_alloc(&call->arena, (map_count(products) + 1) * sizeof(struct product *)),
        .of_org = true,
    };
    while (map_next(products, &cursor, NULL, &value))
        if (cloud_in_org(value, org))
            roster.products[roster.count++] = value;
    return roster;
}

bool roster_of(struct call *call, struct roster *ret_roster)
{
    if (call->product) {
        struct product **one = arena_alloc(&call->arena, sizeof(struct product *));
        *one = call->product;
        *ret_roster = (struct roster){one, 1, false};
        return true;
    }
    const char *org = org_of_member(call);
    if (org)
        *ret_roster = roster_of_org(call, org);
    return org;
}

struct user *roster_member(const struct roster *roster, const char *username)
{
    struct user *user = NULL;
    for (size_t i = 0; i < roster->count && !user; i++)
        user = map_get(&roster->products[i]->team, username);
    return user;
}

bool roster_has_room(struct call *call, const struct roster *roster)
{
    for (size_t i = 0; i < roster->count; i++)
        if (!call_has_room(call, LIMIT_TEAM, map_count(&roster->products[i]->team)) ||
            !call_has_room(call, LIMIT_TEAM, map_count(&roster->products[i]->invites)))
            return false;
    return true;
}

/* ---- the list ---- */

static void write_role(const struct product *product, const struct user *user, struct jsonw *w)
{
    const struct team_role *role = team_role_of(product, user);
    jsonw_key(w, "role");
    jsonw_object(w);
    jsonw_key_str(w, "id", role->id);
    jsonw_key_str(w, "name", role->name);
    jsonw_end_object(w);
}

static void write_person(const struct product *product, const struct user *user, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_str(w, "_id", user->id);
    jsonw_key_str(w, "username", user->username);
    jsonw_key_bool(w, "no_mfa", !accounts_mfa_on(user));
    jsonw_key_bool(w, "scim_provisioned", false);
    jsonw_key_bool(w, "no_password", !user->password);
    write_role(product, user, w);
    jsonw_end_object(w);
}

static void write_api_user(const struct product *product, const struct user *user, struct jsonw *w)
{
    size_t cursor = 0;
    const char *scope;
    void *value;
    jsonw_object(w);
    jsonw_key_str(w, "username", user->username);
    if (user->friendly_name)
        jsonw_key_str(w, "friendly_name", user->friendly_name);
    jsonw_key(w, "scopes");
    jsonw_array(w);
    while (map_next(&user->scopes, &cursor, &scope, &value))
        jsonw_str(w, scope);
    jsonw_end_array(w);
    jsonw_key_bool(w, "is_programmatic", true);
    if (!user->of_org)
        jsonw_key_int(w, "product_id", product->id);
    jsonw_end_object(w);
}

/* Those of a team; of an organization, each once. */
static void write_team(const struct product *product, struct map *listed, struct jsonw *w)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&product->team, &cursor, NULL, &value)) {
        struct user *user = value;
        if (map_get(listed, user->username))
            continue;
        map_put(listed, user->username, user);
        if (user->programmatic)
            write_api_user(product, user, w);
        else
            write_person(product, user, w);
    }
}

static void team_list(struct call *call)
{
    struct roster roster;
    struct map listed = {0};
    if (!roster_of(call, &roster))
        return;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_TEAM]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, "team");
    jsonw_array(w);
    for (size_t i = 0; i < roster.count; i++)
        write_team(roster.products[i], &listed, w);
    jsonw_end_array(w);
    jsonw_end_object(w);
    map_free(&listed, NULL);
}

void team_bad(struct call *call, const char *message)
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

static void invite(struct call *call, const struct roster *roster, const char *username)
{
    const struct team_role *role = role_given(call);
    if (!role)
        return;
    if (!username || !strchr(username, '@')) {
        team_bad(call, "username has to be an email address");
        return;
    }
    if (!roster_has_room(call, roster))
        return;
    struct user *user = cloud_user(call->world->cloud, username);
    bool joins = user && sim_behaves(&call->world->sim, BEHAVIOUR_TEAM_INVITE, "joins");
    for (size_t i = 0; i < roster->count; i++) {
        if (joins)
            team_join(roster->products[i], user, role);
        else
            team_invite(roster->products[i], username, role);
    }
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_TEAM_INVITED]);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key(w, "invited");
    jsonw_object(w);
    jsonw_key_str(w, "username", username);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void change_role(struct call *call, const struct roster *roster, struct user *user)
{
    const struct team_role *role = role_given(call);
    if (!role)
        return;
    for (size_t i = 0; i < roster->count; i++)
        if (map_get(&roster->products[i]->team, user->username))
            team_join(roster->products[i], user, role);
    reply_text(call, 200, &account_rules[ACCOUNT_TEAM_UPDATED], "{\"ok\":true}");
}

/* ---- routes ---- */

static void team_post(struct call *call)
{
    struct roster roster;
    if (!roster_of(call, &roster))
        return;
    if (call_has(call, "friendly_name") || call_has(call, "scopes"))
        api_user_create(call, &roster);
    else
        invite(call, &roster, call_str(call, "username"));
}

static void team_not_found(struct call *call)
{
    reply_error(call, 404, &account_rules[ACCOUNT_TEAM_NOT_FOUND], "User not found in this team");
}

static void change(struct call *call, const struct roster *roster, struct user *user)
{
    if (user->programmatic)
        api_user_update(call, user);
    else
        change_role(call, roster, user);
}

/* Changes a member; who is none is invited, as an older reference has it. */
static void team_post_named(struct call *call)
{
    struct roster roster;
    if (!roster_of(call, &roster))
        return;
    struct user *user = roster_member(&roster, call->params[1]);
    if (user)
        change(call, &roster, user);
    else
        invite(call, &roster, call->params[1]);
}

static void team_put(struct call *call)
{
    struct roster roster;
    if (!roster_of(call, &roster))
        return;
    struct user *user = roster_member(&roster, call->params[1]);
    if (user)
        change(call, &roster, user);
    else
        team_not_found(call);
}

static void team_put_token(struct call *call)
{
    struct roster roster;
    if (!roster_of(call, &roster))
        return;
    struct user *user = roster_member(&roster, call->params[1]);
    if (user && user->programmatic)
        api_user_renew(call, user);
    else
        team_not_found(call);
}

static void team_delete(struct call *call)
{
    struct roster roster;
    bool removed = false;
    if (!roster_of(call, &roster))
        return;
    const struct user *user = roster_member(&roster, call->params[1]);
    if (user && user->programmatic && call->owner.user == user)
        call->token = NULL; /* it ends itself */
    for (size_t i = 0; i < roster.count; i++)
        removed |= team_remove(call->world->cloud, roster.products[i], call->params[1]);
    if (removed)
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
    .text = "A person has a role; an API user is programmatic, and of a product or of none.",
    .fields = (const struct shape_field[]){{"_id", &shape_id, SHAPE_OPTIONAL},
                                           {"username", &shape_string, 0},
                                           {"no_mfa", &shape_bool, SHAPE_OPTIONAL},
                                           {"scim_provisioned", &shape_bool, SHAPE_OPTIONAL},
                                           {"no_password", &shape_bool, SHAPE_OPTIONAL},
                                           {"role", &role_shape, SHAPE_OPTIONAL},
                                           {"friendly_name", &shape_string, SHAPE_OPTIONAL},
                                           {"scopes", &shape_strings, SHAPE_OPTIONAL},
                                           {"is_programmatic", &shape_bool, SHAPE_OPTIONAL},
                                           {"product_id", &shape_int, SHAPE_OPTIONAL},
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
                                           {"is_programmatic", &shape_bool, SHAPE_OPTIONAL},
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

static const struct shape invited_user = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"username", &shape_string, 0}, {0}},
};

static const struct shape invited = {
    .type = SHAPE_OBJECT,
    .name = "Invited",
    .fields =
        (const struct shape_field[]){{"ok", &shape_bool, 0}, {"invited", &invited_user, 0}, {0}},
};

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"

/* The same routes for a product and for an organization. */
#define CHANGE_PARAMS                                                                              \
    .params = PARAMS({"role", PARAM_BODY, PARAM_STRING, false, NULL},                              \
                     {"friendly_name", PARAM_BODY, PARAM_STRING, false, "of an API user"},         \
                     {"scopes", PARAM_BODY, PARAM_LIST, false, "of an API user"})
#define TEAM_ROUTES(base, auth, prefix)                                                            \
    {"GET",                                                                                        \
     base,                                                                                         \
     prefix ".list",                                                                               \
     auth,                                                                                         \
     team_list,                                                                                    \
     "teams.users:list",                                                                           \
     REFERENCE,                                                                                    \
     "the team's members, API users too",                                                          \
     .params = NO_PARAMS,                                                                          \
     .replies = REPLIES({200, &team, NULL})},                                                      \
        {"POST",                                                                                   \
         base,                                                                                     \
         prefix ".create",                                                                         \
         auth,                                                                                     \
         team_post,                                                                                \
         "teams.users:invite",                                                                     \
         REFERENCE,                                                                                \
         "invite a user (username, role), or make an API user (friendly_name, scopes)",            \
         .params = PARAMS({"username", PARAM_BODY, PARAM_STRING, false, "whom to invite"},         \
                          {"role", PARAM_BODY, PARAM_STRING, false,                                \
                           "Administrator, Developer, View-only or Support"},                      \
                          {"friendly_name", PARAM_BODY, PARAM_STRING, false, "of an API user"},    \
                          {"scopes", PARAM_BODY, PARAM_LIST, false, "of an API user"}),            \
         .replies = REPLIES({200, &created, NULL}, {200, &invited, NULL})},                        \
        {"POST",                                                                                   \
         base "/:username",                                                                        \
         prefix ".change",                                                                         \
         auth,                                                                                     \
         team_post_named,                                                                          \
         "teams.users:update",                                                                     \
         REFERENCE,                                                                                \
         "another role; an API user's name and scopes, and a fresh token; who is no member is "    \
         "invited",                                                                                \
         CHANGE_PARAMS,                                                                            \
         .replies =                                                                                \
             REPLIES({200, &updated, NULL}, {200, &invited, NULL}, {200, &shape_ok, NULL})},       \
        {"PUT",                                                                                    \
         base "/:username",                                                                        \
         prefix ".update",                                                                         \
         auth,                                                                                     \
         team_put,                                                                                 \
         "teams.users:update",                                                                     \
         REFERENCE,                                                                                \
         "the same, by the method of an older reference",                                          \
         CHANGE_PARAMS,                                                                            \
         .replies = REPLIES({200, &updated, NULL}, {200, &shape_ok, NULL})},                       \
        {"DELETE",                                                                                 \
         base "/:username",                                                                        \
         prefix ".remove",                                                                         \
         auth,                                                                                     \
         team_delete,                                                                              \
         "teams.users:remove",                                                                     \
         REFERENCE,                                                                                \
         "take a member out; an API user ends",                                                    \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({200, &shape_ok, NULL})},                                              \
    {                                                                                              \
        "PUT", base "/:username/token", prefix ".token", auth, team_put_token,                     \
            "teams.users:update", REFERENCE, "a fresh token for an API user",                      \
            .params = NO_PARAMS, .replies = REPLIES({200, &updated, NULL})                         \
    }

static const struct route rows[] = {
    TEAM_ROUTES("/v1/products/:product/team", AUTH_PRODUCT, "team"),
    TEAM_ROUTES("/v1/orgs/:org/team", AUTH_TOKEN, "org.team"),
};

const struct route_table team_routes = {rows, sizeof rows / sizeof *rows};
