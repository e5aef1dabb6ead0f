/* See why_case.h. Owns the causes in the life of a claim code that comes to a device over a setup
 * channel: asked for, handed over, stored, sent, judged. */
#include "world/why/why_case.h"

#include <string.h>

/* The newest attempt, if it is a code that met this verdict. */
static const struct why_attempt *codes_met(const struct why_case *why, enum code_verdict verdict)
{
    const struct why_attempt *newest = why_newest(why, WHY_PRESENTED);
    return newest && newest->offer->verdict == verdict ? newest : NULL;
}

bool why_code_expired(struct why_case *why)
{
    const struct why_attempt *newest = codes_met(why, CODE_EXPIRED);
    return newest && (why_add_death(why, newest->code), true);
}

bool why_code_used(struct why_case *why)
{
    const struct why_attempt *newest = codes_met(why, CODE_USED);
    return newest && (why_add_death(why, newest->code), true);
}

bool why_code_unknown(struct why_case *why)
{
    const struct why_attempt *newest = codes_met(why, CODE_UNKNOWN);
    if (!newest)
        return false;
    if (newest->code) /* a code that is known, and yet not good: it was revoked */
        why_add_death(why, newest->code);
    else
        why_add(why, WHY_NOW, "the cloud has never issued a claim code of that text");
    return true;
}

bool why_code_of_team(struct why_case *why)
{
    const struct why_attempt *newest = codes_met(why, CODE_OF_TEAM);
    if (!newest)
        return false;
    if (newest->code)
        why_add(why, (struct fact){newest->code->issued_n, newest->code->issued_ms},
                "claim code " WHY_CODE " was issued to %s, who is not a customer of the product",
                newest->code->code, owner_name(&newest->code->owner));
    why_add(why, newest->at, "the device's own flag is set, and nobody owns it");
    return true;
}

void why_advise_new_code(const struct why_case *why, struct buf *out)
{
    buf_add_str(out, "Ask for a new code (");
    why_say_code_route(why, out);
    buf_add_str(out, "), which lives for an hour and serves one device, once.");
    why_say_channels(why, out);
    why_say_handshake(why, out);
    buf_add_str(out, " No device tells that its code was refused, so check GET /v1/devices.");
}

/* Revoked, or never issued: then it may have been damaged on its way. */
void why_advise_unknown_code(const struct why_case *why, struct buf *out)
{
    if (!why->newest->code)
        buf_printf(out,
                   "Hand the code over whole: %d characters, with + and /, as this cloud issued "
                   "it. ",
                   CLAIM_CODE_LEN);
    why_advise_new_code(why, out);
}

void why_advise_team_code(const struct why_case *why, struct buf *out)
{
    buf_add_str(out,
                "Let the customer's token ask for the code, or claim by id as the member of the "
                "team. ");
    why_advise_new_code(why, out);
}

void why_advise_refused_code(const struct why_case *why, struct buf *out)
{
    buf_printf(out,
               "Hand over the code as the cloud issued it: %d characters, with + and /, nothing "
               "before or behind them.",
               CLAIM_CODE_LEN);
    why_say_channels(why, out);
    why_say_handshake(why, out);
}

/* ---- on the device ---- */

bool why_code_refused_by_device(struct why_case *why)
{
    const struct why_attempt *newest = why_newest(why, WHY_HANDED);
    return newest && !newest->handed->stored;
}

/* The code of the newest attempt if it was handed over and has not been sent since; or if it was
 * sent, and ignored for a reason that no longer holds, so that it would work if it were sent again.
 */
static const struct why_attempt *codes_waiting(const struct why_case *why)
{
    const struct why_attempt *newest = why->newest;
    if (!newest)
        return NULL;
    bool passed_over = newest->kind == WHY_PRESENTED && !newest->offer->matched &&
                       (newest->offer->verdict == CODE_NOT_IN_PRODUCT ||
                        newest->offer->verdict == CODE_OWNED_BY_OTHER);
    return newest->kind == WHY_HANDED || passed_over ? newest : NULL;
}

static bool codes_still_held(const struct why_case *why, const struct why_attempt *attempt)
{
    return strcmp(why->device->past->claim_code, attempt->code_text) == 0;
}

/* What the device stored in its place. */
static void codes_add_overwriting(struct why_case *why, const struct why_attempt *attempt)
{
    for (size_t i = 0; i < why->device->past->handed_count; i++) {
        const struct device_handed *later = &why->device->past->handed[i];
        const struct claim_code *code = why_code(why, later->code);
        const char *name = code ? owner_name(&code->owner) : NULL;
        if (later->at.n > attempt->at.n && later->stored)
            why_add(why, (struct fact){later->at.n, later->at.at_ms},
                    "the device stored another code, " WHY_CODE "%s%s, in its place (%s)",
                    later->code, name ? " of " : "", name ? name : "", later->channel->name);
    }
}

bool why_code_overwritten(struct why_case *why)
{
    const struct why_attempt *waiting = codes_waiting(why);
    if (!waiting || codes_still_held(why, waiting))
        return false;
    codes_add_overwriting(why, waiting);
    return true;
}

bool why_session_resumed(struct why_case *why)
{
    const struct why_attempt *waiting = codes_waiting(why);
    /* A full handshake since would have sent the code. */
    if (!waiting || why->record->resume.n < waiting->at.n)
        return false;
    why_add(why, why->record->resume,
            "it connected by resuming its session, and a code is sent after a full handshake only");
    why_add_death(why, waiting->code);
    return true;
}

bool why_not_sent_yet(struct why_case *why)
{
    const struct why_attempt *waiting = codes_waiting(why);
    if (!waiting)
        return false;
    why_add_presence(why);
    why_add_death(why, waiting->code);
    return true;
}

/* The code that the device holds may have died since: then having it sent would be no use. */
void why_advise_send(const struct why_case *why, struct buf *out)
{
    const struct claim_code *code = why->newest->code;
    if (code && !why_code_lives(why, code)) {
        buf_add_str(out, "The code is dead by now. ");
        why_advise_new_code(why, out);
        return;
    }
    buf_add_str(out, "The code is sent at the device's next full handshake.");
    why_say_handshake(why, out);
}

/* ---- not on the device ---- */

static const struct why_attempt *codes_asked(const struct why_case *why)
{
    const struct why_attempt *newest = why_newest(why, WHY_ASKED);
    return newest && !why_code_is_radio(newest->code) ? newest : NULL;
}

bool why_code_went_elsewhere(struct why_case *why)
{
    const struct why_attempt *asked = codes_asked(why);
    struct fact went;
    const struct device *to = asked ? why_code_went_to(why, asked->code, &went) : NULL;
    if (!to)
        return false;
    why_add(why, went, "claim code " WHY_CODE " %s device %s (%s)", asked->code->code,
            asked->code->used.n ? "claimed" : "was stored by", to->name, to->id);
    why_add(why, WHY_NOW, "this device never stored it");
    return true;
}

bool why_code_not_on_device(struct why_case *why)
{
    const struct why_attempt *asked = codes_asked(why);
    if (!asked)
        return false;
    why_add(why, WHY_NOW,
            "the device never stored it: no setup channel handed it over, and the "
            "reply's 200 says no more than that it was issued");
    why_add_presence(why);
    why_add_death(why, asked->code);
    return true;
}

void why_advise_hand_over(const struct why_case *why, struct buf *out)
{
    const struct claim_code *code = why->newest->code;
    struct fact went;
    if (!code || !why_code_lives(why, code) || why_code_went_to(why, code, &went)) {
        why_advise_new_code(why, out);
    } else {
        buf_add_str(out, "A claim code claims nothing by itself: it has to get onto the device.");
        why_say_channels(why, out);
        why_say_handshake(why, out);
    }
    if (why->record->online)
        buf_add_str(out, " Or drop the code and claim by id: the device is online now.");
}
