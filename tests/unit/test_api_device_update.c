/* Devices over REST: PUT, ping, functions, variables, flash; binaries, keys, serial numbers. */
#include "cloud/cloud.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUT(path)   .method = "PUT", .target = path
#define GET(path)   .method = "GET", .target = path
#define POST(path)  .method = "POST", .target = path
#define BY(who)     .token = who
#define BODY(text)  .type = JSON, .body = text
#define ERROR(text) "{\"ok\":false,\"error\":\"" text "\"}"
#define DENIED                                                                                     \
    "{\"error\":\"Permission Denied\",\"info\":\"I didn't recognize that device name or ID, try "  \
    "opening https://api.particle.io/v1/devices?access_token=undefined\"}"

#define ONE   "410000000000000000000010" /* E-Series of acme-pump, online, with firmware, dev's */
#define DEAD  "410000000000000000000011" /* the same, off */
#define OWNED "410000000000000000000012" /* E-Series of acme-pump, online, ada's */
#define SAFE  "410000000000000000000013" /* in the quarantine of acme-pump */

#define WORLD                                                                                      \
    "users: [{username: dev@example.com}, {username: eve@example.com}]\n"                          \
    "products:\n"                                                                                  \
    "  - {id: 6287, slug: acme-pump, platform: e-series, team: [dev@example.com],\n"               \
    "     clients: [{id: acme-app}]}\n"                                                            \
    "customers: [{email: ada@example.com}]\n"                                                      \
    "devices:\n"                                                                                   \
    "  - as: one\n"                                                                                \
    "    id: '" ONE "'\n"                                                                          \
    "    product: acme-pump\n"                                                                     \
    "    owner: dev@example.com\n"                                                                 \
    "    state: online\n"                                                                          \
    "    serial_number: ACME-SERIAL-1\n"                                                           \
    "    mobile_secret: ACME-SECRET-1\n"                                                           \
    "    notes: by the door\n"                                                                     \
    "    groups: [east]\n"                                                                         \
    "    firmware:\n"                                                                              \
    "      product_id: 6287\n"                                                                     \
    "      version: 3\n"                                                                           \
    "      functions: {brew: {return: 42}, stop: {return: -1}}\n"                                  \
    "      variables: {level: 7, ratio: 0.5, label: \"a \\\"b\\\"\", hot: true}\n"                 \
    "  - as: dead\n"                                                                               \
    "    id: '" DEAD "'\n"                                                                         \
    "    product: acme-pump\n"                                                                     \
    "    owner: dev@example.com\n"                                                                 \
    "  - {as: owned, id: '" OWNED                                                                  \
    "', product: acme-pump, owner: ada@example.com, state: online}\n"                              \
    "  - {as: safe, id: '" SAFE "', product: acme-pump, quarantined: true}\n"                      \
    "tokens:\n"                                                                                    \
    "  - {token: dev-token, user: dev@example.com}\n"                                              \
    "  - {token: eve-token, user: eve@example.com}\n"                                              \
    "  - {token: ada-token, customer: ada@example.com}\n"                                          \
    "  - {token: acme-token, client: acme-app}\n"

#define TIME_OUT_500                                                                               \
    "{\"ok\":false,\"code\":500,\"errors\":[{\"error\":\"Timed out, didn't hear back from device " \
    "service\"}]}"
#define FILE_TYPE "multipart/form-data; boundary=cut"
#define FILE_BODY                                                                                  \
    "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"app.bin\"\r\n"             \
    "Content-Type: application/octet-stream\r\n\r\nnot a binary\r\n--cut\r\n"                      \
    "Content-Disposition: form-data; name=\"file_type\"\r\n\r\nbinary\r\n--cut--\r\n"
#define SOURCE_BODY                                                                                \
    "--cut\r\nContent-Disposition: form-data; name=\"file1\"; filename=\"app.ino\"\r\n\r\n"        \
    "void loop() {}\r\n--cut--\r\n"
#define COMPILE_FORM                                                                               \
    "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"app.ino\"\r\n\r\n"         \
    "void loop() {}\r\n--cut\r\nContent-Disposition: form-data; "                                  \
    "name=\"platform_id\"\r\n\r\n10\r\n"                                                           \
    "--cut--\r\n"

#define CORE                                                                                       \
    "\"last_heard\":\"<time>\",\"connected\":true,\"last_handshake_at\":\"<time>\",\"deviceID\":"  \
    "\"" ONE "\",\"product_id\":6287}}"
#define VARIABLE_2022                                                                              \
    "{\"cmd\":\"VarReturn\",\"name\":\"level\",\"result\":7,\"device\":\"" ONE                     \
    "\",\"body\":{\"device\":\"" ONE                                                               \
    "\",\"msg\":{\"cmd\":\"GetVar\",\"name\":\"level\"}},\"coreInfo\":{\"name\":\"one\"," CORE
#define VARIABLE_2018                                                                              \
    "{\"cmd\":\"VarReturn\",\"name\":\"level\",\"result\":7,\"coreInfo\":{\"last_app\":\"\"," CORE

static const struct api_case rows[] = {
    /* the record */
    {"name", NULL, PUT("/v1/devices/" ONE), BY("dev-token"), BODY("{\"name\":\"kettle\"}"),
     .status = 200, .reply = "{\"id\":\"" ONE "\",\"name\":\"kettle\",\"updated_at\":\"<time>\"}",
     .rule = "device.renamed"},
    {"name, as in 2015", "api_year: 2015", PUT("/v1/devices/" ONE), BY("dev-token"), .type = FORM,
     .body = "name=fried", .status = 200, .reply = "{\"name\":\"fried\",\"id\":\"" ONE "\"}"},
    {"its own name", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"name\":\"ONE\"}"),
     .status = 200, .reply = "{\"id\":\"" ONE "\",\"name\":\"ONE\",<any>"},
    {"a name that is taken", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"name\":\"Dead\"}"), .status = 403, .mark = "R 2015-08",
     .reply = "{\"ok\":false,\"code\":403,\"errors\":[{}]}", .rule = "device.name-taken"},
    {"somebody else's name", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"name\":\"owned\"}"), .status = 200, .rule = "device.renamed"},
    {"no name", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"name\":\"\"}"),
     .status = 400, .reply = ERROR("name has to be a text of 1 to 200 bytes"),
     .rule = "device.bad-field"},
    {"a name that is a list", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"name\":[\"a\"]}"), .status = 400,
     .reply = ERROR("name has to be a text of 1 to 200 bytes")},
    {"notes", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"notes\":\"sticky\"}"),
     .status = 200, .reply = "{\"id\":\"" ONE "\",\"notes\":\"sticky\",\"updated_at\":\"<time>\"}",
     .rule = "device.updated"},
    {"no notes any more", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"notes\":null}"),
     .status = 200, .reply = "{\"id\":\"" ONE "\",\"notes\":null,\"updated_at\":\"<time>\"}"},
    {"forced updates", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"firmware_updates_forced\":true}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"firmware_updates_forced\":true}",
     .rule = "device.updates-forced"},
    {"forced updates, a word", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM,
     .body = "firmware_updates_forced=perhaps", .status = 400,
     .reply = ERROR("firmware_updates_forced has to be true or false")},
    {"several", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"notes\":\"n\",\"name\":\"x\",\"signal\":\"1\"}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"name\":\"x\",\"notes\":\"n\",\"connected\":true,"
              "\"signaling\":true,\"updated_at\":\"<time>\"}",
     .rule = "device.updated-several"},
    {"several, the first alone", "several_updates: first", PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"notes\":\"n\",\"name\":\"x\"}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"name\":\"x\",\"updated_at\":\"<time>\"}"},
    {"nothing", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"unknown\":1}"),
     .status = 400, .mark = "I", .reply = "{\"error\":\"Nothing to do?\"}",
     .rule = "device.nothing-to-do"},
    {"no body", NULL, PUT("/v1/devices/one"), BY("dev-token"), .status = 400,
     .reply = "{\"error\":\"Nothing to do?\"}"},
    {"a product's field, not in a product", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     BODY("{\"development\":true}"), .status = 400, .reply = "{\"error\":\"Nothing to do?\"}"},
    {"not the caller's", NULL, PUT("/v1/devices/" ONE), BY("eve-token"), BODY("{\"name\":\"x\"}"),
     .status = 403, .mark = "R 2015-07", .reply = DENIED, .rule = "device.permission-denied"},
    /* the rainbow */
    {"signal", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM, .body = "signal=1",
     .status = 200, .mark = "R 2015-07",
     .reply = "{\"id\":\"" ONE "\",\"connected\":true,\"signaling\":true}",
     .rule = "device.signaled"},
    {"no signal", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"signal\":\"0\"}"),
     .status = 200, .reply = "{\"id\":\"" ONE "\",\"connected\":true,\"signaling\":false}"},
    {"half a signal", NULL, PUT("/v1/devices/one"), BY("dev-token"), BODY("{\"signal\":0.5}"),
     .status = 400, .reply = ERROR("signal has to be 1 or 0")},
    {"signal, offline", NULL, PUT("/v1/devices/dead"), BY("dev-token"), BODY("{\"signal\":\"1\"}"),
     .status = 500, .mark = "R 2015-07", .reply = TIME_OUT_500, .rule = "device.signal-absent"},
    /* in a product */
    {"development", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     BODY("{\"development\":true}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"development\":true,\"updated_at\":\"<time>\"}"},
    {"a version", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     BODY("{\"desired_firmware_version\":42}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"desired_firmware_version\":42,\"updated_at\":\"<time>\"}"},
    {"no version", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     BODY("{\"desired_firmware_version\":null}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"desired_firmware_version\":null,\"updated_at\":\"<time>\"}"},
    {"a version that is none", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     BODY("{\"desired_firmware_version\":\"new\"}"), .status = 400,
     .reply = ERROR("desired_firmware_version has to be a version from 0 to 65535, or null")},
    {"groups", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     BODY("{\"groups\":[\"west\",\"west\",\"north\"]}"), .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"groups\":[\"west\",\"north\"],\"updated_at\":\"<time>\"}"},
    {"groups, form", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"), .type = FORM,
     .body = "groups[]=a&groups%5B%5D=b", .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"groups\":[\"a\",\"b\"],\"updated_at\":\"<time>\"}"},
    {"groups, form with indices", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     .type = FORM, .body = "groups[0]=a&groups[1]=b&groups[x]=c&groups[2=d", .status = 200,
     .reply = "{\"id\":\"" ONE "\",\"groups\":[\"a\",\"b\"],\"updated_at\":\"<time>\"}"},
    {"groups that are none", NULL, PUT("/v1/products/6287/devices/" ONE), BY("acme-token"),
     BODY("{\"groups\":{\"a\":1}}"), .status = 400,
     .reply = ERROR("groups has to be a list of names of 1 to 100 bytes")},
    {"quarantined", NULL, PUT("/v1/products/6287/devices/" SAFE), BY("acme-token"),
     BODY("{\"notes\":\"who is it?\"}"), .status = 200},
    {"another product's", NULL, PUT("/v1/products/6287/devices/" LAMP), BY("acme-token"),
     BODY("{\"notes\":\"x\"}"), .status = 404, .reply = ERROR("Device not found for this product")},
    /* ping */
    {"ping", NULL, PUT("/v1/devices/one/ping"), BY("dev-token"), .status = 200,
     .reply = "{\"online\":true,\"ok\":true}", .rule = "device.ping"},
    {"ping, offline", NULL, PUT("/v1/devices/dead/ping"), BY("dev-token"), .status = 200,
     .mark = "R 2017-09", .reply = "{\"online\":false,\"ok\":true}", .rule = "device.ping-absent"},
    {"ping, not the caller's", NULL, PUT("/v1/devices/one/ping"), BY("eve-token"), .status = 403,
     .mark = "R 2017-09", .reply = DENIED},
    {"ping in a product", NULL, PUT("/v1/products/acme-pump/devices/owned/ping"), BY("acme-token"),
     .status = 200, .reply = "{\"online\":true,\"ok\":true}"},
    /* variables */
    {"variable", NULL, GET("/v1/devices/one/level"), BY("dev-token"), .status = 200,
     .mark = "R 2022-10", .reply = VARIABLE_2022, .rule = "device.variable"},
    {"variable, as in 2022", "api_year: '2022'", GET("/v1/devices/one/level"), BY("dev-token"),
     .status = 200, .mark = "R 2022-10", .reply = VARIABLE_2022},
    {"variable, as in 2020", "api_year: '2020'", GET("/v1/devices/one/level"), BY("dev-token"),
     .status = 200, .mark = "R 2020-07",
     .reply = "{\"cmd\":\"VarReturn\",\"name\":\"level\",\"result\":7,\"coreInfo\":{" CORE},
    {"variable, as in 2018", "api_year: '2018'", GET("/v1/devices/one/level"), BY("dev-token"),
     .status = 200, .mark = "R 2020-04", .reply = VARIABLE_2018},
    {"variable, as in 2015", "api_year: '2015'", GET("/v1/devices/one/level"), BY("dev-token"),
     .status = 200, .mark = "R 2015-07", .reply = VARIABLE_2018},
    {"double", NULL, GET("/v1/devices/one/ratio"), BY("dev-token"), .status = 200,
     .reply = "<any>\"result\":0.5,<any>"},
    {"text", NULL, GET("/v1/devices/one/label"), BY("dev-token"), .status = 200,
     .reply = "<any>\"result\":\"a \\\"b\\\"\",<any>"},
    {"truth", NULL, GET("/v1/devices/one/hot"), BY("dev-token"), .status = 200,
     .reply = "<any>\"result\":true,<any>"},
    {"raw", NULL, GET("/v1/devices/one/level?format=raw"), BY("dev-token"), .status = 200,
     .headers = "Content-Type: text/plain; charset=utf-8", .reply = "7",
     .rule = "device.variable-raw"},
    {"raw text", NULL, GET("/v1/devices/one/label?format=raw"), BY("dev-token"), .status = 200,
     .reply = "a \"b\""},
    {"in a product", NULL, GET("/v1/products/6287/devices/one/hot?format=raw"), BY("acme-token"),
     .status = 200, .reply = "true"},
    {"unknown variable", NULL, GET("/v1/devices/one/LEVEL"), BY("dev-token"), .status = 404,
     .mark = "D", .reply = ERROR("Unknown Variable: LEVEL"), .rule = "device.variable-unknown"},
    {"unknown variable, 2015", "api_year: '2015'", GET("/v1/devices/one/LEVEL"), BY("dev-token"),
     .status = 404, .mark = "R 2015-07", .reply = ERROR("Variable not found")},
    {"variable, offline", NULL, GET("/v1/devices/dead/level"), BY("dev-token"), .status = 408,
     .mark = "D", .reply = ERROR("timed out"), .rule = "device.variable-absent"},
    {"variable, offline, 2015", "api_year: '2015'", GET("/v1/devices/dead/level"), BY("dev-token"),
     .status = 408, .mark = "R 2015-07", .reply = "{\"error\":\"Timed out.\"}"},
    {"variable of another product", NULL, GET("/v1/products/6287/devices/" LAMP "/level"),
     BY("acme-token"), .status = 404, .mark = "R 2022", .reply = ERROR("Device not found."),
     .rule = "product.device-not-called"},
    {"function of another product", NULL, POST("/v1/products/6287/devices/" LAMP "/brew"),
     BY("acme-token"), .status = 404, .mark = "R 2022", .reply = ERROR("Device not found.")},
    {"variable, not the caller's", NULL, GET("/v1/devices/one/level"), BY("eve-token"),
     .status = 403, .reply = DENIED},
    /* functions */
    {"function", NULL, POST("/v1/devices/one/brew"), BY("dev-token"), BODY("{\"arg\":\"x\"}"),
     .status = 200, .mark = "R 2022-10",
     .reply = "{\"id\":\"" ONE "\",\"name\":\"one\",\"connected\":true,\"return_value\":42}",
     .rule = "device.function"},
    {"function, as in 2020", "api_year: '2020'", POST("/v1/devices/one/brew"), BY("dev-token"),
     .status = 200, .mark = "R 2020-11",
     .reply = "{\"id\":\"" ONE "\",\"connected\":true,\"return_value\":42}"},
    {"function, as in 2018", "api_year: '2018'", POST("/v1/devices/one/stop"), BY("dev-token"),
     .type = FORM, .body = "args=y", .status = 200, .mark = "R 2020-04",
     .reply = "{\"id\":\"" ONE "\",\"last_app\":\"\",\"connected\":true,\"return_value\":-1}"},
    {"raw number", NULL, POST("/v1/devices/one/stop"), BY("dev-token"), .type = FORM,
     .body = "arg=&format=raw", .status = 200, .reply = "-1", .rule = "device.function-raw"},
    {"an argument that is no text", NULL, POST("/v1/devices/one/brew"), BY("dev-token"),
     BODY("{\"args\":{\"a\":[1]}}"), .status = 200},
    {"unknown function", NULL, POST("/v1/devices/one/blahblah"), BY("dev-token"), .status = 404,
     .mark = "R 2015-07", .reply = ERROR("Function blahblah not found"),
     .rule = "device.function-unknown"},
    {"function, offline", NULL, POST("/v1/devices/dead/brew"), BY("dev-token"), .status = 400,
     .mark = "R 2022", .reply = ERROR("timed out"), .rule = "device.function-absent"},
    {"function, offline, 2015", "api_year: '2015'", POST("/v1/devices/dead/brew"), BY("dev-token"),
     .status = 400, .mark = "R 2015-07", .reply = ERROR("Timed out.")},
    {"function in a product", NULL, POST("/v1/products/6287/devices/" ONE "/brew"),
     BY("acme-token"), .status = 200},
    {"function, a customer in a product", NULL, POST("/v1/products/6287/devices/" ONE "/brew"),
     BY("ada-token"), .status = 403, .rule = "product.customer"},
    /* flash */
    {"a binary", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FILE_TYPE,
     .body = FILE_BODY, .status = 200, .mark = "D",
     .reply = "{\"id\":\"" ONE "\",\"status\":\"Update started\"}", .rule = "device.flash"},
    {"an application that the cloud has", NULL, PUT("/v1/devices/one"), BY("dev-token"),
     .type = FORM, .body = "app=tinker", .status = 200, .mark = "D",
     .reply = "{\"id\":\"" ONE "\",\"status\":\"Update started\"}"},
    {"source code", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FILE_TYPE,
     .body = SOURCE_BODY, .status = 200, .mark = "D",
     .reply = "{\"ok\":true,\"message\":\"Update started\"}"},
    {"a binary in 2015", "api_year: '2015'", PUT("/v1/devices/one"), BY("dev-token"),
     .type = FILE_TYPE, .body = FILE_BODY, .status = 200, .mark = "R 2015-07",
     .reply = "{\"ok\":true,\"message\":\"Update started\"}"},
    {"another application", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM,
     .body = "app=doom", .status = 400, .reply = ERROR("There is no application doom"),
     .rule = "device.flash-bad"},
    {"no file", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FILE_TYPE,
     .body = "--cut--\r\n", .status = 400, .reply = ERROR("There is no file to flash")},
    {"bad form", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FILE_TYPE,
     .body = "--cut\r\n\r\n", .status = 400,
     .reply = ERROR("The form is not valid: a part has no name")},
    {"flash, offline", NULL, PUT("/v1/devices/dead"), BY("dev-token"), .type = FORM,
     .body = "app=tinker", .status = 500, .mark = "R 2015-07",
     .reply = "{\"ok\":false,\"code\":500,\"errors\":[\"Request Timed Out\"]}",
     .rule = "device.flash-absent"},
    {"flash, a customer", NULL, PUT("/v1/devices/owned"), BY("ada-token"), .type = FILE_TYPE,
     .body = FILE_BODY, .status = 403, .reply = ERROR("Permission denied"),
     .rule = "device.flash-customer"},
    /* binaries, keys, serial numbers */
    {"a customer forces no updates", NULL, PUT("/v1/devices/owned"), BY("ada-token"), .type = JSON,
     .body = "{\"firmware_updates_forced\":true}", .status = 403, .rule = "device.flash-customer"},
    {"a customer compiles nothing", NULL, POST("/v1/binaries"), BY("ada-token"), .type = FILE_TYPE,
     .body = COMPILE_FORM, .status = 403, .rule = "account.user-needed"},
    {"nothing to compile", NULL, POST("/v1/binaries"), BY("dev-token"), .status = 400,
     .reply = ERROR("There is no file to compile"), .rule = "binary.no-file"},
    {"unknown binary", NULL, GET("/v1/binaries/" NONE), BY("dev-token"), .status = 404,
     .reply = ERROR("Binary not found"), .rule = "binary.unknown"},
    {"a key", NULL, POST("/v1/provisioning/" ONE), BY("dev-token"),
     BODY("{\"deviceID\":\"" ONE "\",\"publicKey\":\"not-a-key\"}"), .status = 200,
     .mark = "R 2016-10", .reply = "\"Success!\"", .rule = "device.key"},
    {"a key for somebody else's", NULL, POST("/v1/provisioning/" ONE), BY("eve-token"),
     .status = 403, .reply = DENIED},
    {"serial number", NULL, GET("/v1/serial_numbers/ACME-SERIAL-1"), BY("dev-token"), .status = 200,
     .reply = "{\"ok\":true,\"deviceID\":\"" ONE "\",\"iccid\":\"8934076500<n>\"}",
     .rule = "device.serial-number"},
    {"with the secret", NULL, GET("/v1/serial_numbers/ACME-SERIAL-1?mobile_secret=ACME-"),
     BY("dev-token"), .status = 200, .reply = "<any>,\"mobile_secret\":\"ACME-SECRET-1\"}"},
    {"with a wrong secret", NULL, GET("/v1/serial_numbers/ACME-SERIAL-1?mobile_secret=no"),
     BY("dev-token"), .status = 200,
     .reply = "{\"ok\":true,\"deviceID\":\"" ONE "\",\"iccid\":\"8934076500<n>\"}"},
    {"serial number, a customer", NULL, GET("/v1/serial_numbers/ACME-SERIAL-1"), BY("ada-token"),
     .status = 403, .rule = "account.user-needed"},
    {"a key, a customer", NULL, POST("/v1/provisioning/" OWNED), BY("ada-token"), .status = 403,
     .rule = "account.user-needed"},
    {"unknown serial number", NULL, GET("/v1/serial_numbers/none"), BY("dev-token"), .status = 404,
     .reply = ERROR("Serial number not found"), .rule = "device.serial-number-unknown"},
    /* what it all looks like */
    {"as its owner sees it", NULL, GET("/v1/devices/one"), BY("dev-token"), .status = 200,
     .reply =
         "<any>\"notes\":\"by the door\",<any>\"status\":\"normal\",\"serial_number\":\"ACME-"
         "SERIAL-1\",<any>\"functions\":[\"brew\",\"stop\"],\"variables\":{\"level\":\"int32\","
         "\"ratio\":\"double\",\"label\":\"string\",\"hot\":\"bool\"},<any>\"groups\":["
         "\"east\"],\"mobile_secret\":\"ACME-SECRET-1\",\"device_protection\":{\"status\":"
         "\"disabled\"},\"owner\":\"dev@example.com\",<any>"},
    {"as its product sees it", NULL, GET("/v1/products/6287/devices/one"), BY("acme-token"),
     .status = 200,
     .reply =
         "<any>\"firmware_product_id\":6287,\"groups\":[\"east\"],\"firmware_version\":3,<any>"},
    {"in quarantine", NULL, GET("/v1/products/6287/devices/safe"), BY("acme-token"), .status = 200,
     .mark = "D",
     .reply =
         "<any>\"product_id\":10,<any>\"firmware_product_id\":6287,\"targeted_firmware_release_"
         "version\":null,\"development\":false,\"quarantined\":true,\"denied\":false,"
         "\"device_protection\":{\"status\":\"disabled\"}}"},
};

static void begin(const char *switches)
{
    char text[8192];
    snprintf(text, sizeof text, "%sbehaviour: {%s}\n", WORLD, switches ? switches : "");
    unit_begin_world(text);
}

START_TEST(row)
{
    begin(rows[_i].switches);
    unit_case(&rows[_i]);
    unit_end();
}
END_TEST

static size_t ready_calls;

static void count_ready(struct api_ticket *ticket)
{
    (void)ticket;
    ready_calls++;
}

/* The power of the device is cut: the cloud goes on believing it online. */
static void cut(void)
{
    static const struct api_case power_off = {"cut",
                                              NULL,
                                              POST("/__mock/worlds/default/devices/one"),
                                              .header = "X-Mockcloud-Control: 1",
                                              BODY("{\"do\":\"power-off\"}"),
                                              .status = 200};
    unit_case(&power_off);
}

static struct api_case absent(const char *method, const char *target)
{
    return (struct api_case){.name = target,
                             .method = method,
                             .target = target,
                             .token = "dev-token",
                             .type = FORM,
                             .body = "signal=1"};
}

/* Without the switch: under a clock that runs the answer takes its 30 s, under one that stands it
 * comes at once. */
static const struct {
    const char *clock, *timeouts;
    enum api_outcome outcome;
} clocks[] = {
    {"frozen", "by-clock", API_NOW}, {"frozen", "at-once", API_NOW}, {"frozen", "real", API_LATER},
    {"real", "by-clock", API_LATER}, {"real", "at-once", API_NOW},   {"real", "real", API_LATER},
};

START_TEST(absent_by_the_clock)
{
    const struct api_case level = absent("GET", "/v1/devices/one/level");
    struct api_ticket ticket = {.ready = count_ready};
    char text[8192];
    snprintf(text, sizeof text, "%sclock: {mode: %s}\nbehaviour: {device_timeouts: %s}\n", WORLD,
             clocks[_i].clock, clocks[_i].timeouts);
    unit_begin_world(text);
    cut();
    ck_assert_int_eq(unit_send(&level, &ticket), clocks[_i].outcome);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* What the cloud knows it says at once, whatever the clock and the switch. */
START_TEST(known_to_be_offline)
{
    const struct api_case level = {"level",         NULL,          GET("/v1/devices/dead/level"),
                                   BY("dev-token"), .status = 408, .reply = ERROR("timed out")};
    char text[8192];
    snprintf(text, sizeof text, "%sclock: {mode: %s}\nbehaviour: {device_timeouts: %s}\n", WORLD,
             clocks[_i].clock, clocks[_i].timeouts);
    unit_begin_world(text);
    unit_case(&level);
    unit_end();
}
END_TEST

/* With device_timeouts: real each answer comes 30 s of the world's time later, whoever moves it. */
START_TEST(absent_for_30_s)
{
    static const struct {
        const char *method, *target, *reply;
        int status;
    } calls[] = {
        {"GET", "/v1/devices/one/level", ERROR("timed out"), 408},
        {"POST", "/v1/devices/one/brew", ERROR("timed out"), 400},
        {"PUT", "/v1/devices/one", TIME_OUT_500, 500},
    };
    struct api_case request = absent(calls[_i].method, calls[_i].target);
    struct api_ticket ticket = {.ready = count_ready};
    begin("device_timeouts: real");
    cut();
    ready_calls = 0;
    ck_assert_int_eq(unit_send(&request, &ticket), API_LATER);
    vclock_advance(unit_world()->sim.clock, vclock_now(unit_world()->sim.clock) + 29999);
    ck_assert_uint_eq(ready_calls, 0);
    vclock_advance(unit_world()->sim.clock, vclock_now(unit_world()->sim.clock) + 1);
    ck_assert_uint_eq(ready_calls, 1);
    ck_assert_int_eq(ticket.reply.status, calls[_i].status);
    ck_assert_str_eq(buf_str(&ticket.reply.body), calls[_i].reply);
    ck_assert_str_eq(headers_get(&ticket.reply.headers, "Date"), "Thu, 01 Jan 2026 00:00:30 GMT");
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* The client leaves, or the world is made anew, before the answer. */
START_TEST(nobody_waits_for_it)
{
    struct api_case request = absent("GET", "/v1/devices/one/level");
    struct api_case reset = {"reset",
                             NULL,
                             .method = "POST",
                             .target = "/__mock/worlds/default/reset",
                             .header = "X-Mockcloud-Control: 1",
                             .status = 200};
    struct api_ticket left = {.ready = count_ready}, world_gone = {.ready = count_ready};
    begin("device_timeouts: real");
    cut();
    ready_calls = 0;
    ck_assert_int_eq(unit_send(&request, &left), API_LATER);
    api_ticket_done(unit_api(), &left);
    ck_assert_int_eq(unit_send(&request, &world_gone), API_LATER);
    unit_case(&reset);
    ck_assert_uint_eq(ready_calls, 1);
    ck_assert_int_eq(world_gone.reply.status, 410);
    vclock_advance(unit_world()->sim.clock, vclock_now(unit_world()->sim.clock) + 60000);
    ck_assert_uint_eq(ready_calls, 1);
    api_ticket_done(unit_api(), &world_gone);
    unit_end();
}
END_TEST

/* The power is cut: the cloud believes the device online, and nobody answers. */
START_TEST(silent)
{
    static const struct api_case story[] = {
        {"cut", NULL, POST("/__mock/worlds/default/devices/one"),
         .header = "X-Mockcloud-Control: 1", BODY("{\"do\":\"power-off\"}"), .status = 200},
        {"still online", NULL, GET("/v1/devices/one"), BY("dev-token"), .status = 200,
         .reply = "<any>\"online\":true,<any>"},
        {"ping", NULL, PUT("/v1/devices/one/ping"), BY("dev-token"), .status = 200,
         .reply = "{\"online\":false,\"ok\":true}"},
        {"variable", NULL, GET("/v1/devices/one/level"), BY("dev-token"), .status = 408},
        {"function", NULL, POST("/v1/devices/one/brew"), BY("dev-token"), .status = 400},
        {"flash", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM, .body = "app=tinker",
         .status = 500},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

#define CLOCK(how)                                                                                 \
    .method = "POST", .target = "/__mock/worlds/default/clock",                                    \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = "{\"advance\":\"" how "\"}"

/* A flash: updating, success, offline, online with what is new. */
START_TEST(flashed)
{
    static const struct api_case story[] = {
        {"flash", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM, .body = "app=tinker",
         .status = 200},
        {"updating", NULL, GET("/__mock/worlds/default/devices/one"), .status = 200,
         .reply = "<any>\"state\":\"updating\",<any>"},
        {"again", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM, .body = "app=tinker",
         .status = 500},
        {"wait", NULL, CLOCK("5min"), .status = 200},
        {"back", NULL, GET("/v1/devices/one"), BY("dev-token"), .status = 200,
         .reply = "<any>\"online\":true,<any>\"functions\":[\"digitalread\",\"digitalwrite\","
                  "\"analogread\",\"analogwrite\"],\"variables\":{},<any>"},
        {"a version", NULL, PUT("/v1/products/6287/devices/one"), BY("acme-token"),
         BODY("{\"desired_firmware_version\":9,\"flash\":true}"), .status = 200,
         .reply = "{\"id\":\"" ONE "\",\"desired_firmware_version\":9,"
                  "\"updated_at\":\"<time>\"}"},
        {"wait", NULL, CLOCK("5min"), .status = 200},
        {"has it", NULL, GET("/v1/products/6287/devices/one"), BY("acme-token"), .status = 200,
         .reply = "<any>\"firmware_version\":9,\"desired_firmware_version\":9,<any>"},
        {"a third", NULL, PUT("/v1/devices/one"), BY("dev-token"), .type = FORM,
         .body = "app=tinker", .status = 200},
        {"cut", NULL, POST("/__mock/worlds/default/devices/one"),
         .header = "X-Mockcloud-Control: 1", BODY("{\"do\":\"power-off\"}"), .status = 200},
        {"wait", NULL, CLOCK("1h"), .status = 200},
    };
    begin(NULL);
    UNIT_STORY(story);
    char *journal = unit_journal_dup();
    const char *at = journal;
    static const char *const events[] = {
        "\"started \"", "\"success \"", "\"offline\"",  "\"online\"",  "\"auto-update\"",
        "\"started \"", "\"success \"", "\"started \"", "\"failed \"", "\"offline\""};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        at = strstr(at, events[i]);
        ck_assert_msg(at, "%zu: no %s\n%s", i, events[i], journal);
        at++;
    }
    free(journal);
    unit_end();
}
END_TEST

START_TEST(compiled)
{
    static const struct api_case story[] = {
        {"compile", NULL, POST("/v1/binaries"), BY("dev-token"), .type = FILE_TYPE,
         .body = COMPILE_FORM, .status = 200,
         .reply = "{\"ok\":true,\"binary_id\":\"<24:binary>\",\"binary_url\":\"/v1/binaries/<24>\","
                  "\"build_target_version\":\"3.3.1\",\"expires_at\":\"2026-01-02T00:00:00.000Z\","
                  "\"sizeInfo\":\"<any>\"}",
         .rule = "binary.compiled"},
        {"what does not compile", NULL, POST("/v1/binaries"), BY("dev-token"), .type = FILE_TYPE,
         .body =
             "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"app.ino\"\r\n\r\n"
             "void setup() {}\n  #error no loop\nvoid x() {}\r\n--cut--\r\n",
         .status = 200, .mark = "C",
         .reply =
             "{\"ok\":false,\"code\":200,\"output\":\"Compiler timed out or encountered an error\","
             "\"errors\":[\"app.ino:2:2: error: #error no loop\"]}",
         .rule = "binary.failed"},
        {"get", NULL, GET("/v1/binaries/{{binary}}"), BY("dev-token"), .status = 200,
         .headers = "Content-Type: application/octet-stream", .reply = "<any>{{binary}}<any>",
         .rule = "binary.get"},
        {"wait", NULL, CLOCK("1d"), .status = 200},
        {"expired", NULL, GET("/v1/binaries/{{binary}}"), BY("dev-token"), .status = 404},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(provisioned)
{
    static const struct api_case story[] = {
        {"of a product", NULL, POST("/v1/devices"), BY("dev-token"), BODY("{\"product_id\":6287}"),
         .status = 200,
         .reply = "{\"id\":\"<24:new>\",\"name\":null,<any>\"product_id\":6287,<any>\"owner\":"
                  "\"dev@example.com\",<any>",
         .rule = "device.provisioned"},
        {"is there", NULL, GET("/v1/devices/{{new}}"), BY("dev-token"), .status = 200},
        {"is simulated", NULL, GET("/__mock/worlds/default/devices/{{new}}"), .status = 200,
         .reply = "<any>\"state\":\"off\",<any>"},
        {"of a platform", NULL, POST("/v1/devices"), BY("eve-token"), .type = FORM,
         .body = "product_id=13", .status = 200,
         .reply = "{\"id\":\"e00fce68<16>\",<any>\"product_id\":13,<any>"},
        {"of another team's", NULL, POST("/v1/devices"), BY("eve-token"),
         BODY("{\"product_id\":\"acme-pump\"}"), .status = 403, .rule = "product.refused"},
        {"of nothing", NULL, POST("/v1/devices"), BY("dev-token"), BODY("{\"product_id\":5}"),
         .status = 404, .rule = "product.not-found"},
        {"by a customer", NULL, POST("/v1/devices"), BY("ada-token"), BODY("{\"product_id\":6287}"),
         .status = 403, .rule = "product.customer"},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(provisioned_for_nobody)
{
    static const struct api_case story[] = {
        {"of a product", NULL, POST("/v1/devices"), BY("dev-token"), BODY("{\"product_id\":6287}"),
         .status = 200, .reply = "{\"id\":\"<24:new>\",<any>\"owner\":null}",
         .rule = "device.provisioned"},
        {"is not the caller's", NULL, GET("/v1/devices/{{new}}"), BY("dev-token"), .status = 403},
    };
    begin("provisioned_owner: nobody");
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* A world that is full: its devices are made without requests, which would take a while. */
START_TEST(no_room)
{
    static const struct api_case full = {"one too many",
                                         NULL,
                                         POST("/v1/devices"),
                                         BY("dev-token"),
                                         BODY("{\"product_id\":6287}"),
                                         .status = 403,
                                         .reply = ERROR("A world has at most 20 devices"),
                                         .rule = "device.limit"};
    char id[IDS_OBJECT + 1];
    begin(NULL);
    struct cloud *cloud = unit_world()->cloud;
    cloud->limits[LIMIT_DEVICES] = 20;
    for (size_t i = 0; cloud->device_count < 20; i++) {
        snprintf(id, sizeof id, "5%023zu", i);
        cloud_add_device(cloud, id, platform_by_name("photon"));
    }
    unit_case(&full);
    unit_end();
}
END_TEST

/* What a device told of its application: kept while it is offline, or, with the switch, null. */
START_TEST(functions_while_offline)
{
#define CUT                                                                                        \
    {                                                                                              \
        "off", NULL, POST("/__mock/worlds/default/devices/one"),                                   \
            .header = "X-Mockcloud-Control: 1", BODY("{\"do\":\"listen\"}"), .status = 200         \
    }
    static const struct api_case kept[] = {
        CUT,
        {"kept", NULL, GET("/v1/devices/one"), BY("dev-token"), .status = 200,
         .reply = "<any>\"online\":false,<any>\"functions\":[\"brew\",\"stop\"],<any>"},
    };
    static const struct api_case none[] = {
        {"online", NULL, GET("/v1/devices/one"), BY("dev-token"), .status = 200,
         .reply = "<any>\"functions\":[\"brew\",\"stop\"],<any>"},
        CUT,
        {"null", NULL, GET("/v1/devices/one"), BY("dev-token"), .status = 200,
         .reply = "<any>\"connected\":false,<any>\"functions\":null,\"variables\":null}"},
    };
    begin(NULL);
    UNIT_STORY(kept);
    unit_end();
    begin("api_year: 2015");
    UNIT_STORY(none);
    unit_end();
}
END_TEST

#define UNPROTECT(json)                                                                            \
    .method = "PUT", .target = "/v1/devices/one/unprotect", .token = "dev-token", .type = JSON,    \
    .body = json
#define SIGNED                                                                                     \
    "\"device_nonce\":\"YQ==\",\"device_signature\":\"Yg==\","                                     \
    "\"device_public_key_fingerprint\":\"Yw==\""
#define BAD_UNPROTECT(why) .status = 400, .reply = ERROR(why), .rule = "device.unprotect-bad"

START_TEST(unprotected)
{
    static const struct api_case story[] = {
        {"nothing prepared", NULL,
         UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"YQ==\"," SIGNED "}"),
         BAD_UNPROTECT("server_nonce has to be the one that was prepared")},
        {"prepare", NULL, UNPROTECT("{\"action\":\"prepare\"}"), .status = 200,
         .reply = "{\"ok\":true,\"server_nonce\":\"<base64:nonce>\"}",
         .rule = "device.unprotect-prepared", .mark = "C"},
        {"no action", NULL, UNPROTECT("{}"), BAD_UNPROTECT("action has to be prepare or confirm")},
        {"another nonce", NULL,
         UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"YQ==\"," SIGNED "}"),
         BAD_UNPROTECT("server_nonce has to be the one that was prepared")},
        {"a nonce and more behind a NUL", NULL,
         UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"{{nonce}}AAAA\"," SIGNED "}"),
         BAD_UNPROTECT("server_nonce has to be the one that was prepared")},
        {"no base64", NULL, UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"%%\"}"),
         BAD_UNPROTECT("server_nonce has to be the one that was prepared")},
        {"not signed", NULL,
         UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"{{nonce}}\",\"device_nonce\":"
                   "\"YQ==\"}"),
         BAD_UNPROTECT("device_signature has to be bytes in base64")},
        {"confirm", NULL,
         UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"{{nonce}}\"," SIGNED "}"),
         .status = 200,
         .reply = "{\"ok\":true,\"server_signature\":\"<base64>\","
                  "\"server_public_key_fingerprint\":\"<base64>\"}",
         .rule = "device.unprotected", .mark = "C"},
        {"once", NULL,
         UNPROTECT("{\"action\":\"confirm\",\"server_nonce\":\"{{nonce}}\"," SIGNED "}"),
         BAD_UNPROTECT("server_nonce has to be the one that was prepared")},
        {"somebody else's", NULL, .method = "PUT", .target = "/v1/devices/" OWNED "/unprotect",
         BY("dev-token"), BODY("{\"action\":\"prepare\"}"), .status = 403, .reply = DENIED},
        {"of a product", NULL, .method = "PUT",
         .target = "/v1/products/6287/devices/" OWNED "/unprotect", BY("acme-token"),
         BODY("{\"action\":\"prepare\"}"), .status = 200},
        {"a backup", NULL, PUT("/v1/devices/one/backup_files"), BY("dev-token"), .status = 404,
         .reply = ERROR("There is no backup"), .rule = "device.no-backup"},
        {"somebody else's backup", NULL, PUT("/v1/devices/" ONE "/backup_files"), BY("eve-token"),
         .status = 403, .reply = DENIED},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(long_argument)
{
    char body[1100] = "arg=";
    struct api_case call = {"long",
                            NULL,
                            POST("/v1/devices/one/brew"),
                            BY("dev-token"),
                            .type = FORM,
                            .body = body,
                            .status = 400,
                            .reply = ERROR("The argument is longer than 1024 bytes"),
                            .rule = "device.argument-too-long"};
    memset(body + 4, 'x', 1025);
    begin(NULL);
    unit_case(&call);
    body[4 + 1024] = '\0';
    call.status = 200;
    call.reply = call.rule = NULL;
    unit_case(&call);
    unit_end();
}
END_TEST

Suite *test_api_device_update(void)
{
    Suite *suite = suite_create("device_update");
    TCase *tcase = tcase_create("device_update");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, absent_for_30_s, 0, 3);
    tcase_add_loop_test(tcase, known_to_be_offline, 0, sizeof clocks / sizeof *clocks);
    tcase_add_loop_test(tcase, absent_by_the_clock, 0, (int)(sizeof clocks / sizeof *clocks));
    tcase_add_test(tcase, nobody_waits_for_it);
    tcase_add_test(tcase, silent);
    tcase_add_test(tcase, flashed);
    tcase_add_test(tcase, compiled);
    tcase_add_test(tcase, provisioned);
    tcase_add_test(tcase, provisioned_for_nobody);
    tcase_add_test(tcase, no_room);
    tcase_add_test(tcase, functions_while_offline);
    tcase_add_test(tcase, unprotected);
    tcase_add_test(tcase, long_argument);
    suite_add_tcase(suite, tcase);
    return suite;
}
