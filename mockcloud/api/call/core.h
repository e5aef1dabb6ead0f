/*
 * What lives as long as a server: the api behind the calls, made by api/api.c and handed down with
 * the list of routes. Of api/ alone.
 */
#ifndef API_CALL_CORE_H
#define API_CALL_CORE_H

#include "api/call/rate_limit.h"
#include "api/front.h"

struct clock_move;
struct follow;
struct follow_text;
struct gate;
struct harness;
struct streams;
struct watch;

struct call_list {
    struct call *first, *last;
};

struct api {
    struct worlds *worlds;
    struct api_options options;
    char *base_url;
    void (*finding)(void *arg, const char *text); /* NULL: requests are not checked */
    void *finding_arg;
    struct rate_limits rate_limits;
    struct watch *watch;           /* NULL: nobody watches */
    const struct api_steps *steps; /* who plays posted steps; NULL: nobody does */
    const struct api_doors *doors; /* of the front that listens; NULL: none does */

    const struct gate *gates;
    size_t gate_count;
    struct harness *harness;      /* holds and faults (gates/harness.h) */
    struct api_fork fork;         /* `make` NULL: nobody can */
    struct call *spare;           /* the memory of the last call, for the next one */
    struct work *works;           /* all that is under way but event streams; walked by no turn */
    struct clock_move *moves;     /* clock moves that are under way, at most one for a world */
    struct follow *follows;       /* followed journals, … */
    struct follow_text *followed; /* … what they are reading, … */
    int64_t followed_ms;          /* … and when they were told last (follow.c) */
    struct call_list alarms;      /* calls that wait for real time, and … */
    struct call_list quiets;      /* … for webhooks, … */
    struct call_list turns;       /* … and for their next turn (later.c) */
    struct streams *streams;      /* event streams (stream.c) */
    struct route_index *routes;   /* route_index_new() */
};

#endif
