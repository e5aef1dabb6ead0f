/* SIM cards, of users and of products. */
#include "suites.h"

#include "unit_api.h"

#define GET(path)    .method = "GET", .target = path, .token = "dev-token"
#define HEAD(path)   .method = "HEAD", .target = path, .token = "dev-token"
#define POST(path)   .method = "POST", .target = path, .token = "dev-token"
#define PUT(path)    .method = "PUT", .target = path, .token = "dev-token"
#define DELETE(path) .method = "DELETE", .target = path, .token = "dev-token"
#define ACTION(what) .type = FORM, .body = "action=" what
#define ERROR(text)  "{\"ok\":false,\"error\":\"" text "\"}"
#define DENIED       ERROR("Permission denied")
#define UNKNOWN      ERROR("SIM not found")
#define SIMS         "/v1/sims"
#define OF_PRODUCT   "/v1/products/6287/sims"
#define MINE         "8934000000000000001" /* dev's boron */
#define THEIRS       "8934000000000000002" /* eve's boron */
#define FREE         "8901000000000000003" /* a boron of nobody */
#define FLEET        "8934000000000000004" /* in the product */
#define AWAY         "8934000000000000005" /* in another product */
#define SPARE        "8934000000000000006" /* E-Series of nobody */
#define LOOSE        "8934000000000000009" /* in no device */

#define WORLD                                                                                      \
    "users: [{username: dev@example.com}, {username: eve@example.com}]\n"                          \
    "products:\n"                                                                                  \
    "  - {id: 6287, platform: e-series, team: [dev@example.com]}\n"                                \
    "  - {id: 7000, platform: e-series}\n"                                                         \
    "customers: [{email: ada@example.com, product: '6287'}]\n"                                     \
    "devices:\n"                                                                                   \
    "  - {as: mine, iccid: '" MINE "', owner: dev@example.com, state: online}\n"                   \
    "  - {as: theirs, iccid: '" THEIRS "', owner: eve@example.com}\n"                              \
    "  - {as: free, iccid: '" FREE "'}\n"                                                          \
    "  - {as: fleet, id: '" PUMP "', iccid: '" FLEET "', product: '6287'}\n"                       \
    "  - {as: away, iccid: '" AWAY "', product: '7000'}\n"                                         \
    "  - {as: spare, id: '" COLD "', platform: e-series, iccid: '" SPARE "'}\n"                    \
    "  - {as: wifi, platform: photon, owner: dev@example.com}\n"                                   \
    "tokens: [{token: dev-token, user: dev@example.com}, {token: ada-token, customer: "            \
    "ada@example.com, product: '6287'}]\n"

#define SIM_(iccid, tail, activations, deactivations, first, last, via, action, status, updated,   \
             whose, carrier, id, name)                                                             \
    "{\"_id\":\"" iccid "\",\"iccid\":\"" iccid "\",\"activations_count\":" activations            \
    ",\"base_country_code\":\"US\",\"base_monthly_rate\":299,\"deactivations_"                     \
    "count\":" deactivations ",\"first_activated_on\":" first ",\"last_activated_on\":" last       \
    ",\"last_activated_via\":" via ",\"last_status_change_action\":" action                        \
    ",\"last_status_change_action_error\":\"no\",\"msisdn\":\"345901" tail                         \
    "\",\"overage_monthly_rate\":99,\"status\":\"" status                                          \
    "\",\"stripe_plan_slug\":\"ExamplePlan\",\"updated_at\":" updated "," whose                    \
    ",\"carrier\":" carrier ",\"last_device_id\":" id ",\"last_device_name\":" name
#define USER  "\"user_id\":\"<24>\""
#define OF(n) "\"product_id\":" n
#define NOW   "\"2026-01-01T00:00:00.000Z\""
#define MINE_                                                                                      \
    SIM_(MINE, "000000001", "1", "0", "null", "null", "\"user_setup\"", "\"activate\"", "active",  \
         "null", USER, "\"telefonica\"", "\"<24>\"", "\"mine\"")
#define FLEET_                                                                                     \
    SIM_(FLEET, "000000004", "1", "0", "null", "null", "\"user_setup\"", "\"activate\"", "active", \
         "null", OF("6287"), "\"telefonica\"", "\"" PUMP "\"", "\"fleet\"")
#define PAGE(sims, pages) "{\"sims\":[" sims "],\"meta\":{\"total_pages\":" pages "}}"
#define WRONG             ERROR("action has to be activate, deactivate or reactivate")

static const struct api_case of_user[] = {
    {"list", NULL, GET(SIMS), .status = 200, .reply = "{\"sims\":[" MINE_ "}]}", .rule = "sim.list",
     .mark = "D"},
    {"one", NULL, GET(SIMS "/" MINE), .status = 200,
     .reply = MINE_ ",\"owner\":\"dev@example.com\"}", .rule = "sim.get", .mark = "D"},
    {"check, active", NULL, HEAD(SIMS "/" MINE), .status = 205, .reply = "", .rule = "sim.check",
     .mark = "C"},
    {"check, nobody's", NULL, HEAD(SIMS "/" FREE), .status = 204, .reply = "", .mark = "C"},
    {"check, another's", NULL, HEAD(SIMS "/" THEIRS), .status = 403, .rule = "sim.foreign",
     .mark = "C"},
    {"check, unknown", NULL, HEAD(SIMS "/12345"), .status = 404, .rule = "sim.unknown",
     .mark = "C"},
    {"another's", NULL, GET(SIMS "/" THEIRS), .status = 403, .reply = DENIED},
    {"unknown", NULL, GET(SIMS "/12345"), .status = 404, .reply = UNKNOWN},
    {"nobody's", NULL, GET(SIMS "/" FREE), .status = 403, .reply = DENIED},
    {"the product's is not the user's", NULL, GET(SIMS "/" FLEET), .status = 403, .reply = DENIED},
    {"no action", NULL, PUT(SIMS "/" MINE), .status = 400, .reply = WRONG,
     .rule = "sim.bad-action"},
    {"a bad action", NULL, PUT(SIMS "/" MINE), ACTION("explode"), .status = 400, .reply = WRONG},
    {"activate", NULL, PUT(SIMS "/" FREE), ACTION("activate"), .status = 200, .reply = "",
     .rule = "sim.changed", .mark = "D"},
    {"activated", NULL, GET(SIMS "/" FREE), .status = 200,
     .reply =
         SIM_(FREE, "000000003", "1", "0", NOW, NOW, "\"user_setup\"", "\"activate\"", "active",
              NOW, USER, "null", "\"<24>\"", "\"free\"") ",\"owner\":\"dev@example.com\"}"},
    {"deactivate", NULL, PUT(SIMS "/" MINE), ACTION("deactivate"), .status = 200, .reply = "",
     .mark = "D"},
    {"deactivated", NULL, GET(SIMS "/" MINE), .status = 200,
     .reply = SIM_(MINE, "000000001", "1", "1", "null", "null", "\"user_setup\"", "\"deactivate\"",
                   "deactivated", NOW, USER, "\"telefonica\"", "\"<24>\"", "\"mine\"") ",<any>"},
    {"check, deactivated", NULL, HEAD(SIMS "/" MINE), .status = 204, .reply = ""},
    {"reactivate", NULL, PUT(SIMS "/" MINE), ACTION("reactivate&mb_limit=5"), .status = 200,
     .reply = "", .mark = "D"},
    {"reactivated", NULL, GET(SIMS "/" MINE), .status = 200,
     .reply = SIM_(MINE, "000000001", "2", "1", "null", NOW, "\"user_setup\"", "\"reactivate\"",
                   "active", NOW, USER, "\"telefonica\"", "\"<24>\"", "\"mine\"") ",<any>"},
    {"another's, activate", NULL, PUT(SIMS "/" THEIRS), ACTION("activate"), .status = 403,
     .reply = DENIED},
    {"nobody's, deactivate", NULL, PUT(SIMS "/" SPARE), ACTION("deactivate"), .status = 403,
     .reply = DENIED},
    {"release", NULL, DELETE(SIMS "/" MINE), .status = 204, .reply = "", .rule = "sim.released",
     .mark = "D"},
    {"released", NULL, GET(SIMS "/" MINE), .status = 403, .reply = DENIED},
    {"and free", NULL, HEAD(SIMS "/" MINE), .status = 204},
    {"release again", NULL, DELETE(SIMS "/" MINE), .status = 403, .reply = DENIED},
    {"what is left", NULL, GET(SIMS), .status = 200,
     .reply = "{\"sims\":[{\"_id\":\"" FREE "\",<any>}]}"},
    {"a customer", NULL, .method = "GET", .target = SIMS, .token = "ada-token", .status = 403},
};

START_TEST(sims_of_a_user)
{
    unit_begin_world(WORLD);
    UNIT_STORY(of_user);
    unit_end();
}
END_TEST

#define FILE_OF(text)                                                                              \
    .type = "multipart/form-data; boundary=xx",                                                    \
    .body = "--xx\r\nContent-Disposition: form-data; name=\"file\"; "                              \
            "filename=\"sims.txt\"\r\n\r\n" text "\r\n--xx--\r\n"
#define IMPORTED "{\"ok\":true}"

static const struct api_case of_product[] = {
    {"list", NULL, GET(OF_PRODUCT), .status = 200, .reply = PAGE(FLEET_ "}", "1"), .mark = "D"},
    {"one", NULL, GET(OF_PRODUCT "/" FLEET), .status = 200, .reply = FLEET_ ",\"owner\":null}"},
    {"check", NULL, HEAD(OF_PRODUCT "/" FLEET), .status = 205},
    {"another product's", NULL, GET(OF_PRODUCT "/" AWAY), .status = 403, .reply = DENIED},
    {"activate", NULL, PUT(OF_PRODUCT "/" FLEET), ACTION("activate"), .status = 400,
     .reply = ERROR("Import the SIM into the product to activate it"),
     .rule = "sim.activate-in-product"},
    {"nothing to import", NULL, POST(OF_PRODUCT), .status = 400,
     .reply = ERROR("There are no SIMs to import: sims or file is missing"),
     .rule = "sim.import-empty"},
    {"import", NULL, POST(OF_PRODUCT), .type = FORM,
     .body = "sims[]=" SPARE "&sims[]=" THEIRS "&sims[]=" AWAY "&sims[]=12345", .status = 200,
     .reply = IMPORTED, .rule = "sim.import", .mark = "D"},
    {"with its device", NULL, GET("/v1/products/6287/devices/" COLD), .status = 200, .mark = "D"},
    {"import a file", NULL, POST(OF_PRODUCT), FILE_OF(LOOSE "\r\n\r\nno sim\n" SPARE),
     .status = 200, .reply = IMPORTED, .mark = "D"},
    {"import as JSON", NULL, POST(OF_PRODUCT), .type = JSON, .body = "{\"sims\":[\"" LOOSE "\",5]}",
     .status = 200, .reply = IMPORTED},
    {"only what is one and nobody's came", NULL, GET(OF_PRODUCT), .status = 200,
     .reply = PAGE("{\"_id\":\"" FLEET "\",<any>},{\"_id\":\"" SPARE "\",<any>},{\"_id\":\"" LOOSE
                   "\",<any>\"last_activated_via\":\"import\",<any>\"last_device_id\":null,"
                   "\"last_device_name\":null}",
                   "1")},
    {"by ICCID", NULL, GET(OF_PRODUCT "?iccid=00006"), .status = 200,
     .reply = PAGE("{\"_id\":\"" SPARE "\",<any>}", "1")},
    {"by device", NULL, GET(OF_PRODUCT "?deviceId=" PUMP), .status = 200,
     .reply = PAGE("{\"_id\":\"" FLEET "\",<any>}", "1")},
    {"by name", NULL, GET(OF_PRODUCT "?deviceName=PARE"), .status = 200,
     .reply = PAGE("{\"_id\":\"" SPARE "\",<any>}", "1")},
    {"second page", NULL, GET(OF_PRODUCT "?per_page=2&page=2"), .status = 200,
     .reply = PAGE("{\"_id\":\"" LOOSE "\",<any>}", "2")},
    {"behind the last", NULL, GET(OF_PRODUCT "?per_page=2&page=9999999999999"), .status = 200,
     .reply = PAGE("", "2")},
    {"no pages", NULL, GET(OF_PRODUCT "?per_page=0&page=x&iccid=77"), .status = 200,
     .reply = PAGE("", "1")},
    {"deactivate", NULL, PUT(OF_PRODUCT "/" LOOSE), ACTION("deactivate"), .status = 200},
    {"reactivate", NULL, PUT(OF_PRODUCT "/" FLEET), ACTION("reactivate"), .status = 200},
    {"release", NULL, DELETE(OF_PRODUCT "/" LOOSE), .status = 204},
    {"the fleet's data", NULL, GET(OF_PRODUCT "/data_usage"), .status = 200,
     .reply = "{\"total_mbs_used\":0,\"total_active_sim_cards\":2,\"usage_by_day\":[{\"date\":"
              "\"2026-01-01\",\"mbs_used\":0,\"mbs_used_cumulative\":0}],\"quota\":2,\"used\":0}",
     .rule = "sim.fleet-usage", .mark = "D"},
    {"one's data", NULL, GET(OF_PRODUCT "/" FLEET "/data_usage"), .status = 200,
     .reply = "{\"iccid\":\"" FLEET "\",\"usage_by_day\":[{\"date\":\"2026-01-01\",\"mbs_used\":0,"
              "\"mbs_used_cumulative\":0}],\"quota\":1,\"used\":0}",
     .rule = "sim.usage", .mark = "D"},
    {"data of another's", NULL, GET(SIMS "/" FLEET "/data_usage"), .status = 403},
};

START_TEST(sims_of_a_product)
{
    unit_begin_world(WORLD);
    UNIT_STORY(of_product);
    unit_end();
}
END_TEST

#define STATUS(created, expires, again, state, truth)                                              \
    "{\"ok\":true,\"meta\":{\"created_at\":\"2026-01-01T00:" created "Z\",\"expires_at\":"         \
    "\"2026-01-01T00:" expires "Z\",\"check_again_after\":\"2026-01-01T00:" again                  \
    "Z\",\"state\":\"" state "\",\"method\":\"async\",\"task_id\":\"<any>\"},\"sim_status\":{"     \
    "\"connected\":" truth ",\"gsm_connection\":" truth ",\"data_connection\":" truth "}}"
#define ADVANCE(by)                                                                                \
    {                                                                                              \
        "time passes", .method = "POST", .target = "/__mock/worlds/default/clock",                 \
                       .header = "X-Mockcloud-Control: 1", .type = JSON,                           \
                       .body = "{\"advance\":\"" by "\"}", .status = 200                           \
    }

static const struct api_case checks[] = {
    {"begun", NULL, GET(SIMS "/" MINE "/status"), .status = 202, .rule = "sim.status", .mark = "D",
     .reply = STATUS("00:00.000", "03:00.000", "00:10.450", "pending", "null")},
    ADVANCE("10s"),
    {"not yet", NULL, GET(SIMS "/" MINE "/status"), .status = 202},
    ADVANCE("1s"),
    {"connected", NULL, GET(SIMS "/" MINE "/status"), .status = 200,
     .reply = STATUS("00:00.000", "03:00.000", "00:10.450", "complete", "true"), .mark = "D"},
    ADVANCE("3min"),
    {"begun again", NULL, GET(SIMS "/" MINE "/status"), .status = 202,
     .reply = STATUS("03:11.000", "06:11.000", "03:21.450", "pending", "null")},
    {"a product's", NULL, GET(OF_PRODUCT "/" FLEET "/status"), .status = 202},
    ADVANCE("1min"),
    {"offline", NULL, GET(OF_PRODUCT "/" FLEET "/status"), .status = 200,
     .reply = STATUS("03:11.000", "06:11.000", "03:21.450", "complete", "false")},
    {"another's", NULL, GET(SIMS "/" THEIRS "/status"), .status = 403},
    {"the days of the month", NULL, GET(SIMS "/" MINE "/data_usage"), .status = 200},
    ADVANCE("24h"),
    {"one more", NULL, GET(SIMS "/" MINE "/data_usage"), .status = 200,
     .reply = "<any>{\"date\":\"2026-01-01\",<any>},{\"date\":\"2026-01-02\",<any>}],<any>"},
};

START_TEST(the_status_of_a_sim_takes_a_while)
{
    unit_begin_world(WORLD);
    UNIT_STORY(checks);
    unit_end();
}
END_TEST

static const struct api_case switched[] = {
    {"check, active", NULL, HEAD(SIMS "/" MINE), .status = 204, .reply = "", .rule = "sim.check"},
};

START_TEST(an_active_sim_is_204_when_switched)
{
    unit_begin_world(WORLD "behaviour: {sim_check_active: no-content-204}\n");
    UNIT_STORY(switched);
    unit_end();
}
END_TEST

Suite *test_api_sim(void)
{
    Suite *suite = suite_create("sim");
    TCase *tcase = tcase_create("sim");
    tcase_add_test(tcase, sims_of_a_user);
    tcase_add_test(tcase, sims_of_a_product);
    tcase_add_test(tcase, the_status_of_a_sim_takes_a_while);
    tcase_add_test(tcase, an_active_sim_is_204_when_switched);
    suite_add_tcase(suite, tcase);
    return suite;
}
