/* See pages.h. */
#include "api/routes/pages.h"

#define PAGE_MAX INT64_C(1000000000)

struct pages pages_of(const struct call *call, size_t items, int64_t per_page, int64_t most)
{
    struct pages pages = {call_int(call, "page", 1), call_int(call, "per_page", per_page)};
    if (pages.page < 1)
        pages.page = 1;
    if (pages.page > PAGE_MAX)
        pages.page = PAGE_MAX;
    if (pages.per_page < 1)
        pages.per_page = per_page;
    if (pages.per_page > most)
        pages.per_page = most;
    pages.total = items ? ((int64_t)items + pages.per_page - 1) / pages.per_page : 1;
    pages.first = (size_t)(pages.page - 1) * (size_t)pages.per_page;
    if (pages.first > items)
        pages.first = items;
    pages.count = items - pages.first;
    if (pages.count > (size_t)pages.per_page)
        pages.count = (size_t)pages.per_page;
    return pages;
}
