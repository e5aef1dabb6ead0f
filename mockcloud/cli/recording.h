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

struct recording {
    struct tape_writer *writer;     /* NULL: nothing is recorded */
    struct tape_recorder *recorder; /* of the machine */
    struct machine *machine;        /* of the worlds whose tape it is */
    const char *path;
    void (*told)(void *arg, const char *text); /* who is told what goes wrong: one line */
    void *told_arg;
    bool is_told, failed;
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

/* For server_options.turned: writes what the last turn has brought. */
void recording_turn(void *recording);

/* Nothing more enters. EXIT_PASSED, or EXIT_COULD_NOT_RUN when the tape is not whole. */
int recording_end(struct recording *recording);

#endif
