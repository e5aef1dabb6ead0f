/* Running a world's time: until something holds, until nothing is under way. */
#include "suites.h"

#include "unit_world.h"

#include <string.h>

/* ---- until ---- */

static size_t asked;

static bool pump_is_online(void *arg)
{
    (void)arg;
    asked++;
    return stage_device("pump")->state == STATE_ONLINE;
}

static bool pump_is_believed_offline(void *arg)
{
    (void)arg;
    return !stage_record("pump")->online;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static enum run_end run(int64_t within_ms, world_until *until)
{
    asked = 0;
    return world_run_until(stage, vclock_now(stage->sim.clock) + within_ms, until, NULL);
}

START_TEST(met_at_the_moment)
{
    stage_do("pump", "power-on");
    ck_assert_int_eq(run(300000, pump_is_online), RUN_MET);
    ck_assert_int_eq(stage_now(), 40000); /* not at the bound */
    ck_assert_int_eq(run(0, pump_is_online), RUN_MET);
    ck_assert_uint_eq(asked, 1); /* first of all, before any timer */
}
END_TEST

START_TEST(met_at_the_bound_itself)
{
    stage_do("pump", "power-on");
    ck_assert_int_eq(run(40000, pump_is_online), RUN_MET);
}
END_TEST

START_TEST(met_by_a_background_timer)
{
    stage_bring_online("pump", "power-on", (const char *)NULL);
    stage_do("pump", "power-off");
    ck_assert_int_eq(run(3600000, pump_is_believed_offline), RUN_MET);
    ck_assert_int_eq(stage_now(), 40000 + 46 * 60000);
}
END_TEST

START_TEST(the_bound_comes_first)
{
    stage_do("pump", "power-on");
    ck_assert_int_eq(run(39999, pump_is_online), RUN_BOUND);
    ck_assert_int_eq(stage_now(), 39999);
    ck_assert_int_eq(run(1, pump_is_online), RUN_MET);
}
END_TEST

START_TEST(stuck_without_a_timer)
{
    ck_assert_int_eq(run(300000, pump_is_online), RUN_STUCK);
    ck_assert_int_eq(stage_now(), 0);
    stage_do("pump", "power-on");
    stage_do("pump", "lose-network");
    ck_assert_int_eq(run(300000, pump_is_online), RUN_STUCK);
    ck_assert_int_eq(stage_now(), 6000); /* where the last stage began */
}
END_TEST

START_TEST(a_healthy_session_does_not_hide_that_it_is_stuck)
{
    stage_bring_online("pump", "power-on", (const char *)NULL);
    ck_assert_int_eq(run(86400000, never), RUN_STUCK);
}
END_TEST

/* ---- settling ---- */

static const char *actor, *what;

START_TEST(settling_runs_until_nothing_is_under_way)
{
    stage_do("pump", "power-on");
    stage_do("lamp", "power-on");
    ck_assert(world_settle(stage, &actor, &what));
    ck_assert_int_eq(stage_device("pump")->state, STATE_ONLINE);
    ck_assert_int_eq(stage_device("lamp")->state, STATE_ONLINE);
    ck_assert_int_eq(stage_now(), 42000);
    ck_assert(world_settle(stage, &actor, &what));
    ck_assert_int_eq(stage_now(), 42000);
}
END_TEST

START_TEST(settling_does_not_wait_for_the_background)
{
    stage_issue("ben@example.com");
    stage_bring_online("pump", "power-on", (const char *)NULL);
    stage_do("pump", "power-off");
    stage_do("lamp", "power-on");
    stage_do("lamp", "listen");
    ck_assert(world_settle(stage, &actor, &what));
    ck_assert_int_eq(stage_now(), 42000);
    ck_assert(stage_record("pump")->online); /* the cloud has not found out */
}
END_TEST

START_TEST(settling_runs_the_background_on_its_way)
{
    stage_bring_online("lamp", "power-on", (const char *)NULL);
    stage_do("lamp", "power-off"); /* believed online for 30 s */
    stage_do("pump", "power-on");  /* 40 s */
    ck_assert(world_settle(stage, &actor, &what));
    ck_assert(!stage_record("lamp")->online);
}
END_TEST

/* How long the pump needs; whether 15 minutes do. */
static const struct {
    const char *yaml;
    bool settles;
    int64_t now_ms;
    const char *what;
} limits[] = {
    {"devices: [{as: pump, connect_ms: 898000}]\n", true, 900000, NULL},
    {"devices: [{as: pump, connect_ms: 898001}]\n", false, 899001, "vitals"},
    {"devices: [{as: pump, connect_ms: 900001}]\n", false, 855000, "handshake"},
    {"devices: [{as: pump, connect_ms: 3600000}]\n", false, 540000, "network-connecting"},
};

START_TEST(settling_gives_up_after_15_minutes_and_names_what_still_runs)
{
    stage_teardown();
    stage_set(limits[_i].yaml);
    stage_do("pump", "power-on");
    ck_assert_int_eq(world_settle(stage, &actor, &what), limits[_i].settles);
    ck_assert_int_eq(stage_now(), limits[_i].now_ms);
    if (!limits[_i].settles) {
        ck_assert_str_eq(actor, "device:pump");
        ck_assert_str_eq(what, limits[_i].what);
    }
}
END_TEST

Suite *test_world_time(void)
{
    Suite *suite = suite_create("time");
    TCase *tcase = tcase_create("time");
    tcase_add_checked_fixture(tcase, stage_set_people, stage_teardown);
    tcase_add_test(tcase, met_at_the_moment);
    tcase_add_test(tcase, met_at_the_bound_itself);
    tcase_add_test(tcase, met_by_a_background_timer);
    tcase_add_test(tcase, the_bound_comes_first);
    tcase_add_test(tcase, stuck_without_a_timer);
    tcase_add_test(tcase, a_healthy_session_does_not_hide_that_it_is_stuck);
    tcase_add_test(tcase, settling_runs_until_nothing_is_under_way);
    tcase_add_test(tcase, settling_does_not_wait_for_the_background);
    tcase_add_test(tcase, settling_runs_the_background_on_its_way);
    tcase_add_loop_test(tcase, settling_gives_up_after_15_minutes_and_names_what_still_runs, 0, 3);
    suite_add_tcase(suite, tcase);
    return suite;
}
