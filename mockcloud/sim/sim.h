/*
 * What every actor of a world shares: its clock, its chance, its ids and its journal.
 */
#ifndef SIM_SIM_H
#define SIM_SIM_H

#include "base/buf.h"
#include "base/jsonw.h"
#include "sim/behaviour.h"
#include "sim/chance.h"
#include "sim/exchanges.h"
#include "sim/ids.h"
#include "sim/journal.h"
#include "sim/leaned.h"
#include "sim/machine.h"
#include "sim/vclock.h"

struct sim {
    struct vclock *clock;
    struct journal *journal;
    struct exchanges *exchanges; /* what went over the wire, beside the journal */
    struct ids ids;
    struct behaviours behaviours;
    struct chance chance;   /* claim codes and every random choice */
    struct chance requests; /* X-Request-Id alone, so that a request more changes no claim code */
    struct buf scratch;     /* of sim_note: the data of the entry that is being written */
    struct jsonw note;
    struct machine *machine; /* what it is told of the machine, and who records; NULL: nobody. Set
                                by the world, which sim_init() leaves to it */
    const char *world;       /* its name: borrowed from the world, with `machine` */
    struct leaned
        *leaned; /* owned; behind a pointer, because whoever only reads leans on it, too */
};

/* A sim of its own clock and journal, everything made from `seed` and `name`. */
void sim_init(struct sim *sim, enum vclock_mode mode, int64_t at_ms, uint64_t seed,
              const char *name);
void sim_free(struct sim *sim);

/*
 * Journal entries are written in three steps, without a copy of the data on the way:
 *
 *     struct jsonw *w = sim_note(sim);
 *     jsonw_key_str(w, "code", code);
 *     uint64_t n = sim_noted(sim, "cloud", "claim-code.issued");
 *
 * sim_note() opens the data object; sim_noted() closes it and adds the entry at the time of the
 * clock, with vclock_cause() as its cause, and answers its number. Not to be nested.
 */
struct jsonw *sim_note(struct sim *sim);
uint64_t sim_noted(struct sim *sim, const char *actor, const char *kind);

/* How the world stands, for a tape. */
struct tape_stand sim_stand(const struct sim *sim);

/* The machine's monotonic clock in milliseconds: for the journal's second list and for real-time
 * deadlines, never for anything that the journal holds. */
int64_t sim_real_ms(void);

/* Whether the world has set this switch to that value. */
bool sim_behaves(const struct sim *sim, enum behaviour which, const char *word);

/* The number of the value that the world has set this switch to: an index into its row's values. */
size_t sim_behaviour(const struct sim *sim, enum behaviour which);

/* The year in whose form replies are given: 2015, 2018, 2020, 2022 or API_YEAR_CURRENT. A form that
 * came in a year holds for the later ones until the next: compare with < and >=. */
int sim_api_year(const struct sim *sim);

/* Notes that a rule has decided something. Replies do it by themselves (api/). NULL: nothing. */
void sim_lean(const struct sim *sim, const struct rule *rule);

#endif
