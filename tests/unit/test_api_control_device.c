/* The control API's devices: what they are, each verb, the setup channels, what they can't do, and
 * why one is not owned. */
#include "suites.h"

#include "unit_api.h"

#include <stdio.h>
#include <string.h>

#define ON        .header = "X-Mockcloud-Control: 1"
#define GET(path) .method = "GET", .target = "/__mock/worlds/default" path
#define DO(name, b)                                                                                \
    .method = "POST", .target = "/__mock/worlds/default/devices/" name, ON, .type = JSON, .body = b
#define CLOCK(by)                                                                                  \
    .method = "POST", .target = "/__mock/worlds/default/clock", ON, .type = JSON,                  \
    .body = "{\"advance\":\"" by "\"}", .status = 200
#define ERROR(code, text) "{\"error\":\"" code "\",\"message\":\"" text "\"}"

#define NOTHING "\"claim_code_stored\":null"
#define DEVICE(id, name, platform, state, led, online, session, flag, owner, product)              \
    "{\"id\":\"" id "\",\"name\":\"" name "\",\"platform\":\"" platform                            \
    "\",\"system_version\":\"3.3.1\",\"state\":\"" state "\",\"led\":{" led "},\"online\":" online \
    ",\"session\":\"" session "\",\"claim_code_stored\":null,\"claimed_flag\":" flag               \
    ",\"owner\":" owner ",\"product\":" product "<any>}"
#define LED(colour, pattern, period)                                                               \
    "\"color\":\"#" colour "\",\"pattern\":\"" pattern "\",\"period_ms\":" period
#define CYAN     LED("00ffff", "breathing", "4000")
#define DARKNESS LED("000000", "off", "0")

static const struct api_case rows[] = {
    {"online, of nobody", NULL, GET("/devices/lamp"), .status = 200,
     .reply =
         DEVICE(LAMP, "lamp", "photon", "online", CYAN, "true", "full", "false", "null", "null")},
    {"off, of a product", NULL, GET("/devices/cold"), .status = 200,
     .reply = DEVICE(COLD, "cold", "e-series", "off", DARKNESS, "false", "none", "<any>", "null",
                     "6287")},
    {"of a customer, by id", NULL, GET("/devices/" ADAS), .status = 200,
     .reply = DEVICE(ADAS, "adas", "e-series", "online", CYAN, "true", "full", "<any>",
                     "{\"kind\":\"customer\",\"name\":\"ada@example.com\"}", "6287")},
    {"of a user", NULL, GET("/devices/desk"), .status = 200,
     .reply = DEVICE(DESK, "desk", "photon", "online", CYAN, "true", "full", "<any>",
                     "{\"kind\":\"user\",\"name\":\"dev@example.com\"}", "null")},
    {"all", NULL, GET("/devices"), .status = 200,
     .reply = "{\"devices\":[{\"id\":\"" LAMP "\",<any>},{\"id\":\"" DARK
              "\",<any>},<any>{\"id\":\"" ZOES "\",<any>}]}"},
    {"unknown", NULL, GET("/devices/nothing"), .status = 404,
     .reply =
         ERROR("unknown-device", "there is no device \\\"nothing\\\" in world \\\"default\\\"")},
    {"unknown, nearly", NULL, GET("/devices/lmap"), .status = 404,
     .reply = ERROR("unknown-device", "there is no device \\\"lmap\\\" in world "
                                      "\\\"default\\\"; did you mean \\\"lamp\\\"?")},
    {"unknown, doing", NULL, DO("nothing", "{\"do\":\"reset\"}"), .status = 404,
     .reply = ERROR("unknown-device", "<any>")},
    /* what is wrong with a request */
    {"no body", NULL, DO("lamp", NULL), .status = 400,
     .reply = ERROR("no-json", "expected a JSON body (Content-Type: application/json)")},
    {"no JSON", NULL, DO("lamp", "{\"do\""), .status = 400, .reply = ERROR("undecodable", "<any>")},
    {"no verb", NULL, DO("lamp", "{}"), .status = 400,
     .reply = ERROR("unknown-verb", "expected do, a string")},
    {"a number", NULL, DO("lamp", "{\"do\":1}"), .status = 400,
     .reply = ERROR("unknown-verb", "expected do, a string")},
    {"unknown verb", NULL, DO("lamp", "{\"do\":\"explode\"}"), .status = 400,
     .reply = ERROR("unknown-verb", "there is no verb \\\"explode\\\" (mockcloud list states)")},
    {"a verb that was meant", NULL, DO("lamp", "{\"do\":\"on\"}"), .status = 400,
     .reply = ERROR("unknown-verb", "there is no verb \\\"on\\\"; did you mean \\\"power-on\\\"?")},
    {"unknown field", NULL, DO("lamp", "{\"do\":\"reset\",\"hard\":true}"), .status = 400,
     .reply = ERROR("unknown-field", "there is no field \\\"hard\\\" here")},
    {"a field of another verb", NULL, DO("lamp", "{\"do\":\"reset\",\"set_claim_code\":\"x\"}"),
     .status = 400,
     .reply = ERROR("unknown-field", "there is no field \\\"set_claim_code\\\" here")},
    {"no code", NULL, DO("lamp", "{\"do\":\"usb\"}"), .status = 400,
     .reply = ERROR("no-code", "usb takes set_claim_code, a string")},
    {"a code that is no string", NULL, DO("lamp", "{\"do\":\"usb\",\"set_claim_code\":5}"),
     .status = 400, .reply = ERROR("no-code", "usb takes set_claim_code, a string")},
};

START_TEST(row)
{
    unit_case_alone(&rows[_i]);
}
END_TEST

/* Each verb, from the state that the device begins in. */
static const struct {
    const char *device, *verb;
    const char *state; /* after; NULL: refused in the state that it is in */
    bool online;       /* what the cloud believes then */
} verbs[] = {
    {"cold", "power-on", "starting", false},
    {"pump", "power-on", NULL, true},
    {"pump", "power-off", "off", true},
    {"cold", "power-off", NULL, false},
    {"pump", "reset", "starting", true},
    {"cold", "reset", NULL, false},
    {"pump", "connect", NULL, true},
    {"pump", "disconnect", "network-connected", false},
    {"cold", "disconnect", NULL, false},
    {"pump", "listen", "listening", false},
    {"cold", "listen", NULL, false},
    {"pump", "leave-listening", NULL, true},
    {"pump", "lose-network", "network-connecting", true},
    {"cold", "lose-network", NULL, false},
    {"pump", "find-network", "online", true},
    {"cold", "find-network", NULL, false},
    {"pump", "full-handshake", "online", true},
    {"cold", "full-handshake", "off", false},
    {"pump", "safe-mode", "starting", true},
    {"pump", "dfu", "dfu", true},
    {"pump", "soft-off", "soft-off", false},
    {"pump", "set-up", "online", true},
    {"cold", "set-up", NULL, false},
};

static void expect_conflict(const char *device, const char *verb)
{
    ck_assert_msg(
        strstr(unit_reply(), "{\"error\":\"no-such-transition\",\"message\":\"device \\\""),
        "%s %s: %s", device, verb, unit_reply());
    const char *can = strstr(unit_reply(), "\"can\":[");
    char word[100];
    snprintf(word, sizeof word, "\"%s\"", verb);
    ck_assert_ptr_nonnull(can);
    ck_assert_msg(!strstr(can, word), "%s can't %s, but is told so: %s", device, verb, can);
}

START_TEST(verb)
{
    char target[200], body[100], pattern[100];
    snprintf(target, sizeof target, "/__mock/worlds/default/devices/%s", verbs[_i].device);
    snprintf(body, sizeof body, "{\"do\":\"%s\"}", verbs[_i].verb);
    snprintf(pattern, sizeof pattern, "{<any>\"state\":\"%s\",<any>\"online\":%s,<any>}",
             verbs[_i].state ? verbs[_i].state : "", verbs[_i].online ? "true" : "false");
    struct api_case told = {.name = body,
                            .method = "POST",
                            .target = target,
                            ON,
                            .type = JSON,
                            .body = body,
                            .status = verbs[_i].state ? 200 : 409,
                            .reply = verbs[_i].state ? pattern : NULL};
    unit_begin(NULL);
    unit_case(&told);
    if (!verbs[_i].state)
        expect_conflict(verbs[_i].device, verbs[_i].verb);
    unit_end();
}
END_TEST

START_TEST(each_verb_has_a_row)
{
    for (size_t v = 0; v < device_verb_count; v++) {
        size_t i = 0;
        while (i < sizeof verbs / sizeof *verbs && strcmp(verbs[i].verb, device_verbs[v].name) != 0)
            i++;
        ck_assert_msg(i < sizeof verbs / sizeof *verbs, "no row for %s", device_verbs[v].name);
    }
}
END_TEST

#define CODE63             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+"
#define SET(channel, code) "{\"do\":\"" channel "\",\"set_claim_code\":\"" code "\"}"
#define STORED(answer)                                                                             \
    "{\"stored\":true,\"answer\":{" answer "},\"device\":{\"id\":\"<24>\",<any>"                   \
    "\"claim_code_stored\":\"" CODE63 "\",<any>}}"
#define UNSTORED(answer)                                                                           \
    "{\"stored\":false,\"answer\":{" answer "},\"device\":{\"id\":\"<24>\",<any>" NOTHING ",<any>" \
    "}}"
#define CANT(device, state, channel, can)                                                          \
    "{\"error\":\"no-such-transition\",\"message\":\"device \\\"" device "\\\" is " state          \
    ": it does not answer on " channel "\",\"state\":\"" state "\",\"can\":[" can "]}"

START_TEST(setup_channels)
{
    static const struct api_case story[] = {
        {"usb of a device that is off", NULL, DO("cold", SET("usb", CODE63)), .status = 409,
         .reply = CANT("cold", "off", "usb", "\"power-on\",\"full-handshake\"<any>")},
        {"serial while online", NULL, DO("lamp", SET("serial", CODE63)), .status = 409,
         .reply = CANT("lamp", "online", "serial", "<any>\"usb\",\"publish\"")},
        {"softap while online", NULL, DO("lamp", SET("softap", CODE63)), .status = 409,
         .reply = CANT("lamp", "online", "softap", "<any>")},
        {"usb while online", NULL, DO("abed", SET("usb", CODE63)), .status = 200,
         .reply = STORED("\"result\":0")},
        {"usb, too long", NULL, DO("lamp", SET("usb", CODE63 "x")), .status = 200,
         .reply = UNSTORED("\"result\":-270")},
        {"usb, empty", NULL, DO("lamp", SET("usb", "")), .status = 200,
         .reply = UNSTORED("\"result\":-270")},
        {"listen", NULL, DO("lamp", "{\"do\":\"listen\"}"), .status = 200},
        {"serial, too short", NULL, DO("lamp", SET("serial", "abc")), .status = 200,
         .reply = UNSTORED("\"text\":\"Sorry, claim code is not 63 characters long. Claim code "
                           "unchanged.\"")},
        {"softap, too long", NULL, DO("lamp", SET("softap", CODE63 "x")), .status = 200,
         .reply = UNSTORED("\"r\":-1")},
        {"softap", NULL, DO("lamp", SET("softap", CODE63)), .status = 200,
         .reply = STORED("\"r\":0")},
        {"serial", NULL, DO("lamp", SET("serial", CODE63)), .status = 200,
         .reply = STORED("\"text\":\"Claim code set to: " CODE63 "\"")},
        {"an E-Series listens", NULL, DO("pump", "{\"do\":\"listen\"}"), .status = 200},
        {"but has no softap", NULL, DO("pump", SET("softap", CODE63)), .status = 409,
         .reply = CANT("pump", "listening", "softap", "<any>\"serial\",\"usb\"")},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* It listens without the serial console and Bluetooth; what stands beside it has both. */
START_TEST(a_protected_device_has_fewer_channels)
{
    static const struct api_case story[] = {
        {"serial", NULL, DO("shut", SET("serial", CODE63)), .status = 409, .mark = "S",
         .reply = CANT("shut", "listening", "serial", "<any>\"dfu\",<any>\"usb\"")},
        {"ble", NULL, DO("shut", SET("ble", CODE63)), .status = 409, .mark = "S",
         .reply = CANT("shut", "listening", "ble", "<any>\"usb\"")},
        {"usb", NULL, DO("shut", SET("usb", CODE63)), .status = 200,
         .reply = STORED("\"result\":0")},
        {"serial of another", NULL, DO("open", SET("serial", CODE63)), .status = 200,
         .reply = STORED("<any>")},
        {"ble of another", NULL, DO("open", SET("ble", CODE63)), .status = 200,
         .reply = STORED("\"result\":0")},
    };
    unit_begin_world("devices:\n"
                     "  - {as: shut, platform: p2, state: listening, protected: true}\n"
                     "  - {as: open, platform: p2, state: listening}\n");
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* ---- why ---- */

#define WHY(device, owner) GET("/why/" device "?owner=" owner), .status = 200
#define CAUSE(cause)                                                                               \
    "{\"owned\":false,\"owner\":{<any>},\"cause\":\"" cause                                        \
    "\",\"text\":\"<any>\",\"evidence\":[<any>],\"advice\":\"<any>\"}"
#define OWNED                                                                                      \
    "{\"owned\":true,\"owner\":{<any>},\"cause\":null,\"text\":null,\"evidence\":[{<any>}],"       \
    "\"advice\":null}"
#define CODES(who)                                                                                 \
    .method = "POST", .target = "/v1/products/6287/device_claims", .token = who, .status = 200,    \
    .reply = "{\"claim_code\":\"<63:code>\",<any>}"

static const struct api_case whys[] = {
    {"nobody tried", NULL, GET("/why/lamp"), .status = 400,
     .reply = ERROR("nobody-tried", "nobody has tried to claim \\\"lamp\\\": ask for somebody by "
                                    "name (owner=NAME; mockcloud ctl why lamp NAME)")},
    {"unknown device", NULL, GET("/why/nothing?owner=dev@example.com"), .status = 404,
     .reply = ERROR("unknown-device", "<any>")},
    {"unknown owner", NULL, GET("/why/lamp?owner=nobody"), .status = 404,
     .reply = ERROR("unknown-owner", "there is no user or customer \\\"nobody\\\"")},
    {"owned", NULL, WHY("desk", "dev@example.com"), .reply = OWNED},
    {"owned, encoded", NULL, WHY("adas", "ada%40example.com"), .reply = OWNED},
    {"somebody else's", NULL, WHY("eves", "dev@example.com"),
     .reply = CAUSE("owned-by-someone-else")},
    {"not in the product", NULL, WHY("lamp", "ada@example.com"),
     .reply = CAUSE("device-not-in-product")},
    {"never", NULL, WHY("pump", "ada@example.com"), .reply = CAUSE("never-claimed")},
};

START_TEST(why)
{
    unit_case_alone(&whys[_i]);
}
END_TEST

START_TEST(why_after_what_happened)
{
    static const struct api_case story[] = {
        {"offline", NULL, .method = "POST", .target = "/v1/devices", .token = "bob-token",
         .type = FORM, .body = "id=" COLD, .status = 404},
        {"so", NULL, WHY("cold", "bob@example.com"), .reply = CAUSE("device-offline-when-claimed")},
        {"who tried last", NULL, GET("/why/cold"), .status = 200,
         .reply = CAUSE("device-offline-when-claimed")},
        {"code", NULL, CODES("ada-token")},
        {"not on the device; ada asked last", NULL, GET("/why/cold"), .status = 200,
         .reply = CAUSE("claim-code-not-on-device")},
        {"on", NULL, DO("cold", "{\"do\":\"power-on\"}"), .status = 200},
        {"stored", NULL, DO("cold", "{\"do\":\"usb\",\"set_claim_code\":\"{{code}}\"}"),
         .status = 200},
        {"not sent yet", NULL, GET("/why/cold"), .status = 200,
         .reply = CAUSE("stored-code-not-sent-yet")},
        {"off", NULL, DO("cold", "{\"do\":\"power-off\"}"), .status = 200},
        {"an hour", NULL, CLOCK("1h")},
        {"on again", NULL, DO("cold", "{\"do\":\"power-on\"}"), .status = 200},
        {"online", NULL, CLOCK("40s")},
        {"expired", NULL, GET("/why/cold"), .status = 200, .reply = CAUSE("claim-code-expired")},
    };
    unit_begin(NULL);
    UNIT_STORY(story);
    unit_end();
}
END_TEST

START_TEST(why_needs_one_owner)
{
    static const struct api_case story[] = {
        {"two", NULL, GET("/why/x?owner=a@b"), .status = 400,
         .reply = ERROR("ambiguous-owner",
                        "\\\"a@b\\\" stands for more than one user or customer: say user=a@b, or "
                        "customer=a@b&product=PRODUCT")},
        {"the device's own product has one", NULL, GET("/why/y?owner=a@b"), .status = 200,
         .reply = "{\"owned\":false,\"owner\":{\"kind\":\"customer\",\"name\":\"a@b\"},<any>}"},
        {"a user", NULL, GET("/why/x?user=a@b"), .status = 200,
         .reply = "{\"owned\":false,\"owner\":{\"kind\":\"user\",\"name\":\"a@b\"},<any>}"},
        {"a customer", NULL, GET("/why/x?customer=a@b&product=1"), .status = 200,
         .reply = "{\"owned\":false,\"owner\":{\"kind\":\"customer\",\"name\":\"a@b\"},<any>}"},
        {"a customer of nothing", NULL, GET("/why/x?customer=a@b"), .status = 400,
         .reply = ERROR("no-product", "<any>")},
        {"no such customer", NULL, GET("/why/x?customer=c@d&product=1"), .status = 404,
         .reply = ERROR("unknown-owner", "product \\\"1\\\" has no customer \\\"c@d\\\"")},
        {"no such user", NULL, GET("/why/x?user=c@d"), .status = 404,
         .reply = ERROR("unknown-owner", "<any>")},
        {"an id in capitals", NULL, GET("/why/AAAAAAAAAAAAAAAAAAAAAAAA?user=a@b"), .status = 200},
    };
    unit_begin_world("users: [{username: a@b}]\nproducts: [{id: 1}]\ncustomers: [{email: a@b}]\n"
                     "devices: [{as: x, id: aaaaaaaaaaaaaaaaaaaaaaaa, platform: photon},"
                     " {as: y, product: '1'}]\n");
    UNIT_STORY(story);
    unit_end();
}
END_TEST

Suite *test_api_control_device(void)
{
    Suite *suite = suite_create("control_device");
    TCase *tcase = tcase_create("devices");
    tcase_add_loop_test(tcase, row, 0, sizeof rows / sizeof *rows);
    tcase_add_loop_test(tcase, verb, 0, sizeof verbs / sizeof *verbs);
    tcase_add_test(tcase, each_verb_has_a_row);
    tcase_add_test(tcase, setup_channels);
    tcase_add_test(tcase, a_protected_device_has_fewer_channels);
    tcase_add_loop_test(tcase, why, 0, sizeof whys / sizeof *whys);
    tcase_add_test(tcase, why_after_what_happened);
    tcase_add_test(tcase, why_needs_one_owner);
    suite_add_tcase(suite, tcase);
    return suite;
}
