/*
 * A map from strings to pointers that remembers the order of insertion: walking it is
 * deterministic, which lists, states and journals rely on.
 *
 * Keys are copied. Values are borrowed unless map_free() is given a destructor.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_entry {
    char *key; /* NULL: removed */
    void *value;
    uint32_t hash;
};

struct map {
    struct map_entry *entries; /* in order of insertion, with holes */
    uint32_t *slots;           /* 0: free, else 1 + index into entries */
    size_t used;               /* entries in use, holes included */
    size_t live;               /* entries that hold a key */
    size_t entries_cap;
    size_t slots_cap; /* a power of two, or 0 */
};

/* A zeroed struct map is an empty map. */

/* The value of `key`, or NULL. */
void *map_get(const struct map *map, const char *key);

/* Sets `key` to `value` (not NULL). Returns the value it had before, NULL if it is new. A key that
 * was there keeps its place in the order. */
void *map_put(struct map *map, const char *key, void *value);

/* Takes `key` out; returns its value, NULL if it was not there. */
void *map_take(struct map *map, const char *key);

size_t map_count(const struct map *map);

/* Walks in order of insertion: start with *cursor = 0; false at the end. While walking, map_take()
 * of any key is allowed, map_put() of a new one is not. ret_key may be NULL. */
bool map_next(const struct map *map, size_t *cursor, const char **ret_key, void **ret_value);

/* Empties the map; `free_value` (may be NULL) is called with each value. */
void map_free(struct map *map, void (*free_value)(void *value));

#endif
