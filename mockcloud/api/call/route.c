/* Finding the row of a request. See route.h. */
#include "api/call/route.h"

#include "api/call/core.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define INDEX_WORDS                                                                                \
    4 /* the first words of a path are compared by hash; behind them few rows are left */
#define INDEX_COUNTS 9 /* paths of 0 to 7 segments have a list each; longer ones share the last */

/* A row of the index, with what rules it out at a glance. */
struct route_entry {
    const struct route *route;
    uint32_t words[INDEX_WORDS]; /* hashes; 0: a parameter, or none */
    uint32_t segments;           /* of the path; 0: any number, the path ends with a rest */
};

/* For each number of segments the rows that may fit, in the order of the tables; each list ends
 * with an entry without a route. */
struct route_index {
    struct route_entry *entries; /* of all lists */
    const struct route_entry *first[INDEX_COUNTS];
};

/* A last segment *name: one segment or more, joined again, are one parameter. */
static bool route_rest(struct call *call, size_t from, size_t params)
{
    struct buf rest;
    if (from >= call->segment_count || call->segment_count > CALL_SEGMENTS ||
        params == CALL_PARAMS || !*call->segments[from])
        return false;
    buf_init(&rest, API_BODY_MAX);
    for (size_t i = from; i < call->segment_count; i++) {
        if (i > from)
            buf_add_char(&rest, '/');
        buf_add_str(&rest, call->segments[i]);
    }
    call->params[params] = arena_text(&call->arena, buf_str(&rest), rest.len);
    buf_free(&rest);
    return true;
}

/* Whether the call's segments fit the pattern; fills the parameters on the way. */
static bool route_matches(const struct route *route, struct call *call)
{
    const char *at = route->path;
    size_t params = 0, i = 0;
    for (; *at == '/'; i++) {
        const char *word = ++at;
        if (*word == '*')
            return !word[1] || route_rest(call, i, params);
        if (i >= call->segment_count)
            return false;
        while (*at && *at != '/')
            at++;
        size_t len = (size_t)(at - word);
        const char *segment = call->segments[i];
        if (*word == ':') {
            if (!*segment || params == CALL_PARAMS)
                return false;
            call->params[params++] = segment;
        } else if (*segment != *word || strncmp(segment, word, len) != 0 || segment[len]) {
            return false;
        }
    }
    return i == call->segment_count;
}

static bool method_is(const struct route *route, const char *method)
{
    if (*route->method == '*')
        return strcmp(method, "OPTIONS") != 0;
    return *route->method == *method && strcmp(route->method, method) == 0;
}

static void allow_add(struct buf *allow, const char *method)
{
    if (strstr(buf_str(allow), method))
        return;
    if (allow->len)
        buf_add_str(allow, ", ");
    buf_add_str(allow, method);
}

/* ---- the index ---- */

static uint32_t word_hash(const char *word, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return hash | 1;
}

static size_t list_of(size_t segments)
{
    return segments < INDEX_COUNTS - 1 ? segments : INDEX_COUNTS - 1;
}

static struct route_entry entry_of(const struct route *route)
{
    struct route_entry entry = {.route = route};
    size_t count = 0;
    for (const char *at = route->path; *at == '/'; count++) {
        size_t len = strcspn(++at, "/");
        if (*at == '*')
            return entry;
        if (count < INDEX_WORDS && *at != ':')
            entry.words[count] = word_hash(at, len);
        at += len;
    }
    entry.segments = (uint32_t)count;
    return entry;
}

/* All rows in the order of the tables, behind them one without a route. Yours: free(). */
static struct route_entry *entries_new(const struct route_table *const *tables, size_t count,
                                       size_t *ret_rows, size_t *ret_rests)
{
    size_t rows = 0, rests = 0;
    for (size_t t = 0; t < count; t++)
        rows += tables[t]->count;
    struct route_entry *all = mem_new_array(rows + 1, sizeof *all), *at = all;
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t]->count; i++, at++) {
            *at = entry_of(&tables[t]->rows[i]);
            rests += !at->segments;
        }
    *ret_rows = rows;
    *ret_rests = rests;
    return all;
}

/* Adds the list of paths with that many segments; answers the place behind it. */
static struct route_entry *list_fill(struct route_entry *at, size_t list,
                                     const struct route_entry *all)
{
    for (; all->route; all++)
        if (!all->segments || list_of(all->segments) == list)
            *at++ = *all;
    at->route = NULL;
    return at + 1;
}

/* An index is made for each scenario, so it has to be cheap: each path is taken apart once, and its
 * row stands in one list, or, if it may be of any length, in all. */
struct route_index *route_index_new(const struct route_table *const *tables, size_t count)
{
    size_t rows, rests;
    struct route_entry *all = entries_new(tables, count, &rows, &rests);
    struct route_index *index = mem_new(sizeof *index);
    index->entries = mem_new_array(rows + INDEX_COUNTS * (rests + 1), sizeof *index->entries);
    struct route_entry *at = index->entries;
    for (size_t list = 0; list < INDEX_COUNTS; list++) {
        index->first[list] = at;
        at = list_fill(at, list, all);
    }
    free(all);
    return index;
}

void route_index_free(struct route_index *index)
{
    if (!index)
        return;
    free(index->entries);
    free(index);
}

static bool entry_fits(const struct route_entry *entry, const uint32_t words[INDEX_WORDS])
{
    for (size_t i = 0; i < INDEX_WORDS; i++)
        if (entry->words[i] && entry->words[i] != words[i])
            return false;
    return true;
}

/* The methods that the path has, as a list for Allow; NULL: none. */
static const char *route_methods(struct call *call)
{
    struct buf allow;
    buf_init(&allow, 200);
    const struct route_entry *entry = call->api->routes->first[list_of(call->segment_count)];
    for (; entry->route; entry++)
        if (route_matches(entry->route, call))
            allow_add(&allow, entry->route->method);
    const char *list = allow.len ? arena_text(&call->arena, buf_str(&allow), allow.len) : NULL;
    buf_free(&allow);
    return list;
}

const struct route *route_find(struct call *call, const char **ret_allow)
{
    const char *method = call->request->method;
    uint32_t words[INDEX_WORDS] = {0};
    for (size_t i = 0; i < INDEX_WORDS && i < call->segment_count; i++)
        words[i] = word_hash(call->segments[i], strlen(call->segments[i]));
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    const struct route_entry *entry = call->api->routes->first[list_of(call->segment_count)];
    for (; entry->route; entry++)
        if (entry_fits(entry, words) && method_is(entry->route, method) &&
            route_matches(entry->route, call))
            return entry->route;
    *ret_allow = route_methods(call);
    return NULL;
}
