/*
 * Reads a tape, record by record. Whatever the bytes are, it never reads behind them: it answers
 * with records, or with what is wrong and where.
 */
#ifndef TAPE_TAPE_READER_H
#define TAPE_TAPE_READER_H

#include "tape/tape_decoder.h"

#include <stdint.h>
#include <stdio.h>

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

#endif
