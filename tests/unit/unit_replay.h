/* What the tests of replay/ share: worlds that are recorded into a file, and the tape run again. */
#ifndef UNIT_REPLAY_H
#define UNIT_REPLAY_H

#include "api/api.h"
#include "replay/past.h"
#include "replay/replay.h"
#include "tape/tape_writer.h"

struct unit_recorded {
    char path[64];
    struct tape_writer *writer;
    struct worlds worlds;
    struct api *api;
    struct past *past;
};

/* What the main world was when its journal had this entry. */
struct unit_point {
    uint64_t n;
    char *state;
};

/* A world of that text, an api, and a tape of both. */
void unit_record_begin(struct unit_recorded *tape, const char *world);
void unit_record_flush(struct unit_recorded *tape);
void unit_record_end(struct unit_recorded *tape);

/* Asks for something; the reply's body. Yours: free(). */
char *unit_ask_dup(struct api *api, const char *method, const char *target, const char *body);

/* The whole state of all worlds: each world, its devices, why each is not owned, its journal. It is
 * not recorded. Yours: free(). */
char *unit_state_dup(struct api *api);

/* The tape comes to the same journal, and to the same state as it has now. */
void unit_must_replay(struct unit_recorded *tape);

/* Run to that entry, the main world is what it was then. */
void unit_must_stand(const struct unit_recorded *tape, const struct unit_point *point);

#endif
