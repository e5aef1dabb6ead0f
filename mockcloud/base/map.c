/*
 * See map.h. A dense array of entries in the order in which they were put in, and over it a table
 * of slots with open addressing, which finds an entry by its key. The table is never walked: what a
 * map is walked by is the array, so the random hash below shows in no journal and no reply.
 *
 * Entries and slots together take less than a node per entry would, and a walk touches memory in
 * order.
 */
#include "base/map.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* FNV-1a from a random start, and then mixed, since the low bits alone choose the slot. Keys come
 * from requests: with a known start somebody could send thousands that collide, and each look-up
 * would walk them all. */
static uint32_t map_hash(const char *key)
{
    static uint32_t start;
    while (!start)
        if (getrandom(&start, sizeof start, 0) != sizeof start)
            start = 2166136261u;
    uint32_t hash = start;
    for (; *key; key++)
        hash = (hash ^ (unsigned char)*key) * 16777619u;
    hash = (hash ^ hash >> 16) * 0x7feb352du;
    hash = (hash ^ hash >> 15) * 0x846ca68bu;
    return hash ^ hash >> 16;
}

/* The slot that holds `key`, or the free one where the probe for it ends. */
static size_t map_slot(const struct map *map, const char *key, uint32_t hash)
{
    size_t slot = hash & (map->slots_cap - 1);
    while (map->slots[slot]) {
        const struct map_entry *entry = &map->entries[map->slots[slot] - 1];
        if (entry->hash == hash && entry->key && strcmp(entry->key, key) == 0)
            break;
        slot = (slot + 1) & (map->slots_cap - 1);
    }
    return slot;
}

static struct map_entry *map_find(const struct map *map, const char *key)
{
    if (!map->slots_cap)
        return NULL;
    size_t slot = map_slot(map, key, map_hash(key));
    return map->slots[slot] ? &map->entries[map->slots[slot] - 1] : NULL;
}

/* Closes the gaps that map_take() has left, and makes room for at least one more entry. It grows
 * only when more than half of the entries are alive: a map that is put into and taken from for ever
 * stays as large as it has to be. Twice as many slots as entries keep probes short, and always
 * leave a free slot, without which a probe for a missing key would not end. */
static void map_rebuild(struct map *map)
{
    size_t kept = 0;
    for (size_t i = 0; i < map->used; i++)
        if (map->entries[i].key)
            map->entries[kept++] = map->entries[i];
    map->used = kept;
    if (kept + 1 > map->entries_cap / 2) {
        map->entries_cap = map->entries_cap ? map->entries_cap * 2 : 8;
        map->entries = mem_grow(map->entries, map->entries_cap * sizeof *map->entries);
    }
    free(map->slots);
    map->slots_cap = map->entries_cap * 2;
    map->slots = mem_new_array(map->slots_cap, sizeof *map->slots);
    for (size_t i = 0; i < map->used; i++) {
        size_t slot = map->entries[i].hash & (map->slots_cap - 1);
        while (map->slots[slot])
            slot = (slot + 1) & (map->slots_cap - 1);
        map->slots[slot] = (uint32_t)i + 1;
    }
}

void *map_get(const struct map *map, const char *key)
{
    struct map_entry *entry = map_find(map, key);
    return entry ? entry->value : NULL;
}

void *map_put(struct map *map, const char *key, void *value)
{
    assert(value);
    struct map_entry *entry = map_find(map, key);
    if (entry) {
        void *before = entry->value;
        entry->value = value;
        return before;
    }
    if (map->used == map->entries_cap)
        map_rebuild(map);
    uint32_t hash = map_hash(key);
    size_t slot = map_slot(map, key, hash);
    map->entries[map->used] = (struct map_entry){mem_dup(key), value, hash};
    map->slots[slot] = (uint32_t)++map->used;
    map->live++;
    return NULL;
}

void *map_take(struct map *map, const char *key)
{
    struct map_entry *entry = map_find(map, key);
    if (!entry)
        return NULL;
    free(entry->key);
    entry->key = NULL; /* the slot stays taken: freed, it would end probes for keys behind it */
    map->live--;
    return entry->value;
}

size_t map_count(const struct map *map)
{
    return map->live;
}

bool map_next(const struct map *map, size_t *cursor, const char **ret_key, void **ret_value)
{
    while (*cursor < map->used) {
        const struct map_entry *entry = &map->entries[(*cursor)++];
        if (!entry->key)
            continue;
        if (ret_key)
            *ret_key = entry->key;
        *ret_value = entry->value;
        return true;
    }
    return false;
}

void map_free(struct map *map, void (*free_value)(void *value))
{
    for (size_t i = 0; i < map->used; i++) {
        if (!map->entries[i].key)
            continue;
        free(map->entries[i].key);
        if (free_value)
            free_value(map->entries[i].value);
    }
    free(map->entries);
    free(map->slots);
    *map = (struct map){0};
}
