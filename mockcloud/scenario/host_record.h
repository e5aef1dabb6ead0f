/*
 * A host whose answers go onto a tape: which URL a client got, that it was started, that it has
 * ended and with what, what it has printed, which real deadlines have passed. What its turns let
 * into the world, the taps of the world record.
 */
#ifndef SCENARIO_HOST_RECORD_H
#define SCENARIO_HOST_RECORD_H

#include "scenario/host.h"
#include "sim/machine.h"

struct host_record;

/* Both are borrowed, and outlive it. Yours: host_record_free(). */
struct host_record *host_record_new(const struct scenario_host *host, struct machine *machine);
void host_record_free(struct host_record *record);

/* What the scenario is given in place of `host`. Borrowed. */
const struct scenario_host *host_record_scenario(struct host_record *record);

#endif
