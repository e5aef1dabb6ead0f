/* POST /v1/devices: each row of the decision table with each value of its switch, and the order of
 * the rows: requests that two rows refuse. */
#include "cloud/accounts.h"
#include "cloud/owner.h"
#include "cloud/record.h"
#include "suites.h"

#include "unit_api.h"

#include <stdio.h>
#include <string.h>

#define CLAIM      .method = "POST", .target = "/v1/devices"
#define BY(who)    .token = who
#define ID(device) .type = FORM, .body = "id=" device

#define NOT_FOUND      "{\"ok\":false,\"errors\":[\"device not found\"]}"
#define DOES_NOT_EXIST "{\"ok\":false,\"errors\":[\"device does not exist\"]}"
#define CORE_OFFLINE   "{\"ok\":false,\"errors\":[[\"Core isn't online\",404]]}"
#define EMPTY_ERROR    "{\"ok\":false,\"errors\":[{}]}"
#define DENIED         "{\"ok\":false,\"error\":\"Permission denied\"}"
#define EMPTY_ID       "{\"ok\":false,\"errors\":[\"data.deviceID is empty\"]}"
#define SOMEONE_ELSE                                                                               \
    "{\"ok\":false,\"errors\":[\"That belongs to someone else. To request a transfer add "         \
    "?request_transfer=true to the URL.\"]}"
#define TRANSFER "{\"ok\":true,\"transfer_id\":\"<24>\"}"

#define OF_USER(device, connected)                                                                 \
    "{\"user_id\":\"<24>\",\"id\":\"" device "\",\"connected\":" connected ",\"ok\":true}"
#define OF_CUSTOMER(device, connected)                                                             \
    "{\"customer_id\":\"<24>\",\"product_id\":6287,\"updated_at\":\"<time>\",\"id\":\"" device     \
    "\",\"connected\":" connected ",\"ok\":true}"

static const struct api_case rows[] = {
    /* accepted */
    {"user, online", NULL, CLAIM, BY("dev-token"), ID(LAMP), .status = 200, .mark = "R 2015-07",
     .reply = OF_USER(LAMP, "true"), .rule = "claim.accepted-user"},
    {"user, online, JSON", NULL, CLAIM, BY("dev-token"), .type = JSON,
     .body = "{\"id\":\"" LAMP "\"}", .status = 200, .reply = OF_USER(LAMP, "true"),
     .rule = "claim.accepted-user"},
    {"user, online, id in the query", NULL, .method = "POST", .target = "/v1/devices?id=" LAMP,
     BY("dev-token"), .status = 200, .reply = OF_USER(LAMP, "true"), .rule = "claim.accepted-user"},
    {"customer, online", NULL, CLAIM, BY("ada-token"), ID(PUMP), .status = 200, .mark = "R 2018-04",
     .reply = OF_CUSTOMER(PUMP, "true"), .rule = "claim.accepted-customer"},
    {"team member, product device online", NULL, CLAIM, BY("dev-token"), ID(PUMP), .status = 200,
     .reply = OF_USER(PUMP, "true"), .rule = "claim.accepted-user"},
    {"team member, product device offline", NULL, CLAIM, BY("dev-token"), ID(COLD), .status = 200,
     .mark = "T", .reply = OF_USER(COLD, "false"), .rule = "claim.accepted-offline"},
    {"team member, offline, switched off", "offline_team_claim: refuse", CLAIM, BY("dev-token"),
     ID(COLD), .status = 404, .reply = NOT_FOUND, .rule = "claim.offline-member"},
    {"customer, offline, switched on", "offline_customer_claim: accept", CLAIM, BY("ada-token"),
     ID(COLD), .status = 200, .reply = OF_CUSTOMER(COLD, "false"),
     .rule = "claim.accepted-customer"},
    {"own device", NULL, CLAIM, BY("dev-token"), ID(DESK), .status = 200, .mark = "T",
     .reply = OF_USER(DESK, "true"), .rule = "claim.already-yours"},
    {"customer's own device", NULL, CLAIM, BY("ada-token"), ID(ADAS), .status = 200,
     .reply = OF_CUSTOMER(ADAS, "true"), .rule = "claim.already-yours"},
    {"customer's own device, offline", NULL, CLAIM, BY("bob-token"), ID(BOBS), .status = 200,
     .reply = OF_CUSTOMER(BOBS, "false"), .rule = "claim.already-yours"},
    /* the id */
    {"a body that is no form", NULL, CLAIM, BY("dev-token"), .type = "text/plain",
     .body = "id=" LAMP, .status = 404,
     .reply = "{\"ok\":false,\"errors\":[\"data.deviceID is empty\"]}",
     .rule = "claim.unreadable-body"},
    {"another name of the id", NULL, CLAIM, BY("dev-token"), .type = FORM, .body = "device=" LAMP,
     .status = 404, .reply = "{\"ok\":false,\"errors\":[\"data.deviceID is empty\"]}",
     .rule = "claim.missing-id"},
    {"no id", NULL, CLAIM, BY("dev-token"), .status = 404, .mark = "I", .reply = EMPTY_ID,
     .rule = "claim.missing-id"},
    {"empty id", NULL, CLAIM, BY("dev-token"), ID(""), .status = 404, .reply = EMPTY_ID,
     .rule = "claim.missing-id"},
    {"id is a number", NULL, CLAIM, BY("dev-token"), .type = JSON, .body = "{\"id\":1234567890}",
     .status = 404, .reply = EMPTY_ID, .rule = "claim.missing-id"},
    {"id is null", NULL, CLAIM, BY("dev-token"), .type = JSON, .body = "{\"id\":null}",
     .status = 404, .reply = EMPTY_ID, .rule = "claim.missing-id"},
    {"id is a list", NULL, CLAIM, BY("dev-token"), .type = JSON, .body = "{\"id\":[\"" LAMP "\"]}",
     .status = 404, .reply = EMPTY_ID, .rule = "claim.missing-id"},
    {"no id, switched", "missing_device_id: bad-request-400", CLAIM, BY("dev-token"), .status = 400,
     .reply = "{\"ok\":false,\"errors\":[\"id is missing\"]}", .rule = "claim.missing-id"},
    {"unknown id", NULL, CLAIM, BY("dev-token"), ID(NONE), .status = 404, .mark = "T",
     .reply = NOT_FOUND, .rule = "claim.unknown-device"},
    {"no device id at all", NULL, CLAIM, BY("dev-token"), ID("1234567890"), .status = 404,
     .reply = NOT_FOUND, .rule = "claim.unknown-device"},
    {"a device's name is no id", NULL, CLAIM, BY("dev-token"), ID("lamp"), .status = 404,
     .reply = NOT_FOUND, .rule = "claim.unknown-device"},
    {"unknown id, as in 2015", "unknown_device_error: device-does-not-exist", CLAIM,
     BY("dev-token"), ID(NONE), .status = 404, .mark = "R 2015-07", .reply = DOES_NOT_EXIST,
     .rule = "claim.unknown-device"},
    {"unknown id, as in 2016", "unknown_device_error: empty-object", CLAIM, BY("dev-token"),
     ID(NONE), .status = 404, .reply = EMPTY_ERROR, .rule = "claim.unknown-device"},
    {"capitals", NULL, CLAIM, BY("dev-token"), ID("3100000000000000000000AB"), .status = 404,
     .reply = NOT_FOUND, .rule = "claim.uppercase-id"},
    {"capitals, as in 2015", "unknown_device_error: device-does-not-exist", CLAIM, BY("dev-token"),
     ID("3100000000000000000000AB"), .status = 404, .reply = DOES_NOT_EXIST,
     .rule = "claim.uppercase-id"},
    {"capitals, switched on", "uppercase_ids: accept", CLAIM, BY("dev-token"),
     ID("3100000000000000000000AB"), .status = 200, .reply = OF_USER(ABED, "true"),
     .rule = "claim.accepted-user"},
    /* whose product */
    {"customer, developer device", NULL, CLAIM, BY("ada-token"), ID(LAMP), .status = 404,
     .reply = NOT_FOUND, .rule = "claim.foreign-customer"},
    {"customer of another product", NULL, CLAIM, BY("zoe-token"), ID(PUMP), .status = 404,
     .reply = NOT_FOUND, .rule = "claim.foreign-customer"},
    {"customer of another product, switched", "foreign_customer_claim: forbidden-403", CLAIM,
     BY("zoe-token"), ID(PUMP), .status = 403, .reply = DENIED, .rule = "claim.foreign-customer"},
    {"user beside the team", NULL, CLAIM, BY("eve-token"), ID(PUMP), .status = 404,
     .reply = NOT_FOUND, .rule = "claim.non-member"},
    {"user beside the team, switched", "non_member_claim: forbidden-403", CLAIM, BY("eve-token"),
     ID(PUMP), .status = 403, .reply = DENIED, .rule = "claim.non-member"},
    /* offline */
    {"user, offline", NULL, CLAIM, BY("dev-token"), ID(DARK), .status = 404, .reply = NOT_FOUND,
     .rule = "claim.offline"},
    {"user, offline, as in 2016", "offline_claim_error: empty-object", CLAIM, BY("dev-token"),
     ID(DARK), .status = 404, .mark = "T", .reply = EMPTY_ERROR, .rule = "claim.offline"},
    {"user, offline, as in 2015", "offline_claim_error: core-isnt-online", CLAIM, BY("dev-token"),
     ID(DARK), .status = 404, .mark = "R 2015-07", .reply = CORE_OFFLINE, .rule = "claim.offline"},
    {"customer, offline", NULL, CLAIM, BY("ada-token"), ID(COLD), .status = 404, .reply = NOT_FOUND,
     .rule = "claim.offline-customer"},
    {"customer, offline, as in 2016", "offline_claim_error: empty-object", CLAIM, BY("ada-token"),
     ID(COLD), .status = 404, .reply = EMPTY_ERROR, .rule = "claim.offline-customer"},
    {"customer, offline, as in 2015", "offline_claim_error: core-isnt-online", CLAIM,
     BY("ada-token"), ID(COLD), .status = 404, .reply = CORE_OFFLINE,
     .rule = "claim.offline-customer"},
    {"member, offline, switched off, as in 2015",
     "offline_team_claim: refuse, offline_claim_error: core-isnt-online", CLAIM, BY("dev-token"),
     ID(COLD), .status = 404, .reply = CORE_OFFLINE, .rule = "claim.offline-member"},
    /* somebody else's */
    {"of another user", NULL, CLAIM, BY("dev-token"), ID(EVES), .status = 403, .mark = "R 2015-09",
     .reply = SOMEONE_ELSE, .rule = "claim.owned-by-other"},
    {"of another customer", NULL, CLAIM, BY("bob-token"), ID(ADAS), .status = 403,
     .reply = SOMEONE_ELSE, .rule = "claim.owned-by-other"},
    {"of a customer, by the team", NULL, CLAIM, BY("dev-token"), ID(ADAS), .status = 403,
     .reply = SOMEONE_ELSE, .rule = "claim.owned-by-other"},
    {"transfer, in the URL", NULL, .method = "POST", .target = "/v1/devices?request_transfer=true",
     BY("dev-token"), ID(EVES), .status = 200, .mark = "D", .reply = TRANSFER,
     .rule = "claim.transfer"},
    {"transfer, in the form", NULL, CLAIM, BY("dev-token"), ID(EVES) "&request_transfer=true",
     .status = 200, .reply = TRANSFER, .rule = "claim.transfer"},
    {"transfer, in JSON", NULL, CLAIM, BY("dev-token"), .type = JSON,
     .body = "{\"id\":\"" EVES "\",\"request_transfer\":true}", .status = 200, .reply = TRANSFER,
     .rule = "claim.transfer"},
    {"no transfer", NULL, CLAIM, BY("dev-token"), .type = JSON,
     .body = "{\"id\":\"" EVES "\",\"request_transfer\":false}", .status = 403,
     .reply = SOMEONE_ELSE, .rule = "claim.owned-by-other"},
    {"transfer of a device that is free", NULL, CLAIM, BY("dev-token"),
     ID(LAMP) "&request_transfer=true", .status = 200, .reply = OF_USER(LAMP, "true"),
     .rule = "claim.accepted-user"},
    /* who calls */
    {"a product's own token", NULL, CLAIM, BY("acme-token"), ID(PUMP), .status = 403,
     .reply = DENIED, .rule = "device.owner-needed"},
    {"no token", NULL, CLAIM, ID(LAMP), .status = 400, .mark = "R 2015-07",
     .reply = "{\"error\":\"invalid_request\",\"error_description\":\"The access token was not "
              "found\"}",
     .rule = "token.none"},
    /* the order: each row is one that the next row would answer otherwise */
    {"token before id", NULL, CLAIM, BY("nobody"), ID(""), .status = 401, .rule = "token.unknown"},
    {"own before offline", NULL, CLAIM, BY("bob-token"), ID(BOBS), .status = 200,
     .rule = "claim.already-yours"},
    {"own before transfer", NULL, CLAIM, BY("dev-token"), ID(DESK) "&request_transfer=true",
     .status = 200, .reply = OF_USER(DESK, "true"), .rule = "claim.already-yours"},
    {"foreign customer before offline", NULL, CLAIM, BY("zoe-token"), ID(COLD), .status = 404,
     .rule = "claim.foreign-customer"},
    {"foreign customer before owned", NULL, CLAIM, BY("zoe-token"), ID(ADAS), .status = 404,
     .rule = "claim.foreign-customer"},
    {"non-member before offline", NULL, CLAIM, BY("eve-token"), ID(COLD), .status = 404,
     .rule = "claim.non-member"},
    {"non-member before owned", NULL, CLAIM, BY("eve-token"), ID(ADAS), .status = 404,
     .rule = "claim.non-member"},
    {"offline before owned", NULL, CLAIM, BY("ada-token"), ID(BOBS), .status = 404,
     .rule = "claim.offline-customer"},
    {"offline before transfer", NULL, CLAIM, BY("ada-token"), ID(BOBS) "&request_transfer=true",
     .status = 404, .rule = "claim.offline-customer"},
    {"a member's offline device is owned", NULL, CLAIM, BY("dev-token"), ID(BOBS), .status = 403,
     .rule = "claim.owned-by-other"},
    {"capitals before own", NULL, CLAIM, BY("dev-token"), ID("3100000000000000000000AB"),
     .status = 404, .rule = "claim.uppercase-id"},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

#define IDS_OF(who) .method = "POST", .target = "/v1/device_claims", .token = who, .status = 200

/* A claim shows in the owner's list; a second one changes nothing; a transfer leaves the owner. */
START_TEST(what_a_claim_changes)
{
    static const struct api_case story[] = {
        {"claim", NULL, CLAIM, BY("dev-token"), ID(LAMP), .status = 200,
         .reply = "{\"user_id\":\"<24:dev>\",\"id\":\"" LAMP "\",\"connected\":true,\"ok\":true}"},
        {"again", NULL, CLAIM, BY("dev-token"), ID(LAMP), .status = 200,
         .reply = "{\"user_id\":\"{{dev}}\",\"id\":\"" LAMP "\",\"connected\":true,\"ok\":true}",
         .rule = "claim.already-yours"},
        {"now owned", NULL, CLAIM, BY("eve-token"), ID(LAMP), .status = 403, .reply = SOMEONE_ELSE},
        {"transfer", NULL, CLAIM, BY("eve-token"), ID(LAMP) "&request_transfer=1", .status = 200,
         .reply = TRANSFER},
        {"eve has still one", NULL, IDS_OF("eve-token"),
         .reply = "{\"claim_code\":\"<63>\",\"device_ids\":[\"" EVES "\"]}"},
        {"dev has two", NULL, IDS_OF("dev-token"),
         .reply = "{\"claim_code\":\"<63>\",\"device_ids\":[\"" LAMP "\",\"" DESK "\"]}"},
        {"a refused claim", NULL, CLAIM, BY("ada-token"), ID(COLD), .status = 404},
        {"leaves it alone", NULL, .method = "GET",
         .target = "/v1/products/6287/devices?deviceId=" COLD, .token = "acme-token", .status = 200,
         .reply = "{\"devices\":[{<any>\"owner\":null}],\"customers\":[],<any>"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

static const struct api_case sandbox_full = {
    "the 101st",
    NULL,
    CLAIM,
    BY("dev-token"),
    ID(LAMP),
    .status = 403,
    .reply =
        "{\"error\":\"limit_exceeded\",\"error_description\":\"You have 100 devices, the most of "
        "the free plan\"}",
    .rule = "claim.sandbox-full"};

/* The limit of the free plan: users alone, and only with the switch. */
START_TEST(a_sandbox_is_full)
{
    static const struct api_case others[] = {
        {"what is the user's own", NULL, CLAIM, BY("dev-token"), ID(DESK), .status = 200},
        {"another user", NULL, CLAIM, BY("eve-token"), ID(LAMP), .status = 200},
        {"a customer", NULL, CLAIM, BY("ada-token"), ID(PUMP), .status = 200},
    };
    char id[IDS_OBJECT + 1];
    unit_begin("sandbox_limit: real");
    struct cloud *cloud = unit_world()->cloud;
    for (int i = 1; i < CLOUD_SANDBOX_MAX; i++) { /* the desk is the first */
        snprintf(id, sizeof id, "32%022d", i);
        cloud_set_owner(cloud, cloud_add_device(cloud, id, platform_by_name("photon")),
                        (struct owner){OWNER_USER, .user = cloud_user(cloud, "dev@example.com")});
    }
    unit_case(&sandbox_full);
    UNIT_STORY(others);
    unit_end();
}
END_TEST

/* Every row of the table was decided by some row here. */
START_TEST(each_rule_has_a_row)
{
    for (size_t i = 0; api_rule(i) && strncmp(api_rule(i)->name, "claim.", 6) == 0; i++) {
        size_t r = 0;
        if (strcmp(api_rule(i)->name, sandbox_full.rule) == 0)
            continue;
        while (r < sizeof rows / sizeof *rows &&
               (!rows[r].rule || strcmp(rows[r].rule, api_rule(i)->name) != 0))
            r++;
        ck_assert_msg(r < sizeof rows / sizeof *rows, "no row for %s", api_rule(i)->name);
    }
}
END_TEST

Suite *test_api_claim(void)
{
    Suite *suite = suite_create("claim");
    TCase *tcase = tcase_create("table");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, what_a_claim_changes);
    tcase_add_test(tcase, a_sandbox_is_full);
    tcase_add_test(tcase, each_rule_has_a_row);
    suite_add_tcase(suite, tcase);
    return suite;
}
