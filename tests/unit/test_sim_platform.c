/* Platforms: the rows against what is published of the devices, and the forms of their ids. */
#include "suites.h"

#include "sim/chance.h"
#include "sim/platform.h"

#include <string.h>

#define MINUTE INT64_C(60000)

/* @particle/device-constants 4.2.1 (id, radio, generation); Device OS 2.3.0 lightssl_protocol.h
 * (TCP keep-alive), 6.2.0 HAL_PLATFORM_CELLULAR_CLOUD_KEEPALIVE_INTERVAL and
 * HAL_PLATFORM_DEFAULT_CLOUD_KEEPALIVE_INTERVAL; 2.3.0 system_network_internal.h (listening
 * time-out). */
static const struct {
    const char *name;
    int id, generation;
    bool cellular;
    enum transport transport;
    int64_t keepalive_ms, connect_ms, listening_timeout_ms;
    bool softap;
    const char *id_begins;
} rows[] = {
    {"e-series", 10, 2, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 5 * MINUTE, false, ""},
    {"electron", 10, 2, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 5 * MINUTE, false, ""},
    {"boron", 13, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0, false, "e00fce68"},
    {"b-som", 23, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0, false, "e00fce68"},
    {"b5-som", 25, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0, false, "e00fce68"},
    {"p1", 8, 2, false, TRANSPORT_TCP, 15000, 10000, 0, true, ""},
    {"photon", 6, 2, false, TRANSPORT_TCP, 15000, 10000, 0, true, ""},
    {"argon", 12, 3, false, TRANSPORT_UDP, 25000, 10000, 0, false, "e00fce68"},
    {"p2", 32, 4, false, TRANSPORT_UDP, 25000, 10000, 0, false, "0a10aced202194944a"},
};

#define ROWS (int)(sizeof rows / sizeof *rows)

START_TEST(each_row_is_that_of_the_device)
{
    const struct platform *platform = platform_by_name(rows[_i].name);
    ck_assert_ptr_nonnull(platform);
    ck_assert_str_eq(platform->name, rows[_i].name);
    ck_assert_int_eq(platform->id, rows[_i].id);
    ck_assert_int_eq(platform->generation, rows[_i].generation);
    ck_assert_int_eq(platform->cellular, rows[_i].cellular);
    ck_assert_int_eq(platform->transport, rows[_i].transport);
    ck_assert_int_eq(platform->keepalive_ms, rows[_i].keepalive_ms);
    ck_assert_int_eq(platform->connect_ms, rows[_i].connect_ms);
    ck_assert_int_eq(platform->listening_timeout_ms, rows[_i].listening_timeout_ms);
    ck_assert_uint_eq(platform->channels,
                      CHANNEL_SERIAL | CHANNEL_USB | (rows[_i].softap ? CHANNEL_SOFTAP : 0));
}
END_TEST

START_TEST(every_row_is_tested)
{
    ck_assert_uint_eq(platform_count, ROWS);
}
END_TEST

START_TEST(platforms_are_found)
{
    ck_assert_ptr_null(platform_by_name("xenon"));
    ck_assert_ptr_null(platform_by_name(""));
    ck_assert_ptr_null(platform_by_name("Boron"));
    ck_assert_ptr_null(platform_by_id(0));
    ck_assert_str_eq(platform_by_id(10)->name, "e-series"); /* the first row wins */
    ck_assert_str_eq(platform_by_id(6)->name, "photon");
    ck_assert_str_eq(platform_by_id(32)->name, "p2");
}
END_TEST

/* Where a digit stands for any number, '0'-'9' each, as the ASCII code of a digit. */
static bool is_stm32(const char *id)
{
    for (int i = 8; i < 24; i += 2)
        if (id[i] != '3' || id[i + 1] < '0' || id[i + 1] > '9')
            return false;
    return strncmp(id + 2, "00", 2) == 0 && strncmp(id + 6, "00", 2) == 0;
}

START_TEST(ids_have_the_form_of_their_platform)
{
    const struct platform *platform = platform_by_name(rows[_i].name);
    struct chance chance;
    char hex[25], id[26];
    chance_init(&chance, 1, "ids");
    for (int i = 0; i < 200; i++) {
        chance_hex(&chance, hex, 24);
        id[25] = '!';
        platform_shape_id(platform, hex, id);
        ck_assert_int_eq(id[25], '!');
        ck_assert_uint_eq(strlen(id), 24);
        ck_assert_uint_eq(strspn(id, "0123456789abcdef"), 24);
        ck_assert_msg(strncmp(id, rows[_i].id_begins, strlen(rows[_i].id_begins)) == 0, "%s", id);
        ck_assert_msg(platform->id_form != ID_STM32F2 || is_stm32(id), "%s", id);
    }
}
END_TEST

START_TEST(one_form_worked_out)
{
    char id[25];
    static const char hex[] = "1e32479a0f5b3c2d1e0f9a8b";
    platform_shape_id(platform_by_name("photon"), hex, id);
    ck_assert_str_eq(id, "1e0032003035353133323233");
    platform_shape_id(platform_by_name("boron"), hex, id);
    ck_assert_str_eq(id, "e00fce681e32479a0f5b3c2d");
    platform_shape_id(platform_by_name("p2"), hex, id);
    ck_assert_str_eq(id, "0a10aced202194944a1e3247");
}
END_TEST

Suite *test_sim_platform(void)
{
    Suite *suite = suite_create("platform");
    TCase *tcase = tcase_create("platform");
    tcase_add_loop_test(tcase, each_row_is_that_of_the_device, 0, ROWS);
    tcase_add_test(tcase, every_row_is_tested);
    tcase_add_test(tcase, platforms_are_found);
    tcase_add_loop_test(tcase, ids_have_the_form_of_their_platform, 0, ROWS);
    tcase_add_test(tcase, one_form_worked_out);
    suite_add_tcase(suite, tcase);
    return suite;
}
