/* What a device takes of memory: worlds of hundreds of thousands have to fit. */
#include "suites.h"

#include "world/world.h"

#include <malloc.h>

#define MANY          20000u
#define BYTES_AT_MOST 900u

static size_t allocated(void)
{
    struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

static struct world *load(const struct buf *text)
{
    struct diags diags = {0};
    const struct world_options options = {.mode = VCLOCK_FROZEN};
    struct doc *doc = doc_new("w", text->data, text->len, &diags);
    struct world *world = world_new(doc, doc_root(doc, 0), &options, &diags);
    doc_unref(doc);
    ck_assert_ptr_nonnull(world);
    diags_free(&diags);
    return world;
}

/* With a name and an id from a file, its share of the file's text included; and of a fleet. */
static void check_bytes(const struct buf *text)
{
    size_t before = allocated();
    struct world *world = load(text);
    size_t bytes = (allocated() - before) / MANY;
    ck_assert_msg(bytes <= BYTES_AT_MOST, "%zu bytes", bytes);
    world_free(world);
}

START_TEST(an_idle_device_is_small)
{
    struct buf text;
    buf_init(&text, 4u << 20);
    buf_add_str(&text, "devices:\n");
    for (unsigned i = 1; i <= MANY; i++)
        buf_printf(&text, "- {as: d%u, id: e00fce68%016x, platform: boron}\n", i, i);
    check_bytes(&text);
    buf_clear(&text);
    buf_printf(&text, "devices: [{fleet: pump, count: %u, platform: boron}]\n", MANY);
    check_bytes(&text);
    buf_free(&text);
}
END_TEST

Suite *test_world_memory(void)
{
    Suite *suite = suite_create("memory");
    TCase *tcase = tcase_create("memory");
    tcase_set_timeout(tcase, 60);
    /* A sanitizer's allocator counts nothing here, so nothing is found. */
    tcase_add_test(tcase, an_idle_device_is_small);
    suite_add_tcase(suite, tcase);
    return suite;
}
