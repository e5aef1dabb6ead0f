/* Seeded chance: the published generator, the same numbers everywhere. */
#include "suites.h"

#include "sim/chance.h"

#include <stdbool.h>
#include <string.h>

START_TEST(the_stream_is_xoshiro256_starstar)
{
    /* The reference implementation (prng.di.unimi.it) from the state 1, 2, 3, 4. */
    struct chance chance = {{1, 2, 3, 4}};
    ck_assert_uint_eq(chance_u64(&chance), 11520);
    ck_assert_uint_eq(chance_u64(&chance), 0);
    ck_assert_uint_eq(chance_u64(&chance), 1509978240);
}
END_TEST

START_TEST(seed_and_name_are_mixed_the_same_way_for_ever)
{
    /* FNV-1a of the name over the seed, four steps of SplitMix64: worked out apart from this code.
     * Other numbers here would give every world of a user other claim codes. */
    static const uint64_t expected[] = {UINT64_C(0x6cec479bff4e301c), UINT64_C(0x44a80ea8004707a3),
                                        UINT64_C(0x3b25925c02bc8e36), UINT64_C(0x0b8fb47ce9004ad9)};
    struct chance chance;
    chance_init(&chance, 1, "default");
    for (size_t i = 0; i < 4; i++)
        ck_assert_uint_eq(chance_u64(&chance), expected[i]);
}
END_TEST

static const struct {
    uint64_t seed;
    const char *name;
} streams[] = {
    {1, "default"},
    {2, "default"},
    {1, "w1"},
    {1, "default/requests"},
    {1, ""},
    {0, ""},
    {UINT64_MAX, "default"},
    {1, "a"},
    {1, "b"},
    {1, "ab"},
    {1, "ba"},
    {3, "default"},
    {7, "w1"},
    {1, "Default"},
};

#define STREAMS (int)(sizeof streams / sizeof *streams)

START_TEST(seed_and_name_tell_streams_apart)
{
    struct chance mine, again, other;
    chance_init(&mine, streams[_i].seed, streams[_i].name);
    chance_init(&again, streams[_i].seed, streams[_i].name);
    uint64_t first = chance_u64(&mine);
    ck_assert_uint_eq(chance_u64(&again), first);
    for (int i = 0; i < _i; i++) {
        chance_init(&other, streams[i].seed, streams[i].name);
        ck_assert_uint_ne(chance_u64(&other), first);
    }
}
END_TEST

START_TEST(below_is_below_and_meets_all)
{
    static const uint64_t belows[] = {1, 2, 3, 7, 64, 100};
    struct chance chance;
    chance_init(&chance, 1, "below");
    bool met[100] = {false};
    uint64_t below = belows[_i];
    for (int i = 0; i < 5000; i++) {
        uint64_t drawn = chance_below(&chance, below);
        ck_assert_uint_lt(drawn, below);
        met[drawn] = true;
    }
    for (uint64_t i = 0; i < below; i++)
        ck_assert(met[i]);
}
END_TEST

START_TEST(bytes_are_filled_to_their_end_and_no_further)
{
    unsigned char bytes[40], again[40];
    struct chance chance;
    size_t len = (size_t)_i;
    memset(bytes, 0xaa, sizeof bytes);
    chance_init(&chance, 5, "bytes");
    chance_bytes(&chance, bytes, len);
    for (size_t i = len; i < sizeof bytes; i++)
        ck_assert_uint_eq(bytes[i], 0xaa);
    chance_init(&chance, 5, "bytes");
    chance_bytes(&chance, again, len);
    ck_assert_mem_eq(bytes, again, len);
}
END_TEST

START_TEST(hex_is_lower_case_and_of_that_length)
{
    char text[41];
    struct chance chance;
    chance_init(&chance, 5, "hex");
    memset(text, '!', sizeof text);
    chance_hex(&chance, text, (size_t)_i);
    ck_assert_uint_eq(strlen(text), _i);
    ck_assert_uint_eq(strspn(text, "0123456789abcdef"), _i);
}
END_TEST

Suite *test_sim_chance(void)
{
    Suite *suite = suite_create("chance");
    TCase *tcase = tcase_create("chance");
    tcase_add_test(tcase, the_stream_is_xoshiro256_starstar);
    tcase_add_test(tcase, seed_and_name_are_mixed_the_same_way_for_ever);
    tcase_add_loop_test(tcase, seed_and_name_tell_streams_apart, 0, STREAMS);
    tcase_add_loop_test(tcase, below_is_below_and_meets_all, 0, 6);
    tcase_add_loop_test(tcase, bytes_are_filled_to_their_end_and_no_further, 0, 33);
    tcase_add_loop_test(tcase, hex_is_lower_case_and_of_that_length, 0, 41);
    suite_add_tcase(suite, tcase);
    return suite;
}
