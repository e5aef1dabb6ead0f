/*
 * serve --state FILE: the tape is the state. A file that is there is the world: it is run again,
 * and what enters from then on is written behind it.
 *
 * Real clocks go on at the calendar's time, and what fell due in between happens at its own; who
 * waited for a reply when the program ended has gone, and webhooks that were on their way have
 * failed.
 */
#ifndef CLI_STATE_H
#define CLI_STATE_H

#include "cli/recording.h"
#include "replay/replay.h"

struct state {
    const char *path;
    struct tape_reader *reader;
    struct replay *replay; /* whose worlds and api are served; NULL: they were made anew */
};

/* Whether there is a state to go on with. */
bool state_is_there(const char *path);

/*
 * Runs it again. EXIT_PASSED: state_worlds() and state_api() are those of the state, and
 * `recording` goes on with the file. Else another code: it was told what is wrong, and that nothing
 * was changed. `world` is the file that --world names, NULL: none was given.
 */
int state_open(struct state *state, const struct options *options, struct recording *recording,
               const struct recording_of *of);

/* After the server has ended, and recording_end(). */
void state_close(struct state *state);

#endif
