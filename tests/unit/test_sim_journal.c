/* The journal: a ring by entries and by bytes, what an entry is as JSON, how notes are written. */
#include "suites.h"

#include "sim/journal.h"
#include "sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct journal *journal;

static void teardown(void)
{
    journal_free(journal);
    journal = NULL;
}

/* An entry whose data is a string of `len` bytes, quotes included, that begins with its number. */
static uint64_t add_sized(size_t len)
{
    char data[5000];
    memset(data, 'x', len);
    int used = snprintf(data, sizeof data, "\"%llu", (unsigned long long)journal_next(journal));
    data[used] = 'x';
    data[len - 1] = '"';
    return journal_add(journal,
                       &(struct journal_entry){.at_ms = 1000,
                                               .actor = "cloud",
                                               .kind = "test.sized",
                                               .cause = 0,
                                               .data = data,
                                               .data_len = len},
                       77);
}

static void expect_numbered(uint64_t n)
{
    char expected[32];
    const struct journal_entry *entry = journal_get(journal, n);
    ck_assert_ptr_nonnull(entry);
    ck_assert_uint_eq(entry->n, n);
    int len = snprintf(expected, sizeof expected, "\"%llux", (unsigned long long)n);
    ck_assert_msg(strncmp(entry->data, expected, (size_t)len) == 0, "entry %llu holds %s",
                  (unsigned long long)n, entry->data);
}

/* ---- entries ---- */

START_TEST(an_empty_journal)
{
    journal = journal_new(10, 1000);
    ck_assert_uint_eq(journal_first(journal), 1);
    ck_assert_uint_eq(journal_next(journal), 1);
    for (uint64_t n = 0; n < 3; n++) {
        ck_assert_ptr_null(journal_get(journal, n));
        ck_assert_int_eq(journal_real_ms(journal, n), -1);
    }
}
END_TEST

START_TEST(an_entry_is_kept_as_it_was_given)
{
    char actor[] = "device:pump", data[] = "{\"a\":1}";
    static const char kind[] = "device.state";
    journal = journal_new(10, 1000);
    ck_assert_uint_eq(
        journal_add(
            journal,
            &(struct journal_entry){
                .at_ms = 5, .actor = actor, .kind = kind, .cause = 0, .data = data, .data_len = 7},
            1234),
        1);
    ck_assert_uint_eq(
        journal_add(
            journal,
            &(struct journal_entry){
                .at_ms = 6, .actor = actor, .kind = kind, .cause = 1, .data = data, .data_len = 7},
            1235),
        2);
    actor[0] = data[0] = '?'; /* both are copied */
    const struct journal_entry *entry = journal_get(journal, 2);
    ck_assert_uint_eq(entry->n, 2);
    ck_assert_int_eq(entry->at_ms, 6);
    ck_assert_str_eq(entry->actor, "device:pump");
    ck_assert_ptr_eq(entry->kind, kind);
    ck_assert_uint_eq(entry->cause, 1);
    ck_assert_uint_eq(entry->data_len, 7);
    ck_assert_mem_eq(entry->data, "{\"a\":1}", 7);
    ck_assert_int_eq(journal_real_ms(journal, 1), 1234);
    ck_assert_int_eq(journal_real_ms(journal, 2), 1235);
}
END_TEST

START_TEST(actors_outlive_their_entries)
{
    journal = journal_new(1, 1000);
    journal_add(journal,
                &(struct journal_entry){.at_ms = 0,
                                        .actor = "device:pump",
                                        .kind = "a",
                                        .cause = 0,
                                        .data = "{}",
                                        .data_len = 2},
                0);
    const char *actor = journal_get(journal, 1)->actor;
    journal_add(
        journal,
        &(struct journal_entry){
            .at_ms = 0, .actor = "cloud", .kind = "a", .cause = 0, .data = "{}", .data_len = 2},
        0);
    ck_assert_str_eq(actor, "device:pump");
}
END_TEST

/* ---- the ring ---- */

START_TEST(the_ring_holds_so_many_entries)
{
    size_t most = (size_t)_i;
    journal = journal_new(most, 1 << 20);
    for (uint64_t n = 1; n <= 3 * most + 1; n++) {
        ck_assert_uint_eq(add_sized(20), n);
        uint64_t first = n > most ? n - most + 1 : 1;
        ck_assert_uint_eq(journal_first(journal), first);
        ck_assert_uint_eq(journal_next(journal), n + 1);
        ck_assert_ptr_null(journal_get(journal, first - 1));
        ck_assert_ptr_null(journal_get(journal, n + 1));
        ck_assert_int_eq(journal_real_ms(journal, first - 1), -1);
        expect_numbered(first);
        expect_numbered(n);
    }
}
END_TEST

START_TEST(growing_keeps_what_is_there)
{
    journal = journal_new(5000, 1 << 24);
    for (uint64_t n = 1; n <= 6000; n++) {
        add_sized(30);
        if (n == 256 || n == 257 || n == 1024 || n == 1025 || n == 4097 || n == 5001 || n == 6000)
            for (uint64_t old = journal_first(journal); old <= n; old++)
                expect_numbered(old);
    }
    ck_assert_uint_eq(journal_first(journal), 1001);
}
END_TEST

START_TEST(growing_after_entries_have_dropped_for_their_bytes)
{
    journal = journal_new(5000, 100 * 100);
    for (int i = 0; i < 350; i++) /* a hundred fit, whatever the ring could hold */
        add_sized(100);
    ck_assert_uint_eq(journal_first(journal), 251);
    for (int i = 0; i < 600; i++) /* now there is room for more than the ring had */
        add_sized(10);
    ck_assert_uint_eq(journal_next(journal), 951);
    ck_assert_uint_eq(journal_first(journal), 311);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++)
        expect_numbered(n);
}
END_TEST

START_TEST(the_ring_holds_so_many_bytes)
{
    journal = journal_new(1000, 100);
    for (int i = 0; i < 5; i++)
        add_sized(20);
    ck_assert_uint_eq(journal_first(journal), 1); /* full to the byte */
    add_sized(20);
    ck_assert_uint_eq(journal_first(journal), 2);
    add_sized(61); /* two would not do */
    ck_assert_uint_eq(journal_first(journal), 6);
    add_sized(39);
    ck_assert_uint_eq(journal_first(journal), 7);
}
END_TEST

START_TEST(an_entry_over_the_limit_stands_alone)
{
    journal = journal_new(1000, 100);
    add_sized(50);
    add_sized(3000);
    ck_assert_uint_eq(journal_first(journal), 2);
    ck_assert_uint_eq(journal_get(journal, 2)->data_len, 3000);
    add_sized(50);
    ck_assert_uint_eq(journal_first(journal), 3);
}
END_TEST

/* ---- as JSON ---- */

START_TEST(an_entry_as_json)
{
    struct buf out;
    struct jsonw w;
    journal = journal_new(10, 1000);
    journal_add(journal,
                &(struct journal_entry){.at_ms = 1767225600000,
                                        .actor = "cloud",
                                        .kind = "claim-code.issued",
                                        .cause = 0,
                                        .data = "{\"code\":\"x\"}",
                                        .data_len = 12},
                0);
    journal_add(journal,
                &(struct journal_entry){.at_ms = 1767225600500,
                                        .actor = "client:\"app\"",
                                        .kind = "a",
                                        .cause = 1,
                                        .data = "{}",
                                        .data_len = 2},
                0);
    buf_init(&out, 10000);
    jsonw_init(&w, &out);
    jsonw_array(&w);
    journal_write(journal_get(journal, 1), &w);
    journal_write(journal_get(journal, 2), &w);
    jsonw_end_array(&w);
    ck_assert_str_eq(
        buf_str(&out),
        "[{\"n\":1,\"at\":\"2026-01-01T00:00:00.000Z\",\"actor\":\"cloud\","
        "\"kind\":\"claim-code.issued\",\"cause\":null,\"data\":{\"code\":\"x\"}},"
        "{\"n\":2,\"at\":\"2026-01-01T00:00:00.500Z\",\"actor\":\"client:\\\"app\\\"\","
        "\"kind\":\"a\",\"cause\":1,\"data\":{}}]");
    buf_free(&out);
}
END_TEST

/* ---- notes ---- */

START_TEST(a_note_is_written_at_the_time_and_for_the_cause_of_the_clock)
{
    struct sim sim;
    sim_init(&sim, VCLOCK_FROZEN, 5000, 1, "default");
    vclock_set_cause(sim.clock, 12);
    struct jsonw *w = sim_note(&sim);
    jsonw_key_str(w, "code", "abc");
    jsonw_key_int(w, "left", 3);
    ck_assert_uint_eq(sim_noted(&sim, "cloud", "a.b"), 1);
    sim_note(&sim);
    ck_assert_uint_eq(sim_noted(&sim, "cloud", "empty"), 2);
    const struct journal_entry *entry = journal_get(sim.journal, 1);
    ck_assert_str_eq(entry->data, "{\"code\":\"abc\",\"left\":3}");
    ck_assert_int_eq(entry->at_ms, 5000);
    ck_assert_uint_eq(entry->cause, 12);
    ck_assert_str_eq(journal_get(sim.journal, 2)->data, "{}");
    ck_assert_int_ge(journal_real_ms(sim.journal, 1), 0);
    sim_free(&sim);
}
END_TEST

START_TEST(a_request_more_changes_no_claim_code)
{
    struct sim a, b;
    sim_init(&a, VCLOCK_FROZEN, 0, 1, "default");
    sim_init(&b, VCLOCK_FROZEN, 0, 1, "default");
    chance_u64(&b.requests);
    ck_assert_uint_eq(chance_u64(&a.chance), chance_u64(&b.chance));
    sim_free(&a);
    sim_free(&b);
}
END_TEST

Suite *test_sim_journal(void)
{
    Suite *suite = suite_create("journal");
    TCase *tcase = tcase_create("journal");
    tcase_add_checked_fixture(tcase, NULL, teardown);
    tcase_add_test(tcase, an_empty_journal);
    tcase_add_test(tcase, an_entry_is_kept_as_it_was_given);
    tcase_add_test(tcase, actors_outlive_their_entries);
    tcase_add_loop_test(tcase, the_ring_holds_so_many_entries, 1, 5);
    tcase_add_loop_test(tcase, the_ring_holds_so_many_entries, 255, 258);
    tcase_add_test(tcase, growing_keeps_what_is_there);
    tcase_add_test(tcase, growing_after_entries_have_dropped_for_their_bytes);
    tcase_add_test(tcase, the_ring_holds_so_many_bytes);
    tcase_add_test(tcase, an_entry_over_the_limit_stands_alone);
    tcase_add_test(tcase, an_entry_as_json);
    tcase_add_test(tcase, a_note_is_written_at_the_time_and_for_the_cause_of_the_clock);
    tcase_add_test(tcase, a_request_more_changes_no_claim_code);
    suite_add_tcase(suite, tcase);
    return suite;
}
