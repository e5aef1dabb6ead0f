/*
 * See listen.h. Owns how a listening socket is made, and what is said when it can't be. It knows
 * neither libmicrohttpd nor the server.
 *
 * libmicrohttpd could open the socket itself, but tells no errno when it fails: "in use" and "not
 * allowed" would read the same to somebody who has to do something about it.
 */
#include "net/listen.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool parse_address(const char *text, uint16_t port, union listen_address *ret_address,
                          socklen_t *ret_len)
{
    union listen_address address = {0};
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

/* SO_REUSEADDR: a server that is restarted must not wait until the connections of the last one have
 * left TIME_WAIT. IPV6_V6ONLY: "::" would take IPv4's port as well, so that the same options worked
 * or not by a setting of the machine. */
static bool bind_and_listen(int fd, const union listen_address *address, socklen_t len)
{
    int on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    return bind(fd, &address->any, len) == 0 && listen(fd, SOMAXCONN) == 0;
}

/* -1: errno. */
static int open_socket(const char *text, uint16_t port, union listen_address *ret_bound)
{
    union listen_address address;
    socklen_t len;
    if (!parse_address(text, port, &address, &len)) {
        errno = EINVAL;
        return -1;
    }
    int fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    /* The name is asked for again: with port 0 the kernel has chosen one. */
    if (!bind_and_listen(fd, &address, len) || getsockname(fd, &address.any, &len) < 0) {
        int reason = errno; /* close() may set another */
        close(fd);
        errno = reason;
        return -1;
    }
    *ret_bound = address;
    return fd;
}

static char *error_dup(const char *address, uint16_t port, int reason)
{
    switch (reason) {
    case EADDRINUSE:
        return mem_printf_dup("%s port %u is in use by another program", address, port);
    case EINVAL:
        return mem_printf_dup("\"%s\" is not a numeric address", address);
    default:
        return mem_printf_dup("can't listen on %s port %u: %s", address, port, strerror(reason));
    }
}

int listen_open(const char *address, uint16_t port, union listen_address *ret_bound,
                char **ret_error)
{
    int fd = open_socket(address, port, ret_bound);
    if (fd < 0)
        *ret_error = error_dup(address, port, errno);
    return fd;
}

int listen_reserve(const union listen_address *bound)
{
    int on = 1, fd = socket(bound->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    socklen_t len = bound->any.sa_family == AF_INET ? sizeof bound->v4 : sizeof bound->v6;
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bound->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, &bound->any, len) == 0)
        return fd;
    close(fd);
    return -1;
}

uint16_t listen_port(const union listen_address *bound)
{
    return ntohs(bound->any.sa_family == AF_INET ? bound->v4.sin_port : bound->v6.sin6_port);
}
