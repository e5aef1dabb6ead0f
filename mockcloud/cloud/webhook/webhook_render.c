/*
 * See webhook_inside.h. From an event and a hook's settings to a request. Decides nothing about
 * when anything is sent.
 */
#include "cloud/cloud.h"
#include "cloud/webhook/webhook_inside.h"

#include "base/mem.h"
#include "base/text.h"
#include "cloud/webhook/delivery_rules.h"
#include "cloud/webhook/mustache.h"
#include "cloud/webhook/rendering.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define WITHHELD_SHOWN 200 /* bytes of names */
#define USER_AGENT     "ParticleBot/1.1 (https://docs.particle.io/webhooks)"
#define FORM_TYPE      "application/x-www-form-urlencoded"
#define JSON_TYPE      "application/json"

/* What is sent besides what the hook says. */
static cJSON *defaults(const struct rendering *rendering, const struct delivery *delivery,
                       const cJSON *vars)
{
    static const char *const fields[][2] = {
        {"event", "PARTICLE_EVENT_NAME"},
        {"data", "PARTICLE_EVENT_VALUE"},
        {"published_at", "PARTICLE_PUBLISHED_AT"},
        {"coreid", "PARTICLE_DEVICE_ID"},
    };
    cJSON *object = cJSON_CreateObject();
    if (rendering_flag(rendering->settings, "noDefaults", false))
        return object;
    sim_lean(delivery->cloud->sim, &delivery_rules[DELIVERY_RULE_DEFAULT_BODY]);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        cJSON_AddStringToObject(object, fields[i][0], rendering_setting(vars, fields[i][1]));
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
        merge(to, rendering_value(rendering, value));
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

/* A few names show what is wrong. The text is copied for each name that is added, so a thousand of
 * them would be a million copies. */
static void withhold(struct delivery *delivery, const char *name)
{
    char *before = delivery->withheld;
    if (before && strlen(before) > WITHHELD_SHOWN)
        return;
    delivery->withheld = before ? mem_printf_dup("%s, %s", before, name) : mem_dup(name);
    free(before);
}

/* The first of a name stays. */
static void add_header(struct delivery *delivery, const char *name, const char *value)
{
    if (!delivery_may_carry(name)) {
        withhold(delivery, name);
        return;
    }
    if (has_header(delivery, name))
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
    cJSON *rendered = cJSON_IsObject(own) ? rendering_value(rendering, own) : NULL;
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
    cJSON *auth = cJSON_IsObject(own) ? rendering_value(rendering, own) : NULL;
    const char *user = rendering_setting(auth, "username"),
               *password = rendering_setting(auth, "password");
    const char *bearer = rendering_setting(auth, "bearer");
    struct buf value;
    buf_init(&value, WEBHOOK_BODY_MAX);
    user = user ? user : rendering_setting(auth, "user");
    password = password ? password : rendering_setting(auth, "pass");
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
static char *json_body_dup(struct rendering *rendering, const struct delivery *delivery,
                           const cJSON *json, const cJSON *vars)
{
    cJSON *rendered = rendering_value(rendering, json);
    cJSON *parsed = cJSON_IsString(rendered) ? cJSON_Parse(rendered->valuestring) : NULL;
    cJSON *body = parsed ? parsed : rendered;
    char *text;
    if (parsed)
        cJSON_Delete(rendered);
    if (cJSON_IsString(body)) { /* what was rendered is no JSON: it is sent as it stands */
        text = mem_dup(body->valuestring);
        cJSON_Delete(body);
        return text;
    }
    if (cJSON_IsObject(body)) {
        cJSON *all = defaults(rendering, delivery, vars);
        merge(all, body);
        body = all;
    }
    text = cJSON_PrintUnformatted(body);
    cJSON_Delete(body);
    return text ? text : mem_dup("");
}

/* A body that the settings spell out has no content type, unless they name one. */
static void take_own_body(struct rendering *rendering, struct delivery *delivery, const cJSON *body)
{
    if (cJSON_IsString(body)) {
        delivery->body = rendering_text_dup(rendering, body->valuestring);
        return;
    }
    cJSON *rendered = rendering_value(rendering, body);
    delivery->body = cJSON_PrintUnformatted(rendered);
    cJSON_Delete(rendered);
}

static void take_body(struct rendering *rendering, struct delivery *delivery, const cJSON *vars)
{
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(rendering->settings, "json");
    const cJSON *body = cJSON_GetObjectItemCaseSensitive(rendering->settings, "body");
    if (rendering_given(body)) {
        take_own_body(rendering, delivery, body);
    } else if (rendering_given(json)) {
        delivery->body = json_body_dup(rendering, delivery, json, vars);
        add_header(delivery, "Accept", JSON_TYPE);
        add_header(delivery, "Content-Type", JSON_TYPE);
    } else {
        cJSON *fields = defaults(rendering, delivery, vars);
        merge_setting(rendering, "form", fields);
        delivery->body = delivery_form_dup(fields);
        if (*delivery->body)
            add_header(delivery, "Content-Type", FORM_TYPE);
        cJSON_Delete(fields);
    }
}

/* What Node escapes in a URL that it is given as text: no more, so that what is escaped already,
 * and what is no ASCII, stays as it is. */
static char *escaped_dup(const char *url)
{
    struct buf out;
    buf_init(&out, WEBHOOK_BODY_MAX);
    for (; *url; url++)
        if (strchr(" \"<>`{}|\\^'", *url))
            buf_printf(&out, "%%%02X", (unsigned char)*url);
        else
            buf_add_char(&out, *url);
    return buf_take(&out);
}

static void take_url(struct rendering *rendering, struct delivery *delivery, const cJSON *vars,
                     bool has_body)
{
    const char *url = rendering_setting(rendering->settings, "url");
    cJSON *fields = has_body ? cJSON_CreateObject() : defaults(rendering, delivery, vars);
    merge_setting(rendering, "query", fields);
    if (!has_body)
        merge_setting(rendering, "form", fields);
    char *text = rendering_text_dup(rendering, url ? url : "");
    clean(text);
    delivery->url = url_with_query(escaped_dup(text), fields);
    free(text);
    cJSON_Delete(fields);
}

static void take_request(struct rendering *rendering, struct delivery *delivery, const cJSON *vars)
{
    const char *type = rendering_setting(rendering->settings, "requestType");
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
        .verify = rendering_flag(rendering->settings, "rejectUnauthorized", true),
    };
}

static void weigh(struct rendering *rendering, struct delivery *delivery)
{
    delivery->bytes = strlen(delivery->url);
    for (size_t i = 0; i < delivery->header_count; i++)
        delivery->bytes += strlen(delivery->headers[i]);
    if (delivery->bytes > WEBHOOK_HEAD_MAX && !rendering->error)
        rendering->error = "the URL and the headers are too long";
    delivery->bytes += delivery->request.body_len + strlen(delivery->vars);
}

static char *topic_dup(struct rendering *rendering, const char *name, const char *fallback)
{
    const char *given = rendering_setting(rendering->settings, name);
    char *topic = rendering_text_dup(rendering, given && *given ? given : fallback);
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
    struct rendering rendering = rendering_begin(settings, data, vars);
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
    weigh(&rendering, delivery);
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
    free(delivery->withheld);
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
