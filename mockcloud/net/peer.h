/*
 * A peer: the other end of a connection, from accept to close. Nobody outside of net/ includes
 * this.
 *
 * libmicrohttpd watches a connection only while it wants something of it, and hears of the end of
 * what a client sends only when nothing else came with it. So a client that sends a request and
 * closes its half, takes the reply and closes would keep its connection until the idle time-out,
 * and one that leaves while it waits for a reply would not be seen at all. Here the socket of each
 * connection is watched by our own loop for just that one thing.
 *
 *     fresh     has not sent a whole request yet, the oldest first: its time is limited
 *     leaving   has ended what it sends: its connection ends as soon as all of that is answered
 */
#ifndef NET_PEER_H
#define NET_PEER_H

#include "net/loop.h"

#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct exchange;
struct listener;
struct server;

struct peer {
    struct server *server;
    struct listener *listener;
    struct loop_watch watch;   /* of its socket */
    int fd;                    /* borrowed from libmicrohttpd */
    void *tls;                 /* its gnutls_session_t, borrowed, too; NULL: it speaks no TLS */
    struct exchange *exchange; /* its request that is under way; NULL: none */
    uint64_t number;           /* of the connection, from 1 */
    int64_t came_ms;           /* real time */
    bool ended;                /* it sends nothing more */
    bool too_many;             /* above the limit: its request is answered 503 */
    bool turned_away;          /* it is heard no more, whatever it has sent */
    struct peer_list *list;
    struct peer *prev, *next;
    struct peer *older, *newer; /* of all that are connected */
};

#define PEER_TOO_MANY "The server has too many open connections"

struct peer_list {
    struct peer *first, *last;
};

/* MHD_NotifyConnectionCallback; `listener` is a struct listener. */
void peer_notify(void *listener, struct MHD_Connection *connection, void **context,
                 enum MHD_ConnectionNotificationCode code);

/* Whose connection it is. NULL: libmicrohttpd knows none, which does not happen. */
struct peer *peer_of(struct MHD_Connection *connection);

/* Writes to the client past libmicrohttpd, without waiting. What does not fit into the socket is
 * lost, and over TLS the connection with it: only for what is short, or last. */
void peer_send(const struct peer *peer, const char *text, size_t len);

/* A whole request has come: from now on it may be idle for longer. */
void peer_has_asked(struct peer *peer);

/* Its request is over, or waits: if it has left, what is to be done will be done in this turn. */
void peer_look_again(struct peer *peer);

/* Ends the connection: libmicrohttpd has no call for that, but sees that the socket is at its end.
 */
void peer_end(const struct peer *peer);

/* The same, and nothing that it has sent already is looked at. */
void peer_cut(struct peer *peer);

/* Ends the connections of those that have left, and of fresh ones whose time is up. At each turn,
 * after libmicrohttpd has run. */
void peers_look(struct server *server, int64_t now_ms);

/* Real time until peers_look() has something to do without news from a socket; -1: never. */
int64_t peers_due_in(const struct server *server, int64_t now_ms);

#endif
