/*
 * Whether a page that a browser has loaded is of this machine. Any page of the internet can have
 * its visitor's browser send requests to 127.0.0.1, without asking anybody first as long as they
 * look like those of a form; but the browser says in Origin where the page came from.
 */
#ifndef NET_ORIGIN_CHECK_H
#define NET_ORIGIN_CHECK_H

#include <stdbool.h>

/* `origin` as it came ("https://app.example.com:8443", "null"); `host` is the request's Host header
 * (NULL: none). True for an Origin on localhost, *.localhost or a loopback address, for one on the
 * very address that Host names, for one on each of `names`, which this machine is known by, and for
 * each of `allowed`, as it stands there. Both lists are NULL-terminated; NULL: none. */
bool origin_check(const char *origin, const char *host, const char *const *names,
                  const char *const *allowed);

#endif
