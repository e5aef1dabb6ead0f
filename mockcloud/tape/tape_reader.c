/* See tape_reader.h. Owns the file, the record that was read last, and the names of worlds. */
#include "tape/tape_reader.h"

#include "base/mem.h"
#include "tape/tape_frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct tape_reader {
    FILE *file;
    uint64_t size, offset;
    uint64_t index;
    char *bytes; /* of the record */
    size_t cap;
    struct tape_record record;
    size_t pair_cap, mark_cap;
    char **worlds;
    size_t world_count;
};

/* ---- life ---- */

static char *foreign_dup(const char *name, const char *head)
{
    static const char family[] = "mockcloud tape ";
    if (strncmp(head, family, sizeof family - 1) == 0)
        return mem_printf_dup(
            "%s: a tape of another format: this program reads \"mockcloud tape 1\"", name);
    return mem_printf_dup("%s: not a tape: it does not begin with \"mockcloud tape 1\"", name);
}

struct tape_reader *tape_reader_new(FILE *file, const char *name, char **ret_error)
{
    char head[TAPE_MAGIC_LEN + 1] = "";
    size_t len = fread(head, 1, TAPE_MAGIC_LEN, file);
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size < 0 || ferror(file))
        *ret_error = mem_printf_dup("%s: %s", name, strerror(errno));
    else if (len < TAPE_MAGIC_LEN || memcmp(head, TAPE_MAGIC, TAPE_MAGIC_LEN) != 0)
        *ret_error = foreign_dup(name, head);
    else {
        struct tape_reader *reader = mem_new(sizeof *reader);
        reader->file = file;
        reader->size = (uint64_t)size;
        tape_reader_rewind(reader);
        return reader;
    }
    fclose(file);
    return NULL;
}

struct tape_reader *tape_reader_open(const char *path, char **ret_error)
{
    FILE *file = fopen(path, "rbe");
    if (file)
        return tape_reader_new(file, path, ret_error);
    *ret_error = mem_printf_dup("%s: %s", path, strerror(errno));
    return NULL;
}

static void forget_worlds(struct tape_reader *reader)
{
    for (size_t i = 0; i < reader->world_count; i++)
        free(reader->worlds[i]);
    reader->world_count = 0;
}

void tape_reader_rewind(struct tape_reader *reader)
{
    forget_worlds(reader);
    reader->offset = TAPE_MAGIC_LEN;
    reader->index = 0;
    fseek(reader->file, (long)TAPE_MAGIC_LEN, SEEK_SET);
}

void tape_reader_free(struct tape_reader *reader)
{
    if (!reader)
        return;
    fclose(reader->file);
    forget_worlds(reader);
    free(reader->worlds);
    free(reader->record.pairs);
    free(reader->record.marks);
    free(reader->bytes);
    free(reader);
}

uint64_t tape_reader_offset(const struct tape_reader *reader)
{
    return reader->offset;
}

const char *tape_reader_world(const struct tape_reader *reader, size_t number)
{
    return number < reader->world_count ? reader->worlds[number] : NULL;
}

uint64_t tape_mark_hash(const struct tape_mark *mark, size_t index)
{
    uint64_t hash = 0;
    for (int b = 7; b >= 0; b--)
        hash = hash << 8 | mark->hashes[8 * index + (size_t)b];
    return hash;
}

/* ---- a record ---- */

static void read_pairs(struct tape_reader *reader, struct tape_cursor *cursor)
{
    struct tape_record *record = &reader->record;
    int64_t count = tape_get_number(cursor);
    /* Each takes two bytes at least: no larger number is believed, nor room made for it. */
    if (count < 0 || count > (cursor->end - cursor->at) / 2) {
        cursor->bad = true;
        return;
    }
    if ((size_t)count > reader->pair_cap) {
        reader->pair_cap = (size_t)count;
        record->pairs = mem_grow(record->pairs, (size_t)count * sizeof *record->pairs);
    }
    for (int64_t i = 0; i < count && !cursor->bad; i++) {
        struct tape_text name = tape_get_text(cursor), value = tape_get_text(cursor);
        record->pairs[i] = (struct tape_pair){name, value};
        cursor->bad = cursor->bad || !name.data || !value.data;
    }
    record->pair_count = (size_t)count;
}

/* The number of a world; when it is the next new one its name follows. */
static size_t read_world(struct tape_reader *reader, struct tape_cursor *cursor)
{
    size_t number = (size_t)tape_get_number(cursor);
    if (cursor->bad || number != reader->world_count) {
        cursor->bad = cursor->bad || number > reader->world_count;
        return number;
    }
    struct tape_text name = tape_get_text(cursor);
    if (!name.data) {
        cursor->bad = true;
        return 0;
    }
    reader->worlds = mem_grow(reader->worlds, (reader->world_count + 1) * sizeof *reader->worlds);
    reader->worlds[reader->world_count++] = mem_dup(name.data);
    return number;
}

static struct tape_mark read_mark(struct tape_reader *reader, struct tape_cursor *cursor)
{
    struct tape_mark mark = {.world = read_world(reader, cursor)};
    mark.at_ms = tape_get_number(cursor);
    mark.timers = (uint64_t)tape_get_number(cursor);
    mark.next_n = (uint64_t)tape_get_number(cursor);
    int64_t count = tape_get_number(cursor);
    if (count < 0 || count > (cursor->end - cursor->at) / 8 || (uint64_t)count >= mark.next_n)
        cursor->bad = true;
    mark.count = cursor->bad ? 0 : (size_t)count;
    mark.hashes = (const unsigned char *)tape_get_bytes(cursor, 8 * mark.count);
    return mark;
}

static void read_marks(struct tape_reader *reader, struct tape_cursor *cursor)
{
    struct tape_record *record = &reader->record;
    int64_t count = tape_get_number(cursor);
    if (count < 0 || count > (cursor->end - cursor->at) / 5) {
        cursor->bad = true;
        return;
    }
    if ((size_t)count > reader->mark_cap) {
        reader->mark_cap = (size_t)count;
        record->marks = mem_grow(record->marks, (size_t)count * sizeof *record->marks);
    }
    for (int64_t i = 0; i < count && !cursor->bad; i++)
        record->marks[i] = read_mark(reader, cursor);
    record->mark_count = (size_t)count;
}

/* Numbers and texts by the row. False: the bytes are not of this kind. */
static bool decode(struct tape_reader *reader, size_t len)
{
    struct tape_record *record = &reader->record;
    struct tape_cursor cursor = {reader->bytes, reader->bytes + len, false};
    unsigned kind = (unsigned char)*tape_get_bytes(&cursor, 1);
    const struct tape_kind_row *row = tape_kind_row(kind);
    if (!row)
        return false;
    *record = (struct tape_record){
        .kind = (enum tape_kind)kind,
        .row = row,
        .offset = reader->offset,
        .index = ++reader->index,
        .real_ms = tape_get_number(&cursor),
        .pairs = record->pairs,
        .marks = record->marks,
    };
    for (size_t i = 0; i < tape_kind_numbers(row); i++)
        record->numbers[i] = tape_get_number(&cursor);
    for (size_t i = 0; i < tape_kind_texts(row); i++)
        record->texts[i] = tape_get_text(&cursor);
    if (row->pairs)
        read_pairs(reader, &cursor);
    read_marks(reader, &cursor);
    return !cursor.bad && tape_at_end(&cursor);
}

/* ---- the file ---- */

/* A machine that went down may leave zeros where the last records were to stand. */
static bool only_zeros_follow(struct tape_reader *reader)
{
    int c;
    fseek(reader->file, (long)reader->offset, SEEK_SET);
    while ((c = fgetc(reader->file)) == 0)
        ;
    return c == EOF && !ferror(reader->file);
}

static bool read_bytes(struct tape_reader *reader, size_t len)
{
    if (len > reader->cap) {
        reader->cap = len;
        reader->bytes = mem_grow(reader->bytes, len);
    }
    return fread(reader->bytes, 1, len, reader->file) == len;
}

enum tape_read tape_reader_next(struct tape_reader *reader, const struct tape_record **ret_record)
{
    unsigned char head[TAPE_FRAME_HEAD];
    uint64_t left = reader->size - reader->offset;
    size_t len;
    uint32_t check;
    if (!left)
        return TAPE_READ_OVER;
    if (left < sizeof head)
        return TAPE_READ_TORN;
    if (fread(head, 1, sizeof head, reader->file) != sizeof head)
        return TAPE_READ_DAMAGED;
    if (!tape_frame_read(head, &len, &check))
        return only_zeros_follow(reader) ? TAPE_READ_TORN : TAPE_READ_DAMAGED;
    if (len > left - sizeof head)
        return TAPE_READ_TORN;
    if (!read_bytes(reader, len))
        return TAPE_READ_DAMAGED;
    if (!tape_frame_holds(reader->bytes, len, check))
        return len == left - sizeof head ? TAPE_READ_TORN : TAPE_READ_DAMAGED;
    if (!decode(reader, len))
        return TAPE_READ_DAMAGED;
    reader->offset += sizeof head + len;
    *ret_record = &reader->record;
    return TAPE_READ_RECORD;
}
