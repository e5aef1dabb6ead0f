/* TLS alone: handshakes that never end. That all else is as without it, the other suites see. */
#include "fixture.h"

#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The beginning of a record, and nothing behind it. */
static struct client stalled(void)
{
    struct client client = client_connect_plain(fx.port);
    client_send_n(&client, "\x16\x03\x01", 3);
    client_settle(fx.server);
    return client;
}

static void turn_for(int64_t ms)
{
    server_turn(fx.server, NULL, NULL, sim_real_ms() + ms);
}

/* Without the pause it is all of the time. */
START_TEST(a_handshake_that_stalls_costs_no_processor_time)
{
    struct client client = stalled();
    double begun = cpu_ms();
    turn_for(500);
    ck_assert_double_lt(cpu_ms() - begun, 200);
    client_close(&client);
}
END_TEST

START_TEST(beside_it_others_are_served)
{
    struct client client = stalled(), other = client_connect(fx.port);
    client_get(&other, "/beside");
    ck_assert(client_expect(fx.server, &other, "GET /beside 0"));
    client_close(&other);
    client_close(&client);
}
END_TEST

static bool has_all(void *arg)
{
    struct client *client = arg;
    client_read(client);
    return client->got.len > (8u << 20);
}

/* 512 records: were each a turn with a pause, it would be slow. */
START_TEST(beside_it_a_large_reply_is_quick)
{
    struct client client = stalled(), other = client_connect(fx.port);
    turn_for(300); /* so that pauses have begun */
    client_get(&other, "/large/8400000");
    int64_t begun_ms = sim_real_ms();
    ck_assert(client_turn_until(fx.server, has_all, &other));
    ck_assert_int_lt(sim_real_ms() - begun_ms, 2500);
    client_close(&other);
    client_close(&client);
}
END_TEST

/* It has the time of a connection that has not asked anything. */
START_TEST(it_is_cut_in_the_end)
{
    const struct server_options quick = {.first_s = 1};
    fixture_teardown();
    fixture_start(&quick);
    struct client client = stalled();
    ck_assert(client_closed(fx.server, &client));
    client_close(&client);
}
END_TEST

START_TEST(what_is_no_tls_is_cut)
{
    struct client client = client_connect_plain(fx.port);
    client_get(&client, "/plain");
    ck_assert(client_closed(fx.server, &client));
    ck_assert_uint_eq(double_dispatched(fx.api), 0);
    client_close(&client);
}
END_TEST

START_TEST(two_identities_have_nothing_in_common)
{
    char *error = NULL;
    struct tls_identity *other = tls_identity_new(NULL, &error);
    ck_assert_ptr_nonnull(other);
    ck_assert_str_ne(other->key, fx.identity->key);
    ck_assert_str_ne(other->certificate, fx.identity->certificate);
    ck_assert_ptr_null(strstr(other->certificate, "PRIVATE"));
    tls_identity_free(other);
}
END_TEST

Suite *test_tls(void)
{
    Suite *suite = suite_create("tls");
    TCase *tc = tcase_create("handshakes");
    tcase_set_timeout(tc, 30);
    tcase_add_checked_fixture(tc, fixture_setup, fixture_teardown);
    tcase_add_test(tc, a_handshake_that_stalls_costs_no_processor_time);
    tcase_add_test(tc, beside_it_others_are_served);
    tcase_add_test(tc, beside_it_a_large_reply_is_quick);
    tcase_add_test(tc, it_is_cut_in_the_end);
    tcase_add_test(tc, what_is_no_tls_is_cut);
    tcase_add_test(tc, two_identities_have_nothing_in_common);
    suite_add_tcase(suite, tc);
    return suite;
}
