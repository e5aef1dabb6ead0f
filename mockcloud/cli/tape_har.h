/*
 * The requests and replies of a tape as a HAR file. Replies are on no tape: it is run again for
 * them.
 */
#ifndef CLI_TAPE_HAR_H
#define CLI_TAPE_HAR_H

#include "replay/replay.h"

struct tape_har;

/* Yours: tape_har_free(). */
struct tape_har *tape_har_new(void);
void tape_har_free(struct tape_har *har);

/* What a replay is to tell: `replayed` and `replied` of its options. */
void tape_har_listen(struct tape_har *har, struct replay_options *options);

/* The whole document: of all requests, those that were not answered, too. */
void tape_har_write(const struct tape_har *har, struct buf *out);

#endif
