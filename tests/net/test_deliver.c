/* How a reply is delivered: what its client sees of one that is cut, paced, sent twice, reset or
 * kept from it. */
#include "fixture.h"

#include "sim/sim.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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

static const char *body(void)
{
    const char *end = strstr(buf_str(&client.got), "\r\n\r\n");
    return end ? end + 4 : "";
}

START_TEST(a_cut_reply_ends_behind_so_many_bytes)
{
    client_get(&client, "/cut/5");
    ck_assert(client_closed(fx.server, &client));
    ck_assert_ptr_nonnull(strstr(buf_str(&client.got), "HTTP/1.1 200 OK\r\n"));
    ck_assert_ptr_nonnull(strstr(buf_str(&client.got), "Content-Length: 12\r\n"));
    ck_assert_str_eq(body(), "GET /");
}
END_TEST

START_TEST(a_cut_behind_the_head)
{
    client_get(&client, "/cut/0");
    ck_assert(client_closed(fx.server, &client));
    ck_assert_ptr_nonnull(strstr(buf_str(&client.got), "Content-Length: 12\r\n"));
    ck_assert_str_eq(body(), "");
}
END_TEST

START_TEST(a_cut_behind_the_end_cuts_nothing)
{
    client_get(&client, "/cut/500");
    ck_assert(client_expect(fx.server, &client, "GET /cut/500 0"));
    client_get(&client, "/next");
    ck_assert(client_expect(fx.server, &client, "GET /next 0"));
}
END_TEST

/* Pieces of 4 of "GET /pieces/4/30 0": 18 bytes, so four pauses. */
START_TEST(pieces_come_one_after_the_other)
{
    int64_t began_ms = sim_real_ms();
    client_get(&client, "/pieces/4/30");
    ck_assert(client_expect(fx.server, &client, "\r\n\r\nGET "));
    client_settle(fx.server);
    client_read(&client);
    ck_assert_str_eq(body(), "GET ");
    ck_assert(client_expect(fx.server, &client, "GET /pieces/4/30 0"));
    ck_assert_int_ge(sim_real_ms() - began_ms, 4 * 30);
    client_get(&client, "/next");
    ck_assert(client_expect(fx.server, &client, "GET /next 0"));
}
END_TEST

/* The one that is due first is not behind the one that came first. */
START_TEST(two_paces_beside_each_other)
{
    struct client other = client_connect(fx.port);
    client_get(&client, "/pieces/9/600000");
    ck_assert(client_expect(fx.server, &client, "GET /piec"));
    client_get(&other, "/pieces/9/1");
    ck_assert(client_expect(fx.server, &other, "GET /pieces/9/1 0"));
    client_read(&client);
    ck_assert_str_eq(body(), "GET /piec");
    client_close(&other);
}
END_TEST

static size_t count(const char *text)
{
    size_t found = 0;
    for (const char *at = buf_str(&client.got); (at = strstr(at, text)); at++)
        found++;
    return found;
}

static bool has_two(void *arg)
{
    (void)arg;
    client_read(&client);
    return count("GET /twice 0") == 2;
}

START_TEST(a_reply_that_comes_twice)
{
    client_get(&client, "/twice");
    ck_assert(client_turn_until(fx.server, has_two, NULL));
    ck_assert_uint_eq(count("HTTP/1.1 200 OK\r\n"), 2);
    ck_assert_uint_eq(count("Content-Length: 12\r\n"), 2);
    client_get(&client, "/next");
    ck_assert(client_expect(fx.server, &client, "GET /next 0"));
    ck_assert_uint_eq(count("HTTP/1.1"), 3);
}
END_TEST

START_TEST(a_reset_tells_nothing)
{
    char byte;
    client_get(&client, "/reset");
    while (double_dispatched(fx.api) == 0)
        client_settle(fx.server);
    client_settle(fx.server);
    ck_assert_int_eq(recv(client.fd, &byte, 1, MSG_DONTWAIT), -1);
    ck_assert_int_eq(errno, ECONNRESET);
}
END_TEST

/* Others are served meanwhile, and that its client has gone is seen. */
START_TEST(a_reply_that_never_comes)
{
    struct client other = client_connect(fx.port);
    client_get(&client, "/never");
    client_get(&other, "/next");
    ck_assert(client_expect(fx.server, &other, "GET /next 0"));
    client_settle(fx.server);
    client_read(&client);
    ck_assert_uint_eq(client.got.len, 0);
    ck_assert(!client.closed);
    shutdown(client.fd, SHUT_WR);
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_eq(client.got.len, 0);
    client_close(&other);
}
END_TEST

START_TEST(the_server_ends_meanwhile)
{
    struct client other = client_connect(fx.port);
    client_get(&client, "/never");
    client_get(&other, "/pieces/3/600000");
    ck_assert(client_expect(fx.server, &other, "GET"));
    client_close(&other);
}
END_TEST

Suite *test_deliver(void)
{
    Suite *suite = suite_create("deliver");
    TCase *tc = tcase_create("deliver");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_cut_reply_ends_behind_so_many_bytes);
    tcase_add_test(tc, a_cut_behind_the_head);
    tcase_add_test(tc, a_cut_behind_the_end_cuts_nothing);
    tcase_add_test(tc, pieces_come_one_after_the_other);
    tcase_add_test(tc, two_paces_beside_each_other);
    tcase_add_test(tc, a_reply_that_comes_twice);
    tcase_add_test(tc, a_reset_tells_nothing);
    tcase_add_test(tc, a_reply_that_never_comes);
    tcase_add_test(tc, the_server_ends_meanwhile);
    suite_add_tcase(suite, tc);
    return suite;
}
