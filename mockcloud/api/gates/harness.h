/*
 * The harness: what stands between the clients of a world and its cloud because a test has put it
 * there, holds and faults. Kept by world, and gone when the world is ended or made anew.
 *
 * Who has neither pays one comparison for each request. Of api/ alone.
 */
#ifndef API_GATES_HARNESS_H
#define API_GATES_HARNESS_H

#include "api/call/call.h"
#include "api/call/gate.h"
#include "sim/chance.h"

struct harness;
struct hold;
struct fault;

/* What one world has. */
struct harness_world {
    const struct world *world;
    struct hold *holds;                 /* in the order in which they were set */
    struct fault *faults;               /* likewise */
    uint64_t holds_named, faults_named; /* h1, h2 …; f1, f2 … */
    int64_t down_until_ms;              /* a restart: real time until which nobody listens */
    struct chance chance; /* of faults alone, so that one more changes no claim code */
    struct harness_world *next;
};

/* Empty. Yours: harness_free(), when no call waits any more. */
struct harness *harness_new(void);
void harness_free(struct harness *harness);

/* NULL: the world has none. */
struct harness_world *harness_of(const struct api *api, const struct world *world);

/* The same, made when there is none. */
struct harness_world *harness_made(struct api *api, const struct world *world);

/* The gates, in their order: holds at arrival; faults; holds at the reply, faulted or not. */
extern const struct gate harness_gates[];
extern const size_t harness_gate_count;

/* Tells the front that listens that refusals have changed. */
void harness_tell_doors(const struct api *api);

/* ---- names ---- */

#define HARNESS_NAME_MAX 100 /* bytes of a hold's or fault's name */

#endif
