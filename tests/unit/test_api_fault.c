/* Faults over the control API: what each kind makes of a reply, which requests meet one, and what
 * is no fault. */
#include "suites.h"

#include "unit_api.h"

#include "base/headers.h"
#include "sim/vclock.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

#define CONTROL "X-Mockcloud-Control: 1"
#define FAULTS  "/__mock/worlds/default/faults"

static void set(const char *body, int status)
{
    const struct api_case row = {"set a fault",     .method = "POST", .target = FAULTS,
                                 .header = CONTROL, .type = JSON,     .body = body,
                                 .status = status};
    unit_case(&row);
}

static const struct api_case list_faults = {"list", .method = "GET", .target = FAULTS,
                                            .status = 200};

static const struct api_case list = {"list", .method = "GET", .target = "/v1/devices",
                                     .token = "dev-token", .status = 200};

/* Sends a request whose reply may get lost. */
static enum api_outcome send_get(const char *target, const char *token, struct api_ticket *ticket)
{
    const struct api_case row = {"get", .method = "GET", .target = target, .token = token};
    memset(ticket, 0, sizeof *ticket);
    return unit_send(&row, ticket);
}

/* ---- kinds ---- */

static const struct {
    const char *fault, *target, *token;
    int status; /* of the reply that was made, whoever gets it */
    enum api_delivery_how how;
    const char *body; /* a part of it; NULL: not compared */
    const char *header, *value;
} kinds[] = {
    {"{\"kind\":\"reply\",\"request\":\"any\"}", "/v1/devices", "dev-token", 500, DELIVER_WHOLE,
     "The fault f1", NULL, NULL},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"status\":503,\"json\":{\"a\":[1,null]}}",
     "/v1/devices", "dev-token", 503, DELIVER_WHOLE, "{\"a\":[1,null]}", "Content-Type",
     "application/json; charset=utf-8"},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"status\":429,\"headers\":{\"Retry-After\":\"7\"}}",
     "/v1/devices", "dev-token", 429, DELIVER_WHOLE, NULL, "Retry-After", "7"},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"status\":502,\"body\":\"<html>\"}", "/v1/devices",
     "dev-token", 502, DELIVER_WHOLE, "<html>", "Content-Type", "text/plain; charset=utf-8"},
    /* a network knows no tokens: a request that is refused meets it, too */
    {"{\"kind\":\"reply\",\"request\":\"any\",\"status\":503}", "/v1/devices", "no-token", 503,
     DELIVER_WHOLE, "The fault f1", NULL, NULL},
    {"{\"kind\":\"empty-reply\",\"request\":\"any\"}", "/v1/devices", "dev-token", 503,
     DELIVER_CLOSE, NULL, NULL, NULL},
    {"{\"kind\":\"reset\",\"request\":\"any\"}", "/v1/devices", "dev-token", 503, DELIVER_RESET,
     NULL, NULL, NULL},
    {"{\"kind\":\"reset\",\"request\":\"any\",\"at\":\"reply\"}", "/v1/devices", "dev-token", 200,
     DELIVER_RESET, "\"id\"", NULL, NULL},
    {"{\"kind\":\"refuse\",\"for\":\"1min virtual\"}", "/v1/devices", "dev-token", 503,
     DELIVER_REFUSED, NULL, NULL, NULL},
    {"{\"kind\":\"silent\",\"request\":\"any\"}", "/v1/devices", "dev-token", 503, DELIVER_NEVER,
     NULL, NULL, NULL},
    {"{\"kind\":\"truncate\",\"request\":\"any\",\"bytes\":5}", "/v1/devices", "dev-token", 200,
     DELIVER_CUT, NULL, NULL, NULL},
    {"{\"kind\":\"slow-body\",\"request\":\"any\"}", "/v1/devices", "dev-token", 200,
     DELIVER_PIECES, NULL, NULL, NULL},
    {"{\"kind\":\"date-skew\",\"request\":\"any\",\"skew\":\"-1h\"}", "/v1/devices", "dev-token",
     200, DELIVER_WHOLE, NULL, "Date", "Wed, 31 Dec 2025 23:00:00 GMT"},
    {"{\"kind\":\"revoke-token\",\"request\":\"any\"}", "/v1/devices", "dev-token", 401,
     DELIVER_WHOLE, "invalid", NULL, NULL},
};

START_TEST(a_kind)
{
    struct api_ticket ticket;
    unit_begin(NULL);
    set(kinds[_i].fault, 201);
    ck_assert_int_eq(send_get(kinds[_i].target, kinds[_i].token, &ticket), API_NOW);
    ck_assert_int_eq(ticket.reply.status, kinds[_i].status);
    ck_assert_int_eq(ticket.reply.delivery.how, kinds[_i].how);
    if (kinds[_i].body)
        ck_assert_msg(strstr(buf_str(&ticket.reply.body), kinds[_i].body) != NULL, "%s",
                      buf_str(&ticket.reply.body));
    if (kinds[_i].header)
        ck_assert_str_eq(headers_get(&ticket.reply.headers, kinds[_i].header), kinds[_i].value);
    api_ticket_done(unit_api(), &ticket);
    char *journal = unit_journal_dup();
    ck_assert_ptr_nonnull(strstr(journal, "\"kind\":\"fault.met\""));
    free(journal);
    unit_end();
}
END_TEST

START_TEST(json_without_its_end_is_none)
{
    struct api_ticket ticket;
    unit_begin(NULL);
    set("{\"kind\":\"malformed-json\",\"request\":\"GET /v1/devices\"}", 201);
    send_get("/v1/devices", "dev-token", &ticket);
    const char *body = ticket.reply.body.data;
    size_t len = ticket.reply.body.len;
    ck_assert_uint_gt(len, 2);
    ck_assert_int_eq(body[0], '[');
    ck_assert_int_ne(body[len - 1], ']');
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_claim_code_is_left_out)
{
    static const struct api_case claim = {
        "claim code",         .method = "POST", .target = "/v1/device_claims",
        .token = "dev-token", .status = 200,    .reply = "{\"device_ids\":…}"};
    unit_begin(NULL);
    set("{\"kind\":\"no-claim-code\",\"request\":\"POST /v1/device_claims\"}", 201);
    struct api_ticket ticket = {0};
    unit_send(&claim, &ticket);
    ck_assert_int_eq(ticket.reply.status, 200);
    ck_assert_ptr_null(strstr(buf_str(&ticket.reply.body), "claim_code"));
    ck_assert_ptr_nonnull(strstr(buf_str(&ticket.reply.body), "device_ids"));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* Of two claims by id the second finds the device owned: by the same owner, which is told so. */
START_TEST(twice_is_handled_twice)
{
    unit_begin(NULL);
    set("{\"kind\":\"twice\",\"request\":\"POST /v1/device_claims\",\"times\":1}", 201);
    static const struct api_case claim = {"claim code", .method = "POST",
                                          .target = "/v1/device_claims", .token = "dev-token",
                                          .status = 200};
    unit_case(&claim);
    char *journal = unit_journal_dup();
    const char *first = strstr(journal, "\"kind\":\"claim-code.issued\"");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(strstr(first + 1, "\"kind\":\"claim-code.issued\""));
    free(journal);
    unit_end();
}
END_TEST

/* Nobody gets past a refusal by being handled twice: neither a stranger, nor one whose first
 * handling has ended the token. */
static const struct {
    const char *method, *target, *token;
    int status;
} refused[] = {
    {"GET", "/v1/products/6287/events", "no-token", 401},
    {"GET", "/v1/products/9/events", "dev-token", 403},
    {"GET", "/v1/user", "no-token", 401},
    {"DELETE", "/v1/access_tokens/current", "dev-token", 401},
};

START_TEST(twice_is_by_the_rights_of_each_time)
{
    unit_begin(NULL);
    set("{\"kind\":\"twice\",\"request\":\"any\"}", 201);
    const struct api_case row = {"refused", .method = refused[_i].method,
                                 .target = refused[_i].target, .token = refused[_i].token};
    struct api_ticket ticket = {0};
    ck_assert_int_eq(unit_send(&row, &ticket), API_NOW);
    ck_assert_int_eq(ticket.reply.status, refused[_i].status);
    ck_assert_msg(!strstr(buf_str(&ticket.reply.body), "}{"), "%s", buf_str(&ticket.reply.body));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

START_TEST(a_token_is_revoked_whatever_was_refused)
{
    unit_begin(NULL);
    set("{\"kind\":\"revoke-token\",\"request\":\"any\"}", 201);
    struct api_ticket ticket;
    send_get("/v1/products/9/events", "dev-token", &ticket);
    ck_assert_int_eq(ticket.reply.status, 401);
    ck_assert_msg(!strstr(buf_str(&ticket.reply.body), "}{"), "%s", buf_str(&ticket.reply.body));
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* ---- who meets it ---- */

START_TEST(it_begins_and_ends_when_it_says)
{
    unit_begin(NULL);
    set("{\"kind\":\"reply\",\"request\":\"GET /v1/devices\",\"status\":503,\"after\":1,"
        "\"times\":2}",
        201);
    struct api_ticket ticket;
    static const int statuses[] = {200, 503, 503, 200};
    for (size_t i = 0; i < 4; i++) {
        send_get("/v1/devices", "dev-token", &ticket);
        ck_assert_int_eq(ticket.reply.status, statuses[i]);
        api_ticket_done(unit_api(), &ticket);
    }
    unit_case(&list_faults);
    ck_assert_str_eq(unit_reply(),
                     "{\"faults\":[{\"name\":\"f1\",\"kind\":\"reply\",\"met\":2,\"times\":0,"
                     "\"after\":0}]}");
    unit_end();
}
END_TEST

static int statuses_of(const char *fault, const char *target, const char *token)
{
    struct api_ticket ticket;
    unit_begin(NULL);
    set(fault, 201);
    send_get(target, token, &ticket);
    int status = ticket.reply.status;
    api_ticket_done(unit_api(), &ticket);
    unit_end();
    return status;
}

static const struct {
    const char *fault, *target, *token;
    bool met;
} meetings[] = {
    {"{\"kind\":\"reply\",\"request\":\"POST /v1/devices\"}", "/v1/devices", "dev-token", false},
    {"{\"kind\":\"reply\",\"request\":\"any /v1/**\"}", "/v1/devices", "dev-token", true},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"from\":\"app\"}", "/v1/devices", "dev-token",
     false},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"token\":\"dev@example.com\"}}",
     "/v1/devices", "dev-token", true},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"token\":\"eve@example.com\"}}",
     "/v1/devices", "dev-token", false},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"query\":{\"x\":\"1\"}}}",
     "/v1/devices?x=1", "dev-token", true},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"query\":{\"x\":{\"$absent\":true}}}}",
     "/v1/devices?x=1", "dev-token", false},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"header\":{\"authorization\":{\"$"
     "matches\":"
     "\"^Bearer\"}}}}",
     "/v1/devices", "dev-token", true},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"secret\":\"client\"}}", "/v1/devices",
     "dev-token", false},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"secret\":\"customer-token\"}}",
     "/v1/devices", "ada-token", true},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"secret\":\"customer-token\"}}",
     "/v1/devices", "dev-token", false},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"device\":\"desk\"}", "/v1/devices/" DESK,
     "dev-token", true},
    {"{\"kind\":\"reply\",\"request\":\"any\",\"device\":\"desk\"}", "/v1/devices/" LAMP,
     "dev-token", false},
};

START_TEST(a_meeting)
{
    int status = statuses_of(meetings[_i].fault, meetings[_i].target, meetings[_i].token);
    ck_assert_msg((status == 500) == meetings[_i].met, "%s: %d", meetings[_i].fault, status);
}
END_TEST

START_TEST(chance_is_of_the_seed)
{
    char seen[2][41] = {{0}};
    for (size_t round = 0; round < 2; round++) {
        unit_begin(NULL);
        set("{\"kind\":\"reply\",\"request\":\"any\",\"chance\":0.5}", 201);
        for (size_t i = 0; i < 40; i++) {
            struct api_ticket ticket;
            send_get("/v1/devices", "dev-token", &ticket);
            seen[round][i] = ticket.reply.status == 500 ? 'x' : '.';
            api_ticket_done(unit_api(), &ticket);
        }
        unit_end();
    }
    ck_assert_str_eq(seen[0], seen[1]);
    ck_assert_ptr_nonnull(strchr(seen[0], 'x'));
    ck_assert_ptr_nonnull(strchr(seen[0], '.'));
}
END_TEST

static void advance(int64_t ms)
{
    struct vclock *clock = unit_world()->sim.clock;
    vclock_advance(clock, vclock_now(clock) + ms);
}

START_TEST(latency_waits_for_the_worlds_time)
{
    struct api_ticket ticket;
    unit_begin(NULL);
    set("{\"kind\":\"latency\",\"request\":\"any\",\"delay\":\"2s virtual\",\"up_to\":\"4s "
        "virtual\"}",
        201);
    ck_assert_int_eq(send_get("/v1/devices", "dev-token", &ticket), API_LATER);
    advance(1999);
    ck_assert_int_eq(ticket.reply.status, 0);
    advance(2001);
    ck_assert_int_eq(ticket.reply.status, 200);
    api_ticket_done(unit_api(), &ticket);
    unit_end();
}
END_TEST

/* ---- clearing ---- */

START_TEST(there_is_an_end_to_them)
{
    unit_begin(NULL);
    for (size_t i = 0; i < 1000; i++)
        set("{\"kind\":\"reset\",\"request\":\"GET /v1/none\"}", 201);
    set("{\"kind\":\"reset\",\"request\":\"GET /v1/none\"}", 409);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "too-many"));
    set("{\"clear\":\"f1\"}", 204);
    set("{\"kind\":\"reset\",\"request\":\"GET /v1/none\"}", 201);
    unit_end();
}
END_TEST

START_TEST(it_is_cleared_by_name_or_with_all)
{
    static const struct api_case rows[] = {
        {"one", .method = "DELETE", .target = FAULTS "/gone", .header = CONTROL, .status = 204},
        {"it is gone", .method = "DELETE", .target = FAULTS "/gone", .header = CONTROL,
         .status = 404,
         .reply = "{\"error\":\"unknown-name\",\"message\":\"there is no fault \\\"gone\\\"\"}"},
        {"by a body", .method = "POST", .target = FAULTS, .header = CONTROL, .type = JSON,
         .body = "{\"clear\":\"stays\"}", .status = 204},
        {"an unknown one", .method = "POST", .target = FAULTS, .header = CONTROL, .type = JSON,
         .body = "{\"clear\":\"stays\"}", .status = 404},
        {"all", .method = "DELETE", .target = FAULTS, .header = CONTROL, .status = 204},
        {"none is left", .method = "GET", .target = FAULTS, .status = 200,
         .reply = "{\"faults\":[]}"},
    };
    unit_begin(NULL);
    set("{\"kind\":\"reset\",\"request\":\"any\",\"as\":\"gone\"}", 201);
    set("{\"kind\":\"reset\",\"request\":\"any\",\"as\":\"gone\"}", 409);
    set("{\"kind\":\"silent\",\"request\":\"any\",\"as\":\"stays\"}", 201);
    set("{\"kind\":\"silent\",\"request\":\"any\"}", 201);
    UNIT_STORY(rows);
    unit_case(&list);
    unit_end();
}
END_TEST

START_TEST(a_world_that_is_made_anew_has_none)
{
    static const struct api_case reset = {"reset", .method = "POST",
                                          .target = "/__mock/worlds/default/reset",
                                          .header = CONTROL, .status = 200};
    unit_begin(NULL);
    set("{\"kind\":\"reset\",\"request\":\"any\"}", 201);
    unit_case(&reset);
    unit_case(&list);
    unit_end();
}
END_TEST

static const char *const mistakes[] = {
    "",
    "{}",
    "[]",
    "{\"kind\":\"none\",\"request\":\"any\"}",
    "{\"kind\":\"reply\"}",
    "{\"kind\":\"reply\",\"request\":\"POST\"}",
    "{\"kind\":\"reply\",\"request\":\"any\",\"bytes\":1}",
    "{\"kind\":\"reply\",\"request\":\"any\",\"json\":{},\"body\":\"x\"}",
    "{\"kind\":\"reply\",\"request\":\"any\",\"with\":{\"status\":200}}",
    "{\"kind\":\"truncate\",\"request\":\"any\"}",
    "{\"kind\":\"latency\",\"request\":\"any\"}",
    "{\"kind\":\"latency\",\"request\":\"any\",\"delay\":\"5s real\",\"up_to\":\"1s real\"}",
    "{\"kind\":\"latency\",\"request\":\"any\",\"delay\":\"5s real\",\"up_to\":\"9s virtual\"}",
    "{\"kind\":\"date-skew\",\"request\":\"any\"}",
    "{\"kind\":\"date-skew\",\"request\":\"any\",\"skew\":\"soon\"}",
    "{\"kind\":\"reset\",\"request\":\"any\",\"chance\":0}",
    "{\"kind\":\"reset\",\"request\":\"any\",\"chance\":1.5}",
    "{\"kind\":\"reset\",\"request\":\"any\",\"times\":0}",
    "{\"clear\":\"all\",\"kind\":\"reset\"}",
    "{\"kind\":\"refuse\"}",
    "{\"kind\":\"refuse\",\"for\":\"1s real\",\"request\":\"any\"}",
    "{\"kind\":\"refuse\",\"for\":\"1s real\",\"times\":1}",
    "{\"kind\":\"reset\",\"request\":\"any\",\"for\":\"1s real\"}",
};

START_TEST(a_mistake)
{
    unit_begin(NULL);
    set(mistakes[_i], 400);
    ck_assert_ptr_nonnull(strstr(unit_reply(), "\"error\":\"bad-step\""));
    unit_end();
}
END_TEST

static const char *const no_restarts[] = {
    "{\"state\":\"half\"}",
    "{\"down\":\"2s\"}",
    "{\"down\":\"2s virtual\"}",
    "{\"down\":\"11min real\"}",
};

START_TEST(a_restart_that_is_none)
{
    const struct api_case row = {
        "restart",         .method = "POST", .target = "/__mock/worlds/default/restart",
        .header = CONTROL, .type = JSON,     .body = no_restarts[_i],
        .status = 400};
    unit_begin(NULL);
    unit_case(&row);
    unit_end();
}
END_TEST

START_TEST(nobody_plays_steps_without_scenarios)
{
    static const struct api_case row = {
        "steps",           .method = "POST", .target = "/__mock/worlds/default/steps",
        .header = CONTROL, .type = JSON,     .body = "[]",
        .status = 501};
    unit_begin(NULL);
    unit_case(&row);
    unit_end();
}
END_TEST

START_TEST(the_words_of_kind_are_the_rows)
{
    const char *name, *text, *seen;
    const char *const *words = api_fault_fields[0].words;
    size_t i = 0;
    ck_assert_str_eq(api_fault_fields[0].name, "kind");
    for (; api_fault_info(i, &name, &text, &seen); i++)
        ck_assert_str_eq(words[i], name);
    ck_assert_ptr_null(words[i]);
}
END_TEST

Suite *test_api_fault(void)
{
    Suite *suite = suite_create("api_fault");
    TCase *tcase = tcase_create("fault");
    tcase_add_loop_test(tcase, a_kind, 0, (int)(sizeof kinds / sizeof *kinds));
    tcase_add_test(tcase, the_words_of_kind_are_the_rows);
    tcase_add_test(tcase, nobody_plays_steps_without_scenarios);
    tcase_add_test(tcase, json_without_its_end_is_none);
    tcase_add_test(tcase, a_claim_code_is_left_out);
    tcase_add_test(tcase, twice_is_handled_twice);
    tcase_add_loop_test(tcase, twice_is_by_the_rights_of_each_time, 0,
                        (int)(sizeof refused / sizeof *refused));
    tcase_add_test(tcase, a_token_is_revoked_whatever_was_refused);
    tcase_add_test(tcase, it_begins_and_ends_when_it_says);
    tcase_add_loop_test(tcase, a_meeting, 0, (int)(sizeof meetings / sizeof *meetings));
    tcase_add_test(tcase, chance_is_of_the_seed);
    tcase_add_test(tcase, latency_waits_for_the_worlds_time);
    tcase_add_test(tcase, it_is_cleared_by_name_or_with_all);
    tcase_add_test(tcase, there_is_an_end_to_them);
    tcase_add_test(tcase, a_world_that_is_made_anew_has_none);
    tcase_add_loop_test(tcase, a_restart_that_is_none, 0,
                        (int)(sizeof no_restarts / sizeof *no_restarts));
    tcase_add_loop_test(tcase, a_mistake, 0, (int)(sizeof mistakes / sizeof *mistakes));
    suite_add_tcase(suite, tcase);
    return suite;
}
