/*
 * A listener: libmicrohttpd in external epoll mode, and its callbacks.
 *
 * Owns what happens while a request comes in: the target, the headers, the body, and what is
 * refused before api/ sees it (Host, limits). A request that is refused is still read to its end,
 * within bounds, so that its client gets to see the reply: closing a socket with unread bytes
 * resets the connection, and the reply with it.
 */
#include "base/headers.h"
#include "base/mem.h"
#include "net/host_check.h"
#include "net/inside.h"
#include "net/origin_check.h"
#include "net/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>

#define FRONT_DISCARD_MAX (64u << 20) /* bytes of a refused body that are read and forgotten */
/* libmicrohttpd clears its pool, of twice the limit of a head, for each request: with 32 KiB in
 * place of 16 that was an eighth of the processor time of a GET of a device. */
#define FRONT_POOL_MIN (16u << 10)

/* ---- the head ---- */

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    return exchange_begin(arg, connection, target);
}

/* The path has to stay as it was sent: decoded here it would end at %00. */
static size_t leave_escaped(void *arg, struct MHD_Connection *connection, char *text)
{
    (void)arg;
    (void)connection;
    return strlen(text);
}

static void add_header(struct exchange *exchange, const char *name, const char *value)
{
    if (exchange->header_count == exchange->header_cap) {
        exchange->header_cap = exchange->header_cap ? exchange->header_cap * 2 : 16;
        exchange->headers =
            mem_grow(exchange->headers, exchange->header_cap * sizeof *exchange->headers);
    }
    exchange->headers[exchange->header_count++] = (struct api_header){name, value};
}

static enum MHD_Result on_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    (void)kind;
    struct exchange *exchange = arg;
    value = value ? value : "";
    add_header(exchange, name, value);
    exchange->head_len += strlen(name) + strlen(value) + 4; /* ": " and the end of the line */
    if (headers_named(name, "Host")) {
        exchange->has_host = true;
        exchange->host = value;
        if (!host_check(value, exchange->server->options.host_names))
            exchange->bad_host = true;
    } else if (headers_named(name, "Content-Length")) {
        wire_length(value, &exchange->content_length);
    } else if (headers_named(name, "Transfer-Encoding")) {
        exchange->chunked = true;
    } else if (headers_named(name, "Origin")) {
        exchange->bad_origin = exchange->origin != NULL;
        exchange->origin = value;
    } else if (headers_named(name, "Expect")) {
        exchange->expects = true;
    }
    return MHD_YES;
}

/* ---- what is refused by it ---- */

/* "http://localhost:80/v1?a": what is asked for behind whose it is, as for any other target. */
static void take_absolute(struct exchange *exchange)
{
    const char *target = buf_str(&exchange->target);
    size_t scheme = strncasecmp(target, "http://", 7) == 0    ? 7
                    : strncasecmp(target, "https://", 8) == 0 ? 8
                                                              : 0;
    if (!scheme)
        return;
    size_t len = strcspn(target + scheme, "/?");
    char *host = mem_dup_n(target + scheme, len);
    if (!host_check(host, exchange->server->options.host_names))
        exchange->bad_host = true;
    free(host);
    bool rooted = target[scheme + len] == '/';
    buf_drop(&exchange->target, scheme + len - !rooted);
    if (!rooted)
        exchange->target.data[0] = '/';
}

/* Nobody is refused for where a page came from: api/ decides what it may do. */
static void check_origin(struct exchange *exchange)
{
    if (exchange->origin &&
        !origin_check(exchange->origin, exchange->host, exchange->server->options.host_names,
                      exchange->server->options.origins))
        exchange->bad_origin = true;
}

static const char *malformed(const struct exchange *exchange, struct MHD_Connection *connection,
                             const char *url, const char *version)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    const struct wire_head head = {
        .method = exchange->method,
        .url = url,
        .version = version,
        .target = buf_str(&exchange->target),
        .size = info ? info->header_size : 0,
        .headers = exchange->headers,
        .header_count = exchange->header_count,
    };
    return wire_fault(&head);
}

static void check_head(struct exchange *exchange, const char *version)
{
    const struct server *server = exchange->server;
    if (exchange->peer->too_many)
        refuse_crowd(exchange);
    else if (exchange->head_len > server->options.headers_max)
        refuse_head(exchange);
    else if (exchange->bad_host || (!exchange->has_host && strcmp(version, "HTTP/1.0") != 0))
        refuse_host(exchange);
    else if (exchange->content_length > server->options.body_max)
        refuse_body(exchange);
}

static enum MHD_Result answer_refused(struct exchange *exchange)
{
    exchange->state = EXCHANGE_ANSWERED;
    exchange_tell(exchange);
    return reply_send(exchange);
}

static enum MHD_Result begin(struct exchange *exchange, struct MHD_Connection *connection,
                             const char *url, const char *method, const char *version)
{
    exchange->begun = true;
    exchange->method = method;
    exchange_move(exchange, NULL);
    MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, exchange);
    const char *fault = malformed(exchange, connection, url, version);
    if (fault) { /* where its body ends nobody can say */
        refuse_malformed(exchange, fault);
        return answer_refused(exchange);
    }
    take_absolute(exchange);
    check_origin(exchange);
    check_head(exchange, version);
    /* A client that asks first has sent no body yet: no "100 Continue" for it, but the reply. */
    if (exchange->refused && (exchange->expects || exchange->content_length > FRONT_DISCARD_MAX))
        return answer_refused(exchange);
    if (exchange->chunked)
        exchange_move(exchange, &exchange->server->chunked);
    return MHD_YES;
}

/* ---- the body ---- */

static enum MHD_Result collect(struct exchange *exchange, const char *bytes, size_t *len)
{
    size_t added = *len;
    *len = 0;
    exchange->stuck_looks = 0;
    if (exchange->refused) {
        exchange->discarded += added;
        return exchange->discarded > FRONT_DISCARD_MAX ? MHD_NO : MHD_YES;
    }
    buf_add(&exchange->body, bytes, added);
    if (exchange->body.overflow)
        refuse_body(exchange);
    return MHD_YES;
}

static enum MHD_Result go_on(struct exchange *exchange)
{
    switch (exchange->state) {
    case EXCHANGE_ANSWERED:
        return deliver(exchange);
    case EXCHANGE_STREAM:
        return reply_stream(exchange);
    case EXCHANGE_LATER:
        exchange_suspend(exchange, &exchange->server->parked);
        return MHD_YES;
    default:
        return MHD_NO;
    }
}

/* While a scenario is attached no handler answers: what it sends would be on the wire before the
 * scenario could look at what has come of it. */
static enum MHD_Result complete(struct exchange *exchange)
{
    struct server *server = exchange->server;
    exchange_move(exchange, NULL);
    peer_has_asked(exchange->peer);
    if (exchange->refused)
        return answer_refused(exchange);
    if (server->attached) {
        exchange->state = EXCHANGE_WAITING;
        exchange_suspend(exchange, &server->inbox);
        return MHD_YES;
    }
    exchange_dispatch(exchange);
    return go_on(exchange);
}

/* Called with the head, with each part of the body, at its end, and again when the connection was
 * resumed. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_len, void **context)
{
    (void)arg;
    struct exchange *exchange = *context;
    if (!exchange || exchange->server->closing || exchange->peer->turned_away)
        return MHD_NO;
    if (exchange->state != EXCHANGE_READING)
        return go_on(exchange);
    if (!exchange->begun)
        return begin(exchange, connection, url, method, version);
    if (*upload_len)
        return collect(exchange, upload, upload_len);
    return complete(exchange);
}

static void on_completed(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    (void)arg;
    (void)connection;
    if (*context && code == MHD_REQUEST_TERMINATED_COMPLETED_OK)
        deliver_again(*context);
    if (*context)
        exchange_end(*context);
    *context = NULL;
}

/* ---- the listener ---- */

/*
 * A library does not log; what matters to a client is in its reply. But for this one message:
 * libmicrohttpd 0.9.75 answers a Content-Length that is no number by itself, with its head twice,
 * and says so before it does. Whose it is it doesn't say; all heads that are coming in are looked
 * at.
 */
static void on_log(void *arg, const char *format, va_list args)
{
    struct listener *listener = arg;
    (void)args;
    if (strstr(format, "Content-Length"))
        refuse_lengths(listener->server);
}

static void on_readable(struct loop_watch *watch, uint32_t events)
{
    (void)watch; /* it has ended the wait: each turn runs all listeners */
    (void)events;
}

/* Room for a head that is too large by far, so that we get to answer it; what is larger still,
 * libmicrohttpd answers. */
static size_t pool_size(const struct server *server)
{
    size_t wanted = server->options.headers_max * 2;
    return wanted > FRONT_POOL_MIN ? wanted : FRONT_POOL_MIN;
}

static struct MHD_Daemon *start(struct listener *listener, int fd)
{
    const struct server *server = listener->server;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    /* Never reached, since libmicrohttpd would let further clients wait without a word. */
    unsigned limit = (unsigned)(server->connections_max + 2 * server->connections_spare);
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, listener, MHD_OPTION_EXTERNAL_LOGGER, on_log, listener,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool_size(server), MHD_OPTION_CONNECTION_TIMEOUT,
        SERVER_IDLE_S, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, listener, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        listener, MHD_OPTION_NOTIFY_CONNECTION, peer_notify, listener, MHD_OPTION_END);
}

struct listener *front_new(struct server *server, int fd, const struct listen_options *options)
{
    struct listener *listener = mem_new(sizeof *listener);
    listener->server = server;
    listener->watch = (struct loop_watch){.fd = -1, .happened = on_readable};
    listener->world = options->world ? mem_dup(options->world->name) : NULL;
    listener->actor = mem_dup(options->actor);
    listener->daemon = start(listener, fd);
    if (!listener->daemon) {
        front_free(listener);
        return NULL;
    }
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!loop_add(&server->loop, &listener->watch, info->epoll_fd, EPOLLIN)) {
        front_free(listener);
        return NULL;
    }
    return listener;
}

void front_free(struct listener *listener)
{
    if (!listener)
        return;
    loop_remove(&listener->server->loop, &listener->watch);
    if (listener->daemon)
        MHD_stop_daemon(listener->daemon);
    free(listener->world);
    free(listener->actor);
    free(listener);
}
