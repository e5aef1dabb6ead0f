/*
 * From a request to a reply: the imitated Particle API and the control API, without a socket. Owns
 * the life of an api, and the lists of all its routes and rules; the way of one request is
 * front.h's.
 */
#ifndef API_API_H
#define API_API_H

#include "api/front.h"

/* `worlds` is borrowed, and outlives it. Yours: api_free(), after all tickets are done. */
struct api *api_new(struct worlds *worlds, const struct api_options *options);
void api_free(struct api *api);
/* Who makes forks of worlds from now on. */
void api_set_fork(struct api *api, struct api_fork fork);

/* A world is about to be taken away: what is under way in it ends, without a word in its journal.
 */
void api_leave_world(struct api *api, const struct world *world);

/* In place of those that it was made with, but for the limits and the base URL. */
void api_set_options(struct api *api, const struct api_options *options);
void api_set_base_url(struct api *api, const char *base_url);

/* Holds every request from now on against the parameters in the OpenAPI document: called with one
 * line about each thing that does not fit, which is journalled, too (request.finding). The answer
 * stays what it is. NULL: requests are not checked any more. */
void api_check_requests(struct api *api, void (*finding)(void *arg, const char *text), void *arg);
struct worlds *api_worlds(const struct api *api);

/* ---- tables, for `mockcloud list` ---- */

struct api_route_info {
    const char *method, *path;
    const char *name;
    bool imitated;     /* false: answers 501 */
    bool control;      /* of /__mock */
    const char *scope; /* what an API user needs; NULL: no API user may call */
    enum provenance provenance;
    const char *source;
    const char *text;
};

/* The index-th route; false behind the last. */
bool api_route_info(size_t index, struct api_route_info *ret_info);

/* Writes the OpenAPI 3.1 document of all routes: compact JSON. */
void api_openapi(struct buf *out);

/* The index-th rule of all tables (claiming, claim codes, tokens, routes); NULL behind the last. */
const struct rule *api_rule(size_t index);

#endif
