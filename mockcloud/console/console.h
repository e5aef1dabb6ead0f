/*
 * The files of the console's page, which stand in the program.
 *
 * They are written at build time from mockcloud/console/page/ (CMakeLists.txt), as they are there.
 * Nothing is read from a disk, and nothing is copied before somebody asks for it.
 */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

#include <stddef.h>

/* What the page may do, as Content-Security-Policy: load from its own server, and nothing else. */
extern const char console_policy[];

struct console_file {
    const char *path;  /* within page/: "vendor/preact.js" */
    const char *bytes; /* no string: there is no NUL behind them */
    size_t len;
    const char *etag; /* strong, with its quotes: another one when the bytes are others */
};

/* The file of that path; NULL: there is none. Static. */
const struct console_file *console_find(const char *path);

/* The index-th file; NULL behind the last. */
const struct console_file *console_at(size_t index);

/* The Content-Type of a file, by the end of its path. Static. */
const char *console_type(const struct console_file *file);

#endif
