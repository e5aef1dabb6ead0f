/*
 * A tape is run again: its worlds are made anew, and all that entered them enters them once more,
 * in the same order and at the same times, without a socket and as fast as it can.
 *
 * While it goes, a recorder of its own writes what happens now (tape/tape_recorder.h), and each
 * record is compared with that of the tape: the first entry that is not what it was ends it.
 */
#ifndef REPLAY_REPLAY_H
#define REPLAY_REPLAY_H

#include "api/api.h"
#include "tape/tape_reader.h"

struct replay;

struct replay_options {
    const char *until_world; /* NULL: the main one */
    uint64_t until_n;        /* stop when that world's journal has this entry; 0: at the end */
    /* Called with each record before it enters. May be NULL. */
    void (*replayed)(void *arg, const struct tape_record *record);
    /* Called with each request when it is answered: now, later, or by a stream's head. May be NULL.
     */
    void (*replied)(void *arg, uint64_t number, const struct api_reply *reply);
    void *arg;
    const char *only_world; /* what concerns other worlds alone is left out, and nothing is compared
                               but the entry that it stops at; NULL: not so */
    bool
        go_on; /* of a tape of another program: what is not what it was is told, and gone on with */
};

enum replay_end {
    REPLAY_OVER,    /* all of the tape has happened again, as it was */
    REPLAY_UNTIL,   /* the entry that was asked for is there */
    REPLAY_PARTED,  /* something is not what it was: replay_message() */
    REPLAY_DAMAGED, /* the file is: replay_message() */
};

/* `reader` is borrowed, and has been read up to no record. Yours: replay_free(). */
struct replay *replay_new(struct tape_reader *reader, const struct replay_options *options);
void replay_free(struct replay *replay);

enum replay_end replay_go(struct replay *replay);

/* One record; *ret_end is set when it answers false. */
bool replay_step(struct replay *replay, enum replay_end *ret_end);

/* How it stands when there is nothing more to be done. */
enum replay_end replay_end(struct replay *replay);

/* ---- for a scenario, whose steps are run again, too ---- */

/* What its worlds are to be told of the machine; copied by who makes them. */
const struct machine *replay_machine(const struct replay *replay);

/* Inputs enter these worlds from now on; borrowed until replay_detach(), which gives up all that is
 * under way in them. */
void replay_attach(struct replay *replay, struct worlds *worlds, struct api *api);
void replay_detach(struct replay *replay);

/* The next record that has not happened yet; NULL: there is none. Borrowed until the next call. */
const struct tape_record *replay_peek(struct replay *replay);

/* Whether it is something that enters from outside; then it may be let in. False: it parted. */
bool replay_is_input(const struct tape_record *record);
bool replay_enter(struct replay *replay);

/* The record is taken note of. */
void replay_skip(struct replay *replay);

/* The next record is not what happens now, which is `now`, in words. */
void replay_part(struct replay *replay, const char *now);

/* ---- what it has come to ---- */

/* What went wrong: one line or more, without a line break at the end. Borrowed. */
const char *replay_message(const struct replay *replay);

/* What has to be told besides: a torn record at the end, another program. "" for nothing; each line
 * ends with a line break. Borrowed. */
const char *replay_warnings(const struct replay *replay);

/* As they stand. Borrowed; the api is NULL before the first record. */
struct worlds *replay_worlds(struct replay *replay);
struct api *replay_api(struct replay *replay);

/* It goes no further: the worlds stand still, with frozen clocks, and may be served. */
void replay_freeze(struct replay *replay);

/* It is no replay any more: what enters its worlds from now on is new. Its recorder, which knows
 * what the tape has named, is to be given the sink for that; borrowed. */
struct tape_recorder *replay_go_live(struct replay *replay);

/* Gives up all that is under way: nobody waits for it any more. */
void replay_cancel(struct replay *replay);

/* Takes a world out, with nothing under way in it; in no list. NULL: there is none of that name, or
 * the entry at which it stopped is another. Yours: world_free(). */
struct world *replay_take_world(struct replay *replay, const char *name);

/* How many records have been run. */
uint64_t replay_count(const struct replay *replay);

#endif
