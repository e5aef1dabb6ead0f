/*
 * Listening sockets: from a numeric address and a port to a socket that accepts. Nobody outside of
 * net/ includes this.
 */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

/* A socket's address, of either family. */
union listen_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_storage room; /* as large as any */
};

/*
 * Opens a socket on `address` ("127.0.0.1", "::1": names are not looked up) and `port` (0: any free
 * one), non-blocking and not inherited by children. Returns it, to be closed by whoever takes it,
 * and where it is bound; -1 and the reason as a sentence (yours: free()) when that fails.
 */
int listen_open(const char *address, uint16_t port, union listen_address *ret_bound,
                char **ret_error);

/* A socket that is bound there and does not listen: connections are refused, and nobody else takes
 * the port. -1: it can't be. */
int listen_reserve(const union listen_address *bound);

/* The port of a bound address, in host byte order. */
uint16_t listen_port(const union listen_address *bound);

#endif
