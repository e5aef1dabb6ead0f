/* See list_limits.h. Owns no number: each is that of a row in cloud/limits.c, or of the constant in
 * the header of what it bounds. */
#include "cli/list_limits.h"

#include "api/api.h"
#include "base/doc.h"
#include "cloud/event.h"
#include "cloud/firmware_store.h"
#include "cloud/limits.h"
#include "cloud/locations.h"
#include "cloud/oauth.h"
#include "cloud/record.h"
#include "cloud/refusals.h"
#include "cloud/webhook/outbox.h"
#include "cloud/webhook/webhook.h"
#include "net/server.h"
#include "replay/past.h"
#include "sim/exchanges.h"
#include "sim/journal.h"
#include "world/worlds.h"

#include <stdio.h>

static const struct {
    const char *name;
    unsigned long most;
    const char *unit; /* NULL: a count */
    const char *set;  /* the option that sets another; NULL: none */
    const char *text;
} others[] = {
    {"request body", API_BODY_MAX, "bytes", "--max-body", "A larger one: 413."},
    {"request head", API_HEADERS_MAX, "bytes", "--max-headers",
     "Target and headers. Larger ones: 431."},
    {"text of a request", API_TEXT_MAX, "bytes", NULL,
     "Each text that a body gives by name, passwords and names among them. A longer one: 400, "
     "api.text-too-long."},
    {"reply", API_REPLY_MAX, "bytes", NULL, "A larger one: 500, api.reply-too-large."},
    {"past", PAST_BYTES, "bytes", NULL,
     "What has entered a server that records (--tape, --state), as forks are made from it. When "
     "more "
     "has: 409 for a fork."},
    {"unread replies", SERVER_UNSENT, "bytes", NULL,
     "Of all clients together. A reply that has no room beside them: 500, api.reply-too-large."},
    {"connections", SERVER_CONNECTIONS, NULL, NULL,
     "At a time, or as many as there are descriptors for. Another: 503."},
    {"first request", SERVER_FIRST_S, "s", NULL,
     "Until all of it has come on a new connection, in real time. Then the connection is closed."},
    {"idle connection", SERVER_IDLE_S, "s", NULL, "In real time. The same."},
    {"webhook connections", SERVER_WEBHOOKS, NULL, NULL,
     "At a time; an eighth of the descriptors where they are few. Another delivery waits."},
    {"worlds", WORLDS_MAX, NULL, NULL, "In a process. Another: 409."},
    {"holds", API_HARNESS_MAX, NULL, NULL, "Of a world, set over the control API. Another: 409."},
    {"faults", API_HARNESS_MAX, NULL, NULL,
     "The same. Those that are over count until they are cleared."},
    {"event streams", API_STREAMS, NULL, NULL, "Open at once. Another: 503."},
    {"stream queue", API_STREAM_QUEUE, "bytes", NULL,
     "What a reader has not taken. A clock move waits for it; else the stream is dropped, and the "
     "journal says so."},
    {"journal", JOURNAL_ENTRIES, NULL, NULL, "Entries of a world. With another the oldest goes."},
    {"journal bytes", JOURNAL_BYTES, "bytes", NULL, "The same."},
    {"exchanges", EXCHANGES, NULL, NULL,
     "Requests of a world that are kept with all headers, their replies and up to 64 KiB of each "
     "body. With another the oldest goes."},
    {"exchange bytes", EXCHANGES_BYTES, "bytes", NULL, "The same."},
    {"deliveries", OUTBOX_MAX, NULL, NULL,
     "Webhooks under way in a world. Another is dropped, and the journal says so."},
    {"delivery bytes", OUTBOX_BYTES, "bytes", NULL, "Of all of them together. The same."},
    {"webhook settings", WEBHOOK_SETTINGS, "bytes", NULL, "Of one integration. More: 400."},
    {"webhook logs", WEBHOOK_LOGS, NULL, NULL,
     "Successes, and errors, that an integration keeps. The oldest goes."},
    {"event name", EVENT_NAME_MAX, "bytes", NULL, "A longer one: 400."},
    {"event data", EVENT_DATA_MAX, "bytes", NULL, "Longer ones: 400."},
    {"groups of a device", CLOUD_GROUPS_MAX, NULL, NULL, "Another is passed over."},
    {"firmware bytes", FIRMWARE_STORE_BYTES, "bytes", NULL,
     "Of all versions in a world together. More: 400."},
    {"locations", LOCATIONS_MAX, NULL, NULL, "Of one device. The oldest goes."},
    {"refusals", REFUSALS_BOOKS, NULL, NULL,
     "Owners and devices of whose refused requests `why` knows. The oldest quarter goes."},
    {"revoked tokens", OAUTH_DEAD_MAX, NULL, NULL,
     "Whose owner `why` still knows. The oldest quarter goes."},
    {"file", DOC_MAX_BYTES, "bytes", NULL, "Of a world or scenario. A larger one is refused."},
    {"file nodes", DOC_MAX_NODES, NULL, NULL, "Values in one. The same."},
    {"file depth", DOC_MAX_DEPTH, NULL, NULL, "Of values in values. The same."},
};

static void add(struct table *table, const char *name, unsigned long most, const char *unit)
{
    char text[64];
    snprintf(text, sizeof text, "%lu%s%s", most, unit ? " " : "", unit ? unit : "");
    table_add(table, name);
    table_add(table, text);
}

struct table *list_limits(void)
{
    static const struct table_column columns[] = {
        {.name = "limit"}, {.name = "default"}, {.name = "set by"}, {.name = "text"}, {0}};
    struct table *table = table_new(columns);
    for (size_t i = 0; i < LIMITS; i++) {
        char key[64];
        snprintf(key, sizeof key, "limits: {%s: N}", limit_rows[i].name);
        add(table, limit_rows[i].noun, limit_rows[i].most, NULL);
        table_add(table, key);
        table_add(table, limit_rows[i].text);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        add(table, others[i].name, others[i].most, others[i].unit);
        table_add(table, others[i].set);
        table_add(table, others[i].text);
    }
    return table;
}
