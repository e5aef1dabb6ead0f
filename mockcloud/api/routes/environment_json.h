/*
 * How environment variables stand in replies. Of api/ alone.
 *
 * Source: particle-api-js 12 (types), particle-cli (fixtures of its tests, November 2025).
 */
#ifndef API_ROUTES_ENVIRONMENT_JSON_H
#define API_ROUTES_ENVIRONMENT_JSON_H

#include "base/jsonw.h"
#include "base/map.h"
#include "cloud/environment.h"

/* The whole environment of a scope: what the device runs with, the last rollout, and what is set
 * now.
 */
void environment_write(struct cloud *cloud, const struct environment_scope *scope, struct jsonw *w);

/* What a device of the scope would get: own and inherited variables as one map. */
void environment_write_rendered(struct cloud *cloud, const struct environment_scope *scope,
                                struct jsonw *w);

/* A member `name`: {"changes":[…],"unchanged":{…}} from what there was to what there would be. */
void environment_write_diff(const char *name, const struct map *before, const struct map *after,
                            struct jsonw *w);

#endif
