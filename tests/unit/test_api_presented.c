/* Where an access token stands in a request, and what is wrong with it: cloud-api rows of
 * node-oauth2-server's authorise.js, on several routes. */
#include "suites.h"

#include "unit_api.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define NO_STORE           "Cache-Control: no-store\nPragma: no-cache\n-WWW-Authenticate"
#define ERROR(error, text) "{\"error\":\"" error "\",\"error_description\":\"" text "\"}"

#define NONE_GIVEN ERROR("invalid_request", "The access token was not found")
#define TWO_PLACES                                                                                 \
    ERROR("invalid_request",                                                                       \
          "Only one method may be used to authenticate at a time (Auth header,  GET or POST).")
#define MALFORMED ERROR("invalid_request", "Malformed auth header")
#define ON_GET    ERROR("invalid_request", "Method cannot be GET When putting the token in the body.")
#define NOT_FORM                                                                                   \
    ERROR("invalid_request", "When putting the token in the body, content type must be "           \
                             "application/x-www-form-urlencoded.")
#define UNKNOWN ERROR("invalid_token", "The access token provided is invalid.")
#define EXPIRED ERROR("invalid_token", "The access token provided has expired.")

/* Each row is sent to each of these routes; the row's own target is a query to add. */
static const struct {
    const char *method, *path;
} routes[] = {
    {"GET", "/v1/devices"},
    {"GET", "/v1/devices/" LAMP},
    {"POST", "/v1/devices"},
    {"DELETE", "/v1/devices/" LAMP},
    {"POST", "/v1/device_claims"},
    {"POST", "/v1/products/6287/device_claims"},
    {"GET", "/v1/products"},
    {"GET", "/v1/products/6287"},
    {"GET", "/v1/products/nowhere/devices"},
    {"POST", "/v1/products/6287/devices"},
    {"DELETE", "/v1/products/6287/devices/" PUMP},
    {"DELETE", "/v1/products/6287/devices/" PUMP "/owner"},
    {"GET", "/v1/products/6287/customers"},
    {"PUT", "/v1/products/6287/customers/ada@example.com"},
    {"DELETE", "/v1/products/6287/customers/ada@example.com"},
};

#define ROUTES (sizeof routes / sizeof *routes)

/* target: "" or a query. A row whose method is NULL is for all routes, else for those. */
static const struct api_case rows[] = {
    {"none", .target = "", .status = 400, .reply = NONE_GIVEN, .rule = "token.none",
     .mark = "R 2015-07"},
    {"a form without one", .target = "", .type = FORM, .body = "id=" LAMP, .status = 400,
     .reply = NONE_GIVEN, .rule = "token.none", .mark = "R 2015-07"},
    {"header and query", .target = "?access_token=dev-token", .token = "dev-token", .status = 400,
     .reply = TWO_PLACES, .rule = "token.two-places", .mark = "S"},
    {"header and form", .target = "", .token = "dev-token", .type = FORM,
     .body = "access_token=dev-token", .status = 400, .reply = TWO_PLACES,
     .rule = "token.two-places", .mark = "S"},
    {"query and form", .target = "?access_token=dev-token", .type = FORM,
     .body = "access_token=dev-token", .status = 400, .reply = TWO_PLACES,
     .rule = "token.two-places", .mark = "S"},
    {"header and JSON", .target = "", .token = "dev-token", .type = JSON,
     .body = "{\"access_token\":\"dev-token\"}", .status = 400, .reply = TWO_PLACES,
     .rule = "token.two-places", .mark = "S"},
    {"two places before a malformed header", .target = "?access_token=dev-token",
     .header = "Authorization: Nonsense", .status = 400, .reply = TWO_PLACES,
     .rule = "token.two-places", .mark = "S"},
    {"two places before unknown", .target = "?access_token=x", .token = "y", .status = 400,
     .reply = TWO_PLACES, .rule = "token.two-places", .mark = "S"},
    {"Basic", .target = "", .basic = "dev@example.com:dev-pass", .status = 400, .reply = MALFORMED,
     .rule = "token.malformed-header", .mark = "S"},
    {"bare token", .target = "", .header = "Authorization: dev-token", .status = 400,
     .reply = MALFORMED, .rule = "token.malformed-header", .mark = "S"},
    {"Bearer alone", .target = "", .header = "Authorization: Bearer ", .status = 400,
     .reply = MALFORMED, .rule = "token.malformed-header", .mark = "S"},
    {"two spaces", .target = "", .header = "Authorization: Bearer  dev-token", .status = 400,
     .reply = MALFORMED, .rule = "token.malformed-header", .mark = "S"},
    {"bearer in small letters", .target = "", .header = "Authorization: bearer dev-token",
     .status = 400, .reply = MALFORMED, .rule = "token.malformed-header", .mark = "S"},
    {"form on GET", .method = "GET", .target = "", .type = FORM, .body = "access_token=dev-token",
     .status = 400, .reply = ON_GET, .rule = "token.body-on-get", .mark = "S"},
    {"JSON on GET", .method = "GET", .target = "", .type = JSON,
     .body = "{\"access_token\":\"dev-token\"}", .status = 400, .reply = ON_GET,
     .rule = "token.body-on-get", .mark = "S"},
    {"JSON on POST", .method = "POST", .target = "", .type = JSON,
     .body = "{\"access_token\":\"dev-token\"}", .status = 400, .reply = NOT_FORM,
     .rule = "token.body-not-form", .mark = "S"},
    {"JSON on DELETE, no string", .method = "DELETE", .target = "", .type = JSON,
     .body = "{\"access_token\":7}", .status = 400, .reply = NOT_FORM,
     .rule = "token.body-not-form", .mark = "S"},
    {"multipart on POST", .method = "POST", .target = "",
     .type = "multipart/form-data; boundary=cut",
     .body = "--cut\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\ndev-token\r\n"
             "--cut--\r\n",
     .status = 400, .reply = NOT_FORM, .rule = "token.body-not-form", .mark = "S"},
    {"unknown in the header", .target = "", .token = "nobody", .status = 401, .reply = UNKNOWN,
     .rule = "token.unknown", .mark = "T"},
    {"unknown in the query", .target = "?access_token=nobody", .status = 401, .reply = UNKNOWN,
     .rule = "token.unknown", .mark = "T"},
    {"empty in the query", .target = "?access_token=", .status = 401, .reply = UNKNOWN,
     .rule = "token.unknown", .mark = "T"},
    {"unknown in the form", .method = "POST", .target = "", .type = FORM,
     .body = "access_token=nobody", .status = 401, .reply = UNKNOWN, .rule = "token.unknown",
     .mark = "T"},
    {"a refresh token is no access token", .target = "", .token = "{{refresh}}", .status = 401,
     .reply = UNKNOWN, .rule = "token.unknown", .mark = "T"},
    {"expired", .target = "", .token = "brief-token", .status = 401, .reply = EXPIRED,
     .rule = "token.expired", .mark = "R 2015-07"},
    {"expired in the query", .target = "?access_token=brief-token", .status = 401, .reply = EXPIRED,
     .rule = "token.expired", .mark = "R 2015-07"},
};

static const struct api_case before[] = {
    {"login", .method = "POST", .target = "/oauth/token", .type = FORM,
     .body = "grant_type=password&username=dev@example.com&password=dev-pass&client_id=particle&"
             "client_secret=particle",
     .status = 200,
     .reply = "{\"token_type\":\"bearer\",\"access_token\":\"<40>\",\"expires_in\":7776000,"
              "\"refresh_token\":\"<40:refresh>\"}"},
    {"not yet expired", .method = "GET", .target = "/v1/devices", .token = "brief-token",
     .status = 200},
    {"a millisecond before", .method = "POST", .target = "/__mock/worlds/default/clock",
     .header = "X-Mockcloud-Control: 1", .type = JSON, .body = "{\"advance\":\"59999ms\"}",
     .status = 200},
    {"still not", .method = "GET", .target = "/v1/devices", .token = "brief-token", .status = 200},
    {"now", .method = "POST", .target = "/__mock/worlds/default/clock",
     .header = "X-Mockcloud-Control: 1", .type = JSON, .body = "{\"advance\":\"1ms\"}",
     .status = 200},
};

START_TEST(refused_on_each_route)
{
    unit_begin(NULL);
    UNIT_STORY(before);
    for (size_t i = 0; i < ROUTES; i++) {
        struct api_case row = rows[_i];
        if (row.method && strcmp(row.method, routes[i].method) != 0)
            continue;
        char *target = mem_printf_dup("%s%s", routes[i].path, row.target);
        row.method = routes[i].method;
        row.target = target;
        row.headers = NO_STORE;
        unit_case(&row);
        free(target);
    }
    unit_end();
}
END_TEST

static const struct api_case accepted[] = {
    {"header", .method = "GET", .target = "/v1/devices", .token = "ada-token", .status = 200},
    {"header, anywhere in it", .method = "GET", .target = "/v1/devices",
     .header = "authorization: Token Bearer ada-token, x", .status = 401},
    {"header, behind something", .method = "GET", .target = "/v1/devices",
     .header = "AUTHORIZATION: x Bearer\tada-token y", .status = 200},
    {"query", .method = "GET", .target = "/v1/devices?access_token=ada-token", .status = 200},
    {"query, encoded", .method = "GET", .target = "/v1/devices?access%5Ftoken=ada%2Dtoken",
     .status = 200},
    {"query of a POST", .method = "POST", .target = "/v1/device_claims?access_token=dev-token",
     .status = 200},
    {"form", .method = "POST", .target = "/v1/devices", .type = FORM,
     .body = "id=" PUMP "&access_token=ada-token", .status = 200,
     .rule = "claim.accepted-customer"},
    {"form of a DELETE", .method = "DELETE", .target = "/v1/devices/" ADAS, .type = FORM,
     .body = "access_token=ada-token", .status = 200, .rule = "device.unclaimed"},
    {"header beside a JSON body", .method = "POST", .target = "/v1/devices", .token = "ada-token",
     .type = JSON, .body = "{\"id\":\"" PUMP "\"}", .status = 200},
};

START_TEST(taken)
{
    unit_case_alone(&accepted[_i]);
}
END_TEST

Suite *test_api_presented(void)
{
    Suite *suite = suite_create("presented");
    TCase *tcase = tcase_create("token");
    tcase_add_loop_test(tcase, refused_on_each_route, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, taken, 0, sizeof accepted / sizeof *accepted);
    suite_add_tcase(suite, tcase);
    return suite;
}
