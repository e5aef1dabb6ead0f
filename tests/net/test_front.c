/* Requests in the handler: what is passed on, what is refused, and that one client does not hold up
 * another. */
#include "fixture.h"

#include "sim/sim.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct client client;

static void setup(void)
{
    fixture_setup();
    client = client_connect(fx.port);
}

static void teardown(void)
{
    client_close(&client);
    fixture_teardown();
}

static void expect(const char *text)
{
    ck_assert_msg(client_expect(fx.server, &client, text), "expected \"%s\", got \"%s\"", text,
                  buf_str(&client.got));
}

START_TEST(a_reply_comes_back)
{
    client_get(&client, "/a?b=c&d=%20");
    expect("HTTP/1.1 200 OK");
    expect("GET /a?b=c&d=%20 0");
}
END_TEST

/* libmicrohttpd's own decoding would end the path there. */
START_TEST(percent_00_stays_in_the_target)
{
    client_get(&client, "/v1/devices/%00?x=%00y");
    expect("GET /v1/devices/%00?x=%00y 0");
}
END_TEST

START_TEST(an_absolute_target_is_what_it_names)
{
    client_send(&client, "GET http://127.0.0.1:8642/v1//a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect("GET /v1//a?b=c 0");
    client_send(&client, "GET HTTP://localhost?b HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect("GET /?b 0");
    client_send(&client, "GET http://evil.example/v1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect("403 Forbidden");
}
END_TEST

START_TEST(slashes_and_dots_are_left_alone)
{
    client_get(&client, "//a/../b//");
    expect("GET //a/../b// 0");
}
END_TEST

START_TEST(a_long_header_goes_out_whole)
{
    client_get(&client, "/header/8000");
    expect("GET /header/8000 0");
    const char *value = strstr(buf_str(&client.got), "X-Long: ");
    ck_assert_ptr_nonnull(value);
    ck_assert_uint_eq(strspn(value + 8, "x"), 8000);
}
END_TEST

START_TEST(a_body_is_passed_on)
{
    client_send(&client, "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhe");
    client_settle(fx.server);
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
    client_send(&client, "llo");
    expect("POST /p 5");
}
END_TEST

START_TEST(a_chunked_body_is_passed_on)
{
    client_send(&client, "POST /p HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                         "5\r\nhello\r\n3\r\nyou\r\n0\r\n\r\n");
    expect("POST /p 8");
}
END_TEST

START_TEST(a_client_that_expects_100_is_told_to_go_on)
{
    client_send(&client, "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                         "Expect: 100-continue\r\n\r\n");
    expect("HTTP/1.1 100 Continue");
    client_send(&client, "hello");
    expect("POST /p 5");
}
END_TEST

START_TEST(head_has_no_body)
{
    client_send(&client, "HEAD /h HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect("Content-Length: 9");
    ck_assert(!client_has(&client, "HEAD /h 0"));
    client_get(&client, "/next");
    expect("GET /next 0");
}
END_TEST

START_TEST(pipelined_requests_are_answered_in_order)
{
    client_send(&client, "GET /1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                         "GET /2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
                         "GET /3 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect("GET /3 0");
    ck_assert_str_eq(double_log(fx.api), "GET /1;GET /2;GET /3;");
    ck_assert(strstr(client.got.data, "GET /1 0") < strstr(client.got.data, "GET /2 0"));
}
END_TEST

START_TEST(many_requests_on_one_connection)
{
    for (int i = 0; i < 100; i++) {
        char path[16];
        char reply[32];
        snprintf(path, sizeof path, "/%d", i);
        snprintf(reply, sizeof reply, "GET %s 0", path);
        client_get(&client, path);
        expect(reply);
    }
    ck_assert_uint_eq(double_dispatched(fx.api), 100);
}
END_TEST

START_TEST(half_a_request_holds_up_nobody)
{
    struct client other = client_connect(fx.port);
    client_send(&client, "GET /slow HTTP/1.1\r\nHost: local");
    client_settle(fx.server);
    client_get(&other, "/fast");
    ck_assert(client_expect(fx.server, &other, "GET /fast 0"));
    client_send(&client, "host\r\n\r\n");
    expect("GET /slow 0");
    client_close(&other);
}
END_TEST

START_TEST(a_client_that_has_closed_its_half_gets_its_reply)
{
    client_get(&client, "/half");
    shutdown(client.fd, SHUT_WR);
    expect("GET /half 0");
}
END_TEST

START_TEST(a_client_that_leaves_early_is_forgotten)
{
    client_send(&client, "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\nhe");
    client_settle(fx.server);
    client_close(&client);
    client_settle(fx.server);
    client = client_connect(fx.port);
    client_get(&client, "/next");
    expect("GET /next 0");
    ck_assert_str_eq(double_log(fx.api), "GET /next;");
}
END_TEST

/* ---- Host ---- */

static void host_is(const char *line, const char *status)
{
    struct client caller = client_connect(fx.port);
    char request[256];
    snprintf(request, sizeof request, "GET /h HTTP/1.1\r\n%s\r\n", line);
    client_send(&caller, request);
    ck_assert_msg(client_expect(fx.server, &caller, status), "%s: %s", line, buf_str(&caller.got));
    client_close(&caller);
}

START_TEST(host_decides)
{
    host_is("Host: 127.0.0.1:8642\r\n", " 200 ");
    host_is("Host: [::1]:8642\r\n", " 200 ");
    host_is("host: LocalHost\r\n", " 200 ");
    host_is("Host: evil.example\r\n", " 403 ");
    host_is("Host: 127.0.0.1.evil.example\r\n", " 403 ");
    host_is("Host: localhost\r\nHost: evil.example\r\n", " 400 ");
    host_is("Host:\r\n", " 403 ");
    host_is("", " 403 ");
}
END_TEST

START_TEST(http_1_0_needs_no_host)
{
    client_send(&client, "GET /old HTTP/1.0\r\n\r\n");
    expect("GET /old 0");
    ck_assert(client_closed(fx.server, &client));
}
END_TEST

START_TEST(what_is_refused_is_not_dispatched)
{
    client_send(&client,
                "POST /p HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 5\r\n\r\nhello");
    expect("403 Forbidden");
    expect("\"ok\":false");
    client_get(&client, "/next"); /* the connection goes on */
    expect("GET /next 0");
    ck_assert_str_eq(double_log(fx.api), "GET /next;");
}
END_TEST

/* ---- listeners ---- */

START_TEST(a_listener_names_its_caller)
{
    uint16_t port = fixture_listen(&(struct listen_options){.actor = "client:app"});
    struct client caller = client_connect(port);
    client_get(&caller, "/a");
    ck_assert(client_expect(fx.server, &caller, "GET /a 0"));
    ck_assert_str_eq(double_actor(fx.api), "client:app");
    client_get(&client, "/b");
    expect("GET /b 0");
    ck_assert_ptr_null(double_actor(fx.api));
    client_close(&caller);
}
END_TEST

START_TEST(a_port_in_use_is_refused_with_a_reason)
{
    uint16_t port;
    char *error = NULL;
    ck_assert(!server_listen(fx.server, &(struct listen_options){.port = fx.port}, &port, &error));
    ck_assert_msg(strstr(error, "in use"), "%s", error);
    free(error);
    ck_assert(!server_listen(fx.server, &(struct listen_options){.address = "lo"}, &port, &error));
    ck_assert_msg(strstr(error, "not a numeric address"), "%s", error);
    free(error);
}
END_TEST

START_TEST(it_listens_on_ipv6)
{
    char *error = NULL;
    uint16_t port;
    if (server_listen(fx.server, &(struct listen_options){.address = "::1"}, &port, &error))
        ck_assert_uint_ne(port, 0);
    free(error); /* a machine without IPv6 says so */
}
END_TEST

/* ---- signals, waiting ---- */

START_TEST(a_signal_ends_the_turn)
{
    kill(getpid(), SIGTERM);
    ck_assert_int_eq(server_turn(fx.server, NULL, NULL, -1), TURN_SIGNAL);
    ck_assert_int_eq(server_signal(fx.server), SIGTERM);
    ck_assert_int_eq(server_turn(fx.server, NULL, NULL, -1), TURN_SIGNAL);
    bool shared = true;
    ck_assert_int_eq(server_take_signal(fx.server, &shared), SIGTERM);
    ck_assert(!shared);
    ck_assert_int_eq(server_turn(fx.server, NULL, NULL, 0), TURN_DEADLINE);
}
END_TEST

START_TEST(an_idle_server_does_not_turn)
{
    client_get(&client, "/a");
    expect("GET /a 0");
    client_settle(fx.server);
    size_t before = double_turns(fx.api);
    ck_assert_int_eq(server_turn(fx.server, NULL, NULL, sim_real_ms() + 100), TURN_DEADLINE);
    ck_assert_uint_le(double_turns(fx.api) - before, 4);
}
END_TEST

static bool is_under_way(void *arg)
{
    (void)arg;
    return double_open(fx.api) == 1;
}

START_TEST(work_that_is_not_done_is_gone_on_with)
{
    client_get(&client, "/later/50");
    ck_assert(client_turn_until(fx.server, is_under_way, NULL));
    size_t before = double_turns(fx.api);
    server_turn(fx.server, NULL, NULL, sim_real_ms() + 100);
    ck_assert_uint_ge(double_turns(fx.api) - before, 50);
    ck_assert_uint_le(double_turns(fx.api) - before, 60);
}
END_TEST

Suite *test_front(void)
{
    Suite *suite = suite_create("front");
    TCase *tc = tcase_create("requests");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_reply_comes_back);
    tcase_add_test(tc, percent_00_stays_in_the_target);
    tcase_add_test(tc, an_absolute_target_is_what_it_names);
    tcase_add_test(tc, slashes_and_dots_are_left_alone);
    tcase_add_test(tc, a_long_header_goes_out_whole);
    tcase_add_test(tc, a_body_is_passed_on);
    tcase_add_test(tc, a_chunked_body_is_passed_on);
    tcase_add_test(tc, a_client_that_expects_100_is_told_to_go_on);
    tcase_add_test(tc, head_has_no_body);
    tcase_add_test(tc, pipelined_requests_are_answered_in_order);
    tcase_add_test(tc, many_requests_on_one_connection);
    tcase_add_test(tc, half_a_request_holds_up_nobody);
    tcase_add_test(tc, a_client_that_has_closed_its_half_gets_its_reply);
    tcase_add_test(tc, a_client_that_leaves_early_is_forgotten);
    tcase_add_test(tc, host_decides);
    tcase_add_test(tc, http_1_0_needs_no_host);
    tcase_add_test(tc, what_is_refused_is_not_dispatched);
    tcase_add_test(tc, a_listener_names_its_caller);
    tcase_add_test(tc, a_port_in_use_is_refused_with_a_reason);
    tcase_add_test(tc, it_listens_on_ipv6);
    tcase_add_test(tc, a_signal_ends_the_turn);
    tcase_add_test(tc, an_idle_server_does_not_turn);
    tcase_add_test(tc, work_that_is_not_done_is_gone_on_with);
    suite_add_tcase(suite, tc);
    return suite;
}
