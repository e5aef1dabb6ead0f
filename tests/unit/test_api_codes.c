/* Claim codes: who may ask, what is in a request, what a code does in the end; and the way back:
 * unclaiming, by the owner, and by the team. */
#include "cloud/product.h"
#include "suites.h"

#include "base/mem.h"
#include "unit_api.h"

#define USER_CODES    .method = "POST", .target = "/v1/device_claims"
#define PRODUCT_CODES .method = "POST", .target = "/v1/products/6287/device_claims"
#define BY(who)       .token = who

#define CODE(ids) "{\"claim_code\":\"<63:code>\",\"device_ids\":[" ids "]}"
#define Q(id)     "\"" id "\""
#define DENIED    "{\"ok\":false,\"error\":\"Permission denied\"}"
#define OK        "{\"ok\":true}"
#define NOT_YOURS(token)                                                                           \
    "{\"error\":\"Permission Denied\",\"info\":\"I didn't recognize that device name or ID, try "  \
    "opening https://api.particle.io/v1/devices?access_token=" token "\"}"
#define NOT_IN_PRODUCT "{\"ok\":false,\"error\":\"Device not found for this product\"}"

static const struct api_case who_may_ask[] = {
    {"a user", NULL, USER_CODES, BY("dev-token"), .status = 200, .reply = CODE(Q(DESK)),
     .rule = "claim-code.issue"},
    {"a user without devices", NULL, .method = "POST",
     .target = "/v1/device_claims?access_token=eve-token", .status = 200, .reply = CODE(Q(EVES))},
    {"a customer at the user's route", NULL, USER_CODES, BY("ada-token"), .status = 403,
     .reply = DENIED, .rule = "claim-code.caller"},
    {"a product's token at the user's route", NULL, USER_CODES, BY("acme-token"), .status = 403,
     .reply = DENIED},
    {"a customer", NULL, PRODUCT_CODES, BY("ada-token"), .status = 200, .reply = CODE(Q(ADAS)),
     .rule = "claim-code.issue"},
    {"by slug", NULL, .method = "POST", .target = "/v1/products/acme-pump/device_claims",
     BY("bob-token"), .status = 200, .reply = CODE(Q(BOBS))},
    {"a customer without devices", NULL, .method = "POST",
     .target = "/v1/products/7000/device_claims", BY("zoe-token"), .status = 200,
     .reply = CODE("")},
    {"a customer of another product", NULL, PRODUCT_CODES, BY("zoe-token"), .status = 403,
     .reply = DENIED, .rule = "claim-code.caller"},
    {"a team member", NULL, PRODUCT_CODES, BY("dev-token"), .status = 403, .reply = DENIED},
    {"a team member, switched on", "product_claim_code_caller: customer-or-team", PRODUCT_CODES,
     BY("dev-token"), .status = 200, .reply = CODE(Q(DESK))},
    {"a user beside the team, switched on", "product_claim_code_caller: customer-or-team",
     PRODUCT_CODES, BY("eve-token"), .status = 403, .reply = DENIED},
    {"the product's token", NULL, PRODUCT_CODES, BY("acme-token"), .status = 403, .reply = DENIED},
    {"the product's token, switched on", "product_claim_code_caller: customer-or-team",
     PRODUCT_CODES, BY("acme-token"), .status = 403, .reply = DENIED},
    {"unknown product", NULL, .method = "POST", .target = "/v1/products/123456/device_claims",
     BY("ada-token"), .status = 403, .reply = DENIED},
    /* what is sent along */
    {"an empty object", NULL, PRODUCT_CODES, BY("ada-token"), .type = JSON, .body = "{}",
     .status = 200, .reply = CODE(Q(ADAS))},
    {"an empty form", NULL, PRODUCT_CODES, BY("ada-token"), .type = FORM, .body = "", .status = 200,
     .reply = CODE(Q(ADAS))},
    {"JSON without a byte", NULL, PRODUCT_CODES, BY("ada-token"), .type = JSON, .body = "",
     .status = 200, .reply = CODE(Q(ADAS))},
    {"Android's form", NULL, PRODUCT_CODES, BY("ada-token"), .type = FORM,
     .body = "blank=okhttp_appeasement", .status = 200, .reply = CODE(Q(ADAS))},
    {"unknown parameters", NULL, USER_CODES, BY("dev-token"), .type = JSON,
     .body = "{\"anything\":[1,2,{\"a\":null}],\"activation_code\":\"x\"}", .status = 200,
     .reply = CODE(Q(DESK))},
};

/* The path of before products were found without their organization. */
START_TEST(legacy_path)
{
#define OF_ORG(org, product)                                                                       \
    .method = "POST", .target = "/v1/orgs/" org "/products/" product "/device_claims"
    static const struct api_case story[] = {
        {"asked", NULL, OF_ORG("acme", "6287"), BY("ada-token"), .status = 200,
         .reply = CODE(Q(ADAS)), .rule = "claim-code.issue"},
        {"no organization", NULL, OF_ORG("none", "6287"), BY("ada-token"), .status = 404,
         .reply = "{\"ok\":false,\"error\":\"Organization not found.\"}", .rule = "org.not-found"},
        {"a product of none", NULL, OF_ORG("acme", "7000"), BY("zoe-token"), .status = 403,
         .reply = DENIED, .rule = "claim-code.caller"},
        {"no product", NULL, OF_ORG("acme", "9"), BY("ada-token"), .status = 403, .reply = DENIED},
    };
    unit_begin(NULL);
    cloud_product(unit_world()->cloud, "6287")->org = mem_dup("acme");
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(asking)
{
    unit_case_alone(&who_may_ask[_i]);
}
END_TEST

#define CONTROL .method = "POST", .header = "X-Mockcloud-Control: 1", .type = JSON
#define DEVICE(name, body_)                                                                        \
    CONTROL, .target = "/__mock/worlds/default/devices/" name, .body = body_, .status = 200
#define CLOCK(by)                                                                                  \
    CONTROL, .target = "/__mock/worlds/default/clock", .body = "{\"advance\":\"" by "\"}",         \
             .status = 200
#define IS_OWNED_BY(token_, id)                                                                    \
    .method = "GET", .target = "/v1/devices/" id, .token = token_, .status = 200
#define IS_NOT_OWNED_BY(token_, id)                                                                \
    .method = "GET", .target = "/v1/devices/" id, .token = token_, .status = 403,                  \
    .reply = NOT_YOURS("undefined")

/* The 200 of a code claims nothing; a full handshake with the code does. */
START_TEST(a_code_claims_when_the_device_presents_it)
{
    static const struct api_case story[] = {
        {"code", NULL, PRODUCT_CODES, BY("ada-token"), .status = 200, .reply = CODE(Q(ADAS))},
        {"the 200 claims nothing", NULL, IS_NOT_OWNED_BY("ada-token", COLD)},
        {"power", NULL, DEVICE("cold", "{\"do\":\"power-on\"}")},
        {"store", NULL, DEVICE("cold", "{\"do\":\"usb\",\"set_claim_code\":\"{{code}}\"}"),
         .reply = "{\"stored\":true,\"answer\":{\"result\":0},\"device\":{<any>}}"},
        {"online", NULL, CLOCK("40s")},
        {"owned", NULL, IS_OWNED_BY("ada-token", COLD)},
        {"in the next code's list", NULL, PRODUCT_CODES, BY("ada-token"), .status = 200,
         .reply = CODE(Q(COLD) "," Q(ADAS))},
        {"unclaim", NULL, .method = "DELETE", .target = "/v1/devices/" COLD, BY("ada-token"),
         .status = 200, .reply = OK, .rule = "device.unclaimed"},
        {"not owned", NULL, IS_NOT_OWNED_BY("ada-token", COLD)},
        {"still in the product", NULL, .method = "GET", .target = "/v1/products/6287/devices/" COLD,
         BY("acme-token"), .status = 200,
         .reply = "{<any>\"product_id\":6287,<any>\"owner\":null}"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* A deleted customer's pending code claims nothing. */
START_TEST(a_deleted_customers_code_is_dead)
{
    static const struct api_case story[] = {
        {"code", NULL, PRODUCT_CODES, BY("ada-token"), .status = 200, .reply = CODE(Q(ADAS))},
        {"power", NULL, DEVICE("cold", "{\"do\":\"power-on\"}")},
        {"store", NULL, DEVICE("cold", "{\"do\":\"usb\",\"set_claim_code\":\"{{code}}\"}")},
        {"delete", NULL, .method = "DELETE",
         .target = "/v1/products/6287/customers/ada@example.com", BY("acme-token"), .status = 200,
         .rule = "customer.deleted"},
        {"online", NULL, CLOCK("40s")},
        {"nobody's", NULL, .method = "GET", .target = "/v1/products/6287/devices/" COLD,
         BY("acme-token"), .status = 200, .reply = "{<any>\"online\":true,<any>\"owner\":null}"},
        {"nor the one that it had", NULL, .method = "GET",
         .target = "/v1/products/6287/devices/" ADAS, BY("acme-token"), .status = 200,
         .reply = "{<any>\"owner\":null}"},
        {"its token is gone", NULL, .method = "GET", .target = "/v1/devices", BY("ada-token"),
         .status = 401, .rule = "token.unknown"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

static const struct api_case ways_back[] = {
    {"owner", NULL, .method = "DELETE", .target = "/v1/devices/" DESK, BY("dev-token"),
     .status = 200, .reply = OK, .rule = "device.unclaimed"},
    {"owner, by name", NULL, .method = "DELETE", .target = "/v1/devices/desk", BY("dev-token"),
     .status = 200, .reply = OK},
    {"customer, offline", NULL, .method = "DELETE", .target = "/v1/devices/" BOBS, BY("bob-token"),
     .status = 200, .reply = OK},
    {"not owner", NULL, .method = "DELETE", .target = "/v1/devices/" EVES, BY("dev-token"),
     .status = 403, .mark = "R 2015-07", .reply = NOT_YOURS("undefined"),
     .rule = "device.permission-denied"},
    {"not owner, by name", NULL, .method = "DELETE", .target = "/v1/devices/eves", BY("dev-token"),
     .status = 403, .reply = NOT_YOURS("undefined")},
    {"of nobody", NULL, .method = "DELETE", .target = "/v1/devices/" LAMP, BY("dev-token"),
     .status = 403, .mark = "R 2015-07", .reply = NOT_YOURS("undefined")},
    {"unknown", NULL, .method = "DELETE", .target = "/v1/devices/" NONE, BY("dev-token"),
     .status = 403, .mark = "R 2015-07", .reply = NOT_YOURS("undefined")},
    {"unknown, token in the query", NULL, .method = "DELETE",
     .target = "/v1/devices/" NONE "?access_token=dev-token", .status = 403, .mark = "R 2015-07",
     .reply = NOT_YOURS("dev-token")},
    {"unknown, token in the form", NULL, .method = "DELETE", .target = "/v1/devices/" NONE,
     .type = FORM, .body = "access_token=dev-token", .status = 403,
     .reply = NOT_YOURS("undefined")},
    {"get, not owner", NULL, .method = "GET", .target = "/v1/devices/" PUMP, BY("ada-token"),
     .status = 403, .mark = "R 2015-07", .reply = NOT_YOURS("undefined")},
    {"get, token in the query", NULL, .method = "GET",
     .target = "/v1/devices/nothing?access_token=ada-token", .status = 403,
     .reply = NOT_YOURS("ada-token")},
    {"the team does not own a customer's", NULL, .method = "DELETE", .target = "/v1/devices/" ADAS,
     BY("dev-token"), .status = 403, .reply = NOT_YOURS("undefined")},
    {"a product's own token", NULL, .method = "DELETE", .target = "/v1/devices/" ADAS,
     BY("acme-token"), .status = 403, .reply = DENIED, .rule = "device.owner-needed"},
    /* the team's way */
    {"team takes the owner away", NULL, .method = "DELETE",
     .target = "/v1/products/6287/devices/" ADAS "/owner", BY("dev-token"), .status = 200,
     .reply = OK, .rule = "product.owner-removed"},
    {"the product's client, by slug and name", NULL, .method = "DELETE",
     .target = "/v1/products/acme-pump/devices/bobs/owner", BY("acme-token"), .status = 200,
     .reply = OK},
    {"there is no owner", NULL, .method = "DELETE",
     .target = "/v1/products/6287/devices/" PUMP "/owner", BY("dev-token"), .status = 200,
     .reply = OK},
    {"owner of a device elsewhere", NULL, .method = "DELETE",
     .target = "/v1/products/6287/devices/" ZOES "/owner", BY("dev-token"), .status = 404,
     .reply = NOT_IN_PRODUCT, .rule = "product.device-not-found"},
    {"removal", NULL, .method = "DELETE", .target = "/v1/products/6287/devices/" PUMP,
     BY("acme-token"), .status = 204, .reply = "", .headers = "-Content-Type",
     .rule = "product.device-removed"},
    {"removal, denied", NULL, .method = "DELETE", .target = "/v1/products/6287/devices/" PUMP,
     BY("dev-token"), .type = JSON, .body = "{\"deny\":true}", .status = 204, .reply = ""},
    {"removal of an unknown one", NULL, .method = "DELETE",
     .target = "/v1/products/6287/devices/" NONE, BY("dev-token"), .status = 404, .mark = "T",
     .reply = NOT_IN_PRODUCT, .rule = "product.device-not-found"},
    {"removal, another product's", NULL, .method = "DELETE",
     .target = "/v1/products/6287/devices/" ZOES, BY("dev-token"), .status = 404,
     .reply = NOT_IN_PRODUCT},
    {"removal by a customer", NULL, .method = "DELETE", .target = "/v1/products/6287/devices/" ADAS,
     BY("ada-token"), .status = 403, .reply = DENIED, .rule = "product.customer"},
};

START_TEST(way_back)
{
    unit_case_alone(&ways_back[_i]);
}
END_TEST

/* A customer's device is unclaimed with its removal, and goes back to its platform's product. */
START_TEST(removal_unclaims)
{
    static const struct api_case story[] = {
        {"remove", NULL, .method = "DELETE", .target = "/v1/products/6287/devices/" ADAS,
         BY("acme-token"), .status = 204},
        {"twice", NULL, .method = "DELETE", .target = "/v1/products/6287/devices/" ADAS,
         BY("acme-token"), .status = 404, .reply = NOT_IN_PRODUCT},
        {"not ada's", NULL, IS_NOT_OWNED_BY("ada-token", ADAS)},
        {"a user claims it", NULL, .method = "POST", .target = "/v1/devices", BY("eve-token"),
         .type = FORM, .body = "id=" ADAS, .status = 200, .rule = "claim.accepted-user"},
        {"its platform's", NULL, IS_OWNED_BY("eve-token", ADAS),
         .reply = "{\"id\":\"" ADAS "\",<any>\"product_id\":10,<any>\"platform_id\":10,<any>}"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

Suite *test_api_codes(void)
{
    Suite *suite = suite_create("codes");
    TCase *tcase = tcase_create("codes");
    tcase_add_loop_test(tcase, asking, 0, sizeof who_may_ask / sizeof *who_may_ask);
    tcase_add_test(tcase, legacy_path);
    tcase_add_test(tcase, a_code_claims_when_the_device_presents_it);
    tcase_add_test(tcase, a_deleted_customers_code_is_dead);
    tcase_add_loop_test(tcase, way_back, 0, sizeof ways_back / sizeof *ways_back);
    tcase_add_test(tcase, removal_unclaims);
    suite_add_tcase(suite, tcase);
    return suite;
}
