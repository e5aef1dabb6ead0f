/* What may act on the network, the options that serve, run and exec share: where webhooks may go,
 * and which pages may cause any. */
#ifndef CLI_OUTBOUND_H
#define CLI_OUTBOUND_H

#include "cli/options.h"
#include "net/server.h"

/* A zeroed one: this machine only, the default patience. */
struct outbound {
    const char *const *hosts; /* NULL-terminated; NULL: none */
    const char *const *origins;
    int64_t patience_ms;
};

/* What the options say. Borrows from them. */
struct outbound outbound_read(const struct options *options);

/* What a server is told of it; borrows what it holds. */
void outbound_apply(const struct outbound *outbound, struct server_options *ret_options);

#endif
