/*
 * The recorder: what everything that enters a world goes through on its way onto a tape.
 *
 * Whoever lets something in (a "tap") begins a record, writes its fields in the order of its row
 * (tape_kind.h), does what it came for, and ends the record. The journal entries that come in
 * between are noted in it: which world's, from which number, and a hash of each. A record that is
 * begun within another is not written: it is no input, but what the first one does.
 *
 *     if (tape_begin(recorder, TAPE_LEFT))
 *         tape_number(recorder, ticket->number);
 *     …
 *     tape_end(recorder);
 *
 * The recorder hands each whole record to its sinks (a file, the memory for forks), and never reads
 * one. All functions take NULL for a recorder: nobody records.
 */
#ifndef TAPE_TAPE_RECORDER_H
#define TAPE_TAPE_RECORDER_H

#include "base/headers.h"
#include "tape/tape_kind.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tape_recorder;

/* Where records go. `add` is called with each, whole; it must not call back into the recorder. */
struct tape_sink {
    void (*add)(struct tape_sink *sink, const char *record, size_t len);
    struct tape_sink *next; /* the recorder's */
};

/* Yours: tape_recorder_free(), which writes what is noted and not written yet. */
struct tape_recorder *tape_recorder_new(void);
void tape_recorder_free(struct tape_recorder *recorder);

/* Borrowed, and outlives the recorder, or until it is taken away. */
void tape_recorder_add(struct tape_recorder *recorder, struct tape_sink *sink);
void tape_recorder_take(struct tape_recorder *recorder, const struct tape_sink *sink);

/* The real time of what comes next, in milliseconds; whose zero it is doesn't matter here. */
void tape_now(struct tape_recorder *recorder, int64_t real_ms);

/* True: its fields are to be written now. Either way tape_end() follows. */
bool tape_begin(struct tape_recorder *recorder, enum tape_kind kind);
void tape_number(struct tape_recorder *recorder, int64_t value);
void tape_text(struct tape_recorder *recorder, const char *data, size_t len);
void tape_str(struct tape_recorder *recorder, const char *text);
void tape_pair(struct tape_recorder *recorder, const char *name, const char *value,
               size_t value_len);
void tape_end(struct tape_recorder *recorder);

/* What is under way has changed nothing: a read. Such records are not written when
 * tape_skip_reads() has asked for that. */
void tape_was_read(struct tape_recorder *recorder);
void tape_skip_reads(struct tape_recorder *recorder);

/* Writes what has come outside of any record, if anything has. */
void tape_flush(struct tape_recorder *recorder);

/* Whether a record is under way. */
bool tape_within(const struct tape_recorder *recorder);

/* How a world stands. */
struct tape_stand {
    const char *world; /* its name */
    int64_t at_ms;
    uint64_t timers; /* that have fired */
    uint64_t next_n; /* what its journal's next entry will be called */
};

/* The world of this input, which may have brought no entry. */
void tape_stands(struct tape_recorder *recorder, const struct tape_stand *stand);

/* Entry `stand->next_n - 1` was made, of this kind (static), with this hash. */
void tape_entry(struct tape_recorder *recorder, const struct tape_stand *stand, const char *kind,
                uint64_t hash);

#endif
