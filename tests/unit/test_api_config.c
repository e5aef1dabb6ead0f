/* Configuration of products and devices, and its schema. */
#include "suites.h"

#include "unit_api.h"

#define BY           .token = "dev-token"
#define GET(path)    .method = "GET", .target = path, BY
#define PUT(path)    .method = "PUT", .target = path, BY
#define DELETE(path) .method = "DELETE", .target = path, BY
#define ERROR(text)  "{\"ok\":false,\"error\":\"" text "\"}"
#define CONFIG       "/v1/products/6287/config"
#define ON           CONFIG "/" PUMP
#define OFF          CONFIG "/" COLD
#define SCHEMA       "application/schema+json"
#define ACCEPT       .header = "Accept: " SCHEMA
#define VALUES(json) "{\"configuration\":" json "}"
#define NOW(json)    VALUES("{\"current\":" json "}")
#define RADIUS(n)    "{\"location\":{\"radius\":" n "}}"
#define EMPTY_SCHEMA                                                                               \
    "{\"$schema\":\"http://json-schema.org/draft-07/schema\",\"type\":\"object\",\"properties\":"  \
    "{}}"
#define TRACKER                                                                                    \
    "{\"$schema\":\"https://particle.io/draft-07/schema#\",\"type\":\"object\",\"title\":"         \
    "\"Example\",\"required\":[\"foo\"],\"properties\":{\"foo\":{\"type\":\"integer\"},\"bar\":{"  \
    "\"type\":\"string\"},\"location\":{\"type\":\"object\"},\"on\":{\"type\":\"boolean\"},"       \
    "\"list\":{\"type\":\"array\"},\"any\":{},\"ratio\":{\"type\":\"number\"},\"odd\":{\"type\":"  \
    "\"null\"}}}"
#define REJECTED(failed, taken)                                                                    \
    "{\"error\":\"device_rejected_configuration\",\"error_description\":\"Configuration updates "  \
    "failed for some sections: {" failed "}, these sections were successful: " taken "\"}"
#define CONTROL(path, json)                                                                        \
    .method = "POST", .target = "/__mock/worlds/default/" path,                                    \
    .header = "X-Mockcloud-Control: 1", .type = JSON, .body = json, .status = 200

static const struct api_case values[] = {
    {"nothing", NULL, GET(CONFIG), .status = 404, .reply = "{}", .rule = "configuration.none",
     .mark = "D"},
    {"nothing of a device", NULL, GET(ON), .status = 404, .reply = "{}", .mark = "D"},
    {"for the product", NULL, PUT(CONFIG), .type = JSON, .body = RADIUS("1"), .status = 200,
     .reply = VALUES(RADIUS("1")), .rule = "configuration.set-for-product", .mark = "C"},
    {"the product's", NULL, GET(CONFIG), .status = 200, .reply = VALUES(RADIUS("1")),
     .rule = "configuration.get", .mark = "D"},
    {"is the device's", NULL, GET(ON), .status = 200, .reply = NOW(RADIUS("1"))},
    {"for the device", NULL, PUT(ON), .type = JSON, .body = RADIUS("5.5"), .status = 200,
     .reply = "{}", .rule = "configuration.set", .mark = "D"},
    {"its own", NULL, GET(ON), .status = 200, .reply = NOW(RADIUS("5.5"))},
    {"reset", NULL, PUT(ON), .status = 200, .reply = "{}", .mark = "D"},
    {"the product's again", NULL, GET(ON), .status = 200, .reply = NOW(RADIUS("1"))},
    {"for one that is offline", NULL, PUT(OFF), .type = JSON, .body = RADIUS("7"), .status = 202,
     .reply = "{}", .rule = "configuration.pending", .mark = "D"},
    {"pending", NULL, GET(OFF), .status = 200, .mark = "D",
     .reply = VALUES("{\"current\":" RADIUS("1") ",\"pending\":" RADIUS("7") "}")},
    {"power", CONTROL("devices/cold", "{\"do\":\"power-on\"}")},
    {"time", CONTROL("clock", "{\"advance\":\"1min\"}")},
    {"taken", NULL, GET(OFF), .status = 200, .reply = NOW(RADIUS("7"))},
    {"off", CONTROL("devices/cold", "{\"do\":\"power-off\"}")},
    {"gone", CONTROL("clock", "{\"advance\":\"3h\"}")},
    {"a reset waits", NULL, PUT(OFF), .type = JSON, .body = "{}", .status = 202, .reply = "{}"},
    {"for it", NULL, GET(OFF), .status = 200,
     .reply = VALUES("{\"current\":" RADIUS("7") ",\"pending\":{}}")},
    {"power", CONTROL("devices/cold", "{\"do\":\"power-on\"}")},
    {"time", CONTROL("clock", "{\"advance\":\"1min\"}")},
    {"reset", NULL, GET(OFF), .status = 200, .reply = NOW(RADIUS("1"))},
};

START_TEST(values_of_products_and_devices)
{
    unit_begin(NULL);
    UNIT_STORY(values);
    unit_end();
}
END_TEST

#define BAD_SCHEMA(json, place, keyword_)                                                          \
    {                                                                                              \
        json, NULL, PUT(CONFIG),                                                                   \
            .type = SCHEMA, .body = json, .status = 422, .rule = "configuration.schema-bad",       \
            .reply = "<any>\"violations\":[{\"keyword\":\"" keyword_ "\",\"dataPath\":\"" place    \
                     "\",<any>"                                                                    \
    }

static const struct api_case schemas[] = {
    {"none", NULL, GET(CONFIG), ACCEPT, .status = 200, .reply = EMPTY_SCHEMA,
     .rule = "configuration.schema"},
    {"set", NULL, PUT(CONFIG), .type = SCHEMA, .body = TRACKER, .status = 200, .reply = TRACKER,
     .rule = "configuration.schema-set", .mark = "D"},
    {"get", NULL, GET(CONFIG), ACCEPT, .status = 200, .reply = TRACKER, .mark = "D"},
    {"the device's", NULL, GET(ON), ACCEPT, .status = 200, .reply = TRACKER, .mark = "D"},
    {"values fit", NULL, PUT(ON), .type = JSON,
     .body = "{\"foo\":1,\"bar\":\"a\",\"location\":{},\"on\":true,\"list\":[],\"any\":null,"
             "\"ratio\":0.5,\"odd\":1}",
     .status = 200, .reply = "{}"},
    {"some do not", NULL, PUT(ON), .type = JSON,
     .body = "{\"location\":{\"radius\":5},\"imu_trig\":{},\"foo\":\"one\",\"on\":false}",
     .status = 400, .reply = REJECTED("imu_trig: -19, foo: -19", "location, on"),
     .rule = "configuration.rejected", .mark = "D"},
    {"the others were taken", NULL, GET(ON), .status = 200,
     .reply = NOW("{\"foo\":1,\"bar\":\"a\",\"list\":[],\"any\":null,\"ratio\":0.5,\"odd\":1,"
                  "\"location\":{\"radius\":5},\"on\":false}")},
    {"a device's own", NULL, PUT(ON), .type = SCHEMA, .body = "{\"properties\":{\"imu_trig\":{}}}",
     .status = 200, .reply = "{\"properties\":{\"imu_trig\":{}}}"},
    {"another device has the product's", NULL, GET(OFF), ACCEPT, .status = 200, .reply = TRACKER},
    {"it decides", NULL, PUT(ON), .type = JSON, .body = "{\"imu_trig\":1}", .status = 200},
    {"too many sections", NULL, PUT(ON), .type = JSON, .body = "{" THOUSAND("\"a\":1,") "\"b\":1}",
     .status = 400,
     .reply = "{\"ok\":false,\"error\":\"A configuration, or its schema, has 1000 sections and "
              "262144 bytes at most\"}",
     .rule = "configuration.bad"},
    {"unknown keys", NULL, PUT(CONFIG), .type = SCHEMA "; charset=utf-8",
     .body = "{\"type\":\"object\",\"nope\":1}", .status = 422,
     .reply = "{\"message\":\"Invalid Schema\",\"description\":\"data should NOT have additional "
              "properties\",\"violations\":[{\"keyword\":\"additionalProperties\",\"dataPath\":"
              "\"\",\"schemaPath\":\"#/additionalProperties\",\"params\":{\"additionalProperty\":"
              "\"nope\"},\"message\":\"should NOT have additional properties\"}]}",
     .rule = "configuration.schema-bad", .mark = "D"},
    {"properties that are none", NULL, PUT(CONFIG), .type = SCHEMA, .body = "{\"properties\":1}",
     .status = 422,
     .reply = "{\"message\":\"Invalid Schema\",\"description\":\"data.properties should be "
              "object\",\"violations\":[{\"keyword\":\"type\",\"dataPath\":\".properties\","
              "\"schemaPath\":\"#/properties/properties/type\",\"params\":{\"type\":\"object\"},"
              "\"message\":\"should be object\"}]}"},
    {"required that is none", NULL, PUT(ON), .type = SCHEMA, .body = "{\"required\":\"foo\"}",
     .status = 422},
    {"a type that is none", NULL, PUT(CONFIG), .type = SCHEMA, .body = "{\"type\":\"nonsense\"}",
     .status = 422, .rule = "configuration.schema-bad",
     .reply =
         "{\"message\":\"Invalid Schema\",\"description\":\"data.type should be equal to one of "
         "the allowed values\",\"violations\":[{\"keyword\":\"enum\",\"dataPath\":\".type\","
         "\"schemaPath\":\"#/properties/type/enum\",\"params\":{\"allowedValues\":\"<any>\"},"
         "\"message\":\"should be equal to one of the allowed values\"}]}"},
    BAD_SCHEMA("[]", "", "type"),
    BAD_SCHEMA("\"text\"", "", "type"),
    BAD_SCHEMA("{\"type\":5}", ".type", "enum"),
    BAD_SCHEMA("{\"type\":[\"object\",\"nul\"]}", ".type", "enum"),
    BAD_SCHEMA("{\"$schema\":5}", ".$schema", "type"),
    BAD_SCHEMA("{\"properties\":{\"a\":5}}", ".properties.a", "type"),
    BAD_SCHEMA("{\"properties\":{\"a\":{\"type\":\"int\"}}}", ".properties.a.type", "enum"),
    BAD_SCHEMA("{\"properties\":{\"a\":{\"minimum\":\"0\"}}}", ".properties.a.minimum", "type"),
    BAD_SCHEMA("{\"properties\":{\"a\":{\"items\":[{\"maxLength\":-1}]}}}",
               ".properties.a.items.0.maxLength", "type"),
    BAD_SCHEMA("{\"required\":[1]}", ".required", "type"),
    BAD_SCHEMA("{\"allOf\":{}}", ".allOf", "type"),
    BAD_SCHEMA("{\"anyOf\":[{\"not\":[]}]}", ".anyOf.0.not", "type"),
    BAD_SCHEMA("{\"readOnly\":\"yes\"}", ".readOnly", "type"),
    BAD_SCHEMA("{\"minProperties\":1.5}", ".minProperties", "type"),
    BAD_SCHEMA("{\"items\":{}}", "", "additionalProperties"),
    {"a large one that is none the worse", NULL, PUT(CONFIG), .type = SCHEMA,
     .body =
         "{\"type\":[\"object\"],\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":"
         "\"integer\",\"minimum\":-1.5},\"minimumFirmwareVersion\":3},\"b\":true},\"required\":["
         "\"a\"],\"additionalProperties\":false,\"anyOf\":[{}],\"maxProperties\":2,\"if\":{}}",
     .status = 200, .rule = "configuration.schema-set"},
    {"back", NULL, PUT(CONFIG), .type = SCHEMA, .body = TRACKER, .status = 200},
    {"no JSON", NULL, PUT(CONFIG), .type = SCHEMA, .body = "{", .status = 400},
    {"the device's goes", NULL, DELETE(ON), .type = SCHEMA, .body = "{}", .status = 204,
     .reply = "", .rule = "configuration.schema-removed"},
    {"and is the product's", NULL, GET(ON), ACCEPT, .status = 200, .reply = TRACKER},
    {"the product's goes", NULL, DELETE(CONFIG), .type = SCHEMA, .body = "{}", .status = 204},
    {"none again", NULL, GET(ON), ACCEPT, .status = 200, .reply = EMPTY_SCHEMA},
};

START_TEST(schemas_decide)
{
    unit_begin(NULL);
    UNIT_STORY(schemas);
    unit_end();
}
END_TEST

static const struct api_case rows[] = {
    {"a form", NULL, PUT(CONFIG), .type = FORM, .body = "a=b", .status = 400,
     .reply = ERROR("The configuration has to be JSON"), .rule = "configuration.bad"},
    {"a list", NULL, PUT(CONFIG), .type = JSON, .body = "[]", .status = 400},
    {"text", NULL, PUT(ON), .type = "text/plain", .body = "radius", .status = 400},
    {"nothing for the product", NULL, PUT(CONFIG), .status = 200, .reply = VALUES("{}")},
    {"unknown device", NULL, GET(CONFIG "/" NONE), .status = 404,
     .reply = ERROR("Device not found for this product")},
    {"unknown device, set", NULL, PUT(CONFIG "/" NONE), .type = JSON, .body = "{}", .status = 404},
    {"unknown device, schema", NULL, DELETE(CONFIG "/" NONE), .status = 404},
    {"a customer", NULL, .method = "GET", .target = CONFIG, .token = "ada-token", .status = 403},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

Suite *test_api_config(void)
{
    Suite *suite = suite_create("config");
    TCase *tcase = tcase_create("config");
    tcase_add_test(tcase, values_of_products_and_devices);
    tcase_add_test(tcase, schemas_decide);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}
