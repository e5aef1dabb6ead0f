/* See world.h. Owns the life of a world; what stands in its file is read by load.c. */
#include "world/world.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "cloud/webhook/webhook.h"
#include "world/load.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FROZEN_AT INT64_C(1767225600000) /* 2026-01-01T00:00:00Z */

/* Builds everything but the name, the seed and the document, which a reset keeps. */
static void world_build(struct world *world, struct diags *diags, struct diags *warnings)
{
    const struct doc_node *clock = doc_get(world->node, "clock");
    const char *word = fields_str(clock, "mode", NULL);
    enum vclock_mode mode = world->mode_default;
    if (word)
        mode = strcmp(word, "real") == 0 ? VCLOCK_REAL : VCLOCK_FROZEN;
    int64_t at_ms =
        fields_time(clock, "at", mode == VCLOCK_REAL ? machine_wall_ms(world->machine) : FROZEN_AT);
    if (at_ms < 0) {
        doc_fail(world->doc, doc_get(clock, "at"), diags, NULL,
                 "a clock begins in 1970 or later, found %s", doc_get(clock, "at")->text);
        at_ms = 0;
    }
    sim_init(&world->sim, mode, at_ms, world->seed, world->name);
    world->sim.machine = world->machine;
    world->sim.world = world->name;
    world->cloud = cloud_new(&world->sim);
    webhooks_attach(world->cloud);
    world->fleet = fleet_new(&world->sim, world->cloud);
    if (world->node)
        load_world(world, diags, warnings);
}

static void world_tear_down(struct world *world)
{
    fleet_free(world->fleet);
    webhooks_detach(world->cloud);
    cloud_free(world->cloud);
    sim_free(&world->sim);
}

bool world_name_valid(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789-_.";
    return strspn(name, allowed) == strlen(name) && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

/* ---- the document that it is made from ---- */

static void world_keep_source(struct world *world)
{
    size_t root = 0, roots = world->doc ? doc_count(world->doc) : 0;
    while (root < roots && doc_root(world->doc, root) != world->node)
        root++;
    if (root == roots)
        return;
    const char *text = doc_text(world->doc, &world->source_len);
    world->source = mem_dup_n(text, world->source_len);
    world->source_name = mem_dup(doc_name(world->doc));
    world->source_root = root;
}

static void world_forget_tree(struct world *world)
{
    if (!world->source)
        return;
    doc_unref(world->doc);
    world->doc = NULL;
    world->node = NULL;
}

/* It was read once, so it has no mistake. */
static void world_read_source(struct world *world, struct diags *none)
{
    if (!world->source)
        return;
    world->doc = doc_new(world->source_name, world->source, world->source_len, none);
    assert(world->doc);
    world->node = doc_root(world->doc, world->source_root);
}

struct world *world_new(struct doc *doc, const struct doc_node *node,
                        const struct world_options *options, struct diags *diags)
{
    size_t mistakes = diags->count + diags->dropped;
    if (node && node->kind == DOC_MAP && doc_get(node, "scenario") && doc_get(node, "steps")) {
        doc_fail(doc, node, diags, NULL,
                 "this is a scenario: expected a world file (mockcloud run takes scenarios)");
        return NULL;
    }
    if (node && !fields_check(doc, node, world_fields, diags))
        return NULL;
    struct world *world = mem_new(sizeof *world);
    uint64_t seed = (uint64_t)fields_int(node, "seed", options->seed ? (int64_t)options->seed : 1);
    world->name = mem_dup(fields_str(node, "name", options->name ? options->name : "default"));
    world->seed = options->force_seed ? options->force_seed : seed;
    world->mode_default = options->mode;
    world->machine = options->machine;
    world->doc = doc ? doc_ref(doc) : NULL;
    world->node = node;
    world_keep_source(world);
    if (!world_name_valid(world->name))
        doc_fail(doc, doc_get(node, "name"), diags, NULL,
                 "a world's name has letters, digits, '.', '-' and '_' only, found \"%s\"",
                 world->name);
    world_build(world, diags, options->warnings);
    world_forget_tree(world);
    if (diags->count + diags->dropped > mistakes) {
        world_free(world);
        return NULL;
    }
    return world;
}

void world_free(struct world *world)
{
    if (!world)
        return;
    world_tear_down(world);
    doc_unref(world->doc);
    free(world->source);
    free(world->source_name);
    free(world->name);
    free(world);
}

void world_adopt(struct world *world, const char *name, struct machine *machine)
{
    char *before = world->name;
    world->name = mem_dup(name);
    free(before);
    world->machine = world->sim.machine = machine;
    world->sim.world = world->name;
    vclock_set_mode(world->sim.clock, vclock_mode(world->sim.clock));
}

void world_reset(struct world *world)
{
    struct diags none = {0};
    /* Which guesses were leaned on outlives the reset: --strict is about the whole run. */
    struct leaned before = *world->sim.leaned;
    *world->sim.leaned = (struct leaned){0};
    world_tear_down(world);
    world_read_source(world, &none);
    world_build(world, &none, NULL);
    world_forget_tree(world);
    leaned_add(world->sim.leaned, &before);
    leaned_free(&before);
    diags_free(&none);
    world->generation++;
    world->requests = 0;
}

const char *world_example_text(void)
{
    return "# The built-in example: a product with a customer and an E-Series that is online, and "
           "a\n"
           "# product with a Photon that is off.\n"
           "users:\n"
           "  - {username: dev@example.com, password: not-a-password}\n"
           "products:\n"
           "  - id: 6287\n"
           "    slug: acme-pump\n"
           "    name: Acme Pump\n"
           "    platform: e-series\n"
           "    team: [dev@example.com]\n"
           "    clients: [{id: acme-app-4711, secret: not-a-secret}]\n"
           "  - id: 6288\n"
           "    slug: acme-lamp\n"
           "    name: Acme Lamp\n"
           "    platform: photon\n"
           "    team: [dev@example.com]\n"
           "customers:\n"
           "  - {email: ada@example.com, product: acme-pump}\n"
           "devices:\n"
           "  - {as: pump, product: acme-pump, state: online}\n"
           "  - {as: lamp, product: acme-lamp, state: off}\n";
}

struct owner world_owner(const struct world *world, const char *name, size_t *ret_count)
{
    struct owner found = {0};
    size_t cursor = 0, count = 0;
    void *value;
    struct user *user = cloud_user(world->cloud, name);
    if (user) {
        found = (struct owner){OWNER_USER, .user = user};
        count++;
    }
    while (map_next(&world->cloud->products, &cursor, NULL, &value)) {
        struct customer *customer = cloud_customer(world->cloud, value, name);
        if (!customer)
            continue;
        found = (struct owner){OWNER_CUSTOMER, .customer = customer};
        count++;
    }
    *ret_count = count;
    return count == 1 ? found : (struct owner){0};
}

struct cloud_device *world_record(const struct world *world, const struct device *device)
{
    return cloud_device(world->cloud, device->id);
}
