/* The limits of the program, as a table: those of a world (cloud/limits.h), and all others. */
#ifndef CLI_LIST_LIMITS_H
#define CLI_LIST_LIMITS_H

#include "cli/table.h"

/* Yours: table_free(). */
struct table *list_limits(void);

#endif
