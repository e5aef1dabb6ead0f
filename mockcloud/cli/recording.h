/*
 * --tape: what enters the worlds of a server is written to a file (tape/tape_writer.h).
 *
 * A tape that can't be written any more is told of once, and the server goes on: what it answers is
 * right, and the program ends with exit code 4.
 */
#ifndef CLI_RECORDING_H
#define CLI_RECORDING_H

#include "api/api.h"
#include "cli/options.h"
#include "net/server.h"

/* When the disk has what was written: before any reply that tells of it, once a second, or when the
 * system thinks fit. */
enum recording_sync { RECORDING_SYNC_ALWAYS, RECORDING_SYNC_SECOND, RECORDING_SYNC_NEVER };

struct recording {
    struct tape_writer *writer;     /* NULL: nothing is recorded */
    struct tape_recorder *recorder; /* of the machine */
    struct machine *machine;        /* of the worlds whose tape it is */
    const char *path;
    void (*told)(void *arg, const char *text); /* who is told what goes wrong: one line */
    void *told_arg;
    struct worlds *worlds; /* set before it begins: a past is kept of them; NULL: none is … */
    struct past *past;     /* … or it is a replay's */
    bool is_told, failed;
    bool is_state; /* it must not go on without its tape */
    bool borrows;  /* its recorder is a replay's */
    enum recording_sync sync;
    int64_t flushed_ms; /* real time */
    int64_t synced_ms;  /* real time */
    bool dirty;         /* something was written since */
};

/* What the options of a server say of its api; what a tape has to know is in it. */
struct recording_of {
    const struct api_options *api;
    bool check_requests;
    bool run; /* a scenario's */
};

/* Begins, when --tape is given; before anything is made in its worlds. EXIT_PASSED, or another
 * code: the file can't be made, which was told. */
int recording_begin(struct recording *recording, const struct options *options,
                    struct machine *machine, const struct recording_of *of);

/* The same for a file of that name; NULL or the reason (yours: free()). */
char *recording_begin_at(struct recording *recording, const char *path, uint64_t max,
                         struct machine *machine, const struct recording_of *of);

/* The first record, for the recorder of `machine`, which has looked at no clock yet. */
void recording_write_begun(struct machine *machine, const struct recording_of *of);

/* Begins a state (state.h) that is not there yet; EXIT_PASSED, or a code that was told. */
int recording_begin_state(struct recording *recording, const struct options *options,
                          struct machine *machine, const struct recording_of *of);

/* Goes on with a tape that was run again: `writer` is taken, `recorder` the replay's. */
void recording_go_on(struct recording *recording, struct tape_writer *writer,
                     struct tape_recorder *recorder, struct machine *machine);

/* Tells the server when it is to flush, and to commit. */
void recording_apply(struct recording *recording, struct server_options *ret_options);

/* For server_options.turned: writes what the last turn has brought. False: it must not go on. */
bool recording_turn(void *recording);

/* The same at once, however soon after the last time. */
bool recording_flush(void *recording);

/* Nothing more enters. EXIT_PASSED, or EXIT_COULD_NOT_RUN when the tape is not whole. */
int recording_end(struct recording *recording);

#endif
