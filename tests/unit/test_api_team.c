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
#define PERSON(name, role_id, role)                                                                \
    "{\"_id\":\"<24>\",\"username\":\"" name                                                       \
    "@example.com\",\"no_mfa\":true,\"scim_provisioned\":false,\"no_password\":false,\"role\":{"   \
    "\"id\":\"" role_id "\",\"name\":\"" role "\"}}"
#define ADMIN PERSON("dev", "000000000000000000000002", "Administrator")
#define BOT_ITEM                                                                                   \
    "{\"username\":\"bot@example.com\",\"scopes\":[\"devices:list\",\"products:get\"],"            \
    "\"is_programmatic\":true,\"product_id\":6287}"
#define INVITED    "{\"ok\":true,\"invited\":{\"username\":\"eve@example.com\"}}"
#define MEMBERS(x) "{\"ok\":true,\"team\":[" x "]}"
#define BAD(text)  .status = 400, .reply = ERROR(text), .rule = "team.bad"
#define BAD_SCOPES BAD("scopes has to be a list of scopes, like devices:list")
#define BAD_ROLE   BAD("role has to be Administrator, Developer, View-only or Support")
#define NOT_FOUND                                                                                  \
    .status = 404, .reply = ERROR("User not found in this team"), .rule = "team.not-found"
#define FRESH                                                                                      \
    "{\"ok\":true,\"updated\":{\"username\":\"bot@example.com\","                                  \
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
     .token = "bot-token", .status = 400, .reply = NO_SCOPE, .rule = "token.api-user-invalid-scope",
     .mark = "R 2026-08"},
    /* people */
    {"invite", NULL, .method = "POST", .target = TEAM, DEV, .type = JSON,
     .body = "{\"username\":\"eve@example.com\",\"role\":\"Developer\"}", .status = 200,
     .reply = INVITED, .rule = "team.invited", .mark = "D"},
    {"invite by path", NULL, .method = "POST", .target = TEAM "/eve@example.com", DEV,
     .status = 200, .reply = INVITED, .rule = "team.invited"},
    {"invite: no name", NULL, .method = "POST", .target = TEAM, DEV,
     BAD("username has to be an email address")},
    {"invite: no such role", NULL, .method = "POST", .target = TEAM, DEV, .type = FORM,
     .body = "username=eve@example.com&role=Owner", BAD_ROLE},
    {"role", NULL, .method = "PUT", .target = TEAM "/dev@example.com", DEV, .type = FORM,
     .body = "role=view-only", .status = 200, .reply = OK, .rule = "team.updated", .mark = "D"},
    {"role, by the method of today", NULL, .method = "POST", .target = TEAM "/dev@example.com", DEV,
     .type = FORM, .body = "role=Support", .status = 200, .reply = OK, .rule = "team.updated",
     .mark = "D"},
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
    {"API user: other scopes, by the method of today", NULL, .method = "POST", .target = BOT, DEV,
     .type = JSON, .body = "{\"scopes\":[\"customers:list\"]}", .status = 200, .reply = FRESH,
     .rule = "api-user.updated", .mark = "D"},
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
     .token = "bot-token", .status = 400, .reply = NO_SCOPE, .rule = "token.api-user-invalid-scope",
     .headers = "Cache-Control: no-store\nPragma: no-cache", .mark = "S"},
    {"not its scope, as the reference says it", "api_user_without_scope: unauthorized",
     .method = "DELETE", .target = "/v1/products/6287/devices/" PUMP, .token = "bot-token",
     .status = 400, .reply = API_USER, .rule = "token.api-user-scope", .mark = "D"},
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
         .reply = NO_SCOPE},
        {"bot ends", NULL, .method = "DELETE", .target = BOT, DEV, .status = 200},
        {"with its token", NULL, .method = "GET", .target = "/v1/products/6287/customers",
         .token = "{{fresh}}", .status = 401},
        {"and is off the team", NULL, .method = "GET", .target = TEAM, DEV, .status = 200,
         .reply = MEMBERS(ADMIN ",{\"username\":\"ci+<any>@api.particle.io\",\"friendly_name\":"
                                "\"CI\",\"scopes\":[\"customers:list\"],\"is_programmatic\":true,"
                                "\"product_id\":6287}")},
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
         .status = 200, .reply = MEMBERS(ADMIN "," BOT_ITEM "," PERSON("eve", "<24>", "Support"))},
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
    account_begin("team_invite: joins");
    UNIT_STORY(story);
    unit_end();
    ACCOUNT_STORY(pending);
}
END_TEST

#define ORG_TEAM "/v1/orgs/acme/team"

/* Two products of an organization, one of somebody else's, and one of none. */
static const char org_world[] =
    "users:\n"
    "  - {username: dev@example.com, password: p}\n"
    "  - {username: eve@example.com, password: p}\n"
    "  - {username: bot@example.com, scopes: ['devices:list']}\n"
    "products:\n"
    "  - {id: 1, slug: one, org: acme, team: [dev@example.com]}\n"
    "  - {id: 2, slug: two, org: acme, team: [dev@example.com, bot@example.com]}\n"
    "  - {id: 3, slug: three, org: other, team: [eve@example.com]}\n"
    "  - {id: 4, slug: four, team: [dev@example.com]}\n"
    "tokens:\n"
    "  - {token: dev-token, user: dev@example.com}\n"
    "  - {token: eve-token, user: eve@example.com}\n"
    "  - {token: bot-token, user: bot@example.com}\n";

START_TEST(an_organizations_team)
{
    static const struct api_case story[] = {
        {"each member once, API users of all products", NULL, .method = "GET", .target = ORG_TEAM,
         DEV, .status = 200,
         .reply = MEMBERS(ADMIN ",{\"username\":\"bot@example.com\",\"scopes\":[\"devices:list\"],"
                                "\"is_programmatic\":true,\"product_id\":2}"),
         .rule = "team.list", .mark = "D"},
        {"who is on none of its teams", NULL, .method = "GET", .target = ORG_TEAM,
         .token = "eve-token", .status = 403, .rule = "org.refused"},
        {"an API user without the scope", NULL, .method = "GET", .target = ORG_TEAM,
         .token = "bot-token", .status = 400, .reply = NO_SCOPE},
        {"invite", NULL, .method = "POST", .target = ORG_TEAM, DEV, .type = FORM,
         .body = "username=eve@example.com&role=Support", .status = 200, .reply = INVITED,
         .rule = "team.invited", .mark = "D"},
        {"make", NULL, .method = "POST", .target = ORG_TEAM, DEV, .type = JSON,
         .body = "{\"friendly_name\":\"CI\",\"scopes\":[\"devices:list\"]}", .status = 200,
         .reply = "{\"ok\":true,\"created\":{\"username\":\"<any>\",\"is_programmatic\":true,"
                  "\"tokens\":[{\"token\":\"<40:first>\"}]}}",
         .mark = "D"},
        {"of both products", NULL, .method = "GET", .target = "/v1/products/1/devices",
         .token = "{{first}}", .status = 200},
        {"and of the other", NULL, .method = "GET", .target = "/v1/products/2/devices",
         .token = "{{first}}", .status = 200},
        {"not of one outside", NULL, .method = "GET", .target = "/v1/products/4/devices",
         .token = "{{first}}", .status = 403},
        {"of no product alone", NULL, .method = "GET", .target = ORG_TEAM, DEV, .status = 200,
         .reply = "<any>\"friendly_name\":\"CI\",\"scopes\":[\"devices:list\"],"
                  "\"is_programmatic\":true}<any>"},
        {"a role in all of them", NULL, .method = "POST", .target = ORG_TEAM "/dev@example.com",
         DEV, .type = FORM, .body = "role=Developer", .status = 200, .reply = OK},
        {"is seen in one", NULL, .method = "GET", .target = "/v1/products/2/team", DEV,
         .status = 200, .reply = "{\"ok\":true,\"team\":[{<any>\"name\":\"Developer\"}},<any>"},
        {"nobody's role", NULL, .method = "PUT", .target = ORG_TEAM "/eve@example.com", DEV,
         NOT_FOUND},
        {"by the old method", NULL, .method = "PUT", .target = ORG_TEAM "/bot@example.com", DEV,
         .type = JSON, .body = "{\"scopes\":[\"sims:list\"]}", .status = 200,
         .reply = "<any>\"updated\"<any>"},
        {"a fresh token", NULL, .method = "PUT", .target = ORG_TEAM "/bot@example.com/token", DEV,
         .status = 200, .reply = FRESH},
        {"not for a person", NULL, .method = "PUT", .target = ORG_TEAM "/dev@example.com/token",
         DEV, NOT_FOUND},
        {"remove", NULL, .method = "DELETE", .target = ORG_TEAM "/bot@example.com", DEV,
         .status = 200, .reply = OK, .rule = "team.removed", .mark = "D"},
        {"gone", NULL, .method = "DELETE", .target = ORG_TEAM "/bot@example.com", DEV, NOT_FOUND},
        {"the organization", NULL, .method = "GET", .target = "/v1/orgs/acme", DEV, .status = 200,
         .reply = "{\"organization\":{\"id\":\"<24>\",\"slug\":\"acme\",\"name\":\"acme\"}}",
         .rule = "org.get", .mark = "D"},
        {"not there", NULL, .method = "GET", .target = "/v1/orgs/none", DEV, .status = 404,
         .rule = "org.not-found"},
        {"not there: no team", NULL, .method = "GET", .target = "/v1/orgs/none/team", DEV,
         .status = 404, .rule = "org.not-found"},
    };
    unit_begin_world(org_world);
    UNIT_STORY(story);
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
                                   .reply = NO_SCOPE,
                                   .rule = "token.api-user-invalid-scope",
                                   .mark = "S"};
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
    tcase_add_test(tcase, an_organizations_team);
    tcase_add_test(tcase, each_route);
    suite_add_tcase(suite, tcase);
    return suite;
}
