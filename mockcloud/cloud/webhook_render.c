/*
 * See webhook_inside.h. From an event and a hook's settings to a request, and from a response to
 * what is published. Decides nothing about when anything is sent, and publishes nothing.
 */
#include "cloud/webhook_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/delivery_rules.h"
#include "cloud/mustache.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define USER_AGENT "ParticleBot/1.1 (https://docs.particle.io/webhooks)"
#define FORM_TYPE  "application/x-www-form-urlencoded"
#define JSON_TYPE  "application/json"

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

/* ---- the query ---- */

static char *url_with_query(char *url, const cJSON *fields)
{
    char *query = delivery_form_dup(fields);
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
        sim_lean(delivery->cloud->sim, &delivery_rules[DELIVERY_RULE_DEFAULT_BODY]);
        merge_setting(rendering, "form", fields);
        delivery->body = delivery_form_dup(fields);
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
    delivery->host = delivery_host_dup(delivery->url);
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
    cJSON *vars = delivery_variables(hook, event);
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
