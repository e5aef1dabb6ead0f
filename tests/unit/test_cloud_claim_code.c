/* The life of a claim code: what it looks like, how long it lives, what becomes of one that a
 * device presents. */
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "suites.h"

#include "cloud/attempts.h"
#include "unit_cloud.h"

#include <string.h>

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
#define HOUR   INT64_C(3600000)

static struct claim_code *issue(const char *owner, const char *product)
{
    struct owner whom = bench_owner(owner);
    return claim_code_issue(bench.cloud, &whom, bench_product(product));
}

/* ---- what it looks like ---- */

START_TEST(a_code_is_63_characters_of_the_base64_alphabet)
{
    bool met[256] = {false};
    for (int i = 0; i < 200; i++) {
        const char *code = issue("ben", NULL)->code;
        ck_assert_uint_eq(strlen(code), CLAIM_CODE_LEN);
        ck_assert_uint_eq(strspn(code, BASE64), CLAIM_CODE_LEN);
        for (; *code; code++)
            met[(unsigned char)*code] = true;
    }
    for (const char *c = BASE64; *c; c++)
        ck_assert_msg(met[(unsigned char)*c], "%c never came", *c);
    ck_assert_uint_eq(map_count(&bench.cloud->claim_codes), 200); /* no two are the same */
}
END_TEST

START_TEST(a_code_knows_whom_it_is_for)
{
    const struct claim_code *users = issue("ben", NULL), *customers = issue("ada", "pump");
    ck_assert(owner_same(&users->owner, &bench.ben));
    ck_assert_ptr_null(users->product);
    ck_assert(owner_same(&customers->owner, &bench.ada));
    ck_assert_ptr_eq(customers->product, bench.pump);
    ck_assert_int_eq(customers->issued_ms, BENCH_START);
    ck_assert_int_eq(customers->expires_ms, BENCH_START + HOUR);
    const struct journal_entry *entry = journal_get(bench.sim.journal, customers->issued_n);
    ck_assert_str_eq(entry->kind, "claim-code.issued");
    ck_assert_ptr_nonnull(strstr(entry->data, customers->code));
    ck_assert_ptr_nonnull(strstr(entry->data, "\"owner\":\"ada@example.com\",\"product\":6287,"
                                              "\"expires\":\"2026-01-01T01:00:00.000Z\""));
}
END_TEST

/* ---- one hour ---- */

static const struct {
    int64_t after_ms;
    bool alive;
} lives[] = {{0, true}, {1, true}, {HOUR - 1, true}, {HOUR, false}, {HOUR + 1, false}};

START_TEST(a_code_lives_for_an_hour_to_the_millisecond)
{
    const struct claim_code *code = issue("ben", NULL);
    bench_advance(lives[_i].after_ms);
    ck_assert_int_eq(claim_code_alive(bench.cloud, code), lives[_i].alive);
    ck_assert_uint_eq(bench_noted("claim-code.expired", code->code), !lives[_i].alive);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, code->code),
                     lives[_i].alive ? CODE_ACCEPTED : CODE_EXPIRED);
}
END_TEST

START_TEST(the_end_of_a_used_code_is_no_news)
{
    const struct claim_code *code = issue("ben", NULL);
    claim_code_offer(bench.cloud, bench.aa, code->code);
    ck_assert(!claim_code_alive(bench.cloud, code));
    bench_advance(2 * HOUR);
    ck_assert_uint_eq(bench_noted("claim-code.expired", ""), 0);
}
END_TEST

START_TEST(nothing_waits_for_an_expiry)
{
    issue("ben", NULL);
    ck_assert_uint_eq(vclock_foreground_count(bench.sim.clock), 0);
}
END_TEST

/* ---- the table: what becomes of a code that device aa presents ---- */

enum fate { FATE_FRESH, FATE_USED, FATE_EXPIRED, FATE_USED_AND_EXPIRED, FATE_REVOKED };

static const struct offer_row {
    const char *note;
    const char *codes_owner, *codes_product;
    enum fate fate;
    const char *device_product, *device_owner;
    const char *behaviour, *value;
    enum code_verdict verdict;
    const char *owner_after;
    bool confirmed;
} offers[] = {
    {"a user's", "ben", NULL, FATE_FRESH, NULL, NULL, NULL, NULL, CODE_ACCEPTED, "ben", true},
    {"a customer's", "ada", "pump", FATE_FRESH, "pump", NULL, NULL, NULL, CODE_ACCEPTED, "ada",
     true},
    {"a user's, into a product", "dev", NULL, FATE_FRESH, "pump", NULL, NULL, NULL, CODE_ACCEPTED,
     "dev", true},
    {"of its own owner", "ben", NULL, FATE_FRESH, NULL, "ben", NULL, NULL, CODE_ACCEPTED, "ben",
     true},
    {"of its own customer", "ada", "pump", FATE_FRESH, "pump", "ada", NULL, NULL, CODE_ACCEPTED,
     "ada", true},
    {"a developer's device is taken over", "ben", NULL, FATE_FRESH, NULL, "dev", NULL, NULL,
     CODE_ACCEPTED, "ben", true},
    {"a product's is not", "ada", "pump", FATE_FRESH, "pump", "dev", NULL, NULL,
     CODE_OWNED_BY_OTHER, "dev", false},
    {"… not by a user either", "dev", NULL, FATE_FRESH, "pump", "ada", NULL, NULL,
     CODE_OWNED_BY_OTHER, "ada", false},
    {"not in the product", "ada", "pump", FATE_FRESH, NULL, NULL, NULL, NULL, CODE_NOT_IN_PRODUCT,
     "none", false},
    {"in another product", "ada", "pump", FATE_FRESH, "lamp", NULL, NULL, NULL, CODE_NOT_IN_PRODUCT,
     "none", false},
    {"used", "ben", NULL, FATE_USED, NULL, NULL, NULL, NULL, CODE_USED, "none", false},
    {"expired", "ben", NULL, FATE_EXPIRED, NULL, NULL, NULL, NULL, CODE_EXPIRED, "none", false},
    {"revoked", "ben", NULL, FATE_REVOKED, NULL, NULL, NULL, NULL, CODE_UNKNOWN, "none", false},

    /* the order */
    {"revoked before expired", "ben", NULL, FATE_REVOKED, NULL, "dev", NULL, NULL, CODE_UNKNOWN,
     "dev", false},
    {"used before expired", "ben", NULL, FATE_USED_AND_EXPIRED, NULL, NULL, NULL, NULL, CODE_USED,
     "none", false},
    {"used before the product", "ada", "pump", FATE_USED, NULL, NULL, NULL, NULL, CODE_USED, "none",
     false},
    {"expired before the product", "ada", "pump", FATE_EXPIRED, NULL, NULL, NULL, NULL,
     CODE_EXPIRED, "none", false},
    {"expired before owned", "ada", "pump", FATE_EXPIRED, "pump", "dev", NULL, NULL, CODE_EXPIRED,
     "dev", false},
    {"the product before owned", "ada", "pump", FATE_FRESH, "lamp", "dev", NULL, NULL,
     CODE_NOT_IN_PRODUCT, "dev", false},
    {"used, even by its owner's device", "ben", NULL, FATE_USED, NULL, "ben", NULL, NULL, CODE_USED,
     "ben", false},

    /* switches */
    {"product devices too", "ada", "pump", FATE_FRESH, "pump", "dev", "code_takes_product_device",
     "accept", CODE_ACCEPTED, "ada", true},
    {"… but in the product", "ada", "pump", FATE_FRESH, NULL, "dev", "code_takes_product_device",
     "accept", CODE_NOT_IN_PRODUCT, "dev", false},
    {"used, confirmed", "ben", NULL, FATE_USED, NULL, NULL, "refused_code_confirmed", "yes",
     CODE_USED, "none", true},
    {"expired, confirmed", "ben", NULL, FATE_EXPIRED, NULL, NULL, "refused_code_confirmed", "yes",
     CODE_EXPIRED, "none", true},
    {"not in the product, confirmed", "ada", "pump", FATE_FRESH, NULL, NULL,
     "refused_code_confirmed", "yes", CODE_NOT_IN_PRODUCT, "none", true},
    {"owned, confirmed", "ada", "pump", FATE_FRESH, "pump", "dev", "refused_code_confirmed", "yes",
     CODE_OWNED_BY_OTHER, "dev", true},
    {"refused, not confirmed", "ben", NULL, FATE_USED, NULL, NULL, "refused_code_confirmed", "no",
     CODE_USED, "none", false},
};

#define OFFERS (int)(sizeof offers / sizeof *offers)

static struct claim_code *prepare(const struct offer_row *row)
{
    bench_switch(row->behaviour, row->value);
    struct claim_code *code = issue(row->codes_owner, row->codes_product);
    if (row->fate == FATE_USED || row->fate == FATE_USED_AND_EXPIRED) {
        bench_place(bench.bb, code->product);
        ck_assert_int_eq(claim_code_offer(bench.cloud, bench.bb, code->code), CODE_ACCEPTED);
    }
    if (row->fate == FATE_EXPIRED || row->fate == FATE_USED_AND_EXPIRED)
        bench_advance(HOUR);
    if (row->fate == FATE_REVOKED)
        code->revoked = (struct fact){code->issued_n, code->issued_ms};
    bench_place(bench.aa, bench_product(row->device_product));
    bench_own(bench.aa, bench_owner(row->device_owner));
    return code;
}

static void expect_offer_noted(enum code_verdict verdict, const char *code)
{
    const struct journal_entry *entry =
        journal_get(bench.sim.journal, attempts_last_offer(bench.aa)->at.n);
    ck_assert_str_eq(entry->kind, "claim-code.presented");
    ck_assert_ptr_nonnull(strstr(entry->data, claim_code_rules[verdict].name));
    ck_assert_ptr_nonnull(strstr(entry->data, code));
    ck_assert_str_eq(attempts_last_offer(bench.aa)->code, code);
    ck_assert_int_eq(attempts_last_offer(bench.aa)->verdict, verdict);
    ck_assert_int_eq(attempts_last_offer(bench.aa)->at.at_ms, vclock_now(bench.sim.clock));
}

START_TEST(each_offer_has_its_verdict)
{
    const struct offer_row *row = &offers[_i];
    const struct claim_code *code = prepare(row);
    struct owner after = bench_owner(row->owner_after);
    uint64_t session = bench_open(bench.aa, false, NULL);
    bench_events = 0;
    session_publish(bench.cloud, session, "spark/device/claim/code", code->code);
    ck_assert_msg(attempts_last_offer(bench.aa)->verdict == row->verdict, "%s: %s", row->note,
                  claim_code_rules[attempts_last_offer(bench.aa)->verdict].name);
    ck_assert_msg(after.kind == OWNER_NONE ? bench.aa->owner.kind == OWNER_NONE
                                           : owner_same(&bench.aa->owner, &after),
                  "%s: owner %s", row->note, owner_name(&bench.aa->owner));
    ck_assert_uint_eq(bench_events, row->confirmed);
    if (row->confirmed)
        ck_assert_str_eq(bench_event, "spark/device/claim/confirm");
    ck_assert_uint_eq(bench_noted("claim-code.confirmed", bench.aa->id), row->confirmed);
    expect_offer_noted(row->verdict, code->code);
    if (row->verdict == CODE_ACCEPTED) {
        ck_assert_uint_eq(code->used.n, attempts_last_offer(bench.aa)->at.n);
        ck_assert_str_eq(code->used_by, bench.aa->id);
    }
}
END_TEST

START_TEST(a_code_that_was_never_issued_is_passed_over_in_silence)
{
    bool confirmed = _i == 1;
    bench_switch("refused_code_confirmed", confirmed ? "yes" : "no");
    uint64_t session = bench_open(bench.aa, false, NULL);
    bench_events = 0;
    session_publish(bench.cloud, session, "spark/device/claim/code", "nonsense");
    ck_assert_int_eq(attempts_last_offer(bench.aa)->verdict, CODE_UNKNOWN);
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
    ck_assert_uint_eq(bench_events, confirmed);
    session_publish(bench.cloud, session, "spark/device/claim/code", "");
    ck_assert_str_eq(attempts_last_offer(bench.aa)->code, "");
}
END_TEST

START_TEST(one_code_serves_one_device_once)
{
    const struct claim_code *code = issue("ben", NULL);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, code->code), CODE_ACCEPTED);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.bb, code->code), CODE_USED);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, code->code), CODE_USED);
    claim_release(bench.cloud, bench.aa);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, code->code), CODE_USED);
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
}
END_TEST

START_TEST(the_same_owner_again_is_no_news)
{
    cloud_set_owner(bench.cloud, bench.aa, bench.ben);
    struct fact owned = bench.aa->owned;
    claim_code_offer(bench.cloud, bench.aa, issue("ben", NULL)->code);
    ck_assert_uint_eq(bench_noted("device.claimed", ""), 1);
    ck_assert_uint_eq(bench.aa->owned.n, owned.n);
}
END_TEST

/* ---- several codes ---- */

START_TEST(older_codes)
{
    bool cancelled = _i == 1;
    struct claim_code *spent = issue("ben", NULL), *old = issue("ben", NULL);
    claim_code_offer(bench.cloud, bench.bb, spent->code);
    const struct claim_code *others = issue("dev", NULL);
    bench_switch("older_claim_codes", cancelled ? "cancelled" : "live");
    const struct claim_code *fresh = issue("ben", NULL);
    ck_assert_int_eq(claim_code_alive(bench.cloud, old), !cancelled);
    ck_assert(claim_code_alive(bench.cloud, others));
    ck_assert(claim_code_alive(bench.cloud, fresh));
    ck_assert(!spent->revoked.n); /* it says what it did */
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, old->code),
                     cancelled ? CODE_UNKNOWN : CODE_ACCEPTED);
    bench_advance(HOUR);
    ck_assert_uint_eq(bench_noted("claim-code.expired", old->code), 0);
    ck_assert_uint_eq(bench_noted("claim-code.expired", fresh->code), 1);
}
END_TEST

START_TEST(a_code_that_expired_is_not_cancelled_afterwards)
{
    const struct claim_code *old = issue("ben", NULL);
    bench_advance(HOUR);
    bench_switch("older_claim_codes", "cancelled");
    issue("ben", NULL);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, old->code), CODE_EXPIRED);
}
END_TEST

/* ---- the customer goes ---- */

START_TEST(deleting_the_customer_revokes_its_pending_codes)
{
    const struct claim_code *pending = issue("ada", "pump"), *spent = issue("ada", "pump");
    const struct claim_code *others = issue("dev", NULL);
    bench_place(bench.aa, bench.pump);
    bench_place(bench.bb, bench.pump);
    claim_code_offer(bench.cloud, bench.bb, spent->code);
    cloud_delete_customer(bench.cloud, bench.ada.customer);
    ck_assert(pending->revoked.n);
    ck_assert(!spent->revoked.n);
    ck_assert_int_eq(pending->owner.kind, OWNER_NONE);
    ck_assert_int_eq(spent->owner.kind, OWNER_NONE);
    ck_assert(claim_code_alive(bench.cloud, others));
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, pending->code), CODE_UNKNOWN);
    ck_assert_int_eq(claim_code_offer(bench.cloud, bench.aa, spent->code), CODE_USED);
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
    bench_advance(2 * HOUR); /* its expiry finds nobody to tell of */
    ck_assert_uint_eq(bench_noted("claim-code.expired", pending->code), 0);
}
END_TEST

Suite *test_cloud_claim_code(void)
{
    Suite *suite = suite_create("claim_code");
    TCase *tcase = tcase_create("claim code");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_test(tcase, a_code_is_63_characters_of_the_base64_alphabet);
    tcase_add_test(tcase, a_code_knows_whom_it_is_for);
    tcase_add_loop_test(tcase, a_code_lives_for_an_hour_to_the_millisecond, 0, 5);
    tcase_add_test(tcase, the_end_of_a_used_code_is_no_news);
    tcase_add_test(tcase, nothing_waits_for_an_expiry);
    tcase_add_loop_test(tcase, each_offer_has_its_verdict, 0, OFFERS);
    tcase_add_loop_test(tcase, a_code_that_was_never_issued_is_passed_over_in_silence, 0, 2);
    tcase_add_test(tcase, one_code_serves_one_device_once);
    tcase_add_test(tcase, the_same_owner_again_is_no_news);
    tcase_add_loop_test(tcase, older_codes, 0, 2);
    tcase_add_test(tcase, a_code_that_expired_is_not_cancelled_afterwards);
    tcase_add_test(tcase, deleting_the_customer_revokes_its_pending_codes);
    suite_add_tcase(suite, tcase);
    return suite;
}
