/* See webhook_inside.h. The parts of a request that need no template: what templates can name,
 * forms, which headers may be there, the host of an URL. */
#include "cloud/cloud.h"
#include "cloud/owner.h"
#include "cloud/webhook/webhook_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cloud/webhook/mustache.h"
#include "cloud/webhook/rendering.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FORM_DEPTH 16 /* a[b][c]=… */

/* ---- headers ---- */

bool delivery_may_carry(const char *name)
{
    /* RFC 9112 (framing), RFC 9110, 7.6.1 (of one connection alone), and those before they had an
     * RFC */
    static const char *const withheld[] = {
        "Host",       "Content-Length", "Transfer-Encoding", "TE",      "Trailer",
        "Connection", "Keep-Alive",     "Proxy-Connection",  "Upgrade", "Expect",
    };
    static const char proxy[] = "Proxy-", ours[] = "X-Mockcloud-";
    for (size_t i = 0; i < sizeof withheld / sizeof *withheld; i++)
        if (strcasecmp(name, withheld[i]) == 0)
            return false;
    return text_is_token(name) && strncasecmp(name, proxy, sizeof proxy - 1) != 0 &&
           strncasecmp(name, ours, sizeof ours - 1) != 0;
}

/* ---- what templates can name ---- */

static char *event_json_dup(const struct event *event, const char *published_at)
{
    struct buf text;
    struct jsonw w;
    buf_init(&text, WEBHOOK_BODY_MAX);
    jsonw_init(&w, &text);
    jsonw_object(&w);
    jsonw_key_str(&w, "name", event->name);
    jsonw_key_str(&w, "data", event->data);
    jsonw_key_int(&w, "ttl", event->ttl_s);
    jsonw_key_str(&w, "published_at", published_at);
    jsonw_key_str(&w, "coreid", event->coreid);
    jsonw_end_object(&w);
    char *json = mem_dup(buf_str(&text));
    buf_free(&text);
    return json;
}

static void add_event_texts(cJSON *vars, const struct event *event, const char *published_at)
{
    struct buf base64;
    char *json = event_json_dup(event, published_at);
    buf_init(&base64, WEBHOOK_BODY_MAX);
    text_base64_encode(json, strlen(json), &base64);
    cJSON_AddStringToObject(vars, "PARTICLE_EVENT_JSON", json);
    cJSON_AddStringToObject(vars, "PARTICLE_EVENT_BASE64", buf_str(&base64));
    buf_free(&base64);
    free(json);
}

static void add_product(cJSON *vars, const struct event *event)
{
    char number[24];
    if (!event->product)
        return;
    snprintf(number, sizeof number, "%lld", (long long)event->product->id);
    cJSON_AddStringToObject(vars, "PRODUCT_ID", number);
    if (owner_id(&event->owner))
        cJSON_AddStringToObject(vars, "PRODUCT_USER_ID", owner_id(&event->owner));
    if (!event->device)
        return;
    snprintf(number, sizeof number, "%lld", (long long)event->version);
    cJSON_AddStringToObject(vars, "PRODUCT_VERSION", number);
}

/* What every template can name; the older names of 2015 are still in the wild. */
struct cJSON *delivery_variables(const struct webhook *hook, const struct event *event)
{
    static const char *const names[][2] = {
        {"PARTICLE_EVENT_NAME", "SPARK_EVENT_NAME"},
        {"PARTICLE_EVENT_VALUE", "SPARK_EVENT_VALUE"},
        {"PARTICLE_DEVICE_ID", "SPARK_CORE_ID"},
        {"PARTICLE_PUBLISHED_AT", "SPARK_PUBLISHED_AT"},
    };
    char published_at[TIMEFMT_ISO_SIZE], key[24], id[37];
    timefmt_iso(event->at_ms, published_at);
    const char *values[] = {event->name, event->data ? event->data : "", event->coreid,
                            published_at};
    cJSON *vars = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        cJSON_AddStringToObject(vars, names[i][0], values[i]);
        cJSON_AddStringToObject(vars, names[i][1], values[i]);
    }
    snprintf(key, sizeof key, "%llu", (unsigned long long)event->n);
    ids_named(&hook->cloud->sim->ids, "event", key, id, 32);
    cJSON_AddStringToObject(vars, "PARTICLE_EVENT_ID", id);
    add_product(vars, event);
    add_event_texts(vars, event, published_at);
    return vars;
}

/* ---- forms ---- */

static void write_pairs(const cJSON *value, const char *name, int depth, struct buf *out)
{
    struct buf text;
    if ((cJSON_IsObject(value) || cJSON_IsArray(value)) && depth < FORM_DEPTH) {
        size_t index = 0;
        for (const cJSON *item = value->child; item; item = item->next, index++) {
            char *inner = item->string ? mem_printf_dup("%s[%s]", name, item->string)
                                       : mem_printf_dup("%s[%zu]", name, index);
            write_pairs(item, item->string && !depth ? item->string : inner, depth + 1, out);
            free(inner);
        }
        return;
    }
    buf_init(&text, WEBHOOK_BODY_MAX);
    mustache_write_value(value, &text);
    if (out->len)
        buf_add_char(out, '&');
    text_percent_encode(name, out);
    buf_add_char(out, '=');
    text_percent_encode(buf_str(&text), out);
    buf_free(&text);
}

char *delivery_form_dup(const struct cJSON *fields)
{
    struct buf out;
    buf_init(&out, WEBHOOK_BODY_MAX);
    write_pairs(fields, "", 0, &out);
    char *text = mem_dup(buf_str(&out));
    buf_free(&out);
    return text;
}

/* ---- the URL ---- */

char *delivery_host_dup(const char *url)
{
    const char *begin = strstr(url, "://");
    begin = begin ? begin + 3 : url + strlen(url);
    size_t len = strcspn(begin, "/?#\\");
    for (size_t i = len; i-- > 0;)
        if (begin[i] == '@') {
            begin += i + 1;
            break;
        }
    if (*begin == '[')
        len = strcspn(begin, "]/?#") + (begin[strcspn(begin, "]/?#")] == ']');
    else
        len = strcspn(begin, ":/?#\\");
    char *host = mem_dup_n(begin, len);
    for (char *at = host; *at; at++)
        *at = (char)tolower((unsigned char)*at);
    return host;
}

bool webhook_flag(const struct webhook *hook, const char *name)
{
    cJSON *settings = cJSON_Parse(hook->settings);
    bool flag = rendering_flag(settings, name, false);
    cJSON_Delete(settings);
    return flag;
}
