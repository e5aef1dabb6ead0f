/* Lists by pages: page, from 1, and per_page of the query. Of api/ alone. */
#ifndef API_ROUTES_PAGES_H
#define API_ROUTES_PAGES_H

#include "api/call/call.h"

struct pages {
    int64_t page, per_page;
    int64_t total;       /* pages, at least 1 */
    size_t first, count; /* of the items: what stands on this page */
};

/* What is no number, or out of bounds, is the default: the first page, `per_page` items. */
struct pages pages_of(const struct call *call, size_t items, int64_t per_page, int64_t most);

#endif
