/* The table that the build generates. Of console/ alone. */
#ifndef CONSOLE_CONSOLE_FILES_H
#define CONSOLE_CONSOLE_FILES_H

#include "console/console.h"

extern const struct console_file console_files[];
extern const size_t console_file_count;

#endif
