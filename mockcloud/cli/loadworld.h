/*
 * A world for serve and exec: from a file, or the built-in example.
 */
#ifndef CLI_LOADWORLD_H
#define CLI_LOADWORLD_H

#include "world/world.h"

/*
 * Reads the world at `path` (NULL: world_example_text()). Yours: world_free(), or worlds_add()
 * takes it. NULL when there is a mistake in it: the mistakes stand on stderr, and *ret_exit_code is
 * EXIT_INVALID.
 */
struct world *cli_load_world(const char *path, const struct world_options *options,
                             int *ret_exit_code);

#endif
