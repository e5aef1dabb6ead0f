/*
 * What the front itself refuses: a request that api/ never sees. Owns the replies, in the shape of
 * the API that was asked; when which is given is front.c's.
 */
#include "base/headers.h"
#include "base/mem.h"
#include "net/inside.h"
#include "net/wire.h"

#include <stdio.h>

#define HEAD_MAX 1024 /* bytes of a reply that is written by hand, without its body */

/* The body so far is dropped, since nobody will look at it while the rest is read and forgotten. */
static void refuse(struct exchange *exchange, int status, const char *code, const char *message,
                   bool close)
{
    struct api_reply *reply = &exchange->ticket.reply;
    api_refuse(reply, buf_str(&exchange->target), status, code, message);
    reply->rule = code; /* no rule of the cloud, but the line that `serve` prints says why */
    if (close)
        headers_add(&reply->headers, MHD_HTTP_HEADER_CONNECTION, "close");
    exchange->refused = true;
    buf_clear(&exchange->body);
}

void refuse_body(struct exchange *exchange)
{
    char message[96];
    snprintf(message, sizeof message, "The request body is larger than %zu bytes",
             exchange->server->options.body_max);
    refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "body-too-large", message, true);
}

void refuse_head(struct exchange *exchange)
{
    char message[96];
    snprintf(message, sizeof message, "The request's target and headers are larger than %zu bytes",
             exchange->server->options.headers_max);
    refuse(exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "headers-too-large", message, true);
}

void refuse_crowd(struct exchange *exchange)
{
    refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "too-many-connections", PEER_TOO_MANY, true);
}

void refuse_host(struct exchange *exchange)
{
    refuse(exchange, MHD_HTTP_FORBIDDEN, "host-not-allowed",
           "The Host header names neither an IP address nor localhost nor a name given with --host",
           false);
}

void refuse_malformed(struct exchange *exchange, const char *fault)
{
    char message[160];
    snprintf(message, sizeof message, "Malformed request: %s", fault);
    refuse(exchange, MHD_HTTP_BAD_REQUEST, "malformed-request", message, true);
}

/* ---- what libmicrohttpd would answer twice ---- */

/* Sends the refusal past libmicrohttpd, and shuts the connection down before libmicrohttpd can
 * answer. It is short; if even that finds no room in the socket, the client does not read. */
static void send_past(struct exchange *exchange)
{
    const struct api_reply *reply = &exchange->ticket.reply;
    struct buf text;
    const char *name, *value;
    buf_init(&text, HEAD_MAX + reply->body.len);
    buf_printf(&text, "HTTP/1.1 %d %s\r\n", reply->status,
               MHD_get_reason_phrase_for((unsigned)reply->status));
    for (size_t at = 0; headers_next(reply->headers.data, reply->headers.len, &at, &name, &value);)
        buf_printf(&text, "%s: %s\r\n", name, value);
    buf_printf(&text, "Content-Length: %zu\r\n\r\n%s", reply->body.len, buf_str(&reply->body));
    peer_send(exchange->peer, text.data, text.len);
    buf_free(&text);
    peer_cut(exchange->peer);
}

static void refuse_length(struct exchange *exchange)
{
    uint64_t length;
    const char *value = MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND,
                                                    MHD_HTTP_HEADER_CONTENT_LENGTH);
    if (exchange->refused || !value)
        return;
    if (!wire_length(value, &length))
        refuse_malformed(exchange, "Content-Length is not a number of bytes");
    else if (length == UINT64_MAX)
        refuse_body(exchange);
    else
        return;
    exchange->method = "-"; /* libmicrohttpd has not told us yet */
    exchange_tell(exchange);
    send_past(exchange);
}

void refuse_lengths(struct server *server)
{
    for (struct exchange *at = server->heads.first; at; at = at->next)
        refuse_length(at);
}
