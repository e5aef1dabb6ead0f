/* What can't be made an integration of. See webhook.h. */
#include "cloud/webhook/webhook.h"

#include <cjson/cJSON.h>
#include <string.h>
#include <strings.h>

/* WEBHOOK_SETTINGS and WEBHOOK_MEMBERS, in words */
static const char too_much[] = "the settings have 100 KiB and 1,000 members at most";

static bool is_request_type(const char *type)
{
    static const char *const types[] = {"GET", "POST", "PUT", "DELETE"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcasecmp(types[i], type) == 0)
            return true;
    return false;
}

static const char *fault_of_webhook(const cJSON *url, const cJSON *type)
{
    if (!cJSON_IsString(url) || !*url->valuestring)
        return "url is required";
    if (type && (!cJSON_IsString(type) || !is_request_type(type->valuestring)))
        return "requestType has to be GET, POST, PUT or DELETE";
    return NULL;
}

/* Members and elements at all depths, as far as there are not too many. */
static size_t members_of(const cJSON *value)
{
    size_t count = 0;
    for (const cJSON *item = value->child; item && count <= WEBHOOK_MEMBERS; item = item->next)
        count += 1 + members_of(item);
    return count;
}

static const char *fault_of_settings(const struct webhook_spec *spec, const cJSON *settings)
{
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(settings, "url"),
                *type = cJSON_GetObjectItemCaseSensitive(settings, "requestType");
    if (!spec->type || strcmp(spec->type, WEBHOOK_TYPE) == 0)
        return fault_of_webhook(url, type);
    if (url && !cJSON_IsString(url))
        return "url has to be a string";
    if (type && !cJSON_IsString(type))
        return "requestType has to be a string";
    return NULL;
}

const char *webhook_fault(const struct webhook_spec *spec)
{
    if (!spec->event || !*spec->event)
        return "event is required";
    if (!spec->settings || strlen(spec->settings) > WEBHOOK_SETTINGS)
        return too_much;
    cJSON *settings = cJSON_Parse(spec->settings);
    const char *fault =
        members_of(settings) > WEBHOOK_MEMBERS ? too_much : fault_of_settings(spec, settings);
    cJSON_Delete(settings);
    return fault;
}
