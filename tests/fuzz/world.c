/*
 * A document is either a world or a mistake. A world can be run, shown, and made anew: and then it
 * is what it was at first.
 */
#include "world/world.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <string.h>

#define STATE_MAX (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_state(const struct world *world, struct buf *ret_state)
{
    struct jsonw w;
    buf_init(ret_state, STATE_MAX);
    jsonw_init(&w, ret_state);
    world_write_state(world, &w);
    assert(!ret_state->overflow);
    cJSON *json = cJSON_ParseWithOpts(buf_str(ret_state), NULL, true);
    assert(json);
    cJSON_Delete(json);
}

static void use_world(struct world *world)
{
    struct buf at_first, after_reset;
    write_state(world, &at_first);
    const char *actor = NULL, *what = NULL;
    world_settle(world, &actor, &what);
    world_reset(world);
    write_state(world, &after_reset);
    assert(at_first.len == after_reset.len &&
           memcmp(at_first.data, after_reset.data, at_first.len) == 0);
    buf_free(&at_first);
    buf_free(&after_reset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct world_options options = {.mode = VCLOCK_FROZEN};
    struct diags diags = {0};
    struct doc *doc = doc_new("world.yaml", (const char *)data, size, &diags);
    if (doc) {
        struct world *world = world_new(doc, doc_root(doc, 0), &options, &diags);
        assert((world != NULL) == (diags.count == 0));
        if (world && world->sim.clock && vclock_mode(world->sim.clock) == VCLOCK_FROZEN)
            use_world(world);
        world_free(world);
    }
    doc_unref(doc);
    diags_free(&diags);
    return 0;
}
