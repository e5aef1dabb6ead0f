/*
 * Lists by pages: page, from 1, and perPage of the query, which particle-api-js calls per_page. Of
 * api/ alone.
 */
#ifndef API_ROUTES_PAGES_H
#define API_ROUTES_PAGES_H

#include "api/call/call.h"

struct pages {
    int64_t page, per_page;
    int64_t total;       /* pages, at least 1 */
    size_t first, count; /* of the items: what stands on this page */
};

/* The page that is asked for, and how many items a page has: what pages_of() takes, for lists that
 * don't know yet how many items there are. */
int64_t pages_number(const struct call *call);
int64_t pages_size(const struct call *call, int64_t per_page, int64_t most);

/* What is no number, or out of bounds, is the default: the first page, `per_page` items. */
struct pages pages_of(const struct call *call, size_t items, int64_t per_page, int64_t most);

#endif
