/*
 * Listeners that refuse for a while, since a fault or a restart wants it so. Owns how that is done
 * with libmicrohttpd, which can stop listening and never begin again: a listener that refuses has a
 * successor from then on, bound to the same port, which listens when it is over. The old one serves
 * out the connections that it has, and goes with the last of them.
 *
 * Nothing here is done while libmicrohttpd is at work (server->running).
 */
#include "base/mem.h"
#include "net/inside.h"
#include "sim/sim.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- who refuses ---- */

static bool wants_shut(const struct listener *listener)
{
    struct worlds *worlds = api_worlds(listener->server->api);
    const struct world *world =
        listener->world ? worlds_find(worlds, listener->world) : worlds->main;
    return api_refuses(listener->server->api, world, listener->actor, sim_real_ms());
}

/* One that can't be reserved is tried again at the next look. */
static void shut(struct listener *listener)
{
    struct server *server = listener->server;
    MHD_socket fd = MHD_quiesce_daemon(listener->daemon);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
    listener->reserved = listen_reserve(&listener->bound);
    server->doors_shut += listener->reserved >= 0;
    server->doors_due = server->doors_due || listener->reserved < 0;
}

/* In front of the list: the one that retires stays where it is. */
static void open_again(struct listener *listener)
{
    struct server *server = listener->server;
    struct worlds *worlds = api_worlds(server->api);
    int fd = listener->reserved;
    struct listen_options options = {.world = listener->world ? worlds_find(worlds, listener->world)
                                                              : NULL,
                                     .actor = listener->actor};
    if (listen(fd, SOMAXCONN) != 0)
        return; /* and try again at the next look */
    listener->reserved = -1;
    server->doors_shut--;
    struct listener *next = front_new(server, fd, &options);
    if (!next) {
        close(fd);
        return;
    }
    next->bound = listener->bound;
    listener->retired = true;
    server->retired++;
    next->next = server->listeners;
    server->listeners = next;
}

/* ---- who is cut off ---- */

/* As by a program that has died, but for a reply that is on its way: whoever has asked for the
 * restart is told that it has begun. */
static void cut(struct peer *peer)
{
    struct exchange *exchange = peer->exchange;
    bool answered = exchange && exchange->state == EXCHANGE_ANSWERED;
    peer->ended = true;
    if (exchange && exchange->suspended && !answered)
        exchange_abandon(exchange);
    if (answered)
        peer_look_again(peer);
    else
        peer_cut(peer);
}

static void cut_all(struct listener *listener)
{
    listener->cut_due = false;
    for (struct peer *peer = listener->server->connected.first; peer; peer = peer->newer)
        if (peer->listener == listener)
            cut(peer);
    listener->server->run_due = true;
}

/* ---- who retires ---- */

static bool is_left(const struct listener *listener)
{
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
    return info->num_connections == 0;
}

static void retire(struct server *server)
{
    for (struct listener **at = &server->listeners; *at;) {
        struct listener *listener = *at;
        if (listener->retired && is_left(listener)) {
            *at = listener->next;
            server->retired--;
            front_free(listener);
        } else {
            at = &listener->next;
        }
    }
}

/* ---- looking ---- */

static void look_at(struct listener *listener)
{
    bool is_shut = listener->reserved >= 0;
    if (listener->cut_due)
        cut_all(listener);
    if (!listener->retired && wants_shut(listener) != is_shut)
        (is_shut ? open_again : shut)(listener);
}

void doors_look(struct server *server)
{
    if (server->running || (!server->doors_due && !server->doors_shut && !server->retired))
        return;
    server->doors_due = false;
    for (struct listener *l = server->listeners, *next; l; l = next) {
        next = l->next;
        look_at(l);
    }
    retire(server);
}

void doors_changed(void *arg)
{
    struct server *server = arg;
    server->doors_due = true;
    doors_look(server);
}

void doors_cut(void *arg, const struct world *world)
{
    struct server *server = arg;
    const struct worlds *worlds = api_worlds(server->api);
    for (struct listener *l = server->listeners; l; l = l->next)
        if ((l->world ? worlds_find(worlds, l->world) : worlds->main) == world)
            l->cut_due = true;
    doors_changed(server);
}
