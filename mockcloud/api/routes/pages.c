/* See pages.h. */
#include "api/routes/pages.h"

#define PAGE_MAX INT64_C(1000000000)

int64_t pages_number(const struct call *call)
{
    int64_t page = call_int(call, "page", 1);
    return page < 1 ? 1 : page > PAGE_MAX ? PAGE_MAX : page;
}

int64_t pages_size(const struct call *call, int64_t per_page, int64_t most)
{
    int64_t size = call_int(call, call_has(call, "perPage") ? "perPage" : "per_page", per_page);
    return size < 1 ? per_page : size > most ? most : size;
}

struct pages pages_of(const struct call *call, size_t items, int64_t per_page, int64_t most)
{
    struct pages pages = {pages_number(call), pages_size(call, per_page, most)};
    pages.total = items ? ((int64_t)items + pages.per_page - 1) / pages.per_page : 1;
    pages.first = (size_t)(pages.page - 1) * (size_t)pages.per_page;
    if (pages.first > items)
        pages.first = items;
    pages.count = items - pages.first;
    if (pages.count > (size_t)pages.per_page)
        pages.count = (size_t)pages.per_page;
    return pages;
}
