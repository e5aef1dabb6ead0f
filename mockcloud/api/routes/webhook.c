/*
 * Webhooks and other integrations: of a user, of a product, of an organization. Both paths show the
 * same things; /webhooks has those of type Webhook alone.
 *
 * What is given is kept as it came, so that it can be shown again; what it means when an event
 * comes is in cloud/webhook_render.c.
 */
#include "api/call/route.h"
#include "api/routes/orgs.h"
#include "api/routes/webhook_json.h"
#include "api/routes/webhook_rules.h"
#include "api/shape/shapes.h"
#include "cloud/owner.h"

#include <string.h>

/* ---- whose ---- */

/* False: the refusal is in the reply. */
static bool scope_of(struct call *call, struct webhook_scope *ret_scope)
{
    bool of_org = strcmp(call->segments[1], "orgs") == 0;
    size_t at = call->product || of_org ? 3 : 1;
    *ret_scope = (struct webhook_scope){
        .product = call->product,
        .integrations = strcmp(call->segments[at], "integrations") == 0,
        .id = call->segment_count > at + 1 ? call->segments[at + 1] : NULL,
    };
    if (of_org)
        return (ret_scope->org = org_of_member(call)) != NULL;
    if (!call->product)
        ret_scope->owner = call->owner;
    return true;
}

static bool in_scope(const struct webhook_scope *scope, const struct webhook *hook)
{
    if (!scope->integrations && !webhook_sends(hook))
        return false;
    if (scope->org)
        return hook->org && strcmp(hook->org, scope->org) == 0;
    if (scope->product)
        return hook->product == scope->product;
    return owner_same(&scope->owner, &hook->owner);
}

/* The integration that the path names. NULL: the refusal is in the reply. */
static struct webhook *hook_named(struct call *call, struct webhook_scope *ret_scope)
{
    if (!scope_of(call, ret_scope))
        return NULL;
    struct webhook *hook = webhook_find(call->world->cloud, ret_scope->id);
    if (hook && in_scope(ret_scope, hook))
        return hook;
    if (ret_scope->integrations)
        reply_error(call, 404, &webhook_rules[WEBHOOK_RULE_INTEGRATION_NOT_FOUND],
                    "Integration not found");
    else
        reply_error(call, 404, &webhook_rules[WEBHOOK_RULE_NOT_FOUND], "Webhook not found");
    return NULL;
}

/* ---- handlers ---- */

static void hook_create(struct call *call)
{
    struct webhook_scope scope;
    struct webhook_spec spec;
    if (!scope_of(call, &scope) || !webhook_given(call, &scope, NULL, &spec))
        return;
    const struct webhook *hook = webhook_add(call->world->cloud, &spec);
    if (hook)
        webhook_json_made(call, &scope, hook, 201, &webhook_rules[WEBHOOK_RULE_CREATED]);
    else
        reply_error(call, 403, &webhook_rules[WEBHOOK_RULE_TOO_MANY],
                    "There is no room for more than %u integrations",
                    call->world->cloud->limits[LIMIT_WEBHOOKS]);
}

static void hook_list(struct call *call)
{
    struct webhook_scope scope;
    size_t cursor = 0;
    const struct webhook *hook;
    if (!scope_of(call, &scope))
        return;
    struct jsonw *w = reply_json(call, 200, &webhook_rules[WEBHOOK_RULE_LIST]);
    jsonw_array(w);
    while ((hook = webhook_next(call->world->cloud, &cursor))) {
        if (!in_scope(&scope, hook))
            continue;
        jsonw_object(w);
        webhook_json_members(hook, true, w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void hook_get(struct call *call)
{
    struct webhook_scope scope;
    const struct webhook *hook = hook_named(call, &scope);
    if (!hook)
        return;
    struct jsonw *w = reply_json(call, 200, &webhook_rules[WEBHOOK_RULE_GET]);
    jsonw_object(w);
    jsonw_key(w, scope.integrations ? "integration" : "webhook");
    jsonw_object(w);
    webhook_json_members(hook, true, w);
    webhook_json_logs(&hook->logs, "logs", w);
    webhook_json_logs(&hook->errors, "errors", w);
    webhook_json_counters(call, hook, w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void hook_update(struct call *call)
{
    struct webhook_scope scope;
    struct webhook_spec spec;
    struct webhook *hook = hook_named(call, &scope);
    if (!hook || !webhook_given(call, &scope, hook, &spec))
        return;
    webhook_change(hook, &spec);
    webhook_json_made(call, &scope, hook, 200, &webhook_rules[WEBHOOK_RULE_UPDATED]);
}

static void hook_delete(struct call *call)
{
    struct webhook_scope scope;
    struct webhook *hook = hook_named(call, &scope);
    if (!hook)
        return;
    webhook_remove(hook);
    reply_empty(call, 204, &webhook_rules[WEBHOOK_RULE_DELETED]);
}

static void hook_test(struct call *call)
{
    struct webhook_scope scope;
    struct webhook *hook = hook_named(call, &scope);
    const char *name = call_str(call, "event"), *data = call_str(call, "data");
    const char *device = call_str(call, "device_id");
    if (!hook)
        return;
    if (webhook_sends(hook))
        webhook_test(hook, name && *name ? name : hook->event, data ? data : "test-event",
                     device && *device ? device : "api");
    reply_text(call, 200, &webhook_rules[WEBHOOK_RULE_TESTED], "{\"pass\":true,\"data\":null}");
}

/* ---- rows ---- */

#define GIVEN(is_new)                                                                              \
    PARAMS({"event", PARAM_BODY, PARAM_STRING, is_new, "the beginning of the events' names"},      \
           {"url", PARAM_BODY, PARAM_STRING, false, "what is called; a template"},                 \
           {"integration_type", PARAM_BODY, PARAM_STRING, false, "Webhook"},                       \
           {"name", PARAM_BODY, PARAM_STRING, false, "for people"},                                \
           {"requestType", PARAM_BODY, PARAM_STRING, false, "GET, POST, PUT or DELETE"},           \
           {"deviceid", PARAM_BODY, PARAM_STRING, false, "the one device whose events count"},     \
           {"deviceId", PARAM_BODY, PARAM_STRING, false, "the same"},                              \
           {"deviceID", PARAM_BODY, PARAM_STRING, false, "the same"},                              \
           {"headers", PARAM_BODY, PARAM_MAP, false, "templates"},                                 \
           {"query", PARAM_BODY, PARAM_MAP, false, "templates"},                                   \
           {"form", PARAM_BODY, PARAM_MAP, false, "templates"},                                    \
           {"json", PARAM_BODY, PARAM_ANY, false, "templates, or one"},                            \
           {"body", PARAM_BODY, PARAM_ANY, false, "a template"},                                   \
           {"auth", PARAM_BODY, PARAM_MAP, false, "username and password"},                        \
           {"noDefaults", PARAM_BODY, PARAM_BOOL, false, "send no default fields"},                \
           {"rejectUnauthorized", PARAM_BODY, PARAM_BOOL, false, "check the certificate"},         \
           {"responseTemplate", PARAM_BODY, PARAM_ANY, false, "a template for the response"},      \
           {"responseTopic", PARAM_BODY, PARAM_STRING, false, "a template"},                       \
           {"errorResponseTopic", PARAM_BODY, PARAM_STRING, false, "a template"},                  \
           {"unchunked", PARAM_BODY, PARAM_BOOL, false, "the response in one event"},              \
           {"dataUrlResponseEvent", PARAM_BODY, PARAM_BOOL, false, "the response as data: URL"},   \
           {"disabled", PARAM_BODY, PARAM_BOOL, false, "send nothing"},                            \
           {"mydevices", PARAM_BODY, PARAM_BOOL, false, "of old clients; passed over"})
#define MADE      REPLIES({201, &shape_integration_made, NULL}, {400, &shape_error, NULL})
#define CHANGED   REPLIES({200, &shape_integration_made, NULL}, {400, &shape_error, NULL})
#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference; particle-api-js 12"
#define TEST_PARAMS                                                                                \
    PARAMS({"event", PARAM_BODY, PARAM_STRING, false, "the name of the event; the hook's own"},    \
           {"data", PARAM_BODY, PARAM_STRING, false, "its data; test-event"},                      \
           {"device_id", PARAM_BODY, PARAM_STRING, false, "the device that it is of; api"})

/* The six routes of one path. `one`: the shape of GET of one. */
#define ROUTES(path, name, who, one)                                                               \
    {"GET",                                                                                        \
     path,                                                                                         \
     name ".list",                                                                                 \
     who,                                                                                          \
     hook_list,                                                                                    \
     "integrations:list",                                                                          \
     REFERENCE,                                                                                    \
     "list them",                                                                                  \
     .params = NO_PARAMS,                                                                          \
     .replies = REPLIES({200, &shape_integrations, NULL})},                                        \
        {"POST",                                                                                   \
         path,                                                                                     \
         name ".create",                                                                           \
         who,                                                                                      \
         hook_create,                                                                              \
         "integrations:create",                                                                    \
         REFERENCE,                                                                                \
         "make one",                                                                               \
         .params = GIVEN(true),                                                                    \
         .replies = MADE,                                                                          \
         .reaches_out = true},                                                                     \
        {"GET",                                                                                    \
         path "/:id",                                                                              \
         name ".get",                                                                              \
         who,                                                                                      \
         hook_get,                                                                                 \
         "integrations:get",                                                                       \
         REFERENCE,                                                                                \
         "one, with logs and counters",                                                            \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({200, &(one), NULL})},                                                 \
        {"PUT",                                                                                    \
         path "/:id",                                                                              \
         name ".update",                                                                           \
         who,                                                                                      \
         hook_update,                                                                              \
         "integrations:update",                                                                    \
         REFERENCE,                                                                                \
         "change one",                                                                             \
         .params = GIVEN(false),                                                                   \
         .replies = CHANGED,                                                                       \
         .reaches_out = true},                                                                     \
        {"DELETE",                                                                                 \
         path "/:id",                                                                              \
         name ".delete",                                                                           \
         who,                                                                                      \
         hook_delete,                                                                              \
         "integrations:remove",                                                                    \
         REFERENCE,                                                                                \
         "delete one",                                                                             \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({204, NULL, NULL})},                                                   \
    {                                                                                              \
        "POST", path "/:id/test", name ".test", who, hook_test, "integrations:test", REFERENCE,    \
            "send one once", .params = TEST_PARAMS,                                                \
                             .replies = REPLIES({200, &shape_integration_tested, NULL}),           \
                             .reaches_out = true                                                   \
    }

static const struct route rows[] = {
    ROUTES("/v1/webhooks", "webhook", AUTH_USER, shape_one_webhook),
    ROUTES("/v1/integrations", "integration", AUTH_USER, shape_one_integration),
    ROUTES("/v1/products/:product/webhooks", "product.webhook", AUTH_PRODUCT, shape_one_webhook),
    ROUTES("/v1/products/:product/integrations", "product.integration", AUTH_PRODUCT,
           shape_one_integration),
    ROUTES("/v1/orgs/:org/webhooks", "org.webhook", AUTH_TOKEN, shape_one_webhook),
    ROUTES("/v1/orgs/:org/integrations", "org.integration", AUTH_TOKEN, shape_one_integration),
};

const struct route_table webhook_routes = {rows, sizeof rows / sizeof *rows};
