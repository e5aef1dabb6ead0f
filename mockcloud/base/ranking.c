/*
 * See ranking.h. A sorted array, cut into chunks so that a newcomer moves at most one of them. A
 * balanced tree would take 24 bytes for its links alone and miss the cache at each step; the list
 * of chunks is short enough (4,000 for two million pairs) to be searched and added up as it is.
 */
#include "base/ranking.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define CHUNK_FIRST 4   /* pairs of the first one: most rankings stay small */
#define CHUNK_STEP  64  /* … and by which larger ones grow: doubling would leave a third empty */
#define CHUNK_MOST  512 /* 6 KiB: moving half of it costs less than finding the place */

static bool pair_before(const struct ranking_pair *pair, uint64_t key, uint32_t number)
{
    return pair->key != key ? pair->key < key : pair->number < number;
}

/* The place of the first pair of a chunk that is not before (key, number). */
static uint32_t place_in(const struct ranking_chunk *chunk, uint64_t key, uint32_t number)
{
    uint32_t low = 0, high = chunk->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pair_before(&chunk->pairs[middle], key, number))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool begins_behind(const struct ranking_chunk *chunk, uint64_t key, uint32_t number)
{
    return chunk->first != key ? chunk->first > key : chunk->pairs[0].number > number;
}

/* The chunk in which (key, number) stands or would stand: the last that begins at or before it. */
static size_t chunk_of(const struct ranking *ranking, uint64_t key, uint32_t number)
{
    size_t low = 0, high = ranking->chunk_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (begins_behind(&ranking->chunks[middle], key, number))
            high = middle;
        else
            low = middle + 1;
    }
    return low ? low - 1 : 0;
}

/* Room for a chunk at a place in the list. Its pairs are the caller's to set. */
static struct ranking_chunk *open_chunk(struct ranking *ranking, size_t at)
{
    if (ranking->chunk_count == ranking->chunk_cap) {
        ranking->chunk_cap = ranking->chunk_cap ? ranking->chunk_cap * 2 : 1;
        ranking->chunks = mem_grow(ranking->chunks, ranking->chunk_cap * sizeof *ranking->chunks);
    }
    struct ranking_chunk *chunk = &ranking->chunks[at];
    memmove(chunk + 1, chunk, (ranking->chunk_count++ - at) * sizeof *chunk);
    *chunk = (struct ranking_chunk){0};
    return chunk;
}

static void close_chunk(struct ranking *ranking, size_t at)
{
    struct ranking_chunk *chunk = &ranking->chunks[at];
    free(chunk->pairs);
    memmove(chunk, chunk + 1, (--ranking->chunk_count - at) * sizeof *chunk);
}

static void chunk_room(struct ranking_chunk *chunk, uint32_t count)
{
    if (count <= chunk->cap)
        return;
    uint32_t cap = chunk->cap ? chunk->cap : CHUNK_FIRST;
    while (cap < count)
        cap += cap < CHUNK_STEP ? cap : CHUNK_STEP;
    chunk->pairs = mem_grow(chunk->pairs, cap * sizeof *chunk->pairs);
    chunk->cap = cap;
}

/* Cuts a full chunk so that a pair fits at `place`; answers the chunk for it, and its place there.
 * Behind the last pair of all, the full one stays full: what is added in order, as a world file is,
 * leaves no half-empty chunks behind. */
static size_t split(struct ranking *ranking, size_t at, uint32_t *place)
{
    bool appends = at + 1 == ranking->chunk_count && *place == CHUNK_MOST;
    uint32_t kept = appends ? CHUNK_MOST : CHUNK_MOST / 2;
    struct ranking_chunk *right = open_chunk(ranking, at + 1);
    struct ranking_chunk *left = &ranking->chunks[at];
    right->count = left->count - kept;
    chunk_room(right, right->count + 1);
    if (right->count)
        memcpy(right->pairs, left->pairs + kept, right->count * sizeof *left->pairs);
    left->count = kept;
    if (right->count)
        right->first = right->pairs[0].key;
    if (*place < kept || (*place == kept && !appends))
        return at;
    *place -= kept;
    return at + 1;
}

bool ranking_add(struct ranking *ranking, uint64_t key, uint32_t number)
{
    bool first = !ranking->chunk_count;
    if (first)
        open_chunk(ranking, 0);
    size_t at = first ? 0 : chunk_of(ranking, key, number);
    struct ranking_chunk *chunk = &ranking->chunks[at];
    uint32_t place = place_in(chunk, key, number);
    if (place < chunk->count && chunk->pairs[place].key == key &&
        chunk->pairs[place].number == number)
        return false;
    if (chunk->count == CHUNK_MOST) {
        at = split(ranking, at, &place);
        chunk = &ranking->chunks[at];
    }
    chunk_room(chunk, chunk->count + 1);
    memmove(chunk->pairs + place + 1, chunk->pairs + place,
            (chunk->count - place) * sizeof *chunk->pairs);
    chunk->pairs[place] = (struct ranking_pair){key, number};
    chunk->first = chunk->pairs[0].key;
    chunk->count++;
    ranking->count++;
    return true;
}

/* Two neighbours become one when both have become small; else a ranking that once was large would
 * keep a chunk for each pair that is left. */
static void join(struct ranking *ranking, size_t at)
{
    if (at + 1 >= ranking->chunk_count)
        return;
    struct ranking_chunk *left = &ranking->chunks[at], *right = left + 1;
    if (left->count + right->count > CHUNK_MOST / 2)
        return;
    chunk_room(left, left->count + right->count);
    memcpy(left->pairs + left->count, right->pairs, right->count * sizeof *left->pairs);
    left->count += right->count;
    close_chunk(ranking, at + 1);
}

bool ranking_take(struct ranking *ranking, uint64_t key, uint32_t number)
{
    if (!ranking->chunk_count)
        return false;
    size_t at = chunk_of(ranking, key, number);
    struct ranking_chunk *chunk = &ranking->chunks[at];
    uint32_t place = place_in(chunk, key, number);
    if (place == chunk->count || chunk->pairs[place].key != key ||
        chunk->pairs[place].number != number)
        return false;
    chunk->count--;
    ranking->count--;
    memmove(chunk->pairs + place, chunk->pairs + place + 1,
            (chunk->count - place) * sizeof *chunk->pairs);
    if (!chunk->count) {
        close_chunk(ranking, at);
        return true;
    }
    chunk->first = chunk->pairs[0].key;
    if (chunk->count < CHUNK_MOST / 4) {
        join(ranking, at);
        if (at)
            join(ranking, at - 1);
    }
    return true;
}

struct ranking_walk ranking_from(const struct ranking *ranking, uint64_t key)
{
    struct ranking_walk walk = {.ranking = ranking};
    if (!ranking->chunk_count)
        return walk;
    walk.chunk = chunk_of(ranking, key, 0);
    walk.at = place_in(&ranking->chunks[walk.chunk], key, 0);
    return walk;
}

struct ranking_walk ranking_at(const struct ranking *ranking, size_t rank)
{
    struct ranking_walk walk = {.ranking = ranking};
    while (walk.chunk < ranking->chunk_count && rank >= ranking->chunks[walk.chunk].count)
        rank -= ranking->chunks[walk.chunk++].count;
    walk.at = walk.chunk < ranking->chunk_count ? (uint32_t)rank : 0;
    return walk;
}

bool ranking_next(struct ranking_walk *walk, struct ranking_pair *ret_pair)
{
    const struct ranking *ranking = walk->ranking;
    if (walk->chunk < ranking->chunk_count && walk->at == ranking->chunks[walk->chunk].count) {
        walk->chunk++;
        walk->at = 0;
    }
    if (walk->chunk >= ranking->chunk_count)
        return false;
    *ret_pair = ranking->chunks[walk->chunk].pairs[walk->at++];
    return true;
}

bool ranking_next_of(struct ranking_walk *walk, uint64_t key, uint32_t *ret_number)
{
    struct ranking_pair pair;
    if (!ranking_next(walk, &pair) || pair.key != key)
        return false;
    *ret_number = pair.number;
    return true;
}

size_t ranking_below(const struct ranking *ranking, uint64_t key)
{
    struct ranking_walk walk = ranking_from(ranking, key);
    size_t below = walk.at;
    for (size_t i = 0; i < walk.chunk; i++)
        below += ranking->chunks[i].count;
    return below;
}

size_t ranking_count(const struct ranking *ranking, uint64_t key)
{
    size_t up_to = key == UINT64_MAX ? ranking->count : ranking_below(ranking, key + 1);
    return up_to - ranking_below(ranking, key);
}

uint64_t ranking_key(uint64_t owner, const char *text, bool any_case)
{
    static uint64_t start;
    while (!start)
        if (getrandom(&start, sizeof start, 0) != sizeof start)
            start = 14695981039346656037u;
    uint64_t hash = start ^ owner * 0x9e3779b97f4a7c15u;
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        hash = (hash ^ (any_case && c >= 'A' && c <= 'Z' ? c + 32u : c)) * 1099511628211u;
    }
    hash = (hash ^ hash >> 32) * 0xd6e8feb86659fd93u;
    return hash ^ hash >> 32;
}

size_t ranking_bytes(const struct ranking *ranking)
{
    size_t bytes = ranking->chunk_cap * sizeof *ranking->chunks;
    for (size_t i = 0; i < ranking->chunk_count; i++)
        bytes += ranking->chunks[i].cap * sizeof(struct ranking_pair);
    return bytes;
}

void ranking_free(struct ranking *ranking)
{
    for (size_t i = 0; i < ranking->chunk_count; i++)
        free(ranking->chunks[i].pairs);
    free(ranking->chunks);
    *ranking = (struct ranking){0};
}
