/*
 * An exchange: one request and its way to a reply. Nobody outside of net/ includes this.
 *
 * It is made when the request line is there and ends when libmicrohttpd says that the request is
 * over. While its connection is suspended it stands in exactly one of the server's lists:
 *
 *     inbox     complete, waits to be dispatched (attached mode)
 *     parked    waits for api/: a LATER reply, or bytes of a stream (or, muted by a fault, for
 * ever) paced     waits for the time of its reply's next piece released  waits for the loop to
 * resume its connection
 *
 * A suspended connection is blind: libmicrohttpd sees neither its client leave nor its time run
 * out. So its peer is watched in our loop (peer.h).
 */
#ifndef NET_EXCHANGE_H
#define NET_EXCHANGE_H

#include "api/api.h"
#include "net/peer.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exchange_state {
    EXCHANGE_READING,  /* its head or body is coming in */
    EXCHANGE_WAITING,  /* complete, in the inbox */
    EXCHANGE_LATER,    /* dispatched, the reply is not there yet */
    EXCHANGE_ANSWERED, /* the reply is in the ticket */
    EXCHANGE_STREAM, /* the head of the reply is in the ticket, the body comes through its queue */
    EXCHANGE_MUTE,   /* the reply is never to be delivered */
    EXCHANGE_GONE    /* its client has left, or the server ends */
};

struct exchange;

struct exchange_list {
    struct exchange *first, *last;
};

struct listener;
struct server;

struct exchange {
    struct server *server;
    struct listener *listener;
    struct MHD_Connection *connection;
    struct peer *peer; /* of the connection */
    enum exchange_state state;
    bool begun;   /* the head has been looked at */
    bool refused; /* by the front itself: the reply is there before the body */
    bool expects; /* the client waits for "100 Continue" before it sends the body */
    bool chunked;
    bool bad_host;
    bool dispatched; /* api_ticket_done() is owed */
    bool suspended;
    struct exchange_list *list;
    struct exchange *prev, *next;
    unsigned stuck_looks;   /* in the list `chunked`: looks in a row that found unread bytes … */
    int64_t stuck_since_ms; /* … and the time of the first of them */
    int64_t full_since_ms;  /* in the list `lagging`: since when its client has taken nothing */

    char address[INET6_ADDRSTRLEN]; /* of the client */
    const char *method;             /* borrowed from the connection, like the headers */
    struct buf target;
    struct api_header *headers;
    size_t header_count, header_cap;
    size_t head_len;
    size_t unsent;     /* bytes of the reply, counted in the server */
    int64_t due_ms;    /* of the next piece, and … */
    size_t piece_left; /* … how much of the present one is still to go (deliver.c) */
    bool has_host;
    const char *host;        /* its value, of the last one; NULL: none */
    const char *origin;      /* the value of Origin, of the last one; NULL: none */
    bool bad_origin;         /* there are several, or it is that of a page from elsewhere */
    uint64_t content_length; /* 0: none was given */
    size_t discarded;        /* bytes of a refused body */
    struct buf body;
    struct api_ticket ticket;
};

/* An exchange for a request whose target has just come in; a spare one of the server's if there is
 * one. */
struct exchange *exchange_begin(struct listener *listener, struct MHD_Connection *connection,
                                const char *target);

/* The request is over: what is under way is cancelled, the exchange becomes a spare one. */
void exchange_end(struct exchange *exchange);
void exchange_free(struct exchange *exchange);

/* Takes it out of the list that it is in, and puts it at the end of `list` (NULL: into none). */
void exchange_move(struct exchange *exchange, struct exchange_list *list);

/* The same, behind `before`, which is in that list; NULL: at its head. */
void exchange_move_behind(struct exchange *exchange, struct exchange_list *list,
                          struct exchange *before);

/* Hands the request to api/; the state tells what came of it. */
void exchange_dispatch(struct exchange *exchange);

/* Tells options.served what is answered. To be called as soon as the reply is there: the name of
 * its world is borrowed and may not live as long as the reply. */
void exchange_tell(const struct exchange *exchange);

/* Suspends its connection, and puts it into `list`. Only inside of a
 * handler or a reader. */
void exchange_suspend(struct exchange *exchange, struct exchange_list *list);

/* Resumes its connection. Only outside of handlers; libmicrohttpd has to run afterwards, or nothing
 * comes of it. */
void exchange_resume(struct exchange *exchange);

/* Gives up: cancels what api/ is doing for it, and lets libmicrohttpd end the request at the next
 * run. */
void exchange_abandon(struct exchange *exchange);

#endif
