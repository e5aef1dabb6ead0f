/*
 * See tape_recorder.h. Owns the record that is under way, and the names of worlds: each is written
 * once, and is a number from then on, as is the kind of an entry.
 *
 * Behind the fields of a record stand its marks: for each world that it has touched how that world
 * stood at the end, and the hashes of the entries that it has brought.
 *
 *     record   kind, real_ms, numbers, texts, [count of pairs, pairs], count of marks, marks
 *     mark     world (its number; when that is new, its name), at_ms, timers, next_n, count,
 * entries entry    its hash, its kind (a number; when that is new, its name)
 */
#include "tape/tape_recorder.h"

#include "base/map.h"
#include "base/mem.h"
#include "tape/tape_code.h"
#include "tape/tape_frame.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct mark {
    char *world; /* its memory stays, for the next mark at this place */
    size_t world_cap;
    int64_t at_ms;
    uint64_t timers, next_n;
    size_t entries; /* how many of the recorder's are of this mark */
};

struct noted {
    uint64_t hash;
    const char *kind;
};

struct tape_recorder {
    struct tape_sink *sinks;
    struct buf record;
    unsigned depth;
    bool skip_reads, was_read;
    int64_t real_ms;
    const struct tape_kind_row *row; /* of the record that is under way … */
    size_t numbers, texts;           /* … and how many of its fields were written */
    size_t pairs;                    /* how many there are */
    struct buf pair_texts;
    struct mark *marks;
    size_t mark_count, mark_cap;
    struct noted *entries;
    size_t entry_count, entry_cap;
    struct map worlds, kinds; /* name -> its number + 1, as a pointer */
};

struct tape_recorder *tape_recorder_new(void)
{
    struct tape_recorder *recorder = mem_new(sizeof *recorder);
    buf_init(&recorder->record, TAPE_RECORD_MAX);
    buf_init(&recorder->pair_texts, TAPE_RECORD_MAX);
    return recorder;
}

void tape_recorder_add(struct tape_recorder *recorder, struct tape_sink *sink)
{
    sink->next = recorder->sinks;
    recorder->sinks = sink;
}

void tape_recorder_take(struct tape_recorder *recorder, const struct tape_sink *sink)
{
    struct tape_sink **at = &recorder->sinks;
    while (*at && *at != sink)
        at = &(*at)->next;
    if (*at)
        *at = sink->next;
}

void tape_now(struct tape_recorder *recorder, int64_t real_ms)
{
    if (recorder)
        recorder->real_ms = real_ms;
}

/* ---- records ---- */

static void begin(struct tape_recorder *recorder, enum tape_kind kind)
{
    recorder->row = tape_kind_row(kind);
    recorder->was_read = false;
    recorder->pairs = recorder->numbers = recorder->texts = 0;
    buf_clear(&recorder->pair_texts);
    buf_clear(&recorder->record);
    buf_add_char(&recorder->record, (char)kind);
    tape_put_number(&recorder->record, recorder->real_ms);
}

/* A name is known by its number from its first record on. */
static void put_name(struct buf *record, struct map *names, const char *name)
{
    void *known = map_get(names, name);
    size_t number = known ? (size_t)(uintptr_t)known : map_count(names) + 1;
    tape_put_number(record, (int64_t)number - 1);
    if (known)
        return;
    map_put(names, name, (void *)(uintptr_t)number);
    tape_put_str(record, name);
}

static void put_mark(struct tape_recorder *recorder, const struct mark *mark,
                     const struct noted *entries)
{
    struct buf *record = &recorder->record;
    put_name(record, &recorder->worlds, mark->world);
    tape_put_number(record, mark->at_ms);
    tape_put_number(record, (int64_t)mark->timers);
    tape_put_number(record, (int64_t)mark->next_n);
    tape_put_number(record, (int64_t)mark->entries);
    for (size_t i = 0; i < mark->entries; i++) {
        char bytes[8];
        for (int b = 0; b < 8; b++)
            bytes[b] = (char)(entries[i].hash >> 8 * b);
        buf_add(record, bytes, sizeof bytes);
        put_name(record, &recorder->kinds, entries[i].kind);
    }
}

static void forget_marks(struct tape_recorder *recorder)
{
    recorder->mark_count = recorder->entry_count = 0;
}

static void end(struct tape_recorder *recorder)
{
    struct buf *record = &recorder->record;
    const struct noted *entries = recorder->entries;
    assert(recorder->numbers == tape_kind_numbers(recorder->row));
    assert(recorder->texts == tape_kind_texts(recorder->row));
    if (recorder->row->pairs) {
        tape_put_number(record, (int64_t)recorder->pairs);
        buf_add(record, recorder->pair_texts.data, recorder->pair_texts.len);
    }
    tape_put_number(record, (int64_t)recorder->mark_count);
    for (size_t i = 0; i < recorder->mark_count; i++) {
        put_mark(recorder, &recorder->marks[i], entries);
        entries += recorder->marks[i].entries;
    }
    forget_marks(recorder);
    for (struct tape_sink *sink = recorder->sinks; sink; sink = sink->next)
        sink->add(sink, record->data, record->len);
}

/* What came outside of any record: a scenario's own doing. It goes before what comes next. */
static void write_loose(struct tape_recorder *recorder)
{
    if (!recorder->mark_count)
        return;
    begin(recorder, TAPE_ENTRIES);
    end(recorder);
}

bool tape_begin(struct tape_recorder *recorder, enum tape_kind kind)
{
    if (!recorder || recorder->depth++)
        return false;
    write_loose(recorder);
    begin(recorder, kind);
    return true;
}

void tape_end(struct tape_recorder *recorder)
{
    if (!recorder || --recorder->depth)
        return;
    if (recorder->was_read && recorder->skip_reads && !recorder->entry_count)
        forget_marks(recorder);
    else
        end(recorder);
}

void tape_was_read(struct tape_recorder *recorder)
{
    if (recorder && recorder->depth == 1)
        recorder->was_read = true;
}

void tape_skip_reads(struct tape_recorder *recorder)
{
    recorder->skip_reads = true;
}

void tape_flush(struct tape_recorder *recorder)
{
    if (recorder && !recorder->depth)
        write_loose(recorder);
}

bool tape_within(const struct tape_recorder *recorder)
{
    return recorder && recorder->depth;
}

void tape_number(struct tape_recorder *recorder, int64_t value)
{
    recorder->numbers++;
    tape_put_number(&recorder->record, value);
}

void tape_text(struct tape_recorder *recorder, const char *data, size_t len)
{
    recorder->texts++;
    tape_put_text(&recorder->record, data, len);
}

void tape_str(struct tape_recorder *recorder, const char *text)
{
    recorder->texts++;
    tape_put_str(&recorder->record, text);
}

void tape_pair(struct tape_recorder *recorder, const char *name, const char *value,
               size_t value_len)
{
    recorder->pairs++;
    tape_put_str(&recorder->pair_texts, name);
    tape_put_text(&recorder->pair_texts, value, value_len);
}

void tape_recorder_free(struct tape_recorder *recorder)
{
    if (!recorder)
        return;
    write_loose(recorder);
    buf_free(&recorder->record);
    buf_free(&recorder->pair_texts);
    map_free(&recorder->worlds, NULL);
    map_free(&recorder->kinds, NULL);
    for (size_t i = 0; i < recorder->mark_cap; i++)
        free(recorder->marks[i].world);
    free(recorder->marks);
    free(recorder->entries);
    free(recorder);
}

/* ---- marks ---- */

static void marks_grow(struct tape_recorder *recorder)
{
    size_t cap = recorder->mark_cap ? 2 * recorder->mark_cap : 8;
    recorder->marks = mem_grow(recorder->marks, cap * sizeof *recorder->marks);
    memset(recorder->marks + recorder->mark_cap, 0,
           (cap - recorder->mark_cap) * sizeof *recorder->marks);
    recorder->mark_cap = cap;
}

/* Its name is copied: the world may have gone before the record is over. */
static struct mark *mark_add(struct tape_recorder *recorder, const char *world)
{
    size_t size = strlen(world) + 1;
    if (recorder->mark_count == recorder->mark_cap)
        marks_grow(recorder);
    assert(recorder->marks);
    struct mark *mark = &recorder->marks[recorder->mark_count++];
    if (size > mark->world_cap) {
        mark->world = mem_grow(mark->world, size);
        mark->world_cap = size;
    }
    memcpy(mark->world, world, size);
    mark->next_n = mark->entries = 0;
    return mark;
}

/* The last mark, if it is that world's and `first_n` comes next in it; else a new one: the entries
 * of all marks lie one behind the other. */
static struct mark *mark_of(struct tape_recorder *recorder, const char *world, uint64_t first_n)
{
    struct mark *last = recorder->mark_count ? &recorder->marks[recorder->mark_count - 1] : NULL;
    if (last && last->next_n == first_n && strcmp(last->world, world) == 0)
        return last;
    return mark_add(recorder, world);
}

static void mark_set(struct mark *mark, const struct tape_stand *stand)
{
    mark->at_ms = stand->at_ms;
    mark->timers = stand->timers;
    mark->next_n = stand->next_n;
}

void tape_stands(struct tape_recorder *recorder, const struct tape_stand *stand)
{
    if (recorder && recorder->depth == 1)
        mark_set(mark_of(recorder, stand->world, stand->next_n), stand);
}

void tape_entry(struct tape_recorder *recorder, const struct tape_stand *stand, const char *kind,
                uint64_t hash)
{
    if (!recorder)
        return;
    struct mark *mark = mark_of(recorder, stand->world, stand->next_n - 1);
    mark_set(mark, stand);
    mark->entries++;
    if (recorder->entry_count == recorder->entry_cap) {
        recorder->entry_cap = recorder->entry_cap ? 2 * recorder->entry_cap : 64;
        recorder->entries =
            mem_grow(recorder->entries, recorder->entry_cap * sizeof *recorder->entries);
    }
    recorder->entries[recorder->entry_count++] = (struct noted){hash, kind};
}
