/*
 * Environment variables over REST, of four scopes by the same handlers: /v1/env (the user's
 * sandbox), /v1/orgs/:org/env, /v1/products/:product/env, /v1/env/:device. What is inherited and
 * what a rollout does is cloud/environment's.
 *
 * Source: particle-api-js 12 (types), particle-cli (fixtures of its tests, November 2025).
 */
#include "cloud/environment.h"
#include "api/call/route.h"
#include "api/call/rules.h"
#include "api/routes/environment_json.h"
#include "api/routes/fleet_rules.h"
#include "api/routes/orgs.h"
#include "api/shape/shapes.h"
#include "base/mem.h"
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/product.h"
#include "cloud/registry_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OPS_MAX 50 /* of one PATCH, says particle-api-js */

static const char bad_key[] = "Validation error: : Must only contain uppercase letters, numbers, "
                              "and underscores. Must not start with a number. at \"%s\"";

/* ---- scopes ---- */

/* Whether the caller may see the device's: its owner, a user; else who may act for its product. */
static bool scope_of_device(struct call *call, struct environment_scope *ret_scope)
{
    struct cloud_device *device =
        cloud_device_by_id_or_name(call->world->cloud, call->params[0], &call->owner);
    if (call->owner.kind == OWNER_CUSTOMER) {
        reply_error(call, 403, &api_rules[API_CUSTOMER_ON_PRODUCT], "Permission denied");
        return false;
    }
    if (device && call->owner.kind == OWNER_USER && owner_same(&device->owner, &call->owner)) {
        *ret_scope = (struct environment_scope){.device = device};
        return true;
    }
    if (!device || !device->product) {
        reply_permission_denied(call);
        return false;
    }
    *ret_scope = (struct environment_scope){.device = device};
    return auth_product_of(call, device->product);
}

/* What the path is about; false: the refusal is in the reply. */
static bool scope_of(struct call *call, struct environment_scope *ret_scope)
{
    const char *path = call->route->path;
    if (strncmp(path, "/v1/env/:device", 15) == 0)
        return scope_of_device(call, ret_scope);
    *ret_scope = (struct environment_scope){.product = call->product};
    if (strncmp(path, "/v1/env", 7) == 0)
        *ret_scope = (struct environment_scope){.user = call->owner.user};
    else if (!call->product)
        *ret_scope = (struct environment_scope){.org = org_of_member(call)};
    return ret_scope->product || ret_scope->user || ret_scope->org;
}

static void list_reply(struct call *call, const struct environment_scope *scope,
                       const struct rule *rule)
{
    environment_write(call->world->cloud, scope, reply_json(call, 200, rule));
}

/* ---- change ---- */

static void refuse_key(struct call *call, const char *where)
{
    char *text = mem_printf_dup(bad_key, where);
    struct jsonw *w = reply_json(call, 400, &fleet_rules[ENV_BAD_KEY]);
    jsonw_object(w);
    jsonw_key_str(w, "error", "invalid_request");
    jsonw_key_str(w, "error_description", text);
    jsonw_end_object(w);
    free(text);
}

static void refuse(struct call *call, const char *why)
{
    reply_error(call, 400, &fleet_rules[ENV_BAD], "%s", why);
}

/* One operation: {"op":"Set","key","value"} or {"op":"Unset","key"}. */
struct op {
    const char *key;
    const char *value; /* NULL: taken away */
};

/* False: the refusal is in the reply. */
static bool read_op(struct call *call, const cJSON *item, int index, struct op *ret_op)
{
    char where[32];
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "op"));
    const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "key"));
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "value"));
    bool sets = word && strcmp(word, "Set") == 0;
    snprintf(where, sizeof where, "ops[%d].key", index);
    if (!sets && (!word || strcmp(word, "Unset") != 0)) {
        refuse(call, "op has to be Set or Unset");
        return false;
    }
    if (!key || !environment_key_valid(key)) {
        refuse_key(call, where);
        return false;
    }
    if (sets && (!value || strlen(value) > ENVIRONMENT_BYTES)) {
        refuse(call, "value has to be a text of 4096 bytes at most");
        return false;
    }
    *ret_op = (struct op){key, sets ? value : NULL};
    return true;
}

static void apply(struct call *call, const struct environment_scope *scope, const struct op *ops,
                  size_t count)
{
    const struct user *by = call->owner.kind == OWNER_USER ? call->owner.user : NULL;
    for (size_t i = 0; i < count; i++)
        if (!environment_set(call->world->cloud, scope, ops[i].key, ops[i].value, by)) {
            refuse(call, "A scope has at most 1000 variables");
            return;
        }
    list_reply(call, scope, &fleet_rules[ENV_CHANGED]);
}

static void env_patch(struct call *call)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(call->json, "ops"), *item;
    struct environment_scope scope;
    struct op ops[OPS_MAX];
    int count = 0;
    if (!scope_of(call, &scope))
        return;
    if (!cJSON_IsArray(list) || !list->child || cJSON_GetArraySize(list) > OPS_MAX) {
        refuse(call, "ops has to be a list of 1 to 50 operations");
        return;
    }
    cJSON_ArrayForEach(item, list)
    {
        if (!read_op(call, item, count, &ops[count]))
            return;
        count++;
    }
    apply(call, &scope, ops, (size_t)count);
}

/* The key is the last segment of the path. */
static const char *key_of(struct call *call)
{
    const char *key = call->segments[call->segment_count - 1];
    if (environment_key_valid(key))
        return key;
    refuse_key(call, "key");
    return NULL;
}

static void env_put(struct call *call)
{
    struct environment_scope scope;
    const char *value = call_str(call, "value"), *key;
    if (!scope_of(call, &scope) || !(key = key_of(call)))
        return;
    if (!value || strlen(value) > ENVIRONMENT_BYTES)
        refuse(call, "value has to be a text of 4096 bytes at most");
    else
        apply(call, &scope, &(struct op){key, value}, 1);
}

static void env_delete(struct call *call)
{
    struct environment_scope scope;
    const char *key;
    if (scope_of(call, &scope) && (key = key_of(call)))
        apply(call, &scope, &(struct op){key, NULL}, 1);
}

/* ---- read ---- */

static void env_get(struct call *call)
{
    struct environment_scope scope;
    if (scope_of(call, &scope))
        list_reply(call, &scope, &fleet_rules[ENV_LIST]);
}

static void env_render(struct call *call)
{
    struct environment_scope scope;
    if (scope_of(call, &scope))
        environment_write_rendered(call->world->cloud, &scope,
                                   reply_json(call, 200, &fleet_rules[ENV_RENDERED]));
}

static void env_review(struct call *call)
{
    static const struct map nothing;
    struct cloud *cloud = call->world->cloud;
    struct environment_scope scope;
    if (!scope_of(call, &scope))
        return;
    const struct environment *environment = environment_of(cloud, &scope, false);
    struct map before = environment_rendered(cloud, &scope, ENVIRONMENT_ROLLED);
    struct map after = environment_rendered(cloud, &scope, ENVIRONMENT_LATEST);
    struct jsonw *w = reply_json(call, 200, &fleet_rules[ENV_REVIEWED]);
    jsonw_object(w);
    environment_write_diff("from_snapshot", &before, &after, w);
    if (scope.device)
        environment_write_diff("from_device", environment ? &environment->seen : &nothing, &after,
                               w);
    jsonw_end_object(w);
    environment_free_map(&before);
    environment_free_map(&after);
}

static void env_roll_out(struct call *call)
{
    struct environment_scope scope;
    const char *when = call_str(call, "when");
    if (!scope_of(call, &scope))
        return;
    if (!when || (strcmp(when, "Connect") != 0 && strcmp(when, "Immediate") != 0)) {
        refuse(call, "when has to be Connect or Immediate");
        return;
    }
    environment_roll_out(call->world->cloud, &scope,
                         call->owner.kind == OWNER_USER ? call->owner.user : NULL,
                         strcmp(when, "Immediate") == 0);
    reply_text(call, 200, &fleet_rules[ENV_ROLLED_OUT], "{\"success\":true}");
}

/* ---- shapes ---- */

static const struct shape texts = {.type = SHAPE_OBJECT, .rest = &shape_string};

static const struct shape own_value = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"value", &shape_string, 0},
                                           {"access", &shape_strings, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape inherited_value = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){
            {"from",
             &(const struct shape){.type = SHAPE_STRING,
                                   .words = SHAPE_WORDS("Owner", "Product", "Firmware")},
             0},
            {"value", &shape_string, 0},
            {"access", &shape_strings, SHAPE_OPTIONAL},
            {0}},
};

static const struct shape own_values = {.type = SHAPE_OBJECT, .rest = &own_value};
static const struct shape inherited_values = {.type = SHAPE_OBJECT, .rest = &inherited_value};

static const struct shape on_device = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"rendered", &texts, 0},
                                           {"last_reported_at", &shape_time, 0},
                                           {"development_env", &shape_bool, 0},
                                           {0}},
};

static const struct shape snapshot = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"own", &own_values, 0},
                                           {"inherited", &inherited_values, 0},
                                           {"rollout_at", &shape_time, SHAPE_NULLABLE},
                                           {"rollout_by", &shape_id, SHAPE_NULLABLE},
                                           {0}},
};

static const struct shape latest = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"own", &own_values, 0},
                                           {"inherited", &inherited_values, 0},
                                           {"created_at", &shape_time, SHAPE_NULLABLE},
                                           {"updated_at", &shape_time, SHAPE_NULLABLE},
                                           {"created_by", &shape_id, SHAPE_NULLABLE},
                                           {"updated_by", &shape_id, SHAPE_NULLABLE},
                                           {0}},
};

static const struct shape environment_shape = {
    .type = SHAPE_OBJECT,
    .name = "Environment",
    .text = "on_device is there for a device that has connected since a rollout.",
    .fields = (const struct shape_field[]){{"on_device", &on_device, SHAPE_OPTIONAL},
                                           {"last_snapshot", &snapshot, SHAPE_NULLABLE},
                                           {"latest", &latest, 0},
                                           {0}},
};

static const struct shape rendered_shape = {
    .type = SHAPE_OBJECT,
    .name = "RenderedEnvironment",
    .fields = (const struct shape_field[]){{"env", &texts, 0},
                                           {"last_updated_at", &shape_time, SHAPE_NULLABLE},
                                           {"rollout_at", &shape_time, SHAPE_NULLABLE},
                                           {"rollout_by", &shape_id, SHAPE_NULLABLE},
                                           {0}},
};

static const struct shape change = {
    .type = SHAPE_OBJECT,
    .fields =
        (const struct shape_field[]){
            {"op",
             &(const struct shape){.type = SHAPE_STRING,
                                   .words = SHAPE_WORDS("Added", "Changed", "Removed")},
             0},
            {"key", &shape_string, 0},
            {"before", &shape_string, SHAPE_OPTIONAL},
            {"after", &shape_string, SHAPE_OPTIONAL},
            {0}},
};

static const struct shape diff = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"changes", SHAPE_LIST(change), 0},
                                           {"unchanged", &texts, 0},
                                           {0}},
};

static const struct shape review = {
    .type = SHAPE_OBJECT,
    .name = "EnvironmentReview",
    .fields = (const struct shape_field[]){{"from_snapshot", &diff, 0},
                                           {"from_device", &diff, SHAPE_OPTIONAL},
                                           {0}},
};

static const struct shape started = {
    .type = SHAPE_OBJECT,
    .fields = (const struct shape_field[]){{"success", &shape_bool, 0}, {0}},
};

/* ---- rows ---- */

#define SOURCE PROVENANCE_INFERRED, "particle-api-js 12; particle-cli"

#define ENV_ROUTES(base, auth, prefix)                                                             \
    {"GET",                                                                                        \
     base "/render",                                                                               \
     prefix ".render",                                                                             \
     auth,                                                                                         \
     env_render,                                                                                   \
     NULL,                                                                                         \
     SOURCE,                                                                                       \
     "what a device of the scope would see",                                                       \
     .params = NO_PARAMS,                                                                          \
     .replies = REPLIES({200, &rendered_shape, NULL})},                                            \
        {"GET",                                                                                    \
         base "/rollout",                                                                          \
         prefix ".review",                                                                         \
         auth,                                                                                     \
         env_review,                                                                               \
         NULL,                                                                                     \
         SOURCE,                                                                                   \
         "what a rollout would change",                                                            \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({200, &review, NULL})},                                                \
        {"POST",                                                                                   \
         base "/rollout",                                                                          \
         prefix ".roll-out",                                                                       \
         auth,                                                                                     \
         env_roll_out,                                                                             \
         NULL,                                                                                     \
         SOURCE,                                                                                   \
         "bring what is set to the devices",                                                       \
         .params = PARAMS({"when", PARAM_BODY, PARAM_STRING, true, "Connect or Immediate"}),       \
         .replies = REPLIES({200, &started, NULL})},                                               \
        {"GET",                                                                                    \
         base,                                                                                     \
         prefix ".list",                                                                           \
         auth,                                                                                     \
         env_get,                                                                                  \
         NULL,                                                                                     \
         SOURCE,                                                                                   \
         "the scope's variables",                                                                  \
         .params = NO_PARAMS,                                                                      \
         .replies = REPLIES({200, &environment_shape, NULL})},                                     \
        {"PATCH",                                                                                  \
         base,                                                                                     \
         prefix ".change",                                                                         \
         auth,                                                                                     \
         env_patch,                                                                                \
         NULL,                                                                                     \
         SOURCE,                                                                                   \
         "set and take away several",                                                              \
         .params = PARAMS({"ops", PARAM_JSON, PARAM_ANY, true,                                     \
                           "a list of 1 to 50 {op: Set, key, value} and {op: Unset, key}"}),       \
         .replies = REPLIES({200, &environment_shape, NULL})},                                     \
        {"PUT",                                                                                    \
         base "/:key",                                                                             \
         prefix ".set",                                                                            \
         auth,                                                                                     \
         env_put,                                                                                  \
         NULL,                                                                                     \
         SOURCE,                                                                                   \
         "set one",                                                                                \
         .params = PARAMS({"value", PARAM_BODY, PARAM_STRING, true, NULL}),                        \
         .replies = REPLIES({200, &environment_shape, NULL})},                                     \
    {                                                                                              \
        "DELETE", base "/:key", prefix ".unset", auth, env_delete, NULL, SOURCE, "take one away",  \
            .params = NO_PARAMS, .replies = REPLIES({200, &environment_shape, NULL})               \
    }

/* The sandbox first: its render and rollout are no devices. */
static const struct route rows[] = {
    ENV_ROUTES("/v1/env", AUTH_USER, "environment"),
    ENV_ROUTES("/v1/orgs/:org/env", AUTH_TOKEN, "org.environment"),
    ENV_ROUTES("/v1/products/:product/env", AUTH_PRODUCT, "product.environment"),
    ENV_ROUTES("/v1/env/:device", AUTH_TOKEN, "device.environment"),
};

const struct route_table environment_routes = {rows, sizeof rows / sizeof *rows};
