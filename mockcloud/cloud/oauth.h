/*
 * OAuth as Particle deploys it: a fork of node-oauth2-server 3.2.3. Tokens are granted and
 * presented here; the texts, their order and their status are those of its lib/grant.js,
 * lib/authorise.js and lib/error.js, to the letter.
 */
#ifndef CLOUD_OAUTH_H
#define CLOUD_OAUTH_H

#include "base/rule.h"
#include "cloud/accounts.h"
#include "cloud/owner.h"

#define TOKEN_LIFE_S INT64_C(7776000)

struct cloud;

/* On whose behalf a token speaks: an owner, or (kind OWNER_NONE) a product's own client. */
struct token {
    char *access;
    char *refresh; /* NULL: never expires, so none */
    char *scope;   /* NULL: no scope key in the reply */
    struct oauth_client *client;
    struct owner owner;
    int64_t issued_ms;
    int64_t expires_ms;         /* -1: never */
    int64_t refresh_expires_ms; /* -1: never */
    bool refresh_used;
    bool given;                 /* the world's file has it: it was not issued to anybody */
    struct list_link of_owner;  /* in no list, if it is a client's own */
    struct list_link of_client; /* in no list without a client */
    struct list listeners;      /* subscriptions that last as long as it does (event.h) */
};

/* Whether a request may make another token; to be asked before anything is used up for it. */
bool oauth_has_room(const struct cloud *cloud);

/* A refusal: {"error": error, "error_description": description} with `status`. */
struct oauth_error {
    struct rule rule;
    int status;
    const char *error;
    const char *description;
    bool challenge; /* adds WWW-Authenticate: Basic realm="Service" (the status stays 400) */
};

extern const struct oauth_error oauth_errors[];
extern const struct rule_table oauth_error_table;

/* The rules of grants that succeed. */
extern const struct rule oauth_grant_rules[];
extern const struct rule_table oauth_grant_rule_table;

/* What a client sent to POST /oauth/token. NULL: absent. */
struct oauth_request {
    bool post_form; /* method POST and a form */
    const char *grant_type;
    const char *client_id;
    const char *client_secret;
    const char *username, *password, *scope, *refresh_token, *code;
    const char *mfa_token, *otp, *recovery_code;
    const char *expires_in, *expires_at;
};

struct oauth_outcome {
    const struct oauth_error *error; /* NULL: granted */
    const struct rule *rule;
    struct token *token;   /* granted; borrowed from the cloud */
    const char *mfa_token; /* with error mfa_required; borrowed */
};

struct oauth_outcome oauth_grant(struct cloud *cloud, const struct oauth_request *request);

/* Checks client credentials alone (rows 3 and 4 of the token endpoint): NULL and *ret_client, or
 * the refusal. */
const struct oauth_error *oauth_client_check(struct cloud *cloud, const char *id,
                                             const char *secret, struct oauth_client **ret_client);

/* Checks the client of a browser flow, which has no secret, and the redirect_uri that was given
 * (NULL: none): NULL and *ret_client, or the refusal. */
const struct oauth_error *oauth_implicit_check(struct cloud *cloud, const char *id,
                                               const char *redirect_uri,
                                               struct oauth_client **ret_client);

/* Where a token was found in a request. NULL: not there. */
struct oauth_presented {
    const char *header; /* the whole Authorization header */
    const char *query;
    const char *body;
    bool is_get;
    bool is_form;
};

/* NULL and *ret_token, or the refusal. */
const struct oauth_error *oauth_authorise(struct cloud *cloud,
                                          const struct oauth_presented *presented,
                                          struct token **ret_token);

/* What the tokens of a request are worth: the best of them. */
enum oauth_standing {
    OAUTH_STANDING_NONE,    /* there is none */
    OAUTH_STANDING_UNKNOWN, /* the cloud has never known it, or no longer */
    OAUTH_STANDING_DEAD,    /* it has expired, or was revoked */
    OAUTH_STANDING_LIVE
};

/* For `why`, which wants to know whose a request was, though it was refused: *ret_owner is who the
 * token speaks or spoke for (OWNER_NONE: nobody known, or a client). It need not stand where a
 * token may stand. */
enum oauth_standing oauth_standing_of(const struct cloud *cloud,
                                      const struct oauth_presented *presented,
                                      struct owner *ret_owner);

/* NULL when the token may call a route that needs `scope` (NULL: a route for no API user), or the
 * refusal. Only API users have scopes. */
const struct oauth_error *oauth_check_scope(const struct cloud *cloud, const struct token *token,
                                            const char *scope);

/* NULL when the token may stand where it stood, or the refusal: the last check, after the scope. */
const struct oauth_error *oauth_check_query(const struct cloud *cloud,
                                            const struct oauth_presented *presented);

/*
 * Makes a token for an owner (or, with OWNER_NONE, for the client itself). `access` NULL: made from
 * the world's seed. `life_s` 0: never expires (and has no refresh token). `scope` may be NULL.
 * Borrowed.
 */
struct token *oauth_issue(struct cloud *cloud, struct oauth_client *client, struct owner owner,
                          const char *access, int64_t life_s, const char *scope);

#define OAUTH_DEAD_MAX 4096 /* revoked tokens whose owner is remembered */

/* Takes a token out of the world at once. Whose it was is remembered for a while. */
void oauth_revoke(struct cloud *cloud, struct token *token);

/* Takes all tokens and authorization codes of an owner, and forgets whose they were. */
void oauth_revoke_owner(struct cloud *cloud, const struct owner *owner);

void oauth_free_dead(struct cloud *cloud);

/* ---- authorization codes (oauth_code.c) ---- */

/* Good for one token, of that owner, for that client alone. */
struct authorization_code {
    char *code;
    struct oauth_client *client;
    struct owner owner;
    int64_t expires_ms;
};

/* Hands out a code that lives for `life_s`; false: it is there already. `code` is copied. */
bool oauth_add_code(struct cloud *cloud, const char *code, struct oauth_client *client,
                    struct owner owner, int64_t life_s);

/* The first code for that client that has not expired; NULL: there is none. Borrowed. */
const struct authorization_code *oauth_code_for(const struct cloud *cloud,
                                                const struct oauth_client *client);

void oauth_drop_code(struct cloud *cloud, const char *code);

/* Drops those of an owner, and those for a client; either may be NULL. */
void oauth_drop_codes(struct cloud *cloud, const struct owner *owner,
                      const struct oauth_client *client);
void oauth_free_codes(struct cloud *cloud);

#endif
