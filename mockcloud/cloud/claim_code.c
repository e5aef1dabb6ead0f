/* Claim codes: issue, expiry, what becomes of one that a device presents. See claim.h. */
#include "cloud/claim_code.h"
#include "base/mem.h"
#include "base/text.h"
#include "cloud/attempts.h"
#include "cloud/claim.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <stdlib.h>
#include <string.h>

const struct rule claim_code_rules[] = {
    [CODE_ACCEPTED] =
        {
            .name = "claim-code.accepted",
            .text =
                "A good code makes its owner the device's owner and is confirmed to the device; a "
                "developer device of somebody else is taken over.",
            .provenance = PROVENANCE_STAFF,
            .source = "Particle community 24312/11; particle-tinker-app-ios issue 3; "
                      "device-os pull request 2773 (the confirmation)",
        },
    [CODE_UNKNOWN] =
        {
            .name = "claim-code.unknown",
            .text = "A code that was never issued is passed over in silence.",
            .provenance = PROVENANCE_STAFF,
            .source = "Particle staff's notes on manual Photon claiming",
            .behaviour = "refused_code_confirmed",
        },
    [CODE_USED] =
        {
            .name = "claim-code.already-used",
            .text = "A code serves one device, once.",
            .provenance = PROVENANCE_STAFF,
            .source = "Particle community 24312/11",
            .behaviour = "refused_code_confirmed",
        },
    [CODE_EXPIRED] =
        {
            .name = "claim-code.expired",
            .text = "A code lives for an hour.",
            .provenance = PROVENANCE_STAFF,
            .source = "Particle community 24312/11; Particle's Cloud API guide",
            .behaviour = "refused_code_confirmed",
        },
    [CODE_NOT_IN_PRODUCT] =
        {
            .name = "claim-code.not-in-product",
            .text = "A product's code claims only a device that was imported into that product.",
            .provenance = PROVENANCE_STAFF,
            .source = "Particle staff's notes on electron shadow customers",
            .behaviour = "refused_code_confirmed",
        },
    [CODE_OWNED_BY_OTHER] =
        {
            .name = "claim-code.owned-by-other",
            .text = "A product device that somebody owns is not taken over by a code.",
            .provenance = PROVENANCE_GUESSED,
            .source = "Particle's staff advise to unclaim first",
            .behaviour = "code_takes_product_device",
        },
    [CODE_OF_TEAM] =
        {
            .name = "claim-code.of-team",
            .text = "A product's code that a team member asked for is confirmed to the device, and "
                    "gives it to nobody.",
            .provenance = PROVENANCE_OBSERVED,
            .source = "Particle community 24385: the device's own flag was set, it was in no list",
            .behaviour = "product_claim_code_caller",
        },
};

const struct rule_table claim_code_rule_table = {
    claim_code_rules, sizeof claim_code_rules / sizeof *claim_code_rules, sizeof *claim_code_rules};

/* 48 random bytes in base64 are 64 characters; the last one is cut. */
static char *code_text_dup(struct cloud *cloud)
{
    unsigned char bytes[48];
    struct buf text;
    buf_init(&text, 64);
    chance_bytes(&cloud->sim->chance, bytes, sizeof bytes);
    text_base64_encode(bytes, sizeof bytes, &text);
    char *code = mem_dup_n(buf_str(&text), CLAIM_CODE_LEN);
    buf_free(&text);
    return code;
}

const struct list *claim_code_list(const struct cloud *cloud, const struct product *product)
{
    return product ? &product->claim_codes : &cloud->lives.of_users;
}

/* ---- what becomes of them ---- */

static struct list *list_of_product(struct cloud *cloud, const struct claim_code *code)
{
    return code->product ? &code->product->claim_codes : &cloud->lives.of_users;
}

static void code_free(void *value)
{
    struct claim_code *code = value;
    free(code->code); /* which those of before share */
    while (code) {
        struct claim_code *before = code->before;
        free(code);
        code = before;
    }
}

void claim_code_free_all(struct cloud *cloud)
{
    map_free(&cloud->claim_codes, code_free);
}

/* Takes a code out of the lists of its owner and its product. */
static void code_leave(struct cloud *cloud, struct claim_code *code)
{
    if (code->owner.kind != OWNER_NONE)
        list_leave(&owner_belongings(&code->owner)->claim_codes, &code->of_owner);
    list_leave(list_of_product(cloud, code), &code->of_product);
}

/* Removes a code from the world, and with it those for the same ICCID or IMEI that it had replaced.
 */
static void code_drop(struct cloud *cloud, struct claim_code *code)
{
    vclock_cancel(cloud->sim->clock, code->expiry);
    list_leave(&cloud->lives.of[code->life], &code->of_life);
    for (struct claim_code *one = code; one; one = one->before)
        code_leave(cloud, one);
    code_free(map_take(&cloud->claim_codes, code->code));
}

static void code_enter(struct cloud *cloud, struct claim_code *code, enum code_life life)
{
    list_leave(&cloud->lives.of[code->life], &code->of_life);
    code->life = life;
    list_join(&cloud->lives.of[life], &code->of_life);
}

static void code_dies(struct cloud *cloud, struct claim_code *code)
{
    code_enter(cloud, code, code->presented ? CODE_PRESENTED : CODE_DEAD);
}

/* A dead code stays for a while, so that a device that presents it can be told what became of it.
 * Only the newest stay: anybody can ask for any number of codes. To be called only when nobody
 * holds a pointer to a dead one. */
static void codes_trim(struct cloud *cloud)
{
    const struct list *dead = &cloud->lives.of[CODE_DEAD];
    while (dead->count > cloud->limits[LIMIT_DEAD_CLAIM_CODES])
        code_drop(cloud, LIST_ITEM(dead->first, struct claim_code, of_life));
}

static void claim_code_expire(void *owner, uint64_t address)
{
    struct cloud *cloud = owner;
    struct claim_code *code = (struct claim_code *)(uintptr_t)address; /* its end cancels this */
    code->expiry = 0;
    if (code->life != CODE_ALIVE)
        return;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "code", code->code);
    code->expired.n = sim_noted(cloud->sim, "cloud", "claim-code.expired");
    code->expired.at_ms = vclock_now(cloud->sim->clock);
    code_dies(cloud, code);
    codes_trim(cloud);
}

/* A code that was set aside is in no list of lives, so it can't die there once more. */
static void code_revoke(struct cloud *cloud, struct claim_code *code, struct fact why)
{
    code->revoked = why;
    if (code->life == CODE_ALIVE)
        code_dies(cloud, code);
}

/* When the switch says so, issuing a code revokes the owner's older ones that are still alive. Dead
 * ones are left alone: they have to keep what ended them. */
static void cancel_older_codes(struct cloud *cloud, const struct claim_code *newest)
{
    struct fact issued = {newest->issued_n, newest->issued_ms};
    const struct list_link *link = owner_belongings(&newest->owner)->claim_codes.first;
    for (; link; link = link->next) {
        struct claim_code *code = LIST_ITEM(link, struct claim_code, of_owner);
        if (code == newest || code->life == CODE_ASIDE || !claim_code_alive(cloud, code))
            continue;
        if (!sim_behaves(cloud->sim, BEHAVIOUR_OLDER_CLAIM_CODES, "cancelled"))
            return;
        code_revoke(cloud, code, issued);
    }
    codes_trim(cloud);
}

void claim_code_forget_owner(struct cloud *cloud, const struct owner *owner, struct fact gone)
{
    struct list *codes = &owner_belongings(owner)->claim_codes;
    while (codes->first) {
        struct claim_code *code = LIST_ITEM(codes->first, struct claim_code, of_owner);
        list_leave(codes, &code->of_owner);
        code->owner = (struct owner){0};
        if (!code->used.n && !code->revoked.n)
            code_revoke(cloud, code, gone);
    }
    codes_trim(cloud);
}

void claim_code_lose_all(struct cloud *cloud, struct fact when)
{
    const struct list *alive = &cloud->lives.of[CODE_ALIVE];
    while (alive->first)
        code_revoke(cloud, LIST_ITEM(alive->first, struct claim_code, of_life), when);
    codes_trim(cloud);
}

bool claim_code_is_radio_id(const char *text)
{
    size_t len = strlen(text);
    return len >= 15 && len <= 22 && strspn(text, "0123456789") == len;
}

bool claim_code_is_radio_id_of(const struct cloud_device *device, const char *text)
{
    return device->platform->cellular &&
           (strcmp(cloud_iccid(device), text) == 0 || strcmp(cloud_imei(device), text) == 0);
}

/* A second code for the same ICCID or IMEI has the same text, so the older one can't stay in the
 * map. It is kept behind the new one, because `why` tells whose it was, and keeps its place in the
 * lists of its owner and its product; the new one is in no list yet. */
static void code_set_aside(struct cloud *cloud, struct claim_code *code)
{
    struct claim_code *before = mem_new(sizeof *before);
    vclock_cancel(cloud->sim->clock, code->expiry);
    list_leave(&cloud->lives.of[code->life], &code->of_life);
    *before = *code;
    before->life = CODE_ASIDE;
    if (code->owner.kind != OWNER_NONE)
        list_replace(&owner_belongings(&code->owner)->claim_codes, &code->of_owner,
                     &before->of_owner);
    list_replace(list_of_product(cloud, code), &code->of_product, &before->of_product);
    *code =
        (struct claim_code){.code = before->code, .presented = before->presented, .before = before};
    for (size_t kept = 1; before->before; before = before->before) {
        if (kept++ < CLAIM_CODES_BEFORE)
            continue;
        code_leave(cloud, before->before);
        free(before->before); /* the oldest: the chain had room for all but this one */
        before->before = NULL;
        break;
    }
}

/* A code that is in no list yet: a new one, or the one for the same ICCID or IMEI, emptied. */
static struct claim_code *code_new(struct cloud *cloud, const char *radio_id)
{
    struct claim_code *code = radio_id ? map_get(&cloud->claim_codes, radio_id) : NULL;
    if (code) {
        code_set_aside(cloud, code);
        return code;
    }
    code = mem_new(sizeof *code);
    code->code = radio_id ? mem_dup(radio_id) : code_text_dup(cloud);
    map_put(&cloud->claim_codes, code->code, code);
    return code;
}

static void code_note_issued(struct cloud *cloud, struct claim_code *code)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "code", code->code);
    jsonw_key_str(w, "owner_kind", owner_kind_word(&code->owner));
    jsonw_key_str(w, "owner", owner_name(&code->owner));
    if (code->product)
        jsonw_key_int(w, "product", code->product->id);
    jsonw_key_time(w, "expires", code->expires_ms);
    code->issued_n = sim_noted(cloud->sim, "cloud", "claim-code.issued");
}

static struct claim_code *code_issue(struct cloud *cloud, const struct owner *owner,
                                     struct product *product, const char *radio_id)
{
    int64_t now = vclock_now(cloud->sim->clock);
    if (limits_reached(cloud, LIMIT_CLAIM_CODES, cloud->lives.of[CODE_ALIVE].count))
        return NULL;
    struct claim_code *code = code_new(cloud, radio_id), *before = code->before;
    code->owner = *owner;
    code->product = product;
    code->issued_ms = now;
    code->expires_ms = now + CLAIM_CODE_LIFE_MS;
    list_join(&cloud->lives.of[CODE_ALIVE], &code->of_life);
    list_join(&owner_belongings(owner)->claim_codes, &code->of_owner);
    list_join(list_of_product(cloud, code), &code->of_product);
    code_note_issued(cloud, code);
    cancel_older_codes(cloud, code);
    if (before && !before->used.n && !before->revoked.n && now < before->expires_ms)
        before->revoked = (struct fact){code->issued_n, now};
    code->expiry =
        vclock_add(cloud->sim->clock, code->expires_ms,
                   &(struct timer_row){TIMER_BACKGROUND, "cloud", "expiry of a claim code",
                                       claim_code_expire, cloud, (uintptr_t)code});
    return code;
}

struct claim_code *claim_code_issue(struct cloud *cloud, const struct owner *owner,
                                    struct product *product)
{
    return code_issue(cloud, owner, product, NULL);
}

struct claim_code *claim_code_issue_radio(struct cloud *cloud, const struct owner *owner,
                                          struct product *product, const char *radio_id)
{
    return code_issue(cloud, owner, product, radio_id);
}

bool claim_code_alive(const struct cloud *cloud, const struct claim_code *code)
{
    return !code->used.n && !code->revoked.n && vclock_now(cloud->sim->clock) < code->expires_ms;
}

bool claim_code_takes_over(const struct cloud *cloud, const struct cloud_device *device)
{
    return !device->product ||
           !sim_behaves(cloud->sim, BEHAVIOUR_CODE_TAKES_PRODUCT_DEVICE, "refuse");
}

static enum code_verdict claim_code_judge(const struct cloud *cloud,
                                          const struct cloud_device *device,
                                          const struct claim_code *code)
{
    if (!code || code->revoked.n)
        return CODE_UNKNOWN;
    if (code->used.n)
        return CODE_USED;
    if (vclock_now(cloud->sim->clock) >= code->expires_ms)
        return CODE_EXPIRED;
    if (code->product && device->product != code->product)
        return CODE_NOT_IN_PRODUCT;
    bool others = device->owner.kind != OWNER_NONE && !owner_same(&device->owner, &code->owner);
    if (others && !claim_code_takes_over(cloud, device))
        return CODE_OWNED_BY_OTHER;
    if (code->product && code->owner.kind == OWNER_USER &&
        sim_behaves(cloud->sim, BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER, "team-in-vain"))
        return CODE_OF_TEAM;
    return CODE_ACCEPTED;
}

static void claim_code_confirm(struct cloud *cloud, struct cloud_device *device)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    sim_noted(cloud->sim, "cloud", "claim-code.confirmed");
    session_tell(cloud, device, "spark/device/claim/confirm", "");
}

/* The code that a device means by this text; NULL: none. An ICCID or IMEI means its code only to
 * the device that has it. */
static struct claim_code *claim_code_brought(const struct cloud *cloud,
                                             const struct cloud_device *device, const char *text)
{
    if (claim_code_is_radio_id(text) && !claim_code_is_radio_id_of(device, text))
        return NULL;
    return map_get(&cloud->claim_codes, text);
}

/* Counts for which devices a code is what they presented last: such a code is kept even when it is
 * dead. */
static void code_presented(struct cloud *cloud, const struct cloud_device *device, const char *text)
{
    const struct code_offer *last = attempts_last_offer(device);
    struct claim_code *before = last ? map_get(&cloud->claim_codes, last->code) : NULL;
    struct claim_code *code = map_get(&cloud->claim_codes, text);
    /* A code for an ICCID that was dropped and issued again counts nobody, though somebody may have
     * presented it before. */
    if (before && before != code && before->presented && --before->presented == 0 &&
        before->life == CODE_PRESENTED)
        code_dies(cloud, before);
    if (code && (before != code || !code->presented))
        code->presented++;
    if (code && code->life == CODE_DEAD)
        code_enter(cloud, code, CODE_PRESENTED);
}

static void code_used(struct cloud *cloud, struct claim_code *code,
                      const struct cloud_device *device, struct fact used)
{
    code->used = used;
    memcpy(code->used_by, device->id, sizeof code->used_by);
    code_dies(cloud, code);
}

/* Judges the code and does what follows for the owner; `matched`: the device presented nothing, its
 * SIM or modem was recognised. */
static enum code_verdict claim_code_take(struct cloud *cloud, struct cloud_device *device,
                                         const char *code_text, bool matched)
{
    struct claim_code *code = claim_code_brought(cloud, device, code_text);
    enum code_verdict verdict = claim_code_judge(cloud, device, code);
    sim_lean(cloud->sim, &claim_code_rules[verdict]);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "code", code_text);
    jsonw_key_str(w, "rule", claim_code_rules[verdict].name);
    uint64_t n =
        sim_noted(cloud->sim, "cloud", matched ? "claim-code.matched" : "claim-code.presented");
    const struct code_offer offer = {

        .at = {n, vclock_now(cloud->sim->clock)},
        .verdict = verdict,
        .matched = matched,
        .issued_n = code ? code->issued_n : 0,
        .owner = code ? code->owner : (struct owner){0},
    };
    code_presented(cloud, device, code_text);
    attempts_note_offer(device, &offer, code_text);
    if (verdict == CODE_ACCEPTED || verdict == CODE_OF_TEAM)
        code_used(cloud, code, device, offer.at);
    if (verdict == CODE_ACCEPTED && !owner_same(&device->owner, &code->owner))
        cloud_set_owner(cloud, device, code->owner);
    codes_trim(cloud);
    return verdict;
}

enum code_verdict claim_code_offer(struct cloud *cloud, struct cloud_device *device,
                                   const char *code_text)
{
    enum code_verdict verdict = claim_code_take(cloud, device, code_text, false);
    if (verdict == CODE_ACCEPTED || verdict == CODE_OF_TEAM ||
        sim_behaves(cloud->sim, BEHAVIOUR_REFUSED_CODE_CONFIRMED, "yes"))
        claim_code_confirm(cloud, device);
    return verdict;
}

void claim_code_of_radio(struct cloud *cloud, struct cloud_device *device)
{
    if (!map_count(&cloud->claim_codes) || !device->platform->cellular)
        return;
    const char *const ids[] = {cloud_iccid(device), cloud_imei(device)};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct claim_code *code = map_get(&cloud->claim_codes, ids[i]);
        if (code && !code->used.n &&
            !sim_behaves(cloud->sim, BEHAVIOUR_RADIO_CLAIM_CODE, "ignored"))
            claim_code_take(cloud, device, ids[i], true);
    }
}
