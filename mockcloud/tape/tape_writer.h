/*
 * A tape that is being written to a file: records are kept in a buffer until somebody flushes it,
 * as the loop does once a turn.
 *
 * It keeps its first error, and drops what comes after it: whoever flushes hears of it. A tape that
 * has come to its maximum ends with a record that says so.
 */
#ifndef TAPE_TAPE_WRITER_H
#define TAPE_TAPE_WRITER_H

#include "tape/tape_recorder.h"

struct tape_writer;

/* Makes the file, or makes it empty; with `append` it goes on behind what is there, at `at` bytes
 * (what stands behind them is cut off). `max`: bytes of the file, 0: any number. NULL and the
 * reason (yours: free()) when it can't. Yours: tape_writer_free(). */
struct tape_writer *tape_writer_new(const char *path, uint64_t max, char **ret_error);
struct tape_writer *tape_writer_new_behind(const char *path, uint64_t at, char **ret_error);

/* Nobody else writes to the file from now on (flock(2)); those of tape_writer_new_behind() are
 * locked before anything is cut off. False: somebody does; *ret_error (yours: free()) says so. */
bool tape_writer_lock(struct tape_writer *writer, char **ret_error);

/* What the recorder is to be given; of the writer. */
struct tape_sink *tape_writer_sink(struct tape_writer *writer);

/* Writes what is in the buffer. False: it, or something before it, could not be written; *ret_error
 * (borrowed from the writer) tells why. */
bool tape_writer_flush(struct tape_writer *writer, const char **ret_error);

/* The same, and the disk has it when this returns. */
bool tape_writer_sync(struct tape_writer *writer, const char **ret_error);

/* Whether there is anything to flush. */
bool tape_writer_waits(const struct tape_writer *writer);

/* Whether it has come to its maximum. */
bool tape_writer_is_full(const struct tape_writer *writer);

/* Says that nothing more comes; then flush. */
void tape_writer_end(struct tape_writer *writer);

/* What was not flushed is lost. */
void tape_writer_free(struct tape_writer *writer);

#endif
