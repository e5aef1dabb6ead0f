/* Routes of webhooks and integrations: replies to the letter, whose they are, what is refused. */
#include "suites.h"

#include "unit_api.h"

#include "cloud/webhook/outbox.h"
#include "cloud/webhook/webhook.h"

#include <stdlib.h>
#include <string.h>

#define POST(path) .method = "POST", .target = path
#define GET(path)  .method = "GET", .target = path
#define PUT(path)  .method = "PUT", .target = path
#define DEL(path)  .method = "DELETE", .target = path
#define BY(who)    .token = who
#define BODY(text) .type = JSON, .body = text

#define NOT_FOUND     "{\"ok\":false,\"error\":\"Webhook not found\"}"
#define DENIED        "{\"ok\":false,\"error\":\"Permission denied\"}"
#define REFUSED(text) "{\"ok\":false,\"error\":\"" text "\"}"
#define TOO_MUCH      "the settings have 100 KiB and 1,000 members at most"
#define HOOK          "{\"event\":\"temp\",\"url\":\"https://example.com\"}"
#define MADE(id, middle, path)                                                                     \
    "{\"id\":\"" id "\",\"event\":\"temp\",\"created_at\":\"<time>\",\"integration_type\":"        \
    "\"Webhook\",\"url\":\"https://example.com\"," middle "\"ok\":true,"                           \
    "\"hookUrl\":\"https://api.particle.io/v1/" path "\"}"
#define DEFAULTS                                                                                   \
    "\"noDefaults\":false,\"rejectUnauthorized\":true,\"name\":\"temp for example.com\","
#define TESTED "{\"pass\":true,\"data\":null}"
#define LISTED(id)                                                                                 \
    "{\"id\":\"" id "\",\"event\":\"temp\",\"created_at\":\"2026-01-01T00:00:00.000Z\","           \
    "\"integration_type\":\"Webhook\",\"url\":\"https://example.com\",\"requestType\":\"POST\","   \
    "\"noDefaults\":false,\"rejectUnauthorized\":true,\"name\":\"temp for example.com\""

/* Made twice, listed, got, changed, tested, deleted. */
static const struct api_case life[] = {
    {"none yet", NULL, GET("/v1/webhooks"), BY("dev-token"), .status = 200, .reply = "[]",
     .rule = "webhook.list"},
    {"make one", NULL, POST("/v1/webhooks"), BY("dev-token"), BODY(HOOK), .status = 201,
     .reply = MADE("<24:a>", DEFAULTS, "webhooks/<24>"), .rule = "webhook.created"},
    {"the same again is a second one", NULL, POST("/v1/webhooks"), BY("dev-token"), .type = FORM,
     .body = "event=temp&url=https://example.com", .status = 201,
     .reply = MADE("<24:b>", DEFAULTS, "webhooks/<24>"), .rule = "webhook.created"},
    {"both are listed", NULL, GET("/v1/webhooks"), BY("dev-token"), .status = 200,
     .reply = "[" LISTED("{{a}}") "}," LISTED("{{b}}") "}]", .rule = "webhook.list"},
    {"as integrations, too", NULL, GET("/v1/integrations"), BY("dev-token"), .status = 200,
     .reply = "[" LISTED("{{a}}") "}," LISTED("{{b}}") "}]", .rule = "webhook.list"},
    {"one", NULL, GET("/v1/webhooks/{{a}}"), BY("dev-token"), .status = 200,
     .reply = "{\"webhook\":" LISTED("{{a}}") ",\"logs\":[],\"errors\":[],\"counters\":[]}}",
     .rule = "webhook.get"},
    {"one, as integration", NULL, GET("/v1/integrations/{{a}}"), BY("dev-token"), .status = 200,
     .reply = "{\"integration\":" LISTED("{{a}}") ",\"logs\":[],\"errors\":[],\"counters\":[]}}",
     .rule = "webhook.get"},
    {"of somebody else", NULL, GET("/v1/webhooks/{{a}}"), BY("eve-token"), .status = 404,
     .mark = "R 2018-06", .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"somebody else has none", NULL, GET("/v1/webhooks"), BY("eve-token"), .status = 200,
     .reply = "[]", .rule = "webhook.list"},
    {"not of the product", NULL, GET("/v1/products/6287/webhooks/{{a}}"), BY("dev-token"),
     .status = 404, .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"change", NULL, PUT("/v1/webhooks/{{a}}"), BY("dev-token"),
     BODY("{\"requestType\":\"PUT\",\"noDefaults\":true,\"json\":{\"a\":[1]},\"name\":\"n\"}"),
     .status = 200,
     .reply = MADE("{{a}}",
                   "\"requestType\":\"PUT\",\"noDefaults\":true,\"rejectUnauthorized\":"
                   "true,\"json\":{\"a\":[1]},\"name\":\"n\",",
                   "webhooks/{{a}}"),
     .rule = "webhook.updated"},
    {"null takes away", NULL, PUT("/v1/webhooks/{{a}}"), BY("dev-token"),
     BODY("{\"requestType\":null,\"noDefaults\":null,\"json\":null,\"name\":null}"), .status = 200,
     .reply = MADE("{{a}}", DEFAULTS, "webhooks/{{a}}"), .rule = "webhook.updated"},
    {"change to nonsense", NULL, PUT("/v1/webhooks/{{a}}"), BY("dev-token"),
     BODY("{\"requestType\":\"BREW\"}"), .status = 400,
     .reply = REFUSED("requestType has to be GET, POST, PUT or DELETE"), .rule = "webhook.bad"},
    {"test", NULL, POST("/v1/webhooks/{{a}}/test"), BY("dev-token"), .status = 200, .mark = "D",
     .reply = TESTED, .rule = "webhook.tested"},
    {"delete", NULL, DEL("/v1/webhooks/{{a}}"), BY("dev-token"), .status = 204, .reply = "",
     .rule = "webhook.deleted"},
    {"deleted", NULL, GET("/v1/webhooks/{{a}}"), BY("dev-token"), .status = 404,
     .mark = "R 2018-06", .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"delete again", NULL, DEL("/v1/webhooks/{{a}}"), BY("dev-token"), .status = 404,
     .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"change what is not there", NULL, PUT("/v1/webhooks/{{a}}"), BY("dev-token"), BODY("{}"),
     .status = 404, .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"test what is not there", NULL, POST("/v1/webhooks/{{a}}/test"), BY("dev-token"),
     .status = 404, .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"delete by form", NULL, DEL("/v1/webhooks/{{b}}"), BY("dev-token"), .type = FORM, .body = "",
     .status = 204, .reply = "", .rule = "webhook.deleted"},
};

static const struct api_case scopes[] = {
    {"of a product", NULL, POST("/v1/products/acme-pump/webhooks"), BY("dev-token"), BODY(HOOK),
     .status = 201, .reply = MADE("<24:p>", DEFAULTS, "products/6287/webhooks/<24>"),
     .rule = "webhook.created"},
    {"by the product's client", NULL, GET("/v1/products/6287/webhooks/{{p}}"), BY("acme-token"),
     .status = 200,
     .reply = "{\"webhook\":" LISTED("{{p}}") ",\"logs\":[],\"errors\":[],\"counters\":[]}}",
     .rule = "webhook.get"},
    {"not a user's", NULL, GET("/v1/webhooks"), BY("dev-token"), .status = 200, .reply = "[]",
     .rule = "webhook.list"},
    {"another type", NULL, POST("/v1/products/6287/integrations"), BY("acme-token"),
     BODY("{\"event\":\"temp\",\"integration_type\":\"AzureIotHub\",\"hub_name\":\"example\"}"),
     .status = 201,
     .reply =
         "{\"id\":\"<24:i>\",\"event\":\"temp\",\"created_at\":\"<time>\",\"integration_type\":"
         "\"AzureIotHub\",\"hub_name\":\"example\",\"ok\":true,\"hookUrl\":"
         "\"https://api.particle.io/v1/products/6287/integrations/<24>\"}",
     .rule = "webhook.created"},
    {"which is no webhook", NULL, GET("/v1/products/6287/webhooks/{{i}}"), BY("acme-token"),
     .status = 404, .reply = NOT_FOUND, .rule = "webhook.not-found"},
    {"and can't be made as one", NULL, POST("/v1/products/6287/webhooks"), BY("acme-token"),
     BODY("{\"event\":\"temp\",\"integration_type\":\"AzureIotHub\"}"), .status = 400,
     .reply = REFUSED("integration_type has to be Webhook"), .rule = "webhook.bad"},
    {"and sends nothing", NULL, POST("/v1/products/6287/integrations/{{i}}/test"), BY("acme-token"),
     .status = 200, .reply = TESTED, .rule = "webhook.tested"},
    {"changed", NULL, PUT("/v1/products/6287/integrations/{{i}}"), BY("acme-token"),
     BODY("{\"hub_name\":\"other\"}"), .status = 200,
     .reply = "{\"id\":\"{{i}}\",\"event\":\"temp\",\"created_at\":\"<time>\",\"integration_type\":"
              "\"AzureIotHub\",\"hub_name\":\"other\",\"ok\":true,\"hookUrl\":"
              "\"https://api.particle.io/v1/products/6287/integrations/{{i}}\"}",
     .rule = "webhook.updated"},
    {"listed beside the webhook", NULL, GET("/v1/products/6287/integrations"), BY("acme-token"),
     .status = 200,
     .reply =
         "[" LISTED("{{p}}") "},{\"id\":\"{{i}}\",\"event\":\"temp\",\"created_at\":\"<time>\","
                             "\"integration_type\":\"AzureIotHub\",\"hub_name\":\"other\"}]",
     .rule = "webhook.list"},
    {"deleted", NULL, DEL("/v1/products/6287/integrations/{{i}}"), BY("acme-token"), .status = 204,
     .reply = "", .rule = "webhook.deleted"},
    {"no such integration", NULL, GET("/v1/products/6287/integrations/{{i}}"), BY("acme-token"),
     .status = 404, .reply = REFUSED("Integration not found"),
     .rule = "webhook.integration-not-found"},
    {"an integration of the SDK", NULL, POST("/v1/integrations"), BY("dev-token"), BODY(HOOK),
     .status = 201,
     .reply = MADE("<24:s>", "\"requestType\":\"POST\"," DEFAULTS, "integrations/<24>"),
     .rule = "webhook.created"},
    {"no organization", NULL, GET("/v1/orgs/acme/webhooks"), BY("dev-token"), .status = 404,
     .reply = REFUSED("Organization not found."), .rule = "org.not-found"},
    {"a customer has none", NULL, GET("/v1/webhooks"), BY("ada-token"), .status = 403,
     .reply = DENIED},
    {"nor a product's", NULL, GET("/v1/products/6287/webhooks"), BY("ada-token"), .status = 403,
     .reply = DENIED},
    {"nor an organization's", NULL, GET("/v1/orgs/acme/integrations"), BY("ada-token"),
     .status = 403, .reply = DENIED},
    {"a product's client has no user's", NULL, GET("/v1/integrations"), BY("acme-token"),
     .status = 403, .reply = DENIED},
    {"no token", NULL, GET("/v1/webhooks"), .status = 400},
};

/* What is given in which way, and shown again. */
#define SHOWN(middle) MADE("<24>", middle, "webhooks/<24>")

static const struct api_case given[] = {
    {"no event", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"url\":\"https://example.com\"}"), .status = 400,
     .reply = REFUSED("event is required"), .rule = "webhook.bad"},
    {"an empty event", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"\",\"url\":\"https://example.com\"}"), .status = 400,
     .reply = REFUSED("event is required"), .rule = "webhook.bad"},
    {"an event that is no string", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":[1],\"url\":\"https://example.com\"}"), .status = 400,
     .reply = REFUSED("event is required"), .rule = "webhook.bad"},
    {"no URL", NULL, POST("/v1/webhooks"), BY("dev-token"), BODY("{\"event\":\"temp\"}"),
     .status = 400, .reply = REFUSED("url is required"), .rule = "webhook.bad"},
    {"an URL that is no string", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"url\":{}}"), .status = 400, .reply = REFUSED("url is required"),
     .rule = "webhook.bad"},
    {"no body", NULL, POST("/v1/webhooks"), BY("dev-token"), .status = 400,
     .reply = REFUSED("event is required"), .rule = "webhook.bad"},
    {"a request type that is none", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"url\":\"https://example.com\",\"requestType\":7}"), .status = 400,
     .reply = REFUSED("requestType has to be GET, POST, PUT or DELETE"), .rule = "webhook.bad"},
    {"too many settings", NULL, POST("/v1/webhooks"), BY("dev-token"), .type = FORM,
     .body = "event=temp&url=x&" THOUSAND("a&") "a", .status = 400, .reply = REFUSED(TOO_MUCH),
     .rule = "webhook.bad"},
    {"too many members of a setting", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"url\":\"x\",\"json\":[" THOUSAND("1,") "1]}"), .status = 400,
     .reply = REFUSED(TOO_MUCH), .rule = "webhook.bad"},
    {"another integration's URL that is no string", NULL, POST("/v1/integrations"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"integration_type\":\"Azure\",\"url\":true}"), .status = 400,
     .reply = REFUSED("url has to be a string"), .rule = "webhook.bad"},
    {"another integration's request type that is no string", NULL, POST("/v1/integrations"),
     BY("dev-token"),
     BODY("{\"event\":\"temp\",\"integration_type\":\"Azure\",\"requestType\":[]}"), .status = 400,
     .reply = REFUSED("requestType has to be a string"), .rule = "webhook.bad"},
    {"a form with maps in maps and lists", NULL, POST("/v1/webhooks"), BY("dev-token"),
     .type = FORM,
     .body = "event=temp&url=x&json[x]=1&json[y][z][q]=2&json[y][w]=3&tags[]=a&tags[]=b&odd[=4&"
             "json[l][]=5&json[a][0]=6&json[a][1]=7&json[a][0]=8&json[o][0][k]=9&json[o][0][m]=0&"
             "json[y][7]=1",
     .status = 201,
     .reply = "<any>\"json\":{\"x\":\"1\",\"y\":{\"z\":{\"q\":\"2\"},\"w\":\"3\",\"7\":\"1\"},"
              "\"l\":[\"5\"],"
              "\"a\":[\"8\",\"7\"],\"o\":[{\"k\":\"9\",\"m\":\"0\"}]}"
              ",\"tags\":[\"a\",\"b\"],\"odd[\":\"4\"<any>"},
    {"what the SDK sends", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"url\":\"https://example.com\",\"deviceId\":\"desk\","
          "\"rejectUnauthorized\":false,\"noDefaults\":true,\"requestType\":\"GET\","
          "\"auth\":{\"user\":\"me\",\"pass\":\"1\"},\"responseTopic\":\"t\"}"),
     .status = 201,
     .reply = SHOWN("\"requestType\":\"GET\",\"noDefaults\":true,\"rejectUnauthorized\":false,"
                    "\"name\":\"temp for example.com\","
                    "\"deviceID\":\"" DESK "\",\"auth\":{\"user\":\"me\",\"pass\":\"1\"},"
                    "\"responseTopic\":\"t\",")},
    {"a device by id, of an old client", NULL, POST("/v1/webhooks"), BY("dev-token"), .type = FORM,
     .body = "eventName=temp&url=https://example.com&deviceid=" LAMP "&mydevices=true",
     .status = 201, .reply = SHOWN(DEFAULTS "\"deviceID\":\"" LAMP "\",\"mydevices\":\"true\",")},
    {"a device that there is not", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"url\":\"https://example.com\",\"deviceID\":\"" NONE "\"}"),
     .status = 201, .reply = SHOWN(DEFAULTS "\"deviceID\":\"" NONE "\",")},
    {"nested names in a form", NULL, POST("/v1/webhooks"), BY("dev-token"), .type = FORM,
     .body = "event=temp&url=https://example.com&headers[X-A]=1&headers[X-B]=2&[]=x&headers[=y",
     .status = 201,
     .reply = SHOWN(DEFAULTS "\"headers\":{\"X-A\":\"1\",\"X-B\":\"2\"},\"headers[\":\"y\",")},
    {"an id can't be given", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"temp\",\"url\":\"https://example.com\",\"id\":\"mine\",\"created_at\":1}"),
     .status = 201, .reply = SHOWN(DEFAULTS)},
};

START_TEST(test_life)
{
    unit_begin(NULL);
    UNIT_STORY(life);
    unit_end();
}
END_TEST

START_TEST(test_scopes)
{
    unit_begin(NULL);
    UNIT_STORY(scopes);
    unit_end();
}
END_TEST

START_TEST(test_given)
{
    unit_case_alone(&given[_i]);
}
END_TEST

/* ---- with a carrier ---- */

static void carry(int status, const char *body)
{
    struct cloud *cloud = unit_world()->cloud;
    const struct delivery_request *request = outbox_next(cloud);
    ck_assert_ptr_nonnull(request);
    uint64_t id = request->id;
    struct delivery_answer answer = {.status = status, .body = body, .body_len = strlen(body)};
    outbox_sent(cloud, id, NULL, NULL);
    outbox_answered(cloud, id, &answer);
}

START_TEST(test_logged)
{
    static const struct api_case make[] = {
        {"make", NULL, POST("/v1/webhooks"), BY("dev-token"), BODY(HOOK), .status = 201,
         .reply = MADE("<24:a>", DEFAULTS, "webhooks/<24>")},
        {"publish", NULL, POST("/v1/devices/events"), BY("dev-token"), .type = FORM,
         .body = "name=temp&data=1", .status = 200, .reply = "{\"ok\":true}"},
        {"publish", NULL, POST("/v1/devices/events"), BY("dev-token"), .type = FORM,
         .body = "name=temp&data=2", .status = 200, .reply = "{\"ok\":true}"},
    };
    static const struct api_case get[] = {
        {"get", NULL, GET("/v1/webhooks/{{a}}"), BY("dev-token"), .status = 200,
         .reply = "{\"webhook\":" LISTED(
             "{{a}}") ",\"logs\":[{\"event\":\"temp\",\"created_at\":\"<time>\",\"request\":\"<any>"
                      "\","
                      "\"response\":\"fine\"}],\"errors\":[{\"event\":\"temp\",\"created_at\":\"<"
                      "time>\","
                      "\"request\":\"<any>\",\"response\":\"error status 500 from example.com\"}],"
                      "\"counters\":[{\"date\":\"2026-01-01\",\"success\":1,\"error\":1,"
                      "\"skipped\":0}]}}"},
    };
    unit_begin(NULL);
    UNIT_STORY(make);
    carry(200, "fine");
    carry(500, "");
    UNIT_STORY(get);
    unit_end();
}
END_TEST

/* A clock that is moved while a webhook is on its way stands until the answer is there. */
START_TEST(test_clock_waits)
{
    static const struct api_case make[] = {
        {"make", NULL, POST("/v1/webhooks"), BY("dev-token"), BODY(HOOK), .status = 201},
        {"publish", NULL, POST("/v1/devices/events"), BY("dev-token"), .type = FORM,
         .body = "name=temp&data=1", .status = 200},
    };
    const struct api_case move = {"move", NULL, POST("/__mock/worlds/default/clock"),
                                  .header = "X-Mockcloud-Control: 1", BODY("{\"advance\":\"1h\"}")};
    struct api_ticket ticket = {0};
    unit_begin(NULL);
    UNIT_STORY(make);
    struct vclock *clock = unit_world()->sim.clock;
    int64_t begin_ms = vclock_now(clock);
    api_worlds(unit_api())->carried = true;
    ck_assert_int_eq(unit_send(&move, &ticket), API_LATER);
    ck_assert(!api_work(unit_api())); /* nothing to do at once */
    ck_assert_int_eq(vclock_now(clock), begin_ms);
    carry(200, "fine");
    api_work(unit_api());
    ck_assert_int_eq(ticket.reply.status, 200);
    ck_assert_int_eq(vclock_now(clock), begin_ms + 3600000);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(test_no_room)
{
    static const struct api_case one = {"one",           NULL,       POST("/v1/webhooks"),
                                        BY("dev-token"), BODY(HOOK), .status = 201};
    static const struct api_case full = {
        "one too many",
        NULL,
        POST("/v1/webhooks"),
        BY("dev-token"),
        BODY(HOOK),
        .status = 403,
        .reply = REFUSED("There is no room for more than 1000 integrations"),
        .rule = "webhook.too-many"};
    unit_begin(NULL);
    for (size_t i = 0; i < limit_rows[LIMIT_WEBHOOKS].most; i++)
        unit_case(&one);
    unit_case(&full);
    unit_end();
}
END_TEST

/* ---- a page of another machine ---- */

#define ELSEWHERE .origin = "https://evil.example"
#define PAGE_DENIED                                                                                \
    REFUSED(                                                                                       \
        "mockcloud does not do this for a page of https://evil.example, unless --allow-origin "    \
        "names it")
#define CONTROL_DENIED                                                                             \
    "{\"error\":\"origin-not-allowed\",\"message\":\"https://evil.example is no page of this "     \
    "machine; --allow-origin lets it in\"}"

static const struct api_case elsewhere[] = {
    {"a hook", NULL, POST("/v1/webhooks"), BY("dev-token"),
     BODY("{\"event\":\"spark\",\"url\":\"https://example.com\"}"), .status = 201,
     .reply = "{\"id\":\"<24:a>\",\"event\":\"spark\",<any>"},
    {"none of its own", NULL, POST("/v1/webhooks"), BY("dev-token"), ELSEWHERE, BODY(HOOK),
     .status = 403, .reply = PAGE_DENIED, .rule = "api.foreign-page"},
    {"nor by a form", NULL, POST("/v1/integrations?access_token=dev-token"), ELSEWHERE,
     .type = FORM, .body = "event=temp&url=http://127.0.0.1", .status = 403, .reply = PAGE_DENIED},
    {"nor of a product", NULL, POST("/v1/products/6287/integrations"), BY("dev-token"), ELSEWHERE,
     BODY(HOOK), .status = 403, .reply = PAGE_DENIED},
    {"nor of an organization", NULL, POST("/v1/orgs/acme/webhooks"), BY("dev-token"), ELSEWHERE,
     BODY(HOOK), .status = 403, .reply = PAGE_DENIED},
    {"nor a change", NULL, PUT("/v1/webhooks/{{a}}"), BY("dev-token"), ELSEWHERE, BODY("{}"),
     .status = 403, .reply = PAGE_DENIED},
    {"nor a test", NULL, POST("/v1/webhooks/{{a}}/test"), BY("dev-token"), ELSEWHERE, .status = 403,
     .reply = PAGE_DENIED},
    {"the rest of the API", NULL, GET("/v1/webhooks/{{a}}"), BY("dev-token"), ELSEWHERE,
     .status = 200},
    {"an event", NULL, POST("/v1/devices/events"), BY("dev-token"), ELSEWHERE, .type = FORM,
     .body = "name=sparkling", .status = 200, .reply = "{\"ok\":true}"},
    {"an update, with events for a while", NULL, PUT("/v1/devices/" DESK), BY("dev-token"),
     ELSEWHERE, .type = FORM, .body = "app=tinker", .status = 200},
    {"not the control API", NULL, GET("/__mock/worlds"), ELSEWHERE, .status = 403,
     .reply = CONTROL_DENIED},
    {"nor with its header", NULL, POST("/__mock/worlds"), ELSEWHERE,
     .header = "X-Mockcloud-Control: 1", BODY("{}"), .status = 403, .reply = CONTROL_DENIED},
    {"nor a part that is not there", NULL, GET("/__mock/nothing"), ELSEWHERE, .status = 403,
     .reply = CONTROL_DENIED},
    {"later", NULL, POST("/__mock/worlds/default/clock"), .header = "X-Mockcloud-Control: 1",
     BODY("{\"advance\":\"5min\"}"), .status = 200},
};

static const struct api_case of_this_machine = {
    "an event",      NULL,         POST("/v1/devices/events"),
    BY("dev-token"), .type = FORM, .body = "name=sparkling",
    .status = 200};

/* What a test sends: the defaults of the reference, or what was given. */
START_TEST(test_what_a_test_sends)
{
    static const struct api_case story[] = {
        {"make", NULL, POST("/v1/webhooks"), BY("dev-token"), BODY(HOOK), .status = 201,
         .reply = MADE("<24:a>", DEFAULTS, "webhooks/<24>")},
        {"test", NULL, POST("/v1/webhooks/{{a}}/test"), BY("dev-token"), BODY("{}"), .status = 200,
         .reply = TESTED},
        {"test as a device", NULL, POST("/v1/integrations/{{a}}/test"), BY("dev-token"),
         BODY("{\"data\":\"21\",\"device_id\":\"abc1234\",\"event\":\"temp/2\"}"), .status = 200,
         .reply = TESTED},
    };
    static const char *const bodies[] = {"event=temp&data=test-event&", "&coreid=api",
                                         "event=temp%2F2&data=21&", "&coreid=abc1234"};
    unit_begin(NULL);
    UNIT_STORY(story);
    for (size_t i = 0; i < 4; i += 2) {
        const struct delivery_request *request = outbox_next(unit_world()->cloud);
        ck_assert_ptr_nonnull(request);
        ck_assert_msg(strstr(request->body, bodies[i]) && strstr(request->body, bodies[i + 1]),
                      "%s", request->body);
        outbox_sent(unit_world()->cloud, request->id, NULL, NULL);
    }
    unit_end();
}
END_TEST

/* A reply recorded in 2018 has no name that nobody gave. */
START_TEST(test_no_name_in_2018)
{
    static const struct api_case make = {
        "make",
        "api_year: \"2018\"",
        POST("/v1/webhooks"),
        BY("dev-token"),
        BODY(HOOK),
        .status = 201,
        .reply =
            MADE("<24:a>", "\"noDefaults\":false,\"rejectUnauthorized\":true,", "webhooks/<24>")};
    unit_case_alone(&make);
}
END_TEST

/* What it does triggers nothing either, then or later. */
START_TEST(test_page_of_another_machine)
{
    static const char dropped[] = "\"reason\":\"a page of another machine has triggered it\"";
    unit_begin(NULL);
    UNIT_STORY(elsewhere);
    ck_assert_ptr_null(outbox_next(unit_world()->cloud));
    char *journal = unit_journal_dup();
    ck_assert_msg(strstr(journal, "\"event\":\"sparkling\",") &&
                      strstr(strstr(journal, dropped) + 1, dropped),
                  "%s", journal);
    ck_assert_ptr_nonnull(strstr(journal, "\"spark/flash/status\",\"data\":\"success \""));
    free(journal);
    unit_case(&of_this_machine);
    ck_assert_ptr_nonnull(outbox_next(unit_world()->cloud));
    unit_end();
}
END_TEST

/* With the switch, a host that does nothing but fail is called every time. */
START_TEST(test_never_skipped)
{
    static const struct api_case make = {"make",          NULL,       POST("/v1/webhooks"),
                                         BY("dev-token"), BODY(HOOK), .status = 201};
    static const struct api_case publish = {
        "publish",       NULL,         POST("/v1/devices/events"),
        BY("dev-token"), .type = FORM, .body = "name=temp&data=1",
        .status = 200};
    unit_begin("webhook_skipping: never");
    unit_case(&make);
    for (size_t i = 0; i < 20; i++) {
        unit_case(&publish);
        carry(500, "");
    }
    unit_end();
}
END_TEST

Suite *test_api_webhook(void)
{
    Suite *suite = suite_create("webhook");
    TCase *tcase = tcase_create("webhook");
    tcase_add_test(tcase, test_life);
    tcase_add_test(tcase, test_scopes);
    tcase_add_loop_test(tcase, test_given, 0, sizeof given / sizeof *given);
    tcase_add_test(tcase, test_what_a_test_sends);
    tcase_add_test(tcase, test_no_name_in_2018);
    tcase_add_test(tcase, test_logged);
    tcase_add_test(tcase, test_clock_waits);
    tcase_add_test(tcase, test_no_room);
    tcase_add_test(tcase, test_never_skipped);
    tcase_add_test(tcase, test_page_of_another_machine);
    suite_add_tcase(suite, tcase);
    return suite;
}
