/* Claim codes: the user's and the product's route. */
#include "cloud/claim_code.h"
#include "api/call/route.h"
#include "api/routes/device_rules.h"
#include "api/routes/devices.h"
#include "api/routes/orgs.h"
#include "api/shape/shapes.h"
#include "cloud/accounts.h"
#include "cloud/claim.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <string.h>

/* The ICCID or IMEI that the code is for. False: what was given is neither; the refusal is in the
 * reply. */
static bool radio_id_of(struct call *call, const char **ret_id)
{
    const char *iccid = call_str(call, "iccid"), *imei = call_str(call, "imei");
    const char *id = iccid && *iccid ? iccid : imei && *imei ? imei : NULL;
    *ret_id = id;
    if (!id || claim_code_is_radio_id(id))
        return true;
    reply_error(call, 400, &device_rules[DEVICE_RADIO_CODE_BAD], "%s has to be 15 to 22 digits",
                id == iccid ? "iccid" : "imei");
    return false;
}

static void claim_code_reply(struct call *call, const struct owner *owner, struct product *product)
{
    struct cloud *cloud = call->world->cloud;
    const char *radio_id;
    if (!radio_id_of(call, &radio_id) ||
        !call_has_room(call, LIMIT_CLAIM_CODES, cloud->lives.of[CODE_ALIVE].count))
        return;
    const struct claim_code *code = radio_id
                                        ? claim_code_issue_radio(cloud, owner, product, radio_id)
                                        : claim_code_issue(cloud, owner, product);
    struct cloud_device **owned;
    size_t count = devices_owned(call, owner, &owned);
    struct jsonw *w = reply_json(call, 200, &device_rules[DEVICE_CLAIM_CODE]);
    jsonw_object(w);
    jsonw_key_str(w, "claim_code", code->code);
    jsonw_key(w, "device_ids");
    jsonw_array(w);
    for (size_t i = 0; i < count; i++)
        jsonw_str(w, owned[i]->id);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void claim_code_user(struct call *call)
{
    if (call->owner.kind == OWNER_USER)
        claim_code_reply(call, &call->owner, NULL);
    else
        reply_error(call, 403, &device_rules[DEVICE_CLAIM_CODE_CALLER], "Permission denied");
}

/* A customer of the product; with the switch, also a user on its team. */
static bool may_ask(const struct call *call, const struct product *product)
{
    if (call->owner.kind == OWNER_CUSTOMER)
        return call->owner.customer->product == product;
    return call->owner.kind == OWNER_USER && cloud_on_team(product, call->owner.user) &&
           !sim_behaves(&call->world->sim, BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER, "customer");
}

/* `product` NULL: there is none, which is told to nobody. */
static void claim_code_for(struct call *call, struct product *product)
{
    if (product && may_ask(call, product))
        claim_code_reply(call, &call->owner, product);
    else
        reply_error(call, 403, &device_rules[DEVICE_CLAIM_CODE_CALLER], "Permission denied");
}

static void claim_code_product(struct call *call)
{
    claim_code_for(call, cloud_product(call->world->cloud, call->params[0]));
}

/* The path of before products were found without their organization. */
static void claim_code_org(struct call *call)
{
    const char *org = org_named(call);
    struct product *product = cloud_product(call->world->cloud, call->params[1]);
    if (org)
        claim_code_for(call, cloud_in_org(product, org) ? product : NULL);
}

#define CODE_PARAMS                                                                                \
    PARAMS({"iccid", PARAM_BODY, PARAM_STRING, false, "of a cellular device: then the code"},      \
           {"imei", PARAM_BODY, PARAM_STRING, false, "of a cellular device: then the code"},       \
           {"activation_code", PARAM_BODY, PARAM_STRING, false, "of products in private beta"},    \
           {"blank", PARAM_BODY, PARAM_STRING, false,                                              \
            "what the Android SDK sends so that there is a body"})

static const struct route rows[] = {
    {"POST", "/v1/device_claims", "claim-code.create", AUTH_TOKEN, claim_code_user, NULL,
     PROVENANCE_DOCUMENTED, "Particle's Cloud API guide; Particle community 24312/11",
     "a claim code for the user", .params = CODE_PARAMS,
     .replies = REPLIES({200, &shape_claim_code, NULL}), .leads_to = LEADS_TO_CODE},
    {"POST", "/v1/products/:product/device_claims", "claim-code.create-for-product", AUTH_TOKEN,
     claim_code_product, NULL, PROVENANCE_OBSERVED, "Particle staff's transcript of 2017",
     "a claim code for a customer of the product", .params = CODE_PARAMS,
     .replies = REPLIES({200, &shape_claim_code, NULL}), .leads_to = LEADS_TO_CODE},
    {"POST", "/v1/orgs/:org/products/:product/device_claims", "claim-code.create-for-org",
     AUTH_TOKEN, claim_code_org, NULL, PROVENANCE_STAFF, "Particle's mobile SDKs of 2016",
     "the same, at its path of 2016", .params = CODE_PARAMS,
     .replies = REPLIES({200, &shape_claim_code, NULL}), .leads_to = LEADS_TO_CODE},
};

const struct route_table claim_code_routes = {rows, sizeof rows / sizeof *rows};
