/* OAuth clients: a user's own and those of a product, and what they are good for. */
#include "suites.h"

#include "unit_api_account.h"

#define LIST            .method = "GET", .target = "/v1/clients"
#define MAKE            .method = "POST", .target = "/v1/clients", .type = FORM
#define OF_ACME         "/v1/products/6287/clients"
#define DEV             .token = "dev-token"
#define ACME            .token = "acme-token"
#define TOKEN           .method = "POST", .target = "/oauth/token", .type = FORM
#define CLIENT(members) "{\"ok\":true,\"client\":{" members "}}"
#define BAD(text)       .status = 400, .reply = ERROR(text), .rule = "client.bad"
#define NOT_FOUND       .status = 404, .reply = ERROR("Client not found"), .rule = "client.not-found"

static const struct api_case rows[] = {
    {"list: none", NULL, LIST, DEV, .status = 200, .reply = "{\"ok\":true,\"clients\":[]}",
     .rule = "client.list", .mark = "R 2017-09"},
    {"list: a product's", NULL, .method = "GET", .target = OF_ACME, ACME, .status = 200,
     .reply = "{\"ok\":true,\"clients\":[{\"name\":\"acme-app-4711\",\"type\":\"installed\",\"id\":"
              "\"acme-app-4711\"}]}",
     .rule = "client.list", .mark = "R 2017-09"},
    {"list: of another product", NULL, .method = "GET", .target = OF_ACME, .token = "eve-token",
     .status = 403, .reply = DENIED, .rule = "product.refused"},
    {"list: a customer", NULL, LIST, .token = "ada-token", .status = 403, .reply = DENIED,
     .rule = "account.user-needed"},
    {"list: an API user without the scope", NULL, .method = "GET", .target = OF_ACME,
     .token = "bot-token", .status = 400, .reply = NO_SCOPE, .rule = "token.api-user-invalid-scope",
     .mark = "R 2026-08"},
    {"make: installed", NULL, MAKE, DEV, .body = "name=My+App!&type=installed", .status = 200,
     .reply = CLIENT("\"name\":\"My App!\",\"type\":\"installed\",\"id\":\"my-app-<n>\",\"secret\":"
                     "\"<40>\""),
     .rule = "client.created", .mark = "D"},
    {"make: web", NULL, MAKE, DEV,
     .body = "name=MyApp&type=web&redirect_uri=https://acme.example/in", .status = 200,
     .reply = CLIENT("\"name\":\"MyApp\",\"type\":\"web\",\"id\":\"myapp-<n>\",\"secret\":\"<40>\","
                     "\"redirect_uri\":\"https://acme.example/in\""),
     .mark = "R 2017-09"},
    {"make: of a product", NULL, .method = "POST", .target = OF_ACME, ACME, .type = JSON,
     .body = "{\"name\":\"MyApp\",\"type\":\"installed\"}", .status = 200,
     .reply = CLIENT("\"name\":\"MyApp\",\"type\":\"installed\",\"id\":\"myapp-<n>\",\"secret\":"
                     "\"<40>\""),
     .mark = "R 2017-09"},
    {"make: a name without letters", NULL, MAKE, DEV, .body = "name=%E2%98%83&type=installed",
     .status = 200, .reply = "<any>\"id\":\"client-<n>\",<any>"},
    {"make: a long name", NULL, MAKE, DEV, .body = "type=installed&name=" THOUSAND("a"),
     BAD("name has 200 bytes at most, redirect_uri 2000")},
    {"make: no name", NULL, MAKE, DEV, .body = "type=installed", BAD("name is required")},
    {"make: no type", NULL, MAKE, DEV, .body = "name=x", BAD("type has to be installed or web")},
    {"make: no such type", NULL, MAKE, DEV, .body = "name=x&type=y",
     BAD("type has to be installed or web")},
    {"make: web without redirect_uri", NULL, MAKE, DEV, .body = "name=x&type=web",
     BAD("redirect_uri is required")},
    {"make: no such scope", NULL, MAKE, DEV, .body = "name=x&type=installed&scope=everything",
     BAD("scope has to be of customers:create and *:*")},
    {"make: no such scope in JSON", NULL, .method = "POST", .target = "/v1/clients", DEV,
     .type = JSON, .body = "{\"name\":\"x\",\"type\":\"installed\",\"scope\":{\"all\":1}}",
     BAD("scope has to be of customers:create and *:*")},
    {"make: a full one by its word", NULL, MAKE, DEV, .body = "name=x&type=installed&scope=*:*",
     .status = 200, .rule = "client.created", .mark = "D"},
    {"make: none is a word of updates", NULL, MAKE, DEV, .body = "name=x&type=installed&scope=none",
     BAD("scope has to be of customers:create and *:*")},
    {"make: a scope that is a number", NULL, .method = "POST", .target = "/v1/clients", DEV,
     .type = JSON, .body = "{\"name\":\"x\",\"type\":\"installed\",\"scope\":7}",
     BAD("scope has to be of customers:create and *:*")},
    {"update: no such scope", NULL, .method = "PUT", .target = OF_ACME "/acme-app-4711", ACME,
     .type = FORM, .body = "scope=customers:create+devices:list",
     BAD("scope has to be of customers:create, *:*, or none")},
    {"update: not there", NULL, .method = "PUT", .target = "/v1/clients/made-up", DEV, NOT_FOUND},
    {"update: a public one", NULL, .method = "PUT", .target = "/v1/clients/particle", DEV,
     NOT_FOUND},
    {"update: a product's, as a user's", NULL, .method = "PUT",
     .target = "/v1/clients/acme-app-4711", DEV, NOT_FOUND},
    {"update: of a product", NULL, .method = "PUT", .target = OF_ACME "/acme-app-4711", ACME,
     .type = FORM, .body = "name=My+App+2", .status = 200,
     .reply = CLIENT("\"name\":\"My App 2\",\"type\":\"installed\",\"id\":\"acme-app-4711\""),
     .rule = "client.updated", .mark = "D"},
    {"update: with its secret", "client_update_secret: shown", .method = "PUT",
     .target = OF_ACME "/acme-app-4711", ACME, .type = FORM, .body = "name=My+App+2", .status = 200,
     .reply = CLIENT("\"name\":\"My App 2\",\"type\":\"installed\",\"id\":\"acme-app-4711\","
                     "\"secret\":\"acme-secret\""),
     .rule = "client.updated", .mark = "D"},
    {"delete: another product's", NULL, .method = "DELETE", .target = OF_ACME "/other-app-1", ACME,
     NOT_FOUND},
    {"delete: itself", NULL, .method = "DELETE", .target = OF_ACME "/acme-app-4711", ACME,
     .status = 204, .reply = "", .headers = "-Content-Type", .rule = "client.deleted",
     .mark = "R 2017-09"},
};

START_TEST(row)
{
    account_case_alone(&rows[_i]);
}
END_TEST

START_TEST(a_users_client)
{
    static const struct api_case story[] = {
        {"make", NULL, MAKE, DEV, .body = "name=Server&type=installed", .status = 200,
         .reply = "<any>\"id\":\"server-<n:number>\",\"secret\":\"<40:secret>\"}}"},
        {"list", NULL, LIST, DEV, .status = 200,
         .reply = "{\"ok\":true,\"clients\":[{\"name\":\"Server\",\"type\":\"installed\",\"id\":"
                  "\"server-{{number}}\"}]}",
         .mark = "R 2017-09"},
        {"nobody else's", NULL, LIST, .token = "eve-token", .status = 200,
         .reply = "{\"ok\":true,\"clients\":[]}"},
        {"a token of its owner", NULL, TOKEN,
         .body =
             "grant_type=client_credentials&client_id=server-{{number}}&client_secret={{secret}}",
         .status = 200, .reply = "<any>\"access_token\":\"<40:own>\"<any>",
         .rule = "token.client-owner", .mark = "S"},
        {"who lists the owner's devices", NULL, .method = "GET", .target = "/v1/devices",
         .token = "{{own}}", .status = 200, .reply = "[{\"id\":\"" DESK "\"<any>"},
        {"no customer's", NULL, TOKEN,
         .body = "grant_type=client_credentials&scope=customer=ada@example.com&client_id="
                 "server-{{number}}&client_secret={{secret}}",
         .status = 400, .reply = OAUTH("invalid_scope", "Invalid scope"), .mark = "S"},
        {"delete", NULL, .method = "DELETE", .target = "/v1/clients/server-{{number}}", DEV,
         .status = 204},
        {"its tokens are unknown", NULL, LIST, .token = "{{own}}", .status = 401, .reply = INVALID},
        {"it is, too", NULL, TOKEN,
         .body =
             "grant_type=client_credentials&client_id=server-{{number}}&client_secret={{secret}}",
         .status = 400, .reply = OAUTH("invalid_client", "Client credentials are invalid"),
         .mark = "S"},
    };
    ACCOUNT_STORY(story);
}
END_TEST

START_TEST(a_products_client)
{
    static const struct api_case story[] = {
        {"make", NULL, .method = "POST", .target = OF_ACME, DEV, .type = JSON,
         .body =
             "{\"name\":\"Sign up\",\"type\":\"installed\",\"scope\":{\"create_customer\":true}}",
         .status = 200, .reply = "<any>\"id\":\"sign-up-<n:number>\",\"secret\":\"<40:secret>\"}}"},
        {"it makes customers", NULL, .method = "POST", .target = "/v1/products/6287/customers",
         .type = FORM,
         .body = "email=new@example.com&no_password=true&client_id=sign-up-{{number}}"
                 "&client_secret={{secret}}",
         .status = 201},
        {"and nothing else", NULL, TOKEN,
         .body = "grant_type=client_credentials&client_id=sign-up-{{number}}"
                 "&client_secret={{secret}}",
         .status = 400,
         .reply = OAUTH("invalid_client", "The grant type is unauthorised for this client_id"),
         .mark = "S"},
        {"until it may", NULL, .method = "PUT", .target = OF_ACME "/sign-up-{{number}}", DEV,
         .type = FORM, .body = "scope=none", .status = 200},
        {"then it has its own token", NULL, TOKEN,
         .body = "grant_type=client_credentials&client_id=sign-up-{{number}}"
                 "&client_secret={{secret}}",
         .status = 200, .rule = "token.client-credentials"},
        {"both words: all", NULL, .method = "PUT", .target = OF_ACME "/sign-up-{{number}}", DEV,
         .type = FORM, .body = "scope=customers:create+*:*", .status = 200},
        {"it has it still", NULL, TOKEN,
         .body = "grant_type=client_credentials&client_id=sign-up-{{number}}"
                 "&client_secret={{secret}}",
         .status = 200},
        {"until it may only make customers", NULL, .method = "PUT",
         .target = OF_ACME "/sign-up-{{number}}", DEV, .type = FORM,
         .body = "scope=customers:create", .status = 200, .mark = "D"},
        {"no token", NULL, TOKEN,
         .body = "grant_type=client_credentials&client_id=sign-up-{{number}}"
                 "&client_secret={{secret}}",
         .status = 400},
    };
    ACCOUNT_STORY(story);
}
END_TEST

Suite *test_api_client(void)
{
    Suite *suite = suite_create("client");
    TCase *tcase = tcase_create("clients");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_test(tcase, a_users_client);
    tcase_add_test(tcase, a_products_client);
    suite_add_tcase(suite, tcase);
    return suite;
}
