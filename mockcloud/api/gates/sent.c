/*
 * See sent.h. Owns the walk over the requests that were sent and what is said of them. A request is
 * read anew from the exchange log, by the decoder that has read it when it came; who sent it, and
 * when, is in the journal.
 */
#include "api/gates/sent.h"

#include "api/gates/call_view.h"
#include "base/headers.h"
#include "base/mem.h"

#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "sim/exchanges.h"

#include <stdlib.h>
#include <string.h>

#define SENT_TEXT_MAX 16384
#define SENT_NEAREST  3 /* requests that are shown in a failure */
#define SENT_HEADERS  200

static const struct field times_fields[] = {
    {.name = "min", .type = FIELD_INT, .min = 0, .max = 1000000, .text = "At least so many."},
    {.name = "max", .type = FIELD_INT, .min = 0, .max = 1000000, .text = "At most so many."},
    {0},
};

static const struct field spaced_fields[] = {
    {.name = "min",
     .type = FIELD_WAIT,
     .required = true,
     .text = "At least so long between one and the next: 1s real."},
    {0},
};

const struct field api_sent_fields[] = {
    REQUEST_FILTER_FIELDS,
    {.name = "times",
     .type = FIELD_ANY,
     .text = "How many such requests there are: a number (0: never), or {min, max}. At least one."},
    {.name = "spaced",
     .type = FIELD_OBJECT,
     .fields = spaced_fields,
     .text = "How far apart they are."},
    {.name = "before",
     .type = FIELD_STRING,
     .text = "All of them came before the first request of this pattern."},
    {.name = "after",
     .type = FIELD_STRING,
     .text = "All of them came after the first request of this pattern, which has come."},
    {.name = "since",
     .type = FIELD_STRING,
     .text =
         "From when on is counted: start (the default), or the moment of this name: the `as` of "
         "a hold, a fault, or any step."},
    {0},
};

/* ---- checking ---- */

static bool check_times(const struct compare_check *check, const struct doc_node *times)
{
    int64_t number;
    if (!times || (doc_as_int(times, &number) && number >= 0))
        return true;
    if (times->kind == DOC_MAP)
        return fields_check(check->doc, times, times_fields, check->diags);
    char *found = fields_found_dup(times);
    doc_fail(check->doc, times, check->diags, NULL, "expected a number or {min, max}, found %s",
             found);
    free(found);
    return false;
}

static bool check_pattern(const struct compare_check *check, const struct doc_node *map,
                          const char *key)
{
    const struct doc_node *pattern = doc_get(map, key);
    struct doc_pair pair = {NULL, (struct doc_node *)(uintptr_t)pattern};
    struct doc_node name = {.kind = DOC_SCALAR, .text = "request"};
    struct doc_node alone = {.kind = DOC_MAP, .count = 1, .pairs = &pair};
    pair.key = &name;
    return !pattern || request_filter_check(check, &alone, true);
}

bool api_sent_check(const struct compare_check *check, const struct doc_node *map)
{
    bool ok = request_filter_check(check, map, true) & check_times(check, doc_get(map, "times"));
    ok &= check_pattern(check, map, "before") & check_pattern(check, map, "after");
    if (doc_get(map, "request"))
        return ok;
    doc_fail(check->doc, map, check->diags, NULL,
             "which requests were sent? Add \"request\", like POST /v1/devices, or any");
    return false;
}

/* ---- a request, read anew ---- */

static size_t read_headers(const struct exchange_message *message,
                           struct api_header headers[SENT_HEADERS])
{
    size_t count = 0, at = 0;
    while (count < SENT_HEADERS && headers_next(message->headers, message->headers_len, &at,
                                                &headers[count].name, &headers[count].value))
        count++;
    return count;
}

/* The token that it shows, if the cloud still knows it. */
static const struct token *shown_token(const struct call *call)
{
    const char *text = call->authorization && strncmp(call->authorization, "Bearer ", 7) == 0
                           ? call->authorization + 7
                           : args_get(&call->query, "access_token");
    text = text ? text : args_get(&call->form, "access_token");
    return text ? map_get(&call->world->cloud->tokens, text) : NULL;
}

/* What `asked` says of the request of a record, as a call that nobody answers. */
static bool ask_record(struct api *api, struct world *world, const struct journal_entry *entry,
                       const struct exchange_record *record, const struct request_filter *filter,
                       struct compare_diff *ret_diff)
{
    struct api_header headers[SENT_HEADERS];
    struct api_reply reply = {.status = record->status};
    struct api_request request = {
        .method = record->method,
        .target = record->target,
        .headers = headers,
        .header_count = read_headers(&record->request, headers),
        .body = record->request.body,
        .body_len = record->request.kept,
        .actor = entry->actor,
    };
    struct call *call = mem_new(sizeof *call);
    arena_init(&call->arena);
    call->api = api;
    call->world = world;
    call->request = &request;
    call->reply = &reply;
    if (call_decode_target(call, record->target)) {
        call_read_headers(call);
        (void)(call_world_by_prefix(call) && call_decode_body(call));
        call->world = world;
    }
    reply.status = record->status; /* forgets the reply that decoding may have made */
    call->token = shown_token(call);
    struct call_view view = call_view_of(call, true);
    bool meets = request_filter_meets(filter, &view.view, ret_diff);
    cJSON_Delete(call->json);
    arena_free(&call->arena);
    buf_free(&reply.body);
    buf_free(&reply.headers);
    free(call);
    return meets;
}

/* ---- the walk ---- */

struct walk {
    struct api *api;
    struct world *world;
    const struct doc_node *map;
    struct request_filter *filter, *before, *after; /* the last two: NULL when nobody asks */
    bool needs_log;                                 /* what is asked is not in the journal alone */
    int64_t spaced_ms;
    bool spaced_virtual;
    /* found */
    int64_t count;
    int64_t last_at; /* of the last match, on the clock of `spaced`; -1: none */
    bool other_came; /* the first request of `before`, or of `after` */
    size_t shown;
    struct buf wrong;   /* the first thing that is wrong with a match */
    struct buf nearest; /* requests that did not match … */
    struct buf matches; /* … and that did */
};

static struct request_filter *pattern_filter(const char *pattern, struct doc_node *ret_map,
                                             struct doc_pair *ret_pair,
                                             struct doc_node ret_nodes[2])
{
    if (!pattern)
        return NULL;
    ret_nodes[0] = (struct doc_node){.kind = DOC_SCALAR, .text = "request"};
    ret_nodes[1] = (struct doc_node){.kind = DOC_SCALAR, .text = pattern};
    *ret_pair = (struct doc_pair){&ret_nodes[0], &ret_nodes[1]};
    *ret_map = (struct doc_node){.kind = DOC_MAP, .count = 1, .pairs = ret_pair};
    return request_filter_new(ret_map);
}

static void wrong(struct walk *walk, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void wrong(struct walk *walk, const char *format, ...)
{
    va_list args;
    if (walk->wrong.len)
        return;
    va_start(args, format);
    buf_vprintf(&walk->wrong, format, args);
    va_end(args);
}

static void take_match(struct walk *walk, const struct journal_entry *entry)
{
    const struct journal *journal = walk->world->sim.journal;
    int64_t at = walk->spaced_virtual ? entry->at_ms : journal_real_ms(journal, entry->n);
    walk->count++;
    if (walk->spaced_ms >= 0 && walk->last_at >= 0 && at - walk->last_at < walk->spaced_ms)
        wrong(walk, "#%llu came %lldms after the one before it", (unsigned long long)entry->n,
              (long long)(at - walk->last_at));
    if (walk->before && walk->other_came)
        wrong(walk, "#%llu came behind the first %s", (unsigned long long)entry->n,
              fields_str(walk->map, "before", ""));
    if (walk->after && !walk->other_came)
        wrong(walk, "#%llu came when no %s had come", (unsigned long long)entry->n,
              fields_str(walk->map, "after", ""));
    walk->last_at = at;
    if (walk->count <= SENT_NEAREST)
        buf_printf(&walk->matches, " #%llu", (unsigned long long)entry->n);
}

static void take_other(struct walk *walk, const struct journal_entry *entry, const char *method,
                       const char *path, const struct compare_diff *diff)
{
    if (walk->shown++ >= SENT_NEAREST)
        return;
    buf_printf(&walk->nearest, "\n#%llu %s %s %s", (unsigned long long)entry->n, entry->actor,
               method, path);
    if (diff->path)
        buf_printf(&walk->nearest, ": %s: expected %s, found %s", diff->path, diff->expected,
                   diff->actual);
}

/* Whether the request is one; what only the log can tell is asked there. */
static bool is_match(struct walk *walk, const struct journal_entry *entry,
                     const struct request_view *line, struct compare_diff *ret_diff)
{
    if (!request_filter_meets_line(walk->filter, line))
        return false;
    if (!walk->needs_log)
        return true;
    const struct exchange_record *record = exchanges_find(walk->world->sim.exchanges, entry->n);
    if (record)
        return ask_record(walk->api, walk->world, entry, record, walk->filter, ret_diff);
    wrong(walk, "what #%llu had besides its line has fallen out of the exchange log",
          (unsigned long long)entry->n);
    return false;
}

static void look(struct walk *walk, const struct journal_entry *entry)
{
    static const char prefix[] = "client:";
    if (strcmp(entry->kind, "http.request") != 0 ||
        strncmp(entry->actor, prefix, sizeof prefix - 1) != 0)
        return;
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    struct request_view line = {
        .method = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "method")),
        .path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, "path")),
        .client = entry->actor + sizeof prefix - 1,
    };
    struct compare_diff diff = {0};
    const struct request_filter *other = walk->before ? walk->before : walk->after;
    if (is_match(walk, entry, &line, &diff))
        take_match(walk, entry);
    else if (line.method && line.path)
        take_other(walk, entry, line.method, line.path, &diff);
    if (other && request_filter_meets_line(other, &line))
        walk->other_came = true;
    compare_diff_free(&diff);
    cJSON_Delete(data);
}

/* What has a name in the journal: the setting of a hold or a fault, a step of a scenario. */
static const struct {
    const char *kind, *key;
} moments[] = {{"hold.set", "hold"}, {"fault.set", "fault"}, {"step.named", "step"}};

static bool is_moment(const struct journal_entry *entry, const char *name)
{
    bool is = false;
    for (size_t i = 0; i < sizeof moments / sizeof *moments && !is; i++) {
        if (strcmp(entry->kind, moments[i].kind) != 0)
            continue;
        cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
        const char *text =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, moments[i].key));
        is = text && strcmp(text, name) == 0;
        cJSON_Delete(data);
    }
    return is;
}

/* The entry from which on is counted, the newest of its name; 0: there is none. */
static uint64_t since(const struct walk *walk)
{
    const struct journal *journal = walk->world->sim.journal;
    const char *name = fields_str(walk->map, "since", "start");
    if (strcmp(name, "start") == 0)
        return 1;
    for (uint64_t n = journal_next(journal); n-- > journal_first(journal);)
        if (is_moment(journal_get(journal, n), name))
            return n;
    return 0;
}

static void walk_all(struct walk *walk)
{
    const struct journal *journal = walk->world->sim.journal;
    uint64_t from = since(walk);
    if (!from) {
        wrong(walk, "no hold, fault or step is called \"%s\"", fields_str(walk->map, "since", ""));
        return;
    }
    if (from < journal_first(journal))
        wrong(walk, "entries before #%llu have fallen out of the journal",
              (unsigned long long)journal_first(journal));
    from = from < journal_first(journal) ? journal_first(journal) : from;
    for (uint64_t n = from; n < journal_next(journal); n++)
        look(walk, journal_get(journal, n));
}

/* ---- the verdict ---- */

static void read_times(const struct doc_node *times, int64_t *ret_min, int64_t *ret_max)
{
    *ret_min = 1;
    *ret_max = INT64_MAX;
    if (times && times->kind == DOC_MAP) {
        *ret_min = fields_int(times, "min", 0);
        *ret_max = fields_int(times, "max", INT64_MAX);
    } else if (times && doc_as_int(times, ret_min)) {
        *ret_max = *ret_min;
    }
}

static void judge(struct walk *walk)
{
    int64_t min, max;
    read_times(doc_get(walk->map, "times"), &min, &max);
    if (walk->count < min)
        wrong(walk, "%lld such requests were sent, at least %lld expected", (long long)walk->count,
              (long long)min);
    if (walk->count > max)
        wrong(walk, "%lld such requests were sent, at most %lld expected:%s%s",
              (long long)walk->count, (long long)max, buf_str(&walk->matches),
              walk->count > SENT_NEAREST ? " …" : "");
    if (walk->after && walk->count && !walk->other_came)
        wrong(walk, "no %s was sent", fields_str(walk->map, "after", ""));
    if (walk->wrong.len && walk->nearest.len && walk->count < min)
        buf_printf(&walk->wrong, "; the others:%s", buf_str(&walk->nearest));
    else if (walk->wrong.len && !walk->count)
        buf_add_str(&walk->wrong, "; no client has sent anything");
}

struct sent sent_ask(struct api *api, struct world *world, const struct doc_node *map)
{
    struct doc_node maps[2], nodes[2][2];
    struct doc_pair pairs[2];
    struct walk walk = {
        .api = api,
        .world = world,
        .map = map,
        .filter = request_filter_new(map),
        .before = pattern_filter(fields_str(map, "before", NULL), &maps[0], &pairs[0], nodes[0]),
        .after = pattern_filter(fields_str(map, "after", NULL), &maps[1], &pairs[1], nodes[1]),
        .needs_log = doc_get(map, "with"),
        .spaced_ms = -1,
        .last_at = -1,
    };
    const struct doc_node *spaced = doc_get(map, "spaced");
    if (spaced)
        (void)fields_parse_wait(fields_str(spaced, "min", ""), &walk.spaced_ms,
                                &walk.spaced_virtual);
    buf_init(&walk.wrong, SENT_TEXT_MAX);
    buf_init(&walk.nearest, SENT_TEXT_MAX / 2);
    buf_init(&walk.matches, SENT_TEXT_MAX / 2);
    walk_all(&walk);
    judge(&walk);
    request_filter_free(walk.filter);
    request_filter_free(walk.before);
    request_filter_free(walk.after);
    buf_free(&walk.nearest);
    buf_free(&walk.matches);
    return (struct sent){.passed = !walk.wrong.len, .count = walk.count, .text = walk.wrong};
}

bool api_request_meets(struct api *api, struct world *world, uint64_t n,
                       const struct request_filter *filter)
{
    const struct journal_entry *entry = journal_get(world->sim.journal, n);
    const struct exchange_record *record = exchanges_find(world->sim.exchanges, n);
    return entry && record && ask_record(api, world, entry, record, filter, NULL);
}
