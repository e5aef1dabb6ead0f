/* See arena.h. */
#include "api/call/arena.h"

#include "base/mem.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    alignas(max_align_t) char data[];
};

void arena_init(struct arena *arena)
{
    arena->used = 0;
    arena->blocks = NULL;
}

void arena_free(struct arena *arena)
{
    while (arena->blocks) {
        struct arena_block *block = arena->blocks;
        arena->blocks = block->next;
        free(block);
    }
    arena->used = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    size_t at = (arena->used + align - 1) / align * align;
    if (at <= sizeof arena->first && size <= sizeof arena->first - at) {
        arena->used = at + size;
        return arena->first + at;
    }
    struct arena_block *block = mem_new(sizeof *block + size);
    block->next = arena->blocks;
    arena->blocks = block;
    return block->data;
}

char *arena_text(struct arena *arena, const char *bytes, size_t len)
{
    char *text = arena_alloc(arena, len + 1);
    if (len)
        memcpy(text, bytes, len);
    text[len] = '\0';
    return text;
}
