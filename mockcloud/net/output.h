/*
 * Lines for a terminal, a pipe or a file, which never stop the loop.
 *
 * What is added goes into a bounded queue, from which the loop writes as much as the descriptor
 * takes without waiting. When the queue is full, whole lines are dropped and counted, and once
 * there is room again a note in their place tells how many. It is the same with a full disk, which
 * is tried again with each line. After the reader has gone, or the descriptor is closed, nothing is
 * tried.
 */
#ifndef NET_OUTPUT_H
#define NET_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct output;
struct server;

#define OUTPUT_MAX (1u << 20) /* bytes that wait in one queue */

/* What became of it. */
struct output_end {
    uint64_t dropped; /* lines */
    int reason;       /* errno of the write that failed last; 0: nobody read them fast enough */
};

/*
 * An output to `fd`, which is borrowed and stays as it is: blocking or not is a matter of all who
 * share it, so we never change that. `server` writes in its turns, and may be freed before the
 * output; NULL: output_free() alone writes. Yours: output_free().
 */
struct output *output_new(struct server *server, int fd);

/* Adds whole lines: `text` ends with a line break. */
void output_add(struct output *output, const char *text, size_t len);
void output_printf(struct output *output, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Writes what is left for at most `within_ms` of real time, and forgets the output. What could not
 * be written by then is dropped, too. NULL is passed over. */
struct output_end output_free(struct output *output, int64_t within_ms);

/*
 * For a command without a loop: writes all of `text`, and waits for whoever reads until `until_ms`
 * (a time of sim_real_ms(); -1: for ever). While it waits no signal is blocked: one that the caller
 * has blocked, to look at it later, ends the program. 0, or the errno of what could not be written
 * (EAGAIN: in time).
 */
int output_whole(int fd, const char *text, size_t len, int64_t until_ms);

/* ---- for the loop ---- */

/* Writes what can be written now. */
void output_write(struct output *output);

/* All outputs of a server that is about to wait. */
void output_write_all(struct server *server);

/* The server goes: its outputs have no loop any more. */
void output_leave_all(struct server *server);

#endif
