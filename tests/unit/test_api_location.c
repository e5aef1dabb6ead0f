/* Where devices are: what they told in "loc" events. */
#include "cloud/record.h"
#include "suites.h"

#include "unit_api.h"

#include "cloud/locations.h"

#include <stdio.h>

#define GET(path)   .method = "GET", .target = path, .token = "dev-token"
#define ERROR(text) "{\"ok\":false,\"error\":\"" text "\"}"
#define LOCATIONS   "/v1/products/6287/locations"
#define ONE(id)     LOCATIONS "/" id
#define META(page, per_page, pages, found)                                                         \
    "\"meta\":{\"page\":" page ",\"per_page\":" per_page ",\"total_pages\":" pages                 \
    ",\"devices_found\":" found "}"
#define ALL(items, pages, found) "{\"locations\":[" items "]," META("1", "20", pages, found) "}"
#define HEAD_(id, name, groups, lock, heard, times)                                                \
    "{\"device_id\":\"" id "\",\"product_id\":6287,\"device_name\":\"" name                        \
    "\",\"groups\":[" groups "],\"gps_lock\":" lock ",\"last_heard\":\"" heard                     \
    "\",\"timestamps\":[" times "],\"online\":true,\"geometry\":{\"type\":\""
#define POINT(place) "Point\",\"coordinates\":" place "}"
#define LINE(places) "LineString\",\"coordinates\":[" places "]}"
#define T1           "2026-01-01T00:01:00Z"
#define T2           "2026-01-01T00:02:00Z"
#define Q(text)      "\"" text "\""
#define PUMP_LAST    HEAD_(PUMP, "pump", "\"trucks\"", "true", T2, Q(T2)) POINT("[34.75,31.5]")
#define PUMP_BOTH                                                                                  \
    HEAD_(PUMP, "pump", "\"trucks\"", "true", T2, Q(T1) "," Q(T2))                                 \
    LINE("[34.5,31.5],[34.75,31.5]")
#define ADAS_LAST                                                                                  \
    HEAD_(ADAS, "adas", "", "false", "2026-01-01T00:00:00Z", "\"2026-01-01T00:00:00Z\"")           \
    POINT("[-0.125,51.5]")
#define TELL(device, json)                                                                         \
    .method = "POST", .target = "/__mock/worlds/default/devices/" device,                          \
    .header = "X-Mockcloud-Control: 1", .type = JSON,                                              \
    .body = "{\"do\":\"publish\",\"name\":\"loc\",\"data\":\"" json "\"}", .status = 200
#define RANGE(from, to) "date_range=2026-01-01T00:" from "Z,2026-01-01T00:" to "Z"
#define PLACES                                                                                     \
    ERROR("rect_bl and rect_tr have to be a latitude and a longitude each, separated by a comma")
#define RANGES  ERROR("date_range has to be two ISO 8601 dates, separated by a comma")
#define NOWHERE ERROR("Location not found")

static const struct api_case story[] = {
    {"nobody told anything", NULL, GET(LOCATIONS), .status = 200, .reply = ALL("", "1", "0"),
     .rule = "location.list", .mark = "D"},
    {"nor this one", NULL, GET(ONE(PUMP)), .status = 404, .reply = NOWHERE,
     .rule = "location.none"},
    {"a group", NULL, .method = "PUT", .target = "/v1/products/6287/devices/" PUMP,
     .token = "dev-token", .type = FORM, .body = "groups[]=trucks", .status = 200},
    {"here", TELL("pump", "{\\\"cmd\\\":\\\"loc\\\",\\\"time\\\":1767225660,\\\"loc\\\":{"
                          "\\\"lck\\\":1,\\\"lat\\\":31.5,\\\"lon\\\":34.5,\\\"spd\\\":13.5}}")},
    {"there", TELL("pump", "{\\\"loc\\\":{\\\"lck\\\":true,\\\"time\\\":1767225720,\\\"lat\\\":"
                           "31.5,\\\"lon\\\":34.75}}")},
    {"elsewhere",
     TELL("adas", "{\\\"loc\\\":{\\\"lck\\\":0,\\\"lat\\\":51.5,\\\"lon\\\":-0.125}}")},
    {"another product's", TELL("zoes", "{\\\"loc\\\":{\\\"lat\\\":1,\\\"lon\\\":1}}")},
    {"nothing", TELL("pump", "{\\\"loc\\\":{\\\"lck\\\":0}}")},
    {"the last known", NULL, GET(LOCATIONS), .status = 200,
     .reply = ALL(PUMP_LAST "}," ADAS_LAST "}", "1", "2"), .mark = "D"},
    {"the way", NULL, GET(LOCATIONS "?" RANGE("00:30", "10:00")), .status = 200,
     .reply = ALL(PUMP_BOTH "}", "1", "1"), .mark = "D"},
    {"a part of it", NULL, GET(LOCATIONS "?" RANGE("01:30", "10:00")), .status = 200,
     .reply = ALL(PUMP_LAST "}", "1", "1")},
    {"within", NULL, GET(LOCATIONS "?rect_bl=31.4,34.6&rect_tr=31.6,34.8"), .status = 200,
     .reply = ALL(PUMP_LAST "}", "1", "1"), .mark = "D"},
    {"by id", NULL, GET(LOCATIONS "?device_id=41000000000000000000000"), .status = 200,
     .reply = "{\"locations\":[<any>]," META("1", "20", "1", "2") "}"},
    {"by name", NULL, GET(LOCATIONS "?device_name=ADA"), .status = 200,
     .reply = ALL(ADAS_LAST "}", "1", "1")},
    {"by another name", NULL, GET(LOCATIONS "?device_name=das"), .status = 200,
     .reply = ALL("", "1", "0")},
    {"by group", NULL, GET(LOCATIONS "?groups=cars,trucks"), .status = 200,
     .reply = ALL(PUMP_LAST "}", "1", "1")},
    {"by half a group", NULL, GET(LOCATIONS "?groups[]=truck&groups[]=cars"), .status = 200,
     .reply = ALL("", "1", "0")},
    {"by no group", NULL, GET(LOCATIONS "?groups="), .status = 200,
     .reply = ALL("<any>", "1", "2")},
    {"second page", NULL, GET(LOCATIONS "?per_page=1&page=2"), .status = 200,
     .reply = "{\"locations\":[" ADAS_LAST "}]," META("2", "1", "2", "2") "}"},
    {"large pages", NULL, GET(LOCATIONS "?per_page=1000"), .status = 200,
     .reply = "{\"locations\":[<any>]," META("1", "100", "1", "2") "}"},
    {"one", NULL, GET(ONE(PUMP)), .status = 200,
     .reply = "{\"location\":" PUMP_LAST ",\"properties\":[{}]},\"meta\":{}}",
     .rule = "location.get", .mark = "D"},
    {"one's way", NULL, GET(ONE(PUMP) "?" RANGE("00:00", "10:00")), .status = 200,
     .reply = "{\"location\":" PUMP_BOTH ",\"properties\":[{\"spd\":13.5},{}]},\"meta\":{}}",
     .mark = "D"},
    {"not then", NULL, GET(ONE(PUMP) "?" RANGE("09:00", "10:00")), .status = 404, .reply = NOWHERE},
    {"unknown", NULL, GET(ONE(ZOES)), .status = 404},
    {"one date", NULL, GET(LOCATIONS "?date_range=2026-01-01"), .status = 400, .reply = RANGES,
     .rule = "location.bad"},
    {"no dates", NULL, GET(ONE(PUMP) "?date_range=a,b"), .status = 400, .reply = RANGES},
    {"half a rectangle", NULL, GET(LOCATIONS "?rect_bl=1,2"), .status = 400, .reply = PLACES},
    {"no latitude", NULL, GET(LOCATIONS "?rect_bl=100,2&rect_tr=1,2"), .status = 400,
     .reply = PLACES},
    {"no number", NULL, GET(LOCATIONS "?rect_bl=nan,2&rect_tr=1,2"), .status = 400,
     .reply = PLACES},
    {"one number", NULL, GET(LOCATIONS "?rect_bl=1&rect_tr=1,2"), .status = 400, .reply = PLACES},
    {"a customer", NULL, .method = "GET", .target = LOCATIONS, .token = "ada-token", .status = 403},
};

START_TEST(devices_tell_where_they_are)
{
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(any_data_is_taken_or_passed_over)
{
    static const char *const data[] = {
        "",
        "loc",
        "{\"loc\":[]}",
        "{\"loc\":{\"lat\":91,\"lon\":0}}",
        "{\"loc\":{\"lat\":1e999,\"lon\":0}}",
        "{\"loc\":{\"lat\":\"1\",\"lon\":0}}",
        "\xff",
    };
    char body[100];
    unit_begin(NULL);
    struct cloud *cloud = unit_world()->cloud;
    const struct cloud_device *pump = cloud_device(cloud, PUMP);
    locations_take(cloud, pump, NULL);
    for (size_t i = 0; i < sizeof data / sizeof *data; i++)
        locations_take(cloud, pump, data[i]);
    ck_assert_ptr_null(locations_of(cloud, pump));
    locations_take(cloud, pump, "{\"loc\":{\"lat\":0,\"lon\":0,\"time\":-1}}");
    ck_assert_int_eq(locations_of(cloud, pump)->points[0].at_ms,
                     vclock_now(unit_world()->sim.clock));
    for (int i = 0; i < LOCATIONS_MAX + 5; i++) {
        snprintf(body, sizeof body, "{\"loc\":{\"lat\":0,\"lon\":0,\"time\":%d}}", i);
        locations_take(cloud, pump, body);
    }
    ck_assert_uint_eq(locations_of(cloud, pump)->count, LOCATIONS_MAX);
    ck_assert_int_eq(locations_of(cloud, pump)->points[0].at_ms, 5000);
    unit_end();
}
END_TEST

Suite *test_api_location(void)
{
    Suite *suite = suite_create("location");
    TCase *tcase = tcase_create("location");
    tcase_add_test(tcase, devices_tell_where_they_are);
    tcase_add_test(tcase, any_data_is_taken_or_passed_over);
    suite_add_tcase(suite, tcase);
    return suite;
}
