/* Reading a world file into a world that has just been made; of world/ alone. */
#ifndef WORLD_LOAD_H
#define WORLD_LOAD_H

#include "world/world.h"

/* Fills the cloud and the fleet from `world->node`, which has passed fields_check(). Mistakes
 * (unknown reference, duplicate …) are added to `diags`; the world is then half made. `warnings`
 * may be NULL. */
void load_world(struct world *world, struct diags *diags, struct diags *warnings);

#endif
