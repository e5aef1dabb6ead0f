/*
 * How each kind of record enters the worlds of a replay once more, and the requests that are under
 * way there. (enter.c)
 */
#ifndef REPLAY_ENTER_H
#define REPLAY_ENTER_H

#include "tape/tape_reader.h"

#include <stdbool.h>

struct replay;

/* Whether records of this kind enter at all; others were only noted. */
bool enter_is_input(enum tape_kind kind);

/* Whether letting such a record in is recorded again, so that there is something to compare. */
bool enter_is_recorded(enum tape_kind kind);

/* Lets it in. False: there is nothing that it could befall (a ticket that is not there, a world
 * that has another name), so this is not what the tape was made of. The kind has to be an input. */
bool enter_record(struct replay *replay, const struct tape_record *record);

/* Frees the requests that were answered since this was last called; not while a world is at work on
 * one. */
void enter_end_over(struct replay *replay);

/* Gives up all requests that are under way. */
void enter_end_all(struct replay *replay);

#endif
