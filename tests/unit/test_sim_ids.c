/* Ids: they follow from seed, world and name, and from nothing else. */
#include "suites.h"

#include "sim/ids.h"

#include <string.h>

static struct ids ids;

static void setup(void)
{
    ids_init(&ids, 7, "default");
}

/* As Python's uuid.uuid5 gives them: uuid5(uuid5(uuid5(DNS, "mockcloud"), "7:default"),
 * "kind/name/part"), without the digits of version and variant. */
START_TEST(ids_are_named_uuids)
{
    char text[IDS_TOKEN + 1];
    ids_named(&ids, "device", "pump", text, IDS_OBJECT);
    ck_assert_str_eq(text, "a01feb9ca71e38eeae3202d6");
    ids_next(&ids, "access-token", text, IDS_TOKEN);
    ck_assert_str_eq(text, "f0b43ac5c29b150e51f19ddfc270e2486304d30f");
}
END_TEST

static const struct {
    uint64_t seed;
    const char *world, *kind, *name;
} others[] = {
    {7, "default", "device", "pump"}, {8, "default", "device", "pump"},
    {7, "w1", "device", "pump"},      {7, "default", "user", "pump"},
    {7, "default", "device", "lamp"}, {7, "default", "device", ""},
    {7, "", "device", "pump"},
};

#define OTHERS (int)(sizeof others / sizeof *others)

static void make(int row, char *ret_text)
{
    struct ids made;
    ids_init(&made, others[row].seed, others[row].world);
    ids_named(&made, others[row].kind, others[row].name, ret_text, IDS_OBJECT);
}

START_TEST(seed_world_kind_and_name_each_make_another_id)
{
    char mine[IDS_OBJECT + 1], again[IDS_OBJECT + 1], other[IDS_OBJECT + 1];
    make(_i, mine);
    make(_i, again);
    ck_assert_str_eq(mine, again);
    for (int row = 0; row < _i; row++) {
        make(row, other);
        ck_assert_str_ne(mine, other);
    }
}
END_TEST

START_TEST(what_was_made_before_does_not_matter)
{
    char before[IDS_OBJECT + 1], after[IDS_OBJECT + 1], text[IDS_TOKEN + 1];
    ids_named(&ids, "user", "ada", before, IDS_OBJECT);
    ids_named(&ids, "user", "ben", text, IDS_OBJECT);
    for (int i = 0; i < 5; i++)
        ids_next(&ids, "access-token", text, IDS_TOKEN);
    ids_named(&ids, "user", "ada", after, IDS_OBJECT);
    ck_assert_str_eq(before, after);
}
END_TEST

START_TEST(ids_without_a_name_are_counted)
{
    char text[20][IDS_TOKEN + 1];
    for (int i = 0; i < 20; i++) {
        ids_next(&ids, "access-token", text[i], IDS_TOKEN);
        for (int j = 0; j < i; j++)
            ck_assert_str_ne(text[i], text[j]);
    }
    char again[IDS_TOKEN + 1];
    setup();
    ids_next(&ids, "access-token", again, IDS_TOKEN);
    ck_assert_str_eq(again, text[0]);
}
END_TEST

START_TEST(any_number_of_digits)
{
    char text[130];
    size_t digits = (size_t)_i;
    memset(text, '!', sizeof text);
    ids_named(&ids, "kind", "name", text, digits);
    ck_assert_uint_eq(strlen(text), digits);
    ck_assert_uint_eq(strspn(text, "0123456789abcdef"), digits);
    ck_assert_int_eq(text[digits + 1], '!');
}
END_TEST

START_TEST(long_names_differ_in_their_last_letter)
{
    static char a[2001], b[2001];
    char id_a[IDS_OBJECT + 1], id_b[IDS_OBJECT + 1];
    struct ids one, two;
    memset(a, 'x', 2000);
    memset(b, 'x', 2000);
    b[1999] = 'y';
    ids_named(&ids, "customer", a, id_a, IDS_OBJECT);
    ids_named(&ids, "customer", b, id_b, IDS_OBJECT);
    ck_assert_str_ne(id_a, id_b);
    ids_init(&one, 7, a);
    ids_init(&two, 7, b);
    ids_named(&one, "device", "pump", id_a, IDS_OBJECT);
    ids_named(&two, "device", "pump", id_b, IDS_OBJECT);
    ck_assert_str_ne(id_a, id_b);
}
END_TEST

Suite *test_sim_ids(void)
{
    Suite *suite = suite_create("ids");
    TCase *tcase = tcase_create("ids");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, ids_are_named_uuids);
    tcase_add_loop_test(tcase, seed_world_kind_and_name_each_make_another_id, 0, OTHERS);
    tcase_add_test(tcase, what_was_made_before_does_not_matter);
    tcase_add_test(tcase, ids_without_a_name_are_counted);
    tcase_add_loop_test(tcase, any_number_of_digits, 0, 70);
    tcase_add_test(tcase, long_names_differ_in_their_last_letter);
    suite_add_tcase(suite, tcase);
    return suite;
}
