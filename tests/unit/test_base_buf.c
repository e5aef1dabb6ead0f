/* Bounded buffers: what fits, what does not, and the NUL behind it. */
#include "suites.h"

#include "base/buf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static struct buf buf;

static void setup(void)
{
    buf_init(&buf, 1000);
}

static void teardown(void)
{
    buf_free(&buf);
}

START_TEST(new_buffer_is_the_empty_string)
{
    ck_assert_str_eq(buf_str(&buf), "");
    ck_assert_ptr_null(buf.data);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert(!buf.overflow);
}
END_TEST

START_TEST(appends_of_each_kind)
{
    buf_add(&buf, "ab\0c", 4);
    buf_add_char(&buf, '-');
    buf_add_str(&buf, "def");
    buf_printf(&buf, "/%d/%s", 42, "x");
    ck_assert_uint_eq(buf.len, 13);
    ck_assert_mem_eq(buf.data, "ab\0c-def/42/x", 14);
    buf_add(&buf, NULL, 0);
    ck_assert_uint_eq(buf.len, 13);
}
END_TEST

START_TEST(fills_up_to_the_maximum_exactly)
{
    buf_init(&buf, 4);
    buf_add_str(&buf, "abcd");
    ck_assert(!buf.overflow);
    ck_assert_str_eq(buf_str(&buf), "abcd");
    buf_add(&buf, "", 0);
    ck_assert(!buf.overflow);
    buf_add_char(&buf, 'e');
    ck_assert(buf.overflow);
    ck_assert_str_eq(buf_str(&buf), "abcd");
}
END_TEST

START_TEST(overflow_keeps_a_true_prefix)
{
    buf_init(&buf, 4);
    buf_add_str(&buf, "ab");
    buf_add_str(&buf, "cde");
    ck_assert(buf.overflow);
    buf_add_str(&buf, "f"); /* would fit, but is not what comes next */
    buf_printf(&buf, "%d", 7);
    ck_assert_ptr_null(buf_room(&buf, 1));
    ck_assert_str_eq(buf_str(&buf), "ab");
    buf_clear(&buf);
    ck_assert(!buf.overflow);
    buf_add_str(&buf, "wxyz");
    ck_assert_str_eq(buf_str(&buf), "wxyz");
}
END_TEST

START_TEST(printf_longer_than_its_scratch_space)
{
    buf_printf(&buf, "%600d", 1);
    ck_assert_uint_eq(buf.len, 600);
    ck_assert_int_eq(buf_str(&buf)[599], '1');
    ck_assert_uint_eq(strlen(buf_str(&buf)), 600);
    buf_printf(&buf, "%600d", 1);
    ck_assert(buf.overflow);
    ck_assert_uint_eq(buf.len, 600);
}
END_TEST

START_TEST(room_is_written_by_the_caller)
{
    char *room = buf_room(&buf, 10);
    ck_assert_ptr_nonnull(room);
    memset(room, 'x', 10);
    buf.len += 3; /* fewer than asked for */
    ck_assert_str_eq(buf_str(&buf), "xxx");
    room = buf_room(&buf, 2);
    memset(room, 'y', 2);
    buf.len += 1;
    char *text = buf_take(&buf);
    ck_assert_str_eq(text, "xxxy");
    free(text);
}
END_TEST

START_TEST(drop_takes_from_the_front)
{
    buf_drop(&buf, 5);
    ck_assert_str_eq(buf_str(&buf), "");
    buf_add_str(&buf, "abcdef");
    buf_drop(&buf, 0);
    ck_assert_str_eq(buf_str(&buf), "abcdef");
    buf_drop(&buf, 2);
    ck_assert_str_eq(buf_str(&buf), "cdef");
    buf_drop(&buf, 9);
    ck_assert_str_eq(buf_str(&buf), "");
    ck_assert_uint_eq(buf.len, 0);
}
END_TEST

START_TEST(take_leaves_an_empty_buffer)
{
    char *nothing = buf_take(&buf);
    ck_assert_str_eq(nothing, "");
    free(nothing);
    buf_add_str(&buf, "abc");
    char *text = buf_take(&buf);
    ck_assert_str_eq(text, "abc");
    free(text);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_uint_eq(buf.max, 1000);
    buf_add_str(&buf, "d");
    ck_assert_str_eq(buf_str(&buf), "d");
}
END_TEST

START_TEST(huge_maximum_is_no_promise_of_memory)
{
    buf_init(&buf, SIZE_MAX);
    for (int i = 0; i < 1000; i++)
        buf_add_str(&buf, "0123456789");
    ck_assert_uint_eq(strlen(buf_str(&buf)), 10000);
}
END_TEST

START_TEST(never_allocates_past_the_maximum)
{
    for (int i = 0; i < 1000; i++)
        buf_add_char(&buf, 'x');
    ck_assert(!buf.overflow);
    ck_assert_uint_le(buf.cap, 1001);
    ck_assert_uint_eq(strlen(buf_str(&buf)), 1000);
}
END_TEST

Suite *test_base_buf(void)
{
    Suite *suite = suite_create("buf");
    TCase *tcase = tcase_create("buf");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, new_buffer_is_the_empty_string);
    tcase_add_test(tcase, appends_of_each_kind);
    tcase_add_test(tcase, fills_up_to_the_maximum_exactly);
    tcase_add_test(tcase, overflow_keeps_a_true_prefix);
    tcase_add_test(tcase, printf_longer_than_its_scratch_space);
    tcase_add_test(tcase, room_is_written_by_the_caller);
    tcase_add_test(tcase, drop_takes_from_the_front);
    tcase_add_test(tcase, take_leaves_an_empty_buffer);
    tcase_add_test(tcase, huge_maximum_is_no_promise_of_memory);
    tcase_add_test(tcase, never_allocates_past_the_maximum);
    suite_add_tcase(suite, tcase);
    return suite;
}
