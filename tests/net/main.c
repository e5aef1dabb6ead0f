/* The runner of the socket tests, and their fixture. Owns the one server that a test has. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

struct fixture fx;
bool fixture_tls;

uint16_t fixture_listen(const struct listen_options *options)
{
    uint16_t port = 0;
    char *error = NULL;
    ck_assert_msg(server_listen(fx.server, options, &port, &error), "%s", error);
    ck_assert_uint_ne(port, 0);
    return port;
}

void fixture_start(const struct server_options *options)
{
    struct server_options mine = options ? *options : (struct server_options){0};
    char *error = NULL;
    fx.api = double_new();
    if (fixture_tls)
        mine.identity = fx.identity = tls_identity_new(NULL, &error);
    fx.server = server_new(fx.api, &mine, &error);
    ck_assert_msg(fx.server, "%s", error);
    client_speak_tls(fixture_tls ? fx.server : NULL);
    fx.port = fixture_listen(&(struct listen_options){0});
}

void fixture_setup(void)
{
    fixture_start(NULL);
}

void fixture_teardown(void)
{
    server_free(fx.server);
    double_free(fx.api);
    tls_identity_free(fx.identity);
    fx = (struct fixture){0};
}

/* The inbox counts turns, of which a record of TLS may take more than one. */
static void add_suites(SRunner *runner)
{
    srunner_add_suite(runner, test_suspended());
    srunner_add_suite(runner, test_wire());
    srunner_add_suite(runner, test_limits());
    srunner_add_suite(runner, test_deliver());
    if (fixture_tls) {
        srunner_add_suite(runner, test_tls());
        return;
    }
    srunner_add_suite(runner, test_inbox());
    srunner_add_suite(runner, test_doors());
    srunner_add_suite(runner, test_child());
    srunner_add_suite(runner, test_output());
}

/* With "tls" as the argument, the suites about connections over TLS. */
int main(int argc, char **argv)
{
    fixture_tls = argc > 1 && strcmp(argv[1], "tls") == 0;
    SRunner *runner = srunner_create(test_front());
    add_suites(runner);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
