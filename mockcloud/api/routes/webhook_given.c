/* Reading integrations out of requests. See webhook_json.h. Owns which names are settings, and what
 * can't be made a webhook of. */
#include "api/routes/webhook_json.h"
#include "cloud/record.h"

#include "api/routes/webhook_rules.h"

#include <string.h>

#define PATH_MAX_DEPTH 16 /* keys in brackets of a form */

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

/* The member that `name` has as an object or (of `[]`) a list; made when it has none. */
static cJSON *container(cJSON *of, const char *name, bool list)
{
    cJSON *inner = cJSON_GetObjectItemCaseSensitive(of, name);
    if (list ? !cJSON_IsArray(inner) : !cJSON_IsObject(inner)) {
        put(of, name, list ? cJSON_CreateArray() : cJSON_CreateObject());
        inner = cJSON_GetObjectItemCaseSensitive(of, name);
    }
    return inner;
}

/* Puts the value where `keys` say: "", "[key]…" of objects, at last perhaps "[]" of a list. */
static void put_below(struct call *call, cJSON *of, const char *name, const char *keys,
                      const char *value)
{
    while (*keys) {
        size_t len = strcspn(keys + 1, "]");
        const char *key = arena_text(&call->arena, keys + 1, len);
        keys += len + 2;
        if (!len) { /* is_path(): the last one */
            cJSON_AddItemToArray(container(of, name, true), cJSON_CreateString(value));
            return;
        }
        of = container(of, name, false);
        name = key;
    }
    put(of, name, cJSON_CreateString(value));
}

/* Whether `keys` is "[key][key]…", not too many of them, with "[]" as the last one alone. */
static bool is_path(const char *keys)
{
    size_t depth = 0;
    while (*keys == '[' && depth++ < PATH_MAX_DEPTH) {
        size_t len = strcspn(keys + 1, "[]");
        if (keys[1 + len] != ']' || (!len && keys[2]))
            return false;
        keys += len + 2;
    }
    return !*keys;
}

/* name=value, name[key]=value, name[key][key]=value, name[]=value. */
static void put_arg(struct call *call, cJSON *settings, const struct arg *arg)
{
    size_t len = strcspn(arg->name, "[");
    bool path = is_path(arg->name + len);
    const char *name = path ? arena_text(&call->arena, arg->name, len) : arg->name;
    if (is_setting(name))
        put_below(call, settings, name, path ? arg->name + len : "", arg->value);
}

/* `old` with what is given over it, as JSON, of the arena. NULL: that is too much. */
static const char *settings_given(struct call *call, const char *old)
{
    if ((size_t)cJSON_GetArraySize(call->json) + call->form.count > WEBHOOK_MEMBERS)
        return NULL;
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

bool webhook_given(struct call *call, const struct webhook_scope *scope, const struct webhook *old,
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
    const char *fault = webhook_fault(ret_spec);
    if (!fault && !scope->integrations && strcmp(ret_spec->type, WEBHOOK_TYPE) != 0)
        fault = "integration_type has to be Webhook";
    if (fault)
        reply_error(call, 400, &webhook_rules[WEBHOOK_RULE_BAD], "%s", fault);
    return !fault;
}
