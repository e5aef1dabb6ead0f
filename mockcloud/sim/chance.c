/* See chance.h. Owns nothing. The generators are public-domain algorithms: SplitMix64 for the
 * start, xoshiro256** for the stream. */
#include "sim/chance.h"

#include <string.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

void chance_init(struct chance *chance, uint64_t seed, const char *name)
{
    uint64_t mixed = seed ^ UINT64_C(0xcbf29ce484222325);
    for (; *name; name++)
        mixed = (mixed ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    for (int i = 0; i < 4; i++)
        chance->state[i] = splitmix(&mixed);
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t chance_u64(struct chance *chance)
{
    uint64_t *s = chance->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

uint64_t chance_below(struct chance *chance, uint64_t below)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % below;
    uint64_t drawn;
    do
        drawn = chance_u64(chance);
    while (drawn >= limit);
    return drawn % below;
}

void chance_bytes(struct chance *chance, void *ret_bytes, size_t len)
{
    unsigned char *bytes = ret_bytes;
    for (size_t i = 0; i < len; i += 8) {
        uint64_t drawn = chance_u64(chance);
        for (size_t j = i; j < len && j < i + 8; j++, drawn >>= 8)
            bytes[j] = (unsigned char)drawn;
    }
}

void chance_hex(struct chance *chance, char *ret_text, size_t digits)
{
    for (size_t i = 0; i < digits;) {
        uint64_t drawn = chance_u64(chance);
        for (size_t end = digits - i > 16 ? i + 16 : digits; i < end; i++, drawn >>= 4)
            ret_text[i] = "0123456789abcdef"[drawn & 15];
    }
    ret_text[digits] = '\0';
}
