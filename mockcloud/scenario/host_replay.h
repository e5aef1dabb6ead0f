/*
 * A host that is a tape: the steps of a scenario are run again, and whatever they ask of the host
 * is answered as it was then, without a client and without waiting.
 */
#ifndef SCENARIO_HOST_REPLAY_H
#define SCENARIO_HOST_REPLAY_H

#include "replay/replay.h"
#include "scenario/host.h"

struct host_replay;

/* `replay` is borrowed, and attached to the scenario's worlds. Yours: host_replay_free(). */
struct host_replay *host_replay_new(struct replay *replay);
void host_replay_free(struct host_replay *host);
const struct scenario_host *host_replay_scenario(struct host_replay *host);

#endif
