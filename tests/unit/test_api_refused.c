/* The refused requests that could have led to a claim: what of them `why` remembers. */
#include "suites.h"

#include "cloud/refusals.h"
#include "unit_api.h"
#include "world/why/why.h"

#include <stdio.h>
#include <string.h>

#define ADA "ada@example.com"
#define DEV "dev@example.com"

static struct why_answer ask(const char *device, const char *owner)
{
    size_t count;
    struct world *world = unit_world();
    struct owner who = owner ? world_owner(world, owner, &count) : (struct owner){0};
    return why_ask(world, fleet_find(world->fleet, device), who);
}

static void expect_why(const char *name, const char *device, const char *owner, const char *cause,
                       const char *evidence)
{
    struct why_answer answer = ask(device, owner);
    bool found = !evidence;
    ck_assert_msg(!answer.owned && strcmp(answer.cause, cause) == 0, "%s: %s", name, answer.cause);
    for (size_t i = 0; i < answer.evidence_count; i++)
        found = found || strstr(answer.evidence[i].text, evidence);
    ck_assert_msg(found, "%s: no evidence says \"%s\"; the first: %s", name, evidence,
                  answer.evidence[0].text);
    why_free(&answer);
}

#define CLAIM(kind, text) .method = "POST", .target = "/v1/devices", .type = kind, .body = text

/* Each is sent by itself, then the question is asked. */
static const struct {
    struct api_case row;
    const char *device, *owner, *cause;
    const char *evidence; /* a piece of it; NULL: none is looked for */
} refusals[] = {
    {{"a token that nobody knows", CLAIM(FORM, "id=" PUMP), .token = "nobody", .status = 401},
     "pump",
     ADA,
     "request-refused",
     "with a token that the cloud does not know and the device's id (" PUMP ") as id: refused "
     "with 401 (token.unknown). "},
    {{"no token", CLAIM(FORM, "id=" PUMP), .status = 400},
     "pump",
     ADA,
     "request-refused",
     "without a token and the device's id"},
    {{"a client's own token", CLAIM(FORM, "id=" PUMP "&id2=x"), .token = "acme-token",
      .status = 403},
     "pump",
     ADA,
     "request-refused",
     "with a token and the device's id"},
    {{"by name", CLAIM(FORM, "id=pump"), .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "request-refused",
     "the device's name (pump) as id: refused with 404 (claim.unknown-device)"},
    {{"by name: another device", CLAIM(FORM, "id=cold"), .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "never-claimed",
     NULL},
    {{"an id of no device", CLAIM(FORM, "id=" NONE), .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "request-refused",
     "what is no device's id (" NONE ") as id"},
    {{"nonsense for an id", CLAIM(JSON, "{\"id\":\"my pump\"}"), .token = "ada-token",
      .status = 404},
     "pump",
     ADA,
     "request-refused",
     "what is no device's id (my pump) as id"},
    {{"another parameter", CLAIM(JSON, "{\"deviceId\":\"" PUMP "\"}"), .token = "ada-token",
      .status = 404},
     "pump",
     ADA,
     "request-refused",
     "the device's id (" PUMP ") as deviceId: refused with 404 (claim.missing-id)"},
    {{"deeper", CLAIM(JSON, "{\"device\":{\"ids\":[\"" PUMP "\"]}}"), .token = "ada-token",
      .status = 404},
     "pump",
     ADA,
     "request-refused",
     "as ids"},
    {{"too deep", CLAIM(JSON, "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":\"" PUMP "\"}}}}}"),
      .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "request-refused",
     "with a token of ada@example.com: refused"},
    {{"plain text", CLAIM("text/plain", "id: " PUMP), .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "request-refused",
     "as text in the body"},
    {{"broken JSON", CLAIM(JSON, "{\"id\":\"" PUMP "\""), .token = "ada-token", .status = 400},
     "pump",
     ADA,
     "request-refused",
     "(api.bad-json)"},
    {{"another method", .method = "PUT", .target = "/v1/devices", .type = FORM, .body = "id=" PUMP,
      .token = "ada-token", .status = 405},
     "pump",
     ADA,
     "request-refused",
     "sent PUT /v1/devices"},
    {{"the id in the path", .method = "POST", .target = "/v1/devices/" PUMP, .token = "ada-token",
      .status = 405},
     "pump",
     ADA,
     "request-refused",
     "as a part of the path"},
    {{"a customer imports", .method = "POST", .target = "/v1/products/6287/devices", .type = JSON,
      .body = "{\"id\":\"" PUMP "\"}", .token = "ada-token", .status = 403},
     "pump",
     ADA,
     "request-refused",
     "(product.customer)"},
    {{"a customer's code on the user's route", .method = "POST", .target = "/v1/device_claims",
      .token = "ada-token", .status = 403},
     "pump",
     ADA,
     "request-refused",
     "sent POST /v1/device_claims with a token of ada@example.com"},
    {{"a code of another product", .method = "POST", .target = "/v1/products/7000/device_claims",
      .token = "ada-token", .status = 403},
     "pump",
     ADA,
     "request-refused",
     "(claim-code.caller)"},
    {{"a code on no route", .method = "POST", .target = "/v1/products/6287/claim_code",
      .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "request-refused",
     "(api.no-route)"},
    {{"capitals are the claim rules' own", CLAIM(FORM, "id=3100000000000000000000AB"),
      .token = "dev-token", .status = 404},
     "abed",
     DEV,
     "claim-refused",
     "claim.uppercase-id"},
    {{"offline is the claim rules' own", CLAIM(FORM, "id=" COLD), .token = "ada-token",
      .status = 404},
     "cold",
     ADA,
     "device-offline-when-claimed",
     "claim.offline-customer"},

    /* what is no attempt */
    {{"a read", .method = "GET", .target = "/v1/devices/" PUMP, .token = "ada-token",
      .status = 403},
     "pump",
     ADA,
     "never-claimed",
     NULL},
    {{"another thing", .method = "PUT", .target = "/v1/devices/" PUMP, .type = FORM,
      .body = "name=x", .token = "ada-token", .status = 403},
     "pump",
     ADA,
     "never-claimed",
     NULL},
    {{"somebody else's", CLAIM(FORM, "deviceId=" PUMP), .token = "bob-token", .status = 404},
     "pump",
     ADA,
     "never-claimed",
     NULL},
    {{"on another device", CLAIM(FORM, "deviceId=" COLD), .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "never-claimed",
     NULL},
    {{"the wrong path of something else", .method = "POST", .target = "/v1/nothing",
      .token = "ada-token", .status = 404},
     "pump",
     ADA,
     "never-claimed",
     NULL},
};

START_TEST(each_refusal_is_remembered)
{
    unit_begin(NULL);
    unit_case(&refusals[_i].row);
    expect_why(refusals[_i].row.name, refusals[_i].device, refusals[_i].owner, refusals[_i].cause,
               refusals[_i].evidence);
    unit_end();
}
END_TEST

START_TEST(a_dead_token_was_somebodys)
{
    static const struct api_case claim = {"an expired token", CLAIM(FORM, "id=" DARK),
                                          .token = "brief-token", .status = 401};
    static const struct api_case revoke = {"revoked", .method = "DELETE",
                                           .target = "/v1/access_tokens/current",
                                           .token = "eve-token", .status = 200};
    static const struct api_case revoked = {"a revoked token", CLAIM(FORM, "id=" DARK),
                                            .token = "eve-token", .status = 401};
    unit_begin(NULL);
    vclock_advance(unit_world()->sim.clock, vclock_now(unit_world()->sim.clock) + 60000);
    unit_case(&claim);
    expect_why("expired", "dark", DEV, "request-refused", "with a dead token of " DEV);
    unit_case(&revoke);
    unit_case(&revoked);
    expect_why("revoked", "dark", "eve@example.com", "request-refused", "with a dead token of eve");
    unit_end();
}
END_TEST

START_TEST(nobody_known_has_tried)
{
    static const struct api_case claim = {"unknown", CLAIM(FORM, "id=" LAMP), .token = "nobody",
                                          .status = 401};
    struct owner owner;
    unit_begin(NULL);
    const struct device *lamp = fleet_find(unit_world()->fleet, "lamp");
    ck_assert(!why_default_owner(unit_world(), lamp, &owner));
    unit_case(&claim);
    ck_assert(why_default_owner(unit_world(), lamp, &owner));
    ck_assert_int_eq(owner.kind, OWNER_NONE);
    expect_why("nobody known", "lamp", NULL, "request-refused", "does not know");
    unit_end();
}
END_TEST

/* ---- bounds ---- */

START_TEST(a_flood_drives_out_nothing_of_another)
{
    static const struct api_case first = {"of dev", CLAIM(FORM, "deviceId=" DARK),
                                          .token = "dev-token", .status = 404};
    static const struct api_case flood = {"of eve", CLAIM(FORM, "deviceId=" DARK),
                                          .token = "eve-token", .status = 404};
    unit_begin(NULL);
    unit_case(&first);
    for (int i = 0; i < 3 * REFUSALS_KEPT; i++)
        unit_case(&flood);
    expect_why("after a flood", "dark", DEV, "request-refused", "of " DEV);
    size_t cursor = 0, books = 0;
    const struct refusal_book *book;
    while ((book = refusals_next(unit_world()->cloud, &cursor))) {
        books++;
        ck_assert_uint_le(refusals_count(book), REFUSALS_KEPT);
    }
    ck_assert_uint_eq(books, 2);
    unit_end();
}
END_TEST

Suite *test_api_refused(void)
{
    Suite *suite = suite_create("refused");
    TCase *tcase = tcase_create("refused");
    tcase_add_loop_test(tcase, each_refusal_is_remembered, 0, sizeof refusals / sizeof *refusals);
    tcase_add_test(tcase, a_dead_token_was_somebodys);
    tcase_add_test(tcase, nobody_known_has_tried);
    tcase_add_test(tcase, a_flood_drives_out_nothing_of_another);
    suite_add_tcase(suite, tcase);
    return suite;
}
