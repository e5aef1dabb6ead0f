/* The firmware of a product, who gets it when it is released, and build targets. */
#include "cloud/product.h"
#include "suites.h"

#include "unit_api.h"

#include "cloud/firmware_store.h"

#include <stdio.h>

#define GET(path)    .method = "GET", .target = path, .token = "dev-token"
#define POST(path)   .method = "POST", .target = path, .token = "dev-token"
#define PUT(path)    .method = "PUT", .target = path, .token = "dev-token"
#define DELETE(path) .method = "DELETE", .target = path, .token = "dev-token"
#define ERROR(text)  "{\"ok\":false,\"error\":\"" text "\"}"
#define FIRMWARE     "/v1/products/6287/firmware"
#define DEVICE(id)   "/v1/products/6287/devices/" id
#define FORM_DATA    .type = "multipart/form-data; boundary=xx"
#define FIELD(name, value)                                                                         \
    "--xx\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define BINARY                                                                                     \
    "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"firmware.bin\"\r\n\r\n"     \
    "not a real binary\r\n"
#define END "--xx--\r\n"
#define UPLOAD(version)                                                                            \
    POST(FIRMWARE), FORM_DATA,                                                                     \
        .body = BINARY FIELD("version", version) FIELD("title", "Pump " version) END

#define BY_DEV "{\"id\":\"<24>\",\"username\":\"dev@example.com\"}"
#define VERSION(n, title, default_, groups, count)                                                 \
    "{\"_id\":\"<24>\",\"version\":" n ",\"title\":\"" title "\",\"description\":\"<any>\","       \
    "\"name\":\"firmware.bin\",\"size\":17,\"product_default\":" default_ ",\"current\":" default_ \
    ",\"uploaded_on\":\"<time>\",\"uploaded_at\":\"<time>\","                                      \
    "\"product_id\":6287,\"mandatory\":false,\"uploaded_by\":" BY_DEV ",\"groups\":[" groups       \
    "],\"device_count\":" count "}"
#define RELEASED(n, title, default_, groups, intelligent)                                          \
    "{\"updated_at\":\"<time>\",\"version\":" n ",\"title\":\"" title "\",\"size\":17,"            \
    "\"product_default\":" default_ ",\"uploaded_on\":\"<time>\",\"product_id\":6287,"             \
    "\"uploaded_by\":" BY_DEV ",\"groups\":[" groups "],\"intelligent\":" intelligent "}"
#define UNKNOWN    ERROR("Firmware not found")
#define UNTESTED   ERROR("Version 1 does not run on any device of the product yet")
#define BAD_NUMBER ERROR("version has to be a number from 0 to 65535")

/* The names that official clients give to the file, and one that none does. */
static const struct {
    const char *name;
    int status;
} file_names[] = {
    {"file", 201},   /* the reference, the SDK for JavaScript, the command line */
    {"file1", 201},  /* the SDK, from the second file on */
    {"file12", 201}, /* the same */
    {"binary", 201}, /* particlerb */
    {"firmware", 400}, {"", 400},
};

START_TEST(each_client_names_its_file)
{
    char body[512];
    const struct api_case row = {POST(FIRMWARE), FORM_DATA, .body = body,
                                 .status = file_names[_i].status};
    snprintf(body, sizeof body,
             "--xx\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"a.bin\"\r\n\r\n"
             "bytes\r\n" FIELD("version", "9") FIELD("title", "t") END,
             file_names[_i].name);
    unit_begin(NULL);
    unit_case(&row);
    unit_end();
}
END_TEST

static const struct api_case life[] = {
    {"none", NULL, GET(FIRMWARE), .status = 200, .reply = "[]", .rule = "firmware.list"},
    {"uploaded", NULL, UPLOAD("1"), .status = 201,
     .reply = VERSION("1", "Pump 1", "false", "", "0"), .rule = "firmware.uploaded", .mark = "D"},
    {"uploaded again", NULL, UPLOAD("1"), .status = 400, .mark = "T",
     .reply = "{\"error\":\"invalid_request\",\"error_description\":\"Firmware version already "
              "exists\"}",
     .rule = "firmware.exists"},
    {"another, as the Ruby client names its file", NULL, POST(FIRMWARE), FORM_DATA,
     .body = "--xx\r\nContent-Disposition: form-data; name=\"binary\"; "
             "filename=\"firmware.bin\"\r\n\r\n"
             "not a real binary\r\n" FIELD("version", "2") FIELD("title", "Pump 2") END,
     .status = 201},
    {"list", NULL, GET(FIRMWARE), .status = 200,
     .reply = "[" VERSION("1", "Pump 1", "false", "", "0") "," VERSION("2", "Pump 2", "false", "",
                                                                       "0") "]",
     .mark = "D"},
    {"one", NULL, GET(FIRMWARE "/2"), .status = 200,
     .reply = VERSION("2", "Pump 2", "false", "", "0"), .rule = "firmware.get", .mark = "D"},
    {"its bytes", NULL, GET(FIRMWARE "/2/binary"), .status = 200, .reply = "not a real binary",
     .headers = "Content-Type: application/octet-stream", .rule = "firmware.binary", .mark = "D"},
    {"described", NULL, PUT(FIRMWARE "/2"), .type = FORM, .body = "title=Better&description=Why",
     .status = 200, .reply = VERSION("2", "Better", "false", "", "0"), .rule = "firmware.updated",
     .mark = "D"},
    {"described as nothing", NULL, PUT(FIRMWARE "/2"), .status = 400,
     .reply = ERROR("title or description has to be a text of at most 10000 bytes"),
     .rule = "firmware.bad"},
    {"removed", NULL, DELETE(FIRMWARE "/2"), .status = 204, .reply = "", .rule = "firmware.removed",
     .mark = "D"},
    {"not there", NULL, GET(FIRMWARE "/2"), .status = 404, .reply = UNKNOWN,
     .rule = "firmware.unknown"},
    {"no version at all", NULL, GET(FIRMWARE "/newest"), .status = 404, .reply = UNKNOWN},
    {"bytes of none", NULL, GET(FIRMWARE "/99999999999/binary"), .status = 404, .reply = UNKNOWN},
    {"described, not there", NULL, PUT(FIRMWARE "/2"), .status = 404, .reply = UNKNOWN},
    {"removed, not there", NULL, DELETE(FIRMWARE "/2"), .status = 404, .reply = UNKNOWN},
    {"released, not there", NULL, PUT(FIRMWARE "/release"), .type = FORM, .body = "version=2",
     .status = 404, .reply = UNKNOWN},
    {"released, runs nowhere", NULL, PUT(FIRMWARE "/release"), .type = FORM, .body = "version=1",
     .status = 400, .reply = UNTESTED, .rule = "firmware.untested"},
    {"a client uploads", NULL, .method = "POST", .target = FIRMWARE, .token = "acme-token",
     FORM_DATA, .body = BINARY FIELD("version", "7") END, .status = 201,
     .reply = "<any>\"title\":\"\",<any>\"uploaded_by\":null,<any>"},
};

START_TEST(a_version_lives)
{
    unit_begin(NULL);
    UNIT_STORY(life);
    unit_end();
}
END_TEST

static const struct api_case rows[] = {
    {"no file", NULL, POST(FIRMWARE), FORM_DATA, .body = FIELD("version", "1") END, .status = 400,
     .reply = ERROR("There is no file"), .rule = "firmware.bad"},
    {"nothing", NULL, POST(FIRMWARE), .status = 400, .reply = ERROR("There is no file")},
    {"no version", NULL, POST(FIRMWARE), FORM_DATA, .body = BINARY END, .status = 400,
     .reply = BAD_NUMBER},
    {"a word for a version", NULL, POST(FIRMWARE), FORM_DATA,
     .body = BINARY FIELD("version", "one") END, .status = 400, .reply = BAD_NUMBER},
    {"a large version", NULL, POST(FIRMWARE), FORM_DATA,
     .body = BINARY FIELD("version", "65536") END, .status = 400, .reply = BAD_NUMBER},
    {"a customer", NULL, .method = "GET", .target = FIRMWARE, .token = "ada-token", .status = 403},
    {"build targets, of nobody", NULL, .method = "GET", .target = "/v1/build_targets",
     .status = 200, .rule = "build-target.list", .mark = "D",
     .reply =
         "{\"targets\":[{\"platforms\":[13,23,25,12,32,15,26,28,35],\"prereleases\":[],"
         "\"firmware_vendor\":\"Particle\",\"version\":\"6.2.0\"},<any>,{\"platforms\":[10,13,23,"
         "25,6,8,"
         "12,26],\"prereleases\":[],\"firmware_vendor\":\"Particle\",\"version\":\"3.3.1\"},<any>"
         "{\"platforms\":[10,13,23,6,8,12,0,14],\"prereleases\":[],\"firmware_vendor\":"
         "\"Particle\","
         "\"version\":\"1.4.4\"},<any>],\"platforms\":{"
         "\"E-Series\":10,<any>\"Photon\":6,<any>},\"default_versions\":{\"10\":\"3.3.1\","
         "\"13\":\"6.2.0\",<any>\"6\":\"3.3.1\",<any>}}"},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

static const struct api_case untested[] = {
    {"uploaded", NULL, UPLOAD("1"), .status = 201},
    {"released", NULL, PUT(FIRMWARE "/release"), .type = FORM, .body = "version=1", .status = 200,
     .reply = RELEASED("1", "Pump 1", "true", "", "false"), .rule = "firmware.released"},
    {"stays", NULL, DELETE(FIRMWARE "/1"), .status = 400,
     .reply = ERROR("Version 1 was released and can't be deleted"), .rule = "firmware.in-use"},
};

START_TEST(untested_firmware_is_released_when_switched)
{
    unit_begin("untested_release: accept");
    UNIT_STORY(untested);
    unit_end();
}
END_TEST

static const struct api_case full[] = {
    {"one more", NULL, UPLOAD("1"), .status = 400,
     .reply = ERROR("There is no room for more firmware in this world"), .rule = "firmware.full"},
};

START_TEST(a_world_is_full_of_firmware)
{
    static char bytes[FIRMWARE_STORE_BYTES];
    struct firmware_upload upload = {2, "", "", "large.bin", bytes, sizeof bytes, NULL};
    unit_begin(NULL);
    struct cloud *cloud = unit_world()->cloud;
    ck_assert_ptr_nonnull(firmware_store_add(cloud, cloud_product(cloud, "6287"), &upload));
    UNIT_STORY(full);
    unit_end();
}
END_TEST

/* Version 2 runs on `new`; the others have 1. */
#define WORLD                                                                                      \
    "users: [{username: dev@example.com}]\n"                                                       \
    "products: [{id: 6287, slug: acme, platform: e-series, team: [dev@example.com],\n"             \
    "   groups: [first]}]\n"                                                                       \
    "devices:\n"                                                                                   \
    "  - {as: new, id: '" PUMP "', product: acme, state: online, groups: [first],\n"               \
    "     firmware: {product_id: 6287, version: 2}}\n"                                             \
    "  - {as: old, id: '" COLD "', product: acme, state: online,\n"                                \
    "     firmware: {product_id: 6287, version: 1}}\n"                                             \
    "  - {as: dev, id: '" ADAS "', product: acme, state: online, development: true,\n"             \
    "     firmware: {product_id: 6287, version: 1}}\n"                                             \
    "  - {as: grouped, id: '" BOBS "', product: acme, groups: [first],\n"                          \
    "     firmware: {product_id: 6287, version: 1}}\n"                                             \
    "  - {as: locked, id: '" ZOES "', product: acme, desired_firmware_version: 1,\n"               \
    "     firmware: {product_id: 6287, version: 1}}\n"                                             \
    "tokens: [{token: dev-token, user: dev@example.com}]\n"

#define CONTROL .header = "X-Mockcloud-Control: 1", .type = JSON
#define DO(name, what)                                                                             \
    .method = "POST", .target = "/__mock/worlds/default/devices/" name, CONTROL,                   \
    .body = "{\"do\":\"" what "\"}", .status = 200
#define WAIT                                                                                       \
    {                                                                                              \
        "time passes", .method = "POST", .target = "/__mock/worlds/default/clock", CONTROL,        \
                       .body = "{\"advance\":\"10min\"}", .status = 200                            \
    }
#define RUNS(name_, id_, runs, target_)                                                            \
    {                                                                                              \
        name_, NULL, GET(DEVICE(id_)),                                                             \
            .status = 200,                                                                         \
            .reply = "<any>\"firmware_version\":" runs ",<any>"                                    \
                     "\"targeted_firmware_release_version\":" target_ ",<any>"                     \
    }

static const struct api_case releases[] = {
    {"1", NULL, UPLOAD("1"), .status = 201},
    {"2", NULL, UPLOAD("2"), .status = 201, .reply = "<any>\"device_count\":1}"},
    {"to a group that is not there", NULL, PUT(FIRMWARE "/release"), .type = FORM,
     .body = "version=2&groups[]=first&groups[]=second", .status = 400,
     .reply = ERROR("There is no group second"), .rule = "firmware.release-bad"},
    {"to a group", NULL, PUT(FIRMWARE "/release"), .type = FORM,
     .body = "version=2&groups[]=first&product_default=false", .status = 200,
     .reply = RELEASED("2", "Pump 2", "false", "\"first\"", "false"), .rule = "firmware.released",
     .mark = "D"},
    {"the group says so", NULL, GET("/v1/products/6287/groups/first"), .status = 200,
     .reply = "{\"group\":{<any>,\"fw_version\":2,\"device_count\":2}}", .mark = "D"},
    RUNS("the group's, at its next handshake", BOBS, "null", "2"),
    RUNS("nothing is meant for the rest", COLD, "1", "null"),
    RUNS("a lock is what is meant", ZOES, "null", "1"),
    {"on", DO("grouped", "power-on")},
    {"on", DO("locked", "power-on")},
    WAIT,
    RUNS("it got it", BOBS, "2", "2"),
    RUNS("the locked one did not", ZOES, "1", "1"),
    {"to all, at once", NULL, PUT(FIRMWARE "/release"), .type = JSON,
     .body = "{\"version\":2,\"product_default\":true,\"intelligent\":true}", .status = 200,
     .reply = RELEASED("2", "Pump 2", "true", "", "true")},
    RUNS("not within the request", COLD, "1", "2"),
    WAIT,
    RUNS("got it", COLD, "2", "2"),
    RUNS("a development device does not", ADAS, "1", "2"),
    {"1 for all instead", NULL, PUT(FIRMWARE "/release"), .type = FORM, .body = "version=1",
     .status = 200},
    {"2 is no default any more", NULL, GET(FIRMWARE "/2"), .status = 200,
     .reply = VERSION("2", "Pump 2", "false", "", "3")},
    {"power off", DO("old", "power-off")},
    {"power on", DO("old", "power-on")},
    WAIT,
    RUNS("at its next handshake", COLD, "1", "1"),
    {"a group goes with its release", NULL, DELETE("/v1/products/6287/groups/first"),
     .status = 204},
};

START_TEST(released_firmware_reaches_its_devices)
{
    unit_begin_world(WORLD);
    UNIT_STORY(releases);
    unit_end();
}
END_TEST

Suite *test_api_firmware(void)
{
    Suite *suite = suite_create("firmware");
    TCase *tcase = tcase_create("firmware");
    tcase_add_test(tcase, a_version_lives);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, each_client_names_its_file, 0,
                        sizeof file_names / sizeof *file_names);
    tcase_add_test(tcase, untested_firmware_is_released_when_switched);
    tcase_add_test(tcase, a_world_is_full_of_firmware);
    tcase_add_test(tcase, released_firmware_reaches_its_devices);
    suite_add_tcase(suite, tcase);
    return suite;
}
