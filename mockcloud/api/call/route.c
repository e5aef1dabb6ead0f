/* Finding the row of a request. See route.h. */
#include "api/call/route.h"

#include "api/call/core.h"
#include "base/mem.h"

#include <string.h>
#include <strings.h>

/* A row of the index: all rows in order, with what rules most of them out at a glance: the second
 * word of their path, which is seldom a parameter. */
struct route_entry {
    const struct route *route;
    uint32_t second; /* a hash; 0: any */
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

/* The methods that the path has, as a list for Allow; NULL: none. */
static const char *route_methods(struct call *call)
{
    struct buf allow;
    buf_init(&allow, 200);
    for (const struct route_entry *entry = call->api->routes; entry->route; entry++)
        if (route_matches(entry->route, call))
            allow_add(&allow, entry->route->method);
    const char *list = allow.len ? arena_text(&call->arena, buf_str(&allow), allow.len) : NULL;
    buf_free(&allow);
    return list;
}

/* ---- the index ---- */

static uint32_t word_hash(const char *word, size_t len)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (unsigned char)word[i]) * 16777619u;
    return hash | 1;
}

static uint32_t second_of(const char *path)
{
    const char *word = strchr(path + 1, '/');
    if (!word || word[1] == ':' || word[1] == '*')
        return 0;
    return word_hash(word + 1, strcspn(word + 1, "/"));
}

struct route_entry *route_index_new(const struct route_table *const *tables, size_t count)
{
    size_t rows = 0, at = 0;
    for (size_t t = 0; t < count; t++)
        rows += tables[t]->count;
    struct route_entry *index = mem_new_array(rows + 1, sizeof *index); /* the last has no route */
    for (size_t t = 0; t < count; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const struct route *route = &tables[t]->rows[i];
            index[at++] = (struct route_entry){route, second_of(route->path)};
        }
    return index;
}

const struct route *route_find(struct call *call, const char **ret_allow)
{
    const char *method = call->request->method;
    uint32_t second =
        call->segment_count > 1 ? word_hash(call->segments[1], strlen(call->segments[1])) : 0;
    if (strcmp(method, "HEAD") == 0)
        method = "GET";
    for (const struct route_entry *entry = call->api->routes; entry->route; entry++)
        if ((!entry->second || entry->second == second) && method_is(entry->route, method) &&
            route_matches(entry->route, call))
            return entry->route;
    *ret_allow = route_methods(call);
    return NULL;
}
