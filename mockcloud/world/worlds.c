/* See worlds.h. Owns the list of worlds and which of them a token or a client leads to. A name that
 * leads to two worlds leads to none: answering from either would be a guess. */
#include "world/worlds.h"

#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/webhook/outbox.h"

#include <string.h>

static void free_world(void *value)
{
    world_free(value);
}

void worlds_free(struct worlds *worlds)
{
    map_free(&worlds->by_name, free_world);
    leaned_free(&worlds->gone);
    *worlds = (struct worlds){0};
}

bool worlds_add(struct worlds *worlds, struct world *world)
{
    if (map_count(&worlds->by_name) >= WORLDS_MAX || map_get(&worlds->by_name, world->name))
        return false;
    map_put(&worlds->by_name, world->name, world);
    if (!worlds->main)
        worlds->main = world;
    return true;
}

static void record_making(struct tape_recorder *recorder, const struct doc *doc,
                          const struct doc_node *node, const struct world_options *options)
{
    size_t root = 0, len = 0, roots = doc ? doc_count(doc) : 0;
    while (root < roots && doc_root(doc, root) != node)
        root++;
    const char *text = node ? doc_text(doc, &len) : NULL;
    tape_number(recorder, (int64_t)root);
    tape_number(recorder, (int64_t)options->seed);
    tape_number(recorder, (int64_t)options->force_seed);
    tape_number(recorder, options->mode == VCLOCK_FROZEN);
    tape_str(recorder, options->name);
    tape_str(recorder, node ? doc_name(doc) : NULL);
    tape_text(recorder, text, len);
}

struct world *worlds_make(struct worlds *worlds, struct doc *doc, const struct doc_node *node,
                          const struct world_options *options, struct diags *diags)
{
    struct world_options mine = *options;
    mine.machine = &worlds->machine;
    if (machine_begin(&worlds->machine, TAPE_WORLD))
        record_making(worlds->machine.recorder, doc, node, options);
    struct world *world = world_new(doc, node, &mine, diags);
    if (world && !worlds_add(worlds, world)) {
        world_free(world);
        world = NULL;
    }
    machine_end(&worlds->machine);
    return world;
}

bool worlds_halt(const struct worlds *worlds)
{
    return worlds->halt && worlds->halt(worlds->halt_arg);
}

bool worlds_hold(const struct worlds *worlds, const struct world *world)
{
    return worlds_halt(worlds) || (worlds->carried && outbox_holds(world->cloud));
}

struct world *worlds_find(const struct worlds *worlds, const char *name)
{
    return map_get(&worlds->by_name, name);
}

void worlds_remove(struct worlds *worlds, struct world *world)
{
    if (worlds->main == world)
        worlds->main = NULL;
    map_take(&worlds->by_name, world->name);
    leaned_add(&worlds->gone,
               world->sim.leaned); /* --strict asks about worlds that are gone, too */
    world_free(world);
}

void worlds_leaned(const struct worlds *worlds, struct leaned *ret_leaned)
{
    size_t cursor = 0;
    void *value;
    leaned_add(ret_leaned, &worlds->gone);
    while (map_next(&worlds->by_name, &cursor, NULL, &value))
        leaned_add(ret_leaned, ((const struct world *)value)->sim.leaned);
}

struct world *worlds_by_token(const struct worlds *worlds, const char *access_token,
                              size_t *ret_count)
{
    struct world *found = NULL;
    size_t cursor = 0, count = 0;
    void *value;
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        struct world *world = value;
        if (!map_get(&world->cloud->tokens, access_token))
            continue;
        found = world;
        count++;
    }
    *ret_count = count;
    return count == 1 ? found : NULL;
}

struct world *worlds_by_client(const struct worlds *worlds, const char *client_id,
                               size_t *ret_count)
{
    struct world *found = NULL;
    size_t cursor = 0, count = 0;
    void *value;
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        struct world *world = value;
        const struct oauth_client *client = map_get(&world->cloud->clients, client_id);
        if (!client || client->is_public)
            continue;
        found = world;
        count++;
    }
    *ret_count = count;
    return count == 1 ? found : NULL;
}

static void sync_all(struct worlds *worlds, int64_t mono_ms)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&worlds->by_name, &cursor, NULL, &value))
        vclock_sync(((struct world *)value)->sim.clock, mono_ms);
}

/* Whether following the machine's clock does more to the worlds than moving theirs. */
static bool following_matters(const struct worlds *worlds, int64_t mono_ms, bool *ret_follows)
{
    size_t cursor = 0;
    void *value;
    *ret_follows = false;
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        const struct vclock *clock = ((const struct world *)value)->sim.clock;
        if (vclock_mode(clock) == VCLOCK_FROZEN)
            continue;
        *ret_follows = true;
        if (!vclock_follows(clock) || vclock_due_in(clock, mono_ms) == 0)
            return true;
    }
    return false;
}

void worlds_follow(struct worlds *worlds, int64_t mono_ms)
{
    machine_begin_at(&worlds->machine, TAPE_TIME, mono_ms);
    sync_all(worlds, mono_ms);
    machine_end(&worlds->machine);
}

void worlds_sync(struct worlds *worlds, int64_t mono_ms)
{
    bool follows = false;
    if (!worlds->machine.recorder) {
        sync_all(worlds, mono_ms);
    } else if (following_matters(worlds, mono_ms, &follows)) {
        worlds_follow(worlds, mono_ms);
    } else if (follows) {
        sync_all(worlds, mono_ms);
        machine_followed(&worlds->machine, mono_ms);
    }
}

void worlds_rebase(struct worlds *worlds, int64_t ahead_ms)
{
    int64_t behind_ms = ahead_ms - worlds->machine.wall_ahead_ms;
    size_t cursor = 0;
    void *world;
    while (map_next(&worlds->by_name, &cursor, NULL, &world))
        vclock_rebase(((struct world *)world)->sim.clock, behind_ms);
    worlds->machine.wall_ahead_ms = ahead_ms;
}

int64_t worlds_next_due_in(const struct worlds *worlds, int64_t mono_ms)
{
    int64_t soonest = -1;
    size_t cursor = 0;
    void *value;
    while (map_next(&worlds->by_name, &cursor, NULL, &value)) {
        const struct world *world = value;
        int64_t in_ms = vclock_due_in(world->sim.clock, mono_ms);
        if (in_ms >= 0 && (soonest < 0 || in_ms < soonest))
            soonest = in_ms;
    }
    return soonest;
}
