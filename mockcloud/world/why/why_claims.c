/* See why_case.h. Owns the causes that a claim by id, or a request that never got to be one, ends
 * in; and the last of all, that nobody has tried. */
#include "world/why/why_case.h"

#include <string.h>

/* The rule of the newest attempt, if that was a claim by id; NULL. */
static const struct rule *claims_rule(const struct why_case *why)
{
    const struct why_attempt *newest = why_newest(why, WHY_CLAIM);
    return newest ? newest->claim->rule : NULL;
}

static bool claims_met(const struct why_case *why, enum claim_rule rule)
{
    return claims_rule(why) == &claim_rules[rule];
}

bool why_offline_when_claimed(struct why_case *why)
{
    if (!claims_met(why, CLAIM_OFFLINE) && !claims_met(why, CLAIM_OFFLINE_CUSTOMER) &&
        !claims_met(why, CLAIM_OFFLINE_MEMBER))
        return false;
    why_add_presence(why);
    return true;
}

void why_advise_offline(const struct why_case *why, struct buf *out)
{
    if (why->record->online)
        buf_add_str(out, "Claim it by id again, and check GET /v1/devices.");
    else
        buf_add_str(out, "Wait until the device reads online, then claim it by id again, and check "
                         "GET /v1/devices.");
    why_say_online(why, out);
    if (why->record->product && why->owner.kind == OWNER_CUSTOMER)
        buf_add_str(out, " Or hand it a claim code; or let a member of its product's team claim it "
                         "for themselves, who may while it is offline.");
}

/* Whether a refused request would have been a claim but for what refused it: it showed a live token
 * of the owner and the device's own id. */
static bool claims_was_a_claim(const struct why_case *why, const struct refusal *refusal)
{
    return owner_same(&refusal->owner, &why->owner) && refusal->kind == REFUSED_CLAIM &&
           refusal->token == REFUSED_LIVE_TOKEN && refusal->place &&
           strcmp(refusal->place, "id") == 0 &&
           (refusal->naming == NAMED_ID || refusal->naming == NAMED_ID_IN_CAPITALS);
}

bool why_claim_refused(struct why_case *why)
{
    static const enum claim_rule refusals[] = {
        CLAIM_UPPERCASE_ID,     CLAIM_NON_MEMBER,     CLAIM_SANDBOX_FULL,
        CLAIM_FOREIGN_CUSTOMER, CLAIM_OWNED_BY_OTHER, CLAIM_TRANSFER,
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (claims_met(why, refusals[i]))
            return true;
    const struct why_attempt *request = why_newest(why, WHY_REQUEST);
    return request && claims_was_a_claim(why, request->refusal);
}

/* An answer of 5xx or 429 says nothing about whether the request was right. */
static bool claims_say_again(const struct refusal *refusal, struct buf *out)
{
    if (refusal->status == 429)
        buf_add_str(out, "Wait until Retry-After is over, then send it again.");
    else if (refusal->status >= 500)
        buf_add_str(out, "The server has failed: send it again.");
    else
        return false;
    return true;
}

void why_advise_refused(const struct why_case *why, struct buf *out)
{
    static const struct {
        enum claim_rule rule;
        const char *advice;
    } advices[] = {
        {CLAIM_UPPERCASE_ID, "Send the device id in lower case."},
        {CLAIM_NON_MEMBER, "Claim it as a member of its product's team, or as a customer of the "
                           "product (a customer's token is made with the product's client)."},
        {CLAIM_SANDBOX_FULL, "Unclaim a device first: the free plan has room for 100."},
        {CLAIM_FOREIGN_CUSTOMER, "The device is in the customer's product by now: claim it again."},
        {CLAIM_OWNED_BY_OTHER, "Nobody owns the device by now: claim it again."},
        {CLAIM_TRANSFER, "Nobody owns the device by now: claim it again, without a transfer."},
    };
    const struct why_attempt *request = why_newest(why, WHY_REQUEST);
    if (request && claims_say_again(request->refusal, out))
        return;
    size_t i = 0;
    while (i < sizeof advices / sizeof *advices && !claims_met(why, advices[i].rule))
        i++;
    if (i < sizeof advices / sizeof *advices)
        buf_add_str(out, advices[i].advice);
    else
        buf_add_str(out, "See the rule in the evidence: it is what refused the request. Then claim "
                         "the device again.");
    if (claim_needs_online(why->world->cloud, &why->owner, why->record))
        why_say_online(why, out);
}

bool why_request_refused(struct why_case *why)
{
    return why_newest(why, WHY_REQUEST) != NULL;
}

/* What the request should have been: by what was wrong with it. */
static void claims_say_request(const struct why_case *why, const struct refusal *refusal,
                               struct buf *out)
{
    if (refusal->token != REFUSED_LIVE_TOKEN)
        buf_add_str(out, "Get a live access token for whoever is to own the device (POST "
                         "/oauth/token; for a customer with the product's client).");
    else if (refusal->kind == REFUSED_CODE)
        buf_add_str(out, "Ask for the code on the owner's own route:");
    else if (refusal->naming == NAMED_NAME || refusal->naming == NAMED_NUMBER ||
             refusal->naming == NAMED_UNKNOWN)
        buf_add_str(out, "Name the device by its id.");
    else if (refusal->kind == REFUSED_IMPORT)
        buf_add_str(out, "Import devices with a team member's or the product's token, claim them "
                         "with the owner's.");
    if (refusal->kind == REFUSED_CODE) {
        buf_add_char(out, ' ');
        why_say_code_route(why, out);
        buf_add_char(out, '.');
    } else {
        buf_printf(out,
                   "%sPOST /v1/devices with id=%s in the body and the owner's token is the "
                   "claim.",
                   out->len ? " " : "", why->record->id);
    }
}

void why_advise_request(const struct why_case *why, struct buf *out)
{
    const struct refusal *refusal = why->newest->refusal;
    if (claims_say_again(refusal, out))
        return;
    claims_say_request(why, refusal, out);
    if (refusal->kind == REFUSED_CODE)
        why_say_channels(why, out);
    else if (claim_needs_online(why->world->cloud, &why->owner, why->record))
        why_say_online(why, out);
}

/* The last row: it always holds. */
bool why_never_claimed(struct why_case *why)
{
    const char *name = owner_name(&why->owner);
    why_add(why, WHY_NOW,
            "the cloud has seen no claim of the device by %s, no request for one, and has issued "
            "no claim code for it",
            name ? name : "anybody");
    return true;
}

void why_advise_never(const struct why_case *why, struct buf *out)
{
    bool offline = !claim_needs_online(why->world->cloud, &why->owner, why->record);
    buf_printf(out,
               "Claim it by id (POST /v1/devices with id=%s and the owner's token)%s, or with "
               "a claim code (",
               why->record->id, offline ? ", also while it is offline" : " while it is online");
    why_say_code_route(why, out);
    buf_add_str(out, ").");
    why_say_online(why, out);
}
