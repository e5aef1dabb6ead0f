/* See carrier_policy.h. Looks at names and addresses, never anything up. */
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

bool carrier_policy_is_loopback(const struct sockaddr *address)
{
    const void *raw = address;
    if (address->sa_family == AF_INET)
        return is_loopback_v4(&((const struct sockaddr_in *)raw)->sin_addr);
    if (address->sa_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)raw)->sin6_addr);
    return false;
}
