/* Accounts of users: make, show, change, end, reset of passwords, identity. */
#include "api/routes/account.h"

#include "api/call/route.h"
#include "api/routes/account_rules.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void account_message(struct call *call, const struct rule *rule, const char *message)
{
    struct jsonw *w = reply_json(call, 200, rule);
    jsonw_object(w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "message", message);
    jsonw_end_object(w);
}

bool account_confirmed(struct call *call, const char *name)
{
    if (accounts_password_is(call->owner.user, call_str(call, name)))
        return true;
    account_errors(call, 401, &account_rules[ACCOUNT_WRONG_PASSWORD], "Bad password");
    return false;
}

void account_invalidate(struct call *call)
{
    if (!call_flag(call, "invalidate_tokens"))
        return;
    call->token = NULL;
    oauth_revoke_owner(call->world->cloud, &call->owner);
}

static bool username_valid(const char *username)
{
    return username && strchr(username, '@') && strlen(username) <= 200;
}

/* ---- account_info: an object, or account_info[first_name]=… ---- */

/* The text of a key; "true" or "false" for a truth value. NULL: absent. */
static const char *info_given(const struct call *call, const char *key)
{
    char name[64];
    const cJSON *info = cJSON_GetObjectItemCaseSensitive(call->json, "account_info");
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(info, key);
    snprintf(name, sizeof name, "account_info[%s]", key);
    if (cJSON_IsBool(item))
        return cJSON_IsTrue(item) ? "true" : "false";
    return item ? cJSON_GetStringValue(item) : args_get(&call->form, name);
}

static bool info_set(const struct call *call, const char *key, char **text)
{
    const char *given = info_given(call, key);
    if (!given)
        return false;
    free(*text);
    *text = mem_dup(given);
    return true;
}

/* False: nothing of it was given. */
static bool info_update(const struct call *call, struct account_info *info)
{
    const char *business = info_given(call, "business_account");
    bool given = info_set(call, "first_name", &info->first_name);
    given |= info_set(call, "last_name", &info->last_name);
    given |= info_set(call, "company_name", &info->company_name);
    if (business)
        info->business_account = strcmp(business, "true") == 0 || strcmp(business, "1") == 0;
    return given || business || call_has(call, "account_info");
}

static void info_json(const struct account_info *info, struct jsonw *w)
{
    jsonw_key(w, "account_info");
    jsonw_object(w);
    if (info->first_name)
        jsonw_key_str(w, "first_name", info->first_name);
    if (info->last_name)
        jsonw_key_str(w, "last_name", info->last_name);
    if (info->company_name)
        jsonw_key_str(w, "company_name", info->company_name);
    if (info->business_account >= 0)
        jsonw_key_bool(w, "business_account", info->business_account);
    jsonw_end_object(w);
}

/* ---- make, show ---- */

static void user_create(struct call *call)
{
    struct cloud *cloud = call->world->cloud;
    const char *username = call_str(call, "username"), *password = call_str(call, "password");
    const struct rule *bad = &account_rules[ACCOUNT_USER_BAD];
    if (!username_valid(username)) {
        account_errors(call, 400, bad, "username must be an email address");
        return;
    }
    if (!password || !*password) {
        account_errors(call, 400, bad, "password is required");
        return;
    }
    if (cloud_user(cloud, username)) {
        account_errors(call, 400, &account_rules[ACCOUNT_USER_EXISTS], "username already in use");
        return;
    }
    if (!call_has_room(call, LIMIT_USERS, cloud->made[LIMIT_USERS]))
        return;
    struct user *user = cloud_add_user(cloud, username, password);
    info_update(call, &user->info);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "username", username);
    sim_noted(cloud->sim, "cloud", "user.created");
    reply_text(call, 200, &account_rules[ACCOUNT_USER_CREATED], "{\"ok\":true}");
}

static int64_t owned(const struct call *call, bool cellular)
{
    const struct cloud *cloud = call->world->cloud;
    int64_t count = 0;
    struct registry_walk walk = registry_owned(cloud, &call->owner);
    for (const struct cloud_device *device; (device = registry_next(&walk));)
        count += device->platform->cellular == cellular;
    return count;
}

static void user_get(struct call *call)
{
    const struct user *user = call->owner.user;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_USER]);
    jsonw_object(w);
    jsonw_key_str(w, "username", user->username);
    jsonw_key(w, "subscription_ids");
    jsonw_raw(w, "[]", 2);
    info_json(&user->info, w);
    jsonw_key_int(w, "tos", 1);
    jsonw_key(w, "mfa");
    jsonw_object(w);
    jsonw_key_bool(w, "enabled", accounts_mfa_on(user));
    jsonw_end_object(w);
    jsonw_key(w, "memberships");
    jsonw_raw(w, "[]", 2);
    jsonw_key_int(w, "wifi_device_count", owned(call, false));
    jsonw_key_int(w, "cellular_device_count", owned(call, true));
    jsonw_key_bool(w, "scim_provisioned", false);
    jsonw_key_bool(w, "no_password", !user->password);
    jsonw_end_object(w);
}

static void user_identify(struct call *call)
{
    const struct user *user = call->owner.user;
    struct jsonw *w = reply_json(call, 200, &account_rules[ACCOUNT_IDENTITY]);
    jsonw_object(w);
    jsonw_key_str(w, "id", user->id);
    if (!call_flag(call, "tracking"))
        jsonw_key_str(w, "email", user->username);
    jsonw_end_object(w);
}

/* ---- change, end ---- */

/* False: it is no name, or taken; the refusal is in the reply. */
static bool user_rename(struct call *call, const char *username)
{
    if (!username_valid(username)) {
        account_errors(call, 400, &account_rules[ACCOUNT_USER_BAD],
                       "username must be an email address");
        return false;
    }
    if (accounts_rename_user(call->world->cloud, call->owner.user, username))
        return true;
    account_errors(call, 400, &account_rules[ACCOUNT_USER_EXISTS], "username already in use");
    return false;
}

/* A name or a password needs the current password; what else is given is set with them. */
static void user_update(struct call *call)
{
    const char *password = call_str(call, "password"), *username = call_str(call, "username");
    if ((password || username) && !account_confirmed(call, "current_password"))
        return;
    if (password && !*password) {
        account_errors(call, 400, &account_rules[ACCOUNT_USER_BAD], "password is required");
        return;
    }
    if (username && !user_rename(call, username))
        return;
    if (password)
        accounts_set_password(call->owner.user, password);
    bool told = info_update(call, &call->owner.user->info);
    if (password || username)
        account_invalidate(call);
    if (password)
        account_message(call, &account_rules[ACCOUNT_PASSWORD_UPDATED], "User's password updated.");
    else if (username)
        account_message(call, &account_rules[ACCOUNT_USERNAME_UPDATED], "User's username updated.");
    else if (told)
        account_message(call, &account_rules[ACCOUNT_INFO_UPDATED], "User's account info updated.");
    else
        account_errors(call, 400, &account_rules[ACCOUNT_USER_BAD], "nothing to update");
}

static void user_delete(struct call *call)
{
    if (!account_confirmed(call, "password"))
        return;
    call->token = NULL;
    accounts_delete_user(call->world->cloud, call->owner.user);
    account_message(call, &account_rules[ACCOUNT_USER_DELETED], "User's account has been deleted.");
}

/* ---- a forgotten password ---- */

/* No mail is sent: what would stand in it is in the journal. */
static void reset_mail(struct call *call, struct user *user)
{
    struct cloud *cloud = call->world->cloud;
    const char *token = accounts_issue_ticket(cloud, &cloud->password_resets, "password-reset",
                                              user, PASSWORD_RESET_LIFE_MS, NULL);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "username", user->username);
    jsonw_key_str(w, "token", token);
    sim_noted(cloud->sim, "cloud", "password-reset.mailed");
}

static void reset_create(struct call *call)
{
    const char *username = call_str(call, "username");
    struct user *user = username ? cloud_user(call->world->cloud, username) : NULL;
    if (!username) {
        account_errors(call, 400, &account_rules[ACCOUNT_RESET_BAD], "username is required");
        return;
    }
    if (!user &&
        sim_behaves(&call->world->sim, BEHAVIOUR_PASSWORD_RESET_UNKNOWN, "unknown-user-400")) {
        account_errors(call, 400, &account_rules[ACCOUNT_RESET_BAD], "Unknown user");
        return;
    }
    if (user && !user->programmatic)
        reset_mail(call, user);
    account_message(call, &account_rules[ACCOUNT_RESET_SENT], "Password reset email sent.");
}

static void reset_use(struct call *call)
{
    struct cloud *cloud = call->world->cloud;
    const char *token = call_str(call, "token"), *password = call_str(call, "password");
    const struct account_ticket *ticket =
        token ? accounts_ticket(cloud, &cloud->password_resets, token) : NULL;
    if (!ticket || !password || !*password) {
        account_errors(call, 400, &account_rules[ACCOUNT_RESET_BAD],
                       ticket ? "password is required" : "Invalid password reset token");
        return;
    }
    accounts_set_password(ticket->user, password);
    accounts_drop_ticket(&cloud->password_resets, token);
    account_message(call, &account_rules[ACCOUNT_RESET_DONE], "User's password updated.");
}

/* ---- rows ---- */

#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference"

static const struct shape info = {
    .type = SHAPE_OBJECT,
    .name = "AccountInfo",
    .fields = (const struct shape_field[]){{"first_name", &shape_string, SHAPE_OPTIONAL},
                                           {"last_name", &shape_string, SHAPE_OPTIONAL},
                                           {"company_name", &shape_string, SHAPE_OPTIONAL},
                                           {"business_account", &shape_bool, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape mfa = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"enabled", &shape_bool, 0}, {0}},
};

static const struct shape user_shape = {
    .type = SHAPE_OBJECT,
    .name = "User",
    .fields = (const struct shape_field[]){{"username", &shape_string, 0},
                                           {"subscription_ids", SHAPE_LIST(shape_int), 0},
                                           {"account_info", &info, 0},
                                           {"tos", &shape_int, 0},
                                           {"mfa", &mfa, 0},
                                           {"memberships", SHAPE_LIST(shape_object), 0},
                                           {"wifi_device_count", &shape_int, 0},
                                           {"cellular_device_count", &shape_int, 0},
                                           {"scim_provisioned", &shape_bool, 0},
                                           {"no_password", &shape_bool, 0},
                                           {0}},
};

static const struct shape identity = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"id", &shape_id, 0},
                                           {"email", &shape_string, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct route rows[] = {
    {"POST", "/v1/users", "user.create", AUTH_NONE, user_create, NULL, PROVENANCE_INFERRED,
     "particle-api-js 12", "make an account",
     .params = PARAMS({"username", PARAM_BODY, PARAM_STRING, true, "an e-mail address"},
                      {"password", PARAM_BODY, PARAM_STRING, true, NULL},
                      {"account_info", PARAM_BODY, PARAM_MAP, false, "names, company"},
                      {"utm", PARAM_BODY, PARAM_MAP, false, "passed over"}),
     .replies = REPLIES({200, &shape_ok, NULL})},
    {"GET", "/v1/user", "user.get", AUTH_USER, user_get, NULL, REFERENCE, "the caller's account",
     .params = NO_PARAMS, .replies = REPLIES({200, &user_shape, NULL})},
    {"PUT", "/v1/user", "user.update", AUTH_USER, user_update, NULL, REFERENCE,
     "another password or name (both need the current password), account_info",
     .params = PARAMS({"password", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"username", PARAM_BODY, PARAM_STRING, false, "an e-mail address"},
                      {"current_password", PARAM_BODY, PARAM_STRING, false, NULL},
                      {"invalidate_tokens", PARAM_BODY, PARAM_BOOL, false, "revoke all tokens"},
                      {"account_info", PARAM_BODY, PARAM_MAP, false, "names, company"}),
     .replies = REPLIES({200, &shape_ok_message, NULL})},
    {"DELETE", "/v1/user", "user.delete", AUTH_USER, user_delete, NULL, REFERENCE,
     "end the account", .params = PARAMS({"password", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &shape_ok_message, NULL})},
    {"GET", "/v1/user/identify", "user.identify", AUTH_USER, user_identify, NULL,
     PROVENANCE_INFERRED, "particle-api-js 12", "who the caller is",
     .params = PARAMS({"tracking", PARAM_QUERY, PARAM_BOOL, false, "the id alone"}),
     .replies = REPLIES({200, &identity, NULL})},
    {"POST", "/v1/user/password-reset", "user.password-reset", AUTH_NONE, reset_create, NULL,
     REFERENCE, "mail a password reset (its token is in the journal)",
     .params = PARAMS({"username", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &shape_ok_message, NULL})},
    {"PUT", "/v1/user/password-reset", "user.password-reset-use", AUTH_NONE, reset_use, NULL,
     REFERENCE, "set a new password with a mailed token",
     .params = PARAMS({"token", PARAM_BODY, PARAM_STRING, true, NULL},
                      {"password", PARAM_BODY, PARAM_STRING, true, NULL}),
     .replies = REPLIES({200, &shape_ok_message, NULL})},
};

const struct route_table account_routes = {rows, sizeof rows / sizeof *rows};
