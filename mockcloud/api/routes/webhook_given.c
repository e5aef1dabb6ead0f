/* Reading integrations out of requests. See webhook_json.h. Owns which names are settings, and what
 * can't be made a webhook of. */
#include "api/routes/webhook_json.h"
#include "cloud/record.h"

#include "api/routes/webhook_rules.h"

#include <stdlib.h>
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

/* A place in a list, as "" (behind the last) or digits, of at most two. */
static bool is_place(const char *key)
{
    return strspn(key, "0123456789") == strlen(key) && strlen(key) <= 2;
}

static cJSON *member(const cJSON *of, const char *name)
{
    if (!cJSON_IsArray(of))
        return cJSON_GetObjectItemCaseSensitive(of, name);
    return *name ? cJSON_GetArrayItem(of, (int)strtol(name, NULL, 10)) : NULL;
}

/* Sets a member; null takes it away. A place of a list that is not there yet is the one behind the
 * last: lists have no holes. Takes the item. */
static void put(cJSON *of, const char *name, cJSON *item)
{
    if (cJSON_IsArray(of) && member(of, name)) {
        cJSON_ReplaceItemInArray(of, (int)strtol(name, NULL, 10), item);
    } else if (cJSON_IsArray(of)) {
        cJSON_AddItemToArray(of, item);
    } else {
        cJSON_DeleteItemFromObjectCaseSensitive(of, name);
        if (cJSON_IsNull(item))
            cJSON_Delete(item);
        else
            cJSON_AddItemToObject(of, name, item);
    }
}

/* The member that `name` has as something that may hold `key`: a list where that is a place, else
 * an object; made when it has none. */
static cJSON *container(cJSON *of, const char *name, const char *key)
{
    cJSON *inner = member(of, name);
    bool fits = is_place(key) ? cJSON_IsArray(inner) || (*key && cJSON_IsObject(inner))
                              : cJSON_IsObject(inner);
    if (fits)
        return inner;
    inner = is_place(key) ? cJSON_CreateArray() : cJSON_CreateObject();
    put(of, name, inner);
    return inner;
}

/* Puts the value where `keys` say: "", "[key]…" of objects, "[0]" and at last perhaps "[]" of
 * lists. */
static void put_below(struct call *call, cJSON *of, const char *name, const char *keys,
                      const char *value)
{
    while (*keys) {
        size_t len = strcspn(keys + 1, "]");
        const char *key = arena_text(&call->arena, keys + 1, len);
        keys += len + 2;
        of = container(of, name, key);
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
