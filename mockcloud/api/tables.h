/*
 * The lists of all tables: of routes, which the top hands down to call/, and of rules. Mechanism
 * never names a family; this is where the families meet. Of api/ alone.
 */
#ifndef API_TABLES_H
#define API_TABLES_H

#include "api/api.h"
#include "api/call/route.h"

extern const struct route_table *const route_tables[];
extern const size_t route_table_count;

extern const struct route_table openapi_routes; /* openapi.c */

/* The index-th row of all tables, in the order in which they are asked; NULL behind the last. */
const struct route *tables_route(size_t index);

#endif
