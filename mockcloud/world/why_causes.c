/*
 * The causes why a device is not owned by somebody: a row each, in the order in which they are
 * asked. The first that holds is the answer, so a row may rely on those before it having failed.
 * See why.h.
 */
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"
#include "world/why.h"

#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/sims.h"

#include <stdarg.h>
#include <string.h>

static void why_add(struct why_answer *answer, uint64_t n, int64_t at_ms, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void why_add(struct why_answer *answer, uint64_t n, int64_t at_ms, const char *format, ...)
{
    struct buf text;
    va_list args;
    if (answer->evidence_count == WHY_EVIDENCE)
        return;
    buf_init(&text, 1000);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    answer->evidence[answer->evidence_count++] = (struct why_evidence){n, at_ms, buf_take(&text)};
}

/* Claim codes are shown by their first characters. */
#define CODE_SHOWN "%.6s…"

static const struct claim_code *code_find(const struct why_question *q, const char *text)
{
    return text ? map_get(&q->world->cloud->claim_codes, text) : NULL;
}

/* Whether a code may be about the owner that is asked for: one that the cloud does not know may. */
static bool is_about(const struct why_question *q, const struct claim_code *code)
{
    return !code || code->owner.kind == OWNER_NONE || owner_same(&code->owner, &q->owner);
}

/* A code that is the number of the device's SIM or modem: no setup channel brings it. */
static bool is_radio(const struct why_question *q, const char *code)
{
    const char *const ids[] = {q->record->iccid, q->record->imei};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (ids[i] && strcmp(ids[i], code) == 0)
            return true;
    return false;
}

static const char dead_code[] =
    "The code is dead by now (an hour, one device, once). Ask for a new one, hand it to the device "
    "(serial, USB or SoftAP) before the device's next full handshake; or claim by id while the "
    "device is online.";

/* What a code has come to, when it can claim nothing any more. True: it can't. */
static bool add_death(const struct why_question *q, const struct claim_code *code,
                      struct why_answer *answer)
{
    if (!code || claim_code_alive(q->world->cloud, code))
        return false;
    if (code->used_n)
        why_add(answer, code->used_n, -1, "the code claimed device %s", code->used_by);
    else if (code->revoked)
        why_add(answer, 0, -1,
                "the code was revoked: a newer one cancelled it, or its customer was "
                "deleted");
    else
        why_add(answer, 0, code->expires_ms, "the code has expired meanwhile");
    answer->advice = dead_code;
    return true;
}

/* What the cloud has seen of the device last: stands behind most diagnoses. */
static void add_presence(const struct why_question *q, struct why_answer *answer)
{
    const struct cloud_device *record = q->record;
    if (record->handshake.n == 0 && record->resume.n == 0)
        why_add(answer, 0, -1, "the device has never connected");
    else if (record->resume.n > record->handshake.n)
        why_add(answer, record->resume.n, record->resume.at_ms,
                "the device connected last, resuming its session; the cloud believes it %s now",
                record->online ? "online" : "offline");
    else
        why_add(answer, record->handshake.n, record->handshake.at_ms,
                "the device connected last, with a full handshake; the cloud believes it %s now",
                record->online ? "online" : "offline");
}

void why_owned(const struct why_question *q, struct why_answer *answer)
{
    const struct owner *owner = &q->record->owner;
    why_add(answer, q->record->owned.n, q->record->owned.at_ms, "%s %s owns the device",
            owner_kind_word(owner), owner_name(owner));
}

static bool not_in_product(const struct why_question *q, struct why_answer *answer)
{
    const struct product *product = q->record->product;
    if (q->owner.kind != OWNER_CUSTOMER || product == q->owner.customer->product)
        return false;
    why_add(answer, 0, -1, "the device is in %s%s, %s is a customer of product %s",
            product ? "product " : "no product", product ? product->slug : "",
            owner_name(&q->owner), q->owner.customer->product->slug);
    return true;
}

/* A developer device is taken over by a code, whoever owned it: then it only has to be sent. */
static bool is_taken_over(const struct why_question *q)
{
    const struct claim_code *held = code_find(q, q->device->claim_code);
    return held && !q->record->product && owner_same(&held->owner, &q->owner) &&
           claim_code_alive(q->world->cloud, held);
}

static bool owned_by_other(const struct why_question *q, struct why_answer *answer)
{
    if (q->record->owner.kind == OWNER_NONE || is_taken_over(q))
        return false;
    why_owned(q, answer);
    if (not_in_product(q, answer))
        answer->advice = "Two things stand in the way. Let the owner unclaim it (DELETE "
                         "/v1/devices/ID, also while it is offline), and import it into the "
                         "customer's product (POST /v1/products/P/devices); then claim again.";
    return true;
}

/* Whether the code that the device offered last met this verdict, and it does not hold another one
 * since, which it has still to send. */
static bool offer_met(const struct why_question *q, enum code_verdict verdict)
{
    const struct cloud_device *record = q->record;
    if (!record->offer.n || record->offer_verdict != verdict)
        return false;
    if (verdict != CODE_OF_TEAM && !is_about(q, code_find(q, record->offer_code)))
        return false;
    if (record->released.n > record->offer.n) /* it has had an owner since */
        return false;
    return !q->device->claim_code[0] || q->device->stored.n < record->offer.n ||
           strcmp(q->device->claim_code, record->offer_code) == 0;
}

static bool offered_code_was(const struct why_question *q, struct why_answer *answer,
                             enum code_verdict verdict)
{
    const struct cloud_device *record = q->record;
    if (!offer_met(q, verdict))
        return false;
    const struct claim_code *code = code_find(q, record->offer_code);
    if (code)
        why_add(answer, code->issued_n, code->issued_ms, "claim code " CODE_SHOWN " was issued",
                code->code);
    if (verdict == CODE_USED || (verdict == CODE_UNKNOWN && code)) {
        const char *advice = answer->advice;
        add_death(q, code, answer);
        answer->advice = advice; /* of the row: it knows more */
    }
    if (q->device->stored.n && q->device->stored.n < record->offer.n)
        why_add(answer, q->device->stored.n, q->device->stored.at_ms,
                "the device stored a code and answered success");
    bool told = sim_behaves(&q->world->sim, BEHAVIOUR_REFUSED_CODE_CONFIRMED, "yes");
    if (is_radio(q, record->offer_code))
        why_add(answer, record->offer.n, record->offer.at_ms,
                "the device shook hands, and the code that was made for its SIM or modem came to "
                "nothing");
    else
        why_add(answer, record->offer.n, record->offer.at_ms,
                "the device presented claim code " CODE_SHOWN " and was %s", record->offer_code,
                told ? "told that it is claimed, which it is not" : "not told that it is refused");
    return true;
}

static bool code_expired(const struct why_question *q, struct why_answer *answer)
{
    return offered_code_was(q, answer, CODE_EXPIRED);
}

static bool code_used(const struct why_question *q, struct why_answer *answer)
{
    return offered_code_was(q, answer, CODE_USED);
}

static bool code_unknown(const struct why_question *q, struct why_answer *answer)
{
    return offered_code_was(q, answer, CODE_UNKNOWN);
}

static bool code_of_team(const struct why_question *q, struct why_answer *answer)
{
    const struct cloud_device *record = q->record;
    const struct claim_code *code = code_find(q, record->offer_code);
    if (!offer_met(q, CODE_OF_TEAM) || !code)
        return false;
    why_add(answer, code->issued_n, code->issued_ms,
            "claim code " CODE_SHOWN " was issued to %s, who is no customer of the product",
            code->code, owner_name(&code->owner));
    why_add(answer, record->offer.n, record->offer.at_ms,
            "the device presented it and was told that it is claimed: its own flag is set, and "
            "nobody owns it");
    return true;
}

static bool sim_not_active(const struct why_question *q, struct why_answer *answer)
{
    struct fact refused;
    if (q->device->session_kind != SESSION_NONE ||
        sims_carried(q->world->cloud, q->record, &refused))
        return false;
    why_add(answer, refused.n, refused.at_ms, "the SIM %s is not active since then",
            q->record->iccid);
    add_presence(q, answer);
    return true;
}

static void add_stored(const struct why_question *q, struct why_answer *answer)
{
    why_add(answer, q->device->stored.n, q->device->stored.at_ms,
            "the device stored claim code " CODE_SHOWN, q->device->claim_code);
}

/* Whether the device has sent the code that it holds, and the cloud refused it for something that
 * may have changed meanwhile: its product, its owner. */
static bool held_code_was_refused(const struct why_question *q)
{
    return q->record->offer.n > q->device->stored.n &&
           strcmp(q->record->offer_code, q->device->claim_code) == 0;
}

/* Whether the device holds a code for the owner that the cloud has not refused for good. */
static bool holds_a_code(const struct why_question *q)
{
    enum code_verdict verdict = q->record->offer_verdict;
    bool refused = held_code_was_refused(q) &&
                   (verdict == CODE_EXPIRED || verdict == CODE_USED || verdict == CODE_UNKNOWN);
    return q->device->claim_code[0] && !refused && is_about(q, code_find(q, q->device->claim_code));
}

/* Since when the code that the device holds waits for a full handshake. */
static uint64_t held_code_waits_since(const struct why_question *q)
{
    return held_code_was_refused(q) ? q->record->offer.n : q->device->stored.n;
}

static void add_held(const struct why_question *q, struct why_answer *answer)
{
    add_stored(q, answer);
    if (held_code_was_refused(q))
        why_add(answer, q->record->offer.n, q->record->offer.at_ms,
                "it presented the code, which was passed over then (%s); it keeps it for the next "
                "full handshake",
                claim_code_rules[q->record->offer_verdict].name);
}

static bool session_resumed(const struct why_question *q, struct why_answer *answer)
{
    /* A full handshake since would have sent the code. */
    if (!holds_a_code(q) || q->record->resume.n < held_code_waits_since(q))
        return false;
    add_held(q, answer);
    why_add(answer, q->record->resume.n, q->record->resume.at_ms,
            "it connected by resuming its session, and a code is sent after a full handshake only");
    add_death(q, code_find(q, q->device->claim_code), answer);
    return true;
}

static bool not_sent_yet(const struct why_question *q, struct why_answer *answer)
{
    if (!holds_a_code(q) || q->device->connected.n > held_code_waits_since(q))
        return false;
    add_held(q, answer);
    add_presence(q, answer);
    add_death(q, code_find(q, q->device->claim_code), answer);
    return true;
}

/* The newest code that was given to the owner and was, or was never, stored on the device. */
static const struct claim_code *newest_code(const struct why_question *q, bool held)
{
    const struct claim_code *newest = NULL;
    size_t cursor = 0;
    void *value;
    while (map_next(&q->world->cloud->claim_codes, &cursor, NULL, &value)) {
        const struct claim_code *code = value;
        bool elsewhere = code->used_n && strcmp(code->used_by, q->record->id) != 0;
        if (owner_same(&code->owner, &q->owner) && !elsewhere &&
            device_held_code(q->device, code->code) == held)
            newest = code;
    }
    return newest;
}

/* The owner's last claim by id; NULL: there was none. */
static const struct claim_try *last_try(const struct why_question *q)
{
    const struct claim_try *last = NULL;
    for (size_t i = 0; i < CLOUD_CLAIM_TRIES; i++) {
        const struct claim_try *attempt = &q->record->tries[i];
        if (owner_same(&attempt->owner, &q->owner) && (!last || attempt->n > last->n))
            last = attempt;
    }
    return last;
}

/* The owner had it, and has not tried again. */
static bool released(const struct why_question *q, struct why_answer *answer)
{
    const struct fact *released = &q->record->released;
    const struct claim_try *last = last_try(q);
    const struct claim_code *held = newest_code(q, true), *other = newest_code(q, false);
    if (!owner_same(&q->record->released_by, &q->owner) || (last && last->n > released->n) ||
        (held && held->issued_n > released->n) || (other && other->issued_n > released->n))
        return false;
    why_add(answer, released->n, released->at_ms,
            "the device was unclaimed: until then %s owned it", owner_name(&q->owner));
    return true;
}

/* The newest code that never came to the device, if it may explain something: a dead one does not
 * when the owner has claimed by id since. */
static const struct claim_code *code_elsewhere(const struct why_question *q)
{
    const struct claim_code *code = newest_code(q, false);
    const struct claim_try *last = last_try(q);
    bool past =
        code && last && last->n > code->issued_n && !claim_code_alive(q->world->cloud, code);
    return past ? NULL : code;
}

static bool radio_code_waits(const struct why_question *q, struct why_answer *answer)
{
    const struct claim_code *code = code_elsewhere(q);
    if (!code || !is_radio(q, code->code) || code->issued_n < q->record->offer.n)
        return false;
    why_add(answer, code->issued_n, code->issued_ms,
            "claim code " CODE_SHOWN " was made for the device's SIM or modem; the device has not "
            "shaken hands in full since",
            code->code);
    add_presence(q, answer);
    if (add_death(q, code, answer))
        answer->advice = "Ask for a new code with the same iccid or imei, and let the device "
                         "connect with a full handshake within the hour.";
    return true;
}

static bool code_not_on_device(const struct why_question *q, struct why_answer *answer)
{
    const struct claim_code *code = code_elsewhere(q);
    if (!code || is_radio(q, code->code))
        return false;
    why_add(answer, code->issued_n, code->issued_ms,
            "claim code " CODE_SHOWN " was issued to %s; the reply's 200 says no more than that",
            code->code, owner_name(&q->owner));
    why_add(answer, 0, -1, "the device never stored it: no setup channel handed it over");
    add_presence(q, answer);
    add_death(q, code, answer);
    return true;
}

static bool offline_when_claimed(const struct why_question *q, struct why_answer *answer)
{
    const struct claim_try *last = last_try(q);
    if (!last || !last->offline)
        return false;
    why_add(answer, last->n, last->at_ms,
            "%s claimed the device by id while the cloud believed it offline: refused (%s)",
            owner_name(&q->owner), last->rule->name);
    add_presence(q, answer);
    return true;
}

/* Any other refusal of a claim by id, as long as it was the last word. */
static bool claim_refused(const struct why_question *q, struct why_answer *answer)
{
    static const struct {
        enum claim_rule rule;
        const char *advice;
    } advices[] = {
        {CLAIM_UPPERCASE_ID, "Send the device id in lower case."},
        {CLAIM_NON_MEMBER, "Claim it as a member of its product's team, or as a customer of the "
                           "product (a customer's token is made with the product's client)."},
        {CLAIM_SANDBOX_FULL, "Unclaim a device first: the free plan has 100."},
        {CLAIM_FOREIGN_CUSTOMER, "The device is in the customer's product by now: claim it again."},
        {CLAIM_OWNED_BY_OTHER, "Nobody owns the device by now: claim it again."},
        {CLAIM_TRANSFER, "Nobody owns the device by now: claim it again, without a transfer."},
    };
    const struct claim_try *last = last_try(q);
    for (size_t i = 0; last && i < sizeof advices / sizeof *advices; i++) {
        if (last->rule != &claim_rules[advices[i].rule])
            continue;
        why_add(answer, last->n, last->at_ms, "%s claimed the device by id: refused (%s)",
                owner_name(&q->owner), last->rule->name);
        answer->advice = advices[i].advice;
        return true;
    }
    return false;
}

/* The last row: what the owner did before, if anything, no longer explains it. */
static bool never_claimed(const struct why_question *q, struct why_answer *answer)
{
    const struct claim_try *last = last_try(q);
    const struct claim_code *code = newest_code(q, true);
    if (last)
        why_add(answer, last->n, last->at_ms, "%s claimed the device by id (%s), and not since",
                owner_name(&q->owner), last->rule->name);
    if (code)
        why_add(answer, code->issued_n, code->issued_ms,
                "claim code " CODE_SHOWN " was issued to %s and reached the device; no other since",
                code->code, owner_name(&q->owner));
    if (!last && !code)
        why_add(
            answer, 0, -1,
            "the cloud has seen no claim of the device by %s, and has issued no claim code for it",
            owner_name(&q->owner));
    return true;
}

const struct why_cause why_causes[] = {
    {
        .name = "owned-by-someone-else",
        .text = "Somebody else owns the device.",
        .advice = "Let the owner unclaim it (DELETE /v1/devices/ID, also while it is offline; of a "
                  "product's device a team member may: DELETE /v1/products/P/devices/ID/owner), "
                  "then claim again; or ask for a transfer (request_transfer), which the owner has "
                  "to approve.",
        .holds = owned_by_other,
    },
    {
        .name = "device-not-in-product",
        .text = "The device is not in the customer's product.",
        .advice = "Import it first: POST /v1/products/P/devices with its id and a team or product "
                  "token. A claim code does not add it.",
        .holds = not_in_product,
    },
    {
        .name = "claim-code-expired",
        .text = "The device presented a code that is older than an hour.",
        .advice = "Ask for the code when the device is at hand, store it and let the device "
                  "connect within the hour; the device never tells that a code is too old, so "
                  "check GET /v1/devices.",
        .holds = code_expired,
    },
    {
        .name = "claim-code-already-used",
        .text = "The device presented a code that has claimed a device before.",
        .advice = "Ask for a new code for each device: a code serves one device, once.",
        .holds = code_used,
    },
    {
        .name = "claim-code-unknown",
        .text = "The device presented a code that the cloud never issued, or has revoked.",
        .advice = "Check that the code reached the device whole (63 characters, with + and /), "
                  "that it was issued by this cloud, and that no newer one has cancelled it.",
        .holds = code_unknown,
    },
    {
        .name = "claim-code-of-team-member",
        .text = "The device presented a product's code that a team member had asked for.",
        .advice = "Ask for the product's claim code with a customer's token (POST "
                  "/v1/products/P/device_claims), or claim by id as the team member.",
        .holds = code_of_team,
    },
    {
        .name = "sim-not-active",
        .text = "The device can't connect: its SIM is not active.",
        .advice =
            "Activate it (PUT /v1/sims/ICCID, a product's at /v1/products/P/sims/ICCID, with "
            "action=activate, or reactivate when it was deactivated), and wait until it reads "
            "online.",
        .holds = sim_not_active,
    },
    {
        .name = "stored-code-not-sent-session-resumed",
        .text = "The device holds a code but resumed its session, and so did not send it.",
        .advice = "Make it shake hands in full: cut its power (a warm reset resumes), or let its "
                  "firmware publish spark/device/session/end before it reconnects.",
        .holds = session_resumed,
    },
    {
        .name = "stored-code-not-sent-yet",
        .text = "The device holds a code and has not connected since.",
        .advice = "Let the device connect with a full handshake while the code lives (an hour).",
        .holds = not_sent_yet,
    },
    {
        .name = "released",
        .text = "It was owned, and was unclaimed.",
        .advice = "Find out who unclaimed it (the journal has the request: DELETE /v1/devices/ID, "
                  "its owner's removal by a team member), then claim it again.",
        .holds = released,
    },
    {
        .name = "radio-code-waits-for-handshake",
        .text = "A code was made for the device's SIM or modem, and the device has not connected "
                "since.",
        .advice = "Nothing has to be handed over: let the device connect with a full handshake "
                  "while the code lives (an hour).",
        .holds = radio_code_waits,
    },
    {
        .name = "claim-code-not-on-device",
        .text = "A code was issued but never reached the device.",
        .advice = "A claim code claims nothing by itself: hand it to the device (serial, USB or "
                  "SoftAP) before its next full handshake; or drop the code and claim by id once "
                  "GET /v1/products/P/devices/ID says online.",
        .holds = code_not_on_device,
    },
    {
        .name = "device-offline-when-claimed",
        .text = "The claim by id came while the cloud believed the device offline.",
        .advice = "Wait until the device reads online, then claim by id, and check GET "
                  "/v1/devices; or hand it a claim code. A member of its product's team may claim "
                  "it while it is offline, once it is imported.",
        .holds = offline_when_claimed,
    },
    {
        .name = "claim-refused",
        .text = "The last claim by id was refused.",
        .advice = "See the rule that it was refused by (mockcloud list behaviours).",
        .holds = claim_refused,
    },
    {
        .name = "never-claimed",
        .text = "Nobody has tried to claim the device for this owner.",
        .advice = "Claim it by id while it is online (POST /v1/devices with the owner's token), or "
                  "with a claim code (a customer's: POST /v1/products/P/device_claims). If the "
                  "client says that it has done so, look at its requests in the journal.",
        .holds = never_claimed,
    },
};

const size_t why_cause_count = sizeof why_causes / sizeof *why_causes;
