/* See team.h. */
#include "cloud/team.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/event.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct team_role roles[] = {
    {"000000000000000000000002", "Administrator"},
    {"000000000000000000000003", "Developer"},
    {"000000000000000000000004", "View-only"},
    {"000000000000000000000005", "Support"},
};

const struct team_role *team_role_by_name(const char *name)
{
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcasecmp(roles[i].name, name) == 0)
            return &roles[i];
    return NULL;
}

const struct team_role *team_role_of(const struct product *product, const struct user *user)
{
    const char *name = map_get(&product->roles, user->username);
    return name ? team_role_by_name(name) : &roles[0];
}

void team_join(struct product *product, struct user *user, const struct team_role *role)
{
    cloud_add_team_member(product, user);
    free(map_put(&product->roles, user->username, mem_dup(role->name)));
    free(map_take(&product->invites, user->username));
}

void team_invite(struct product *product, const char *username, const struct team_role *role)
{
    free(map_put(&product->invites, username, mem_dup(role->name)));
}

void team_welcome(struct cloud *cloud, struct user *user)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->products, &cursor, NULL, &value)) {
        const char *role = map_get(&((struct product *)value)->invites, user->username);
        if (role)
            team_join(value, user, team_role_by_name(role));
    }
}

bool team_remove(struct cloud *cloud, struct product *product, const char *username)
{
    struct user *user = map_get(&product->team, username);
    char *invitation = map_take(&product->invites, username);
    bool invited = invitation;
    free(invitation);
    if (!user)
        return invited;
    if (user->programmatic) {
        accounts_delete_user(cloud, user);
        return true;
    }
    map_take(&product->team, username);
    free(map_take(&product->roles, username));
    event_end_member(cloud, product, user);
    return true;
}

/* ---- API users ---- */

bool team_scope_valid(const char *scope)
{
    static const char word[] = "abcdefghijklmnopqrstuvwxyz_-";
    for (char end = '.'; end != ':';) {
        size_t len = strspn(scope, word);
        end = scope[len];
        if (!len || (end != '.' && end != ':'))
            return false;
        scope += len + 1;
    }
    return *scope && strspn(scope, word) == strlen(scope);
}

struct user *team_add_api_user(struct cloud *cloud, const char *friendly_name)
{
    char hex[41], tail[11];
    struct buf slug;
    buf_init(&slug, 60);
    text_slug(friendly_name, "api-user", &slug);
    ids_next(&cloud->sim->ids, "api-user", hex, 40);
    for (size_t i = 0; i < 10; i++) {
        char pair[3] = {hex[4 * i], hex[4 * i + 1], '\0'};
        tail[i] = "0123456789abcdefghijklmnopqrstuvwxyz"[strtoul(pair, NULL, 16) % 36];
    }
    tail[10] = '\0';
    char *username = mem_printf_dup("%s+%s@api.particle.io", buf_str(&slug), tail);
    struct user *user = cloud_add_user(cloud, username, NULL);
    user->programmatic = true;
    user->friendly_name = mem_dup(friendly_name);
    free(username);
    buf_free(&slug);
    return user;
}

const struct token *team_fresh_token(struct cloud *cloud, struct user *user)
{
    struct owner owner = {OWNER_USER, .user = user};
    oauth_revoke_owner(cloud, &owner);
    return oauth_issue(cloud, map_get(&cloud->clients, "particle"), owner, NULL, 0, NULL);
}

bool team_may_call(const struct user *user, const char *scope)
{
    return scope && map_get(&user->scopes, scope);
}
