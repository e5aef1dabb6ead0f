/* What a failure tells besides the difference: the question that fits the step, and the end of the
 * journal. */
#include "suites.h"

#include "unit_scenario.h"

#define CLAIM                                                                                      \
    "  - request: POST /v1/devices\n"                                                              \
    "    token: ada@example.com\n"                                                                 \
    "    form: {id: \"${pump.id}\"}\n"

static const struct {
    const char *steps;
    const char *headline;     /* how `why` begins; NULL: there is none */
    const char *also, *never; /* a piece of it, and what must not be in it; NULL: not looked for */
} headlines[] = {
    {"  - wait: {device: pump, state: online, within: 5min virtual}\n", "pump is offline: no-power",
     "power it on", "nobody has tried"},
    {"  - expect: {device: pump, online: true}\n", "pump is offline: no-power", NULL, NULL},
    {"  - expect: {device: pump, state: dfu}\n", "pump is offline: no-power", NULL, "tried"},
    {CLAIM, "scenario's POST /v1/devices was refused", "claim.offline-customer", "is not owned by"},
    {CLAIM "    reply: {status: 404}\n"
           "  - expect: {device: pump, owner: ada@example.com}\n",
     "pump is not owned by ada@example.com: device-offline-when-claimed", NULL, "is offline:"},
    {"  - expect: {device: pump, owner: ada@example.com}\n",
     "pump is not owned by ada@example.com: never-claimed", NULL, NULL},
    {"  - expect: {device: pump, why: never-claimed}\n", "nobody has tried to claim pump", NULL,
     NULL},
    {"  - expect: {why: {offline: pump, cause: no-network}}\n", "offline pump: no-power",
     "power it on", "tried"},
    {"  - wait: {webhook: temp, within: 5min virtual}\n", "no webhook of temp: never-published",
     NULL, NULL},
    {"  - wait: {event: temp, within: 5min virtual}\n", "no event of temp: never-published", NULL,
     NULL},
    {"  - request: GET /v1/devices\n    token: ada@example.com\n    reply: {json: [{id: x}]}\n",
     NULL, NULL, NULL},
};

START_TEST(the_headline_fits_the_step)
{
    struct scenario_result result = unit_run_steps(headlines[_i].steps);
    const char *why = result.why ? result.why : "", *headline = headlines[_i].headline;
    ck_assert_int_eq(result.verdict, VERDICT_FAILED);
    ck_assert_msg(headline ? strncmp(why, headline, strlen(headline)) == 0 : !*why, "%s", why);
    ck_assert_msg(!headlines[_i].also || strstr(why, headlines[_i].also), "%s", why);
    ck_assert_msg(!headlines[_i].never || !strstr(why, headlines[_i].never), "%s", why);
    scenario_result_free(&result);
}
END_TEST

START_TEST(the_end_of_the_journal_tells_something)
{
    struct scenario_result result =
        unit_run_steps("  - device: pump\n    do: power-on\n"
                       "  - wait: {device: pump, state: online, within: 5min virtual}\n"
                       "  - request: POST /v1/products/acme-pump/devices\n"
                       "    token: {client: acme-app}\n"
                       "    json: {ids: [\"a very long text that is no identifier of a device, "
                       "and that would not fit into a line of the journal\"]}\n"
                       "  - request: POST /v1/devices\n    token: ada@example.com\n"
                       "    form: {id: nothing}\n");
    const char *journal = result.journal;
    ck_assert_ptr_nonnull(strstr(journal, "to=online"));
    ck_assert_ptr_null(strstr(journal, "to=handshake"));
    ck_assert_ptr_null(strstr(journal, "spark/device/diagnostics/update"));
    ck_assert_ptr_null(strstr(journal, "http.reply 200 json={\"id\""));
    ck_assert_ptr_nonnull(strstr(journal, "would not fit into a line of the journal\"]"));
    ck_assert_ptr_nonnull(strstr(journal, "http.reply 404 rule=claim.unknown-device"));
    ck_assert_ptr_nonnull(
        strstr(journal, "\n     = A claim of an id that is no device is refused."));
    scenario_result_free(&result);
}
END_TEST

START_TEST(a_code_that_the_device_refuses_fails_the_step)
{
    struct scenario_result result = unit_run_steps("  - device: pump\n    do: power-on\n"
                                                   "  - device: pump\n    do: listen\n"
                                                   "  - device: pump\n    do: serial\n"
                                                   "    set_claim_code: too-short\n");
    ck_assert_ptr_nonnull(strstr(result.message, "pump did not store the claim code of 9 "));
    ck_assert_ptr_nonnull(strstr(result.why, "device-refused-code"));
    scenario_result_free(&result);
}
END_TEST

Suite *test_scenario_failure(void)
{
    Suite *suite = suite_create("scenario_failure");
    TCase *tcase = tcase_create("failure");
    tcase_add_loop_test(tcase, the_headline_fits_the_step, 0, sizeof headlines / sizeof *headlines);
    tcase_add_test(tcase, the_end_of_the_journal_tells_something);
    tcase_add_test(tcase, a_code_that_the_device_refuses_fails_the_step);
    suite_add_tcase(suite, tcase);
    return suite;
}
