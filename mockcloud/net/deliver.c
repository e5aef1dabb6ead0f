/*
 * Replies that a fault spoils on their way: in pieces over time, cut, twice, reset, never. Owns how
 * each of these is done with libmicrohttpd; which it is has been decided in api/ (struct
 * api_delivery). All act on a reply that is complete: what the request did in the cloud stays done.
 */
#include "net/inside.h"
#include "sim/sim.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Cuts the connection with a TCP reset. Linux sends one when a connected socket is told to connect
 * to nobody. SO_LINGER doesn't help: libmicrohttpd, which will close the socket, shuts it down
 * in good order first. */
void deliver_reset(const struct exchange *exchange)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    /* It fails when the client has gone already, which is as good. */
    (void)connect(info->connect_fd, &nobody, sizeof nobody);
}

/* ---- cut, or in pieces ---- */

/* Puts it into the list of those that wait, sorted by when they are due. The place is looked for
 * from the end, where it nearly always is: most pieces wait equally long. */
static void pace(struct exchange *exchange)
{
    struct exchange_list *paced = &exchange->server->paced;
    struct exchange *before = paced->last;
    exchange_suspend(exchange, NULL);
    while (before && before->due_ms > exchange->due_ms)
        before = before->prev;
    exchange_move_behind(exchange, paced, before);
}

/* How many bytes of the body may go now; 0: none yet, -1: none ever again. */
static ssize_t portion(struct exchange *exchange, uint64_t position, size_t max)
{
    const struct api_reply *reply = &exchange->ticket.reply;
    size_t left = reply->body.len - (size_t)position, most = reply->delivery.bytes;
    if (reply->delivery.how == DELIVER_CUT) {
        if (position >= most)
            return -1;
        most -= (size_t)position;
    } else if (exchange->piece_left == 0) {
        int64_t now_ms = sim_real_ms();
        if (now_ms < exchange->due_ms)
            return 0;
        exchange->due_ms = now_ms + reply->delivery.every_ms;
        exchange->piece_left = most ? most : 1;
    }
    if (reply->delivery.how == DELIVER_PIECES)
        most = exchange->piece_left;
    most = most < left ? most : left;
    return (ssize_t)(most < max ? most : max);
}

static ssize_t read_body(void *arg, uint64_t position, char *room, size_t max)
{
    struct exchange *exchange = arg;
    if (exchange->state == EXCHANGE_GONE || exchange->server->closing)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    ssize_t len = portion(exchange, position, max);
    if (len < 0)
        return MHD_CONTENT_READER_END_WITH_ERROR; /* the connection ends with it */
    if (len == 0) {
        pace(exchange); /* without suspending it, we would be asked again at each run */
        return 0;
    }
    memcpy(room, exchange->ticket.reply.body.data + position, (size_t)len);
    exchange->piece_left -= exchange->piece_left ? (size_t)len : 0;
    return len;
}

/* The head announces the whole length even if less will come: that is how a client can tell a cut
 * reply from a short one. */
static enum MHD_Result from_body(struct exchange *exchange)
{
    size_t len = exchange->ticket.reply.body.len;
    exchange->piece_left = 0;
    exchange->due_ms = 0;
    return reply_queue(exchange, MHD_create_response_from_callback(len, len < 4096 ? len : 4096,
                                                                   read_body, exchange, NULL));
}

/* ---- twice ---- */

/* Like reply_send(), but the body stays ours, since it is needed once more. */
static enum MHD_Result keep_and_send(struct exchange *exchange)
{
    struct buf *body = &exchange->ticket.reply.body;
    return reply_queue(
        exchange, MHD_create_response_from_buffer(body->len, body->data, MHD_RESPMEM_PERSISTENT));
}

/* libmicrohttpd answers a request once, so the second copy is written past it to the same socket,
 * after the first has left and before the next request is read. What doesn't fit into the socket's
 * buffer is lost: waiting would stop the loop, and a client that reads has room. */
void deliver_again(const struct exchange *exchange)
{
    const struct api_reply *reply = &exchange->ticket.reply;
    const char *name, *value;
    struct buf text;
    if (exchange->state != EXCHANGE_ANSWERED || reply->delivery.how != DELIVER_TWICE)
        return;
    buf_init(&text, reply->body.len + (size_t)2 * HEADERS_MAX);
    buf_printf(&text, "HTTP/1.1 %d %s\r\nContent-Length: %zu\r\n", reply->status,
               MHD_get_reason_phrase_for((unsigned)reply->status), reply->body.len);
    for (size_t cursor = 0;
         headers_next(reply->headers.data, reply->headers.len, &cursor, &name, &value);)
        buf_printf(&text, "%s: %s\r\n", name, value);
    buf_add_str(&text, "\r\n");
    buf_add(&text, reply->body.data, reply->body.len);
    peer_send(exchange->peer, text.data, text.len);
    buf_free(&text);
}

/* ---- all of them ---- */

enum MHD_Result deliver(struct exchange *exchange)
{
    const struct api_reply *reply = &exchange->ticket.reply;
    switch (reply->delivery.how) {
    case DELIVER_PIECES:
        return reply->body.len ? from_body(exchange) : reply_send(exchange);
    case DELIVER_CUT:
        return reply->delivery.bytes < reply->body.len ? from_body(exchange) : reply_send(exchange);
    case DELIVER_TWICE:
        return keep_and_send(exchange);
    case DELIVER_CLOSE:
        return MHD_NO;
    case DELIVER_REFUSED: /* it came on a connection that was there before */
    case DELIVER_RESET:
        deliver_reset(exchange);
        return MHD_NO;
    case DELIVER_NEVER:
        exchange->state = EXCHANGE_MUTE;
        exchange_suspend(exchange, &exchange->server->parked);
        return MHD_YES;
    case DELIVER_WHOLE:
        break;
    }
    return reply_send(exchange);
}

/* ---- turns ---- */

void deliver_work(struct server *server, int64_t now_ms)
{
    while (server->paced.first && server->paced.first->due_ms <= now_ms)
        exchange_move(server->paced.first, &server->released);
}

int64_t deliver_due_ms(const struct server *server)
{
    return server->paced.first ? server->paced.first->due_ms : -1;
}
