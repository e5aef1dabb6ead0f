/*
 * See claim.h. Owns the decision table of a claim by id. The order of the checks is the order of
 * the functions in claim_by_id(); what each row answers is for api/ to render.
 */
#include "cloud/claim.h"
#include "base/mem.h"

#include "cloud/accounts.h"
#include "cloud/attempts.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/record.h"

#include <ctype.h>
#include <string.h>

#define ORDER_GUESSED "the order of the checks is a guess; each of them is known"

const struct rule claim_rules[CLAIM_RULES] = {
    [CLAIM_MISSING_ID] =
        {
            .name = "claim.missing-id",
            .text = "A claim without an id, or with one that is no string, is refused.",
            .provenance = PROVENANCE_GUESSED,
            .source = "an imitator of the cloud answers so",
            .behaviour = "missing_device_id",
        },
    [CLAIM_UNREADABLE_BODY] =
        {
            .name = "claim.unreadable-body",
            .text = "A claim whose body is no form and no JSON, so that no id can be read out of "
                    "it, is refused as one without an id.",
            .provenance = PROVENANCE_GUESSED,
            .source = "the body of the refusal is that of a claim without an id",
            .behaviour = "missing_device_id",
        },
    [CLAIM_UNKNOWN_DEVICE] =
        {
            .name = "claim.unknown-device",
            .text = "A claim of an id that is no device is refused.",
            .provenance = PROVENANCE_STAFF,
            .source = "particle-cli test/e2e/cloud.e2e.js, 'Fails to claim an unknown device'; "
                      "particlerb recording of 2015",
            .behaviour = "unknown_device_error",
        },
    [CLAIM_UPPERCASE_ID] =
        {
            .name = "claim.uppercase-id",
            .text = "An id with capitals is unknown.",
            .provenance = PROVENANCE_GUESSED,
            .source = "Particle community 19568; particle-cli lower-cases ids before it claims",
            .behaviour = "uppercase_ids",
        },
    [CLAIM_ALREADY_YOURS] =
        {
            .name = "claim.already-yours",
            .text = "Who owns the device already succeeds again, online or not.",
            .provenance = PROVENANCE_STAFF,
            .source = "particle-cli test/e2e/cloud.e2e.js, 'Claims device'; " ORDER_GUESSED,
        },
    [CLAIM_FOREIGN_CUSTOMER] =
        {
            .name = "claim.foreign-customer",
            .text = "A customer can't claim a device that is not in the customer's product.",
            .provenance = PROVENANCE_GUESSED,
            .source = "no source for the answer",
            .behaviour = "foreign_customer_claim",
        },
    [CLAIM_NON_MEMBER] =
        {
            .name = "claim.non-member",
            .text = "A user can't claim a product device without being on the product's team.",
            .provenance = PROVENANCE_GUESSED,
            .source = "no source for the answer",
            .behaviour = "non_member_claim",
        },
    [CLAIM_OFFLINE] =
        {
            .name = "claim.offline",
            .text = "A device that the cloud believes offline can't be claimed by id.",
            .provenance = PROVENANCE_STAFF,
            .source =
                "particlerb recording of 2015; particle-cli issue 241 (staff: on purpose as for an "
                "unknown id); today's body is a guess",
            .behaviour = "offline_claim_error",
        },
    [CLAIM_OFFLINE_CUSTOMER] =
        {
            .name = "claim.offline-customer",
            .text = "A customer can't claim an offline device of the product by id either.",
            .provenance = PROVENANCE_GUESSED,
            .source = "Particle community 48185; the relaxation of 2020 names team members only",
            .behaviour = "offline_customer_claim",
        },
    [CLAIM_OFFLINE_MEMBER] =
        {
            .name = "claim.offline-member",
            .text =
                "A team member's claim of an offline product device is refused, as before 2020.",
            .provenance = PROVENANCE_GUESSED,
            .source = "how it was before particle-iot/docs pull request 1151",
            .behaviour = "offline_team_claim",
        },
    [CLAIM_TRANSFER] =
        {
            .name = "claim.transfer",
            .text = "request_transfer asks the owner; the ownership stays until it is approved.",
            .provenance = PROVENANCE_DOCUMENTED,
            .source = "Particle's API reference (transfer_id)",
        },
    [CLAIM_OWNED_BY_OTHER] =
        {
            .name = "claim.owned-by-other",
            .text = "A device of somebody else is refused.",
            .provenance = PROVENANCE_OBSERVED,
            .source =
                "particle-cli issue 114 (body); particle-cli src/cmd/api.test.js (status 403)",
        },
    [CLAIM_SANDBOX_FULL] =
        {
            .name = "claim.sandbox-full",
            .text = "A user of the free plan who owns 100 devices claims no other by id.",
            .provenance = PROVENANCE_DOCUMENTED,
            .source = "Particle's device claiming guide; the body is a guess",
            .behaviour = "sandbox_limit",
        },
    [CLAIM_ACCEPTED_USER] =
        {
            .name = "claim.accepted-user",
            .text = "A user owns the device from now on.",
            .provenance = PROVENANCE_OBSERVED,
            .source = "particlerb recording of 2015",
        },
    [CLAIM_ACCEPTED_CUSTOMER] =
        {
            .name = "claim.accepted-customer",
            .text = "A customer owns the device from now on.",
            .provenance = PROVENANCE_OBSERVED,
            .source = "Particle staff's transcript of 2018 (electron-shadow-customers)",
        },
    [CLAIM_ACCEPTED_OFFLINE] =
        {
            .name = "claim.accepted-offline",
            .text = "A team member may claim a product device that is offline.",
            .provenance = PROVENANCE_STAFF,
            .source = "particle-iot/docs pull request 1151, November 2020; the body is a guess",
            .behaviour = "offline_team_claim",
        },
};

static bool has_capitals(const char *id)
{
    for (; *id; id++)
        if (isupper((unsigned char)*id))
            return true;
    return false;
}

static bool on_team(const struct owner *owner, const struct cloud_device *device)
{
    return owner->kind == OWNER_USER && cloud_on_team(device->product, owner->user);
}

/* Which rule refuses an offline device for this caller; CLAIM_RULES: none does. */
static enum claim_rule claim_offline(const struct sim *sim, const struct owner *owner,
                                     const struct cloud_device *device)
{
    if (device->online)
        return CLAIM_RULES;
    if (on_team(owner, device))
        return sim_behaves(sim, BEHAVIOUR_OFFLINE_TEAM_CLAIM, "refuse") ? CLAIM_OFFLINE_MEMBER
                                                                        : CLAIM_RULES;
    if (owner->kind == OWNER_CUSTOMER)
        return sim_behaves(sim, BEHAVIOUR_OFFLINE_CUSTOMER_CLAIM, "accept")
                   ? CLAIM_RULES
                   : CLAIM_OFFLINE_CUSTOMER;
    return CLAIM_OFFLINE;
}

/* Whether the user has as many devices as the free plan allows. */
static bool sandbox_is_full(const struct cloud *cloud, const struct owner *owner)
{
    if (sim_behaves(cloud->sim, BEHAVIOUR_SANDBOX_LIMIT, "off"))
        return false;
    struct registry_walk owned = registry_owned(cloud, owner);
    return registry_count(&owned) >= CLOUD_SANDBOX_MAX;
}

static enum claim_rule claim_accepted(const struct owner *owner, const struct cloud_device *device)
{
    if (owner->kind == OWNER_CUSTOMER)
        return CLAIM_ACCEPTED_CUSTOMER;
    return device->online ? CLAIM_ACCEPTED_USER : CLAIM_ACCEPTED_OFFLINE;
}

static enum claim_rule claim_decide(const struct cloud *cloud, const struct owner *owner,
                                    const struct cloud_device *device, bool request_transfer)
{
    if (owner_same(&device->owner, owner))
        return CLAIM_ALREADY_YOURS;
    if (owner->kind == OWNER_CUSTOMER && device->product != owner->customer->product)
        return CLAIM_FOREIGN_CUSTOMER;
    if (owner->kind == OWNER_USER && device->product && !on_team(owner, device))
        return CLAIM_NON_MEMBER;
    enum claim_rule offline = claim_offline(cloud->sim, owner, device);
    if (offline != CLAIM_RULES)
        return offline;
    if (device->owner.kind != OWNER_NONE)
        return request_transfer ? CLAIM_TRANSFER : CLAIM_OWNED_BY_OTHER;
    if (owner->kind == OWNER_USER && sandbox_is_full(cloud, owner))
        return CLAIM_SANDBOX_FULL;
    return claim_accepted(owner, device);
}

static bool claim_is_accepted(enum claim_rule rule)
{
    return rule == CLAIM_ACCEPTED_USER || rule == CLAIM_ACCEPTED_CUSTOMER ||
           rule == CLAIM_ACCEPTED_OFFLINE;
}

bool claim_needs_online(const struct cloud *cloud, const struct owner *owner,
                        const struct cloud_device *device)
{
    if (on_team(owner, device))
        return sim_behaves(cloud->sim, BEHAVIOUR_OFFLINE_TEAM_CLAIM, "refuse");
    return owner->kind != OWNER_CUSTOMER ||
           !sim_behaves(cloud->sim, BEHAVIOUR_OFFLINE_CUSTOMER_CLAIM, "accept");
}

static void claim_remember(struct cloud *cloud, struct cloud_device *device,
                           const struct owner *owner, enum claim_rule rule)
{
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "by", owner_name(owner));
    jsonw_key_bool(w, "online", device->online);
    jsonw_key_str(w, "rule", claim_rules[rule].name);
    uint64_t n = sim_noted(cloud->sim, "cloud", "claim.decided");
    attempts_note_try(device, &(struct claim_try){
                                  .at = {n, vclock_now(cloud->sim->clock)},
                                  .owner = *owner,
                                  .rule = &claim_rules[rule],
                              });
}

enum claim_rule claim_by_id(struct cloud *cloud, const struct owner *owner, const char *id,
                            bool request_transfer, struct cloud_device **ret_device)
{
    if (!id || !*id)
        return CLAIM_MISSING_ID;
    struct cloud_device *device = cloud_device_by_id_or_name(cloud, id, NULL);
    if (has_capitals(id) && sim_behaves(cloud->sim, BEHAVIOUR_UPPERCASE_IDS, "refuse")) {
        if (device) /* for `why`: the reply knows nothing of it */
            claim_remember(cloud, device, owner, CLAIM_UPPERCASE_ID);
        return CLAIM_UPPERCASE_ID;
    }
    if (!device)
        return CLAIM_UNKNOWN_DEVICE;
    enum claim_rule rule = claim_decide(cloud, owner, device, request_transfer);
    claim_remember(cloud, device, owner, rule);
    if (claim_is_accepted(rule))
        cloud_set_owner(cloud, device, *owner);
    *ret_device = device;
    return rule;
}

const char *claim_request_transfer(struct cloud *cloud, struct cloud_device *device,
                                   const struct owner *owner)
{
    if (device->transfer && strcmp(device->transfer->by, owner_id(owner)) == 0)
        return device->transfer->id;
    if (!device->transfer)
        device->transfer = mem_new(sizeof *device->transfer);
    ids_next(&cloud->sim->ids, "transfer", device->transfer->id, IDS_OBJECT);
    memcpy(device->transfer->by, owner_id(owner), sizeof device->transfer->by);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_str(w, "device", device->id);
    jsonw_key_str(w, "name", device->name);
    jsonw_key_str(w, "by", owner_name(owner));
    jsonw_key_str(w, "owner", owner_name(&device->owner));
    jsonw_key_str(w, "transfer", device->transfer->id);
    sim_noted(cloud->sim, "cloud", "device.transfer-requested");
    return device->transfer->id;
}

void claim_release(struct cloud *cloud, struct cloud_device *device)
{
    if (device->owner.kind != OWNER_NONE)
        cloud_set_owner(cloud, device, (struct owner){0});
}
