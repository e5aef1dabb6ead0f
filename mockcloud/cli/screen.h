/*
 * The terminal behind a stream.
 */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include <stddef.h>

/* How many columns it has: what COLUMNS says, else what the terminal says; 0: nobody says. */
size_t screen_columns(int fd);

#endif
