/* See tape_reader.h. Owns the file, and where in it the next record begins. */
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
    struct tape_decoder decoder;
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

void tape_reader_rewind(struct tape_reader *reader)
{
    tape_decoder_free(&reader->decoder);
    reader->offset = TAPE_MAGIC_LEN;
    reader->index = 0;
    fseek(reader->file, (long)TAPE_MAGIC_LEN, SEEK_SET);
}

void tape_reader_free(struct tape_reader *reader)
{
    if (!reader)
        return;
    fclose(reader->file);
    tape_decoder_free(&reader->decoder);
    free(reader->bytes);
    free(reader);
}

uint64_t tape_reader_offset(const struct tape_reader *reader)
{
    return reader->offset;
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
    if (!tape_decode(&reader->decoder, reader->bytes, len))
        return TAPE_READ_DAMAGED;
    reader->decoder.record.offset = reader->offset;
    reader->decoder.record.index = ++reader->index;
    reader->offset += sizeof head + len;
    *ret_record = &reader->decoder.record;
    return TAPE_READ_RECORD;
}
