/*
 * An address to listen on, as one writes it.
 */
#ifndef CLI_ADDRESS_H
#define CLI_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

struct address {
    char ip[INET6_ADDRSTRLEN]; /* numeric, without brackets */
    uint16_t port;
};

/* Reads "127.0.0.1:8642", "[::1]:8642", "localhost:0", and a port alone, which is one of 127.0.0.1.
 * False, and nothing written, when it is anything else. */
bool address_parse(const char *text, struct address *ret_address);

/* Whether nobody but this machine reaches it. */
bool address_is_loopback(const struct address *address);

#endif
