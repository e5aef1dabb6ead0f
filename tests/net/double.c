/* See double.h. Owns the tickets that are under way; knows no route of the real api/. */
#include "double.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOUBLE_TICKETS 512

struct api {
    struct worlds worlds;
    struct buf log;
    struct api_ticket *open[DOUBLE_TICKETS];
    size_t open_count;
    size_t dispatched, turns, busy, dropped, room;
    char actor[64];
    const struct api_doors *doors;
    bool refuses;
};

struct api *double_new(void)
{
    struct api *api = mem_new(sizeof *api);
    buf_init(&api->log, 1u << 20);
    return api;
}

void double_free(struct api *api)
{
    buf_free(&api->log);
    worlds_free(&api->worlds);
    free(api);
}

static void open_ticket(struct api *api, struct api_ticket *ticket, bool streams)
{
    if (api->open_count == DOUBLE_TICKETS)
        abort();
    if (streams) {
        ticket->stream = mem_new(sizeof *ticket->stream);
        buf_init(&ticket->stream->queue, DOUBLE_STREAM_MAX);
    }
    api->open[api->open_count++] = ticket;
}

static void close_ticket(struct api *api, struct api_ticket *ticket)
{
    size_t i = 0;
    while (i < api->open_count && api->open[i] != ticket)
        i++;
    if (i == api->open_count)
        return;
    memmove(api->open + i, api->open + i + 1, (--api->open_count - i) * sizeof *api->open);
    if (ticket->stream) {
        buf_free(&ticket->stream->queue);
        free(ticket->stream);
        ticket->stream = NULL;
    }
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static const struct {
    const char *target;
    enum api_delivery_how how;
} deliveries[] = {
    {"/twice", DELIVER_TWICE},
    {"/reset", DELIVER_RESET},
    {"/never", DELIVER_NEVER},
};

enum api_outcome api_dispatch(struct api *api, const struct api_request *request,
                              struct api_ticket *ticket)
{
    api->dispatched++;
    buf_printf(&api->log, "%s %s;", request->method, request->target);
    snprintf(api->actor, sizeof api->actor, "%s", request->actor ? request->actor : "");
    api->room = request->reply_max;
    struct api_reply *reply = &ticket->reply;
    reply->status = 200;
    buf_init(&reply->body, API_REPLY_MAX);
    if (begins(request->target, "/later")) {
        if (request->target[6] == '/')
            api->busy = strtoul(request->target + 7, NULL, 10);
        open_ticket(api, ticket, false);
        return ticket->outcome = API_LATER;
    }
    if (begins(request->target, "/stream")) {
        open_ticket(api, ticket, true);
        return ticket->outcome = API_STREAM;
    }
    if (begins(request->target, "/cut/"))
        reply->delivery =
            (struct api_delivery){DELIVER_CUT, strtoul(request->target + 5, NULL, 10), 0};
    if (begins(request->target, "/pieces/")) {
        char *every;
        size_t bytes = strtoul(request->target + 8, &every, 10);
        reply->delivery = (struct api_delivery){DELIVER_PIECES, bytes, strtol(every + 1, NULL, 10)};
    }
    for (size_t i = 0; i < sizeof deliveries / sizeof *deliveries; i++)
        if (strcmp(request->target, deliveries[i].target) == 0)
            reply->delivery.how = deliveries[i].how;
    if (begins(request->target, "/header/")) {
        struct buf value;
        buf_init(&value, API_REPLY_MAX);
        size_t len = strtoul(request->target + 8, NULL, 10);
        memset(buf_room(&value, len), 'x', len);
        value.len = len;
        headers_add(&reply->headers, "X-Long", buf_str(&value));
        buf_free(&value);
    }
    if (begins(request->target, "/large/")) {
        size_t len = strtoul(request->target + 7, NULL, 10);
        memset(buf_room(&reply->body, len), 'x', len);
        reply->body.len = len;
        return API_NOW;
    }
    buf_printf(&reply->body, "%s %s %zu", request->method, request->target, request->body_len);
    return API_NOW;
}

void api_ticket_done(struct api *api, struct api_ticket *ticket)
{
    close_ticket(api, ticket);
}

bool api_work(struct api *api)
{
    api->turns++;
    if (api->busy)
        api->busy--;
    return api->busy > 0;
}

int64_t api_due_in(const struct api *api, int64_t now_ms)
{
    (void)api;
    (void)now_ms;
    return -1;
}

void api_stream_took(struct api *api, const struct api_ticket *ticket, size_t bytes)
{
    (void)api, (void)ticket, (void)bytes;
}

void api_set_doors(struct api *api, const struct api_doors *doors)
{
    api->doors = doors;
}

bool api_refuses(const struct api *api, const struct world *world, const char *actor,
                 int64_t now_ms)
{
    (void)world, (void)actor, (void)now_ms;
    return api->refuses;
}

void double_refuse(struct api *api, bool refuses)
{
    api->refuses = refuses;
    api->doors->changed(api->doors->arg);
}

void double_cut(struct api *api)
{
    api->doors->cut(api->doors->arg, NULL);
}

void api_drop_stream(struct api *api, struct api_ticket *ticket)
{
    (void)ticket;
    api->dropped++;
}

struct worlds *api_worlds(const struct api *api)
{
    union {
        const struct worlds *in;
        struct worlds *out;
    } worlds = {.in = &api->worlds};
    return worlds.out;
}

void api_refuse(struct api_reply *reply, const char *target, int status, const char *code,
                const char *message)
{
    (void)target;
    (void)code;
    reply->status = status;
    buf_init(&reply->body, API_REPLY_MAX);
    buf_printf(&reply->body, "{\"ok\":false,\"error\":\"%s\"}", message);
}

/* ---- what a test does ---- */

const char *double_log(const struct api *api)
{
    return buf_str(&api->log);
}

size_t double_dispatched(const struct api *api)
{
    return api->dispatched;
}

size_t double_open(const struct api *api)
{
    return api->open_count;
}

size_t double_room(const struct api *api)
{
    return api->room;
}

size_t double_turns(const struct api *api)
{
    return api->turns;
}

static struct api_ticket *oldest(const struct api *api, bool streams)
{
    for (size_t i = 0; i < api->open_count; i++)
        if (!!api->open[i]->stream == streams)
            return api->open[i];
    abort();
}

void double_finish(struct api *api)
{
    struct api_ticket *ticket = oldest(api, false);
    close_ticket(api, ticket);
    ticket->outcome = API_NOW;
    buf_add_str(&ticket->reply.body, "finished");
    ticket->ready(ticket);
}

void double_push(struct api *api, const char *text)
{
    struct api_ticket *ticket = oldest(api, true);
    buf_add_str(&ticket->stream->queue, text);
    ticket->ready(ticket);
}

bool double_fill(struct api *api, size_t len)
{
    struct api_ticket *ticket = oldest(api, true);
    if (len > ticket->stream->queue.max - ticket->stream->queue.len)
        return false;
    char *room = buf_room(&ticket->stream->queue, len);
    memset(room, 'x', len);
    ticket->stream->queue.len += len;
    ticket->ready(ticket);
    return true;
}

void double_end(struct api *api)
{
    struct api_ticket *ticket = oldest(api, true);
    ticket->stream->ended = true;
    ticket->ready(ticket);
}

void double_reset(struct api *api)
{
    struct api_ticket *ticket = oldest(api, true);
    ticket->stream->ended = ticket->stream->reset = true;
    ticket->ready(ticket);
}

size_t double_dropped(const struct api *api)
{
    return api->dropped;
}

const char *double_actor(const struct api *api)
{
    return *api->actor ? api->actor : NULL;
}
