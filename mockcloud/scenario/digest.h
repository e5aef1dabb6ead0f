/*
 * Short forms for people: a journal entry in one line, secrets cut to their first characters.
 */
#ifndef SCENARIO_DIGEST_H
#define SCENARIO_DIGEST_H

#include "base/buf.h"
#include "sim/journal.h"

#define DIGEST_COLUMNS 94 /* of a journal line; reports indent it */

/* `text` (may be NULL) with access tokens (40 hex digits) and claim codes (63 characters of base64)
 * cut to their first 6 characters and "…". Yours: free(). */
char *digest_shorten_dup(const char *text);

/* Appends an entry as a line of at most DIGEST_COLUMNS characters, without a line break.
 * `begin_ms`: see digest_time(). */
void digest_entry(const struct journal_entry *entry, int64_t begin_ms, struct buf *out);

/* The same with every value whole, however long the line becomes. */
void digest_entry_whole(const struct journal_entry *entry, int64_t begin_ms, struct buf *out);

/* "00:00:10.000": the time of day of a world's time; "01-02 00:00:10.000" when it is another day
 * than the one on which the world began. */
void digest_time(int64_t at_ms, int64_t begin_ms, struct buf *out);

/* Appends the last `lines` lines of `text`, each behind `prefix`. */
void digest_tail(const char *text, size_t lines, const char *prefix, struct buf *out);

#endif
