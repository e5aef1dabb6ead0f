/*
 * See later.h. Owns how a call waits and how it ends. It never decides what is answered.
 *
 * A call that waits for real time stands in api->alarms, the one that is due first at its head; one
 * that waits for webhooks in api->quiets, which is looked at only when a webhook has ended; one
 * that waits for its turn in api->turns. The others stand in no list that anybody walks: their
 * timer, or who answers them, knows them.
 */
#include "api/call/later.h"

#include "api/call/core.h"
#include "api/call/dispatch.h"
#include "api/call/route.h"
#include "api/call/trace.h"
#include "cloud/oauth.h"
#include "cloud/webhook/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static struct call *call_of(struct work *work)
{
    return (struct call *)((char *)work - offsetof(struct call, work));
}

/* ---- the list of alarms ---- */

/* From the end: most that wait have just come, and wait as long as the others. */
static void alarm_in(struct call *call)
{
    struct call_list *alarms = &call->api->alarms;
    struct call *before = alarms->last;
    while (before && before->later.due_ms > call->later.due_ms)
        before = before->later.prev;
    call->later.prev = before;
    call->later.next = before ? before->later.next : alarms->first;
    *(call->later.next ? &call->later.next->later.prev : &alarms->last) = call;
    *(before ? &before->later.next : &alarms->first) = call;
    call->later.list = alarms;
}

static void list_in(struct call *call, struct call_list *list)
{
    call->later.prev = list->last;
    *(list->last ? &list->last->later.next : &list->first) = call;
    list->last = call;
    call->later.list = list;
}

static void list_out(struct call *call)
{
    struct call_list *list = call->later.list;
    if (!list)
        return;
    *(call->later.prev ? &call->later.prev->later.next : &list->first) = call->later.next;
    *(call->later.next ? &call->later.next->later.prev : &list->last) = call->later.prev;
    call->later.list = NULL;
}

/* ---- the end of a wait ---- */

/* It waits for nothing any more. */
static void stop(struct call *call)
{
    list_out(call);
    if (call->later.timer)
        vclock_cancel(call->world->sim.clock, call->later.timer);
    call->later = (struct later){0};
    call->waiting = false;
    if (!call->running)
        work_unlist(&call->work);
}

static void cancel(struct call *call)
{
    void (*cancelled)(struct call * call) = call->later.cancelled;
    if (cancelled)
        cancelled(call);
    stop(call);
}

static void later_free(struct work *work)
{
    struct call *call = call_of(work);
    cancel(call);
    call_free(call);
}

static void answer_gone(struct call *call)
{
    static const char message[] = "the world was ended or made anew before the reply";
    call_reply_anew(call);
    if (call_is_control(call))
        reply_control_error(call, 410, "world-gone", "%s", message);
    else
        reply_error(call, 410, NULL, "%s", message);
}

static void later_leave(struct work *work)
{
    struct call *call = call_of(work);
    cancel(call);
    call->world = NULL; /* without a world, so that the reply is neither journalled nor gated: the
                           world is going */
    answer_gone(call);
    call->stage = CALL_DELIVER;
    call->running = true;
    call_go(call);
    call_hand_over(call);
}

static const struct work_kind kind = {.leave = later_leave, .free = later_free};

/* ---- waits ---- */

void later_wait(struct call *call, bool in_world_time, void (*cancelled)(struct call *call))
{
    assert(call->running && !call->waiting);
    call->waiting = true;
    call->later.in_world_time = in_world_time;
    call->later.cancelled = cancelled;
}

void later_keep(struct call *call)
{
    call_keep_request(call);
    call->actor = trace_actor(call);
    call->access = call->token
                       ? arena_text(&call->arena, call->token->access, strlen(call->token->access))
                       : NULL;
    if (!call->reply->status) /* else it waits behind its reply */
        buf_free(&call->reply->body);
    work_list(&call->work, call, &kind);
}

static void rung(void *owner, uint64_t arg)
{
    struct call *call = owner;
    (void)arg;
    call->later.timer = 0; /* it has fired: nothing to cancel */
    later_go_on(call, call->later.then, call->later.with);
}

void later_wait_world(struct call *call, int64_t after_ms, enum timer_kind timer, const char *what,
                      later_then *then, const void *with)
{
    struct vclock *clock = call->world->sim.clock;
    later_wait(call, true, NULL);
    call->later.then = then;
    call->later.with = with;
    call->later.timer = vclock_add(clock, vclock_now(clock) + after_ms,
                                   &(struct timer_row){timer, "cloud", what, rung, call, 0});
}

void later_wait_real(struct call *call, int64_t after_ms, later_then *then, const void *with)
{
    later_wait(call, false, NULL);
    call->later.then = then;
    call->later.with = with;
    call->later.due_ms = machine_mono_ms(&call->api->worlds->machine) + after_ms;
    alarm_in(call);
}

void later_wait_webhooks(struct call *call, later_then *then, const void *with)
{
    later_wait(call, true, NULL);
    call->later.then = then;
    call->later.with = with;
    list_in(call, &call->api->quiets);
    outbox_tell_over(call->world->cloud, &call->api->worlds->webhook_over);
    call->api->worlds->webhook_over = true; /* perhaps there is none */
}

void later_wait_turn(struct call *call, later_then *then, const void *with)
{
    later_wait(call, false, NULL);
    call->later.then = then;
    call->later.with = with;
    list_in(call, &call->api->turns);
}

size_t later_part_end(const struct call *call, size_t from, size_t all)
{
    return call->lags || all - from < LATER_PART ? all : from + LATER_PART;
}

/* ---- going on ---- */

/* A token is freed when it is revoked, and nobody tells those who wait with it. Its owner, client
 * and product stay for as long as the cloud does. */
static void renew_token(struct call *call)
{
    if (call->world && call->access)
        call->token = map_get(&call->world->cloud->tokens, call->access);
}

/* A call that was held before its handler is judged once more: whoever sent it may have lost the
 * right meanwhile. */
static void renew_rights(struct call *call)
{
    if (call->stage == CALL_ADMIT && !call->waiting && !call->reply->status && call->route &&
        call->route->handle)
        (void)auth_again(call);
}

void later_go_on(struct call *call, later_then *then, const void *with)
{
    assert(call->waiting);
    stop(call);
    if (call->running) {
        then(call, with); /* whoever runs it goes on when the handler returns */
        return;
    }
    struct vclock *clock = call->world ? call->world->sim.clock : NULL;
    uint64_t cause = clock ? vclock_cause(clock) : 0;
    if (clock)
        vclock_set_cause(clock, call->request_n);
    call->running = true;
    renew_token(call);
    then(call, with);
    renew_rights(call);
    call_go(call);
    if (clock && call_world_stands(call)) /* a handler that was let through may have ended it */
        vclock_set_cause(clock, cause);
    call_hand_over(call);
}

void later_go_on_soon(struct call *call, later_then *then, const void *with)
{
    assert(call->waiting && !call->later.list && !call->later.timer);
    call->later.cancelled = NULL;
    call->later.then = then;
    call->later.with = with;
    call->later.due_ms = machine_mono_ms(&call->api->worlds->machine);
    alarm_in(call);
}

struct fixed_reply {
    int status;
    const struct rule *rule;
    const char *json;
};

static void reply_fixed(struct call *call, const void *with)
{
    const struct fixed_reply *fixed = with;
    reply_text(call, fixed->status, fixed->rule, fixed->json);
}

void later_reply(struct call *call, int64_t after_ms, int status, const struct rule *rule,
                 const char *json)
{
    struct fixed_reply *fixed = arena_alloc(&call->arena, sizeof *fixed);
    *fixed = (struct fixed_reply){status, rule, json};
    later_wait_world(call, after_ms, TIMER_FOREGROUND, "answer for a device that is not there",
                     reply_fixed, fixed);
}

struct call *later_find(const struct api *api, const struct world *world, uint64_t request_n)
{
    for (struct work *work = api->works; work; work = work->next)
        if (work->kind == &kind && work->world == world && call_of(work)->request_n == request_n)
            return call_of(work);
    return NULL;
}

bool api_waits_for_clock(const struct api_ticket *ticket)
{
    struct work *work = ticket->pending;
    return work && work->kind == &kind && call_of(work)->later.in_world_time;
}

/* ---- turns ---- */

/* Those whose world has a webhook on its way go on waiting. */
static void go_on_in_quiet(struct api *api)
{
    struct call *call = api->quiets.first;
    unsigned left = LATER_PER_TURN;
    api->worlds->webhook_over = false;
    while (call && !api->worlds->webhook_over) {
        struct call *next = call->later.next;
        bool quiet = !worlds_hold(api->worlds, call->world);
        if (quiet && !left--)
            api->worlds->webhook_over = true; /* the next turn looks again */
        else if (quiet)
            later_go_on(call, call->later.then, call->later.with);
        call = next;
    }
}

static bool later_is_due(const struct api *api, int64_t now_ms)
{
    return api->alarms.first && api->alarms.first->later.due_ms <= now_ms;
}

bool later_work(struct api *api, int64_t now_ms)
{
    for (unsigned left = LATER_PER_TURN; left && later_is_due(api, now_ms); left--) {
        struct call *call = api->alarms.first;
        later_go_on(call, call->later.then, call->later.with);
    }
    if (api->worlds->webhook_over)
        go_on_in_quiet(api);
    /* One of them: many that wait must not make one long turn together. */
    struct call *call = api->turns.first;
    if (call)
        later_go_on(call, call->later.then, call->later.with);
    return api->turns.first || later_is_due(api, now_ms);
}

int64_t later_due_in(const struct api *api, int64_t now_ms)
{
    const struct call *call = api->alarms.first;
    if (api->turns.first || (api->worlds->webhook_over && api->quiets.first))
        return 0;
    if (!call)
        return -1;
    return call->later.due_ms > now_ms ? call->later.due_ms - now_ms : 0;
}
