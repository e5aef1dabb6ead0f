/*
 * See server.h. Owns the life of a server and the order of things in a turn of the loop:
 *
 *     wait → clocks → webhooks → api_work → resume what is ready → libmicrohttpd → (attached)
 * dispatch one of the inbox
 *
 * A reply that a turn has made leaves at the next turn, after `until` was asked. It never looks
 * into requests or replies.
 */
#include "net/server.h"

#include "base/mem.h"
#include "net/inside.h"
#include "sim/sim.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define SERVER_RUNS        16 /* of libmicrohttpd in one turn, while there is something to resume */
#define SERVER_STUCK_LOOKS 16u
#define SERVER_STUCK_MS    200
#define SERVER_STUCK_BATCH 16
#define SERVER_SPARE       64u /* connections above the limit that are asked, and answered 503 */
#define SERVER_OWN_FDS     (2ul * SERVER_WEBHOOKS) /* descriptors that are not for connections */

/* ---- the process ---- */

static void on_signal(struct loop_watch *watch, uint32_t events)
{
    (void)events;
    struct server *server = (struct server *)((char *)watch - offsetof(struct server, signals));
    struct signalfd_siginfo info;
    while (read(watch->fd, &info, sizeof info) == sizeof info) {
        server->signal = (int)info.ssi_signo;
        server->signal_shared = info.ssi_code == SI_KERNEL;
    }
}

/* nohup ignores it. A blocked signal that is ignored would still reach a signalfd. */
static bool is_ignored(int signal)
{
    struct sigaction action;
    return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static bool take_signals(struct server *server)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    if (!is_ignored(SIGHUP))
        sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &server->mask_before);
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &server->pipe_before);
    server->signals = (struct loop_watch){.fd = -1, .happened = on_signal};
    int fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
    if (fd < 0)
        return false;
    if (loop_add(&server->loop, &server->signals, fd, EPOLLIN))
        return true;
    close(fd);
    return false;
}

static void give_signals_back(struct server *server)
{
    int fd = server->signals.fd;
    loop_remove(&server->loop, &server->signals);
    if (fd >= 0)
        close(fd);
    sigaction(SIGPIPE, &server->pipe_before, NULL);
    sigprocmask(SIG_SETMASK, &server->mask_before, NULL);
}

/* How many connections there may be: as many as are wanted, unless the machine has fewer
 * descriptors than those, what refusals need, and our own. A small machine gives an eighth to each
 * of the others. */
static void limit_connections(struct server *server, size_t descriptors)
{
    size_t wanted = server->options.connections_max;
    size_t eighth = descriptors / 8;
    size_t spare = eighth < SERVER_SPARE ? eighth : SERVER_SPARE;
    size_t own = 2 * eighth < SERVER_OWN_FDS ? 2 * eighth : SERVER_OWN_FDS;
    size_t most = descriptors - own - 2 * spare;
    server->connections_max = wanted < most ? wanted : most;
    server->connections_spare = spare;
    server->webhooks_max = own / 2;
}

/* The soft limit is there for programs that use select(): we do not. */
static void raise_limits(struct server *server)
{
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &server->files_before);
    files = server->files_before;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_NOFILE, &files);
    limit_connections(server, files.rlim_cur);
}

static void give_limits_back(struct server *server)
{
    setrlimit(RLIMIT_NOFILE, &server->files_before);
}

/* ---- life ---- */

static void set_options(struct server *server, const struct server_options *options)
{
    if (options)
        server->options = *options;
    if (!server->options.body_max)
        server->options.body_max = API_BODY_MAX;
    if (!server->options.headers_max)
        server->options.headers_max = API_HEADERS_MAX;
    if (!server->options.connections_max)
        server->options.connections_max = SERVER_CONNECTIONS;
    if (!server->options.unsent_max)
        server->options.unsent_max = SERVER_UNSENT;
    if (!server->options.first_s)
        server->options.first_s = SERVER_FIRST_S;
    if (!server->options.lag_max_ms)
        server->options.lag_max_ms = SERVER_LAG_MS;
}

struct server *server_new(struct api *api, const struct server_options *options, char **ret_error)
{
    struct server *server = mem_new(sizeof *server);
    server->api = api;
    set_options(server, options);
    raise_limits(server);
    bool looped = loop_init(&server->loop);
    server->carrier = carrier_new(&server->loop, api_worlds(api), server->options.outbound,
                                  server->options.patience_ms, server->webhooks_max);
    if (take_signals(server) && looped)
        return server;
    *ret_error = mem_printf_dup("can't make an event loop: %s", strerror(errno));
    server_free(server);
    return NULL;
}

static void run(struct server *server);

static void abandon_all(struct exchange_list *list)
{
    while (list->first)
        exchange_abandon(list->first);
}

/* libmicrohttpd ends the process when it is stopped with a suspended connection: all are resumed
 * first, and run to their end. */
static void end_exchanges(struct server *server)
{
    server->closing = true;
    while (server->inbox.first || server->parked.first || server->paced.first ||
           server->released.first) {
        abandon_all(&server->inbox);
        abandon_all(&server->paced);
        abandon_all(&server->parked);
        run(server);
    }
}

void server_free(struct server *server)
{
    if (!server)
        return;
    child_free_all(server);
    carrier_free(server->carrier);
    server->carrier = NULL;
    end_exchanges(server);
    while (server->listeners) {
        struct listener *listener = server->listeners;
        server->listeners = listener->next;
        front_free(listener);
    }
    while (server->spare) {
        struct exchange *spare = server->spare;
        server->spare = spare->next;
        exchange_free(spare);
    }
    output_leave_all(server);
    give_signals_back(server);
    give_limits_back(server);
    loop_close(&server->loop);
    free(server);
}

/* ---- listening ---- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage room;
};

static bool parse_address(const char *text, uint16_t port, union address *ret_address,
                          socklen_t *ret_len)
{
    union address address = {0};
    if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(port);
        *ret_len = sizeof address.v4;
    } else if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(port);
        *ret_len = sizeof address.v6;
    } else {
        return false;
    }
    *ret_address = address;
    return true;
}

static bool bind_and_listen(int fd, const union address *address, socklen_t len)
{
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return bind(fd, &address->any, len) == 0 && listen(fd, SOMAXCONN) == 0;
}

/* A socket of our own making, so that there is an errno to tell. -1: errno. */
static int open_socket(const char *text, uint16_t port, uint16_t *ret_port)
{
    union address address;
    socklen_t len;
    if (!parse_address(text, port, &address, &len)) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    if (!bind_and_listen(fd, &address, len) || getsockname(fd, &address.any, &len) < 0) {
        int reason = errno;
        close(fd);
        errno = reason;
        return -1;
    }
    *ret_port =
        ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
    return fd;
}

static char *listen_error(const char *address, uint16_t port, int reason)
{
    switch (reason) {
    case EADDRINUSE:
        return mem_printf_dup("%s port %u is in use by another program", address, port);
    case EINVAL:
        return mem_printf_dup("\"%s\" is no numeric address", address);
    default:
        return mem_printf_dup("can't listen on %s port %u: %s", address, port, strerror(reason));
    }
}

bool server_listen(struct server *server, const struct listen_options *options, uint16_t *ret_port,
                   char **ret_error)
{
    const char *address = options->address ? options->address : "127.0.0.1";
    uint16_t port;
    int fd = open_socket(address, options->port, &port);
    if (fd < 0) {
        *ret_error = listen_error(address, options->port, errno);
        return false;
    }
    union address bound = {0};
    socklen_t len = sizeof bound;
    getsockname(fd, &bound.any, &len);
    carrier_shun(server->carrier, &bound.any);
    struct listener *listener = front_new(server, fd, options);
    if (!listener) {
        *ret_error = mem_dup("libmicrohttpd can't be started");
        return false;
    }
    listener->next = server->listeners;
    server->listeners = listener;
    *ret_port = port;
    return true;
}

void server_attach(struct server *server, bool attached)
{
    server->attached = attached;
    carrier_in_order(server->carrier, attached);
}

/* ---- a turn ---- */

static void release(struct server *server)
{
    while (server->released.first)
        exchange_resume(server->released.first);
}

/* A resume is seen by the next run only, and so is room for new connections; neither
 * libmicrohttpd's epoll nor its timeout announces them, and handlers of this run may have made more
 * ready. */
static void run(struct server *server)
{
    for (int i = 0; i < SERVER_RUNS; i++) {
        server->run_due = false;
        release(server);
        for (struct listener *l = server->listeners; l; l = l->next)
            MHD_run(l->daemon);
        if (!server->released.first && !server->run_due)
            return;
    }
}

/*
 * When the first line of a chunk does not fit into its pool, libmicrohttpd neither reads on nor
 * gives up: it spins until the idle time-out. Bytes that are there and not taken, look after look
 * for a while, tell it from a client that is slow and from a machine that is busy.
 */
static void see_stuck(struct exchange *exchange, int64_t now_ms)
{
    int unread = 0;
    if (ioctl(exchange->peer->fd, FIONREAD, &unread) != 0 || unread == 0)
        exchange->stuck_looks = 0;
    else if (exchange->stuck_looks++ == 0)
        exchange->stuck_since_ms = now_ms;
    else if (exchange->stuck_looks >= SERVER_STUCK_LOOKS &&
             now_ms - exchange->stuck_since_ms >= SERVER_STUCK_MS)
        peer_end(exchange->peer);
}

/* Looks at some in each turn: of turns, spinning makes many. */
static void drop_stuck(struct server *server, int64_t now_ms)
{
    const struct exchange *last = server->chunked.last;
    for (int i = 0; i < SERVER_STUCK_BATCH && server->chunked.first; i++) {
        struct exchange *exchange = server->chunked.first;
        exchange_move(exchange, &server->chunked); /* to its end: the next turn begins behind it */
        see_stuck(exchange, now_ms);
        if (exchange == last)
            return;
    }
}

static void drop_laggards(struct server *server, int64_t now_ms)
{
    struct exchange *exchange = server->lagging.first;
    while (exchange && now_ms - exchange->full_since_ms >= server->options.lag_max_ms) {
        exchange_move(exchange, NULL);
        api_drop_stream(server->api, &exchange->ticket);
        peer_end(exchange->peer);
        exchange = server->lagging.first;
    }
}

static void dispatch_one(struct server *server)
{
    struct exchange *exchange = server->inbox.first;
    if (!exchange)
        return;
    exchange_dispatch(exchange);
    exchange_move(exchange,
                  exchange->state == EXCHANGE_LATER ? &server->parked : &server->released);
    peer_look_again(exchange->peer);
}

static void bound(int64_t *wait_ms, int64_t limit_ms)
{
    if (limit_ms < 0)
        limit_ms = 0;
    if (*wait_ms < 0 || limit_ms < *wait_ms)
        *wait_ms = limit_ms;
}

static int64_t wait_of_daemons(const struct server *server)
{
    int64_t wait_ms = -1;
    for (const struct listener *l = server->listeners; l; l = l->next) {
        MHD_UNSIGNED_LONG_LONG limit;
        if (MHD_get_timeout(l->daemon, &limit) == MHD_YES)
            bound(&wait_ms, limit > INT_MAX ? INT_MAX : (int64_t)limit);
    }
    return wait_ms;
}

static int time_to_wait(const struct server *server, int64_t deadline_ms)
{
    if (server->busy || server->run_due || server->inbox.first || server->released.first)
        return 0;
    int64_t now_ms = sim_real_ms();
    int64_t wait_ms = wait_of_daemons(server);
    int64_t due_ms = worlds_next_due_in(api_worlds(server->api), now_ms);
    if (due_ms >= 0)
        bound(&wait_ms, due_ms);
    due_ms = api_due_in(server->api, now_ms);
    if (due_ms >= 0)
        bound(&wait_ms, due_ms);
    due_ms = carrier_due_in(server->carrier, now_ms);
    if (due_ms >= 0)
        bound(&wait_ms, due_ms);
    due_ms = dials_due_ms(server);
    if (due_ms >= 0)
        bound(&wait_ms, due_ms - now_ms);
    due_ms = peers_due_in(server, now_ms);
    if (due_ms >= 0)
        bound(&wait_ms, due_ms);
    due_ms = deliver_due_ms(server);
    if (due_ms >= 0)
        bound(&wait_ms, due_ms - now_ms);
    if (deadline_ms >= 0)
        bound(&wait_ms, deadline_ms - now_ms);
    if (server->lagging.first)
        bound(&wait_ms, server->lagging.first->full_since_ms + server->options.lag_max_ms - now_ms);
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

static void turn(struct server *server, int64_t deadline_ms)
{
    output_write_all(server); /* before the wait: who reads along sees each line at once */
    loop_wait(&server->loop, time_to_wait(server, deadline_ms));
    if (server->signal) /* what waits is worth less than an end in time: each may be a long list */
        return;
    int64_t now_ms = sim_real_ms();
    worlds_sync(api_worlds(server->api), now_ms);
    carrier_work(server->carrier, now_ms);
    dials_work(server, now_ms);
    server->busy = api_work(server->api);
    carrier_collect_all(server->carrier);
    drop_laggards(server, now_ms);
    deliver_work(server, now_ms);
    run(server);
    peers_look(server, now_ms);
    drop_stuck(server, now_ms);
    dispatch_one(server);
}

enum turn_end server_turn(struct server *server, bool (*until)(void *arg), void *arg,
                          int64_t deadline_ms)
{
    carrier_collect_all(server->carrier); /* what was published between turns */
    for (;;) {
        if (until && until(arg))
            return TURN_MET;
        if (server->signal)
            return TURN_SIGNAL;
        turn(server, deadline_ms);
        if (deadline_ms >= 0 && sim_real_ms() >= deadline_ms)
            return until && until(arg) ? TURN_MET : TURN_DEADLINE;
    }
}

int server_signal(const struct server *server)
{
    return server->signal;
}

int server_take_signal(struct server *server, bool *ret_shared)
{
    int taken = server->signal;
    if (ret_shared)
        *ret_shared = server->signal_shared;
    server->signal = 0;
    return taken;
}
