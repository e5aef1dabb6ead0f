/*
 * The tables of `mockcloud list tape`: how a tape lies in its file, and its records.
 */
#ifndef CLI_LIST_TAPE_H
#define CLI_LIST_TAPE_H

struct table;

/* Yours: table_free(). */
struct table *list_tape_layout(void);
struct table *list_tape_records(void);

#endif
