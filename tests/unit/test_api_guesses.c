/* What a world leans on: rules and switches that are guesses, told by the control API. */
#include "suites.h"
#include "unit_api.h"

#include "world/guesses.h"

#include <string.h>

/* The guesses of the bench's world by name, one behind the other. */
static const char *guesses(char ret_names[512])
{
    struct guess guess;
    ret_names[0] = '\0';
    for (size_t i = 0; guess_at(unit_world()->sim.leaned, i, &guess); i++) {
        strcat(ret_names, i ? " " : "");
        strcat(ret_names, guess.name);
    }
    return ret_names;
}

START_TEST(what_is_known_is_no_guess)
{
    static const struct api_case story[] = {
        {.method = "GET", .target = "/v1/devices", .token = "dev-token", .status = 200},
        {.method = "POST",
         .target = "/v1/devices",
         .token = "dev-token",
         .type = FORM,
         .body = "id=" LAMP,
         .status = 200,
         .rule = "claim.accepted-user"},
        {.method = "POST",
         .target = "/v1/device_claims",
         .token = "dev-token",
         .status = 200,
         .rule = "claim-code.issue"},
    };
    char names[512];
    unit_begin(NULL);
    UNIT_STORY(story);
    ck_assert_str_eq(guesses(names), "");
    unit_end();
}
END_TEST

/* What the world states is its own: older_claim_codes. */
START_TEST(guesses_are_named_with_their_switches)
{
    static const struct api_case story[] = {
        {.method = "POST",
         .target = "/v1/devices",
         .token = "ada-token",
         .type = FORM,
         .body = "id=" COLD,
         .status = 404,
         .rule = "claim.offline-customer"},
        {.method = "POST", .target = "/v1/device_claims", .token = "dev-token", .status = 200},
        {.method = "POST", .target = "/v1/device_claims", .token = "dev-token", .status = 200},
        {.method = "PATCH", .target = "/v1/devices", .token = "dev-token", .status = 405},
        {.method = "GET",
         .target = "/__mock/worlds/default/behaviours",
         .status = 200,
         .reply =
             "{\"switches\":[{\"name\":\"missing_device_id\",\"value\":\"empty-id-404\","
             "\"default\":true,\"asked\":false},<any>{\"name\":\"older_claim_codes\","
             "\"value\":\"cancelled\",\"default\":false,\"asked\":true},<any>],\"guesses\":["
             "{\"name\":\"claim.offline-customer\",\"text\":\"<any>\",\"source\":\"<any>\","
             "\"switch\":\"offline_customer_claim\",\"value\":\"refuse\",\"uses\":1},"
             "{\"name\":\"api.wrong-method\",\"text\":\"<any>\",\"source\":\"<any>\",\"switch\":"
             "null,\"value\":null,\"uses\":1},{\"name\":\"offline_claim_error\",<any>,"
             "\"uses\":0}]}"},
        {.method = "GET",
         .target = "/__mock/worlds/nowhere/behaviours",
         .status = 404,
         .reply = "{\"error\":\"unknown-world\",\"message\":\"<any>\"}"},
    };
    unit_begin("older_claim_codes: cancelled");
    UNIT_STORY(story);
    unit_end();
}
END_TEST

/* A run has leaned on a guess, even when its tests reset the world or end it. */
START_TEST(a_reset_forgets_no_guess)
{
    static const struct api_case story[] = {
        {.method = "PATCH", .target = "/v1/devices", .status = 405, .rule = "api.wrong-method"},
        {.method = "POST",
         .target = "/__mock/worlds/default/reset",
         .header = "X-Mockcloud-Control: 1",
         .status = 200},
    };
    static const struct api_case end = {.method = "DELETE",
                                        .target = "/__mock/worlds/default",
                                        .header = "X-Mockcloud-Control: 1",
                                        .status = 204};
    char names[512];
    struct leaned leaned = {0};
    struct guess guess;
    unit_begin(NULL);
    UNIT_STORY(story);
    ck_assert_str_eq(guesses(names), "api.wrong-method");
    unit_case(&end);
    worlds_leaned(api_worlds(unit_api()), &leaned);
    ck_assert(guess_at(&leaned, 0, &guess));
    ck_assert_str_eq(guess.name, "api.wrong-method");
    ck_assert(!guess_at(&leaned, 1, &guess));
    leaned_free(&leaned);
    unit_end();
}
END_TEST

START_TEST(the_document_is_served)
{
    static const struct api_case row = {
        .method = "GET",
        .target = "/__mock/openapi.json",
        .status = 200,
        .reply = "{\"openapi\":\"3.1.0\",<any>\"/v1/devices/{device}\":{\"parameters\":[{\"name\":"
                 "\"device\",\"in\":\"path\",<any>\"securitySchemes\":<any>}"};
    unit_begin(NULL);
    unit_case(&row);
    unit_end();
}
END_TEST

Suite *test_api_guesses(void)
{
    Suite *suite = suite_create("guesses");
    TCase *tcase = tcase_create("guesses");
    tcase_add_test(tcase, what_is_known_is_no_guess);
    tcase_add_test(tcase, guesses_are_named_with_their_switches);
    tcase_add_test(tcase, a_reset_forgets_no_guess);
    tcase_add_test(tcase, the_document_is_served);
    suite_add_tcase(suite, tcase);
    return suite;
}
