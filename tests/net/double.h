/*
 * A double of api/, so that a test can say when a reply is ready and what a stream holds. It
 * defines the functions of api/api.h that net/ calls; the linker then takes nothing from api/
 * itself.
 *
 *     /later…    LATER, until double_finish()
 *     /later/N   the same, and api_work() has N things to do
 *     /stream…   STREAM, written by double_push() and ended by double_end()
 *     /large/N   NOW: 200, N bytes
 *     /cut/N     NOW, cut behind N bytes of the body
 *     /pieces/N/MS   NOW, N bytes of the body each MS ms
 *     /twice, /reset, /never   NOW, delivered so
 *     /header/N  NOW: 200, with a header X-Long of N bytes
 *     others     NOW: 200, "METHOD target length-of-body"
 */
#ifndef TESTS_NET_DOUBLE_H
#define TESTS_NET_DOUBLE_H

#include "api/api.h"

#define DOUBLE_STREAM_MAX (1u << 20)

struct api *double_new(void);
void double_free(struct api *api);

/* "GET /a;GET /b;": what was dispatched, in order. */
const char *double_log(const struct api *api);
size_t double_dispatched(const struct api *api);

/* Tickets of LATER and STREAM that are under way. */
size_t double_open(const struct api *api);

/* How often api_work() was called: a count of turns. */
size_t double_turns(const struct api *api);

/* Connections are refused from now on, or no more; whoever is connected is cut off. */
void double_refuse(struct api *api, bool refuses);
void double_cut(struct api *api);

/* Completes the oldest LATER that is under way. */
void double_finish(struct api *api);

/* Adds to the oldest stream that is under way, a text or `len` bytes (false: its queue is full);
 * ends it. */
void double_push(struct api *api, const char *text);
bool double_fill(struct api *api, size_t len);
void double_end(struct api *api);

/* Ends the oldest stream with a reset of its connection. */
void double_reset(struct api *api);

/* How many streams the front has given up. */
size_t double_dropped(const struct api *api);

/* How large the reply of the request that was dispatched last may be. */
size_t double_room(const struct api *api);

/* The actor of the request that was dispatched last; NULL: none. */
const char *double_actor(const struct api *api);

#endif
