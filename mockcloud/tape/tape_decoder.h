/*
 * From the bytes of a record to what it says. Whatever the bytes are, nothing behind them is read.
 *
 * A decoder is for the records of one tape, in their order: names of worlds and kinds of entries
 * stand in the record that uses them first.
 */
#ifndef TAPE_TAPE_DECODER_H
#define TAPE_TAPE_DECODER_H

#include "tape/tape_code.h"
#include "tape/tape_kind.h"

#include <stdint.h>

struct tape_pair {
    struct tape_text name, value;
};

struct tape_noted {
    uint64_t hash;
    const char *kind; /* "http.reply": borrowed from the decoder */
};

/* How a world stood behind a record, and which entries that has brought it. */
struct tape_mark {
    const char *world; /* its name: borrowed from the decoder */
    int64_t at_ms;
    uint64_t timers;
    uint64_t next_n; /* of its journal */
    size_t count;    /* of entries: the last ones before next_n */
    size_t first;    /* the first of them in the record's `entries` */
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
    struct tape_noted *entries;
    size_t entry_count;
    const char *bytes; /* all of it */
    size_t len;
};

struct tape_names {
    char **items;
    size_t count;
};

/* A zeroed one has read nothing. */
struct tape_decoder {
    struct tape_record record; /* the last one: borrows from its bytes */
    size_t pair_cap, mark_cap, entry_cap;
    struct tape_names worlds, kinds;
};

/* False: the bytes are no record. */
bool tape_decode(struct tape_decoder *decoder, const char *bytes, size_t len);

/* As if it had read nothing. */
void tape_decoder_free(struct tape_decoder *decoder);

#endif
