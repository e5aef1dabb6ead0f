/*
 * See peer.h. Owns how many connections there may be, how long a new one has for its first request,
 * and what happens when a client has ended what it sends. It never reads from a socket, and knows
 * nothing of what is asked.
 */
#include "net/peer.h"

#include "base/mem.h"
#include "net/inside.h"
#include "net/tls.h"
#include "sim/sim.h"

#include <malloc.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define PEER_CROWD 1000u /* open connections from which on giving memory back is worth the time */

/* ---- lists ---- */

static void peer_move(struct peer *peer, struct peer_list *list)
{
    if (peer->list) {
        *(peer->prev ? &peer->prev->next : &peer->list->first) = peer->next;
        *(peer->next ? &peer->next->prev : &peer->list->last) = peer->prev;
    }
    peer->prev = peer->next = NULL;
    peer->list = list;
    if (!list)
        return;
    peer->prev = list->last;
    *(list->last ? &list->last->next : &list->first) = peer;
    list->last = peer;
}

/* ---- coming and going ---- */

/* A client that has only closed its own half looks the same as one that has left, until something
 * is sent to it. So a request that waits for its turn or for a reply is given up; a reply that is
 * ready is worth a try. */
static void on_end(struct loop_watch *watch, uint32_t events)
{
    (void)events;
    struct peer *peer = (struct peer *)((char *)watch - offsetof(struct peer, watch));
    struct exchange *exchange = peer->exchange;
    peer->ended = true;
    if (exchange && exchange->suspended && exchange->state != EXCHANGE_ANSWERED)
        exchange_abandon(exchange);
    else
        peer_look_again(peer);
}

/* For a connection that comes when even the room for refusals is used up. It can't stay until its
 * request is here, so the reply can't have the shape of the API that it asks for; nor for the
 * handshake of TLS, before which nothing can be said. */
static void turn_away(struct peer *peer)
{
    static const char body[] = "{\"ok\":false,\"error\":\"" PEER_TOO_MANY "\"}";
    char reply[256];
    int len = snprintf(reply, sizeof reply,
                       "HTTP/1.1 503 Service Unavailable\r\n"
                       "Content-Type: application/json; charset=utf-8\r\n"
                       "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                       sizeof body - 1, body);
    if (!peer->tls)
        peer_send(peer, reply, (size_t)len);
    peer_cut(peer);
}

/* Only who comes is turned away, never who is there: a flood must not drive out those being served.
 */
static void count_in(struct server *server, struct peer *peer)
{
    size_t count = ++server->connections;
    if (count > server->connections_peak)
        server->connections_peak = count;
    peer->too_many = count > server->connections_max;
    if (count > server->connections_max + server->connections_spare)
        turn_away(peer);
    else if (server->carrier && carrier_is_at_end(server->carrier, peer->fd))
        peer_cut(peer);
}

static void *tls_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    return info ? info->tls_session : NULL;
}

static void peer_connect(struct peer *peer)
{
    struct peer_list *all = &peer->server->connected;
    peer->older = all->last;
    *(all->last ? &all->last->newer : &all->first) = peer;
    all->last = peer;
}

static void peer_disconnect(struct peer *peer)
{
    struct peer_list *all = &peer->server->connected;
    *(peer->older ? &peer->older->newer : &all->first) = peer->newer;
    *(peer->newer ? &peer->newer->older : &all->last) = peer->older;
}

static struct peer *peer_new(struct listener *listener, struct MHD_Connection *connection)
{
    struct server *server = listener->server;
    struct peer *peer = mem_new(sizeof *peer);
    peer->server = server;
    peer->listener = listener;
    peer_connect(peer);
    peer->fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    peer->tls = tls_of(connection);
    peer->came_ms = sim_real_ms();
    peer->number = ++peer->server->accepted;
    peer->watch = (struct loop_watch){.fd = -1, .happened = on_end};
    peer_move(peer, &server->fresh);
    /* Edge-triggered, since the end of what a client sends stays true and would wake each turn. If
     * that fails, the idle time-out still ends the connection. */
    loop_add(&server->loop, &peer->watch, peer->fd, EPOLLRDHUP | EPOLLET);
    return peer;
}

/* Called while libmicrohttpd still has the socket open. The watch must be taken out before the
 * close: epoll forgets a socket only when its last copy is closed, and if a child had one, news of
 * it would come for a peer that is freed. */
static void peer_free(struct peer *peer)
{
    loop_remove(&peer->server->loop, &peer->watch);
    peer_move(peer, NULL);
    peer_disconnect(peer);
    free(peer);
}

/* Left alone, the allocator would keep what a crowd has needed until the program ends. */
static void give_memory_back(struct server *server)
{
    if (server->connections_peak < PEER_CROWD ||
        server->connections >= server->connections_peak / 4)
        return;
    malloc_trim(0);
    server->connections_peak = server->connections;
}

void peer_notify(void *listener, struct MHD_Connection *connection, void **context,
                 enum MHD_ConnectionNotificationCode code)
{
    struct server *server = ((struct listener *)listener)->server;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        struct peer *peer = *context = peer_new(listener, connection);
        count_in(server, peer);
        return;
    }
    peer_free(*context);
    *context = NULL;
    server->connections--;
    /* libmicrohttpd stops accepting when it is full or out of descriptors, and looks again only at
     * its next run; if this was the last connection, nothing else would bring that about. */
    server->run_due = true;
    give_memory_back(server);
}

struct peer *peer_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* ---- what it does ---- */

void peer_has_asked(struct peer *peer)
{
    if (peer->list == &peer->server->fresh)
        peer_move(peer, NULL);
}

void peer_look_again(struct peer *peer)
{
    if (peer->ended)
        peer_move(peer, &peer->server->leaving);
}

void peer_send(const struct peer *peer, const char *text, size_t len)
{
    if (!peer->tls)
        send(peer->fd, text, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    else if (!tls_send(peer->tls, text, len))
        peer_end(peer);
}

void peer_end(const struct peer *peer)
{
    shutdown(peer->fd, SHUT_RDWR);
}

void peer_cut(struct peer *peer)
{
    peer->turned_away = true;
    peer_end(peer);
}

/* ---- a turn ---- */

static bool has_unread(const struct peer *peer)
{
    int unread = 0;
    return ioctl(peer->fd, FIONREAD, &unread) == 0 && unread > 0;
}

/* Ends the connection of a client that has left, unless it has still something to be answered.
 * Returns whether it can be taken off the list: its connection is ended, or a request is under way,
 * whose end puts it there again. Unread bytes are libmicrohttpd's to read first: they may be a
 * whole request. */
static bool see_off(struct peer *peer)
{
    struct exchange *exchange = peer->exchange;
    if (exchange && exchange->state != EXCHANGE_READING) {
        bool waits = exchange->state == EXCHANGE_LATER || exchange->state == EXCHANGE_STREAM;
        if (exchange->suspended && waits)
            exchange_abandon(exchange);
        return true;
    }
    if (has_unread(peer))
        return false;
    peer_end(peer);
    return true;
}

void peers_look(struct server *server, int64_t now_ms)
{
    for (struct peer *peer = server->leaving.first, *next; peer; peer = next) {
        next = peer->next;
        if (see_off(peer))
            peer_move(peer, NULL);
    }
    int64_t patience_ms = (int64_t)server->options.first_s * 1000;
    while (server->fresh.first && now_ms - server->fresh.first->came_ms >= patience_ms) {
        peer_end(server->fresh.first);
        peer_move(server->fresh.first, NULL);
    }
}

int64_t peers_due_in(const struct server *server, int64_t now_ms)
{
    if (!server->fresh.first)
        return -1;
    int64_t due_ms = server->fresh.first->came_ms + (int64_t)server->options.first_s * 1000;
    return due_ms > now_ms ? due_ms - now_ms : 0;
}
