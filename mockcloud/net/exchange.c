/*
 * See exchange.h. Owns the life of an exchange and the lists; suspends and resumes. It never reads
 * from or writes to a socket.
 */
#include "net/exchange.h"

#include "base/mem.h"
#include "net/inside.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define TARGET_MAX   (16u << 20) /* never reached: libmicrohttpd's pool is far smaller */
#define UNSENT_SMALL (64u << 10) /* bytes that a reply may always have, however much is unsent */
#define KEEP_MAX     (64u << 10) /* largest buffer that a spare exchange keeps */

static struct exchange *exchange_new(struct server *server)
{
    struct exchange *exchange = mem_new(sizeof *exchange);
    exchange->server = server;
    buf_init(&exchange->target, TARGET_MAX);
    buf_init(&exchange->body, server->options.body_max);
    return exchange;
}

void exchange_free(struct exchange *exchange)
{
    if (!exchange)
        return;
    buf_free(&exchange->target);
    buf_free(&exchange->body);
    free(exchange->headers);
    free(exchange);
}

/* Not inet_ntop(): it goes through printf, and took a twentieth of a request's instructions. */
static void write_ipv4(const struct in_addr *address, char *ret_text)
{
    const unsigned char *part = (const unsigned char *)&address->s_addr; /* network order */
    for (int i = 0; i < 4; i++) {
        if (part[i] >= 100)
            *ret_text++ = (char)('0' + part[i] / 100);
        if (part[i] >= 10)
            *ret_text++ = (char)('0' + part[i] / 10 % 10);
        *ret_text++ = (char)('0' + part[i] % 10);
        *ret_text++ = i < 3 ? '.' : '\0';
    }
}

static void set_address(struct exchange *exchange)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    exchange->address[0] = '\0';
    if (address && address->sa_family == AF_INET)
        write_ipv4(&((const struct sockaddr_in *)(const void *)address)->sin_addr,
                   exchange->address);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
                  exchange->address, sizeof exchange->address);
}

struct exchange *exchange_begin(struct listener *listener, struct MHD_Connection *connection,
                                const char *target)
{
    struct server *server = listener->server;
    /* A spare one comes with buffers that have their size already. It is not cleared as a whole,
     * for their sake: a field that is added to the struct has to be reset below. */
    struct exchange *exchange = server->spare;
    if (exchange)
        server->spare = exchange->next;
    else
        exchange = exchange_new(server);
    exchange->next = NULL;
    exchange->listener = listener;
    exchange->connection = connection;
    exchange->peer = peer_of(connection);
    exchange->peer->exchange = exchange;
    set_address(exchange);
    exchange->state = EXCHANGE_READING;
    exchange->begun = exchange->refused = exchange->expects = exchange->bad_host = false;
    exchange->dispatched = exchange->has_host = exchange->chunked = exchange->bad_origin = false;
    exchange->host = exchange->origin = NULL;
    exchange->stuck_looks = 0;
    exchange->header_count = 0;
    exchange->content_length = exchange->discarded = 0;
    exchange->ticket = (struct api_ticket){.ready = reply_ready, .front = exchange};
    buf_add_str(&exchange->target, target);
    exchange->head_len = exchange->target.len;
    exchange_move(exchange, &server->heads);
    return exchange;
}

/* One large upload must not leave its memory in the pool of spare exchanges. */
static void tidy(struct buf *buf)
{
    if (buf->cap > KEEP_MAX)
        buf_free(buf);
    else
        buf_clear(buf);
}

void exchange_end(struct exchange *exchange)
{
    struct server *server = exchange->server;
    assert(!exchange->suspended);
    exchange_move(exchange, NULL);
    if (exchange->dispatched)
        api_ticket_done(server->api, &exchange->ticket);
    buf_free(&exchange->ticket.reply.body);
    buf_free(&exchange->ticket.reply.headers);
    tidy(&exchange->target);
    tidy(&exchange->body);
    server->unsent -= exchange->unsent;
    exchange->unsent = 0;
    exchange->connection = NULL;
    exchange->peer->exchange = NULL;
    peer_look_again(exchange->peer); /* this was perhaps what a client that has left waited for */
    exchange->peer = NULL;
    exchange->next = server->spare;
    server->spare = exchange;
}

static void unlink_from(struct exchange_list *list, struct exchange *exchange)
{
    if (exchange->prev)
        exchange->prev->next = exchange->next;
    else
        list->first = exchange->next;
    if (exchange->next)
        exchange->next->prev = exchange->prev;
    else
        list->last = exchange->prev;
    exchange->prev = exchange->next = NULL;
}

void exchange_move(struct exchange *exchange, struct exchange_list *list)
{
    if (exchange->list)
        unlink_from(exchange->list, exchange);
    exchange->list = NULL;
    if (list)
        exchange_move_behind(exchange, list, list->last);
}

void exchange_move_behind(struct exchange *exchange, struct exchange_list *list,
                          struct exchange *before)
{
    assert(!exchange->list);
    exchange->list = list;
    exchange->prev = before;
    exchange->next = before ? before->next : list->first;
    *(exchange->next ? &exchange->next->prev : &list->last) = exchange;
    *(before ? &before->next : &list->first) = exchange;
}

/* ---- to api/ ---- */

/* How large a reply may be: what the replies that clients have not read yet leave of the server's
 * memory. Small ones always have room, since a refusal has to be told, too. */
static size_t room_of(const struct server *server)
{
    size_t max = server->options.unsent_max;
    size_t room = max > server->unsent ? max - server->unsent : 0;
    return room > UNSENT_SMALL ? room : UNSENT_SMALL;
}

static struct api_request request_of(const struct exchange *exchange)
{
    const struct listener *listener = exchange->listener;
    struct worlds *worlds = api_worlds(exchange->server->api);
    return (struct api_request){
        .method = exchange->method,
        .target = buf_str(&exchange->target),
        .headers = exchange->headers,
        .header_count = exchange->header_count,
        .body = exchange->body.len ? exchange->body.data : NULL,
        .body_len = exchange->body.len,
        .actor = listener->actor,
        .connection = exchange->peer->number,
        .address = exchange->address,
        .origin = exchange->bad_origin ? exchange->origin : NULL,
        .world = listener->world ? worlds_find(worlds, listener->world) : NULL,
        .reply_max = room_of(exchange->server),
    };
}

void exchange_tell(const struct exchange *exchange)
{
    const struct server_options *options = &exchange->server->options;
    if (!options->served)
        return;
    struct server_served served = {
        .method = exchange->method,
        .target = buf_str(&exchange->target),
        .reply = &exchange->ticket.reply,
    };
    options->served(options->served_arg, &served);
}

/* Sends the webhooks that the request has triggered, before its reply leaves. If that waited for
 * the turn's end, a fast client's next request could come between, and the journal would depend on
 * who is faster. */
static void collect(const struct exchange *exchange)
{
    const char *name = exchange->ticket.reply.world;
    struct world *world = name ? worlds_find(api_worlds(exchange->server->api), name) : NULL;
    if (world)
        carrier_collect(exchange->server->carrier, world);
}

void exchange_dispatch(struct exchange *exchange)
{
    struct api_request request = request_of(exchange);
    exchange->dispatched = true;
    switch (api_dispatch(exchange->server->api, &request, &exchange->ticket)) {
    case API_NOW:
        exchange->state = EXCHANGE_ANSWERED;
        collect(exchange);
        break;
    case API_LATER:
        exchange->state = EXCHANGE_LATER;
        exchange->server->busy = true; /* api_work() was called before: don't sleep until it is */
        return;                        /* nothing to tell before there is a reply */
    case API_STREAM:
        exchange->state = EXCHANGE_STREAM;
        exchange->server->busy = true;
        break;
    }
    exchange_tell(exchange);
}

/* ---- to and from libmicrohttpd ---- */

/* Cancels at once, though the request ends only with the next run: api/ must not go on to work for,
 * or write to, a client that has left. */
void exchange_abandon(struct exchange *exchange)
{
    assert(exchange->suspended);
    if (exchange->dispatched)
        api_ticket_done(exchange->server->api, &exchange->ticket);
    exchange->dispatched = false;
    exchange->state = EXCHANGE_GONE;
    exchange_move(exchange, &exchange->server->released);
}

void exchange_suspend(struct exchange *exchange, struct exchange_list *list)
{
    MHD_suspend_connection(exchange->connection);
    exchange->suspended = true;
    exchange_move(exchange, list);
    peer_look_again(exchange->peer); /* libmicrohttpd won't notice any more if it has left */
}

void exchange_resume(struct exchange *exchange)
{
    assert(exchange->suspended);
    exchange_move(exchange, NULL);
    exchange->suspended = false;
    MHD_resume_connection(exchange->connection);
}
