/*
 * What went over the wire in a world, for the report `har`.
 */
#ifndef SCENARIO_WIRE_DUMP_H
#define SCENARIO_WIRE_DUMP_H

#include "world/world.h"

/* All exchanges that are still in the world's log as entries of base/har.h, with commas between
 * them; `scheme` is "http" or "https". Requests to the control API are not among them. NULL: there
 * are none. Yours: free(). */
char *wire_dump_dup(const struct world *world, const char *scheme);

#endif
