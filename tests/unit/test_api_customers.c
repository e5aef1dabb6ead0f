/* Customers of a product: the three ways to create one and who may not, the list, the password, the
 * deletion. */
#include "suites.h"

#include "unit_api.h"

#define CREATE    .method = "POST", .target = "/v1/products/6287/customers"
#define BY(who)   .token = who
#define F(pairs)  .type = FORM, .body = pairs
#define APP       "acme-app-4711:acme-secret"
#define NEW       "email=new@example.com&no_password=true"
#define APP_PAIRS "&client_id=acme-app-4711&client_secret=acme-secret"

#define MADE(email)                                                                                \
    "{\"token_type\":\"bearer\",\"access_token\":\"<40:made>\",\"expires_in\":7776000,"            \
    "\"refresh_token\":\"<40>\"}"
#define MADE_2018(email)                                                                           \
    "{\"token_type\":\"bearer\",\"access_token\":\"<40:made>\",\"expires_in\":7776000,"            \
    "\"refresh_token\":\"<40>\",\"scope\":\"customer=" email "\"}"
#define ERROR(text)        "{\"ok\":false,\"error\":\"" text "\"}"
#define OAUTH(error, text) "{\"error\":\"" error "\",\"error_description\":\"" text "\"}"
#define DENIED             ERROR("Permission denied")
#define EXISTS             ERROR("Customer already exists")
#define NO_STORE           "Cache-Control: no-store\nPragma: no-cache"
#define CHALLENGE          NO_STORE "\nWWW-Authenticate: Basic realm=\"Service\""
#define AT(where)          "Location: " where "#access_token=<40>&token_type=bearer&expires_in=7776000"

static const struct api_case creations[] = {
    /* with a client's id and secret */
    {"Basic", NULL, CREATE, .basic = APP, F(NEW), .status = 201, .headers = NO_STORE,
     .reply = MADE("new@example.com"), .rule = "customer.created", .mark = "D"},
    {"as in 2018", "api_year: 2018", CREATE, .basic = APP, F(NEW), .status = 201,
     .reply = MADE_2018("new@example.com"), .mark = "R 2018-04"},
    {"Basic and JSON", NULL, CREATE, .basic = APP, .type = JSON,
     .body = "{\"email\":\"new@example.com\",\"no_password\":true}", .status = 201,
     .reply = MADE("new@example.com")},
    {"id and secret in the form, as the SDK sends it", NULL, CREATE,
     F("email=new@example.com&password=pw&grant_type=client_credentials" APP_PAIRS), .status = 201,
     .reply = MADE("new@example.com")},
    {"id and secret in JSON", NULL, CREATE, .type = JSON,
     .body = "{\"email\":\"new@example.com\",\"password\":\"pw\",\"client_id\":\"acme-app-4711\","
             "\"client_secret\":\"acme-secret\"}",
     .status = 201, .reply = MADE("new@example.com")},
    {"a client of scope create_customer", NULL, CREATE, .basic = "acme-signup-1:signup-secret",
     F(NEW), .status = 201, .reply = MADE("new@example.com")},
    {"Basic wins", NULL, CREATE, .basic = APP, F(NEW "&client_id=nobody&client_secret=x"),
     .status = 201, .reply = MADE("new@example.com")},
    {"lower case", NULL, CREATE, .basic = APP, F("email=NEW@Example.COM&no_password=1"),
     .status = 201, .reply = MADE("new@example.com")},
    {"no address at all", NULL, CREATE, .basic = APP,
     F("email=0B1C2D3E-1111-2222-3333-444455556666&no_password=true"), .status = 201,
     .reply = MADE("0b1c2d3e-1111-2222-3333-444455556666")},
    {"by slug", NULL, .method = "POST", .target = "/v1/products/acme-pump/customers", .basic = APP,
     F(NEW), .status = 201, .reply = MADE("new@example.com")},
    {"another product's customer may have the address", NULL, CREATE, .basic = APP,
     F("email=zoe@example.com&no_password=true"), .status = 201, .reply = MADE("zoe@example.com")},
    /* refusals of the client */
    {"wrong secret", NULL, CREATE, .basic = "acme-app-4711:x", F(NEW), .status = 400,
     .headers = CHALLENGE, .reply = OAUTH("invalid_client", "Client credentials are invalid"),
     .rule = "token.wrong-client", .mark = "S"},
    {"no secret", NULL, CREATE, F(NEW "&client_id=acme-app-4711"), .status = 400,
     .reply = OAUTH("invalid_client", "Missing client_secret parameter")},
    {"another product's client", NULL, CREATE, .basic = "other-app-1:other-secret", F(NEW),
     .status = 403, .reply = DENIED, .rule = "customer.foreign-client"},
    {"another product's client, switched", "product_refused_status: not-found-404", CREATE,
     .basic = "other-app-1:other-secret", F(NEW), .status = 404, .reply = DENIED},
    {"a public client", NULL, CREATE, .basic = "particle:particle", F(NEW), .status = 403,
     .reply = DENIED, .rule = "customer.foreign-client"},
    {"unknown product", NULL, .method = "POST", .target = "/v1/products/123456/customers",
     .basic = APP, F(NEW), .status = 403, .reply = DENIED},
    /* refusals of the customer */
    {"there already", NULL, CREATE, .basic = APP, F("email=ada@example.com&no_password=true"),
     .status = 400, .reply = EXISTS, .rule = "customer.exists", .mark = "T"},
    {"there already, in capitals", NULL, CREATE, .basic = APP,
     F("email=ADA@example.com&no_password=true"), .status = 400, .reply = EXISTS},
    {"there already, switched", "duplicate_customer: conflict-409", CREATE, .basic = APP,
     F("email=ada@example.com&no_password=true"), .status = 409, .reply = EXISTS},
    {"no email", NULL, CREATE, .basic = APP, F("no_password=true"), .status = 400,
     .reply = ERROR("email is required"), .rule = "customer.bad"},
    {"empty email", NULL, CREATE, .basic = APP, F("email=&no_password=true"), .status = 400,
     .reply = ERROR("email is required")},
    {"no password", NULL, CREATE, .basic = APP, F("email=new@example.com"), .status = 400,
     .reply = ERROR("password is required, unless no_password is true")},
    {"no_password=false", NULL, CREATE, .basic = APP, F("email=new@example.com&no_password=false"),
     .status = 400, .reply = ERROR("password is required, unless no_password is true")},
    /* in a browser */
    {"implicit", NULL, CREATE, F(NEW "&client_id=acme-web-4712&response_type=token"), .status = 302,
     .reply = "", .headers = AT("https://acme.example/in"), .rule = "customer.created-in-browser"},
    {"implicit, Basic with an empty password", NULL, CREATE,
     .basic = "acme-web-4712:", F(NEW "&response_type=token"), .status = 302, .reply = "",
     .headers = AT("https://acme.example/in")},
    {"implicit, with its place", NULL, CREATE,
     F(NEW "&client_id=acme-web-4712&response_type=token&redirect_uri=https%3A%2F%2Facme.example%"
           "2Fin"),
     .status = 302, .reply = "", .headers = AT("https://acme.example/in")},
    {"implicit, with a place elsewhere", NULL, CREATE,
     F(NEW "&client_id=acme-web-4712&response_type=token&redirect_uri=https%3A%2F%2Fx.example%2F"),
     .status = 400, .reply = OAUTH("invalid_request", "redirect_uri does not match"),
     .rule = "token.redirect-uri", .mark = "S"},
    {"implicit, with a place and none of its own", NULL, CREATE,
     F(NEW "&client_id=acme-app-4711&response_type=token&redirect_uri=https%3A%2F%2Fx.example%2F"),
     .status = 400, .reply = OAUTH("invalid_request", "redirect_uri does not match")},
    {"implicit, without a place", NULL, CREATE,
     F(NEW "&client_id=acme-app-4711&response_type=token"), .status = 400,
     .reply = ERROR("The client has no redirect_uri")},
    {"implicit, unknown client", NULL, CREATE, F(NEW "&client_id=nobody&response_type=token"),
     .status = 400, .reply = OAUTH("invalid_client", "Invalid client credentials"),
     .rule = "token.implicit-client", .mark = "S"},
    {"implicit, another product's client", NULL, CREATE,
     F(NEW "&client_id=other-app-1&response_type=token"), .status = 403, .reply = DENIED,
     .rule = "customer.foreign-client"},
    {"implicit, there already", NULL, CREATE,
     F("email=ada@example.com&no_password=true&client_id=acme-web-4712&response_type=token"),
     .status = 400, .reply = EXISTS},
    /* with a team member's token */
    {"team", NULL, CREATE, BY("dev-token"), F(NEW "&password=pw"), .status = 201,
     .reply = MADE("new@example.com"), .rule = "customer.created-by-team", .mark = "D"},
    {"team, without a password", NULL, CREATE, BY("dev-token"), F(NEW), .status = 400,
     .reply = ERROR("password is required"), .rule = "customer.bad"},
    {"not on the team", NULL, CREATE, BY("eve-token"), F(NEW), .status = 403, .reply = DENIED,
     .rule = "product.refused"},
    {"team, unknown product", NULL, .method = "POST", .target = "/v1/products/123456/customers",
     BY("dev-token"), F(NEW), .status = 403, .reply = DENIED},
    {"team, there already", NULL, CREATE, BY("dev-token"), F("email=bob@example.com&password=pw"),
     .status = 400, .reply = EXISTS},
    {"a product's bearer token", NULL, CREATE, BY("acme-token"), F(NEW), .status = 403,
     .reply = DENIED, .rule = "customer.bearer-refused", .mark = "T"},
    {"a customer", NULL, CREATE, BY("ada-token"), F(NEW), .status = 403, .reply = DENIED,
     .rule = "product.customer", .mark = "T"},
    {"nobody", NULL, CREATE, F(NEW), .status = 400, .headers = NO_STORE,
     .reply = OAUTH("invalid_request", "The access token was not found"), .rule = "token.none",
     .mark = "R 2015-07"},
};

START_TEST(creation)
{
    unit_case_alone(&creations[_i]);
}
END_TEST

#define LIST .method = "GET", .target = "/v1/products/6287/customers", .token = "dev-token"
#define ONE(of, has)                                                                               \
    "{\"id\":\"<24>\",\"full_name\":null,\"username\":\"" of "@example.com\",\"devices\":[\"" has  \
    "\"]}"
#define HAS(id, ip, online)                                                                        \
    "{\"id\":\"" id "\",\"product_id\":6287,\"last_ip_address\":" ip                               \
    ",\"firmware_version\":null,\"online\":" online "}"
#define LOGIN(password_, status_)                                                                  \
    .method = "POST", .target = "/oauth/token",                                                    \
    F("grant_type=password&username=cy@example.com&password=" password_ APP_PAIRS),                \
    .status = status_

START_TEST(listed_with_a_device_only)
{
    static const struct api_case story[] = {
        {"two have devices", NULL, LIST, .status = 200,
         .reply = "{\"customers\":[" ONE("ada", ADAS) "," ONE("bob", BOBS) "],\"devices\":[" HAS(
             ADAS, "\"127.0.0.1\"", "true") "," HAS(BOBS, "null",
                                                    "false") "],\"meta\":{\"total_pages\":1}}",
         .rule = "customer.list", .mark = "D"},
        {"a new one", NULL, CREATE, .basic = APP, F(NEW), .status = 201,
         .reply = MADE("new@example.com")},
        {"is not listed", NULL, LIST, .status = 200,
         .reply = "{\"customers\":[" ONE("ada", ADAS) "," ONE("bob", BOBS) "],<any>"},
        {"claims", NULL, .method = "POST", .target = "/v1/devices", .token = "{{made}}",
         F("id=" PUMP), .status = 200, .rule = "claim.accepted-customer"},
        {"is listed", NULL, LIST, .status = 200,
         .reply = "{\"customers\":[" ONE("ada", ADAS) "," ONE("bob", BOBS) "," ONE("new",
                                                                                   PUMP) "],<any>"},
        {"by pages", NULL, .method = "GET",
         .target = "/v1/products/6287/customers?page=2&perPage=2", .token = "acme-token",
         .status = 200,
         .reply = "{\"customers\":[" ONE("new", PUMP) "],<any>\"meta\":{\"total_pages\":2}}"},
        {"unclaims", NULL, .method = "DELETE", .target = "/v1/devices/" PUMP, .token = "{{made}}",
         .status = 200},
        {"is not listed any more", NULL, LIST, .status = 200,
         .reply = "{\"customers\":[" ONE("ada", ADAS) "," ONE("bob", BOBS) "],<any>"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(password_and_deletion)
{
    static const struct api_case story[] = {
        {"no password, no other one", NULL, .method = "PUT",
         .target = "/v1/products/6287/customers/ada@example.com", .token = "acme-token",
         F("password=pw"), .status = 400, .reply = ERROR("This customer has no password"),
         .rule = "customer.without-password"},
        {"with a password", NULL, CREATE, .basic = APP, F("email=cy@example.com&password=first"),
         .status = 201},
        {"another one", NULL, .method = "PUT",
         .target = "/v1/products/6287/customers/Cy%40example.com", .token = "acme-token",
         F("password=pw"), .status = 200, .reply = "{\"ok\":true}", .rule = "customer.updated",
         .mark = "D"},
        {"not the first any more", NULL, LOGIN("first", 400)},
        {"login", NULL, LOGIN("pw", 200)},
        {"set none", NULL, .method = "PUT", .target = "/v1/products/6287/customers/ada@example.com",
         .token = "acme-token", .status = 400, .reply = ERROR("password is required"),
         .rule = "customer.bad"},
        {"unknown", NULL, .method = "PUT", .target = "/v1/products/6287/customers/zoe@example.com",
         .token = "acme-token", F("password=pw"), .status = 404,
         .reply = ERROR("Customer not found"), .rule = "customer.not-found"},
        {"by a customer", NULL, .method = "DELETE",
         .target = "/v1/products/6287/customers/ada@example.com", .token = "ada-token",
         .status = 403, .reply = DENIED},
        {"delete", NULL, .method = "DELETE",
         .target = "/v1/products/6287/customers/ada@example.com", .token = "dev-token",
         .status = 200, .reply = "{\"ok\":true}", .rule = "customer.deleted", .mark = "D"},
        {"twice", NULL, .method = "DELETE", .target = "/v1/products/6287/customers/ada@example.com",
         .token = "dev-token", .status = 404, .reply = ERROR("Customer not found")},
        {"its tokens are gone", NULL, .method = "GET", .target = "/v1/devices",
         .token = "ada-token", .status = 401, .rule = "token.unknown", .mark = "T"},
        {"the others' are not", NULL, .method = "GET", .target = "/v1/devices",
         .token = "bob-token", .status = 200},
        {"cy goes, too", NULL, .method = "DELETE",
         .target = "/v1/products/6287/customers/cy@example.com", .token = "dev-token",
         .status = 200},
        {"no login", NULL, LOGIN("pw", 400)},
        {"no scope", NULL, .method = "POST", .target = "/oauth/token", .basic = APP,
         F("grant_type=client_credentials&scope=customer=ada@example.com"), .status = 400,
         .rule = "token.bad-scope", .mark = "S"},
        {"anew", NULL, CREATE, .basic = APP, F("email=ada@example.com&no_password=true"),
         .status = 201, .reply = MADE("ada@example.com")},
        {"without her device", NULL, .method = "GET", .target = "/v1/devices", .token = "{{made}}",
         .status = 200, .reply = "[]"},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

Suite *test_api_customers(void)
{
    Suite *suite = suite_create("customers");
    TCase *tcase = tcase_create("customers");
    tcase_add_loop_test(tcase, creation, 0, sizeof creations / sizeof *creations);
    tcase_add_test(tcase, listed_with_a_device_only);
    tcase_add_test(tcase, password_and_deletion);
    suite_add_tcase(suite, tcase);
    return suite;
}
