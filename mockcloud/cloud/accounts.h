/*
 * Accounts: users, OAuth clients, customers; how they are made, found, changed and deleted; second
 * factors, mailed tickets, organizations. (accounts.c, accounts_*.c) Teams and API users are in
 * team.h.
 *
 * Deleted accounts stay in memory until the cloud goes: whatever still points at one (a stream, a
 * webhook) reads a dead account, never freed memory.
 */
#ifndef CLOUD_ACCOUNTS_H
#define CLOUD_ACCOUNTS_H

#include "base/list.h"
#include "base/map.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "sim/ids.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cloud;

#define MFA_TOKEN_LIFE_MS      INT64_C(600000) /* guessed: it is short, says its error "OTP expired" */
#define PASSWORD_RESET_LIFE_MS INT64_C(3600000) /* guessed */

/* NULL, and -1 of the flag: never set. */
struct account_info {
    char *first_name;
    char *last_name;
    char *company_name;
    int business_account;
};

/* A person's account, or an API user (`programmatic`): a member of a product's team that a program
 * acts as, by token alone, within its scopes. */
struct user {
    char id[IDS_OBJECT + 1];
    char *username;
    char *password;   /* NULL: none, so no login */
    char *mfa_otp;    /* the one-time password that is accepted */
    char *mfa_secret; /* base32 of an authenticator app (TOTP); neither: no second factor */
    struct map recovery_codes; /* each is good for one login */
    bool sso;                  /* logs in through its company: no password grant */
    struct account_info info;
    struct belongings belongings;
    struct list clients; /* struct oauth_client, by of_maker */
    bool gone;           /* deleted: nothing finds it any more */
    bool programmatic;
    bool of_org;         /* an API user of an organization, of all its products */
    char *friendly_name; /* of an API user; NULL: none */
    struct map scopes;   /* of an API user: "devices:list" … */
};

enum client_scope { CLIENT_FULL, CLIENT_CREATE_CUSTOMER };

struct oauth_client {
    char *id;
    char *secret;
    char *name;         /* NULL: the id */
    bool web;           /* its type is "web", else "installed" */
    struct user *user;  /* whose it is; NULL: a product's, or a public one */
    char *redirect_uri; /* NULL: none */
    enum client_scope scope;
    struct product *product;   /* NULL: a public client, or one of a user */
    bool is_public;            /* known to every world; selects none */
    struct list tokens;        /* struct token, by of_client */
    struct list_link of_maker; /* of the user's, or the product's, clients */
};

struct customer {
    char id[IDS_OBJECT + 1];
    char *email;    /* any unique string, in lower case */
    char *password; /* NULL: none (two-legged) */
    struct product *product;
    struct list_link of_product; /* of the product's customers */
    struct belongings belongings;
    bool gone; /* deleted: nothing finds it any more */
};

/* ---- making and finding them (accounts.c). Strings are copied; a NULL id or secret is made from
 * the world's seed. ---- */

struct user *cloud_add_user(struct cloud *cloud, const char *username, const char *password);
struct user *cloud_user(const struct cloud *cloud, const char *username);

struct oauth_client *cloud_add_client(struct cloud *cloud, const char *id, const char *secret,
                                      struct product *product, enum client_scope scope);

/* `email` is lower-cased. NULL when the product has such a customer already. `password` may be
 * NULL. */
struct customer *cloud_add_customer(struct cloud *cloud, struct product *product, const char *email,
                                    const char *password);
struct customer *cloud_customer(const struct cloud *cloud, const struct product *product,
                                const char *email);

/* Revokes its tokens and pending claim codes, and releases its devices. (accounts_delete.c) */
void cloud_delete_customer(struct cloud *cloud, struct customer *customer);

/* ---- after their making ---- */

/* Something that was handed out and is good for one use: the second half of a login, of an
 * enrolment, of a password reset. */
struct account_ticket {
    char text[IDS_TOKEN + 1];
    struct user *user;
    int64_t expires_ms;
    char *secret; /* of an enrolment; else NULL */
};

/* Frees all accounts, tickets and what was deleted. */
void accounts_free(struct cloud *cloud);

/* ---- users ---- */

/* Takes another name; false: it is taken. Teams and invitations follow. */
bool accounts_rename_user(struct cloud *cloud, struct user *user, const char *username);

/* `password` may be NULL: none. */
void accounts_set_password(struct user *user, const char *password);

/* Whether that is the user's password; nobody without one has any. */
bool accounts_password_is(const struct user *user, const char *password);

/* Deletes a user: tokens, claim codes, OAuth clients, team memberships go; devices are released. */
void accounts_delete_user(struct cloud *cloud, struct user *user);

/* ---- products (accounts_product.c) ---- */

#define ACCOUNTS_NAME_MAX 200 /* bytes of the name of a product or a client */

/* Strings are copied. */
struct account_product {
    const char *name;        /* 1 to ACCOUNTS_NAME_MAX bytes; the slug is made from it */
    const char *description; /* NULL: none */
    const struct platform *platform;
    const char *org;   /* the slug of an organization; NULL: none */
    struct user *user; /* its team */
};

/* Borrowed. NULL: there is no room. Source: particle-cli, createProduct(). */
struct product *accounts_make_product(struct cloud *cloud, const struct account_product *spec);

/* ---- OAuth clients ---- */

#define ACCOUNTS_CLIENT_ID_SIZE 41

/* The id of a client: SLUG-NNNN, by a random number (8 hex digits); of more digits when so many
 * tries found one that was taken. */
void accounts_client_id(const char *slug, const char *hex, unsigned tries,
                        char ret_id[static ACCOUNTS_CLIENT_ID_SIZE]);

/* A new client with an id made from its name (SLUG-NNNN) and a made secret, of a product, or (NULL)
 * of a user. Borrowed. */
struct oauth_client *accounts_make_client(struct cloud *cloud, const char *name,
                                          struct product *product, struct user *user);

/* Deletes a client with all its tokens. Never a public one. */
void accounts_delete_client(struct cloud *cloud, struct oauth_client *client);

/* ---- the second factor (accounts_mfa.c) ---- */

bool accounts_mfa_on(const struct user *user);

/* Whether `otp` is the user's fixed one-time password, or what the authenticator shows now (RFC
 * 6238: SHA-1, six digits, 30 s of the world's clock; one step early or late is taken). */
bool accounts_otp_valid(const struct cloud *cloud, const struct user *user, const char *otp);

/* The same for a secret that is not the user's yet. */
bool accounts_totp_valid(const struct cloud *cloud, const char *secret, const char *otp);

/* What an authenticator app with that secret shows now. */
void accounts_totp_now(const struct cloud *cloud, const char *secret, char ret_otp[7]);

/* Uses up a recovery code; false: the user has no such code. */
bool accounts_use_recovery_code(struct user *user, const char *code);

/* A new base32 secret (32 characters). Yours: free(). */
char *accounts_make_secret_dup(struct cloud *cloud);

/* ---- tickets ---- */

/* Hands out a ticket of 40 digits; `tickets` is one of the cloud's maps, `kind` names it. The text
 * is borrowed until the ticket is taken. `secret` may be NULL. */
const char *accounts_issue_ticket(struct cloud *cloud, struct map *tickets, const char *kind,
                                  struct user *user, int64_t life_ms, const char *secret);

/* A ticket that is known and has not expired; NULL: there is none. Borrowed. */
const struct account_ticket *accounts_ticket(const struct cloud *cloud, const struct map *tickets,
                                             const char *text);
void accounts_drop_ticket(struct map *tickets, const char *text);

/* ---- organizations: a product may name one; it is there as long as a product does ---- */

/* The slug of the organization with that slug or id; NULL: there is none. */
const char *accounts_org(const struct cloud *cloud, const char *id_or_slug);
/* ret_id: IDS_OBJECT + 1 bytes. */
void accounts_org_id(const struct cloud *cloud, const char *slug, char *ret_id);

#endif
