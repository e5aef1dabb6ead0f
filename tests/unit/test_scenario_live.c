/* Steps that are posted to a live world: what is played, what waits, what is refused, what lasts.
 */
#include "suites.h"

#include "api/api.h"
#include "scenario/live.h"
#include "sim/sim.h"
#include "world/world.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct worlds worlds;
static struct api *api;
static struct live *live;

static void setup(void)
{
    static const char text[] = "users: [{username: dev@example.com, password: not-a-secret}]\n"
                               "tokens: [{user: dev@example.com, token: dev-token}]\n"
                               "devices: [{as: lamp, platform: photon, state: off}]\n";
    struct diags diags = {0};
    struct doc *doc = doc_new("w.yaml", text, strlen(text), &diags);
    struct world *world =
        world_new(doc, doc_root(doc, 0), &(struct world_options){.mode = VCLOCK_FROZEN}, &diags);
    ck_assert_ptr_nonnull(world);
    doc_unref(doc);
    worlds_add(&worlds, world);
    api = api_new(&worlds, NULL);
    live = live_new(api);
}

static void teardown(void)
{
    live_free(live);
    api_free(api);
    worlds_free(&worlds);
}

static void ready(struct api_ticket *ticket)
{
    (void)ticket;
}

static enum api_outcome send(struct api_ticket *ticket, const char *target, const char *body)
{
    static const struct api_header headers[] = {{"X-Mockcloud-Control", "1"},
                                                {"Content-Type", "application/json"},
                                                {"Authorization", "Bearer dev-token"}};
    struct api_request request = {.method = body ? "POST" : "GET",
                                  .target = target,
                                  .headers = headers,
                                  .header_count = 3,
                                  .body = body,
                                  .body_len = body ? strlen(body) : 0};
    *ticket = (struct api_ticket){.ready = ready};
    return api_dispatch(api, &request, ticket);
}

static enum api_outcome post(struct api_ticket *ticket, const char *body)
{
    return send(ticket, "/__mock/worlds/default/steps", body);
}

/* The reply's body holds the text; it is over. */
static void take(struct api_ticket *ticket, int status, const char *text)
{
    ck_assert_int_eq(ticket->outcome, API_NOW);
    ck_assert_msg(ticket->reply.status == status && strstr(buf_str(&ticket->reply.body), text),
                  "%d %s, not %d %s", ticket->reply.status, buf_str(&ticket->reply.body), status,
                  text);
    api_ticket_done(api, ticket);
}

static void play(const char *body, int status, const char *text)
{
    struct api_ticket ticket;
    ck_assert_int_eq(post(&ticket, body), API_NOW);
    take(&ticket, status, text);
}

static void work_until_over(struct api_ticket *ticket)
{
    int64_t end_ms = sim_real_ms() + 5000;
    while (ticket->outcome == API_LATER && sim_real_ms() < end_ms)
        api_work(api);
}

START_TEST(they_are_played_in_order)
{
    play("[{\"device\":\"lamp\",\"do\":\"power-on\"},"
         "{\"wait\":{\"device\":\"lamp\",\"state\":\"online\",\"within\":\"1min virtual\"}},"
         "{\"expect\":{\"device\":\"lamp\",\"led\":\"breathing cyan\",\"owner\":null}}]",
         400, "bad-step");
    play("[{\"device\":\"lamp\",\"do\":\"power-on\"},"
         "{\"wait\":{\"device\":\"lamp\",\"state\":\"online\",\"within\":\"1min virtual\"}},"
         "{\"expect\":{\"device\":\"lamp\",\"led\":\"breathing cyan\",\"owner\":\"none\"}}]",
         200, "{\"passed\":true,\"saved\":{},\"failure\":null,\"steps\":[{\"step\":\"device\"");
    play("{\"settle\":{}}", 200, "\"passed\":true");
    play("{\"steps\":[{\"clock\":{\"advance\":\"1h\"}},{\"expect\":{\"device\":\"lamp\","
         "\"online\":false}},{\"note\":\"never\"}]}",
         200, "{\"step\":\"expect\",\"passed\":false,\"failure\":\"lamp: online true");
}
END_TEST

START_TEST(what_is_saved_lasts)
{
    play("{\"request\":\"POST /v1/device_claims\",\"token\":\"dev@example.com\","
         "\"reply\":{\"status\":200},\"save\":{\"code\":\"/claim_code\"}}",
         200, "\"saved\":{\"code\":\"");
    play("{\"request\":\"GET /v1/devices/${code}\",\"token\":\"dev@example.com\","
         "\"reply\":{\"status\":403}}",
         200, "\"passed\":true");
    struct api_ticket ticket;
    send(&ticket, "/__mock/worlds/default/reset", "{}");
    take(&ticket, 200, "default");
    play("{\"request\":\"GET /v1/devices/${code}\"}", 400, "code");
}
END_TEST

START_TEST(a_request_is_waited_for)
{
    struct api_ticket step, client;
    ck_assert_int_eq(post(&step, "{\"wait\":{\"request\":\"GET /v1/devices\",\"from\":\"nobody\","
                                 "\"within\":\"20ms real\"}}"),
                     API_LATER);
    work_until_over(&step);
    take(&step, 200, "the time is up");
    play("{\"hold\":{\"request\":\"GET /v1/devices\",\"as\":\"h1\"}}", 200, "\"passed\":true");
    ck_assert_int_eq(post(&step, "[{\"wait\":{\"held\":\"h1\",\"within\":\"5s real\"}},"
                                 "{\"release\":\"h1\"}]"),
                     API_LATER);
    ck_assert_int_eq(send(&client, "/v1/devices", NULL), API_LATER);
    work_until_over(&step);
    take(&step, 200, "\"passed\":true");
    take(&client, 200, "[]");
}
END_TEST

/* It is sent once, however often it is looked at. */
START_TEST(a_reply_is_waited_for)
{
    struct api_ticket step, other;
    play("{\"hold\":{\"request\":\"GET /v1/devices\",\"as\":\"h1\"}}", 200, "\"passed\":true");
    ck_assert_int_eq(post(&step, "{\"request\":\"GET /v1/devices\",\"token\":\"dev@example.com\","
                                 "\"reply\":{\"status\":200}}"),
                     API_LATER);
    for (int64_t end_ms = sim_real_ms() + 50; sim_real_ms() < end_ms;)
        api_work(api);
    ck_assert_int_eq(post(&other, "{\"release\":\"h1\"}"), API_NOW);
    take(&other, 200, "\"passed\":true");
    work_until_over(&step);
    take(&step, 200, "\"passed\":true");
    send(&other, "/__mock/worlds/default/journal", NULL);
    const char *first = strstr(buf_str(&other.reply.body), "\"path\":\"/v1/devices\"");
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_null(strstr(first + 1, "\"path\":\"/v1/devices\""));
    api_ticket_done(api, &other);
}
END_TEST

START_TEST(who_waits_may_leave)
{
    struct api_ticket step;
    play("{\"hold\":{\"request\":\"GET /v1/devices\",\"as\":\"h1\"}}", 200, "\"passed\":true");
    ck_assert_int_eq(post(&step, "{\"wait\":{\"held\":\"h1\",\"within\":\"5s real\"}}"), API_LATER);
    api_ticket_done(api, &step);
    ck_assert_int_eq(post(&step, "{\"request\":\"GET /v1/devices\",\"token\":\"dev@example.com\"}"),
                     API_LATER);
    api_ticket_done(api, &step);
}
END_TEST

static const char *const mistakes[] = {
    "",
    "[]",
    "{}",
    "7",
    "{\"steps\":7}",
    "{\"start\":\"app\"}",
    "{\"stop\":\"app\"}",
    "{\"call\":\"GET /\",\"client\":\"app\"}",
    "{\"restart\":{}}",
    "{\"wait\":{\"client\":\"app\",\"exits\":0,\"within\":\"1s real\"}}",
    "{\"expect\":{\"client\":\"app\",\"output\":\"\"}}",
    "[{\"note\":\"well\"},{\"device\":\"pump\",\"do\":\"power-on\"}]",
};

START_TEST(a_mistake)
{
    play(mistakes[_i], 400, "\"error\":\"bad-step\"");
}
END_TEST

/* The world stays, whatever a step asks of the control API. */
START_TEST(the_world_is_not_taken_away)
{
    play("{\"request\":\"POST /__mock/worlds/default/reset\",\"reply\":{\"status\":403}}", 200,
         "\"passed\":true");
    play("{\"request\":\"POST /__mock/worlds/default/reset\",\"headers\":"
         "{\"X-Mockcloud-Control\":\"1\"},\"reply\":{\"status\":409}}",
         200, "\"passed\":true");
}
END_TEST

Suite *test_scenario_live(void)
{
    Suite *suite = suite_create("scenario_live");
    TCase *tcase = tcase_create("live");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, they_are_played_in_order);
    tcase_add_test(tcase, what_is_saved_lasts);
    tcase_add_test(tcase, a_request_is_waited_for);
    tcase_add_test(tcase, a_reply_is_waited_for);
    tcase_add_test(tcase, who_waits_may_leave);
    tcase_add_loop_test(tcase, a_mistake, 0, (int)(sizeof mistakes / sizeof *mistakes));
    tcase_add_test(tcase, the_world_is_not_taken_away);
    suite_add_tcase(suite, tcase);
    return suite;
}
