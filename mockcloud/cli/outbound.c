/* See outbound.h. */
#include "cli/outbound.h"

struct outbound outbound_read(const struct options *options)
{
    return (struct outbound){
        .origins = options->values[OPTION_ALLOW_ORIGIN].list,
        .hosts = options->values[OPTION_ALLOW_OUTBOUND].list,
        .patience_ms = options_ms(options, OPTION_WEBHOOK_PATIENCE),
    };
}

void outbound_apply(const struct outbound *outbound, struct server_options *ret_options)
{
    ret_options->outbound = outbound->hosts;
    ret_options->origins = outbound->origins;
    ret_options->patience_ms = outbound->patience_ms;
}
