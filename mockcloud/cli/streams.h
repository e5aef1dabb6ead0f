/*
 * The three standard streams of the program.
 */
#ifndef CLI_STREAMS_H
#define CLI_STREAMS_H

/* To be called before anything else is opened. */
void streams_begin(void);

/* Flushes and closes standard output; `code` is the exit code so far. Answers EXIT_COULD_NOT_RUN,
 * and says why, when not all that was printed has been written; a code that tells of something else
 * (usage, an invalid file, a signal) stays. */
int streams_end(int code);

#endif
