/* See texts.h. A parameter's row is looked for only when something too long was found: the usual
 * request costs one strlen() for each of its texts. */
#include "api/call/texts.h"

#include "api/call/route.h"
#include "api/call/rules.h"

#include <string.h>

/* Whether the route's row has that name as a text, a list or a map. */
static bool is_kept_as_text(const struct call *call, const char *name)
{
    size_t len = strcspn(name, "[");
    const struct param *param = call->route->params;
    for (; param && param->name; param++)
        if (strncmp(param->name, name, len) == 0 && !param->name[len] && param->type != PARAM_ANY)
            return true;
    return false;
}

static bool refuse(struct call *call, const char *name)
{
    reply_error(call, 400, &api_rules[API_TEXT_TOO_LONG], "%.*s has %u bytes at most", 100, name,
                API_TEXT_MAX);
    return false;
}

static bool check_args(struct call *call, const struct args *args)
{
    for (size_t i = 0; i < args->count; i++)
        if (strlen(args->items[i].value) > API_TEXT_MAX &&
            is_kept_as_text(call, args->items[i].name))
            return refuse(call, args->items[i].name);
    return true;
}

/* Whether some text in a value of JSON is too long. Bodies are 1,000 deep at most. */
static bool is_too_long(const cJSON *value)
{
    if (cJSON_IsString(value))
        return strlen(value->valuestring) > API_TEXT_MAX;
    for (const cJSON *item = value->child; item; item = item->next)
        if ((item->string && strlen(item->string) > API_TEXT_MAX) || is_too_long(item))
            return true;
    return false;
}

bool texts_check(struct call *call)
{
    if (!call->route || !call->route->params || call_is_control(call))
        return true;
    for (const cJSON *item = call->json ? call->json->child : NULL; item; item = item->next)
        if (is_too_long(item) && is_kept_as_text(call, item->string))
            return refuse(call, item->string);
    return check_args(call, &call->form) && check_args(call, &call->fields);
}
