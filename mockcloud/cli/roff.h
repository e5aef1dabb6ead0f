/*
 * Writes manual pages, in the language of man(7).
 *
 * Texts go in as they stand in the rows: here, and nowhere else, they are made safe for troff.
 */
#ifndef CLI_ROFF_H
#define CLI_ROFF_H

#include "base/buf.h"

#include <stdbool.h>

/* The head of a page: its name as it is called ("mockcloud-run"), its section, one line of what it
 * is. No date is in it, so that the same sources give the same bytes. */
void roff_begin(struct buf *out, const char *page, int section, const char *text);

/* The title of a part: "OPTIONS". */
void roff_heading(struct buf *out, const char *title);

/* A paragraph; each line break in it ends a line of the page, too. */
void roff_paragraph(struct buf *out, const char *text);

/* An example, as it is: one line or several. */
void roff_example(struct buf *out, const char *text);

/* "HEAD", and below it, indented, what is said of it; `text` NULL: nothing. */
void roff_item(struct buf *out, const char *head, const char *text);

/* "mockcloud-run(1), mockcloud-scenario(5)": one more reference; the first begins the line. */
void roff_reference(struct buf *out, const char *page, int section, bool first);

#endif
