/* See host_check.h. Pure: looks at its arguments alone, asks no resolver. */
#include "net/host_check.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 255 /* a DNS name has no more */
#define PORT_MAX 65535

bool host_check_port(const char *rest)
{
    if (*rest != ':')
        return *rest == '\0';
    int port = 0; /* of no digits too */
    while (*++rest >= '0' && *rest <= '9' && port <= PORT_MAX)
        port = port * 10 + (*rest - '0');
    return *rest == '\0' && port <= PORT_MAX;
}

/* "[::1]" or "[::1]:80". */
static bool is_bracketed_ip(const char *host)
{
    struct in6_addr address;
    char text[INET6_ADDRSTRLEN];
    const char *end = strchr(host, ']');
    if (*host != '[' || !end || (size_t)(end - host) > sizeof text)
        return false;
    size_t len = (size_t)(end - host) - 1;
    memcpy(text, host + 1, len);
    text[len] = '\0';
    if (!host_check_port(end + 1))
        return false;
    return inet_pton(AF_INET6, text, &address) == 1;
}

/* Copies the name without port and final dot. */
static bool strip(const char *host, char ret_name[HOST_MAX + 1])
{
    size_t len = strcspn(host, ":");
    if (!host_check_port(host + len))
        return false;
    if (len && host[len - 1] == '.')
        len--;
    if (len == 0 || len > HOST_MAX)
        return false;
    memcpy(ret_name, host, len);
    ret_name[len] = '\0';
    return true;
}

static bool is_local(const char *name)
{
    static const char suffix[] = ".localhost";
    size_t len = strlen(name);
    if (strcasecmp(name, "localhost") == 0)
        return true;
    return len > sizeof suffix - 1 && strcasecmp(name + len - (sizeof suffix - 1), suffix) == 0;
}

bool host_check(const char *host, const char *const *names)
{
    struct in_addr address;
    char name[HOST_MAX + 1];
    if (*host == '[')
        return is_bracketed_ip(host);
    if (!strip(host, name))
        return false;
    if (inet_pton(AF_INET, name, &address) == 1 || is_local(name))
        return true;
    for (; names && *names; names++)
        if (strcasecmp(name, *names) == 0)
            return true;
    return false;
}
