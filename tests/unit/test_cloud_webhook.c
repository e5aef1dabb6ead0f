/* Webhooks in the cloud: what triggers one, what it sends, what comes of the answer, all of it with
 * a carrier that is the test itself. */
#include "cloud/cloud.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_cloud.h"

#include "cloud/accounts.h"
#include "cloud/webhook/outbox.h"
#include "cloud/webhook/webhook_inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AA "aaaaaaaaaaaaaaaaaaaaaaaa"
#define AT "2026-01-01T00%3A00%3A00.000Z"

static struct buf seen; /* what dev has seen of hooks, a line each: "name|data" */
static int cancelled;

static void on_event(void *arg, const struct event *event)
{
    (void)arg;
    if (event->is_hook)
        buf_printf(&seen, "%s|%s|%s\n", event->name, event->data, event->coreid);
}

static void setup(void)
{
    struct event_filter mine = {.scope = EVENTS_MINE};
    bench_setup();
    mine.owner = bench.dev;
    buf_init(&seen, 4u << 20);
    cancelled = 0;
    cloud_set_owner(bench.cloud, bench.aa, bench.dev);
    event_subscribe(bench.cloud, &mine, on_event, NULL);
}

static void teardown(void)
{
    bench_teardown();
    buf_free(&seen);
}

static struct webhook *add(const char *event, const char *settings)
{
    struct webhook_spec spec = {.event = event, .settings = settings, .owner = bench.dev};
    struct webhook *hook = webhook_add(bench.cloud, &spec);
    ck_assert_ptr_nonnull(hook);
    return hook;
}

#define URL "{\"url\":\"http://localhost:8080/in\"}"

static void publish(const char *name, const char *data)
{
    struct event event = {.name = name,
                          .data = data,
                          .is_private = true,
                          .device = bench.aa,
                          .owner = bench.aa->owner,
                          .product = bench.aa->product};
    event_publish(bench.cloud, &event);
}

static void on_cancelled(void *arg)
{
    (void)arg;
    cancelled++;
}

/* Takes the next delivery and says that it is on its way. */
static const struct delivery_request *take(void)
{
    const struct delivery_request *request = outbox_next(bench.cloud);
    ck_assert_ptr_nonnull(request);
    outbox_sent(bench.cloud, request->id, on_cancelled, NULL);
    return request;
}

static void answer(uint64_t id, int status, const char *body)
{
    struct delivery_answer got = {
        .status = status, .content_type = "text/plain", .body = body, .body_len = strlen(body)};
    outbox_answered(bench.cloud, id, &got);
}

static void expect_seen(const char *text)
{
    ck_assert_str_eq(buf_str(&seen), text);
    buf_clear(&seen);
}

/* ---- what is sent ---- */

struct render_case {
    const char *name;
    const char *settings;
    const char *event, *data;
    const char *method, *url;
    const char *headers; /* with "; " between */
    const char *body;    /* NULL: none */
};

#define AGENT     "User-Agent: ParticleBot/1.1 (https://docs.particle.io/webhooks)"
#define FORM_TYPE "; Content-Type: application/x-www-form-urlencoded"
#define JSON_TYPE "; Accept: application/json; Content-Type: application/json"
#define BASE      "http://example.com/in"
#define TO(more)  "{\"url\":\"" BASE "\"" more "}"
#define FIELDS    "event=demo&data=mydata&published_at=" AT "&coreid=" AA
#define OBJECT                                                                                     \
    "\"event\":\"demo\",\"data\":\"mydata\",\"published_at\":\"2026-01-01T00:00:00.000Z\","        \
    "\"coreid\":\"" AA "\""

static const struct render_case renders[] = {
    {"nothing but an URL", TO(""), "demo", "mydata", "POST", BASE, AGENT FORM_TYPE, FIELDS},
    {"the name of the event, not of the hook", TO(""), "demo/a b", "x", "POST", BASE,
     AGENT FORM_TYPE, "event=demo%2Fa%20b&data=x&published_at=" AT "&coreid=" AA},
    {"no data", TO(""), "demo", NULL, "POST", BASE, AGENT FORM_TYPE,
     "event=demo&data=&published_at=" AT "&coreid=" AA},
    {"no defaults, nothing else", TO(",\"noDefaults\":true"), "demo", "mydata", "POST", BASE, AGENT,
     ""},
    {"no defaults, as text", TO(",\"noDefaults\":\"true\",\"form\":{\"a\":\"b\"}"), "demo",
     "mydata", "POST", BASE, AGENT FORM_TYPE, "a=b"},
    {"GET", TO(",\"requestType\":\"GET\""), "demo", "mydata", "GET", BASE "?" FIELDS, AGENT, NULL},
    {"GET, in small letters", TO(",\"requestType\":\"get\",\"noDefaults\":true"), "demo", "mydata",
     "GET", BASE, AGENT, NULL},
    {"GET with a query",
     "{\"url\":\"" BASE "?k=v\",\"requestType\":\"GET\",\"noDefaults\":true,"
     "\"query\":{\"q\":\"{{{PARTICLE_EVENT_VALUE}}}\",\"p\":\"my app\"}}",
     "demo", "39.7,-104.9", "GET", BASE "?k=v&q=39.7%2C-104.9&p=my%20app", AGENT, NULL},
    {"GET with a form: in the query",
     TO(",\"requestType\":\"GET\",\"noDefaults\":true,\"form\":{\"a\":1}"), "demo", "x", "GET",
     BASE "?a=1", AGENT, NULL},
    {"DELETE", TO(",\"requestType\":\"DELETE\",\"noDefaults\":true"), "demo", "x", "DELETE", BASE,
     AGENT, NULL},
    {"PUT", TO(",\"requestType\":\"PUT\""), "demo", "mydata", "PUT", BASE, AGENT FORM_TYPE, FIELDS},
    {"POST with a query", TO(",\"query\":{\"q\":\"{{t}}\"}"), "demo", "{\"t\":\"a\"}", "POST",
     BASE "?q=a", AGENT FORM_TYPE,
     "event=demo&data=%7B%22t%22%3A%22a%22%7D&published_at=" AT "&coreid=" AA},
    {"form", TO(",\"form\":{\"Body\":\"{{{BODY}}}\",\"To\":\"X\"},\"noDefaults\":true"), "demo",
     "{\"BODY\":\"Hi there!\"}", "POST", BASE, AGENT FORM_TYPE, "Body=Hi%20there%21&To=X"},
    {"a form over the defaults", TO(",\"form\":{\"data\":\"mine\",\"x\":\"y\"}"), "demo", "mydata",
     "POST", BASE, AGENT FORM_TYPE, "event=demo&data=mine&published_at=" AT "&coreid=" AA "&x=y"},
    {"a form with depth", TO(",\"form\":{\"a\":{\"b\":1,\"c\":[2,true]}},\"noDefaults\":true"),
     "demo", "x", "POST", BASE, AGENT FORM_TYPE,
     "a%5Bb%5D=1&a%5Bc%5D%5B0%5D=2&a%5Bc%5D%5B1%5D=true"},
    {"json", TO(",\"json\":{\"v\":\"{{{PARTICLE_EVENT_VALUE}}}\"}"), "demo", "mydata", "POST", BASE,
     AGENT JSON_TYPE, "{" OBJECT ",\"v\":\"mydata\"}"},
    {"json, no defaults, names too",
     TO(",\"noDefaults\":true,\"json\":{\"{{PARTICLE_EVENT_NAME}}\":\"{{{PARTICLE_EVENT_VALUE}}}\","
        "\"n\":[1.5,true,null,{\"d\":\"{{PARTICLE_DEVICE_ID}}\"}]}"),
     "Temperature/Kitchen", "20.00", "POST", BASE, AGENT JSON_TYPE,
     "{\"Temperature/Kitchen\":\"20.00\",\"n\":[1.5,true,null,{\"d\":\"" AA "\"}]}"},
    {"json as text", TO(",\"noDefaults\":true,\"json\":\"{\\\"t\\\": {{t}} }\""), "demo",
     "{\"t\":21.1}", "POST", BASE, AGENT JSON_TYPE, "{\"t\":21.1}"},
    {"json as text, with the defaults", TO(",\"json\":\"{\\\"t\\\": 1}\""), "demo", "mydata",
     "POST", BASE, AGENT JSON_TYPE, "{" OBJECT ",\"t\":1}"},
    {"json as text that becomes none", TO(",\"json\":\"{\\\"t\\\": {{t}} }\""), "demo", "x", "POST",
     BASE, AGENT JSON_TYPE, "{\"t\":  }"},
    {"json is a list", TO(",\"json\":[\"{{PARTICLE_EVENT_NAME}}\"]"), "demo", "x", "POST", BASE,
     AGENT JSON_TYPE, "[\"demo\"]"},
    {"body", TO(",\"body\":\"{ \\\"value\\\": {{{PARTICLE_EVENT_VALUE}}} }\""), "demo", "true",
     "POST", BASE, AGENT, "{ \"value\": true }"},
    {"body, escaped", TO(",\"body\":\"{{PARTICLE_EVENT_VALUE}}\""), "demo", "<&>", "POST", BASE,
     AGENT, "&lt;&amp;&gt;"},
    {"a template in the URL", "{\"url\":\"http://{{h}}/log/{{{room}}}\",\"noDefaults\":true}",
     "demo", "{\"h\":\"EXAMPLE.com:99\",\"room\":\"kitchen\"}", "POST",
     "http://EXAMPLE.com:99/log/kitchen", AGENT, ""},
    {"what a URL can't hold is escaped, once",
     "{\"url\":\"http://example.com/u?text={{{PARTICLE_EVENT_VALUE}}}&s=%20\",\"noDefaults\":true}",
     "demo", "hello world <é>", "POST", "http://example.com/u?text=hello%20world%20%3Cé%3E&s=%20",
     AGENT, ""},
    {"headers",
     TO(",\"noDefaults\":true,\"headers\":{\"X-Sender\":\"{{PARTICLE_DEVICE_ID}}\","
        "\"user-agent\":\"mine\",\"content-type\":\"text/x\"},\"json\":{}"),
     "demo", "x", "POST", BASE,
     "X-Sender: " AA "; user-agent: mine; content-type: text/x; Accept: application/json", "{}"},
    {"no second header out of a value",
     TO(",\"noDefaults\":true,\"headers\":{\"X-A\":\"{{{v}}}\",\"bad name\":\"x\",\"\":\"y\"}"),
     "demo", "{\"v\":\"a\\r\\nX-B: b\"}", "POST", BASE, "X-A: a  X-B: b; " AGENT, ""},
    {"what a webhook may not carry",
     TO(",\"noDefaults\":true,\"headers\":{\"X-A\":\"1\",\"host\":\"evil.example\",\"X-Mockcloud-"
        "Control\":\"1\",\"x-mockcloud-rule\":\"1\",\"Content-Length\":\"5\",\"transfer-encoding\":"
        "\"chunked\",\"TE\":\"trailers\",\"Trailer\":\"X-B\",\"Connection\":\"upgrade\",\"Keep-"
        "Alive\":"
        "\"1\",\"Proxy-Connection\":\"close\",\"Proxy-Authorization\":\"x\",\"Upgrade\":"
        "\"websocket\","
        "\"Expect\":\"100-continue\",\"X\\u00e4\":\"1\",\"a(b)\":\"1\",\"Hosts\":\"2\"}"),
     "demo", "x", "POST", BASE, "X-A: 1; Hosts: 2; " AGENT, ""},
    {"auth", TO(",\"noDefaults\":true,\"auth\":{\"username\":\"u\",\"password\":\"{{p}}\"}"),
     "demo", "{\"p\":\"secret\"}", "POST", BASE, "Authorization: Basic dTpzZWNyZXQ=; " AGENT, ""},
    {"auth of the SDK", TO(",\"noDefaults\":true,\"auth\":{\"user\":\"u\",\"pass\":\"secret\"}"),
     "demo", "x", "POST", BASE, "Authorization: Basic dTpzZWNyZXQ=; " AGENT, ""},
    {"auth with a token", TO(",\"noDefaults\":true,\"auth\":{\"bearer\":\"t\"}"), "demo", "x",
     "POST", BASE, "Authorization: Bearer t; " AGENT, ""},
    {"a header over auth",
     TO(",\"noDefaults\":true,\"auth\":{\"bearer\":\"t\"},"
        "\"headers\":{\"Authorization\":\"mine\"}"),
     "demo", "x", "POST", BASE, "Authorization: mine; " AGENT, ""},
    {"old names",
     TO(",\"noDefaults\":true,\"form\":{\"a\":\"{{SPARK_EVENT_NAME}} "
        "{{SPARK_CORE_ID}} {{SPARK_EVENT_VALUE}}\"}"),
     "demo", "x", "POST", BASE, AGENT FORM_TYPE, "a=demo%20" AA "%20x"},
    {"the whole event",
     TO(",\"noDefaults\":true,\"body\":\"{{{PARTICLE_EVENT_JSON}}} {{{PARTICLE_EVENT_BASE64}}}\""),
     "e", NULL, "POST", BASE, AGENT,
     "{\"name\":\"e\",\"data\":null,\"ttl\":60,\"published_at\":\"2026-01-01T00:00:00.000Z\","
     "\"coreid\":\"" AA "\"} "
     "eyJuYW1lIjoiZSIsImRhdGEiOm51bGwsInR0bCI6NjAsInB1Ymxpc2hlZF9hdCI6IjIwMjYtMDEtMDFUMDA6MDA6MDAu"
     "MDAwWiIsImNvcmVpZCI6ImFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYSJ9"},
    {"the event's own names can't hide the given ones",
     TO(",\"noDefaults\":true,\"body\":\"{{PARTICLE_EVENT_NAME}}\""), "demo",
     "{\"PARTICLE_EVENT_NAME\":\"fake\"}", "POST", BASE, AGENT, "demo"},
    {"data that is no JSON has no names", TO(",\"noDefaults\":true,\"body\":\"[{{t}}]\""), "demo",
     "{\"t\":1} x", "POST", BASE, AGENT, "[]"},
};

START_TEST(test_render)
{
    const struct render_case *row = &renders[_i];
    struct buf headers;
    buf_init(&headers, 10000);
    add(row->event, row->settings);
    publish(row->event, row->data);
    const struct delivery_request *request = outbox_next(bench.cloud);
    ck_assert_msg(request, "%s: nothing is sent", row->name);
    for (const char *const *line = request->headers; *line; line++)
        buf_printf(&headers, "%s%s", headers.len ? "; " : "", *line);
    ck_assert_msg(strcmp(request->method, row->method) == 0, "%s: %s", row->name, request->method);
    ck_assert_msg(strcmp(request->url, row->url) == 0, "%s: %s", row->name, request->url);
    ck_assert_msg(strcmp(buf_str(&headers), row->headers) == 0, "%s: %s", row->name,
                  buf_str(&headers));
    ck_assert_msg(!request->body == !row->body, "%s: %s", row->name, request->body);
    if (row->body) {
        ck_assert_msg(strcmp(request->body, row->body) == 0, "%s: %s", row->name, request->body);
        ck_assert_uint_eq(request->body_len, strlen(row->body));
    }
    buf_free(&headers);
}
END_TEST

static const struct {
    const char *url, *host;
} hosts[] = {
    {"http://example.com", "example.com"},
    {"https://Example.COM:8443/a?b#c", "example.com"},
    {"http://user:pass@example.com/@x", "example.com"},
    {"http://[::1]:80/", "[::1]"},
    {"http://127.0.0.1?x", "127.0.0.1"},
    {"example.com", ""},
    {"", ""},
    {"http://[::1", "[::1"},
};

START_TEST(test_host)
{
    char settings[200];
    snprintf(settings, sizeof settings, "{\"url\":\"%s\",\"rejectUnauthorized\":false}",
             hosts[_i].url);
    add("demo", settings);
    publish("demo", "x");
    ck_assert_str_eq(outbox_next(bench.cloud)->host, hosts[_i].host);
    ck_assert(!outbox_next(bench.cloud)->verify);
}
END_TEST

START_TEST(test_variables_of_a_product)
{
    struct webhook_spec spec = {
        .event = "demo",
        .settings = TO(",\"noDefaults\":true,\"body\":\"{{PRODUCT_ID}} {{PRODUCT_VERSION}} "
                       "{{PRODUCT_USER_ID}}\""),
        .product = bench.pump,
    };
    char expected[100];
    bench_place(bench.aa, bench.pump);
    bench.aa->firmware_version = 7;
    ck_assert_ptr_nonnull(webhook_add(bench.cloud, &spec));
    publish("demo", "x");
    snprintf(expected, sizeof expected, "6287 7 %s", bench.dev.user->id);
    ck_assert_str_eq(outbox_next(bench.cloud)->body, expected);
    const struct delivery_request *request = take();
    expect_seen("hook-sent/demo|undefined|particle-internal\n");
    answer(request->id, 200, "ok");
    expect_seen(AA "/hook-response/demo/0|ok|particle-internal\n");
}
END_TEST

/* ---- what triggers it ---- */

static size_t waiting(void)
{
    size_t count = 0;
    for (const struct delivery_request *r; (r = outbox_next(bench.cloud)); count++)
        outbox_forget(bench.cloud, r->id);
    return count;
}

START_TEST(test_match)
{
    add("te", URL);
    publish("te", "");
    publish("temp", "");
    publish("te/x", "");
    ck_assert_uint_eq(waiting(), 3);
    publish("Temp", "");
    publish("t", "");
    publish("xte", "");
    ck_assert_uint_eq(waiting(), 0);
}
END_TEST

START_TEST(test_whose)
{
    struct webhook_spec product = {.event = "te", .settings = URL, .product = bench.pump};
    struct webhook_spec org = {.event = "te", .settings = URL, .org = "acme"};
    struct event direct = {.name = "te", .product = bench.pump};
    bench.pump->org = strdup("acme");
    add("te", URL);
    webhook_add(bench.cloud, &product);
    webhook_add(bench.cloud, &org);
    publish("te", ""); /* dev's, in no product */
    ck_assert_uint_eq(waiting(), 1);
    bench_place(bench.aa, bench.pump);
    publish("te", ""); /* dev's, in the product: its user's, the product's, the organization's */
    ck_assert_uint_eq(waiting(), 3);
    cloud_set_owner(bench.cloud, bench.aa, bench.ada);
    publish("te", ""); /* a customer's: not dev's */
    ck_assert_uint_eq(waiting(), 2);
    bench_place(bench.aa, bench.lamp);
    publish("te", "");
    ck_assert_uint_eq(waiting(), 0);
    event_publish(bench.cloud, &direct);
    ck_assert_uint_eq(waiting(), 2);
}
END_TEST

START_TEST(test_device)
{
    struct webhook_spec spec = {
        .event = "te", .settings = URL, .owner = bench.dev, .device = bench.bb->id};
    struct event by_api = {.name = "te", .owner = bench.dev};
    struct webhook *hook = webhook_add(bench.cloud, &spec);
    publish("te", "");
    event_publish(bench.cloud, &by_api);
    ck_assert_uint_eq(waiting(), 0);
    spec.device = bench.aa->id;
    webhook_change(hook, &spec);
    publish("te", "");
    event_publish(bench.cloud, &by_api);
    ck_assert_uint_eq(waiting(), 1);
}
END_TEST

START_TEST(test_off)
{
    struct webhook_spec other = {
        .type = "AzureIotHub", .event = "te", .settings = "{}", .owner = bench.dev};
    struct webhook_spec off = {.event = "te",
                               .settings = "{\"url\":\"http://localhost/\",\"disabled\":true}",
                               .owner = bench.dev};
    struct webhook *hook = add("te", URL);
    ck_assert(!webhook_sends(webhook_add(bench.cloud, &other)));
    webhook_change(hook, &off);
    publish("te", "");
    ck_assert_uint_eq(waiting(), 0);
    off.settings = URL;
    off.event = "other";
    webhook_change(hook, &off);
    publish("te", "");
    ck_assert_uint_eq(waiting(), 0);
    publish("other", "");
    ck_assert_uint_eq(waiting(), 1);
    webhook_remove(hook);
    publish("other", "");
    ck_assert_uint_eq(waiting(), 0);
}
END_TEST

/* Not even one that asks for it by name. */
START_TEST(test_hooks_trigger_no_hooks)
{
    add("te", URL);
    add("hook-", URL);
    publish("te", "");
    const struct delivery_request *request = take();
    answer(request->id, 200, "ok");
    ck_assert_ptr_null(outbox_next(bench.cloud));
    publish("hook-response/te", "a device may publish what it likes");
    ck_assert_uint_eq(waiting(), 1);
}
END_TEST

/* ---- what comes of it ---- */

#define ERROR(text) "hook-error/demo/0|" text "|particle-internal\n"
#define SENT        "hook-sent/demo|undefined|particle-internal\n"

START_TEST(test_answers)
{
    static const struct {
        int status;
        const char *body, *seen;
    } rows[] = {
        {200, "ok", "hook-response/demo/0|ok|particle-internal\n"},
        {201, "{\"a\":1}", "hook-response/demo/0|{\"a\":1}|particle-internal\n"},
        {201, "", ""},
        {204, "", ""},
        {302, "", ERROR("error status 302 from localhost")},
        {404, "nothing here", ERROR("error status 404 from localhost")},
        {500, "", ERROR("error status 500 from localhost")},
    };
    add("demo", URL);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        publish("demo", "x");
        const struct delivery_request *request = take();
        expect_seen(SENT);
        ck_assert(outbox_holds(bench.cloud));
        answer(request->id, rows[i].status, rows[i].body);
        expect_seen(rows[i].seen);
        ck_assert(!outbox_holds(bench.cloud));
    }
    ck_assert_int_eq(cancelled, 0);
    ck_assert_uint_eq(bench_noted("webhook.queued", "\"host\":\"localhost\""), 7);
    ck_assert_uint_eq(bench_noted("webhook.sent", "\"event\":\"demo\""), 7);
    ck_assert_uint_eq(bench_noted("webhook.answered", "\"status\":404"), 1);
    ck_assert_uint_eq(bench_noted("webhook.", "8080"), 0); /* no port */
}
END_TEST

START_TEST(test_failures)
{
    add("demo", URL);
    publish("demo", "x");
    outbox_failed(bench.cloud, take()->id, "connect ECONNREFUSED localhost");
    expect_seen(SENT ERROR("connect ECONNREFUSED localhost"));
    publish("demo", "x");
    outbox_refused(bench.cloud, outbox_next(bench.cloud)->id, false, "not there");
    expect_seen(ERROR("not there"));
    answer(99, 200, "of nothing");
    outbox_failed(bench.cloud, 99, "of nothing");
    outbox_refused(bench.cloud, 99, true, "of nothing");
    outbox_silent(bench.cloud, 99);
    outbox_sent(bench.cloud, 99, on_cancelled, NULL);
    outbox_forget(bench.cloud, 99);
    expect_seen("");
    ck_assert_int_eq(cancelled, 0);
    ck_assert_uint_eq(bench_noted("webhook.failed", "ECONNREFUSED"), 1);
}
END_TEST

START_TEST(test_time_out)
{
    add("demo", URL);
    publish("demo", "x");
    take();
    bench_advance(WEBHOOK_TIMEOUT_MS - 1);
    expect_seen(SENT);
    ck_assert_int_eq(cancelled, 0);
    bench_advance(1);
    expect_seen(ERROR("ESOCKETTIMEDOUT"));
    ck_assert_int_eq(cancelled, 1);
    publish("demo", "x"); /* one that no carrier takes */
    bench_advance(WEBHOOK_TIMEOUT_MS);
    expect_seen(ERROR("ESOCKETTIMEDOUT"));
    ck_assert_ptr_null(outbox_next(bench.cloud));
    ck_assert_int_eq(cancelled, 1);
}
END_TEST

START_TEST(test_holds)
{
    add("demo", URL);
    ck_assert(!outbox_holds(bench.cloud));
    publish("demo", "x");
    ck_assert(outbox_holds(bench.cloud));
    uint64_t id = take()->id;
    publish("demo", "y");
    outbox_silent(bench.cloud, id);
    ck_assert(outbox_holds(bench.cloud)); /* for the other */
    outbox_silent(bench.cloud, take()->id);
    ck_assert(!outbox_holds(bench.cloud));
    answer(id, 200, "late, but in time");
    ck_assert_ptr_nonnull(strstr(buf_str(&seen), "late, but in time"));
}
END_TEST

static void parts(const char *settings, const char *body, size_t count, const char *last)
{
    size_t found = 0;
    struct webhook *hook = add("demo", settings);
    publish("demo", "x");
    uint64_t id = take()->id;
    buf_clear(&seen);
    answer(id, 200, body);
    for (const char *at = buf_str(&seen); (at = strstr(at, "hook-response/")); at++)
        found++;
    ck_assert_uint_eq(found, count);
    ck_assert_msg(strstr(buf_str(&seen), last), "%.100s", buf_str(&seen));
    buf_clear(&seen);
    webhook_remove(hook);
}

START_TEST(test_bad_template_of_the_response)
{
    add("demo", TO(",\"responseTemplate\":\"{{#a}}\""));
    publish("demo", "x");
    uint64_t id = take()->id;
    buf_clear(&seen);
    answer(id, 200, "{}");
    expect_seen("hook-error/demo/0|Invalid template: a section is not closed|particle-internal\n");
}
END_TEST

/* Nothing behind a NUL is lost, though an event can't hold one. */
START_TEST(test_nul)
{
    struct delivery_answer got = {.status = 200, .body = "ab\0cd\0", .body_len = 6};
    add("demo", URL);
    publish("demo", "x");
    uint64_t id = take()->id;
    buf_clear(&seen);
    outbox_answered(bench.cloud, id, &got);
    ck_assert_ptr_nonnull(strstr(buf_str(&seen), "hook-response/demo/0|ab\xef\xbf\xbd"
                                                 "cd\xef\xbf\xbd|"));
}
END_TEST

START_TEST(test_parts)
{
    char *big = malloc(OUTBOX_RESPONSE_MAX + 100);
    ck_assert_ptr_nonnull(big);
    memset(big, 'x', OUTBOX_RESPONSE_MAX + 99);
    big[OUTBOX_RESPONSE_MAX + 99] = '\0';
    parts(URL, big, 200, "hook-response/demo/199|xxx");
    big[1300] = '\0';
    parts(URL, big, 3, "hook-response/demo/2|xxx");
    big[1024] = '\0';
    parts(URL, big, 2, "hook-response/demo/1|xxx");
    parts("{\"url\":\"http://localhost/\",\"unchunked\":true}", big, 1, "hook-response/demo/0|xxx");
    big[512] = '\0';
    parts(URL, big, 1, "hook-response/demo/0|xxx");
    memcpy(big + 511, "ñy", 4); /* a character that the border would cut */
    parts(URL, big, 2, "hook-response/demo/1|ñy|");
    free(big);
}
END_TEST

START_TEST(test_templates_of_the_response)
{
    static const struct {
        const char *settings, *body, *seen;
    } rows[] = {
        {TO(",\"responseTemplate\":\"{{{results.0.elevation}}}\""),
         "{\"results\":[{\"elevation\":1608.637}]}", "hook-response/demo/0|1608.637|"},
        {TO(",\"responseTemplate\":{\"lat\":\"{{{r.lat}}}\",\"e\":\"{{PARTICLE_EVENT_NAME}}\"}"),
         "{\"r\":{\"lat\":1}}", "hook-response/demo/0|{\"lat\":\"1\",\"e\":\"demo\"}|"},
        {TO(",\"responseTemplate\":\"[{{a}}]\""), "no JSON", "hook-response/demo/0|[]|"},
        {TO(",\"responseTopic\":\"{{{PARTICLE_DEVICE_ID}}}/got\""), "ok", AA "/got/0|ok|"},
        {TO(",\"dataUrlResponseEvent\":true"), "abc",
         "hook-response/demo/0|data:text/plain;base64,YWJj|"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        parts(rows[i].settings, rows[i].body, strstr(rows[i].seen, "hook-response") ? 1 : 0,
              rows[i].seen);
    add("demo", TO(",\"errorResponseTopic\":\"failed_{{{PARTICLE_EVENT_VALUE}}}\""));
    publish("demo", "x");
    answer(take()->id, 500, "");
    expect_seen(SENT "failed_x/0|error status 500 from example.com|particle-internal\n");
}
END_TEST

START_TEST(test_bad_template)
{
    add("demo", TO(",\"body\":\"{{#a}}\""));
    publish("demo", "x");
    ck_assert_ptr_null(outbox_next(bench.cloud));
    expect_seen(ERROR("Invalid template: a section is not closed"));
}
END_TEST

START_TEST(test_a_long_head)
{
    char data[400];
    struct buf settings;
    buf_init(&settings, WEBHOOK_SETTINGS);
    buf_add_str(&settings, "{\"url\":\"http://localhost/");
    for (int i = 0; i < 90; i++)
        buf_add_str(&settings, "{{{PARTICLE_EVENT_VALUE}}}");
    buf_add_str(&settings, "\"}");
    memset(data, 'x', sizeof data - 1);
    data[sizeof data - 1] = '\0';
    add("demo", buf_str(&settings));
    publish("demo", data);
    ck_assert_ptr_null(outbox_next(bench.cloud));
    expect_seen(ERROR("Invalid template: the URL and the headers are too long"));
    buf_free(&settings);
}
END_TEST

START_TEST(test_hosts_are_few)
{
    add("demo", "{\"url\":\"http://{{{PARTICLE_EVENT_VALUE}}}/\"}");
    for (int i = 0; i < 3000; i++) {
        char host[32];
        snprintf(host, sizeof host, "host%d", i);
        publish("demo", host);
        answer(take()->id, 503, "");
    }
    size_t rated = map_count(&bench.cloud->webhooks->hosts);
    ck_assert(rated > 0 && rated <= 1000);
    publish("demo", "never.reached");
    ck_assert_uint_eq(map_count(&bench.cloud->webhooks->hosts), rated);
}
END_TEST

/* Each of these is little; a hundred of them are not. */
START_TEST(test_all_templates_together)
{
    struct buf settings, data;
    buf_init(&settings, WEBHOOK_SETTINGS);
    buf_init(&data, 1000);
    buf_add_str(&settings, "{\"url\":\"http://localhost/\",\"json\":{\"a\":\"\"");
    for (int i = 0; i < 100; i++)
        buf_printf(&settings, ",\"k%d\":\"{{#a}}{{#a}}{{/a}}{{/a}}\"", i);
    buf_add_str(&settings, "}}");
    buf_add_str(&data, "{\"a\":[0");
    for (int i = 0; i < 60; i++)
        buf_add_str(&data, ",1");
    buf_add_str(&data, "]}");
    add("demo", buf_str(&settings));
    publish("demo", "{\"a\":[1,2]}");
    take();
    buf_clear(&seen);
    publish("demo", buf_str(&data));
    ck_assert_ptr_null(outbox_next(bench.cloud));
    expect_seen(ERROR("Invalid template: there is too much to render"));
    buf_free(&settings);
    buf_free(&data);
}
END_TEST

/* ---- skipping ---- */

static void fail_often(int times)
{
    for (int i = 0; i < times; i++) {
        publish("demo", "x");
        answer(take()->id, 503, "");
    }
    buf_clear(&seen);
}

#define SLEEPING ERROR("Sleeping, too many errors, please wait and try again")

START_TEST(test_skip)
{
    struct webhook *hook = add("demo", URL);
    fail_often(9);
    publish("demo", "x");
    answer(take()->id, 503, "");
    expect_seen(SENT ERROR("error status 503 from localhost"));
    publish("demo", "late");
    expect_seen(SLEEPING);
    ck_assert_ptr_null(outbox_next(bench.cloud));
    ck_assert(!outbox_holds(bench.cloud));
    bench_advance(29999);
    ck_assert_ptr_null(outbox_next(bench.cloud));
    bench_advance(1);
    ck_assert_ptr_nonnull(strstr(take()->body, "data=late"));
    expect_seen(SENT);
    ck_assert_int_eq(hook->days[20454 % WEBHOOK_DAYS].counts[WEBHOOK_SKIPPED], 1);
    ck_assert_int_eq(hook->days[20454 % WEBHOOK_DAYS].counts[WEBHOOK_ERROR], 10);
}
END_TEST

/* The host goes on failing: twice tried again, then dropped. */
START_TEST(test_drop)
{
    add("demo", URL);
    fail_often(10);
    publish("demo", "late");
    expect_seen(SLEEPING);
    bench_advance(29999);
    fail_often(10);
    bench_advance(1);
    expect_seen(SLEEPING);
    bench_advance(29999);
    fail_often(10);
    bench_advance(1);
    expect_seen(SLEEPING);
    ck_assert_uint_eq(bench_noted("webhook.skipped", "demo"), 2);
    ck_assert_uint_eq(bench_noted("webhook.dropped", "demo"), 1);
    bench_advance(600000);
    ck_assert_ptr_null(outbox_next(bench.cloud));
    expect_seen("");
}
END_TEST

START_TEST(test_no_skip)
{
    add("demo", URL);
    bench_switch("webhook_skipping", "never");
    fail_often(30);
    publish("demo", "x");
    ck_assert_ptr_nonnull(outbox_next(bench.cloud));
}
END_TEST

/* More successes than errors; another host; a pause of 5 s: nothing is skipped. */
START_TEST(test_awake)
{
    add("demo", URL);
    add("other", "{\"url\":\"http://example.com/\"}");
    for (int i = 0; i < 11; i++) {
        publish("demo", "x");
        answer(take()->id, 200, "");
    }
    fail_often(11);
    publish("demo", "x");
    answer(take()->id, 500, "");
    publish("demo", "x");
    ck_assert_ptr_null(outbox_next(bench.cloud));
    publish("other", "x");
    outbox_forget(bench.cloud, take()->id);
    bench_advance(5000);
    publish("demo", "x");
    ck_assert_ptr_nonnull(outbox_next(bench.cloud));
}
END_TEST

/* ---- ends ---- */

START_TEST(test_removed)
{
    struct webhook *hook = add("demo", URL);
    publish("demo", "x");
    uint64_t id = take()->id;
    publish("demo", "y");
    buf_clear(&seen);
    webhook_remove(hook);
    ck_assert_int_eq(cancelled, 1);
    ck_assert_ptr_null(outbox_next(bench.cloud));
    answer(id, 200, "late");
    bench_advance(60000);
    expect_seen("");
}
END_TEST

START_TEST(test_owner_deleted)
{
    struct webhook_spec product = {.event = "demo", .settings = URL, .product = bench.pump};
    add("demo", URL);
    webhook_add(bench.cloud, &product);
    bench_place(bench.aa, bench.pump);
    publish("demo", "x");
    take();
    take();
    bench.cloud->owner_leaving(bench.cloud, &bench.dev);
    ck_assert_int_eq(cancelled, 2); /* that of the product was on its way on dev's behalf */
    size_t cursor = 0;
    ck_assert_ptr_eq(webhook_next(bench.cloud, &cursor)->product, bench.pump);
    ck_assert_ptr_null(webhook_next(bench.cloud, &cursor));
}
END_TEST

START_TEST(test_forgotten)
{
    add("demo", URL);
    publish("demo", "x");
    outbox_forget(bench.cloud, take()->id);
    ck_assert_int_eq(cancelled, 0);
    publish("demo", "x");
    take(); /* the cloud goes with it on its way: teardown */
    ck_assert_int_eq(cancelled, 0);
}
END_TEST

START_TEST(test_limits)
{
    struct webhook_spec spec = {.event = "x", .settings = URL, .owner = bench.dev};
    add("demo", URL);
    for (int i = 0; i < OUTBOX_MAX; i++)
        publish("demo", "x");
    ck_assert_uint_eq(bench_noted("webhook.dropped", "demo"), 0);
    publish("demo", "one more");
    ck_assert_uint_eq(bench_noted("webhook.dropped", "too many"), 1);
    ck_assert_uint_eq(waiting(), OUTBOX_MAX);
    for (int i = 1; i < (int)limit_rows[LIMIT_WEBHOOKS].most; i++)
        ck_assert_ptr_nonnull(webhook_add(bench.cloud, &spec));
    ck_assert_ptr_null(webhook_add(bench.cloud, &spec));
}
END_TEST

START_TEST(test_logs)
{
    struct webhook *hook = add("demo", URL);
    for (int i = 0; i < WEBHOOK_LOGS + 2; i++) {
        publish("demo", "x");
        answer(take()->id, 200, i < WEBHOOK_LOGS ? "early" : "late");
    }
    ck_assert_uint_eq(hook->logs.count, WEBHOOK_LOGS + 2);
    ck_assert_str_eq(hook->logs.items[1].response, "late");
    ck_assert_str_eq(hook->logs.items[2].response, "early");
    ck_assert_str_eq(hook->logs.items[2].event, "demo");
    ck_assert_ptr_nonnull(strstr(hook->logs.items[2].request, "POST http://localhost:8080/in"));
    ck_assert_uint_eq(hook->errors.count, 0);
    webhook_test(hook, "demo", "by hand", "api");
    ck_assert_ptr_nonnull(strstr(take()->body, "data=by%20hand"));
}
END_TEST

Suite *test_cloud_webhook(void)
{
    const TTest *const tests[] = {
        test_variables_of_a_product,
        test_match,
        test_whose,
        test_device,
        test_off,
        test_hooks_trigger_no_hooks,
        test_answers,
        test_failures,
        test_time_out,
        test_holds,
        test_bad_template_of_the_response,
        test_nul,
        test_parts,
        test_templates_of_the_response,
        test_bad_template,
        test_a_long_head,
        test_hosts_are_few,
        test_all_templates_together,
        test_skip,
        test_drop,
        test_no_skip,
        test_awake,
        test_removed,
        test_owner_deleted,
        test_forgotten,
        test_limits,
        test_logs,
    };
    Suite *suite = suite_create("webhook");
    TCase *tcase = tcase_create("webhook");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test_render, 0, sizeof renders / sizeof *renders);
    tcase_add_loop_test(tcase, test_host, 0, sizeof hosts / sizeof *hosts);
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
        tcase_add_test(tcase, tests[i]);
    suite_add_tcase(suite, tcase);
    return suite;
}
