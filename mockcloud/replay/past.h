/*
 * The past of a server, in memory: what has entered its worlds, so that a world can be had again as
 * it stood behind any entry of its journal: a fork.
 *
 * It is bounded. Once more has entered than it holds, there is no past any more, and no fork.
 */
#ifndef REPLAY_PAST_H
#define REPLAY_PAST_H

#include "api/api.h"

#define PAST_BYTES (32u << 20)

struct past;

/* Records what the recorder of these worlds writes from now on, which has to be all, and lets their
 * api fork. Both are borrowed. Yours: past_free(), before the recorder's end. */
struct past *past_new(struct worlds *worlds, struct tape_recorder *recorder);
void past_free(struct past *past);

/* A record that the recorder has not written: what a replay is told of the machine. */
void past_add(struct past *past, const char *record, size_t len);

/* For api_set_fork(). */
struct api_fork past_fork(struct past *past);

#endif
