/* See address.h. Takes numeric addresses and "localhost"; no name is ever looked up. */
#include "cli/address.h"

#include "cli/cli.h"

#include <arpa/inet.h>
#include <string.h>

/* What stands before the last colon, without brackets. */
static bool address_take_ip(struct address *address, const char *text, size_t len)
{
    if (len > 2 && text[0] == '[' && text[len - 1] == ']') {
        text++;
        len -= 2;
    }
    if (len == 0 || len >= sizeof address->ip)
        return false;
    memcpy(address->ip, text, len);
    address->ip[len] = '\0';
    if (strcmp(address->ip, "localhost") == 0)
        strcpy(address->ip, "127.0.0.1");
    struct in6_addr any;
    return inet_pton(AF_INET, address->ip, &any) == 1 ||
           inet_pton(AF_INET6, address->ip, &any) == 1;
}

bool address_parse(const char *text, struct address *ret_address)
{
    struct address address = {.ip = "127.0.0.1"};
    const char *colon = strrchr(text, ':');
    uint64_t port;
    if (!cli_number(colon ? colon + 1 : text, 0, UINT16_MAX, &port))
        return false;
    if (colon && !address_take_ip(&address, text, (size_t)(colon - text)))
        return false;
    address.port = (uint16_t)port;
    *ret_address = address;
    return true;
}

bool address_is_loopback(const struct address *address)
{
    return strncmp(address->ip, "127.", 4) == 0 || strcmp(address->ip, "::1") == 0;
}
