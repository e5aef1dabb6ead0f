/* The exchange log: found by number, bounded in exchanges and in bytes, bodies cut. */
#include "suites.h"

#include "sim/exchanges.h"

#include <stdlib.h>
#include <string.h>

static struct exchange_message message(const char *headers, size_t headers_len, const char *body)
{
    return (struct exchange_message){headers, headers_len, body, 0, strlen(body)};
}

static void add(struct exchanges *log, uint64_t n, const char *body)
{
    struct exchange_message request = message("A\0b", 4, body);
    exchanges_add(log, n, "POST", "/a?b", &request);
}

START_TEST(an_exchange_is_found_by_its_number)
{
    struct exchanges *log = exchanges_new(100, 1u << 20);
    ck_assert_uint_eq(exchanges_first(log), 0);
    ck_assert_ptr_null(exchanges_find(log, 1));
    for (uint64_t n = 3; n < 300; n += 3)
        add(log, n, "request");
    struct exchange_message reply = message("C\0d\0E\0f", 8, "reply");
    exchanges_answer(log, 33, 35, 201, &reply);
    const struct exchange_record *record = exchanges_find(log, 33);
    ck_assert_str_eq(record->method, "POST");
    ck_assert_str_eq(record->target, "/a?b");
    ck_assert_mem_eq(record->request.headers, "A\0b", 4);
    ck_assert_mem_eq(record->request.body, "request", 7);
    ck_assert_uint_eq(record->reply_n, 35);
    ck_assert_int_eq(record->status, 201);
    ck_assert_mem_eq(record->reply.headers, "C\0d\0E\0f", 8);
    ck_assert_mem_eq(record->reply.body, "reply", 5);
    ck_assert_uint_eq(exchanges_find(log, 36)->reply_n, 0);
    ck_assert_ptr_null(exchanges_find(log, 34));
    ck_assert_ptr_null(exchanges_find(log, 300));
    exchanges_answer(log, 34, 35, 200, &reply); /* to none */
    exchanges_free(log);
}
END_TEST

START_TEST(the_oldest_fall_out)
{
    struct exchanges *log = exchanges_new(10, 1u << 20);
    for (uint64_t n = 1; n <= 25; n++)
        add(log, n, "");
    ck_assert_uint_eq(exchanges_first(log), 16);
    ck_assert_ptr_null(exchanges_find(log, 15));
    ck_assert_uint_eq(exchanges_find(log, 16)->n, 16);
    ck_assert_uint_eq(exchanges_find(log, 25)->n, 25);
    exchanges_free(log);
}
END_TEST

START_TEST(bytes_are_bounded_too)
{
    char body[1001];
    memset(body, 'x', 1000);
    body[1000] = '\0';
    struct exchanges *log = exchanges_new(100, 3500);
    for (uint64_t n = 1; n <= 5; n++)
        add(log, n, body);
    ck_assert_uint_eq(exchanges_first(log), 3);
    struct exchange_message reply = message("", 0, body);
    exchanges_answer(log, 5, 6, 200, &reply); /* makes room, too */
    ck_assert_uint_eq(exchanges_first(log), 4);
    ck_assert_uint_eq(exchanges_find(log, 5)->reply_n, 6);
    exchanges_answer(log, 4, 7, 200, &reply); /* there is room for it when it is gone itself */
    ck_assert_uint_eq(exchanges_first(log), 5);
    exchanges_free(log);
}
END_TEST

START_TEST(long_bodies_are_cut)
{
    size_t len = EXCHANGES_BODY + 100;
    char *body = calloc(1, len + 1);
    memset(body, 'x', len);
    struct exchanges *log = exchanges_new(10, 1u << 20);
    add(log, 1, body);
    free(body);
    const struct exchange_record *record = exchanges_find(log, 1);
    ck_assert_uint_eq(record->request.kept, EXCHANGES_BODY);
    ck_assert_uint_eq(record->request.body_len, len);
    ck_assert_int_eq(record->request.body[EXCHANGES_BODY - 1], 'x');
    exchanges_free(log);
}
END_TEST

Suite *test_sim_exchanges(void)
{
    Suite *suite = suite_create("exchanges");
    TCase *tcase = tcase_create("exchanges");
    tcase_add_test(tcase, an_exchange_is_found_by_its_number);
    tcase_add_test(tcase, the_oldest_fall_out);
    tcase_add_test(tcase, bytes_are_bounded_too);
    tcase_add_test(tcase, long_bodies_are_cut);
    suite_add_tcase(suite, tcase);
    return suite;
}
