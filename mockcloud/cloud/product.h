/*
 * Products: fleets of one platform, and who is on their team. (product.c)
 *
 * Sources: Particle's API reference.
 */
#ifndef CLOUD_PRODUCT_H
#define CLOUD_PRODUCT_H

#include "base/list.h"
#include "base/map.h"
#include "sim/platform.h"

#include <stdbool.h>
#include <stdint.h>

struct cloud;
struct user;

struct product {
    int64_t id;
    uint16_t number; /* from 0, in the order of their making; none ever leaves */
    char *slug;
    char *name;
    const struct platform *platform;
    char *description;       /* NULL: none */
    char *org;               /* slug of its organization; NULL: none */
    bool quarantine;         /* settings.quarantine */
    bool protection;         /* device_protection is active */
    struct list customers;   /* struct customer, by of_product */
    struct list clients;     /* struct oauth_client, by of_maker */
    struct list claim_codes; /* struct claim_code, by of_product */
    struct map team;         /* username -> struct user * */
    struct map roles;        /* username -> char *, the name of a role; none: Administrator */
    struct map invites;      /* username -> char *, the role: of those who have not joined */
};

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

#endif
