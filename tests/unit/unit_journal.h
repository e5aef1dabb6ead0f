/* Looking into a journal, for tests. */
#ifndef UNIT_JOURNAL_H
#define UNIT_JOURNAL_H

#include "sim/journal.h"

#include <string.h>

/* Whether an entry is of this kind and its data holds `piece`. */
static inline bool unit_is(const struct journal_entry *entry, const char *kind, const char *piece)
{
    return strcmp(entry->kind, kind) == 0 && strstr(entry->data, piece);
}

/* The newest such entry, NULL: there is none. */
static inline const struct journal_entry *unit_newest(const struct journal *journal,
                                                      const char *kind, const char *piece)
{
    for (uint64_t n = journal_next(journal); n-- > journal_first(journal);)
        if (unit_is(journal_get(journal, n), kind, piece))
            return journal_get(journal, n);
    return NULL;
}

/* How many such entries there are. */
static inline size_t unit_noted(const struct journal *journal, const char *kind, const char *piece)
{
    size_t count = 0;
    for (uint64_t n = journal_first(journal); n < journal_next(journal); n++)
        count += unit_is(journal_get(journal, n), kind, piece);
    return count;
}

#endif
