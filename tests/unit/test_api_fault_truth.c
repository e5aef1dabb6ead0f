/* Faults of what the cloud shows: what lags, for whom, for how long; and that the truth doesn't. */
#include "suites.h"

#include "unit_api.h"

#include "sim/vclock.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTROL "X-Mockcloud-Control: 1"
#define FAULTS  "/__mock/worlds/default/faults"

static void send(const char *method, const char *target, const char *token, const char *body,
                 int status)
{
    bool control = strncmp(target, "/__mock", 7) == 0;
    const struct api_case row = {target,
                                 .method = method,
                                 .target = target,
                                 .token = control ? NULL : token,
                                 .header = control ? CONTROL : NULL,
                                 .type = body ? JSON : NULL,
                                 .body = body,
                                 .status = status};
    unit_case(&row);
}

static void set(const char *body, int status)
{
    send("POST", FAULTS, NULL, body, status);
}

static void claim(const char *id)
{
    char body[64];
    snprintf(body, sizeof body, "{\"id\":\"%s\"}", id);
    send("POST", "/v1/devices", "dev-token", body, 200);
}

static void pass(int64_t ms)
{
    struct vclock *clock = unit_world()->sim.clock;
    vclock_advance(clock, vclock_now(clock) + ms);
}

static bool lists(const char *id)
{
    send("GET", "/v1/devices", "dev-token", NULL, 200);
    return strstr(unit_reply(), id) != NULL;
}

static size_t met(void)
{
    char *journal = unit_journal_dup();
    size_t count = 0;
    for (const char *at = journal; (at = strstr(at, "\"fault.met\"")); at++)
        count++;
    free(journal);
    return count;
}

START_TEST(an_owner_comes_late)
{
    unit_begin(NULL);
    set("{\"kind\":\"late-owner\",\"request\":\"any\",\"lag\":\"5s\"}", 201);
    claim(LAMP);
    ck_assert(!lists(LAMP));
    ck_assert(lists(DESK)); /* what was before the fault is not late */
    send("GET", "/v1/devices/" LAMP, "dev-token", NULL, 403);
    pass(5000);
    ck_assert(lists(LAMP));
    send("GET", "/v1/devices/" LAMP, "dev-token", NULL, 200);
    unit_end();
}
END_TEST

START_TEST(an_owner_leaves_late_and_changes_nothing)
{
    unit_begin(NULL);
    set("{\"kind\":\"late-owner\",\"request\":\"any\",\"lag\":\"5s\"}", 201);
    send("DELETE", "/v1/devices/" DESK, "dev-token", NULL, 200);
    send("GET", "/v1/devices/" DESK, "dev-token", NULL, 200);
    send("PUT", "/v1/devices/" DESK, "dev-token", "{\"name\":\"mine\"}", 403);
    send("DELETE", "/v1/devices/" DESK, "dev-token", NULL, 403);
    unit_end();
}
END_TEST

START_TEST(it_is_met_by_who_is_shown_the_past)
{
    unit_begin(NULL);
    set("{\"kind\":\"list-lags\",\"request\":\"GET /v1/devices\",\"lag\":\"5s\",\"times\":2}", 201);
    ck_assert(lists(DESK));
    ck_assert_uint_eq(met(), 0);
    claim(LAMP);
    ck_assert(!lists(LAMP));
    ck_assert(!lists(LAMP));
    ck_assert_uint_eq(met(), 2);
    ck_assert(lists(LAMP)); /* its times are over */
    unit_end();
}
END_TEST

START_TEST(it_may_be_of_one_device)
{
    unit_begin(NULL);
    set("{\"kind\":\"list-lags\",\"request\":\"any\",\"lag\":\"5s\",\"device\":\"" LAMP "\"}", 201);
    claim(LAMP);
    claim(ABED);
    ck_assert(!lists(LAMP));
    ck_assert(lists(ABED));
    unit_end();
}
END_TEST

START_TEST(it_ends_when_it_is_cleared)
{
    unit_begin(NULL);
    set("{\"kind\":\"late-owner\",\"request\":\"any\",\"lag\":\"5s\"}", 201);
    set("{\"kind\":\"list-lags\",\"request\":\"any\",\"lag\":\"1h\",\"as\":\"list\"}", 201);
    claim(LAMP);
    pass(5000);
    ck_assert(!lists(LAMP));
    send("DELETE", FAULTS "/list", NULL, NULL, 204);
    ck_assert(lists(LAMP));
    send("DELETE", FAULTS, NULL, NULL, 204);
    claim(ABED);
    ck_assert(lists(ABED));
    unit_end();
}
END_TEST

/* A device that changes all the time is remembered for its last changes alone. */
START_TEST(there_is_an_end_to_the_past)
{
    unit_begin(NULL);
    set("{\"kind\":\"list-lags\",\"request\":\"GET /v1/devices\",\"lag\":\"1h\"}", 201);
    for (int i = 0; i < 200; i++) {
        claim(LAMP);
        send("DELETE", "/v1/devices/" LAMP, "dev-token", NULL, 200);
        pass(1);
    }
    ck_assert(!lists(LAMP));
    unit_end();
}
END_TEST

START_TEST(why_names_it)
{
    unit_begin(NULL);
    set("{\"kind\":\"late-owner\",\"request\":\"any\",\"lag\":\"5s\",\"as\":\"late\"}", 201);
    claim(LAMP);
    send("GET", "/v1/devices/" LAMP, "dev-token", NULL, 403);
    char *journal = unit_journal_dup(), target[80];
    const char *request = strstr(strstr(journal, "\"fault.met\""), "\"request\":");
    snprintf(target, sizeof target, "/__mock/worlds/default/why-request/%ld",
             strtol(request + strlen("\"request\":"), NULL, 10));
    free(journal);
    send("GET", target, NULL, NULL, 200);
    ck_assert_msg(strstr(unit_reply(), "the fault late met it: late-owner") != NULL, "%s",
                  unit_reply());
    unit_end();
}
END_TEST

static const char *const mistakes[] = {
    "{\"kind\":\"late-owner\",\"request\":\"any\"}",
    "{\"kind\":\"late-owner\",\"lag\":\"5s\"}",
    "{\"kind\":\"list-lags\",\"request\":\"any\",\"lag\":\"0s\"}",
    "{\"kind\":\"stale-online\",\"request\":\"any\",\"lag\":\"5s\",\"delay\":\"5s real\"}",
};

START_TEST(a_mistake)
{
    unit_begin(NULL);
    set(mistakes[_i], 400);
    unit_end();
}
END_TEST

Suite *test_api_fault_truth(void)
{
    Suite *suite = suite_create("api_fault_truth");
    TCase *tcase = tcase_create("lag");
    tcase_add_test(tcase, an_owner_comes_late);
    tcase_add_test(tcase, an_owner_leaves_late_and_changes_nothing);
    tcase_add_test(tcase, it_is_met_by_who_is_shown_the_past);
    tcase_add_test(tcase, it_may_be_of_one_device);
    tcase_add_test(tcase, it_ends_when_it_is_cleared);
    tcase_add_test(tcase, there_is_an_end_to_the_past);
    tcase_add_test(tcase, why_names_it);
    tcase_add_loop_test(tcase, a_mistake, 0, (int)(sizeof mistakes / sizeof *mistakes));
    suite_add_tcase(suite, tcase);
    return suite;
}
