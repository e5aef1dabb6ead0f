/*
 * What a shell completes command lines of mockcloud from, as a script in its language.
 *
 * Each is made from the rows of commands and options, and asks no program when a key is pressed.
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include "base/buf.h"
#include "cli/options.h"

void completion_bash(struct buf *out);
void completion_zsh(struct buf *out);
void completion_fish(struct buf *out);

/* Whether the arguments of a command are files or folders. */
bool completion_takes_files(const struct command *command);

/* Whether some word of the command wants one of a few words behind it: "clock advance". */
bool completion_has_second(const struct command *command);

/* Appends the words that an option takes, or the first arguments of a command, or what stands
 * behind one of those, with blanks between; each once. */
void completion_option_words(struct buf *out, const struct option_row *row);
void completion_command_words(struct buf *out, const struct command *command);
void completion_second_words(struct buf *out, const struct command *command, const char *first);

/* Appends `text` with a backslash before each of `special`. */
void completion_escape(struct buf *out, const char *text, const char *special);

/* Calls `write` for each first word of the command that has others behind it, once. */
void completion_each_second(struct buf *out, const struct command *command,
                            void (*write)(struct buf *out, const struct command *command,
                                          const char *first));

#endif
