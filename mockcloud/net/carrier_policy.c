/* See carrier_policy.h. Looks at names and addresses; it never looks anything up. */
#include "net/carrier_policy.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

bool carrier_policy_is_local_name(const char *host)
{
    static const char name[] = "localhost";
    size_t len = strlen(host), end = sizeof name - 1;
    if (len < end || strcasecmp(host + len - end, name) != 0)
        return false;
    return len == end || host[len - end - 1] == '.';
}

static bool is_loopback_v4(const struct in_addr *address)
{
    return ntohl(address->s_addr) >> 24 == 127;
}

static bool is_loopback_text(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;
    char bare[INET6_ADDRSTRLEN];
    size_t len = strlen(host);
    if (inet_pton(AF_INET, host, &v4) == 1)
        return is_loopback_v4(&v4);
    if (host[0] != '[' || len < 3 || len - 2 >= sizeof bare)
        return false;
    memcpy(bare, host + 1, len - 2);
    bare[len - 2] = '\0';
    return inet_pton(AF_INET6, bare, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool carrier_policy_is_local(const char *host)
{
    return carrier_policy_is_local_name(host) || is_loopback_text(host);
}

bool carrier_policy_is_listed(const char *const *hosts, const char *host)
{
    for (; hosts && *hosts; hosts++)
        if (strcasecmp(*hosts, host) == 0)
            return true;
    return false;
}

/* Writes an address of either family as one of IPv6 (127.0.0.1 as ::ffff:127.0.0.1), so that the
 * two spellings of one place compare equal. False: it is of another family. */
static bool widen(const struct sockaddr *address, struct in6_addr *ret_address, uint16_t *ret_port)
{
    const void *raw = address;
    if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = raw;
        *ret_address = v6->sin6_addr;
        *ret_port = v6->sin6_port;
        return true;
    }
    if (address->sa_family != AF_INET)
        return false;
    const struct sockaddr_in *v4 = raw;
    *ret_address = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    memcpy(ret_address->s6_addr + 12, &v4->sin_addr, sizeof v4->sin_addr);
    *ret_port = v4->sin_port;
    return true;
}

static bool is_v4(const struct in6_addr *address)
{
    return IN6_IS_ADDR_V4MAPPED(address);
}

/* 0.0.0.0 or :: */
static bool is_any(const struct in6_addr *address)
{
    static const unsigned char none[4];
    return IN6_IS_ADDR_UNSPECIFIED(address) ||
           (is_v4(address) && memcmp(address->s6_addr + 12, none, sizeof none) == 0);
}

static bool is_loopback(const struct in6_addr *address)
{
    return IN6_IS_ADDR_LOOPBACK(address) || (is_v4(address) && address->s6_addr[12] == 127);
}

bool carrier_policy_is_loopback(const struct sockaddr *address)
{
    struct in6_addr wide;
    uint16_t port;
    return widen(address, &wide, &port) && is_loopback(&wide);
}

bool carrier_policy_reaches(const struct sockaddr *bound, const struct sockaddr *target)
{
    struct in6_addr at, to;
    uint16_t at_port, to_port;
    if (!widen(bound, &at, &at_port) || !widen(target, &to, &to_port) || at_port != to_port)
        return false;
    if (IN6_ARE_ADDR_EQUAL(&at, &to))
        return true;
    return is_any(&at) ? is_loopback(&to) || is_any(&to) : is_any(&to) && is_loopback(&at);
}

bool carrier_policy_is_same(const struct sockaddr *a, const struct sockaddr *b)
{
    struct in6_addr first, second;
    uint16_t first_port, second_port;
    return widen(a, &first, &first_port) && widen(b, &second, &second_port) &&
           first_port == second_port && IN6_ARE_ADDR_EQUAL(&first, &second);
}
