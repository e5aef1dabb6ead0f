/*
 * Teams of products: members with roles, invitations, and API users with scopes.
 *
 * Source: Particle's API reference ("API users", "Products"): an API user has one token at a time
 * and gets a fresh one when its scopes change; the roles are Administrator, Developer, View-only
 * and Support, and Administrator has the id 000000000000000000000002. The other ids are guessed.
 */
#ifndef CLOUD_TEAM_H
#define CLOUD_TEAM_H

#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

struct team_role {
    const char *id;
    const char *name;
};

/* By name, in any case; NULL: there is no such role. */
const struct team_role *team_role_by_name(const char *name);

/* The role of a member. */
const struct team_role *team_role_of(const struct product *product, const struct user *user);

/* Makes the user a member, or gives the member another role. */
void team_join(struct product *product, struct user *user, const struct team_role *role);

/* Notes that somebody who has no account, or has not joined, was invited. */
void team_invite(struct product *product, const char *username, const struct team_role *role);

/* A new or renamed account joins the teams that have invited its name. */
void team_welcome(struct cloud *cloud, struct user *user);

/* Takes a member, or an invitation, out of the team; an API user is deleted with it. False: there
 * is no such member. */
bool team_remove(struct cloud *cloud, struct product *product, const char *username);

/* ---- API users ---- */

/* A scope: words joined by dots, a colon, a word ("devices.function:call"). */
bool team_scope_valid(const char *scope);

/* A new API user, SLUG+10 characters@api.particle.io, on no team yet. Borrowed. */
struct user *team_add_api_user(struct cloud *cloud, const char *friendly_name);

/* Takes the user's token away and makes a fresh one, which never expires [guessed]. Borrowed. */
const struct token *team_fresh_token(struct cloud *cloud, struct user *user);

/* Whether an API user may call a route that needs `scope`; NULL: a route for no API user. */
bool team_may_call(const struct user *user, const char *scope);

#endif
