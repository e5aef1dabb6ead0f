/*
 * The manual pages of the program, made from the rows of commands, options, steps and keys.
 */
#ifndef CLI_MAN_PAGES_H
#define CLI_MAN_PAGES_H

#include "base/buf.h"
#include "cli/table.h"

/* A page: mockcloud(1), one for each command, and one for each kind of file. */
struct man_page {
    char name[64];    /* "mockcloud-run" */
    const char *word; /* as `mockcloud man` takes it: "run" */
    int section;
    const char *text; /* one line */
};

/* Page `index`, beginning with mockcloud(1); false behind the last. */
bool man_page_at(size_t index, struct man_page *ret_page);

/* Writes the page, as troff; nothing behind the last. */
void man_page_write(size_t index, struct buf *out);

/* All of them, a row each. Yours: table_free(). */
struct table *list_pages(void);

#endif
