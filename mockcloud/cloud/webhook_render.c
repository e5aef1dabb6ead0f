/*
 * See webhook_inside.h. From an event and a hook's settings to a request, and from a response to
 * what is published. Decides nothing about when anything is sent, and publishes nothing.
 */
#include "cloud/webhook_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/timefmt.h"
#include "cloud/mustache.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define USER_AGENT "ParticleBot/1.1 (https://docs.particle.io/webhooks)"
#define FORM_TYPE  "application/x-www-form-urlencoded"
#define JSON_TYPE  "application/json"
#define FORM_DEPTH 16 /* a[b][c]=… */

/* A rendering: settings and contexts, and the first thing that was wrong. */
struct rendering {
    const cJSON *settings;
    const cJSON *stack[3]; /* the innermost last */
    const char *error;
};

static char *render_dup(struct rendering *rendering, const char *template)
{
    struct buf text;
    const char *error = NULL;
    buf_init(&text, WEBHOOK_BODY_MAX);
    if (!mustache_render(template, rendering->stack, 3, &text, &error) && !rendering->error)
        rendering->error = error;
    char *rendered = mem_dup(buf_str(&text));
    buf_free(&text);
    return rendered;
}

/* All strings of a value rendered, and the names of members. Yours: cJSON_Delete(). */
static cJSON *render_value(struct rendering *rendering, const cJSON *value)
{
    if (cJSON_IsString(value)) {
        char *text = render_dup(rendering, value->valuestring);
        cJSON *rendered = cJSON_CreateString(text);
        free(text);
        return rendered;
    }
    if (!cJSON_IsObject(value) && !cJSON_IsArray(value))
        return cJSON_Duplicate(value, true);
    cJSON *rendered = cJSON_IsObject(value) ? cJSON_CreateObject() : cJSON_CreateArray();
    for (const cJSON *item = value->child; item; item = item->next) {
        cJSON *member = render_value(rendering, item);
        if (cJSON_IsObject(value)) {
            char *name = render_dup(rendering, item->string);
            cJSON_AddItemToObject(rendered, name, member);
            free(name);
        } else {
            cJSON_AddItemToArray(rendered, member);
        }
    }
    return rendered;
}

static const char *setting(const cJSON *settings, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(settings, name));
}

static bool setting_flag(const cJSON *settings, const char *name, bool fallback)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(settings, name);
    const char *text = cJSON_GetStringValue(item);
    if (text)
        return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
    return cJSON_IsBool(item) ? cJSON_IsTrue(item) : fallback;
}

bool webhook_flag(const struct webhook *hook, const char *name)
{
    cJSON *settings = cJSON_Parse(hook->settings);
    bool flag = setting_flag(settings, name, false);
    cJSON_Delete(settings);
    return flag;
}

/* ---- variables ---- */

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
    if (!event->device || event->device->firmware_version < 0)
        return;
    snprintf(number, sizeof number, "%lld", (long long)event->device->firmware_version);
    cJSON_AddStringToObject(vars, "PRODUCT_VERSION", number);
}

/* What every template can name; the older names of 2015 are still in the wild. */
static cJSON *variables(const struct webhook *hook, const struct event *event)
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

/* What is sent besides what the hook says. */
static cJSON *defaults(const struct rendering *rendering, const cJSON *vars)
{
    static const char *const fields[][2] = {
        {"event", "PARTICLE_EVENT_NAME"},
        {"data", "PARTICLE_EVENT_VALUE"},
        {"published_at", "PARTICLE_PUBLISHED_AT"},
        {"coreid", "PARTICLE_DEVICE_ID"},
    };
    cJSON *object = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (!setting_flag(rendering->settings, "noDefaults", false))
            cJSON_AddStringToObject(object, fields[i][0], setting(vars, fields[i][1]));
    return object;
}

/* Moves the members of `from`, which goes, into `to`. */
static void merge(cJSON *to, cJSON *from)
{
    while (cJSON_IsObject(from) && from->child) {
        cJSON *item = cJSON_DetachItemViaPointer(from, from->child);
        char *name = mem_dup(item->string);
        if (cJSON_GetObjectItemCaseSensitive(to, name))
            cJSON_ReplaceItemInObjectCaseSensitive(to, name, item);
        else
            cJSON_AddItemToObject(to, name, item);
        free(name);
    }
    cJSON_Delete(from);
}

static void merge_setting(struct rendering *rendering, const char *name, cJSON *to)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(rendering->settings, name);
    if (cJSON_IsObject(value))
        merge(to, render_value(rendering, value));
}

/* ---- forms and queries ---- */

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

static char *form_dup(const cJSON *fields)
{
    struct buf out;
    buf_init(&out, WEBHOOK_BODY_MAX);
    write_pairs(fields, "", 0, &out);
    char *text = mem_dup(buf_str(&out));
    buf_free(&out);
    return text;
}

static char *url_with_query(char *url, const cJSON *fields)
{
    char *query = form_dup(fields);
    if (*query) {
        char *longer = mem_printf_dup("%s%c%s", url, strchr(url, '?') ? '&' : '?', query);
        free(url);
        url = longer;
    }
    free(query);
    return url;
}

/* ---- headers ---- */

/* A line break in a rendered header would begin another one. */
static void clean(char *line)
{
    for (; *line; line++)
        if ((unsigned char)*line < ' ' || *line == 0x7f)
            *line = ' ';
}

static bool has_header(const struct delivery *delivery, const char *name)
{
    size_t len = strlen(name);
    for (size_t i = 0; i < delivery->header_count; i++)
        if (strncasecmp(delivery->headers[i], name, len) == 0 && delivery->headers[i][len] == ':')
            return true;
    return false;
}

/* The first of a name stays. */
static void add_header(struct delivery *delivery, const char *name, const char *value)
{
    if (!*name || strpbrk(name, ": \t\r\n") || has_header(delivery, name))
        return;
    delivery->headers =
        mem_grow(delivery->headers, (delivery->header_count + 2) * sizeof *delivery->headers);
    char *line = mem_printf_dup("%s: %s", name, value);
    clean(line);
    delivery->headers[delivery->header_count++] = line;
    delivery->headers[delivery->header_count] = NULL;
}

static void add_own_headers(struct rendering *rendering, struct delivery *delivery)
{
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(rendering->settings, "headers");
    cJSON *rendered = cJSON_IsObject(own) ? render_value(rendering, own) : NULL;
    for (const cJSON *item = rendered ? rendered->child : NULL; item; item = item->next) {
        struct buf value;
        buf_init(&value, WEBHOOK_BODY_MAX);
        mustache_write_value(item, &value);
        add_header(delivery, item->string, buf_str(&value));
        buf_free(&value);
    }
    cJSON_Delete(rendered);
}

/* {username, password}, in the SDK {user, pass} or {bearer}. */
static void add_authorization(struct rendering *rendering, struct delivery *delivery)
{
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(rendering->settings, "auth");
    cJSON *auth = cJSON_IsObject(own) ? render_value(rendering, own) : NULL;
    const char *user = setting(auth, "username"), *password = setting(auth, "password");
    const char *bearer = setting(auth, "bearer");
    struct buf value;
    buf_init(&value, WEBHOOK_BODY_MAX);
    user = user ? user : setting(auth, "user");
    password = password ? password : setting(auth, "pass");
    if (user) {
        char *pair = mem_printf_dup("%s:%s", user, password ? password : "");
        buf_add_str(&value, "Basic ");
        text_base64_encode(pair, strlen(pair), &value);
        free(pair);
    } else if (bearer) {
        buf_printf(&value, "Bearer %s", bearer);
    }
    if (value.len)
        add_header(delivery, "Authorization", buf_str(&value));
    buf_free(&value);
    cJSON_Delete(auth);
}

/* ---- the request ---- */

/* `json`: an object, or text that may become one when it is rendered. */
static char *json_body_dup(struct rendering *rendering, const cJSON *json, const cJSON *vars)
{
    cJSON *rendered = render_value(rendering, json);
    cJSON *parsed = cJSON_IsString(rendered) ? cJSON_Parse(rendered->valuestring) : NULL;
    cJSON *body = parsed ? parsed : rendered;
    char *text;
    if (parsed)
        cJSON_Delete(rendered);
    if (cJSON_IsString(body)) { /* it has become no JSON: as it is */
        text = mem_dup(body->valuestring);
        cJSON_Delete(body);
        return text;
    }
    if (cJSON_IsObject(body)) {
        cJSON *all = defaults(rendering, vars);
        merge(all, body);
        body = all;
    }
    text = cJSON_PrintUnformatted(body);
    cJSON_Delete(body);
    return text ? text : mem_dup("");
}

/* A body of one's own brings no content type. */
static void take_own_body(struct rendering *rendering, struct delivery *delivery, const cJSON *body)
{
    if (cJSON_IsString(body)) {
        delivery->body = render_dup(rendering, body->valuestring);
        return;
    }
    cJSON *rendered = render_value(rendering, body);
    delivery->body = cJSON_PrintUnformatted(rendered);
    cJSON_Delete(rendered);
}

static bool is_given(const cJSON *value)
{
    return value && !cJSON_IsNull(value);
}

static void take_body(struct rendering *rendering, struct delivery *delivery, const cJSON *vars)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(rendering->settings, "json");
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(rendering->settings, "body");
    if (is_given(body)) {
        take_own_body(rendering, delivery, body);
    } else if (is_given(json)) {
        delivery->body = json_body_dup(rendering, json, vars);
        add_header(delivery, "Accept", JSON_TYPE);
        add_header(delivery, "Content-Type", JSON_TYPE);
    } else {
        cJSON *fields = defaults(rendering, vars);
        merge_setting(rendering, "form", fields);
        delivery->body = form_dup(fields);
        if (*delivery->body)
            add_header(delivery, "Content-Type", FORM_TYPE);
        cJSON_Delete(fields);
    }
}

static void take_url(struct rendering *rendering, struct delivery *delivery, const cJSON *vars,
                     bool has_body)
{
    const char *url = setting(rendering->settings, "url");
    cJSON *fields = has_body ? cJSON_CreateObject() : defaults(rendering, vars);
    merge_setting(rendering, "query", fields);
    if (!has_body)
        merge_setting(rendering, "form", fields);
    delivery->url = url_with_query(render_dup(rendering, url ? url : ""), fields);
    clean(delivery->url);
    cJSON_Delete(fields);
}

/* The host of an URL in lower case, without user and port. */
static char *host_dup(const char *url)
{
    const char *begin = strstr(url, "://");
    begin = begin ? begin + 3 : url + strlen(url);
    size_t len = strcspn(begin, "/?#\\");
    for (size_t i = len; i-- > 0;)
        if (begin[i] == '@') {
            begin += i + 1;
            len -= i + 1;
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

static void take_request(struct rendering *rendering, struct delivery *delivery, const cJSON *vars)
{
    const char *type = setting(rendering->settings, "requestType");
    delivery->method = mem_dup(type && *type ? type : "POST");
    for (char *at = delivery->method; *at; at++)
        *at = (char)toupper((unsigned char)*at);
    bool has_body = strcmp(delivery->method, "GET") != 0 && strcmp(delivery->method, "DELETE") != 0;
    add_own_headers(rendering, delivery);
    add_authorization(rendering, delivery);
    add_header(delivery, "User-Agent", USER_AGENT);
    take_url(rendering, delivery, vars, has_body);
    if (has_body)
        take_body(rendering, delivery, vars);
    delivery->host = host_dup(delivery->url);
    delivery->request = (struct delivery_request){
        .method = delivery->method,
        .url = delivery->url,
        .host = delivery->host,
        .headers = (const char *const *)delivery->headers,
        .body = delivery->body,
        .body_len = delivery->body ? strlen(delivery->body) : 0,
        .verify = setting_flag(rendering->settings, "rejectUnauthorized", true),
    };
}

static char *topic_dup(struct rendering *rendering, const char *name, const char *fallback)
{
    const char *given = setting(rendering->settings, name);
    char *topic = render_dup(rendering, given && *given ? given : fallback);
    clean(topic);
    return topic;
}

struct delivery *delivery_new(struct webhook *hook, const struct event *event,
                              const char **ret_error)
{
    struct delivery *delivery = mem_new(sizeof *delivery);
    cJSON *settings = cJSON_Parse(hook->settings);
    cJSON *vars = variables(hook, event);
    cJSON *data = event->data ? cJSON_ParseWithOpts(event->data, NULL, true) : NULL;
    struct rendering rendering = {.settings = settings, .stack = {data, vars}};
    delivery->hook = hook;
    delivery->cloud = hook->cloud;
    delivery->event = mem_dup(event->name);
    delivery->published_ms = event->at_ms;
    delivery->owner = event->owner;
    delivery->product = event->product;
    delivery->vars = cJSON_PrintUnformatted(vars);
    delivery->response_topic =
        topic_dup(&rendering, "responseTopic",
                  hook->product || hook->org
                      ? "{{{PARTICLE_DEVICE_ID}}}/hook-response/{{{PARTICLE_EVENT_NAME}}}"
                      : "hook-response/{{{PARTICLE_EVENT_NAME}}}");
    delivery->error_topic =
        topic_dup(&rendering, "errorResponseTopic", "hook-error/{{{PARTICLE_EVENT_NAME}}}");
    take_request(&rendering, delivery, vars);
    cJSON_Delete(data);
    cJSON_Delete(vars);
    cJSON_Delete(settings);
    *ret_error = rendering.error;
    return delivery;
}

void delivery_free(struct delivery *delivery)
{
    if (!delivery)
        return;
    for (size_t i = 0; i < delivery->header_count; i++)
        free(delivery->headers[i]);
    free(delivery->headers);
    free(delivery->method);
    free(delivery->url);
    free(delivery->host);
    free(delivery->body);
    free(delivery->event);
    free(delivery->vars);
    free(delivery->response_topic);
    free(delivery->error_topic);
    free(delivery);
}

/* ---- the response ---- */

static void write_by_template(const struct delivery *delivery, const cJSON *settings,
                              const cJSON *template, const char *body, struct buf *out)
{
    cJSON *vars = cJSON_Parse(delivery->vars);
    cJSON *response = cJSON_ParseWithOpts(body, NULL, true);
    struct rendering rendering = {.settings = settings, .stack = {vars, response}};
    cJSON *rendered = render_value(&rendering, template);
    if (cJSON_IsString(rendered)) {
        buf_add_str(out, rendered->valuestring);
    } else {
        char *text = cJSON_PrintUnformatted(rendered);
        buf_add_str(out, text ? text : "");
        free(text);
    }
    cJSON_Delete(rendered);
    cJSON_Delete(response);
    cJSON_Delete(vars);
}

void delivery_response(const struct delivery *delivery, const struct delivery_answer *answer,
                       struct buf *ret_text)
{
    cJSON *settings = cJSON_Parse(delivery->hook->settings);
    const cJSON *template = cJSON_GetObjectItemCaseSensitive(settings, "responseTemplate");
    size_t len =
        answer->body_len < OUTBOX_RESPONSE_MAX ? answer->body_len : (size_t)OUTBOX_RESPONSE_MAX;
    buf_init(ret_text, WEBHOOK_BODY_MAX);
    if (is_given(template)) {
        char *body = mem_dup_n(answer->body ? answer->body : "", len);
        write_by_template(delivery, settings, template, body, ret_text);
        free(body);
    } else if (setting_flag(settings, "dataUrlResponseEvent", false)) {
        buf_printf(ret_text, "data:%s;base64,",
                   answer->content_type ? answer->content_type : "application/octet-stream");
        text_base64_encode(answer->body ? answer->body : "", len, ret_text);
    } else if (len) {
        buf_add(ret_text, answer->body, len);
    }
    cJSON_Delete(settings);
}
