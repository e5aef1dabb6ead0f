/* See loadworld.h. Owns the way from a file to a world, and how its mistakes are shown. */
#include "cli/loadworld.h"

#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define LEAKS_ARE_LOOKED_FOR true
#elif defined(__has_feature)
#define LEAKS_ARE_LOOKED_FOR __has_feature(address_sanitizer)
#else
#define LEAKS_ARE_LOOKED_FOR false
#endif

#define DIAGNOSTICS_MAX (1u << 20)

static void print_mistakes(const struct diags *diags)
{
    struct buf text;
    buf_init(&text, DIAGNOSTICS_MAX);
    diags_write(diags, &text, cli_colour(STDERR_FILENO));
    fputs(buf_str(&text), stderr);
    buf_free(&text);
}

static struct doc *read_doc(const char *path, struct diags *diags)
{
    const char *example = world_example_text();
    if (path)
        return doc_new_from_file(path, diags);
    return doc_new("<example>", example, strlen(example), diags);
}

void cli_end_worlds(struct worlds *worlds)
{
    if (LEAKS_ARE_LOOKED_FOR)
        worlds_free(worlds);
}

struct world *cli_load_world(const char *path, struct worlds *worlds,
                             const struct world_options *options, int *ret_exit_code)
{
    struct diags diags = {0};
    struct world *world = NULL;
    if (path && !cli_readable(path)) {
        *ret_exit_code = EXIT_USAGE;
        return NULL;
    }
    struct doc *doc = read_doc(path, &diags);
    if (doc && doc_count(doc) > 1)
        doc_fail(doc, doc_root(doc, 1), &diags, NULL, "a world file holds one world");
    else if (doc)
        world = worlds_make(worlds, doc, doc_root(doc, 0), options, &diags);
    doc_unref(doc);
    if (!world) {
        print_mistakes(&diags);
        *ret_exit_code = EXIT_INVALID;
    }
    diags_free(&diags);
    return world;
}
