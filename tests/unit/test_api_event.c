/* Events through the API: what a stream's path means, what it says, who is refused, publishing. */
#include "cloud/accounts.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_api.h"

#include "cloud/webhook/outbox.h"

#include "api/call/core.h"
#include "api/call/stream.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STREAMS 8

static struct api_ticket tickets[STREAMS];
static size_t ready_calls;

static void setup(void)
{
    memset(tickets, 0, sizeof tickets);
    ready_calls = 0;
    unit_begin(NULL);
}

static void finish(size_t i)
{
    if (tickets[i].ready)
        api_ticket_done(unit_api(), &tickets[i]);
    tickets[i].ready = NULL;
}

static void teardown(void)
{
    for (size_t i = 0; i < STREAMS; i++)
        finish(i);
    unit_end();
}

static void note_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_calls++;
}

static enum api_outcome listen_at(size_t i, const char *target, const char *token)
{
    const struct api_case row = {.method = "GET", .target = target, .token = token};
    tickets[i].ready = note_ready;
    return unit_send(&row, &tickets[i]);
}

static void must_listen(size_t i, const char *target, const char *token)
{
    ck_assert_msg(listen_at(i, target, token) == API_STREAM, "%s: %d %s", target,
                  tickets[i].reply.status, buf_str(&tickets[i].reply.body));
}

/* What has come in since the last look. */
static const char *taken(size_t i)
{
    static char text[1u << 20];
    struct buf *queue = &tickets[i].stream->queue;
    memcpy(text, buf_str(queue), queue->len + 1);
    buf_drop(queue, queue->len);
    return text;
}

static void must_take(size_t i, const char *pattern)
{
    const char *text = taken(i);
    ck_assert_msg(unit_matches(pattern, text), "expected %s\nfound    %s", pattern, text);
}

static void publish(const char *token, const char *json)
{
    const struct api_case row = {.method = "POST",
                                 .target = "/v1/devices/events",
                                 .token = token,
                                 .type = JSON,
                                 .body = json,
                                 .status = 200,
                                 .reply = "{\"ok\":true}",
                                 .rule = "event.published"};
    unit_case(&row);
}

static struct cloud_device *device(const char *id)
{
    return cloud_device(unit_world()->cloud, id);
}

static void of_device(const char *id, const char *name)
{
    event_of_device(unit_world()->cloud, device(id), name, "21");
}

#define DENIED                                                                                     \
    "{\"error\":\"Permission Denied\",\"info\":\"I didn't recognize that device name or ID, try "  \
    "opening https://api.particle.io/v1/devices?access_token=undefined\"}"

#define AT "\"published_at\":\"2026-01-01T00:00:00.000Z\""

START_TEST(a_stream_begins_with_ok_and_tells_events)
{
    must_listen(0, "/v1/devices/events", "dev-token");
    ck_assert_int_eq(tickets[0].reply.status, 200);
    ck_assert_str_eq(headers_get(&tickets[0].reply.headers, "Content-Type"), "text/event-stream");
    ck_assert_str_eq(headers_get(&tickets[0].reply.headers, "Access-Control-Allow-Origin"), "*");
    must_take(0, ":ok\n\n");
    of_device(DESK, "temperature");
    must_take(0, "event: temperature\ndata: {\"data\":\"21\",\"ttl\":60," AT ",\"coreid\":\"" DESK
                 "\"}\n\n");
    publish("dev-token",
            "{\"name\":\"told\",\"data\":\"a \\\"b\\\"\\nc\",\"private\":true,\"ttl\":5}");
    publish("dev-token", "{\"name\":\"bare\"}");
    must_take(0, "event: told\ndata: {\"data\":\"a \\\"b\\\"\\nc\",\"ttl\":5," AT
                 ",\"coreid\":\"api\"}\n\n"
                 "event: bare\ndata: {\"data\":null,\"ttl\":60," AT ",\"coreid\":\"api\"}\n\n");
}
END_TEST

START_TEST(a_product_stream_tells_more)
{
    must_listen(0, "/v1/products/acme-pump/events", "dev-token");
    must_listen(1, "/v1/products/6287/events", "acme-token");
    taken(0);
    taken(1);
    device(ADAS)->firmware_version = 3;
    of_device(ADAS, "flow");
    for (size_t i = 0; i < 2; i++)
        must_take(i,
                  "event: flow\ndata: {\"data\":\"21\",\"ttl\":60," AT ",\"coreid\":\"" ADAS
                  "\",\"userid\":\"<24>\",\"version\":3,\"public\":false,\"productID\":6287}\n\n");
    of_device(PUMP, "flow");
    must_take(0, "event: flow\ndata: {\"data\":\"21\",\"ttl\":60," AT ",\"coreid\":\"" PUMP
                 "\",\"userid\":\"\",\"version\":0,\"public\":false,\"productID\":6287}\n\n");
}
END_TEST

/* Which events a path lets pass: 'D' of desk (dev's), 'A' of adas (ada's, acme-pump), 'P' of pump
 * (nobody's, acme-pump), 'E' public of eve, 'e' private of eve, 'd' private of dev. */
static const struct {
    const char *target, *token, *passes;
} paths[] = {
    {"/v1/devices/events", "dev-token", "Dd"},
    {"/v1/devices/events/", "dev-token", "Dd"},
    {"/v1/devices/events?nonce=1.5", "dev-token", "Dd"},
    {"/v1/devices/events/te", "dev-token", "Dd"},
    {"/v1/devices/events/temp%2Fin", "dev-token", "Dd"},
    {"/v1/devices/events/temp/in", "dev-token", "Dd"},
    {"/v1/devices/events/temp/in/", "dev-token", "Dd"},
    {"/v1/devices/events/temp/in/1", "dev-token", ""},
    {"/v1/devices/events/Temp", "dev-token", ""},
    {"/v1/devices/events", "ada-token", "A"},
    {"/v1/devices/events/te", "eve-token", "Ee"},
    {"/v1/events/te", "dev-token", "DEd"},
    {"/v1/events/te", "eve-token", "Ee"},
    {"/v1/events/te", "ada-token", "AE"},
    {"/v1/events/te", "acme-token", "E"},
    {"/v1/events/x", "eve-token", ""},
    {"/v1/devices/" DESK "/events", "dev-token", "D"},
    {"/v1/devices/" DESK "/events/temp/in", "dev-token", "D"},
    {"/v1/devices/" DESK "/events/other", "dev-token", ""},
    {"/v1/devices/" ADAS "/events", "ada-token", "A"},
    {"/v1/products/6287/events", "dev-token", "AP"},
    {"/v1/products/acme-pump/events/temp%2fin", "acme-token", "AP"},
    {"/v1/products/acme-pump/events/no", "acme-token", ""},
    {"/v1/products/6287/devices/" ADAS "/events", "dev-token", "A"},
    {"/v1/products/6287/devices/" ADAS "/events/temp/", "dev-token", "A"},
    {"/v1/products/6287/devices/" PUMP "/events", "acme-token", "P"},
    {"/w/default/v1/devices/events", "dev-token", "Dd"},
};

START_TEST(what_a_path_means)
{
    static const struct {
        char mark;
        const char *id, *token, *body;
    } events[] = {
        {'D', DESK, NULL, NULL},
        {'A', ADAS, NULL, NULL},
        {'P', PUMP, NULL, NULL},
        {'E', NULL, "eve-token", "{\"name\":\"temp/in\"}"},
        {'e', NULL, "eve-token", "{\"name\":\"temp/in\",\"private\":true}"},
        {'d', NULL, "dev-token", "{\"name\":\"temp/in\",\"private\":\"true\"}"},
    };
    char passed[16] = "";
    must_listen(0, paths[_i].target, paths[_i].token);
    taken(0);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (events[i].id)
            of_device(events[i].id, "temp/in");
        else
            publish(events[i].token, events[i].body);
        if (*taken(0))
            passed[strlen(passed)] = events[i].mark;
    }
    ck_assert_msg(strcmp(passed, paths[_i].passes) == 0, "%s of %s: expected %s, found %s",
                  paths[_i].target, paths[_i].token, paths[_i].passes, passed);
}
END_TEST

static const struct api_case refusals[] = {
    {.method = "GET",
     .target = "/v1/events",
     .token = "dev-token",
     .status = 400,
     .mark = "D",
     .reply = "{\"ok\":false,\"error\":\"event prefix filter is required\"}",
     .rule = "event.prefix-needed"},
    {.method = "GET",
     .target = "/v1/events/x",
     .status = 400,
     .reply = "{\"error\":\"invalid_request\",\"error_description\":\"The access token was not "
              "found\"}"},
    {.method = "GET",
     .target = "/v1/devices/events",
     .token = "nobody",
     .status = 401,
     .reply = "{\"error\":\"invalid_token\",\"error_description\":\"The access token provided is "
              "invalid.\"}"},
    {.method = "GET", .target = "/v1/devices/events", .token = "acme-token", .status = 403},
    {.method = "GET",
     .target = "/v1/devices/" EVES "/events",
     .token = "dev-token",
     .status = 403,
     .reply = DENIED},
    {.method = "GET",
     .target = "/v1/devices/" NONE "/events/x",
     .token = "dev-token",
     .status = 403,
     .reply = DENIED},
    {.name = "still refused for an id that is none",
     .switches = "foreign_device_stream: public-events",
     .method = "GET",
     .target = "/v1/devices/" NONE "/events",
     .token = "dev-token",
     .status = 403,
     .reply = DENIED},
    {.method = "GET", .target = "/v1/products/6287/events", .token = "ada-token", .status = 403},
    {.method = "GET", .target = "/v1/products/6287/events", .token = "eve-token", .status = 403},
    {.method = "GET", .target = "/v1/products/6287/events", .token = "other-token", .status = 403},
    {.method = "GET",
     .target = "/v1/products/6287/devices/" ZOES "/events",
     .token = "dev-token",
     .status = 404,
     .reply = "{\"ok\":false,\"error\":\"Device not found for this product\"}"},
    {.method = "GET",
     .target = "/v1/orgs/acme/events",
     .token = "dev-token",
     .status = 404,
     .reply = "{\"ok\":false,\"error\":\"Organization not found.\"}",
     .rule = "org.not-found",
     .mark = "T"},
    {.method = "GET", .target = "/v1/orgs/acme/events/x", .token = "dev-token", .status = 404},
    {.method = "GET",
     .target = "/v1/orgs/acme/devices/x/events",
     .token = "dev-token",
     .status = 404},
    {.method = "GET",
     .target = "/v1/orgs/acme/devices/x/events/y",
     .token = "dev-token",
     .status = 404},
    {.method = "POST",
     .target = "/v1/devices/events",
     .token = "dev-token",
     .type = JSON,
     .body = "{\"data\":\"x\"}",
     .status = 400,
     .reply = "{\"ok\":false,\"error\":\"An event needs a name\"}",
     .rule = "event.bad"},
    {.method = "POST",
     .target = "/v1/devices/events",
     .token = "dev-token",
     .status = 400,
     .reply = "{\"ok\":false,\"error\":\"An event needs a name\"}"},
    {.method = "POST",
     .target = "/v1/devices/events",
     .token = "dev-token",
     .type = JSON,
     .body = "{\"name\":7}",
     .status = 400,
     .reply = "{\"ok\":false,\"error\":\"An event needs a name\"}"},
    {.method = "POST",
     .target = "/v1/devices/events",
     .token = "dev-token",
     .type = JSON,
     .body = "{\"name\":\"a\\ndata: x\"}",
     .status = 400,
     .reply = "{\"ok\":false,\"error\":\"The event's name has a control character\"}"},
    {.method = "POST",
     .target = "/v1/devices/events",
     .token = "dev-token",
     .type = FORM,
     .body = "name=n23456789112345678921234567893123456789412345678951234567896123465",
     .status = 400,
     .reply = "{\"ok\":false,\"error\":\"The event's name is longer than 64 characters\"}"},
    {.method = "POST", .target = "/v1/devices/events", .token = "acme-token", .status = 403},
    {.method = "POST",
     .target = "/v1/products/6287/events",
     .token = "ada-token",
     .type = JSON,
     .body = "{\"name\":\"x\"}",
     .status = 403},
    {.method = "HEAD",
     .target = "/v1/devices/events",
     .token = "dev-token",
     .status = 200,
     .reply = "",
     .rule = "event.stream"},
};

START_TEST(who_is_refused)
{
    struct api_case row = refusals[_i];
    struct api_ticket ticket = {0};
    if (strcmp(row.method, "HEAD") != 0) {
        unit_case_alone(&row);
        return;
    }
    unit_begin(NULL);
    ck_assert_int_eq(unit_send(&row, &ticket), API_NOW);
    ck_assert_int_eq(ticket.reply.status, row.status);
    ck_assert_str_eq(headers_get(&ticket.reply.headers, "Content-Type"), "text/event-stream");
    ck_assert_uint_eq(stream_count(unit_api()), 0);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

static const struct {
    const char *target, *token, *type, *body, *event;
} published[] = {
    {"/v1/devices/events", "dev-token", FORM, "name=a%2Fb+c&data=1&private=true&ttl=x",
     "\"name\":\"a/b c\",\"data\":\"1\",\"coreid\":\"api\",\"owner\":\"dev@example.com\"}"},
    {"/v1/devices/events", "dev-token", FORM, "name=x&private=false",
     "\"name\":\"x\",\"data\":null,\"coreid\":\"api\",\"public\":true,\"owner\":\"dev@example."
     "com\"}"},
    {"/v1/devices/events", "ada-token", JSON, "{\"name\":\"x\",\"data\":\"\",\"private\":true}",
     "\"name\":\"x\",\"data\":\"\",\"coreid\":\"api\",\"owner\":\"ada@example.com\"}"},
    {"/v1/devices/events", "dev-token", JSON, "{\"name\":\"x\",\"data\":{\"a\":[1]}}",
     "\"name\":\"x\",\"data\":\"{\\\"a\\\":[1]}\",\"coreid\":\"api\",\"public\":true,\"owner\":"
     "\"dev@example.com\"}"},
    {"/v1/devices/events", "dev-token", JSON, "{\"name\":\"x\",\"data\":null}",
     "\"name\":\"x\",\"data\":null,\"coreid\":\"api\",\"public\":true,\"owner\":\"dev@example."
     "com\"}"},
    {"/v1/products/acme-pump/events", "dev-token", JSON, "{\"name\":\"x\",\"data\":\"1\"}",
     "\"name\":\"x\",\"data\":\"1\",\"coreid\":\"api\",\"public\":true,\"product\":6287}"},
    {"/v1/products/6287/events", "acme-token", FORM, "name=x&data=1&private=1",
     "\"name\":\"x\",\"data\":\"1\",\"coreid\":\"api\",\"product\":6287}"},
};

START_TEST(what_is_published_stands_in_the_journal)
{
    const struct api_case row = {.method = "POST",
                                 .target = published[_i].target,
                                 .token = published[_i].token,
                                 .type = published[_i].type,
                                 .body = published[_i].body,
                                 .status = 200,
                                 .reply = "{\"ok\":true}"};
    unit_case(&row);
    char *journal = unit_journal_dup();
    ck_assert_msg(strstr(journal, published[_i].event), "%s", journal);
    free(journal);
}
END_TEST

START_TEST(what_is_published_to_a_product_is_seen_there)
{
    const struct api_case row = {.method = "POST",
                                 .target = "/v1/products/6287/events",
                                 .token = "dev-token",
                                 .type = FORM,
                                 .body = "name=x&private=true",
                                 .status = 200};
    must_listen(0, "/v1/products/6287/events", "acme-token");
    must_listen(1, "/v1/devices/events", "dev-token");
    must_listen(2, "/v1/events/x", "dev-token");
    taken(0), taken(1), taken(2);
    unit_case(&row);
    must_take(0, "event: x\ndata: {\"data\":null,\"ttl\":60," AT
                 ",\"coreid\":\"api\",\"userid\":\"\",\"version\":0,\"public\":false,"
                 "\"productID\":6287}\n\n");
    must_take(1, "");
    must_take(2, "");
}
END_TEST

START_TEST(an_organization_has_streams)
{
    static const struct api_case refused_rows[] = {
        {.method = "GET",
         .target = "/v1/orgs/acme/events",
         .token = "eve-token",
         .status = 403,
         .reply = "{\"ok\":false,\"error\":\"Permission denied\"}",
         .rule = "org.refused"},
        {.method = "GET", .target = "/v1/orgs/acme/events/x", .token = "ada-token", .status = 403},
        {.method = "GET",
         .target = "/v1/orgs/acme/devices/" ZOES "/events",
         .token = "dev-token",
         .status = 403,
         .reply = DENIED},
    };
    cloud_product(unit_world()->cloud, "6287")->org = mem_dup("acme");
    UNIT_STORY(refused_rows);
    must_listen(0, "/v1/orgs/acme/events/fl", "dev-token");
    must_listen(1, "/v1/orgs/acme/devices/" PUMP "/events", "dev-token");
    taken(0), taken(1);
    of_device(ADAS, "flow");
    must_take(0, "event: flow\n<any>\"productID\":6287}\n\n");
    must_take(1, "");
    of_device(PUMP, "other");
    must_take(0, "");
    must_take(1, "event: other\n<any>");
}
END_TEST

/* By a user of its products' teams alone; its streams and its webhooks get it. */
START_TEST(an_organization_is_published_to)
{
#define TO_ACME .method = "POST", .target = "/v1/orgs/acme/events", .type = FORM
    static const struct api_case rows[] = {
        {TO_ACME, .token = "eve-token", .body = "name=flow", .status = 403, .rule = "org.refused"},
        {TO_ACME, .token = "ada-token", .body = "name=flow", .status = 403,
         .rule = "product.customer"},
        {TO_ACME, .token = "acme-token", .body = "name=flow", .status = 403, .rule = "org.refused"},
        {TO_ACME, .token = "dev-token", .body = "data=7", .status = 400, .rule = "event.bad"},
        {.method = "POST",
         .target = "/v1/orgs/acme/webhooks",
         .token = "dev-token",
         .type = FORM,
         .body = "event=fl&url=http://localhost/",
         .status = 201},
        {TO_ACME, .token = "dev-token", .body = "name=flow&data=7", .status = 200,
         .reply = "{\"ok\":true}", .rule = "event.published"},
    };
    cloud_product(unit_world()->cloud, "6287")->org = mem_dup("acme");
    must_listen(0, "/v1/orgs/acme/events", "dev-token");
    must_listen(1, "/v1/products/6287/events", "dev-token");
    taken(0), taken(1);
    UNIT_STORY(rows);
    must_take(0, "event: flow\ndata: {\"data\":\"7\",\"ttl\":60,\"published_at\":\"<time>\","
                 "\"coreid\":\"api\"}\n\n");
    must_take(1, "");
    ck_assert_ptr_nonnull(outbox_next(unit_world()->cloud));
}
END_TEST

/* As a device of the product: its event, on its owner's stream too; as no other. */
START_TEST(a_product_publishes_as_a_device)
{
#define TO_PRODUCT .method = "POST", .target = "/v1/products/6287/events", .token = "dev-token"
    static const struct api_case rows[] = {
        {TO_PRODUCT, .type = FORM, .body = "name=flow&as_device_id=" DESK, .status = 404,
         .reply = "{\"ok\":false,\"error\":\"Device not found.\"}",
         .rule = "event.as-foreign-device"},
        {TO_PRODUCT, .type = JSON,
         .body = "{\"name\":\"flow\",\"data\":\"7\",\"as_device_id\":\"" ADAS "\"}", .status = 200,
         .reply = "{\"ok\":true}", .rule = "event.published"},
    };
    must_listen(0, "/v1/products/6287/events", "dev-token");
    must_listen(1, "/v1/devices/events", "ada-token");
    taken(0), taken(1);
    UNIT_STORY(rows);
    must_take(0, "event: flow\n<any>\"coreid\":\"" ADAS "\"<any>\"productID\":6287}\n\n");
    must_take(1, "event: flow\n<any>\"coreid\":\"" ADAS "\"}\n\n");
}
END_TEST

START_TEST(public_events_of_a_foreign_device)
{
    struct event event = {.name = "p", .device = NULL};
    unit_end();
    unit_begin("foreign_device_stream: public-events");
    must_listen(0, "/v1/devices/" EVES "/events", "dev-token");
    taken(0);
    of_device(EVES, "private");
    must_take(0, "");
    event.device = device(EVES);
    event.owner = event.device->owner;
    event_publish(unit_world()->cloud, &event);
    must_take(0, "event: p\n<any>");
}
END_TEST

/* ---- the life of a stream ---- */

START_TEST(fronts_hear_once_of_many_events)
{
    must_listen(0, "/v1/devices/events", "dev-token");
    must_listen(1, "/v1/devices/events", "eve-token");
    of_device(DESK, "a");
    of_device(DESK, "b");
    ck_assert_uint_eq(ready_calls, 0);
    ck_assert_int_eq(api_due_in(unit_api(), sim_real_ms()), 0);
    api_work(unit_api());
    ck_assert_uint_eq(ready_calls, 1);
    api_work(unit_api());
    ck_assert_uint_eq(ready_calls, 1);
    ck_assert_int_gt(api_due_in(unit_api(), sim_real_ms()), 0);
}
END_TEST

static void ping_at(int64_t now_ms)
{
    stream_ping(unit_api(), now_ms);
    stream_work(unit_api());
}

START_TEST(keep_alives_are_sent_to_those_that_are_quiet)
{
    int64_t now = sim_real_ms();
    ck_assert_int_eq(api_due_in(unit_api(), now), -1);
    must_listen(0, "/v1/devices/events", "dev-token");
    must_listen(1, "/v1/devices/events", "eve-token");
    taken(0), taken(1);
    now = sim_real_ms();
    ping_at(now + 5000);
    must_take(0, "");
    api_worlds(unit_api())->machine.mono_ms = now + 5000;
    of_device(DESK, "a");
    ping_at(now + 5000);
    ck_assert(*taken(0));
    ck_assert_int_le(stream_ping_due_in(unit_api(), now + 5000), 4000);
    ping_at(now + STREAM_PING_MS);
    must_take(0, "");
    must_take(1, "\n");
    ck_assert_int_eq(stream_ping_due_in(unit_api(), now + STREAM_PING_MS), 5000);
    ping_at(now + 5000 + STREAM_PING_MS);
    must_take(0, "\n");
    must_take(1, "");
}
END_TEST

START_TEST(a_slow_reader_is_dropped)
{
    char *data = mem_new(1001);
    size_t published_count = 0;
    memset(data, 'x', 1000);
    must_listen(0, "/v1/devices/events", "dev-token");
    must_listen(1, "/v1/devices/events", "dev-token");
    while (!tickets[0].stream->ended && published_count++ < 1000) {
        event_of_device(unit_world()->cloud, device(DESK), "big", data);
        taken(1);
    }
    ck_assert_uint_gt(published_count, 200);
    ck_assert(tickets[0].stream->ended && tickets[0].stream->reset);
    ck_assert(!tickets[1].stream->ended);
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, "\"kind\":\"stream.dropped\",\"cause\":null,\"data\":{"
                                          "\"path\":\"/v1/devices/events\",\"stream\":"));
    ck_assert_ptr_nonnull(strstr(journal, ",\"reason\":\"queue full\"}}"));
    free(journal);
    free(data);
    stream_work(unit_api());
    ck_assert_uint_eq(ready_calls, 2);
}
END_TEST

START_TEST(a_reader_that_takes_nothing_is_dropped)
{
    must_listen(0, "/v1/devices/events/x", "dev-token");
    api_drop_stream(unit_api(), &tickets[0]);
    ck_assert(tickets[0].stream->ended && tickets[0].stream->reset);
    api_drop_stream(unit_api(), &tickets[0]);
    char *journal = unit_journal_dup();
    const char *first = strstr(journal, "\"reason\":\"reader takes nothing\"");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, "stream.dropped"));
    free(journal);
}
END_TEST

START_TEST(there_is_a_limit_on_streams)
{
    struct api *api = api_new(api_worlds(unit_api()), &(struct api_options){.streams_max = 2});
    struct api_ticket open[3] = {0};
    struct api_header token = {"Authorization", "Bearer dev-token"};
    struct api_request request = {
        .method = "GET", .target = "/v1/devices/events", .headers = &token, .header_count = 1};
    for (int i = 0; i < 3; i++)
        open[i].ready = note_ready;
    ck_assert_int_eq(api_dispatch(api, &request, &open[0]), API_STREAM);
    ck_assert_int_eq(api_dispatch(api, &request, &open[1]), API_STREAM);
    ck_assert_int_eq(api_dispatch(api, &request, &open[2]), API_NOW);
    ck_assert_int_eq(open[2].reply.status, 503);
    ck_assert_str_eq(buf_str(&open[2].reply.body),
                     "{\"ok\":false,\"error\":\"Too many open event streams: at most 2\"}");
    api_ticket_done(api, &open[2]);
    api_ticket_done(api, &open[0]);
    open[2] = (struct api_ticket){.ready = note_ready};
    ck_assert_int_eq(api_dispatch(api, &request, &open[2]), API_STREAM);
    api_ticket_done(api, &open[1]);
    api_ticket_done(api, &open[2]);
    api_free(api);
}
END_TEST

START_TEST(a_world_takes_its_streams_along)
{
    static const char *const ends[][2] = {{"POST", "/__mock/worlds/default/reset"},
                                          {"DELETE", "/__mock/worlds/default"}};
    const struct api_case row = {.method = ends[_i][0],
                                 .target = ends[_i][1],
                                 .header = "X-Mockcloud-Control: 1",
                                 .type = JSON,
                                 .body = "{}",
                                 .status = _i ? 204 : 200};
    must_listen(0, "/v1/devices/events", "dev-token");
    unit_case(&row);
    ck_assert(tickets[0].stream->ended && !tickets[0].stream->reset);
    stream_work(unit_api());
    ck_assert_uint_eq(ready_calls, 1);
    if (_i == 0) {
        of_device(DESK, "x");
        must_take(0, ":ok\n\n");
    }
}
END_TEST

START_TEST(a_deleted_customer_takes_its_streams_along)
{
    must_listen(0, "/v1/devices/events", "ada-token");
    must_listen(1, "/v1/devices/events", "bob-token");
    cloud_delete_customer(unit_world()->cloud,
                          cloud_customer(unit_world()->cloud,
                                         cloud_product(unit_world()->cloud, "6287"),
                                         "ada@example.com"));
    ck_assert(tickets[0].stream->ended);
    ck_assert(!tickets[1].stream->ended);
}
END_TEST

/* Opening a stream is a request that was answered. */
START_TEST(an_open_stream_stands_in_the_journal)
{
    must_listen(0, "/v1/devices/events/temp", "dev-token");
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, "\"path\":\"/v1/devices/events/temp\""));
    ck_assert_ptr_nonnull(strstr(journal, "\"kind\":\"http.reply\""));
    ck_assert_ptr_nonnull(strstr(journal, "{\"status\":200,\"rule\":\"event.stream\"}"));
    free(journal);
}
END_TEST

Suite *test_api_event(void)
{
    Suite *suite = suite_create("event");
    TCase *tcase = tcase_create("event");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_stream_begins_with_ok_and_tells_events);
    tcase_add_test(tcase, a_product_stream_tells_more);
    tcase_add_loop_test(tcase, what_a_path_means, 0, sizeof paths / sizeof *paths);
    tcase_add_loop_test(tcase, what_is_published_stands_in_the_journal, 0,
                        sizeof published / sizeof *published);
    tcase_add_test(tcase, what_is_published_to_a_product_is_seen_there);
    tcase_add_test(tcase, an_organization_has_streams);
    tcase_add_test(tcase, an_organization_is_published_to);
    tcase_add_test(tcase, a_product_publishes_as_a_device);
    tcase_add_test(tcase, public_events_of_a_foreign_device);
    tcase_add_test(tcase, fronts_hear_once_of_many_events);
    tcase_add_test(tcase, keep_alives_are_sent_to_those_that_are_quiet);
    tcase_add_test(tcase, a_slow_reader_is_dropped);
    tcase_add_test(tcase, a_reader_that_takes_nothing_is_dropped);
    tcase_add_test(tcase, there_is_a_limit_on_streams);
    tcase_add_loop_test(tcase, a_world_takes_its_streams_along, 0, 2);
    tcase_add_test(tcase, a_deleted_customer_takes_its_streams_along);
    tcase_add_test(tcase, an_open_stream_stands_in_the_journal);
    suite_add_tcase(suite, tcase);
    TCase *alone = tcase_create("refusals");
    tcase_add_loop_test(alone, who_is_refused, 0, sizeof refusals / sizeof *refusals);
    suite_add_tcase(suite, alone);
    return suite;
}
