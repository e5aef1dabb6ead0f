/* Gates, and the ways in which they let a call wait: for the world's time, real time, webhooks, a
 * release; and how what waits ends: in any reply, in a stream, cancelled, or with its world. */
#include "suites.h"

#include "unit_api.h"

#include "api/call/gate.h"
#include "api/call/later.h"
#include "api/call/rules.h"
#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/event.h"
#include "cloud/owner.h"
#include "cloud/webhook/outbox.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static int ready_count, cancelled_count;
static struct call *held;
static char asked[100]; /* who was asked, in order: "ab" */

static void note(const char *who)
{
    strncat(asked, who, sizeof asked - strlen(asked) - 1);
}

static void on_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_count++;
}

static void begin(const struct gate *gates, size_t count)
{
    unit_begin(NULL);
    gate_set(unit_api(), gates, count);
    ready_count = cancelled_count = 0;
    held = NULL;
    asked[0] = '\0';
}

#define BEGIN(gates) begin((gates), sizeof(gates) / sizeof *(gates))

static const struct api_case list = {"list", .method = "GET", .target = "/v1/devices",
                                     .token = "dev-token", .status = 200};
static const struct api_case rename_desk = {"rename",
                                            .method = "PUT",
                                            .target = "/v1/devices/" DESK,
                                            .token = "dev-token",
                                            .type = JSON,
                                            .body = "{\"name\":\"waited\"}"};

/* ---- gates ---- */

static void pass(struct call *call)
{
    (void)call;
    note("p");
}

static void refuse(struct call *call)
{
    note("r");
    call->off_contract = true;
    reply_error(call, 503, &api_rules[API_STREAMS_FULL], "out of order");
}

static void spoil(struct call *call)
{
    note("s");
    call->off_contract = true;
    call_reply_anew(call);
    reply_text(call, 200, &api_rules[API_STREAMS_FULL], "[1,2]");
    headers_set(&call->reply->headers, "X-Spoilt", "yes");
    call->reply->delivery = (struct api_delivery){.how = DELIVER_CUT, .bytes = 3};
}

START_TEST(gates_are_asked_in_order_until_one_replies)
{
    static const struct gate gates[] = {{"a", pass, pass}, {"b", refuse, NULL}, {"c", pass, pass}};
    struct api_case row = rename_desk;
    BEGIN(gates);
    row.status = 503;
    row.reply = "{\"ok\":false,\"error\":\"out of order\"}";
    unit_case(&row);
    ck_assert_str_eq(asked, "prpp"); /* two before, two after */
    unit_end();
}
END_TEST

START_TEST(a_gate_changes_the_reply_and_its_delivery)
{
    static const struct gate gates[] = {{"spoil", NULL, spoil}};
    struct api_ticket ticket = {.ready = on_ready};
    BEGIN(gates);
    ck_assert_int_eq(unit_send(&list, &ticket), API_NOW);
    ck_assert_int_eq(ticket.reply.status, 200);
    ck_assert_str_eq(buf_str(&ticket.reply.body), "[1,2]");
    ck_assert_str_eq(headers_get(&ticket.reply.headers, "X-Spoilt"), "yes");
    ck_assert_ptr_nonnull(headers_get(&ticket.reply.headers, "X-Request-Id"));
    ck_assert_int_eq(ticket.reply.delivery.how, DELIVER_CUT);
    api_ticket_done(unit_api(), &ticket);
    char *journal = unit_journal_dup();
    ck_assert(unit_matches("<any>\"http.reply\"<any>\"delivery\":\"cut\",\"bytes\":3,\"json\":"
                           "[1,2]}}\n",
                           journal));
    free(journal);
    unit_end();
}
END_TEST

START_TEST(refusals_and_control_calls)
{
    static const struct gate gates[] = {{"a", refuse, pass}};
    static const struct api_case refused = {"no token", .method = "GET", .target = "/v1/devices",
                                            .status = 400};
    static const struct api_case health = {"control", .method = "GET",
                                           .target = "/__mock/worlds/default", .status = 200};
    BEGIN(gates);
    unit_case(&refused);
    ck_assert_str_eq(asked, "p"); /* nobody who may not call gets to the gates before */
    unit_case(&health);
    ck_assert_str_eq(asked, "p");
    unit_end();
}
END_TEST

/* ---- waits ---- */

static void go_on(struct call *call, const void *with)
{
    (void)call;
    note(with ? with : "-");
}

static void wait_in_world(struct call *call)
{
    later_wait_world(call, 3000, TIMER_FOREGROUND, "test", go_on, "w");
}

static void wait_for_real(struct call *call)
{
    later_wait_real(call, strcmp(call->request->method, "PUT") == 0 ? 0 : 600000, go_on, "t");
}

static void wait_for_webhooks(struct call *call)
{
    later_wait_webhooks(call, go_on, "h");
}

static void on_cancel(struct call *call)
{
    ck_assert(!held || call == held);
    cancelled_count++;
}

static void wait_for_release(struct call *call)
{
    held = call;
    later_wait(call, false, on_cancel);
}

static void send_later(const struct api_case *row, struct api_ticket *ticket)
{
    *ticket = (struct api_ticket){.ready = on_ready};
    ck_assert_int_eq(unit_send(row, ticket), API_LATER);
    ck_assert_int_eq(ticket->outcome, API_LATER);
    ck_assert_int_eq(ready_count, 0);
}

static void expect_renamed(struct api_ticket *ticket)
{
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket->outcome, API_NOW);
    ck_assert_int_eq(ticket->reply.status, 200);
    ck_assert_ptr_nonnull(strstr(buf_str(&ticket->reply.body), "\"name\":\"waited\""));
    api_ticket_done(unit_api(), ticket);
}

static void advance(int64_t ms)
{
    struct vclock *clock = unit_world()->sim.clock;
    vclock_advance(clock, vclock_now(clock) + ms);
}

/* The request's own memory is the sender's, who has freed it by then. */
START_TEST(a_call_waits_for_the_worlds_time_with_its_whole_request)
{
    static const struct gate gates[] = {{"wait", wait_in_world, wait_in_world}};
    struct api_ticket ticket;
    BEGIN(gates);
    send_later(&rename_desk, &ticket);
    ck_assert(api_waits_for_clock(&ticket));
    advance(2999);
    ck_assert_str_eq(asked, "");
    advance(1);
    ck_assert_str_eq(asked, "w"); /* handled; its reply waits now */
    ck_assert_int_eq(ready_count, 0);
    advance(3000);
    ck_assert_str_eq(asked, "ww");
    ck_assert_str_eq(headers_get(&ticket.reply.headers, "Date"), "Thu, 01 Jan 2026 00:00:06 GMT");
    expect_renamed(&ticket);
    unit_end();
}
END_TEST

/* Files stand in the body, which was the sender's. */
START_TEST(a_form_with_a_file_is_kept)
{
    static const struct gate gates[] = {{"wait", wait_in_world, NULL}};
    static const struct api_case flash = {
        "flash",
        .method = "PUT",
        .target = "/v1/devices/" DESK "?x=1",
        .token = "dev-token",
        .type = "multipart/form-data; boundary=b",
        .body = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
                "\x7f"
                "ELF\r\n--b--\r\n"};
    struct api_ticket ticket;
    BEGIN(gates);
    send_later(&flash, &ticket);
    advance(3000);
    ck_assert_int_eq(ready_count, 1);
    ck_assert_msg(ticket.reply.status == 200, "%s", buf_str(&ticket.reply.body));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_call_waits_for_real_time)
{
    static const struct gate gates[] = {{"wait", wait_for_real, NULL}};
    struct api_ticket soon, late;
    BEGIN(gates);
    send_later(&list, &late);
    int64_t due_ms = api_due_in(unit_api(), sim_real_ms());
    ck_assert(due_ms > 0 && due_ms <= 600000);
    send_later(&rename_desk, &soon);
    ck_assert(!api_waits_for_clock(&soon));
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), 0);
    ck_assert(!api_work(unit_api()));
    ck_assert_str_eq(asked, "t");
    expect_renamed(&soon);
    ck_assert_int_gt(api_due_in(unit_api(), sim_real_ms()), 0);
    api_ticket_done(unit_api(), &late);
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), -1);
    unit_end();
}
END_TEST

START_TEST(a_call_waits_for_a_webhook)
{
    static const struct gate gates[] = {{"wait", wait_for_webhooks, NULL}};
    static const struct api_case hook = {"hook",
                                         .method = "POST",
                                         .target = "/v1/webhooks",
                                         .token = "dev-token",
                                         .type = JSON,
                                         .status = 201,
                                         .body =
                                             "{\"event\":\"temp\",\"url\":\"http://localhost\"}"};
    struct api_ticket ticket;
    begin(NULL, 0);
    unit_case(&hook);
    struct cloud *cloud = unit_world()->cloud;
    event_publish(cloud, &(struct event){.name = "temp",
                                         .owner = {.kind = OWNER_USER,
                                                   .user = cloud_user(cloud, "dev@example.com")}});
    api_worlds(unit_api())->carried = true;
    gate_set(unit_api(), gates, 1);
    send_later(&rename_desk, &ticket);
    api_work(unit_api());
    ck_assert_str_eq(asked, "");
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), -1);
    uint64_t id = outbox_next(cloud)->id;
    outbox_sent(cloud, id, NULL, NULL);
    api_work(unit_api());
    ck_assert_str_eq(asked, "");
    outbox_answered(cloud, id, &(struct delivery_answer){.status = 200, .body = ""});
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), 0);
    api_work(unit_api());
    ck_assert_str_eq(asked, "h");
    expect_renamed(&ticket);
    unit_end();
}
END_TEST

static uint64_t last_request(void)
{
    const struct journal *journal = unit_world()->sim.journal;
    uint64_t n = journal_next(journal) - 1;
    while (strcmp(journal_get(journal, n)->kind, "http.request") != 0)
        n--;
    return n;
}

START_TEST(a_call_waits_for_its_release)
{
    static const struct gate gates[] = {{"hold", wait_for_release, NULL}};
    struct api_ticket ticket;
    BEGIN(gates);
    send_later(&rename_desk, &ticket);
    uint64_t n = last_request();
    ck_assert_ptr_null(later_find(unit_api(), unit_world(), n + 1));
    struct call *found = later_find(unit_api(), unit_world(), n);
    ck_assert_ptr_eq(found, held);
    advance(86400000);
    api_work(unit_api());
    ck_assert_int_eq(ready_count, 0);
    later_go_on(found, go_on, "r");
    ck_assert_str_eq(asked, "r");
    expect_renamed(&ticket);
    ck_assert_int_eq(cancelled_count, 0);
    ck_assert_ptr_null(later_find(unit_api(), unit_world(), n));
    unit_end();
}
END_TEST

static void answer_instead(struct call *call, const void *with)
{
    reply_text(call, 404, &api_rules[API_NO_ROUTE], with);
}

START_TEST(what_waits_may_end_in_any_reply)
{
    static const struct gate gates[] = {{"hold", wait_for_release, NULL}};
    struct api_ticket ticket;
    BEGIN(gates);
    send_later(&rename_desk, &ticket);
    later_go_on(held, answer_instead, "{\"ok\":false,\"error\":\"no\"}");
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket.reply.status, 404);
    ck_assert_str_eq(buf_str(&ticket.reply.body), "{\"ok\":false,\"error\":\"no\"}");
    api_ticket_done(unit_api(), &ticket);
    char *journal =
        unit_journal_dup(); /* the handler was never asked, and the reply has its cause */
    ck_assert(unit_matches("<any>\"kind\":\"http.request\"<any>\"kind\":\"http.reply\",\"cause\":"
                           "<n>,\"data\":{\"status\":404,<any>",
                           journal));
    free(journal);
    unit_end();
}
END_TEST

START_TEST(what_waits_may_end_in_a_stream)
{
    static const struct gate gates[] = {{"hold", wait_for_release, NULL}};
    static const struct api_case events = {"events", .method = "GET",
                                           .target = "/v1/devices/events", .token = "dev-token"};
    struct api_ticket ticket;
    BEGIN(gates);
    send_later(&events, &ticket);
    ck_assert_ptr_null(ticket.stream);
    later_go_on(held, go_on, "r");
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket.outcome, API_STREAM);
    ck_assert_int_eq(ticket.reply.status, 200);
    ck_assert_str_eq(headers_get(&ticket.reply.headers, "Content-Type"), "text/event-stream");
    ck_assert_str_eq(buf_str(&ticket.stream->queue), ":ok\n\n");
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_client_that_leaves_cancels)
{
    static const struct gate hold[] = {{"hold", wait_for_release, NULL}};
    static const struct gate timer[] = {{"wait", wait_in_world, NULL}};
    struct api_ticket ticket;
    BEGIN(hold);
    send_later(&rename_desk, &ticket);
    api_ticket_done(unit_api(), &ticket);
    ck_assert_int_eq(cancelled_count, 1);
    gate_set(unit_api(), timer, 1);
    send_later(&rename_desk, &ticket);
    size_t timers = vclock_foreground_count(unit_world()->sim.clock);
    api_ticket_done(unit_api(), &ticket);
    ck_assert_uint_eq(vclock_foreground_count(unit_world()->sim.clock), timers - 1);
    advance(3000);
    ck_assert_str_eq(asked, "");
    ck_assert_int_eq(ready_count, 0);
    unit_end();
}
END_TEST

START_TEST(a_world_that_goes_answers_what_waits)
{
    static const struct gate gates[] = {{"hold", wait_for_release, NULL}};
    static const struct api_case end = {"reset", .method = "POST",
                                        .target = "/__mock/worlds/default/reset",
                                        .header = "X-Mockcloud-Control: 1", .status = 200};
    struct api_ticket ticket;
    BEGIN(gates);
    send_later(&rename_desk, &ticket);
    unit_case(&end);
    ck_assert_int_eq(cancelled_count, 1);
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket.reply.status, 410);
    ck_assert_str_eq(buf_str(&ticket.reply.body),
                     "{\"ok\":false,\"error\":\"the world was ended or made anew before the "
                     "reply\"}");
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* ---- what it costs ---- */

#define CROWD 5000
#define TURNS 20000

static double turns_s(void)
{
    clock_t began = clock();
    for (int i = 0; i < TURNS; i++) {
        api_work(unit_api());
        api_due_in(unit_api(), 0);
    }
    return (double)(clock() - began) / CLOCKS_PER_SEC;
}

/* Walking over them at each turn would cost a thousand times as much. */
START_TEST(what_waits_costs_no_turn_anything)
{
    static const struct gate hold[] = {{"hold", wait_for_release, NULL}};
    static const struct gate real[] = {{"wait", wait_for_real, NULL}};
    struct api_ticket *tickets = mem_new_array(CROWD, sizeof *tickets);
    BEGIN(hold);
    double alone_s = turns_s();
    for (size_t i = 0; i < CROWD; i++) {
        if (i == CROWD / 2)
            gate_set(unit_api(), real, 1);
        send_later(&list, &tickets[i]);
    }
    double beside_s = turns_s();
    ck_assert_msg(beside_s < alone_s * 20 + 0.05, "%f s, and %f s beside %d that wait", alone_s,
                  beside_s, CROWD);
    held = NULL;
    gate_set(unit_api(), NULL, 0);
    for (size_t i = CROWD; i-- > CROWD / 2;)
        api_ticket_done(unit_api(), &tickets[i]);
    unit_case(&(const struct api_case){"reset", .method = "POST",
                                       .target = "/__mock/worlds/default/reset",
                                       .header = "X-Mockcloud-Control: 1", .status = 200});
    for (size_t i = 0; i < CROWD / 2; i++)
        api_ticket_done(unit_api(), &tickets[i]);
    ck_assert_int_eq(ready_count, CROWD / 2);
    free(tickets);
    unit_end();
}
END_TEST

Suite *test_api_gate(void)
{
    Suite *suite = suite_create("gate");
    TCase *tcase = tcase_create("gate");
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, gates_are_asked_in_order_until_one_replies);
    tcase_add_test(tcase, a_gate_changes_the_reply_and_its_delivery);
    tcase_add_test(tcase, refusals_and_control_calls);
    tcase_add_test(tcase, a_call_waits_for_the_worlds_time_with_its_whole_request);
    tcase_add_test(tcase, a_form_with_a_file_is_kept);
    tcase_add_test(tcase, a_call_waits_for_real_time);
    tcase_add_test(tcase, a_call_waits_for_a_webhook);
    tcase_add_test(tcase, a_call_waits_for_its_release);
    tcase_add_test(tcase, what_waits_may_end_in_any_reply);
    tcase_add_test(tcase, what_waits_may_end_in_a_stream);
    tcase_add_test(tcase, a_client_that_leaves_cancels);
    tcase_add_test(tcase, a_world_that_goes_answers_what_waits);
    tcase_add_test(tcase, what_waits_costs_no_turn_anything);
    suite_add_tcase(suite, tcase);
    return suite;
}
