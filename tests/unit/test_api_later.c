/* What outlives a dispatch: a clock move of more than one slice, and a journal that is followed. */
#include "cloud/owner.h"
#include "suites.h"

#include "unit_api.h"

#include "cloud/accounts.h"
#include "cloud/event.h"
#include "cloud/webhook/outbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ON     .header = "X-Mockcloud-Control: 1"
#define TIMERS 10000

static int ready_count;
static int fired;

static void on_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_count++;
}

static void on_fire(void *owner, uint64_t arg)
{
    (void)owner;
    (void)arg;
    fired++;
}

static void setup(void)
{
    unit_begin(NULL);
    ready_count = fired = 0;
}

static const struct api_case advance = {
    "advance", .method = "POST", .target = "/__mock/worlds/default/clock",
    ON,        .type = JSON,     .body = "{\"advance\":\"1h\"}"};

/* A timer each 100 ms: more than one slice runs. */
static void add_timers(void)
{
    struct vclock *clock = unit_world()->sim.clock;
    for (int i = 1; i <= TIMERS; i++)
        vclock_add(clock, vclock_now(clock) + i * 100,
                   &(struct timer_row){TIMER_BACKGROUND, "cloud", "nothing", on_fire, NULL, 0});
}

static void begin_move(struct api_ticket *ticket)
{
    add_timers();
    *ticket = (struct api_ticket){.ready = on_ready};
    ck_assert_int_eq(unit_send(&advance, ticket), API_LATER);
    ck_assert_int_eq(ready_count, 0);
    ck_assert_int_gt(fired, 0);
    ck_assert_int_lt(fired, TIMERS);
}

START_TEST(a_long_move_ends_later)
{
    struct api_ticket ticket;
    begin_move(&ticket);
    int turns = 0;
    while (!ready_count && turns++ < 1000)
        ck_assert(api_work(unit_api()) || ready_count);
    ck_assert_int_gt(turns, 1);
    ck_assert_int_eq(fired, TIMERS);
    ck_assert_int_eq(ticket.reply.status, 200);
    ck_assert_str_eq(buf_str(&ticket.reply.body), "{\"now\":\"2026-01-01T01:00:00.000Z\"}");
    ck_assert_str_eq(headers_get(&ticket.reply.headers, "Content-Type"),
                     "application/json; charset=utf-8");
    ck_assert_ptr_null(headers_get(&ticket.reply.headers, "Access-Control-Allow-Origin"));
    ck_assert(!api_work(unit_api()));
    ck_assert_int_eq(ready_count, 1);
    api_ticket_done(unit_api(), &ticket);
    /* the request's reply stands at the end, and names its cause */
    char *journal = unit_journal_dup();
    const char *request = strstr(journal, "\"kind\":\"http.request\"");
    ck_assert_ptr_nonnull(request);
    ck_assert(unit_matches("<any>{\"n\":<n>,\"at\":\"2026-01-01T01:00:00.000Z\",\"actor\":"
                           "\"cloud\",\"kind\":\"http.reply\",\"cause\":<n>,\"data\":{\"status\":"
                           "200,\"rule\":null,\"json\":{\"now\":\"2026-01-01T01:00:00.000Z\"}}}\n",
                           journal));
    free(journal);
    unit_end();
}
END_TEST

START_TEST(requests_meanwhile_are_served_where_the_clock_stands)
{
    struct api_ticket ticket;
    struct api_case second = advance;
    struct api_case list = {"list", .method = "GET", .target = "/v1/devices", .token = "dev-token",
                            .status = 200};
    begin_move(&ticket);
    int64_t stands = vclock_now(unit_world()->sim.clock);
    unit_case(&list);
    second.status = 409;
    second.reply = "{\"error\":\"clock-moving\",\"message\":\"the clock is being moved already\"}";
    unit_case(&second);
    ck_assert_int_eq(vclock_now(unit_world()->sim.clock), stands);
    ck_assert(api_work(unit_api()));
    ck_assert_int_gt(vclock_now(unit_world()->sim.clock), stands);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_client_that_leaves_stops_its_move)
{
    struct api_ticket ticket;
    struct api_case again = advance;
    begin_move(&ticket);
    int64_t stands = vclock_now(unit_world()->sim.clock);
    api_ticket_done(unit_api(), &ticket);
    ck_assert(!api_work(unit_api()));
    ck_assert_int_eq(ready_count, 0);
    ck_assert_int_eq(vclock_now(unit_world()->sim.clock), stands);
    again.body = "{\"advance\":\"1ms\"}";
    again.status = 200;
    unit_case(&again);
    unit_end();
}
END_TEST

static void expect_gone(const struct api_ticket *ticket)
{
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket->reply.status, 410);
    ck_assert(unit_matches("{\"error\":\"world-gone\",\"message\":\"<any>\"}",
                           buf_str(&ticket->reply.body)));
    ck_assert_ptr_null(headers_get(&ticket->reply.headers, "Access-Control-Allow-Origin"));
    ck_assert(!api_work(unit_api()));
    ck_assert_int_eq(ready_count, 1);
}

START_TEST(the_world_ends_meanwhile)
{
    static const struct api_case end = {"end", .method = "DELETE",
                                        .target = "/__mock/worlds/default", ON, .status = 204};
    struct api_ticket ticket;
    begin_move(&ticket);
    unit_case(&end);
    expect_gone(&ticket);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(the_world_is_made_anew_meanwhile)
{
    static const struct api_case reset = {
        "reset", .method = "POST", .target = "/__mock/worlds/default/reset", ON, .status = 200};
    struct api_ticket ticket;
    begin_move(&ticket);
    unit_case(&reset);
    expect_gone(&ticket);
    api_ticket_done(unit_api(), &ticket);
    ck_assert_int_eq(vclock_now(unit_world()->sim.clock), INT64_C(1767225600000));
    unit_end();
}
END_TEST

START_TEST(moves_in_two_worlds)
{
    static const struct api_case post = {"other",
                                         .method = "POST",
                                         .target = "/__mock/worlds",
                                         ON,
                                         .type = JSON,
                                         .status = 201,
                                         .body = "{\"name\":\"other\",\"clock\":{\"mode\":"
                                                 "\"frozen\"}}"};
    struct api_case other = advance;
    struct api_ticket ticket;
    unit_case(&post);
    begin_move(&ticket);
    other.target = "/__mock/worlds/other/clock";
    other.status = 200;
    unit_case(&other);
    while (!ready_count)
        api_work(unit_api());
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* ---- followed journals ---- */

static const struct api_case follow = {"follow", .method = "GET",
                                       .target = "/__mock/worlds/default/journal?follow=true"};
static const struct api_case refused = {"a request", .method = "GET", .target = "/v1/devices",
                                        .status = 400};

static size_t lines(const struct buf *queue)
{
    size_t count = 0;
    for (size_t i = 0; i < queue->len; i++)
        count += queue->data[i] == '\n';
    return count;
}

static const struct buf *text_of(const struct api_ticket *ticket)
{
    return api_stream_text(ticket->stream);
}

static void take_all(struct api_ticket *ticket)
{
    ticket->stream->taken = text_of(ticket)->len;
}

static void begin_follow(const struct api_case *row, struct api_ticket *ticket)
{
    *ticket = (struct api_ticket){.ready = on_ready};
    ck_assert_int_eq(unit_send(row, ticket), API_STREAM);
    ck_assert_ptr_nonnull(ticket->stream);
    ck_assert_int_eq(ticket->reply.status, 200);
    ck_assert_str_eq(headers_get(&ticket->reply.headers, "Content-Type"), "application/x-ndjson");
}

static void publish_of_dev(void)
{
    struct cloud *cloud = unit_world()->cloud;
    struct event event = {
        .name = "temp",
        .owner = {.kind = OWNER_USER, .user = cloud_user(cloud, "dev@example.com")},
    };
    event_publish(cloud, &event);
}

/* The oldest webhook is answered; whoever answers publishes, before, what triggers it anew. */
static void answer_with_an_event(void)
{
    struct cloud *cloud = unit_world()->cloud;
    const struct delivery_request *request = outbox_next(cloud);
    ck_assert_ptr_nonnull(request);
    uint64_t id = request->id;
    const struct delivery_answer answer = {.status = 200, .body = "", .body_len = 0};
    outbox_sent(cloud, id, NULL, NULL);
    publish_of_dev();
    outbox_answered(cloud, id, &answer);
}

START_TEST(a_webhook_that_triggers_itself_ends_the_move)
{
    static const struct api_case hook = {"hook",
                                         .method = "POST",
                                         .target = "/v1/webhooks",
                                         .token = "dev-token",
                                         .type = JSON,
                                         .body =
                                             "{\"event\":\"temp\",\"url\":\"https://example.com\"}",
                                         .status = 201};
    struct api_ticket ticket = {.ready = on_ready};
    unit_case(&hook);
    publish_of_dev();
    api_worlds(unit_api())->carried = true;
    ck_assert_int_eq(unit_send(&advance, &ticket), API_LATER);
    for (int i = 0; i < 9999; i++)
        answer_with_an_event();
    ck_assert(!api_work(unit_api()));
    ck_assert_int_eq(ready_count, 0);
    answer_with_an_event();
    answer_with_an_event();
    ck_assert(!api_work(unit_api()));
    ck_assert_int_eq(ready_count, 1);
    ck_assert_int_eq(ticket.reply.status, 503);
    ck_assert_str_eq(buf_str(&ticket.reply.body),
                     "{\"error\":\"webhooks-without-end\",\"message\":\"more than 10000 webhooks "
                     "were sent while the clock stood: does one trigger itself?\"}");
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* Who is up to date is told every 20 ms at most. */
static void work_until_ready(int count)
{
    int64_t end_ms = sim_real_ms() + 5000;
    while (ready_count < count && sim_real_ms() < end_ms)
        api_work(unit_api());
    ck_assert_int_eq(ready_count, count);
}

START_TEST(followers_are_told_of_several_entries_at_once)
{
    struct api_ticket tickets[10];
    for (int i = 0; i < 10; i++)
        begin_follow(&follow, &tickets[i]);
    api_work(unit_api());
    ck_assert_int_eq(ready_count, 10);
    for (int i = 0; i < 10; i++)
        take_all(&tickets[i]);
    int64_t told_ms = sim_real_ms();
    unit_case(&refused);
    unit_case(&refused);
    int64_t in_ms = api_due_in(unit_api(), told_ms);
    ck_assert_msg(in_ms > 0 && in_ms <= 20, "due in %lld ms", (long long)in_ms);
    work_until_ready(20);
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), -1);
    for (int i = 0; i < 10; i++) {
        ck_assert_uint_eq(lines(text_of(&tickets[i])), 4);
        ck_assert_ptr_eq(text_of(&tickets[i]), text_of(&tickets[0]));
    }
    for (int i = 0; i < 10; i++)
        api_ticket_done(unit_api(), &tickets[i]);
    unit_end();
}
END_TEST

/* What was rendered for one is not taken for the entries of another world, or for later ones. */
START_TEST(followers_of_two_worlds)
{
    static const struct api_case post = {"other",
                                         .method = "POST",
                                         .target = "/__mock/worlds",
                                         ON,
                                         .type = JSON,
                                         .status = 201,
                                         .body = "{\"name\":\"other\",\"users\":[]}"};
    struct api_case other = follow;
    struct api_ticket mine, its;
    unit_case(&post);
    other.target = "/__mock/worlds/other/journal?follow=true";
    begin_follow(&follow, &mine);
    begin_follow(&other, &its);
    unit_case(&(const struct api_case){"token", .method = "POST", .target = "/w/other/v1/devices",
                                       .status = 400});
    api_work(unit_api());
    char *journal = unit_journal_dup();
    ck_assert_str_eq(buf_str(text_of(&mine)), journal);
    free(journal);
    ck_assert_uint_eq(lines(text_of(&its)), 2);
    api_ticket_done(unit_api(), &mine);
    api_ticket_done(unit_api(), &its);
    unit_end();
}
END_TEST

START_TEST(a_followed_journal_goes_on)
{
    struct api_ticket ticket;
    begin_follow(&follow, &ticket);
    api_work(unit_api());
    ck_assert_int_eq(ready_count, 1);
    char *journal = unit_journal_dup();
    ck_assert_str_eq(buf_str(text_of(&ticket)), journal);
    free(journal);
    take_all(&ticket);
    api_work(unit_api());
    ck_assert_int_eq(ready_count, 1); /* nothing new */
    unit_case(&refused);
    work_until_ready(2);
    ck_assert_uint_eq(lines(text_of(&ticket)), 2);
    ck_assert(unit_matches("{<any>\"http.request\"<any>}\n{<any>\"http.reply\"<any>}\n",
                           buf_str(text_of(&ticket))));
    ck_assert(!ticket.stream->ended);
    api_ticket_done(unit_api(), &ticket);
    unit_case(&refused);
    ck_assert(!api_work(unit_api()));
    ck_assert_int_eq(ready_count, 2);
    unit_end();
}
END_TEST

START_TEST(a_followed_journal_begins_behind_since)
{
    struct api_ticket ticket;
    char target[100];
    struct api_case from = follow;
    uint64_t next = journal_next(unit_world()->sim.journal);
    snprintf(target, sizeof target, "/__mock/worlds/default/journal?follow=1&since=%llu",
             (unsigned long long)next);
    from.target = target;
    begin_follow(&from, &ticket);
    api_work(unit_api());
    ck_assert_int_eq(ready_count, 0);
    unit_case(&refused);
    api_work(unit_api());
    ck_assert_uint_eq(lines(text_of(&ticket)), 1); /* the first of the two has n = since */
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_reader_that_takes_nothing_gets_no_more)
{
    struct api_ticket ticket;
    begin_follow(&follow, &ticket);
    for (int i = 0; i < 4000; i++)
        unit_case(&refused);
    api_work(unit_api());
    size_t len = text_of(&ticket)->len;
    ck_assert_uint_gt(len, 256u << 10);
    ck_assert_uint_lt(len, 300u << 10);
    api_work(unit_api());
    ck_assert_uint_eq(text_of(&ticket)->len, len);
    uint64_t seen = 0;
    for (int turn = 0; turn < 100; turn++, api_work(unit_api())) {
        if (ticket.stream->taken < text_of(&ticket)->len)
            seen += lines(text_of(&ticket));
        take_all(&ticket);
    }
    ck_assert_uint_eq(seen, journal_next(unit_world()->sim.journal) - 1);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_followed_journal_ends_with_its_world)
{
    static const struct api_case end = {"end", .method = "DELETE",
                                        .target = "/__mock/worlds/default", ON, .status = 204};
    struct api_ticket ticket;
    begin_follow(&follow, &ticket);
    api_work(unit_api());
    take_all(&ticket);
    unit_case(&end);
    ck_assert(ticket.stream->ended);
    ck_assert_int_eq(ready_count, 2);
    ck_assert(
        unit_matches("{<any>\"http.request\"<any>\"DELETE\"<any>}\n", buf_str(text_of(&ticket))));
    ck_assert(!api_work(unit_api()));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

Suite *test_api_later(void)
{
    Suite *suite = suite_create("later");
    TCase *tcase = tcase_create("later");
    tcase_set_timeout(tcase, 30);
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, a_long_move_ends_later);
    tcase_add_test(tcase, requests_meanwhile_are_served_where_the_clock_stands);
    tcase_add_test(tcase, a_client_that_leaves_stops_its_move);
    tcase_add_test(tcase, the_world_ends_meanwhile);
    tcase_add_test(tcase, the_world_is_made_anew_meanwhile);
    tcase_add_test(tcase, moves_in_two_worlds);
    tcase_add_test(tcase, a_webhook_that_triggers_itself_ends_the_move);
    tcase_add_test(tcase, a_followed_journal_goes_on);
    tcase_add_test(tcase, followers_are_told_of_several_entries_at_once);
    tcase_add_test(tcase, followers_of_two_worlds);
    tcase_add_test(tcase, a_followed_journal_begins_behind_since);
    tcase_add_test(tcase, a_reader_that_takes_nothing_gets_no_more);
    tcase_add_test(tcase, a_followed_journal_ends_with_its_world);
    suite_add_tcase(suite, tcase);
    return suite;
}
