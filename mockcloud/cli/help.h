/*
 * What --help prints, made from the rows of commands and options.
 */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/buf.h"
#include "cli/commands.h"

/* What mockcloud is, and its subcommands. */
void help_overview(struct buf *out);

/* "usage: mockcloud run FILE|DIR… [OPTION…]" and a line break. */
void help_usage(const struct command *command, struct buf *out);

/* All about one subcommand. */
void help_command(const struct command *command, struct buf *out);

#endif
