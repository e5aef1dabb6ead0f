/*
 * A call that is answered later: it waits, with all that it has (its request, who calls, its
 * arena), until whatever it waits for lets it go on. Of api/ alone.
 *
 * A handler, or a gate (gate.h), that can't go on yet calls one of later_wait…() and returns.
 * Somebody then calls later_go_on() with a function that is a handler in its turn: it replies,
 * opens a stream, or waits again. When nobody waits for the reply any more (its client has left,
 * its world goes) `cancelled` is called instead, once, and the call is gone when that returns.
 *
 * A call that waits costs nothing until then: no turn of the loop looks at it. It waits for
 *
 *     the world's time     later_wait_world()
 *     real time            later_wait_real()
 *     webhooks on the way  later_wait_webhooks()
 *     its next turn        later_wait_turn(): it has more to do than others should wait for
 *     anything else        later_wait(): a device's answer, a release; who has the call ends it
 */
#ifndef API_CALL_LATER_H
#define API_CALL_LATER_H

#include "api/call/call.h"
#include "sim/vclock.h"

/* What a call goes on with: a handler in its turn. `with` is what was given with it: what came. */
typedef void later_then(struct call *call, const void *with);

/* Waits for somebody who calls later_go_on(). `in_world_time`: it can't last longer than some time
 * of the world, so that a step of a scenario may move the clock for it. `cancelled` may be NULL. */
void later_wait(struct call *call, bool in_world_time, void (*cancelled)(struct call *call));

/* Goes on with `then` when `after_ms` of the world's time have passed, whoever moves the clock.
 * `what` (static) names it in messages: "answer for a device that is not there". `with` has to live
 * as long as the call: of its arena, static, or NULL. */
void later_wait_world(struct call *call, int64_t after_ms, enum timer_kind kind, const char *what,
                      later_then *then, const void *with);

/* Goes on with `then` when `after_ms` of real time have passed. */
void later_wait_real(struct call *call, int64_t after_ms, later_then *then, const void *with);

/* Goes on with `then` when no webhook of the call's world is on its way any more. */
void later_wait_webhooks(struct call *call, later_then *then, const void *with);

/* Goes on with `then` at another turn of the loop, after those that have asked for it before: for a
 * handler that looks at many things, some at a time, so that others are answered in between. What
 * it has begun to write of its reply stays. */
void later_wait_turn(struct call *call, later_then *then, const void *with);

#define LATER_PART 1000u /* things that a handler looks at in one turn */

/* Where the part ends that begins with thing number `from` of `all`: behind LATER_PART of them.
 * A call that is shown the past is handled in one part, since a view lasts for one turn. */
size_t later_part_end(const struct call *call, size_t from, size_t all);

/* What the call waits for has come. It may have been answered, and be gone, when this returns.
 * Inside of the handler that has called later_wait(), too: then the reply is there at once. */
void later_go_on(struct call *call, later_then *then, const void *with);

/* The same for one of many: it goes on, in order, at one of the next turns of the loop, each of
 * which lets LATER_PER_TURN calls go on. It waits for somebody (later_wait()), who forgets it now.
 */
void later_go_on_soon(struct call *call, later_then *then, const void *with);
#define LATER_PER_TURN 50

/* Answers `after_ms` of the world's time from now, with this status, rule and JSON body (static).
 */
void later_reply(struct call *call, int64_t after_ms, int status, const struct rule *rule,
                 const char *json);

/* At the end of a dispatch: the call waits, and is kept. */
void later_keep(struct call *call);

/* Goes on with the calls whose real time has come at `now_ms`, some of them in each turn, and with
 * one that waits for its turn; true: there are more. How long after `now_ms` the next one is due,
 * -1: none waits. For api_work() and api_due_in(). */
bool later_work(struct api *api, int64_t now_ms);
int64_t later_due_in(const struct api *api, int64_t now_ms);

/* The call that waits and whose request is entry `n` of the world's journal; NULL: there is none.
 * For releases. */
struct call *later_find(const struct api *api, const struct world *world, uint64_t request_n);

#endif
