/* Claim codes: the user's and the product's route. */
#include "api/route.h"
#include "api/rules.h"
#include "api/shapes.h"
#include "cloud/claim.h"

static void claim_code_reply(struct call *call, const struct owner *owner, struct product *product)
{
    const struct cloud *cloud = call->world->cloud;
    const struct claim_code *code = claim_code_issue(call->world->cloud, owner, product);
    struct jsonw *w = reply_json(call, 200, &api_rules[API_CLAIM_CODE]);
    jsonw_object(w);
    jsonw_key_str(w, "claim_code", code->code);
    jsonw_key(w, "device_ids");
    jsonw_array(w);
    for (size_t i = 0; i < map_count(&cloud->devices); i++)
        if (owner_same(&cloud->registry[i]->owner, owner))
            jsonw_str(w, cloud->registry[i]->id);
    jsonw_end_array(w);
    jsonw_end_object(w);
}

static void claim_code_user(struct call *call)
{
    if (call->owner.kind == OWNER_USER)
        claim_code_reply(call, &call->owner, NULL);
    else
        reply_error(call, 403, &api_rules[API_CLAIM_CODE_CALLER], "Permission denied");
}

/* A customer of the product; with the switch, also a user on its team. */
static bool may_ask(const struct call *call, const struct product *product)
{
    if (call->owner.kind == OWNER_CUSTOMER)
        return call->owner.customer->product == product;
    return call->owner.kind == OWNER_USER && cloud_on_team(product, call->owner.user) &&
           sim_behaves(&call->world->sim, BEHAVIOUR_PRODUCT_CLAIM_CODE_CALLER, "customer-or-team");
}

static void claim_code_product(struct call *call)
{
    struct product *product = cloud_product(call->world->cloud, call->params[0]);
    if (product && may_ask(call, product))
        claim_code_reply(call, &call->owner, product);
    else
        reply_error(call, 403, &api_rules[API_CLAIM_CODE_CALLER], "Permission denied");
}

static const struct route rows[] = {
    {"POST", "/v1/device_claims", "claim-code.create", AUTH_TOKEN, claim_code_user, NULL,
     PROVENANCE_DOCUMENTED, "Particle's Cloud API guide; Particle community 24312/11",
     "a claim code for the user",
     .params =
         PARAMS({"iccid", PARAM_BODY, PARAM_STRING, false, "of a cellular device: then the code"},
                {"imei", PARAM_BODY, PARAM_STRING, false, "of a cellular device: then the code"},
                {"activation_code", PARAM_BODY, PARAM_STRING, false, "of products in private beta"},
                {"blank", PARAM_BODY, PARAM_STRING, false,
                 "what the Android SDK sends so that there is a body"}),
     .replies = REPLIES({200, &shape_claim_code, NULL})},
    {"POST", "/v1/products/:product/device_claims", "claim-code.create-for-product", AUTH_TOKEN,
     claim_code_product, NULL, PROVENANCE_OBSERVED, "Particle staff's transcript of 2017",
     "a claim code for a customer of the product",
     .params =
         PARAMS({"iccid", PARAM_BODY, PARAM_STRING, false, "of a cellular device: then the code"},
                {"imei", PARAM_BODY, PARAM_STRING, false, "of a cellular device: then the code"},
                {"activation_code", PARAM_BODY, PARAM_STRING, false, "of products in private beta"},
                {"blank", PARAM_BODY, PARAM_STRING, false,
                 "what the Android SDK sends so that there is a body"}),
     .replies = REPLIES({200, &shape_claim_code, NULL})},
};

const struct route_table claim_code_routes = {rows, sizeof rows / sizeof *rows};
