/*
 * The control API: the journal, whole, in pages, as a view shows it, and followed.
 *
 * Two ways through it: from an entry on (`since`), and the last ones before an entry (`before`),
 * for whoever looks back. Both give entries in their order.
 */
#include "api/call/follow.h"
#include "api/call/journal_view.h"
#include "api/call/route.h"
#include "api/control/control.h"
#include "api/shape/shapes.h"
#include "base/timefmt.h"

#define JOURNAL_PAGE                                                                               \
    (32u << 20)            /* a longer journal is answered in parts: `next` says where to go on */
#define JOURNAL_LIMIT 1000 /* entries that can be asked for at a time */

/* What was asked for. */
struct asked {
    struct follow_how how;
    uint64_t since;  /* the first entry that is meant */
    uint64_t before; /* 0: not asked for */
    uint64_t limit;  /* 0: as many as there are */
};

static bool refuse(struct call *call, const char *code, const char *expected)
{
    reply_control_error(call, 400, code, "expected %s", expected);
    return false;
}

/* A number of the query from `least` to `most`; `fallback` without one. */
static bool read_number(struct call *call, const char *name, int64_t least, int64_t most,
                        uint64_t *number)
{
    int64_t given = call_int(call, name, INT64_MIN);
    if (!call_has(call, name))
        return true;
    if (given < least || given > most) {
        reply_control_error(call, 400, "bad-number", "expected a number from %lld to %lld for %s",
                            (long long)least, (long long)most, name);
        return false;
    }
    *number = (uint64_t)given;
    return true;
}

static bool read_every(struct call *call, int64_t *ret_every_ms)
{
    const char *given = args_get(&call->query, "every");
    *ret_every_ms = FOLLOW_EVERY_MS;
    if (!given)
        return true;
    return (timefmt_parse_duration(given, ret_every_ms) && *ret_every_ms >= FOLLOW_EVERY_MS &&
            *ret_every_ms <= FOLLOW_EVERY_MAX_MS) ||
           refuse(call, "bad-time", "a duration from 20ms to 10s for every");
}

static bool read_since(struct call *call, uint64_t *ret_since)
{
    int64_t since = call_int(call, "since", call_has(call, "since") ? INT64_MIN : 0);
    uint64_t first = journal_first(call->world->sim.journal);
    if (since == INT64_MIN)
        return refuse(call, "bad-number", "the number of an entry for since");
    *ret_since = since < 0 ? 1 : (uint64_t)since + 1;
    if (*ret_since < first)
        *ret_since = first;
    return true;
}

static bool read_asked(struct call *call, struct asked *ret_asked)
{
    return read_since(call, &ret_asked->since) && journal_view_read(call, &ret_asked->how.view) &&
           read_number(call, "before", 1, INT64_MAX, &ret_asked->before) &&
           read_number(call, "limit", 1, JOURNAL_LIMIT, &ret_asked->limit) &&
           read_number(call, "most", 1, JOURNAL_LIMIT, &ret_asked->how.most) &&
           read_every(call, &ret_asked->how.every_ms);
}

/* Goes back from `before` until `limit` entries are met: the number to begin at. */
static uint64_t begin_back(const struct journal *journal, const struct asked *asked)
{
    uint64_t n = asked->before, first = journal_first(journal), met = 0;
    uint64_t limit = asked->limit ? asked->limit : JOURNAL_LIMIT;
    while (n > first && met < limit)
        met += journal_view_meets(&asked->how.view, journal_get(journal, --n));
    return n;
}

/* The entries from `n` to before `end` that are meant; answers where it has stopped. */
static uint64_t write_entries(struct call *call, const struct asked *asked, uint64_t n,
                              uint64_t end)
{
    const struct journal *journal = call->world->sim.journal;
    uint64_t left = asked->limit ? asked->limit : UINT64_MAX;
    for (; n < end && left && call->reply->body.len < JOURNAL_PAGE; n++) {
        const struct journal_entry *entry = journal_get(journal, n);
        if (!journal_view_meets(&asked->how.view, entry))
            continue;
        journal_write(entry, &call->w);
        left--;
    }
    return n;
}

static void journal_get_route(struct call *call)
{
    struct asked asked = {0};
    if (!control_world_known(call) || !read_asked(call, &asked))
        return;
    if (call_flag(call, "follow")) {
        follow_journal(call, asked.since, &asked.how);
        return;
    }
    const struct journal *journal = call->world->sim.journal;
    uint64_t next = journal_next(journal), n = asked.since, end = next;
    if (asked.before) {
        asked.before = end = asked.before < next ? asked.before : next;
        n = begin_back(journal, &asked);
    }
    struct jsonw *w = reply_json(call, 200, NULL);
    jsonw_object(w);
    jsonw_key(w, "entries");
    jsonw_array(w);
    n = write_entries(call, &asked, n, end);
    jsonw_end_array(w);
    jsonw_key_int(w, "first", (int64_t)journal_first(journal));
    jsonw_key_int(w, "next", (int64_t)(n < next ? n : next));
    jsonw_end_object(w);
}

#define OURS NULL, PROVENANCE_DOCUMENTED, "mockcloud's own"

static const struct route rows[] = {
    {"GET", "/__mock/worlds/:world/journal", "control.journal", AUTH_CONTROL, journal_get_route,
     OURS, "entries with n > since; follow=true streams them",
     .params = PARAMS(
         {"since", PARAM_QUERY, PARAM_INT, false, "entries with a greater number"},
         {"before", PARAM_QUERY, PARAM_INT, false, "the last ones with a smaller number"},
         {"limit", PARAM_QUERY, PARAM_INT, false, "how many, at most 1000"},
         {"actor", PARAM_QUERY, PARAM_STRING, false, "client:app, or what is before the colon"},
         {"kind", PARAM_QUERY, PARAM_STRING, false, "http.reply, or what is before the dot"},
         {"device", PARAM_QUERY, PARAM_STRING, false, "entries by a device, or that name it"},
         {"status", PARAM_QUERY, PARAM_STRING, false, "replies with it: 404, or 4xx"},
         {"text", PARAM_QUERY, PARAM_STRING, false, "what stands in an entry, in any case"},
         {"follow", PARAM_QUERY, PARAM_BOOL, false, "a stream of lines"},
         {"every", PARAM_QUERY, PARAM_STRING, false, "follow: how often, 20ms to 10s"},
         {"most", PARAM_QUERY, PARAM_INT, false,
          "follow: so many entries at a time, the newest; {\"skipped\":N} tells of others"}),
     .replies = REPLIES({200, &shape_control_journal, NULL}, {200, NULL, "application/x-ndjson"})},
};

const struct route_table control_journal_routes = {rows, sizeof rows / sizeof *rows};
