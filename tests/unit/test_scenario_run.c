/* Closed scenarios: the laws of the shape, waits in world time, settling, and one journal per seed.
 */
#include "suites.h"

#include "unit_scenario.h"

#define HOOK                                                                                       \
    "  - request: POST /v1/webhooks\n    token: dev@example.com\n"                                 \
    "    form: {event: temp, url: 'http://localhost/'}\n    reply: {status: 201}\n"
#define PUBLISH                                                                                    \
    "  - request: POST /v1/devices/events\n    token: dev@example.com\n"                           \
    "    form: {name: temp}\n    reply: {status: 200}\n"
#define POWER_ON  "  - device: pump\n    do: power-on\n"
#define POWER_OFF "  - device: pump\n    do: power-off\n"

/* Steps in UNIT_WORLD and what comes of them. NULL message: passed. */
static const struct {
    const char *steps;
    const char *message;
    const char *expected;
    const char *actual;
} rows[] = {
    /* waits on a state look at the present first */
    {"  - wait: {device: pump, state: \"off\", within: 1ms virtual}\n", NULL, NULL, NULL},
    {"  - wait: {device: pump, state: \"off\", within: 1ms real}\n", NULL, NULL, NULL},
    {POWER_ON "  - wait: {device: pump, state: online, within: 40s virtual}\n", NULL, NULL, NULL},
    {POWER_ON "  - wait: {device: pump, state: online, within: 39s virtual}\n",
     "pump: state handshake, waited for state online: the time is up",
     "state online within 39s virtual", "state handshake"},
    /* stuck: at once, with what is waited for */
    {"  - wait: {device: pump, state: online, within: 100d virtual}\n",
     "pump: state off, waited for state online: stuck, nothing is under way that could change it",
     "state online within 100d virtual", "state off"},
    {"  - wait: {device: pump, state: online, within: 1h real}\n",
     "pump: state off, waited for state online: nothing is under way that could change it; the "
     "clock is frozen and no client runs: say `virtual`",
     "state online within 1h real", "state off"},
    /* settling, and the clock */
    {POWER_ON "  - settle: {}\n  - expect: {device: pump, online: true, session: full}\n", NULL,
     NULL, NULL},
    {POWER_ON "  - clock: {advance: 1min}\n  - expect: {device: pump, state: online}\n", NULL, NULL,
     NULL},
    {"  - clock: {at: 2026-01-02T00:00:00Z}\n  - clock: {at: 2026-01-01}\n",
     "the reply's status is", NULL, NULL},
    /* a silent device is online until two keep-alive intervals have passed */
    {POWER_ON "  - settle: {}\n" POWER_OFF "  - expect: {device: pump, online: true}\n"
              "  - wait: {device: pump, online: false, within: 46min virtual}\n",
     NULL, NULL, NULL},
    /* events: the oldest one, each taken once */
    {POWER_ON "  - wait: {event: spark/status, data: online, device: pump, within: 40s virtual}\n"
              "  - wait: {event: spark/status, data: online, device: pump, within: 40s virtual}\n",
     "no event spark/status with data online of pump: stuck, nothing is under way that could "
     "change it",
     "event spark/status with data online of pump within 40s virtual",
     "6 other events, the last one spark/device/diagnostics/update with data "
     "{\"device\":{\"network\":{\"cellular\":{\"radio_access_technology\":\"LTE\",\"operator\":\"AT"
     "&T Wireless Inc.\",\"cell_global_identity\":{\"mobile_country_code\":310,\"mobile_netw"
     "ork_code\":\"410\",\"location_area_code\":3339,\"cell_id\":205999999}},\"signal\":{\"at\":\""
     "LTE Cat-M1\",\"strength\":88.33,\"strength_units\":\"%\",\"strengthv\":-77,\"strengthv_uni"
     "ts\":\"dBm\",\"strengthv_type\":\"RSRP\",\"quality\":45.83,\"quality_units\":\"%\","
     "\"qualityv\""
     ":-11,\"qualityv_units\":\"dB\",\"qualityv_type\":\"RSRQ\"},\"connection\":{\"status\":\"conne"
     "cted\",\"error\":0,\"attempts\":1,\"disconnects\":0,\"disconnect_reason\":\"unknown\"}},\"cl"
     "oud\":{\"connection\":{\"status\":\"connected\",\"error\":0,\"attempts\":1,\"disconnects\":0,"
     "\"disconnect_reason\":\"none\"},\"coap\":{\"transmit\":10,\"retransmit\":0,\"unack\":0,\"roun"
     "d_trip\":872},\"publish\":{\"rate_limited\":0}},\"power\":{\"battery\":{\"charge\":87.12,\"s"
     "tate\":\"charging\"},\"source\":\"USB "
     "host\"},\"system\":{\"uptime\":42,\"memory\":{\"used\":73"
     "976,\"total\":167688}}},\"service\":{\"device\":{\"status\":\"ok\"},\"cloud\":{\"uptime\":2,"
     "\"p"
     "ublish\":{\"sent\":2}},\"coap\":{\"round_trip\":228}}}"},
    {POWER_ON "  - wait: {device: pump, state: online, within: 40s virtual}\n"
              "  - device: pump\n    do: publish\n    name: a\n    data: \"${pump.id}\"\n"
              "  - device: pump\n    do: publish\n    name: a\n    private: false\n"
              "  - wait: {event: a, data: \"${pump.id}\", within: 1ms virtual}\n"
              "  - wait: {event: a, within: 1ms virtual}\n"
              "  - wait: {event: a, within: 1ms virtual}\n",
     NULL, NULL, NULL},
    {"  - wait: {event: x, within: 1h real}\n",
     "no event x: nothing is under way that could change it; the clock is frozen and no client "
     "runs: say `virtual`",
     "event x within 1h real", "no event has come"},
    {"  - device: pump\n    do: publish\n    name: a\n", "the reply's status is 409", NULL, NULL},
    /* webhooks: nobody carries them here, so each is given up after 20 s */
    {HOOK PUBLISH "  - wait: {webhook: temp, result: queued, within: 1ms virtual}\n"
                  "  - wait: {webhook: temp, result: failed, within: 20s virtual}\n",
     NULL, NULL, NULL},
    {HOOK PUBLISH "  - wait: {webhook: temp, status: 200, within: 1min virtual}\n",
     "no webhook of temp answered with 200: stuck, nothing is under way that could change it",
     "webhook of temp answered with 200 within 1min virtual",
     "2 pieces of news of webhooks, the last one temp failed: ESOCKETTIMEDOUT"},
    {HOOK "  - wait: {webhook: temp, within: 1h virtual}\n", "no webhook of temp answered",
     "webhook of temp answered within 1h virtual", "no news of a webhook has come"},
    /* expectations */
    {"  - expect: {device: pump, led: breathing cyan}\n",
     "pump: led off, expected led breathing cyan", "led breathing cyan", "led off"},
    {"  - expect: {device: pump, owner: ada@example.com}\n",
     "pump: owner none, expected owner ada@example.com", "owner ada@example.com", "owner none"},
    {"  - expect: {device: pump, owner: {customer: new@example.com, product: acme-pump}}\n",
     "pump: owner none, expected owner "
     "{\"customer\":\"new@example.com\",\"product\":\"acme-pump\"}",
     NULL, NULL},
    {"  - expect: {device: pump, claimed_flag: true}\n",
     "pump: claimed_flag false, expected claimed_flag true", NULL, NULL},
    {"  - expect: {device: pump, claim_code_stored: null, owner: none, online: false}\n", NULL,
     NULL, NULL},
    {"  - expect: {device: pump, why: never-claimed}\n", "nobody has tried", NULL, NULL},
    {"  - expect: {device: pump, why: {owner: ada@example.com, cause: never-claimed}}\n", NULL,
     NULL, NULL},
    /* the other questions */
    {"  - expect: {why: {offline: pump, cause: no-power, advice: {$matches: power it on}}}\n"
     "  - expect: {why: {not_listed: pump, owner: ada@example.com, cause: not-owned}}\n"
     "  - expect: {why: {not_listed: pump, cause: not-owned}}\n"
     "  - expect: {why: {customer: ada@example.com, cause: no-token}}\n"
     "  - expect: {why: {customer: nobody@example.com, cause: no-such-customer}}\n"
     "  - expect: {why: {request: any, cause: no-such-request}}\n"
     "  - request: GET /v1/devices?x=1\n    reply: {status: 400}\n"
     "  - request: GET /v1/devices\n    token: dev@example.com\n"
     "  - expect: {why: {request: any, cause: null}}\n"
     "  - request: POST /v1/devices\n    token: dev@example.com\n    form: {id: nothing}\n"
     "    reply: {status: 404}\n"
     "  - expect: {why: {request: POST /v1/devices, cause: refused, evidence: {$matches: "
     "unknown-device}}}\n"
     "  - expect: {why: {request: GET /v1/devices, cause: null}}\n",
     NULL, NULL, NULL},
    {HOOK "  - expect: {why: {no_webhook: temp, cause: never-published}}\n" PUBLISH
          "  - expect: {why: {no_webhook: temp, cause: null}}\n",
     "why no_webhook temp: cause on-its-way, expected null", "null", "on-its-way"},
    {"  - expect: {why: {offline: pump, cause: null}}\n",
     "why offline pump: cause no-power, expected null", "null", "no-power"},
    {"  - expect: {why: {offline: pump, cause: no-power, evidence: nothing}}\n",
     "why offline pump: evidence another, expected \"nothing\"", NULL, NULL},
    {"  - expect: {why: {offline: pump, cause: no-power, advice: {$matches: ^Wait}}}\n",
     "why offline pump: advice another", NULL, NULL},
    /* verbs: a refusal fails, unless it is expected */
    {POWER_OFF, "the reply's status is 409", NULL, NULL},
    {"  - device: pump\n    do: power-off\n    reply: {status: 409, json: {state: \"off\"}}\n",
     NULL, NULL, NULL},
    {"  - device: pump\n    do: soft-off\n", "the reply's status is 409", NULL, NULL},
    /* requests */
    {"  - request: GET /v1/devices\n", "the reply's status is 4", NULL, NULL},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n    reply: {status: 404}\n",
     "the reply's status is 200, not 404", "status 404", "200 []"},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n    reply: {json: {a: 1}}\n",
     "the reply's body is not as expected", "{\"a\":1}", "[]"},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n    reply: {body: \"[]\"}\n", NULL,
     NULL, NULL},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n"
     "    reply: {headers: {content-TYPE: {$matches: ^application/json}}}\n",
     NULL, NULL, NULL},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n"
     "    reply: {headers: {X-None: {$any: true}}}\n",
     "the reply's header X-None is not as expected", "any value", "nothing"},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n    save: {a: /0/id}\n",
     "there is nothing to save at /0/id", "a value at /0/id", NULL},
    {"  - request: GET /v1/devices\n    token: dev@example.com\n    token_in: query\n", NULL, NULL,
     NULL},
    {"  - request: POST /v1/devices\n    token: dev@example.com\n    token_in: form\n"
     "    form: {id: nothing}\n    reply: {status: 404}\n",
     NULL, NULL, NULL},
    {"  - request: POST /v1/devices\n    token: dev@example.com\n    json: {id: nothing}\n"
     "    reply: {status: 404}\n",
     NULL, NULL, NULL},
    {"  - request: POST /oauth/token\n    basic: acme-app\n"
     "    form: {grant_type: client_credentials}\n"
     "    reply: {status: 200, json: {access_token: {$length: 40}}}\n"
     "    save: {t: /access_token}\n"
     "  - request: GET /v1/products/6287/devices\n    token: {value: \"${t}\"}\n"
     "    query: {perPage: \"1\"}\n    reply: {status: 200}\n",
     NULL, NULL, NULL},
    {"  - request: GET /v1/products/6287/devices\n    token: acme-app\n    reply: {status: 200}\n",
     NULL, NULL, NULL},
    {"  - request: GET /v1/devices\n    token: {customer: new@example.com, product: acme-pump}\n",
     "there is nobody (yet, or any more)", NULL, NULL},
    /* a token is made anew when it has expired */
    {"  - request: GET /v1/devices\n    token: dev@example.com\n  - clock: {advance: 100d}\n"
     "  - request: GET /v1/devices\n    token: dev@example.com\n    reply: {status: 200}\n",
     NULL, NULL, NULL},
    /* a reset keeps the world, deleting ends it */
    {"  - request: POST /__mock/worlds/default/reset\n"
     "  - request: GET /v1/devices\n    token: dev@example.com\n    reply: {status: 200}\n",
     NULL, NULL, NULL},
    {"  - request: DELETE /__mock/worlds/default\n  - note: x\n", "has ended the scenario's world",
     NULL, NULL},
};

START_TEST(a_row_of_the_table)
{
    struct scenario_result result = unit_run_steps(rows[_i].steps);
    if (!rows[_i].message) {
        ck_assert_msg(result.verdict == VERDICT_PASSED, "%s: %s (%s, %s)", rows[_i].steps,
                      result.message, result.expected, result.actual);
    } else {
        ck_assert_msg(result.verdict == VERDICT_FAILED, "%s", rows[_i].steps);
        ck_assert_msg(strstr(result.message, rows[_i].message), "%s", result.message);
        if (rows[_i].expected)
            ck_assert_str_eq(result.expected, rows[_i].expected);
        if (rows[_i].actual)
            ck_assert_str_eq(result.actual, rows[_i].actual);
    }
    scenario_result_free(&result);
}
END_TEST

#define CLAIM                                                                                      \
    "  - request: POST /v1/products/6287/device_claims\n"                                          \
    "    token: ada@example.com\n"                                                                 \
    "    save: {code: /claim_code}\n" POWER_ON "  - settle: {}\n"                                  \
    "  - device: pump\n    do: usb\n    set_claim_code: \"${code}\"\n"                             \
    "  - clock: {advance: 1h}\n"                                                                   \
    "  - device: pump\n    do: full-handshake\n" POWER_OFF POWER_ON "  - settle: {}\n"             \
    "  - expect: {device: pump, owner: none, why: claim-code-expired}\n"

static struct scenario_result run_seeded(const char *steps, uint64_t seed)
{
    char text[8192];
    snprintf(text, sizeof text, "scenario: s\n%ssteps:\n%s", UNIT_WORLD, steps);
    struct scenario_file *file = unit_good_file_new(text);
    struct scenario_run *run = scenario_run_new(scenario_at(file, 0), seed, NULL);
    struct scenario_run_options options = {.keep_journal = true};
    struct scenario_result result = scenario_run_steps(run, &options);
    scenario_run_free(run);
    scenario_file_free(file);
    return result;
}

START_TEST(one_seed_one_journal)
{
    struct scenario_result a = run_seeded(CLAIM, 0), b = run_seeded(CLAIM, 0);
    struct scenario_result other = run_seeded(CLAIM, 8);
    ck_assert_int_eq(a.verdict, VERDICT_PASSED);
    ck_assert_uint_eq(a.seed, 7);
    ck_assert_str_eq(a.journal_dump, b.journal_dump);
    ck_assert_int_eq(other.verdict, VERDICT_PASSED);
    ck_assert_uint_eq(other.seed, 8);
    ck_assert_str_ne(a.journal_dump, other.journal_dump);
    scenario_result_free(&a);
    scenario_result_free(&b);
    scenario_result_free(&other);
}
END_TEST

START_TEST(an_hour_takes_milliseconds)
{
    struct scenario_result result = run_seeded(CLAIM, 0);
    ck_assert_int_ge(result.world_ms, 3600000);
    ck_assert_msg(result.wall_us < 500000, "%lld", (long long)result.wall_us);
    scenario_result_free(&result);
}
END_TEST

static void count_progress(void *arg, int line, const char *statement)
{
    int *lines = arg;
    ck_assert_int_gt(line, *lines);
    ck_assert_ptr_nonnull(statement);
    *lines = line;
}

START_TEST(progress_is_told_before_each_step)
{
    struct scenario_file *file = unit_good_file_new("scenario: s\nsteps:\n- note: a\n- note: b\n");
    struct scenario_run *run = scenario_run_new(scenario_at(file, 0), 0, NULL);
    int line = 0;
    struct scenario_run_options options = {.progress = count_progress, .progress_arg = &line};
    struct scenario_result result = scenario_run_steps(run, &options);
    ck_assert_int_eq(line, 4);
    ck_assert_int_eq(result.steps_run, 2);
    scenario_result_free(&result);
    scenario_run_free(run);
    scenario_file_free(file);
}
END_TEST

Suite *test_scenario_run(void)
{
    Suite *suite = suite_create("scenario_run");
    TCase *tcase = tcase_create("run");
    tcase_add_loop_test(tcase, a_row_of_the_table, 0, (int)(sizeof rows / sizeof *rows));
    tcase_add_test(tcase, one_seed_one_journal);
    tcase_add_test(tcase, an_hour_takes_milliseconds);
    tcase_add_test(tcase, progress_is_told_before_each_step);
    suite_add_tcase(suite, tcase);
    return suite;
}
