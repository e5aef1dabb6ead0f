/* See tape_decoder.h. Owns what was read last, and the names. No count is believed that the bytes
 * behind it could not hold, and no room is made for one. */
#include "tape/tape_decoder.h"

#include "base/mem.h"

#include <stdlib.h>

static size_t get_count(struct tape_cursor *cursor, size_t least)
{
    int64_t count = tape_get_number(cursor);
    if (count >= 0 && (size_t)count <= (size_t)(cursor->end - cursor->at) / least)
        return (size_t)count;
    cursor->bad = true;
    return 0;
}

static void *grown(void *items, size_t *cap, size_t count, size_t size)
{
    if (count <= *cap)
        return items;
    *cap = count;
    return mem_grow(items, count * size);
}

static void read_pairs(struct tape_decoder *decoder, struct tape_cursor *cursor)
{
    struct tape_record *record = &decoder->record;
    record->pair_count = get_count(cursor, 4);
    record->pairs =
        grown(record->pairs, &decoder->pair_cap, record->pair_count, sizeof *record->pairs);
    for (size_t i = 0; i < record->pair_count; i++) {
        struct tape_text name = tape_get_text(cursor), value = tape_get_text(cursor);
        record->pairs[i] = (struct tape_pair){name, value};
        cursor->bad = cursor->bad || !name.data || !value.data;
    }
}

/* Its number; when that is the next new one its name follows. */
static const char *read_name(struct tape_names *names, struct tape_cursor *cursor)
{
    int64_t number = tape_get_number(cursor);
    if (number >= 0 && (size_t)number < names->count)
        return names->items[number];
    struct tape_text name = tape_get_text(cursor);
    if (cursor->bad || !name.data || (size_t)number != names->count) {
        cursor->bad = true;
        return "";
    }
    names->items = mem_grow(names->items, (names->count + 1) * sizeof *names->items);
    names->items[names->count] = mem_dup(name.data);
    return names->items[names->count++];
}

static struct tape_noted read_entry(struct tape_decoder *decoder, struct tape_cursor *cursor)
{
    struct tape_noted entry = {0};
    const unsigned char *bytes = (const unsigned char *)tape_get_bytes(cursor, 8);
    for (int b = 7; bytes && b >= 0; b--)
        entry.hash = entry.hash << 8 | bytes[b];
    entry.kind = read_name(&decoder->kinds, cursor);
    return entry;
}

static void read_mark(struct tape_decoder *decoder, struct tape_cursor *cursor,
                      struct tape_mark *ret_mark)
{
    struct tape_record *record = &decoder->record;
    struct tape_mark mark = {.world = read_name(&decoder->worlds, cursor)};
    mark.at_ms = tape_get_number(cursor);
    mark.timers = (uint64_t)tape_get_number(cursor);
    mark.next_n = (uint64_t)tape_get_number(cursor);
    mark.count = get_count(cursor, 9);
    mark.first = record->entry_count;
    if (mark.count && mark.count >= mark.next_n) {
        cursor->bad = true;
        mark.count = 0;
    }
    record->entries = grown(record->entries, &decoder->entry_cap, mark.first + mark.count,
                            sizeof *record->entries);
    for (size_t i = 0; i < mark.count; i++)
        record->entries[record->entry_count++] = read_entry(decoder, cursor);
    *ret_mark = mark;
}

static void read_marks(struct tape_decoder *decoder, struct tape_cursor *cursor)
{
    struct tape_record *record = &decoder->record;
    size_t count = get_count(cursor, 5);
    record->marks = grown(record->marks, &decoder->mark_cap, count, sizeof *record->marks);
    record->entry_count = 0;
    for (size_t i = 0; i < count && !cursor->bad; i++)
        read_mark(decoder, cursor, &record->marks[i]);
    record->mark_count = count;
}

bool tape_decode(struct tape_decoder *decoder, const char *bytes, size_t len)
{
    struct tape_record *record = &decoder->record;
    struct tape_cursor cursor = {bytes, bytes + len, false};
    const char *first = tape_get_bytes(&cursor, 1);
    const struct tape_kind_row *row = first ? tape_kind_row((unsigned char)*first) : NULL;
    if (!row)
        return false;
    record->kind = (enum tape_kind)(unsigned char)*first;
    record->row = row;
    record->bytes = bytes;
    record->len = len;
    record->real_ms = tape_get_number(&cursor);
    for (size_t i = 0; i < TAPE_NUMBERS; i++)
        record->numbers[i] = i < tape_kind_numbers(row) ? tape_get_number(&cursor) : 0;
    for (size_t i = 0; i < TAPE_TEXTS; i++)
        record->texts[i] =
            i < tape_kind_texts(row) ? tape_get_text(&cursor) : (struct tape_text){0};
    record->pair_count = 0;
    if (row->pairs)
        read_pairs(decoder, &cursor);
    read_marks(decoder, &cursor);
    return !cursor.bad && tape_at_end(&cursor);
}

static void forget(struct tape_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
}

void tape_decoder_free(struct tape_decoder *decoder)
{
    forget(&decoder->worlds);
    forget(&decoder->kinds);
    free(decoder->record.pairs);
    free(decoder->record.marks);
    free(decoder->record.entries);
    *decoder = (struct tape_decoder){0};
}
