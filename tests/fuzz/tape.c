/*
 * Tapes: the input is a file as it is, or, when it begins with an R, the bytes of records, each
 * behind two bytes of its length, which are given the frames that they need to be believed.
 * Whatever it is: reading ends, every text has its NUL, and no mark lies about how many hashes it
 * has.
 */
#include "tape/tape_frame.h"
#include "tape/tape_reader.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t sum; /* what is read is used, so that a sanitizer looks at it */

static void use(const struct tape_text *text)
{
    assert(!text->data || text->data[text->len] == '\0');
    sum += text->data ? strlen(text->data) : 0;
}

static void look(const struct tape_record *record)
{
    for (size_t i = 0; i < TAPE_TEXTS; i++)
        use(&record->texts[i]);
    for (size_t i = 0; i < record->pair_count; i++) {
        use(&record->pairs[i].name);
        use(&record->pairs[i].value);
    }
    for (size_t i = 0; i < record->mark_count; i++) {
        const struct tape_mark *mark = &record->marks[i];
        assert(mark->count < mark->next_n || !mark->count);
        assert(mark->first + mark->count <= record->entry_count);
        sum += strlen(mark->world);
        for (size_t e = 0; e < mark->count; e++)
            sum += record->entries[mark->first + e].hash +
                   strlen(record->entries[mark->first + e].kind);
    }
}

static void read_all(const char *bytes, size_t len)
{
    const struct tape_record *record;
    char *error = NULL;
    FILE *file = fmemopen((void *)(uintptr_t)bytes, len, "rb");
    assert(file);
    struct tape_reader *reader = tape_reader_new(file, "tape", &error);
    while (reader && tape_reader_next(reader, &record) == TAPE_READ_RECORD)
        look(record);
    assert(!reader || tape_reader_offset(reader) <= len);
    assert(!reader == !!error);
    tape_reader_free(reader);
    free(error);
}

static void frame(struct buf *out, const uint8_t *data, size_t size)
{
    unsigned char head[TAPE_FRAME_HEAD];
    buf_add(out, TAPE_MAGIC, TAPE_MAGIC_LEN);
    while (size > 2) {
        size_t len = (size_t)data[0] | (size_t)data[1] << 8;
        data += 2, size -= 2;
        len = len < size ? len : size;
        tape_frame_head(data, len, head);
        buf_add(out, head, sizeof head);
        buf_add(out, data, len);
        data += len, size -= len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf framed;
    if (!size || size > LARGEST)
        return 0;
    buf_init(&framed, 8 * LARGEST);
    if (data[0] == 'R')
        frame(&framed, data + 1, size - 1);
    else
        buf_add(&framed, data, size);
    read_all(framed.data, framed.len);
    buf_free(&framed);
    return 0;
}
