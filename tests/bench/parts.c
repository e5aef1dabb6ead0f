/*
 * What an idle device takes of memory, by its parts:
 *
 *     bench_parts [DEVICES]     100000
 *
 * makes a world file with so many devices that have a name and an id, loads it, and prints the
 * bytes of each part per device: those of the allocator, with all that it adds.
 */
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/record.h"
#include "cloud/registry_index.h"
#include "device/fleet.h"
#include "world/world.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

static size_t allocated(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static size_t count;
static size_t told;

static void tell(const char *what, size_t bytes)
{
    printf("  %-24s %6.1f\n", what, (double)bytes / (double)count);
    told += bytes;
}

static struct world *load(const struct buf *text)
{
    struct diags diags = {0};
    const struct world_options options = {.mode = VCLOCK_FROZEN};
    struct doc *doc = doc_new("world.yaml", text->data, text->len, &diags);
    struct world *world = doc ? world_new(doc, doc_root(doc, 0), &options, &diags) : NULL;
    doc_unref(doc);
    if (!world)
        fprintf(stderr, "bench_parts: %s\n", diags.count ? diags.items[0].message : "no world");
    diags_free(&diags);
    return world;
}

static void write_world(struct buf *text)
{
    buf_init(text, 8u << 20);
    buf_add_str(text, "seed: 7\ndevices:\n");
    for (size_t i = 1; i <= count; i++)
        buf_printf(text, "- {as: d%zu, id: e00fce68%016zx, platform: boron}\n", i, i * 7919);
}

int main(int argc, char **argv)
{
    struct buf text;
    count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    write_world(&text);
    size_t before = allocated();
    struct world *world = load(&text);
    if (!world)
        return 1;
    size_t all = allocated() - before;
    printf("bytes of an idle device, of %zu in a world file:\n", count);
    tell("record of the cloud", count * malloc_usable_size(world->cloud->registry[0]));
    tell("simulated device", count * malloc_usable_size(fleet_find(world->fleet, "d1")));
    tell("text of the world file", text.len);
    for (int i = 0; i < REGISTRY_INDEXES; i++) {
        const char *name;
        char what[64];
        size_t bytes = registry_index_bytes(world->cloud, (enum registry_index)i, &name);
        snprintf(what, sizeof what, "index: %s", name);
        if (bytes)
            tell(what, bytes);
    }
    size_t rest = all > told ? all - told : 0;
    tell("names, lists, the rest", rest);
    printf("  %-24s %6.1f (at most 900)\n", "all", (double)all / (double)count);
    world_free(world);
    buf_free(&text);
    return 0;
}
