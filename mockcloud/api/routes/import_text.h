/* The identifiers in a file of an import. Of api/ alone. */
#ifndef API_ROUTES_IMPORT_TEXT_H
#define API_ROUTES_IMPORT_TEXT_H

#include "api/call/call.h"

/* The identifiers of a text: a column, or the column of a table whose first line names one that is
 * known. *ret_ids is of the call's arena. How many there are. */
size_t import_text(struct call *call, const char *text, size_t len, const char ***ret_ids);

#endif
