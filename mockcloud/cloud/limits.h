/*
 * How many of each thing a world may hold: what a caller can make grow has a bound, and a world
 * file may set a lower one (`limits:`). (limits.c)
 *
 * The numbers are ours, not Particle's: one thread serves everybody, and a test that runs wild must
 * not take the machine.
 */
#ifndef CLOUD_LIMITS_H
#define CLOUD_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cloud;

enum limit {
    LIMIT_DEVICES,
    LIMIT_PRODUCTS,
    LIMIT_USERS,
    LIMIT_CUSTOMERS,
    LIMIT_CLIENTS,
    LIMIT_TOKENS,
    LIMIT_TICKETS,
    LIMIT_CLAIM_CODES,
    LIMIT_DEAD_CLAIM_CODES,
    LIMIT_TEAM,
    LIMIT_GROUPS,
    LIMIT_WEBHOOKS,
    LIMIT_FIRMWARE,
    LIMIT_SIMS,
    LIMITS
};

struct limit_row {
    const char *name; /* the key in `limits:` of a world file: "claim_codes" */
    const char *noun; /* what is counted, in messages: "live claim codes" */
    uint32_t most;    /* the default, and the most that a world file may set */
    const char *text; /* what is counted, and what happens to one more */
};

/* By enum limit. */
extern const struct limit_row limit_rows[];

/* The limit of that name, or -1. */
int limits_find(const char *name);

/* Whether so many leave no room for one more. */
bool limits_reached(const struct cloud *cloud, enum limit which, size_t count);

#endif
