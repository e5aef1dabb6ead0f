/* Teams, API users, and what each scope opens. */
#include "suites.h"

#include "unit_api_account.h"

#include "api/call/route.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define TEAM "/v1/products/6287/team"
#define BOT  TEAM "/bot@example.com"
#define DEV  .token = "dev-token"
#define ADMIN                                                                                      \
    "{\"username\":\"dev@example.com\",\"role\":{\"id\":\"000000000000000000000002\",\"name\":"    \
    "\"Administrator\"}}"
#define BOT_ITEM   "{\"username\":\"bot@example.com\",\"is_programmatic\":true}"
#define MEMBERS(x) "{\"ok\":true,\"team\":[" x "]}"
#define BAD(text)  .status = 400, .reply = ERROR(text), .rule = "team.bad"
#define BAD_SCOPES BAD("scopes has to be a list of scopes, like devices:list")
#define BAD_ROLE   BAD("role has to be Administrator, Developer, View-only or Support")
#define NOT_FOUND                                                                                  \
    .status = 404, .reply = ERROR("User not found in this team"), .rule = "team.not-found"
#define FRESH                                                                                      \
    "{\"ok\":true,\"updated\":{\"username\":\"bot@example.com\",\"is_programmatic\":true,"         \
    "\"tokens\":[{\"token\":\"<40:fresh>\"}]}}"

static const struct api_case rows[] = {
    {"list", NULL, .method = "GET", .target = TEAM, DEV, .status = 200,
     .reply = MEMBERS(ADMIN "," BOT_ITEM), .rule = "team.list", .mark = "D"},
    {"list: with a slash behind, as documented", NULL, .method = "GET", .target = TEAM "/", DEV,
     .status = 200, .reply = MEMBERS(ADMIN "," BOT_ITEM), .mark = "D"},
    {"list: a product's client", NULL, .method = "GET", .target = TEAM, .token = "acme-token",
     .status = 200},
    {"list: a customer", NULL, .method = "GET", .target = TEAM, .token = "ada-token", .status = 403,
     .reply = DENIED, .rule = "product.customer"},
    {"list: not on it", NULL, .method = "GET", .target = TEAM, .token = "eve-token", .status = 403,
     .reply = DENIED, .rule = "product.refused"},
    {"list: an API user without the scope", NULL, .method = "GET", .target = TEAM,
     .token = "bot-token", .status = 400, .reply = API_USER, .rule = "token.api-user-scope",
     .mark = "D"},
    /* people */
    {"invite", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
     .body = "{\"username\":\"eve@example.com\",\"role\":\"Developer\"}", .status = 200,
     .reply = OK, .rule = "team.invited", .mark = "D"},
    {"invite by path", NULL, .method = "POST", .target = TEAM "/eve@example.com", DEV,
     .status = 200, .reply = OK, .rule = "team.invited"},
    {"invite: no name", NULL, .method = "POST", .target = TEAM, DEV,
     BAD("username has to be an email address")},
    {"invite: no such role", NULL, .method = "POST", .target = TEAM, DEV, .type = FORM,
     .body = "username=eve@example.com&role=Owner", BAD_ROLE},
    {"role", NULL, .method = "PUT", .target = TEAM "/dev@example.com", DEV, .type = FORM,
     .body = "role=view-only", .status = 200, .reply = OK, .rule = "team.updated", .mark = "D"},
    {"role: no such role", NULL, .method = "PUT", .target = TEAM "/dev@example.com", DEV,
     .type = FORM, .body = "role=Owner", BAD_ROLE},
    {"role: not on the team", NULL, .method = "PUT", .target = TEAM "/eve@example.com", DEV,
     NOT_FOUND},
    {"remove", NULL, .method = "DELETE", .target = TEAM "/dev@example.com", DEV, .status = 200,
     .reply = OK, .rule = "team.removed", .mark = "D"},
    {"remove: not on the team", NULL, .method = "DELETE", .target = TEAM "/eve@example.com", DEV,
     NOT_FOUND},
    /* API users */
    {"API user", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
     .body = "{\"friendly_name\":\"Example API user\",\"scopes\":[\"devices:list\",\"sims:list\"]}",
     .status = 200,
     .reply = "{\"ok\":true,\"created\":{\"username\":\"example-api-user+<any>@api.particle.io\","
              "\"is_programmatic\":true,\"tokens\":[{\"token\":\"<40>\"}]}}",
     .rule = "api-user.created", .mark = "D"},
    {"API user: a form", NULL, .method = "POST", .target = TEAM, DEV, .type = FORM,
     .body = "friendly_name=x&scopes[]=devices:list", .status = 200, .rule = "api-user.created",
     .mark = "D"},
    {"API user: no name", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
     .body = "{\"scopes\":[\"devices:list\"]}", BAD("friendly_name is required")},
    {"API user: no scopes", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
     .body = "{\"friendly_name\":\"x\"}", BAD_SCOPES},
    {"API user: scopes are none", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
     .body = "{\"friendly_name\":\"x\",\"scopes\":[\"devices\",4]}", BAD_SCOPES},
    {"API user: other scopes", NULL, .method = "PUT", .target = BOT, DEV, .type = JSON,
     .body = "{\"friendly_name\":\"Updated\",\"scopes\":[\"customers:list\"]}", .status = 200,
     .reply = FRESH, .rule = "api-user.updated", .mark = "D"},
    {"API user: bad scopes", NULL, .method = "PUT", .target = BOT, DEV, .type = JSON,
     .body = "{\"scopes\":[]}", BAD_SCOPES},
    {"API user: a fresh token", NULL, .method = "PUT", .target = BOT "/token", DEV, .status = 200,
     .reply = FRESH, .rule = "api-user.updated", .mark = "D"},
    {"a person has no such token", NULL, .method = "PUT", .target = TEAM "/dev@example.com/token",
     DEV, NOT_FOUND},
    {"API user: end", NULL, .method = "DELETE", .target = BOT, DEV, .status = 200, .reply = OK,
     .rule = "team.removed", .mark = "D"},
    /* what scopes open */
    {"its scope", NULL, .method = "GET", .target = "/v1/products/6287/devices",
     .token = "bot-token", .status = 200, .rule = "product.device-list"},
    {"its other scope", NULL, .method = "GET", .target = "/v1/products/6287", .token = "bot-token",
     .status = 200, .rule = "product.get"},
    {"its scope, at another product", NULL, .method = "GET", .target = "/v1/products/7000/devices",
     .token = "bot-token", .status = 403, .reply = DENIED, .rule = "product.refused"},
    {"not its scope", NULL, .method = "DELETE", .target = "/v1/products/6287/devices/" PUMP,
     .token = "bot-token", .status = 400, .reply = API_USER, .rule = "token.api-user-scope",
     .headers = "Cache-Control: no-store\nPragma: no-cache", .mark = "D"},
    {"not its scope, as the OAuth layer says it", "api_user_without_scope: invalid-scope",
     .method = "DELETE", .target = "/v1/products/6287/devices/" PUMP, .token = "bot-token",
     .status = 400, .reply = OAUTH("invalid_scope", "Invalid scope"),
     .rule = "token.api-user-invalid-scope", .mark = "S"},
    {"nobody's scope", NULL, .method = "GET", .target = "/v1/devices", .token = "bot-token",
     .status = 400, .reply = API_USER, .rule = "token.api-user", .mark = "D"},
    {"nobody's scope: customers", NULL, .method = "POST", .target = "/v1/products/6287/customers",
     .token = "bot-token", .type = FORM, .body = "email=x&no_password=true", .status = 400,
     .reply = API_USER, .rule = "token.api-user", .mark = "D"},
};

START_TEST(row)
{
    account_case_alone(&rows[_i]);
}
END_TEST

START_TEST(an_api_users_life)
{
    static const struct api_case story[] = {
        {"make", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
         .body = "{\"friendly_name\":\"CI\",\"scopes\":[\"customers:list\"]}", .status = 200,
         .reply = "<any>\"token\":\"<40:first>\"<any>"},
        {"its scope", NULL, .method = "GET", .target = "/v1/products/6287/customers",
         .token = "{{first}}", .status = 200},
        {"its login", NULL, .method = "GET", .target = "/v1/access_tokens", .token = "{{first}}",
         .status = 400},
        {"bot gets its scope", NULL, .method = "PUT", .target = BOT, DEV, .type = JSON,
         .body = "{\"scopes\":[\"customers:list\"]}", .status = 200, .reply = FRESH},
        {"the token that it had is revoked", NULL, .method = "GET",
         .target = "/v1/products/6287/customers", .token = "bot-token", .status = 401,
         .reply = INVALID},
        {"the fresh one works", NULL, .method = "GET", .target = "/v1/products/6287/customers",
         .token = "{{fresh}}", .status = 200},
        {"without the scopes that it had", NULL, .method = "GET",
         .target = "/v1/products/6287/devices", .token = "{{fresh}}", .status = 400,
         .reply = API_USER},
        {"bot ends", NULL, .method = "DELETE", .target = BOT, DEV, .status = 200},
        {"with its token", NULL, .method = "GET", .target = "/v1/products/6287/customers",
         .token = "{{fresh}}", .status = 401},
        {"and is off the team", NULL, .method = "GET", .target = TEAM, DEV, .status = 200,
         .reply = MEMBERS(ADMIN ",{\"username\":\"ci+<any>@api.particle.io\",\"is_programmatic\":"
                                "true}")},
    };
    ACCOUNT_STORY(story);
}
END_TEST

START_TEST(an_invitation)
{
    static const struct api_case story[] = {
        {"invite", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
         .body = "{\"username\":\"eve@example.com\",\"role\":\"support\"}", .status = 200},
        {"she sees the product", NULL, .method = "GET", .target = TEAM, .token = "eve-token",
         .status = 200,
         .reply = MEMBERS(ADMIN "," BOT_ITEM
                                ",{\"username\":\"eve@example.com\",\"role\":{\"id\":\"<24>\","
                                "\"name\":\"Support\"}}")},
        {"remove", NULL, .method = "DELETE", .target = TEAM "/eve@example.com", DEV, .status = 200},
        {"she does not", NULL, .method = "GET", .target = TEAM, .token = "eve-token",
         .status = 403},
        {"somebody without an account", NULL, .method = "POST", .target = TEAM, DEV, .type = FORM,
         .body = "username=new@example.com", .status = 200},
        {"gets one", NULL, .method = "POST", .target = "/v1/users", .type = FORM,
         .body = "username=new@example.com&password=pw", .status = 200},
        {"and is on the team", NULL, .method = "GET", .target = TEAM, DEV, .status = 200,
         .reply = "<any>new@example.com<any>"},
    };
    static const struct api_case pending[] = {
        {"invite", NULL, .method = "POST", .target = TEAM, DEV, .type = FORM,
         .body = "username=eve@example.com", .status = 200},
        {"she is not on it", NULL, .method = "GET", .target = TEAM, .token = "eve-token",
         .status = 403},
        {"take it back", NULL, .method = "DELETE", .target = TEAM "/eve@example.com", DEV,
         .status = 200},
        {"once", NULL, .method = "DELETE", .target = TEAM "/eve@example.com", DEV, .status = 404},
    };
    ACCOUNT_STORY(story);
    account_begin("team_invite: pending");
    UNIT_STORY(pending);
    unit_end();
}
END_TEST

/* Each scope of the table of routes is one, and an API user without it is refused by each route
 * that needs one, whatever else the request holds. */
START_TEST(each_route)
{
    struct api_route_info route;
    size_t scoped = 0;
    account_begin(NULL);
    for (size_t i = 0; api_route_info(i, &route); i++) {
        if (!route.imitated || route.control || !route.scope)
            continue;
        if (strcmp(route.scope, "devices:list") == 0 || strcmp(route.scope, "products:get") == 0)
            continue;
        struct api_case refused = {route.name,
                                   NULL,
                                   .method = route.method,
                                   .target = route.path,
                                   .token = "bot-token",
                                   .status = 400,
                                   .reply = API_USER,
                                   .rule = "token.api-user-scope",
                                   .mark = "D"};
        unit_case(&refused);
        scoped++;
    }
    unit_end();
    ck_assert_uint_gt(scoped, 20);
}
END_TEST

Suite *test_api_team(void)
{
    Suite *suite = suite_create("team");
    TCase *tcase = tcase_create("team");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, an_api_users_life);
    tcase_add_test(tcase, an_invitation);
    tcase_add_test(tcase, each_route);
    suite_add_tcase(suite, tcase);
    return suite;
}
