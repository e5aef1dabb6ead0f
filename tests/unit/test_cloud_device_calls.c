/* What the cloud keeps of a device's describe, what it asks of a device, and an update's end. */
#include "cloud/accounts.h"
#include "cloud/binary.h"
#include "cloud/claim_code.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "cloud/claim.h"
#include "cloud/cloud.h"
#include "cloud/described.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID "310000000000000000000001"

static struct sim sim;
static struct cloud *cloud;
static struct cloud_device *device;
static struct {
    bool signal, takes_update;
    int64_t product_id, version;
} peer;

/* Knows the function `known`, and one variable; answers at once. */
static void peer_ask(void *arg, uint64_t call_id, const struct session_question *question)
{
    struct session_value value = {.type = SESSION_INT, .number = 5};
    bool known = true;
    (void)arg;
    switch (question->kind) {
    case ASK_CALL:
        known = strcmp(question->name, "known") == 0;
        value.number = (int64_t)strlen(question->argument);
        break;
    case ASK_SIGNAL:
        peer.signal = question->on;
        break;
    case ASK_UPDATE:
        peer.product_id = question->product_id;
        peer.version = question->version;
        known = peer.takes_update;
        break;
    default:
        break;
    }
    session_answered(cloud, call_id, known, &value);
}

static int64_t answered_number;

static void on_done(void *arg, const struct session_result *result)
{
    *(enum session_answer *)arg = result->answer;
    answered_number = result->value.number;
}

static enum session_answer ask(const struct session_question *question)
{
    enum session_answer answer = SESSION_TIMED_OUT;
    ck_assert_ptr_null(session_ask(cloud, device, question, on_done, &answer));
    return answer;
}

#define ASK(...) ask(&(struct session_question){__VA_ARGS__})

static void begin(void)
{
    sim_init(&sim, VCLOCK_FROZEN, 1000000, 1, "bench");
    cloud = cloud_new(&sim);
    device = cloud_add_device(cloud, ID, platform_by_name("photon"));
    memset(&peer, 0, sizeof peer);
    peer.takes_update = true;
}

static void end(void)
{
    cloud_free(cloud);
    sim_free(&sim);
}

static uint64_t open_session(void)
{
    static const struct session_peer answering = {.ask = peer_ask};
    struct session_hello hello = {.device_id = ID, .keepalive_ms = 15000, .peer = &answering};
    enum session_kind kind;
    return session_open(cloud, &hello, &kind);
}

static void describe(uint64_t session)
{
    static const char *const functions[] = {"known", "forgotten"};
    static const struct session_variable variables[] = {{"v", SESSION_INT}};
    session_describe(cloud, session, &(struct session_describe){functions, 2, variables, 1});
}

START_TEST(described_once_more)
{
    begin();
    uint64_t session = open_session();
    ck_assert(!device->described.known);
    describe(session);
    describe(session);
    ck_assert(device->described.known);
    ck_assert_uint_eq(device->described.function_count, 2);
    ck_assert(described_has_function(&device->described, "known"));
    ck_assert(!described_has_function(&device->described, "KNOWN"));
    ck_assert_str_eq(described_type_word(described_variable(&device->described, "v")->type),
                     "int32");
    ck_assert_ptr_null(described_variable(&device->described, "w"));
    session_describe(cloud, session, &(struct session_describe){0});
    ck_assert_uint_eq(device->described.function_count, 0);
    session_describe(cloud, session + 1, &(struct session_describe){0}); /* no such session */
    end();
}
END_TEST

START_TEST(asked)
{
    begin();
    ck_assert_int_eq(ASK(ASK_CALL, "known", ""), SESSION_ABSENT);
    uint64_t session = open_session();
    ck_assert_int_eq(ASK(ASK_CALL, "known", ""), SESSION_UNKNOWN);
    describe(session);
    ck_assert_int_eq(ASK(ASK_CALL, "known", "four"), SESSION_ANSWERED);
    ck_assert_int_eq(answered_number, 4);
    ck_assert_int_eq(ASK(ASK_CALL, "forgotten", ""), SESSION_UNKNOWN);
    ck_assert_int_eq(ASK(ASK_READ, "v"), SESSION_ANSWERED);
    ck_assert_int_eq(answered_number, 5);
    ck_assert_int_eq(ASK(ASK_READ, "w"), SESSION_UNKNOWN);
    ck_assert_int_eq(ASK(ASK_SIGNAL, .on = true), SESSION_ANSWERED);
    ck_assert(peer.signal);
    session_silence(cloud, session);
    ck_assert(device->online);
    ck_assert_int_eq(ASK(ASK_CALL, "known", ""), SESSION_ABSENT);
    ck_assert_int_eq(ASK(ASK_READ, "v"), SESSION_ABSENT);
    ck_assert_int_eq(ASK(ASK_SIGNAL), SESSION_ABSENT);
    ck_assert_int_eq(ASK(ASK_PING), SESSION_ABSENT);
    ck_assert_int_eq(ASK(ASK_UPDATE, .digest = "x"), SESSION_ABSENT);
    end();
}
END_TEST

/* An answer is traffic: the device was heard at that moment. */
START_TEST(heard)
{
    begin();
    open_session();
    vclock_advance(sim.clock, 1000000 + 7000);
    ck_assert_int_eq(cloud_last_heard(cloud, device), 1000000);
    ck_assert_int_eq(ASK(ASK_PING), SESSION_ANSWERED);
    ck_assert_int_eq(cloud_last_heard(cloud, device), 1007000);
    end();
}
END_TEST

START_TEST(updated)
{
    begin();
    struct product *acme = cloud_add_product(cloud, 77, "acme", "Acme", platform_by_name("photon"));
    cloud_place(cloud, device, (struct device_place){.product = acme});
    uint64_t session = open_session();
    peer.takes_update = false;
    ck_assert_int_eq(ASK(ASK_UPDATE, .image = IMAGE_PRODUCT, .version = 3), SESSION_UNKNOWN);
    ck_assert(!session_updating(device));
    peer.takes_update = true;
    ck_assert_int_eq(ASK(ASK_UPDATE, .image = IMAGE_PRODUCT, .version = 3), SESSION_ANSWERED);
    ck_assert(session_updating(device));
    ck_assert_int_eq(peer.product_id, 77);
    ck_assert_int_eq(peer.version, 3);
    ck_assert_int_eq(ASK(ASK_UPDATE, .digest = "x"), SESSION_UNKNOWN);
    session_updated(cloud, session, true);
    ck_assert(!session_updating(device));
    ck_assert_int_eq(ASK(ASK_UPDATE, .digest = "x"), SESSION_ANSWERED);
    session_close(cloud, session, GOODBYE_SYSTEM_RESET); /* before its end: failed */
    ck_assert(!session_updating(device));
    end();
}
END_TEST

START_TEST(serial_numbers)
{
    begin();
    struct cloud_device *other =
        cloud_add_device(cloud, "310000000000000000000002", platform_by_name("photon"));
    ck_assert_ptr_eq(registry_by_serial(cloud, cloud_serial_number(device)), device);
    ck_assert(cloud_set_serial(cloud, device, "ACME-1"));
    ck_assert(cloud_set_serial(cloud, device, "ACME-1"));
    ck_assert(!cloud_set_serial(cloud, other, "ACME-1"));
    ck_assert_ptr_eq(cloud_device_identified(cloud, "ACME-1"), device);
    ck_assert_ptr_eq(cloud_device_identified(cloud, ID), device);
    ck_assert_ptr_null(cloud_device_identified(cloud, "ACME-2"));
    end();
}
END_TEST

START_TEST(groups)
{
    static const char *const names[] = {"a", "b", "a"};
    char name[16];
    begin();
    cloud_set_groups(cloud, device, names, 3);
    ck_assert_uint_eq(device->group_count, 2);
    cloud_leave_group(cloud, device, "a");
    cloud_leave_group(cloud, device, "x");
    ck_assert_uint_eq(device->group_count, 1);
    ck_assert(cloud_in_group(device, "b") && !cloud_in_group(device, "a"));
    for (int i = 0; i < CLOUD_GROUPS_MAX + 10; i++) {
        snprintf(name, sizeof name, "g%d", i);
        cloud_join_group(cloud, device, name);
    }
    ck_assert_uint_eq(device->group_count, CLOUD_GROUPS_MAX);
    end();
}
END_TEST

/* A code that is made anew for the same ICCID lives for an hour from then, and is one code. */
START_TEST(radio_code_anew)
{
    begin();
    struct user *grace = cloud_add_user(cloud, "grace@example.com", "x");
    struct owner owner = {OWNER_USER, .user = grace};
    struct claim_code *first = claim_code_issue_radio(cloud, &owner, NULL, "89340765000000000001");
    vclock_advance(sim.clock, vclock_now(sim.clock) + CLAIM_CODE_LIFE_MS / 2);
    struct claim_code *again = claim_code_issue_radio(cloud, &owner, NULL, "89340765000000000001");
    ck_assert_ptr_eq(first, again);
    vclock_advance(sim.clock, vclock_now(sim.clock) + CLAIM_CODE_LIFE_MS - 1);
    ck_assert(claim_code_alive(cloud, again));
    vclock_advance(sim.clock, vclock_now(sim.clock) + 1);
    ck_assert(!claim_code_alive(cloud, again));
    ck_assert(claim_code_is_radio_id("350000000000001"));
    ck_assert(!claim_code_is_radio_id("35000000000000"));
    ck_assert(!claim_code_is_radio_id("35000000000000a"));
    end();
}
END_TEST

START_TEST(binaries)
{
    char first[IDS_OBJECT + 1];
    begin();
    memcpy(first, cloud_add_binary(cloud, "6.2.0")->id, sizeof first);
    ck_assert_ptr_nonnull(cloud_binary(cloud, first));
    for (int i = 0; i < 1000; i++)
        cloud_add_binary(cloud, "6.2.0");
    ck_assert_ptr_null(cloud_binary(cloud, first)); /* the oldest made room */
    end();
}
END_TEST

Suite *test_cloud_device_calls(void)
{
    Suite *suite = suite_create("device_calls");
    TCase *tcase = tcase_create("device_calls");
    tcase_add_test(tcase, described_once_more);
    tcase_add_test(tcase, asked);
    tcase_add_test(tcase, heard);
    tcase_add_test(tcase, updated);
    tcase_add_test(tcase, serial_numbers);
    tcase_add_test(tcase, groups);
    tcase_add_test(tcase, radio_code_anew);
    tcase_add_test(tcase, binaries);
    suite_add_tcase(suite, tcase);
    return suite;
}
