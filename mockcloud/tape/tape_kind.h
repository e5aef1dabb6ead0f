/*
 * The kinds of records that a tape has, a row each: what it stands for, and which numbers and texts
 * it carries, by name and in order. Encoding, decoding, `mockcloud tape show` and the page of the
 * format all go by these rows; nothing else knows what is in a record.
 *
 * The number of a kind and the order of its fields are the format: whoever changes them gives the
 * format another number (TAPE_MAGIC in tape_frame.h), so that no tape is read as what it is not.
 */
#ifndef TAPE_TAPE_KIND_H
#define TAPE_TAPE_KIND_H

#include <stdbool.h>
#include <stddef.h>

#define TAPE_NUMBERS 9 /* of a record, at most */
#define TAPE_TEXTS   8

enum tape_kind {
    TAPE_BEGUN = 1,
    TAPE_WORLD = 2,
    TAPE_REQUEST = 3,
    TAPE_LEFT = 4,
    TAPE_STALLED = 5,
    TAPE_DRAINED = 6,
    TAPE_WORK = 7,
    TAPE_TIME = 8,
    TAPE_WALL = 9,
    TAPE_BASE_URL = 10,
    TAPE_HOOK_SENT = 11,
    TAPE_HOOK_REFUSED = 12,
    TAPE_HOOK_ANSWERED = 13,
    TAPE_HOOK_FAILED = 14,
    TAPE_HOOK_SILENT = 15,
    TAPE_HOOK_FORGOTTEN = 16,
    TAPE_ENTRIES = 17,
    TAPE_SCENARIO = 18,
    TAPE_STEP = 19,
    TAPE_TURN = 20,
    TAPE_CLIENT_URL = 21,
    TAPE_CLIENT_STARTED = 22,
    TAPE_CLIENT_ENDED = 23,
    TAPE_CLIENT_OUTPUT = 24,
    TAPE_PORT = 25,
    TAPE_CALL = 26,
    TAPE_CALL_OVER = 27,
    TAPE_VERDICT = 28,
    TAPE_END = 29,
    TAPE_CLIENT_KEPT = 30,
    TAPE_KINDS
};

struct tape_kind_row {
    const char *name;                  /* "request"; NULL: there is no such kind */
    const char *numbers[TAPE_NUMBERS]; /* NULL behind the last */
    const char *texts[TAPE_TEXTS];     /* the same */
    bool pairs;                        /* pairs of texts follow: headers */
    const char *text;                  /* what it stands for */
};

/* The row of a kind; NULL for a number that is none. */
const struct tape_kind_row *tape_kind_row(unsigned kind);

/* How many numbers and texts it has. */
size_t tape_kind_numbers(const struct tape_kind_row *row);
size_t tape_kind_texts(const struct tape_kind_row *row);

#endif
