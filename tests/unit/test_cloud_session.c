/* Sessions: what the cloud believes of a device's presence, and when it finds out. */
#include "cloud/record.h"
#include "suites.h"

#include "sim/journal.h"
#include "sim/vclock.h"
#include "unit_cloud.h"

#include <stdio.h>
#include <string.h>

#define STATUS_ONLINE  "\"name\":\"spark/status\",\"data\":\"online\""
#define STATUS_OFFLINE "\"name\":\"spark/status\",\"data\":\"offline\""

static int64_t now(void)
{
    return vclock_now(bench.sim.clock) - BENCH_START;
}

/* Runs timers until the device reads offline; answers when that was. */
static int64_t offline_at(const struct cloud_device *device)
{
    while (device->online)
        ck_assert(vclock_run_next(bench.sim.clock, VCLOCK_NEVER));
    return now();
}

/* ---- beginning ---- */

START_TEST(a_session_makes_the_device_online)
{
    enum session_kind kind;
    ck_assert(!bench.aa->online);
    ck_assert_int_eq(bench.aa->last_handshake_ms, -1);
    ck_assert_int_eq(cloud_last_heard(bench.cloud, bench.aa), -1);
    bench_advance(1234);
    ck_assert_uint_ne(bench_open(bench.aa, false, &kind), 0);
    ck_assert_int_eq(kind, SESSION_FULL);
    ck_assert(bench.aa->online);
    ck_assert_int_eq(bench.aa->last_handshake_ms, BENCH_START + 1234);
    ck_assert_int_eq(cloud_last_heard(bench.cloud, bench.aa), BENCH_START + 1234);
    ck_assert_uint_eq(bench_noted("session.opened", "\"session\":\"full\""), 1);
    ck_assert_uint_eq(bench_noted("event.published", STATUS_ONLINE), 1);
    ck_assert_uint_eq(bench_noted("event.published", STATUS_OFFLINE), 0);
    ck_assert_uint_eq(bench.aa->handshake.n, bench_newest("session.opened", "")->n);
    ck_assert_uint_eq(bench.aa->resume.n, 0);
}
END_TEST

START_TEST(an_unknown_device_gets_no_session)
{
    enum session_kind kind = SESSION_NONE;
    struct session_hello hello = {.device_id = "dddddddddddddddddddddddd", .keepalive_ms = 1000};
    ck_assert_uint_eq(session_open(bench.cloud, &hello, &kind), 0);
    ck_assert_int_eq(kind, SESSION_NONE);
    ck_assert_uint_eq(journal_next(bench.sim.journal), 1);
}
END_TEST

START_TEST(resuming_needs_something_to_resume)
{
    enum session_kind kind;
    bench_open(bench.aa, true, &kind);
    ck_assert_int_eq(kind, SESSION_FULL);
    bench_open(bench.aa, true, &kind);
    ck_assert_int_eq(kind, SESSION_RESUMED);
    bench_open(bench.aa, false, &kind);
    ck_assert_int_eq(kind, SESSION_FULL);
}
END_TEST

START_TEST(a_discarded_session_is_not_resumed)
{
    enum session_kind kind;
    uint64_t session = bench_open(bench.aa, false, NULL);
    session_publish(bench.cloud, session, "spark/device/session/end", "");
    session_close(bench.cloud, session, GOODBYE_USER);
    bench_open(bench.aa, true, &kind);
    ck_assert_int_eq(kind, SESSION_FULL);
    bench_open(bench.aa, true, &kind);
    ck_assert_int_eq(kind, SESSION_RESUMED);
}
END_TEST

START_TEST(whether_a_resume_moves_last_handshake)
{
    bool moves = _i == 1;
    bench_switch("resume_moves_handshake", moves ? "yes" : "no");
    session_close(bench.cloud, bench_open(bench.aa, false, NULL), GOODBYE_USER);
    struct fact handshake = bench.aa->handshake;
    bench_advance(5000);
    bench_open(bench.aa, true, NULL);
    ck_assert_int_eq(bench.aa->last_handshake_ms, BENCH_START + (moves ? 5000 : 0));
    ck_assert_int_eq(cloud_last_heard(bench.cloud, bench.aa), BENCH_START + 5000);
    ck_assert_uint_eq(bench_noted("session.opened", "\"session\":\"resumed\""), 1);
    /* The facts say what was, whatever the switch. */
    ck_assert_uint_eq(bench.aa->handshake.n, handshake.n);
    ck_assert_uint_gt(bench.aa->resume.n, handshake.n);
}
END_TEST

/* ---- a healthy session ---- */

START_TEST(a_healthy_session_has_no_timer_and_no_entries)
{
    bench_open(bench.aa, false, NULL);
    uint64_t next = journal_next(bench.sim.journal);
    ck_assert_int_eq(vclock_next_due(bench.sim.clock), VCLOCK_NEVER);
    bench_advance(100 * KEEPALIVE + 3);
    ck_assert(bench.aa->online);
    ck_assert_uint_eq(journal_next(bench.sim.journal), next);
}
END_TEST

/* Keep-alives come each KEEPALIVE after the last message. */
static const struct {
    int64_t publish_ms; /* -1: never */
    int64_t at_ms, heard_ms;
} heards[] = {
    {-1, 0, 0},
    {-1, KEEPALIVE - 1, 0},
    {-1, KEEPALIVE, KEEPALIVE},
    {-1, KEEPALIVE + 1, KEEPALIVE},
    {-1, 10 * KEEPALIVE - 1, 9 * KEEPALIVE},
    {7000, 7000, 7000},
    {7000, KEEPALIVE, 7000},
    {7000, 7000 + KEEPALIVE - 1, 7000},
    {7000, 7000 + KEEPALIVE, 7000 + KEEPALIVE},
    {KEEPALIVE + 5, 3 * KEEPALIVE, 2 * KEEPALIVE + 5},
};

START_TEST(last_heard_is_computed)
{
    uint64_t session = bench_open(bench.aa, false, NULL);
    if (heards[_i].publish_ms >= 0) {
        bench_advance(heards[_i].publish_ms);
        session_publish(bench.cloud, session, "reading", "1");
    }
    bench_advance(heards[_i].at_ms - now());
    ck_assert_int_eq(cloud_last_heard(bench.cloud, bench.aa) - BENCH_START, heards[_i].heard_ms);
}
END_TEST

/* ---- the end ---- */

static const struct {
    enum session_goodbye why;
    const char *word;
} goodbyes[] = {
    {GOODBYE_USER, "user"},
    {GOODBYE_NETWORK_DISCONNECT, "network-disconnect"},
    {GOODBYE_LISTENING, "listening"},
    {GOODBYE_SYSTEM_RESET, "system-reset"},
};

START_TEST(a_goodbye_is_heard_at_once)
{
    char piece[64];
    uint64_t session = bench_open(bench.aa, false, NULL);
    bench_advance(11);
    session_close(bench.cloud, session, goodbyes[_i].why);
    ck_assert(!bench.aa->online);
    ck_assert_uint_eq(session_of(bench.aa), 0);
    snprintf(piece, sizeof piece, "\"reason\":\"%s\"", goodbyes[_i].word);
    ck_assert_uint_eq(bench_noted("session.closed", piece), 1);
    ck_assert_uint_eq(bench_noted("event.published", STATUS_OFFLINE), 1);
    bench_advance(KEEPALIVE * 9);
    ck_assert_int_eq(cloud_last_heard(bench.cloud, bench.aa), BENCH_START + 11);
    session_close(bench.cloud, session, goodbyes[_i].why); /* it has ended */
    ck_assert_uint_eq(bench_noted("session.closed", ""), 1);
}
END_TEST

/* How long after the beginning the device's power is cut, and when the cloud finds out: two
 * keep-alives after it was last heard. */
static const struct {
    int64_t cut_ms, offline_ms;
} cuts[] = {
    {0, 2 * KEEPALIVE},
    {1, 2 * KEEPALIVE},
    {KEEPALIVE - 1, 2 * KEEPALIVE},
    {KEEPALIVE, 3 * KEEPALIVE},
    {KEEPALIVE + 1, 3 * KEEPALIVE},
    {4 * KEEPALIVE + 12345, 6 * KEEPALIVE},
};

START_TEST(silence_is_noticed_between_one_and_two_keep_alives_later)
{
    uint64_t session = bench_open(bench.aa, false, NULL);
    bench_advance(cuts[_i].cut_ms);
    session_silence(bench.cloud, session);
    ck_assert(bench.aa->online);
    ck_assert_uint_eq(vclock_foreground_count(bench.sim.clock), 0);
    ck_assert_int_eq(offline_at(bench.aa), cuts[_i].offline_ms);
    ck_assert_int_gt(now() - cuts[_i].cut_ms, KEEPALIVE);
    ck_assert_int_le(now() - cuts[_i].cut_ms, 2 * KEEPALIVE);
    ck_assert_uint_eq(bench_noted("session.dropped", bench.aa->id), 1);
    ck_assert_uint_eq(bench_noted("event.published", STATUS_OFFLINE), 1);
    int64_t heard_ms = cloud_last_heard(bench.cloud, bench.aa) - BENCH_START;
    ck_assert_int_eq(heard_ms, cuts[_i].offline_ms - 2 * KEEPALIVE);
}
END_TEST

START_TEST(a_publish_puts_the_end_off)
{
    uint64_t session = bench_open(bench.aa, false, NULL);
    bench_advance(KEEPALIVE + 7);
    session_publish(bench.cloud, session, "reading", "1");
    bench_advance(3);
    session_silence(bench.cloud, session);
    ck_assert_int_eq(offline_at(bench.aa), 3 * KEEPALIVE + 7);
}
END_TEST

START_TEST(a_silent_device_says_nothing_more)
{
    uint64_t session = bench_open(bench.aa, false, NULL);
    session_silence(bench.cloud, session);
    bench_advance(100);
    session_publish(bench.cloud, session, "reading", "1");
    ck_assert_uint_eq(bench_noted("event.published", "reading"), 0);
    session_silence(bench.cloud, session); /* silent already: the end is not put off */
    ck_assert_int_eq(offline_at(bench.aa), 2 * KEEPALIVE);
    ck_assert_int_eq(vclock_next_due(bench.sim.clock), VCLOCK_NEVER);
}
END_TEST

/* ---- coming back while the cloud believes it online ---- */

static const struct {
    bool resume, silent;
    const char *before_online;
} returns[] = {
    {false, true, "yes"}, {true, true, "yes"}, {false, false, "yes"},
    {false, true, "no"},  {true, true, "no"},
};

START_TEST(offline_comes_immediately_before_online)
{
    bool told = strcmp(returns[_i].before_online, "yes") == 0;
    bench_switch("offline_before_online", returns[_i].before_online);
    uint64_t session = bench_open(bench.aa, false, NULL);
    if (returns[_i].silent)
        session_silence(bench.cloud, session);
    bench_advance(10);
    bench_open(bench.aa, returns[_i].resume, NULL);
    ck_assert(bench.aa->online);
    ck_assert_uint_eq(bench_noted("event.published", STATUS_OFFLINE), told);
    ck_assert_uint_eq(bench_noted("event.published", STATUS_ONLINE), 2);
    if (told) {
        const struct journal_entry *offline = bench_newest("event.published", STATUS_OFFLINE);
        const struct journal_entry *online = bench_newest("event.published", STATUS_ONLINE);
        ck_assert_uint_eq(online->n, offline->n + 2); /* the session's beginning between them */
        ck_assert_int_eq(online->at_ms, offline->at_ms);
    }
    ck_assert_int_eq(vclock_next_due(bench.sim.clock), VCLOCK_NEVER); /* nothing will drop it */
    bench_advance(10 * KEEPALIVE);
    ck_assert(bench.aa->online);
}
END_TEST

/* ---- sessions that have ended ---- */

START_TEST(a_stale_session_is_passed_over)
{
    uint64_t old = bench_open(bench.aa, false, NULL);
    uint64_t present = bench_open(bench.aa, false, NULL);
    uint64_t next = journal_next(bench.sim.journal);
    ck_assert_uint_ne(old, present);
    session_publish(bench.cloud, old, "reading", "1");
    session_publish(bench.cloud, old, "spark/device/session/end", "");
    session_silence(bench.cloud, old);
    session_close(bench.cloud, old, GOODBYE_USER);
    ck_assert(bench.aa->online);
    ck_assert(bench.aa->resumable);
    ck_assert_uint_eq(session_of(bench.aa), present);
    ck_assert_uint_eq(journal_next(bench.sim.journal), next);
    ck_assert_int_eq(vclock_next_due(bench.sim.clock), VCLOCK_NEVER);
}
END_TEST

static const uint64_t no_sessions[] = {0, 1, 2, UINT32_MAX, UINT64_MAX, UINT64_C(5) << 32};

START_TEST(what_is_no_session_is_passed_over)
{
    bench_open(bench.aa, false, NULL);
    uint64_t next = journal_next(bench.sim.journal);
    session_publish(bench.cloud, no_sessions[_i], "reading", "1");
    session_silence(bench.cloud, no_sessions[_i]);
    session_close(bench.cloud, no_sessions[_i], GOODBYE_USER);
    ck_assert_uint_eq(journal_next(bench.sim.journal), next);
}
END_TEST

START_TEST(sessions_of_devices_do_not_meet)
{
    uint64_t first = bench_open(bench.aa, false, NULL), second = bench_open(bench.bb, false, NULL);
    ck_assert_uint_ne(first, second);
    session_close(bench.cloud, first, GOODBYE_USER);
    ck_assert(!bench.aa->online);
    ck_assert(bench.bb->online);
}
END_TEST

START_TEST(what_a_device_publishes_is_an_event)
{
    uint64_t session = bench_open(bench.aa, false, NULL);
    session_publish(bench.cloud, session, "reading", "42");
    ck_assert_uint_eq(
        bench_noted("event.published", "\"name\":\"reading\",\"data\":\"42\",\"coreid\":\"aaaa"),
        1);
}
END_TEST

Suite *test_cloud_session(void)
{
    Suite *suite = suite_create("session");
    TCase *tcase = tcase_create("session");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, a_session_makes_the_device_online);
    tcase_add_test(tcase, an_unknown_device_gets_no_session);
    tcase_add_test(tcase, resuming_needs_something_to_resume);
    tcase_add_test(tcase, a_discarded_session_is_not_resumed);
    tcase_add_loop_test(tcase, whether_a_resume_moves_last_handshake, 0, 2);
    tcase_add_test(tcase, a_healthy_session_has_no_timer_and_no_entries);
    tcase_add_loop_test(tcase, last_heard_is_computed, 0, 10);
    tcase_add_loop_test(tcase, a_goodbye_is_heard_at_once, 0, 4);
    tcase_add_loop_test(tcase, silence_is_noticed_between_one_and_two_keep_alives_later, 0, 6);
    tcase_add_test(tcase, a_publish_puts_the_end_off);
    tcase_add_test(tcase, a_silent_device_says_nothing_more);
    tcase_add_loop_test(tcase, offline_comes_immediately_before_online, 0, 5);
    tcase_add_test(tcase, a_stale_session_is_passed_over);
    tcase_add_loop_test(tcase, what_is_no_session_is_passed_over, 0, 6);
    tcase_add_test(tcase, sessions_of_devices_do_not_meet);
    tcase_add_test(tcase, what_a_device_publishes_is_an_event);
    suite_add_tcase(suite, tcase);
    return suite;
}
