/* Devices of products: import in all its forms, quarantine, order and filters, groups of many;
 * claim codes for an ICCID or IMEI; a user with very many devices. */
#include "cloud/product.h"
#include "suites.h"

#include "unit_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GET(path)    .method = "GET", .target = path
#define POST(path)   .method = "POST", .target = path
#define PUT(path)    .method = "PUT", .target = path
#define DELETE(path) .method = "DELETE", .target = path
#define BY(who)      .token = who
#define Q(id)        "\"" id "\""
#define ERROR(text)  "{\"ok\":false,\"error\":\"" text "\"}"
#define DEVICES      "/v1/products/6287/devices"
#define CONTROL      .header = "X-Mockcloud-Control: 1"
#define RESULT(n, updated, existing, nonmember, invalid)                                           \
    "{\"updated\":" n ",\"updatedDeviceIds\":[" updated "],\"existingDeviceIds\":[" existing       \
    "],\"nonmemberDeviceIds\":[" nonmember "],\"invalidDeviceIds\":[" invalid                      \
    "],\"protectedDeviceIds\":[]}"

#define WORLD                                                                                      \
    "users: [{username: dev@example.com}, {username: eve@example.com}]\n"                          \
    "products:\n"                                                                                  \
    "  - {id: 6287, slug: acme-pump, platform: e-series, team: [dev@example.com],\n"               \
    "     clients: [{id: acme-app}]}\n"                                                            \
    "  - {id: 7000, slug: other, platform: e-series}\n"                                            \
    "customers: [{email: ada@example.com, product: acme-pump}]\n"                                  \
    "devices:\n"                                                                                   \
    "  - {as: free, id: '" PUMP "', platform: e-series, serial_number: ACME-1,\n"                  \
    "     iccid: '89340765000000000001', imei: '350000000000001'}\n"                               \
    "  - {as: more, id: '" COLD "', platform: e-series, serial_number: ACME-2}\n"                  \
    "  - {as: hers, id: '" BOBS "', platform: e-series, serial_number: ACME-9,\n"                  \
    "     owner: eve@example.com}\n"                                                               \
    "  - {as: away, id: '" ZOES "', product: other}\n"                                             \
    "  - {as: in, id: '" ADAS "', product: acme-pump, owner: ada@example.com}\n"                   \
    "  - {as: kept, id: '410000000000000000000020', product: acme-pump, quarantined: true}\n"      \
    "  - {as: gone, id: '410000000000000000000021', product: acme-pump, denied: true}\n"           \
    "  - {as: tells, id: '410000000000000000000022', platform: e-series,\n"                        \
    "     firmware: {product_id: 6287, version: 4}}\n"                                             \
    "tokens: [{token: acme-token, client: acme-app}, {token: dev-token, user: dev@example.com},\n" \
    "  {token: eve-token, user: eve@example.com}, {token: ada-token, customer: ada@example.com,\n" \
    "   product: acme-pump}]\n"

#define FORM_DATA       "multipart/form-data; boundary=\"a b\""
#define PART(name)      "--a b\r\nContent-Disposition: form-data; name=" name "\r\n\r\n"
#define FILE_PART(text) PART("\"file\"; filename=\"ids.csv\"") text "\r\n"
#define NO_IDS          ERROR("There are no devices to import: id, ids or file is missing")

static const struct api_case rows[] = {
    {"a file", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA,
     .body = FILE_PART(PUMP "\r\n\r\n" COLD) "--a b--", .status = 200,
     .reply = RESULT("2", Q(PUMP) "," Q(COLD), "", "", ""), .rule = "product.import"},
    {"a file of all kinds, as they were sent", NULL, POST(DEVICES), BY("dev-token"),
     .type = FORM_DATA,
     .body = FILE_PART("350000000000001\nACME-2\n\"" ADAS "\"\nACME-3") "--a b--", .status = 200,
     .mark = "D",
     .reply = RESULT("2", Q("350000000000001") "," Q("ACME-2"), Q(ADAS), "", Q("ACME-3"))},
    {"an ICCID", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"ids\":[\"89340765000000000001\",\"89340765000000000002\"]}", .status = 200,
     .reply = RESULT("1", Q("89340765000000000001"), "", "", Q("89340765000000000002")),
     .mark = "D"},
    {"one device by two of its names", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"ids\":[\"ACME-1\",\"" PUMP "\"]}", .status = 200,
     .reply = RESULT("1", Q("ACME-1"), Q(PUMP), "", "")},
    {"letters are kept", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"id\":\"4100000000000000000000FF\"}", .status = 200,
     .reply = RESULT("0", "", "", "", Q("4100000000000000000000FF"))},
    {"a table with titles", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA,
     .body = FILE_PART(
         "Name;Serial Number;IMEI\r\n\"a;b\";ACME-1;1\r\n;\"ACME-2\"\r\nshort\r\n") "--a b--",
     .status = 200, .reply = RESULT("2", Q("ACME-1") "," Q("ACME-2"), "", "", "")},
    {"a title alone over a column", NULL, POST(DEVICES), BY("dev-token"), .type = "text/csv",
     .body = "device_id\n" PUMP "\n", .status = 200, .reply = RESULT("1", Q(PUMP), "", "", "")},
    {"a column beside the first", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA,
     .body = FILE_PART("ACME-1,blue\nACME-2\tred") "--a b--", .status = 200,
     .reply = RESULT("2", Q("ACME-1") "," Q("ACME-2"), "", "", "")},
    {"the serial number of somebody else's", NULL, POST(DEVICES), BY("dev-token"),
     .type = FORM_DATA, .body = FILE_PART("ACME-9") "--a b--", .status = 200,
     .reply = RESULT("0", "", "", Q("ACME-9"), "")},
    {"an empty file", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA,
     .body = FILE_PART("") "--a b--", .status = 400, .reply = NO_IDS,
     .rule = "product.import-empty"},
    {"claim_user beside a file", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA,
     .body = PART("claim_user") "dev@example.com\r\n" FILE_PART(PUMP) "--a b--", .status = 200,
     .reply = RESULT("1", Q(PUMP), "", "", "")},
    {"ids as fields", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA,
     .body = PART("ids[]") PUMP "\r\n" PART("ids[]") COLD "\r\n--a b--", .status = 200,
     .reply = RESULT("2", Q(PUMP) "," Q(COLD), "", "", "")},
    {"text", NULL, POST(DEVICES), BY("dev-token"), .type = "text/plain",
     .body = "\xef\xbb\xbf" PUMP "\r\n" ADAS "\r\n" BOBS "\r\n" NONE "\r\n", .status = 200,
     .reply = RESULT("1", Q(PUMP), Q(ADAS), Q(BOBS), Q(NONE))},
    {"one, with its method", NULL, POST(DEVICES), BY("dev-token"), .type = FORM,
     .body = "import_method=one&id=" PUMP, .status = 200,
     .reply = RESULT("1", Q(PUMP), "", "", "")},
    {"a serial number", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"id\":\"ACME-1\",\"import_sims\":true}", .status = 200,
     .reply = RESULT("1", Q("ACME-1"), "", "", "")},
    {"nothing", NULL, POST(DEVICES), BY("dev-token"), .status = 400, .reply = NO_IDS},
    {"an id that is a number", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"id\":7}", .status = 400, .reply = NO_IDS},
    {"claim_user not on the team", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"id\":\"" PUMP "\",\"claim_user\":\"eve@example.com\"}", .status = 400,
     .reply = ERROR("claim_user is not on the product's team"),
     .rule = "product.import-claim-user"},
    {"no boundary", NULL, POST(DEVICES), BY("dev-token"), .type = "multipart/form-data",
     .body = "x", .status = 400,
     .reply = ERROR("The form is not valid: the Content-Type has no valid boundary"),
     .rule = "api.bad-encoding"},
    {"no end", NULL, POST(DEVICES), BY("dev-token"), .type = FORM_DATA, .body = FILE_PART(PUMP),
     .status = 400, .reply = ERROR("The form is not valid: the last boundary is missing")},
    /* the list */
    {"quarantined ones alone", NULL, GET(DEVICES "?quarantined=true"), BY("dev-token"),
     .status = 200,
     .reply =
         "{\"devices\":[{\"id\":\"410000000000000000000020\",<any>}],\"customers\":[],\"meta\":"
         "{\"total_pages\":1}}"},
    {"none of them", NULL, GET(DEVICES "?quarantined=false"), BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" ADAS "\",<any>\"meta\":{\"total_pages\":1}}"},
    {"perPage", NULL, GET(DEVICES "?sortAttr=deviceId&perPage=1&page=2"), BY("dev-token"),
     .status = 200, .reply = "{\"devices\":[{\"id\":\"" ADAS "\",<any>\"total_pages\":2}}"},
    {"quarantined ones, too", NULL, GET(DEVICES "?sortAttr=deviceName&sortDir=asc"),
     BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[<any>\"name\":\"in\",<any>\"name\":\"kept\",<any>],\"customers\":[{"
              "\"id\":\"<24>\",\"username\":\"ada@example.com\"}],\"meta\":{\"total_pages\":1}}"},
    {"descending", NULL, GET(DEVICES "?sortAttr=deviceId&sortDir=desc&per_page=1"), BY("dev-token"),
     .status = 200,
     .reply = "{\"devices\":[{\"id\":\"410000000000000000000020\",<any>\"total_pages\":2}}"},
    {"ascending", NULL, GET(DEVICES "?sortAttr=deviceId&sortDir=asc&per_page=1"), BY("dev-token"),
     .status = 200, .reply = "{\"devices\":[{\"id\":\"" ADAS "\",<any>"},
    {"by version", NULL, GET(DEVICES "?sortAttr=firmwareVersion&per_page=1"), BY("dev-token"),
     .status = 200, .reply = "{\"devices\":[{\"id\":\"" ADAS "\",<any>"},
    {"denied ones, switched", "denied_devices_listed: yes", GET(DEVICES "?deviceName=gone"),
     BY("dev-token"), .status = 200, .reply = "{\"devices\":[<any>\"denied\":true,<any>"},
    {"denied ones", NULL, GET(DEVICES "?deviceName=gone"), BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[],<any>"},
    {"by serial number", NULL, GET(DEVICES "?serialNumber=acme-1"), BY("dev-token"), .status = 200,
     .reply = "{\"devices\":[],<any>"},
    /* many */
    {"another action", NULL, PUT(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"action\":\"dance\",\"devices\":[\"" ADAS "\"]}", .status = 400,
     .reply = ERROR("action has to be \\\"groups\\\""), .rule = "product.device-action-bad"},
    {"no devices", NULL, PUT(DEVICES), BY("dev-token"), .type = JSON,
     .body = "{\"action\":\"groups\",\"metadata\":{\"add\":[\"a\"]}}", .status = 400,
     .reply = ERROR("devices has to be a list of 1 to 10000 ids")},
    /* claim codes of a radio id */
    {"an ICCID", NULL, POST("/v1/device_claims"), BY("dev-token"), .type = JSON,
     .body = "{\"iccid\":\"89340765000000000001\"}", .status = 200,
     .reply = "{\"claim_code\":\"89340765000000000001\",\"device_ids\":[]}",
     .rule = "claim-code.issue"},
    {"an IMEI", NULL, POST("/v1/products/6287/device_claims"), BY("ada-token"), .type = FORM,
     .body = "imei=350000000000001", .status = 200,
     .reply = "{\"claim_code\":\"350000000000001\",\"device_ids\":[" Q(ADAS) "]}"},
    {"no ICCID at all", NULL, POST("/v1/device_claims"), BY("dev-token"), .type = JSON,
     .body = "{\"iccid\":\"\",\"activation_code\":\"ACME-BETA\"}", .status = 200,
     .reply = "{\"claim_code\":\"<63>\",\"device_ids\":[]}"},
    {"what is no ICCID", NULL, POST("/v1/device_claims"), BY("dev-token"), .type = JSON,
     .body = "{\"iccid\":\"abc\"}", .status = 400,
     .reply = ERROR("iccid has to be 15 to 22 digits"), .rule = "claim-code.bad-radio-id"},
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

START_TEST(claimed_by_import)
{
    static const struct api_case story[] = {
        {"import", NULL, POST(DEVICES), BY("acme-token"), .type = JSON,
         .body = "{\"ids\":[\"" PUMP "\",\"" ADAS "\"],\"claim_user\":\"dev@example.com\"}",
         .status = 200, .reply = RESULT("1", Q(PUMP), Q(ADAS), "", "")},
        {"dev's", NULL, GET("/v1/devices/" PUMP), BY("dev-token"), .status = 200},
        {"still ada's", NULL, GET("/v1/devices/" ADAS), BY("ada-token"), .status = 200},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

#define TELLS "410000000000000000000022"
#define POWER(device, how)                                                                         \
    .method = "POST", .target = "/__mock/worlds/default/devices/" device, CONTROL, .type = JSON,   \
    .body = "{\"do\":\"power-" how "\"}", .status = 200
#define WAIT                                                                                       \
    .method = "POST", .target = "/__mock/worlds/default/clock", CONTROL, .type = JSON,             \
    .body = "{\"advance\":\"5min\"}", .status = 200

/* What a world file says of a device's quarantine outlives its handshakes. */
START_TEST(quarantined_and_online)
{
    static const struct api_case list = {
        .method = "GET",
        .target = DEVICES,
        .token = "dev-token",
        .status = 200,
        .reply =
            "{\"devices\":[{<any>\"product_id\":10,\"online\":true,<any>\"firmware_product_id\":"
            "6287,<any>\"quarantined\":true,<any>}],<any>"};
    unit_begin_world("users: [{username: dev@example.com}]\n"
                     "products: [{id: 6287, platform: e-series, team: [dev@example.com]}]\n"
                     "devices: [{as: pump, product: '6287', quarantined: true, state: online}]\n"
                     "tokens: [{token: dev-token, user: dev@example.com}]\n");
    unit_case(&list);
    unit_end();
}
END_TEST

/* What an import did not take is in the journal, one entry for each, with its reason. */
START_TEST(refused_and_journalled)
{
    static const struct api_case import = {
        .method = "POST",
        .target = DEVICES,
        .token = "dev-token",
        .type = JSON,
        .body = "{\"ids\":[\"SAFE-1\",\"LAMP-1\",\"OPEN-1\",\"none\"]}",
        .status = 200,
        .mark = "D",
        .reply = "{\"updated\":1,\"updatedDeviceIds\":[\"OPEN-1\"],\"existingDeviceIds\":[],"
                 "\"nonmemberDeviceIds\":[],\"invalidDeviceIds\":[\"LAMP-1\",\"none\"],"
                 "\"protectedDeviceIds\":[\"SAFE-1\"]}"};
    static const struct api_case seen = {
        .method = "GET",
        .target = "/v1/products/7000/devices",
        .token = "dev-token",
        .status = 200,
        .reply = "{\"devices\":[{<any>\"device_protection\":{\"status\":\"active\"},<any>"};
    static const char *const reasons[] = {
        "{\"given\":\"SAFE-1\",\"device\":\"" PUMP
        "\",\"product\":6287,\"reason\":\"protected, and the "
        "product is not\"}",
        "{\"given\":\"LAMP-1\",\"device\":\"" LAMP "\",\"product\":6287,\"reason\":\"of another "
        "platform\"}",
        "{\"given\":\"none\",\"device\":null,\"product\":6287,\"reason\":\"no such device\"}",
    };
    unit_begin_world(
        "users: [{username: dev@example.com}]\n"
        "products:\n"
        "  - {id: 6287, platform: e-series, team: [dev@example.com]}\n"
        "  - {id: 7000, platform: e-series, team: [dev@example.com], protected: true}\n"
        "devices:\n"
        "  - {as: safe, id: '" PUMP "', platform: e-series, serial_number: SAFE-1,\n"
        "     protected: true}\n"
        "  - {as: open, id: '" COLD "', platform: e-series, serial_number: OPEN-1}\n"
        "  - {as: lamp, id: '" LAMP "', platform: photon, serial_number: LAMP-1}\n"
        "  - {as: in, id: '" ZOES "', product: '7000'}\n"
        "tokens: [{token: dev-token, user: dev@example.com}]\n");
    unit_case(&import);
    unit_case(&seen);
    char *journal = unit_journal_dup();
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        ck_assert_msg(strstr(journal, reasons[i]), "%s in %s", reasons[i], journal);
    free(journal);
    unit_end();
}
END_TEST

/* The firmware says acme-pump, nobody has imported the device: quarantine, approval, denial. */
START_TEST(quarantine)
{
    static const struct api_case story[] = {
        {"on", NULL, POWER("tells", "on")},
        {"wait", NULL, WAIT},
        {"in quarantine", NULL, GET(DEVICES "/" TELLS), BY("dev-token"), .status = 200,
         .reply =
             "<any>\"product_id\":10,<any>\"firmware_product_id\":6287,<any>\"quarantined\":true,"
             "\"denied\":false,<any>"},
        {"not in the product yet", NULL, POST("/v1/devices"), BY("ada-token"), .type = FORM,
         .body = "id=" TELLS, .status = 404, .rule = "claim.foreign-customer"},
        {"denied", NULL, DELETE(DEVICES "/" TELLS), BY("dev-token"), .type = JSON,
         .body = "{\"deny\":true}", .status = 204, .rule = "product.device-denied"},
        {"gone", NULL, GET(DEVICES "/" TELLS), BY("dev-token"), .status = 404},
        {"off", NULL, POWER("tells", "off")},
        {"on again", NULL, POWER("tells", "on")},
        {"wait", NULL, WAIT},
        {"does not come back", NULL, GET(DEVICES "/" TELLS), BY("dev-token"), .status = 404},
        {"approved", NULL, POST(DEVICES), BY("dev-token"), .type = JSON,
         .body = "{\"id\":\"" TELLS "\"}", .status = 200,
         .reply = RESULT("1", Q(TELLS), "", "", "")},
        {"in the product", NULL, GET(DEVICES "/" TELLS), BY("dev-token"), .status = 200,
         .reply = "<any>\"quarantined\":false,\"denied\":false,<any>"},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* A product without quarantine lets the device in. */
START_TEST(no_quarantine)
{
    static const struct api_case story[] = {
        {"on", NULL, POWER("tells", "on")},
        {"wait", NULL, WAIT},
        {"in the product", NULL, GET(DEVICES "/" TELLS), BY("dev-token"), .status = 200,
         .reply = "<any>\"product_id\":6287,<any>\"quarantined\":false,\"denied\":false,<any>"},
    };
    begin(NULL);
    cloud_product(unit_world()->cloud, "6287")->quarantine = false;
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(groups_of_many)
{
    static const struct api_case story[] = {
        {"join", NULL, PUT(DEVICES), BY("dev-token"), .type = JSON,
         .body = "{\"action\":\"groups\",\"devices\":[\"" ADAS "\",\"" PUMP "\",7],"
                 "\"metadata\":{\"add\":[\"foo\",\"bar\",1]}}",
         .status = 200, .reply = "{\"ok\":true}", .rule = "product.device-groups"},
        {"of the group", NULL, GET(DEVICES "?groups=none,bar"), BY("dev-token"), .status = 200,
         .reply = "{\"devices\":[{\"id\":\"" ADAS "\",<any>\"groups\":[\"foo\",\"bar\"],<any>"},
        {"of no such group", NULL, GET(DEVICES "?groups=ba,fo"), BY("dev-token"), .status = 200,
         .reply = "{\"devices\":[],<any>"},
        {"leave", NULL, PUT(DEVICES), BY("dev-token"), .type = FORM,
         .body = "action=groups&devices[]=" ADAS "&metadata[remove][]=foo", .status = 200},
        {"left", NULL, GET(DEVICES "/" ADAS), BY("dev-token"), .status = 200,
         .reply = "<any>\"groups\":[\"bar\"],<any>"},
    };
    begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

static const struct api_case radio[] = {
    {"code", NULL, POST("/v1/device_claims"), BY("dev-token"), .type = JSON,
     .body = "{\"iccid\":\"89340765000000000001\"}", .status = 200},
    {"code again, of another", NULL, POST("/v1/device_claims"), BY("eve-token"), .type = JSON,
     .body = "{\"iccid\":\"89340765000000000001\"}", .status = 200},
    {"on", NULL, POWER("free", "on")},
    {"wait", NULL, WAIT},
};

/* The newest code for an ICCID claims its device at the next full handshake. */
START_TEST(claimed_by_iccid)
{
    static const struct api_case claimed = {"claimed", NULL, GET("/v1/devices/" PUMP),
                                            BY("eve-token"), .status = 200};
    begin(NULL);
    UNIT_STORY(radio);
    unit_case(&claimed);
    unit_end();
}
END_TEST

START_TEST(not_claimed_by_iccid)
{
    static const struct api_case claimed = {"not claimed", NULL, GET("/v1/devices/" PUMP),
                                            BY("eve-token"), .status = 403};
    begin("radio_claim_code: ignored");
    UNIT_STORY(radio);
    unit_case(&claimed);
    unit_end();
}
END_TEST

START_TEST(transfer_is_one)
{
    static const struct api_case story[] = {
        {"on", NULL, POWER("hers", "on")},
        {"wait", NULL, WAIT},
        {"ask", NULL, POST("/v1/devices"), BY("dev-token"), .type = JSON,
         .body = "{\"id\":\"" BOBS "\",\"request_transfer\":true}", .status = 200,
         .reply = "{\"ok\":true,\"transfer_id\":\"<24:transfer>\"}", .rule = "claim.transfer"},
        {"ask again", NULL, POST("/v1/devices?request_transfer=true"), BY("dev-token"),
         .type = FORM, .body = "id=" BOBS, .status = 200,
         .reply = "{\"ok\":true,\"transfer_id\":\"{{transfer}}\"}"},
        {"still hers", NULL, GET("/v1/devices/" BOBS), BY("eve-token"), .status = 200},
        {"not dev's", NULL, GET("/v1/devices/" BOBS), BY("dev-token"), .status = 403},
    };
    begin(NULL);
    UNIT_STORY(story);
    char *journal = unit_journal_dup();
    char *first = strstr(journal, "device.transfer-requested");
    ck_assert(first && !strstr(first + 1, "device.transfer-requested"));
    free(journal);
    unit_end();
}
END_TEST

/* 10,000 devices of one user: in one reply, and nothing of it stays. */
START_TEST(very_many)
{
    const size_t count = 10000;
    static const struct api_case list = {"list", NULL, GET("/v1/devices"), BY("dev-token"),
                                         .status = 200};
    char *yaml = malloc(200 + count * 80), *at = yaml;
    at += sprintf(at, "users: [{username: dev@example.com}]\n"
                      "tokens: [{token: dev-token, user: dev@example.com}]\ndevices:\n");
    for (size_t i = 0; i < count; i++)
        at += sprintf(at, "  - {platform: boron, owner: dev@example.com}\n");
    unit_begin_world(yaml);
    free(yaml);
    struct api_ticket ticket = {0};
    ck_assert_int_eq(unit_send(&list, &ticket), API_LATER); /* in parts */
    while (api_work(unit_api()))
        ;
    ck_assert(!ticket.reply.body.overflow);
    ck_assert_uint_gt(ticket.reply.body.len, count * 500);
    size_t devices = 0;
    for (const char *id = buf_str(&ticket.reply.body); (id = strstr(id, "{\"id\":\"")); id++)
        devices++;
    ck_assert_uint_eq(devices, count);
    api_ticket_done(unit_api(), &ticket);
    ck_assert_ptr_null(ticket.reply.body.data);
    unit_end();
}
END_TEST

Suite *test_api_import(void)
{
    Suite *suite = suite_create("import");
    TCase *tcase = tcase_create("import");
    tcase_set_timeout(tcase, 30);
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, claimed_by_import);
    tcase_add_test(tcase, refused_and_journalled);
    tcase_add_test(tcase, quarantined_and_online);
    tcase_add_test(tcase, quarantine);
    tcase_add_test(tcase, no_quarantine);
    tcase_add_test(tcase, groups_of_many);
    tcase_add_test(tcase, claimed_by_iccid);
    tcase_add_test(tcase, not_claimed_by_iccid);
    tcase_add_test(tcase, transfer_is_one);
    tcase_add_test(tcase, very_many);
    suite_add_tcase(suite, tcase);
    return suite;
}
