/*
 * Who watches the replies: every one of them is held against the shapes of its route when that was
 * asked for (api_options.reply_wrong), and told to the tests when these listen.
 *
 * The tests listen through two variables of the environment, which name files that lines are
 * appended to, by any number of processes:
 *
 *   MOCKCLOUD_DUMP_REPLIES   each reply as a line of JSON {method, path, control, status, type,
 *                            body}; method and path are those of the route's row, null without one
 *   MOCKCLOUD_DUMP_COVERAGE  at the end of an api, what it met: "route METHOD PATH", "rule NAME",
 *                            "switch NAME VALUE", a line each
 *
 * Never changes a reply. Of api/ alone.
 */
#ifndef API_CALL_WATCH_H
#define API_CALL_WATCH_H

#include "api/call/core.h"

struct route;
struct watch;

/* NULL when nobody watches. Yours: watch_free(). */
struct watch *watch_new(const struct api_options *options);

/* Writes what was met; `worlds` still stand. */
void watch_free(struct watch *watch, const struct worlds *worlds);

/* A complete reply, before it leaves. `world` NULL: none; its journal tells of a wrong shape.
 * `route` NULL: none was found. */
void watch_reply(const struct api *api, struct world *world, const struct route *route,
                 bool control, const struct api_reply *reply);

#endif
