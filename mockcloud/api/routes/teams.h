/*
 * Teams: whose team a request is about, and API users on it. An organization's team is those of its
 * products: its list is theirs together, and what changes it changes each. Of api/ alone.
 */
#ifndef API_ROUTES_TEAMS_H
#define API_ROUTES_TEAMS_H

#include "api/call/call.h"
#include "cloud/accounts.h"

/* The products whose teams a request is about: the one of the path, or all of an organization. */
struct roster {
    struct product **products; /* of the call's arena */
    size_t count;
    bool of_org;
};

/* False: the caller may not; the refusal is in the reply. */
bool roster_of(struct call *call, struct roster *ret_roster);

/* The member that the path names, by the roster's first team that has it; NULL: none. */
struct user *roster_member(const struct roster *roster, const char *username);

/* Whether each of the teams takes one more; false: the refusal is in the reply. */
bool roster_has_room(struct call *call, const struct roster *roster);

/* 400 team.bad. */
void team_bad(struct call *call, const char *message);

/* ---- API users (team_api_user.c) ---- */

/* Makes one from friendly_name and scopes, on all teams of the roster. */
void api_user_create(struct call *call, const struct roster *roster);

/* Gives it another friendly_name or other scopes, and a fresh token. */
void api_user_update(struct call *call, struct user *user);

/* Gives it a fresh token alone. */
void api_user_renew(struct call *call, struct user *user);

#endif
