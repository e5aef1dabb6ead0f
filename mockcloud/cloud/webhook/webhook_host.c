/*
 * See webhook_inside.h. Owns how hosts are rated: one that has answered badly too often is left
 * alone for a while. It decides nothing about what becomes of a delivery to such a host.
 */
#include "cloud/cloud.h"
#include "cloud/webhook/webhook_inside.h"

#include "base/mem.h"

#include <stdlib.h>

/* When a host is left alone is a guess: "many errors in rapid succession", "a few seconds". */
#define HOST_ERRORS_MIN  10
#define HOST_COOLDOWN_MS INT64_C(5000)
#define HOST_WINDOW_MS   INT64_C(60000) /* answers are counted for so long */
#define HOSTS_MAX        1000

static struct webhook_host *host_of(const struct delivery *delivery)
{
    struct map *hosts = &delivery->cloud->webhooks->hosts;
    struct webhook_host *host = map_get(hosts, delivery->host);
    if (!host) {
        if (map_count(hosts) >= HOSTS_MAX)
            map_free(hosts, free); /* forgets all of them: so many hosts are met only by a test that
                                      runs wild */
        host = mem_new(sizeof *host);
        map_put(hosts, delivery->host, host);
    }
    return host;
}

static bool host_has_cooled(const struct webhook_host *host, int64_t now_ms)
{
    return now_ms - host->last_bad_ms >= HOST_COOLDOWN_MS;
}

void webhook_host_rate(const struct delivery *delivery, bool good)
{
    struct webhook_host *host = host_of(delivery);
    int64_t now_ms = vclock_now(delivery->cloud->sim->clock);
    if ((host->bad && host_has_cooled(host, now_ms)) || now_ms - host->since_ms >= HOST_WINDOW_MS)
        *host = (struct webhook_host){.since_ms = now_ms};
    if (good) {
        host->good++;
    } else {
        host->bad++;
        host->last_bad_ms = now_ms;
    }
}

bool webhook_host_sleeps(const struct delivery *delivery)
{
    const struct webhook_host *host = map_get(&delivery->cloud->webhooks->hosts, delivery->host);
    if (sim_behaves(delivery->cloud->sim, BEHAVIOUR_WEBHOOK_SKIPPING, "never"))
        return false;
    return host && host->bad >= HOST_ERRORS_MIN && host->bad > host->good &&
           !host_has_cooled(host, vclock_now(delivery->cloud->sim->clock));
}
