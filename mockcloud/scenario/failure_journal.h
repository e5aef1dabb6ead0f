/*
 * A journal as a failure shows it: its end for people, all of it for machines.
 */
#ifndef SCENARIO_FAILURE_JOURNAL_H
#define SCENARIO_FAILURE_JOURNAL_H

#include "sim/journal.h"
#include "sim/leaned.h"

/* The last entries that tell something, a line each: not the stages of a boot, vitals, and the
 * replies to what the harness itself did well. Bodies of refusals and of imports stand there whole,
 * and beside a refusal its rule's sentence, which is looked up in `leaned`. `begin_ms`: when the
 * world began. Yours: free(). */
char *failure_journal_dup(const struct journal *journal, const struct leaned *leaned,
                          int64_t begin_ms);

/* All entries, as JSON Lines. Yours: free(). */
char *failure_dump_dup(const struct journal *journal);

#endif
