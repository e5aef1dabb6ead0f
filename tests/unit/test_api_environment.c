/* Environment variables: four scopes, inheritance, rollouts and what a device takes. */
#include "suites.h"

#include "unit_api.h"

#define DEV        .token = "dev-token"
#define GET(path)  .method = "GET", .target = path
#define SEND(json) .type = JSON, .body = json
#define CONTROL    .header = "X-Mockcloud-Control: 1", .type = JSON
#define ENV        "/v1/products/6287/env"
#define OF_PUMP    "/v1/env/" PUMP
#define DENIED     "{\"ok\":false,\"error\":\"Permission denied\"}"
#define SIGNED                                                                                     \
    "\"created_at\":\"<time>\",\"updated_at\":\"<time>\",\"created_by\":\"<24>\","                 \
    "\"updated_by\":\"<24>\""
#define UNSIGNED        "\"created_at\":null,\"updated_at\":null,\"created_by\":null,\"updated_by\":null"
#define VALUE(text)     "{\"value\":\"" text "\",\"access\":[\"Device\"]}"
#define FROM(who, text) "{\"from\":\"" who "\",\"value\":\"" text "\",\"access\":[\"Device\"]}"
#define BAD_KEY(where)                                                                             \
    "{\"error\":\"invalid_request\",\"error_description\":\"Validation error: : Must only "        \
    "contain uppercase letters, numbers, and underscores. Must not start with a number. at "       \
    "\\\"" where "\\\"\"}"
#define BAD(why)                                                                                   \
    .status = 400, .reply = "{\"ok\":false,\"error\":\"" why "\"}", .rule = "environment.bad"

static const char world_text[] =
    "users: [{username: dev@example.com}, {username: eve@example.com}]\n"
    "products:\n"
    "  - {id: 6287, slug: acme-pump, platform: e-series, team: [dev@example.com], org: acme,\n"
    "     clients: [{id: acme-app}]}\n"
    "  - {id: 7000, slug: lone, platform: e-series, team: [dev@example.com]}\n"
    "customers: [{email: ada@example.com, product: acme-pump}]\n"
    "devices:\n"
    "  - {as: pump, id: '" PUMP "', product: acme-pump, owner: ada@example.com}\n"
    "  - {as: on, id: '" COLD "', product: acme-pump, state: online}\n"
    "  - {as: lone, id: '" ZOES "', product: lone}\n"
    "  - {as: desk, id: '" DESK "', platform: photon, owner: dev@example.com}\n"
    "  - {as: evil, id: '" EVES "', platform: photon, owner: eve@example.com}\n"
    "tokens: [{token: dev-token, user: dev@example.com}, {token: eve-token, user: "
    "eve@example.com},\n"
    "  {token: acme-token, client: acme-app}, {token: ada-token, customer: ada@example.com,\n"
    "   product: acme-pump}]\n";

static const struct api_case rows[] = {
    {"nothing set", NULL, GET("/v1/env"), DEV, .status = 200, .mark = "C",
     .reply = "{\"last_snapshot\":null,\"latest\":{\"own\":{},\"inherited\":{}," UNSIGNED "}}",
     .rule = "environment.list"},
    {"of an organization", NULL, GET("/v1/orgs/acme/env"), DEV, .status = 200,
     .rule = "environment.list"},
    {"of an organization that is not there", NULL, GET("/v1/orgs/none/env"), DEV, .status = 404,
     .rule = "org.not-found"},
    {"of a product, by its client", NULL, GET(ENV), .token = "acme-token", .status = 200},
    {"of a product, not on its team", NULL, GET(ENV), .token = "eve-token", .status = 403,
     .reply = DENIED, .rule = "product.refused"},
    {"a customer", NULL, GET("/v1/env"), .token = "ada-token", .status = 403, .reply = DENIED},
    {"of a customer's device, by her", NULL, GET(OF_PUMP), .token = "ada-token", .status = 403,
     .reply = DENIED, .rule = "product.customer"},
    {"of a device of the team's product", NULL, GET(OF_PUMP), DEV, .status = 200},
    {"of a device, by the client of its product", NULL, GET(OF_PUMP), .token = "acme-token",
     .status = 200},
    {"of one's own device", NULL, GET("/v1/env/" DESK), DEV, .status = 200},
    {"of somebody else's", NULL, GET("/v1/env/" EVES), DEV, .status = 403,
     .rule = "device.permission-denied"},
    {"of no device", NULL, GET("/v1/env/" NONE), DEV, .status = 403,
     .rule = "device.permission-denied"},
    {"set one", NULL, .method = "PUT", .target = "/v1/env/FOO", DEV, SEND("{\"value\":\"bar\"}"),
     .status = 200, .mark = "C",
     .reply = "{\"last_snapshot\":null,\"latest\":{\"own\":{\"FOO\":" VALUE(
         "bar") "},\"inherited\":{}," SIGNED "}}",
     .rule = "environment.changed"},
    {"take away one that is not there", NULL, .method = "DELETE", .target = ENV "/FOO", DEV,
     .status = 200},
    {"a bad key", NULL, .method = "PATCH", .target = ENV, DEV,
     SEND("{\"ops\":[{\"op\":\"Set\",\"key\":\"foo\",\"value\":\"bar\"}]}"), .status = 400,
     .reply = BAD_KEY("ops[0].key"), .rule = "environment.bad-key", .mark = "T"},
    {"the second is bad", NULL, .method = "PATCH", .target = ENV, DEV,
     SEND("{\"ops\":[{\"op\":\"Unset\",\"key\":\"A\"},{\"op\":\"Unset\",\"key\":\"1A\"}]}"),
     .status = 400, .reply = BAD_KEY("ops[1].key")},
    {"a bad key in the path", NULL, .method = "PUT", .target = ENV "/foo", DEV,
     SEND("{\"value\":\"bar\"}"), .status = 400, .reply = BAD_KEY("key")},
    {"no operations", NULL, .method = "PATCH", .target = ENV, DEV, SEND("{\"ops\":[]}"),
     BAD("ops has to be a list of 1 to 50 operations")},
    {"no such operation", NULL, .method = "PATCH", .target = ENV, DEV,
     SEND("{\"ops\":[{\"op\":\"Add\",\"key\":\"A\"}]}"), BAD("op has to be Set or Unset")},
    {"a value that is no text", NULL, .method = "PATCH", .target = ENV, DEV,
     SEND("{\"ops\":[{\"op\":\"Set\",\"key\":\"A\",\"value\":7}]}"),
     BAD("value has to be a text of 4096 bytes at most")},
    {"no value", NULL, .method = "PUT", .target = ENV "/A", DEV,
     BAD("value has to be a text of 4096 bytes at most")},
    {"a rollout without a time", NULL, .method = "POST", .target = ENV "/rollout", DEV,
     SEND("{\"when\":\"soon\"}"), BAD("when has to be Connect or Immediate")},
};

START_TEST(row)
{
    unit_begin_world(world_text);
    unit_case(&rows[_i]);
    unit_end();
}
END_TEST

START_TEST(from_a_product_to_a_device)
{
    static const struct api_case story[] = {
        {"the organization", NULL, .method = "PUT", .target = "/v1/orgs/acme/env/A", DEV,
         SEND("{\"value\":\"1\"}"), .status = 200},
        {"the product", NULL, .method = "PATCH", .target = ENV, DEV,
         SEND("{\"ops\":[{\"op\":\"Set\",\"key\":\"A\",\"value\":\"2\"},{\"op\":\"Set\",\"key\":"
              "\"B\",\"value\":\"3\"}]}"),
         .status = 200,
         .reply = "{\"last_snapshot\":null,\"latest\":{\"own\":{\"A\":" VALUE("2") ",\"B\":" VALUE(
             "3") "},\"inherited\":{\"A\":" FROM("Owner", "1") "}," SIGNED "}}"},
        {"the device inherits", NULL, GET(OF_PUMP), DEV, .status = 200,
         .reply = "{\"last_snapshot\":null,\"latest\":{\"own\":{},\"inherited\":{\"A\":" FROM(
             "Product", "2") ",\"B\":" FROM("Product", "3") "}," UNSIGNED "}}"},
        {"its own wins", NULL, .method = "PUT", .target = OF_PUMP "/B", DEV,
         SEND("{\"value\":\"4\"}"), .status = 200},
        {"as it would see it", NULL, GET(OF_PUMP "/render"), DEV, .status = 200, .mark = "C",
         .reply = "{\"env\":{\"A\":\"2\",\"B\":\"4\"},\"last_updated_at\":\"<time>\","
                  "\"rollout_at\":null,\"rollout_by\":null}",
         .rule = "environment.rendered"},
        {"what a rollout would change", NULL, GET(OF_PUMP "/rollout"), DEV, .status = 200,
         .mark = "C",
         .reply = "{\"from_snapshot\":{\"changes\":[{\"op\":\"Added\",\"key\":\"A\",\"after\":"
                  "\"2\"},{\"op\":\"Added\",\"key\":\"B\",\"after\":\"4\"}],\"unchanged\":{}},"
                  "\"from_device\":{\"changes\":[{\"op\":\"Added\",\"key\":\"A\",\"after\":\"2\"},"
                  "{\"op\":\"Added\",\"key\":\"B\",\"after\":\"4\"}],\"unchanged\":{}}}",
         .rule = "environment.reviewed"},
        {"roll out the product's", NULL, .method = "POST", .target = ENV "/rollout", DEV,
         SEND("{\"when\":\"Connect\"}"), .status = 200, .reply = "{\"success\":true}", .mark = "C",
         .rule = "environment.rolled-out"},
        {"and the device's", NULL, .method = "POST", .target = OF_PUMP "/rollout",
         .token = "acme-token", SEND("{\"when\":\"Connect\"}"), .status = 200},
        {"on", NULL, .method = "POST", .target = "/__mock/worlds/default/devices/pump", CONTROL,
         .body = "{\"do\":\"power-on\"}", .status = 200},
        {"connected", NULL, .method = "POST", .target = "/__mock/worlds/default/clock", CONTROL,
         .body = "{\"advance\":\"2min\"}", .status = 200},
        {"it has them", NULL, GET(OF_PUMP), DEV, .status = 200, .mark = "C",
         .reply = "{\"on_device\":{\"rendered\":{\"A\":\"2\",\"B\":\"4\"},\"last_reported_at\":"
                  "\"<time>\",\"development_env\":false},\"last_snapshot\":{\"own\":{\"B\":{"
                  "\"value\":\"4\"}},\"inherited\":{\"A\":{\"from\":\"Product\",\"value\":\"2\"},"
                  "\"B\":{\"from\":\"Product\",\"value\":\"3\"}},\"rollout_at\":\"<time>\","
                  "\"rollout_by\":null},\"latest\":{<any>}}"},
        {"another value", NULL, .method = "PUT", .target = ENV "/A", DEV, SEND("{\"value\":\"5\"}"),
         .status = 200},
        {"one goes", NULL, .method = "DELETE", .target = ENV "/B", DEV, .status = 200,
         .reply = "{\"last_snapshot\":{<any>\"rollout_by\":\"<24>\"},\"latest\":{\"own\":{\"A\":"
                  "<any>"},
        {"a change and a removal", NULL, GET(ENV "/rollout"), DEV, .status = 200,
         .reply = "{\"from_snapshot\":{\"changes\":[{\"op\":\"Changed\",\"key\":\"A\",\"before\":"
                  "\"2\",\"after\":\"5\"},{\"op\":\"Removed\",\"key\":\"B\",\"before\":\"3\"}],"
                  "\"unchanged\":{}}}"},
        {"at once", NULL, .method = "POST", .target = ENV "/rollout", DEV,
         SEND("{\"when\":\"Immediate\"}"), .status = 200},
        {"who is online has it", NULL, GET("/v1/env/" COLD), DEV, .status = 200,
         .reply = "{\"on_device\":{\"rendered\":{\"A\":\"5\"},<any>"},
        {"who is off has not", NULL, GET("/v1/env/" ZOES), DEV, .status = 200,
         .reply = "{\"last_snapshot\":null,<any>"},
        {"unchanged", NULL, GET(OF_PUMP "/rollout"), DEV, .status = 200,
         .reply = "<any>\"from_device\":{\"changes\":[],\"unchanged\":{\"A\":\"5\",\"B\":\"4\"}}}"},
    };
    unit_begin_world(world_text);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* A sandbox reaches the user's own devices, and the products that are in no organization. */
START_TEST(from_a_sandbox)
{
    static const struct api_case story[] = {
        {"set", NULL, .method = "PUT", .target = "/v1/env/A", DEV, SEND("{\"value\":\"1\"}"),
         .status = 200},
        {"own device", NULL, GET("/v1/env/" DESK "/render"), DEV, .status = 200,
         .reply = "{\"env\":{\"A\":\"1\"},<any>"},
        {"a product of no organization", NULL, GET("/v1/products/7000/env/render"), DEV,
         .status = 200, .reply = "{\"env\":{\"A\":\"1\"},<any>"},
        {"its device", NULL, GET("/v1/env/" ZOES), DEV, .status = 200,
         .reply = "<any>\"inherited\":{\"A\":" FROM("Owner", "1") "}<any>"},
        {"not one of an organization", NULL, GET(ENV "/render"), DEV, .status = 200,
         .reply = "{\"env\":{},<any>"},
        {"nobody else's", NULL, GET("/v1/env/render"), .token = "eve-token", .status = 200,
         .reply = "{\"env\":{},<any>"},
        {"the sandbox's review", NULL, GET("/v1/env/rollout"), DEV, .status = 200,
         .reply = "{\"from_snapshot\":{\"changes\":[{\"op\":\"Added\",<any>"},
        {"its rollout", NULL, .method = "POST", .target = "/v1/env/rollout", DEV,
         SEND("{\"when\":\"Immediate\"}"), .status = 200},
        {"taken away", NULL, .method = "DELETE", .target = "/v1/env/A", DEV, .status = 200,
         .reply = "{\"last_snapshot\":{\"own\":{\"A\":{\"value\":\"1\"}},<any>"},
        {"of the sandbox, several", NULL, .method = "PATCH", .target = "/v1/env", DEV,
         SEND("{\"ops\":[{\"op\":\"Set\",\"key\":\"B\",\"value\":\"2\"}]}"), .status = 200},
    };
    static const struct api_case org[] = {
        {"several", NULL, .method = "PATCH", .target = "/v1/orgs/acme/env", DEV,
         SEND("{\"ops\":[{\"op\":\"Set\",\"key\":\"B\",\"value\":\"2\"}]}"), .status = 200},
        {"rendered", NULL, GET("/v1/orgs/acme/env/render"), DEV, .status = 200,
         .reply = "{\"env\":{\"B\":\"2\"},<any>"},
        {"reviewed", NULL, GET("/v1/orgs/acme/env/rollout"), DEV, .status = 200},
        {"rolled out", NULL, .method = "POST", .target = "/v1/orgs/acme/env/rollout", DEV,
         SEND("{\"when\":\"Connect\"}"), .status = 200},
        {"taken away", NULL, .method = "DELETE", .target = "/v1/orgs/acme/env/B", DEV,
         .status = 200},
        {"a device's own, several", NULL, .method = "PATCH", .target = OF_PUMP, DEV,
         SEND("{\"ops\":[{\"op\":\"Set\",\"key\":\"B\",\"value\":\"2\"}]}"), .status = 200},
        {"and gone", NULL, .method = "DELETE", .target = OF_PUMP "/B", DEV, .status = 200},
    };
    unit_begin_world(world_text);
    UNIT_STORY(story);
    UNIT_STORY(org);
    unit_end();
}
END_TEST

Suite *test_api_environment(void)
{
    Suite *suite = suite_create("environment");
    TCase *tcase = tcase_create("environment");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, from_a_product_to_a_device);
    tcase_add_test(tcase, from_a_sandbox);
    suite_add_tcase(suite, tcase);
    return suite;
}
