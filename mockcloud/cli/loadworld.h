/*
 * A world for serve and exec: from a file, or the built-in example.
 */
#ifndef CLI_LOADWORLD_H
#define CLI_LOADWORLD_H

#include "world/worlds.h"

/*
 * Reads the world at `path` (NULL: world_example_text()) and adds it to the worlds. NULL when there
 * is a mistake in it: the mistakes stand on stderr, and *ret_exit_code is EXIT_INVALID.
 */
struct world *cli_load_world(const char *path, struct worlds *worlds,
                             const struct world_options *options, int *ret_exit_code);

/*
 * For a program that ends now: leaves the worlds to the system, which is done at once. To free a
 * million devices takes seconds, and who sends SIGTERM waits for two. (Where leaks are looked for,
 * it frees them.)
 */
void cli_end_worlds(struct worlds *worlds);

#endif
