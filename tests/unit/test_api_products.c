/* Products, their devices and the import; devices in the namespace of their owner. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define GET(path) .method = "GET", .target = path
#define BY(who)   .token = who

#define DENIED "{\"ok\":false,\"error\":\"Permission denied\"}"
#define ACME                                                                                       \
    "{\"id\":6287,\"platform_id\":10,\"name\":\"Acme Pump\",\"slug\":\"acme-pump\","               \
    "\"description\":\"\",\"subscription_id\":null,\"user\":\"<24>\",\"groups\":[],\"settings\":{" \
    "\"location\":{},\"known_application\":{\"opt_in\":true},\"quarantine\":true},"                \
    "\"device_protection\":\"disabled\"}"
#define ACME_2018                                                                                  \
    "{\"id\":6287,\"platform_id\":10,\"name\":\"Acme Pump\",\"slug\":\"acme-pump\","               \
    "\"description\":\"\",\"subscription_id\":null,\"mb_limit\":null,\"groups\":[],\"settings\":{" \
    "\"quarantine\":true},\"org\":null}"
#define NO_PRODUCT "{\"ok\":false,\"error\":\"Product not found.\"}"
#define NO_DEVICE  "{\"ok\":false,\"error\":\"Device not found for this product\"}"

/* A device in parts. The keys and their order are those of the year. */
#define HEAD(id_, name_, product_, online_, handshake_)                                            \
    "{\"id\":\"" id_ "\",\"name\":\"" name_                                                        \
    "\",\"last_ip_address\":<any>,\"last_heard\":" handshake_ ",\"last_handshake_at\":" handshake_ \
    ",\"product_id\":" product_ ",\"online\":" online_
#define CONNECTED(x) ",\"connected\":" x
#define RADIO        "\"iccid\":\"8934076500<n>\",\"imei\":\"35<n>\""
#define DESCRIBED    ",\"functions\":[],\"variables\":{}"
#define LISTED_NOW(platform_, cellular_, radio_, version_)                                         \
    ",\"platform_id\":" platform_ ",\"cellular\":" cellular_                                       \
    ",\"notes\":null,\"firmware_updates_enabled\":true,\"firmware_updates_forced\":false,"         \
    "\"status\":\"normal\",\"serial_number\":\"MOCK26<n>\"," radio_                                \
    ",\"system_firmware_version\":\"" version_ "\",\"current_build_target\":\"" version_           \
    "\",\"pinned_build_target\":null,\"default_build_target\":\"" version_ "\"" DESCRIBED
#define CELLULAR LISTED_NOW("10", "true", RADIO, "3.3.1")
#define WIFI     LISTED_NOW("6", "false", "\"mac_wifi\":\"00:00:00:00:00:03\"", "3.3.1")
#define OWNED(owner_, kind_)                                                                       \
    ",\"groups\":[],\"mobile_secret\":\"MOCKSECRET<n>\",\"device_protection\":{\"status\":"        \
    "\"disabled\"},\"owner\":\"" owner_ "\",\"" kind_ "\":\"<24>\"}"
#define MIDDLE_PRODUCT                                                                             \
    ",\"platform_id\":10,\"cellular\":true" DESCRIBED                                              \
    ",\"status\":\"normal\",\"serial_number\":\"MOCK26<n>\"," RADIO                                \
    ",\"mobile_secret\":\"MOCKSECRET<n>\",\"system_firmware_version\":\"3.3.1\""
#define TAIL_PRODUCT                                                                               \
    ",\"firmware_product_id\":6287,\"groups\":[],\"firmware_version\":null,"                       \
    "\"targeted_firmware_release_version\":null,\"development\":false,\"quarantined\":false,"      \
    "\"denied\":false"
#define LISTED_PRODUCT                                                                             \
    MIDDLE_PRODUCT ",\"current_build_target\":\"3.3.1\"" TAIL_PRODUCT                              \
                   ",\"device_protection\":{\"status\":\"disabled\"}"

#define HEAD_2015                                                                                  \
    "{\"id\":\"" DESK "\",\"name\":\"desk\",\"last_app\":null,\"last_ip_address\":\"127.0.0.1\","  \
    "\"last_heard\":\"<time>\",\"product_id\":6,\"connected\":true"
#define MORE_2018                                                                                  \
    ",\"platform_id\":6,\"cellular\":false,\"notes\":null,\"status\":\"normal\","                  \
    "\"current_build_target\":\"3.3.1\",\"system_firmware_version\":\"3.3.1\","                    \
    "\"default_build_target\":\"3.3.1\""
#define LISTED_2020                                                                                \
    HEAD(DESK, "desk", "6", "true", "\"<time>\"")                                                  \
    ",\"platform_id\":6,\"cellular\":false,\"notes\":null" DESCRIBED                               \
    ",\"status\":\"normal\",\"serial_number\":\"MOCK26<n>\",\"mac_wifi\":\"00:00:00:00:00:03\","   \
    "\"system_firmware_version\":\"3.3.1\""

static const struct api_case rows[] = {
    /* products */
    {"team member's", NULL, GET("/v1/products"), BY("dev-token"), .status = 200,
     .reply = "{\"products\":[" ACME "]}", .rule = "product.list", .mark = "D"},
    {"in 2018", "api_year: 2018", GET("/v1/products"), BY("dev-token"), .status = 200,
     .reply = "{\"products\":[" ACME_2018 "]}", .rule = "product.list", .mark = "R 2018-05"},
    {"also so", NULL, GET("/v1/user/products"), BY("dev-token"), .status = 200,
     .reply = "{\"products\":[" ACME "]}"},
    {"of a client", NULL, GET("/v1/products"), BY("acme-token"), .status = 200,
     .reply = "{\"products\":[" ACME "]}"},
    {"of nobody", NULL, GET("/v1/products"), BY("eve-token"), .status = 200,
     .reply = "{\"products\":[]}"},
    {"of a customer", NULL, GET("/v1/products"), BY("ada-token"), .status = 403, .reply = DENIED,
     .rule = "product.customer", .mark = "T"},
    {"one", NULL, GET("/v1/products/6287"), BY("dev-token"), .status = 200,
     .reply = "{\"product\":" ACME "}", .rule = "product.get", .mark = "D"},
    {"by slug", NULL, GET("/v1/products/acme-pump"), BY("acme-token"), .status = 200,
     .reply = "{\"product\":" ACME "}"},
    {"not there", NULL, GET("/v1/products/123456"), BY("dev-token"), .status = 404,
     .reply = NO_PRODUCT, .rule = "product.not-found", .mark = "R 2018-05"},
    {"not there, switched", "product_refused_status: not-found-404", GET("/v1/products/123456"),
     BY("dev-token"), .status = 404, .reply = NO_PRODUCT},
    {"not there, a customer", NULL, GET("/v1/products/123456"), BY("ada-token"), .status = 403,
     .reply = DENIED},
    {"another team's", NULL, GET("/v1/products/7000"), BY("dev-token"), .status = 403,
     .reply = DENIED, .rule = "product.refused"},
    {"another client's", NULL, GET("/v1/products/6287"), BY("other-token"), .status = 403,
     .reply = DENIED},
    {"another team's, switched", "product_refused_status: not-found-404", GET("/v1/products/7000"),
     BY("dev-token"), .status = 404, .reply = DENIED},
    /* who may */
    {"devices, a customer", NULL, GET("/v1/products/6287/devices"), BY("ada-token"), .status = 403,
     .reply = DENIED, .rule = "product.customer", .mark = "T"},
    {"devices, unknown product", NULL, GET("/v1/products/123456/devices"), BY("dev-token"),
     .status = 403, .reply = DENIED, .rule = "product.refused"},
    {"devices, not on the team", NULL, GET("/v1/products/6287/devices"), BY("eve-token"),
     .status = 403, .reply = DENIED, .rule = "product.refused"},
    {"devices, not on the team, switched", "product_refused_status: not-found-404",
     GET("/v1/products/6287/devices"), BY("eve-token"), .status = 404, .reply = DENIED},
    {"devices, another client", NULL, GET("/v1/products/6287/devices"), BY("other-token"),
     .status = 403, .reply = DENIED, .rule = "product.other-client"},
    {"devices, client and unknown product", NULL, GET("/v1/products/123456/devices"),
     BY("acme-token"), .status = 403, .reply = DENIED, .rule = "product.other-client"},
    {"customers, not on the team", NULL, GET("/v1/products/6287/customers"), BY("eve-token"),
     .status = 403, .reply = DENIED},
    /* devices of a product */
    {"filter by id", NULL, GET("/v1/products/6287/devices?deviceId=" BOBS), BY("dev-token"),
     .status = 200,
     .reply = "{\"devices\":[" HEAD(BOBS, "bobs", "6287", "false", "null") CONNECTED("false")
         LISTED_PRODUCT
     ",\"owner\":\"bob@example.com\",\"customer_id\":\"<24:bob>\"}],\"customers\":[{"
     "\"id\":\"<24>\",\"username\":\"bob@example.com\"}],\"meta\":{\"total_pages\":1}}",
     .rule = "product.device-list"},
    {"filter by name", NULL, GET("/v1/products/6287/devices?deviceName=PUM"), BY("dev-token"),
     .status = 200,
     .reply = "{\"devices\":[" HEAD(PUMP, "pump", "6287", "true", "\"<time>\"") CONNECTED("true")
         LISTED_PRODUCT ",\"owner\":null}],\"customers\":[],\"meta\":{\"total_pages\":1}}"},
    {"filter by nothing that is there", NULL, GET("/v1/products/6287/devices?deviceName=lamp"),
     BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[],\"customers\":[],\"meta\":{\"total_pages\":1}}"},
    {"all", NULL, GET("/v1/products/6287/devices"), BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" PUMP "\"<any>{\"id\":\"" ADAS "\"<any>{\"id\":\"" COLD
              "\"<any>{\"id\":\"" BOBS "\"<any>}],\"customers\":[{<any>ada<any>},{<any>bob<any>}],"
              "\"meta\":{\"total_pages\":1}}"},
    {"second page", NULL, GET("/v1/products/6287/devices?page=2&per_page=3"), BY("dev-token"),
     .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" BOBS "\",<any>}],\"customers\":[{<any>bob<any>}],"
              "\"meta\":{\"total_pages\":2}}"},
    {"page behind the last", NULL, GET("/v1/products/6287/devices?page=3&per_page=3"),
     BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[],\"customers\":[],\"meta\":{\"total_pages\":2}}"},
    {"page far behind the last", NULL,
     GET("/v1/products/6287/devices?page=2305843009213693953&per_page=8"), BY("dev-token"),
     .status = 200, .reply = "{\"devices\":[],\"customers\":[],\"meta\":{\"total_pages\":1}}"},
    {"no pages at all", NULL, GET("/v1/products/6287/devices?page=-1&per_page=zero"),
     BY("dev-token"), .status = 200, .reply = "{\"devices\":[{<any>\"meta\":{\"total_pages\":1}}"},
    {"one of a product", NULL, GET("/v1/products/6287/devices/" ADAS), BY("acme-token"),
     .status = 200,
     .reply = HEAD(ADAS, "adas", "6287", "true", "\"<time>\"") CONNECTED("true") MIDDLE_PRODUCT
     ",\"current_build_target\":\"3.3.1\",\"notes\":null,\"default_build_target\":"
     "\"3.3.1\",\"firmware_updates_enabled\":true,"
     "\"firmware_updates_forced\":false" TAIL_PRODUCT
     ",\"device_protection\":{\"status\":\"disabled\"},\"owner\":\"ada@example.com\",\"customer_"
     "id\":\"<24>\"}",
     .rule = "product.device-get"},
    {"by name, any case", NULL, GET("/v1/products/acme-pump/devices/Cold"), BY("dev-token"),
     .status = 200, .reply = "{\"id\":\"" COLD "\",<any>"},
    {"not in the product", NULL, GET("/v1/products/6287/devices/" ZOES), BY("dev-token"),
     .status = 404, .reply = NO_DEVICE, .rule = "product.device-not-found"},
    {"unknown", NULL, GET("/v1/products/6287/devices/nothing"), BY("dev-token"), .status = 404,
     .mark = "T", .reply = NO_DEVICE},
    /* devices of an owner */
    {"own", NULL, GET("/v1/devices"), BY("dev-token"), .status = 200,
     .reply = "[" HEAD(DESK, "desk", "6", "true", "\"<time>\"") CONNECTED("true") WIFI "}]",
     .rule = "device.list"},
    {"own, one, by name", NULL, GET("/v1/devices/DESK"), BY("dev-token"), .status = 200,
     .reply = HEAD(DESK, "desk", "6", "true", "\"<time>\"") CONNECTED("true")
         WIFI OWNED("dev@example.com", "user_id"),
     .rule = "device.get"},
    {"own, one, id in capitals", NULL, GET("/v1/devices/" DESK), BY("dev-token"), .status = 200},
    {"a customer's", NULL, GET("/v1/devices"), BY("ada-token"), .status = 200,
     .reply = "[" HEAD(ADAS, "adas", "6287", "true", "\"<time>\"") CONNECTED("true") CELLULAR "}]"},
    /* the same in the forms of older years */
    {"own, 2015", "api_year: 2015", GET("/v1/devices"), BY("dev-token"), .status = 200,
     .reply = "[" HEAD_2015 "}]", .mark = "R 2015"},
    {"own, 2018", "api_year: 2018", GET("/v1/devices"), BY("dev-token"), .status = 200,
     .reply = "[" HEAD_2015 MORE_2018 "}]", .mark = "R 2018-04"},
    {"own, 2020", "api_year: 2020", GET("/v1/devices"), BY("dev-token"), .status = 200,
     .reply = "[" LISTED_2020 "}]", .mark = "D"},
    {"own, 2022", "api_year: 2022", GET("/v1/devices"), BY("dev-token"), .status = 200,
     .reply = "[" LISTED_2020 "}]", .mark = "D"},
    {"one, 2015", "api_year: 2015", GET("/v1/devices/desk"), BY("dev-token"), .status = 200,
     .reply = HEAD_2015 DESCRIBED "}"},
    {"one, 2018", "api_year: 2018", GET("/v1/devices/desk"), BY("dev-token"), .status = 200,
     .reply = HEAD_2015 MORE_2018 DESCRIBED "}"},
    {"one, 2020", "api_year: 2020", GET("/v1/devices/desk"), BY("dev-token"), .status = 200,
     .reply = LISTED_2020 ",\"groups\":[],\"mobile_secret\":\"MOCKSECRET<n>\",\"owner\":"
                          "\"dev@example.com\"}"},
    {"of a product, 2020", "api_year: 2020", GET("/v1/products/6287/devices?deviceId=" BOBS),
     BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[" HEAD(BOBS, "bobs", "6287", "false", "null")
         MIDDLE_PRODUCT TAIL_PRODUCT ",\"owner\":\"bob@example.com\"}],\"customers\":[<any>",
     .mark = "D"},
    {"nobody's", NULL, GET("/v1/devices"), BY("zoe-token"), .status = 200, .reply = "[]"},
    {"a product's token has none", NULL, GET("/v1/devices"), BY("acme-token"), .status = 403,
     .reply = DENIED, .rule = "device.owner-needed"},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

#define IMPORT(product) .method = "POST", .target = "/v1/products/" product "/devices"
#define RESULT(n, updated, existing, nonmember, invalid)                                           \
    "{\"updated\":" n ",\"updatedDeviceIds\":[" updated "],\"existingDeviceIds\":[" existing       \
    "],\"nonmemberDeviceIds\":[" nonmember "],\"invalidDeviceIds\":[" invalid                      \
    "],\"protectedDeviceIds\":[]}"
#define Q(id) "\"" id "\""

/* E-Series in no product, of nobody, of a member and of somebody else; a Photon. */
#define WORLD                                                                                      \
    "users: [{username: dev@example.com}, {username: eve@example.com}]\n"                          \
    "products:\n"                                                                                  \
    "  - {id: 6287, platform: e-series, team: [dev@example.com], clients: [{id: acme-app}]}\n"     \
    "  - {id: 7000, platform: e-series}\n"                                                         \
    "devices:\n"                                                                                   \
    "  - {as: free, id: '" PUMP "', platform: e-series}\n"                                         \
    "  - {as: more, id: '" COLD "', platform: e-series}\n"                                         \
    "  - {as: mine, id: '" ADAS "', platform: e-series, owner: dev@example.com}\n"                 \
    "  - {as: hers, id: '" BOBS "', platform: e-series, owner: eve@example.com}\n"                 \
    "  - {as: away, id: '" ZOES "', product: '7000'}\n"                                            \
    "  - {as: wifi, id: '" LAMP "', platform: photon}\n"                                           \
    "tokens: [{token: acme-token, client: acme-app}, {token: dev-token, user: dev@example.com}]\n"

static const struct api_case imports[] = {
    {"form", NULL, IMPORT("6287"), BY("acme-token"), .type = FORM, .body = "id=" PUMP,
     .status = 200, .reply = RESULT("1", Q(PUMP), "", "", ""), .rule = "product.import"},
    {"JSON", NULL, IMPORT("6287"), BY("dev-token"), .type = JSON, .body = "{\"id\":\"" PUMP "\"}",
     .status = 200, .reply = RESULT("1", Q(PUMP), "", "", "")},
    {"token in the form", NULL, IMPORT("6287"), .type = FORM,
     .body = "access_token=acme-token&id=" PUMP, .status = 200,
     .reply = RESULT("1", Q(PUMP), "", "", "")},
    {"a list of each kind", NULL, IMPORT("6287"), BY("dev-token"), .type = JSON,
     .body = "{\"ids\":[\"" PUMP "\",\"" LAMP "\",\"" ADAS "\",\"" BOBS "\",\"" ZOES "\",\"" NONE
             "\",\"" PUMP "\",7,\"\"]}",
     .status = 200,
     .reply = RESULT("2", Q(PUMP) "," Q(ADAS), Q(PUMP), Q(BOBS),
                     Q(LAMP) "," Q(ZOES) "," Q(NONE) ",\"\",\"\"")},
    {"a list in a form", NULL, IMPORT("6287"), BY("dev-token"), .type = FORM,
     .body = "ids[]=" PUMP "&ids%5B%5D=" COLD, .status = 200,
     .reply = RESULT("2", Q(PUMP) "," Q(COLD), "", "", "")},
    {"a list in a form, plain", NULL, IMPORT("6287"), BY("dev-token"), .type = FORM,
     .body = "ids=" PUMP "&ids=" COLD "&idsx=" NONE, .status = 200,
     .reply = RESULT("2", Q(PUMP) "," Q(COLD), "", "", "")},
    {"ids as one string", NULL, IMPORT("6287"), BY("dev-token"), .type = JSON,
     .body = "{\"ids\":\"" PUMP "\"}", .status = 200, .reply = RESULT("1", Q(PUMP), "", "", "")},
    {"nothing", NULL, IMPORT("6287"), BY("dev-token"), .type = JSON, .body = "{\"ids\":[]}",
     .status = 200, .reply = RESULT("0", "", "", "", "")},
    {"by slug of the other", NULL, IMPORT("product-7000"), BY("dev-token"), .status = 403,
     .reply = DENIED},
};

START_TEST(import)
{
    unit_begin_world(WORLD);
    unit_case(&imports[_i]);
    unit_end();
}
END_TEST

START_TEST(imported_twice)
{
    static const struct api_case story[] = {
        {"import", NULL, IMPORT("6287"), BY("dev-token"), .type = FORM, .body = "id=" PUMP,
         .status = 200, .reply = RESULT("1", Q(PUMP), "", "", "")},
        {"again", NULL, IMPORT("6287"), BY("dev-token"), .type = FORM, .body = "id=" PUMP,
         .status = 200, .reply = RESULT("0", "", Q(PUMP), "", "")},
        {"is there", NULL, GET("/v1/products/6287/devices/" PUMP), BY("dev-token"), .status = 200,
         .reply = "{<any>\"product_id\":6287,<any>}"},
    };
    unit_begin_world(WORLD);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* 300,000 ids: were it quadratic, it would not end within the time-out. */
START_TEST(import_of_very_many)
{
    size_t count = 300000;
    char *body = mem_new(count * 3 + 20);
    strcpy(body, "{\"ids\":[\"\"");
    char *at = body + strlen(body);
    for (size_t i = 1; i < count; i++, at += 3)
        memcpy(at, ",\"\"", 3);
    strcpy(at, "]}");
    struct api_case many = {
        "many",         NULL,
        IMPORT("6287"), BY("dev-token"),
        .type = JSON,   .body = body,
        .status = 200,  .reply = "{\"updated\":0,\"updatedDeviceIds\":[],<any>"};
    unit_begin_world(WORLD);
    unit_case(&many);
    unit_end();
    free(body);
}
END_TEST

Suite *test_api_products(void)
{
    Suite *suite = suite_create("products");
    TCase *tcase = tcase_create("products");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, import, 0, sizeof imports / sizeof *imports);
    tcase_add_test(tcase, imported_twice);
    tcase_add_test(tcase, import_of_very_many);
    suite_add_tcase(suite, tcase);
    return suite;
}
