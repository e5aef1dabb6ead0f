/* Rankings: order, ranks and counts through growth and removals, compared with a plain sorted
 * array. */
#include "suites.h"

#include "base/mem.h"
#include "base/ranking.h"

#include <stdlib.h>
#include <string.h>

#define MANY 6000

static struct ranking ranking;

static void empty(void)
{
    ranking_free(&ranking);
}

START_TEST(an_empty_one_has_nothing)
{
    struct ranking_pair pair;
    struct ranking_walk walk = ranking_from(&ranking, 0);
    ck_assert(!ranking_next(&walk, &pair));
    walk = ranking_at(&ranking, 3);
    ck_assert(!ranking_next(&walk, &pair));
    ck_assert(!ranking_take(&ranking, 1, 1));
    ck_assert_uint_eq(ranking_count(&ranking, 1), 0);
}
END_TEST

START_TEST(equal_keys_stand_by_number)
{
    uint32_t number;
    ck_assert(ranking_add(&ranking, 7, 30));
    ck_assert(ranking_add(&ranking, 7, 10));
    ck_assert(ranking_add(&ranking, 7, 20));
    ck_assert(ranking_add(&ranking, 6, 99));
    ck_assert(ranking_add(&ranking, UINT64_MAX, 5));
    ck_assert(!ranking_add(&ranking, 7, 20));
    struct ranking_walk walk = ranking_from(&ranking, 7);
    for (uint32_t i = 1; i <= 3; i++) {
        ck_assert(ranking_next_of(&walk, 7, &number));
        ck_assert_uint_eq(number, i * 10);
    }
    ck_assert(!ranking_next_of(&walk, 7, &number));
    ck_assert_uint_eq(ranking_count(&ranking, 7), 3);
    ck_assert_uint_eq(ranking_count(&ranking, UINT64_MAX), 1);
    ck_assert_uint_eq(ranking_below(&ranking, 7), 1);
}
END_TEST

/* ---- many, in three orders ---- */

static uint64_t key_of(uint32_t i)
{
    return i / 3u; /* three of each */
}

/* The order in which they come: as they are, backwards, or strewn. */
static uint32_t nth(int order, uint32_t i)
{
    return order == 0 ? i : order == 1 ? MANY - 1 - i : (uint32_t)((i * 2477u + 11u) % MANY);
}

static void check_all(uint32_t step)
{
    struct ranking_pair pair;
    struct ranking_walk walk = ranking_at(&ranking, 0);
    size_t rank = 0;
    for (uint32_t i = 0; i < MANY; i += step, rank++) {
        ck_assert(ranking_next(&walk, &pair));
        ck_assert_uint_eq(pair.key, key_of(i));
        ck_assert_uint_eq(pair.number, i);
        struct ranking_walk there = ranking_at(&ranking, rank);
        ck_assert(ranking_next(&there, &pair));
        ck_assert_uint_eq(pair.number, i);
        there = ranking_from(&ranking, key_of(i));
        ck_assert(ranking_next(&there, &pair));
        ck_assert_uint_eq(pair.key, key_of(i));
        if (step == 1)
            ck_assert_uint_eq(ranking_below(&ranking, key_of(i)), i / 3 * 3);
    }
    ck_assert(!ranking_next(&walk, &pair));
    ck_assert_uint_eq(ranking.count, rank);
}

START_TEST(many_stay_in_order)
{
    for (uint32_t i = 0; i < MANY; i++)
        ck_assert(ranking_add(&ranking, key_of(nth(_i, i)), nth(_i, i)));
    check_all(1);
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t n = nth(_i, i);
        if (n % 50)
            ck_assert(ranking_take(&ranking, key_of(n), n));
    }
    check_all(50);
    ck_assert_msg(ranking_bytes(&ranking) < 50000, "%zu bytes", ranking_bytes(&ranking));
    for (uint32_t i = 0; i < MANY; i += 50)
        ck_assert(ranking_take(&ranking, key_of(i), i));
    ck_assert_uint_eq(ranking.count, 0);
    ck_assert_uint_eq(ranking.chunk_count, 0);
}
END_TEST

START_TEST(what_comes_in_order_fills_its_chunks)
{
    for (uint32_t i = 0; i < MANY; i++)
        ranking_add(&ranking, i, i);
    ck_assert_msg(ranking_bytes(&ranking) < MANY * 14, "%zu bytes", ranking_bytes(&ranking));
}
END_TEST

START_TEST(keys_of_texts)
{
    ck_assert_uint_eq(ranking_key(1, "Pump", true), ranking_key(1, "pUMP", true));
    ck_assert_uint_ne(ranking_key(1, "Pump", false), ranking_key(1, "pump", false));
    ck_assert_uint_ne(ranking_key(1, "pump", true), ranking_key(2, "pump", true));
    ck_assert_uint_ne(ranking_key(1, "pump", true), ranking_key(1, "pump2", true));
}
END_TEST

Suite *test_base_ranking(void)
{
    Suite *suite = suite_create("ranking");
    TCase *tcase = tcase_create("ranking");
    tcase_add_checked_fixture(tcase, empty, empty);
    tcase_add_test(tcase, an_empty_one_has_nothing);
    tcase_add_test(tcase, equal_keys_stand_by_number);
    tcase_add_loop_test(tcase, many_stay_in_order, 0, 3);
    tcase_add_test(tcase, what_comes_in_order_fills_its_chunks);
    tcase_add_test(tcase, keys_of_texts);
    suite_add_tcase(suite, tcase);
    return suite;
}
