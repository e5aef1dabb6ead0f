/*
 * Suspended connections, and libmicrohttpd's traps with them: a resume is lost without a run, a
 * client that leaves is not seen, stopping with one ends the process.
 */
#include "fixture.h"

#include "sim/sim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define CROWD 100

static struct client client;

static void setup(void)
{
    fixture_start(&(struct server_options){.lag_max_ms = 200});
    client = client_connect(fx.port);
}

static void teardown(void)
{
    client_close(&client);
    fixture_teardown();
}

static size_t wanted;

static bool open_is(void *arg)
{
    (void)arg;
    return double_open(fx.api) == wanted;
}

static void turn_until_open(size_t count)
{
    wanted = count;
    ck_assert_msg(client_turn_until(fx.server, open_is, NULL), "%zu are open, not %zu",
                  double_open(fx.api), count);
}

static void open_one(const char *path)
{
    client_get(&client, path);
    turn_until_open(1);
}

START_TEST(a_later_reply_arrives)
{
    open_one("/later");
    client_settle(fx.server);
    ck_assert(!client_has(&client, "HTTP"));
    double_finish(fx.api);
    ck_assert(client_expect(fx.server, &client, "finished"));
    client_get(&client, "/next");
    ck_assert(client_expect(fx.server, &client, "GET /next 0"));
}
END_TEST

static bool finished(void *arg)
{
    return client_has(arg, "finished");
}

/* Nothing announces the resume: the turn that makes it has to run libmicrohttpd, or would wait here
 * till the deadline. */
START_TEST(a_resume_is_run_at_once)
{
    open_one("/later");
    client_settle(fx.server);
    double_finish(fx.api);
    int64_t before = sim_real_ms();
    ck_assert_int_eq(server_turn(fx.server, finished, &client, before + 5000), TURN_MET);
    ck_assert_int_lt(sim_real_ms() - before, 1000);
}
END_TEST

static bool has_event(void *arg)
{
    return client_has(arg, "event");
}

START_TEST(a_stream_is_run_at_once)
{
    open_one("/stream");
    client_settle(fx.server);
    double_push(fx.api, "event");
    int64_t before = sim_real_ms();
    ck_assert_int_eq(server_turn(fx.server, has_event, &client, before + 5000), TURN_MET);
    ck_assert_int_lt(sim_real_ms() - before, 1000);
}
END_TEST

START_TEST(a_stream_is_written_and_ended)
{
    open_one("/stream");
    ck_assert(client_expect(fx.server, &client, "Transfer-Encoding: chunked"));
    for (int i = 0; i < 5; i++) {
        char event[24];
        snprintf(event, sizeof event, "event %d", i);
        client_settle(fx.server); /* suspended again */
        double_push(fx.api, event);
        ck_assert(client_expect(fx.server, &client, event));
    }
    double_end(fx.api);
    ck_assert(client_expect(fx.server, &client, "0\r\n\r\n"));
    ck_assert_uint_eq(double_open(fx.api), 0);
}
END_TEST

START_TEST(a_stream_for_http_1_0_lasts_until_close)
{
    client_send(&client, "GET /stream HTTP/1.0\r\n\r\n");
    turn_until_open(1);
    double_push(fx.api, "all there is");
    ck_assert(client_expect(fx.server, &client, "all there is"));
    double_end(fx.api);
    ck_assert(client_closed(fx.server, &client));
    ck_assert(!client_has(&client, "chunked"));
}
END_TEST

START_TEST(much_data_passes_a_stream)
{
    open_one("/stream");
    double_fill(fx.api, 500000);
    ck_assert(client_expect(fx.server, &client, "xxx"));
    double_end(fx.api);
    ck_assert(client_expect(fx.server, &client, "\r\n0\r\n\r\n"));
    ck_assert_uint_gt(client.got.len, 500000);
}
END_TEST

START_TEST(a_client_that_leaves_a_later_reply_cancels_it)
{
    open_one("/later");
    client_settle(fx.server);
    client_close(&client);
    turn_until_open(0);
}
END_TEST

START_TEST(a_client_that_leaves_an_idle_stream_ends_it)
{
    open_one("/stream");
    ck_assert(client_expect(fx.server, &client, "chunked"));
    client_settle(fx.server);
    client_close(&client);
    turn_until_open(0);
}
END_TEST

START_TEST(a_client_that_leaves_a_busy_stream_ends_it)
{
    open_one("/stream");
    double_fill(fx.api, 900000);
    client_settle(fx.server);
    client_close(&client);
    turn_until_open(0);
}
END_TEST

/* Half closed can't be told from closed while nothing is sent. */
START_TEST(a_client_that_closes_its_half_of_a_stream_ends_it)
{
    open_one("/stream");
    client_settle(fx.server);
    shutdown(client.fd, SHUT_WR);
    turn_until_open(0);
}
END_TEST

START_TEST(a_crowd_that_leaves_is_freed)
{
    struct client crowd[CROWD];
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = client_connect(fx.port);
        client_get(&crowd[i], i % 2 ? "/stream" : "/later");
    }
    turn_until_open(CROWD);
    client_settle(fx.server);
    for (int i = 0; i < CROWD; i++)
        client_close(&crowd[i]);
    turn_until_open(0);
    client_get(&client, "/next");
    ck_assert(client_expect(fx.server, &client, "GET /next 0"));
}
END_TEST

START_TEST(a_crowd_is_woken_together)
{
    struct client crowd[CROWD];
    for (int i = 0; i < CROWD; i++) {
        crowd[i] = client_connect(fx.port);
        client_get(&crowd[i], "/later");
    }
    turn_until_open(CROWD);
    client_settle(fx.server);
    for (int i = 0; i < CROWD; i++)
        double_finish(fx.api);
    for (int i = 0; i < CROWD; i++) {
        ck_assert(client_expect(fx.server, &crowd[i], "finished"));
        client_close(&crowd[i]);
    }
}
END_TEST

START_TEST(waiting_for_a_suspended_one_costs_no_turns)
{
    open_one("/stream");
    client_settle(fx.server);
    size_t before = double_turns(fx.api);
    ck_assert_int_eq(server_turn(fx.server, NULL, NULL, sim_real_ms() + 100), TURN_DEADLINE);
    ck_assert_uint_le(double_turns(fx.api) - before, 4);
}
END_TEST

START_TEST(a_reader_that_takes_nothing_is_dropped)
{
    open_one("/stream");
    client_settle(fx.server);
    while (double_fill(fx.api, 20000)) /* the socket's buffers, then most of the queue */
        client_settle(fx.server);
    int64_t before = sim_real_ms();
    wanted = 0;
    ck_assert_int_eq(server_turn(fx.server, open_is, NULL, before + 5000), TURN_MET);
    ck_assert_int_ge(sim_real_ms() - before, 150);
    ck_assert_uint_eq(double_dropped(fx.api), 1);
}
END_TEST

/* The client's next read is refused, not ended. */
static bool was_reset(struct client *reader)
{
    char byte;
    ssize_t len;
    while ((len = recv(reader->fd, &byte, 1, MSG_DONTWAIT)) > 0)
        ;
    return len < 0 && errno == ECONNRESET;
}

static bool is_reset(void *arg)
{
    return was_reset(arg);
}

START_TEST(an_idle_stream_can_be_reset)
{
    open_one("/stream");
    ck_assert(client_expect(fx.server, &client, "chunked"));
    client_settle(fx.server);
    double_reset(fx.api);
    ck_assert(client_turn_until(fx.server, is_reset, &client));
    turn_until_open(0);
}
END_TEST

START_TEST(a_stream_whose_reader_takes_nothing_can_be_reset)
{
    open_one("/stream");
    client_settle(fx.server);
    while (double_fill(fx.api, 200000))
        client_settle(fx.server);
    double_reset(fx.api);
    client_settle(fx.server);
    ck_assert_uint_eq(double_open(fx.api), 0);
    ck_assert(client_turn_until(fx.server, is_reset, &client));
}
END_TEST

/* A reader that is slow but not idle is not dropped: its time begins anew with each part. */
START_TEST(a_reader_that_takes_something_is_kept)
{
    open_one("/stream");
    client_settle(fx.server);
    while (double_fill(fx.api, 200000))
        client_settle(fx.server);
    for (int64_t end = sim_real_ms() + 600; sim_real_ms() < end;) {
        static char part[200000];
        double_fill(fx.api, sizeof part);
        server_turn(fx.server, NULL, NULL, sim_real_ms() + 20);
        ck_assert_int_gt(recv(client.fd, part, sizeof part, MSG_DONTWAIT), 0);
    }
    ck_assert_uint_eq(double_open(fx.api), 1);
    ck_assert_uint_eq(double_dropped(fx.api), 0);
}
END_TEST

START_TEST(it_can_be_freed_with_suspended_ones)
{
    struct client other = client_connect(fx.port);
    client_get(&other, "/later");
    client_get(&client, "/stream");
    turn_until_open(2);
    ck_assert(client_expect(fx.server, &client, "chunked"));
    client_settle(fx.server);
    client_close(&other);
}
END_TEST

START_TEST(it_can_be_freed_with_a_reply_that_was_not_sent)
{
    open_one("/later");
    client_settle(fx.server);
    double_finish(fx.api);
}
END_TEST

Suite *test_suspended(void)
{
    Suite *suite = suite_create("suspended");
    TCase *tc = tcase_create("suspended");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 20);
    tcase_add_test(tc, a_later_reply_arrives);
    tcase_add_test(tc, a_resume_is_run_at_once);
    tcase_add_test(tc, a_stream_is_run_at_once);
    tcase_add_test(tc, a_stream_is_written_and_ended);
    tcase_add_test(tc, a_stream_for_http_1_0_lasts_until_close);
    tcase_add_test(tc, much_data_passes_a_stream);
    tcase_add_test(tc, a_client_that_leaves_a_later_reply_cancels_it);
    tcase_add_test(tc, a_client_that_leaves_an_idle_stream_ends_it);
    tcase_add_test(tc, a_client_that_leaves_a_busy_stream_ends_it);
    tcase_add_test(tc, a_client_that_closes_its_half_of_a_stream_ends_it);
    tcase_add_test(tc, a_crowd_that_leaves_is_freed);
    tcase_add_test(tc, a_crowd_is_woken_together);
    tcase_add_test(tc, waiting_for_a_suspended_one_costs_no_turns);
    tcase_add_test(tc, a_reader_that_takes_nothing_is_dropped);
    tcase_add_test(tc, an_idle_stream_can_be_reset);
    tcase_add_test(tc, a_stream_whose_reader_takes_nothing_can_be_reset);
    tcase_add_test(tc, a_reader_that_takes_something_is_kept);
    tcase_add_test(tc, it_can_be_freed_with_suspended_ones);
    tcase_add_test(tc, it_can_be_freed_with_a_reply_that_was_not_sent);
    suite_add_tcase(suite, tc);
    return suite;
}
