/* See occurrence.h. Owns how entries are matched and counted as taken. Reads the journal only. */
#include "scenario/occurrence.h"

#include "base/fields.h"
#include "base/mem.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define OCCURRENCE_CLIENT "client:"

struct occurrence {
    struct scenario_run *run;
    char *event;        /* the name of the event; NULL: it is about a request */
    char *data;         /* of the event; NULL: any */
    const char *coreid; /* the device's id; NULL: anybody's event */
    const char *from;   /* the client's name; NULL: any client */
    char *method;       /* NULL: any request */
    char *path;
    char *subject;
    uint64_t at;    /* the next entry to look at */
    uint64_t found; /* the request or event; 0: not yet */
    bool answered;
    bool lost;
    size_t seen; /* requests of clients, or events, that did not match */
    char *last;  /* the last of them */
};

static bool occurrence_check_event(struct load *load, const struct doc_node *map)
{
    const struct doc_node *data = doc_get(map, "data"), *device = doc_get(map, "device");
    bool ok = interp_check(load, doc_get(map, "event"));
    if (data)
        ok &= interp_check(load, data);
    return (!device || load_check_device(load, device)) && ok;
}

bool occurrence_check(struct load *load, const struct doc_node *map)
{
    if (doc_get(map, "event"))
        return occurrence_check_event(load, map);
    const struct doc_node *request = doc_get(map, "request");
    const struct doc_node *from = doc_get(map, "from");
    size_t method = strspn(request->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    bool line = method && request->text[method] == ' ' &&
                (request->text[method + 1] == '/' || request->text[method + 1] == '$');
    if (!line && strcmp(request->text, "any") != 0) {
        doc_fail(load->doc, request, load->diags, NULL,
                 "expected a method and a path like \"POST /v1/devices\", or any, found \"%s\"",
                 request->text);
        return false;
    }
    if (load->scenario->client_count == 0) {
        doc_fail(load->doc, request, load->diags, NULL,
                 "no client is there that could send a request: add \"clients\"");
        return false;
    }
    return interp_check(load, request) && (!from || load_check_client(load, from));
}

static void occurrence_of_event(struct occurrence *occurrence, const struct doc_node *map)
{
    struct scenario_run *run = occurrence->run;
    const char *data = fields_str(map, "data", NULL), *device = fields_str(map, "device", NULL);
    occurrence->event = interp_dup(&run->interp, fields_str(map, "event", ""));
    occurrence->data = data ? interp_dup(&run->interp, data) : NULL;
    occurrence->coreid = device ? run_device(run, device)->id : NULL;
    occurrence->subject =
        mem_printf_dup("event %s%s%s%s%s", occurrence->event, data ? " with data " : "",
                       data ? occurrence->data : "", device ? " of " : "", device ? device : "");
}

static void occurrence_of_request(struct occurrence *occurrence, const struct doc_node *map)
{
    struct scenario_run *run = occurrence->run;
    char *line = interp_dup(&run->interp, fields_str(map, "request", ""));
    char *space = strchr(line, ' ');
    occurrence->from = fields_str(map, "from", NULL);
    occurrence->subject =
        occurrence->from ? mem_printf_dup("%s from %s", line, occurrence->from) : mem_dup(line);
    if (space) {
        occurrence->method = mem_dup_n(line, (size_t)(space - line));
        occurrence->path = mem_dup(space + 1);
    }
    free(line);
}

struct occurrence *occurrence_new(struct scenario_run *run, const struct doc_node *map)
{
    struct occurrence *occurrence = mem_new(sizeof *occurrence);
    occurrence->run = run;
    if (doc_get(map, "event"))
        occurrence_of_event(occurrence, map);
    else
        occurrence_of_request(occurrence, map);
    const uint64_t *taken = map_get(&run->taken, occurrence->subject);
    occurrence->at = taken ? *taken + 1 : 1;
    return occurrence;
}

void occurrence_free(struct occurrence *occurrence)
{
    if (!occurrence)
        return;
    free(occurrence->event);
    free(occurrence->data);
    free(occurrence->method);
    free(occurrence->path);
    free(occurrence->subject);
    free(occurrence->last);
    free(occurrence);
}

static bool occurrence_is_of(const struct occurrence *occurrence, const char *actor)
{
    size_t len = strlen(OCCURRENCE_CLIENT);
    return strncmp(actor, OCCURRENCE_CLIENT, len) == 0 &&
           (!occurrence->from || strcmp(actor + len, occurrence->from) == 0);
}

/* Remembers a request or an event that is another one, for the message; takes `what`. */
static void occurrence_pass(struct occurrence *occurrence, char *what)
{
    occurrence->seen++;
    free(occurrence->last);
    occurrence->last = what;
}

static bool occurrence_matches_event(struct occurrence *occurrence,
                                     const struct journal_entry *entry)
{
    if (strcmp(entry->kind, "event.published") != 0)
        return false;
    cJSON *json = cJSON_ParseWithLength(entry->data, entry->data_len);
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "name"));
    const char *data = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "data"));
    const char *coreid = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "coreid"));
    bool matches = name && strcmp(name, occurrence->event) == 0 &&
                   (!occurrence->data || (data && strcmp(data, occurrence->data) == 0)) &&
                   (!occurrence->coreid || (coreid && strcmp(coreid, occurrence->coreid) == 0));
    if (!matches && name)
        occurrence_pass(occurrence, mem_printf_dup("%s with data %s", name, data ? data : "null"));
    cJSON_Delete(json);
    return matches;
}

static bool occurrence_matches(struct occurrence *occurrence, const struct journal_entry *entry)
{
    if (occurrence->event)
        return occurrence_matches_event(occurrence, entry);
    if (strcmp(entry->kind, "http.request") != 0 || !occurrence_is_of(occurrence, entry->actor))
        return false;
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    const char *method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "method"));
    const char *path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "path"));
    bool matches = method && path &&
                   (!occurrence->method || (strcmp(method, occurrence->method) == 0 &&
                                            strcmp(path, occurrence->path) == 0));
    if (!matches && method && path)
        occurrence_pass(occurrence, mem_printf_dup("%s %s", method, path));
    cJSON_Delete(data);
    return matches;
}

bool occurrence_met(struct occurrence *occurrence)
{
    const struct journal *journal = occurrence->run->world->sim.journal;
    for (; !occurrence->answered && occurrence->at < journal_next(journal); occurrence->at++) {
        const struct journal_entry *entry = journal_get(journal, occurrence->at);
        if (!entry) {
            occurrence->lost = true;
            return false;
        }
        if (!occurrence->found) {
            occurrence->found = occurrence_matches(occurrence, entry) ? entry->n : 0;
            occurrence->answered = occurrence->found && occurrence->event;
        } else {
            occurrence->answered =
                entry->cause == occurrence->found && strcmp(entry->kind, "http.reply") == 0;
        }
    }
    return occurrence->answered;
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
    if (!occurrence->event && !occurrence->method)
        return mem_printf_dup("request%s", occurrence->subject + strlen("any"));
    return mem_dup(occurrence->subject);
}

static char *occurrence_seen_events_dup(const struct occurrence *occurrence)
{
    if (!occurrence->seen)
        return mem_dup("no event since the last one that was waited for");
    return mem_printf_dup("%zu other event%s, the last one %s", occurrence->seen,
                          occurrence->seen == 1 ? "" : "s", occurrence->last);
}

char *occurrence_actual_dup(const struct occurrence *occurrence)
{
    if (occurrence->found)
        return mem_printf_dup("it came (#%llu), and has not been answered yet",
                              (unsigned long long)occurrence->found);
    if (occurrence->event)
        return occurrence_seen_events_dup(occurrence);
    if (!occurrence->seen)
        return mem_dup("no request of a client since the last one that was waited for");
    return mem_printf_dup("%zu other request%s, the last one %s", occurrence->seen,
                          occurrence->seen == 1 ? "" : "s", occurrence->last);
}
