/* The events of an update, to the letter: names, data, order and the keys of a product's stream. */
#include "suites.h"

#include "unit_api.h"

#include "api/call/core.h"
#include "api/call/stream.h"

#include <stdio.h>
#include <string.h>

#define CONTROL .header = "X-Mockcloud-Control: 1", .type = JSON
#define DO(device, what)                                                                           \
    .method = "POST", .target = "/__mock/worlds/default/devices/" device, CONTROL,                 \
    .body = "{\"do\":\"" what "\"}", .status = 200
#define CLOCK(time)                                                                                \
    .method = "POST", .target = "/__mock/worlds/default/clock", CONTROL,                           \
    .body = "{\"advance\":\"" time "\"}", .status = 200
#define FIRMWARE "/v1/products/6287/firmware"
#define UPLOAD(version)                                                                            \
    .method = "POST", .target = FIRMWARE, .token = "dev-token",                                    \
    .type = "multipart/form-data; boundary=cut",                                                   \
    .body = "--cut\r\nContent-Disposition: form-data; name=\"version\"\r\n\r\n" version            \
            "\r\n--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.bin\"\r\n"   \
            "\r\nbytes\r\n--cut--\r\n",                                                            \
    .status = 201

/* One Boron of a product, which runs version 1; the streams of its product and of its owner. */
#define WORLD(system, needs)                                                                       \
    "users: [{username: dev@example.com}]\n"                                                       \
    "products: [{id: 6287, slug: acme, platform: boron, team: [dev@example.com]}]\n"               \
    "customers: [{email: ada@example.com, product: acme}]\n"                                       \
    "devices:\n"                                                                                   \
    "  - {as: one, id: '" ONE "', product: acme, state: online, owner: ada@example.com,\n"         \
    "     system_version: " system ",\n"                                                           \
    "     firmware: {product_id: 6287, version: 1, update_needs: " needs "}}\n"                    \
    "tokens:\n"                                                                                    \
    "  - {token: dev-token, user: dev@example.com}\n"                                              \
    "  - {token: ada-token, customer: ada@example.com, product: acme}\n"                           \
    "behaviour: {untested_release: accept}\n"
#define ONE "e00fce681122334455667788"

static struct api_ticket product, mine;

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

static void listen_at(struct api_ticket *ticket, const char *target, const char *token)
{
    const struct api_case row = {.method = "GET", .target = target, .token = token};
    *ticket = (struct api_ticket){.ready = ready};
    ck_assert_int_eq(unit_send(&row, ticket), API_STREAM);
    buf_drop(&ticket->stream->queue, ticket->stream->queue.len);
}

static void begin(const char *world)
{
    unit_begin_world(world);
    listen_at(&product, "/v1/products/6287/events", "dev-token");
    listen_at(&mine, "/v1/devices/events", "ada-token");
}

static void setup(void)
{
    begin(WORLD("6.2.0", "6.2.0"));
}

static void teardown(void)
{
    api_ticket_done(unit_api(), &product);
    api_ticket_done(unit_api(), &mine);
    unit_end();
}

static void must_be(const char *pattern, const char *text)
{
    bool matches = unit_matches(pattern, text);
    if (!matches) /* too long for a message of Check */
        printf("expected %s\nfound    %s\n", pattern, text);
    ck_assert(matches);
}

static void must_take(struct api_ticket *ticket, const char *pattern)
{
    struct buf *queue = &ticket->stream->queue;
    must_be(pattern, buf_str(queue));
    buf_drop(queue, queue->len);
}

/* A block of the product's stream. */
#define BLOCK(name, data, coreid, userid, version)                                                 \
    "event: " name "\ndata: {\"data\":\"" data                                                     \
    "\",\"ttl\":60,\"published_at\":\"<time>\",\"coreid\":\"" coreid "\",\"userid\":\"" userid     \
    "\",\"version\":" version ",\"public\":false,\"productID\":6287}\n\n"
#define OLD(name, data) BLOCK(name, data, ONE, "<24>", "1")
#define NEW(name, data) BLOCK(name, data, ONE, "<24>", "2")

#define SAFE(name, data) BLOCK(name, data, ONE, "<24>", "0")

static const struct api_case upload = {UPLOAD("2")};
static const struct api_case release = {
    .method = "PUT",
    .target = FIRMWARE "/release",
    .token = "dev-token",
    .type = JSON,
    .body = "{\"version\":2,\"product_default\":true,\"intelligent\":true}",
    .status = 200};

/* Uploaded, released, brought to the device: a product's stream has it all in this order, a
 * customer's what is the device's. */
START_TEST(an_update_to_the_letter)
{
    static const struct api_case wait = {CLOCK("2min")};
    unit_case(&upload);
    must_take(&product,
              BLOCK("particle/firmware/create", "{\\\"version\\\":\\\"2\\\"}", "api", "<24>", "0"));
    unit_case(&release);
    must_take(&product, BLOCK("particle/firmware/release",
                              "{\\\"immediate\\\":true,\\\"version\\\":2}", "api", "<24>", "0"));
    must_take(&mine, "");
    unit_case(&wait);
    must_take(&product,
              OLD("spark/status", "auto-update") OLD("spark/flash/status", "started ")
                  OLD("spark/flash/status", "success ") OLD("spark/status", "offline")
                      NEW("spark/status", "online") NEW("spark/device/last_reset", "update")
                          NEW("particle/device/updates/enabled", "true")
                              NEW("particle/device/updates/forced", "false")
                                  NEW("spark/device/app-hash", "<64>")
                                      NEW("particle/device/updates/pending", "false")
                                          NEW("spark/device/diagnostics/update", "{<any>}"));
}
END_TEST

/* After a reset for a module, and after the handshake that follows. */
#define RESET_FOR(BLOCK_OF)                                                                        \
    BLOCK_OF("spark/status", "online")                                                             \
    BLOCK_OF("spark/device/last_reset", "update")                                                  \
    BLOCK_OF("particle/device/updates/enabled", "true")                                            \
    BLOCK_OF("particle/device/updates/forced", "false")                                            \
    BLOCK_OF("particle/device/updates/pending", "false")

#define UPDATING                                                                                   \
    "event: spark/safe-mode-updater/updating\ndata: {\"data\":null,\"ttl\":60,"                    \
    "\"published_at\":\"<time>\",\"coreid\":\"particle-internal\",\"userid\":\"<24>\","            \
    "\"version\":0,\"public\":false,\"productID\":6287}\n\n"

/* The version was built for a newer Device OS than there is, and Device OS does not come in the
 * same transfer: the application does not run until the cloud has brought what is missing, a module
 * at a time. Then the update has ended; no hash of the application is told. */
START_TEST(a_full_upgrade_to_the_letter)
{
    static const struct api_case wait = {CLOCK("10s")};
    char told[65536] = "";
    teardown();
    begin(WORLD("3.0.0", "4.2.0"));
    unit_case(&upload);
    unit_case(&release);
    must_take(&product, "<any>");
    for (int i = 0; i < 30; i++) { /* a stream that nobody reads would stop the clock */
        struct buf *queue = &product.stream->queue;
        unit_case(&wait);
        ck_assert_uint_lt(strlen(told) + queue->len, sizeof told);
        strcat(told, buf_str(queue));
        buf_drop(queue, queue->len);
        must_take(&mine, "<any>");
    }
    must_be(OLD("spark/status", "auto-update") OLD("spark/flash/status", "started ") OLD(
                "spark/status", "offline") RESET_FOR(SAFE) SAFE("spark/status/safe-mode", "{<any>")
                UPDATING SAFE("spark/device/diagnostics/update", "{<any>}") RESET_FOR(SAFE)
                    SAFE("spark/status/safe-mode", "{<any>")
                        SAFE("spark/device/diagnostics/update", "{<any>}")
                            SAFE("spark/flash/status", "success ") SAFE("spark/status", "offline")
                                RESET_FOR(NEW) NEW("spark/device/diagnostics/update", "{<any>}"),
            told);
}
END_TEST

/* From 3.1.0 on a product's firmware and its Device OS come in one transfer: the usual events. */
START_TEST(both_in_one_transfer)
{
    static const struct api_case story[] = {
        {CLOCK("2min")},
        {.method = "GET",
         .target = "/v1/products/6287/devices/" ONE,
         .token = "dev-token",
         .status = 200,
         .reply = "<any>\"system_firmware_version\":\"4.2.0\",<any>"},
    };
    teardown();
    begin(WORLD("3.1.0", "4.2.0"));
    unit_case(&upload);
    unit_case(&release);
    must_take(&product, "<any>");
    UNIT_STORY(story);
    must_take(&product, OLD("spark/status", "auto-update") OLD("spark/flash/status", "started ")
                            OLD("spark/flash/status", "success ") OLD("spark/status", "offline")
                                NEW("spark/status", "online") "<any>");
}
END_TEST

/* Who flashes by hand has no auto-update; who locks a device and flashes has. */
START_TEST(who_begins_an_update)
{
    static const struct api_case flash = {.method = "PUT",
                                          .target = "/v1/products/6287/devices/" ONE,
                                          .token = "dev-token",
                                          .type = FORM,
                                          .body = "app=tinker",
                                          .status = 200};
    static const struct api_case lock = {.method = "PUT",
                                         .target = "/v1/products/6287/devices/" ONE,
                                         .token = "dev-token",
                                         .type = JSON,
                                         .body = "{\"desired_firmware_version\":2,\"flash\":true}",
                                         .status = 200};
    static const struct api_case wait = {CLOCK("2min")};
    unit_case(&flash);
    must_take(&product, OLD("spark/flash/status", "started "));
    unit_case(&wait);
    must_take(&product, "<any>");
    unit_case(&lock);
    must_take(&product, BLOCK("spark/status", "auto-update", ONE, "<24>", "0")
                            BLOCK("spark/flash/status", "started ", ONE, "<24>", "0"));
}
END_TEST

/* In safe mode no product firmware runs; the version is not forgotten. */
START_TEST(safe_mode_has_version_0)
{
    static const struct api_case story[] = {
        {DO("one", "full-handshake")},
        {DO("one", "safe-mode")},
        {CLOCK("2min")},
        {.method = "GET",
         .target = "/v1/products/6287/devices/" ONE,
         .token = "dev-token",
         .status = 200,
         .reply = "<any>\"firmware_version\":1,<any>"},
    };
    UNIT_STORY(story);
    must_take(&product, OLD("spark/status", "offline")
                            BLOCK("spark/status", "online", ONE, "<24>", "0") "<any>");
}
END_TEST

Suite *test_api_event_update(void)
{
    Suite *suite = suite_create("event_update");
    TCase *tcase = tcase_create("event_update");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, an_update_to_the_letter);
    tcase_add_test(tcase, a_full_upgrade_to_the_letter);
    tcase_add_test(tcase, both_in_one_transfer);
    tcase_add_test(tcase, who_begins_an_update);
    tcase_add_test(tcase, safe_mode_has_version_0);
    suite_add_tcase(suite, tcase);
    return suite;
}
