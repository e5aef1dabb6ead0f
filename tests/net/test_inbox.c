/* Attached mode: one request at a time, and nothing leaves before `until` was asked and the caller
 * has come back. */
#include "fixture.h"

#include "sim/sim.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static struct client one, two;

static void setup(void)
{
    fixture_setup();
    server_attach(fx.server, true);
    one = client_connect(fx.port);
    two = client_connect(fx.port);
}

static void teardown(void)
{
    client_close(&one);
    client_close(&two);
    fixture_teardown();
}

static size_t wanted;

static bool dispatched_enough(void *arg)
{
    (void)arg;
    return double_dispatched(fx.api) >= wanted;
}

static void turn_until_dispatched(size_t count)
{
    wanted = count;
    ck_assert(client_turn_until(fx.server, dispatched_enough, NULL));
    ck_assert_uint_eq(double_dispatched(fx.api), count);
}

START_TEST(a_reply_leaves_at_the_next_turn)
{
    client_get(&one, "/a");
    turn_until_dispatched(1);
    ck_assert(!client_has(&one, "HTTP"));
    ck_assert(client_expect(fx.server, &one, "GET /a 0"));
}
END_TEST

/* Both are complete before the first is dispatched; `until` is asked between them. */
START_TEST(requests_are_dispatched_one_at_a_time)
{
    client_get(&one, "/1");
    client_get(&two, "/2");
    turn_until_dispatched(1);
    ck_assert(!client_has(&one, "HTTP"));
    turn_until_dispatched(2);
    ck_assert(client_has(&one, "GET /1 0")); /* it left before the second was dispatched */
    ck_assert(!client_has(&two, "HTTP"));
    ck_assert(client_expect(fx.server, &two, "GET /2 0"));
    ck_assert_str_eq(double_log(fx.api), "GET /1;GET /2;");
}
END_TEST

START_TEST(nothing_happens_between_turns)
{
    client_get(&one, "/1");
    turn_until_dispatched(1);
    client_get(&two, "/2");
    ck_assert(!client_has(&one, "HTTP"));
    ck_assert_uint_eq(double_dispatched(fx.api), 1);
}
END_TEST

START_TEST(until_that_holds_already_dispatches_nothing)
{
    client_get(&one, "/1");
    wanted = 0;
    ck_assert_int_eq(server_turn(fx.server, dispatched_enough, NULL, -1), TURN_MET);
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

START_TEST(pipelined_requests_wait_for_each_other)
{
    client_send(&one, "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                      "GET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    turn_until_dispatched(1);
    ck_assert(!client_has(&one, "HTTP"));
    turn_until_dispatched(2);
    ck_assert(client_has(&one, "GET /1 0"));
    ck_assert(client_expect(fx.server, &one, "GET /2 0"));
}
END_TEST

START_TEST(bodies_and_many_requests_pass_the_inbox)
{
    for (int i = 0; i < 50; i++) {
        client_send(&one, "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
        ck_assert(client_expect(fx.server, &one, "POST /p 5"));
        buf_clear(&one.got);
    }
    ck_assert_uint_eq(double_dispatched(fx.api), 50);
}
END_TEST

/* Suspended, libmicrohttpd does not see it go. */
START_TEST(a_client_that_left_is_not_dispatched)
{
    client_get(&one, "/1");
    client_get(&two, "/2");
    turn_until_dispatched(1); /* "/2" is in the inbox */
    client_close(&two);
    ck_assert(client_expect(fx.server, &one, "GET /1 0"));
    client_settle(fx.server);
    ck_assert_str_eq(double_log(fx.api), "GET /1;");
}
END_TEST

START_TEST(a_later_reply_leaves_at_the_next_turn)
{
    client_get(&one, "/later");
    turn_until_dispatched(1);
    client_get(&two, "/2");
    turn_until_dispatched(2);
    ck_assert(client_expect(fx.server, &two, "GET /2 0"));
    double_finish(fx.api);
    ck_assert(!client_has(&one, "HTTP"));
    ck_assert(client_expect(fx.server, &one, "finished"));
}
END_TEST

START_TEST(a_stream_leaves_at_the_next_turn)
{
    client_get(&one, "/stream");
    turn_until_dispatched(1);
    ck_assert(!client_has(&one, "HTTP"));
    ck_assert(client_expect(fx.server, &one, "Transfer-Encoding: chunked"));
    double_push(fx.api, "event");
    client_settle(fx.server);
    ck_assert(client_has(&one, "event"));
    client_get(&two, "/2");
    turn_until_dispatched(2);
    double_push(fx.api, "another");
    ck_assert(!client_has(&one, "another"));
    ck_assert(client_expect(fx.server, &one, "another"));
    double_end(fx.api);
    ck_assert(client_expect(fx.server, &one, "0\r\n\r\n"));
    ck_assert_uint_eq(double_open(fx.api), 0);
}
END_TEST

START_TEST(detaching_serves_what_is_left)
{
    client_get(&one, "/1");
    client_get(&two, "/2");
    turn_until_dispatched(1);
    server_attach(fx.server, false);
    ck_assert(client_expect(fx.server, &two, "GET /2 0"));
    ck_assert(client_has(&one, "GET /1 0"));
}
END_TEST

START_TEST(it_can_be_freed_with_a_full_inbox)
{
    client_get(&one, "/1");
    client_get(&two, "/2");
    turn_until_dispatched(1);
}
END_TEST

Suite *test_inbox(void)
{
    Suite *suite = suite_create("inbox");
    TCase *tc = tcase_create("attached");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_reply_leaves_at_the_next_turn);
    tcase_add_test(tc, requests_are_dispatched_one_at_a_time);
    tcase_add_test(tc, nothing_happens_between_turns);
    tcase_add_test(tc, until_that_holds_already_dispatches_nothing);
    tcase_add_test(tc, pipelined_requests_wait_for_each_other);
    tcase_add_test(tc, bodies_and_many_requests_pass_the_inbox);
    tcase_add_test(tc, a_client_that_left_is_not_dispatched);
    tcase_add_test(tc, a_later_reply_leaves_at_the_next_turn);
    tcase_add_test(tc, a_stream_leaves_at_the_next_turn);
    tcase_add_test(tc, detaching_serves_what_is_left);
    tcase_add_test(tc, it_can_be_freed_with_a_full_inbox);
    suite_add_tcase(suite, tc);
    return suite;
}
