/*
 * The whole store of the fake cloud: what holds the accounts, products, records of devices, tokens
 * and claim codes, each of which has a header of its own.
 *
 * The structs of cloud/ are data: every layer above may read them; they are changed only through
 * the functions of cloud/. Names are Particle's own. Pointers between them stay valid while both
 * live: deleting something clears the pointers to it.
 */
#ifndef CLOUD_CLOUD_H
#define CLOUD_CLOUD_H

#include "base/map.h"
#include "cloud/claim_code.h"
#include "cloud/limits.h"
#include "cloud/registry_index.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cloud_device;
struct owner;
struct refusals;
struct event_hub;
struct lags;
struct webhooks;

struct cloud {
    struct sim *sim;                /* borrowed from the world */
    uint32_t limits[LIMITS];        /* limits.h */
    size_t made[LIMITS];            /* of what stays in memory when it is deleted: so many ever */
    struct event_hub *events;       /* event.h */
    struct webhooks *webhooks;      /* webhook/webhook.h; NULL: nobody attached any */
    struct map users;               /* by username */
    struct map products;            /* by decimal id */
    struct map slugs;               /* the same, by slug */
    struct map clients;             /* by id */
    struct map customers;           /* by "productid/email" */
    struct cloud_device **registry; /* in the order of their making; nothing ever leaves it */
    size_t device_count;            /* … and how many they are */
    struct ranking indexes[REGISTRY_INDEXES]; /* by what they are found (registry_index.h) */
    struct map tokens;                        /* by access token */
    struct map refresh_tokens;                /* by refresh token; the same structs */
    struct map dead_tokens;                   /* struct owner, by a token that was revoked */
    struct map authorization_codes;           /* struct authorization_code (oauth.h), by code */
    struct map claim_codes;                   /* by code, in order of issue */
    struct claim_code_lives lives;            /* … and by what became of them (claim_code.h) */
    struct map mfa_tokens;       /* struct account_ticket: a login that waits for its OTP … */
    struct map mfa_enrolments;   /* … an authenticator that waits for its first OTP … */
    struct map password_resets;  /* … a password reset that was mailed */
    struct account_gone *gone;   /* deleted accounts: nothing that points at one dangles */
    struct map binaries;         /* compiled ones, by id */
    struct map groups;           /* groups.h: by "productid/name" */
    struct map firmware;         /* firmware_store.h: by "productid/version" */
    struct lags *lags;           /* lag.h; NULL: nothing lags */
    struct refusals *refusals;   /* refusals.h; NULL: nothing was refused yet */
    struct map sims;             /* sims.h: those that something was done to, by ICCID */
    struct map environments;     /* environment.h: by the name of a scope */
    struct map configurations;   /* configuration.h: by product's or device's id */
    struct map diagnostics;      /* diagnostics.h: by device id */
    struct map locations;        /* locations.h: by device id */
    uint64_t sessions;           /* made so far … */
    uint64_t asks;               /* … and questions to devices */
    struct session_ask *orphans; /* questions whose session has ended */
    void (*carried_changed)(void *arg, const char *device_id); /* session_when_carried() */
    void *carried_arg;
    /* What an owner had goes with him or her: told before, to what is attached above this layer;
     * NULL: nobody. */
    void (*owner_leaving)(struct cloud *cloud, const struct owner *owner);
};

/* An empty cloud with the well-known public OAuth clients. `sim` is borrowed. Yours: cloud_free().
 */
struct cloud *cloud_new(struct sim *sim);
void cloud_free(struct cloud *cloud);

#endif
