/* Second factors, scopes, deletion: what no request can show by itself. */
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "cloud/accounts.h"
#include "cloud/oauth.h"
#include "cloud/team.h"
#include "sim/sim.h"

/* RFC 6238, appendix B (SHA-1, the last six of its eight digits): the secret is
 * "12345678901234567890". */
static const struct {
    int64_t at_s;
    const char *otp;
} vectors[] = {
    {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
    {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"},
};

static struct sim sim;

static struct cloud *begin(int64_t at_ms)
{
    sim_init(&sim, VCLOCK_FROZEN, at_ms, 1, "default");
    return cloud_new(&sim);
}

static void end(struct cloud *cloud)
{
    cloud_free(cloud);
    sim_free(&sim);
}

START_TEST(totp)
{
    static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    for (int step = -2; step <= 2; step++) {
        if (vectors[_i].at_s + 30 * step < 0)
            continue;
        struct cloud *cloud = begin((vectors[_i].at_s + 30 * step) * 1000);
        ck_assert_int_eq(accounts_totp_valid(cloud, secret, vectors[_i].otp),
                         step >= -1 && step <= 1);
        ck_assert(!accounts_totp_valid(cloud, secret, "28708"));
        ck_assert(!accounts_totp_valid(cloud, secret, ""));
        end(cloud);
    }
}
END_TEST

static const struct {
    const char *scope;
    bool valid;
} scopes[] = {
    {"devices:list", true},
    {"devices.function:call", true},
    {"teams.users:invite", true},
    {"", false},
    {"devices", false},
    {"devices:", false},
    {":list", false},
    {"devices:list:more", false},
    {"a..b:c", false},
    {"Devices:list", false},
    {"devices: list", false},
    {".a:b", false},
};

START_TEST(scope)
{
    ck_assert_msg(team_scope_valid(scopes[_i].scope) == scopes[_i].valid, "%s", scopes[_i].scope);
}
END_TEST

START_TEST(expired_tickets_go)
{
    struct cloud *cloud = begin(0);
    struct user *user = cloud_add_user(cloud, "dev@example.com", "pw");
    const char *first = accounts_issue_ticket(cloud, &cloud->mfa_tokens, "t", user, 1000, NULL);
    ck_assert_ptr_eq(accounts_ticket(cloud, &cloud->mfa_tokens, first)->user, user);
    ck_assert(!accounts_ticket(cloud, &cloud->mfa_tokens, "made-up"));
    end(cloud);
    cloud = begin(0);
    for (int i = 0; i < 100; i++) {
        user = i ? user : cloud_add_user(cloud, "dev@example.com", "pw");
        accounts_issue_ticket(cloud, &cloud->mfa_tokens, "t", user, 0, NULL);
        ck_assert_uint_eq(map_count(&cloud->mfa_tokens), 1);
    }
    end(cloud);
}
END_TEST

/* More than there are with four digits. */
START_TEST(many_clients_of_one_name)
{
    struct cloud *cloud = begin(0);
    struct user *user = cloud_add_user(cloud, "dev@example.com", "pw");
    size_t before = map_count(&cloud->clients), longer = 0;
    for (int i = 0; i < 9500; i++)
        longer += strlen(accounts_make_client(cloud, "App", NULL, user)->id) > strlen("app-1234");
    ck_assert_uint_eq(map_count(&cloud->clients), before + 9500);
    ck_assert_uint_ge(longer, 500);
    end(cloud);
}
END_TEST

START_TEST(what_a_deleted_user_leaves)
{
    struct cloud *cloud = begin(0);
    struct user *user = cloud_add_user(cloud, "dev@example.com", "pw");
    struct product *product =
        cloud_add_product(cloud, 6287, "acme", "Acme", platform_by_name("photon"));
    struct cloud_device *device =
        cloud_add_device(cloud, "310000000000000000000001", platform_by_name("photon"));
    struct owner owner = {OWNER_USER, .user = user};
    cloud_add_team_member(product, user);
    cloud_set_owner(cloud, device, owner);
    struct oauth_client *client = accounts_make_client(cloud, "App", NULL, user);
    oauth_issue(cloud, client, owner, "one", 0, NULL);
    const char *ticket =
        accounts_issue_ticket(cloud, &cloud->password_resets, "t", user, 1000, NULL);
    accounts_delete_user(cloud, user);
    ck_assert(!cloud_user(cloud, "dev@example.com"));
    ck_assert(!map_get(&cloud->tokens, "one"));
    ck_assert(!map_get(&cloud->clients, client->id)); /* still readable */
    ck_assert_int_eq(device->owner.kind, OWNER_NONE);
    ck_assert_ptr_null(accounts_ticket(cloud, &cloud->password_resets, ticket));
    ck_assert_uint_eq(map_count(&product->team), 0);
    ck_assert_str_eq(owner_name(&owner), "dev@example.com"); /* a dead account, no freed memory */
    end(cloud);
}
END_TEST

Suite *test_cloud_accounts(void)
{
    Suite *suite = suite_create("accounts");
    TCase *tcase = tcase_create("accounts");
    tcase_add_loop_test(tcase, totp, 0, sizeof vectors / sizeof *vectors);
    tcase_add_loop_test(tcase, scope, 0, sizeof scopes / sizeof *scopes);
    tcase_add_test(tcase, expired_tickets_go);
    tcase_add_test(tcase, many_clients_of_one_name);
    tcase_add_test(tcase, what_a_deleted_user_leaves);
    suite_add_tcase(suite, tcase);
    return suite;
}
