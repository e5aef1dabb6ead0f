/* Waits for clients, with a host that plays a script: what each client does at which turn (laws 7
 * to 9). No process, no socket, no time. */
#include "suites.h"

#include "api/api.h"
#include "base/mem.h"
#include "sim/sim.h"
#include "unit_scenario.h"

/* One thing that happens in the loop, in order. */
struct act {
    const char *client; /* NULL: the script is over */
    const char *method, *path;
    bool exits;
    int code;
    bool interrupts;
};

struct fake_client {
    char name[16];
    bool exited;
    int code;
    struct buf output;
    char *argv_last;
};

struct fake {
    struct scenario_host host;
    struct scenario_run *run;
    const struct act *acts;
    struct fake_client clients[4];
    size_t client_count;
    size_t acts_done;
    size_t killed;
    int64_t deadline_ms;
};

static const char *fake_url(void *ctx, const char *client, char **ret_error)
{
    (void)ctx;
    if (strcmp(client, "web") != 0)
        return "http://127.0.0.1:1";
    *ret_error = mem_dup("no port is free");
    return NULL;
}

static void *fake_spawn(void *ctx, const struct scenario_spawn *spawn, char **ret_error)
{
    struct fake *fake = ctx;
    struct fake_client *client = &fake->clients[fake->client_count++];
    bool url = false;
    (void)ret_error;
    for (size_t i = 0; spawn->env[i]; i++)
        url |= strcmp(spawn->env[i], "MOCKCLOUD_URL=http://127.0.0.1:1") == 0;
    ck_assert(url);
    snprintf(client->name, sizeof client->name, "%s", spawn->name);
    buf_init(&client->output, 1000);
    for (size_t i = 0; spawn->env[i]; i++)
        if (strncmp(spawn->env[i], "MINE=", 5) == 0)
            buf_printf(&client->output, "%s\n", spawn->env[i]);
    return client;
}

static bool fake_exited(void *ctx, void *client, int *ret_code, int *ret_signal)
{
    const struct fake_client *mine = client;
    (void)ctx;
    if (mine->exited)
        *ret_code = mine->code;
    *ret_signal = 0;
    return mine->exited;
}

static const struct buf *fake_output(void *ctx, void *client)
{
    (void)ctx;
    return &((struct fake_client *)client)->output;
}

static void fake_kill(void *ctx, void *client)
{
    ((struct fake *)ctx)->killed++;
    buf_free(&((struct fake_client *)client)->output);
}

static void fake_request(struct fake *fake, const struct act *act)
{
    char actor[32];
    struct api_ticket ticket = {0};
    snprintf(actor, sizeof actor, "client:%s", act->client);
    struct api_request request = {.method = act->method, .target = act->path, .actor = actor};
    struct api *api = scenario_run_api(fake->run);
    ck_assert_int_eq(api_dispatch(api, &request, &ticket), API_NOW);
    api_ticket_done(api, &ticket);
}

static void fake_act(struct fake *fake, const struct act *act)
{
    if (act->method)
        fake_request(fake, act);
    for (size_t i = 0; i < fake->client_count; i++) {
        if (!act->exits || strcmp(fake->clients[i].name, act->client) != 0)
            continue;
        fake->clients[i].exited = true;
        fake->clients[i].code = act->code;
        buf_add_str(&fake->clients[i].output, "bye\n");
    }
}

static enum scenario_turn fake_turn(void *ctx, bool (*until)(void *arg), void *arg,
                                    int64_t deadline_ms)
{
    struct fake *fake = ctx;
    fake->deadline_ms = deadline_ms;
    while (!until(arg)) {
        const struct act *act = &fake->acts[fake->acts_done];
        if (!act->client)
            return SCENARIO_TURN_DEADLINE;
        fake->acts_done++;
        if (act->interrupts)
            return SCENARIO_TURN_INTERRUPTED;
        fake_act(fake, act);
    }
    return SCENARIO_TURN_MET;
}

static struct scenario_result run_with(const char *steps, const struct act *acts,
                                       struct fake *ret_fake)
{
    char text[8192];
    snprintf(text, sizeof text,
             "scenario: s\n%sclients:\n"
             "  app: {run: [sh, \"${url}\"], env: {MINE: \"${pump.name} ${control}\"}}\n"
             "  web: {run: [sh]}\nsteps:\n%s",
             UNIT_WORLD, steps);
    struct scenario_file *file = unit_good_file_new(text);
    *ret_fake = (struct fake){.acts = acts};
    ret_fake->run = scenario_run_new(scenario_at(file, 0), 0, NULL);
    ret_fake->host = (struct scenario_host){.ctx = ret_fake,
                                            .client_url = fake_url,
                                            .spawn = fake_spawn,
                                            .exited = fake_exited,
                                            .output = fake_output,
                                            .kill = fake_kill,
                                            .turn = fake_turn};
    struct scenario_run_options options = {.host = &ret_fake->host};
    struct scenario_result result = scenario_run_steps(ret_fake->run, &options);
    ck_assert_uint_eq(ret_fake->killed, ret_fake->client_count);
    scenario_run_free(ret_fake->run);
    scenario_file_free(file);
    return result;
}

#define START    "  - start: app\n"
#define WAIT_ANY "  - wait: {request: any, within: 5s real}\n"
#define WAIT_GET "  - wait: {request: GET /v1/devices, within: 5s real}\n"

#define GET                                                                                        \
    {                                                                                              \
        .client = "app", .method = "GET", .path = "/v1/devices"                                    \
    }
#define POST                                                                                       \
    {                                                                                              \
        .client = "app", .method = "POST", .path = "/v1/devices"                                   \
    }
#define EXIT(with)                                                                                 \
    {                                                                                              \
        .client = "app", .exits = true, .code = (with)                                             \
    }

static const struct {
    const char *steps;
    struct act acts[6];
    size_t acts_done; /* how far the script was played */
    enum verdict verdict;
    const char *message;
    const char *actual;
} rows[] = {
    /* met once the request is answered; nothing behind it is handled before the next wait */
    {START WAIT_GET, {GET, POST}, 1, VERDICT_PASSED, NULL, NULL},
    {START WAIT_GET "  - expect: {device: pump, owner: none}\n",
     {POST, GET, POST},
     2,
     VERDICT_PASSED,
     NULL,
     NULL},
    /* the oldest one after the one that was taken; an entry is taken once */
    {START WAIT_GET WAIT_GET, {GET, POST, GET, GET}, 3, VERDICT_PASSED, NULL, NULL},
    {START WAIT_GET WAIT_GET,
     {GET},
     1,
     VERDICT_FAILED,
     "no GET /v1/devices: the time is up",
     "no request of a client since the last one that was waited for"},
    /* another subject begins at the beginning */
    {START WAIT_GET WAIT_ANY "  - wait: {request: POST /v1/devices, within: 1s real}\n",
     {POST, GET},
     2,
     VERDICT_PASSED,
     NULL,
     NULL},
    {START "  - wait: {request: GET /v1/devices, from: app, within: 1s real}\n",
     {GET},
     1,
     VERDICT_PASSED,
     NULL,
     NULL},
    {START "  - wait: {request: GET /v1/devices, from: web, within: 1s real}\n",
     {GET},
     1,
     VERDICT_FAILED,
     "no GET /v1/devices from web",
     NULL},
    {START WAIT_GET,
     {POST, POST},
     2,
     VERDICT_FAILED,
     "the time is up",
     "2 other requests, the last one POST /v1/devices"},
    /* the scenario's own requests are nobody's */
    {START "  - request: GET /v1/devices\n    token: dev@example.com\n" WAIT_GET,
     {EXIT(0)},
     1,
     VERDICT_FAILED,
     "all clients have ended",
     NULL},
    /* a client that has ended sends nothing any more; what it sent before still counts */
    {START WAIT_GET, {EXIT(3), GET}, 2, VERDICT_PASSED, NULL, NULL},
    {START "  - wait: {request: GET /v1/devices, from: app, within: 1h real}\n",
     {EXIT(3)},
     1,
     VERDICT_FAILED,
     "no GET /v1/devices from app: the client app exited with 3",
     NULL},
    /* exits */
    {START "  - wait: {client: app, exits: 0, within: 1s real}\n",
     {GET, EXIT(0)},
     2,
     VERDICT_PASSED,
     NULL,
     NULL},
    {START "  - wait: {client: app, exits: 0, within: 1s real}\n",
     {EXIT(1), GET},
     1,
     VERDICT_FAILED,
     "app: exited with 1, waited for exits 0: the client app exited with 1",
     NULL},
    {START "  - wait: {client: app, exits: 0, within: 1s real}\n",
     {EXIT(255)},
     1,
     VERDICT_FAILED,
     "app: exited with 255, waited for exits 0: the client app exited with 255",
     NULL},
    {START "  - wait: {client: app, exits: nonzero, within: 1s real}\n",
     {EXIT(1)},
     1,
     VERDICT_PASSED,
     NULL,
     NULL},
    {START "  - wait: {client: app, exits: nonzero, within: 1s real}\n",
     {EXIT(0)},
     1,
     VERDICT_FAILED,
     NULL,
     NULL},
    {START "  - wait: {client: app, exits: any, within: 1s real}\n",
     {EXIT(137)},
     1,
     VERDICT_PASSED,
     NULL,
     NULL},
    {START "  - wait: {client: app, exits: 137, within: 1s real}\n"
           "  - expect: {client: app, exits: 137, output: {$matches: bye$}}\n",
     {EXIT(137)},
     1,
     VERDICT_PASSED,
     NULL,
     NULL},
    {START "  - expect: {client: app, exits: 0}\n",
     {GET},
     0,
     VERDICT_FAILED,
     "app: runs, expected exits 0",
     NULL},
    {START
     "  - expect: {client: app, output: \"MINE=pump http://127.0.0.1:1/__mock/worlds/default\"}\n",
     {GET},
     0,
     VERDICT_PASSED,
     NULL,
     NULL},
    /* a client may be started again once it has ended */
    {START "  - wait: {client: app, exits: 0, within: 1s real}\n" START
           "  - expect: {client: app, exits: 0}\n",
     {EXIT(0)},
     1,
     VERDICT_FAILED,
     "app: runs, expected exits 0",
     NULL},
    {START START, {GET}, 0, VERDICT_FAILED, "the client app still runs", NULL},
    /* virtual time does not wait for clients, and says so */
    {START "  - wait: {request: any, within: 1h virtual}\n",
     {GET},
     0,
     VERDICT_FAILED,
     "a client runs, and virtual time doesn't wait for it: say `real`",
     NULL},
    {START "  - wait: {device: pump, online: true, within: 1h virtual}\n",
     {GET},
     0,
     VERDICT_FAILED,
     "say `real`",
     NULL},
    /* a device under clients: real time, as long as one runs */
    {START "  - wait: {device: pump, online: true, within: 1h real}\n",
     {GET, EXIT(0), GET},
     3,
     VERDICT_FAILED,
     "all clients have ended",
     NULL},
    {START WAIT_GET,
     {{.client = "app", .interrupts = true}},
     1,
     VERDICT_INTERRUPTED,
     "interrupted",
     NULL},
    {"  - start: web\n", {GET}, 0, VERDICT_ERROR, "the client web: no port is free", NULL},
};

START_TEST(a_row_of_the_table)
{
    struct fake fake;
    struct scenario_result result = run_with(rows[_i].steps, rows[_i].acts, &fake);
    ck_assert_msg(result.verdict == rows[_i].verdict, "%s: %s", rows[_i].steps, result.message);
    if (rows[_i].message)
        ck_assert_msg(strstr(result.message, rows[_i].message), "%s: %s", rows[_i].steps,
                      result.message);
    if (rows[_i].actual)
        ck_assert_str_eq(result.actual, rows[_i].actual);
    ck_assert_msg(fake.acts_done == rows[_i].acts_done, "%s: %zu", rows[_i].steps, fake.acts_done);
    scenario_result_free(&result);
}
END_TEST

/* Fills the journal's ring until its first entries are gone. */
static void flood(struct scenario_run *run)
{
    struct sim *sim = &worlds_find(scenario_run_worlds(run), "default")->sim;
    while (journal_first(sim->journal) < 10) {
        sim_note(sim);
        sim_noted(sim, "cloud", "event.published");
    }
}

static enum scenario_turn flooding_turn(void *ctx, bool (*until)(void *arg), void *arg,
                                        int64_t deadline_ms)
{
    struct fake *fake = ctx;
    flood(fake->run);
    return fake_turn(ctx, until, arg, deadline_ms);
}

START_TEST(an_entry_that_fell_out_fails_the_wait)
{
    static const struct act acts[] = {GET, {0}};
    static const char text[] = "scenario: s\nclients: {app: {run: [sh]}}\n"
                               "steps:\n" START WAIT_GET;
    struct scenario_file *file = unit_good_file_new(text);
    struct fake fake = {.acts = acts, .run = scenario_run_new(scenario_at(file, 0), 0, NULL)};
    fake.host = (struct scenario_host){.ctx = &fake,
                                       .client_url = fake_url,
                                       .spawn = fake_spawn,
                                       .exited = fake_exited,
                                       .output = fake_output,
                                       .kill = fake_kill,
                                       .turn = flooding_turn};
    struct scenario_run_options options = {.host = &fake.host};
    struct scenario_result result = scenario_run_steps(fake.run, &options);
    ck_assert_int_eq(result.verdict, VERDICT_FAILED);
    ck_assert_ptr_nonnull(strstr(result.message, "have fallen out of the journal"));
    scenario_result_free(&result);
    scenario_run_free(fake.run);
    scenario_file_free(file);
}
END_TEST

Suite *test_scenario_wait(void)
{
    Suite *suite = suite_create("scenario_wait");
    TCase *tcase = tcase_create("wait");
    tcase_add_loop_test(tcase, a_row_of_the_table, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tcase, an_entry_that_fell_out_fails_the_wait);
    suite_add_tcase(suite, tcase);
    return suite;
}
