/* See occurrence.h. Owns how entries are matched and counted as taken, with a row for each kind of
 * occurrence. Reads the journal only. */
#include "scenario/occurrence.h"

#include "base/fields.h"
#include "base/mem.h"
#include "match/request_filter.h"
#include "sim/exchanges.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OCCURRENCE_CLIENT "client:"
#define WITH_SHOWN        200 /* bytes of `with` in a message */

struct occurrence_kind {
    const char *field;     /* of the step */
    const char *keys[4];   /* that go with it, besides `within`; NULL behind the last */
    bool answered;         /* it is met when its reply is ready, too */
    const char *none;      /* "no request of a client" */
    const char *others[2]; /* what did not match: one, several */
    bool (*check)(struct scenario_load *load, const struct doc_node *map);
    void (*read)(struct occurrence *occurrence, const struct doc_node *map);
    bool (*matches)(struct occurrence *occurrence, const struct journal_entry *entry);
};

struct occurrence {
    const struct occurrence_kind *kind;
    struct scenario_run *run;
    char *name;                    /* of an event, or of the event that triggers a webhook */
    char *data;                    /* of the event; NULL: any */
    const char *coreid;            /* the device's id; NULL: anybody's event */
    char *result;                  /* of a webhook: the kind of the entry that tells of it */
    int64_t status;                /* of the webhook's answer; 0: any */
    struct request_filter *filter; /* of requests … */
    struct doc *filter_doc;        /* … and what it stands in, filled in */
    bool wants_status;             /* it asks for what only a reply has */
    char *subject;
    uint64_t at;    /* the next entry to look at */
    uint64_t found; /* 0: not yet */
    bool again;     /* such a one was met before */
    bool met;
    bool lost;
    bool undecided; /* the entry can't be judged before it is answered */
    size_t seen;    /* others of its kind, that did not match */
    char *last;     /* the last of them */
};

/* Remembers another one of its kind, for the message; takes `what`. */
static void occurrence_pass(struct occurrence *occurrence, char *what)
{
    occurrence->seen++;
    free(occurrence->last);
    occurrence->last = what;
}

/* ---- events ---- */

static bool event_check(struct scenario_load *load, const struct doc_node *map)
{
    const struct doc_node *data = doc_get(map, "data"), *device = doc_get(map, "device");
    bool ok = interp_check(load, doc_get(map, "event"));
    if (data)
        ok &= interp_check(load, data);
    return (!device || scenario_load_check_device(load, device)) && ok;
}

static void event_read(struct occurrence *occurrence, const struct doc_node *map)
{
    struct scenario_run *run = occurrence->run;
    const char *data = fields_str(map, "data", NULL), *device = fields_str(map, "device", NULL);
    occurrence->name = interp_dup(&run->interp, fields_str(map, "event", ""));
    occurrence->data = data ? interp_dup(&run->interp, data) : NULL;
    occurrence->coreid = device ? run_device(run, device)->id : NULL;
    occurrence->subject =
        mem_printf_dup("event %s%s%s%s%s", occurrence->name, data ? " with data " : "",
                       data ? occurrence->data : "", device ? " of " : "", device ? device : "");
}

static bool event_matches(struct occurrence *occurrence, const struct journal_entry *entry)
{
    if (strcmp(entry->kind, "event.published") != 0)
        return false;
    cJSON *json = cJSON_ParseWithLength(entry->data, entry->data_len);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "name"));
    const char *data = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "data"));
    const char *coreid = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "coreid"));
    bool matches = name && strcmp(name, occurrence->name) == 0 &&
                   (!occurrence->data || (data && strcmp(data, occurrence->data) == 0)) &&
                   (!occurrence->coreid || (coreid && strcmp(coreid, occurrence->coreid) == 0));
    if (!matches && name)
        occurrence_pass(occurrence, mem_printf_dup("%s with data %s", name, data ? data : "null"));
    cJSON_Delete(json);
    return matches;
}

/* ---- requests ---- */

static bool request_check_filter(const struct compare_check *check, const struct doc_node *map)
{
    return request_filter_check(check, map, true);
}

static bool request_check(struct scenario_load *load, const struct doc_node *map)
{
    const struct doc_node *from = doc_get(map, "from");
    if (!scenario_load_check_with(load, map, request_check_filter))
        return false;
    if (!load->posted && load->scenario->client_count == 0) {
        doc_fail(load->doc, doc_get(map, "request"), load->diags, NULL,
                 "no client is there that could send a request: add \"clients\"");
        return false;
    }
    return !from || scenario_load_check_sender(load, from);
}

/* The map with everything filled in, so that the filter needs no names any more. It was checked, so
 * it can be read again. */
static void request_read_filter(struct occurrence *occurrence, const struct doc_node *map)
{
    struct diags diags = {0};
    char *json = interp_json_dup(&occurrence->run->interp, map, SIZE_MAX / 8);
    occurrence->filter_doc = doc_new("<wait>", json, strlen(json), &diags);
    assert(occurrence->filter_doc);
    occurrence->filter = request_filter_new(doc_root(occurrence->filter_doc, 0));
    diags_free(&diags);
    free(json);
}

static void request_read(struct occurrence *occurrence, const struct doc_node *map)
{
    struct interp *interp = &occurrence->run->interp;
    const struct doc_node *with = doc_get(map, "with");
    const char *from = fields_str(map, "from", NULL);
    char *line = interp_dup(interp, fields_str(map, "request", ""));
    char *besides = with ? interp_json_dup(interp, with, WITH_SHOWN) : NULL;
    request_read_filter(occurrence, map);
    occurrence->wants_status = doc_get(with, "status");
    occurrence->subject = mem_printf_dup("%s%s%s%s%s", line, from ? " from " : "", from ? from : "",
                                         with ? " with " : "", with ? besides : "");
    free(besides);
    free(line);
}

/* What its line says; the exchange with its headers and body is looked up only if that matches. */
static bool request_meets(struct occurrence *occurrence, const struct journal_entry *entry,
                          const struct request_view *line)
{
    struct scenario_run *run = occurrence->run;
    if (!request_filter_meets_line(occurrence->filter, line))
        return false;
    if (!doc_get(doc_root(occurrence->filter_doc, 0), "with"))
        return true;
    const struct exchange_record *record = exchanges_find(run->world->sim.exchanges, entry->n);
    if (occurrence->wants_status && record && !record->reply_n) {
        occurrence->undecided = true;
        return false;
    }
    return api_request_meets(run->api, run->world, entry->n, occurrence->filter);
}

static bool request_matches(struct occurrence *occurrence, const struct journal_entry *entry)
{
    size_t len = strlen(OCCURRENCE_CLIENT);
    if (strcmp(entry->kind, "http.request") != 0 ||
        strncmp(entry->actor, OCCURRENCE_CLIENT, len) != 0)
        return false;
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    struct request_view line = {
        .method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "method")),
        .path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "path")),
        .client = entry->actor + len,
    };
    bool matches = line.method && request_meets(occurrence, entry, &line);
    if (!matches && !occurrence->undecided && line.method && line.path)
        occurrence_pass(occurrence, mem_printf_dup("%s %s", line.method, line.path));
    cJSON_Delete(data);
    return matches;
}

/* ---- webhooks ---- */

static bool webhook_check(struct scenario_load *load, const struct doc_node *map)
{
    const struct doc_node *status = doc_get(map, "status");
    if (status && strcmp(fields_str(map, "result", "answered"), "answered") != 0) {
        doc_fail(load->doc, status, load->diags, NULL,
                 "only a webhook that was answered has a status, this one is waited for until it "
                 "is \"%s\"",
                 fields_str(map, "result", ""));
        return false;
    }
    return interp_check(load, doc_get(map, "webhook"));
}

static void webhook_read(struct occurrence *occurrence, const struct doc_node *map)
{
    const char *result = fields_str(map, "result", "answered");
    char status[24] = "";
    occurrence->name = interp_dup(&occurrence->run->interp, fields_str(map, "webhook", ""));
    occurrence->result = mem_printf_dup("webhook.%s", result);
    occurrence->status = fields_int(map, "status", 0);
    if (occurrence->status)
        snprintf(status, sizeof status, " with %lld", (long long)occurrence->status);
    occurrence->subject = mem_printf_dup("webhook of %s %s%s", occurrence->name, result, status);
}

static bool webhook_matches(struct occurrence *occurrence, const struct journal_entry *entry)
{
    static const char prefix[] = "webhook.";
    if (strncmp(entry->kind, prefix, sizeof prefix - 1) != 0)
        return false;
    cJSON *json = cJSON_ParseWithLength(entry->data, entry->data_len);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "event"));
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(json, "status");
    const char *result = entry->kind + sizeof prefix - 1;
    bool delivery = name && cJSON_GetObjectItemCaseSensitive(json, "delivery");
    bool matches = delivery && strcmp(name, occurrence->name) == 0 &&
                   strcmp(entry->kind, occurrence->result) == 0 &&
                   (!occurrence->status || (status && status->valueint == occurrence->status));
    const char *reason = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "reason"));
    if (delivery && !matches && status)
        occurrence_pass(occurrence,
                        mem_printf_dup("%s %s with %d", name, result, status->valueint));
    else if (delivery && !matches)
        occurrence_pass(occurrence, mem_printf_dup("%s %s%s%s", name, result, reason ? ": " : "",
                                                   reason ? reason : ""));
    cJSON_Delete(json);
    return matches;
}

static const struct occurrence_kind kinds[] = {
    {
        .field = "request",
        .keys = {"from", "with"},
        .answered = true,
        .none = "no request of a client",
        .others = {"other request", "other requests"},
        .check = request_check,
        .read = request_read,
        .matches = request_matches,
    },
    {
        .field = "event",
        .keys = {"data", "device"},
        .none = "no event",
        .others = {"other event", "other events"},
        .check = event_check,
        .read = event_read,
        .matches = event_matches,
    },
    {
        .field = "webhook",
        .keys = {"result", "status"},
        .none = "no news of a webhook",
        .others = {"piece of news of webhooks", "pieces of news of webhooks"},
        .check = webhook_check,
        .read = webhook_read,
        .matches = webhook_matches,
    },
};

static const struct occurrence_kind *kind_of(const struct doc_node *map)
{
    size_t i = 0;
    while (i < sizeof kinds / sizeof *kinds && !doc_get(map, kinds[i].field))
        i++;
    return i < sizeof kinds / sizeof *kinds ? &kinds[i] : NULL;
}

bool occurrence_is_waited_for(const struct doc_node *map)
{
    return kind_of(map) != NULL;
}

static bool has_key(const struct occurrence_kind *kind, const char *name)
{
    for (const char *const *key = kind->keys; *key; key++)
        if (strcmp(*key, name) == 0)
            return true;
    return false;
}

bool occurrence_check(struct scenario_load *load, const struct doc_node *map)
{
    const struct occurrence_kind *kind = kind_of(map);
    for (size_t i = 0; i < map->count; i++) {
        const struct doc_node *key = map->pairs[i].key;
        if (strcmp(key->text, kind->field) == 0 || strcmp(key->text, "within") == 0 ||
            has_key(kind, key->text))
            continue;
        doc_fail(load->doc, key, load->diags, NULL, "\"%s\" doesn't go with \"%s\"", key->text,
                 kind->field);
        return false;
    }
    return kind->check(load, map);
}

bool occurrence_check_stray(struct scenario_load *load, const struct doc_node *map)
{
    bool stray = false;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (const char *const *name = kinds[k].keys; *name; name++) {
            const struct doc_node *key = doc_get_key(map, *name);
            if (!key || strcmp(*name, "device") == 0) /* that is waited for by itself, too */
                continue;
            doc_fail(load->doc, key, load->diags, NULL, "\"%s\" belongs to \"%s\"", *name,
                     kinds[k].field);
            stray = true;
        }
    return !stray;
}

struct occurrence *occurrence_new(struct scenario_run *run, const struct doc_node *map)
{
    struct occurrence *occurrence = mem_new(sizeof *occurrence);
    occurrence->kind = kind_of(map);
    occurrence->run = run;
    occurrence->kind->read(occurrence, map);
    const uint64_t *taken = map_get(&run->taken, occurrence->subject);
    occurrence->at = taken ? *taken + 1 : 1;
    occurrence->again = taken;
    return occurrence;
}

void occurrence_free(struct occurrence *occurrence)
{
    if (!occurrence)
        return;
    free(occurrence->name);
    free(occurrence->data);
    free(occurrence->result);
    request_filter_free(occurrence->filter);
    doc_unref(occurrence->filter_doc);
    free(occurrence->subject);
    free(occurrence->last);
    free(occurrence);
}

static bool occurrence_is_complete(const struct occurrence *occurrence,
                                   const struct journal_entry *entry)
{
    return !occurrence->kind->answered ||
           (entry->cause == occurrence->found && strcmp(entry->kind, "http.reply") == 0);
}

bool occurrence_met(struct occurrence *occurrence)
{
    const struct journal *journal = occurrence->run->world->sim.journal;
    for (; !occurrence->met && occurrence->at < journal_next(journal); occurrence->at++) {
        const struct journal_entry *entry = journal_get(journal, occurrence->at);
        if (!entry) {
            occurrence->lost = true;
            return false;
        }
        if (!occurrence->found && occurrence->kind->matches(occurrence, entry))
            occurrence->found = entry->n;
        if (occurrence->undecided) {
            occurrence->undecided = false;
            return false; /* it is looked at again */
        }
        occurrence->met = occurrence->found && occurrence_is_complete(occurrence, entry);
    }
    return occurrence->met;
}

bool occurrence_lost(const struct occurrence *occurrence)
{
    return occurrence->lost;
}

void occurrence_take(struct occurrence *occurrence)
{
    uint64_t *taken = mem_new(sizeof *taken);
    *taken = occurrence->found;
    free(map_put(&occurrence->run->taken, occurrence->subject, taken));
}

char *occurrence_subject_dup(const struct occurrence *occurrence)
{
    if (occurrence->kind->answered && strncmp(occurrence->subject, "any", 3) == 0 &&
        occurrence->subject[3] != ' ')
        return mem_printf_dup("request%s", occurrence->subject + strlen("any"));
    return mem_dup(occurrence->subject);
}

char *occurrence_actual_dup(const struct occurrence *occurrence)
{
    if (occurrence->found)
        return mem_printf_dup("it came (#%llu), and has not been answered yet",
                              (unsigned long long)occurrence->found);
    if (!occurrence->seen)
        return mem_printf_dup("%s %s", occurrence->kind->none,
                              occurrence->again ? "since the last one that was waited for"
                                                : "has come");
    return mem_printf_dup("%zu %s, the last one %s", occurrence->seen,
                          occurrence->kind->others[occurrence->seen > 1], occurrence->last);
}
