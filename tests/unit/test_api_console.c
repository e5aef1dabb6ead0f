/* The console's page, and what the control API has for it: pages of lists, views of the journal,
 * what is due next. */
#include "suites.h"

#include "unit_api.h"

#include "api/openapi.h"
#include "console/console.h"
#include "device/fleet.h"

#include <stdio.h>
#include <string.h>

#define GET(path)   .method = "GET", .target = path
#define WORLD(path) GET("/__mock/worlds/default" path)
#define POST(path)                                                                                 \
    .method = "POST", .target = "/__mock/worlds/default" path, .header = "X-Mockcloud-Control: 1", \
    .type = JSON
#define ERROR(code, text) "{\"error\":\"" code "\",\"message\":\"" text "\"}"
#define AT                "\"at\":\"<any>\",\"actor\":"

static const struct api_case files[] = {
    {"the page", NULL, GET("/__mock/"), .status = 200,
     .headers = "Content-Type: text/html; charset=utf-8\nX-Content-Type-Options: nosniff\n"
                "Cache-Control: no-cache\nReferrer-Policy: no-referrer\n"
                "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
                "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                "frame-ancestors 'none'",
     .reply = "<!doctype html><any>"},
    {"without its slash", NULL, GET("/__mock"), .status = 200},
    {"a script", NULL, GET("/__mock/console/app.js"), .status = 200,
     .headers = "Content-Type: text/javascript; charset=utf-8\nX-Content-Type-Options: nosniff"},
    {"styles", NULL, GET("/__mock/console/style.css"), .status = 200,
     .headers = "Content-Type: text/css; charset=utf-8"},
    {"a picture", NULL, GET("/__mock/console/icon.svg"), .status = 200,
     .headers = "Content-Type: image/svg+xml", .reply = "<svg <any>"},
    {"the licences", NULL, GET("/__mock/console/vendor/LICENSES.txt"), .status = 200,
     .headers = "Content-Type: text/plain; charset=utf-8"},
    {"no such file", NULL, GET("/__mock/console/vendor/../app.js"), .status = 404,
     .reply = ERROR("unknown-file", "the console has no file \\\"vendor/../app.js\\\"")},
    {"changed by nobody", NULL, .method = "POST", .target = "/__mock/", .status = 405,
     .headers = "Allow: GET"},
    {"for a browser", NULL, GET("/"), .header = "Accept: text/html,*/*;q=0.8", .status = 302,
     .headers = "Location: /__mock/#/w/default/devices", .rule = "api.console"},
    {"for a browser, of a world", NULL, GET("/w/default/"), .header = "Accept: text/html",
     .status = 302, .headers = "Location: /__mock/#/w/default/devices"},
    {"for a client", NULL, GET("/"), .header = "Accept: application/json", .status = 404,
     .rule = "api.no-route"},
};

START_TEST(file)
{
    unit_case_alone(&files[_i]);
}
END_TEST

/* Whoever has the file is told so, and by its bytes, not its date. */
START_TEST(a_file_that_is_known)
{
    const struct console_file *app = console_find("app.js");
    char known[100];
    snprintf(known, sizeof known, "If-None-Match: %s", app->etag);
    unit_begin(NULL);
    unit_case(&(const struct api_case){"known", NULL, GET("/__mock/console/app.js"),
                                       .header = known, .status = 304, .reply = ""});
    unit_case(&(const struct api_case){"another", NULL, GET("/__mock/console/app.js"),
                                       .header = "If-None-Match: \"0\"", .status = 200});
    unit_end();
}
END_TEST

/* What stands in the program, licences and all. */
START_TEST(the_page_is_small)
{
    size_t bytes = 0, count = 0;
    for (const struct console_file *at; (at = console_at(count)); count++)
        bytes += at->len;
    ck_assert_uint_ge(count, 10);
    ck_assert_uint_lt(bytes, 150000);
}
END_TEST

#define SHORT(name) "\"name\":\"" name "\",<any>"

static const struct api_case lists[] = {
    {"a page of devices", NULL, WORLD("/devices?limit=1&offset=1"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" DARK "\",<any>}],\"total\":<n>,\"matched\":<n>,"
              "\"offset\":1}"},
    {"with what the cloud knows", NULL, WORLD("/devices?limit=1"), .status = 200,
     .reply = "{\"devices\":[{<any>\"last_heard\":\"<any>\",\"code\":null}],<any>}"},
    {"counted alone", NULL, WORLD("/devices?limit=0&state=off&platform=photon"), .status = 200,
     .reply = "{\"devices\":[],\"total\":<n>,\"matched\":1,\"offset\":0}"},
    {"searched", NULL, WORLD("/devices?limit=9&search=ADA"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" ADAS "\",<any>}],<any>\"matched\":1,<any>}"},
    {"of an owner", NULL, WORLD("/devices?limit=9&owner=eve@example.com"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" EVES "\",<any>}],<any>\"matched\":1,<any>}"},
    {"of nobody, in a product", NULL,
     WORLD("/devices?limit=9&owner=none&product=6287&session=none"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" COLD "\",<any>}],<any>\"matched\":1,<any>}"},
    {"the cloud believes them offline", NULL,
     WORLD("/devices?limit=1&online=false&sort=-name&product=6287"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" COLD "\",<any>}],<any>\"matched\":2,<any>}"},
    {"by name", NULL, WORLD("/devices?limit=1&sort=name"), .status = 200,
     .reply = "{\"devices\":[{<any>" SHORT("abed") "}],<any>}"},
    {"by name, backwards", NULL, WORLD("/devices?limit=1&sort=-name"), .status = 200,
     .reply = "{\"devices\":[{<any>" SHORT("zoes") "}],<any>}"},
    {"by state", NULL, WORLD("/devices?limit=1&sort=state"), .status = 200,
     .reply = "{\"devices\":[{<any>\"state\":\"off\",<any>}],<any>}"},
    {"by owner", NULL, WORLD("/devices?limit=1&sort=-owner"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" EVES "\",<any>}],<any>}"},
    {"by platform", NULL, WORLD("/devices?limit=1&sort=platform"), .status = 200,
     .reply = "{\"devices\":[{<any>\"platform\":\"e-series\",<any>}],<any>}"},
    {"last heard first", NULL, WORLD("/devices?limit=1&sort=-heard"), .status = 200,
     .reply = "{\"devices\":[{<any>\"online\":true,<any>}],<any>}"},
    {"too many", NULL, WORLD("/devices?limit=1001"), .status = 400,
     .reply = ERROR("bad-number", "expected a limit of at most 1000, and an offset that is not "
                                  "negative")},
    {"no order", NULL, WORLD("/devices?limit=1&sort=colour"), .status = 400,
     .reply = ERROR("bad-filter", "\\\"colour\\\" means nothing for sort")},
    {"no state", NULL, WORLD("/devices?limit=1&state=asleep"), .status = 400,
     .reply = ERROR("bad-filter", "\\\"asleep\\\" means nothing for state")},
    {"what can be done", NULL, WORLD("/devices/dark"), .status = 200,
     .reply = "{<any>\"last_heard\":null,\"code\":null,\"can\":[\"power-on\",<any>]}"},
    {"users", NULL, WORLD("/lists/users?limit=1"), .status = 200,
     .reply = "{\"items\":[{<any>\"username\":\"<any>\",<any>}],\"matched\":<n>,\"offset\":0}"},
    {"customers, searched", NULL, WORLD("/lists/customers?search=ADA@"), .status = 200,
     .reply = "{\"items\":[{<any>\"email\":\"ada@example.com\",<any>}],\"matched\":<n>,<any>}"},
    {"tokens", NULL, WORLD("/lists/tokens?search=eve"), .status = 200,
     .reply = "{\"items\":[{\"token\":\"eve-token\",<any>}],\"matched\":1,\"offset\":0}"},
    {"products", NULL, WORLD("/lists/products?offset=1&limit=1"), .status = 200,
     .reply = "{\"items\":[{\"id\":<n>,<any>}],\"matched\":<n>,\"offset\":1}"},
    {"SIMs", NULL, WORLD("/lists/sims?limit=1"), .status = 200,
     .reply = "{\"items\":[{\"iccid\":\"<any>\",\"status\":\"<any>\",\"device\":<any>}],<any>}"},
    {"webhooks", NULL, WORLD("/lists/webhooks"), .status = 200,
     .reply = "{\"items\":[],\"matched\":0,\"offset\":0}"},
    {"no such list", NULL, WORLD("/lists/usres"), .status = 404,
     .reply = ERROR("unknown-list", "there is no list \\\"usres\\\"; did you mean \\\"users\\\"?")},
    {"streams", NULL, WORLD("/streams"), .status = 200, .reply = "{\"streams\":[]}"},
    {"the world's file", NULL, WORLD("/file"), .status = 200,
     .reply = "{\"text\":\"<any>acme-pump<any>\",\"document\":0}"},
    {"of no world", NULL, GET("/__mock/worlds/none/lists/users"), .status = 404},
};

START_TEST(list)
{
    unit_case_alone(&lists[_i]);
}
END_TEST

/* A code that a device holds, with its life. */
START_TEST(a_stored_code)
{
    static const struct api_case rows[] = {
        {"handed over", NULL, POST("/devices/lamp"),
         .body = "{\"do\":\"usb\",\"set_claim_code\":\"nobody-knows\"}", .status = 200},
        {"unknown", NULL, WORLD("/devices/lamp"), .status = 200,
         .reply = "{<any>\"code\":null,<any>}"},
        {"searched", NULL, WORLD("/devices?limit=1&search=Y-KNOW"), .status = 200,
         .reply = "{\"devices\":[{\"id\":\"" LAMP "\",<any>}],<any>}"},
        {"issued", NULL, .method = "POST", .target = "/v1/device_claims", .token = "eve-token",
         .status = 200},
    };
    char body[300], code[100];
    unit_begin(NULL);
    UNIT_STORY(rows);
    ck_assert_int_eq(sscanf(unit_reply(), "{\"claim_code\":\"%63[^\"]", code), 1);
    snprintf(body, sizeof body, "{\"do\":\"usb\",\"set_claim_code\":\"%s\"}", code);
    unit_case(&(const struct api_case){"handed", NULL, POST("/devices/lamp"), .body = body,
                                       .status = 200});
    unit_case(&(const struct api_case){
        "alive", NULL, WORLD("/devices/lamp"), .status = 200,
        .reply = "{<any>\"code\":{\"alive\":true,\"expires_at\":\"2026-01-01T01:00:00.000Z\","
                 "\"owner\":{\"kind\":\"user\",\"name\":\"eve@example.com\"}},<any>}"});
    unit_case(&(const struct api_case){"next", NULL, WORLD("/clock"), .status = 200,
                                       .reply = "{<any>\"next\":{\"at\":\"2026-01-01T<any>\","
                                                "\"actor\":\"<any>\",\"what\":\"<any>\"}}"});
    unit_end();
}
END_TEST

/* ---- views of the journal ---- */

static const struct api_case story[] = {
    {"refused", .method = "GET", .target = "/v1/devices/" NONE, .token = "eve-token",
     .status = 403},
    {"listed", .method = "GET", .target = "/v1/devices", .token = "eve-token", .status = 200},
    {"listening", NULL, POST("/devices/lamp"), .body = "{\"do\":\"listen\"}", .status = 200},
};

#define ENTRIES(which) "{\"entries\":[" which "],\"first\":<n>,\"next\":<n>}"
#define REPLY(status)                                                                              \
    "{<any>\"kind\":\"http.reply\",\"cause\":<n>,\"data\":{\"status\":" status ",<any>}}"

static const struct api_case views[] = {
    {"a kind", NULL, WORLD("/journal?kind=device.state&text=LISTENING"), .status = 200,
     .reply = ENTRIES("{<any>\"kind\":\"device.state\",<any>listening<any>}")},
    {"a family of kinds is no beginning of a word", NULL, WORLD("/journal?kind=devic"),
     .status = 200, .reply = ENTRIES("")},
    {"a status", NULL, WORLD("/journal?status=403"), .status = 200, .reply = ENTRIES(REPLY("403"))},
    {"a family of statuses", NULL, WORLD("/journal?status=4xx&limit=9"), .status = 200,
     .reply = ENTRIES(REPLY("403"))},
    {"an actor", NULL, WORLD("/journal?actor=client&kind=http.request&limit=1"), .status = 200,
     .reply = ENTRIES("{\"n\":<n>," AT "\"client:particle\",<any>\"path\":\"/v1/devices/" NONE
                      "\",<any>}")},
    {"looking back", NULL, WORLD("/journal?actor=client&before=99999999&limit=1"), .status = 200,
     .reply = ENTRIES("{\"n\":<n>," AT "\"client:particle\",<any>\"path\":\"/v1/devices\",<any>}")},
    {"a device, by its name", NULL,
     WORLD("/journal?device=lamp&kind=device.state&before=999999"
           "&limit=1"),
     .status = 200, .reply = ENTRIES("{\"n\":<n>," AT "\"device:lamp\",<any>}")},
    {"a device that is not there", NULL, WORLD("/journal?device=nothing"), .status = 200,
     .reply = ENTRIES("")},
    {"before the first", NULL, WORLD("/journal?before=1"), .status = 200, .reply = ENTRIES("")},
    {"no status", NULL, WORLD("/journal?status=4y"), .status = 400,
     .reply = ERROR("bad-view", "expected a number, or a family (4xx) for status")},
    {"too many", NULL, WORLD("/journal?limit=1001"), .status = 400,
     .reply = ERROR("bad-number", "expected a number from 1 to 1000 for limit")},
    {"too often", NULL, WORLD("/journal?follow=true&every=1ms"), .status = 400,
     .reply = ERROR("bad-time", "expected a duration from 20ms to 10s for every")},
};

START_TEST(views_of_the_journal)
{
    unit_begin(NULL);
    UNIT_STORY(story);
    UNIT_STORY(views);
    unit_end();
}
END_TEST

START_TEST(a_word_that_is_too_long)
{
    unit_case_alone(&(const struct api_case){
        "long", NULL, WORLD("/journal?text=" TEN(TEN("aaaa"))), .status = 400,
        .reply = ERROR("bad-view", "expected at most 255 bytes for text")});
}
END_TEST

/* ---- followed, as a page does ---- */

static int ready_count;

static void on_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_count++;
}

static void follow_until(const char *target, struct api_ticket *ticket, int times)
{
    int64_t end_ms = sim_real_ms() + 5000;
    while (ready_count < times && sim_real_ms() < end_ms)
        api_work(unit_api());
    ck_assert_msg(ready_count == times, "%s: told %d times", target, ready_count);
    (void)ticket;
}

/* What a follower with that query is told of the story. */
static void follows(const char *query, const char *pattern)
{
    char target[300];
    struct api_ticket ticket = {.ready = on_ready};
    ready_count = 0;
    unit_begin(NULL);
    snprintf(target, sizeof target, "/__mock/worlds/default/journal?follow=true&since=%llu&%s",
             (unsigned long long)journal_next(unit_world()->sim.journal) - 1, query);
    const struct api_case row = {"follow", .method = "GET", .target = target};
    ck_assert_int_eq(unit_send(&row, &ticket), API_STREAM);
    UNIT_STORY(story);
    follow_until(target, &ticket, 1);
    const char *told = buf_str(&ticket.stream->queue);
    ck_assert_msg(unit_matches(pattern, told), "%s:\nexpected %s\nfound    %s", query, pattern,
                  told);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}

START_TEST(a_follower_with_a_view)
{
    follows("status=403", "{<any>\"http.reply\",<any>\"status\":403<any>}\n");
    follows("kind=device.state&device=lamp&every=30ms",
            "{<any>\"kind\":\"device.state\",<any>listening<any>}\n");
}
END_TEST

/* It gets the newest, and is told of how many it did not. */
START_TEST(a_follower_who_wants_no_more_than_he_can_read)
{
    follows("most=1",
            "{\"skipped\":<n>}\n{<any>\"kind\":\"http.reply\",<any>\"status\":200<any>}\n");
}
END_TEST

/* ---- the document ---- */

/* The words of `do` stand in the document: those of the tables, and no others. */
START_TEST(the_words_of_do)
{
    struct buf document, words;
    buf_init(&document, 16u << 20);
    buf_init(&words, 4096);
    buf_add_str(&words, "\"enum\":[");
    for (size_t i = 0; i < device_verb_count; i++)
        buf_printf(&words, "\"%s\",", device_verbs[i].name);
    for (size_t i = 0; i < device_channel_count; i++)
        buf_printf(&words, "\"%s\",", device_channels[i].name);
    buf_add_str(&words, "\"publish\"]");
    api_openapi(&document);
    ck_assert_msg(strstr(buf_str(&document), buf_str(&words)), "%s", buf_str(&words));
    buf_free(&document);
    buf_free(&words);
}
END_TEST

Suite *test_api_console(void)
{
    Suite *suite = suite_create("console");
    TCase *tcase = tcase_create("rows");
    tcase_add_loop_test(tcase, file, 0, sizeof files / sizeof *files);
    tcase_add_loop_test(tcase, list, 0, sizeof lists / sizeof *lists);
    suite_add_tcase(suite, tcase);
    tcase = tcase_create("stories");
    tcase_add_test(tcase, a_file_that_is_known);
    tcase_add_test(tcase, the_page_is_small);
    tcase_add_test(tcase, a_stored_code);
    tcase_add_test(tcase, views_of_the_journal);
    tcase_add_test(tcase, a_word_that_is_too_long);
    tcase_add_test(tcase, a_follower_with_a_view);
    tcase_add_test(tcase, a_follower_who_wants_no_more_than_he_can_read);
    tcase_add_test(tcase, the_words_of_do);
    suite_add_tcase(suite, tcase);
    return suite;
}
