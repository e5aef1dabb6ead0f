/* See why_case.h. Owns how evidence is told: a line for each attempt, a line for what stands behind
 * most diagnoses, and their order. */
#include "world/why/why_case.h"

#include "base/timefmt.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define EVIDENCE_TEXT     1000
#define EVIDENCE_ATTEMPTS 7 /* lines for attempts: the others are for what became of the newest */

void why_add(struct why_case *why, struct fact fact, const char *format, ...)
{
    struct buf text;
    va_list args;
    struct why_answer *answer = why->answer;
    if (answer->evidence_count == WHY_EVIDENCE)
        return;
    buf_init(&text, EVIDENCE_TEXT);
    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    answer->evidence[answer->evidence_count++] =
        (struct why_evidence){fact.n, fact.n ? fact.at_ms : -1, buf_take(&text)};
}

/* ---- a line for each attempt ---- */

static const char *evidence_who(const struct owner *owner)
{
    const char *name = owner_name(owner);
    return name ? name : "somebody";
}

static void evidence_of_claim(struct why_case *why, const struct why_attempt *attempt)
{
    const struct rule *rule = attempt->claim->rule;
    why_add(why, attempt->at, "%s claimed the device by id: %s. %s",
            evidence_who(&attempt->claim->owner), rule->name, rule->text);
}

static const char *const token_words[] = {
    [REFUSED_NO_TOKEN] = "without a token",
    [REFUSED_UNKNOWN_TOKEN] = "with a token that the cloud does not know",
    [REFUSED_DEAD_TOKEN] = "with a dead token",
    [REFUSED_LIVE_TOKEN] = "with a token",
};

static const char *const naming_words[] = {
    [NAMED_ID] = "the device's id",
    [NAMED_ID_IN_CAPITALS] = "the device's id in capitals",
    [NAMED_NAME] = "the device's name",
    [NAMED_NUMBER] = "a number of the device",
    [NAMED_UNKNOWN] = "what is no device's id",
};

static void evidence_of_request(struct why_case *why, const struct why_attempt *attempt)
{
    const struct refusal *refusal = attempt->refusal;
    struct buf text;
    buf_init(&text, EVIDENCE_TEXT);
    buf_printf(&text, "%s sent %s %s", refusal->caller, refusal->request,
               token_words[refusal->token]);
    if (refusal->owner.kind != OWNER_NONE)
        buf_printf(&text, " of %s", owner_name(&refusal->owner));
    if (refusal->named)
        buf_printf(&text, " and %s (%s) as %s", naming_words[refusal->naming], refusal->named,
                   refusal->place);
    buf_printf(&text, ": refused with %d", refusal->status);
    if (refusal->rule)
        buf_printf(&text, " (%s). %s", refusal->rule->name, refusal->rule->text);
    why_add(why, attempt->at, "%s", buf_str(&text));
    buf_free(&text);
}

static void evidence_of_asking(struct why_case *why, const struct why_attempt *attempt)
{
    char until[TIMEFMT_ISO_SIZE];
    const struct claim_code *code = attempt->code;
    timefmt_iso(code->expires_ms, until);
    if (why_code_is_radio(code))
        why_add(why, attempt->at,
                "a claim code was made for the SIM or modem %s, for %s; it lives until %s",
                code->code, evidence_who(&code->owner), until);
    else
        why_add(why, attempt->at, "claim code " WHY_CODE " was issued to %s; it lives until %s",
                code->code, evidence_who(&code->owner), until);
}

/* What is odd about a text that came as a claim code. */
static void evidence_of_text(const struct why_case *why, const char *code, size_t len,
                             struct buf *out)
{
    const struct claim_code *near = why_code(why, code) ? NULL : why_near_code(why, code);
    if (len != CLAIM_CODE_LEN)
        buf_printf(out, "; it has %zu characters, a claim code has %d", len, CLAIM_CODE_LEN);
    if (near && len == CLAIM_CODE_LEN)
        buf_printf(out, "; one character is not that of claim code " WHY_CODE ", issued to %s",
                   near->code, evidence_who(&near->owner));
    else if (near)
        buf_printf(out, "; it is a part of claim code " WHY_CODE ", or more than it, issued to %s",
                   near->code, evidence_who(&near->owner));
    else if (claim_code_is_radio_id(code))
        buf_add_str(out, "; it looks like the number of a SIM or modem, which is no claim code");
}

static void evidence_of_handing(struct why_case *why, const struct why_attempt *attempt)
{
    const struct device_handed *handed = attempt->handed;
    struct buf odd;
    buf_init(&odd, EVIDENCE_TEXT);
    evidence_of_text(why, handed->code, handed->len, &odd);
    if (handed->stored)
        why_add(why, attempt->at,
                "the device stored claim code " WHY_CODE " (%s) and answered success%s",
                handed->code, handed->channel->name, buf_str(&odd));
    else
        why_add(why, attempt->at, "the device refused claim code " WHY_CODE " (%s)%s", handed->code,
                handed->channel->name, buf_str(&odd));
    buf_free(&odd);
}

static void evidence_of_presenting(struct why_case *why, const struct why_attempt *attempt)
{
    const struct code_offer *offer = attempt->offer;
    const struct rule *rule = &claim_code_rules[offer->verdict];
    bool told = offer->verdict == CODE_ACCEPTED || offer->verdict == CODE_OF_TEAM ||
                sim_behaves(&why->world->sim, BEHAVIOUR_REFUSED_CODE_CONFIRMED, "yes");
    if (offer->matched)
        why_add(why, attempt->at,
                "the device shook hands, and the code of its SIM or modem %s was looked at: %s. %s",
                offer->code, rule->name, rule->text);
    else
        why_add(why, attempt->at, "the device presented claim code " WHY_CODE ": %s. %s It was %s",
                offer->code, rule->name, rule->text,
                offer->verdict == CODE_ACCEPTED ? "told that it is claimed"
                : told                          ? "told that it is claimed, which it is not"
                                                : "not told that it is refused");
}

static void evidence_of_import(struct why_case *why, const struct why_attempt *attempt)
{
    const struct import_try *import = attempt->import;
    if (import->reason)
        why_add(why, attempt->at, "an import into product %s did not take the device: %s",
                import->product->slug, import->reason);
    else
        why_add(why, attempt->at, "the device was imported into product %s", import->product->slug);
}

static void (*const attempt_lines[])(struct why_case *why, const struct why_attempt *attempt) = {
    [WHY_CLAIM] = evidence_of_claim,          [WHY_REQUEST] = evidence_of_request,
    [WHY_ASKED] = evidence_of_asking,         [WHY_HANDED] = evidence_of_handing,
    [WHY_PRESENTED] = evidence_of_presenting, [WHY_IMPORT] = evidence_of_import,
};

void why_add_attempts(struct why_case *why)
{
    size_t from = why->count > EVIDENCE_ATTEMPTS ? why->count - EVIDENCE_ATTEMPTS : 0;
    for (size_t i = from; i < why->count; i++)
        attempt_lines[why->attempts[i].kind](why, &why->attempts[i]);
}

/* ---- what stands behind most diagnoses ---- */

void why_add_presence(struct why_case *why)
{
    const struct cloud_device *record = why->record;
    const char *now = record->online ? "online" : "offline";
    if (record->handshake.n == 0 && record->resume.n == 0)
        why_add(why, WHY_NOW, "the device has never connected");
    else if (record->resume.n > record->handshake.n)
        why_add(why, record->resume, "the device connected last, resuming its session");
    else
        why_add(why, record->handshake, "the device connected last, with a full handshake");
    if (record->handshake.n || record->resume.n)
        why_add(why, WHY_NOW, "the cloud believes the device %s now", now);
}

bool why_add_death(struct why_case *why, const struct claim_code *code)
{
    const struct device *by = NULL;
    if (!code || why_code_lives(why, code))
        return false;
    if (code->used.n)
        by = fleet_find(why->world->fleet, code->used_by);
    if (code->used.n)
        why_add(why, code->used, "claim code " WHY_CODE " claimed device %s (%s)", code->code,
                by ? by->name : "", code->used_by);
    else if (code->revoked.n)
        why_add(why, code->revoked, "claim code " WHY_CODE " was cancelled: %s", code->code,
                code->owner.kind == OWNER_NONE ? "its owner was deleted"
                                               : "a newer one was issued");
    else
        why_add(why, code->expired, "claim code " WHY_CODE " expired, an hour after it was issued",
                code->code);
    return true;
}

/* ---- order ---- */

static int evidence_compare(const void *a, const void *b)
{
    const struct why_evidence *one = a, *other = b;
    uint64_t x = one->n ? one->n : UINT64_MAX, y = other->n ? other->n : UINT64_MAX;
    return (x > y) - (x < y);
}

void why_sort_evidence(struct why_answer *answer)
{
    /* By insertion: few lines, and those without a number keep their order. */
    for (size_t i = 1; i < answer->evidence_count; i++) {
        struct why_evidence line = answer->evidence[i];
        size_t place = i;
        for (; place && evidence_compare(&answer->evidence[place - 1], &line) > 0; place--)
            answer->evidence[place] = answer->evidence[place - 1];
        answer->evidence[place] = line;
    }
}
