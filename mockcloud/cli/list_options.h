/*
 * The commands of the program, the words that they take, and their options, as tables.
 */
#ifndef CLI_LIST_OPTIONS_H
#define CLI_LIST_OPTIONS_H

#include "cli/table.h"

/* Each is yours: table_free(). */
struct table *list_commands(void);
struct table *list_words(void);
struct table *list_options(void);

#endif
