/*
 * Options of a subcommand: getopt_long(), but that a name has to be whole (an abbreviation would
 * become another option when one is added), and that what was wrong is said of the right word.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "cli/cli.h"

#include <getopt.h>

/* To be called before the first options_next(). */
void options_begin(void);

/*
 * The next option: its value in `rows` (ended by {0}; one of them is "help", 'h'), with `optarg`
 * set; -1 at the end, when optind is that of the first argument; '?' when it is none, which
 * options_usage() tells. With `leading`, options end at the first argument. *ret_row (may be NULL)
 * is the index of the row.
 */
int options_next(int argc, char **argv, const struct option *rows, bool leading, int *ret_row);

/* After a '?': says what was wrong; answers EXIT_USAGE. */
int options_usage(const struct cli_command *command, char **argv, const struct option *rows);

#endif
