/* A peer of the tests stands behind cloud/session.h in place of a simulated device, and answers
 * when the test says so: late, never, twice, when its time is up, when its session has ended. Each
 * caller is told as it should be, and the journal has what was passed over. */
#include "suites.h"

#include "unit_api.h"

#include "api/call/gate.h"
#include "api/call/later.h"
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

static struct {
    uint64_t session;
    uint64_t asked[200];
    size_t count;
    enum session_ask_kind kind;
    char name[32], argument[32];
} peer;

static int ready_count;

static void on_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_count++;
}

static void on_ask(void *device, uint64_t call_id, const struct session_question *question)
{
    ck_assert_ptr_eq(device, &peer);
    peer.asked[peer.count++] = call_id;
    peer.kind = question->kind;
    strncpy(peer.name, question->name ? question->name : "", sizeof peer.name - 1);
    strncpy(peer.argument, question->argument ? question->argument : "", sizeof peer.argument - 1);
}

static struct cloud *cloud(void)
{
    return unit_world()->cloud;
}

static struct vclock *the_clock(void)
{
    return unit_world()->sim.clock;
}

static void open_session(void)
{
    static const struct session_peer row = {.ask = on_ask};
    static const char *const functions[] = {"open"};
    static const struct session_variable variables[] = {{"level", SESSION_INT}};
    struct session_hello hello = {
        .device_id = DESK, .keepalive_ms = 25000, .peer = &row, .device = &peer};
    enum session_kind kind;
    peer.session = session_open(cloud(), &hello, &kind);
    session_describe(cloud(), peer.session, &(struct session_describe){functions, 1, variables, 1});
}

static void setup(void)
{
    unit_begin(NULL);
    memset(&peer, 0, sizeof peer);
    ready_count = 0;
    open_session();
}

static void advance(int64_t ms)
{
    vclock_advance(the_clock(), vclock_now(the_clock()) + ms);
}

static void answer(uint64_t call_id, bool known, int64_t number)
{
    session_answered(cloud(), call_id, known,
                     &(struct session_value){.type = SESSION_INT, .number = number});
}

static bool journal_has(const char *pattern)
{
    char *journal = unit_journal_dup(), *whole = mem_printf_dup("<any>%s<any>", pattern);
    bool has = unit_matches(whole, journal);
    free(whole);
    free(journal);
    return has;
}

#define IGNORED(why)                                                                               \
    "\"session.answer-ignored\",\"cause\":<any>,\"data\":{\"device\":\"" DESK                      \
    "\",\"name\":<any>,\"reason\":\"" why "\"}"

/* What can be asked, and what a caller is told of an answer, and of none. */
static const struct ask {
    struct api_case row;
    enum session_ask_kind kind;
    const char *answered; /* the reply's body, of an answer 7 */
    int none_status;
    const char *none;
} asks[] = {
    {{"function", .method = "POST", .target = "/v1/devices/" DESK "/open", .token = "dev-token",
      .type = FORM, .body = "arg=wide"},
     ASK_CALL,
     "<any>\"return_value\":7}",
     400,
     "{\"ok\":false,\"error\":\"timed out\"}"},
    {{"variable", .method = "GET", .target = "/v1/devices/" DESK "/level", .token = "dev-token"},
     ASK_READ,
     "<any>\"result\":7,<any>",
     408,
     "{\"ok\":false,\"error\":\"timed out\"}"},
    {{"signal", .method = "PUT", .target = "/v1/devices/" DESK, .token = "dev-token", .type = FORM,
      .body = "signal=1"},
     ASK_SIGNAL,
     "{\"id\":\"" DESK "\",\"connected\":true,\"signaling\":true}",
     500,
     "{\"ok\":false,\"code\":500,\"errors\":[{\"error\":\"Timed out, didn't hear back from device "
     "service\"}]}"},
    {{"ping", .method = "PUT", .target = "/v1/devices/" DESK "/ping", .token = "dev-token"},
     ASK_PING,
     "{\"online\":true,\"ok\":true}",
     200,
     "{\"online\":false,\"ok\":true}"},
    {{"flash", .method = "PUT", .target = "/v1/devices/" DESK, .token = "dev-token", .type = FORM,
      .body = "app=tinker"},
     ASK_UPDATE,
     "{\"id\":\"310000000000000000000003\",\"status\":\"Update started\"}",
     500,
     "{\"ok\":false,\"code\":500,\"errors\":[\"Request Timed Out\"]}"},
};

#define ASKS (sizeof asks / sizeof *asks)

static void send_asking(const struct ask *ask, struct api_ticket *ticket)
{
    *ticket = (struct api_ticket){.ready = on_ready};
    size_t before = peer.count;
    ck_assert_int_eq(unit_send(&ask->row, ticket), API_LATER);
    ck_assert(api_waits_for_clock(ticket));
    ck_assert_uint_eq(peer.count, before + 1);
    ck_assert_int_eq(peer.kind, ask->kind);
    ck_assert_int_eq(ready_count, 0);
}

static void expect(struct api_ticket *ticket, int status, const char *body, const char *date)
{
    ck_assert_int_eq(ready_count, 1);
    ck_assert_msg(
        ticket->reply.status == status && unit_matches(body, buf_str(&ticket->reply.body)),
        "%d %s, expected %d %s", ticket->reply.status, buf_str(&ticket->reply.body), status, body);
    ck_assert_str_eq(headers_get(&ticket->reply.headers, "Date"), date);
    api_ticket_done(unit_api(), ticket);
}

START_TEST(an_answer_after_3_s)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[_i], &ticket);
    advance(3000);
    ck_assert_int_eq(ready_count, 0);
    answer(peer.asked[0], true, 7);
    expect(&ticket, 200, asks[_i].answered, "Thu, 01 Jan 2026 00:00:03 GMT");
    ck_assert_int_eq(cloud_last_heard(cloud(), cloud_device(cloud(), DESK)),
                     INT64_C(1767225603000)); /* it is traffic */
    if (asks[_i].kind == ASK_UPDATE)
        ck_assert(journal_has("\"at\":\"2026-01-01T00:00:03.000Z\",<any>\"spark/flash/status\"<any>"
                              "started"));
    unit_end();
}
END_TEST

START_TEST(no_answer_ever)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[_i], &ticket);
    advance(29999);
    ck_assert_int_eq(ready_count, 0);
    advance(1);
    expect(&ticket, asks[_i].none_status, asks[_i].none, "Thu, 01 Jan 2026 00:00:30 GMT");
    ck_assert(
        journal_has("\"session.unanswered\",\"cause\":<any>,\"data\":{\"device\":\"" DESK "\""));
    ck_assert(!journal_has("spark/flash/status"));
    answer(peer.asked[0], true, 7); /* too late */
    ck_assert(journal_has(IGNORED("its time was up")));
    ck_assert(!journal_has("spark/flash/status"));
    ck_assert_int_eq(ready_count, 1);
    unit_end();
}
END_TEST

START_TEST(an_answer_that_comes_twice)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[_i], &ticket);
    answer(peer.asked[0], true, 7);
    ck_assert(!journal_has("answer-ignored"));
    answer(peer.asked[0], false, 8);
    ck_assert(journal_has(IGNORED("it was answered already")));
    expect(&ticket, 200, asks[_i].answered, "Thu, 01 Jan 2026 00:00:00 GMT");
    unit_end();
}
END_TEST

START_TEST(an_answer_when_the_session_has_ended)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[_i], &ticket);
    advance(1000);
    session_close(cloud(), peer.session, GOODBYE_USER);
    answer(peer.asked[0], true, 7);
    ck_assert(journal_has(IGNORED("its session has ended")));
    open_session(); /* nor in the next one */
    answer(peer.asked[0], true, 7);
    ck_assert_int_eq(ready_count, 0);
    advance(29000);
    expect(&ticket, asks[_i].none_status, asks[_i].none, "Thu, 01 Jan 2026 00:00:30 GMT");
    unit_end();
}
END_TEST

START_TEST(an_answer_of_one_that_went_without_a_word)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[0], &ticket);
    session_silence(cloud(), peer.session);
    answer(peer.asked[0], true, 7);
    ck_assert(journal_has(IGNORED("its session has ended")));
    advance(30000);
    expect(&ticket, 400, asks[0].none, "Thu, 01 Jan 2026 00:00:30 GMT");
    unit_end();
}
END_TEST

START_TEST(what_was_never_asked)
{
    setup();
    answer(0, true, 7);
    answer(UINT64_C(99) << 32, true, 7);
    answer(UINT64_C(1) << 32 | 0xffffffff, true, 7);
    ck_assert(
        journal_has("\"reason\":\"it was never asked\"<any>\"reason\":\"it was never asked\"<any>"
                    "\"reason\":\"it was never asked\""));
    unit_end();
}
END_TEST

START_TEST(what_the_device_is_asked)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[0], &ticket);
    ck_assert_str_eq(peer.name, "open");
    ck_assert_str_eq(peer.argument, "wide");
    answer(peer.asked[0], false, 0);
    expect(&ticket, 404, "{\"ok\":false,\"error\":\"Function open not found\"}",
           "Thu, 01 Jan 2026 00:00:00 GMT");
    unit_end();
}
END_TEST

/* Each is answered with its own, in any order. */
START_TEST(several_at_once)
{
    struct api_ticket first, second;
    setup();
    send_asking(&asks[0], &first);
    send_asking(&asks[1], &second);
    answer(peer.asked[1], true, 7);
    expect(&second, 200, asks[1].answered, "Thu, 01 Jan 2026 00:00:00 GMT");
    ready_count = 0;
    answer(peer.asked[0], true, 7);
    expect(&first, 200, asks[0].answered, "Thu, 01 Jan 2026 00:00:00 GMT");
    unit_end();
}
END_TEST

START_TEST(a_client_that_has_left)
{
    struct api_ticket ticket;
    setup();
    send_asking(&asks[0], &ticket);
    api_ticket_done(unit_api(), &ticket);
    answer(peer.asked[0], true, 7);
    advance(60000);
    ck_assert_int_eq(ready_count, 0);
    ck_assert(!journal_has("answer-ignored"));
    unit_end();
}
END_TEST

START_TEST(the_world_goes_meanwhile)
{
    static const struct api_case end = {"end", .method = "DELETE",
                                        .target = "/__mock/worlds/default",
                                        .header = "X-Mockcloud-Control: 1", .status = 204};
    struct api_ticket ticket;
    setup();
    send_asking(&asks[0], &ticket);
    unit_case(&end);
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket.reply.status, 410);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* One more than a device may have open is told what is told of a device that is not there. */
START_TEST(too_many_questions)
{
    struct api_ticket *tickets = mem_new_array(SESSION_ASKS, sizeof *tickets);
    struct api_case row = asks[0].row;
    setup();
    for (int i = 0; i < SESSION_ASKS; i++)
        send_asking(&asks[0], &tickets[i]);
    row.status = 400;
    row.reply = asks[0].none;
    unit_case(&row);
    answer(peer.asked[0], true, 7);
    for (int i = 0; i < SESSION_ASKS; i++)
        api_ticket_done(unit_api(), &tickets[i]);
    free(tickets);
    unit_end();
}
END_TEST

/* A simulated device answers on the stack of the question, which may itself stand on that of a
 * gate. */
static void go_on(struct call *call, const void *with)
{
    (void)call;
    (void)with;
}

static void wait_in_world(struct call *call)
{
    later_wait_world(call, 1000, TIMER_FOREGROUND, "test", go_on, NULL);
}

START_TEST(an_answer_at_once_behind_a_gate)
{
    static const struct gate gate = {"wait", wait_in_world, NULL};
    struct api_case ping = {"ping", .method = "PUT", .target = "/v1/devices/" EVES "/ping",
                            .token = "eve-token"};
    struct api_ticket ticket = {.ready = on_ready};
    setup();
    gate_set(unit_api(), &gate, 1);
    ck_assert_int_eq(unit_send(&ping, &ticket), API_LATER);
    advance(1000);
    expect(&ticket, 200, "{\"online\":true,\"ok\":true}", "Thu, 01 Jan 2026 00:00:01 GMT");
    unit_end();
}
END_TEST

Suite *test_api_peer(void)
{
    Suite *suite = suite_create("peer");
    TCase *tcase = tcase_create("peer");
    tcase_add_loop_test(tcase, an_answer_after_3_s, 0, ASKS);
    tcase_add_loop_test(tcase, no_answer_ever, 0, ASKS);
    tcase_add_loop_test(tcase, an_answer_that_comes_twice, 0, ASKS);
    tcase_add_loop_test(tcase, an_answer_when_the_session_has_ended, 0, ASKS);
    tcase_add_test(tcase, an_answer_of_one_that_went_without_a_word);
    tcase_add_test(tcase, what_was_never_asked);
    tcase_add_test(tcase, what_the_device_is_asked);
    tcase_add_test(tcase, several_at_once);
    tcase_add_test(tcase, a_client_that_has_left);
    tcase_add_test(tcase, the_world_goes_meanwhile);
    tcase_add_test(tcase, too_many_questions);
    tcase_add_test(tcase, an_answer_at_once_behind_a_gate);
    suite_add_tcase(suite, tcase);
    return suite;
}
