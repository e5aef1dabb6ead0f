/*
 * The tape of a scenario's run, run again: its steps over what entered then, without its clients.
 */
#ifndef SCENARIO_SCENARIO_REPLAY_H
#define SCENARIO_SCENARIO_REPLAY_H

#include "replay/replay.h"
#include "scenario/scenario.h"

struct scenario_replay;

/* Whether the tape, of which nothing has been run, is that of a scenario. */
bool scenario_replay_is(struct replay *replay);

/* Runs it. NULL when the tape's own files can't be read by this program any more (another version);
 * the mistakes are in `diags`. Yours: scenario_replay_free(), before the replay's end. How it went
 * is replay_end(): it has parted, too, when the result is another than it was. */
struct scenario_replay *scenario_replay_new(struct replay *replay, struct diags *diags);
void scenario_replay_free(struct scenario_replay *again);

/* What it came to; NULL: it was stopped before its end, or the tape ends before. Borrowed. */
const struct scenario_result *scenario_replay_result(const struct scenario_replay *again);

/* The exit code that the run had then. */
int scenario_replay_code(const struct scenario_replay *again);

#endif
