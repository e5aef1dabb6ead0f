/*
 * What a record says now, held against what the tape says. Of replay/ alone.
 */
#ifndef REPLAY_COMPARE_H
#define REPLAY_COMPARE_H

#include "tape/tape_decoder.h"
#include "world/worlds.h"

/* Whether both say the same; else the first difference is written to `out`, in words. `worlds` are
 * those of now, for what an entry says. */
bool replay_compare(const struct tape_record *then, const struct tape_record *now,
                    const struct worlds *worlds, struct buf *out);

/* Names an input: `request 12: POST /v1/devices`. */
void replay_name(const struct tape_record *record, struct buf *out);

#endif
