/*
 * Whether a Host header may name this server: the defence against DNS rebinding. A page that a
 * browser loaded from evil.example can have that name resolve to 127.0.0.1, but it can't change
 * what the browser sends in Host.
 */
#ifndef NET_HOST_CHECK_H
#define NET_HOST_CHECK_H

#include <stdbool.h>

/* True for an IP literal, localhost, *.localhost and each of `names` (NULL-terminated; NULL: none),
 * in any case, with or without a port. */
bool host_check(const char *host, const char *const *names);

/* Whether what follows a host, `rest`, is nothing, or ":" and a port: digits up to 65535, or none
 * (RFC 3986 lets them be missing). */
bool host_check_port(const char *rest);

#endif
