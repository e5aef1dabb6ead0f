/* Claim codes: issue, expiry, what becomes of one that a device presents. See claim.h. */
#include "base/mem.h"
#include "base/text.h"
#include "cloud/claim.h"

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
};

const size_t claim_code_rule_count = sizeof claim_code_rules / sizeof *claim_code_rules;

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
    const struct claim_code *code = cloud->claim_codes.entries[index].value;
    if (code->used_n || code->revoked)
        return;
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "code", code->code);
    sim_noted(cloud->sim, "cloud", "claim-code.expired");
}

/* Those that could still claim something: the others keep what became of them. */
static void cancel_older_codes(struct cloud *cloud, const struct owner *owner)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&cloud->claim_codes, &cursor, NULL, &value)) {
        struct claim_code *code = value;
        if (owner_same(&code->owner, owner) && claim_code_alive(cloud, code))
            code->revoked = true;
    }
}

struct claim_code *claim_code_issue(struct cloud *cloud, const struct owner *owner,
                                    struct product *product)
{
    int64_t now = vclock_now(cloud->sim->clock);
    if (sim_behaves(cloud->sim, BEHAVIOUR_OLDER_CLAIM_CODES, "cancelled"))
        cancel_older_codes(cloud, owner);
    struct claim_code *code = mem_new(sizeof *code);
    code->code = code_text_dup(cloud);
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
    /* Codes never leave the map, so a code's place in it is its number. */
    uint64_t index = cloud->claim_codes.used;
    map_put(&cloud->claim_codes, code->code, code);
    vclock_add(cloud->sim->clock, code->expires_ms, TIMER_BACKGROUND, "cloud",
               "expiry of a claim code", claim_code_expire, cloud, index);
    return code;
}

bool claim_code_alive(const struct cloud *cloud, const struct claim_code *code)
{
    return !code->used_n && !code->revoked && vclock_now(cloud->sim->clock) < code->expires_ms;
}

static enum code_verdict claim_code_judge(const struct cloud *cloud,
                                          const struct cloud_device *device,
                                          const struct claim_code *code)
{
    if (!code || code->revoked)
        return CODE_UNKNOWN;
    if (code->used_n)
        return CODE_USED;
    if (vclock_now(cloud->sim->clock) >= code->expires_ms)
        return CODE_EXPIRED;
    if (code->product && device->product != code->product)
        return CODE_NOT_IN_PRODUCT;
    bool others = device->owner.kind != OWNER_NONE && !owner_same(&device->owner, &code->owner);
    if (others && device->product &&
        sim_behaves(cloud->sim, BEHAVIOUR_CODE_TAKES_PRODUCT_DEVICE, "refuse"))
        return CODE_OWNED_BY_OTHER;
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

enum code_verdict claim_code_offer(struct cloud *cloud, struct cloud_device *device,
                                   const char *code_text)
{
    struct claim_code *code = map_get(&cloud->claim_codes, code_text);
    enum code_verdict verdict = claim_code_judge(cloud, device, code);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "code", code_text);
    jsonw_key_str(w, "rule", claim_code_rules[verdict].name);
    uint64_t n = sim_noted(cloud->sim, "cloud", "claim-code.presented");
    free(device->offer_code);
    device->offer_code = mem_dup(code_text);
    device->offer_verdict = verdict;
    device->offer = (struct fact){n, vclock_now(cloud->sim->clock)};
    if (verdict == CODE_ACCEPTED) {
        code->used_n = n;
        memcpy(code->used_by, device->id, sizeof code->used_by);
        if (!owner_same(&device->owner, &code->owner))
            cloud_set_owner(cloud, device, code->owner);
    }
    if (verdict == CODE_ACCEPTED ||
        sim_behaves(cloud->sim, BEHAVIOUR_REFUSED_CODE_CONFIRMED, "yes"))
        claim_code_confirm(cloud, device);
    return verdict;
}
