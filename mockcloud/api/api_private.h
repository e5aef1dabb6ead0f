/* What the files of api/ share besides a call. */
#ifndef API_API_PRIVATE_H
#define API_API_PRIVATE_H

#include "api/api.h"
#include "api/rate_limit.h"

struct streams;
struct watch;
struct work;

struct api {
    struct worlds *worlds;
    struct api_options options;
    char *base_url;
    void (*finding)(void *arg, const char *text); /* NULL: requests are not checked */
    void *finding_arg;
    struct rate_limits rate_limits;
    struct watch *watch;     /* NULL: nobody watches */
    struct work *works;      /* what is looked after at each turn: clock moves, followed journals */
    struct streams *streams; /* event streams (stream.c) */
    struct route_entry *routes; /* route_index_new() */
};

/* A request's header, by name in any case; NULL: absent. */
const char *api_request_header(const struct api_request *request, const char *name);

#endif
