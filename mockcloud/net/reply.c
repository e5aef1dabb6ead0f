/*
 * Replies and streams, handed to libmicrohttpd (those that a fault spoils: deliver.c). Owns how a
 * struct api_reply becomes a response, how a stream's queue is drained, and when a reader is too
 * slow. It decides nothing about what is answered.
 */
#include "base/mem.h"
#include "net/inside.h"
#include "sim/sim.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define STREAM_BLOCK 4096        /* bytes that a connection of a stream is given at once … */
#define STREAM_WIDE  (64u << 10) /* … and one of a stream that may be fast */
#define STREAM_KEPT  4096        /* capacity that an empty queue may keep; there may be thousands */

static void add_headers(struct MHD_Response *response, const struct api_reply *reply)
{
    const char *name, *value;
    const struct buf *headers = &reply->headers;
    for (size_t cursor = 0; headers_next(headers->data, headers->len, &cursor, &name, &value);)
        MHD_add_response_header(response, name, value);
}

enum MHD_Result reply_queue(struct exchange *exchange, struct MHD_Response *response)
{
    if (!response)
        mem_out(0);
    const struct api_reply *reply = &exchange->ticket.reply;
    add_headers(response, reply);
    enum MHD_Result result =
        MHD_queue_response(exchange->connection, (unsigned)reply->status, response);
    MHD_destroy_response(response);
    return result;
}

enum MHD_Result reply_send(struct exchange *exchange)
{
    struct server *server = exchange->server;
    struct buf *body = &exchange->ticket.reply.body;
    size_t len = body->len;
    exchange->unsent = len; /* counted until the exchange ends: libmicrohttpd frees it about then */
    server->unsent += len;
    return reply_queue(exchange,
                       MHD_create_response_from_buffer(len, buf_take(body), MHD_RESPMEM_MUST_FREE));
}

/* ---- streams ---- */

/* A client that leaves half a queue unread has lag_max_ms to take some of it, and again after each
 * part that it takes. Moving it to the list's end keeps the list sorted by `full_since_ms`. */
static void note_lag(struct exchange *exchange)
{
    const struct buf *waiting = &exchange->ticket.stream->queue;
    if (waiting->len >= waiting->max / 2) {
        exchange->full_since_ms = sim_real_ms();
        exchange_move(exchange, &exchange->server->lagging);
    } else if (exchange->list == &exchange->server->lagging) {
        exchange_move(exchange, NULL);
    }
}

/* Forgets what has been taken, and gives back the memory that a burst has needed. */
static void drop(struct api_stream *stream)
{
    struct buf *queue = &stream->queue;
    if (stream->shared)
        return;
    buf_drop(queue, stream->taken);
    stream->taken = 0;
    if (queue->len == 0 && queue->cap > STREAM_KEPT)
        buf_free(queue);
}

static ssize_t pause_stream(struct exchange *exchange)
{
    /* Without suspending it, libmicrohttpd would ask again at each run. */
    exchange_suspend(exchange, &exchange->server->parked);
    return 0;
}

static ssize_t read_stream(void *arg, uint64_t position, char *room, size_t max)
{
    (void)position;
    struct exchange *exchange = arg;
    if (exchange->state == EXCHANGE_GONE || exchange->server->closing)
        return MHD_CONTENT_READER_END_OF_STREAM;
    struct api_stream *stream = exchange->ticket.stream;
    if (stream->reset) {
        deliver_reset(exchange);
        return MHD_CONTENT_READER_END_WITH_ERROR;
    }
    const struct buf *text = api_stream_text(stream);
    size_t len = text->len - stream->taken;
    len = len < max ? len : max;
    if (len == 0)
        return stream->ended ? MHD_CONTENT_READER_END_OF_STREAM : pause_stream(exchange);
    memcpy(room, text->data + stream->taken, len);
    stream->taken += len;
    drop(stream);
    api_stream_took(exchange->server->api, &exchange->ticket, (size_t)len);
    note_lag(exchange);
    return (ssize_t)len;
}

static ssize_t read_nothing(void *arg, uint64_t position, char *room, size_t max)
{
    (void)arg;
    (void)position;
    (void)room;
    (void)max;
    return MHD_CONTENT_READER_END_OF_STREAM;
}

/* A response whose body comes from `reader`: in chunks, or as it is until the connection closes.
 * libmicrohttpd 0.9.75 makes chunks in the memory of the connection, of a few KiB at most; without
 * them it takes blocks of any size. */
static struct MHD_Response *response_from(struct exchange *exchange,
                                          MHD_ContentReaderCallback reader, bool chunked)
{
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, chunked ? STREAM_BLOCK : STREAM_WIDE, reader, exchange, NULL);
    if (response && !chunked)
        MHD_set_response_options(response, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return response;
}

/* Of a HEAD the client gets the head and nothing behind it. In a chunked body libmicrohttpd 0.9.75
 * would send the empty last chunk all the same, which the client takes for the next reply. */
enum MHD_Result reply_stream(struct exchange *exchange)
{
    assert(exchange->ticket.stream);
    if (strcmp(exchange->method, "HEAD") == 0)
        return reply_queue(exchange, response_from(exchange, read_nothing, false));
    return reply_queue(exchange,
                       response_from(exchange, read_stream, !exchange->ticket.stream->until_close));
}

/* libmicrohttpd asks the reader only when the socket has room. A stream that is neither suspended
 * nor read from has a client that takes nothing, so the lag is noted here. */
static void note_written(struct exchange *exchange)
{
    if (exchange->ticket.stream->reset)
        deliver_reset(exchange);
    else if (exchange->list != &exchange->server->lagging)
        note_lag(exchange);
}

void reply_ready(struct api_ticket *ticket)
{
    struct exchange *exchange = ticket->front;
    if (exchange->state == EXCHANGE_LATER) {
        bool streams = ticket->outcome == API_STREAM;
        exchange->state = streams ? EXCHANGE_STREAM : EXCHANGE_ANSWERED;
        exchange_tell(exchange);
    }
    if (exchange->list == &exchange->server->parked)
        exchange_move(exchange, &exchange->server->released);
    else if (exchange->state == EXCHANGE_STREAM && !exchange->suspended)
        note_written(exchange);
}
