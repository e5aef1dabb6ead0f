/* Where the carrier may go: this machine, and what the user has named. Nobody outside of net/
 * includes this. */
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

#endif
