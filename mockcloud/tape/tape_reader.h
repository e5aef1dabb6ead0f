/*
 * Reads a tape, record by record. Whatever the bytes are, it never reads behind them: it answers
 * with records, or with what is wrong and where.
 */
#ifndef TAPE_TAPE_READER_H
#define TAPE_TAPE_READER_H

#include "tape/tape_code.h"
#include "tape/tape_kind.h"

#include <stdint.h>
#include <stdio.h>

struct tape_pair {
    struct tape_text name, value;
};

/* How a world stood behind a record, and which entries that has brought it. */
struct tape_mark {
    size_t world; /* its number; tape_reader_world() */
    int64_t at_ms;
    uint64_t timers;
    uint64_t next_n;             /* of its journal */
    size_t count;                /* of entries: the last ones before next_n */
    const unsigned char *hashes; /* eight bytes each: tape_mark_hash() */
};

struct tape_record {
    enum tape_kind kind;
    const struct tape_kind_row *row;
    uint64_t offset; /* of its frame in the file */
    uint64_t index;  /* from 1 */
    int64_t real_ms;
    int64_t numbers[TAPE_NUMBERS];      /* as the row names them; those that it has not are 0 … */
    struct tape_text texts[TAPE_TEXTS]; /* … or none */
    struct tape_pair *pairs;
    size_t pair_count;
    struct tape_mark *marks;
    size_t mark_count;
};

enum tape_read {
    TAPE_READ_RECORD,
    TAPE_READ_OVER, /* the last record was read before */
    TAPE_READ_TORN, /* the last record is there in part; tape_reader_offset() is where it begins */
    TAPE_READ_DAMAGED, /* at tape_reader_offset() */
};

struct tape_reader;

/* NULL when it is not a tape of this format, or can't be read; *ret_error (yours: free()) tells
 * which. `file` is taken. Yours: tape_reader_free(). */
struct tape_reader *tape_reader_new(FILE *file, const char *name, char **ret_error);
void tape_reader_free(struct tape_reader *reader);

/* Opens a file of that name; the same. */
struct tape_reader *tape_reader_open(const char *path, char **ret_error);

/* The next record, borrowed until the next call. */
enum tape_read tape_reader_next(struct tape_reader *reader, const struct tape_record **ret_record);

/* From its first record on. */
void tape_reader_rewind(struct tape_reader *reader);

/* Where the next record begins, or where what is wrong does. */
uint64_t tape_reader_offset(const struct tape_reader *reader);

/* The name of a world by its number; NULL: no record has named it yet. */
const char *tape_reader_world(const struct tape_reader *reader, size_t number);

/* The hash of the index-th entry of a mark. */
uint64_t tape_mark_hash(const struct tape_mark *mark, size_t index);

#endif
