/* See why_case.h. Owns the causes that would stop any attempt as things stand now (an owner, the
 * product, the SIM), and those of an ownership that there was and that was lost. */
#include "world/why/why_case.h"

#include "cloud/sims.h"

/* ---- somebody else's ---- */

/* Whether a live code could claim this very device. */
static bool obstacles_code_fits(const struct why_case *why, const struct claim_code *code)
{
    return why_code_lives(why, code) && (!code->product || code->product == why->record->product) &&
           (!why_code_is_radio(code) || claim_code_is_radio_id_of(why->record, code->code));
}

/* Whether a code of the owner could take the device over from whoever owns it. */
static bool obstacles_code_would_take(const struct why_case *why)
{
    if (!claim_code_takes_over(why->world->cloud, why->record))
        return false;
    for (size_t i = 0; i < why->count; i++) {
        const struct why_attempt *attempt = &why->attempts[i];
        if (attempt->kind == WHY_ASKED && obstacles_code_fits(why, attempt->code))
            return true;
    }
    return false;
}

/* Whether the newest attempt is a claim by id that the owner was in the way of. */
static bool obstacles_owner_refused(const struct why_case *why)
{
    const struct why_attempt *newest = why_newest(why, WHY_CLAIM);
    return newest && (newest->claim->rule == &claim_rules[CLAIM_OWNED_BY_OTHER] ||
                      newest->claim->rule == &claim_rules[CLAIM_TRANSFER]);
}

bool why_owned_by_other(struct why_case *why)
{
    const struct owner *owner = &why->record->owner;
    if (owner->kind == OWNER_NONE ||
        (obstacles_code_would_take(why) && !obstacles_owner_refused(why)))
        return false;
    why_add(why, why->record->owned, "%s %s owns the device", owner_kind_word(owner),
            owner_name(owner));
    why_add_product(why);
    return true;
}

void why_advise_owned(const struct why_case *why, struct buf *out)
{
    const struct product *product = why->record->product;
    if (why->owner.kind == OWNER_CUSTOMER && product != why->owner.customer->product) {
        buf_printf(out,
                   "Two things stand in the way. Let the owner unclaim it (DELETE /v1/devices/%s, "
                   "also while it is offline), and import it into the customer's product (POST "
                   "/v1/products/%s/devices); then claim again.",
                   why->record->id, why->owner.customer->product->slug);
        return;
    }
    buf_printf(out, "Let the owner unclaim it (DELETE /v1/devices/%s, also while it is offline",
               why->record->id);
    if (product)
        buf_printf(out, "; or a team member: DELETE /v1/products/%s/devices/%s/owner",
                   product->slug, why->record->id);
    buf_add_str(out, "), then claim again; or ask for a transfer (request_transfer), which the "
                     "owner has to approve.");
}

/* ---- not in the product ---- */

/* Requests to import the device that were refused as a whole: they are the team's, not the owner's.
 */
static void obstacles_add_refused_imports(struct why_case *why)
{
    const struct refusal_book *book;
    size_t cursor = 0;
    while ((book = refusals_next(why->world->cloud, &cursor)))
        for (size_t i = 0; i < refusals_count(book); i++) {
            const struct refusal *refusal = refusals_at(book, i);
            if (refusal->device == why->record && refusal->kind == REFUSED_IMPORT &&
                !owner_same(&refusal->owner, &why->owner) && refusal->owner.kind != OWNER_NONE)
                why_add(why, refusal->at, "%s was refused to %s with %d%s%s", refusal->request,
                        owner_name(&refusal->owner), refusal->status, refusal->rule ? ": " : "",
                        refusal->rule ? refusal->rule->text : "");
        }
}

/* How it came to be where it is. */
static void obstacles_add_whereabouts(struct why_case *why)
{
    const struct cloud_device *record = why->record;
    if (record->quarantined_in)
        why_add(why, record->quarantined,
                "the device is in the quarantine of product %s: its firmware says that it belongs "
                "there, and nobody has imported it",
                record->quarantined_in->slug);
    if (!record->product && record->left.n)
        why_add(why, record->left, "the device was %s product %s",
                record->denied_by ? "denied by" : "taken out of", record->left_from->slug);
}

void why_add_product(struct why_case *why)
{
    const struct product *product = why->record->product;
    if (why->owner.kind != OWNER_CUSTOMER || product == why->owner.customer->product)
        return;
    obstacles_add_whereabouts(why);
    obstacles_add_refused_imports(why);
    why_add(why, WHY_NOW, "the device is in %s%s, %s is a customer of product %s",
            product ? "product " : "no product", product ? product->slug : "",
            owner_name(&why->owner), why->owner.customer->product->slug);
}

bool why_not_in_product(struct why_case *why)
{
    if (why->owner.kind == OWNER_CUSTOMER) {
        if (why->record->product == why->owner.customer->product)
            return false;
        why_add_product(why);
        return true;
    }
    const struct why_attempt *newest = why_newest(why, WHY_PRESENTED);
    if (!newest || newest->offer->verdict != CODE_NOT_IN_PRODUCT || !newest->code ||
        newest->code->product == why->record->product)
        return false;
    why_add(why, WHY_NOW, "the device is in %s%s, the code is for product %s",
            why->record->product ? "product " : "no product",
            why->record->product ? why->record->product->slug : "", newest->code->product->slug);
    return true;
}

/* The last import that did not take the device, if nothing has changed since. */
static const struct import_try *obstacles_refused_import(const struct why_case *why)
{
    const struct import_try *last = NULL;
    for (size_t i = 0; i < why->count; i++)
        if (why->attempts[i].kind == WHY_IMPORT)
            last = why->attempts[i].import;
    return last && last->reason && last->at.n > why->record->left.n ? last : NULL;
}

void why_advise_product(const struct why_case *why, struct buf *out)
{
    const struct cloud_device *record = why->record;
    const struct product *wanted =
        why->owner.kind == OWNER_CUSTOMER ? why->owner.customer->product : NULL;
    const struct import_try *refused = obstacles_refused_import(why);
    const char *slug = wanted ? wanted->slug : "P";
    if (wanted && record->platform->id != wanted->platform->id)
        buf_printf(out,
                   "The device is a %s, product %s is of %s: it can't be imported there. Use a "
                   "device of that platform, or a product of this one.",
                   record->platform->name, slug, wanted->platform->name);
    else if (record->product)
        buf_printf(out,
                   "Take it out of product %s first (DELETE /v1/products/%s/devices/%s), then "
                   "import it into the right one (POST /v1/products/%s/devices).",
                   record->product->slug, record->product->slug, record->id, slug);
    else if (refused)
        buf_printf(out,
                   "The import did not take it, because it was %s: change that, then import it "
                   "again (POST /v1/products/%s/devices).",
                   refused->reason, slug);
    else if (record->quarantined_in == wanted && wanted)
        buf_printf(out,
                   "Approve it: import its id (POST /v1/products/%s/devices) with a team or "
                   "product token, which takes it out of quarantine.",
                   slug);
    else
        buf_printf(out,
                   "Import it: POST /v1/products/%s/devices with its id (%s) and a team or "
                   "product token. A claim code does not add it.",
                   slug, record->id);
}

/* ---- the SIM ---- */

/* Whoever may claim it by id while it is offline is not stopped, unless by a code. */
static bool obstacles_needs_network(const struct why_case *why)
{
    bool by_code =
        why->newest && (why->newest->kind == WHY_ASKED || why->newest->kind == WHY_HANDED ||
                        why->newest->kind == WHY_PRESENTED);
    return by_code || claim_needs_online(why->world->cloud, &why->owner, why->record);
}

bool why_sim_bars(const struct why_case *why, struct fact *ret_refused)
{
    return why->device->interface == INTERFACE_CELLULAR &&
           !sims_carried(why->world->cloud, why->record, ret_refused);
}

bool why_sim_not_active(struct why_case *why)
{
    struct fact refused;
    if (why->device->session_kind != SESSION_NONE || !why_sim_bars(why, &refused) ||
        !obstacles_needs_network(why))
        return false;
    why_add(why, refused, "the SIM %s is not active since then", cloud_iccid(why->record));
    why_add_presence(why);
    return true;
}

void why_advise_sim(const struct why_case *why, struct buf *out)
{
    const struct product *product = why->record->product;
    buf_add_str(out, "Activate it (PUT /v1/");
    if (product)
        buf_printf(out, "products/%s/", product->slug);
    buf_printf(out,
               "sims/%s with action=activate, or reactivate when it was deactivated), and wait "
               "until the device reads online.",
               cloud_iccid(why->record));
    if (!device_states[why->device->state].powered)
        buf_add_str(out, " It is off: power it on.");
}

/* ---- it was theirs ---- */

bool why_released(struct why_case *why)
{
    const struct cloud_device *record = why->record;
    const struct why_attempt *newest = why->newest;
    if (!owner_same(&record->released_by, &why->owner) ||
        (newest && newest->at.n > record->released.n))
        return false;
    why_add(why, record->released,
            record->taken ? "somebody else took the device over: until then %s owned it"
                          : "the device was unclaimed: until then %s owned it",
            owner_name(&why->owner));
    return true;
}

void why_advise_released(const struct why_case *why, struct buf *out)
{
    buf_printf(out, "Find out who unclaimed it (the entry's cause in the journal is the request), "
                    "then claim it again: by id while it is online, or with a new claim code.");
    why_say_online(why, out);
}
