/* The runner of the socket tests, and their fixture. Owns the one server that a test has. */
#include "fixture.h"

#include <stdlib.h>

struct fixture fx;

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
    char *error = NULL;
    fx.api = double_new();
    fx.server = server_new(fx.api, options, &error);
    ck_assert_msg(fx.server, "%s", error);
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
    fx = (struct fixture){0};
}

int main(void)
{
    SRunner *runner = srunner_create(test_front());
    srunner_add_suite(runner, test_inbox());
    srunner_add_suite(runner, test_suspended());
    srunner_add_suite(runner, test_wire());
    srunner_add_suite(runner, test_limits());
    srunner_add_suite(runner, test_deliver());
    srunner_add_suite(runner, test_child());
    srunner_add_suite(runner, test_output());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
