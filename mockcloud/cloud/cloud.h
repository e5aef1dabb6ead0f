/*
 * What the fake cloud knows: accounts, products, the registry of devices, tokens, claim codes.
 *
 * The structs are data: every layer above may read them; they are changed only through the
 * functions of cloud/. Names are Particle's own. Pointers between them stay valid while both live:
 * deleting something clears the pointers to it.
 */
#ifndef CLOUD_CLOUD_H
#define CLOUD_CLOUD_H

#include "base/map.h"
#include "base/rule.h"
#include "cloud/session.h"
#include "sim/platform.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLAIM_CODE_LEN     63  /* HAL: CLAIM_CODE_SIZE */
#define CLOUD_SANDBOX_MAX  100 /* devices of a user in the free plan */
#define CLAIM_CODE_LIFE_MS INT64_C(3600000)
#define TOKEN_LIFE_S       INT64_C(7776000)
#define CLOUD_GROUPS_MAX   100 /* groups that a device is in */
#define UNPROTECT_NONCE    32  /* bytes */
#define CLOUD_CLAIM_TRIES  16  /* claims by id that a device remembers, for `why` */

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
    bool programmatic;
    char *friendly_name; /* of an API user; NULL: none */
    struct map scopes;   /* of an API user: "devices:list" … */
};

struct product {
    int64_t id;
    char *slug;
    char *name;
    const struct platform *platform;
    char *description;  /* NULL: none */
    char *org;          /* slug of its organization; NULL: none */
    bool quarantine;    /* settings.quarantine */
    struct map team;    /* username -> struct user * */
    struct map roles;   /* username -> char *, the name of a role; none: Administrator */
    struct map invites; /* username -> char *, the role: of those who have not joined */
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
    struct product *product; /* NULL: a public client, or one of a user */
    bool is_public;          /* known to every world; selects none */
};

struct customer {
    char id[IDS_OBJECT + 1];
    char *email;    /* any unique string, in lower case */
    char *password; /* NULL: none (two-legged) */
    struct product *product;
};

/* An owner is a user or a customer of a product, never mixed: user_id and customer_id are different
 * fields of the real API. */
enum owner_kind { OWNER_NONE, OWNER_USER, OWNER_CUSTOMER };

struct owner {
    enum owner_kind kind;
    struct user *user;
    struct customer *customer;
};

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
};

/* A claim by id, remembered for `why`. */
struct claim_try {
    uint64_t n; /* journal number of the request's outcome */
    int64_t at_ms;
    struct owner owner;
    const struct rule *rule; /* what decided */
    bool offline;            /* refused because the cloud believed the device offline */
};

/* What became of a claim code that a device presented. */
enum code_verdict {
    CODE_ACCEPTED,
    CODE_UNKNOWN,
    CODE_USED,
    CODE_EXPIRED,
    CODE_NOT_IN_PRODUCT,
    CODE_OWNED_BY_OTHER,
    CODE_OF_TEAM /* confirmed, but it claims nothing */
};

struct claim_code {
    char *code;
    struct owner owner;
    struct product *product; /* NULL: a user's code */
    int64_t issued_ms;
    int64_t expires_ms;
    uint64_t issued_n; /* journal number */
    uint64_t used_n;   /* 0: not used */
    bool revoked;      /* its customer was deleted, or a newer one cancelled it */
    char used_by[IDS_OBJECT + 1];
};

/* Times and journal numbers of what happened last; n is 0 when it never did. */
struct fact {
    uint64_t n;
    int64_t at_ms;
};

/* What a device told of its application after its last full handshake. */
struct described_variable {
    char *name;
    enum session_type type;
};

struct described {
    bool known; /* it has told at least once */
    char **functions;
    size_t function_count;
    struct described_variable *variables;
    size_t variable_count;
};

struct cloud_device {
    char id[IDS_OBJECT + 1];
    uint32_t index; /* place in cloud->registry */
    char *name;     /* the name in REST, NULL: none yet */
    const struct platform *platform;
    struct product *product; /* NULL: a developer device */
    struct owner owner;
    char *iccid; /* cellular, else NULL */
    char *imei;
    char *serial_number;
    char *mobile_secret;
    char *notes;   /* NULL: none */
    char **groups; /* group_count names */
    size_t group_count;
    bool development;
    bool updates_forced;            /* firmware_updates_forced */
    bool forced_said;               /* it was set once, so the device is told at each handshake */
    int64_t desired_firmware;       /* -1: not locked to a version */
    struct product *quarantined_in; /* its firmware says that it belongs there, nobody has imported
                                       it; then `product` is NULL */
    struct product *denied_by;      /* does not come back into quarantine by itself; `product` is
                                       NULL */
    struct described described;
    int64_t firmware_product_id;               /* as the device said; 0: none */
    int64_t firmware_version;                  /* -1: none */
    char transfer_id[IDS_OBJECT + 1];          /* a transfer was asked for; "": none */
    char transfer_by[IDS_OBJECT + 1];          /* the id of the user or customer who asked */
    char unprotect_nonce[UNPROTECT_NONCE + 1]; /* handed out to open it; "": none */
    bool updating;                             /* an update was begun and has not ended */
    bool online;                               /* what the cloud believes */

    /* the session */
    uint64_t session; /* 0: none */
    enum session_kind session_kind;
    bool resumable; /* a full handshake was made and the session was not discarded */
    int64_t keepalive_ms;
    int64_t session_ms; /* when it began */
    int64_t silent_ms;  /* when the device went without a word; -1: it has not */
    int64_t traffic_ms; /* the last message that is no keep-alive */
    uint64_t drop_timer;
    struct session_peer peer;
    int64_t last_handshake_ms; /* -1: never */
    int64_t last_heard_ms; /* of the last session; -1: never. cloud_last_heard() for the truth */

    /* facts, for `why` */
    struct fact handshake; /* the last full one */
    struct fact resume;
    struct fact offer; /* the last claim code that the device presented … */
    enum code_verdict offer_verdict;
    char *offer_code;
    struct fact owned;    /* when the present owner got it */
    struct fact released; /* when the last one lost it … */
    struct owner released_by;
    struct claim_try
        tries[CLOUD_CLAIM_TRIES]; /* ring; the newest at (tries_count - 1) % CLOUD_CLAIM_TRIES */
    size_t tries_count;
};

struct event_hub;
struct webhooks;

struct cloud {
    struct sim *sim;                /* borrowed from the world */
    struct event_hub *events;       /* event.h */
    struct webhooks *webhooks;      /* webhook.h, outbox.h */
    struct map users;               /* by username */
    struct map products;            /* by decimal id */
    struct map slugs;               /* the same, by slug */
    struct map clients;             /* by id */
    struct map customers;           /* by "productid/email" */
    struct map devices;             /* by id */
    struct map serial_numbers;      /* the same, by serial number */
    struct map iccids;              /* the same, by an ICCID that one has or had */
    struct cloud_device **registry; /* the same, in order; nothing ever leaves it */
    struct map tokens;              /* by access token */
    struct map refresh_tokens;      /* by refresh token; the same structs */
    struct map authorization_codes; /* struct authorization_code (oauth.h), by code */
    struct map claim_codes;         /* by code, in order of issue */
    struct map mfa_tokens;          /* struct account_ticket: a login that waits for its OTP … */
    struct map mfa_enrolments;      /* … an authenticator that waits for its first OTP … */
    struct map password_resets;     /* … a password reset that was mailed */
    struct account_gone *gone;      /* deleted accounts: nothing that points at one dangles */
    struct map binaries;            /* compiled ones, by id */
    struct map groups;              /* groups.h: by "productid/name" */
    struct map firmware;            /* firmware_store.h: by "productid/version" */
    struct map sims;                /* sims.h: those that something was done to, by ICCID */
    struct map configurations;      /* configuration.h: by product's or device's id */
    struct map diagnostics;         /* diagnostics.h: by device id */
    struct map locations;           /* locations.h: by device id */
    uint64_t sessions;              /* made so far */
    void (*carried_changed)(void *arg, const char *device_id); /* session_when_carried() */
    void *carried_arg;
};

/* An empty cloud with the well-known public OAuth clients. `sim` is borrowed. Yours: cloud_free().
 */
struct cloud *cloud_new(struct sim *sim);
void cloud_free(struct cloud *cloud);

/* ---- accounts (accounts.c). Strings are copied; a NULL id or secret is made from the world's
 * seed. ---- */

struct user *cloud_add_user(struct cloud *cloud, const char *username, const char *password);
struct user *cloud_user(const struct cloud *cloud, const char *username);

/* `id` > 0 and `slug` are not taken yet (the caller has checked). */
struct product *cloud_add_product(struct cloud *cloud, int64_t id, const char *slug,
                                  const char *name, const struct platform *platform);

/* A number for a product of that slug which no product has: it follows from world and slug, or is
 * the next free one. */
int64_t cloud_free_product_id(const struct cloud *cloud, const char *slug);

/* By decimal id or slug; NULL when there is none. */
struct product *cloud_product(const struct cloud *cloud, const char *id_or_slug);

/* Whether the product (NULL: no) belongs to the organization of that slug. */
bool cloud_in_org(const struct product *product, const char *org);

void cloud_add_team_member(struct product *product, struct user *user);
bool cloud_on_team(const struct product *product, const struct user *user);

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

/* ---- the registry (registry.c) ---- */

/* `id` is 24 lower-case hex digits and not taken. What is not given is made from the seed. */
struct cloud_device *cloud_add_device(struct cloud *cloud, const char *id,
                                      const struct platform *platform);
struct cloud_device *cloud_device(const struct cloud *cloud, const char *id);

/* The one whose SIM it is; NULL: none. */
struct cloud_device *cloud_device_by_iccid(const struct cloud *cloud, const char *iccid);

/* To be called when the device's `iccid` has changed. */
void cloud_index_iccid(struct cloud *cloud, struct cloud_device *device);

struct cloud_device *cloud_device_by_serial(const struct cloud *cloud, const char *serial_number);
struct cloud_device *cloud_device_by_id_or_serial(const struct cloud *cloud, const char *text);

/* Gives the device another serial number; false: it is taken. */
bool cloud_set_serial(struct cloud *cloud, struct cloud_device *device, const char *serial_number);

/* Whether another device of the same owner has that name, in any case. */
bool cloud_name_taken(const struct cloud *cloud, const struct cloud_device *device,
                      const char *name);

void cloud_set_groups(struct cloud_device *device, const char *const *names, size_t count);
bool cloud_in_group(const struct cloud_device *device, const char *name);

/* Adds to, or takes out of, the groups that it is in; one more than CLOUD_GROUPS_MAX is passed
 * over.
 */
void cloud_join_group(struct cloud_device *device, const char *name);
void cloud_leave_group(struct cloud_device *device, const char *name);

/* By id (any case), or by the name that it has for that owner; NULL: none. `owner` may be NULL: ids
 * only. */
struct cloud_device *cloud_device_by_id_or_name(const struct cloud *cloud, const char *id_or_name,
                                                const struct owner *owner);

/* Sets, or with OWNER_NONE clears, the owner; journals it. */
void cloud_set_owner(struct cloud *cloud, struct cloud_device *device, struct owner owner);

/* When the cloud last heard the device, keep-alives included; -1: never. Computed, so that a
 * healthy session needs no timer. */
int64_t cloud_last_heard(const struct cloud *cloud, const struct cloud_device *device);

enum import_result { IMPORT_UPDATED, IMPORT_EXISTING, IMPORT_NON_MEMBER, IMPORT_INVALID };

/* Imports one device, by id or serial number, into a product; out of its quarantine, and though it
 * was denied. Unknown, wrong platform or already in another product: IMPORT_INVALID; owned by a
 * user who is not on the team: IMPORT_NON_MEMBER. (particle-cli's end-to-end tests.) */
enum import_result cloud_import(struct cloud *cloud, struct product *product, const char *id);

/* Takes a device out of its product, or out of its quarantine; a customer's device is unclaimed
 * with it. */
void cloud_remove_from_product(struct cloud *cloud, struct cloud_device *device);

/* The same, and it does not come back into quarantine. */
void cloud_deny(struct cloud *cloud, struct cloud_device *device);

/* The product that lists the device: the one that it is in, or whose quarantine it is in; NULL. */
struct product *cloud_listed_in(const struct cloud_device *device);

/* After a full handshake: the device's firmware was built for a product that it was not imported
 * into. With Device OS 3 and before it is put into that product's quarantine, or, when the product
 * has none, into the product. */
void cloud_see_firmware(struct cloud *cloud, struct cloud_device *device);

/* ---- compiled binaries (binary.c) ---- */

#define BINARY_LIFE_MS INT64_C(86400000)

struct binary {
    char id[IDS_OBJECT + 1];
    int64_t expires_ms;
    char *target; /* the Device OS that it was built for */
};

#define BINARY_DIGEST 64

/* What tells one binary from another: SHA-256 in hex. */
void cloud_binary_digest(const char *bytes, size_t len, char ret_digest[static BINARY_DIGEST + 1]);

/* Makes one; nothing is compiled. */
const struct binary *cloud_add_binary(struct cloud *cloud, const char *target);

/* NULL: there is none, or it has expired. */
const struct binary *cloud_binary(const struct cloud *cloud, const char *id);
void cloud_free_binaries(struct cloud *cloud);

/* ---- owners ---- */

bool owner_same(const struct owner *a, const struct owner *b);
/* The username or the email; NULL without an owner. */
const char *owner_name(const struct owner *owner);
/* "user", "customer", NULL. */
const char *owner_kind_word(const struct owner *owner);
/* The 24 digits, or NULL. */
const char *owner_id(const struct owner *owner);

#endif
