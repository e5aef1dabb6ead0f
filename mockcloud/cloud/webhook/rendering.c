/* See rendering.h. Owns how a value's strings become text; it knows nothing of requests. */
#include "cloud/webhook/rendering.h"

#include "base/mem.h"
#include "cloud/webhook/mustache.h"
#include "cloud/webhook/webhook_inside.h"

#include <stdlib.h>
#include <string.h>

struct rendering rendering_begin(const cJSON *settings, const cJSON *outer, const cJSON *inner)
{
    return (struct rendering){
        .settings = settings,
        .stack = {outer, inner},
        .steps = RENDERING_STEPS,
        .bytes = WEBHOOK_BODY_MAX,
    };
}

char *rendering_text_dup(struct rendering *rendering, const char *template)
{
    struct buf text;
    if (rendering->error)
        return mem_dup("");
    buf_init(&text, rendering->bytes);
    mustache_render(template, rendering->stack, 2, &rendering->steps, &text, &rendering->error);
    rendering->bytes -= text.len;
    char *rendered = mem_dup(buf_str(&text));
    buf_free(&text);
    return rendered;
}

cJSON *rendering_value(struct rendering *rendering, const cJSON *value)
{
    if (cJSON_IsString(value)) {
        char *text = rendering_text_dup(rendering, value->valuestring);
        cJSON *rendered = cJSON_CreateString(text);
        free(text);
        return rendered;
    }
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
        return cJSON_Duplicate(value, true);
    cJSON *rendered = cJSON_IsObject(value) ? cJSON_CreateObject() : cJSON_CreateArray();
    for (const cJSON *item = value->child; item; item = item->next) {
        cJSON *member = rendering_value(rendering, item);
        if (cJSON_IsObject(value)) {
            char *name = rendering_text_dup(rendering, item->string);
            cJSON_AddItemToObject(rendered, name, member);
            free(name);
        } else {
            cJSON_AddItemToArray(rendered, member);
        }
    }
    return rendered;
}

const char *rendering_setting(const cJSON *settings, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(settings, name));
}

bool rendering_flag(const cJSON *settings, const char *name, bool fallback)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(settings, name);
    const char *text = cJSON_GetStringValue(item);
    if (text)
        return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

bool rendering_given(const cJSON *value)
{
    return value && !cJSON_IsNull(value);
}
