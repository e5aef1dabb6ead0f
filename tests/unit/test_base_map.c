/* Maps: values by key, in order of insertion, through removals and growth. */
#include "suites.h"

#include "base/map.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int one = 1, two = 2, three = 3;

START_TEST(empty_map_has_nothing)
{
    struct map map = {0};
    size_t cursor = 0;
    void *value = NULL;
    ck_assert_ptr_null(map_get(&map, "a"));
    ck_assert_ptr_null(map_take(&map, "a"));
    ck_assert_uint_eq(map_count(&map), 0);
    ck_assert(!map_next(&map, &cursor, NULL, &value));
    map_free(&map, NULL);
}
END_TEST

START_TEST(put_returns_what_was_there)
{
    struct map map = {0};
    ck_assert_ptr_null(map_put(&map, "a", &one));
    ck_assert_ptr_eq(map_put(&map, "a", &two), &one);
    ck_assert_ptr_eq(map_get(&map, "a"), &two);
    ck_assert_uint_eq(map_count(&map), 1);
    map_free(&map, NULL);
}
END_TEST

START_TEST(keys_are_copied)
{
    struct map map = {0};
    char key[] = "abc";
    map_put(&map, key, &one);
    key[0] = 'x';
    ck_assert_ptr_eq(map_get(&map, "abc"), &one);
    ck_assert_ptr_null(map_get(&map, "xbc"));
    map_free(&map, NULL);
}
END_TEST

START_TEST(empty_key_and_prefixes_differ)
{
    struct map map = {0};
    map_put(&map, "", &one);
    map_put(&map, "a", &two);
    map_put(&map, "aa", &three);
    ck_assert_ptr_eq(map_get(&map, ""), &one);
    ck_assert_ptr_eq(map_get(&map, "a"), &two);
    ck_assert_ptr_eq(map_get(&map, "aa"), &three);
    ck_assert_ptr_null(map_get(&map, "aaa"));
    map_free(&map, NULL);
}
END_TEST

/* The keys in order, each followed by a space. */
static void join_keys(const struct map *map, char *ret_text, size_t size)
{
    const char *key = NULL;
    void *value = NULL;
    size_t cursor = 0, len = 0;
    ret_text[0] = '\0';
    while (map_next(map, &cursor, &key, &value))
        len += (size_t)snprintf(ret_text + len, size - len, "%s ", key);
}

START_TEST(walks_in_order_of_insertion)
{
    struct map map = {0};
    char keys[64];
    map_put(&map, "z", &one);
    map_put(&map, "a", &one);
    map_put(&map, "m", &one);
    map_put(&map, "a", &two); /* keeps its place */
    join_keys(&map, keys, sizeof keys);
    ck_assert_str_eq(keys, "z a m ");
    map_take(&map, "z");
    map_put(&map, "z", &one); /* is new again: comes last */
    join_keys(&map, keys, sizeof keys);
    ck_assert_str_eq(keys, "a m z ");
    map_free(&map, NULL);
}
END_TEST

START_TEST(taking_while_walking)
{
    struct map map = {0};
    const char *key = NULL;
    void *value = NULL;
    size_t cursor = 0, seen = 0;
    char name[16];
    for (int i = 0; i < 100; i++) {
        snprintf(name, sizeof name, "k%d", i);
        map_put(&map, name, &one);
    }
    while (map_next(&map, &cursor, &key, &value)) {
        int i = atoi(key + 1);
        seen++;
        snprintf(name, sizeof name, "k%d", i + 1); /* the next one is never met */
        map_take(&map, name);
        snprintf(name, sizeof name, "k%d", i);
        ck_assert_ptr_eq(map_take(&map, name), &one);
    }
    ck_assert_uint_eq(seen, 50);
    ck_assert_uint_eq(map_count(&map), 0);
    map_free(&map, NULL);
}
END_TEST

START_TEST(many_keys_come_and_go)
{
    struct map map = {0};
    static int values[20000];
    char name[16];
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "%d", i);
        ck_assert_ptr_null(map_put(&map, name, &values[i]));
        if (i >= 100) {
            snprintf(name, sizeof name, "%d", i - 100);
            ck_assert_ptr_eq(map_take(&map, name), &values[i - 100]);
        }
    }
    ck_assert_uint_eq(map_count(&map), 100);
    for (int i = 0; i < 20000; i++) {
        snprintf(name, sizeof name, "%d", i);
        ck_assert_ptr_eq(map_get(&map, name), i < 19900 ? NULL : &values[i]);
    }
    ck_assert_msg(map.entries_cap <= 1024, "holes are not reused: room for %zu", map.entries_cap);
    map_free(&map, NULL);
}
END_TEST

START_TEST(values_are_freed_once)
{
    struct map map = {0};
    for (int i = 0; i < 20; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        map_put(&map, name, mem_dup(name));
    }
    free(map_take(&map, "7"));
    free(map_put(&map, "8", mem_dup("eight")));
    map_free(&map, free); /* the sanitizer counts */
    ck_assert_uint_eq(map_count(&map), 0);
    ck_assert_ptr_null(map_get(&map, "1"));
    map_put(&map, "1", &one); /* an emptied map is a map */
    ck_assert_ptr_eq(map_get(&map, "1"), &one);
    map_free(&map, NULL);
}
END_TEST

Suite *test_base_map(void)
{
    Suite *suite = suite_create("map");
    TCase *tcase = tcase_create("map");
    tcase_add_test(tcase, empty_map_has_nothing);
    tcase_add_test(tcase, put_returns_what_was_there);
    tcase_add_test(tcase, keys_are_copied);
    tcase_add_test(tcase, empty_key_and_prefixes_differ);
    tcase_add_test(tcase, walks_in_order_of_insertion);
    tcase_add_test(tcase, taking_while_walking);
    tcase_add_test(tcase, many_keys_come_and_go);
    tcase_add_test(tcase, values_are_freed_once);
    suite_add_tcase(suite, tcase);
    return suite;
}
