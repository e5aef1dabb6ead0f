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

static void claim_code_expire(void *owner, uint64_t index)
{
    struct cloud *cloud = owner;
    struct claim_code *code = cloud->claim_codes.entries[index].value;
    bool issued_anew = vclock_now(cloud->sim->clock) < code->expires_ms;
    if (code->used.n || code->revoked.n || issued_anew)
        return;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "code", code->code);
    code->expired.n = sim_noted(cloud->sim, "cloud", "claim-code.expired");
    code->expired.at_ms = vclock_now(cloud->sim->clock);
}

/* With the switch, those that could still claim something: the others keep what became of them. */
static void cancel_older_codes(struct cloud *cloud, const struct claim_code *newest)
{
    struct fact issued = {newest->issued_n, newest->issued_ms};
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->claim_codes, &cursor, NULL, &value)) {
        struct claim_code *code = value;
        if (code == newest || !owner_same(&code->owner, &newest->owner) ||
            !claim_code_alive(cloud, code))
            continue;
        if (!sim_behaves(cloud->sim, BEHAVIOUR_OLDER_CLAIM_CODES, "cancelled"))
            return;
        code->revoked = issued;
    }
}

bool claim_code_is_radio_id(const char *text)
{
    size_t len = strlen(text);
    return len >= 15 && len <= 22 && strspn(text, "0123456789") == len;
}

bool claim_code_is_radio_id_of(const struct cloud_device *device, const char *text)
{
    return (device->iccid && strcmp(device->iccid, text) == 0) ||
           (device->imei && strcmp(device->imei, text) == 0);
}

/* Sets aside what was issued for the same ICCID or IMEI before: `why` tells whose it was. */
static void code_set_aside(struct claim_code *code)
{
    struct claim_code *before = mem_new(sizeof *before);
    *before = *code;
    *code = (struct claim_code){.code = before->code, .before = before};
    for (size_t kept = 1; before->before; before = before->before) {
        if (kept++ < CLAIM_CODES_BEFORE)
            continue;
        free(before->before); /* the oldest: the chain had room for all but this one */
        before->before = NULL;
        break;
    }
}

/* The code that this is the number of: a new one, or the one that was issued for the same ICCID or
 * IMEI before. Codes never leave the map, so a code's place in it is its number. */
static struct claim_code *code_new(struct cloud *cloud, const char *radio_id, uint64_t *ret_index)
{
    struct claim_code *code = radio_id ? map_get(&cloud->claim_codes, radio_id) : NULL;
    if (code) {
        *ret_index = 0;
        while (cloud->claim_codes.entries[*ret_index].value != code)
            ++*ret_index;
        code_set_aside(code);
        return code;
    }
    code = mem_new(sizeof *code);
    code->code = radio_id ? mem_dup(radio_id) : code_text_dup(cloud);
    *ret_index = cloud->claim_codes.used;
    map_put(&cloud->claim_codes, code->code, code);
    return code;
}

static struct claim_code *code_issue(struct cloud *cloud, const struct owner *owner,
                                     struct product *product, const char *radio_id)
{
    int64_t now = vclock_now(cloud->sim->clock);
    uint64_t index;
    struct claim_code *code = code_new(cloud, radio_id, &index);
    code->owner = *owner;
    code->product = product;
    code->issued_ms = now;
    code->expires_ms = now + CLAIM_CODE_LIFE_MS;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "code", code->code);
    jsonw_key_str(w, "owner_kind", owner_kind_word(owner));
    jsonw_key_str(w, "owner", owner_name(owner));
    if (product)
        jsonw_key_int(w, "product", product->id);
    jsonw_key_time(w, "expires", code->expires_ms);
    code->issued_n = sim_noted(cloud->sim, "cloud", "claim-code.issued");
    cancel_older_codes(cloud, code);
    if (code->before && !code->before->used.n && !code->before->revoked.n &&
        now < code->before->expires_ms)
        code->before->revoked = (struct fact){code->issued_n, now};
    vclock_add(cloud->sim->clock, code->expires_ms, TIMER_BACKGROUND, "cloud",
               "expiry of a claim code", claim_code_expire, cloud, index);
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

static void claim_code_confirm(struct cloud *cloud, const struct cloud_device *device)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    sim_noted(cloud->sim, "cloud", "claim-code.confirmed");
    if (device->peer.event)
        device->peer.event(device->peer.device, "spark/device/claim/confirm", "");
}

/* What the text stands for when this device brings it; NULL: nothing. */
static struct claim_code *claim_code_brought(const struct cloud *cloud,
                                             const struct cloud_device *device, const char *text)
{
    if (claim_code_is_radio_id(text) && !claim_code_is_radio_id_of(device, text))
        return NULL;
    return map_get(&cloud->claim_codes, text);
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
    attempts_note_offer(device, &offer, code_text);
    if (verdict == CODE_ACCEPTED || verdict == CODE_OF_TEAM) {
        code->used = offer.at;
        memcpy(code->used_by, device->id, sizeof code->used_by);
    }
    if (verdict == CODE_ACCEPTED && !owner_same(&device->owner, &code->owner))
        cloud_set_owner(cloud, device, code->owner);
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
    const char *const ids[] = {device->iccid, device->imei};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        const struct claim_code *code = ids[i] ? map_get(&cloud->claim_codes, ids[i]) : NULL;
        if (code && !code->used.n &&
            !sim_behaves(cloud->sim, BEHAVIOUR_RADIO_CLAIM_CODE, "ignored"))
            claim_code_take(cloud, device, ids[i], true);
    }
}
