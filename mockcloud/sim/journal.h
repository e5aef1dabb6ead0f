/*
 * The journal: the one time line of a world, a ring of entries.
 *
 * An entry is {n, at, actor, kind, cause, data}: n counts from 1, `at` is world time, `actor` is
 * "cloud", "device:NAME", "client:NAME", "scenario" or "control", `kind` is a dotted word
 * ("claim-code.issued"), `cause` the number of the entry that caused it. It holds nothing of the
 * machine (no port, pid, path or real time), so that the same seed gives the same bytes; the real
 * time of each entry stands in a second list beside it.
 *
 * The ring holds a bounded number of entries and bytes; what fell out is counted.
 */
#ifndef SIM_JOURNAL_H
#define SIM_JOURNAL_H

#include "base/buf.h"
#include "base/jsonw.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JOURNAL_ENTRIES 100000
#define JOURNAL_BYTES   (64u << 20)

struct journal_entry {
    uint64_t n;
    int64_t at_ms;
    const char *actor; /* borrowed from the journal, as long as it lives */
    const char *kind;  /* static */
    uint64_t cause;    /* 0: none */
    const char *data;  /* a JSON object; borrowed until the entry falls out */
    size_t data_len;
};

struct journal;

/* A ring of at most `entries` entries and `bytes` bytes of data. Yours: journal_free(). */
struct journal *journal_new(size_t entries, size_t bytes);
void journal_free(struct journal *journal);

/* Adds an entry and answers its number, whatever number it is given with. Its actor and its data
 * are copied; `real_ms` goes into the second list. */
uint64_t journal_add(struct journal *journal, const struct journal_entry *entry, int64_t real_ms);

/* Marks entry `n`, which is there, as the doing of somebody who is not trusted. What it causes, and
 * what that causes, is marked with it. */
void journal_distrust(struct journal *journal, uint64_t n);

/* Whether entry `n` is marked. Of one that fell out nobody knows: true when any was ever marked. 0,
 * no entry, is not. */
bool journal_distrusts(const struct journal *journal, uint64_t n);

/* The number of the oldest entry that is still there, and the number that the next one will get. */
uint64_t journal_first(const struct journal *journal);
uint64_t journal_next(const struct journal *journal);

/* Entry `n`, or NULL when it fell out or is not there yet. */
const struct journal_entry *journal_get(const struct journal *journal, uint64_t n);

/* The machine's monotonic time at which entry `n` was made; -1 when it is not there. */
int64_t journal_real_ms(const struct journal *journal, uint64_t n);

/* A hash of all that the entry says: what a tape keeps of it. */
uint64_t journal_hash(const struct journal_entry *entry);

/* Writes an entry as a JSON object, the keys in the order of the struct. */
void journal_write(const struct journal_entry *entry, struct jsonw *w);

#endif
