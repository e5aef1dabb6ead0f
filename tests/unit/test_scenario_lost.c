/* A step `request` whose reply gets lost on its way sees what a client would: an error of the
 * transport. Gates of api/ say how each reply is delivered. */
#include "suites.h"

#include "unit_scenario.h"

#include "api/call/gate.h"
#include "scenario/run.h"

static struct api_delivery delivery;

static void lose(struct call *call)
{
    call->reply->delivery = delivery;
}

/* message NULL: the step passes */
static const struct {
    struct api_delivery delivery;
    const char *reply; /* what the step expects; NULL: nothing said */
    const char *message, *expected, *actual;
} rows[] = {
    {{DELIVER_WHOLE}, "{status: 200}", NULL},
    {{DELIVER_TWICE}, "{status: 200}", NULL},
    {{DELIVER_PIECES, .bytes = 1, .every_ms = 1000}, "{status: 200, json: []}", NULL},
    {{DELIVER_CUT, .bytes = 2}, "{status: 200, json: []}", NULL}, /* it has no more */
    {{DELIVER_CUT, .bytes = 1},
     NULL,
     "the connection ended behind 1 of the 2 bytes of the reply's body",
     "a reply (say `reply: {lost: …}` for none)",
     "a lost reply: cut"},
    {{DELIVER_RESET},
     "{status: 200}",
     "the connection was reset before the reply",
     "a reply (say `reply: {lost: …}` for none)",
     "a lost reply: reset"},
    {{DELIVER_NEVER},
     NULL,
     "no reply comes, and the connection stays open",
     "a reply (say `reply: {lost: …}` for none)",
     "a lost reply: never"},
    {{DELIVER_CUT, .bytes = 1}, "{lost: cut}", NULL},
    {{DELIVER_RESET}, "{lost: reset}", NULL},
    {{DELIVER_NEVER}, "{lost: never}", NULL},
    {{DELIVER_RESET},
     "{lost: cut}",
     "the connection was reset before the reply",
     "a lost reply: cut",
     "a lost reply: reset"},
    {{DELIVER_WHOLE}, "{lost: cut}", "the reply has come", "a lost reply: cut", "200 []"},
};

START_TEST(a_lost_reply)
{
    static const struct gate gate = {"lose", NULL, lose};
    char text[4096];
    snprintf(text, sizeof text,
             "scenario: s\n" UNIT_WORLD "steps:\n  - request: GET /v1/devices\n"
             "    token: dev@example.com\n%s%s\n",
             rows[_i].reply ? "    reply: " : "", rows[_i].reply ? rows[_i].reply : "");
    struct scenario_file *file = unit_good_file_new(text);
    struct scenario_run *run = scenario_run_new(scenario_at(file, 0), 0, NULL);
    struct scenario_run_options options = {.keep_journal = true};
    delivery = rows[_i].delivery;
    gate_set(run->api, &gate, 1);
    struct scenario_result result = scenario_run_steps(run, &options);
    ck_assert_int_eq(result.verdict, rows[_i].message ? VERDICT_FAILED : VERDICT_PASSED);
    if (rows[_i].message) {
        ck_assert_str_eq(result.message, rows[_i].message);
        ck_assert_str_eq(result.expected, rows[_i].expected);
        ck_assert_str_eq(result.actual, rows[_i].actual);
    }
    scenario_result_free(&result);
    scenario_run_free(run);
    scenario_file_free(file);
}
END_TEST

Suite *test_scenario_lost(void)
{
    Suite *suite = suite_create("lost");
    TCase *tcase = tcase_create("lost");
    tcase_add_loop_test(tcase, a_lost_reply, 0, sizeof rows / sizeof *rows);
    suite_add_tcase(suite, tcase);
    return suite;
}
