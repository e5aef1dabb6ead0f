/* Who calls, and whether that caller may. See route.h. */
#include "api/call/core.h"
#include "api/call/route.h"
#include "api/call/rules.h"
#include "cloud/oauth.h"
#include "cloud/owner.h"
#include "cloud/product.h"

#include <string.h>
#include <strings.h>

void auth_refuse(struct call *call, const struct oauth_error *error, const char *mfa_token)
{
    reply_header(call->reply, "Cache-Control", "no-store");
    reply_header(call->reply, "Pragma", "no-cache");
    if (error->challenge)
        reply_header(call->reply, "WWW-Authenticate", "Basic realm=\"Service\"");
    struct jsonw *w = reply_json(call, error->status, &error->rule);
    jsonw_object(w);
    jsonw_key_str(w, "error", error->error);
    if (mfa_token)
        jsonw_key_str(w, "mfa_token", mfa_token);
    jsonw_key_str(w, "error_description", error->description);
    jsonw_end_object(w);
}

static struct oauth_presented auth_presented(const struct call *call)
{
    const cJSON *in_json = cJSON_GetObjectItemCaseSensitive(call->json, "access_token");
    const char *in_form = args_get(&call->form, "access_token");
    const char *in_fields = args_get(&call->fields, "access_token");
    const char *json_text = cJSON_GetStringValue(in_json);
    return (struct oauth_presented){
        .header = call->authorization,
        .query = args_get(&call->query, "access_token"),
        .body = in_json   ? (json_text ? json_text : "")
                : in_form ? in_form
                          : in_fields,
        .is_get = strcmp(call->request->method, "GET") == 0,
        .is_form = call->body_kind == BODY_FORM,
    };
}

enum oauth_standing auth_standing(const struct call *call, struct owner *ret_owner)
{
    struct oauth_presented presented = auth_presented(call);
    return oauth_standing_of(call->world->cloud, &presented, ret_owner);
}

bool auth_token(struct call *call)
{
    struct oauth_presented presented = auth_presented(call);
    struct token *token = NULL;
    const struct oauth_error *error = oauth_authorise(call->world->cloud, &presented, &token);
    if (error) {
        auth_refuse(call, error, NULL);
        return false;
    }
    call->token = token;
    call->owner = token->owner;
    error = oauth_check_scope(call->world->cloud, token, call->route->scope);
    if (!error)
        error = oauth_check_query(call->world->cloud, &presented);
    if (error)
        auth_refuse(call, error, NULL);
    return !error;
}

int auth_product_status(const struct call *call)
{
    bool forbidden =
        sim_behaves(&call->world->sim, BEHAVIOUR_PRODUCT_REFUSED_STATUS, "forbidden-403");
    return forbidden ? 403 : 404;
}

static bool auth_owner(struct call *call)
{
    if (call->owner.kind != OWNER_NONE)
        return true;
    reply_error(call, 403, &api_rules[API_OWNER_NEEDED], "Permission denied");
    return false;
}

static bool auth_user(struct call *call)
{
    if (call->owner.kind == OWNER_USER)
        return true;
    reply_error(call, 403, &api_rules[API_USER_NEEDED], "Permission denied");
    return false;
}

bool auth_product_of(struct call *call, struct product *product)
{
    const struct rule *rule = NULL;
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
        return false;
    }
    if (call->owner.kind == OWNER_NONE && call->token->client->product != product)
        rule = &api_rules[API_PRODUCT_NEEDED];
    else if (!product ||
             (call->owner.kind == OWNER_USER && !cloud_on_team(product, call->owner.user)))
        rule = &api_rules[API_PRODUCT_REFUSED];
    if (rule) {
        reply_error(call, auth_product_status(call), rule, "Permission denied");
        return false;
    }
    call->product = product;
    return true;
}

/* A page in a browser must not reach the control API. So a request that changes something needs a
 * header which a page can't send without a preflight, and preflights are never answered there. */
static bool auth_control(struct call *call)
{
    const struct api_request *request = call->request;
    const char *given = call_header(call, "X-Mockcloud-Control");
    const char *token = call->api->options.control_token;
    bool reads = strcmp(request->method, "GET") == 0 || strcmp(request->method, "HEAD") == 0;
    if (request->trusted || (!token && reads))
        return true;
    if (given && strcmp(given, token ? token : "1") == 0)
        return true;
    reply_control_error(call, 403, "forbidden",
                        token ? "send the server's control token in X-Mockcloud-Control"
                              : "send X-Mockcloud-Control: 1 with a request other than GET");
    return false;
}

bool auth_again(struct call *call)
{
    call->token = NULL;
    call->owner = (struct owner){0};
    call->product = NULL;
    return auth_check(call);
}

bool auth_check(struct call *call)
{
    switch (call->route->auth) {
    case AUTH_NONE:
        return true;
    case AUTH_CONTROL:
        return auth_control(call);
    case AUTH_TOKEN:
        return auth_token(call);
    case AUTH_OWNER:
        return auth_token(call) && auth_owner(call);
    case AUTH_USER:
        return auth_token(call) && auth_user(call);
    case AUTH_PRODUCT:
        return auth_token(call) &&
               auth_product_of(call, cloud_product(call->world->cloud, call->params[0]));
    }
    return false;
}
