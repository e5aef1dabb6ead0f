/* Where webhooks may go: the options that serve, run and exec share. */
#ifndef CLI_OUTBOUND_H
#define CLI_OUTBOUND_H

#include "net/server.h"

#define OUTBOUND_HOSTS 32

/* A zeroed one: this machine only, the default patience. Borrows from argv. */
struct outbound {
    const char *hosts[OUTBOUND_HOSTS + 1];
    size_t count;
    int64_t patience_ms;
};

/* Rows for options_next(), and their values. */
#define OUTBOUND_ALLOW    0x100
#define OUTBOUND_PATIENCE 0x101
#define OUTBOUND_OPTIONS                                                                           \
    {"allow-outbound", required_argument, NULL, OUTBOUND_ALLOW},                                   \
    {                                                                                              \
        "webhook-patience", required_argument, NULL, OUTBOUND_PATIENCE                             \
    }

/* Takes one of them. NULL: done; else what is wrong with the value (static). */
const char *outbound_option(struct outbound *outbound, int option, const char *value);

/* What a server is told of it; borrows `outbound`. */
void outbound_apply(const struct outbound *outbound, struct server_options *ret_options);

#endif
