/* What a device says at the beginning of a session, by platform and Device OS; its vitals; safe
 * mode; the end of a session that a device asks for. */
#include "suites.h"

#include "unit_api.h"

#include "api/call/core.h"
#include "api/call/stream.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct api_ticket stream;

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

/* A world with one device of dev's, which is off, and a stream of what it says. `what`: more fields
 * of the device; `behaviour`: switches. */
static void begin(const char *what, const char *behaviour)
{
    static const struct api_case row = {
        .method = "GET", .target = "/v1/devices/events", .token = "dev-token"};
    char *yaml = mem_printf_dup("users: [{username: dev@example.com}]\n"
                                "tokens: [{token: dev-token, user: dev@example.com}]\n"
                                "behaviour: {%s}\n"
                                "devices: [{as: one, owner: dev@example.com, %s}]\n",
                                behaviour, what);
    unit_begin_world(yaml);
    free(yaml);
    stream = (struct api_ticket){.ready = ready};
    ck_assert_int_eq(unit_send(&row, &stream), API_STREAM);
    buf_drop(&stream.stream->queue, stream.stream->queue.len);
}

static void end(void)
{
    api_ticket_done(unit_api(), &stream);
    unit_end();
}

static void control(const char *path, const char *json, int status)
{
    char *target = mem_printf_dup("/__mock/worlds/default/%s", path);
    const struct api_case row = {.method = "POST",
                                 .target = target,
                                 .header = "X-Mockcloud-Control: 1",
                                 .type = JSON,
                                 .body = json,
                                 .status = status};
    unit_case(&row);
    free(target);
}

static void do_verbs(const char *verbs)
{
    char json[100];
    while (*verbs) {
        int len = (int)strcspn(verbs, " ");
        snprintf(json, sizeof json, "{\"do\":\"%.*s\"}", len, verbs);
        control("devices/one", json, 200);
        verbs += len + (verbs[len] == ' ');
    }
}

static void advance(void)
{
    control("clock", "{\"advance\":\"1min\"}", 200);
}

/* "name=data name=data ", without vitals; a hash is "#". */
static const char *told(void)
{
    static char text[8192];
    struct buf *queue = &stream.stream->queue;
    text[0] = '\0';
    for (const char *at = buf_str(queue); (at = strstr(at, "event: ")); at++) {
        const char *data = strstr(at, "\"data\":") + 7;
        int name_len = (int)strcspn(at + 7, "\n"), data_len = (int)strcspn(data, ",");
        size_t len = strlen(text);
        if (strncmp(at + 7, "spark/device/diagnostics", 24) == 0)
            continue;
        if (data_len == 66)
            snprintf(text + len, sizeof text - len, "%.*s=# ", name_len, at + 7);
        else
            snprintf(text + len, sizeof text - len, "%.*s=%.*s ", name_len, at + 7, data_len, data);
    }
    buf_drop(queue, queue->len);
    return text;
}

static void must_tell(const char *pattern)
{
    const char *text = told();
    ck_assert_msg(unit_matches(pattern, text), "expected %s\nfound    %s", pattern, text);
}

#define ON         "spark/status=\"online\" "
#define OFF        "spark/status=\"offline\" "
#define FLAGS      "particle/device/updates/enabled=\"true\" particle/device/updates/forced=\"false\" "
#define RESET(why) "spark/device/last_reset=\"" why "\" "
#define APP        "spark/device/app-hash=# "
#define PENDING    "particle/device/updates/pending=\"false\" "
#define SAFE       "spark/status/safe-mode=<any> "
#define UPDATING   "spark/safe-mode-updater/updating=null "
#define CHUNK      "spark/hardware/ota_chunk_size=\"512\" "
#define BINARY(n)  "spark/hardware/max_binary=\"" n "\" "

/* After power-on; after a reset, which a device over UDP resumes its session after; after one into
 * safe mode. */
static const struct {
    const char *device, *cold, *warm, *safe;
} sessions[] = {
    {"platform: boron, system_version: 0.9.0",
     ON BINARY("524288") RESET("power_down") FLAGS APP PENDING, OFF ON, OFF ON},
    {"platform: boron, system_version: 1.1.1",
     ON BINARY("524288") RESET("power_down") FLAGS APP PENDING, OFF ON, OFF ON},
    {"platform: boron, system_version: 1.2.1",
     ON BINARY("524288") RESET("power_down") FLAGS APP PENDING, OFF ON FLAGS, OFF ON FLAGS},
    {"platform: boron, system_version: 1.4.1",
     ON BINARY("524288") RESET("power_down") FLAGS APP PENDING, OFF ON FLAGS, OFF ON FLAGS SAFE},
    {"platform: boron, system_version: 2.3.1",
     ON BINARY("524288") RESET("power_down") FLAGS APP PENDING, OFF ON FLAGS, OFF ON FLAGS SAFE},
    {"platform: boron, system_version: 3.0.0", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON FLAGS, OFF ON FLAGS SAFE},
    {"platform: boron, system_version: 5.8.0", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON FLAGS, OFF ON FLAGS SAFE},
    {"platform: boron, system_version: 5.8.2", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON RESET("pin_reset") FLAGS, OFF ON RESET("pin_reset") FLAGS SAFE},
    {"platform: boron, system_version: 5.9.0", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON RESET("pin_reset") FLAGS, OFF ON RESET("pin_reset") FLAGS SAFE},
    {"platform: boron, system_version: 6.1.1", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON FLAGS, OFF ON FLAGS SAFE},
    {"platform: boron", ON RESET("power_down") FLAGS APP PENDING, OFF ON RESET("pin_reset") FLAGS,
     OFF ON RESET("pin_reset") FLAGS SAFE},
    {"platform: electron, system_version: 2.3.1", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON FLAGS, OFF ON FLAGS SAFE},
    {"platform: photon, system_version: 2.3.1",
     ON BINARY("131072") CHUNK RESET("power_down") FLAGS APP PENDING,
     OFF ON BINARY("131072") CHUNK RESET("pin_reset") FLAGS PENDING,
     OFF ON BINARY("131072") CHUNK RESET("pin_reset") FLAGS PENDING SAFE},
    {"platform: photon", ON RESET("power_down") FLAGS APP PENDING,
     OFF ON RESET("pin_reset") FLAGS PENDING, OFF ON RESET("pin_reset") FLAGS PENDING SAFE},
    /* its chip has no flag for the RESET pin, and takes "no flag" for power */
    {"platform: p2", ON RESET("power_down") FLAGS APP PENDING, OFF ON RESET("power_down") FLAGS,
     OFF ON RESET("power_down") FLAGS SAFE},
};

START_TEST(what_is_said_by_device_os)
{
    begin(sessions[_i].device, "");
    do_verbs("power-on");
    advance();
    must_tell(sessions[_i].cold);
    do_verbs("reset");
    advance();
    must_tell(sessions[_i].warm);
    do_verbs("safe-mode");
    advance();
    must_tell(sessions[_i].safe);
    end();
}
END_TEST

/* What runs Linux is no Device OS: nothing but its presence, and its vitals. */
START_TEST(linux_says_little)
{
    begin("platform: tachyon", "");
    do_verbs("power-on");
    advance();
    must_tell(ON);
    control("devices/one", "{\"do\":\"listen\"}", 409);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "device \\\"one\\\" is a tachyon: it can't listen"));
    ck_assert_ptr_null(strstr(unit_reply(), "safe-mode"));
    static const struct api_case look = {
        .method = "GET",
        .target = "/__mock/worlds/default/devices/one",
        .status = 200,
        .reply = "{\"id\":\"422a06<18>\",\"name\":\"one\",\"platform\":\"tachyon\","
                 "\"system_version\":null,\"state\":\"online\",\"led\":null,<any>}"};
    unit_case(&look);
    end();
}
END_TEST

/* ---- vitals ---- */

#define CONNECTED(reason)                                                                          \
    "\"connection\\\":{\\\"status\\\":\\\"connected\\\",\\\"error\\\":0,\\\"attempts\\\":1,"       \
    "\\\"disconnects\\\":0,\\\"disconnect_reason\\\":\\\"" reason "\\\"}"

static const struct {
    const char *device;
    const char *pieces[8]; /* each of them, in this order */
} vitals[] = {
    {"platform: boron",
     {"{\\\"device\\\":{\\\"network\\\":{\\\"cellular\\\":{\\\"radio_access_technology\\\":"
      "\\\"LTE\\\","
      "\\\"operator\\\":\\\"AT&T Wireless Inc.\\\",\\\"cell_global_identity\\\":{"
      "\\\"mobile_country_code\\\":310,\\\"mobile_network_code\\\":\\\"410\\\","
      "\\\"location_area_code\\\":3339,\\\"cell_id\\\":205999999}},\\\"signal\\\":{"
      "\\\"at\\\":\\\"LTE Cat-M1\\\",\\\"strength\\\":88.33,\\\"strength_units\\\":\\\"%\\\","
      "\\\"strengthv\\\":-77,\\\"strengthv_units\\\":\\\"dBm\\\",\\\"strengthv_type\\\":"
      "\\\"RSRP\\\","
      "\\\"quality\\\":45.83,\\\"quality_units\\\":\\\"%\\\",\\\"qualityv\\\":-11,"
      "\\\"qualityv_units\\\":\\\"dB\\\",\\\"qualityv_type\\\":\\\"RSRQ\\\"},",
      CONNECTED("unknown") "},\\\"cloud\\\":{\\",
      CONNECTED("none") ",\\\"coap\\\":{\\\"transmit\\\":10,\\\"retransmit\\\":0,\\\"unack\\\":0,"
                        "\\\"round_trip\\\":872},\\\"publish\\\":{\\\"rate_limited\\\":0}},",
      "\\\"power\\\":{\\\"battery\\\":{\\\"charge\\\":87.12,\\\"state\\\":\\\"charging\\\"},"
      "\\\"source\\\":\\\"USB host\\\"},\\\"system\\\":{\\\"uptime\\\":42,\\\"memory\\\":{"
      "\\\"used\\\":73976,\\\"total\\\":167688}}},\\\"service\\\":{\\\"device\\\":{"
      "\\\"status\\\":\\\"ok\\\"},\\\"cloud\\\":{\\\"uptime\\\":2,\\\"publish\\\":{\\\"sent\\\":2}}"
      ","
      "\\\"coap\\\":{\\\"round_trip\\\":228}}}"}},
    {"platform: p2",
     {"{\\\"device\\\":{\\\"network\\\":{\\\"signal\\\":{\\\"at\\\":\\\"Wi-Fi\\\",\\\"strength\\\":"
      "46,",
      "\\\"strengthv\\\":-77,", "\\\"strengthv_type\\\":\\\"RSSI\\\",\\\"quality\\\":12.9,",
      "\\\"qualityv\\\":13,", "\\\"qualityv_type\\\":\\\"SNR\\\"",
      "\\\"publish\\\":{\\\"rate_limited\\\":0}},\\\"system\\\":{\\\"uptime\\\":12,", /* no power */
      "\\\"used\\\":328356,\\\"total\\\":3235716"}},
    {"platform: electron",
     {"\\\"at\\\":\\\"UMTS\\\"", "\\\"RSCP\\\"", "\\\"ECN0\\\"", "\\\"power\\\""}},
};

START_TEST(vitals_by_platform)
{
    begin(vitals[_i].device, "");
    do_verbs("power-on");
    advance();
    const char *at =
        strstr(buf_str(&stream.stream->queue), "event: spark/device/diagnostics/update");
    ck_assert_ptr_nonnull(at);
    for (size_t i = 0; vitals[_i].pieces[i]; i++) {
        const char *found = strstr(at, vitals[_i].pieces[i]);
        ck_assert_msg(found, "no %s\nin %s", vitals[_i].pieces[i], at);
        at = found;
    }
    end();
}
END_TEST

/* ---- safe mode ---- */

#define Q(name)         "\\\"" name "\\\":"
#define MODULE(s, f, n) "{" Q("s") s "," Q("l") "\\\"m\\\"," Q("vc") "30," Q("vv") "30," f n

/* The device's event is empty; the cloud makes one of what was described. */
/* What a list and the device's own reply tell of it; the next reset ends it. */
START_TEST(safe_mode_is_a_status)
{
    static const struct api_case rows[] = {
        {.method = "GET",
         .target = "/v1/devices",
         .token = "dev-token",
         .status = 200,
         .reply = "[{<any>\"status\":\"safe_mode\",<any>}]"},
        {.method = "GET",
         .target = "/v1/devices",
         .token = "dev-token",
         .status = 200,
         .reply = "[{<any>\"status\":\"normal\",<any>}]"},
    };
    begin("platform: p2", "");
    do_verbs("power-on safe-mode");
    advance();
    unit_case(&rows[0]);
    do_verbs("reset");
    advance();
    unit_case(&rows[1]);
    end();
}
END_TEST

START_TEST(safe_mode_to_the_letter)
{
    static const char wanted[] =
        "event: spark/status/safe-mode\ndata: {\"data\":\"{" Q("p") "13," Q(
            "imei") "\\\"<15>\\\"," Q("iccid") "\\\"<20>\\\"," Q("cellfw") "\\\"L0.0.00.00.05.06,A."
                                                                           "02.00\\\"," Q("m") "[" MODULE(
                                                                               "49152",
                                                                               Q("f") "\\\"b\\\",",
                                                                               Q("n") "\\\"0\\\""
                                                                                      "," Q(
                                                                                          "v") "110"
                                                                                               "1"
                                                                                               "," Q(
                                                                                                   "d") "[]},")
                                                                               MODULE(
                                                                                   "671744",
                                                                                   Q("f") "\\\"s\\"
                                                                                          "\",",
                                                                                   Q("n") "\\\"1\\"
                                                                                          "\"," Q("v") "4006," Q("d") "[{" Q("f") "\\\"b\\\"," Q("n") "\\\"0\\\"," Q(
                                                                                              "v") "1101},{" Q("f") "\\\"a\\\"," Q("n") "\\\"0\\\"," Q("v") "202}]},")
                                                                                   MODULE(
                                                                                       "262144",
                                                                                       Q("u") "\\\""
                                                                                              "<64>"
                                                                                              "\\\""
                                                                                              ",",
                                                                                       Q("f") "\\\""
                                                                                              "u\\"
                                                                                              "\""
                                                                                              "," Q("n") "\\\"2\\\"," Q("v") "6," Q(
                                                                                                  "d") "[{" Q("f") "\\\"s\\\"," Q("n") "\\\"1\\\"," Q("v") "4006}]},")
                                                                                       MODULE(
                                                                                           "192512",
                                                                                           Q("f") "\\\"a\\\",",
                                                                                           Q("n") "\\\"0\\\"," Q(
                                                                                               "v") "202," Q("d") "[]}") "]}\",\"ttl\":60,<any>";
    begin("platform: boron, system_version: 4.0.6", "");
    do_verbs("power-on safe-mode");
    advance();
    const char *at = strstr(buf_str(&stream.stream->queue), "event: spark/status/safe-mode");
    ck_assert_ptr_nonnull(at);
    ck_assert_msg(unit_matches(wanted, at), "expected %s\nfound    %s", wanted, at);
    end();
}
END_TEST

/* The application was built for 4.2.0 and 4.0.6 is there: its `vv` says so. */
START_TEST(safe_mode_with_a_need_that_is_not_met)
{
    static const char
        wanted[] =
            "event: spark/status/safe-mode\ndata: {\"data\":\"{" Q(
                "p") "13,<any>"
                     "{" Q("s") "262144," Q("l") "\\\"m\\\"," Q("vc") "30," Q("vv") "26," Q("u") "\\\"<64>\\\"," Q("f") "\\\"u\\\"," Q(
                         "n") "\\\"2\\\"," Q("v") "6," Q("d") "[{" Q("f") "\\\""
                                                                          "s\\"
                                                                          "\""
                                                                          "," Q(
                                                                              "n") "\\\""
                                                                                   "1\\"
                                                                                   "\""
                                                                                   "," Q(
                                                                                       "v") "4200}]"
                                                                                            "},<"
                                                                                            "any>"
                                                                                            "\","
                                                                                            "\"ttl"
                                                                                            "\":60,"
                                                                                            "<any>";
    begin("platform: boron, system_version: 4.0.6, firmware: {needs: 4.2.0}", "");
    do_verbs("power-on");
    advance();
    const char *at = strstr(buf_str(&stream.stream->queue), "event: spark/status/safe-mode");
    ck_assert_ptr_nonnull(at);
    ck_assert_msg(unit_matches(wanted, at), "expected %s\nfound    %s", wanted, at);
    ck_assert_ptr_nonnull(strstr(at, Q("s") "671744,"));
    ck_assert_ptr_nonnull(strstr(at, Q("v") "4006,"));
    end();
}
END_TEST

/* What is missing comes by itself, and nothing is told of an update, since nobody asked for one. */
START_TEST(the_cloud_brings_what_is_missing)
{
    static const struct api_case ran = {.method = "GET",
                                        .target = "/v1/devices",
                                        .token = "dev-token",
                                        .status = 200,
                                        .reply = "[{<any>\"status\":\"normal\",<any>"
                                                 "\"system_firmware_version\":\"4.2.0\",<any>}]"};
    begin("platform: boron, system_version: 4.0.6, firmware: {needs: 4.2.0}", "");
    do_verbs("power-on");
    for (int i = 0; i < 5; i++)
        advance();
    must_tell(ON RESET("power_down") FLAGS PENDING SAFE UPDATING /* the boot loader comes */
                  ON RESET("update") FLAGS PENDING SAFE          /* the system */
                      OFF ON RESET("update") FLAGS APP PENDING);
    unit_case(&ran);
    end();
}
END_TEST

/* Its power is cut while a module comes: the next time it begins anew, and says so. */
START_TEST(a_module_that_never_came)
{
    begin("platform: boron, system_version: 4.0.6, connect_ms: 10000, firmware: {needs: 4.2.0}",
          "session_survives_power_cut: \"no\"");
    do_verbs("power-on");
    control("clock", "{\"advance\":\"12s\"}", 200);
    must_tell("<any>" SAFE UPDATING);
    do_verbs("power-off power-on");
    control("clock", "{\"advance\":\"12s\"}", 200);
    must_tell(OFF ON RESET("power_down") FLAGS PENDING SAFE UPDATING);
    end();
}
END_TEST

/* ---- the interface ---- */

/* How long a device whose power was cut is still believed online: two keep-alives of the interface
 * that it uses; how its vitals call it, and whether they have a cell. */
static const struct {
    const char *device, *shortly_before, *at;
    bool cell;
} interfaces[] = {
    {"platform: msom", "2759s", "LTE", true},
    {"platform: msom, interface: wifi", "49s", "Wi-Fi", false},
    {"platform: msom, interface: ethernet", "49s", "Ethernet", false},
    {"platform: boron, interface: ethernet", "49s", "Ethernet", false},
    {"platform: tachyon, interface: wifi", "49s", "Wi-Fi", false},
    {"platform: argon, interface: ethernet, wifi: false", "49s", "Ethernet", false},
    /* what its own network would need keeps it from no other one */
    {"platform: msom, interface: wifi, sim: missing", "49s", "Wi-Fi", false},
    {"platform: msom, interface: wifi, sim: inactive", "49s", "Wi-Fi", false},
};

START_TEST(the_interface_says_how_often_it_is_heard)
{
    char at[40], move[60];
    begin(interfaces[_i].device, "");
    do_verbs("power-on");
    advance();
    snprintf(at, sizeof at, Q("at") "\\\"%s\\\"", interfaces[_i].at);
    const char *update = strstr(buf_str(&stream.stream->queue), "diagnostics/update");
    ck_assert_msg(update && strstr(update, at), "%s", buf_str(&stream.stream->queue));
    ck_assert_int_eq(strstr(update, Q("cell_id")) != NULL, interfaces[_i].cell);
    told();
    control("devices/one", "{\"do\":\"publish\",\"name\":\"heard\"}", 200);
    do_verbs("power-off");
    snprintf(move, sizeof move, "{\"advance\":\"%s\"}", interfaces[_i].shortly_before);
    control("clock", move, 200);
    must_tell("heard=null ");
    control("clock", "{\"advance\":\"1s\"}", 200);
    must_tell(OFF);
    end();
}
END_TEST

/* ---- the end of a session ---- */

/* The device publishes spark/device/session/end: it is gone, comes back by itself and shakes hands
 * in full, so that a code which it holds is sent. */
START_TEST(a_device_ends_its_session)
{
    static const struct api_case code = {.method = "POST",
                                         .target = "/v1/device_claims",
                                         .token = "dev-token",
                                         .status = 200,
                                         .reply = "{\"claim_code\":\"<63:code>\",<any>}"};
    static const struct api_case give = {.method = "POST",
                                         .target = "/__mock/worlds/default/devices/one",
                                         .header = "X-Mockcloud-Control: 1",
                                         .type = JSON,
                                         .body = "{\"do\":\"usb\",\"set_claim_code\":\"{{code}}\"}",
                                         .status = 200};
    static const struct api_case offline = {.method = "GET",
                                            .target = "/v1/devices/one",
                                            .token = "dev-token",
                                            .status = 200,
                                            .reply = "<any>\"online\":false,<any>"};
    const struct api_case story[] = {code, give};
    begin("platform: boron", "");
    do_verbs("power-on");
    advance();
    told();
    UNIT_STORY(story);
    do_verbs("reset");
    advance();
    must_tell(OFF ON RESET("pin_reset") FLAGS); /* resumed: the code is still there */
    control("devices/one", "{\"do\":\"publish\",\"name\":\"spark/device/session/end\"}", 200);
    must_tell(OFF);
    unit_case(&offline);
    advance();
    must_tell(ON FLAGS PENDING);
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, "\"kind\":\"device.code-sent\""));
    ck_assert_ptr_nonnull(strstr(journal, "\"reason\":\"session-end\""));
    free(journal);
    end();
}
END_TEST

/* In the form of 2015 ttl was a text. */
START_TEST(ttl_by_year)
{
    begin("platform: photon", "api_year: '2015'");
    do_verbs("power-on");
    advance();
    ck_assert_ptr_nonnull(
        strstr(buf_str(&stream.stream->queue), "\"data\":\"online\",\"ttl\":\"60\","));
    end();
}
END_TEST

/* ---- who listens by itself ---- */

static const struct {
    const char *device, *state, *set_up;
} lonely[] = {
    {"platform: photon, wifi: false", "listening", "online"},
    {"platform: argon, wifi: false", "listening", "online"},
    {"platform: p2, wifi: false", "listening", "online"},
    {"platform: core, wifi: false", "listening", "online"},
    {"platform: boron, wifi: false", "online", NULL},
    {"platform: msom, wifi: false", "online", NULL},
    {"platform: xenon, setup_done: false", "listening", "online"},
    {"platform: boron, system_version: 3.3.1, setup_done: false", "listening", "online"},
    {"platform: boron, system_version: 4.0.0, setup_done: false", "online", NULL},
    {"platform: argon, system_version: 3.3.1, setup_done: false", "listening", "online"},
    {"platform: photon, setup_done: false", "online", NULL},
    {"platform: esomx, setup_done: false", "online", NULL},
    {"platform: electron, sim: missing", "listening", "online"},
    {"platform: boron, sim: missing", "network-connecting", NULL},
};

START_TEST(who_listens_by_itself)
{
    char pattern[100];
    const struct api_case look = {.method = "GET",
                                  .target = "/__mock/worlds/default/devices/one",
                                  .status = 200,
                                  .reply = pattern};
    begin(lonely[_i].device, "");
    do_verbs("power-on");
    advance();
    snprintf(pattern, sizeof pattern, "<any>\"state\":\"%s\",<any>", lonely[_i].state);
    unit_case(&look);
    if (lonely[_i].set_up) {
        do_verbs("set-up leave-listening");
        advance();
        snprintf(pattern, sizeof pattern, "<any>\"state\":\"%s\",<any>", lonely[_i].set_up);
        unit_case(&look);
    }
    end();
}
END_TEST

Suite *test_api_event_system(void)
{
    Suite *suite = suite_create("event_system");
    TCase *tcase = tcase_create("event_system");
    tcase_add_loop_test(tcase, what_is_said_by_device_os, 0,
                        (int)(sizeof sessions / sizeof *sessions));
    tcase_add_test(tcase, linux_says_little);
    tcase_add_loop_test(tcase, vitals_by_platform, 0, (int)(sizeof vitals / sizeof *vitals));
    tcase_add_test(tcase, safe_mode_is_a_status);
    tcase_add_loop_test(tcase, the_interface_says_how_often_it_is_heard, 0,
                        sizeof interfaces / sizeof *interfaces);
    tcase_add_test(tcase, safe_mode_to_the_letter);
    tcase_add_test(tcase, safe_mode_with_a_need_that_is_not_met);
    tcase_add_test(tcase, the_cloud_brings_what_is_missing);
    tcase_add_test(tcase, a_module_that_never_came);
    tcase_add_test(tcase, a_device_ends_its_session);
    tcase_add_test(tcase, ttl_by_year);
    tcase_add_loop_test(tcase, who_listens_by_itself, 0, (int)(sizeof lonely / sizeof *lonely));
    suite_add_tcase(suite, tcase);
    return suite;
}
