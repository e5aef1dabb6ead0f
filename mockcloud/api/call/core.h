/*
 * What lives as long as a server: the api behind the calls, made by api/api.c and handed down with
 * the list of routes. Of api/ alone.
 */
#ifndef API_CALL_CORE_H
#define API_CALL_CORE_H

#include "api/call/rate_limit.h"
#include "api/front.h"

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
    struct route_index *routes; /* route_index_new() */
};

#endif
