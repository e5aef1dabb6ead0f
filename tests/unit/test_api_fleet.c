/* What stands around a fleet: registration, orders, search, service agreements; and that no path of
 * the real API looks like a mistake of the client. */
#include "suites.h"

#include "unit_api_account.h"

#include <string.h>

#define DEV       .token = "dev-token"
#define GET(path) .method = "GET", .target = path
#define CODE      "/v1/products/6287/registration_code"
#define PROFILE   "/v1/products/6287/devices/" PUMP "/target_profile"

static const struct api_case rows[] = {
    {"a registration code", NULL, .method = "POST", .target = CODE, DEV, .type = JSON,
     .body = "{\"device_id\":\"" PUMP "\"}", .status = 200, .mark = "C",
     .reply = "{\"registration_code\":\"<40>\"}", .rule = "device.registration-code"},
    {"without a device", NULL, .method = "POST", .target = CODE, DEV, .status = 400,
     .reply = ERROR("device_id is required"), .rule = "device.registration-bad"},
    {"of a device outside", NULL, .method = "POST", .target = CODE, DEV, .type = FORM,
     .body = "device_id=" LAMP, .status = 404, .reply = ERROR("Device not found for this product"),
     .rule = "product.device-not-found"},
    {"a target profile", NULL, .method = "PUT", .target = PROFILE, DEV, .type = JSON,
     .body = "{\"country\":\"US\"}", .status = 200, .mark = "C", .reply = OK,
     .rule = "device.target-profile"},
    {"a target profile of no country", NULL, .method = "PUT", .target = PROFILE, DEV, .type = JSON,
     .body = "{\"country\":\"us\"}", .status = 400,
     .reply = ERROR("country has to be two upper-case letters"),
     .rule = "device.target-profile-bad"},
    {"a target profile of no device", NULL, .method = "PUT",
     .target = "/v1/products/6287/devices/" LAMP "/target_profile", DEV, .type = JSON,
     .body = "{\"country\":\"US\"}", .status = 404},
    {"orders", NULL, GET("/v1/products/6287/device_orders"), DEV, .status = 200,
     .reply = "{\"device_orders\":[]}", .rule = "device-order.list", .mark = "D"},
    /* search */
    {"by a name", NULL, GET("/v1/user/search?query=PUMP"), DEV, .status = 200,
     .reply =
         "{\"devices\":[{\"id\":\"" PUMP "\",\"name\":\"pump\",\"serial_number\":\"MOCK26<n>\","
         "\"product_id\":6287}],\"products\":[{\"id\":6287,\"name\":\"Acme Pump\",\"slug\":"
         "\"acme-pump\"},{\"id\":8000,\"name\":\"Lone Pump\",\"slug\":\"lone-pump\"}],"
         "\"sims\":[]}",
     .rule = "search", .mark = "D"},
    {"one's own device", NULL, GET("/v1/user/search?q=desk"), DEV, .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" DESK "\",<any>}],\"products\":[],\"sims\":[]}"},
    {"a SIM", NULL, GET("/v1/user/search?search=89340"), DEV, .status = 200,
     .reply = "{\"devices\":[{<any>},{<any>}],\"products\":[],\"sims\":[{\"iccid\":\"8934<n>\","
              "\"device_id\":\"<24>\"},<any>"},
    {"nothing of somebody else", NULL, GET("/v1/user/search?query=pump"), .token = "eve-token",
     .status = 200, .reply = "{\"devices\":[],\"products\":[],\"sims\":[]}"},
    {"of an organization", NULL, GET("/v1/orgs/acme/search?query=e"), DEV, .status = 200,
     .reply = "{\"devices\":[],\"products\":[{\"id\":6287,<any>}],\"sims\":[]}"},
    {"of one that is not there", NULL, GET("/v1/orgs/none/search"), DEV, .status = 404},
    /* service agreements */
    {"a user's", NULL, GET("/v1/user/service_agreements"), DEV, .status = 200, .mark = "D",
     .reply =
         "{\"data\":[{\"id\":\"1\",\"type\":\"service_agreement\",\"attributes\":{\"owner_id\":"
         "\"<24>\",\"owner_type\":\"individual\",\"name\":\"Sandbox\",\"agreement_type\":"
         "\"developer\",\"duration\":\"monthly\",\"state\":\"active\",\"starts_on\":"
         "\"2026-01-01\",\"ends_on\":null,\"current_billing_period_start\":\"2026-01-01\","
         "\"current_billing_period_end\":\"2026-01-31\",\"next_billing_period_start\":"
         "\"2026-02-01\",\"current_usage_summary\":{\"device_limit_reached\":false,"
         "\"connectivity\":{\"all\":{\"owned_devices\":1,\"billable_devices\":1,\"device_data\":0,"
         "\"device_messages\":0},\"wifi\":{\"owned_devices\":1,\"billable_devices\":1,"
         "\"device_data\":null,\"device_messages\":0},\"cellular\":{\"owned_devices\":0,<any>},"
         "\"asset_tracker\":{<any>}}},\"pricing_terms\":{\"rates\":{\"all_platforms\":{"
         "\"duration\":\"monthly\",\"per_block\":0}},\"pricing_model_version\":\"tier2021.1\","
         "\"device\":{\"name\":\"commercial_model:developer:device\",\"duration\":\"monthly\","
         "\"max_devices\":100},\"messaging\":{\"duration\":\"monthly\",\"max_messages\":100000},"
         "\"device_data\":{\"uom\":\"bytes\",\"duration\":\"monthly\",\"max_data\":45000000,"
         "\"device_data\":45000000,\"devices_cap\":45000000,\"cap_exception\":true}}}}]}",
     .rule = "service-agreement.list"},
    {"an organization's", NULL, GET("/v1/orgs/acme/service_agreements"), DEV, .status = 200,
     .mark = "D",
     .reply = "{\"data\":[{<any>\"owner_type\":\"organization\",\"name\":\"Enterprise Plan\","
              "\"agreement_type\":\"enterprise\",\"duration\":\"annual\",\"state\":\"active\","
              "\"starts_on\":\"2026-01-01\",\"ends_on\":\"2026-12-31\",<any>\"cellular\":{"
              "\"owned_devices\":2,<any>\"support\":{\"account_rep\":null}}}}]}"},
    {"of one that is not there", NULL, GET("/v1/orgs/none/service_agreements"), DEV, .status = 404},
    {"notifications", NULL, GET("/v1/user/service_agreements/1/notifications"), DEV, .status = 200,
     .reply = "{\"data\":[]}", .rule = "service-agreement.notifications", .mark = "D"},
    {"notifications of an organization", NULL,
     GET("/v1/orgs/acme/service_agreements/1/notifications"), DEV, .status = 200,
     .reply = "{\"data\":[]}"},
    {"notifications of none", NULL, GET("/v1/orgs/none/service_agreements/1/notifications"), DEV,
     .status = 404},
};

START_TEST(row)
{
    account_case_alone(&rows[_i]);
}
END_TEST

/* Paths that are in Particle's API reference, or that its clients call, and were missing here. */
static const char *const real_paths[][2] = {
    {"GET", "/v1/orgs/acme"},
    {"GET", "/v1/user/search"},
    {"GET", "/v1/orgs/acme/search"},
    {"GET", "/v1/products/6287/device_orders"},
    {"POST", "/v1/products/6287/device_orders"},
    {"GET", "/v1/products/6287/fleet_locations"},
    {"GET", "/v1/user/service_agreements"},
    {"GET", "/v1/orgs/acme/service_agreements"},
    {"GET", "/v1/user/service_agreements/1/notifications"},
    {"GET", "/v1/orgs/acme/service_agreements/1/notifications"},
    {"POST", "/v1/user/service_agreements/1/usage_reports"},
    {"POST", "/v1/orgs/acme/service_agreements/1/usage_reports"},
    {"GET", "/v1/user/usage_reports/1"},
    {"GET", "/v1/orgs/acme/usage_reports/1"},
    {"GET", "/v1/orgs/acme/team/provision/Users/1"},
    {"PATCH", "/v1/orgs/acme/team/provision/Users/1"},
    {"GET", "/v1/orgs/acme/team"},
    {"POST", "/v1/orgs/acme/team"},
    {"POST", "/v1/orgs/acme/team/x"},
    {"PUT", "/v1/orgs/acme/team/x"},
    {"DELETE", "/v1/orgs/acme/team/x"},
    {"PUT", "/v1/orgs/acme/team/x/token"},
    {"POST", "/v1/products/6287/registration_code"},
    {"PUT", "/v1/products/6287/devices/" PUMP "/target_profile"},
    {"GET", "/v1/products/6287/devices/" PUMP "/docs/x"},
    {"PATCH", "/v1/products/6287/devices/" PUMP "/docs/x"},
    {"GET", "/v1/secrets"},
    {"GET", "/v1/secrets/X"},
    {"PUT", "/v1/secrets/X"},
    {"DELETE", "/v1/secrets/X"},
    {"GET", "/v1/orgs/acme/secrets/X"},
    {"PUT", "/v1/orgs/acme/secrets/X"},
    {"DELETE", "/v1/orgs/acme/secrets/X"},
    {"GET", "/v1/env"},
    {"GET", "/v1/orgs/acme/env"},
    {"GET", "/v1/products/6287/env"},
    {"GET", "/v1/env/" PUMP},
    {"PATCH", "/v1/env"},
    {"PUT", "/v1/env/FOO"},
    {"DELETE", "/v1/env/FOO"},
    {"GET", "/v1/env/render"},
    {"GET", "/v1/env/rollout"},
    {"POST", "/v1/env/rollout"},
};

START_TEST(no_real_path_is_unknown)
{
    const struct api_case request = {
        .method = real_paths[_i][0], .target = real_paths[_i][1], DEV, .type = JSON, .body = "{}"};
    struct api_ticket ticket = {0};
    account_begin(NULL);
    ck_assert_int_eq(unit_send(&request, &ticket), API_NOW);
    ck_assert_msg(ticket.reply.rule && strcmp(ticket.reply.rule, "api.no-route") != 0 &&
                      strcmp(ticket.reply.rule, "api.wrong-method") != 0,
                  "%s %s", real_paths[_i][0], real_paths[_i][1]);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* What is no route of the real API stays none. */
START_TEST(no_other_path_is_known)
{
    static const struct api_case story[] = {
        {"diagnostics of a product", NULL, GET("/v1/products/6287/diagnostics"), DEV, .status = 404,
         .rule = "api.no-route"},
        {"its health", NULL, GET("/v1/products/6287/fleet_health"), DEV, .status = 404,
         .rule = "api.no-route"},
    };
    ACCOUNT_STORY(story);
}
END_TEST

Suite *test_api_fleet(void)
{
    Suite *suite = suite_create("fleet");
    TCase *tcase = tcase_create("fleet");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, no_real_path_is_unknown, 0, sizeof real_paths / sizeof *real_paths);
    tcase_add_test(tcase, no_other_path_is_known);
    suite_add_tcase(suite, tcase);
    return suite;
}
