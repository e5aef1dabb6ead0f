/*
 * A table of text, printed for people (aligned), for pages (Markdown) and for programs (JSON).
 */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum table_format { TABLE_TEXT, TABLE_MARKDOWN, TABLE_JSON };

struct table_column {
    const char *name; /* NULL behind the last */
    bool wide;        /* too long for a terminal: left out of TABLE_TEXT */
};

struct table;

/* `columns` is borrowed. Yours: table_free(). */
struct table *table_new(const struct table_column *columns);
void table_free(struct table *table);

/* The next cell: rows fill from left to right. Copied; NULL is the empty cell. */
void table_add(struct table *table, const char *text);

/* An array of objects for TABLE_JSON. All rows have to be complete. */
void table_write(const struct table *table, enum table_format format, struct buf *out);

#endif
