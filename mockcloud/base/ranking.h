/*
 * A ranking: pairs of a key and a number, kept in order (by key, then by number) as they come and
 * go, so that whoever wants the first of a key, all of a key, or a page of them need not look at
 * any others.
 *
 * It is what an index is made of: a key is what things are looked up or ordered by (a hash of a
 * name, a time), a number says which thing it is. 12 bytes a pair, in chunks; adding and taking
 * cost a search and the moving of at most one chunk, a rank costs one addition per chunk.
 *
 * A ranking doesn't know what its numbers stand for. Two names may have the same hash, so the
 * caller has to check that what it found is what it was looking for.
 */
#ifndef BASE_RANKING_H
#define BASE_RANKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Packed, because there are millions: 16 bytes each would be a third more. */
struct ranking_pair {
    uint64_t key;
    uint32_t number;
} __attribute__((packed, aligned(4)));

struct ranking_chunk {
    uint64_t first; /* the key of its first pair: a search for the chunk stays within the list */
    struct ranking_pair *pairs;
    uint32_t count; /* at least one */
    uint32_t cap;
};

/* A zeroed struct ranking is empty. */
struct ranking {
    struct ranking_chunk *chunks;
    size_t chunk_count;
    size_t chunk_cap;
    size_t count; /* pairs */
};

/* A place in a ranking; valid until the ranking changes. */
struct ranking_walk {
    const struct ranking *ranking;
    size_t chunk;
    uint32_t at;
};

/* False, and nothing done, when the pair is there already. */
bool ranking_add(struct ranking *ranking, uint64_t key, uint32_t number);

/* False, and nothing done, when the pair is not there. */
bool ranking_take(struct ranking *ranking, uint64_t key, uint32_t number);

/* How many pairs have a smaller key. */
size_t ranking_below(const struct ranking *ranking, uint64_t key);

/* How many pairs have that key. */
size_t ranking_count(const struct ranking *ranking, uint64_t key);

/* Walks begin at the first pair whose key is not smaller, or at a rank (0: the first pair). */
struct ranking_walk ranking_from(const struct ranking *ranking, uint64_t key);
struct ranking_walk ranking_at(const struct ranking *ranking, size_t rank);

/* The next pair; false behind the last. */
bool ranking_next(struct ranking_walk *walk, struct ranking_pair *ret_pair);

/* The next pair if it has that key. */
bool ranking_next_of(struct ranking_walk *walk, uint64_t key, uint32_t *ret_number);

/* A key that stands for a text among those of `owner` (any number), `any_case`: whatever the case
 * of its ASCII letters. Another in each process, so that nobody can choose texts that share one. */
uint64_t ranking_key(uint64_t owner, const char *text, bool any_case);

/* Bytes that it takes, for the benchmark. */
size_t ranking_bytes(const struct ranking *ranking);

void ranking_free(struct ranking *ranking);

#endif
