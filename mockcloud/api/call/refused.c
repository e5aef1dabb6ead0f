/* See refused.h. Owns what a refused request was after and which device it named, wherever it did:
 * under any parameter, in any letters, by any of its names, in a body that could not be read. */
#include "api/call/refused.h"

#include "api/call/route.h"
#include "api/call/trace.h"
#include "cloud/attempts.h"
#include "cloud/oauth.h"
#include "cloud/record.h"
#include "cloud/refusals.h"
#include "cloud/registry_index.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define REFUSED_DEPTH  4   /* of JSON that is searched for a device */
#define REFUSED_VALUES 100 /* texts that are looked at */

/* ---- which device it names ---- */

/* The first device that was found, else the first thing that looks like an id of one. */
struct naming {
    const struct world *world;
    const struct owner *owner; /* whose names count */
    struct refusal *refusal;
    size_t looked_at;
};

static bool is_hex_id(const char *text)
{
    return strlen(text) == IDS_OBJECT && strspn(text, "0123456789abcdefABCDEF") == IDS_OBJECT;
}

static bool has_capitals(const char *text)
{
    while (*text && !isupper((unsigned char)*text))
        text++;
    return *text;
}

/* Which device a text means, and by what it is named; NAMED_NOTHING: none, and the text doesn't
 * look like a device's name either. */
static enum refused_naming naming_of(const struct naming *naming, const char *text,
                                     struct cloud_device **ret_device)
{
    const struct cloud *cloud = naming->world->cloud;
    if (is_hex_id(text)) {
        *ret_device = cloud_device_by_id_or_name(cloud, text, NULL);
        return !*ret_device ? NAMED_UNKNOWN : has_capitals(text) ? NAMED_ID_IN_CAPITALS : NAMED_ID;
    }
    *ret_device = registry_by_serial(cloud, text);
    if (!*ret_device)
        *ret_device = registry_by_iccid(cloud, text);
    if (*ret_device)
        return NAMED_NUMBER;
    const struct device *named = fleet_find(naming->world->fleet, text);
    *ret_device = named ? world_record(naming->world, named)
                        : cloud_device_by_id_or_name(cloud, text, naming->owner);
    return *ret_device ? NAMED_NAME : NAMED_NOTHING;
}

static void naming_look(struct naming *naming, const char *place, const char *text)
{
    struct cloud_device *device = NULL;
    struct refusal *refusal = naming->refusal;
    if (refusal->device || !text || !*text || naming->looked_at++ >= REFUSED_VALUES)
        return;
    enum refused_naming how = naming_of(naming, text, &device);
    if (how == NAMED_NOTHING && strcmp(place, "id") == 0)
        how = NAMED_UNKNOWN;
    if (how == NAMED_NOTHING || (!device && refusal->naming != NAMED_NOTHING))
        return;
    refusal->device = device;
    refusal->naming = how;
    refusal->named = text;
    refusal->place = place;
}

static void naming_look_args(struct naming *naming, const struct args *args)
{
    for (size_t i = 0; i < args->count; i++)
        if (strcmp(args->items[i].name, "access_token") != 0)
            naming_look(naming, args->items[i].name, args->items[i].value);
}

static void naming_look_json(struct naming *naming, const cJSON *json, const char *place, int depth)
{
    for (const cJSON *item = json; item && depth <= REFUSED_DEPTH; item = item->next) {
        const char *key = item->string ? item->string : place;
        if (cJSON_IsString(item) && strcmp(key, "access_token") != 0)
            naming_look(naming, key, item->valuestring);
        else
            naming_look_json(naming, item->child, key, depth + 1);
    }
}

/* A run of 24 hex digits in a body that was not read. */
static void naming_look_raw(struct naming *naming, struct call *call)
{
    const char *body = call->request->body;
    size_t run = 0, len = call->request->body_len;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && isxdigit((unsigned char)body[i])) {
            run++;
            continue;
        }
        if (run == IDS_OBJECT)
            naming_look(naming, "text in the body", arena_text(&call->arena, body + i - run, run));
        run = 0;
    }
}

/* Parameters are looked at before the path: an id in a parameter is what the request is about, one
 * in the path may only say where. */
static void naming_search(struct naming *naming, struct call *call)
{
    bool read = call->body_kind == BODY_FORM || call->body_kind == BODY_MULTIPART || call->json;
    naming_look_args(naming, &call->form);
    naming_look_args(naming, &call->fields);
    if (call->json)
        naming_look_json(naming, call->json->child, "", 1);
    naming_look_args(naming, &call->query);
    if (!read && call->request->body)
        naming_look_raw(naming, call);
    for (size_t i = 0; i < call->segment_count && i < CALL_SEGMENTS; i++)
        if (is_hex_id(call->segments[i]))
            naming_look(naming, "a part of the path", call->segments[i]);
}

/* ---- what it was after ---- */

static bool is_write(const struct call *call)
{
    const char *method = call->request->method;
    return strcmp(method, "POST") == 0 || strcmp(method, "PUT") == 0 ||
           strcmp(method, "PATCH") == 0;
}

/* What a request that met no route was after: its path says so, or that it names a device. */
static bool refused_after(const struct call *call, const struct refusal *refusal,
                          enum refused_kind *ret_kind)
{
    if (call->route) {
        *ret_kind = call->route->leads_to == LEADS_TO_CLAIM    ? REFUSED_CLAIM
                    : call->route->leads_to == LEADS_TO_CODE   ? REFUSED_CODE
                    : call->route->leads_to == LEADS_TO_IMPORT ? REFUSED_IMPORT
                                                               : REFUSED_OTHER;
        return call->route->leads_to != LEADS_NOWHERE;
    }
    *ret_kind = strstr(call->path, "claim") ? REFUSED_CODE : REFUSED_OTHER;
    return is_write(call) && (*ret_kind == REFUSED_CODE || refusal->naming != NAMED_NOTHING);
}

/* Whether the claim rules have remembered it already. */
static bool refused_was_decided(const struct call *call, const struct cloud_device *device)
{
    const struct claim_try *last = device ? attempts_last_try(device) : NULL;
    return last && last->at.n > call->request_n;
}

static enum refused_token refused_token_of(enum oauth_standing standing)
{
    static const enum refused_token tokens[] = {
        [OAUTH_STANDING_NONE] = REFUSED_NO_TOKEN,
        [OAUTH_STANDING_UNKNOWN] = REFUSED_UNKNOWN_TOKEN,
        [OAUTH_STANDING_DEAD] = REFUSED_DEAD_TOKEN,
        [OAUTH_STANDING_LIVE] = REFUSED_LIVE_TOKEN,
    };
    return tokens[standing];
}

void refused_remember(struct call *call)
{
    char request[REFUSALS_TEXT];
    struct refusal refusal = {.naming = NAMED_NOTHING};
    struct naming naming = {call->world, &refusal.owner, &refusal, 0};
    if (call->reply->status < 400 || call_is_control(call) || !call->path ||
        (call->route && call->route->leads_to == LEADS_NOWHERE))
        return;
    refusal.token = refused_token_of(auth_standing(call, &refusal.owner));
    naming_search(&naming, call);
    if (!refused_after(call, &refusal, &refusal.kind) || refused_was_decided(call, refusal.device))
        return;
    snprintf(request, sizeof request, "%s %s", call->request->method, call->path);
    refusal.at = (struct fact){call->request_n, vclock_now(call->world->sim.clock)};
    refusal.caller = trace_actor(call);
    refusal.request = request;
    refusal.status = call->reply->status;
    refusal.rule = call->rule;
    refusals_note(call->world->cloud, &refusal);
}
