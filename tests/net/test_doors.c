/* Listeners that refuse for a while, and connections that are cut. */
#include "fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define TIMES 20

static struct client client;

static void setup(void)
{
    fixture_start(NULL);
    client = client_connect(fx.port);
}

static void teardown(void)
{
    client_close(&client);
    fixture_teardown();
}

static bool is_refused(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(fx.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    bool refused = connect(fd, (struct sockaddr *)&at, sizeof at) != 0 && errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static void ask(struct client *asking)
{
    buf_clear(&asking->got);
    client_get(asking, "/now");
    ck_assert(client_expect(fx.server, asking, "GET /now 0"));
}

/* At once: a client that is started next must not get in. */
START_TEST(it_refuses_and_listens_again)
{
    for (int i = 0; i < TIMES; i++) {
        double_refuse(fx.api, true);
        ck_assert(is_refused());
        client_settle(fx.server);
        ck_assert(is_refused());
        double_refuse(fx.api, false);
        ck_assert(!is_refused());
        struct client another = client_connect(fx.port);
        ask(&another);
        client_close(&another);
    }
}
END_TEST

START_TEST(who_is_connected_stays_so)
{
    ask(&client);
    for (int i = 0; i < TIMES; i++) {
        double_refuse(fx.api, true);
        ask(&client);
        double_refuse(fx.api, false);
        ask(&client);
    }
}
END_TEST

static bool one_is_open(void *arg)
{
    return double_open(arg) == 1;
}

static bool none_is_open(void *arg)
{
    return double_open(arg) == 0;
}

START_TEST(who_is_cut_is_off)
{
    static const char *const paths[] = {"/later", "/stream", "/now", "/never"};
    client_get(&client, paths[_i]);
    if (_i < 2)
        ck_assert(client_turn_until(fx.server, one_is_open, fx.api));
    else
        client_settle(fx.server);
    double_cut(fx.api);
    ck_assert(client_closed(fx.server, &client));
    ck_assert(client_turn_until(fx.server, none_is_open, fx.api));
    struct client another = client_connect(fx.port);
    ask(&another);
    client_close(&another);
}
END_TEST

START_TEST(it_ends_while_it_refuses)
{
    client_get(&client, "/later");
    ck_assert(client_turn_until(fx.server, one_is_open, fx.api));
    double_refuse(fx.api, true);
    client_settle(fx.server);
}
END_TEST

Suite *test_doors(void)
{
    Suite *suite = suite_create("doors");
    TCase *tcase = tcase_create("doors");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, it_refuses_and_listens_again);
    tcase_add_test(tcase, who_is_connected_stays_so);
    tcase_add_loop_test(tcase, who_is_cut_is_off, 0, 4);
    tcase_add_test(tcase, it_ends_while_it_refuses);
    suite_add_tcase(suite, tcase);
    return suite;
}
