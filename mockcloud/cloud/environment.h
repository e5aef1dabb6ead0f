/*
 * Environment variables: of a user's sandbox, of an organization, of a product, of a device. A
 * scope inherits from the one above it, and its own values win. What is set is `own`; a rollout
 * copies it into `rolled`, and a device takes what is rolled out above it when it connects.
 * (environment.c)
 *
 * Source: particle-api-js 12 and particle-cli, whose types tell shapes and words. What a rollout
 * reaches, and when, is inferred from its words "Connect" and "Immediate".
 */
#ifndef CLOUD_ENVIRONMENT_H
#define CLOUD_ENVIRONMENT_H

#include "base/map.h"
#include "cloud/accounts.h"
#include "cloud/record.h"

struct cloud;

#define ENVIRONMENT_KEYS  1000 /* of a scope; ours */
#define ENVIRONMENT_BYTES 4096 /* of a value; ours */

/* Where variables are set: one of the four. */
struct environment_scope {
    const struct user *user; /* whose sandbox; NULL: none */
    const char *org;         /* slug; NULL: none */
    const struct product *product;
    const struct cloud_device *device;
};

struct environment {
    struct map own;    /* key -> char *: the latest */
    struct map rolled; /* the same as of the last rollout */
    struct map seen;   /* of a device: what it took when it connected last */
    int64_t created_ms, updated_ms, rollout_ms, seen_ms; /* -1: never */
    char created_by[IDS_OBJECT + 1], updated_by[IDS_OBJECT + 1], rollout_by[IDS_OBJECT + 1];
};

/* A variable as a scope has it. */
struct environment_value {
    const char *value;
    const char *from; /* static: "Owner" or "Product"; NULL: the scope's own */
};

enum environment_which { ENVIRONMENT_LATEST, ENVIRONMENT_ROLLED };

/* 1 to 128 upper-case letters, digits and '_', no digit first. */
bool environment_key_valid(const char *key);

/* The scope's variables; made when `make`. NULL: nothing was ever set. Borrowed until the cloud
 * goes. */
struct environment *environment_of(struct cloud *cloud, const struct environment_scope *scope,
                                   bool make);

/* Sets (value NULL: takes away) one of the scope's own; false: it has no room for another. */
bool environment_set(struct cloud *cloud, const struct environment_scope *scope, const char *key,
                     const char *value, const struct user *by);

/* All that the scope has, inherited and own: key -> a fresh char *. Yours: environment_free_map().
 */
struct map environment_rendered(struct cloud *cloud, const struct environment_scope *scope,
                                enum environment_which which);

/* What it inherits: key -> a fresh struct environment_value *, whose texts are borrowed. Yours:
 * environment_free_map(). */
struct map environment_inherited(struct cloud *cloud, const struct environment_scope *scope,
                                 enum environment_which which);

void environment_free_map(struct map *map);

/* Copies what is set into what is rolled out; with `now`, devices that are online take it at once.
 */
void environment_roll_out(struct cloud *cloud, const struct environment_scope *scope,
                          const struct user *by, bool now);

/* A device has connected: it takes what is rolled out. */
void environment_connect(struct cloud *cloud, const struct cloud_device *device);

/* Frees all of the cloud's. */
void environment_free_all(struct cloud *cloud);

#endif
