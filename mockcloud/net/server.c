/*
 * See server.h. Owns the life of a server and the order of work in a turn of the loop:
 *
 *     print → wait → clocks → webhooks → api_work → slow readers → paced replies
 *           → resume what is ready, and run libmicrohttpd → (attached) dispatch one of the inbox
 *
 * The dispatch comes last, so that the reply it makes leaves in the next turn: server_turn() asks
 * `until` in between, and a scenario sees what a request has done before its client does. Nothing
 * here looks into requests or replies.
 */
#include "net/server.h"

#include "base/mem.h"
#include "net/inside.h"
#include "net/listen.h"
#include "sim/sim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define SERVER_RUNS           16 /* of libmicrohttpd in one turn, while there is something to resume */
#define SERVER_STUCK_LOOKS    16u /* looks that find unread bytes, one after the other, and … */
#define SERVER_STUCK_MS       200 /* … the time they have to span, before a client counts as stuck */
#define SERVER_STUCK_BATCH    16 /* exchanges looked at per turn */
#define SERVER_EMPTY_TURNS    200u
#define SERVER_EMPTY_PAUSE_MS 1
#define SERVER_SPARE          64u /* connections above the limit whose request is answered with 503 */
#define SERVER_OWN_FDS        (2ul * SERVER_WEBHOOKS) /* descriptors that are not for connections */

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

/* For SIGHUP, which nohup has us ignore: once blocked, a signal reaches the signalfd even if it is
 * ignored, and nohup would be in vain. */
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
    /* The mask and SIGPIPE as they were are kept for children: both survive an exec, and a command
     * with SIGTERM blocked could not be ended politely. */
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

/* Divides the descriptors that the machine allows: our own come first (webhooks, pipes of
 * children), then those over which a client too many is told so; connections get the rest. If there
 * are few, each of the first two shrinks to a quarter, so that half remain for connections. */
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

/* The soft limit (often 1024) protects programs that use select(), which fails above it. We use
 * epoll and take all that the hard limit allows; children get the old limit back (child.c). */
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
    raise_limits(server); /* before the carrier, which is given its share of the descriptors */
    bool looped = loop_init(&server->loop);
    server->carrier = carrier_new(&server->loop, api_worlds(api), server->options.outbound,
                                  server->options.patience_ms, server->webhooks_max);
    if (server->options.mute)
        carrier_mute(server->carrier);
    server->doors = (struct api_doors){doors_changed, doors_cut, server};
    api_set_doors(api, &server->doors);
    /* Signals are taken even without a loop, since server_free() restores what that has saved. */
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

/* Their replies are there, but what they tell of may be lost. */
static void abandon_released(struct server *server)
{
    const struct exchange *last = server->released.last;
    while (server->released.first) {
        struct exchange *exchange = server->released.first;
        exchange_abandon(exchange);
        if (exchange == last)
            return;
    }
}

/* libmicrohttpd aborts the process when it is stopped while a connection is suspended. So each is
 * abandoned and resumed, again until none is left, since a run may suspend others. */
static void end_exchanges(struct server *server)
{
    server->closing = true;
    if (server->uncommitted)
        abandon_released(server);
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
    /* Children first: a client should be gone before it can see its server hang up. Then webhooks,
     * of which the last runs below start no more. */
    api_set_doors(server->api, NULL);
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

bool server_listen(struct server *server, const struct listen_options *options, uint16_t *ret_port,
                   char **ret_error)
{
    const char *address = options->address ? options->address : "127.0.0.1";
    union listen_address bound;
    int fd = listen_open(address, options->port, &bound, ret_error);
    if (fd < 0)
        return false;
    /* Before the first connection: no webhook may reach the control API on our own port. */
    carrier_shun(server->carrier, &bound.any);
    struct listener *listener = front_new(server, fd, options);
    if (!listener) {
        *ret_error = mem_dup("libmicrohttpd can't be started");
        return false;
    }
    listener->bound = bound;
    listener->next = server->listeners;
    server->listeners = listener;
    doors_changed(server); /* a fault may want it to refuse from the first */
    *ret_port = listen_port(&bound);
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

/* Runs libmicrohttpd until nothing is left to resume. One run is not enough: it acts on a resumed
 * connection, or on room for a new one, only in the next run, which neither its epoll nor its
 * time-out announces; and its handlers may have made further replies ready. Bounded, since quick
 * clients could keep it going for ever while the clocks stand still. */
static void run(struct server *server)
{
    for (int i = 0; i < SERVER_RUNS; i++) {
        server->run_due = false;
        release(server);
        server->running = true;
        for (struct listener *l = server->listeners; l; l = l->next)
            MHD_run(l->daemon);
        server->running = false;
        if (!server->released.first && !server->run_due)
            return;
    }
}

/*
 * Ends a connection on which libmicrohttpd is stuck: when the size line of a chunk does not fit
 * into its memory pool, it neither reads on nor gives up, but spins until the idle time-out, 120 s
 * at full load. The sign is bytes in the socket that nobody takes. A slow client has none there; on
 * a busy machine they may wait for a while, hence many looks and 200 ms as well.
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

/* A few in each turn are enough: a connection that makes libmicrohttpd spin makes turns abound. */
static void drop_stuck(struct server *server, int64_t now_ms)
{
    const struct exchange *last = server->chunked.last;
    for (int i = 0; i < SERVER_STUCK_BATCH && server->chunked.first; i++) {
        struct exchange *exchange = server->chunked.first;
        exchange_move(exchange, &server->chunked); /* to the end: the next turn goes on behind it */
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
    peer_look_again(exchange->peer); /* its client may have hung up while it waited in the inbox */
}

/* Lowers *wait_ms to the limit; a negative *wait_ms means no limit yet. */
static void bound(int64_t *wait_ms, int64_t limit_ms)
{
    if (limit_ms < 0)
        limit_ms = 0;
    if (*wait_ms < 0 || limit_ms < *wait_ms)
        *wait_ms = limit_ms;
}

/*
 * libmicrohttpd says "at once" for as long as a handshake of TLS is under way, whether its bytes
 * come or not: whoever connects and then says nothing would have us turn at full load. It says the
 * same while it writes a reply in pieces of 16 KiB, each of which is a turn without news, too, and
 * must not wait. So only many such turns on end are held against a connection that has not asked
 * anything yet, and then the pause is short.
 */
static int64_t pause_of_handshakes(const struct server *server)
{
    const struct peer *fresh = server->fresh.first;
    bool shakes_hands = fresh && fresh->tls && server->empty_turns >= SERVER_EMPTY_TURNS;
    return shakes_hands ? SERVER_EMPTY_PAUSE_MS : 0;
}

static int64_t wait_of_daemons(const struct server *server)
{
    int64_t wait_ms = -1;
    for (const struct listener *l = server->listeners; l; l = l->next) {
        MHD_UNSIGNED_LONG_LONG limit;
        if (MHD_get_timeout(l->daemon, &limit) == MHD_YES)
            bound(&wait_ms, limit > INT_MAX ? INT_MAX : (int64_t)limit);
    }
    return wait_ms == 0 ? pause_of_handshakes(server) : wait_ms;
}

/* How long epoll may sleep: 0 when work is left over, else until the first of all that is due.
 * Whatever wants to act without news from a descriptor has to be asked here, or it comes late. */
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
    if (server->doors_shut || server->retired)
        bound(&wait_ms, DOORS_LOOK_MS);
    if (deadline_ms >= 0)
        bound(&wait_ms, deadline_ms - now_ms);
    due_ms = server->options.turned_due_in
                 ? server->options.turned_due_in(server->options.turned_arg)
                 : -1;
    if (due_ms >= 0)
        bound(&wait_ms, due_ms);
    if (server->lagging.first)
        bound(&wait_ms, server->lagging.first->full_since_ms + server->options.lag_max_ms - now_ms);
    return wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

/* What has happened so far is kept, before anybody hears of it. */
static bool commit(struct server *server)
{
    if (!server->options.commit || server->options.commit(server->options.commit_arg))
        return true;
    server->uncommitted = true;
    server->signal = SIGTERM;
    return false;
}

static void turn(struct server *server, int64_t deadline_ms)
{
    if (server->options.turned && !server->options.turned(server->options.turned_arg)) {
        server->signal = SIGTERM;
        server->uncommitted = true;
        return;
    }
    output_write_all(server); /* before the wait, so that whoever reads along sees lines at once */
    bool news = loop_wait(&server->loop, time_to_wait(server, deadline_ms));
    server->empty_turns = news ? 0 : server->empty_turns + 1;
    if (server->signal) /* the rest of a turn may take long, and somebody wants us to end */
        return;
    int64_t now_ms = sim_real_ms();
    worlds_sync(api_worlds(server->api), now_ms); /* first: all that follows sees one time */
    carrier_work(server->carrier, now_ms); /* before api_work: a clock move may wait for it */
    dials_work(server, now_ms);
    server->busy = api_work(server->api);
    carrier_collect_all(server->carrier); /* what the clocks and api_work have published */
    if (!commit(server))
        return;
    drop_laggards(server, now_ms);
    deliver_work(server, now_ms);
    run(server);
    doors_look(server);
    peers_look(server, now_ms); /* after the run, which may have answered a client that has left */
    drop_stuck(server, now_ms);
    do
        dispatch_one(server);
    while (server->options.commit && server->inbox.first);
}

enum turn_end server_turn(struct server *server, bool (*until)(void *arg), void *arg,
                          int64_t deadline_ms)
{
    carrier_collect_all(server->carrier); /* what was published between turns */
    doors_look(server);                   /* what has passed meanwhile may have been its time */
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
