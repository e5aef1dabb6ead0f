/* See restart.h. Owns the order in which things are lost: devices come last, since they answer by
 * connecting again, and must find the rest gone. */
#include "cloud/restart.h"

#include "base/mem.h"
#include "cloud/claim_code.h"
#include "cloud/cloud.h"
#include "cloud/oauth.h"
#include "cloud/record.h"
#include "cloud/session_inside.h"

#include <stdlib.h>

/* Those of the world's file stay. Collected first: revoking one changes the map that is walked. */
static size_t lose_tokens(struct cloud *cloud)
{
    size_t count = 0, cursor = 0;
    struct token **issued = mem_new_array(map_count(&cloud->tokens) + 1, sizeof *issued);
    void *value;
    while (map_next(&cloud->tokens, &cursor, NULL, &value)) {
        struct token *token = value;
        if (!token->given)
            issued[count++] = token;
    }
    for (size_t i = 0; i < count; i++)
        oauth_revoke(cloud, issued[i]);
    free(issued);
    return count;
}

static size_t count_sessions(const struct cloud *cloud)
{
    size_t count = 0;
    for (size_t i = 0; i < cloud->device_count; i++)
        count += cloud->registry[i]->session != NULL;
    return count;
}

static void lose_sessions(struct cloud *cloud, struct fact when)
{
    for (size_t i = 0; i < cloud->device_count; i++) {
        struct cloud_device *device = cloud->registry[i];
        device->resumable = false;
        if (device->session)
            session_lose(cloud, device, when);
    }
}

void cloud_restart(struct cloud *cloud)
{
    size_t tokens = lose_tokens(cloud);
    struct jsonw *w = sim_note(cloud->sim);
    jsonw_key_int(w, "tokens", (int64_t)tokens);
    jsonw_key_int(w, "claim_codes", (int64_t)cloud->lives.of[CODE_ALIVE].count);
    jsonw_key_int(w, "sessions", (int64_t)count_sessions(cloud));
    struct fact when = {sim_noted(cloud->sim, "cloud", "cloud.restarted"),
                        vclock_now(cloud->sim->clock)};
    claim_code_lose_all(cloud, when);
    lose_sessions(cloud, when);
}
