/*
 * The OpenAPI 3.1 document: printed from the rows of routes and shapes, so that it can't say
 * anything else than what the program does. The same program prints the same bytes.
 *
 * Of api/ alone; from outside it is api_openapi() (api.h).
 */
#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "api/call/route.h"
#include "base/jsonw.h"

/* ---- schemas (openapi_shape.c) ---- */

/* A shape as a schema, or as a reference to its component. `flags`: of enum shape_flag. */
void openapi_shape(const struct shape *shape, unsigned flags, struct jsonw *w);

/* Writes the components of all shapes that the routes name, by name. */
void openapi_components(struct jsonw *w);

/* The type of a parameter as a schema; `text` (may be NULL) is its description. */
void openapi_param_type(const struct param *param, const char *text, struct jsonw *w);

#endif
