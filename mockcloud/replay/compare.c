/* See compare.h. Owns how a difference is found and told. */
#include "replay/compare.h"

#include "base/timefmt.h"

#include <string.h>

static const struct tape_mark *mark_of(const struct tape_record *record, size_t entry)
{
    for (size_t i = 0; i < record->mark_count; i++) {
        const struct tape_mark *mark = &record->marks[i];
        if (entry >= mark->first && entry < mark->first + mark->count)
            return mark;
    }
    return NULL;
}

static uint64_t number_of(const struct tape_mark *mark, size_t entry)
{
    return mark->next_n - mark->count + (entry - mark->first);
}

void replay_name(const struct tape_record *record, struct buf *out)
{
    buf_printf(out, "record %llu, %s", (unsigned long long)record->index, record->row->name);
    if (record->kind == TAPE_REQUEST)
        buf_printf(out, " %lld: %s %s", (long long)record->numbers[0], record->texts[0].data,
                   record->texts[1].data);
    else if (record->kind == TAPE_STEP)
        buf_printf(out, " at line %lld: %s", (long long)record->numbers[0], record->texts[0].data);
    else if (record->row->numbers[0])
        buf_printf(out, ", %s %lld", record->row->numbers[0], (long long)record->numbers[0]);
}

/* ---- entries ---- */

static void write_now(const struct tape_record *now, size_t entry, const struct worlds *worlds,
                      struct buf *out)
{
    const struct tape_mark *mark = mark_of(now, entry);
    const struct world *world = worlds_find(worlds, mark->world);
    uint64_t n = number_of(mark, entry);
    const struct journal_entry *found = world ? journal_get(world->sim.journal, n) : NULL;
    struct jsonw w;
    if (!found) {
        buf_printf(out, "entry %llu, %s, which has gone with its world", (unsigned long long)n,
                   now->entries[entry].kind);
        return;
    }
    jsonw_init(&w, out);
    journal_write(found, &w);
}

static void write_then(const struct tape_record *then, size_t entry, struct buf *out)
{
    const struct tape_mark *mark = mark_of(then, entry);
    buf_printf(out, "entry %llu of the world \"%s\", %s, with the hash %016llx",
               (unsigned long long)number_of(mark, entry), mark->world, then->entries[entry].kind,
               (unsigned long long)then->entries[entry].hash);
}

static bool same_entry(const struct tape_record *a, const struct tape_record *b, size_t entry)
{
    return a->entries[entry].hash == b->entries[entry].hash &&
           strcmp(mark_of(a, entry)->world, mark_of(b, entry)->world) == 0;
}

static bool compare_entries(const struct tape_record *then, const struct tape_record *now,
                            const struct worlds *worlds, struct buf *out)
{
    size_t entry = 0;
    while (entry < then->entry_count && entry < now->entry_count && same_entry(then, now, entry))
        entry++;
    if (entry == then->entry_count && entry == now->entry_count)
        return true;
    buf_add_str(out, "\n  on the tape  ");
    if (entry < then->entry_count)
        write_then(then, entry, out);
    else
        buf_add_str(out, "no further entry");
    buf_add_str(out, "\n  now          ");
    if (entry < now->entry_count)
        write_now(now, entry, worlds, out);
    else
        buf_add_str(out, "no further entry");
    return false;
}

/* ---- how worlds stand ---- */

static void write_stand(const struct tape_record *record, size_t at, struct buf *out)
{
    char time[TIMEFMT_ISO_SIZE];
    if (at >= record->mark_count) {
        buf_add_str(out, "no world");
        return;
    }
    const struct tape_mark *mark = &record->marks[at];
    timefmt_iso(mark->at_ms, time);
    buf_printf(out, "the world \"%s\" at %s, %llu timers had fired", mark->world, time,
               (unsigned long long)mark->timers);
}

static bool same_mark(const struct tape_mark *a, const struct tape_mark *b)
{
    return a->at_ms == b->at_ms && a->timers == b->timers && a->next_n == b->next_n &&
           strcmp(a->world, b->world) == 0;
}

static bool compare_stands(const struct tape_record *then, const struct tape_record *now,
                           struct buf *out)
{
    size_t at = 0;
    while (at < then->mark_count && at < now->mark_count &&
           same_mark(&then->marks[at], &now->marks[at]))
        at++;
    if (at == then->mark_count && at == now->mark_count)
        return true;
    buf_add_str(out, "\n  on the tape  ");
    write_stand(then, at, out);
    buf_add_str(out, "\n  now          ");
    write_stand(now, at, out);
    return false;
}

/* What came in is told apart only when that is the scenario's own doing. */
static bool compare_fields(const struct tape_record *then, const struct tape_record *now,
                           struct buf *out)
{
    bool same = then->kind == now->kind && then->pair_count == now->pair_count;
    for (size_t i = 0; same && i < TAPE_NUMBERS; i++)
        same = then->numbers[i] == now->numbers[i];
    for (size_t i = 0; same && i < TAPE_TEXTS; i++)
        same = then->texts[i].len == now->texts[i].len &&
               (!then->texts[i].data ||
                memcmp(then->texts[i].data, now->texts[i].data, then->texts[i].len) == 0);
    if (same)
        return true;
    buf_add_str(out, "\n  on the tape  ");
    replay_name(then, out);
    buf_add_str(out, "\n  now          ");
    replay_name(now, out);
    return false;
}

bool replay_compare(const struct tape_record *then, const struct tape_record *now,
                    const struct worlds *worlds, struct buf *out)
{
    if (then->len == now->len && memcmp(then->bytes, now->bytes, then->len) == 0)
        return true;
    return compare_fields(then, now, out) && compare_entries(then, now, worlds, out) &&
           compare_stands(then, now, out);
}
