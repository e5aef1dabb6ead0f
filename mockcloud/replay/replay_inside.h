/*
 * A replay, for the files of replay/ alone: replay.c goes through the tape and compares, enter.c
 * lets its records in.
 */
#ifndef REPLAY_REPLAY_INSIDE_H
#define REPLAY_REPLAY_INSIDE_H

#include "replay/past.h"
#include "replay/replay.h"

#include "base/map.h"
#include "tape/tape_decoder.h"

struct replay_ticket;

struct replay {
    struct tape_sink sink; /* first: what happens now */
    struct tape_recorder *recorder;
    struct replay_options options;
    struct tape_reader *reader;
    struct worlds own;
    struct worlds *worlds; /* `own`, or those of a scenario */
    struct api *api;
    bool owns_api;
    bool entering;              /* a record is being let in */
    struct map tickets;         /* struct replay_ticket *, by number */
    struct replay_ticket *over; /* answered, and to be freed behind the record */
    struct tape_decoder now;
    const struct tape_record *then; /* the next one that has not happened; NULL: not read yet */
    enum tape_read came;            /* what reading it has come to */
    bool parted, warned;
    uint64_t wanted;   /* the hash of the entry at which it is to stop, with only_world */
    struct past *past; /* for forks that are on the tape; NULL: none is made */
    struct buf message, warnings;
    char *program; /* of the tape, when it is another */
    uint64_t count;
};

#endif
