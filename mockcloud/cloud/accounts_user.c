/* What changes a user, tickets, OAuth clients made by the API, organizations. See accounts.h. */
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/product.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/team.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENT_TRIES 100 /* client ids end in four digits: tries to find one that is free */

/* ---- users ---- */

static void team_rename(struct product *product, struct user *user, const char *username)
{
    char *role = map_take(&product->roles, user->username);
    if (map_take(&product->team, user->username))
        map_put(&product->team, username, user);
    if (role)
        map_put(&product->roles, username, role);
}

bool accounts_rename_user(struct cloud *cloud, struct user *user, const char *username)
{
    size_t cursor = 0;
    void *value;
    struct user *taken = cloud_user(cloud, username);
    if (taken)
        return taken == user;
    while (map_next(&cloud->products, &cursor, NULL, &value))
        team_rename(value, user, username);
    map_take(&cloud->users, user->username);
    map_put(&cloud->users, username, user);
    free(user->username);
    user->username = mem_dup(username);
    team_welcome(cloud, user);
    return true;
}

void accounts_set_password(struct user *user, const char *password)
{
    char *before = user->password;
    user->password = mem_dup(password);
    free(before);
}

bool accounts_password_is(const struct user *user, const char *password)
{
    return user->password && password && strcmp(user->password, password) == 0;
}

/* ---- OAuth clients ---- */

void accounts_client_id(const char *slug, const char *hex, unsigned tries,
                        char ret_id[static ACCOUNTS_CLIENT_ID_SIZE])
{
    unsigned long number = strtoul(hex, NULL, 16);
    if (tries < CLIENT_TRIES)
        snprintf(ret_id, ACCOUNTS_CLIENT_ID_SIZE, "%.34s-%lu", slug, 1000 + number % 9000);
    else
        snprintf(ret_id, ACCOUNTS_CLIENT_ID_SIZE, "%.32s-%lu", slug, 1000000 + number % 9000000);
}

struct oauth_client *accounts_make_client(struct cloud *cloud, const char *name,
                                          struct product *product, struct user *user)
{
    char hex[9], id[ACCOUNTS_CLIENT_ID_SIZE], secret[IDS_TOKEN + 1];
    unsigned tries = 0;
    struct buf slug;
    buf_init(&slug, 34);
    text_slug(name, "client", &slug);
    do {
        ids_next(&cloud->sim->ids, "client", hex, 8);
        accounts_client_id(buf_str(&slug), hex, tries++, id);
    } while (map_get(&cloud->clients, id));
    buf_free(&slug);
    ids_next(&cloud->sim->ids, "client-secret", secret, IDS_TOKEN);
    struct oauth_client *client = cloud_add_client(cloud, id, secret, product, CLIENT_FULL);
    client->name = mem_dup(name);
    client->user = user;
    if (user && !product)
        list_join(&user->clients, &client->of_maker);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "client", id);
    sim_noted(cloud->sim, "cloud", "client.created");
    return client;
}

/* ---- tickets ---- */

/* Makes room before one is added. Tickets of a kind all live equally long, so the oldest stand
 * first: those that have expired go, and when the map is full, the oldest that are still alive. */
static void make_room(const struct cloud *cloud, struct map *tickets)
{
    size_t cursor = 0;
    const char *text;
    void *value;
    while (map_next(tickets, &cursor, &text, &value)) {
        if (vclock_now(cloud->sim->clock) < ((const struct account_ticket *)value)->expires_ms &&
            !limits_reached(cloud, LIMIT_TICKETS, map_count(tickets)))
            return;
        accounts_drop_ticket(tickets, text);
    }
}

const char *accounts_issue_ticket(struct cloud *cloud, struct map *tickets, const char *kind,
                                  struct user *user, int64_t life_ms, const char *secret)
{
    struct account_ticket *ticket = mem_new(sizeof *ticket);
    make_room(cloud, tickets);
    ids_next(&cloud->sim->ids, kind, ticket->text, IDS_TOKEN);
    ticket->user = user;
    ticket->expires_ms = vclock_now(cloud->sim->clock) + life_ms;
    ticket->secret = mem_dup(secret);
    map_put(tickets, ticket->text, ticket);
    return ticket->text;
}

const struct account_ticket *accounts_ticket(const struct cloud *cloud, const struct map *tickets,
                                             const char *text)
{
    const struct account_ticket *ticket = map_get(tickets, text);
    bool good = ticket && !ticket->user->gone && vclock_now(cloud->sim->clock) < ticket->expires_ms;
    return good ? ticket : NULL;
}

/* ---- organizations ---- */

void accounts_org_id(const struct cloud *cloud, const char *slug, char *ret_id)
{
    ids_named(&cloud->sim->ids, "org", slug, ret_id, IDS_OBJECT);
}

const char *accounts_org(const struct cloud *cloud, const char *id_or_slug)
{
    char id[IDS_OBJECT + 1];
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->products, &cursor, NULL, &value)) {
        const char *slug = ((const struct product *)value)->org;
        if (!slug)
            continue;
        accounts_org_id(cloud, slug, id);
        if (strcmp(slug, id_or_slug) == 0 || strcmp(id, id_or_slug) == 0)
            return slug;
    }
    return NULL;
}
