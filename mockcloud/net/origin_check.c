/* See origin_check.h. Compares texts; it looks nothing up. */
#include "net/origin_check.h"

#include "net/carrier_policy.h"
#include "net/host_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 253

/* Copies "HOST" of "HOST:PORT", an IPv6 address with its brackets. False: too long, nothing, or
 * more behind it than a port. */
static bool host_of(const char *authority, char ret_host[HOST_MAX + 1])
{
    const char *end = strchr(authority, ']');
    size_t len =
        authority[0] == '[' && end ? (size_t)(end + 1 - authority) : strcspn(authority, ":");
    if (len == 0 || len > HOST_MAX || !host_check_port(authority + len))
        return false;
    memcpy(ret_host, authority, len);
    ret_host[len] = '\0';
    return true;
}

static bool is_numeric(const char *host)
{
    struct in_addr v4;
    return host[0] == '[' || inet_pton(AF_INET, host, &v4) == 1;
}

/* A slash at the end of an allowed origin is forgiven: it comes with it from an address bar. */
static bool is_allowed(const char *origin, const char *const *allowed)
{
    for (; allowed && *allowed; allowed++) {
        size_t len = strlen(*allowed);
        if (len && (*allowed)[len - 1] == '/')
            len--;
        if (strlen(origin) == len && strncasecmp(origin, *allowed, len) == 0)
            return true;
    }
    return false;
}

/* Browsers send neither a path nor a user in Origin. Whatever has one was not made by a browser,
 * and is not taken apart, only refused. */
static const char *authority_of(const char *origin)
{
    const char *authority = NULL;
    if (strncasecmp(origin, "http://", 7) == 0)
        authority = origin + 7;
    else if (strncasecmp(origin, "https://", 8) == 0)
        authority = origin + 8;
    return authority && !strpbrk(authority, "/@?#\\ ") ? authority : NULL;
}

static bool is_listed(const char *name, const char *const *names)
{
    for (; names && *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}

bool origin_check(const char *origin, const char *host, const char *const *names,
                  const char *const *allowed)
{
    char page[HOST_MAX + 1];
    char own[HOST_MAX + 1];
    const char *authority = authority_of(origin);
    if (is_allowed(origin, allowed))
        return true;
    if (!authority || !host_of(authority, page))
        return false;
    if (carrier_policy_is_local(page) || is_listed(page, names))
        return true;
    /* The very host that was called is trusted only if it is an address: any name may belong to
     * somebody who has made it resolve to this machine. */
    return host && host_of(host, own) && is_numeric(page) && strcasecmp(page, own) == 0;
}
