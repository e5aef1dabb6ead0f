/* See failure_journal.h. Owns what is left out, and what is told whole. */
#include "scenario/failure_journal.h"

#include "base/mem.h"
#include "scenario/digest.h"

#include <cjson/cJSON.h>
#include <string.h>

#define TAIL_ENTRIES 20
#define TAIL_TEXT    (1u << 20)
#define TAIL_DUMP    (256u << 20)

static const char *tail_str(const cJSON *data, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(data, key));
    return text ? text : "";
}

static int tail_status(const cJSON *data)
{
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(data, "status");
    return cJSON_IsNumber(status) ? status->valueint : 0;
}

/* A stage on the way from power to the cloud. */
static bool tail_is_stage(const char *state)
{
    static const char *const stages[] = {"starting",     "network-on",        "network-connecting",
                                         "network-dhcp", "network-connected", "cloud-connecting",
                                         "handshake"};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (strcmp(stages[i], state) == 0)
            return true;
    return false;
}

static bool tail_is_of_harness(const struct journal *journal, const struct journal_entry *reply)
{
    const struct journal_entry *request = journal_get(journal, reply->cause);
    return request && strstr(request->data, "\"path\":\"/__mock");
}

static bool tail_is_left_out(const struct journal *journal, const struct journal_entry *entry,
                             const cJSON *data)
{
    if (strcmp(entry->kind, "device.state") == 0)
        return tail_is_stage(tail_str(data, "to"));
    if (strcmp(entry->kind, "event.published") == 0)
        return strcmp(tail_str(data, "name"), "spark/device/diagnostics/update") == 0;
    return strcmp(entry->kind, "http.reply") == 0 && tail_status(data) < 400 &&
           tail_is_of_harness(journal, entry);
}

/* Refusals; and imports, which answer 200 even if they have taken no device. */
static bool tail_is_whole(const struct journal_entry *entry, const cJSON *data)
{
    return strcmp(entry->kind, "http.reply") == 0 &&
           (tail_status(data) >= 400 || strstr(entry->data, "\"invalidDeviceIds\""));
}

static void tail_add_rule(const struct leaned *leaned, const cJSON *data, struct buf *out)
{
    const char *name = tail_str(data, "rule");
    for (size_t i = 0; *name && tail_status(data) >= 400 && i < leaned->count; i++)
        if (strcmp(leaned->rules[i].rule->name, name) == 0)
            buf_printf(out, "     = %s\n", leaned->rules[i].rule->text);
}

/* Appends the entry, if it tells something. */
static bool tail_add(const struct journal *journal, const struct leaned *leaned, uint64_t n,
                     int64_t begin_ms, struct buf *out)
{
    const struct journal_entry *entry = journal_get(journal, n);
    cJSON *data = cJSON_ParseWithLength(entry->data, entry->data_len);
    bool shown = !tail_is_left_out(journal, entry, data);
    if (shown && out) {
        if (tail_is_whole(entry, data))
            digest_entry_whole(entry, begin_ms, out);
        else
            digest_entry(entry, begin_ms, out);
        buf_add_char(out, '\n');
        if (strcmp(entry->kind, "http.reply") == 0)
            tail_add_rule(leaned, data, out);
    }
    cJSON_Delete(data);
    return shown;
}

char *failure_journal_dup(const struct journal *journal, const struct leaned *leaned,
                          int64_t begin_ms)
{
    struct buf out;
    uint64_t next = journal_next(journal), from = next;
    buf_init(&out, TAIL_TEXT);
    for (int shown = 0; from > journal_first(journal) && shown < TAIL_ENTRIES;)
        shown += tail_add(journal, leaned, --from, begin_ms, NULL);
    for (uint64_t n = from; n < next; n++)
        tail_add(journal, leaned, n, begin_ms, &out);
    return buf_take(&out);
}

char *failure_dump_dup(const struct journal *journal)
{
    struct buf out;
    buf_init(&out, TAIL_DUMP);
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++) {
        struct jsonw w;
        jsonw_init(&w, &out);
        journal_write(journal_get(journal, n), &w);
        buf_add_char(&out, '\n');
    }
    return buf_take(&out);
}
