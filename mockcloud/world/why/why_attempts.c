/* See why_case.h. Owns which of the facts that cloud/ and device/ keep are attempts on this device
 * by or for this owner, and which of them is the newest. */
#include "world/why/why_case.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define ASKED_MAX 16 /* codes of one owner that are looked at: the newest */

static void attempts_add(struct why_case *why, struct why_attempt attempt)
{
    if (why->count == why->cap) {
        why->cap = why->cap ? why->cap * 2 : 32;
        why->attempts = mem_grow(why->attempts, why->cap * sizeof *why->attempts);
    }
    why->attempts[why->count++] = attempt;
}

static void attempts_add_claims(struct why_case *why)
{
    const struct attempts *known = why->record->attempts;
    for (size_t i = 0; known && i < ATTEMPTS_KEPT; i++)
        if (owner_same(&known->tries[i].owner, &why->owner))
            attempts_add(why, (struct why_attempt){WHY_CLAIM, known->tries[i].at,
                                                   .claim = &known->tries[i]});
}

/* The code as it was when it was presented: a SIM's may have been issued anew since. */
static const struct claim_code *attempts_code_then(const struct why_case *why,
                                                   const struct code_offer *offer)
{
    const struct claim_code *code = offer->issued_n ? why_code(why, offer->code) : NULL;
    while (code && code->issued_n != offer->issued_n)
        code = code->before;
    return code;
}

/* A code of a team member was meant for whichever customer waits for the device. */
static bool attempts_offer_is_about(const struct why_case *why, const struct code_offer *offer)
{
    if (offer->verdict == CODE_OF_TEAM || owner_same(&offer->owner, &why->owner))
        return true;
    return offer->owner.kind == OWNER_NONE &&
           why_code_is_about(why, attempts_code_then(why, offer), offer->code);
}

static void attempts_add_presented(struct why_case *why)
{
    const struct attempts *known = why->record->attempts;
    for (size_t i = 0; known && i < ATTEMPTS_KEPT; i++) {
        const struct code_offer *offer = &known->offers[i];
        if (offer->at.n && attempts_offer_is_about(why, offer))
            attempts_add(why, (struct why_attempt){WHY_PRESENTED, offer->at, .offer = offer,
                                                   .code = attempts_code_then(why, offer),
                                                   .code_text = offer->code});
    }
}

static void attempts_add_handed(struct why_case *why)
{
    for (size_t i = 0; i < why->device->past->handed_count; i++) {
        const struct device_handed *handed = &why->device->past->handed[i];
        const struct claim_code *code = why_code(why, handed->code);
        if (code && why_code_is_radio(code) &&
            !claim_code_is_radio_id_of(why->record, handed->code))
            code = NULL; /* another SIM's number, which means nothing as a code */
        if (why_code_is_about(why, code, handed->code))
            attempts_add(why, (struct why_attempt){WHY_HANDED,
                                                   {handed->at.n, handed->at.at_ms},
                                                   .handed = handed,
                                                   .code = code,
                                                   .code_text = handed->code});
    }
}

/* A product's code is for the devices of that product. */
static bool attempts_code_may_mean(const struct why_case *why, const struct claim_code *code)
{
    const struct product *product = why->record->product;
    return owner_same(&code->owner, &why->owner) &&
           (!code->product || !product || code->product == product);
}

/* The newest ASKED_MAX of them. */
static void attempts_add_asked(struct why_case *why)
{
    const struct belongings *belongings = owner_belongings(&why->owner);
    const struct list_link *link = belongings ? belongings->claim_codes.last : NULL;
    for (size_t count = 0; link && count < ASKED_MAX; link = link->prev) {
        const struct claim_code *code = LIST_ITEM(link, struct claim_code, of_owner);
        if (!attempts_code_may_mean(why, code))
            continue;
        attempts_add(why, (struct why_attempt){WHY_ASKED,
                                               {code->issued_n, code->issued_ms},
                                               .code = code,
                                               .code_text = code->code});
        count++;
    }
}

static void attempts_add_book(struct why_case *why, const struct refusal_book *book)
{
    for (size_t i = 0; book && i < refusals_count(book); i++) {
        const struct refusal *refusal = refusals_at(book, i);
        attempts_add(why, (struct why_attempt){WHY_REQUEST, refusal->at, .refusal = refusal});
    }
}

/* Which refused requests count: the owner's, if they name this device or one that does not exist;
 * and those with a token that nobody knows, if they name this device. */
static void attempts_add_requests(struct why_case *why)
{
    const struct cloud *cloud = why->world->cloud;
    const struct owner nobody = {.kind = OWNER_NONE};
    if (why->owner.kind != OWNER_NONE) {
        attempts_add_book(why, refusals_book(cloud, &why->owner, why->record));
        attempts_add_book(why, refusals_book(cloud, &why->owner, NULL));
    }
    attempts_add_book(why, refusals_book(cloud, &nobody, why->record));
}

static bool attempts_import_is_for(const struct why_case *why, const struct product *product)
{
    if (why->owner.kind == OWNER_CUSTOMER)
        return why->owner.customer->product == product;
    return why->owner.kind == OWNER_USER && cloud_on_team(product, why->owner.user);
}

static void attempts_add_imports(struct why_case *why)
{
    const struct attempts *known = why->record->attempts;
    for (size_t i = 0; known && i < ATTEMPTS_KEPT; i++) {
        const struct import_try *import = &known->imports[i];
        if (import->at.n && attempts_import_is_for(why, import->product))
            attempts_add(why, (struct why_attempt){WHY_IMPORT, import->at, .import = import});
    }
}

static int attempts_compare(const void *a, const void *b)
{
    const struct why_attempt *one = a, *other = b;
    return (one->at.n > other->at.n) - (one->at.n < other->at.n);
}

/* Whoever claims several devices asks for a code for each: while this one holds a code that can
 * still work, a newer one that went to another device was meant for that. */
static bool attempts_is_of_another(const struct why_case *why, const struct why_attempt *attempt)
{
    struct fact went;
    return attempt->kind == WHY_ASKED && why_held_code(why) &&
           why_code_went_to(why, attempt->code, &went);
}

static const struct why_attempt *attempts_newest(const struct why_case *why)
{
    for (size_t i = why->count; i--;) {
        const struct why_attempt *attempt = &why->attempts[i];
        if (attempt->kind != WHY_IMPORT && !attempts_is_of_another(why, attempt))
            return attempt;
    }
    return NULL;
}

void why_case_open(struct why_case *why)
{
    attempts_add_claims(why);
    attempts_add_requests(why);
    attempts_add_asked(why);
    attempts_add_handed(why);
    attempts_add_presented(why);
    attempts_add_imports(why);
    if (why->count)
        qsort(why->attempts, why->count, sizeof *why->attempts, attempts_compare);
    why->newest = attempts_newest(why);
}

void why_case_close(struct why_case *why)
{
    free(why->attempts);
    why->attempts = NULL;
    why->count = why->cap = 0;
}

const struct why_attempt *why_newest(const struct why_case *why, enum why_kind kind)
{
    return why->newest && why->newest->kind == kind ? why->newest : NULL;
}
