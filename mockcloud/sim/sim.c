/* See sim.h. Owns the clock and the journal of a world. */
#include "sim/sim.h"

#include "base/mem.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define NOTE_BYTES (4u << 20)

void sim_init(struct sim *sim, enum vclock_mode mode, int64_t at_ms, uint64_t seed,
              const char *name)
{
    char stream[128];
    *sim = (struct sim){
        .clock = vclock_new(mode, at_ms),
        .journal = journal_new(JOURNAL_ENTRIES, JOURNAL_BYTES),
        .exchanges = exchanges_new(EXCHANGES, EXCHANGES_BYTES),
        .leaned = mem_new(sizeof *sim->leaned),
    };
    ids_init(&sim->ids, seed, name);
    chance_init(&sim->chance, seed, name);
    snprintf(stream, sizeof stream, "%s/requests", name);
    chance_init(&sim->requests, seed, stream);
    buf_init(&sim->scratch, NOTE_BYTES);
}

void sim_free(struct sim *sim)
{
    vclock_free(sim->clock);
    journal_free(sim->journal);
    exchanges_free(sim->exchanges);
    buf_free(&sim->scratch);
    if (sim->leaned)
        leaned_free(sim->leaned);
    free(sim->leaned);
    *sim = (struct sim){0};
}

struct jsonw *sim_note(struct sim *sim)
{
    buf_clear(&sim->scratch);
    jsonw_init(&sim->note, &sim->scratch);
    jsonw_object(&sim->note);
    return &sim->note;
}

struct tape_stand sim_stand(const struct sim *sim)
{
    return (struct tape_stand){
        .world = sim->world,
        .at_ms = vclock_now(sim->clock),
        .timers = vclock_fired(sim->clock),
        .next_n = journal_next(sim->journal),
    };
}

uint64_t sim_noted(struct sim *sim, const char *actor, const char *kind)
{
    jsonw_end_object(&sim->note);
    struct journal_entry entry = {.at_ms = vclock_now(sim->clock),
                                  .actor = actor,
                                  .kind = kind,
                                  .cause = vclock_cause(sim->clock),
                                  .data = buf_str(&sim->scratch),
                                  .data_len = sim->scratch.len};
    entry.n = journal_add(sim->journal, &entry, sim_real_ms());
    if (sim->machine && sim->machine->recorder) {
        struct tape_stand stand = sim_stand(sim);
        tape_entry(sim->machine->recorder, &stand, kind, journal_hash(&entry));
    }
    return entry.n;
}

int64_t sim_real_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000) + now.tv_nsec / 1000000;
}

bool sim_behaves(const struct sim *sim, enum behaviour which, const char *word)
{
    int value = behaviour_value(which, word);
    assert(value >= 0);
    return (size_t)value == sim_behaviour(sim, which);
}

size_t sim_behaviour(const struct sim *sim, enum behaviour which)
{
    size_t value = sim->behaviours.value[which];
    sim->leaned->asked[which] |= UINT32_C(1) << value;
    if (!sim->behaviours.stated[which])
        sim->leaned->unstated[which] = true;
    return value;
}

int sim_api_year(const struct sim *sim)
{
    const struct behaviour_row *row = &behaviour_rows[BEHAVIOUR_API_YEAR];
    const char *word = row->values[sim_behaviour(sim, BEHAVIOUR_API_YEAR)];
    return word == row->values[0] ? API_YEAR_CURRENT : (int)strtol(word, NULL, 10);
}

void sim_lean(const struct sim *sim, const struct rule *rule)
{
    int which = rule && rule->behaviour ? behaviour_find(rule->behaviour) : -1;
    if (rule)
        leaned_note(sim->leaned, rule, which >= 0 && sim->behaviours.stated[which]);
}
