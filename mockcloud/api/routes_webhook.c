/*
 * Webhooks and other integrations: of a user, of a product, of an organization. Both paths show the
 * same things; /webhooks has those of type Webhook alone.
 *
 * What is given is kept as it came, so that it can be shown again; what it means when an event
 * comes is in cloud/webhook_render.c.
 */
#include "api/routes_webhook.h"
#include "api/account.h"
#include "api/account_rules.h"
#include "api/route.h"
#include "api/rules.h"
#include "api/shapes.h"
#include "base/timefmt.h"
#include "cloud/accounts.h"
#include "cloud/webhook.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define HOOK_URL "https://api.particle.io/v1"
#define DAY_MS   INT64_C(86400000)

/* Whose integrations a path is about, and which one. */
struct scope {
    struct owner owner;
    struct product *product;
    const char *org;
    bool integrations; /* /integrations, else /webhooks */
    const char *id;    /* NULL: the path names none */
};

/* ---- whose ---- */

static bool org_is_callers(const struct call *call, const char *org)
{
    size_t cursor = 0;
    void *value;
    while (map_next(&call->world->cloud->products, &cursor, NULL, &value)) {
        const struct product *product = value;
        if (product->org && strcmp(product->org, org) == 0 && product_seen(call, product))
            return true;
    }
    return false;
}

/* NULL: the refusal is in the reply. */
static const char *org_of_caller(struct call *call)
{
    const char *org = accounts_org(call->world->cloud, call->params[0]);
    if (call->owner.kind == OWNER_CUSTOMER)
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
    else if (!org)
        reply_error(call, 404, &account_rules[ACCOUNT_ORG_NOT_FOUND], "Organization not found.");
    else if (!org_is_callers(call, org))
        reply_error(call, 403, &account_rules[ACCOUNT_ORG_REFUSED], "Permission denied");
    else
        return org;
    return NULL;
}

/* False: the refusal is in the reply. */
static bool scope_of(struct call *call, struct scope *ret_scope)
{
    bool of_org = strcmp(call->segments[1], "orgs") == 0;
    size_t at = call->product || of_org ? 3 : 1;
    *ret_scope = (struct scope){
        .product = call->product,
        .integrations = strcmp(call->segments[at], "integrations") == 0,
        .id = call->segment_count > at + 1 ? call->segments[at + 1] : NULL,
    };
    if (of_org)
        return (ret_scope->org = org_of_caller(call)) != NULL;
    if (!call->product)
        ret_scope->owner = call->owner;
    return true;
}

static bool in_scope(const struct scope *scope, const struct webhook *hook)
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
static struct webhook *hook_named(struct call *call, struct scope *ret_scope)
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

/* ---- showing one ---- */

static const cJSON *member(const cJSON *settings, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(settings, name);
}

static bool flag(const cJSON *settings, const char *name, bool fallback)
{
    const cJSON *item = member(settings, name);
    const char *text = cJSON_GetStringValue(item);
    if (text)
        return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

static void write_item(const cJSON *item, struct jsonw *w)
{
    char *text = cJSON_PrintUnformatted(item);
    jsonw_key(w, item->string);
    jsonw_raw(w, text ? text : "null", text ? strlen(text) : 4);
    cJSON_free(text);
}

/* Whether a setting stands elsewhere in what is shown. */
static bool is_shown_apart(const char *name)
{
    static const char *const names[] = {"url", "noDefaults", "rejectUnauthorized", "requestType"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* `always`: with the request type, though none was given. */
static void write_settings(const struct webhook *hook, bool always, struct jsonw *w)
{
    cJSON *settings = cJSON_Parse(hook->settings);
    const cJSON *url = member(settings, "url"), *type = member(settings, "requestType");
    if (url)
        write_item(url, w);
    if (type)
        write_item(type, w);
    else if (always && webhook_sends(hook))
        jsonw_key_str(w, "requestType", "POST");
    if (webhook_sends(hook)) {
        jsonw_key_bool(w, "noDefaults", flag(settings, "noDefaults", false));
        jsonw_key_bool(w, "rejectUnauthorized", flag(settings, "rejectUnauthorized", true));
    }
    if (hook->device)
        jsonw_key_str(w, "deviceID", hook->device);
    for (const cJSON *item = settings ? settings->child : NULL; item; item = item->next)
        if (!is_shown_apart(item->string))
            write_item(item, w);
    cJSON_Delete(settings);
}

/* The members of an integration, without the braces. */
static void write_hook(const struct webhook *hook, bool always, struct jsonw *w)
{
    jsonw_key_str(w, "id", hook->id);
    jsonw_key_str(w, "event", hook->event);
    jsonw_key_time(w, "created_at", hook->created_ms);
    jsonw_key_str(w, "integration_type", hook->type);
    write_settings(hook, always, w);
}

static void reply_made(struct call *call, const struct scope *scope, const struct webhook *hook,
                       int status, const struct rule *rule)
{
    const char *kind = scope->integrations ? "integrations" : "webhooks";
    struct buf url;
    struct jsonw *w = reply_json(call, status, rule);
    buf_init(&url, 4096);
    if (hook->product)
        buf_printf(&url, HOOK_URL "/products/%lld/%s/%s", (long long)hook->product->id, kind,
                   hook->id);
    else if (hook->org)
        buf_printf(&url, HOOK_URL "/orgs/%s/%s/%s", hook->org, kind, hook->id);
    else
        buf_printf(&url, HOOK_URL "/%s/%s", kind, hook->id);
    jsonw_object(w);
    write_hook(hook, scope->integrations, w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "hookUrl", buf_str(&url));
    jsonw_end_object(w);
    buf_free(&url);
}

/* The newest first. */
static void write_logs(const struct webhook_logs *logs, const char *key, struct jsonw *w)
{
    jsonw_key(w, key);
    jsonw_array(w);
    for (size_t i = 0; i < WEBHOOK_LOGS && i < logs->count; i++) {
        const struct webhook_log *log = &logs->items[(logs->count - 1 - i) % WEBHOOK_LOGS];
        jsonw_object(w);
        jsonw_key_str(w, "event", log->event);
        jsonw_key_time(w, "created_at", log->at_ms);
        jsonw_key_str(w, "request", log->request);
        jsonw_key_str(w, "response", log->response);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* Days on which something was sent, the oldest first. */
static void write_counters(const struct call *call, const struct webhook *hook, struct jsonw *w)
{
    int64_t today = vclock_now(call->world->sim.clock) / DAY_MS;
    jsonw_key(w, "counters");
    jsonw_array(w);
    for (int64_t day = today - WEBHOOK_DAYS + 1; day <= today; day++) {
        const struct webhook_day *counted = &hook->days[day < 0 ? 0 : day % WEBHOOK_DAYS];
        char date[TIMEFMT_ISO_SIZE];
        if (counted->day != day ||
            !(counted->counts[WEBHOOK_SUCCESS] + counted->counts[WEBHOOK_ERROR] +
              counted->counts[WEBHOOK_SKIPPED]))
            continue;
        timefmt_iso(day * DAY_MS, date);
        date[strlen("2026-01-01")] = '\0';
        jsonw_object(w);
        jsonw_key_str(w, "date", date);
        jsonw_key_int(w, "success", counted->counts[WEBHOOK_SUCCESS]);
        jsonw_key_int(w, "error", counted->counts[WEBHOOK_ERROR]);
        jsonw_key_int(w, "skipped", counted->counts[WEBHOOK_SKIPPED]);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

/* ---- reading what is given ---- */

/* What is kept by itself, or is no setting. */
static bool is_setting(const char *name)
{
    static const char *const others[] = {"access_token", "event",      "eventName",
                                         "deviceid",     "deviceId",   "deviceID",
                                         "id",           "created_at", "integration_type"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(others[i], name) == 0)
            return false;
    return *name;
}

/* Sets a member; null takes it away. Takes the item. */
static void put(cJSON *settings, const char *name, cJSON *item)
{
    cJSON_DeleteItemFromObjectCaseSensitive(settings, name);
    if (cJSON_IsNull(item))
        cJSON_Delete(item);
    else
        cJSON_AddItemToObject(settings, name, item);
}

/* name=value, or name[key]=value. */
static void put_arg(struct call *call, cJSON *settings, const struct arg *arg)
{
    const char *bracket = strchr(arg->name, '[');
    size_t len = strlen(arg->name);
    if (!bracket || arg->name[len - 1] != ']') {
        if (is_setting(arg->name))
            put(settings, arg->name, cJSON_CreateString(arg->value));
        return;
    }
    const char *name = arena_text(&call->arena, arg->name, (size_t)(bracket - arg->name));
    const char *key =
        arena_text(&call->arena, bracket + 1, len - 2 - (size_t)(bracket - arg->name));
    if (!is_setting(name))
        return;
    if (!cJSON_IsObject(member(settings, name)))
        put(settings, name, cJSON_CreateObject());
    put(cJSON_GetObjectItemCaseSensitive(settings, name), key, cJSON_CreateString(arg->value));
}

/* `old` with what is given over it, as JSON, of the arena. */
static const char *settings_given(struct call *call, const char *old)
{
    cJSON *settings = old ? cJSON_Parse(old) : cJSON_CreateObject();
    for (const cJSON *item = call->json ? call->json->child : NULL; item; item = item->next)
        if (is_setting(item->string))
            put(settings, item->string, cJSON_Duplicate(item, true));
    for (size_t i = 0; i < call->form.count; i++)
        put_arg(call, settings, &call->form.items[i]);
    char *text = cJSON_PrintUnformatted(settings);
    const char *kept = arena_text(&call->arena, text ? text : "{}", text ? strlen(text) : 2);
    cJSON_free(text);
    cJSON_Delete(settings);
    return kept;
}

/* The device, by any of the names that clients use for it; an id or a name. NULL: none. */
static const char *device_given(struct call *call)
{
    static const char *const names[] = {"deviceid", "deviceId", "deviceID"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *given = call_str(call, names[i]);
        if (!given || !*given)
            continue;
        const struct cloud_device *device =
            cloud_device_by_id_or_name(call->world->cloud, given, &call->owner);
        return device ? device->id : given;
    }
    return NULL;
}

static bool is_request_type(const char *type)
{
    static const char *const types[] = {"GET", "POST", "PUT", "DELETE"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcasecmp(types[i], type) == 0)
            return true;
    return false;
}

/* What can't be made a webhook of, in words; NULL: it can. */
static const char *fault_of(const struct webhook_spec *spec)
{
    cJSON *settings = cJSON_Parse(spec->settings);
    const char *url = cJSON_GetStringValue(member(settings, "url"));
    const cJSON *type = member(settings, "requestType");
    const char *fault = NULL;
    if (!spec->event || !*spec->event)
        fault = "event is required";
    else if (strcmp(spec->type, WEBHOOK_TYPE) != 0)
        fault = NULL;
    else if (!url || !*url)
        fault = "url is required";
    else if (type && (!cJSON_IsString(type) || !is_request_type(type->valuestring)))
        fault = "requestType has to be GET, POST, PUT or DELETE";
    cJSON_Delete(settings);
    return fault;
}

/* Reads a webhook out of the request. False: the refusal is in the reply. */
static bool spec_given(struct call *call, const struct scope *scope, const struct webhook *old,
                       struct webhook_spec *ret_spec)
{
    const char *event = call_str(call, "event");
    const char *type = call_str(call, "integration_type");
    const char *device = device_given(call);
    event = event ? event : call_str(call, "eventName");
    *ret_spec = (struct webhook_spec){
        .type = old             ? old->type
                : type && *type ? type
                                : WEBHOOK_TYPE,
        .event = event || !old ? event : old->event,
        .device = device || !old ? device : old->device,
        .settings = settings_given(call, old ? old->settings : NULL),
        .owner = scope->owner,
        .product = scope->product,
        .org = scope->org,
    };
    const char *fault = fault_of(ret_spec);
    if (!fault && !scope->integrations && strcmp(ret_spec->type, WEBHOOK_TYPE) != 0)
        fault = "integration_type has to be Webhook";
    if (fault)
        reply_error(call, 400, &webhook_rules[WEBHOOK_RULE_BAD], "%s", fault);
    return !fault;
}

/* ---- handlers ---- */

static void hook_create(struct call *call)
{
    struct scope scope;
    struct webhook_spec spec;
    if (!scope_of(call, &scope) || !spec_given(call, &scope, NULL, &spec))
        return;
    const struct webhook *hook = webhook_add(call->world->cloud, &spec);
    if (hook)
        reply_made(call, &scope, hook, 201, &webhook_rules[WEBHOOK_RULE_CREATED]);
    else
        reply_error(call, 403, &webhook_rules[WEBHOOK_RULE_TOO_MANY],
                    "There is no room for more than %d integrations", WEBHOOK_MAX);
}

static void hook_list(struct call *call)
{
    struct scope scope;
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
        write_hook(hook, true, w);
        jsonw_end_object(w);
    }
    jsonw_end_array(w);
}

static void hook_get(struct call *call)
{
    struct scope scope;
    const struct webhook *hook = hook_named(call, &scope);
    if (!hook)
        return;
    struct jsonw *w = reply_json(call, 200, &webhook_rules[WEBHOOK_RULE_GET]);
    jsonw_object(w);
    jsonw_key(w, scope.integrations ? "integration" : "webhook");
    jsonw_object(w);
    write_hook(hook, true, w);
    write_logs(&hook->logs, "logs", w);
    write_logs(&hook->errors, "errors", w);
    write_counters(call, hook, w);
    jsonw_end_object(w);
    jsonw_end_object(w);
}

static void hook_update(struct call *call)
{
    struct scope scope;
    struct webhook_spec spec;
    struct webhook *hook = hook_named(call, &scope);
    if (!hook || !spec_given(call, &scope, hook, &spec))
        return;
    webhook_change(hook, &spec);
    reply_made(call, &scope, hook, 200, &webhook_rules[WEBHOOK_RULE_UPDATED]);
}

static void hook_delete(struct call *call)
{
    struct scope scope;
    struct webhook *hook = hook_named(call, &scope);
    if (!hook)
        return;
    webhook_remove(hook);
    reply_empty(call, 204, &webhook_rules[WEBHOOK_RULE_DELETED]);
}

static void hook_test(struct call *call)
{
    struct scope scope;
    struct webhook *hook = hook_named(call, &scope);
    const char *name = call_str(call, "event"), *data = call_str(call, "data");
    if (!hook)
        return;
    if (webhook_sends(hook))
        webhook_test(hook, name && *name ? name : hook->event, data ? data : "test-event");
    reply_text(call, 200, &webhook_rules[WEBHOOK_RULE_TESTED], "{\"ok\":true}");
}

/* ---- shapes ---- */

#define HOOK_FIELDS                                                                                \
    {"id", &shape_id, 0}, {"event", &shape_string, 0}, {"created_at", &shape_time, 0},             \
        {"integration_type", &shape_string, 0}, {"url", &shape_string, SHAPE_OPTIONAL},            \
        {"requestType", &shape_string, SHAPE_OPTIONAL},                                            \
        {"noDefaults", &shape_bool, SHAPE_OPTIONAL},                                               \
        {"rejectUnauthorized", &shape_bool, SHAPE_OPTIONAL},                                       \
    {                                                                                              \
        "deviceID", &shape_string, SHAPE_OPTIONAL                                                  \
    }

static const struct shape shape_hook = {
    .type = SHAPE_OBJECT,
    .name = "Integration",
    .text = "A webhook or another integration, with all settings that were given.",
    .fields = (const struct shape_field[]){HOOK_FIELDS, {0}},
    .rest = &shape_any,
};
static const struct shape shape_hooks = {.type = SHAPE_ARRAY, .item = &shape_hook};
static const struct shape shape_made = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationMade",
    .fields =
        (const struct shape_field[]){
            HOOK_FIELDS, {"ok", &shape_bool, 0}, {"hookUrl", &shape_string, 0}, {0}},
    .rest = &shape_any,
};
static const struct shape shape_log = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationLog",
    .fields = (const struct shape_field[]){{"event", &shape_string, 0},
                                           {"created_at", &shape_time, 0},
                                           {"request", &shape_string, 0},
                                           {"response", &shape_string, 0},
                                           {0}},
};
static const struct shape shape_counter = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationCounter",
    .fields = (const struct shape_field[]){{"date", &shape_string, 0},
                                           {"success", &shape_int, 0},
                                           {"error", &shape_int, 0},
                                           {"skipped", &shape_int, 0},
                                           {0}},
};
static const struct shape shape_logged = {
    .type = SHAPE_OBJECT,
    .name = "IntegrationLogged",
    .fields = (const struct shape_field[]){HOOK_FIELDS,
                                           {"logs", SHAPE_LIST(shape_log), 0},
                                           {"errors", SHAPE_LIST(shape_log), 0},
                                           {"counters", SHAPE_LIST(shape_counter), 0},
                                           {0}},
    .rest = &shape_any,
};
static const struct shape shape_one_webhook = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"webhook", &shape_logged, 0}, {0}},
};
static const struct shape shape_one_integration = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"integration", &shape_logged, 0}, {0}},
};

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
#define MADE      REPLIES({201, &shape_made, NULL}, {400, &shape_error, NULL})
#define CHANGED   REPLIES({200, &shape_made, NULL}, {400, &shape_error, NULL})
#define REFERENCE PROVENANCE_DOCUMENTED, "Particle's API reference; particle-api-js 12"
#define TEST_PARAMS                                                                                \
    PARAMS({"event", PARAM_BODY, PARAM_STRING, false, "the name of the event; the hook's own"},    \
           {"data", PARAM_BODY, PARAM_STRING, false, "its data; test-event"})

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
     .replies = REPLIES({200, &shape_hooks, NULL})},                                               \
        {"POST",                                                                                   \
         path,                                                                                     \
         name ".create",                                                                           \
         who,                                                                                      \
         hook_create,                                                                              \
         "integrations:create",                                                                    \
         REFERENCE,                                                                                \
         "make one",                                                                               \
         .params = GIVEN(true),                                                                    \
         .replies = MADE},                                                                         \
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
         .replies = CHANGED},                                                                      \
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
            "send one once", .params = TEST_PARAMS, .replies = REPLIES({200, &shape_ok, NULL})     \
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
