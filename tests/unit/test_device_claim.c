/* How a claim code gets onto a device and from there to the cloud: the channels, the full handshake
 * that it takes, the confirmation. */
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/owner.h"
#include "suites.h"

#include "cloud/attempts.h"
#include "unit_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CODE63 "aB3+/6789012345678901234567890123456789012345678901234567890123"
#define CODE62 "aB3+/678901234567890123456789012345678901234567890123456789012"
#define CODE64 CODE63 "4"

/* ---- the channels ---- */

static const struct {
    const char *channel, *code;
    bool stored;
    const char *answer;
} hands[] = {
    {"serial", CODE63, true, "{\"text\":\"Claim code set to: " CODE63 "\"}"},
    {"serial", CODE62, false,
     "{\"text\":\"Sorry, claim code is not 63 characters long. Claim code unchanged.\"}"},
    {"serial", CODE64, false,
     "{\"text\":\"Sorry, claim code is not 63 characters long. Claim code unchanged.\"}"},
    {"serial", "", false,
     "{\"text\":\"Sorry, claim code is not 63 characters long. Claim code unchanged.\"}"},
    {"usb", CODE63, true, "{\"result\":0}"},
    {"usb", "short", true, "{\"result\":0}"},
    {"usb", CODE64, false, "{\"result\":-270}"}, /* SYSTEM_ERROR_INVALID_ARGUMENT */
    {"usb", "", false, "{\"result\":-270}"},
    {"softap", CODE63, true, "{\"r\":0}"},
    {"softap", "short", true, "{\"r\":0}"},
    {"softap", CODE64, false, "{\"r\":-1}"},
    {"softap", "", false, "{\"r\":-1}"},
};

#define HANDS (int)(sizeof hands / sizeof *hands)

/* Hands a code over and answers whether it was stored; *ret_answer is the caller's buffer. */
static bool hand(struct device *device, const char *channel, const char *code,
                 struct buf *ret_answer)
{
    const struct channel_row *row = device_channel_find(channel);
    ck_assert(device_channel_open(device, row));
    return fleet_set_claim_code(rig.fleet, device, row, code, ret_answer);
}

START_TEST(each_channel_answers_as_the_device_does)
{
    struct buf answer;
    struct device *device = rig_add_in("photon", "lamp", STATE_LISTENING);
    buf_init(&answer, 1000);
    ck_assert_int_eq(hand(device, hands[_i].channel, hands[_i].code, &answer), hands[_i].stored);
    ck_assert_str_eq(buf_str(&answer), hands[_i].answer);
    ck_assert_str_eq(device->past->claim_code, hands[_i].stored ? hands[_i].code : "");
    ck_assert_uint_eq(device->past->handed_count, 1);
    ck_assert_int_eq(device->past->handed[0].stored, hands[_i].stored);
    ck_assert_uint_eq(device->past->handed[0].len, strlen(hands[_i].code));
    ck_assert_int_eq(device_held_code(device, hands[_i].code), hands[_i].stored);
    ck_assert(!device->claimed);
    ck_assert_uint_eq(rig_noted("device.code-stored", hands[_i].channel), hands[_i].stored);
    ck_assert_uint_eq(rig_noted("device.code-refused", hands[_i].channel), !hands[_i].stored);
    ck_assert_int_eq(device->past->stored.n != 0, hands[_i].stored);
    buf_free(&answer);
}
END_TEST

START_TEST(a_refused_code_leaves_the_one_before)
{
    struct buf answer;
    struct device *device = rig_add_in("photon", "lamp", STATE_LISTENING);
    buf_init(&answer, 1000);
    hand(device, "serial", CODE63, &answer);
    uint64_t stored = device->past->stored.n;
    ck_assert(!hand(device, "serial", CODE62, &answer));
    ck_assert_str_eq(device->past->claim_code, CODE63);
    ck_assert_uint_eq(device->past->stored.n, stored);
    ck_assert(hand(device, "usb", "another", &answer)); /* a good one takes its place */
    ck_assert_str_eq(device->past->claim_code, "another");
    ck_assert_uint_gt(device->past->stored.n, stored);
    buf_free(&answer);
}
END_TEST

START_TEST(the_codes_that_were_held_are_bounded)
{
    char code[32];
    struct buf answer;
    struct device *device = rig_add_in("photon", "lamp", STATE_LISTENING);
    buf_init(&answer, 10000);
    for (int i = 0; i < DEVICE_CODES_HELD + 3; i++) {
        snprintf(code, sizeof code, "code %d", i);
        hand(device, "usb", code, &answer);
        ck_assert(device_held_code(device, code));
    }
    ck_assert_uint_eq(device->past->handed_count, DEVICE_CODES_HELD);
    ck_assert(!device_held_code(device, "code 2"));
    ck_assert(device_held_code(device, "code 3"));
    ck_assert(!device_held_code(device, "code"));
    buf_free(&answer);
}
END_TEST

/* ---- which connection sends the code ---- */

/* A device is online, is given a code over USB, and these things are done to it. `sent`: the code
 * reached the cloud by the time it is online again. */
static const struct {
    const char *note, *platform;
    const char *verbs[5];
    const char *behaviour, *value;
    bool full, sent;
} returns[] = {
    {"nothing: it waits", "boron", {NULL}, NULL, NULL, true, false},
    {"a warm reset resumes", "boron", {"reset"}, NULL, NULL, false, false},
    {"… on Wi-Fi with UDP too", "argon", {"reset"}, NULL, NULL, false, false},
    {"… and on a P2", "p2", {"reset"}, NULL, NULL, false, false},
    {"… and on an E-Series", "e-series", {"reset"}, NULL, NULL, false, false},
    {"TCP shakes hands in full", "photon", {"reset"}, NULL, NULL, true, true},
    {"a lost network, found again",
     "boron",
     {"lose-network", "find-network"},
     NULL,
     NULL,
     false,
     false},
    {"… with TCP", "photon", {"lose-network", "find-network"}, NULL, NULL, true, true},
    {"a goodbye and back", "boron", {"disconnect", "connect"}, NULL, NULL, false, false},
    {"… with TCP", "photon", {"disconnect", "connect"}, NULL, NULL, true, true},
    {"listening and back", "boron", {"listen", "leave-listening"}, NULL, NULL, false, false},
    {"… with TCP", "photon", {"listen", "leave-listening"}, NULL, NULL, true, true},
    {"the bootloader and back", "boron", {"dfu", "reset"}, NULL, NULL, false, false},
    {"a power cut", "boron", {"power-off", "power-on"}, NULL, NULL, true, true},
    {"… of a P2", "p2", {"power-off", "power-on"}, NULL, NULL, true, true},
    {"… with TCP", "photon", {"power-off", "power-on"}, NULL, NULL, true, true},
    {"a cut while it was starting again",
     "boron",
     {"reset", "power-off", "power-on"},
     NULL,
     NULL,
     true,
     true},
    {"a battery",
     "boron",
     {"power-off", "power-on"},
     "session_survives_power_cut",
     "yes",
     false,
     false},
    {"… does nothing for TCP",
     "photon",
     {"power-off", "power-on"},
     "session_survives_power_cut",
     "yes",
     true,
     true},
    {"the session is forgotten", "boron", {"full-handshake", "reset"}, NULL, NULL, true, true},
    {"… while it is off the network",
     "boron",
     {"lose-network", "full-handshake", "find-network"},
     NULL,
     NULL,
     true,
     true},
    {"… in vain, while it stays online", "boron", {"full-handshake"}, NULL, NULL, true, false},
};

#define RETURNS (int)(sizeof returns / sizeof *returns)

static void set_switch(const char *name, const char *value)
{
    int which = name ? behaviour_find(name) : -1;
    if (which >= 0)
        rig.sim.behaviours.value[which] = (uint8_t)behaviour_value((enum behaviour)which, value);
}

START_TEST(which_connection_sends_the_code)
{
    set_switch(returns[_i].behaviour, returns[_i].value);
    struct device *device = rig_add_in(returns[_i].platform, "pump", STATE_ONLINE);
    const char *code = rig_give_code(device);
    ck_assert_str_eq(device->past->claim_code, code);
    for (int i = 0; returns[_i].verbs[i]; i++)
        ck_assert_msg(rig_do(device, returns[_i].verbs[i]), "%s", returns[_i].verbs[i]);
    rig_until(device, STATE_ONLINE);
    ck_assert_msg(device->session_kind == (returns[_i].full ? SESSION_FULL : SESSION_RESUMED), "%s",
                  returns[_i].note);
    ck_assert_msg(rig_noted("device.code-sent", code) == returns[_i].sent, "%s", returns[_i].note);
    ck_assert_int_eq(device->past->offered.n != 0, returns[_i].sent);
    ck_assert_int_eq(rig_record(device)->owner.kind == OWNER_USER, returns[_i].sent);
    ck_assert_str_eq(device->past->claim_code, returns[_i].sent ? "" : code);
    ck_assert_int_eq(device->claimed, returns[_i].sent);
}
END_TEST

START_TEST(the_first_connection_is_a_full_one)
{
    struct device *device = rig_add("e-series", "pump", -1);
    rig_do(device, "power-on");
    rig_advance(1000);
    rig_give_code(device); /* in time */
    rig_until(device, STATE_ONLINE);
    ck_assert_int_eq(device->session_kind, SESSION_FULL);
    ck_assert_uint_eq(rig_noted("device.code-sent", ""), 1);
    ck_assert_int_eq(rig_record(device)->owner.kind, OWNER_USER);
}
END_TEST

START_TEST(a_session_that_the_firmware_ended_is_not_resumed)
{
    struct device *device = rig_add_in("boron", "pump", STATE_ONLINE);
    rig_give_code(device);
    session_publish(rig.cloud, device->session, "spark/device/session/end", "");
    rig_do(device, "reset");
    rig_until(device, STATE_ONLINE);
    ck_assert_int_eq(device->session_kind, SESSION_FULL);
    ck_assert_str_eq(device->past->claim_code, "");
}
END_TEST

START_TEST(a_full_handshake_is_asked_for_once)
{
    struct device *device = rig_add_in("boron", "pump", STATE_ONLINE);
    rig_do(device, "full-handshake");
    rig_do(device, "reset");
    rig_until(device, STATE_ONLINE);
    ck_assert_int_eq(device->session_kind, SESSION_FULL);
    rig_do(device, "reset");
    rig_until(device, STATE_ONLINE);
    ck_assert_int_eq(device->session_kind, SESSION_RESUMED);
}
END_TEST

START_TEST(the_code_is_sent_in_safe_mode_too)
{
    struct device *device = rig_add("photon", "lamp", -1);
    rig_do(device, "power-on");
    rig_give_code(device);
    rig_do(device, "safe-mode");
    rig_until(device, STATE_SAFE_MODE);
    ck_assert_int_eq(rig_record(device)->owner.kind, OWNER_USER);
}
END_TEST

START_TEST(without_a_code_nothing_is_sent)
{
    struct device *device = rig_add_in("photon", "lamp", STATE_ONLINE);
    rig_do(device, "reset");
    rig_until(device, STATE_ONLINE);
    ck_assert_uint_eq(rig_noted("device.code-sent", ""), 0);
    ck_assert_uint_eq(rig_noted("claim-code.presented", ""), 0);
}
END_TEST

/* ---- the confirmation ---- */

static const struct {
    const char *event;
    bool confirms;
} events[] = {
    {"spark/device/claim/confirm", true},
    {"spark/device/claim/code", true},
    {"spark/device/claim/", true},
    {"spark/device/claim/anything/at all", true},
    {"spark/device/claim", false},
    {"spark/device/claimed", false},
    {"spark/device/reset", false},
    {"Spark/device/claim/confirm", false},
    {"", false},
};

START_TEST(which_events_confirm)
{
    struct device *device = rig_add_in("boron", "pump", STATE_ONLINE);
    rig_give_code(device);
    session_tell(rig.cloud, rig_record(device), events[_i].event, "whatever");
    ck_assert_int_eq(device->past->claim_code[0] == '\0', events[_i].confirms);
    ck_assert_int_eq(device->claimed, events[_i].confirms);
    ck_assert_uint_eq(rig_noted("device.code-cleared", ""), events[_i].confirms);
    ck_assert_uint_eq(device->past->handed_count, 1); /* that it was held is not forgotten */
}
END_TEST

START_TEST(the_claimed_flag_is_sticky)
{
    struct device *device = rig_add("photon", "lamp", -1);
    rig_do(device, "power-on");
    rig_give_code(device);
    rig_until(device, STATE_ONLINE);
    ck_assert(device->claimed);
    claim_release(rig.cloud, rig_record(device));
    rig_do(device, "power-off");
    rig_do(device, "power-on");
    rig_until(device, STATE_ONLINE);
    ck_assert(device->claimed); /* and the cloud disagrees */
    ck_assert_int_eq(rig_record(device)->owner.kind, OWNER_NONE);
}
END_TEST

START_TEST(a_claimed_device_sends_a_new_code)
{
    struct device *device = rig_add("photon", "lamp", -1);
    rig_do(device, "power-on");
    rig_give_code(device);
    rig_until(device, STATE_ONLINE);
    claim_release(rig.cloud, rig_record(device));
    rig_give_code(device);
    ck_assert(device->claimed); /* storing does not touch the flag */
    rig_do(device, "reset");
    rig_until(device, STATE_ONLINE);
    ck_assert_int_eq(rig_record(device)->owner.kind, OWNER_USER);
}
END_TEST

START_TEST(an_unconfirmed_code_is_kept_and_sent_again)
{
    struct buf answer;
    struct device *device = rig_add("photon", "lamp", -1);
    buf_init(&answer, 1000);
    rig_do(device, "power-on");
    hand(device, "usb", CODE63, &answer); /* nobody has issued it */
    rig_until(device, STATE_ONLINE);
    for (size_t times = 1; times <= 3; times++) {
        ck_assert_uint_eq(rig_noted("device.code-sent", CODE63), times);
        ck_assert_str_eq(device->past->claim_code, CODE63);
        ck_assert(!device->claimed);
        rig_do(device, "reset");
        rig_until(device, STATE_ONLINE);
    }
    buf_free(&answer);
}
END_TEST

START_TEST(an_expired_code_is_still_stored_with_success)
{
    struct buf answer;
    struct device *device = rig_add_in("photon", "lamp", STATE_LISTENING);
    const struct claim_code *code = claim_code_issue(rig.cloud, &rig.ben, NULL);
    rig_advance(CLAIM_CODE_LIFE_MS);
    buf_init(&answer, 1000);
    ck_assert(hand(device, "softap", code->code, &answer));
    ck_assert_str_eq(buf_str(&answer), "{\"r\":0}");
    rig_do(device, "leave-listening");
    rig_until(device, STATE_ONLINE);
    ck_assert_int_eq(rig_record(device)->owner.kind, OWNER_NONE);
    ck_assert_int_eq(attempts_last_offer(rig_record(device))->verdict, CODE_EXPIRED);
    ck_assert_str_eq(device->past->claim_code, code->code);
    buf_free(&answer);
}
END_TEST

START_TEST(the_code_is_the_first_that_is_said_once_online)
{
    struct device *device = rig_add("photon", "lamp", -1);
    rig_do(device, "power-on");
    rig_give_code(device);
    rig_until(device, STATE_ONLINE);
    ck_assert_uint_gt(device->past->offered.n, device->connected.n);
    ck_assert_int_eq(device->past->offered.at_ms, device->connected.at_ms);
    ck_assert_str_eq(journal_get(rig.sim.journal, device->past->offered.n)->kind,
                     "device.code-sent");
    ck_assert_uint_gt(attempts_last_offer(rig_record(device))->at.n, device->past->offered.n);
}
END_TEST

static TCase *channels_case(void)
{
    TCase *tcase = tcase_create("channels");
    tcase_add_checked_fixture(tcase, rig_setup, rig_teardown);
    tcase_add_loop_test(tcase, each_channel_answers_as_the_device_does, 0, HANDS);
    tcase_add_test(tcase, a_refused_code_leaves_the_one_before);
    tcase_add_test(tcase, the_codes_that_were_held_are_bounded);
    tcase_add_test(tcase, an_expired_code_is_still_stored_with_success);
    return tcase;
}

static TCase *sending_case(void)
{
    TCase *tcase = tcase_create("sending");
    tcase_add_checked_fixture(tcase, rig_setup, rig_teardown);
    tcase_add_loop_test(tcase, which_connection_sends_the_code, 0, RETURNS);
    tcase_add_test(tcase, the_first_connection_is_a_full_one);
    tcase_add_test(tcase, a_session_that_the_firmware_ended_is_not_resumed);
    tcase_add_test(tcase, a_full_handshake_is_asked_for_once);
    tcase_add_test(tcase, the_code_is_sent_in_safe_mode_too);
    tcase_add_test(tcase, without_a_code_nothing_is_sent);
    tcase_add_loop_test(tcase, which_events_confirm, 0, (int)(sizeof events / sizeof *events));
    tcase_add_test(tcase, the_claimed_flag_is_sticky);
    tcase_add_test(tcase, a_claimed_device_sends_a_new_code);
    tcase_add_test(tcase, an_unconfirmed_code_is_kept_and_sent_again);
    tcase_add_test(tcase, the_code_is_the_first_that_is_said_once_online);
    return tcase;
}

Suite *test_device_claim(void)
{
    Suite *suite = suite_create("device claim");
    suite_add_tcase(suite, channels_case());
    suite_add_tcase(suite, sending_case());
    return suite;
}
