/* Memory: zeroed, copied, and the one way in which it ends. */
#include "suites.h"

#include "base/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(new_is_zeroed)
{
    unsigned char *bytes = mem_new(100);
    for (int i = 0; i < 100; i++)
        ck_assert_uint_eq(bytes[i], 0);
    free(bytes);
    void *nothing = mem_new(0);
    ck_assert_ptr_nonnull(nothing);
    free(nothing);
}
END_TEST

START_TEST(array_is_zeroed)
{
    uint64_t *numbers = mem_new_array(50, sizeof *numbers);
    for (int i = 0; i < 50; i++)
        ck_assert_uint_eq(numbers[i], 0);
    free(numbers);
    void *nothing = mem_new_array(0, 8);
    ck_assert_ptr_nonnull(nothing);
    free(nothing);
}
END_TEST

START_TEST(grow_keeps_the_content)
{
    char *text = mem_grow(NULL, 4);
    memcpy(text, "abc", 4);
    text = mem_grow(text, 4000);
    ck_assert_str_eq(text, "abc");
    text = mem_grow(text, 0);
    ck_assert_ptr_nonnull(text);
    free(text);
}
END_TEST

START_TEST(dup_copies)
{
    char source[] = "ab\0cd";
    char *text = mem_dup(source);
    char *bytes = mem_dup_n(source, 5);
    char *empty = mem_dup_n(NULL, 0);
    source[0] = 'x';
    ck_assert_str_eq(text, "ab");
    ck_assert_mem_eq(bytes, "ab\0cd", 6); /* and a NUL behind */
    ck_assert_str_eq(empty, "");
    ck_assert_ptr_null(mem_dup(NULL));
    free(text);
    free(bytes);
    free(empty);
}
END_TEST

START_TEST(printf_makes_the_right_size)
{
    char *text = mem_printf_dup("%s-%d-%1000s", "a", 7, "b");
    ck_assert_uint_eq(strlen(text), 1004);
    ck_assert_mem_eq(text, "a-7- ", 5);
    free(text);
}
END_TEST

/* Out of memory is a message and SIGABRT; seen from outside, because the program ends. */
static void expect_abort(void (*use_memory)(void))
{
    int out[2];
    char said[200] = "";
    int status = 0;
    ck_assert_int_eq(pipe(out), 0);
    fflush(NULL);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        dup2(out[1], STDERR_FILENO);
        use_memory();
        _exit(0);
    }
    close(out[1]);
    ssize_t got = read(out[0], said, sizeof said - 1);
    close(out[0]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_gt(got, 0);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "status %d", status);
    ck_assert_ptr_nonnull(strstr(said, "mockcloud: out of memory"));
}

static void ask_for_too_many(void)
{
    free(mem_new_array(SIZE_MAX / 4, 8));
}

static void report_from_a_library(void)
{
    mem_out(0);
}

START_TEST(running_out_aborts)
{
    expect_abort(ask_for_too_many);
    expect_abort(report_from_a_library);
}
END_TEST

Suite *test_base_mem(void)
{
    Suite *suite = suite_create("mem");
    TCase *tcase = tcase_create("mem");
    tcase_add_test(tcase, new_is_zeroed);
    tcase_add_test(tcase, array_is_zeroed);
    tcase_add_test(tcase, grow_keeps_the_content);
    tcase_add_test(tcase, dup_copies);
    tcase_add_test(tcase, printf_makes_the_right_size);
    tcase_add_test(tcase, running_out_aborts);
    suite_add_tcase(suite, tcase);
    return suite;
}
