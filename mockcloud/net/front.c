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
/* The least size of libmicrohttpd's memory pool per connection. It clears the pool for each
 * request: 32 KiB instead of 16 cost an eighth of the processor time of a GET of a device. */
#define FRONT_POOL_MIN (16u << 10)

/* ---- the head ---- */

static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
    return exchange_begin(arg, connection, target);
}

/* Keeps libmicrohttpd from decoding the path. It hands out C strings: "%00" would end the path
 * early, and a route would match that was not asked for. api/ decodes it. */
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

/* Duplicates are seen by wire.c, which looks at all of them; here the last one counts. */
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

/* ---- what is refused for its head ---- */

/* Shortens a target in absolute form ("http://localhost:80/v1?a"), which every server has to accept
 * (RFC 9112, 3.2.2), to its path ("/v1?a"). The host in it is checked as Host is: otherwise it
 * would be a way around that check. */
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
    /* Without a path ("http://localhost?a") one byte more is kept, to become the slash. */
    buf_drop(&exchange->target, scheme + len - !rooted);
    if (!rooted)
        exchange->target.data[0] = '/';
}

/* Marks a request from a foreign page and refuses nothing: such a page may use the imitated API as
 * it could the real one. What it may not do is decided in api/, which knows the routes. */
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

/* From what concerns the connection, whatever it asks, over the head as a whole to what is in it: a
 * request with several faults is told the one that has to be mended first. */
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
    if (fault) { /* answered at once: nobody can say where the body of such a request ends */
        refuse_malformed(exchange, fault);
        return answer_refused(exchange);
    }
    take_absolute(exchange);
    check_origin(exchange);
    check_head(exchange, version);
    /* Otherwise the reply waits until the body is read (see above). A client that sent Expect waits
     * for "100 Continue" with its body, so it gets the reply instead; a body that is longer than we
     * would read to its end is not begun. */
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

/* The whole request is here. While a scenario is attached it isn't answered in the handler: the
 * reply would be on the wire before the scenario could look at what the request has done, and the
 * order of what follows would be a race. */
static enum MHD_Result complete(struct exchange *exchange)
{
    struct server *server = exchange->server;
    exchange_move(exchange, NULL);
    peer_has_asked(exchange->peer);
    if (exchange->refused)
        return answer_refused(exchange);
    if (server->attached || server->options.commit) {
        exchange->state = EXCHANGE_WAITING;
        exchange_suspend(exchange, &server->inbox);
        return MHD_YES;
    }
    exchange_dispatch(exchange);
    return go_on(exchange);
}

/* libmicrohttpd calls this once with the head, with each part of the body, with an empty part at
 * its end, and again after a resume; the exchange's state says which of these it is. */
/* NOLINTNEXTLINE(readability-function-size): its parameters are libmicrohttpd's */
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
 * We need one of libmicrohttpd's log messages, and drop the others: what matters to a client is in
 * its reply. 0.9.75 answers a Content-Length that is not a number by itself, and sends the head of
 * that answer twice; but it logs before it answers, which is the moment to be faster. The message
 * doesn't say whose request it is, so all heads that are coming in are looked at.
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
    (void)watch; /* nothing to do: the wait has ended, and each turn runs all listeners */
    (void)events;
}

/* Twice what a head may have, so that most heads that are too large still arrive and get our reply,
 * in the API's shape. What doesn't even fit into that is answered by libmicrohttpd. */
static size_t pool_size(const struct server *server)
{
    size_t wanted = server->options.headers_max * 2;
    return wanted > FRONT_POOL_MIN ? wanted : FRONT_POOL_MIN;
}

static struct MHD_Daemon *start(struct listener *listener, int fd)
{
    const struct server *server = listener->server;
    const struct tls_identity *identity = server->options.identity;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
                     MHD_USE_SUPPRESS_DATE_NO_CLOCK;
    /* Above the limit at which peer.c closes connections by itself, so it is never reached: at its
     * own limit libmicrohttpd stops accepting without a word, and clients hang. */
    unsigned limit = (unsigned)(server->connections_max + 2 * server->connections_spare);
    struct MHD_OptionItem secure[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, identity ? identity->key : NULL},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, identity ? identity->certificate : NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    if (identity)
        flags |= MHD_USE_TLS;
    else
        secure[0].option = MHD_OPTION_END;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, listener, MHD_OPTION_EXTERNAL_LOGGER, on_log, listener,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool_size(server), MHD_OPTION_CONNECTION_TIMEOUT,
        SERVER_IDLE_S, MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, listener, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        listener, MHD_OPTION_NOTIFY_CONNECTION, peer_notify, listener, MHD_OPTION_ARRAY, secure,
        MHD_OPTION_END);
}

struct listener *front_new(struct server *server, int fd, const struct listen_options *options)
{
    struct listener *listener = mem_new(sizeof *listener);
    listener->server = server;
    listener->watch = (struct loop_watch){.fd = -1, .happened = on_readable};
    listener->world = options->world ? mem_dup(options->world->name) : NULL;
    listener->actor = mem_dup(options->actor);
    listener->reserved = -1;
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
    if (listener->reserved >= 0)
        close(listener->reserved);
    free(listener->world);
    free(listener->actor);
    free(listener);
}
