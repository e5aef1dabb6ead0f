/*
 * Seeded chance: xoshiro256** started from a seed and a name. The same seed and name give the same
 * numbers on every machine. No cryptographic strength: a fake cloud's secrets are fake.
 */
#ifndef SIM_CHANCE_H
#define SIM_CHANCE_H

#include <stddef.h>
#include <stdint.h>

struct chance {
    uint64_t state[4];
};

/* `name` tells several streams of one seed apart. */
void chance_init(struct chance *chance, uint64_t seed, const char *name);

uint64_t chance_u64(struct chance *chance);

/* A number from 0 to below-1; `below` is at least 1. */
uint64_t chance_below(struct chance *chance, uint64_t below);

void chance_bytes(struct chance *chance, void *ret_bytes, size_t len);

/* `digits` lower-case hex digits and a NUL: ret_text has room for digits + 1. */
void chance_hex(struct chance *chance, char *ret_text, size_t digits);

#endif
