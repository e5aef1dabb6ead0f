/* Where the carrier may go: this machine, and what the user has named, but never back to us. Nobody
 * outside of net/ includes this. */
#ifndef NET_CARRIER_POLICY_H
#define NET_CARRIER_POLICY_H

#include <stdbool.h>
#include <sys/socket.h>

/* "localhost" or *.localhost, which is this machine without a look-up (RFC 6761). */
bool carrier_policy_is_local_name(const char *host);

/* Such a name, or a loopback address in the form that libcurl makes of any: "127.0.0.1", "[::1]".
 */
bool carrier_policy_is_local(const char *host);

/* Whether `hosts` (NULL-terminated; NULL: none) has it, in any case. */
bool carrier_policy_is_listed(const char *const *hosts, const char *host);

/* Whether an address is of the loopback: the last look before a socket is opened. */
bool carrier_policy_is_loopback(const struct sockaddr *address);

/* Whether a connection to `target` would reach a listener that is bound to `bound`: with the same
 * port, at its address, or at any of this machine when it is bound to all. ::ffff:127.0.0.1 is
 * 127.0.0.1, and what is sent to 0.0.0.0 or :: arrives at the loopback. */
bool carrier_policy_reaches(const struct sockaddr *bound, const struct sockaddr *target);

/* Whether both are the same address and port, IPv4 in IPv6 or not. */
bool carrier_policy_is_same(const struct sockaddr *a, const struct sockaddr *b);

#endif
