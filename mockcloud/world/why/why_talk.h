/* What the files of the other questions share. Of world/why/ alone. */
#ifndef WORLD_WHY_WHY_TALK_H
#define WORLD_WHY_WHY_TALK_H

#include "sim/journal.h"
#include "world/why/why_case.h"
#include "world/why/why_questions.h"

#include <cjson/cJSON.h>

/* Ends an answer: its reason, a row of why_reasons (`name` NULL: nothing to explain), and what to
 * do (NULL: what stands there already). Evidence has been added before. */
void talk_settle(struct why_case *why, enum why_topic topic, const char *name, const char *advice,
                 ...) __attribute__((format(printf, 4, 5)));

/* An entry of the journal, read. */
struct talk_entry {
    const struct journal_entry *entry;
    struct fact fact;
    cJSON *data;
};

/* False: it is not there (any more). Else ended by talk_entry_done(). */
bool talk_entry(const struct world *world, uint64_t n, struct talk_entry *ret_entry);
void talk_entry_done(struct talk_entry *entry);

/* A member of its data: NULL, 0 when it is not there. */
const char *talk_str(const struct talk_entry *entry, const char *key);
int64_t talk_int(const struct talk_entry *entry, const char *key);

/* The last entry of a kind, before number `before` (0: of all), that `fits`. */
typedef bool talk_fits(const struct talk_entry *entry, const void *arg);
bool talk_last(const struct world *world, const char *kind, uint64_t before, talk_fits *fits,
               const void *arg, struct talk_entry *ret_entry);

/* The last event of that name; false: there was none, which is the answer. (why_events.c) */
bool talk_published(struct why_case *why, const char *name, enum why_topic topic,
                    struct talk_entry *ret_event);

#endif
