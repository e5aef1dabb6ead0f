/*
 * What the sources of net/ share among themselves, and nobody else includes: the inside of a
 * server.
 *
 *     loop.c        the epoll and its watches
 *     server.c      the life of a server, and its turns
 *     listen.c      a listening socket
 *     front.c       a listener: libmicrohttpd and its callbacks
 *     doors.c       listeners that refuse for a while
 *     peer.c        a connection, from accept to close
 *     exchange.c    one request and its way to a reply
 *     refuse.c      what is refused before api/ sees it
 *     reply.c       replies and streams, handed to libmicrohttpd
 *     deliver.c     replies that are cut, paced, sent twice or never
 *     output.c      lines for a terminal, a pipe or a file
 *     child.c       child processes, each behind a keeper.c
 *     carrier.c     webhooks on their way out
 *     dial.c        requests to clients that are services
 */
#ifndef NET_INSIDE_H
#define NET_INSIDE_H

#include "net/carrier.h"
#include "net/exchange.h"
#include "net/listen.h"
#include "net/loop.h"
#include "net/output.h"
#include "net/peer.h"
#include "net/server.h"

#include <signal.h>
#include <sys/resource.h>

struct server {
    struct api *api;
    struct server_options options; /* defaults filled in */
    struct api_doors doors;
    size_t unsent; /* bytes of replies that are on their way */
    struct loop loop;
    struct loop_watch signals; /* signalfd */
    int signal;                /* the one that asked to end, 0: none */
    bool signal_shared;        /* the terminal sent it, to our children, too */
    sigset_t mask_before;
    struct sigaction pipe_before;
    struct rlimit files_before; /* what children get */

    struct listener *listeners;
    bool running;               /* libmicrohttpd is at work: its listeners stay as they are */
    bool doors_due;             /* doors_look() has something to do */
    size_t doors_shut;          /* listeners that refuse … */
    size_t retired;             /* … and those that serve out the connections that they have */
    struct peer_list connected; /* all of them, by `older` and `newer` */
    size_t connections;         /* open, over all listeners */
    uint64_t accepted;          /* so far */
    size_t connections_max;
    size_t connections_spare; /* above the maximum: their request is read, and answered 503 */
    size_t webhooks_max;      /* webhooks that may be on their way at a time */
    size_t connections_peak;  /* the most there were since memory was given back last */
    bool attached;
    bool closing;
    bool busy;            /* api/ has more to do at once */
    unsigned empty_turns; /* before which nothing had happened, one after the other */
    bool run_due;         /* libmicrohttpd has to run once more, whatever its own epoll says */
    bool uncommitted;     /* what is to be sent must not be: the turn could not be kept */

    struct peer_list fresh, leaving;              /* see peer.h */
    struct exchange_list inbox, parked, released; /* see exchange.h */
    struct exchange_list paced; /* replies whose next piece is to come, the one due first first */
    struct exchange_list
        lagging; /* streams with a full queue whose client takes nothing, the longest first */
    struct exchange_list heads;   /* requests whose headers are coming in */
    struct exchange_list chunked; /* requests whose chunked body is coming in */
    struct exchange *spare;       /* linked by `next` */

    struct output *outputs; /* linked by `next` */
    struct child *children;
    struct carrier *carrier; /* of webhooks */
    struct dial *dials;      /* linked by `next` */
};

/* ---- front.c ---- */

struct listener {
    struct listener *next;
    struct server *server;
    struct MHD_Daemon *daemon;
    struct loop_watch watch; /* the daemon's own epoll */
    char *world;             /* a name, since worlds can be removed; NULL: the main one */
    char *actor;             /* NULL: by token */
    union listen_address bound;
    int reserved; /* a socket that keeps the port while it refuses; -1: it listens */
    bool retired; /* it goes with its last connection: another one listens at its place */
    bool cut_due; /* its connections are to end */
};

/* Starts libmicrohttpd on `fd`, a listening socket, which it takes. NULL when it can't. */
struct listener *front_new(struct server *server, int fd, const struct listen_options *options);

/* Nothing may be suspended any more. */
void front_free(struct listener *listener);

/* ---- doors.c ---- */

#define DOORS_LOOK_MS 10 /* real time between looks at a listener that refuses */

/* Lets listeners refuse, or listen again, as api/ wants it now; ends connections that a restart has
 * cut, and listeners that nobody is connected to any more. Outside of libmicrohttpd alone. */
void doors_look(struct server *server);

/* api_doors of a server. */
void doors_changed(void *server);
void doors_cut(void *server, const struct world *world);

/* ---- refuse.c ---- */

/* Each writes a refusal into the exchange's ticket. Those after which the bytes that follow can't
 * be trusted, or aren't wanted, also close the connection. */
void refuse_crowd(struct exchange *exchange);
void refuse_head(struct exchange *exchange);
void refuse_body(struct exchange *exchange);
void refuse_host(struct exchange *exchange);
void refuse_malformed(struct exchange *exchange, const char *fault);

/* Refuses, past libmicrohttpd, each request whose head is coming in with a Content-Length that is
 * not a number. */
void refuse_lengths(struct server *server);

/* ---- reply.c ---- */

/* Queues the reply in the ticket; inside of a handler. */
enum MHD_Result reply_send(struct exchange *exchange);

/* Queues a reply whose body comes from the ticket's stream; inside of a handler. */
enum MHD_Result reply_stream(struct exchange *exchange);

/* Queues a response with the status and the headers in the ticket; inside of a handler. */
enum MHD_Result reply_queue(struct exchange *exchange, struct MHD_Response *response);

/* api_ticket.ready: a reply is complete, or a stream has bytes or has ended. */
void reply_ready(struct api_ticket *ticket);

/* ---- deliver.c ---- */

/* Queues the reply in the ticket in the way that its delivery asks for, or ends the connection
 * instead of it; inside of a handler. */
enum MHD_Result deliver(struct exchange *exchange);

/* To be called when the reply has left: sends it once more if it is to be delivered twice. */
void deliver_again(const struct exchange *exchange);

/* Ends the connection with a TCP reset. */
void deliver_reset(const struct exchange *exchange);

/* Goes on with replies whose next piece is due; and when the next piece will be (-1: none waits).
 */
void deliver_work(struct server *server, int64_t now_ms);
int64_t deliver_due_ms(const struct server *server);

/* ---- dial.c ---- */

/* Goes on with the calls to which something has happened; the real time at which one wants to be
 * looked at, -1: none does. */
void dials_work(struct server *server, int64_t now_ms);
int64_t dials_due_ms(const struct server *server);

/* ---- child.c ---- */

void child_free_all(struct server *server);

#endif
