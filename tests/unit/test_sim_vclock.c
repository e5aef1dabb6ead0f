/* The virtual clock: the order of timers, cancelling, the two modes, causes. */
#include "suites.h"

#include "sim/chance.h"
#include "sim/vclock.h"

#include <stdlib.h>

#define START INT64_C(1000000)

static struct vclock *vclock;

/* What fired: its argument, when, and for which cause. */
static struct {
    uint64_t arg;
    int64_t at_ms;
    uint64_t cause;
} fired[2000];
static size_t fired_count;

static void setup(void)
{
    vclock = vclock_new(VCLOCK_FROZEN, START);
    fired_count = 0;
}

static void setup_real(void)
{
    vclock = vclock_new(VCLOCK_REAL, START);
    fired_count = 0;
}

static void teardown(void)
{
    vclock_free(vclock);
}

static void fire(void *owner, uint64_t arg)
{
    struct vclock *mine = owner;
    fired[fired_count].arg = arg;
    fired[fired_count].at_ms = vclock_now(mine);
    fired[fired_count++].cause = vclock_cause(mine);
}

static uint64_t add_kind(int64_t after_ms, enum timer_kind kind, uint64_t arg)
{
    return vclock_add(vclock, START + after_ms,
                      &(struct timer_row){kind, "device:pump", "handshake", fire, vclock, arg});
}

static uint64_t add(int64_t after_ms, uint64_t arg)
{
    return add_kind(after_ms, TIMER_BACKGROUND, arg);
}

/* Exactly these have fired, in this order; ends with 0. */
static void expect_fired(const uint64_t *args)
{
    size_t count = 0;
    for (; args[count]; count++) {
        ck_assert_uint_lt(count, fired_count);
        ck_assert_uint_eq(fired[count].arg, args[count]);
    }
    ck_assert_uint_eq(fired_count, count);
}

#define EXPECT_FIRED(...) expect_fired((const uint64_t[]){__VA_ARGS__, 0})

/* ---- order ---- */

START_TEST(a_new_clock_stands_where_it_was_put)
{
    ck_assert_int_eq(vclock_now(vclock), START);
    ck_assert_int_eq(vclock_mode(vclock), VCLOCK_FROZEN);
    ck_assert_int_eq(vclock_next_due(vclock), VCLOCK_NEVER);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 0);
    ck_assert_uint_eq(vclock_cause(vclock), 0);
    ck_assert(!vclock_run_next(vclock, VCLOCK_NEVER));
    ck_assert_int_eq(vclock_now(vclock), START);
}
END_TEST

START_TEST(timers_fire_in_the_order_of_their_time_each_at_its_own)
{
    add(300, 3);
    add(100, 1);
    add(200, 2);
    ck_assert_int_eq(vclock_next_due(vclock), START + 100);
    vclock_advance(vclock, START + 1000);
    EXPECT_FIRED(1, 2, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_int_eq(fired[i].at_ms, START + 100 * (int64_t)(i + 1));
    ck_assert_int_eq(vclock_now(vclock), START + 1000);
}
END_TEST

START_TEST(equal_times_fire_in_the_order_of_making)
{
    for (uint64_t arg = 1; arg <= 50; arg++)
        add(10, arg);
    vclock_advance(vclock, START + 10);
    ck_assert_uint_eq(fired_count, 50);
    for (uint64_t arg = 1; arg <= 50; arg++)
        ck_assert_uint_eq(fired[arg - 1].arg, arg);
}
END_TEST

START_TEST(advancing_includes_its_end_and_nothing_behind_it)
{
    add(100, 1);
    add(101, 2);
    vclock_advance(vclock, START + 99);
    ck_assert_uint_eq(fired_count, 0);
    vclock_advance(vclock, START + 100);
    EXPECT_FIRED(1);
    vclock_advance(vclock, START + 101);
    EXPECT_FIRED(1, 2);
}
END_TEST

START_TEST(a_timer_in_the_past_fires_at_the_present)
{
    add(-500, 1);
    ck_assert(vclock_run_next(vclock, START));
    EXPECT_FIRED(1);
    ck_assert_int_eq(fired[0].at_ms, START);
    ck_assert_int_eq(vclock_now(vclock), START);
}
END_TEST

START_TEST(advancing_backwards_leaves_the_time)
{
    vclock_advance(vclock, START - 5);
    ck_assert_int_eq(vclock_now(vclock), START);
}
END_TEST

START_TEST(run_next_runs_one_and_leaves_the_clock_at_it)
{
    add(100, 1);
    add(100, 2);
    ck_assert(vclock_run_next(vclock, START + 500));
    EXPECT_FIRED(1);
    ck_assert_int_eq(vclock_now(vclock), START + 100);
    ck_assert(vclock_run_next(vclock, START + 500));
    ck_assert(!vclock_run_next(vclock, START + 500));
    ck_assert_int_eq(vclock_now(vclock), START + 100);
}
END_TEST

/* ---- cancelling ---- */

START_TEST(a_cancelled_timer_does_not_fire)
{
    add(10, 1);
    uint64_t second = add(20, 2);
    add(30, 3);
    vclock_cancel(vclock, second);
    vclock_advance(vclock, START + 100);
    EXPECT_FIRED(1, 3);
}
END_TEST

START_TEST(ids_of_nothing_are_passed_over)
{
    uint64_t id = add(10, 1);
    ck_assert_uint_ne(id, 0);
    vclock_cancel(vclock, 0);
    vclock_cancel(vclock, UINT64_MAX);
    vclock_cancel(vclock, id + 1);
    vclock_cancel(vclock, id + (UINT64_C(1) << 32));
    ck_assert_int_eq(vclock_next_due(vclock), START + 10);
}
END_TEST

START_TEST(a_stale_id_does_not_cancel_who_has_its_place_now)
{
    uint64_t first = add(10, 1);
    vclock_cancel(vclock, first);
    uint64_t second = add(10, 2); /* the place of the first is free again */
    ck_assert_uint_ne(first, second);
    vclock_cancel(vclock, first);
    vclock_advance(vclock, START + 10);
    EXPECT_FIRED(2);
    add(20, 3);
    vclock_cancel(vclock, second); /* has fired */
    vclock_advance(vclock, START + 20);
    EXPECT_FIRED(2, 3);
}
END_TEST

START_TEST(cancelling_twice_counts_once)
{
    uint64_t id = add_kind(10, TIMER_FOREGROUND, 1);
    add_kind(20, TIMER_FOREGROUND, 2);
    vclock_cancel(vclock, id);
    vclock_cancel(vclock, id);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 1);
}
END_TEST

/* ---- within a timer ---- */

static uint64_t other_timer;

static void fire_and_add(void *owner, uint64_t arg)
{
    struct vclock *mine = owner;
    fire(owner, arg);
    vclock_add(mine, vclock_now(mine),
               &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire, mine, arg + 1});
    vclock_add(mine, vclock_now(mine) + 50,
               &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire, mine, arg + 3});
    vclock_add(mine, vclock_now(mine) - 50,
               &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire, mine, arg + 2});
}

static void fire_and_cancel(void *owner, uint64_t arg)
{
    fire(owner, arg);
    vclock_cancel(owner, other_timer);
}

START_TEST(a_timer_may_add_timers)
{
    vclock_add(vclock, START + 10,
               &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire_and_add, vclock, 1});
    add(60, 9);
    vclock_advance(vclock, START + 60);
    /* The overdue one is due before the one of the present; equal times by their making: 9 is
     * older. */
    EXPECT_FIRED(1, 3, 2, 9, 4);
    ck_assert_int_eq(fired[1].at_ms, START + 10);
}
END_TEST

START_TEST(a_timer_may_cancel_another_and_itself)
{
    vclock_add(vclock, START + 10,
               &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire_and_cancel, vclock, 1});
    other_timer = add(10, 2);
    vclock_advance(vclock, START + 10);
    EXPECT_FIRED(1);
    other_timer =
        vclock_add(vclock, START + 20,
                   &(struct timer_row){TIMER_FOREGROUND, "cloud", "x", fire_and_cancel, vclock, 3});
    vclock_advance(vclock, START + 20);
    EXPECT_FIRED(1, 3);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 0);
}
END_TEST

static void fire_and_grow(void *owner, uint64_t arg)
{
    fire(owner, arg);
    for (int i = 0; i < 1000; i++)
        vclock_add(owner, START + 1000,
                   &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire, owner, 100});
    ck_assert_uint_eq(vclock_cause(owner), 5); /* still its own */
}

START_TEST(a_timer_may_add_more_than_there_was_room_for)
{
    vclock_set_cause(vclock, 5);
    vclock_add(vclock, START,
               &(struct timer_row){TIMER_BACKGROUND, "cloud", "x", fire_and_grow, vclock, 1});
    vclock_set_cause(vclock, 0);
    vclock_advance(vclock, START + 1000);
    ck_assert_uint_eq(fired_count, 1001);
    ck_assert_uint_eq(vclock_cause(vclock), 0);
}
END_TEST

/* ---- foreground ---- */

START_TEST(foreground_timers_are_counted)
{
    const char *actor = "untouched", *what = "untouched";
    int64_t due = -1;
    add(1, 1);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 0);
    ck_assert(!vclock_foreground_first(vclock, &actor, &what, &due));
    ck_assert_str_eq(actor, "untouched");
    add_kind(30, TIMER_FOREGROUND, 2);
    uint64_t id = add_kind(10, TIMER_FOREGROUND, 3);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 2);
    vclock_cancel(vclock, id);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 1);
    vclock_advance(vclock, START + 30);
    ck_assert_uint_eq(vclock_foreground_count(vclock), 0);
}
END_TEST

START_TEST(the_first_foreground_timer_is_named)
{
    const char *actor, *what;
    int64_t due;
    add(1, 1);
    vclock_add(vclock, START + 20,
               &(struct timer_row){TIMER_FOREGROUND, "device:late", "late", fire, vclock, 2});
    vclock_add(vclock, START + 10,
               &(struct timer_row){TIMER_FOREGROUND, "device:a", "first", fire, vclock, 3});
    vclock_add(vclock, START + 10,
               &(struct timer_row){TIMER_FOREGROUND, "device:b", "second", fire, vclock, 4});
    ck_assert(vclock_foreground_first(vclock, &actor, &what, &due));
    ck_assert_str_eq(actor, "device:a");
    ck_assert_str_eq(what, "first");
    ck_assert_int_eq(due, START + 10);
}
END_TEST

/* ---- causes ---- */

START_TEST(a_timer_fires_with_the_cause_that_it_was_made_with)
{
    vclock_set_cause(vclock, 7);
    add(10, 1);
    vclock_set_cause(vclock, 8);
    add(5, 2);
    vclock_set_cause(vclock, 0);
    add(20, 3);
    vclock_set_cause(vclock, 99);
    vclock_advance(vclock, START + 20);
    ck_assert_uint_eq(fired[0].cause, 8);
    ck_assert_uint_eq(fired[1].cause, 7);
    ck_assert_uint_eq(fired[2].cause, 0);
    ck_assert_uint_eq(vclock_cause(vclock), 99); /* what is being done goes on */
}
END_TEST

static void fire_and_chain(void *owner, uint64_t arg)
{
    fire(owner, arg);
    if (arg < 3)
        vclock_add(
            owner, vclock_now(owner) + 1,
            &(struct timer_row){TIMER_FOREGROUND, "cloud", "x", fire_and_chain, owner, arg + 1});
}

START_TEST(what_a_timer_begins_names_the_same_cause)
{
    vclock_set_cause(vclock, 42);
    vclock_add(vclock, START,
               &(struct timer_row){TIMER_FOREGROUND, "cloud", "x", fire_and_chain, vclock, 1});
    vclock_set_cause(vclock, 0);
    vclock_advance(vclock, START + 10);
    EXPECT_FIRED(1, 2, 3);
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(fired[i].cause, 42);
}
END_TEST

/* ---- many ---- */

#define MANY 1000

static int64_t many_due[MANY + 1]; /* by argument; -1: cancelled */

static void add_many(struct chance *chance, uint64_t *ret_ids)
{
    for (uint64_t arg = 1; arg <= MANY; arg++) {
        many_due[arg] = (int64_t)chance_below(chance, 200);
        ret_ids[arg] = add(many_due[arg], arg);
        if (chance_below(chance, 3) == 0) {
            uint64_t gone = 1 + chance_below(chance, arg);
            vclock_cancel(vclock, ret_ids[gone]);
            many_due[gone] = -1;
        }
    }
}

START_TEST(many_timers_fire_in_order_whatever_was_cancelled)
{
    struct chance chance;
    uint64_t ids[MANY + 1];
    size_t left = 0;
    chance_init(&chance, (uint64_t)_i + 1, "timers");
    add_many(&chance, ids);
    for (size_t arg = 1; arg <= MANY; arg++)
        left += many_due[arg] >= 0;
    vclock_advance(vclock, START + 200);
    ck_assert_uint_eq(fired_count, left);
    for (size_t i = 0; i < fired_count; i++) {
        ck_assert_int_eq(fired[i].at_ms, START + many_due[fired[i].arg]);
        if (i > 0)
            ck_assert(fired[i - 1].at_ms < fired[i].at_ms ||
                      (fired[i - 1].at_ms == fired[i].at_ms && fired[i - 1].arg < fired[i].arg));
    }
}
END_TEST

/* ---- real mode ---- */

START_TEST(a_frozen_clock_does_not_follow_the_machine)
{
    add(10, 1);
    vclock_sync(vclock, 5000);
    vclock_sync(vclock, 500000);
    ck_assert_int_eq(vclock_now(vclock), START);
    ck_assert_uint_eq(fired_count, 0);
    ck_assert_int_eq(vclock_due_in(vclock, 5000), -1);
}
END_TEST

START_TEST(a_real_clock_starts_at_its_first_sync)
{
    vclock_sync(vclock, 5000);
    ck_assert_int_eq(vclock_now(vclock), START);
    vclock_sync(vclock, 5250);
    ck_assert_int_eq(vclock_now(vclock), START + 250);
    vclock_sync(vclock, 5250);
    ck_assert_int_eq(vclock_now(vclock), START + 250);
}
END_TEST

START_TEST(a_real_clock_runs_what_has_fallen_due_each_at_its_time)
{
    vclock_sync(vclock, 0);
    add(100, 1);
    add(200, 2);
    vclock_sync(vclock, 150);
    EXPECT_FIRED(1);
    ck_assert_int_eq(fired[0].at_ms, START + 100);
    ck_assert_int_eq(vclock_now(vclock), START + 150);
    vclock_sync(vclock, 1000);
    EXPECT_FIRED(1, 2);
    ck_assert_int_eq(vclock_now(vclock), START + 1000);
}
END_TEST

START_TEST(a_real_clock_never_goes_back)
{
    vclock_sync(vclock, 1000);
    vclock_sync(vclock, 2000);
    vclock_sync(vclock, 1500);
    ck_assert_int_eq(vclock_now(vclock), START + 1000);
    vclock_sync(vclock, 2500);
    ck_assert_int_eq(vclock_now(vclock), START + 1500);
}
END_TEST

START_TEST(a_real_clock_goes_on_from_where_it_was_moved_to)
{
    vclock_sync(vclock, 1000);
    vclock_advance(vclock, START + 3600000); /* an hour in no time */
    vclock_sync(vclock, 1040);
    ck_assert_int_eq(vclock_now(vclock), START + 3600040);
}
END_TEST

START_TEST(a_real_clock_says_when_it_has_to_be_looked_at)
{
    ck_assert_int_eq(vclock_due_in(vclock, 1000), -1);
    add(400, 1);
    ck_assert_int_eq(vclock_due_in(vclock, 1000), 0); /* it does not run yet */
    vclock_sync(vclock, 1000);
    ck_assert_int_eq(vclock_due_in(vclock, 1000), 400);
    ck_assert_int_eq(vclock_due_in(vclock, 1100), 300);
    ck_assert_int_eq(vclock_due_in(vclock, 1400), 0);
    ck_assert_int_eq(vclock_due_in(vclock, 9999), 0); /* overdue */
    vclock_advance(vclock, START + 350);
    ck_assert_int_eq(vclock_due_in(vclock, 1000), 50);
}
END_TEST

START_TEST(the_time_stays_when_the_mode_changes)
{
    vclock_sync(vclock, 1000);
    vclock_sync(vclock, 1500);
    vclock_set_mode(vclock, VCLOCK_FROZEN);
    ck_assert_int_eq(vclock_mode(vclock), VCLOCK_FROZEN);
    vclock_sync(vclock, 900000);
    ck_assert_int_eq(vclock_now(vclock), START + 500);
    vclock_advance(vclock, START + 600);
    vclock_set_mode(vclock, VCLOCK_REAL);
    ck_assert_int_eq(vclock_mode(vclock), VCLOCK_REAL);
    vclock_sync(vclock, 1000000); /* what went by while it was frozen does not count */
    ck_assert_int_eq(vclock_now(vclock), START + 600);
    vclock_sync(vclock, 1000001);
    ck_assert_int_eq(vclock_now(vclock), START + 601);
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
    vclock_free(NULL);
    add(10, 1); /* and with a timer that is still there */
}
END_TEST

static TCase *frozen_case(void)
{
    TCase *tcase = tcase_create("frozen");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_new_clock_stands_where_it_was_put);
    tcase_add_test(tcase, timers_fire_in_the_order_of_their_time_each_at_its_own);
    tcase_add_test(tcase, equal_times_fire_in_the_order_of_making);
    tcase_add_test(tcase, advancing_includes_its_end_and_nothing_behind_it);
    tcase_add_test(tcase, a_timer_in_the_past_fires_at_the_present);
    tcase_add_test(tcase, advancing_backwards_leaves_the_time);
    tcase_add_test(tcase, run_next_runs_one_and_leaves_the_clock_at_it);
    tcase_add_test(tcase, a_cancelled_timer_does_not_fire);
    tcase_add_test(tcase, ids_of_nothing_are_passed_over);
    tcase_add_test(tcase, a_stale_id_does_not_cancel_who_has_its_place_now);
    tcase_add_test(tcase, cancelling_twice_counts_once);
    tcase_add_test(tcase, a_timer_may_add_timers);
    tcase_add_test(tcase, a_timer_may_cancel_another_and_itself);
    tcase_add_test(tcase, a_timer_may_add_more_than_there_was_room_for);
    tcase_add_test(tcase, foreground_timers_are_counted);
    tcase_add_test(tcase, the_first_foreground_timer_is_named);
    tcase_add_test(tcase, a_timer_fires_with_the_cause_that_it_was_made_with);
    tcase_add_test(tcase, what_a_timer_begins_names_the_same_cause);
    tcase_add_loop_test(tcase, many_timers_fire_in_order_whatever_was_cancelled, 0, 10);
    tcase_add_test(tcase, a_frozen_clock_does_not_follow_the_machine);
    tcase_add_test(tcase, freeing_nothing_is_fine);
    return tcase;
}

static TCase *real_case(void)
{
    TCase *tcase = tcase_create("real");
    tcase_add_checked_fixture(tcase, setup_real, teardown);
    tcase_add_test(tcase, a_real_clock_starts_at_its_first_sync);
    tcase_add_test(tcase, a_real_clock_runs_what_has_fallen_due_each_at_its_time);
    tcase_add_test(tcase, a_real_clock_never_goes_back);
    tcase_add_test(tcase, a_real_clock_goes_on_from_where_it_was_moved_to);
    tcase_add_test(tcase, a_real_clock_says_when_it_has_to_be_looked_at);
    tcase_add_test(tcase, the_time_stays_when_the_mode_changes);
    return tcase;
}

Suite *test_sim_vclock(void)
{
    Suite *suite = suite_create("vclock");
    suite_add_tcase(suite, frozen_case());
    suite_add_tcase(suite, real_case());
    return suite;
}
