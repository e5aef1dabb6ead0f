/*
 * See cloud.h. Owns the life of the whole store. Accounts are freed by accounts_delete.c; what the
 * other maps hold is freed here and nowhere else, but for tokens, which can be revoked.
 */
#include "cloud/cloud.h"

#include "base/mem.h"
#include "cloud/accounts.h"
#include "cloud/attempts.h"
#include "cloud/binary.h"
#include "cloud/claim_code.h"
#include "cloud/configuration.h"
#include "cloud/described.h"
#include "cloud/diagnostics.h"
#include "cloud/environment.h"
#include "cloud/event.h"
#include "cloud/firmware_store.h"
#include "cloud/groups.h"
#include "cloud/lag.h"
#include "cloud/locations.h"
#include "cloud/oauth.h"
#include "cloud/record.h"
#include "cloud/refusals.h"
#include "cloud/sims.h"

#include <stdlib.h>
#include <string.h>

/* Clients that anybody may use; what captured traffic of the SDKs and the command line shows. */
static const char *const public_clients[][2] = {
    {"particle", "particle"},
    {"particle-api", "particle-api"},
    {"particle-cli", "particle-cli"},
    {"CLI2", "client_secret_here"},
    {"Spark", "Spark"},
    {"spark", "spark"}, /* documented in 2014 and 2015; tutorials still use it */
};

struct cloud *cloud_new(struct sim *sim)
{
    struct cloud *cloud = mem_new(sizeof *cloud);
    cloud->sim = sim;
    for (size_t i = 0; i < LIMITS; i++)
        cloud->limits[i] = limit_rows[i].most;
    cloud->events = event_hub_new();
    for (size_t i = 0; i < sizeof public_clients / sizeof *public_clients; i++) {
        struct oauth_client *client =
            cloud_add_client(cloud, public_clients[i][0], public_clients[i][1], NULL, CLIENT_FULL);
        client->is_public = true;
    }
    return cloud;
}

static void device_free(struct cloud_device *device)
{
    free(device->name);
    free(device->numbers);
    free(device->transfer);
    free(device->unprotect_nonce);
    free(device->notes);
    for (size_t i = 0; i < device->group_count; i++)
        free(device->groups[i]);
    free(device->groups);
    described_free(&device->described);
    attempts_free(device);
    free(device);
}

static void token_free(void *value)
{
    struct token *token = value;
    free(token->access);
    free(token->refresh);
    free(token->scope);
    free(token);
}

void cloud_free(struct cloud *cloud)
{
    if (!cloud)
        return;
    event_hub_free(cloud->events);
    claim_code_free_all(cloud);
    oauth_free_codes(cloud);
    map_free(&cloud->refresh_tokens, NULL);
    map_free(&cloud->tokens, token_free);
    oauth_free_dead(cloud);
    registry_index_free(cloud);
    lag_free(cloud);
    session_free_all(cloud);
    for (size_t i = 0; i < cloud->device_count; i++)
        device_free(cloud->registry[i]);
    cloud_free_binaries(cloud);
    groups_free(cloud);
    firmware_store_free(cloud);
    sims_free(cloud);
    refusals_free(cloud);
    configuration_free(cloud);
    environment_free_all(cloud);
    diagnostics_free(cloud);
    locations_free(cloud);
    accounts_free(cloud);
    free(cloud->registry);
    free(cloud);
}
