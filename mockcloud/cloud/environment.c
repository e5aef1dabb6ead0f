/* See environment.h. Scopes are found by a text that names them; none ever goes. */
#include "cloud/environment.h"

#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARENTS_MAX 2

bool environment_key_valid(const char *key)
{
    static const char first[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    static const char rest[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    size_t len = strlen(key);
    return len >= 1 && len <= 128 && strchr(first, key[0]) && strspn(key, rest) == len;
}

static char *scope_name_dup(const struct environment_scope *scope)
{
    if (scope->device)
        return mem_printf_dup("device:%s", scope->device->id);
    if (scope->product)
        return mem_printf_dup("product:%lld", (long long)scope->product->id);
    if (scope->org)
        return mem_printf_dup("org:%s", scope->org);
    return mem_printf_dup("user:%s", scope->user->id);
}

struct environment *environment_of(struct cloud *cloud, const struct environment_scope *scope,
                                   bool make)
{
    char *name = scope_name_dup(scope);
    struct environment *environment = map_get(&cloud->environments, name);
    if (!environment && make) {
        environment = mem_new(sizeof *environment);
        environment->created_ms = environment->updated_ms = -1;
        environment->rollout_ms = environment->seen_ms = -1;
        map_put(&cloud->environments, name, environment);
    }
    free(name);
    return environment;
}

/* Who a product belongs to: its organization, else the first person of its team. */
static struct environment_scope owner_of_product(const struct product *product)
{
    size_t cursor = 0;
    void *value;
    if (product->org)
        return (struct environment_scope){.org = product->org};
    while (map_next(&product->team, &cursor, NULL, &value))
        if (!((const struct user *)value)->programmatic)
            return (struct environment_scope){.user = value};
    return (struct environment_scope){0};
}

/* Writes the scopes from which this one inherits, the nearest last, and answers how many there are.
 * A device outside of products inherits from the sandbox of the user who owns it. */
static size_t parents_of(const struct environment_scope *scope,
                         struct environment_scope ret_parents[static PARENTS_MAX])
{
    size_t count = 0;
    const struct product *product = scope->device ? scope->device->product : scope->product;
    if (product) {
        ret_parents[count] = owner_of_product(product);
        count += ret_parents[count].org || ret_parents[count].user;
        if (scope->device)
            ret_parents[count++] = (struct environment_scope){.product = product};
    } else if (scope->device && scope->device->owner.kind == OWNER_USER) {
        ret_parents[count++] = (struct environment_scope){.user = scope->device->owner.user};
    }
    return count;
}

static void put_text(struct map *map, const char *key, const char *value)
{
    free(map_put(map, key, mem_dup(value)));
}

static const struct map *values_of(struct cloud *cloud, const struct environment_scope *scope,
                                   enum environment_which which)
{
    static const struct map none;
    const struct environment *environment = environment_of(cloud, scope, false);
    if (!environment)
        return &none;
    return which == ENVIRONMENT_LATEST ? &environment->own : &environment->rolled;
}

struct map environment_rendered(struct cloud *cloud, const struct environment_scope *scope,
                                enum environment_which which)
{
    struct environment_scope scopes[PARENTS_MAX + 1];
    struct map rendered = {0};
    size_t count = parents_of(scope, scopes);
    scopes[count++] = *scope;
    for (size_t i = 0; i < count; i++) {
        size_t cursor = 0;
        const char *key;
        void *value;
        while (map_next(values_of(cloud, &scopes[i], which), &cursor, &key, &value))
            put_text(&rendered, key, value);
    }
    return rendered;
}

struct map environment_inherited(struct cloud *cloud, const struct environment_scope *scope,
                                 enum environment_which which)
{
    struct environment_scope parents[PARENTS_MAX];
    struct map inherited = {0};
    size_t count = parents_of(scope, parents);
    for (size_t i = 0; i < count; i++) {
        size_t cursor = 0;
        const char *key;
        void *value;
        while (map_next(values_of(cloud, &parents[i], which), &cursor, &key, &value)) {
            struct environment_value *kept = mem_new(sizeof *kept);
            *kept = (struct environment_value){value, parents[i].product ? "Product" : "Owner"};
            free(map_put(&inherited, key, kept));
        }
    }
    return inherited;
}

void environment_free_map(struct map *map)
{
    map_free(map, free);
    *map = (struct map){0};
}

static void note(struct cloud *cloud, const struct environment_scope *scope, const char *kind,
                 const struct user *by)
{
    char *name = scope_name_dup(scope);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "scope", name);
    jsonw_key_str(w, "by", by ? by->username : NULL);
    sim_noted(cloud->sim, "cloud", kind);
    free(name);
}

static void sign(char ret_by[static IDS_OBJECT + 1], const struct user *by)
{
    snprintf(ret_by, IDS_OBJECT + 1, "%s", by ? by->id : "");
}

bool environment_set(struct cloud *cloud, const struct environment_scope *scope, const char *key,
                     const char *value, const struct user *by)
{
    struct environment *environment = environment_of(cloud, scope, true);
    int64_t now = vclock_now(cloud->sim->clock);
    if (value && !map_get(&environment->own, key) &&
        map_count(&environment->own) >= ENVIRONMENT_KEYS)
        return false;
    if (value)
        put_text(&environment->own, key, value);
    else
        free(map_take(&environment->own, key));
    if (environment->created_ms < 0) {
        environment->created_ms = now;
        sign(environment->created_by, by);
    }
    environment->updated_ms = now;
    sign(environment->updated_by, by);
    note(cloud, scope, "environment.changed", by);
    return true;
}

static void copy_map(struct map *to, const struct map *from)
{
    size_t cursor = 0;
    const char *key;
    void *value;
    environment_free_map(to);
    while (map_next(from, &cursor, &key, &value))
        put_text(to, key, value);
}

/* Whether a rollout of the scope is about the device. */
static bool reaches(const struct environment_scope *scope, const struct cloud_device *device)
{
    struct environment_scope own = {.device = device}, parents[PARENTS_MAX];
    if (scope->device)
        return scope->device == device;
    size_t count = parents_of(&own, parents);
    for (size_t i = 0; i < count; i++)
        if ((scope->product && parents[i].product == scope->product) ||
            (scope->user && parents[i].user == scope->user) ||
            (scope->org && parents[i].org && strcmp(parents[i].org, scope->org) == 0))
            return true;
    return false;
}

void environment_roll_out(struct cloud *cloud, const struct environment_scope *scope,
                          const struct user *by, bool now)
{
    struct environment *environment = environment_of(cloud, scope, true);
    copy_map(&environment->rolled, &environment->own);
    environment->rollout_ms = vclock_now(cloud->sim->clock);
    sign(environment->rollout_by, by);
    note(cloud, scope, "environment.rolled-out", by);
    for (size_t i = 0; now && i < cloud->device_count; i++)
        if (cloud->registry[i]->online && reaches(scope, cloud->registry[i]))
            environment_connect(cloud, cloud->registry[i]);
}

void environment_connect(struct cloud *cloud, const struct cloud_device *device)
{
    struct environment_scope scope = {.device = device};
    if (!map_count(&cloud->environments)) /* without any, connecting costs nothing */
        return;
    struct environment *environment = environment_of(cloud, &scope, true);
    environment_free_map(&environment->seen);
    environment->seen = environment_rendered(cloud, &scope, ENVIRONMENT_ROLLED);
    environment->seen_ms = vclock_now(cloud->sim->clock);
}

static void environment_free(void *value)
{
    struct environment *environment = value;
    environment_free_map(&environment->own);
    environment_free_map(&environment->rolled);
    environment_free_map(&environment->seen);
    free(environment);
}

void environment_free_all(struct cloud *cloud)
{
    map_free(&cloud->environments, environment_free);
}
