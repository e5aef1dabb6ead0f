/* Where webhooks may go without being allowed to. */
#include "suites.h"

#include "net/carrier_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>

static const struct {
    const char *host;
    bool local;
} hosts[] = {
    {"localhost", true},   {"LocalHost", true},     {"hook.localhost", true},
    {"127.0.0.1", true},   {"127.255.0.9", true},   {"[::1]", true},
    {"", false},           {"notlocalhost", false}, {"localhost.example.com", false},
    {"localhost.", false}, {"128.0.0.1", false},    {"0.0.0.0", false},
    {"10.0.0.1", false},   {"::1", false}, /* never without brackets in an URL */
    {"[::2]", false},      {"[::]", false},         {"[::ffff:10.0.0.1]", false},
    {"[", false},          {"[]", false},           {"127.0.0.1.example.com", false},
};

START_TEST(local)
{
    ck_assert_msg(carrier_policy_is_local(hosts[_i].host) == hosts[_i].local, "%s", hosts[_i].host);
}
END_TEST

START_TEST(listed)
{
    static const char *const allowed[] = {"hooks.example.com", "10.0.0.1", NULL};
    ck_assert(carrier_policy_is_listed(allowed, "Hooks.Example.com"));
    ck_assert(carrier_policy_is_listed(allowed, "10.0.0.1"));
    ck_assert(!carrier_policy_is_listed(allowed, "example.com"));
    ck_assert(!carrier_policy_is_listed(allowed, "a.hooks.example.com"));
    ck_assert(!carrier_policy_is_listed(NULL, "example.com"));
}
END_TEST

START_TEST(addresses)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = in6addr_loopback};
    struct sockaddr other = {.sa_family = AF_UNIX};
    ck_assert(carrier_policy_is_loopback((const struct sockaddr *)&v4));
    ck_assert(carrier_policy_is_loopback((const struct sockaddr *)&v6));
    v4.sin_addr.s_addr = htonl(0x0a000001);
    v6.sin6_addr = in6addr_any;
    ck_assert(!carrier_policy_is_loopback((const struct sockaddr *)&v4));
    ck_assert(!carrier_policy_is_loopback((const struct sockaddr *)&v6));
    ck_assert(!carrier_policy_is_loopback(&other));
}
END_TEST

/* ---- listeners of our own ---- */

static const struct {
    const char *bound, *target;
    bool reaches;
} ways[] = {
    {"127.0.0.1", "127.0.0.1", true},
    {"127.0.0.1", "0.0.0.0", true},
    {"127.0.0.1", "::", true},
    {"127.0.0.1", "::ffff:127.0.0.1", true},
    {"127.0.0.1", "::ffff:0.0.0.0", true},
    {"127.0.0.1", "127.0.0.2", false},
    {"127.0.0.1", "::1", false},
    {"127.0.0.1", "10.0.0.1", false},
    {"::1", "::1", true},
    {"::1", "::", true},
    {"::1", "127.0.0.1", false},
    {"0.0.0.0", "127.9.9.9", true},
    {"0.0.0.0", "::ffff:127.9.9.9", true},
    {"0.0.0.0", "10.0.0.1", false}, /* may be anybody's: its socket tells */
    {"::", "::1", true},
    {"::", "127.0.0.1", true},
    {"10.0.0.1", "10.0.0.1", true},
    {"10.0.0.1", "::ffff:10.0.0.1", true},
    {"10.0.0.1", "0.0.0.0", false},
};

static struct sockaddr_storage address_of(const char *text, uint16_t port)
{
    struct sockaddr_storage address = {0};
    void *raw = &address;
    struct sockaddr_in *v4 = raw;
    struct sockaddr_in6 *v6 = raw;
    if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(port);
    } else {
        ck_assert_int_eq(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(port);
    }
    return address;
}

START_TEST(reaches)
{
    struct sockaddr_storage bound = address_of(ways[_i].bound, 8642);
    struct sockaddr_storage target = address_of(ways[_i].target, 8642);
    struct sockaddr_storage beside = address_of(ways[_i].target, 8643);
    const struct sockaddr *at = (const struct sockaddr *)&bound;
    ck_assert_msg(carrier_policy_reaches(at, (const struct sockaddr *)&target) == ways[_i].reaches,
                  "%s, %s", ways[_i].bound, ways[_i].target);
    ck_assert(!carrier_policy_reaches(at, (const struct sockaddr *)&beside));
}
END_TEST

START_TEST(same)
{
    struct sockaddr_storage one = address_of("127.0.0.1", 1);
    struct sockaddr_storage wide = address_of("::ffff:127.0.0.1", 1);
    struct sockaddr_storage other = address_of("::ffff:127.0.0.1", 2);
    struct sockaddr nobody = {.sa_family = AF_UNIX};
    ck_assert(carrier_policy_is_same((struct sockaddr *)&one, (struct sockaddr *)&wide));
    ck_assert(!carrier_policy_is_same((struct sockaddr *)&one, (struct sockaddr *)&other));
    ck_assert(!carrier_policy_is_same((struct sockaddr *)&one, &nobody));
}
END_TEST

Suite *test_net_carrier_policy(void)
{
    Suite *suite = suite_create("carrier_policy");
    TCase *tcase = tcase_create("carrier_policy");
    tcase_add_loop_test(tcase, local, 0, sizeof hosts / sizeof *hosts);
    tcase_add_test(tcase, listed);
    tcase_add_loop_test(tcase, reaches, 0, sizeof ways / sizeof *ways);
    tcase_add_test(tcase, same);
    tcase_add_test(tcase, addresses);
    suite_add_tcase(suite, tcase);
    return suite;
}
