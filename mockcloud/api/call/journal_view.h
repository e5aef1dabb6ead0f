/*
 * A view of a journal: which of its entries somebody wants to see. Of api/ alone.
 *
 * It is asked of each entry that is shown, so it looks at the entry alone: nothing is looked up,
 * and nothing is kept of what was seen before.
 */
#ifndef API_CALL_JOURNAL_VIEW_H
#define API_CALL_JOURNAL_VIEW_H

#include "api/call/call.h"
#include "sim/journal.h"

#define JOURNAL_VIEW_TEXT 256 /* bytes of each word that is asked for, with its NUL */

/* What is asked for; "" where nothing is. */
struct journal_view {
    char actor[JOURNAL_VIEW_TEXT];  /* "client:app", or what stands before the colon: "client" */
    char kind[JOURNAL_VIEW_TEXT];   /* "http.reply", or its beginning up to a dot: "http" */
    char status[4];                 /* of replies: "404", or "4" for 400 to 499 */
    char text[JOURNAL_VIEW_TEXT];   /* what stands in the entry, in lower case */
    char device[JOURNAL_VIEW_TEXT]; /* its id … */
    char device_actor[JOURNAL_VIEW_TEXT]; /* … and who it is as an actor */
};

/* Reads actor, kind, device, status and text of the query. False: one of them means nothing; the
 * refusal is in the reply. */
bool journal_view_read(struct call *call, struct journal_view *ret_view);

/* Whether anything is asked for: without, every entry is meant. */
bool journal_view_asks(const struct journal_view *view);

bool journal_view_meets(const struct journal_view *view, const struct journal_entry *entry);

#endif
