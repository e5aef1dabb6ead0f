/* Products as they are shown, organizations, and the legacy paths below them. */
#include "suites.h"

#include "unit_api_account.h"

#define ORG_PRODUCTS  .method = "GET", .target = "/v1/orgs/acme/products"
#define ORG_CUSTOMERS "/v1/orgs/acme/customers"
#define DEV           .token = "dev-token"
#define NO_ORG        .status = 404, .reply = ERROR("Organization not found."), .rule = "org.not-found"
#define NEW           .type = FORM, .body = "email=New@Example.com&no_password=true"
#define ACME                                                                                       \
    "{\"id\":6287,\"platform_id\":10,\"name\":\"Acme Pump\",\"slug\":\"acme-pump\","               \
    "\"description\":\"It pumps.\",\"subscription_id\":null,\"user\":\"<24>\",\"groups\":[],"      \
    "\"settings\":{\"location\":{},\"known_application\":{\"opt_in\":true},\"quarantine\":false}," \
    "\"device_protection\":\"disabled\",\"org\":\"acme\",\"organization_id\":\"<24>\"}"
#define LONE                                                                                       \
    "{\"id\":8000,\"platform_id\":<n>,\"name\":\"Lone Pump\",\"slug\":\"lone-pump\","              \
    "\"description\":\"\",\"subscription_id\":null,\"user\":\"<24>\",\"groups\":[],"               \
    "\"settings\":{\"location\":{},\"known_application\":{\"opt_in\":true},\"quarantine\":true},"  \
    "\"device_protection\":\"disabled\"}"
#define UNSCOPED                                                                                   \
    "{\"token_type\":\"bearer\",\"access_token\":\"<40:made>\",\"expires_in\":7776000,"            \
    "\"refresh_token\":\"<40>\"}"
#define ADAS_ROW                                                                                   \
    "{\"customers\":[{\"id\":\"<24>\",\"full_name\":null,\"username\":\"ada@example.com\","        \
    "\"devices\":[\"" ADAS "\"]}],\"devices\":[{\"id\":\"" ADAS                                    \
    "\",\"product_id\":6287,\"last_ip_address\":\"127.0.0.1\",\"firmware_version\":null,"          \
    "\"online\":true}],\"meta\":{\"total_pages\":1}}"

static const struct api_case rows[] = {
    {"products", NULL, .method = "GET", .target = "/v1/products", DEV, .status = 200,
     .reply = "{\"products\":[" ACME "," LONE "]}", .rule = "product.list", .mark = "D"},
    {"a product", NULL, .method = "GET", .target = "/v1/products/6287", DEV, .status = 200,
     .reply = "{\"product\":" ACME "}", .rule = "product.get", .mark = "D"},
    {"no product", NULL, .method = "GET", .target = "/v1/products/123456", DEV, .status = 404,
     .reply = ERROR("Product not found."), .rule = "product.not-found", .mark = "R 2018-05"},
    /* products of an organization */
    {"organization", NULL, ORG_PRODUCTS, DEV, .status = 200, .reply = "{\"products\":[" ACME "]}",
     .rule = "org.products", .mark = "D"},
    {"organization: the client of its product", NULL, ORG_PRODUCTS, .token = "acme-token",
     .status = 403, .reply = DENIED, .rule = "org.refused"},
    {"organization: not there", NULL, .method = "GET", .target = "/v1/orgs/none/products", DEV,
     NO_ORG},
    {"organization: nobody's product", NULL, .method = "GET", .target = "/v1/orgs/other/products",
     DEV, .status = 403, .reply = DENIED, .rule = "org.refused"},
    {"organization: a customer", NULL, ORG_PRODUCTS, .token = "ada-token", .status = 403,
     .reply = DENIED, .rule = "product.customer"},
    /* customers of an organization */
    {"customers", NULL, .method = "GET", .target = ORG_CUSTOMERS, DEV, .status = 200,
     .reply = ADAS_ROW, .rule = "org.customers"},
    {"customers: those without a device, too", "customers_without_device: listed", .method = "GET",
     .target = ORG_CUSTOMERS, DEV, .status = 200,
     .reply = "{\"customers\":[{<any>\"ada@example.com\",\"devices\":[\"" ADAS
              "\"]},{<any>\"bob@example.com\",\"devices\":[]}],<any>"},
    {"customers: behind the last page", NULL, .method = "GET",
     .target = ORG_CUSTOMERS "?page=2&per_page=1", DEV, .status = 200,
     .reply = "{\"customers\":[],<any>"},
    {"customers: not there", NULL, .method = "GET", .target = "/v1/orgs/none/customers", DEV,
     NO_ORG},
    {"create", NULL, .method = "POST", .target = ORG_CUSTOMERS,
     .basic = "acme-app-4711:acme-secret", NEW, .status = 201, .reply = UNSCOPED,
     .headers = "Cache-Control: no-store", .rule = "org.customer-created", .mark = "R 2016-04"},
    {"create: a client of another organization", NULL, .method = "POST", .target = ORG_CUSTOMERS,
     .basic = "other-app-1:other-secret", NEW, .status = 403, .reply = DENIED,
     .rule = "customer.foreign-client"},
    {"create: a client of none", NULL, .method = "POST", .target = ORG_CUSTOMERS,
     .basic = "lone-app-1:lone-secret", NEW, .status = 403, .rule = "customer.foreign-client"},
    {"create: a public client", NULL, .method = "POST", .target = ORG_CUSTOMERS,
     .basic = "particle:particle", NEW, .status = 403, .rule = "customer.foreign-client"},
    {"create: not there", NULL, .method = "POST", .target = "/v1/orgs/none/customers",
     .basic = "acme-app-4711:acme-secret", NEW, NO_ORG},
    {"create: a team member", NULL, .method = "POST", .target = ORG_CUSTOMERS, DEV, .type = FORM,
     .body = "email=new@example.com&password=pw", .status = 201, .reply = UNSCOPED,
     .rule = "org.customer-created"},
    {"create: on no team of it", NULL, .method = "POST", .target = ORG_CUSTOMERS,
     .token = "eve-token", NEW, .status = 403, .reply = DENIED, .rule = "product.refused"},
    {"create: a customer", NULL, .method = "POST", .target = ORG_CUSTOMERS, .token = "ada-token",
     NEW, .status = 403, .reply = DENIED, .rule = "product.customer"},
    {"create: a product's bearer token", NULL, .method = "POST", .target = ORG_CUSTOMERS,
     .token = "acme-token", NEW, .status = 403, .rule = "customer.bearer-refused"},
    /* customers of a product: the switches of their list and their end */
    {"product: those without a device, too", "customers_without_device: listed", .method = "GET",
     .target = "/v1/products/6287/customers", DEV, .status = 200,
     .reply = "{\"customers\":[{<any>\"ada@example.com\",\"devices\":[\"" ADAS
              "\"]},{<any>\"bob@example.com\",\"devices\":[]}],<any>"},
    {"product: those with a device", NULL, .method = "GET", .target = "/v1/products/6287/customers",
     DEV, .status = 200, .reply = ADAS_ROW},
};

START_TEST(row)
{
    account_case_alone(&rows[_i]);
}
END_TEST

#define MAKE(path)                                                                                 \
    .method = "POST", .target = path, DEV, .type = JSON,                                           \
    .body =                                                                                        \
        "{\"product\":{\"name\":\"Acme  Valve!\",\"description\":\"It opens.\",\"platform_id\":"   \
        "13,\"settings\":{\"location\":{\"opt_in\":false}}}}"
#define MADE(slug, org)                                                                            \
    "{\"ok\":true,\"product\":{\"id\":<n:made>,\"platform_id\":13,\"name\":\"Acme  "               \
    "Valve!\",\"slug\":"                                                                           \
    "\"" slug "\",\"description\":\"It "                                                           \
    "opens.\",<any>\"quarantine\":true},\"device_protection\":\"disabled\"" org "}}"

#define SEND(json) .method = "POST", .target = "/v1/user/products", DEV, .type = JSON, .body = json

/* Products that are made over the API: the caller can use them at once. */
START_TEST(a_product_is_made)
{
    static const struct api_case story[] = {
        {"make", NULL, MAKE("/v1/user/products"), .status = 200, .reply = MADE("acme-valve", ""),
         .rule = "product.created", .mark = "C"},
        {"get", NULL, .method = "GET", .target = "/v1/products/{{made}}", DEV, .status = 200,
         .reply = "{\"product\":{\"id\":{{made}},<any>"},
        {"import", NULL, .method = "POST", .target = "/v1/products/acme-valve/devices", DEV,
         .type = FORM, .body = "id=" NONE, .status = 200},
        {"a client", NULL, .method = "POST", .target = "/v1/products/acme-valve/clients", DEV,
         .type = FORM, .body = "name=app&type=installed", .status = 200},
        {"eve is not on its team", NULL, .method = "GET", .target = "/v1/products/acme-valve",
         .token = "eve-token", .status = 403},
        {"the same name again", NULL, MAKE("/v1/user/products"), .status = 200,
         .reply = MADE("acme-valve-2", "")},
        {"in an organization", NULL, MAKE("/v1/orgs/acme/products"), .status = 200,
         .reply = MADE("acme-valve-3", ",\"org\":\"acme\",\"organization_id\":\"<24>\""),
         .rule = "product.created", .mark = "C"},
        {"as a form", NULL, .method = "POST", .target = "/v1/user/products", DEV, .type = FORM,
         .body = "product[name]=4711&product[platform_id]=6", .status = 200,
         .reply = "{\"ok\":true,<any>\"name\":\"4711\",\"slug\":\"product-4711\",<any>"},
        {"a sign before a number", NULL, SEND("{\"product\":{\"name\":\"#8\",\"platform_id\":6}}"),
         .status = 200, .reply = "{\"ok\":true,<any>\"slug\":\"product-8\",<any>"},
        {"organizations", NULL, .method = "GET", .target = "/v1/orgs", DEV, .status = 200,
         .reply = "{\"organizations\":[{\"id\":\"<24>\",\"slug\":\"acme\",\"name\":\"acme\"}]}",
         .rule = "org.list", .mark = "D"},
        {"eve has none", NULL, .method = "GET", .target = "/v1/orgs", .token = "eve-token",
         .status = 200, .reply = "{\"organizations\":[]}"},
    };
    ACCOUNT_STORY(story);
}
END_TEST

#define REFUSED(why) .status = 400, .reply = ERROR(why), .rule = "product.bad"
#define NO_NAME      "product.name has to be a text of 1 to 200 bytes"
#define NO_PLATFORM  "product.platform_id has to be that of a simulated platform"

static const struct api_case bad_products[] = {
    {"nothing", NULL, .method = "POST", .target = "/v1/user/products", DEV, REFUSED(NO_NAME)},
    {"no object", NULL, SEND("{\"product\":\"x\"}"), REFUSED(NO_NAME)},
    {"no name", NULL, SEND("{\"product\":{\"platform_id\":6}}"), REFUSED(NO_NAME)},
    {"a name that is a list", NULL, SEND("{\"product\":{\"name\":[],\"platform_id\":6}}"),
     REFUSED(NO_NAME)},
    {"no platform", NULL, SEND("{\"product\":{\"name\":\"x\"}}"), REFUSED(NO_PLATFORM)},
    {"a platform that is none", NULL, SEND("{\"product\":{\"name\":\"x\",\"platform_id\":1e9}}"),
     REFUSED(NO_PLATFORM)},
    {"a platform of words", NULL, SEND("{\"product\":{\"name\":\"x\",\"platform_id\":\"6 \"}}"),
     REFUSED(NO_PLATFORM)},
    {"half a platform", NULL, SEND("{\"product\":{\"name\":\"x\",\"platform_id\":6.5}}"),
     REFUSED(NO_PLATFORM)},
    {"a long description", NULL,
     SEND(
         "{\"product\":{\"name\":\"x\",\"platform_id\":6,\"description\":\"" THOUSAND("x") "x\"}}"),
     REFUSED("product.description has to be a text of 1000 bytes at most")},
    {"a customer", NULL, .method = "POST", .target = "/v1/user/products", .token = "ada-token",
     .status = 403, .rule = "account.user-needed"},
    {"a product's client", NULL, .method = "POST", .target = "/v1/orgs/acme/products",
     .token = "acme-token", .status = 403, .rule = "account.user-needed"},
    {"somebody else's organization", NULL, .method = "POST", .target = "/v1/orgs/other/products",
     DEV, .status = 403, .rule = "org.refused"},
};

START_TEST(bad_product)
{
    account_case_alone(&bad_products[_i]);
}
END_TEST

static const char two_products[] = "users: [{username: dev@example.com}]\n"
                                   "products:\n"
                                   "  - {id: 1, slug: one, org: acme, team: [dev@example.com]}\n"
                                   "  - {id: 2, slug: two, org: acme, team: [dev@example.com]}\n"
                                   "tokens: [{token: dev-token, user: dev@example.com}]\n";

START_TEST(several_products)
{
    static const struct api_case rows_of_two[] = {
        {"whose customer?", NULL, .method = "POST", .target = ORG_CUSTOMERS, DEV, NEW,
         .status = 400, .reply = ERROR("The organization has several products"),
         .rule = "org.product-needed"},
        {"one organization in the token", NULL, .method = "GET",
         .target = "/v1/access_tokens/current", DEV, .status = 200,
         .reply = "<any>\"orgs\":[{\"id\":\"<24:org>\",\"slug\":\"acme\"}]}"},
        {"by id", NULL, .method = "GET", .target = "/v1/orgs/{{org}}/products", DEV, .status = 200,
         .reply = "{\"products\":[{\"id\":1,<any>},{\"id\":2,<any>}]}"},
    };
    unit_begin_world(two_products);
    UNIT_STORY(rows_of_two);
    unit_end();
}
END_TEST

Suite *test_api_org(void)
{
    Suite *suite = suite_create("org");
    TCase *tcase = tcase_create("organizations");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, several_products);
    tcase_add_test(tcase, a_product_is_made);
    tcase_add_loop_test(tcase, bad_product, 0, sizeof bad_products / sizeof *bad_products);
    suite_add_tcase(suite, tcase);
    return suite;
}
