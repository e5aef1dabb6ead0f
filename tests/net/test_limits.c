/* Limits: bodies, heads, connections, descriptors. Each ends in an answer, and nobody else notices.
 */
#include "fixture.h"

#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const struct server_options small = {
    .body_max = 1000,
    .headers_max = 2000,
    .connections_max = 4,
    .first_s = 1,
    .unsent_max = 40u << 20,
};

static struct client client;

static void setup(void)
{
    fixture_start(&small);
    client = client_connect(fx.port);
}

static void teardown(void)
{
    client_close(&client);
    fixture_teardown();
}

static void send_x(struct client *to, size_t len)
{
    char bytes[16384];
    memset(bytes, 'x', sizeof bytes);
    while (len && !to->closed) {
        size_t part = len < sizeof bytes ? len : sizeof bytes;
        if (!client_send_n(to, bytes, part))
            client_settle(fx.server);
        else
            len -= part;
    }
}

static void expect(const char *text)
{
    ck_assert_msg(client_expect(fx.server, &client, text), "expected \"%s\", got \"%s\"", text,
                  buf_str(&client.got));
}

static void post(const char *headers)
{
    client_send(&client, "POST /p HTTP/1.1\r\nHost: localhost\r\n");
    client_send(&client, headers);
    client_send(&client, "\r\n");
}

START_TEST(a_body_at_the_limit_passes)
{
    post("Content-Length: 1000\r\n");
    send_x(&client, 1000);
    expect("POST /p 1000");
}
END_TEST

START_TEST(a_body_above_the_limit_is_413)
{
    post("Content-Length: 1001\r\n");
    send_x(&client, 1001);
    expect("HTTP/1.1 413");
    expect("\"ok\":false");
    expect("Connection: close");
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

START_TEST(a_chunked_body_above_the_limit_is_413)
{
    post("Transfer-Encoding: chunked\r\n");
    client_send(&client, "400\r\n");
    send_x(&client, 0x400);
    client_send(&client, "\r\n0\r\n\r\n");
    expect("HTTP/1.1 413");
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

START_TEST(a_chunk_whose_first_line_never_ends_is_cut)
{
    post("Transfer-Encoding: chunked\r\n");
    client_send(&client, "3;");
    send_x(&client, 200000);
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

/* On connections that have asked before, so that no deadline ends them; each costs processor time.
 */
START_TEST(a_crowd_of_such_chunks_is_cut)
{
    struct client crowd[100];
    static char line[60000];
    memset(line, 'x', sizeof line);
    teardown();
    fixture_start(NULL);
    client = client_connect(fx.port);
    for (int i = 0; i < 100; i++) {
        crowd[i] = client_connect(fx.port);
        client_get(&crowd[i], "/a");
        ck_assert(client_expect(fx.server, &crowd[i], "GET /a 0"));
        client_send(&crowd[i], "POST /p HTTP/1.1\r\nHost: localhost\r\n"
                               "Transfer-Encoding: chunked\r\n\r\n3;");
        client_send_n(&crowd[i], line, sizeof line);
    }
    for (int i = 0; i < 100; i++) {
        ck_assert(client_closed(fx.server, &crowd[i]));
        client_close(&crowd[i]);
    }
}
END_TEST

START_TEST(a_chunked_body_that_comes_slowly_passes)
{
    post("Transfer-Encoding: chunked\r\n");
    for (int i = 0; i < 1800; i++) { /* more turns than it takes to be cut */
        client_send(&client, i % 2 ? "x\r\n" : "1\r\n");
        client_settle(fx.server);
    }
    client_send(&client, "0\r\n\r\n");
    expect("POST /p 900");
}
END_TEST

START_TEST(a_body_of_10_mb_is_413_and_the_client_gets_to_see_it)
{
    post("Content-Length: 10000000\r\n");
    send_x(&client, 10000000);
    expect("HTTP/1.1 413");
    ck_assert(client_closed(fx.server, &client));
}
END_TEST

START_TEST(a_body_without_end_is_refused_before_it_comes)
{
    post("Content-Length: 99999999999\r\n");
    expect("HTTP/1.1 413");
    ck_assert(client_closed(fx.server, &client));
}
END_TEST

START_TEST(a_client_that_asks_first_is_refused_first)
{
    post("Content-Length: 5000\r\nExpect: 100-continue\r\n");
    expect("HTTP/1.1 413");
    ck_assert(!client_has(&client, "100 Continue"));
}
END_TEST

static void get_with_header_of(size_t len)
{
    client_send(&client, "GET /h HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
    send_x(&client, len);
    client_send(&client, "\r\n\r\n");
}

START_TEST(a_head_below_the_limit_passes)
{
    get_with_header_of(1900);
    expect("GET /h 0");
}
END_TEST

START_TEST(a_head_above_the_limit_is_431)
{
    get_with_header_of(2001);
    expect("HTTP/1.1 431");
    expect("\"ok\":false");
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

START_TEST(a_target_above_the_limit_is_431)
{
    client_send(&client, "GET /");
    send_x(&client, 3000);
    client_send(&client, " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    expect("HTTP/1.1 431");
}
END_TEST

/* What is larger than libmicrohttpd's pool it answers by itself, in its own shape. */
START_TEST(a_head_beyond_all_bounds_ends)
{
    client_send(&client, "GET /h HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
    for (int i = 0; i < 100 && client_send(&client, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                                                    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
         i++)
        server_turn(fx.server, NULL, NULL, 0);
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

/* ---- connections ---- */

START_TEST(a_connection_too_many_is_503)
{
    struct client crowd[4]; /* with `client`, one too many */
    for (int i = 0; i < 4; i++) {
        crowd[i] = client_connect(fx.port);
        client_settle(fx.server);
    }
    client_get(&crowd[3], "/last");
    ck_assert(client_expect(fx.server, &crowd[3], "HTTP/1.1 503"));
    ck_assert(client_closed(fx.server, &crowd[3]));
    client_get(&client, "/first");
    expect("GET /first 0");
    for (int i = 0; i < 4; i++)
        client_close(&crowd[i]);
    client_settle(fx.server);
    ck_assert_str_eq(double_log(fx.api), "GET /first;");
}
END_TEST

/* They ask nothing, so that they can't be answered either. Who comes then is told at once; over TLS
 * nothing can be said before a handshake, for which there is no room. */
START_TEST(a_crowd_of_silent_ones_leaves_nobody_waiting)
{
    struct client crowd[100];
    for (int i = 0; i < 100; i++) {
        crowd[i] = client_connect(fx.port);
        client_settle(fx.server);
    }
    if (!fixture_tls) {
        ck_assert(client_expect(fx.server, &crowd[99], "HTTP/1.1 503"));
        ck_assert(client_has(&crowd[99], "open connections\"}"));
    }
    ck_assert(client_closed(fx.server, &crowd[99]));
    client_get(&client, "/first");
    expect("GET /first 0");
    for (int i = 0; i < 100; i++)
        client_close(&crowd[i]);
    client_settle(fx.server);
    ck_assert_str_eq(double_log(fx.api), "GET /first;");
}
END_TEST

START_TEST(a_flood_of_connections_is_answered_in_the_end)
{
    struct client flood[200];
    for (int i = 0; i < 200; i++) {
        flood[i] = client_connect(fx.port);
        client_get(&flood[i], "/f");
    }
    for (int i = 0; i < 200; i++) {
        ck_assert(client_expect(fx.server, &flood[i], "HTTP/1.1 "));
        client_close(&flood[i]);
    }
}
END_TEST

static double cpu_seconds(void)
{
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

/* accept() fails while no descriptor is left: nobody spins, and who waits is served when one is
 * closed. */
START_TEST(out_of_descriptors)
{
    struct client crowd[3];
    struct rlimit before;
    client_settle(fx.server); /* `client` is accepted */
    for (int i = 0; i < 3; i++)
        crowd[i] = client_connect(fx.port); /* in the backlog */
    client_get(&crowd[2], "/c");
    int lowest = dup(crowd[0].fd);
    close(lowest);
    getrlimit(RLIMIT_NOFILE, &before);
    struct rlimit none = {.rlim_cur = (rlim_t)lowest, .rlim_max = before.rlim_max};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    double cpu = cpu_seconds();
    server_turn(fx.server, NULL, NULL, sim_real_ms() + 200);
    cpu = cpu_seconds() - cpu;
    ck_assert(!client_has(&crowd[2], "HTTP"));
    setrlimit(RLIMIT_NOFILE, &before);
    ck_assert_msg(cpu < 0.1, "%f s of CPU in 0.2 s", cpu);
    client_close(&client);
    client_close(&crowd[0]);
    client_close(&crowd[1]);
    ck_assert(client_expect(fx.server, &crowd[2], "GET /c 0"));
    client_close(&crowd[2]);
    client = client_connect(fx.port);
}
END_TEST

/* What one client does not read leaves less room for others, until it has gone. */
START_TEST(unread_replies_take_room)
{
    const size_t len = 30u << 20; /* more than the kernel keeps for a connection */
    struct client other = client_connect(fx.port);
    client_get(&client, "/large/31457280");
    client_settle(fx.server);
    client_get(&other, "/a");
    ck_assert(client_expect(fx.server, &other, "GET /a 0"));
    ck_assert_uint_eq(double_room(fx.api), (40u << 20) - len);
    client_close(&client);
    client_settle(fx.server);
    client_get(&other, "/b");
    ck_assert(client_expect(fx.server, &other, "GET /b 0"));
    ck_assert_uint_eq(double_room(fx.api), 40u << 20);
    client_close(&other);
    client = client_connect(fx.port);
}
END_TEST

/* ---- clients that have ended what they send ---- */

START_TEST(half_a_request_does_not_keep_its_connection)
{
    post("Content-Length: 10\r\n");
    send_x(&client, 3);
    shutdown(client.fd, SHUT_WR);
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

/* libmicrohttpd, which reads the end together with the request, would wait for the next one. */
START_TEST(the_end_behind_a_request_ends_the_connection)
{
    client_get(&client, "/a");
    shutdown(client.fd, SHUT_WR);
    expect("GET /a 0");
    ck_assert(client_closed(fx.server, &client));
}
END_TEST

START_TEST(the_end_behind_several_requests_ends_it_after_the_last)
{
    client_get(&client, "/a");
    client_get(&client, "/b");
    client_get(&client, "/c");
    client_send(&client, "GET /half HT");
    shutdown(client.fd, SHUT_WR);
    expect("GET /a 0");
    expect("GET /c 0");
    ck_assert(client_closed(fx.server, &client));
    ck_assert_str_eq(double_log(fx.api), "GET /a;GET /b;GET /c;");
}
END_TEST

START_TEST(the_end_behind_a_large_reply_does_not_cut_it)
{
    client_get(&client, "/large/31457280");
    shutdown(client.fd, SHUT_WR);
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_gt(client.got.len, 31457280);
}
END_TEST

START_TEST(a_half_closed_one_in_the_inbox_is_answered)
{
    server_attach(fx.server, true);
    client_get(&client, "/a");
    shutdown(client.fd, SHUT_WR);
    expect("GET /a 0");
    ck_assert(client_closed(fx.server, &client));
}
END_TEST

/* Bytes that keep coming don't move the deadline of the first request. */
START_TEST(a_first_request_that_never_ends_is_cut)
{
    int64_t end_ms = sim_real_ms() + 3000;
    client_send(&client, "GET /");
    while (!client.closed && sim_real_ms() < end_ms) {
        client_send(&client, "a");
        client_read(&client);
        server_turn(fx.server, NULL, NULL, sim_real_ms() + 50);
    }
    ck_assert(client.closed);
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
}
END_TEST

Suite *test_limits(void)
{
    Suite *suite = suite_create("limits");
    TCase *tc = tcase_create("limits");
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, 20);
    tcase_add_test(tc, a_body_at_the_limit_passes);
    tcase_add_test(tc, a_body_above_the_limit_is_413);
    tcase_add_test(tc, a_chunked_body_above_the_limit_is_413);
    tcase_add_test(tc, a_chunk_whose_first_line_never_ends_is_cut);
    tcase_add_test(tc, a_crowd_of_such_chunks_is_cut);
    tcase_add_test(tc, a_chunked_body_that_comes_slowly_passes);
    tcase_add_test(tc, a_body_of_10_mb_is_413_and_the_client_gets_to_see_it);
    tcase_add_test(tc, a_body_without_end_is_refused_before_it_comes);
    tcase_add_test(tc, a_client_that_asks_first_is_refused_first);
    tcase_add_test(tc, a_head_below_the_limit_passes);
    tcase_add_test(tc, a_head_above_the_limit_is_431);
    tcase_add_test(tc, a_target_above_the_limit_is_431);
    tcase_add_test(tc, a_head_beyond_all_bounds_ends);
    tcase_add_test(tc, unread_replies_take_room);
    tcase_add_test(tc, half_a_request_does_not_keep_its_connection);
    tcase_add_test(tc, the_end_behind_a_request_ends_the_connection);
    tcase_add_test(tc, the_end_behind_several_requests_ends_it_after_the_last);
    tcase_add_test(tc, the_end_behind_a_large_reply_does_not_cut_it);
    tcase_add_test(tc, a_half_closed_one_in_the_inbox_is_answered);
    tcase_add_test(tc, a_first_request_that_never_ends_is_cut);
    tcase_add_test(tc, a_connection_too_many_is_503);
    tcase_add_test(tc, a_crowd_of_silent_ones_leaves_nobody_waiting);
    tcase_add_test(tc, a_flood_of_connections_is_answered_in_the_end);
    if (!fixture_tls) /* a client whose connection waits to be accepted shakes no hands */
        tcase_add_test(tc, out_of_descriptors);
    suite_add_tcase(suite, tc);
    return suite;
}
