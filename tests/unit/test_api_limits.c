/*
 * A world that is full: what each limit answers to one more, and that something which goes makes
 * room where it should. The world of each row sets the limit of its name to what it holds.
 */
#include "suites.h"
#include "unit_api.h"

#include "base/mem.h"
#include "cloud/cloud.h"

#include <stdlib.h>
#include <string.h>

#define POST(path) .method = "POST", .target = path
#define BY(who)    .token = who
#define BODY(text) .type = JSON, .body = text
#define FULL(text) "{\"ok\":false,\"error\":\"A world has at most " text "\"}"

static const char world_text[] =
    "users: [{username: dev@example.com, password: dev-pass}, {username: bot@example.com,\n"
    "         scopes: ['devices:list']}]\n"
    "products: [{id: 6287, slug: acme-pump, platform: e-series, groups: [one],\n"
    "            team: [dev@example.com, bot@example.com],\n"
    "            clients: [{id: acme-app-4711, secret: acme-secret}]}]\n"
    "customers: [{email: ada@example.com, product: acme-pump}]\n"
    "devices: [{as: pump, id: '" PUMP "', product: acme-pump}]\n"
    "tokens: [{token: dev-token, user: dev@example.com}, {token: ada-token, customer: "
    "ada@example.com}]\n"
    "webhooks: [{event: x, url: 'https://hook.example.com', product: acme-pump}]\n";

static const struct {
    const char *limit;
    int most;   /* how many the world holds */
    int status; /* with room for one more */
    struct api_case one_more;
} rows[] = {
    {"devices",
     1,
     200,
     {"devices", NULL, POST("/v1/devices"), BY("dev-token"), BODY("{\"product_id\":6287}"),
      .status = 403, .reply = FULL("1 devices"), .rule = "device.limit"}},
    {"products",
     1,
     200,
     {"products", NULL, POST("/v1/user/products"), BY("dev-token"),
      BODY("{\"product\":{\"name\":\"New\",\"platform_id\":13}}"), .status = 400,
      .reply = "<any>at most 1 products<any>"}},
    {"users",
     2,
     200,
     {"users", NULL, POST("/v1/users"), .type = FORM,
      .body = "username=new@example.com&password=new-pass", .status = 503, .reply = FULL("2 users"),
      .rule = "api.world-full"}},
    {"users",
     2,
     200,
     {"API users", NULL, POST("/v1/products/6287/team"), BY("dev-token"),
      BODY("{\"friendly_name\":\"bot\",\"scopes\":[\"devices:list\"]}"), .status = 503,
      .reply = FULL("2 users"), .rule = "api.world-full"}},
    {"customers",
     1,
     201,
     {"customers", NULL, POST("/v1/products/6287/customers"), .type = FORM,
      .body = "client_id=acme-app-4711&client_secret=acme-secret&email=new@example.com&password=x",
      .status = 503, .reply = FULL("1 customers"), .rule = "api.world-full"}},
    {"customers",
     1,
     400,
     {"a customer that is there", NULL, POST("/v1/products/6287/customers"), .type = FORM,
      .body = "client_id=acme-app-4711&client_secret=acme-secret&email=ada@example.com&password=x",
      .status = 400, .rule = "customer.exists"}},
    {"clients",
     7,
     200,
     {"clients", NULL, POST("/v1/clients"), BY("dev-token"),
      BODY("{\"name\":\"app\",\"type\":\"installed\"}"), .status = 503,
      .reply = FULL("7 OAuth clients"), .rule = "api.world-full"}},
    {"tokens",
     2,
     200,
     {"tokens", NULL, POST("/oauth/token"), .basic = "acme-app-4711:acme-secret", .type = FORM,
      .body = "grant_type=client_credentials", .status = 503, .rule = "token.no-room"}},
    {"claim_codes",
     0,
     200,
     {"claim codes", NULL, POST("/v1/device_claims"), BY("dev-token"), .status = 503,
      .reply = FULL("0 live claim codes"), .rule = "api.world-full"}},
    {"claim_codes",
     0,
     200,
     {"claim codes of a product", NULL, POST("/v1/products/6287/device_claims"), BY("ada-token"),
      .status = 503, .reply = FULL("0 live claim codes"), .rule = "api.world-full"}},
    {"team",
     2,
     200,
     {"members", NULL, POST("/v1/products/6287/team"), BY("dev-token"),
      BODY("{\"username\":\"new@example.com\"}"), .status = 503,
      .reply = FULL("2 members of a team"), .rule = "api.world-full"}},
    {"team",
     2,
     200,
     {"API users of a team", NULL, POST("/v1/products/6287/team"), BY("dev-token"),
      BODY("{\"friendly_name\":\"bot\",\"scopes\":[\"devices:list\"]}"), .status = 503,
      .reply = FULL("2 members of a team"), .rule = "api.world-full"}},
    {"groups",
     1,
     201,
     {"groups", NULL, POST("/v1/products/6287/groups"), BY("dev-token"), BODY("{\"name\":\"two\"}"),
      .status = 503, .reply = FULL("1 groups"), .rule = "api.world-full"}},
    {"webhooks",
     1,
     201,
     {"webhooks", NULL, POST("/v1/webhooks"), BY("dev-token"),
      BODY("{\"event\":\"y\",\"url\":\"https://hook.example.com\"}"), .status = 403,
      .rule = "webhook.too-many"}},
    {"firmware",
     0,
     201,
     {"firmware", NULL, POST("/v1/products/6287/firmware"), BY("dev-token"),
      .type = "multipart/form-data; boundary=xx",
      .body = "--xx\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n\r\n"
              "bytes\r\n--xx\r\nContent-Disposition: form-data; name=\"version\"\r\n\r\n1\r\n"
              "--xx\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nt\r\n--xx--\r\n",
      .status = 400, .reply = "<any>There is no room for more firmware in this world<any>"}},
};

/* Those at which something else happens than a refusal have tests of their own: sims below, the
 * others in test_cloud_limits.c. */
static const char *const others[] = {"sims", "tickets", "dead_claim_codes"};

static bool has_a_test(const char *limit)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].limit, limit) == 0)
            return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i], limit) == 0)
            return true;
    return false;
}

START_TEST(every_limit_is_tested)
{
    for (int i = 0; i < LIMITS; i++)
        ck_assert_msg(has_a_test(limit_rows[i].name), "%s", limit_rows[i].name);
}
END_TEST

static void begin(const char *limit, int most)
{
    char *yaml = mem_printf_dup("%slimits: {%s: %d}\n", world_text, limit, most);
    unit_begin_world(yaml);
    free(yaml);
}

START_TEST(one_more_is_refused)
{
    begin(rows[_i].limit, rows[_i].most);
    unit_case(&rows[_i].one_more);
    unit_end();
}
END_TEST

/* The limit is what refuses: with room for one more the same request does not end so. */
START_TEST(with_room_it_is_not)
{
    struct api_case case_row = rows[_i].one_more;
    begin(rows[_i].limit, rows[_i].most + 1);
    case_row.reply = case_row.rule = NULL;
    case_row.status = rows[_i].status;
    unit_case(&case_row);
    ck_assert_ptr_null(strstr(unit_reply(), "at most"));
    unit_end();
}
END_TEST

/* ---- texts ---- */

static const struct {
    const char *before, *after; /* of the text */
    struct api_case row;
} texts[] = {
    {"{\"password\":\"",
     "\",\"username\":\"new@example.com\"}",
     {"a password", NULL, POST("/v1/users"), .type = JSON}},
    {"username=new@example.com&password=",
     "",
     {"a password in a form", NULL, POST("/v1/users"), .type = FORM}},
    {"{\"username\":\"new@example.com\",\"password\":\"x\",\"account_info\":{\"first_name\":\"",
     "\"}}",
     {"deep in an object", NULL, POST("/v1/users"), .type = JSON}},
    {"{\"friendly_name\":\"bot\",\"scopes\":[\"",
     "\"]}",
     {"in a list", NULL, POST("/v1/products/6287/team"), BY("dev-token"), .type = JSON}},
    {"{\"notes\":\"",
     "\"}",
     {"notes", NULL, .method = "PUT", .target = "/v1/products/6287/devices/" PUMP, BY("dev-token"),
      .type = JSON}},
};

static void text_case(size_t which, size_t len, int status)
{
    struct api_case row = texts[which].row;
    char *text = mem_new(len + 1);
    memset(text, 'x', len);
    char *body = mem_printf_dup("%s%s%s", texts[which].before, text, texts[which].after);
    row.body = body;
    row.status = status;
    row.rule = "api.text-too-long";
    unit_case(&row);
    free(body);
    free(text);
}

START_TEST(a_text_has_a_bound)
{
    unit_begin_world(world_text);
    text_case((size_t)_i, API_TEXT_MAX + 1, 400);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "has 10000 bytes at most"));
    unit_end();
}
END_TEST

/* ---- what goes, and what does not, makes room ---- */

START_TEST(a_deleted_account_makes_no_room)
{
    static const struct api_case story[] = {
        {"delete", NULL, .method = "DELETE",
         .target = "/v1/products/6287/customers/ada@example.com", BY("dev-token"), .status = 200},
        {"another", NULL, POST("/v1/products/6287/customers"), .type = FORM,
         .body = "client_id=acme-app-4711&client_secret=acme-secret&email=new@example.com"
                 "&password=x",
         .status = 503, .rule = "api.world-full"},
    };
    begin("customers", 1);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(an_expired_code_makes_room)
{
    static const struct api_case ask = {"ask", NULL, POST("/v1/device_claims"), BY("dev-token"),
                                        .status = 200};
    static const struct api_case refused = {"full", NULL, POST("/v1/device_claims"),
                                            BY("dev-token"), .status = 503};
    begin("claim_codes", 1);
    unit_case(&ask);
    unit_case(&refused);
    vclock_advance(unit_world()->sim.clock,
                   vclock_now(unit_world()->sim.clock) + CLAIM_CODE_LIFE_MS);
    unit_case(&ask);
    unit_end();
}
END_TEST

/* The network keeps no record of one SIM more: what is asked for is taken, and nothing comes of it.
 */
START_TEST(a_sim_without_room_stays_as_it_is)
{
    static const char world[] =
        "users: [{username: dev@example.com}]\n"
        "devices: [{as: mine, platform: boron, iccid: '8934000000000000001', owner: "
        "dev@example.com}]\n"
        "tokens: [{token: dev-token, user: dev@example.com}]\n"
        "limits: {sims: %d}\n";
    static const struct api_case deactivate = {"deactivate",
                                               NULL,
                                               .method = "PUT",
                                               .target = "/v1/sims/8934000000000000001",
                                               BY("dev-token"),
                                               .type = FORM,
                                               .body = "action=deactivate",
                                               .status = 200};
    static const struct api_case get = {"get",           NULL,
                                        .method = "GET", .target = "/v1/sims/8934000000000000001",
                                        BY("dev-token"), .status = 200};
    char *yaml = mem_printf_dup(world, _i);
    unit_begin_world(yaml);
    free(yaml);
    unit_case(&deactivate);
    unit_case(&get);
    ck_assert_int_eq(strstr(unit_reply(), "\"status\":\"deactivated\"") != NULL, _i);
    unit_end();
}
END_TEST

Suite *test_api_limits(void)
{
    Suite *suite = suite_create("limits");
    TCase *tcase = tcase_create("limits");
    tcase_add_loop_test(tcase, one_more_is_refused, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, with_room_it_is_not, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, a_text_has_a_bound, 0, sizeof texts / sizeof *texts);
    tcase_add_test(tcase, a_deleted_account_makes_no_room);
    tcase_add_test(tcase, every_limit_is_tested);
    tcase_add_test(tcase, an_expired_code_makes_room);
    tcase_add_loop_test(tcase, a_sim_without_room_stays_as_it_is, 0, 2);
    suite_add_tcase(suite, tcase);
    return suite;
}
