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
    unsigned channels;
    const char *id_begins;
    unsigned listens;
    const char *first, *newest; /* "": it runs Linux */
    bool ended;
} rows[] = {
    {"e-series", 10, 2, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 5 * MINUTE,
     CHANNEL_SERIAL | CHANNEL_USB, "", LACKS_SIM, "0.4.4", "3.3.1", true},
    {"electron", 10, 2, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 5 * MINUTE,
     CHANNEL_SERIAL | CHANNEL_USB, "", LACKS_SIM, "0.4.4", "3.3.1", true},
    {"boron", 13, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_SETUP, "0.9.0", "6.2.0", false},
    {"bsom", 23, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_SETUP, "1.1.0", "6.2.0", false},
    {"b5som", 25, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_SETUP, "1.5.0", "6.2.0", false},
    {"photon", 6, 2, false, TRANSPORT_TCP, 15000, 10000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_SOFTAP, "", LACKS_CREDENTIALS, "0.4.0", "3.3.1", true},
    {"p1", 8, 2, false, TRANSPORT_TCP, 15000, 10000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_SOFTAP, "", LACKS_CREDENTIALS, "0.5.3", "3.3.1", true},
    {"argon", 12, 3, false, TRANSPORT_UDP, 25000, 10000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_CREDENTIALS | LACKS_SETUP,
     "0.9.0", "6.2.0", false},
    {"p2", 32, 4, false, TRANSPORT_UDP, 25000, 10000, 0, CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE,
     "0a10aced2021", LACKS_CREDENTIALS, "5.0.0", "6.2.0", false},
    {"core", 0, 1, false, TRANSPORT_TCP, 15000, 10000, 0, CHANNEL_SERIAL, "53ff", LACKS_CREDENTIALS,
     "0.4.0", "1.4.4", true},
    {"xenon", 14, 3, false, TRANSPORT_UDP, 25000, 10000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_SETUP, "0.9.0", "1.5.2", true},
    {"esomx", 15, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", 0, "4.0.0", "6.2.0", false},
    {"tracker", 26, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_SETUP, "2.0.0", "6.2.0", false},
    {"trackerm", 28, 4, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "0a10aced2021", 0, "5.0.0", "6.2.0", false},
    {"msom", 35, 4, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "0a10aced2021", 0, "5.5.0", "6.2.0", false},
    {"electron2", 37, 3, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0,
     CHANNEL_SERIAL | CHANNEL_USB | CHANNEL_BLE, "e00fce68", LACKS_SETUP, "6.3.0", "6.3.0", false},
    {"sulu", 38, 4, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0, CHANNEL_USB | CHANNEL_BLE,
     "0a10aced2021", 0, "6.3.0", "6.3.0", false},
    {"tachyon", 42, 4, true, TRANSPORT_UDP, 23 * MINUTE, 40000, 0, 0, "422a06", 0, "", "", false},
    {"linux", 43, 4, false, TRANSPORT_UDP, 25000, 10000, 0, 0, "422b02", 0, "", "", false},
};

#define ROWS (int)(sizeof rows / sizeof *rows)

START_TEST(each_row_is_that_of_the_device)
{
    char text[SYSTEM_VERSION_SIZE];
    const struct platform *platform = platform_by_name(rows[_i].name);
    ck_assert_ptr_nonnull(platform);
    ck_assert_str_eq(platform->name, rows[_i].name);
    ck_assert_int_eq(platform->id, rows[_i].id);
    ck_assert_int_eq(platform->generation, rows[_i].generation);
    ck_assert_int_eq(platform->cellular, rows[_i].cellular);
    ck_assert_int_eq(platform->transport, rows[_i].transport);
    ck_assert_int_eq(platform->keepalive_ms, rows[_i].keepalive_ms);
    ck_assert_int_eq(platform_keepalive_ms(platform, platform_interface(platform)),
                     rows[_i].keepalive_ms);
    ck_assert_int_eq(platform->connect_ms, rows[_i].connect_ms);
    ck_assert_int_eq(platform->listening_timeout_ms, rows[_i].listening_timeout_ms);
    ck_assert_uint_eq(platform->channels, rows[_i].channels);
    ck_assert_uint_eq(platform->listens, rows[_i].listens);
    ck_assert_str_eq(system_version_text(platform->first, text), rows[_i].first);
    ck_assert_str_eq(system_version_text(platform->newest, text), rows[_i].newest);
    ck_assert_int_eq(platform->ended, rows[_i].ended);
    ck_assert_int_eq(platform_is_linux(platform), !*rows[_i].first);
}
END_TEST

START_TEST(every_row_is_tested)
{
    ck_assert_uint_eq(platform_count, ROWS);
}
END_TEST

START_TEST(platforms_are_found)
{
    ck_assert_ptr_null(platform_by_name("raspi"));
    ck_assert_ptr_null(platform_by_name(""));
    ck_assert_ptr_null(platform_by_name("Boron"));
    ck_assert_ptr_null(platform_by_id(1));
    ck_assert_str_eq(platform_by_name("b-som")->name, "bsom");
    ck_assert_str_eq(platform_by_name("b5-som")->name, "b5som");
    ck_assert_str_eq(platform_by_name("photon2")->name, "p2");
    ck_assert_str_eq(platform_by_id(0)->name, "core");
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
    platform_shape_id(platform_by_name("tachyon"), hex, id);
    ck_assert_str_eq(id, "422a061e32479a0f5b3c2d1e");
    platform_shape_id(platform_by_name("linux"), hex, id);
    ck_assert_str_eq(id, "422b021e32479a0f5b3c2d1e");
    platform_shape_id(platform_by_name("core"), hex, id);
    ck_assert_str_eq(id, "53ff1e32479a0f5b3c2d1e0f");
}
END_TEST

static const struct {
    const char *platform, *version;
    bool runs;
} ranges[] = {
    {"photon", "3.3.1", true},   {"photon", "3.3.2", false}, {"photon", "0.3.4", false},
    {"boron", "0.9.0", true},    {"boron", "0.8.0", false},  {"boron", "6.2.1", true},
    {"xenon", "1.5.2", true},    {"xenon", "2.0.0", false},  {"p2", "4.2.0", false},
    {"msom", "5.5.0", true},     {"core", "1.4.4", true},    {"core", "1.5.0", false},
    {"tachyon", "6.2.0", false},
};

START_TEST(each_runs_its_own_versions)
{
    system_version_t version;
    ck_assert(system_version_parse(ranges[_i].version, &version));
    ck_assert_int_eq(platform_runs(platform_by_name(ranges[_i].platform), version),
                     ranges[_i].runs);
}
END_TEST

START_TEST(what_is_a_version)
{
    static const char *const none[] = {"",      "6",      "6.2",  "6.2.0.1", "6.2.0-rc.1", "v6.2.0",
                                       "6.2.x", "06.2.0", "6..0", "256.0.0", "-1.0.0",     "0.0.0"};
    system_version_t version = 7;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_msg(!system_version_parse(none[i], &version), "%s", none[i]);
    ck_assert_uint_eq(version, 7);
    ck_assert(system_version_parse("4.0.6", &version));
    ck_assert_int_eq(system_version_number(version), 4006);
    ck_assert_int_eq(system_version_major(version), 4);
    ck_assert(SYSTEM_VERSION(5, 10, 0) > SYSTEM_VERSION(5, 9, 200));
}
END_TEST

START_TEST(versions_as_text)
{
    static const struct {
        system_version_t version;
        const char *text;
    } texts[] = {
        {0, ""},
        {SYSTEM_VERSION(6, 2, 0), "6.2.0"},
        {SYSTEM_VERSION(0, 7, 10), "0.7.10"},
        {SYSTEM_VERSION(255, 100, 99), "255.100.99"},
    };
    char text[SYSTEM_VERSION_SIZE];
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        ck_assert_str_eq(system_version_text(texts[i].version, text), texts[i].text);
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
    tcase_add_loop_test(tcase, each_runs_its_own_versions, 0,
                        (int)(sizeof ranges / sizeof *ranges));
    tcase_add_test(tcase, what_is_a_version);
    tcase_add_test(tcase, versions_as_text);
    suite_add_tcase(suite, tcase);
    return suite;
}
