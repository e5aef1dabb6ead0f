/* Limits whose end nobody is told: what goes when there are too many, and what stays. */
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_cloud.h"

#include <string.h>

#define HOUR CLAIM_CODE_LIFE_MS

static struct claim_code *issue(void)
{
    return claim_code_issue(bench.cloud, &bench.ben, NULL);
}

static bool known(const char *code)
{
    return map_get(&bench.cloud->claim_codes, code);
}

START_TEST(each_limit_has_a_row)
{
    for (int i = 0; i < LIMITS; i++) {
        ck_assert(limit_rows[i].name && limit_rows[i].noun && limit_rows[i].text);
        ck_assert_uint_eq(bench.cloud->limits[i], limit_rows[i].most);
        ck_assert_int_eq(limits_find(limit_rows[i].name), i);
    }
    ck_assert_int_eq(limits_find("claim-codes"), -1);
}
END_TEST

START_TEST(the_code_that_died_first_goes)
{
    char codes[3][CLAIM_CODE_LEN + 1];
    bench.cloud->limits[LIMIT_DEAD_CLAIM_CODES] = 2;
    for (int i = 0; i < 3; i++) {
        strcpy(codes[i], issue()->code);
        bench_advance(1000);
    }
    bench_advance(HOUR - 2000); /* the first two */
    ck_assert(known(codes[0]) && known(codes[1]) && known(codes[2]));
    bench_advance(2000);
    ck_assert(!known(codes[0]) && known(codes[1]) && known(codes[2]));
    ck_assert_uint_eq(bench.ben.user->belongings.claim_codes.count, 2);
    ck_assert_uint_eq(claim_code_list(bench.cloud, NULL)->count, 2);
}
END_TEST

/* What a device presented last is what `why` tells of, however many die after it. */
START_TEST(what_a_device_presented_last_stays)
{
    enum session_kind kind;
    char first[CLAIM_CODE_LEN + 1], second[CLAIM_CODE_LEN + 1];
    bench.cloud->limits[LIMIT_DEAD_CLAIM_CODES] = 0;
    strcpy(first, issue()->code);
    bench_open(bench.cc, false, &kind);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.cc, first), CODE_ACCEPTED);
    issue();
    bench_advance(HOUR);
    ck_assert(known(first));
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.cc, first), CODE_USED);
    ck_assert(known(first));
    strcpy(second, issue()->code);
    claim_code_offer(bench.cloud, bench.cc, second);
    ck_assert(!known(first) && known(second));
    ck_assert_uint_eq(map_count(&bench.cloud->claim_codes), 1);
}
END_TEST

/* Cancelled codes go while the owner's list is walked: none may be looked at after. */
START_TEST(many_are_cancelled_at_once)
{
    bench.cloud->limits[LIMIT_DEAD_CLAIM_CODES] = 1;
    for (int i = 0; i < 20; i++)
        issue();
    bench_switch("older_claim_codes", "cancelled");
    const struct claim_code *last = issue();
    ck_assert(claim_code_alive(bench.cloud, last));
    ck_assert_uint_eq(map_count(&bench.cloud->claim_codes), 2);
    ck_assert_uint_eq(bench.cloud->lives.of[CODE_ALIVE].count, 1);
    accounts_delete_user(bench.cloud, bench.ben.user);
    ck_assert_uint_eq(bench.cloud->lives.of[CODE_ALIVE].count, 0);
    ck_assert_uint_eq(map_count(&bench.cloud->claim_codes), 1);
}
END_TEST

START_TEST(the_oldest_ticket_goes)
{
    struct cloud *cloud = bench.cloud;
    char first[IDS_TOKEN + 1];
    cloud->limits[LIMIT_TICKETS] = 3;
    strcpy(first,
           accounts_issue_ticket(cloud, &cloud->password_resets, "t", bench.ben.user, 1000, NULL));
    for (int i = 0; i < 2; i++)
        accounts_issue_ticket(cloud, &cloud->password_resets, "t", bench.ben.user, 1000, NULL);
    ck_assert_ptr_nonnull(accounts_ticket(cloud, &cloud->password_resets, first));
    accounts_issue_ticket(cloud, &cloud->password_resets, "t", bench.ben.user, 1000, NULL);
    ck_assert_ptr_null(accounts_ticket(cloud, &cloud->password_resets, first));
    ck_assert_uint_eq(map_count(&cloud->password_resets), 3);
}
END_TEST

/* ---- what belongs to an owner and to a client is found there alone ---- */

START_TEST(tokens_belong_to_owner_and_client)
{
    struct cloud *cloud = bench.cloud;
    struct oauth_client *client = map_get(&cloud->clients, "pump-1");
    oauth_issue(cloud, client, bench.ada, "a", 0, NULL);
    oauth_issue(cloud, client, bench.nobody, "b", 0, NULL);
    oauth_issue(cloud, client, bench.ada, "a", 0, NULL); /* in place of the first */
    ck_assert_uint_eq(bench.ada.customer->belongings.tokens.count, 1);
    ck_assert_uint_eq(client->tokens.count, 2);
    oauth_revoke_owner(cloud, &bench.ada);
    ck_assert_uint_eq(bench.ada.customer->belongings.tokens.count, 0);
    ck_assert_uint_eq(client->tokens.count, 1);
    accounts_delete_client(cloud, client);
    ck_assert_uint_eq(map_count(&cloud->tokens), 0);
    ck_assert_uint_eq(bench.pump->clients.count, 1);
}
END_TEST

Suite *test_cloud_limits(void)
{
    Suite *suite = suite_create("limits");
    TCase *tcase = tcase_create("limits");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, each_limit_has_a_row);
    tcase_add_test(tcase, the_code_that_died_first_goes);
    tcase_add_test(tcase, what_a_device_presented_last_stays);
    tcase_add_test(tcase, many_are_cancelled_at_once);
    tcase_add_test(tcase, the_oldest_ticket_goes);
    tcase_add_test(tcase, tokens_belong_to_owner_and_client);
    suite_add_tcase(suite, tcase);
    return suite;
}
