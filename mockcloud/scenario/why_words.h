/*
 * Answers of world/why in words, as a failure shows them: each a heading, what it means, its
 * evidence and what to do, a line each. What is appended to something stands on a line of its own.
 */
#ifndef SCENARIO_WHY_WORDS_H
#define SCENARIO_WHY_WORDS_H

#include "sim/journal.h"
#include "world/why/why_questions.h"

/* Begins a line, unless the text is empty. */
void why_words_begin(struct buf *out);

/* What stands below an answer's heading. `begin_ms`: when the world began, by its own clock. */
void why_words_lines(const struct why_answer *answer, int64_t begin_ms, struct buf *out);

/* Who owns the device, or why the owner that was asked for does not. */
void why_words_owner(const struct device *device, const struct why_answer *answer, int64_t begin_ms,
                     struct buf *out);

/* Why that request (an entry http.request) was refused. */
void why_words_request(const struct world *world, const struct journal_entry *request,
                       int64_t begin_ms, struct buf *out);

/* The last request that was refused, of `actor` (NULL: of anybody), and not one to the control API:
 * of those whose reply stands before entry *cursor (UINT64_MAX: the end), which becomes that
 * reply's. NULL: none was. */
const struct journal_entry *why_words_refused(const struct journal *journal, uint64_t *cursor,
                                              const char *actor);

#endif
