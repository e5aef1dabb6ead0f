/* The worlds of a process, and which of them a credential is for. */
#include "cloud/oauth.h"
#include "suites.h"

#include "unit_world.h"
#include "world/worlds.h"

#include <stdio.h>
#include <string.h>

static struct worlds worlds;

static void teardown(void)
{
    worlds_free(&worlds);
    stage_teardown();
}

/* A world of this text, taken by the worlds. */
static struct world *add(const char *yaml)
{
    struct world *world = stage_try(yaml);
    ck_assert_ptr_nonnull(world);
    ck_assert(worlds_add(&worlds, world));
    return world;
}

START_TEST(worlds_have_names)
{
    struct world *a = add("name: a\n"), *b = add("name: b\n");
    ck_assert_ptr_eq(worlds.main, a);
    ck_assert_ptr_eq(worlds_find(&worlds, "a"), a);
    ck_assert_ptr_eq(worlds_find(&worlds, "b"), b);
    ck_assert_ptr_null(worlds_find(&worlds, "c"));
    ck_assert_ptr_null(worlds_find(&worlds, ""));
}
END_TEST

START_TEST(a_name_is_taken_once)
{
    struct world *first = add("name: a\n"), *second = stage_try("name: a\n");
    ck_assert(!worlds_add(&worlds, second));
    ck_assert_ptr_eq(worlds_find(&worlds, "a"), first);
    world_free(second);
    worlds_remove(&worlds, first);
    ck_assert_ptr_null(worlds_find(&worlds, "a"));
    add("name: a\n");
}
END_TEST

START_TEST(the_main_one_may_go)
{
    struct world *a = add("name: a\n"), *b = add("name: b\n");
    worlds_remove(&worlds, a);
    ck_assert_ptr_null(worlds.main);
    ck_assert_ptr_eq(worlds_find(&worlds, "b"), b);
    worlds_remove(&worlds, b);
    ck_assert_ptr_eq(worlds.main, NULL);
}
END_TEST

START_TEST(there_are_so_many_at_most)
{
    char yaml[32];
    for (int i = 0; i < WORLDS_MAX; i++) {
        snprintf(yaml, sizeof yaml, "name: w%d\n", i);
        add(yaml);
    }
    struct world *more = stage_try("name: more\n");
    ck_assert(!worlds_add(&worlds, more));
    world_free(more);
}
END_TEST

START_TEST(nothing_is_in_no_worlds)
{
    size_t count = 7;
    ck_assert_ptr_null(worlds_find(&worlds, "default"));
    ck_assert_ptr_null(worlds_by_token(&worlds, "t", &count));
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(worlds_next_due_in(&worlds, 0), -1);
    worlds_sync(&worlds, 5);
}
END_TEST

/* ---- by credential ---- */

#define TOKEN(name, token)                                                                         \
    "name: " name "\nusers: [{username: u}]\ntokens: [{token: " token ", user: u}]\n"
#define CLIENT(name, client) "name: " name "\nproducts: [{slug: p, clients: [{id: " client "}]}]\n"

static const struct {
    const char *token, *world;
    size_t count;
} tokens[] = {{"ta", "a", 1}, {"tb", "b", 1}, {"both", NULL, 2}, {"none", NULL, 0}, {"", NULL, 0}};

START_TEST(the_one_world_that_knows_a_token)
{
    size_t count;
    add(TOKEN("a", "ta"));
    add(TOKEN("b", "tb"));
    add(TOKEN("c", "both"));
    add(TOKEN("d", "both"));
    const struct world *found = worlds_by_token(&worlds, tokens[_i].token, &count);
    ck_assert_uint_eq(count, tokens[_i].count);
    ck_assert_ptr_eq(found, tokens[_i].world ? worlds_find(&worlds, tokens[_i].world) : NULL);
}
END_TEST

START_TEST(an_expired_token_is_known)
{
    size_t count;
    struct world *a = add(TOKEN("a", "ta"));
    vclock_advance(a->sim.clock, vclock_now(a->sim.clock) + TOKEN_LIFE_S * 1000);
    ck_assert_ptr_eq(worlds_by_token(&worlds, "ta", &count), a);
}
END_TEST

static const struct {
    const char *client, *world;
    size_t count;
} clients[] = {
    {"aaa", "a", 1},
    {"bbb", "b", 1},
    {"both", NULL, 2},
    {"none", NULL, 0},
    /* every world knows these, so they select none */
    {"particle", NULL, 0},
    {"particle-api", NULL, 0},
    {"particle-cli", NULL, 0},
    {"CLI2", NULL, 0},
    {"Spark", NULL, 0},
};

START_TEST(the_one_world_that_knows_a_client)
{
    size_t count;
    add(CLIENT("a", "aaa"));
    add(CLIENT("b", "bbb"));
    add(CLIENT("c", "both"));
    add(CLIENT("d", "both"));
    const struct world *found = worlds_by_client(&worlds, clients[_i].client, &count);
    ck_assert_uint_eq(count, clients[_i].count);
    ck_assert_ptr_eq(found, clients[_i].world ? worlds_find(&worlds, clients[_i].world) : NULL);
}
END_TEST

/* ---- real time ---- */

START_TEST(real_worlds_follow_the_machine_the_others_do_not)
{
    struct world *a = add("name: a\nclock: {mode: real, at: 2026-01-01}\ndevices: [{as: d}]\n");
    const struct world *b = add("name: b\n");
    ck_assert_int_eq(worlds_next_due_in(&worlds, 1000), -1);
    worlds_sync(&worlds, 1000);
    fleet_do(a->fleet, fleet_at(a->fleet, 0), device_verb_find("power-on"));
    ck_assert_int_eq(worlds_next_due_in(&worlds, 1000), 4000); /* white, a tenth of 40 s */
    ck_assert_int_eq(worlds_next_due_in(&worlds, 2000), 3000);
    worlds_sync(&worlds, 41000);
    ck_assert_int_eq(fleet_at(a->fleet, 0)->state, STATE_ONLINE);
    ck_assert_int_eq(vclock_now(a->sim.clock) - STAGE_START, 40000);
    ck_assert_int_eq(vclock_now(b->sim.clock), STAGE_START);
    worlds_sync(&worlds, 43000); /* vitals */
    ck_assert_int_eq(worlds_next_due_in(&worlds, 43000), -1);
}
END_TEST

START_TEST(the_soonest_timer_of_all)
{
    struct world *a = add("name: a\nclock: {mode: real, at: 2026-01-01}\ndevices: [{as: d}]\n");
    struct world *b = add(
        "name: b\nclock: {mode: real}\ndevices: [{as: d, platform: photon, connect_ms: 100}]\n");
    worlds_sync(&worlds, 0);
    fleet_do(a->fleet, fleet_at(a->fleet, 0), device_verb_find("power-on"));
    fleet_do(b->fleet, fleet_at(b->fleet, 0), device_verb_find("power-on"));
    ck_assert_int_eq(worlds_next_due_in(&worlds, 0), 10);
}
END_TEST

Suite *test_world_worlds(void)
{
    Suite *suite = suite_create("worlds");
    TCase *tcase = tcase_create("worlds");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, worlds_have_names);
    tcase_add_test(tcase, a_name_is_taken_once);
    tcase_add_test(tcase, the_main_one_may_go);
    tcase_add_test(tcase, there_are_so_many_at_most);
    tcase_add_test(tcase, nothing_is_in_no_worlds);
    tcase_add_loop_test(tcase, the_one_world_that_knows_a_token, 0, 5);
    tcase_add_test(tcase, an_expired_token_is_known);
    tcase_add_loop_test(tcase, the_one_world_that_knows_a_client, 0, 9);
    tcase_add_test(tcase, real_worlds_follow_the_machine_the_others_do_not);
    tcase_add_test(tcase, the_soonest_timer_of_all);
    suite_add_tcase(suite, tcase);
    return suite;
}
