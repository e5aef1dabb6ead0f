/* The control API: health, worlds, the clock, and its gate. Devices are in
 * test_api_control_device.c. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define ON                .header = "X-Mockcloud-Control: 1"
#define GET(path)         .method = "GET", .target = "/__mock" path
#define POST(path)        .method = "POST", .target = "/__mock" path, ON, .type = JSON
#define WORLD(path)       "/worlds/default" path
#define ERROR(code, text) "{\"error\":\"" code "\",\"message\":\"" text "\"}"
#define FORBIDDEN         ERROR("forbidden", "send X-Mockcloud-Control: 1 with a request other than GET")
#define NO_WORLD          ERROR("unknown-world", "there is no world \\\"nowhere\\\"")
#define DEFAULT                                                                                    \
    "{\"name\":\"default\",\"seed\":1,\"now\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"frozen\","   \
    "\"devices\":10,\"base_url\":\"http://127.0.0.1:8642/w/default\"}"

static const struct api_case rows[] = {
    {"health", NULL, GET("/health"), .status = 200,
     .reply = "{\"ok\":true,\"version\":\"" MOCKCLOUD_VERSION "\",\"worlds\":1}"},
    {"worlds", NULL, GET("/worlds"), .status = 200, .reply = "{\"worlds\":[" DEFAULT "]}"},
    {"a world", NULL, GET(WORLD("")), .status = 200,
     .reply =
         "{\"name\":\"default\",\"seed\":1,\"clock\":{\"mode\":\"frozen\",\"now\":\"2026-01-01T"
         "00:00:00.000Z\"},\"users\":[{\"id\":\"<24>\",\"username\":\"dev@example.com\","
         "\"password\":\"dev-pass\"},<any>],\"products\":[{\"id\":6287,\"slug\":\"acme-pump\","
         "\"name\":\"Acme Pump\",\"platform\":\"e-series\",\"org\":null,\"groups\":[],\"settings\":"
         "{\"quarantine\":true},\"team\":[\"dev@example.com\"],"
         "\"clients\":[{\"id\":\"acme-app-4711\",\"secret\":\"acme-secret\",\"scope\":\"full\"}"
         "<any>}],\"customers\":[{\"id\":\"<24>\",\"email\":\"ada@example.com\",\"product\":"
         "6287,\"password\":false},<any>],\"devices\":[{\"id\":\"" LAMP "\",<any>}],\"tokens\":"
         "[<any>],\"claim_codes\":[],\"webhooks\":[],\"behaviour\":{<any>}}"},
    {"an unknown world", NULL, GET("/worlds/nowhere"), .status = 404, .reply = NO_WORLD},
    {"a world, nearly", NULL, GET("/worlds/defalt"), .status = 404,
     .reply =
         ERROR("unknown-world", "there is no world \\\"defalt\\\"; did you mean \\\"default\\\"?")},
    {"its clock", NULL, GET("/worlds/nowhere/clock"), .status = 404, .reply = NO_WORLD},
    {"its journal", NULL, GET("/worlds/nowhere/journal"), .status = 404, .reply = NO_WORLD},
    {"a journal since no number", NULL, GET(WORLD("/journal?since=yesterday")), .status = 400,
     .reply = ERROR("bad-number", "expected the number of an entry for since")},
    {"its devices", NULL, GET("/worlds/nowhere/devices"), .status = 404, .reply = NO_WORLD},
    {"its device", NULL, GET("/worlds/nowhere/devices/x"), .status = 404, .reply = NO_WORLD},
    {"its why", NULL, GET("/worlds/nowhere/why/x"), .status = 404, .reply = NO_WORLD},
    {"its end", NULL, .method = "DELETE", .target = "/__mock/worlds/nowhere", ON, .status = 404,
     .reply = NO_WORLD},
    {"its reset", NULL, POST("/worlds/nowhere/reset"), .status = 404, .reply = NO_WORLD},
    {"moving its clock", NULL, POST("/worlds/nowhere/clock"), .body = "{}", .status = 404,
     .reply = NO_WORLD},
    {"doing to its device", NULL, POST("/worlds/nowhere/devices/x"), .body = "{}", .status = 404,
     .reply = NO_WORLD},
    {"no such path", NULL, GET("/nothing"), .status = 404,
     .reply = ERROR("no-route",
                    "there is no such path: /__mock/nothing (GET /__mock/openapi.json has all)")},
    {"wrong method", NULL, POST("/health"), .status = 405, .headers = "Allow: GET",
     .reply = ERROR("wrong-method", "this path has GET only")},
    {"wrong method of a world", NULL, .method = "PUT", .target = "/__mock/worlds/default", ON,
     .status = 405, .headers = "Allow: GET, DELETE",
     .reply = ERROR("wrong-method", "this path has GET, DELETE only")},
    {"no preflight", NULL, .method = "OPTIONS", .target = "/__mock/worlds", .status = 405,
     .headers = "-Access-Control-Allow-Methods\n-Access-Control-Allow-Headers"},
    {"a path that can't be decoded", NULL, GET("/worlds/%zz"), .status = 400,
     .reply = ERROR("undecodable", "The path is not valid: %XX has to be two hex digits, not 00, "
                                   "and make UTF-8")},
    {"a query that can't be decoded", NULL, GET("/health?a=%"), .status = 400,
     .reply = ERROR("undecodable", "The query is not valid: <any>")},
    /* the gate */
    {"POST", NULL, .method = "POST", .target = "/__mock/worlds", .type = JSON, .body = "{}",
     .status = 403, .reply = FORBIDDEN},
    {"DELETE", NULL, .method = "DELETE", .target = "/__mock/worlds/default", .status = 403,
     .reply = FORBIDDEN},
    {"another value", NULL, .method = "POST", .target = "/__mock/worlds/default/reset",
     .header = "X-Mockcloud-Control: yes", .status = 403, .reply = FORBIDDEN},
    {"in any case", NULL, .method = "POST", .target = "/__mock/worlds/default/reset",
     .header = "x-mockcloud-CONTROL: 1", .status = 200},
    {"before the body", NULL, .method = "POST", .target = "/__mock/worlds", .type = JSON,
     .body = "{", .status = 403, .reply = FORBIDDEN},
    {"HEAD reads", NULL, .method = "HEAD", .target = "/__mock/health", .status = 200},
    {"GET reads", NULL, GET(WORLD("/clock")), .status = 200,
     .reply = "{\"now\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"frozen\",\"next\":null}"},
    /* the clock */
    {"no body", NULL, POST(WORLD("/clock")), .status = 400,
     .reply = ERROR("no-json", "expected a JSON body (Content-Type: application/json)")},
    {"a form", NULL, .method = "POST", .target = "/__mock/worlds/default/clock", ON, .type = FORM,
     .body = "advance=1h", .status = 400, .reply = ERROR("no-json", "<any>")},
    {"no JSON", NULL, POST(WORLD("/clock")), .body = "{advance", .status = 400,
     .reply = ERROR("undecodable", "The body is not valid JSON: unexpected text at byte <n>")},
    {"an array", NULL, POST(WORLD("/clock")), .body = "[]", .status = 400,
     .reply = ERROR("undecodable", "The body is not valid: expected a JSON object")},
    {"nothing", NULL, POST(WORLD("/clock")), .body = "{}", .status = 400,
     .reply = ERROR("bad-time", "expected advance, at, mode or settle")},
    {"unknown field", NULL, POST(WORLD("/clock")), .body = "{\"advnce\":\"1h\"}", .status = 400,
     .reply = ERROR("unknown-field", "there is no field \\\"advnce\\\" here")},
    {"a bare number", NULL, POST(WORLD("/clock")), .body = "{\"advance\":3600}", .status = 400,
     .reply = ERROR("bad-time", "expected a duration (250ms, 5s, 30min, 1h30min, 2d) for advance")},
    {"minutes", NULL, POST(WORLD("/clock")), .body = "{\"advance\":\"5m\"}", .status = 400,
     .reply = ERROR("bad-time", "expected a duration (250ms, 5s, 30min, 1h30min, 2d) for advance; "
                                "did you mean \\\"5min\\\"?")},
    {"no unit", NULL, POST(WORLD("/clock")), .body = "{\"advance\":\"5\"}", .status = 400,
     .reply = ERROR("bad-time", "<any> for advance")},
    {"no time", NULL, POST(WORLD("/clock")), .body = "{\"at\":\"tomorrow\"}", .status = 400,
     .reply = ERROR("bad-time", "expected a time (\\\"2026-01-02T00:00:00Z\\\") for at")},
    {"both", NULL, POST(WORLD("/clock")), .body = "{\"at\":\"2027-01-01\",\"advance\":\"1h\"}",
     .status = 400, .reply = ERROR("bad-time", "expected advance or at, found both")},
    {"backwards", NULL, POST(WORLD("/clock")), .body = "{\"at\":\"2025-12-31T23:59:59.999Z\"}",
     .status = 400, .reply = ERROR("backwards", "a clock never goes backwards")},
    {"no mode", NULL, POST(WORLD("/clock")), .body = "{\"mode\":\"fast\"}", .status = 400,
     .reply = ERROR("bad-mode", "expected mode real or frozen")},
    {"null for a mode", NULL, POST(WORLD("/clock")), .body = "{\"mode\":null}", .status = 400,
     .reply = ERROR("bad-mode", "expected mode real or frozen")},
    {"advance", NULL, POST(WORLD("/clock")), .body = "{\"advance\":\"90min\"}", .status = 200,
     .reply = "{\"now\":\"2026-01-01T01:30:00.000Z\"}"},
    {"at", NULL, POST(WORLD("/clock")), .body = "{\"at\":\"2026-02-03T04:05:06.007Z\"}",
     .status = 200, .reply = "{\"now\":\"2026-02-03T04:05:06.007Z\"}"},
    {"at, now", NULL, POST(WORLD("/clock")), .body = "{\"at\":\"2026-01-01\"}", .status = 200,
     .reply = "{\"now\":\"2026-01-01T00:00:00.000Z\"}"},
    {"mode", NULL, POST(WORLD("/clock")), .body = "{\"mode\":\"frozen\"}", .status = 200,
     .reply = "{\"now\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"frozen\"}"},
    {"real", NULL, POST(WORLD("/clock")), .body = "{\"mode\":\"real\"}", .status = 200,
     .reply = "{\"now\":\"2026-01-01T00:00:<any>Z\",\"mode\":\"real\"}"},
    {"a mode that is none moves nothing", NULL, POST(WORLD("/clock")),
     .body = "{\"mode\":\"fast\",\"advance\":\"1h\"}", .status = 400,
     .reply = ERROR("bad-mode", "expected mode real or frozen")},
    {"mode and move", NULL, POST(WORLD("/clock")),
     .body = "{\"mode\":\"frozen\",\"advance\":\"1s\"}", .status = 200,
     .reply = "{\"now\":\"2026-01-01T00:00:01.000Z\"}"},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

/* ---- worlds ---- */

#define INVALID(text) .status = 400, .reply = ERROR("invalid-world", "<request body>:" text)

/* A device that is on its way is online when the world has settled, and the clock stands there. */
START_TEST(settles)
{
    static const struct api_case story[] = {
        {"on", NULL, POST(WORLD("/devices/cold")), .body = "{\"do\":\"power-on\"}", .status = 200,
         .reply = "<any>\"online\":false<any>"},
        {"settle", NULL, POST(WORLD("/clock")), .body = "{\"settle\":true}", .status = 200,
         .reply = "{\"now\":\"2026-01-01T00:00:<any>Z\"}"},
        {"online", NULL, GET(WORLD("/devices/cold")), .status = 200,
         .reply = "<any>\"online\":true<any>"},
        {"settled already", NULL, POST(WORLD("/clock")), .body = "{\"settle\":true}", .status = 200,
         .reply = "{\"now\":\"2026-01-01T00:00:<any>Z\"}"},
        {"false", NULL, POST(WORLD("/clock")), .body = "{\"settle\":false}", .status = 400,
         .reply = ERROR("bad-time", "expected true for settle")},
        {"both", NULL, POST(WORLD("/clock")), .body = "{\"settle\":true,\"mode\":\"real\"}",
         .status = 400, .reply = ERROR("bad-time", "expected nothing beside settle")},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

static void nothing(void *owner, uint64_t arg)
{
    (void)owner;
    (void)arg;
}

/* What takes longer than a settle may is named, and the clock stays where it was. */
START_TEST(does_not_settle)
{
    static const struct timer_row digging = {
        .kind = TIMER_FOREGROUND, .actor = "pump", .what = "digging", .fire = nothing};
    static const struct api_case story[] = {
        {"settle", NULL, POST(WORLD("/clock")), .body = "{\"settle\":true}", .status = 409,
         .reply = ERROR("not-settled", "digging is still under way (pump)")},
        {"its clock", NULL, GET(WORLD("/clock")), .status = 200,
         .reply = "{\"now\":\"2026-01-01T00:00:00.000Z\",\"mode\":\"frozen\"<any>}"},
    };
    unit_begin(NULL);
    struct vclock *clock = unit_world()->sim.clock;
    vclock_add(clock, vclock_now(clock) + WORLD_SETTLE_MS + 1, &digging);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

static const struct api_case mistakes[] = {
    {"unknown key", NULL, POST("/worlds"), .body = "{\n  \"sed\": 7\n}",
     INVALID("2:3: <any>\\\"sed\\\"<any>did you mean \\\"seed\\\"?<any>")},
    {"wrong type", NULL, POST("/worlds"), .body = "{\"seed\": \"many\"}", INVALID("1:10: <any>")},
    {"unknown reference", NULL, POST("/worlds"),
     .body = "{\"customers\":[{\"email\":\"a\",\"product\":\"nothing\"}]}",
     INVALID("1:38: there is no product \\\"nothing\\\" in this world<any>")},
    {"duplicate", NULL, POST("/worlds"),
     .body = "{\"users\":[{\"username\":\"a\"},\n{\"username\":\"a\"}]}", INVALID("2:13: <any>")},
    {"the same key twice", NULL, POST("/worlds"), .body = "{\"seed\":1,\"seed\":2}",
     INVALID("1:11: <any>")},
    {"unknown switch", NULL, POST("/worlds"), .body = "{\"behaviour\":{\"uppercase\":\"accept\"}}",
     INVALID("1:<n>: <any>")},
    {"a name with a slash", NULL, POST("/worlds"), .body = "{\"name\":\"a/b\"}",
     INVALID("1:9: a world's name has letters, digits, '.', '-' and '_' only, found "
             "\\\"a/b\\\"<any>")},
    {"an array", NULL, POST("/worlds"), .body = "[]", INVALID("1:1: <any>")},
    {"unbalanced", NULL, POST("/worlds"), .body = "{\"name\":\"a\"", INVALID("1:<n>: <any>")},
    {"no JSON", NULL, POST("/worlds"), .body = "\x01\x02", INVALID("1:1: <any>")},
    {"a tab", NULL, POST("/worlds"), .body = "users:\n\t- x\n", INVALID("2:<n>: <any>")},
};

START_TEST(mistake)
{
    unit_case_alone(&mistakes[_i]);
    unit_begin(NULL);
    unit_case(&mistakes[_i]);
    struct api_case after = {.method = "GET",
                             .target = "/__mock/worlds",
                             .status = 200,
                             .reply = "{\"worlds\":[" DEFAULT "]}"};
    unit_case(&after);
    unit_end();
}
END_TEST

#define MADE(name, devices)                                                                        \
    "{\"name\":\"" name "\",\"seed\":1,\"now\":\"<time>\",\"mode\":\"real\",\"devices\":" devices  \
    ",\"base_url\":\"http://127.0.0.1:8642/w/" name "\"}"
#define END(name) .method = "DELETE", .target = "/__mock/worlds/" name, ON

START_TEST(worlds_come_and_go)
{
    static const struct api_case story[] = {
        {"named like the second posted one", NULL, POST("/worlds"), .body = "{\"name\":\"w2\"}",
         .status = 201, .reply = MADE("w2", "0")},
        {"without a name", NULL, POST("/worlds"), .body = "{}", .status = 201,
         .reply = MADE("w3", "0")},
        {"without a name, YAML", NULL, .method = "POST", .target = "/__mock/worlds", ON,
         .type = "application/yaml", .body = "devices: [{as: a}, {as: b}]\n", .status = 201,
         .reply = MADE("w4", "2")},
        {"taken", NULL, POST("/worlds"), .body = "{\"name\":\"w2\"}", .status = 409,
         .reply = ERROR("world-exists", "there is a world \\\"w2\\\" already")},
        {"frozen and seeded", NULL, POST("/worlds"),
         .body =
             "{\"name\":\"x\",\"seed\":9,\"clock\":{\"mode\":\"frozen\",\"at\":\"2030-01-01\"}}",
         .status = 201,
         .reply = "{\"name\":\"x\",\"seed\":9,\"now\":\"2030-01-01T00:00:00.000Z\",\"mode\":"
                  "\"frozen\",\"devices\":0,<any>}"},
        {"five and the default", NULL, GET("/health"), .status = 200,
         .reply = "{\"ok\":true,<any>\"worlds\":5}"},
        {"of its own", NULL, .method = "GET", .target = "/w/x/v1/devices", .token = "ada-token",
         .status = 401},
        {"end", NULL, END("x"), .status = 204, .reply = ""},
        {"twice", NULL, END("x"), .status = 404,
         .reply = ERROR("unknown-world", "there is no world \\\"x\\\"")},
        {"gone", NULL, .method = "GET", .target = "/w/x/v1/devices", .status = 404,
         .rule = "api.no-world"},
        {"end of the main one", NULL, END("default"), .status = 204},
        {"none to answer", NULL, .method = "GET", .target = "/v1/devices", .status = 404,
         .rule = "api.no-world"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(reset_makes_anew)
{
    static const struct api_case story[] = {
        {"claim", NULL, .method = "POST", .target = "/v1/devices", .token = "dev-token",
         .type = FORM, .body = "id=" LAMP, .status = 200},
        {"an hour", NULL, POST(WORLD("/clock")), .body = "{\"advance\":\"1h\"}", .status = 200},
        {"reset", NULL, POST(WORLD("/reset")), .status = 200, .reply = DEFAULT},
        {"nobody's", NULL, .method = "GET", .target = "/v1/devices/" LAMP, .token = "dev-token",
         .status = 403},
        {"not expired", NULL, .method = "GET", .target = "/v1/devices", .token = "brief-token",
         .status = 200},
    };
    unit_begin(NULL);
    char *before = unit_journal_dup();
    UNIT_STORY(story);
    char *after = unit_journal_dup();
    ck_assert_int_eq(strncmp(before, after, strlen(before)), 0);
    free(before);
    free(after);
    unit_end();
}
END_TEST

START_TEST(a_world_in_use_stays)
{
    static const struct api_case story[] = {
        {"end", NULL, END("default"), .status = 409,
         .reply = ERROR("world-in-use", "a scenario runs in world \\\"default\\\"")},
        {"reset", NULL, POST(WORLD("/reset")), .status = 409,
         .reply = ERROR("world-in-use", "a scenario runs in world \\\"default\\\"")},
        {"clock", NULL, POST(WORLD("/clock")), .body = "{\"advance\":\"1s\"}", .status = 200},
    };
    unit_begin(NULL);
    unit_world()->pinned = true;
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(no_room_for_more_worlds)
{
    struct api_case post = {.method = "POST",
                            .target = "/__mock/worlds",
                            ON,
                            .type = JSON,
                            .body = "{}",
                            .status = 201};
    unit_begin_world(NULL);
    for (int i = 0; i < WORLDS_MAX; i++)
        unit_case(&post);
    post.status = 409;
    post.reply =
        ERROR("too-many-worlds", "there is no room for world \\\"w1001\\\": end another one first");
    unit_case(&post);
    unit_end();
}
END_TEST

/* With a token of one's own, the gate is shut for reads, too. */
START_TEST(control_token)
{
    static const struct api_options options = {.control_token = "t0ken"};
    static const struct {
        const char *method, *header;
        bool trusted;
        int status;
    } gate[] = {
        {"GET", NULL, false, 403},      {"GET", "1", false, 403},  {"GET", "t0ken", false, 200},
        {"HEAD", NULL, false, 403},     {"POST", "1", false, 403}, {"POST", "t0ken", false, 200},
        {"POST", "t0ken2", false, 403}, {"POST", NULL, true, 200},
    };
    unit_begin(NULL);
    struct api *api = api_new(api_worlds(unit_api()), &options);
    for (size_t i = 0; i < sizeof gate / sizeof *gate; i++) {
        struct api_header header = {"X-Mockcloud-Control", gate[i].header};
        bool get = gate[i].method[0] != 'P';
        struct api_request request = {.method = gate[i].method,
                                      .target = get ? "/__mock/worlds/default"
                                                    : "/__mock/worlds/default/reset",
                                      .headers = &header,
                                      .header_count = gate[i].header != NULL,
                                      .trusted = gate[i].trusted};
        struct api_ticket ticket = {0};
        ck_assert_int_eq(api_dispatch(api, &request, &ticket), API_NOW);
        ck_assert_int_eq(ticket.reply.status, gate[i].status);
        if (gate[i].status == 403)
            ck_assert_str_eq(
                buf_str(&ticket.reply.body),
                ERROR("forbidden", "send the server's control token in X-Mockcloud-Control"));
        api_ticket_done(api, &ticket);
    }
    api_free(api);
    unit_end();
}
END_TEST

Suite *test_api_control(void)
{
    Suite *suite = suite_create("control");
    TCase *tcase = tcase_create("control");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, mistake, 0, sizeof mistakes / sizeof *mistakes);
    tcase_add_test(tcase, settles);
    tcase_add_test(tcase, does_not_settle);
    tcase_add_test(tcase, worlds_come_and_go);
    tcase_add_test(tcase, reset_makes_anew);
    tcase_add_test(tcase, a_world_in_use_stays);
    tcase_add_test(tcase, no_room_for_more_worlds);
    tcase_add_test(tcase, control_token);
    suite_add_tcase(suite, tcase);
    return suite;
}
