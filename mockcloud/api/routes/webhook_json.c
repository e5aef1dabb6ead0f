/* Writing integrations. See webhook_json.h. What was given is shown as it came. */
#include "api/routes/webhook_json.h"

#include "base/timefmt.h"

#include <stdlib.h>
#include <string.h>

#define HOOK_URL "https://api.particle.io/v1"
#define DAY_MS   INT64_C(86400000)

static bool flag(const cJSON *settings, const char *name, bool fallback)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(settings, name);
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

static void write_default_name(const struct webhook *hook, const char *url, struct jsonw *w)
{
    char *name = url && webhook_sends(hook) ? webhook_default_name_dup(hook, url) : NULL;
    if (name)
        jsonw_key_str(w, "name", name);
    free(name);
}

/* `always`: with the request type, though none was given. */
static void write_settings(const struct webhook *hook, bool always, struct jsonw *w)
{
    cJSON *settings = cJSON_Parse(hook->settings);
    const cJSON *url = cJSON_GetObjectItemCaseSensitive(settings, "url"),
                *type = cJSON_GetObjectItemCaseSensitive(settings, "requestType");
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
    if (!cJSON_GetObjectItemCaseSensitive(settings, "name"))
        write_default_name(hook, cJSON_GetStringValue(url), w);
    if (hook->device)
        jsonw_key_str(w, "deviceID", hook->device);
    for (const cJSON *item = settings ? settings->child : NULL; item; item = item->next)
        if (!is_shown_apart(item->string))
            write_item(item, w);
    cJSON_Delete(settings);
}

void webhook_json_members(const struct webhook *hook, bool always, struct jsonw *w)
{
    jsonw_key_str(w, "id", hook->id);
    jsonw_key_str(w, "event", hook->event);
    jsonw_key_time(w, "created_at", hook->created_ms);
    jsonw_key_str(w, "integration_type", hook->type);
    write_settings(hook, always, w);
}

void webhook_json_made(struct call *call, const struct webhook_scope *scope,
                       const struct webhook *hook, int status, const struct rule *rule)
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
    webhook_json_members(hook, scope->integrations, w);
    jsonw_key_bool(w, "ok", true);
    jsonw_key_str(w, "hookUrl", buf_str(&url));
    jsonw_end_object(w);
    buf_free(&url);
}

void webhook_json_logs(const struct webhook_logs *logs, const char *key, struct jsonw *w)
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

void webhook_json_counters(const struct call *call, const struct webhook *hook, struct jsonw *w)
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
