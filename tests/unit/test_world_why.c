/* Why a device is not somebody's: every cause, the order of asking, the evidence, the advice. */
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/claim_code.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "suites.h"

#include "base/mem.h"
#include "cloud/refusals.h"
#include "cloud/sims.h"
#include "unit_world.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ADA  "ada@example.com"
#define BEN  "ben@example.com"
#define DEV  "dev@example.com"
#define CLEO "cleo@example.com"
#define HOUR INT64_C(3600000)
#define END  (const char *)NULL

/* ---- stories: what happens to the pump before the question ---- */

static void story_nothing(void)
{
}

static void story_owned(void)
{
    stage_bring_online("pump", "power-on", END);
    stage_claim(ADA, "pump");
}

static void story_of_another(void)
{
    stage_bring_online("pump", "power-on", END);
    stage_claim(DEV, "pump");
}

static void story_offline_claim(void)
{
    stage_claim(ADA, "pump");
}

static void story_offline_claim_then_online(void)
{
    stage_claim(ADA, "pump");
    stage_bring_online("pump", "power-on", END);
}

static void story_code_not_handed_over(void)
{
    stage_issue(ADA);
    stage_bring_online("pump", "power-on", END);
}

static void story_code_died(void)
{
    stage_issue(ADA);
    stage_bring_online("pump", "power-on", END);
    stage_advance(HOUR);
}

/* Ada's code is on the device, which was online before and has not connected since. */
static struct claim_code *stored(void)
{
    struct claim_code *code = stage_issue(ADA);
    stage_bring_online("pump", "power-on", END);
    stage_hand("pump", "usb", code->code);
    return code;
}

static void story_stored(void)
{
    stored();
}

static void story_stored_before_the_first_connection(void)
{
    const struct claim_code *code = stage_issue(ADA);
    stage_do("pump", "power-on");
    stage_do("pump", "listen");
    stage_hand("pump", "serial", code->code);
}

static void story_resumed(void)
{
    stored();
    stage_bring_online("pump", "reset", END);
}

static void story_resumed_before_it_was_stored(void)
{
    stage_bring_online("pump", "power-on", END);
    stage_bring_online("pump", "reset", END);
    stage_hand("pump", "usb", stage_issue(ADA)->code);
}

static void story_resumed_twice_and_offline(void)
{
    stored();
    stage_bring_online("pump", "reset", END);
    stage_bring_online("pump", "listen", "leave-listening", END);
    stage_do("pump", "power-off");
}

static void story_expired(void)
{
    stored();
    stage_advance(HOUR);
    stage_bring_online("pump", "power-off", "power-on", END);
}

static void story_used(void)
{
    const struct claim_code *code = stored();
    stage_place("lamp", stage_record("pump")->product);
    claim_code_offer(stage->cloud, stage_record("lamp"), code->code);
    stage_bring_online("pump", "power-off", "power-on", END);
}

static void story_unknown(void)
{
    stage_do("pump", "power-on");
    stage_hand("pump", "usb", "nobody has issued this");
    stage_until("pump", STATE_ONLINE);
}

static void story_revoked(void)
{
    struct claim_code *code = stored();
    code->revoked = (struct fact){code->issued_n, code->issued_ms};
    stage_bring_online("pump", "power-off", "power-on", END);
}

static void story_not_in_product(void)
{
    stage_place("pump", NULL);
    stored();
    stage_bring_online("pump", "power-off", "power-on", END);
}

static void story_imported_too_late(void)
{
    story_not_in_product();
    cloud_import(stage->cloud, cloud_product(stage->cloud, "pump"), stage_device("pump")->id);
}

static void story_imported_too_late_and_resumed(void)
{
    story_imported_too_late();
    stage_bring_online("pump", "reset", END);
}

static void story_freed_too_late(void)
{
    cloud_set_owner(stage->cloud, stage_record("pump"), stage_owner(DEV));
    stored();
    stage_bring_online("pump", "power-off", "power-on", END);
    claim_release(stage->cloud, stage_record("pump"));
}

static void story_claimed_and_released(void)
{
    story_owned();
    claim_release(stage->cloud, stage_record("pump"));
}

static void story_refused_offline_then_owned_and_released(void)
{
    story_offline_claim();
    story_claimed_and_released();
}

static void story_claimed_by_code_and_released(void)
{
    stored();
    stage_bring_online("pump", "power-off", "power-on", END);
    claim_release(stage->cloud, stage_record("pump"));
}

static void story_released_and_another_issued(void)
{
    story_claimed_and_released();
    stage_issue(ADA);
}

static void story_released_and_claimed_offline(void)
{
    story_claimed_and_released();
    stage_do("pump", "power-off");
    stage_advance(HOUR);
    stage_claim(ADA, "pump");
}

static void story_expired_owned_and_released(void)
{
    story_expired();
    stage_claim(ADA, "pump");
    claim_release(stage->cloud, stage_record("pump"));
}

static void story_capitals(void)
{
    struct cloud_device *found = NULL;
    struct owner ada = stage_owner(ADA);
    char id[IDS_OBJECT + 1];
    memcpy(id, stage_device("pump")->id, sizeof id);
    for (char *c = id; *c; c++)
        *c = (char)toupper((unsigned char)*c);
    claim_by_id(stage->cloud, &ada, id, false, &found);
}

static void story_of_a_stranger(void)
{
    struct cloud_device *found = NULL;
    struct owner ben = stage_owner(BEN);
    stage_bring_online("pump", "power-on", END);
    claim_by_id(stage->cloud, &ben, stage_device("pump")->id, false, &found);
}

/* Another customer's code, dead, was presented; Ada has claimed by id while it was offline. */
static void story_expired_of_another(void)
{
    story_expired();
    stage_do("pump", "power-off");
    stage_advance(HOUR);
}

static void story_stored_and_died(void)
{
    stored();
    stage_advance(HOUR);
}

/* A code that claimed another device, before the pump was claimed offline. */
static void story_a_code_for_another_device(void)
{
    struct claim_code *code = stage_issue(ADA);
    code->used.n = 1;
    code->used.at_ms = STAGE_START;
    memset(code->used_by, 'a', IDS_OBJECT);
    stage_claim(ADA, "pump");
}

static void story_radio(void)
{
    struct owner ada = stage_owner(ADA);
    claim_code_issue_radio(stage->cloud, &ada, cloud_product(stage->cloud, "pump"),
                           cloud_iccid(stage_record("pump")));
}

static void story_radio_died(void)
{
    story_radio();
    stage_advance(HOUR);
    stage_bring_online("pump", "power-on", END);
}

static void story_foreign_then_imported(void)
{
    stage_place("pump", NULL);
    stage_bring_online("pump", "power-on", END);
    stage_claim(ADA, "pump");
    cloud_import(stage->cloud, cloud_product(stage->cloud, "pump"), stage_device("pump")->id);
}

/* ---- two causes at once ---- */

static void story_expired_then_a_new_code_stored(void)
{
    story_expired();
    stage_hand("pump", "usb", stage_issue(ADA)->code);
}

static void story_stored_and_another_issued(void)
{
    story_stored();
    stage_issue(ADA);
}

static void story_resumed_and_offline_claim(void)
{
    story_resumed();
    stage_do("pump", "disconnect");
    stage_claim(ADA, "pump");
}

static void story_offline_claim_and_a_code(void)
{
    story_offline_claim();
    stage_issue(ADA);
}

static void story_expired_and_of_another(void)
{
    story_expired();
    stage_claim(DEV, "pump");
}

static void story_expired_and_not_in_product(void)
{
    story_expired();
    stage_place("pump", NULL);
}

static void story_team_code(void)
{
    struct owner ben = stage_owner(BEN);
    int value = behaviour_value(BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER, "team-in-vain");
    stage->sim.behaviours.value[BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER] = (uint8_t)value;
    const struct claim_code *code =
        claim_code_issue(stage->cloud, &ben, cloud_product(stage->cloud, "pump"));
    stage_bring_online("pump", "power-on", END);
    stage_hand("pump", "usb", code->code);
    stage_bring_online("pump", "power-off", "power-on", END);
}

/* It holds a code that it can't send. */
static void story_sim_not_active(void)
{
    stored();
    sims_deactivate(stage->cloud, cloud_iccid(stage_record("pump")));
}

/* The SIM is why it went, and it is back. */
static void story_sim_active_again(void)
{
    stage_bring_online("pump", "power-on", END);
    sims_deactivate(stage->cloud, cloud_iccid(stage_record("pump")));
    sims_reactivate(stage->cloud, cloud_iccid(stage_record("pump")));
    stage_until("pump", STATE_ONLINE);
}

/* ---- codes that went astray ---- */

static void story_overwritten(void)
{
    stored();
    stage_hand("pump", "usb", stage_issue(BEN)->code);
}

static void story_stored_by_another_device(void)
{
    const struct claim_code *code = stage_issue(ADA);
    stage_do("lamp", "power-on");
    stage_hand("lamp", "usb", code->code);
}

static void story_used_by_another_device(void)
{
    stage_record("lamp")->product = stage_record("pump")->product;
    claim_code_offer(stage->cloud, stage_record("lamp"), stage_issue(ADA)->code);
}

static void story_another_device_has_its_own(void)
{
    stored();
    stage_do("lamp", "power-on");
    stage_hand("lamp", "usb", stage_issue(ADA)->code);
}

static void story_too_short(void)
{
    stage_issue(ADA);
    stage_do("pump", "power-on");
    stage_do("pump", "listen");
    stage_hand("pump", "serial", "too short");
}

/* One character of the code is another one. */
static void story_mistyped(void)
{
    struct claim_code *code = stage_issue(ADA);
    char *text = mem_dup(code->code);
    text[40] = text[40] == 'x' ? 'y' : 'x';
    stage_do("pump", "power-on");
    stage_hand("pump", "usb", text);
    stage_until("pump", STATE_ONLINE);
    free(text);
}

static void story_radio_of_another(void)
{
    struct owner ada = stage_owner(ADA);
    claim_code_issue_radio(stage->cloud, &ada, cloud_product(stage->cloud, "pump"),
                           "89340765000000000017");
}

/* Another SIM's number, over USB, is no code. */
static void story_radio_of_another_handed_over(void)
{
    story_radio_of_another();
    stage_do("pump", "power-on");
    stage_hand("pump", "usb", "89340765000000000017");
    stage_until("pump", STATE_ONLINE);
}

static void story_radio_superseded(void)
{
    struct owner ben = stage_owner(BEN);
    story_radio();
    claim_code_issue_radio(stage->cloud, &ben, NULL, cloud_iccid(stage_record("pump")));
}

static void story_radio_ignored(void)
{
    int value = behaviour_value(BEHAVIOUR_RADIO_CLAIM_CODE, "ignored");
    stage->sim.behaviours.value[BEHAVIOUR_RADIO_CLAIM_CODE] = (uint8_t)value;
    story_radio();
    stage_bring_online("pump", "power-on", END);
}

static void story_radio_before_the_import(void)
{
    stage_record("pump")->product = NULL;
    story_radio();
    stage_bring_online("pump", "power-on", END);
    cloud_import(stage->cloud, cloud_product(stage->cloud, "pump"), stage_device("pump")->id);
}

static void story_radio_before_the_owner_left(void)
{
    stage_record("pump")->owner = stage_owner(DEV);
    story_radio();
    stage_bring_online("pump", "power-on", END);
    claim_release(stage->cloud, stage_record("pump"));
}

/* ---- where the device is ---- */

static void story_import_refused(void)
{
    stage_record("pump")->product = cloud_product(stage->cloud, "lamp");
    cloud_import(stage->cloud, cloud_product(stage->cloud, "pump"), stage_device("pump")->id);
}

static void story_removed(void)
{
    cloud_remove_from_product(stage->cloud, stage_record("pump"));
}

static void story_denied(void)
{
    cloud_deny(stage->cloud, stage_record("pump"));
}

static void story_taken_over(void)
{
    const struct claim_code *code = stage_issue(BEN);
    stage_record("pump")->product = NULL;
    cloud_set_owner(stage->cloud, stage_record("pump"), stage_owner(DEV));
    claim_code_offer(stage->cloud, stage_record("pump"), code->code);
    claim_release(stage->cloud, stage_record("pump"));
}

/* ---- requests that never came to be claims ---- */

static const struct rule some_rule = {.name = "some.rule", .text = "It is so."};

static void refuse(const char *owner, const char *device, enum refused_kind kind,
                   enum refused_token token, enum refused_naming naming)
{
    struct refusal refusal = {
        .kind = kind,
        .caller = "client:app",
        .request = "POST /v1/devices",
        .token = token,
        .owner = owner ? stage_owner(owner) : (struct owner){0},
        .device = device ? stage_record(device) : NULL,
        .naming = naming,
        .named = naming == NAMED_NOTHING ? NULL : "what it said",
        .place = naming == NAMED_NOTHING ? NULL : "id",
        .status = 401,
        .rule = &some_rule,
    };
    sim_note(&stage->sim);
    refusal.at.n = sim_noted(&stage->sim, "client:app", "http.request");
    refusal.at.at_ms = vclock_now(stage->sim.clock);
    refusals_note(stage->cloud, &refusal);
}

static void story_dead_token(void)
{
    refuse(ADA, "pump", REFUSED_CLAIM, REFUSED_DEAD_TOKEN, NAMED_ID);
}

static void story_unknown_token(void)
{
    refuse(NULL, "pump", REFUSED_CLAIM, REFUSED_UNKNOWN_TOKEN, NAMED_ID);
}

static void story_by_name(void)
{
    refuse(ADA, "pump", REFUSED_CLAIM, REFUSED_LIVE_TOKEN, NAMED_NAME);
}

static void story_by_id_too_often(void)
{
    refuse(ADA, "pump", REFUSED_CLAIM, REFUSED_LIVE_TOKEN, NAMED_ID);
}

static void story_code_on_the_wrong_route(void)
{
    refuse(ADA, NULL, REFUSED_CODE, REFUSED_LIVE_TOKEN, NAMED_NOTHING);
}

static void story_refused_before_an_offline_claim(void)
{
    story_dead_token();
    story_offline_claim();
}

static void story_of_others(void)
{
    refuse(BEN, "pump", REFUSED_CLAIM, REFUSED_DEAD_TOKEN, NAMED_ID);
    refuse(ADA, "lamp", REFUSED_CLAIM, REFUSED_DEAD_TOKEN, NAMED_ID);
}

static const struct {
    const char *note;
    void (*story)(void);
    const char *owner, *cause; /* "" owned */
    const char *evidence;      /* a piece of it */
} stories[] = {
    {"owned", story_owned, ADA, "", NULL},
    {"of another", story_of_another, ADA, "owned-by-someone-else", "user dev@example.com owns"},
    {"of another: a user asks", story_of_another, BEN, "owned-by-someone-else", "owns the device"},
    {"not in the product", story_not_in_product, ADA, "device-not-in-product",
     "the device is in no product, ada@example.com is a customer of product pump"},
    {"in another product", story_nothing, CLEO, "device-not-in-product",
     "the device is in product pump, cleo@example.com is a customer of product lamp"},
    {"expired", story_expired, ADA, "claim-code-expired", "was not told that it is refused"},
    {"used", story_used, ADA, "claim-code-already-used", " claimed device lamp ("},
    {"unknown", story_unknown, ADA, "claim-code-unknown", "presented claim code nobody…"},
    {"revoked", story_revoked, ADA, "claim-code-unknown", "presented claim code"},
    {"of a team member", story_team_code, ADA, "claim-code-of-team-member",
     "the device's own flag is set, and nobody owns it"},
    {"a SIM that is not active", story_sim_not_active, ADA, "sim-not-active", "the SIM 89"},
    {"a SIM that is active again", story_sim_active_again, ADA, "never-claimed",
     "has seen no claim"},
    {"resumed", story_resumed, ADA, "stored-code-not-sent-session-resumed", "by resuming"},
    {"resumed twice", story_resumed_twice_and_offline, ADA, "stored-code-not-sent-session-resumed",
     "by resuming"},
    {"stored", story_stored, ADA, "stored-code-not-sent-yet", "the device stored claim code"},
    {"stored in listening mode", story_stored_before_the_first_connection, ADA,
     "stored-code-not-sent-yet", "the device has never connected"},
    {"stored after a resume", story_resumed_before_it_was_stored, ADA, "stored-code-not-sent-yet",
     "connected last, resuming its session"},
    {"not handed over", story_code_not_handed_over, ADA, "claim-code-not-on-device",
     "the device never stored it"},
    {"not handed over, and dead", story_code_died, ADA, "claim-code-not-on-device",
     "expired, an hour after it was issued"},
    {"offline", story_offline_claim, ADA, "device-offline-when-claimed", "claim.offline-customer"},
    {"offline then", story_offline_claim_then_online, ADA, "device-offline-when-claimed",
     "the cloud believes the device online now"},
    {"never", story_nothing, ADA, "never-claimed", "no claim of the device by ada@example.com"},
    {"never, by ben", story_offline_claim, BEN, "never-claimed",
     "no claim of the device by ben@example.com"},

    {"capitals", story_capitals, ADA, "claim-refused", "claim.uppercase-id"},
    {"a stranger's claim", story_of_a_stranger, BEN, "claim-refused", "claim.non-member"},
    {"another's dead code", story_expired_of_another, BEN, "never-claimed",
     "no claim of the device"},
    {"stored, and dead", story_stored_and_died, ADA, "stored-code-not-sent-yet",
     "expired, an hour after it was issued"},
    {"a code that claimed another device", story_a_code_for_another_device, ADA,
     "device-offline-when-claimed", "claim.offline-customer"},
    {"a code for the SIM", story_radio, ADA, "radio-code-waits-for-handshake",
     "was made for the SIM or modem"},
    {"a code for the SIM, too late", story_radio_died, ADA, "claim-code-expired",
     "the code of its SIM or modem 89"},

    /* a refusal that no longer stands: the device holds the code and will send it again */
    {"imported too late", story_imported_too_late, ADA, "stored-code-not-sent-yet",
     "claim-code.not-in-product"},
    {"imported too late, resumed", story_imported_too_late_and_resumed, ADA,
     "stored-code-not-sent-session-resumed", "claim-code.not-in-product"},
    {"freed too late", story_freed_too_late, ADA, "stored-code-not-sent-yet",
     "claim-code.owned-by-other"},
    /* what was done before is told, though it explains nothing */
    {"released", story_claimed_and_released, ADA, "released",
     "until then ada@example.com owned it"},
    {"refused, owned, released", story_refused_offline_then_owned_and_released, ADA, "released",
     "until then ada@example.com owned it"},
    {"claimed by a code, released", story_claimed_by_code_and_released, ADA, "released",
     "until then ada@example.com owned it"},
    {"released, then another code", story_released_and_another_issued, ADA,
     "claim-code-not-on-device", "never stored it"},
    {"released, then claimed offline", story_released_and_claimed_offline, ADA,
     "device-offline-when-claimed", "claim.offline-customer"},
    {"expired, owned, released", story_expired_owned_and_released, ADA, "released", "until then"},
    {"foreign then", story_foreign_then_imported, ADA, "claim-refused", "claim.foreign-customer"},

    {"overwritten", story_overwritten, ADA, "claim-code-overwritten", "stored another code, "},
    {"stored by another device", story_stored_by_another_device, ADA,
     "claim-code-went-to-another-device", "was stored by device lamp ("},
    {"used by another device", story_used_by_another_device, ADA,
     "claim-code-went-to-another-device", "claimed device lamp ("},
    {"a newer one is another device's", story_another_device_has_its_own, ADA,
     "stored-code-not-sent-yet", "stored claim code"},
    {"too short", story_too_short, ADA, "device-refused-code",
     "it has 9 characters, a claim code has 63"},
    {"mistyped", story_mistyped, ADA, "claim-code-unknown",
     "one character is not that of claim code"},
    {"mistyped, of another", story_mistyped, BEN, "never-claimed", "no claim of the device"},
    {"a code for another SIM", story_radio_of_another, ADA, "radio-code-for-another-sim",
     "the device's SIM is 89"},
    {"another SIM's number over USB", story_radio_of_another_handed_over, ADA, "claim-code-unknown",
     "the number of a SIM or modem, which is no claim code"},
    {"a code for the SIM, superseded", story_radio_superseded, ADA, "radio-code-superseded",
     "issued to ben@example.com, which made the older one void"},
    {"a code for the SIM, ignored", story_radio_ignored, ADA, "radio-code-ignored",
     "this world's switch radio_claim_code"},
    {"a code for the SIM before the import", story_radio_before_the_import, ADA,
     "radio-code-waits-for-handshake", "claim-code.not-in-product"},
    {"a code for the SIM before the owner left", story_radio_before_the_owner_left, ADA,
     "radio-code-waits-for-handshake", "claim-code.owned-by-other"},

    {"import refused", story_import_refused, ADA, "device-not-in-product",
     "did not take the device: in another product"},
    {"removed", story_removed, ADA, "device-not-in-product", "taken out of product pump"},
    {"denied", story_denied, ADA, "device-not-in-product", "denied by product pump"},
    {"taken over", story_taken_over, BEN, "released", "until then ben@example.com owned it"},

    {"a dead token", story_dead_token, ADA, "request-refused",
     "with a dead token of ada@example.com and the device's id"},
    {"a token that nobody knows", story_unknown_token, ADA, "request-refused",
     "a token that the cloud does not know"},
    {"by name", story_by_name, ADA, "request-refused", "(some.rule). It is so."},
    {"by id, and refused before", story_by_id_too_often, ADA, "claim-refused", "(some.rule)"},
    {"a code on the wrong route", story_code_on_the_wrong_route, ADA, "request-refused", "401"},
    {"claimed since", story_refused_before_an_offline_claim, ADA, "device-offline-when-claimed",
     "with a dead token"},
    {"others, and other devices", story_of_others, ADA, "never-claimed", "no request for one"},

    /* the order */
    {"someone else's before expired", story_expired_and_of_another, ADA, "owned-by-someone-else",
     "owns the device"},
    {"someone else's before the product", story_of_another, CLEO, "owned-by-someone-else",
     "owns the device"},
    {"the product before expired", story_expired_and_not_in_product, ADA, "device-not-in-product",
     "no product"},
    {"expired, and another one stored since", story_expired_then_a_new_code_stored, ADA,
     "stored-code-not-sent-yet", "stored claim code"},
    {"another issued since it was stored", story_stored_and_another_issued, ADA,
     "claim-code-not-on-device", "stored claim code"},
    {"claimed offline since it resumed", story_resumed_and_offline_claim, ADA,
     "device-offline-when-claimed", "stored claim code"},
    {"a code since it was claimed offline", story_offline_claim_and_a_code, ADA,
     "claim-code-not-on-device", "never stored it"},
};

#define STORIES (int)(sizeof stories / sizeof *stories)

/* Every number stands for an entry, every time is a time of the world. */
static void expect_evidence(const struct why_answer *answer, const char *piece)
{
    bool found = false;
    ck_assert_uint_ge(answer->evidence_count, 1);
    ck_assert_uint_le(answer->evidence_count, WHY_EVIDENCE);
    for (size_t i = 0; i < answer->evidence_count; i++) {
        const struct why_evidence *evidence = &answer->evidence[i];
        const struct journal_entry *entry = journal_get(stage->sim.journal, evidence->n);
        ck_assert_int_eq(entry != NULL, evidence->n != 0);
        if (entry && evidence->at_ms >= 0)
            ck_assert_int_eq(entry->at_ms, evidence->at_ms);
        found |= strstr(evidence->text, piece) != NULL;
    }
    ck_assert_msg(found, "no evidence says \"%s\"; the first: %s", piece, answer->evidence[0].text);
}

START_TEST(each_story_has_its_cause)
{
    stories[_i].story();
    struct owner owner = stage_owner(stories[_i].owner);
    struct why_answer answer = why_ask(stage, stage_device("pump"), owner);
    ck_assert_int_eq(answer.owned, *stories[_i].cause == '\0');
    ck_assert_msg(strcmp(answer.cause ? answer.cause : "", stories[_i].cause) == 0, "%s: %s",
                  stories[_i].note, answer.cause);
    ck_assert(owner_same(&answer.owner, &owner));
    if (!answer.owned) {
        ck_assert(answer.advice && *answer.advice);
        ck_assert(why_cause_known(answer.cause));
        expect_evidence(&answer, stories[_i].evidence);
    } else {
        ck_assert_ptr_null(answer.advice);
        ck_assert_uint_eq(answer.evidence_count, 1); /* whose it is */
    }
    why_free(&answer);
}
END_TEST

START_TEST(every_cause_has_a_story)
{
    ck_assert_uint_eq(why_cause_count, 22);
    for (size_t c = 0; c < why_cause_count; c++) {
        int met = 0;
        for (int i = 0; i < STORIES; i++)
            met += strcmp(stories[i].cause, why_causes[c].name) == 0;
        ck_assert_msg(met, "%s", why_causes[c].name);
        ck_assert(*why_causes[c].text && *why_causes[c].advice);
    }
    ck_assert(!why_cause_known("bad-luck"));
}
END_TEST

/* What would stop any attempt is asked before what the newest came to. */
START_TEST(the_order_of_asking)
{
    static const char *const first[] = {"owned-by-someone-else", "device-not-in-product",
                                        "sim-not-active", "released"};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++)
        ck_assert_str_eq(why_causes[i].name, first[i]);
    ck_assert_str_eq(why_causes[why_cause_count - 1].name, "never-claimed");
}
END_TEST

/* ---- the ring ---- */

START_TEST(it_works_after_the_journal_has_forgotten)
{
    stories[_i].story();
    struct why_answer before = why_ask(stage, stage_device("pump"), stage_owner(stories[_i].owner));
    for (int i = 0; i < JOURNAL_ENTRIES; i++)
        journal_add(stage->sim.journal,
                    &(struct journal_entry){.at_ms = 0,
                                            .actor = "cloud",
                                            .kind = "test.noise",
                                            .cause = 0,
                                            .data = "{}",
                                            .data_len = 2},
                    0);
    struct why_answer after = why_ask(stage, stage_device("pump"), stage_owner(stories[_i].owner));
    ck_assert_pstr_eq(after.cause, before.cause);
    ck_assert_uint_eq(after.evidence_count, before.evidence_count);
    for (size_t i = 0; i < after.evidence_count; i++) {
        ck_assert_uint_eq(after.evidence[i].n, before.evidence[i].n);
        ck_assert_str_eq(after.evidence[i].text, before.evidence[i].text);
        ck_assert_ptr_null(journal_get(stage->sim.journal, after.evidence[i].n));
    }
    why_free(&before);
    why_free(&after);
}
END_TEST

/* ---- the advice ---- */

static char *advice_dup(const char *owner)
{
    struct why_answer answer = why_ask(stage, stage_device("pump"), stage_owner(owner));
    char *advice = mem_dup(answer.advice);
    why_free(&answer);
    return advice;
}

START_TEST(the_advice_knows_a_dead_code)
{
    stage_issue(ADA);
    char *alive = advice_dup(ADA);
    stage_advance(HOUR - 1);
    char *still = advice_dup(ADA);
    stage_advance(1);
    char *dead = advice_dup(ADA);
    ck_assert_ptr_nonnull(strstr(alive, "has to get onto the device"));
    ck_assert_str_eq(still, alive);
    ck_assert_ptr_nonnull(strstr(dead, "Ask for a new code"));
    free(alive);
    free(still);
    free(dead);
}
END_TEST

/* The advice of each story speaks of the device as it is: what is off is powered on, never reset.
 */
START_TEST(the_advice_is_of_the_present)
{
    stories[_i].story();
    struct why_answer answer = why_ask(stage, stage_device("pump"), stage_owner(stories[_i].owner));
    const char *advice = answer.advice ? answer.advice : "";
    enum device_state state = stage_device("pump")->state;
    if (state != STATE_OFF)
        ck_assert_msg(!strstr(advice, "power it on") || strstr(advice, "Cut its power"), "%s: %s",
                      stories[_i].note, advice);
    if (state != STATE_ONLINE)
        ck_assert_msg(!strstr(advice, "is online now"), "%s: %s", stories[_i].note, advice);
    if (state == STATE_OFF)
        ck_assert_msg(!strstr(advice, "Cut its power") && !strstr(advice, "Reset it"), "%s: %s",
                      stories[_i].note, advice);
    why_free(&answer);
}
END_TEST

START_TEST(claim_codes_are_shortened)
{
    const struct claim_code *code = stage_issue(ADA);
    struct why_answer answer = why_ask(stage, stage_device("pump"), stage_owner(ADA));
    for (size_t i = 0; i < answer.evidence_count; i++)
        ck_assert_ptr_null(strstr(answer.evidence[i].text, code->code));
    ck_assert_mem_eq(strstr(answer.evidence[0].text, "claim code ") + 11, code->code, 6);
    why_free(&answer);
}
END_TEST

/* ---- who is asked about, when nobody is named ---- */

static void default_of_nobody(void)
{
}

static void default_of_a_claim(void)
{
    stage_claim(BEN, "pump");
}

static void default_of_a_code(void)
{
    stage_issue(ADA);
}

static void default_of_another_products_code(void)
{
    stage_issue(CLEO);
    stage_issue(BEN); /* a user's, and the pump is in a product */
}

static void default_of_the_last(void)
{
    stage_issue(ADA);
    stage_claim(BEN, "pump");
    stage_claim(DEV, "pump");
    stage_claim(DEV, "lamp");
}

static void default_of_a_later_code(void)
{
    stage_claim(BEN, "pump");
    stage_issue(ADA);
}

static void default_of_many(void)
{
    for (int i = 0; i < 40; i++)
        stage_claim(i % 2 ? BEN : ADA, "pump");
}

static void default_of_the_deleted(void)
{
    stage_claim(BEN, "pump");
    stage_issue(ADA);
    stage_claim(ADA, "pump");
    cloud_delete_customer(stage->cloud, stage_owner(ADA).customer);
}

static const struct {
    void (*story)(void);
    const char *owner; /* NULL: nobody */
} defaults[] = {
    {default_of_nobody, NULL},  {default_of_a_claim, BEN},
    {default_of_a_code, ADA},   {default_of_another_products_code, NULL},
    {default_of_the_last, DEV}, {default_of_a_later_code, ADA},
    {default_of_many, BEN},     {default_of_the_deleted, BEN},
};

START_TEST(without_an_owner_the_last_who_tried)
{
    defaults[_i].story();
    struct owner owner;
    bool asked = why_default_owner(stage, stage_device("pump"), &owner);
    ck_assert_int_eq(asked, defaults[_i].owner != NULL);
    ck_assert_pstr_eq(owner_name(&owner), defaults[_i].owner);
}
END_TEST

START_TEST(a_users_code_counts_for_a_device_of_no_product)
{
    stage_issue(BEN);
    struct owner owner;
    ck_assert(why_default_owner(stage, stage_device("lamp"), &owner));
    ck_assert_str_eq(owner_name(&owner), BEN);
}
END_TEST

/* ---- as JSON ---- */

#define BY_ADA "{\"kind\":\"customer\",\"name\":\"" ADA "\"}"

static void expect_written(const char *owner, const char *expected)
{
    struct buf out;
    struct jsonw w;
    struct why_answer answer = why_ask(stage, stage_device("pump"), stage_owner(owner));
    buf_init(&out, 10000);
    jsonw_init(&w, &out);
    why_write(&answer, &w);
    ck_assert_str_eq(buf_str(&out), expected);
    buf_free(&out);
    why_free(&answer);
}

START_TEST(an_answer_as_json)
{
    char *expected = mem_printf_dup(
        "{\"owned\":false,\"owner\":" BY_ADA
        ",\"cause\":\"never-claimed\",\"text\":\"Nobody has tried to claim the device for this "
        "owner.\",\"evidence\":[{\"n\":null,\"at\":null,\"text\":\"the cloud has seen no claim of "
        "the device by ada@example.com, no request for one, and has issued no claim code for "
        "it\"}],\"advice\":\"Claim it by id (POST /v1/devices with id=%s and the owner's token) "
        "while it is online, or with a claim code (POST /v1/products/pump/device_claims). It is "
        "off: power it on.\"}",
        stage_device("pump")->id);
    expect_written(ADA, expected);
    free(expected);
    cloud_set_owner(stage->cloud, stage_record("pump"), stage_owner(ADA));
    expected = mem_printf_dup(
        "{\"owned\":true,\"owner\":" BY_ADA
        ",\"cause\":null,\"text\":null,\"evidence\":[{\"n\":%llu,"
        "\"at\":\"2026-01-01T00:00:00.000Z\",\"text\":\"customer ada@example.com owns the "
        "device\"}],\"advice\":null}",
        (unsigned long long)stage_record("pump")->owned.n);
    expect_written(ADA, expected);
    free(expected);
}
END_TEST

/* ---- the whole line: a code over serial, a warm reset, a power cycle, an hour ---- */

START_TEST(a_code_over_serial_to_a_udp_device)
{
    stage_bring_online("pump", "power-on", END);
    const struct claim_code *code = stage_issue(ADA);
    ck_assert_str_eq(stage_why("pump", ADA), "claim-code-not-on-device");
    stage_do("pump", "listen");
    ck_assert(stage_hand("pump", "serial", code->code));
    ck_assert_str_eq(stage_why("pump", ADA), "stored-code-not-sent-yet");
    stage_bring_online("pump", "reset", END);
    ck_assert_int_eq(stage_device("pump")->session_kind, SESSION_RESUMED);
    ck_assert_int_eq(stage_record("pump")->owner.kind, OWNER_NONE);
    ck_assert_str_eq(stage_why("pump", ADA), "stored-code-not-sent-session-resumed");
    stage_bring_online("pump", "power-off", "power-on", END);
    ck_assert_int_eq(stage_device("pump")->session_kind, SESSION_FULL);
    ck_assert_str_eq(stage_why("pump", ADA), "");
    ck_assert_str_eq(stage_device("pump")->past->claim_code, "");
}
END_TEST

START_TEST(the_same_an_hour_too_late)
{
    stage_bring_online("pump", "power-on", END);
    const struct claim_code *code = stage_issue(ADA);
    stage_advance(HOUR);
    stage_do("pump", "listen");
    ck_assert(stage_hand("pump", "serial", code->code)); /* and answers success */
    stage_bring_online("pump", "power-off", "power-on", END);
    ck_assert_int_eq(stage_device("pump")->state, STATE_ONLINE);
    ck_assert_int_eq(stage_record("pump")->owner.kind, OWNER_NONE);
    ck_assert_str_eq(stage_why("pump", ADA), "claim-code-expired");
    ck_assert_str_eq(stage_device("pump")->past->claim_code, code->code);
    ck_assert(!stage_device("pump")->claimed);
}
END_TEST

static TCase *causes_case(void)
{
    TCase *tcase = tcase_create("causes");
    tcase_add_checked_fixture(tcase, stage_set_people, stage_teardown);
    tcase_add_loop_test(tcase, each_story_has_its_cause, 0, STORIES);
    tcase_add_test(tcase, every_cause_has_a_story);
    tcase_add_test(tcase, the_order_of_asking);
    tcase_add_loop_test(tcase, it_works_after_the_journal_has_forgotten, 1, 20);
    tcase_add_test(tcase, the_advice_knows_a_dead_code);
    tcase_add_loop_test(tcase, the_advice_is_of_the_present, 0, STORIES);
    tcase_add_test(tcase, claim_codes_are_shortened);
    return tcase;
}

static TCase *answers_case(void)
{
    TCase *tcase = tcase_create("answers");
    tcase_add_checked_fixture(tcase, stage_set_people, stage_teardown);
    tcase_add_loop_test(tcase, without_an_owner_the_last_who_tried, 0, 8);
    tcase_add_test(tcase, a_users_code_counts_for_a_device_of_no_product);
    tcase_add_test(tcase, an_answer_as_json);
    tcase_add_test(tcase, a_code_over_serial_to_a_udp_device);
    tcase_add_test(tcase, the_same_an_hour_too_late);
    return tcase;
}

Suite *test_world_why(void)
{
    Suite *suite = suite_create("why");
    suite_add_tcase(suite, causes_case());
    suite_add_tcase(suite, answers_case());
    return suite;
}
