/* Vitals of devices: told at each full handshake, asked for, kept for 30 days. */
#include "cloud/record.h"
#include "suites.h"

#include "unit_api.h"

#include "cloud/diagnostics.h"

#include <stdio.h>

#define GET(path)   .method = "GET", .target = path, .token = "dev-token"
#define POST(path)  .method = "POST", .target = path, .token = "dev-token"
#define ERROR(text) "{\"ok\":false,\"error\":\"" text "\"}"
#define MINE        "/v1/diagnostics/" DESK
#define OF_PRODUCT  "/v1/products/6287/diagnostics/" COLD
#define NONE_YET    ERROR("No diagnostics for this device")
#define LIST(items) "{\"diagnostics\":[" items "]}"
#define RECORD(at, id, radio, up)                                                                  \
    "{\"updated_at\":\"2026-01-" at "Z\",\"deviceID\":\"" id                                       \
    "\",\"payload\":{\"device\":{\"network\":{\"signal\":{\"at\":\"" radio "\",<any>}},<any>"      \
    "\"uptime\":" up                                                                               \
    ",<any>},\"service\":{\"device\":{\"status\":\"ok\"},\"cloud\":{\"uptime\":" up                \
    ",\"publish\":{\"sent\":2}},\"coap\":{\"round_trip\":228}}}}"
#define FIRST  RECORD("01T00:00:00.000", DESK, "Wi-Fi", "0")
#define SECOND RECORD("01T01:00:00.000", DESK, "Wi-Fi", "3600")
#define THIRD  RECORD("31T01:00:00.000", DESK, "Wi-Fi", "2595600")
#define DATES                                                                                      \
    "{\"error\":\"bad_request\",\"description\":\"start_date and end_date must be ISO8601 "        \
    "formatted\"}"
#define LONG_AGO                                                                                   \
    "{\"error\":\"bad_request\",\"description\":\"start_date must not be more than than 30 days "  \
    "ago\"}"
#define CONTROL(path, json)                                                                        \
    .method = "POST", .target = "/__mock/worlds/default/" path,                                    \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = json, .status = 200
#define ADVANCE(by)                                                                                \
    {                                                                                              \
        "time passes", CONTROL("clock", "{\"advance\":\"" by "\"}")                                \
    }

static const struct api_case life[] = {
    {"none", NULL, GET(MINE), .status = 200, .reply = LIST(""), .rule = "diagnostics.list",
     .mark = "D"},
    {"none at all", NULL, GET(MINE "/last"), .status = 404, .reply = NONE_YET,
     .rule = "diagnostics.none"},
    {"asked for", NULL, POST(MINE "/update"), .status = 202, .reply = "{\"ok\":true}",
     .rule = "diagnostics.refresh", .mark = "D"},
    {"the last", NULL, GET(MINE "/last"), .status = 200, .reply = "{\"diagnostics\":" FIRST "}",
     .rule = "diagnostics.last", .mark = "D"},
    ADVANCE("1h"),
    {"asked for again, by name", NULL, POST("/v1/diagnostics/desk/update"), .status = 202},
    {"both, the newest first", NULL, GET(MINE), .status = 200, .reply = LIST(SECOND "," FIRST)},
    {"as CSV", NULL, GET(MINE), .header = "Accept: text/csv", .status = 200,
     .reply = "updated_at,deviceID,device.network.signal.at,<any>,device.system.uptime,<any>,"
              "service.coap.round_trip\r\n"
              "2026-01-01T01:00:00.000Z," DESK ",Wi-Fi,<any>,228\r\n"
              "2026-01-01T00:00:00.000Z," DESK ",Wi-Fi,<any>,228\r\n",
     .rule = "diagnostics.list-csv", .mark = "D"},
    {"as CSV, none then", NULL, GET(MINE "?end_date=2025-12-31T00:00:00Z"),
     .header = "Accept: text/csv", .status = 200, .reply = "updated_at,deviceID,<any>\r\n"},
    {"since", NULL, GET(MINE "?start_date=2026-01-01T00:30:00Z"), .status = 200,
     .reply = LIST(SECOND), .mark = "D"},
    {"until", NULL, GET(MINE "?end_date=2026-01-01T00:30:00Z"), .status = 200, .reply = LIST(FIRST),
     .mark = "D"},
    {"no date", NULL, GET(MINE "?end_date=invalid-date"), .status = 400, .reply = DATES,
     .rule = "diagnostics.dates", .mark = "D"},
    {"no date either", NULL, GET(MINE "?start_date=1"), .status = 400, .reply = DATES},
    {"long ago", NULL, GET(MINE "?start_date=2025-12-01T00:30:00Z"), .status = 400,
     .reply = LONG_AGO, .mark = "D"},
    {"another's", NULL, GET("/v1/diagnostics/" EVES), .status = 403},
    {"another's, last", NULL, GET("/v1/diagnostics/" EVES "/last"), .status = 403},
    {"another's, asked for", NULL, POST("/v1/diagnostics/" EVES "/update"), .status = 403},
    {"another's metadata", NULL, GET("/v1/diagnostics/" EVES "/metadata"), .status = 403},
    {"metadata", NULL, GET(MINE "/metadata"), .status = 200,
     .reply = "{\"diagnostics_metadata\":{\"device\":{<any>\"strength\":{\"title\":\"signal "
              "strength\",<any>}}",
     .rule = "diagnostics.metadata", .mark = "D"},
    {"a customer's own", NULL, .method = "POST", .target = "/v1/diagnostics/" ADAS "/update",
     .token = "ada-token", .status = 202},
    ADVANCE("720h"),
    {"asked for a month later", NULL, POST(MINE "/update"), .status = 202},
    {"the first has expired", NULL, GET(MINE), .status = 200, .reply = LIST(THIRD "," SECOND),
     .mark = "D"},
    ADVANCE("720h"),
    ADVANCE("1s"),
    {"all have", NULL, GET(MINE "/last"), .status = 404, .reply = NONE_YET},
};

START_TEST(vitals_live_for_a_month)
{
    unit_begin(NULL);
    UNIT_STORY(life);
    unit_end();
}
END_TEST

static const struct api_case of_product[] = {
    {"offline", NULL, POST(OF_PRODUCT "/update"), .status = 404,
     .reply = ERROR("The device is not online"), .rule = "diagnostics.refresh-absent"},
    {"power", CONTROL("devices/cold", "{\"do\":\"power-on\"}")},
    ADVANCE("1min"),
    {"told when it came online", NULL, GET(OF_PRODUCT "/last"), .status = 200,
     .reply =
         "{\"diagnostics\":{\"updated_at\":\"2026-01-01T00:00:42.000Z\",\"deviceID\":\"" COLD
         "\",\"payload\":{\"device\":{\"network\":{\"cellular\":{<any>},\"signal\":{\"at\":\"LTE "
         "Cat-M1\",<any>\"uptime\":42,<any>}}}}"},
    {"list", NULL, GET(OF_PRODUCT), .status = 200, .reply = LIST("{<any>}")},
    {"metadata", NULL, GET(OF_PRODUCT "/metadata"), .status = 200},
    {"asked for", NULL, POST(OF_PRODUCT "/update"), .status = 202},
    {"not in the product", NULL, GET("/v1/products/6287/diagnostics/" ZOES "/last"), .status = 404},
    {"another team", NULL, .method = "GET", .target = OF_PRODUCT, .token = "eve-token",
     .status = 403},
};

START_TEST(vitals_of_a_product_device)
{
    unit_begin(NULL);
    UNIT_STORY(of_product);
    unit_end();
}
END_TEST

static const struct api_case switched[] = {
    {"no date", "diagnostics_date_error: ok-200", GET(MINE "?end_date=x"), .status = 200,
     .reply = DATES},
    {"offline", "diagnostics_refresh: accept", POST(OF_PRODUCT "/update"), .status = 202,
     .reply = "{\"ok\":true}", .rule = "diagnostics.refresh-absent"},
};

START_TEST(row)
{
    unit_case_alone(&switched[_i]);
}
END_TEST

/* What a device publishes under that name need not be vitals; only so many are kept. */
START_TEST(any_data_is_taken_or_passed_over)
{
    static const char *const data[] = {"", "[]", "{", "{\\\"a\\\":1} x", "\\u0001", "null"};
    char body[200];
    unit_begin(NULL);
    struct cloud *cloud = unit_world()->cloud;
    struct cloud_device *desk = cloud_device(cloud, DESK);
    for (size_t i = 0; i < sizeof data / sizeof *data; i++) {
        snprintf(
            body, sizeof body,
            "{\"do\":\"publish\",\"name\":\"spark/device/diagnostics/update\",\"data\":\"%s\"}",
            data[i]);
        struct api_case publish = {data[i], CONTROL("devices/desk", body)};
        unit_case(&publish);
    }
    ck_assert_ptr_null(diagnostics_of(cloud, desk));
    for (int i = 0; i < DIAGNOSTICS_MAX + 5; i++) {
        snprintf(body, sizeof body, "{\"i\":%d,\"service\":\"mine\"}", i);
        session_publish(cloud, session_of(desk), DIAGNOSTICS_EVENT, body);
    }
    const struct diagnostics *diagnostics = diagnostics_of(cloud, desk);
    ck_assert_uint_eq(diagnostics->count, DIAGNOSTICS_MAX);
    ck_assert_str_eq(diagnostics->records[0].payload,
                     "{\"i\":5,\"service\":{\"device\":{\"status\":\"ok\"},\"cloud\":{\"uptime\":"
                     "0,\"publish\":{\"sent\":2}},\"coap\":{\"round_trip\":228}}}");
    unit_end();
}
END_TEST

Suite *test_api_diagnostics(void)
{
    Suite *suite = suite_create("diagnostics");
    TCase *tcase = tcase_create("diagnostics");
    tcase_add_test(tcase, vitals_live_for_a_month);
    tcase_add_test(tcase, vitals_of_a_product_device);
    tcase_add_loop_test(tcase, row, 0, sizeof switched / sizeof *switched);
    tcase_add_test(tcase, any_data_is_taken_or_passed_over);
    suite_add_tcase(suite, tcase);
    return suite;
}
