/* A world as JSON: the keys in their order, and that it is JSON whatever stands in the names. */
#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "suites.h"

#include "cloud/webhook/webhook.h"
#include "unit_world.h"

#include <stdlib.h>
#include <string.h>

static struct buf out;

static void setup(void)
{
    buf_init(&out, 1u << 20);
}

static void teardown(void)
{
    buf_free(&out);
    stage_teardown();
}

static const char *device_json(const char *name)
{
    struct jsonw w;
    buf_clear(&out);
    jsonw_init(&w, &out);
    world_write_device(stage, stage_device(name), &w);
    return buf_str(&out);
}

/* ---- the whole ---- */

#define ID "0123456789abcdef01234567"

START_TEST(a_small_world_to_the_letter)
{
    struct buf expected;
    buf_init(&expected, 10000);
    stage_set(
        "seed: 7\nname: w\nusers: [{username: u, password: p}]\n"
        "products: [{id: 5, slug: a, name: A, platform: photon, team: [u], org: o, groups: [g],\n"
        "  settings: {quarantine: false},\n"
        "  clients: [{id: abc, secret: s, scope: create_customer}]}]\n"
        "customers: [{email: c, password: q}]\n"
        "devices: [{as: d, id: " ID
        ", product: 5, owner: c, groups: [g], firmware: {product_id: 5,\n"
        "  version: 3, functions: {f: {return: 7}}, variables: {v: 1.5, t: hot}}}]\n"
        "webhooks: [{event: e, url: x, product: a, settings: {json: {a: [1]}}}]\n"
        "tokens: [{token: t, customer: c, expires_in: 60}, {token: f, client: abc,\n"
        "  expires_in: 0}]\n");
    buf_printf(
        &expected,
        "{\"name\":\"w\",\"seed\":7,"
        "\"clock\":{\"mode\":\"frozen\",\"now\":\"2026-01-01T00:00:00.000Z\"},"
        "\"users\":[{\"id\":\"%s\",\"username\":\"u\",\"password\":\"p\"}],"
        "\"products\":[{\"id\":5,\"slug\":\"a\",\"name\":\"A\",\"platform\":\"photon\","
        "\"org\":\"o\",\"groups\":[\"g\"],\"settings\":{\"quarantine\":false},"
        "\"team\":[\"u\"],"
        "\"clients\":[{\"id\":\"abc\",\"secret\":\"s\",\"scope\":\"create_customer\"}]}],"
        "\"customers\":[{\"id\":\"%s\",\"email\":\"c\",\"product\":5,\"password\":true}],"
        "\"devices\":[{\"id\":\"" ID
        "\",\"name\":\"d\",\"platform\":\"photon\",\"system_version\":\"3.3.1\",\"state\":\"off\","
        "\"led\":{\"color\":\"#000000\",\"pattern\":\"off\",\"period_ms\":0},\"online\":false,"
        "\"session\":\"none\",\"claim_code_stored\":null,\"claimed_flag\":false,"
        "\"owner\":{\"kind\":\"customer\",\"name\":\"c\"},\"product\":5,\"groups\":[\"g\"],"
        "\"firmware\":{\"product_id\":5,\"version\":3,\"functions\":{\"f\":{\"return\":7}},"
        "\"variables\":{\"v\":1.5,\"t\":\"hot\"}}}],"
        "\"tokens\":[{\"token\":\"t\",\"client\":\"abc\","
        "\"owner\":{\"kind\":\"customer\",\"name\":\"c\"},"
        "\"expires_at\":\"2026-01-01T00:01:00.000Z\"},"
        "{\"token\":\"f\",\"client\":\"abc\",\"owner\":null,\"expires_at\":null}],"
        "\"claim_codes\":[],\"webhooks\":[{\"id\":\"%s\",\"type\":\"Webhook\",\"event\":\"e\","
        "\"device\":null,\"product\":5,\"disabled\":false,"
        "\"settings\":{\"url\":\"x\",\"json\":{\"a\":[1]}}}],\"behaviour\":{\"missing_device_id\":"
        "\"empty-id-404\",",
        cloud_user(stage->cloud, "u")->id, stage_owner("c").customer->id,
        webhook_next(stage->cloud, &(size_t){0})->id);
    char *state = stage_state_dup(stage);
    ck_assert_msg(strncmp(state, buf_str(&expected), expected.len) == 0, "%s", state);
    free(state);
    buf_free(&expected);
}
END_TEST

START_TEST(claim_codes_are_in_the_state)
{
    struct buf expected;
    buf_init(&expected, 10000);
    stage_set_people();
    const struct claim_code *pending = stage_issue("ben@example.com");
    const struct claim_code *used = stage_issue("ada@example.com");
    claim_code_offer(stage->cloud, stage_record("pump"), used->code);
    buf_printf(&expected,
               "\"claim_codes\":[{\"claim_code\":\"%s\",\"owner\":{\"kind\":\"user\","
               "\"name\":\"ben@example.com\"},\"product\":null,"
               "\"issued_at\":\"2026-01-01T00:00:00.000Z\","
               "\"expires_at\":\"2026-01-01T01:00:00.000Z\",\"used_by\":null,\"revoked\":false},"
               "{\"claim_code\":\"%s\",\"owner\":{\"kind\":\"customer\","
               "\"name\":\"ada@example.com\"},\"product\":6287,"
               "\"issued_at\":\"2026-01-01T00:00:00.000Z\","
               "\"expires_at\":\"2026-01-01T01:00:00.000Z\",\"used_by\":\"%s\",\"revoked\":false}]",
               pending->code, used->code, stage_device("pump")->id);
    char *state = stage_state_dup(stage);
    ck_assert_msg(strstr(state, buf_str(&expected)), "%s", state);
    free(state);
    buf_free(&expected);
}
END_TEST

START_TEST(every_switch_is_in_the_state)
{
    stage_set("behaviour: {resume_moves_handshake: yes}\n");
    char *state = stage_state_dup(stage);
    for (int i = 0; i < BEHAVIOUR_COUNT; i++)
        ck_assert_msg(strstr(state, behaviour_rows[i].name), "%s", behaviour_rows[i].name);
    ck_assert_ptr_nonnull(strstr(state, "\"resume_moves_handshake\":\"yes\""));
    free(state);
}
END_TEST

/* As base/doc reads it, which takes JSON as a subset of YAML. */
static void expect_json(const char *text)
{
    struct diags diags = {0};
    struct doc *doc = doc_new("state.json", text, strlen(text), &diags);
    ck_assert_msg(doc, "%s: %s", diags.count ? diags.items[0].message : "?", text);
    ck_assert_int_eq(doc_root(doc, 0)->kind, DOC_MAP);
    doc_unref(doc);
    diags_free(&diags);
}

START_TEST(it_is_json_whatever_the_names)
{
    stage_set("users: [{username: \"a\\\"b\\\\c\\td\", password: \"\\u00e9\"}]\n"
              "products: [{slug: a, name: \"</script>\\n\"}]\n"
              "customers: [{email: \"{\\\"x\\\":1}\"}]\n"
              "devices: [{name: \"\\\"\"}]\n");
    char *state = stage_state_dup(stage);
    expect_json(state);
    ck_assert_ptr_nonnull(strstr(state, "\"a\\\"b\\\\c\\td\""));
    free(state);
}
END_TEST

START_TEST(it_is_json_with_nothing_in_it)
{
    stage_set("{}\n");
    char *state = stage_state_dup(stage);
    expect_json(state);
    ck_assert_ptr_nonnull(strstr(state, "\"users\":[],\"products\":[],\"customers\":[],"
                                        "\"devices\":[],\"tokens\":[],\"claim_codes\":[],"
                                        "\"webhooks\":[],"));
    free(state);
}
END_TEST

/* ---- a device ---- */

static const char *const device_keys[] = {
    "\"id\":",
    "\"name\":",
    "\"platform\":",
    "\"state\":",
    "\"led\":{",
    "\"color\":",
    "\"pattern\":",
    "\"period_ms\":",
    "\"online\":",
    "\"session\":",
    "\"claim_code_stored\":",
    "\"claimed_flag\":",
    "\"owner\":",
    "\"product\":",
    "\"groups\":",
    "\"firmware\":{",
};

START_TEST(a_devices_keys_stand_in_their_order)
{
    stage_set_people();
    const char *at = device_json("pump");
    for (size_t i = 0; i < sizeof device_keys / sizeof *device_keys; i++) {
        const char *found = strstr(at, device_keys[i]);
        ck_assert_msg(found, "%s is not behind the one before", device_keys[i]);
        at = found + 1;
    }
    expect_json(device_json("pump"));
}
END_TEST

START_TEST(a_device_as_it_lives)
{
    stage_set_people();
    stage_do("lamp", "power-on");
    stage_do("lamp", "listen");
    ck_assert_ptr_nonnull(strstr(device_json("lamp"),
                                 "\"state\":\"listening\",\"led\":{\"color\":\"#0000ff\","
                                 "\"pattern\":\"blinking\",\"period_ms\":500},\"online\":false,"
                                 "\"session\":\"none\",\"claim_code_stored\":null,"
                                 "\"claimed_flag\":false,\"owner\":null,\"product\":null,"));
    stage_hand("lamp", "usb", "abc");
    ck_assert_ptr_nonnull(strstr(device_json("lamp"), "\"claim_code_stored\":\"abc\""));
    const struct claim_code *code = stage_issue("ben@example.com");
    stage_hand("lamp", "softap", code->code);
    stage_bring_online("lamp", "leave-listening", (const char *)NULL);
    ck_assert_ptr_nonnull(strstr(device_json("lamp"),
                                 "\"state\":\"online\",\"led\":{\"color\":\"#00ffff\","
                                 "\"pattern\":\"breathing\",\"period_ms\":4000},\"online\":true,"
                                 "\"session\":\"full\",\"claim_code_stored\":null,"
                                 "\"claimed_flag\":true,\"owner\":{\"kind\":\"user\","
                                 "\"name\":\"ben@example.com\"},\"product\":null,"));
}
END_TEST

START_TEST(what_the_cloud_believes_and_what_is_true)
{
    stage_set_people();
    stage_bring_online("pump", "power-on", (const char *)NULL);
    stage_do("pump", "power-off");
    ck_assert_ptr_nonnull(strstr(device_json("pump"), "\"online\":true,\"session\":\"none\""));
    stage_advance(46 * 60000);
    ck_assert_ptr_nonnull(strstr(device_json("pump"), "\"online\":false,\"session\":\"none\""));
    stage_bring_online("pump", "power-on", (const char *)NULL);
    stage_bring_online("pump", "reset", (const char *)NULL);
    ck_assert_ptr_nonnull(strstr(device_json("pump"), "\"online\":true,\"session\":\"resumed\""));
    ck_assert_ptr_nonnull(strstr(device_json("pump"), "\"owner\":null,\"product\":6287,"));
}
END_TEST

Suite *test_world_state(void)
{
    Suite *suite = suite_create("state");
    TCase *tcase = tcase_create("state");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_small_world_to_the_letter);
    tcase_add_test(tcase, claim_codes_are_in_the_state);
    tcase_add_test(tcase, every_switch_is_in_the_state);
    tcase_add_test(tcase, it_is_json_whatever_the_names);
    tcase_add_test(tcase, it_is_json_with_nothing_in_it);
    tcase_add_test(tcase, a_devices_keys_stand_in_their_order);
    tcase_add_test(tcase, a_device_as_it_lives);
    tcase_add_test(tcase, what_the_cloud_believes_and_what_is_true);
    suite_add_tcase(suite, tcase);
    return suite;
}
