/* Reading integrations out of requests. See webhook_json.h. Owns which names are settings, and what
 * can't be made a webhook of. */
#include "api/webhook_json.h"

#include "api/routes_webhook.h"

#include <string.h>
#include <strings.h>

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
    if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(settings, name)))
        put(settings, name, cJSON_CreateObject());
    put(cJSON_GetObjectItemCaseSensitive(settings, name), key, cJSON_CreateString(arg->value));
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
