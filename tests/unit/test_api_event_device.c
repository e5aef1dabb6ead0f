/* What devices publish, by themselves and when they are told to, as a stream sees it; and streams
 * that are cut on purpose. */
#include "cloud/record.h"
#include "suites.h"

#include "unit_api.h"

#include "api/call/core.h"
#include "api/call/stream.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DO(device, json)                                                                           \
    .method = "POST", .target = "/__mock/worlds/default/devices/" device,                          \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = json
#define CLOCK(time)                                                                                \
    .method = "POST", .target = "/__mock/worlds/default/clock",                                    \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = "{\"advance\":\"" time "\"}",        \
    .status = 200
#define CUT(json)                                                                                  \
    .method = "POST", .target = "/__mock/worlds/default/streams/cut",                              \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = json

static struct api_ticket tickets[3];

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

static void setup(void)
{
    memset(tickets, 0, sizeof tickets);
    unit_begin(NULL);
}

static void teardown(void)
{
    for (size_t i = 0; i < sizeof tickets / sizeof *tickets; i++)
        if (tickets[i].ready)
            api_ticket_done(unit_api(), &tickets[i]);
    unit_end();
}

static void listen_at(size_t i, const char *target, const char *token)
{
    const struct api_case row = {.method = "GET", .target = target, .token = token};
    tickets[i].ready = ready;
    ck_assert_int_eq(unit_send(&row, &tickets[i]), API_STREAM);
    buf_drop(&tickets[i].stream->queue, tickets[i].stream->queue.len);
}

/* "name=data name=data ", of all events that have come in; of long data its beginning. */
static const char *told(size_t i)
{
    static char text[16384];
    struct buf *queue = &tickets[i].stream->queue;
    text[0] = '\0';
    for (const char *at = buf_str(queue); (at = strstr(at, "event: ")); at++) {
        const char *data = strstr(at, "\"data\":");
        size_t len = strlen(text);
        snprintf(text + len, sizeof text - len, "%.*s=%.*s ", (int)strcspn(at + 7, "\n"), at + 7,
                 (int)strcspn(data + 7, ","), data + 7);
    }
    buf_drop(queue, queue->len);
    return text;
}

static void tell(const char *device, const char *json)
{
    char *target = mem_printf_dup("/__mock/worlds/default/devices/%s", device);
    const struct api_case row = {.method = "POST",
                                 .target = target,
                                 .header = "X-Mockcloud-Control: 1",
                                 .type = JSON,
                                 .body = json,
                                 .status = 200};
    unit_case(&row);
    free(target);
}

static void do_verb(const char *device, const char *verb)
{
    char *json = mem_printf_dup("{\"do\":\"%s\"}", verb);
    tell(device, json);
    free(json);
}

static void advance(const char *time)
{
    char *json = mem_printf_dup("{\"advance\":\"%s\"}", time);
    const struct api_case row = {.method = "POST",
                                 .target = "/__mock/worlds/default/clock",
                                 .header = "X-Mockcloud-Control: 1",
                                 .type = JSON,
                                 .body = json,
                                 .status = 200};
    unit_case(&row);
    free(json);
}

static void must_tell(size_t i, const char *pattern)
{
    const char *text = told(i);
    ck_assert_msg(unit_matches(pattern, text), "expected %s\nfound    %s", pattern, text);
}

#define ONLINE     "spark/status=\"online\" "
#define OFFLINE    "spark/status=\"offline\" "
#define UPDATES    "particle/device/updates/enabled=\"true\" particle/device/updates/forced=\"false\" "
#define PENDING    "particle/device/updates/pending=\"false\" "
#define VITALS     PENDING "spark/device/diagnostics/update=\"{\\\"device\\\":{<any> "
#define APP        "spark/device/app-hash=\"<64>\" "
#define RESET(why) "spark/device/last_reset=\"" why "\" "

/* Bob's E-Series: its session is resumed after a warm reset, and lost without power. */
START_TEST(what_an_e_series_says_when_it_connects)
{
    listen_at(0, "/v1/devices/events", "bob-token");
    do_verb("bobs", "power-on");
    must_tell(0, "");
    advance("42s");
    must_tell(0, ONLINE RESET("power_down") UPDATES APP VITALS);
    do_verb("bobs", "reset");
    advance("42s");
    must_tell(0, OFFLINE ONLINE UPDATES); /* Device OS 3.3.1, after a resume */
    do_verb("bobs", "full-handshake");
    do_verb("bobs", "disconnect");
    must_tell(0, OFFLINE);
    do_verb("bobs", "connect");
    advance("42s");
    must_tell(0, ONLINE RESET("pin_reset") UPDATES VITALS);
    do_verb("bobs", "power-off");
    must_tell(0, "");
    advance("46min");
    must_tell(0, OFFLINE);
}
END_TEST

/* Dev's Photon has begun the world online: that was long ago. Each of its sessions is a full one.
 */
START_TEST(what_a_photon_says_when_it_connects)
{
    listen_at(0, "/v1/devices/events", "dev-token");
    do_verb("desk", "reset");
    advance("12s");
    must_tell(0, OFFLINE ONLINE RESET("pin_reset") UPDATES VITALS);
    do_verb("desk", "safe-mode");
    advance("12s");
    must_tell(0, OFFLINE ONLINE RESET("pin_reset") UPDATES
              "particle/device/updates/pending=\"false\" spark/status/safe-mode=\"{\\\"p\\\":6 "
              "spark/device/diagnostics/update=\"{\\\"device\\\":{<any> ");
    do_verb("desk", "soft-off");
    do_verb("desk", "power-on");
    advance("12s");
    must_tell(0, OFFLINE ONLINE RESET("power_management") UPDATES VITALS);
}
END_TEST

START_TEST(a_flash_is_told)
{
    const struct api_case flash = {.method = "PUT",
                                   .target = "/v1/devices/" DESK,
                                   .token = "dev-token",
                                   .type = FORM,
                                   .body = "app=tinker",
                                   .status = 200};
    listen_at(0, "/v1/devices/" DESK "/events", "dev-token");
    unit_case(&flash);
    advance("60s");
    must_tell(0, "spark/flash/status=\"started \" spark/flash/status=\"success \" " OFFLINE ONLINE
                     RESET("update") UPDATES APP VITALS);
}
END_TEST

#define FLASHED                                                                                    \
    "spark/flash/status=\"started \" spark/flash/status=\"success \" " OFFLINE ONLINE RESET(       \
        "updat"                                                                                    \
        "e")

static void flash(const char *bytes)
{
    char body[300];
    snprintf(body, sizeof body,
             "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
             "%s\r\n--cut--\r\n",
             bytes);
    const struct api_case row = {.method = "PUT",
                                 .target = "/v1/devices/" DESK,
                                 .token = "dev-token",
                                 .type = "multipart/form-data; boundary=cut",
                                 .body = body,
                                 .status = 200};
    unit_case(&row);
    advance("60s");
}

/* An application is another one when its bytes are. */
START_TEST(the_hash_of_an_application)
{
    listen_at(0, "/v1/devices/" DESK "/events", "dev-token");
    flash("one");
    must_tell(0, FLASHED UPDATES APP VITALS);
    flash("one");
    must_tell(0, FLASHED UPDATES VITALS);
    flash("two");
    must_tell(0, FLASHED UPDATES APP VITALS);
}
END_TEST

#define FORCED(on) "particle/device/updates/forced=\"" on "\" "

static void force(const char *body)
{
    const struct api_case row = {.method = "PUT",
                                 .target = "/v1/devices/" DESK,
                                 .token = "dev-token",
                                 .type = JSON,
                                 .body = body,
                                 .status = 200};
    unit_case(&row);
}

/* The device remembers until it boots, and is told again at its next full handshake. */
START_TEST(updates_are_forced)
{
    listen_at(0, "/v1/devices/" DESK "/events", "dev-token");
    force("{\"firmware_updates_forced\":true}");
    must_tell(0, FORCED("true"));
    force("{\"firmware_updates_forced\":true}");
    must_tell(0, "");
    do_verb("desk", "disconnect");
    do_verb("desk", "connect");
    advance("12s");
    must_tell(0, OFFLINE ONLINE "particle/device/updates/enabled=\"true\" " FORCED("true") VITALS);
    do_verb("desk", "reset");
    advance("12s");
    must_tell(0, OFFLINE ONLINE RESET("pin_reset") UPDATES FORCED("true") VITALS);
    do_verb("desk", "disconnect");
    force("{\"firmware_updates_forced\":false}");
    must_tell(0, OFFLINE);
    do_verb("desk", "connect");
    advance("12s");
    must_tell(0, ONLINE "particle/device/updates/enabled=\"true\" " FORCED("true") FORCED("false")
                     VITALS);
}
END_TEST

/* The claim code goes before whatever else the device has to say: its new owner sees it all but
 * `online`, which was before. */
START_TEST(the_claim_code_comes_first)
{
    static const struct api_case code = {.method = "POST",
                                         .target = "/v1/device_claims",
                                         .token = "dev-token",
                                         .status = 200,
                                         .reply = "{\"claim_code\":\"<63:code>\",<any>}"};
    static const struct api_case give = {
        DO("dark", "{\"do\":\"usb\",\"set_claim_code\":\"{{code}}\"}"), .status = 200};
    listen_at(0, "/v1/devices/events", "dev-token");
    unit_case(&code);
    do_verb("dark", "power-on");
    unit_case(&give);
    advance("12s");
    must_tell(0, RESET("power_down") UPDATES APP VITALS);
}
END_TEST

/* ---- told to publish ---- */

#define CANT                                                                                       \
    "{\"error\":\"no-such-transition\",\"message\":\"device \\\"cold\\\" is off: it can't "        \
    "publish\",<any>}"
#define BAD(why) "{\"error\":\"bad-event\",\"message\":\"" why "\"}"

static const struct api_case refused[] = {
    {DO("cold", "{\"do\":\"publish\",\"name\":\"x\"}"), .status = 409, .reply = CANT},
    {DO("desk", "{\"do\":\"publish\"}"), .status = 400, .reply = BAD("An event needs a name")},
    {DO("desk", "{\"do\":\"publish\",\"name\":\"a\\tb\"}"), .status = 400,
     .reply = BAD("The event's name has a control character")},
    {DO("desk", "{\"do\":\"publish\",\"name\":\"x\",\"ttl\":0}"), .status = 400,
     .reply = BAD("ttl is a number of seconds from 1 to 16777215")},
    {DO("desk", "{\"do\":\"publish\",\"name\":\"x\",\"set_claim_code\":\"x\"}"), .status = 400,
     .reply = "{\"error\":\"unknown-field\",<any>}"},
    {DO("desk", "{\"do\":\"reset\",\"name\":\"x\"}"), .status = 400,
     .reply = "{\"error\":\"unknown-field\",<any>}"},
    {CUT("{}"), .status = 400, .reply = "{\"error\":\"bad-cut\",<any>}"},
    {CUT("{\"how\":\"gently\"}"), .status = 400, .reply = "{\"error\":\"bad-cut\",<any>}"},
    {CUT("{\"how\":\"end\",\"match\":1}"), .status = 400, .reply = "{\"error\":\"bad-cut\",<any>}"},
    {CUT("{\"how\":\"end\",\"whom\":1}"), .status = 400,
     .reply = "{\"error\":\"unknown-field\",<any>}"},
    {CUT("{\"how\":\"end\"}"), .status = 200, .reply = "{\"streams\":0}"},
};

START_TEST(what_is_refused)
{
    unit_case(&refused[_i]);
}
END_TEST

START_TEST(a_device_publishes)
{
    listen_at(0, "/v1/devices/events/temp", "dev-token");
    listen_at(1, "/v1/events/temp", "eve-token");
    tell("desk", "{\"do\":\"publish\",\"name\":\"temp/in\",\"data\":\"21\"}");
    must_tell(0, "temp/in=\"21\" ");
    must_tell(1, "");
    tell("desk", "{\"do\":\"publish\",\"name\":\"temp\",\"data\":\"22\",\"private\":false}");
    must_tell(0, "temp=\"22\" ");
    must_tell(1, "temp=\"22\" ");
    tell("desk", "{\"do\":\"publish\",\"name\":\"temp\",\"private\":true,\"ttl\":3}");
    ck_assert_ptr_nonnull(strstr(buf_str(&tickets[0].stream->queue), "{\"data\":null,\"ttl\":3,"));
    must_tell(1, "");
}
END_TEST

/* A device whose power was cut has nobody to tell, though the cloud still believes it online. */
START_TEST(a_device_without_power_publishes_nothing)
{
    static const struct api_case row = {DO("desk", "{\"do\":\"publish\",\"name\":\"x\"}"),
                                        .status = 409};
    do_verb("desk", "power-off");
    unit_case(&row);
}
END_TEST

/* ---- cut ---- */

static const struct {
    const char *json;
    bool ended[3], reset[3], silent[3]; /* /v1/devices/events, …/events/temp, /v1/events/x */
} cuts[] = {
    {"{\"how\":\"end\"}", {true, true, true}, {0}, {0}},
    {"{\"how\":\"reset\",\"match\":\"/v1/devices/events/temp\"}",
     {false, true, false},
     {false, true, false},
     {0}},
    {"{\"how\":\"silent\",\"match\":\"/v1/devices\"}", {0}, {0}, {true, true, false}},
    {"{\"how\":\"end\",\"match\":\"/v1/other\"}", {0}, {0}, {0}},
};

START_TEST(streams_are_cut)
{
    const struct api_case row = {CUT(cuts[_i].json), .status = 200};
    int64_t now = sim_real_ms();
    listen_at(0, "/v1/devices/events?nonce=1", "dev-token");
    listen_at(1, "/w/default/v1/devices/events/temp", "dev-token");
    listen_at(2, "/v1/events/x", "dev-token");
    tell("desk", "{\"do\":\"publish\",\"name\":\"temp\"}");
    unit_case(&row);
    stream_ping(unit_api(), now + 1000000);
    stream_work(unit_api());
    for (size_t i = 0; i < 3; i++) {
        const struct api_stream *stream = tickets[i].stream;
        ck_assert_int_eq(stream->ended, cuts[_i].ended[i]);
        ck_assert_int_eq(stream->reset, cuts[_i].reset[i]);
        ck_assert_int_eq(stream->queue.len == 0,
                         cuts[_i].silent[i] || cuts[_i].reset[i] || (i == 2 && stream->ended));
    }
}
END_TEST

START_TEST(a_silent_stream_can_still_end)
{
    static const struct api_case silence = {CUT("{\"how\":\"silent\"}"), .status = 200},
                                 end = {CUT("{\"how\":\"end\"}"), .status = 200,
                                        .reply = "{\"streams\":1}"};
    listen_at(0, "/v1/devices/events", "dev-token");
    unit_case(&silence);
    tell("desk", "{\"do\":\"publish\",\"name\":\"temp\"}");
    must_tell(0, "");
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), -1);
    unit_case(&end);
    ck_assert(tickets[0].stream->ended);
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, "\"kind\":\"stream.cut\""));
    ck_assert_ptr_nonnull(strstr(journal, "{\"how\":\"end\",\"match\":\"/\",\"streams\":1}"));
    free(journal);
}
END_TEST

/* ---- the clock waits for readers ---- */

static void fire(void *owner, uint64_t arg)
{
    struct world *world = owner;
    static char data[1001];
    memset(data, 'x', 1000);
    event_of_device(world->cloud, cloud_device(world->cloud, DESK), "big", data);
    if (arg)
        vclock_add(world->sim.clock, vclock_now(world->sim.clock) + 1000,
                   &(struct timer_row){TIMER_BACKGROUND, "test", "big", fire, world, arg - 1});
}

START_TEST(the_clock_waits_for_readers)
{
    static const struct api_case move = {CLOCK("1h")};
    size_t taken = 0;
    listen_at(0, "/v1/devices/events", "dev-token");
    fire(unit_world(), 999);
    tickets[1].ready = ready;
    ck_assert_int_eq(unit_send(&move, &tickets[1]), API_LATER);
    for (int turns = 0; tickets[1].reply.status != 200 && turns < 1000; turns++) {
        struct buf *queue = &tickets[0].stream->queue;
        bool full = queue->len >= STREAM_QUEUE_FULL;
        ck_assert(!tickets[0].stream->ended);
        ck_assert(!api_work(unit_api()) || !full);
        taken += queue->len;
        buf_drop(queue, queue->len);
    }
    ck_assert_int_eq(tickets[1].reply.status, 200);
    taken += tickets[0].stream->queue.len;
    ck_assert_uint_gt(taken, 1000000);
}
END_TEST

Suite *test_api_event_device(void)
{
    Suite *suite = suite_create("event_device");
    TCase *tcase = tcase_create("event_device");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, what_an_e_series_says_when_it_connects);
    tcase_add_test(tcase, what_a_photon_says_when_it_connects);
    tcase_add_test(tcase, a_flash_is_told);
    tcase_add_test(tcase, the_hash_of_an_application);
    tcase_add_test(tcase, updates_are_forced);
    tcase_add_test(tcase, the_claim_code_comes_first);
    tcase_add_loop_test(tcase, what_is_refused, 0, sizeof refused / sizeof *refused);
    tcase_add_test(tcase, a_device_publishes);
    tcase_add_test(tcase, a_device_without_power_publishes_nothing);
    tcase_add_loop_test(tcase, streams_are_cut, 0, sizeof cuts / sizeof *cuts);
    tcase_add_test(tcase, a_silent_stream_can_still_end);
    tcase_add_test(tcase, the_clock_waits_for_readers);
    suite_add_tcase(suite, tcase);
    return suite;
}
