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
    const char *from; /* the client's name; NULL: any client */
    char *method;     /* NULL: any request */
    char *path;
    char *subject;
    uint64_t at;    /* the next entry to look at */
    uint64_t found; /* the request; 0: not yet */
    bool answered;
    bool lost;
    size_t seen; /* requests of clients that did not match */
    char *last;  /* the last of them */
};

bool occurrence_check(struct load *load, const struct doc_node *map)
{
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

struct occurrence *occurrence_new(struct scenario_run *run, const struct doc_node *map)
{
    struct occurrence *occurrence = mem_new(sizeof *occurrence);
    char *line = interp_dup(&run->interp, fields_str(map, "request", ""));
    char *space = strchr(line, ' ');
    occurrence->run = run;
    occurrence->from = fields_str(map, "from", NULL);
    occurrence->subject =
        occurrence->from ? mem_printf_dup("%s from %s", line, occurrence->from) : mem_dup(line);
    if (space) {
        occurrence->method = mem_dup_n(line, (size_t)(space - line));
        occurrence->path = mem_dup(space + 1);
    }
    const uint64_t *taken = map_get(&run->taken, occurrence->subject);
    occurrence->at = taken ? *taken + 1 : 1;
    free(line);
    return occurrence;
}

void occurrence_free(struct occurrence *occurrence)
{
    if (!occurrence)
        return;
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

/* Remembers a request that is another one, for the message. */
static void occurrence_pass(struct occurrence *occurrence, const char *method, const char *path)
{
    occurrence->seen++;
    free(occurrence->last);
    occurrence->last = mem_printf_dup("%s %s", method, path);
}

static bool occurrence_matches(struct occurrence *occurrence, const struct journal_entry *entry)
{
    if (strcmp(entry->kind, "http.request") != 0 || !occurrence_is_of(occurrence, entry->actor))
        return false;
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    const char *method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "method"));
    const char *path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "path"));
    bool matches = method && path &&
                   (!occurrence->method || (strcmp(method, occurrence->method) == 0 &&
                                            strcmp(path, occurrence->path) == 0));
    if (!matches && method && path)
        occurrence_pass(occurrence, method, path);
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
        if (!occurrence->found)
            occurrence->found = occurrence_matches(occurrence, entry) ? entry->n : 0;
        else
            occurrence->answered =
                entry->cause == occurrence->found && strcmp(entry->kind, "http.reply") == 0;
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
    if (!occurrence->method)
        return mem_printf_dup("request%s", occurrence->subject + strlen("any"));
    return mem_dup(occurrence->subject);
}

char *occurrence_actual_dup(const struct occurrence *occurrence)
{
    if (occurrence->found)
        return mem_printf_dup("it came (#%llu), and has not been answered yet",
                              (unsigned long long)occurrence->found);
    if (!occurrence->seen)
        return mem_dup("no request of a client since the last one that was waited for");
    return mem_printf_dup("%zu other request%s, the last one %s", occurrence->seen,
                          occurrence->seen == 1 ? "" : "s", occurrence->last);
}
