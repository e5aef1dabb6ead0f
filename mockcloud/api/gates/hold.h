/*
 * Holds: requests that are parked, before their handler or with their reply made, until they are
 * released. So a test makes a race certain: it holds the request, changes the world under it, and
 * lets it go.
 *
 * A hold parks as many matching requests as its `times` says; later ones pass. A client that leaves
 * while it is parked is noticed. Streams are parked before they open. Of api/ alone.
 *
 * The journal: hold.set, hold.parked, hold.released and hold.left, each with the hold's name and,
 * the last three, the number of the request's entry.
 */
#ifndef API_GATES_HOLD_H
#define API_GATES_HOLD_H

#include "api/gates/harness.h"

/* Sets a hold from a checked map of `doc`, which it keeps. NULL: its name is taken. */
const struct hold *hold_set(struct api *api, struct world *world, struct doc *doc,
                            const struct doc_node *map);

/* By name; NULL: there is none. And the holds of a world, in order: NULL begins, NULL ends. */
struct hold *hold_find(const struct api *api, const struct world *world, const char *name);
const struct hold *hold_next(const struct harness_world *world, const struct hold *after);

/* How many requests are parked. */
size_t hold_parked(const struct hold *hold);

/* Lets go what is parked, in order; each may have been answered when this returns, but of many the
 * rest in the next turns. A hold that parks nothing any more goes, too. Answers how many. */
size_t hold_release(struct api *api, struct world *world, struct hold *hold);

/* {"name","at","times","parked":[number of the request's entry …]} */
void hold_write(const struct hold *hold, struct jsonw *w);

/* ---- of harness.c ---- */

void hold_arrival(struct call *call);
void hold_reply(struct call *call);
void holds_free(struct hold *holds);

#endif
