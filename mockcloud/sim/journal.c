/* See journal.h. Owns the ring, the data of the entries, and the names of the actors. Entries are
 * never changed once they are in: followers and `why` hold their numbers. */
#include "sim/journal.h"

#include "base/map.h"
#include "base/mem.h"
#include "tape/tape_frame.h"

#include <assert.h>
#include <stdlib.h>

struct slot {
    struct journal_entry entry;
    char *data;
    int64_t real_ms;
    bool distrusted;
};

struct journal {
    struct slot *ring; /* grows up to `most` */
    size_t cap;
    size_t most;
    size_t bytes;
    size_t most_bytes;
    uint64_t first;
    uint64_t next;
    bool any_distrusted; /* there is, or was, one */
    struct map actors;   /* name -> its copy */
};

struct journal *journal_new(size_t entries, size_t bytes)
{
    struct journal *journal = mem_new(sizeof *journal);
    assert(entries > 0);
    journal->most = entries;
    journal->most_bytes = bytes;
    journal->first = journal->next = 1;
    return journal;
}

void journal_free(struct journal *journal)
{
    if (!journal)
        return;
    for (uint64_t n = journal->first; n < journal->next; n++)
        free(journal->ring[n % journal->cap].data);
    free(journal->ring);
    map_free(&journal->actors, free);
    free(journal);
}

/* One copy per name for the journal's whole life: a world has few actors and many entries, and an
 * actor (a device, a client) may be gone while entries of it are still there. */
static const char *journal_actor(struct journal *journal, const char *actor)
{
    char *known = map_get(&journal->actors, actor);
    if (!known) {
        known = mem_dup(actor);
        map_put(&journal->actors, actor, known);
    }
    return known;
}

static void journal_drop_first(struct journal *journal)
{
    struct slot *slot = &journal->ring[journal->first % journal->cap];
    journal->bytes -= slot->entry.data_len;
    free(slot->data);
    slot->data = NULL;
    journal->first++;
}

/* An entry's place is n % cap, so its entries can't be moved as one block. It grows in few steps
 * from small, since most worlds (one per scenario) never fill 256 entries. */
static void journal_grow(struct journal *journal)
{
    size_t cap = journal->cap ? journal->cap * 4 : 256;
    if (cap > journal->most)
        cap = journal->most;
    struct slot *ring = mem_new_array(cap, sizeof *ring);
    for (uint64_t n = journal->first; n < journal->next; n++) {
        assert(journal->cap); /* there is something in it */
        ring[n % cap] = journal->ring[n % journal->cap];
    }
    free(journal->ring);
    journal->ring = ring;
    journal->cap = cap;
}

void journal_distrust(struct journal *journal, uint64_t n)
{
    assert(n >= journal->first && n < journal->next);
    journal->ring[n % journal->cap].distrusted = journal->any_distrusted = true;
}

bool journal_distrusts(const struct journal *journal, uint64_t n)
{
    /* A cause that has fallen out can't be looked at. Once any was distrusted, such a one counts as
     * distrusted: a foreign page must not get rid of its mark by flooding the ring. */
    if (!journal->any_distrusted || n == 0)
        return false;
    return n < journal->first || (n < journal->next && journal->ring[n % journal->cap].distrusted);
}

uint64_t journal_add(struct journal *journal, const struct journal_entry *entry, int64_t real_ms)
{
    /* First, since the lines below may drop the cause. */
    bool distrusted = journal_distrusts(journal, entry->cause);
    size_t len = entry->data_len;
    if (journal->next - journal->first == journal->cap) {
        if (journal->cap < journal->most)
            journal_grow(journal);
        else
            journal_drop_first(journal);
    }
    while (journal->first < journal->next && journal->bytes + len > journal->most_bytes)
        journal_drop_first(journal);
    uint64_t n = journal->next++;
    struct slot *slot = &journal->ring[n % journal->cap];
    slot->data = mem_dup_n(entry->data, len);
    slot->real_ms = real_ms;
    slot->distrusted = distrusted;
    slot->entry = *entry;
    slot->entry.n = n;
    slot->entry.actor = journal_actor(journal, entry->actor);
    slot->entry.data = slot->data;
    journal->bytes += len;
    return n;
}

uint64_t journal_first(const struct journal *journal)
{
    return journal->first;
}

uint64_t journal_next(const struct journal *journal)
{
    return journal->next;
}

const struct journal_entry *journal_get(const struct journal *journal, uint64_t n)
{
    if (n < journal->first || n >= journal->next)
        return NULL;
    return &journal->ring[n % journal->cap].entry;
}

int64_t journal_real_ms(const struct journal *journal, uint64_t n)
{
    return journal_get(journal, n) ? journal->ring[n % journal->cap].real_ms : -1;
}

uint64_t journal_hash(const struct journal_entry *entry)
{
    const uint64_t parts[] = {
        tape_hash(entry->data, entry->data_len),
        entry->n,
        (uint64_t)entry->at_ms,
        entry->cause,
        tape_hash(entry->actor, strlen(entry->actor)),
        tape_hash(entry->kind, strlen(entry->kind)),
    };
    return tape_hash(parts, sizeof parts);
}

void journal_write(const struct journal_entry *entry, struct jsonw *w)
{
    jsonw_object(w);
    jsonw_key_int(w, "n", (int64_t)entry->n);
    jsonw_key_time(w, "at", entry->at_ms);
    jsonw_key_str(w, "actor", entry->actor);
    jsonw_key_str(w, "kind", entry->kind);
    jsonw_key(w, "cause");
    if (entry->cause)
        jsonw_int(w, (int64_t)entry->cause);
    else
        jsonw_null(w);
    jsonw_key(w, "data");
    jsonw_raw(w, entry->data, entry->data_len);
    jsonw_end_object(w);
}
