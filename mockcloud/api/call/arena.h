/*
 * Memory that lives as long as one request: bump allocation, freed in one place.
 */
#ifndef API_CALL_ARENA_H
#define API_CALL_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
    _Alignas(16) char first[2048];
    size_t used;
    struct arena_block *blocks; /* what did not fit into `first` */
};

void arena_init(struct arena *arena);
void arena_free(struct arena *arena);

/* `size` bytes, aligned for anything, not zeroed; good until arena_free(). */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy with a NUL behind it. */
char *arena_text(struct arena *arena, const char *bytes, size_t len);

#endif
