/* The decision table of a claim by id, row by row, and the order of its checks. */
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "suites.h"

#include "cloud/attempts.h"
#include "sim/behaviour.h"
#include "sim/journal.h"
#include "unit_cloud.h"

#include <string.h>

#define AA "aaaaaaaaaaaaaaaaaaaaaaaa"

/* A claim of device aa. Absent words: none. */
struct claim_row {
    const char *note;
    const char *caller;
    const char *product; /* that the device is in */
    const char *owner;   /* that it has before */
    bool online;
    bool transfer;
    const char *behaviour, *value;
    enum claim_rule rule;
    const char *owner_after;
};

static const struct claim_row table[] = {
    /* one row of the documentation each */
    {"free and online", "ben", NULL, NULL, true, false, NULL, NULL, CLAIM_ACCEPTED_USER, "ben"},
    {"customer, online", "ada", "pump", NULL, true, false, NULL, NULL, CLAIM_ACCEPTED_CUSTOMER,
     "ada"},
    {"team, online", "dev", "pump", NULL, true, false, NULL, NULL, CLAIM_ACCEPTED_USER, "dev"},
    {"again", "ben", NULL, "ben", true, false, NULL, NULL, CLAIM_ALREADY_YOURS, "ben"},
    {"again, customer", "ada", "pump", "ada", true, false, NULL, NULL, CLAIM_ALREADY_YOURS, "ada"},
    {"of somebody else", "ben", NULL, "dev", true, false, NULL, NULL, CLAIM_OWNED_BY_OTHER, "dev"},
    {"of a customer", "dev", "pump", "ada", true, false, NULL, NULL, CLAIM_OWNED_BY_OTHER, "ada"},
    {"of the team, by a customer", "ada", "pump", "dev", true, false, NULL, NULL,
     CLAIM_OWNED_BY_OTHER, "dev"},
    {"transfer", "ben", NULL, "dev", true, true, NULL, NULL, CLAIM_TRANSFER, "dev"},
    {"offline", "ben", NULL, NULL, false, false, NULL, NULL, CLAIM_OFFLINE, "none"},
    {"offline, team", "dev", "pump", NULL, false, false, NULL, NULL, CLAIM_ACCEPTED_OFFLINE, "dev"},
    {"offline, customer", "ada", "pump", NULL, false, false, NULL, NULL, CLAIM_OFFLINE_CUSTOMER,
     "none"},
    {"another product's customer", "cleo", "pump", NULL, true, false, NULL, NULL,
     CLAIM_FOREIGN_CUSTOMER, "none"},
    {"a customer, no product", "ada", NULL, NULL, true, false, NULL, NULL, CLAIM_FOREIGN_CUSTOMER,
     "none"},
    {"not on the team", "ben", "pump", NULL, true, false, NULL, NULL, CLAIM_NON_MEMBER, "none"},

    /* switches */
    {"offline customers may", "ada", "pump", NULL, false, false, "offline_customer_claim", "accept",
     CLAIM_ACCEPTED_CUSTOMER, "ada"},
    {"offline customers may not", "ada", "pump", NULL, false, false, "offline_customer_claim",
     "refuse", CLAIM_OFFLINE_CUSTOMER, "none"},
    {"… which is not for users", "ben", NULL, NULL, false, false, "offline_customer_claim",
     "accept", CLAIM_OFFLINE, "none"},
    {"… nor for strangers", "cleo", "pump", NULL, false, false, "offline_customer_claim", "accept",
     CLAIM_FOREIGN_CUSTOMER, "none"},
    {"… nor for what is owned", "ada", "pump", "dev", false, false, "offline_customer_claim",
     "accept", CLAIM_OWNED_BY_OTHER, "dev"},
    {"offline team may not", "dev", "pump", NULL, false, false, "offline_team_claim", "refuse",
     CLAIM_OFFLINE_MEMBER, "none"},
    {"offline team may", "dev", "pump", NULL, false, false, "offline_team_claim", "accept",
     CLAIM_ACCEPTED_OFFLINE, "dev"},
    {"… which changes nothing online", "dev", "pump", NULL, true, false, "offline_team_claim",
     "refuse", CLAIM_ACCEPTED_USER, "dev"},
    /* these change the answer, not what is decided */
    {"offline error", "ben", NULL, NULL, false, false, "offline_claim_error", "empty-object",
     CLAIM_OFFLINE, "none"},
    {"foreign 403", "cleo", "pump", NULL, true, false, "foreign_customer_claim", "forbidden-403",
     CLAIM_FOREIGN_CUSTOMER, "none"},
    {"non-member 403", "ben", "pump", NULL, true, false, "non_member_claim", "forbidden-403",
     CLAIM_NON_MEMBER, "none"},

    /* the order: two conditions hold at once, the earlier decides */
    {"yours before offline", "ben", NULL, "ben", false, false, NULL, NULL, CLAIM_ALREADY_YOURS,
     "ben"},
    {"yours before offline, customer", "ada", "pump", "ada", false, false, NULL, NULL,
     CLAIM_ALREADY_YOURS, "ada"},
    {"yours before the team", "ben", "pump", "ben", true, false, NULL, NULL, CLAIM_ALREADY_YOURS,
     "ben"},
    {"yours before the product", "ada", NULL, "ada", true, false, NULL, NULL, CLAIM_ALREADY_YOURS,
     "ada"},
    {"yours before a transfer", "ben", NULL, "ben", true, true, NULL, NULL, CLAIM_ALREADY_YOURS,
     "ben"},
    {"foreign before offline", "cleo", "pump", NULL, false, false, NULL, NULL,
     CLAIM_FOREIGN_CUSTOMER, "none"},
    {"foreign before owned", "cleo", "pump", "ada", true, false, NULL, NULL, CLAIM_FOREIGN_CUSTOMER,
     "ada"},
    {"foreign before a transfer", "cleo", "pump", "ada", true, true, NULL, NULL,
     CLAIM_FOREIGN_CUSTOMER, "ada"},
    {"non-member before offline", "ben", "pump", NULL, false, false, NULL, NULL, CLAIM_NON_MEMBER,
     "none"},
    {"non-member before owned", "ben", "pump", "ada", true, false, NULL, NULL, CLAIM_NON_MEMBER,
     "ada"},
    {"non-member before a transfer", "ben", "pump", "dev", true, true, NULL, NULL, CLAIM_NON_MEMBER,
     "dev"},
    {"offline before owned", "ben", NULL, "dev", false, false, NULL, NULL, CLAIM_OFFLINE, "dev"},
    {"offline before a transfer", "ben", NULL, "dev", false, true, NULL, NULL, CLAIM_OFFLINE,
     "dev"},
    {"offline before owned, customer", "ada", "pump", "dev", false, false, NULL, NULL,
     CLAIM_OFFLINE_CUSTOMER, "dev"},
    {"owned is owned, offline or not, for the team", "dev", "pump", "ada", false, false, NULL, NULL,
     CLAIM_OWNED_BY_OTHER, "ada"},
    {"transfer, offline, team", "dev", "pump", "ada", false, true, NULL, NULL, CLAIM_TRANSFER,
     "ada"},
    {"a transfer of what is free is a claim", "ben", NULL, NULL, true, true, NULL, NULL,
     CLAIM_ACCEPTED_USER, "ben"},
};

#define TABLE (int)(sizeof table / sizeof *table)

static void prepare(const struct claim_row *row)
{
    bench_switch(row->behaviour, row->value);
    bench_place(bench.aa, bench_product(row->product));
    bench_own(bench.aa, bench_owner(row->owner));
    if (row->online)
        bench_open(bench.aa, false, NULL);
}

/* What `why` reads later. */
static void expect_try(const struct owner *caller, enum claim_rule rule)
{
    const struct claim_try *attempt = attempts_last_try(bench.aa);
    ck_assert_ptr_nonnull(attempt);
    ck_assert_uint_eq(bench.aa->attempts->tries_count, 1);
    ck_assert_ptr_eq(attempt->rule, &claim_rules[rule]);
    ck_assert(owner_same(&attempt->owner, caller));
    ck_assert_int_eq(attempt->at.at_ms, BENCH_START);
    const struct journal_entry *entry = journal_get(bench.sim.journal, attempt->at.n);
    ck_assert_str_eq(entry->kind, "claim.decided");
    ck_assert_ptr_nonnull(strstr(entry->data, claim_rules[rule].name));
}

START_TEST(each_row_decides)
{
    const struct claim_row *row = &table[_i];
    struct cloud_device *device = NULL;
    prepare(row);
    struct owner caller = bench_owner(row->caller), after = bench_owner(row->owner_after);
    bool was_owned = bench.aa->owner.kind != OWNER_NONE;
    enum claim_rule rule = claim_by_id(bench.cloud, &caller, AA, row->transfer, &device);
    ck_assert_msg(rule == row->rule, "%s: %s", row->note, claim_rules[rule].name);
    ck_assert_ptr_eq(device, bench.aa);
    ck_assert_msg(after.kind == OWNER_NONE ? device->owner.kind == OWNER_NONE
                                           : owner_same(&device->owner, &after),
                  "%s: owner %s", row->note, owner_name(&device->owner));
    expect_try(&caller, rule);
    bool gained = !was_owned && after.kind != OWNER_NONE;
    ck_assert_uint_eq(bench_noted("device.claimed", AA), gained);
    ck_assert_int_eq(device->owned.n > 0, gained);
}
END_TEST

/* ---- the id ---- */

static const struct {
    const char *id;
    const char *behaviour, *value;
    enum claim_rule rule;
    bool found;
} ids[] = {
    {NULL, NULL, NULL, CLAIM_MISSING_ID, false},
    {"", NULL, NULL, CLAIM_MISSING_ID, false},
    {NULL, "missing_device_id", "bad-request-400", CLAIM_MISSING_ID, false},
    {"1234567890", NULL, NULL, CLAIM_UNKNOWN_DEVICE, false},
    {"1234567890", "unknown_device_error", "device-does-not-exist", CLAIM_UNKNOWN_DEVICE, false},
    {"dddddddddddddddddddddddd", NULL, NULL, CLAIM_UNKNOWN_DEVICE, false},
    {"aaaaaaaaaaaaaaaaaaaaaaa", NULL, NULL, CLAIM_UNKNOWN_DEVICE, false},
    {"aaaaaaaaaaaaaaaaaaaaaaaaa", NULL, NULL, CLAIM_UNKNOWN_DEVICE, false},
    {"AAAAAAAAAAAAAAAAAAAAAAAA", NULL, NULL, CLAIM_UPPERCASE_ID, false},
    {"aaaaaaaaaaaaaaaaaaaaaaaA", NULL, NULL, CLAIM_UPPERCASE_ID, false},
    {"AAAAAAAAAAAAAAAAAAAAAAAA", "uppercase_ids", "refuse", CLAIM_UPPERCASE_ID, false},
    {"AAAAAAAAAAAAAAAAAAAAAAAA", "uppercase_ids", "accept", CLAIM_ACCEPTED_USER, true},
    {"DDDDDDDDDDDDDDDDDDDDDDDD", "uppercase_ids", "accept", CLAIM_UNKNOWN_DEVICE, false},
    {AA, NULL, NULL, CLAIM_ACCEPTED_USER, true},
    {"the pump", NULL, NULL, CLAIM_UNKNOWN_DEVICE, false}, /* its name is no id */
};

#define IDS (int)(sizeof ids / sizeof *ids)

START_TEST(ids_come_before_all_else)
{
    struct cloud_device *device = NULL;
    char name[] = "the pump";
    bench_open(bench.aa, false, NULL);
    cloud_set_name(bench.cloud, bench.aa, name);
    bench_switch(ids[_i].behaviour, ids[_i].value);
    enum claim_rule rule = claim_by_id(bench.cloud, &bench.ben, ids[_i].id, false, &device);
    cloud_set_name(bench.cloud, bench.aa, NULL);
    ck_assert_msg(rule == ids[_i].rule, "%s: %s", ids[_i].id, claim_rules[rule].name);
    ck_assert_ptr_eq(device, ids[_i].found ? bench.aa : NULL);
    /* a try with capitals is remembered, though its reply knows of no device */
    ck_assert_int_eq(attempts_last_try(bench.aa) != NULL,
                     ids[_i].found || rule == CLAIM_UPPERCASE_ID);
}
END_TEST

START_TEST(an_upper_case_id_is_unknown_to_its_owner_too)
{
    struct cloud_device *device = NULL;
    bench_own(bench.aa, bench.ben);
    ck_assert_int_eq(
        claim_by_id(bench.cloud, &bench.ben, "AAAAAAAAAAAAAAAAAAAAAAAA", false, &device),
        CLAIM_UPPERCASE_ID);
}
END_TEST

/* ---- what is remembered ---- */

START_TEST(the_last_tries_are_remembered)
{
    struct cloud_device *device;
    for (int i = 0; i < ATTEMPTS_KEPT; i++)
        claim_by_id(bench.cloud, &bench.ben, AA, false, &device);
    claim_by_id(bench.cloud, &bench.cleo, AA, false, &device);
    ck_assert_uint_eq(device->attempts->tries_count, ATTEMPTS_KEPT + 1);
    ck_assert(
        owner_same(&device->attempts->tries[0].owner, &bench.cleo)); /* in place of the oldest */
    ck_assert(owner_same(&device->attempts->tries[1].owner, &bench.ben));
}
END_TEST

/* ---- the way back ---- */

START_TEST(releasing_works_offline_and_keeps_the_product)
{
    bench_place(bench.aa, bench.pump);
    cloud_set_owner(bench.cloud, bench.aa, bench.ada);
    ck_assert_uint_ne(bench.aa->owned.n, 0);
    claim_release(bench.cloud, bench.aa);
    ck_assert_int_eq(bench.aa->owner.kind, OWNER_NONE);
    ck_assert_uint_eq(bench.aa->owned.n, 0);
    ck_assert_ptr_eq(bench.aa->product, bench.pump);
    ck_assert_uint_eq(bench_noted("device.released", "ada@example.com"), 1);
    claim_release(bench.cloud, bench.aa); /* nobody's: nothing happens */
    ck_assert_uint_eq(bench_noted("device.released", ""), 1);
}
END_TEST

/* ---- the rows themselves ---- */

static void expect_whole(const struct rule *rule)
{
    ck_assert(rule->name && *rule->name);
    ck_assert(rule->text && *rule->text);
    ck_assert(rule->source && *rule->source);
    if (rule->behaviour)
        ck_assert_msg(behaviour_find(rule->behaviour) >= 0, "%s", rule->name);
    if (rule->provenance == PROVENANCE_GUESSED)
        ck_assert_msg(rule->behaviour, "%s is a guess without a switch", rule->name);
}

START_TEST(rows_are_whole_and_guesses_have_a_switch)
{
    for (int i = 0; i < CLAIM_RULES; i++)
        expect_whole(&claim_rules[i]);
    for (size_t i = 0; i < claim_code_rule_table.count; i++)
        expect_whole(&claim_code_rules[i]);
}
END_TEST

START_TEST(the_table_meets_every_rule)
{
    bool met[CLAIM_RULES] = {false};
    for (int i = 0; i < TABLE; i++)
        met[table[i].rule] = true;
    for (int i = 0; i < IDS; i++)
        met[ids[i].rule] = true;
    met[CLAIM_SANDBOX_FULL] = true;    /* needs a hundred devices: a case of the API */
    met[CLAIM_UNREADABLE_BODY] = true; /* needs a body: the same */
    for (int i = 0; i < CLAIM_RULES; i++)
        ck_assert_msg(met[i], "%s", claim_rules[i].name);
}
END_TEST

Suite *test_cloud_claim(void)
{
    Suite *suite = suite_create("claim");
    TCase *tcase = tcase_create("by id");
    tcase_add_checked_fixture(tcase, bench_setup, bench_teardown);
    tcase_add_loop_test(tcase, each_row_decides, 0, TABLE);
    tcase_add_loop_test(tcase, ids_come_before_all_else, 0, IDS);
    tcase_add_test(tcase, an_upper_case_id_is_unknown_to_its_owner_too);
    tcase_add_test(tcase, the_last_tries_are_remembered);
    tcase_add_test(tcase, releasing_works_offline_and_keeps_the_product);
    tcase_add_test(tcase, rows_are_whole_and_guesses_have_a_switch);
    tcase_add_test(tcase, the_table_meets_every_rule);
    suite_add_tcase(suite, tcase);
    return suite;
}
