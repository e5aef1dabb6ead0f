/* See outbound.h. */
#include "cli/outbound.h"

#include "base/timefmt.h"

#include <string.h>

const char *outbound_option(struct outbound *outbound, int option, const char *value)
{
    if (option == OUTBOUND_PATIENCE)
        return timefmt_parse_duration(value, &outbound->patience_ms) && outbound->patience_ms > 0
                   ? NULL
                   : "--webhook-patience: expected a duration like 20s";
    if (!*value || strpbrk(value, "/:@ ?#"))
        return "--allow-outbound: expected the name of a host, without scheme and port";
    if (outbound->count == OUTBOUND_HOSTS)
        return "--allow-outbound: too many hosts";
    outbound->hosts[outbound->count++] = value;
    return NULL;
}

void outbound_apply(const struct outbound *outbound, struct server_options *ret_options)
{
    ret_options->outbound = outbound->hosts;
    ret_options->patience_ms = outbound->patience_ms;
}
