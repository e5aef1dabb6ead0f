/* The other questions: each reason that they can be answered with, through the control API. */
#include "suites.h"

#include "cloud/accounts.h"
#include "cloud/claim_code.h"
#include "cloud/event.h"
#include "cloud/oauth.h"
#include "cloud/product.h"
#include "cloud/sims.h"
#include "cloud/webhook/outbox.h"
#include "cloud/webhook/webhook.h"
#include "sim/journal.h"
#include "unit_api.h"
#include "world/why/why_questions.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t met[128]; /* by place in why_reasons */

/* ---- asking ---- */

static void note_met(const char *question, const char *cause)
{
    for (size_t i = 0; i < why_reason_count; i++)
        if (strcmp(why_topic_word(why_reasons[i].topic), question) == 0 &&
            (cause ? why_reasons[i].name && strcmp(why_reasons[i].name, cause) == 0
                   : !why_reasons[i].name))
            met[i]++;
}

/* The answer has this cause (NULL: none), evidence that stands in the journal, and advice if there
 * is something to explain. */
static void expect_reason(const char *path, const char *question, const char *cause,
                          const char *evidence)
{
    char target[200];
    snprintf(target, sizeof target, "/__mock/worlds/default/%s", path);
    const struct api_case row = {path, NULL, .method = "GET", .target = target, .status = 200};
    unit_case(&row);
    cJSON *answer = cJSON_Parse(unit_reply());
    const char *found = cJSON_GetStringValue(cJSON_GetObjectItem(answer, "cause"));
    ck_assert_msg(found ? cause && strcmp(found, cause) == 0 : !cause, "%s: %s", path,
                  unit_reply());
    ck_assert_str_eq(cJSON_GetStringValue(cJSON_GetObjectItem(answer, "question")), question);
    ck_assert_msg(!evidence || strstr(unit_reply(), evidence), "%s: no \"%s\" in %s", path,
                  evidence, unit_reply());
    ck_assert_msg(!cause || cJSON_IsString(cJSON_GetObjectItem(answer, "advice")), "%s",
                  unit_reply());
    const cJSON *line;
    cJSON_ArrayForEach(line, cJSON_GetObjectItem(answer, "evidence"))
    {
        const cJSON *n = cJSON_GetObjectItem(line, "n");
        ck_assert(cJSON_IsNull(n) ||
                  journal_get(unit_world()->sim.journal, (uint64_t)n->valuedouble));
    }
    note_met(question, cause);
    cJSON_Delete(answer);
}

static void ask_request(const char *cause, const char *evidence)
{
    char path[64];
    snprintf(path, sizeof path, "why-request/%llu",
             (unsigned long long)journal_next(unit_world()->sim.journal) - 1);
    expect_reason(path, "request", cause, evidence);
}

static struct device *device(const char *name)
{
    return fleet_find(unit_world()->fleet, name);
}

static void tell(const char *name, const char *verb)
{
    ck_assert(fleet_do(unit_world()->fleet, device(name), device_verb_find(verb)));
}

static void pass(int64_t ms)
{
    struct vclock *clock = unit_world()->sim.clock;
    vclock_advance(clock, vclock_now(clock) + ms);
}

/* ---- requests ---- */

static void requests(void)
{
    static const struct api_case listed = {
        "fine",       NULL, .method = "GET", .target = "/v1/devices", .token = "ada-token",
        .status = 200};
    static const struct api_case offline = {"offline",
                                            NULL,
                                            .method = "POST",
                                            .target = "/v1/devices",
                                            .type = FORM,
                                            .body = "id=" COLD,
                                            .token = "ada-token",
                                            .status = 404};
    static const struct api_case nobody = {"no token", NULL, .method = "GET",
                                           .target = "/v1/devices?x=1", .status = 400};
    unit_case(&listed);
    ask_request(NULL, "with a live token of customer ada@example.com");
    unit_case(&offline);
    ask_request("refused", "claim.decided");
    ask_request("refused", "how that is known: guessed");
    ask_request("refused", "behaviour offline_customer_claim");
    ask_request("refused", "\"advice\":\"Wait until the device reads online");
    unit_case(&nobody);
    ask_request("refused", "sent GET /v1/devices?x=1 without a token");
    expect_reason("why-request/99999", "request", "no-such-request", NULL);
    sim_note(&unit_world()->sim);
    sim_noted(&unit_world()->sim, "client:app", "http.request");
    ask_request("not-answered-yet", NULL);
    uint64_t n = journal_next(unit_world()->sim.journal) - 1;
    vclock_set_cause(unit_world()->sim.clock, n);
    jsonw_key_int(sim_note(&unit_world()->sim), "status", 503);
    sim_noted(&unit_world()->sim, "cloud", "http.reply");
    vclock_set_cause(unit_world()->sim.clock, 0);
    ask_request("refused-without-a-rule", "it was answered with 503");
}

/* ---- devices ---- */

static void offline(void)
{
    expect_reason("why-offline/lamp", "offline", NULL, "with a full handshake");
    expect_reason("why-offline/dark", "offline", "no-power", "never connected");
    tell("pump", "listen");
    expect_reason("why-offline/pump", "offline", "listening", "the device said goodbye");
    tell("pump", "leave-listening");
    expect_reason("why-offline/pump", "offline", "on-its-way", NULL);
    tell("lamp", "lose-network");
    expect_reason("why-offline/lamp", "offline", "gone-unnoticed", NULL);
    pass(INT64_C(600000));
    expect_reason("why-offline/lamp", "offline", "no-network",
                  "nothing was heard of the device for two keep-alives");
    tell("desk", "disconnect");
    expect_reason("why-offline/desk", "offline", "not-told-to-connect", NULL);
    tell("eves", "disconnect");
    tell("eves", "dfu");
    expect_reason("why-offline/eves", "offline", "in-its-bootloader", NULL);
    sims_deactivate(unit_world()->cloud, cloud_iccid(world_record(unit_world(), device("cold"))));
    tell("cold", "power-on");
    pass(INT64_C(600000));
    expect_reason("why-offline/cold", "offline", "sim-not-active", "is not active since then");
    device("cold")->interface = INTERFACE_ETHERNET; /* then its SIM is in nobody's way */
    tell("cold", "reset");
    expect_reason("why-offline/cold", "offline", "on-its-way", NULL);
    pass(INT64_C(600000));
    expect_reason("why-offline/cold", "offline", NULL, "with a full handshake");
}

static void lists(void)
{
    expect_reason("why-not-listed/adas?owner=ada@example.com", "not-listed", NULL, "lists it");
    expect_reason("why-not-listed/pump?owner=ada@example.com", "not-listed", "not-owned",
                  "never-claimed");
    expect_reason("why-not-listed/pump?user=dev@example.com", "not-listed", "not-owned",
                  "GET /v1/products/acme-pump/devices lists it");
}

static void customers(void)
{
    struct cloud *cloud = unit_world()->cloud;
    struct product *acme = cloud_product(cloud, "acme-pump");
    expect_reason("why-customer/ada@example.com", "customer", NULL, "1 tokens of the customer");
    expect_reason("why-customer/dev@example.com", "customer", "a-user", NULL);
    expect_reason("why-customer/nobody@example.com", "customer", "no-such-customer", NULL);
    struct customer *kim = cloud_add_customer(cloud, acme, "kim@example.com", NULL);
    expect_reason("why-customer/kim@example.com", "customer", "no-token", "without a password");
    oauth_issue(cloud, NULL, (struct owner){OWNER_CUSTOMER, .customer = kim}, "kims", 60, NULL);
    expect_reason("why-customer/kim@example.com", "customer", NULL, NULL);
    pass(60000);
    expect_reason("why-customer/KIM@example.com", "customer", "token-dead", "1 have expired");
    cloud_add_customer(cloud, cloud_product(cloud, "other-pump"), "kim@example.com", NULL);
    expect_reason("why-customer/kim@example.com", "customer", "of-several-products", NULL);
    cloud_delete_customer(cloud, kim);
    expect_reason("why-customer/kim@example.com", "customer", "no-token", "was deleted");
}

/* ---- events ---- */

static struct api_ticket streams[4];

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

static void listen(int i, const char *path, const char *token)
{
    const struct api_case row = {.method = "GET", .target = path, .token = token};
    streams[i] = (struct api_ticket){.ready = ready};
    ck_assert_int_eq(unit_send(&row, &streams[i]), API_STREAM);
}

static void publish(const char *name, const char *data, const char *of, bool is_private)
{
    const struct cloud_device *record = of ? world_record(unit_world(), device(of)) : NULL;
    struct event event = {.name = name,
                          .data = data,
                          .is_private = is_private,
                          .device = record,
                          .owner = record ? record->owner : (struct owner){0},
                          .product = record ? record->product : NULL};
    event_publish(unit_world()->cloud, &event);
}

static void events(void)
{
    static char big[EVENT_DATA_MAX + 1];
    memset(big, 'x', EVENT_DATA_MAX);
    expect_reason("why-no-event/particle?name=t", "no-event", "no-such-stream", NULL);
    publish("early", NULL, "desk", false);
    listen(0, "/v1/devices/events/te", "dev-token");
    expect_reason("why-no-event/particle?name=t", "no-event", "never-published", NULL);
    expect_reason("why-no-event/particle?name=early", "no-event", "not-open-then", NULL);
    publish("temp", "20", "desk", false);
    expect_reason("why-no-event/particle?name=temp", "no-event", NULL, "1 received it");
    expect_reason("why-no-event/particle?name=TEMP", "no-event", "published-in-other-letters",
                  NULL);
    publish("humidity", "20", "desk", false);
    expect_reason("why-no-event/particle?name=humidity", "no-event", "another-prefix", NULL);
    publish("tea", NULL, "eves", false);
    expect_reason("why-no-event/particle?name=tea", "no-event", "of-another-owner", NULL);
    publish("test", NULL, "lamp", false);
    expect_reason("why-no-event/particle?name=test", "no-event", "of-nobody", NULL);
    api_ticket_done(unit_api(), &streams[0]);
    publish("temp", "21", "desk", false);
    expect_reason("why-no-event/particle?name=temp", "no-event", "not-open-then",
                  "the stream ended: the client has left");
    listen(1, "/v1/products/6287/events", "dev-token");
    publish("zoe", NULL, "zoes", false);
    expect_reason("why-no-event/particle?name=zoe", "no-event", "another-product", NULL);
    listen(2, "/v1/events/s", "dev-token");
    publish("secret", NULL, "eves", true);
    expect_reason("why-no-event/particle?name=secret", "no-event", "private", NULL);
    listen(3, "/v1/devices/" DESK "/events", "dev-token");
    publish("other", NULL, "eves", false);
    expect_reason("why-no-event/particle?name=other", "no-event", "another-device", NULL);
    for (int i = 0; i < 1000 && !streams[3].stream->ended; i++)
        publish("flood", big, "desk", false);
    publish("after", NULL, "desk", false);
    expect_reason("why-no-event/particle?name=after", "no-event", "reader-too-slow", "queue full");
    for (int i = 1; i < 4; i++)
        api_ticket_done(unit_api(), &streams[i]);
}

/* ---- webhooks ---- */

static struct webhook *hook(const char *event, const char *of_device, struct product *product)
{
    size_t count;
    struct webhook_spec spec = {
        .event = event,
        .device = of_device,
        .settings = "{\"url\":\"http://127.0.0.1:1/\",\"requestType\":\"POST\"}",
        .product = product,
    };
    if (!product)
        spec.owner = world_owner(unit_world(), "dev@example.com", &count);
    return webhook_add(unit_world()->cloud, &spec);
}

/* What the receiver answers to what is queued; status 0: nothing. */
static void answer(int status)
{
    struct delivery_answer given = {.status = status, .body = "{}", .body_len = 2};
    const struct delivery_request *request = outbox_next(unit_world()->cloud);
    ck_assert_ptr_nonnull(request);
    uint64_t id = request->id;
    outbox_sent(unit_world()->cloud, id, NULL, NULL);
    if (status)
        outbox_answered(unit_world()->cloud, id, &given);
    else
        outbox_failed(unit_world()->cloud, id, "connection refused");
}

static void webhooks(void)
{
    struct cloud *cloud = unit_world()->cloud;
    expect_reason("why-no-webhook/temp", "no-webhook", "never-published", NULL);
    publish("temp", "20", "desk", false);
    expect_reason("why-no-webhook/temp", "no-webhook", "no-webhook", NULL);
    expect_reason("why-no-webhook/Temp", "no-webhook", "published-in-other-letters", NULL);
    struct webhook *hook_of_all = hook("hum", NULL, NULL);
    expect_reason("why-no-webhook/temp", "no-webhook", "no-match", NULL);
    hook("TEMP", NULL, NULL);
    expect_reason("why-no-webhook/temp", "no-webhook", "other-letters", NULL);
    publish("humidity", "1", "eves", false);
    expect_reason("why-no-webhook/humidity", "no-webhook", "another-owner", NULL);
    hook("zoe", NULL, cloud_product(cloud, "acme-pump"));
    publish("zoe", "1", "zoes", false);
    expect_reason("why-no-webhook/zoe", "no-webhook", "another-product", NULL);
    struct webhook *one = hook("one", EVES, NULL);
    publish("one", "1", "desk", false);
    expect_reason("why-no-webhook/one", "no-webhook", "another-device", NULL);
    one->disabled = true;
    publish("hum", "1", "desk", false);
    expect_reason("why-no-webhook/hum", "no-webhook", "on-its-way", NULL);
    answer(200);
    expect_reason("why-no-webhook/hum", "no-webhook", NULL, "webhook.answered");
    publish("hum", "2", "desk", false);
    answer(500);
    expect_reason("why-no-webhook/hum", "no-webhook", "receiver-failed", "500");
    publish("hum", "3", "desk", false);
    answer(0);
    expect_reason("why-no-webhook/hum", "no-webhook", "receiver-failed", "connection refused");
    hook_of_all->disabled = true;
    publish("hum", "4", "desk", false);
    expect_reason("why-no-webhook/hum", "no-webhook", "disabled", NULL);
    hook_of_all->disabled = false;
    for (int i = 0; i < 20; i++) {
        publish("hum", "5", "desk", false);
        if (outbox_next(cloud))
            answer(0);
    }
    expect_reason("why-no-webhook/hum", "no-webhook", "skipped", NULL);
}

static void too_many_webhooks(void)
{
    hook("hum", NULL, NULL);
    for (int i = 0; i <= OUTBOX_MAX; i++)
        publish("hum", NULL, "desk", false);
    expect_reason("why-no-webhook/hum", "no-webhook", "dropped", "too many deliveries");
}

static void (*const talks[])(void) = {
    requests, offline, lists, customers, events, webhooks, too_many_webhooks,
};

/* In one process, so that what each has met is known to all. */
START_TEST(every_reason_is_met)
{
    for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
        unit_begin(NULL);
        talks[i]();
        unit_end();
    }
    for (size_t i = 0; i < why_reason_count; i++)
        ck_assert_msg(met[i], "%s %s", why_topic_word(why_reasons[i].topic), why_reasons[i].name);
}
END_TEST

START_TEST(advice_is_for_rules_that_there_are)
{
    for (size_t i = 0; why_request_knows(i); i++) {
        const char *name = why_request_knows(i);
        const struct rule *rule;
        size_t r = 0;
        while ((rule = api_rule(r)) && strncmp(rule->name, name, strlen(name)) != 0)
            r++;
        ck_assert_msg(rule, "%s", name);
    }
}
END_TEST

Suite *test_api_why(void)
{
    Suite *suite = suite_create("why");
    TCase *tcase = tcase_create("questions");
    tcase_add_test(tcase, every_reason_is_met);
    tcase_add_test(tcase, advice_is_for_rules_that_there_are);
    suite_add_tcase(suite, tcase);
    return suite;
}
