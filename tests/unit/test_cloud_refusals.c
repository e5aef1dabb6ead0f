/* What the cloud remembers for `why` of requests that were refused, of tokens that are dead, and of
 * imports: what it is, and that it has bounds. */
#include "suites.h"

#include "cloud/accounts.h"
#include "cloud/attempts.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/refusals.h"
#include "unit_cloud.h"

#include <stdio.h>
#include <string.h>

/* ---- refusals ---- */

static void refuse(const struct owner *owner, struct cloud_device *device, uint64_t n)
{
    char named[200];
    memset(named, 'x', sizeof named);
    named[sizeof named - 1] = '\0';
    const struct refusal refusal = {
        .at = {n, BENCH_START},
        .caller = "client:app",
        .request = "POST /v1/devices",
        .owner = *owner,
        .device = device,
        .naming = NAMED_ID,
        .named = named,
        .place = "id",
        .status = 401,
    };
    refusals_note(bench.cloud, &refusal);
}

START_TEST(a_book_keeps_the_newest_of_an_owner_and_a_device)
{
    for (uint64_t n = 1; n <= REFUSALS_KEPT + 3; n++)
        refuse(&bench.ada, bench.aa, n);
    refuse(&bench.ada, bench.bb, 100);
    refuse(&bench.ben, bench.aa, 101);
    const struct refusal_book *book = refusals_book(bench.cloud, &bench.ada, bench.aa);
    ck_assert_uint_eq(refusals_count(book), REFUSALS_KEPT);
    for (size_t i = 0; i < REFUSALS_KEPT; i++)
        ck_assert_uint_eq(refusals_at(book, i)->at.n, i + 4);
    ck_assert_uint_eq(strlen(refusals_at(book, 0)->named), REFUSALS_TEXT);
    ck_assert_str_eq(refusals_at(book, 0)->caller, "client:app");
    ck_assert_uint_eq(refusals_count(refusals_book(bench.cloud, &bench.ben, bench.aa)), 1);
    ck_assert_ptr_null(refusals_book(bench.cloud, &bench.ben, bench.bb));
}
END_TEST

START_TEST(what_is_about_nothing_is_passed_over)
{
    size_t cursor = 0;
    refuse(&bench.nobody, NULL, 1);
    ck_assert_ptr_null(refusals_next(bench.cloud, &cursor));
    refuse(&bench.nobody, bench.aa, 2);
    ck_assert_ptr_nonnull(refusals_book(bench.cloud, &bench.nobody, bench.aa));
}
END_TEST

START_TEST(there_are_so_many_books)
{
    char email[32];
    size_t cursor = 0, count = 0;
    for (int i = 0; i <= REFUSALS_BOOKS; i++) {
        snprintf(email, sizeof email, "c%d@example.com", i);
        struct customer *customer = cloud_add_customer(bench.cloud, bench.pump, email, NULL);
        refuse(&(struct owner){OWNER_CUSTOMER, .customer = customer}, NULL, (uint64_t)i + 1);
    }
    const struct refusal_book *book, *last = NULL;
    while ((book = refusals_next(bench.cloud, &cursor))) {
        count++;
        last = book;
    }
    ck_assert_uint_le(count, REFUSALS_BOOKS);
    ck_assert_uint_ge(count, REFUSALS_BOOKS / 2);
    ck_assert_uint_eq(refusals_at(last, 0)->at.n, REFUSALS_BOOKS + 1); /* the newest is there */
}
END_TEST

START_TEST(they_go_with_their_owner)
{
    refuse(&bench.ada, bench.aa, 1);
    refuse(&bench.cleo, bench.aa, 2);
    cloud_delete_customer(bench.cloud, bench.ada.customer);
    ck_assert_ptr_null(refusals_book(bench.cloud, &bench.ada, bench.aa));
    ck_assert_ptr_nonnull(refusals_book(bench.cloud, &bench.cleo, bench.aa));
}
END_TEST

/* ---- tokens ---- */

static enum oauth_standing standing(const char *header, const char *query, struct owner *ret_owner)
{
    const struct oauth_presented presented = {.header = header, .query = query};
    return oauth_standing_of(bench.cloud, &presented, ret_owner);
}

START_TEST(a_token_is_worth_something_or_was)
{
    struct owner owner;
    oauth_issue(bench.cloud, NULL, bench.ada, "brief", 60, NULL);
    struct token *token = oauth_issue(bench.cloud, NULL, bench.ben, "bens", 0, NULL);
    ck_assert_int_eq(standing(NULL, NULL, &owner), OAUTH_STANDING_NONE);
    ck_assert_int_eq(standing("Bearer nobodys", NULL, &owner), OAUTH_STANDING_UNKNOWN);
    ck_assert_int_eq(owner.kind, OWNER_NONE);
    ck_assert_int_eq(standing("Bearer brief", NULL, &owner), OAUTH_STANDING_LIVE);
    ck_assert(owner_same(&owner, &bench.ada));
    ck_assert_int_eq(standing("Bearer nobodys", "brief", &owner), OAUTH_STANDING_LIVE);
    bench_advance(60000);
    ck_assert_int_eq(standing("Bearer brief", NULL, &owner), OAUTH_STANDING_DEAD);
    oauth_revoke(bench.cloud, token);
    ck_assert_int_eq(standing("Bearer bens", NULL, &owner), OAUTH_STANDING_DEAD);
    ck_assert(owner_same(&owner, &bench.ben));
    oauth_issue(bench.cloud, NULL, bench.cleo, "bens", 0, NULL);
    ck_assert_int_eq(standing("Bearer bens", NULL, &owner), OAUTH_STANDING_LIVE);
    ck_assert(owner_same(&owner, &bench.cleo));
}
END_TEST

START_TEST(so_many_dead_tokens_are_known)
{
    char access[32];
    struct owner owner;
    for (int i = 0; i <= OAUTH_DEAD_MAX; i++) {
        snprintf(access, sizeof access, "token-%d", i);
        oauth_revoke(bench.cloud, oauth_issue(bench.cloud, NULL, bench.ada, access, 0, NULL));
    }
    ck_assert_uint_le(map_count(&bench.cloud->dead_tokens), OAUTH_DEAD_MAX);
    ck_assert_int_eq(standing(NULL, "token-0", &owner), OAUTH_STANDING_UNKNOWN);
    ck_assert_int_eq(standing(NULL, access, &owner), OAUTH_STANDING_DEAD);
}
END_TEST

/* ---- imports ---- */

static const struct {
    const char *id;
    const char *reason; /* NULL: it is taken */
} imports[] = {
    {"aaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    {"nothing", "no such device"},
    {"cccccccccccccccccccccccc", "of another platform"},
    {"bbbbbbbbbbbbbbbbbbbbbbbb", "owned by a user outside of the team"},
};

START_TEST(an_import_that_takes_nothing_says_why)
{
    const char *reason = imports[_i].reason;
    bench_own(bench.bb, bench.ben);
    cloud_import(bench.cloud, bench.pump, imports[_i].id);
    ck_assert_uint_eq(bench_noted("import.refused", reason ? reason : ""), reason != NULL);
    ck_assert_uint_eq(bench_noted("device.imported", imports[_i].id), reason == NULL);
}
END_TEST

START_TEST(attempts_cost_nothing_before_the_first)
{
    ck_assert_ptr_null(bench.aa->attempts);
    ck_assert_ptr_null(attempts_last_offer(bench.aa));
    ck_assert_ptr_null(attempts_last_try(bench.aa));
}
END_TEST

Suite *test_cloud_refusals(void)
{
    Suite *suite = suite_create("refusals");
    TCase *tcase = tcase_create("remembered");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, a_book_keeps_the_newest_of_an_owner_and_a_device);
    tcase_add_test(tcase, what_is_about_nothing_is_passed_over);
    tcase_add_test(tcase, there_are_so_many_books);
    tcase_add_test(tcase, they_go_with_their_owner);
    tcase_add_test(tcase, a_token_is_worth_something_or_was);
    tcase_add_test(tcase, so_many_dead_tokens_are_known);
    tcase_add_loop_test(tcase, an_import_that_takes_nothing_says_why, 0,
                        sizeof imports / sizeof *imports);
    tcase_add_test(tcase, attempts_cost_nothing_before_the_first);
    suite_add_tcase(suite, tcase);
    return suite;
}
